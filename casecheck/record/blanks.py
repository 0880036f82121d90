"""Which fields of a record's sections are open in some row, worked out a section at a time.

Most rows tell all that is asked of them. So what reads no open field need not be looked at where it
is asked what an outcome hangs on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.rows import RowData

BORN_IN_A_YEAR = "born, to a year"
"""Beside `born`, which is open in every row that has it: in some row it is told to a year only."""
_MONTH = len("2008-05")


class _Spec(Protocol):
    @property
    def role(self) -> str: ...

    @property
    def codes(self) -> Sequence[str]: ...


class BlankFields(dict[str, frozenset[str]]):
    """By section the fields that some row leaves open: blank facts, births, and `multiple`.

    Ranges, events that are unknown and the like are not here: they are in the record's `unusual`.
    `fields` are each section's fields by their names.
    """

    def __init__(
        self,
        sections: Mapping[str, Sequence[RowData] | None],
        fields: Mapping[str, Mapping[str, _Spec]],
    ) -> None:
        super().__init__()
        self._sections = sections
        self._fields = fields

    def __missing__(self, section: str) -> frozenset[str]:
        rows = self._sections[section] or ()
        found = set()
        if not rows:
            self[section] = frozenset()
            return self[section]
        for name, spec in self._fields[section].items():
            values = [row.get(name) for row in rows] if spec.role == "fact" else []
            if None in values or (ANY_CATEGORY in spec.codes and ANY_CATEGORY in values):
                found.add(name)
        if section == "people":
            births = [row.get("born") for row in rows]
            if any(born is None or len(born) < _MONTH for born in births):
                found.add(BORN_IN_A_YEAR)
            found.add("born")
        self[section] = blank = frozenset(found)
        return blank

    @cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """The same fields of all sections, each with its section."""
        return frozenset([(section, name) for section in self._sections for name in self[section]])
