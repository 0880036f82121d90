"""Audit chunks of texts in processes of their own, and give what they find in the chunks' order.

A process that ends at its work, by whatever it was ended, costs its chunk alone: the chunk's
records are tried again, each by itself, until the one is found that ends its process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from casecheck.audit.chunk import Chunk, Work
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.audit.workers import WHAT_TO_DO, Workers, WorkLost, ended_words
from casecheck.intake.texts import RecordText, unreadable
from casecheck.record.faults import Unreadable

if TYPE_CHECKING:
    from concurrent.futures import Future

TRIES_ALONE = 2
"""So often a record is tried by itself: its process may have been ended for something else."""
MOST_IN_A_ROW = 10
"""So many records in a row may end their processes; then it is hardly the records."""


def audit_apart(chunks: Iterable[Chunk], prepare: Callable[[], Work], jobs: int) -> Iterator[Any]:
    """Yield what is found in each chunk; `prepare` returns in a process what does its work.

    Raises:
        WorkerEnded: where processes cannot be started, or end whatever they are given.
    """
    waiting: deque[tuple[Chunk, Future[Iterable[Any]]]] = deque()
    every = iter(chunks)
    with Workers(jobs, prepare) as workers:
        retry = _Retry(workers)
        while True:
            # No more than two rounds ahead, so that memory does not grow with the input.
            for chunk in islice(every, 2 * jobs - len(waiting)):
                waiting.append((chunk, workers.submit(chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                found = future.result()
            except WorkLost:
                found = retry.one_by_one(chunk)
            yield from found


class _Retry:
    """Audits again, text by text, what ended a process."""

    def __init__(self, workers: Workers[Chunk, Iterable[Any]]) -> None:
        self._workers = workers
        self._in_a_row = 0

    def one_by_one(self, chunk: Chunk) -> Iterator[Any]:
        """Yield what is found in a chunk; a record that ends its process is unreadable."""
        for text in chunk.read():
            yield from [text] if isinstance(text, Unreadable) else self._alone(chunk, text)

    def _alone(self, chunk: Chunk, text: RecordText) -> Iterable[Any]:
        how = ""
        for _ in range(TRIES_ALONE):
            try:
                found = self._workers.submit(chunk._replace(texts=[text])).result()
            except WorkLost as lost:
                how = str(lost)
            else:
                self._in_a_row = 0
                return found
        self._in_a_row += 1
        if self._in_a_row == MOST_IN_A_ROW:
            why = f"{ended_words(how)}, at each of {MOST_IN_A_ROW} records in a row"
            raise WorkerEnded(f"{why}: {WHAT_TO_DO}")
        return [unreadable(text.file, text.line or 1, _ENDS.format(how))]


_ENDS = (
    "could not be audited: the process that audits it is ended ({}) each time, perhaps for want of"
    " memory; look whether it is as it should be, and audit it by itself where there is more"
)
