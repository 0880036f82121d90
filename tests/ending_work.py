"""Work that ends its process at certain texts, for the tests of processes: without an engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from casecheck.audit.chunk import Chunk
from casecheck.record.faults import Unreadable


def number_of(text: object) -> int:
    """Return the line of a text, which stands for what is found of it."""
    line = getattr(text, "line", None)
    assert isinstance(line, int)
    return line


def _at(chunk: Chunk, ends: Callable[[], object], at: frozenset[int]) -> Iterable[int]:
    found = [one if isinstance(one, Unreadable) else number_of(one) for one in chunk.read()]
    if at & {one for one in found if isinstance(one, int)}:
        ends()
    return found


def no_memory() -> None:
    """End as where there is no memory left."""
    raise MemoryError


def kill() -> None:
    """End as where the system kills a process for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def ending_at(at: frozenset[int], ends: Callable[[], object]) -> Callable[[Chunk], Iterable[int]]:
    """Return work that ends its process at the texts of these lines, whenever it is tried."""
    return partial(_at, ends=ends, at=at)


def _once(chunk: Chunk, folder: Path) -> Iterable[int]:
    left = min((int(one.name) for one in folder.iterdir()), default=None)
    if left is not None:
        folder.joinpath(str(left)).unlink()
        kill()
    return _at(chunk, kill, frozenset())


def ending_so_often(folder: Path) -> Callable[[Chunk], Iterable[int]]:
    """Return work that ends its process as often as there are files in a folder, at any text."""
    return partial(_once, folder=folder)
