"""The ids of one record's rows: a number for each, and the rows by their ids."""

from __future__ import annotations

from itertools import chain

from casecheck.record.model import CaseRecord
from casecheck.record.rows import RowData
from casecheck.record.values import NO_RISK
from casecheck.truth.bounds import NOT_THERE


class RowNumbers(dict[str, int]):
    """A number for each id in one record: the same for the same id, wherever it stands.

    Ids of rows that are not in the record have the higher numbers, from `NOT_THERE` on: a row that
    may be missing is one of those, or has an id that nothing in the record mentions.
    """

    def __init__(self, record: CaseRecord) -> None:
        super().__init__({NO_RISK: 0})
        self._record = record
        self._there: frozenset[str] | None = None

    def __missing__(self, identifier: str) -> int:
        number = len(self)
        if self._record.perhaps and identifier not in self._ids():
            number += NOT_THERE
        self[identifier] = number
        return number

    def _ids(self) -> frozenset[str]:
        if self._there is None:
            rows = chain.from_iterable(filter(None, self._record.sections.values()))
            self._there = frozenset(row["id"] for row in rows)
        return self._there


class RowsById(dict[str, dict[str, RowData]]):
    """The rows of each section by their ids."""

    def __init__(self, record: CaseRecord) -> None:
        super().__init__()
        self._record = record

    def __missing__(self, section: str) -> dict[str, RowData]:
        rows = self._record.sections[section] or ()
        self[section] = by_id = {row["id"]: row for row in rows}
        return by_id
