"""Reads the records of a saved run, with what was found of each, in one pass over its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain

from casecheck.qag.store.file import SqlRow, StoreFile
from casecheck.qag.store.rows import (
    FrameCase,
    finding_of,
    meanings_and_marks,
    met_of,
    outcomes_of,
    severities_of,
)
from casecheck.qag.store.seals import CASES, FINDINGS, MET, RESULTS, Digest
from casecheck.qag.store.statements import ROWS_OF_A_RUN
from casecheck.results import Outcome


def frame_cases(
    file: StoreFile, run: int, lessons: frozenset[str], digests: Mapping[str, Digest]
) -> Iterator[FrameCase]:
    """Yield the records of a run by position; all that is read of it goes into the digests.

    No lessons: all. What of a run is read are the parts for which there is a digest.
    """

    def read(part: str) -> Iterator[SqlRow]:
        if part not in digests:
            return iter(())
        return digests[part].over(file.rows(ROWS_OF_A_RUN[part], (run,)))

    results = {
        number: outcomes_of(lesson, outcome, checks)
        for number, lesson, outcome, checks in read(RESULTS)
        if not lessons or lesson in lessons
    }
    saved = file.row("SELECT meanings FROM run WHERE id = ?", (run,))
    severities = severities_of(meanings_and_marks(saved[0])[1]) if saved else {}
    merged: dict[str, Mapping[tuple[str, str], Outcome]] = {}
    findings, met = _ByCase(read(FINDINGS), lessons), _ByCase(read(MET), lessons)
    for *case, numbers in read(CASES):
        if numbers not in merged:  # few differ, of many records
            chosen = [results[one].items() for one in json.loads(numbers) if one in results]
            merged[numbers] = dict(chain.from_iterable(chosen))
        found = tuple([finding_of(row, severities) for row in findings.of(case[0])])
        held = tuple([met_of(row) for row in met.of(case[0])])
        yield FrameCase(*(*case, merged[numbers], found, held))
    findings.exhaust()
    met.exhaust()


class _ByCase:
    """Rows of a run, handed out case by case, in the order of their positions."""

    def __init__(self, rows: Iterator[SqlRow], lessons: frozenset[str]) -> None:
        self._rows = rows
        self._lessons = lessons
        self._next = next(rows, None)

    def of(self, position: int) -> list[SqlRow]:
        """Return those of the case at a position, without it."""
        found = []
        while self._next and self._next[0] == position:
            row = self._next[1:]
            if not self._lessons or row[0] in self._lessons:
                found.append(row)
            self._next = next(self._rows, None)
        return found

    def exhaust(self) -> None:
        """Read what is left, which is of no case: it was not saved so, and its digest says it."""
        for _ in self._rows:
            pass
