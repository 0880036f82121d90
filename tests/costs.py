"""What work costs, whatever else the machine does: steps, memory, or one cost beside another."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from types import FrameType

# To import what casecheck imports when it is first needed is no step of any work, whichever test of
# a process comes first.
import casecheck.lessons.concept_reader
import casecheck.lessons.lesson_reader
import casecheck.lessons.yaml_nodes
import casecheck.record.record_model  # noqa: F401


def steps(work: Callable[[], object]) -> int:
    """Return how many functions, Python's own among them, were called while work ran.

    The same work takes the same steps on any machine. What happens within one call of a built-in
    function, such as a search by a regular expression, is one step: `times_as_dear` sees that.
    """
    number = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return number


def times_as_dear(work: Callable[[], object], usual: Callable[[], object]) -> float:
    """Return how many times the processor time of what is `usual` work takes, in this same run.

    Processor time differs by a few times between runs on a busy machine: hold it to no less than
    ten times of what it should be.
    """
    return _processor_time(work) / max(min(_processor_time(usual) for _ in range(3)), 1e-6)


def memory(work: Callable[[], object]) -> int:
    """Return the most bytes that were held at once for work, beyond those of before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _processor_time(work: Callable[[], object]) -> float:
    # Collecting garbage costs by what other tests have kept, and falls on the longer work alone.
    collecting = gc.isenabled()
    gc.disable()
    try:
        before = time.thread_time()
        work()
        return time.thread_time() - before
    finally:
        if collecting:
            gc.enable()
