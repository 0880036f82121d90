"""Which fields of a record's sections are open in some row, worked out a section at a time.

Most rows tell all that is asked of them. So what reads no open field need not be looked at where it
is asked what an outcome hangs on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.rows import RowData

BORN_IN_A_YEAR = "born, to a year"
"""Beside `born`, which is open in every row that has it: in some row it is told to a year only."""
_MONTH = len("2008-05")


class BlankFields(dict[str, frozenset[str]]):
    """By section the fields that some row leaves open: blank facts, births, and `multiple`.

    `facts` are each section's fields that are unknown where they are null, `categories` those that
    may hold `multiple`. Ranges, events that are unknown and the like are not here: they are in the
    record's `unusual`.
    """

    def __init__(
        self,
        sections: Mapping[str, Sequence[RowData] | None],
        facts: Mapping[str, Sequence[str]],
        categories: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__()
        self._sections = sections
        self._facts = facts
        self._categories = categories

    def __missing__(self, section: str) -> frozenset[str]:
        rows = self._sections[section] or ()
        found = {name for name in self._facts[section] if None in [row.get(name) for row in rows]}
        for name in self._categories[section]:
            if ANY_CATEGORY in [row.get(name) for row in rows]:
                found.add(name)
        if section == "people" and rows:
            births = [row.get("born") for row in rows]
            if any([born is None or len(born) < _MONTH for born in births]):
                found.add(BORN_IN_A_YEAR)
            found.add("born")
        self[section] = blank = frozenset(found)
        return blank
