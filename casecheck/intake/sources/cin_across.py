"""Makes records of the children of a census in several processes, each block of them in one.

Once a return is surveyed its children do not depend on each other. What comes of it is the same:
blocks come back in their order, and children that stand twice are put together at the end, here.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import NamedTuple

from casecheck.intake.sources.cin_census import CinCensus, FileOfChildren, Twice
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import Imported, Importer
from casecheck.intake.sources.key_file import Key
from casecheck.intake.sources.mapping import load_mapping
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers.cin_xml import ReadRow, told_of
from casecheck.intake.sources.readers.held import unpacked

ENOUGH = 10_000
"""So many children are worth other processes, each of which takes a second to start."""
_OBJECTS_BETWEEN_COLLECTIONS = 50_000

Asked = tuple[int, bytes]
"""A block of children, and the number of its file."""


class Answer(NamedTuple):
    """What came of a block: records, faults, and children that stand twice, by identifier."""

    records: list[Imported]
    faults: Faults
    again: list[tuple[str, list[ReadRow]]]


def worker(key: Key, files: Sequence[FileOfChildren]) -> Callable[[Asked], Answer]:
    """Return what makes the records of a block, in a process of its own."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)  # as where one process does all
    mapping, faults = load_mapping("cin_census"), Faults()
    importer = Importer(mapping, Pseudonyms(key), faults)

    def answer(asked: Asked) -> Answer:
        at, block = asked
        again: list[tuple[str, list[ReadRow]]] = []
        children = told_of(unpacked(block), files[at].file, faults)
        cases = files[at].cases(children, mapping, faults, lambda *told: again.append(told))
        return Answer(list(map(importer.of, cases)), faults.taken(), again)

    return answer


def imported_across(
    source: CinCensus, key: Key, submit: Callable[[Asked], Future[Answer]], ahead: int
) -> Iterator[Imported]:
    """Yield the records of a census that is held, by what `submit` has done elsewhere.

    No more than `ahead` blocks are asked for before the first is back.
    """
    files, asked, twice = source.files(), source.blocks(), Twice()
    waiting: deque[tuple[int, Future[Answer]]] = deque()
    while True:
        for one in islice(asked, ahead - len(waiting)):
            waiting.append((one[0], submit(one)))
        if not waiting:
            break
        at, future = waiting.popleft()
        told = future.result()
        source.faults.add_all(told.faults)
        for name, rows in told.again:
            twice.add(at, files[at].file, name, rows)
        yield from told.records
    importer = Importer(source.mapping, Pseudonyms(key), source.faults)
    yield from map(importer.of, source.doubled(twice))
