"""One row of a record, as far as the record tells: its values, or that they are unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from casecheck.record.coverage import PerhapsRow
from casecheck.record.model import KINDS, FieldSpec
from casecheck.record.rows import RowData
from casecheck.record.values import UNKNOWN_WORD, DayRange
from casecheck.truth.kleene import Truth, any_of


class _Unknown:
    """The value of a fact that the record does not tell."""


UNKNOWN = _Unknown()
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class KnownRow:
    """A row of a section, as far as the record tells.

    `data` is the row in the record; None where the row is not there: the one row that an unknown
    section stands for (`index` and `id` None), one that may be missing from a section that is there
    in part (`perhaps`, likewise), or a row reached by a reference that leads nowhere known (`id`
    where the reference gives it). `unknown` are the fields that a contradiction makes unknown.
    """

    section: str
    index: int | None
    id: str | None
    data: RowData | None
    unknown: frozenset[str] = _NONE
    not_carried: AbstractSet[tuple[str, str]] = frozenset()
    perhaps: PerhapsRow | None = None

    @property
    def pointer(self) -> str:
        """The row's JSON Pointer, or its section's where the row is not in the record."""
        return f"/{self.section}" if self.index is None else f"/{self.section}/{self.index}"

    @property
    def is_there(self) -> Truth:
        """Whether it is in the record; unknown of one that may be missing."""
        return None if self.data is None else True

    @property
    def is_of_unknown_section(self) -> bool:
        """Whether it is the one row that an unknown section stands for."""
        return self.data is None and self.id is None and self.perhaps is None

    def value(self, spec: FieldSpec) -> Any:
        """Return the field's value, `UNKNOWN`, or None for an event that has not happened.

        A day is a date, or a `DayRange` where only bounds of it are known.
        """
        if self.data is None:
            before = self.perhaps.before if self.perhaps else None
            if before is None or spec.kind != "date":
                return UNKNOWN
            return DayRange(None, before - timedelta(days=1))
        if spec.name in self.unknown:
            return UNKNOWN
        value = self.data.get(spec.name)
        if value is None:
            may_have = spec.role != "event" or (self.section, spec.name) in self.not_carried
            return UNKNOWN if may_have else None
        return UNKNOWN if value == UNKNOWN_WORD else value


BoundRows = Mapping[str, KnownRow]
"""The rows that a check binds, by the names it gives them."""


def may_be_one_of(row: KnownRow, spec: FieldSpec, codes: frozenset[str]) -> Truth:
    """Say whether an unknown code is one of these: rows that may be missing are of some kinds."""
    kinds = kinds_of(row, spec)
    return None if kinds is None or kinds & codes else False


def kinds_of(row: KnownRow, spec: FieldSpec) -> frozenset[str] | None:
    """Return the kinds of which a row that may be missing can be; None where any, or no kind is."""
    kinds = row.perhaps.kinds if row.perhaps else None
    return None if kinds is None or spec.codes != KINDS[row.section] else kinds


def enough(number: int, found: Iterable[tuple[KnownRow, Truth]]) -> Truth:
    """Say whether there are so many different rows among those found.

    A row counts once, however it was come by. One that may be missing from the record, and the one
    that an unknown section stands for, may be any number of rows.
    """
    by_row: dict[tuple[str, int], Truth] = {}
    endless = False
    for row, truth in found:
        if row.index is None:
            endless = True
        else:
            key = row.section, row.index
            by_row[key] = any_of([by_row.get(key, False), truth])
    if list(by_row.values()).count(True) >= number:
        return True
    return None if endless or len(by_row) >= number else False
