"""Imports an extract: its cases become records, read back as an audit would, and then a file.

The file is written whole or not at all, its records in the order of their case ids: so that nothing
in it tells where they stood in the source.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from casecheck.intake.sources.builder import Builder, text_of
from casecheck.intake.sources.case import Case, Extract
from casecheck.intake.sources.dirt import LEFT_OUT, Faults
from casecheck.intake.sources.leaving_out import LEAVE_OUT
from casecheck.intake.sources.mapping import SourceMapping
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import Place
from casecheck.record.carried import Carried
from casecheck.record.model import CaseRecord
from casecheck.record.validation import NotACaseRecord, read_record
from casecheck.text.spool import Spool, sort_key
from casecheck.text.whole_file import whole_file

_PART = "records"
READ_BACK = 50
"""Of so many records one is read back as an audit would, and the first of each shape besides."""


class Source(Protocol):
    """What every format gives: what is true of the extract as a whole, and its cases.

    `unknown` counts the items that nobody knows, once all cases are read; `notes` are sentences on
    the source as a whole.
    """

    mapping: SourceMapping
    extract: Extract
    faults: Faults
    unknown: dict[str, int]
    notes: list[str]

    def cases(self) -> Iterator[Case]:
        """Yield the cases, one at a time."""


class Imported(NamedTuple):
    """A record as the line of a JSON Lines file, its case id, and what it carries."""

    case_id: str
    line: str
    carried: Carried


class NoRecord(Exception):  # noqa: N818 - says what it is
    """What was made of a case is no case record: a fault of casecheck. It names places alone."""


def imported(
    source: Source, pseudonyms: Pseudonyms, left_out: Set[str] = frozenset()
) -> Iterator[Imported]:
    """Yield the record of each case of a source, but for identifiers that are to be `left_out`.

    Raises:
        NoRecord: where one that was made cannot be read; never for a fault of the source.
        SourceRefused: where the source cannot be read on.
        OSError: where it cannot be read.
    """
    importer = Importer(source.mapping, pseudonyms, source.faults, left_out)
    yield from importer.every(source.cases())


class Importer:
    """Makes records of cases, one after another, and reads some of them back.

    Cases of identifiers that are to be `left_out` are counted, and no more.
    """

    def __init__(
        self,
        mapping: SourceMapping,
        pseudonyms: Pseudonyms,
        faults: Faults,
        left_out: Set[str] = frozenset(),
    ) -> None:
        self._left_out = left_out
        self._faults = faults
        self._builder = Builder(mapping, pseudonyms, faults)
        self._covered = _Covered()
        self._carried: dict[tuple[object, ...], Carried] = {}
        self._number = 0

    def every(self, cases: Iterable[Case]) -> Iterator[Imported]:
        """Yield the record of each case, as `of` makes it."""
        for case in cases:
            if case.identifier in self._left_out and not case.sifted:
                self._faults.add(LEFT_OUT, LEAVE_OUT, case.place)
            else:
                yield self.of(case)

    def of(self, case: Case) -> Imported:
        """Return the record of a case, which is used up.

        Raises:
            NoRecord: where what was made cannot be read; never for a fault of the source.
        """
        record = self._builder.record(case)
        line = text_of(record)
        shape = self._covered.shape(record)
        if shape not in self._carried or self._number % READ_BACK == 0:
            self._carried[shape] = _read_back(line, case.place).carried
        self._number += 1
        return Imported(record["case_id"], line, self._carried[shape])


class _Covered:
    """Tells records apart by what they carry; the last coverage is compared as it is."""

    def __init__(self) -> None:
        self._last: object = None
        self._as_text = ""

    def shape(self, record: Mapping[str, Any]) -> tuple[object, ...]:
        """Return what decides what a record carries: which sections it has, empty, or in part."""
        coverage = record.get("coverage")
        if coverage is not self._last:
            self._last, self._as_text = coverage, json.dumps(coverage, sort_keys=True)
        return (self._as_text, *record, *[value == [] for value in record.values()])


def _read_back(line: str, place: Place) -> CaseRecord:
    try:
        return read_record(line.encode())
    except NotACaseRecord as error:
        raise NoRecord(f"{place}: {error}") from None


class RecordsFile:
    """Gathers records, and writes them to a file in the order of their case ids."""

    def __init__(self, folder: Path) -> None:
        self._spool = Spool(folder)

    def add(self, one: Imported) -> None:
        """Take a record."""
        self._spool.add(_PART, sort_key(one.case_id), one.line)

    def write(self, target: Path) -> None:
        """Write the file; whatever goes wrong, what stood there before still stands.

        Raises:
            UnfitTarget: where no file may be written there.
            OSError: where it cannot be written.
        """
        with whole_file(target) as out:
            out.writelines(line + b"\n" for line in self._spool.contents(_PART))

    def close(self) -> None:
        """Let go of what was gathered."""
        self._spool.close()
