"""Audit many texts, in one process or several, in the order in which they are read."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, NamedTuple

from casecheck.audit.auditor import Auditor, TooMuchAtOnce
from casecheck.audit.chunk import Chunk, Work
from casecheck.intake.line_blocks import LineBlock
from casecheck.intake.records import ReadRecord, parse
from casecheck.intake.texts import RecordText
from casecheck.intake.unread import Unread
from casecheck.lessons.lesson import Rules
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit

TEXTS_AT_ONCE = 256
"""How many texts are read and audited at a time, and handed to a worker process."""

BYTES_AT_ONCE = 3 * 2**19
"""Texts of records that are far longer than usual are taken fewer at a time."""
HERE_FIRST = 4
"""So many chunks this process audits itself, before others are worth their start."""
MAX_JOBS = 64
OBJECTS_BETWEEN_COLLECTIONS = 300_000
"""How many more objects than now there must be for the collector to look: more than of a chunk."""

Text = RecordText | Unreadable
Item = CaseAudit | Unreadable


class More(NamedTuple):
    """What an audit is to tell besides, where it is asked for: most who ask need none of it."""

    for_store: bool = False
    timelines: bool = False


NO_MORE = More()


WorkOf = Callable[[Auditor, More], Work]
"""Makes, in each process, what audits its chunks."""
Elsewhere = Callable[[Iterable[Chunk], Callable[[], Work]], Iterator[Any]]
"""Yields what is found in chunks, in their order, by what the function makes where it is called."""


def audit_texts(  # noqa: PLR0913 - what else to tell, each for those who ask
    texts: Iterable[Text | LineBlock],
    rules: Rules,
    jobs: int | None,
    for_store: bool = False,
    *,
    timelines: bool = False,
    alone: bool = True,
    work_of: WorkOf | None = None,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Any]:
    """Yield the audit of each text, in order, whatever the number of processes.

    `jobs` is that number; None: as many as there are processors, where the texts are worth it. Of
    unreadable texts so many are told one by one, and the rest counted. `for_store`: with what
    only the store needs, the digest of each text and what is met. `timelines`: with that of each
    record. `alone`: this process does
    nothing else, so that its garbage collector may be set to suit. `work_of` returns what audits a
    chunk where it is not to be audited plainly; then what that gives is yielded. `elsewhere` has
    all chunks audited by others than processes of this machine.
    """
    auditor = Auditor(rules)  # an engine that is unfit for use is told here, once
    more = More(for_store, timelines)
    unread = Unread()
    chunks = _numbered(texts, unread)
    if elsewhere is not None:
        ready = partial(_ready, rules, more, work_of or _plainly)
        return unread.limited(elsewhere(chunks, ready))
    work = (work_of or _plainly)(auditor, more)
    first = HERE_FIRST if jobs is None else 0
    jobs = processors() if jobs is None else jobs
    here = islice(chunks, None if jobs == 1 else first)
    apart = partial(_worker, rules, more, work_of or _plainly)
    audits = _audited(here, work, chunks, apart, jobs)
    return unread.limited(_collecting_seldom(audits) if alone else audits)


def processors() -> int:
    """Return how many processors this process may use, as far as they are of use to an audit."""
    allowed = getattr(os, "sched_getaffinity", None)
    return min(len(allowed(0)) if allowed else os.cpu_count() or 1, MAX_JOBS)


def _audited(
    here: Iterable[Chunk],
    work: Work,
    others: Iterator[Chunk],
    apart: Callable[[], Work],
    jobs: int,
) -> Iterator[Any]:
    for chunk in here:
        yield from work(chunk)
    if jobs > 1 and (first := next(others, None)) is not None:
        # Processes, pipes and threads take as long to import as five records to audit.
        from casecheck.audit.apart import audit_apart  # noqa: PLC0415

        yield from audit_apart(chain([first], others), apart, jobs)


def _plainly(auditor: Auditor, more: More) -> Work:
    return lambda chunk: audit_texts_of(chunk.read(), chunk, auditor, more)


def audit_texts_of(
    texts: Iterable[Text], chunk: Chunk, auditor: Auditor, more: More
) -> Iterator[Item]:
    """Yield the audit of each text of a chunk, or of these alone; short ones some at a time."""
    for some in _chunks(texts):
        assert not isinstance(some, LineBlock)
        yield from audit_chunk(some, auditor, *more, chunk.full)


def audit_each(
    texts: Iterable[Text],
    auditor: Auditor,
    is_full: Callable[[str], bool] = lambda _: False,
    more: More = NO_MORE,
) -> Iterator[Item]:
    """Yield the audit of each text, in order; each that is unreadable is told by itself.

    Of the files that are full by now nothing says why.
    """
    for chunk in _chunks(texts):
        assert not isinstance(chunk, LineBlock)
        yield from audit_chunk(chunk, auditor, *more, _full(chunk, is_full))


def _collecting_seldom(items: Iterator[Item]) -> Iterator[Item]:
    with collected_seldom():
        yield from items


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Let the garbage collector look seldom, where this process does nothing else for now."""
    before = gc.get_threshold()
    _collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _collect_seldom() -> None:
    """Keep the garbage collector from the rules, and let it look at the records seldom.

    A record is thousands of objects, none of them in cycles, so that it is freed without the
    collector, which would take a quarter of the audit's time to find nothing.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _full(texts: Iterable[Text | LineBlock], is_full: Callable[[str], bool]) -> frozenset[str]:
    """Return the files of texts of which nothing more that is unreadable will be told.

    Nothing need say then what is wrong with a text, which takes twenty times as long as to read it.
    """
    return frozenset(file for file in {one.file for one in texts} if is_full(file))


def audit_chunk(
    texts: Sequence[Text],
    auditor: Auditor,
    for_store: bool = False,
    timelines: bool = False,
    full: frozenset[str] = frozenset(),
) -> Iterator[Item]:
    """Yield the audit of each text, or why it cannot be read; half of them at a time if need be.

    Of the files that are `full` nothing says why.
    """
    try:
        items = _audit_at_once(texts, auditor, More(for_store, timelines), full)
    except TooMuchAtOnce:
        half = len(texts) // 2
        yield from audit_chunk(texts[:half], auditor, for_store, timelines, full)
        yield from audit_chunk(texts[half:], auditor, for_store, timelines, full)
    else:
        yield from items


def _audit_at_once(
    texts: Sequence[Text], auditor: Auditor, more: More, full: frozenset[str]
) -> list[Item]:
    items: list[Item | None] = []
    records: list[ReadRecord] = []
    for text in texts:
        read = text if isinstance(text, Unreadable) else _read(text, more.for_store, full)
        if isinstance(read, Unreadable):
            items.append(read)
        else:
            items.append(None)
            records.append(read)
    audits = iter(auditor.audit(records, *more))
    return [next(audits) if item is None else item for item in items]


def _read(text: RecordText, for_store: bool, full: frozenset[str]) -> ReadRecord | Unreadable:
    record = parse(text, text.file not in full)
    if isinstance(record, Unreadable):
        return record
    digest = sha256(text.data).hexdigest() if for_store else ""
    return ReadRecord(record, text.file, text.line, digest)


def _numbered(texts: Iterable[Text | LineBlock], unread: Unread) -> Iterator[Chunk]:
    for number, chunk in enumerate(_chunks(texts)):
        files = [chunk] if isinstance(chunk, LineBlock) else chunk
        yield Chunk(chunk, _full(files, unread.is_full), number)


def _chunks(texts: Iterable[Text | LineBlock]) -> Iterator[list[Text] | LineBlock]:
    """Yield texts some at a time: so many, or as few as come to no more than so many bytes."""
    chunk: list[Text] = []
    held = 0
    for text in texts:
        apart = isinstance(text, LineBlock)
        size = 0 if isinstance(text, Unreadable | LineBlock) else len(text.data)
        if chunk and (apart or held + size > BYTES_AT_ONCE):
            yield chunk
            chunk, held = [], 0
        if isinstance(text, LineBlock):
            yield text
            continue
        chunk.append(text)
        held += size
        if len(chunk) == TEXTS_AT_ONCE:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _worker(rules: Rules, more: More, work_of: WorkOf) -> Work:
    """Return what audits a chunk in a process of its own."""
    work = _ready(rules, more, work_of)
    _collect_seldom()
    return lambda chunk: [*work(chunk)]


def _ready(rules: Rules, more: More, work_of: WorkOf) -> Work:
    return work_of(Auditor(rules), more)
