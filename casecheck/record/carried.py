"""What an extract carries of one record's sections: which are absent, and which are there in part.

Many records of an extract carry the same. So this is a value that can be counted, and what follows
from it alone is worked out once for all records that share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # what passes to the reports costs no start of the models
    from casecheck.record.coverage import PerhapsRow


class PartOf(NamedTuple):
    """A section that is there in part: the rows that may be missing, the events not carried."""

    section: str
    perhaps: tuple[PerhapsRow, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def dateless(self) -> PartOf:
        """The same with one day in the place of each first day."""
        rows = [row._replace(before=row.before and date.min) for row in self.perhaps]
        return self._replace(perhaps=tuple(rows))


class Carried(NamedTuple):
    """The sections that a record lacks, and those of which it has a part, in the format's order."""

    absent: tuple[str, ...] = ()
    in_part: tuple[PartOf, ...] = ()

    @property
    def partial(self) -> tuple[str, ...]:
        """The names of the sections that are there in part."""
        return tuple([part.section for part in self.in_part])

    @property
    def dateless(self) -> Carried:
        """The same with one day in the place of each first day: what tells no more than that.

        Each record of an extract may have first days of its own.
        """
        if not any(row.before for part in self.in_part for row in part.perhaps):
            return self
        return self._replace(in_part=tuple([part.dateless for part in self.in_part]))

    def of(self, sections: frozenset[str]) -> Carried:
        """The same of these sections alone: equal for records that differ in others."""
        return Carried(
            tuple([section for section in self.absent if section in sections]),
            tuple([part for part in self.in_part if part.section in sections]),
        )


WHOLE = Carried()
"""Every section, whole."""


class _Numbers(dict[Carried, int]):
    """A number for each value: the same for equal ones, as long as it is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._next = count()

    def __missing__(self, carried: Carried) -> int:
        if len(self) >= _MOST_NUMBERED:
            self.clear()
        number = self[carried] = next(self._next)
        return number


_MOST_NUMBERED = 1 << 12
_NUMBERS = _Numbers()


def number_of(carried: Carried) -> int:
    """Return a number that no other value has: quicker to look up than the value itself."""
    return _NUMBERS[carried]


def carried_by(
    sections: Mapping[str, object],
    told: Mapping[str, Mapping[str, Any]],
    perhaps: Mapping[str, tuple[PerhapsRow, ...]],
) -> Carried:
    """Return what a record carries; a section that is read as `[]` is there, whole.

    `sections` are its sections' rows, None where they are unknown; `told` is its coverage, and
    `perhaps` are the rows that may be missing of each section.
    """
    absent = tuple([section for section, rows in sections.items() if rows is None])
    if not told:
        return Carried(absent) if absent else WHOLE
    parts = [
        PartOf(section, perhaps.get(section, ()), tuple(sorted(told[section].get("without", ()))))
        for section, rows in sections.items()
        if section in told and rows is not None
    ]
    return Carried(absent, tuple([part for part in parts if part.perhaps or part.without]))
