"""What an extract carries of one record's sections: which are absent, and which are there in part.

Many records of an extract carry the same. So this is a value that can be counted, and what follows
from it alone is worked out once for all records that share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # what passes to the reports costs no start of the models
    from casecheck.record.coverage import PerhapsRow
    from casecheck.record.model import CaseRecord


class PartOf(NamedTuple):
    """A section that is there in part: the rows that may be missing, the events not carried."""

    section: str
    perhaps: tuple[PerhapsRow, ...] = ()
    without: tuple[str, ...] = ()


class Carried(NamedTuple):
    """The sections that a record lacks, and those of which it has a part, in the format's order."""

    absent: tuple[str, ...] = ()
    in_part: tuple[PartOf, ...] = ()

    @property
    def partial(self) -> tuple[str, ...]:
        """The names of the sections that are there in part."""
        return tuple([part.section for part in self.in_part])


WHOLE = Carried()
"""Every section, whole."""


def carried_by(record: CaseRecord) -> Carried:
    """Return what a record carries; a section that is read as `[]` is there, whole."""
    sections = record.sections
    absent = tuple([section for section, rows in sections.items() if rows is None])
    told = record.in_part
    if not told:
        return Carried(absent) if absent else WHOLE
    parts = [
        PartOf(
            section,
            record.perhaps.get(section, ()),
            tuple(sorted(told[section].get("without", ()))),
        )
        for section, rows in sections.items()
        if section in told and rows is not None
    ]
    return Carried(absent, tuple([part for part in parts if part.perhaps or part.without]))
