"""Audit many texts, in one process or several, in the order in which they are read."""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context

from casecheck.audit import Auditor, ReadRecord
from casecheck.lessons.lesson import Rules
from casecheck.reading import RecordText, parse
from casecheck.results import CaseAudit, Unreadable

TEXTS_AT_ONCE = 256
"""How many texts are read and audited at a time, and handed to a worker process."""

BYTES_AT_ONCE = 2**21
"""Texts of records that are far longer than usual are taken fewer at a time."""
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""How many more objects than now there must be for the collector to look: some chunks of texts."""

Text = RecordText | Unreadable
Item = CaseAudit | Unreadable


def audit_texts(
    texts: Iterable[Text], rules: Rules, jobs: int, for_store: bool = False
) -> Iterator[Item]:
    """Yield the audit of each text, in order, whatever the number of processes.

    `for_store`: with what only the store needs, the digest of each text and what is met.
    """
    auditor = Auditor(rules)  # an engine that is unfit for use is told here, once
    if jobs == 1:
        return _in_this_process(texts, auditor, for_store)
    return _in_parallel(texts, rules, jobs, for_store)


def _in_this_process(texts: Iterable[Text], auditor: Auditor, for_store: bool) -> Iterator[Item]:
    before = gc.get_threshold()
    _collect_seldom()
    try:
        for chunk in _chunks(texts):
            yield from audit_chunk(chunk, auditor, for_store)
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _collect_seldom() -> None:
    """Keep the garbage collector from the rules, and let it look at the records seldom.

    A record is thousands of objects, hardly ever in cycles, so that it is freed without the
    collector, which would take a quarter of the audit's time to find nothing.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def audit_chunk(texts: Sequence[Text], auditor: Auditor, for_store: bool = False) -> list[Item]:
    """Return the audit of each text, or why it cannot be read."""
    items: list[Item | None] = []
    records: list[ReadRecord] = []
    for text in texts:
        read = text if isinstance(text, Unreadable) else _read(text, for_store)
        if isinstance(read, Unreadable):
            items.append(read)
        else:
            items.append(None)
            records.append(read)
    audits = iter(auditor.audit(records, for_store))
    return [next(audits) if item is None else item for item in items]


def _read(text: RecordText, for_store: bool) -> ReadRecord | Unreadable:
    record = parse(text)
    if isinstance(record, Unreadable):
        return record
    digest = sha256(text.data).hexdigest() if for_store else ""
    return ReadRecord(record, text.file, text.line, digest)


def _chunks(texts: Iterable[Text]) -> Iterator[list[Text]]:
    """Yield texts some at a time: so many, or as few as come to so many bytes."""
    chunk: list[Text] = []
    held = 0
    for text in texts:
        chunk.append(text)
        held += 0 if isinstance(text, Unreadable) else len(text.data)
        if len(chunk) == TEXTS_AT_ONCE or held >= BYTES_AT_ONCE:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


_worker: list[Auditor] = []


def _start_worker(rules: Rules) -> None:
    _worker[:] = [Auditor(rules)]
    _collect_seldom()


def _work(texts: list[Text], for_store: bool) -> list[Item]:
    return audit_chunk(texts, _worker[0], for_store)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start worker processes, which inherit this, so that Ctrl-C is for this process alone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_parallel(texts: Iterable[Text], rules: Rules, jobs: int, for_store: bool) -> Iterator[Item]:
    chunks = _chunks(texts)
    waiting: deque[Future[list[Item]]] = deque()
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(rules,)
    ) as pool:
        try:
            while True:
                # No more than two rounds ahead, so that memory does not grow with the input.
                for chunk in islice(chunks, 2 * jobs - len(waiting)):
                    with _interrupts_held():
                        waiting.append(pool.submit(_work, chunk, for_store))
                if not waiting:
                    return
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
