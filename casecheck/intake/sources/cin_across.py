"""Has a large census read, and its records made, in several processes, part by part.

A return is read in parts of whole children, and once it is surveyed its children do not depend on
each other. What comes of it is the same: parts come back in their order, and children that stand
twice are put together at the end, here.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from casecheck.intake.sources.cin_census import CinCensus, FileOfChildren, Twice
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import Imported, Importer
from casecheck.intake.sources.key_file import Key
from casecheck.intake.sources.mapping import load_mapping
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers.cin_content import Elements, ReadRow
from casecheck.intake.sources.readers.cin_parts import Part, PartRead, read_part
from casecheck.intake.sources.readers.cin_xml import told_of
from casecheck.intake.sources.readers.held import unpacked

ENOUGH = 8 << 20
"""So many bytes are worth other processes, each of which takes a second to start."""
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


class ToRead(NamedTuple):
    """A part of a file, to be read for the first time."""

    path: Path
    elements: Elements
    part: Part


class ToMake(NamedTuple):
    """A block of a file's children, of which records are to be made."""

    children: FileOfChildren
    block: bytes


Asked = ToRead | ToMake


class Answer(NamedTuple):
    """What came of a block: records, faults, and children that stand twice, by identifier."""

    records: list[Imported]
    faults: Faults
    again: list[tuple[str, list[ReadRow]]]


def worker(
    key: Key, left_out: Set[str] = frozenset()
) -> Callable[[Asked], PartRead | Answer | None]:
    """Return what reads parts and makes records, in a process of its own."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)  # as where one process does all
    mapping, faults = load_mapping("cin_census"), Faults()
    importer = Importer(mapping, Pseudonyms(key), faults, left_out)
    known: dict[FileOfChildren, FileOfChildren] = {}

    def records(asked: ToMake) -> Answer:
        of = known.setdefault(asked.children, asked.children)  # one value, of which much is kept
        again: list[tuple[str, list[ReadRow]]] = []
        children = told_of(unpacked(asked.block), of.file, faults)
        cases = of.cases(children, mapping, faults, lambda *told: again.append(told))
        return Answer(list(importer.every(cases)), faults.taken(), again)

    return lambda asked: read_part(*asked) if isinstance(asked, ToRead) else records(asked)


Submit = Callable[[Asked], Future[Any]]


class Across:
    """Has a census read, and its records made, by what `submit` has done elsewhere.

    No more than `ahead` things are asked for before the first is back.
    """

    def __init__(self, submit: Submit, ahead: int) -> None:
        self._submit = submit
        self._ahead = ahead

    def read(
        self, path: Path, elements: Elements, parts: Iterable[Part]
    ) -> Iterator[PartRead | None]:
        """Yield what is read of the parts of a file, in their order."""
        for _, read in self._in_turn((None, ToRead(path, elements, part)) for part in parts):
            yield read

    def records(
        self, source: CinCensus, key: Key, left_out: Set[str] = frozenset()
    ) -> Iterator[Imported]:
        """Yield the records of a census that is held, as its workers leave children out."""
        files, twice = source.files(), Twice()
        asked = ((at, ToMake(files[at], block)) for at, block in source.blocks())
        for at, told in self._in_turn(asked):
            source.faults.add_all(told.faults)
            for name, rows in told.again:
                twice.add(at, files[at].file, name, rows)
            yield from told.records
        importer = Importer(source.mapping, Pseudonyms(key), source.faults, left_out)
        yield from importer.every(source.doubled(twice))

    def _in_turn(self, asked: Iterable[tuple[Any, Asked]]) -> Iterator[tuple[Any, Any]]:
        """Yield what comes of each thing that is asked, in that order."""
        every = iter(asked)
        waiting: deque[tuple[Any, Future[Any]]] = deque()
        while True:
            for name, one in islice(every, self._ahead - len(waiting)):
                waiting.append((name, self._submit(one)))
            if not waiting:
                return
            name, future = waiting.popleft()
            yield name, future.result()
