"""Says of an extract from which day on it holds sections: outcomes speak of the time since.

A record says so by `from` in its `coverage` (`docs/case-record.md`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from casecheck.record.model import SECTIONS, CaseRecord
from casecheck.text.page import counted

FirstDay = tuple[str, date]
"""A section, and the first day from which a record holds it."""


def first_days(record: CaseRecord) -> tuple[FirstDay, ...]:
    """Return the sections that a record holds from some day on, and that day, in their order."""
    told = record.in_part
    return tuple(
        (section, told[section]["from"])
        for section in SECTIONS
        if "from" in told.get(section, ()) and record.sections[section] is not None
    )


class FirstDays:
    """Counts, over the records of an extract, the sections that are held from some day on."""

    def __init__(self) -> None:
        self._records: Counter[str] = Counter()
        self._days: dict[str, tuple[date, date]] = {}

    def add(self, days: Iterable[FirstDay]) -> None:
        """Take the first days of one record."""
        for section, day in days:
            self._records[section] += 1
            first, last = self._days.get(section, (day, day))
            self._days[section] = min(first, day), max(last, day)

    def notes(self) -> list[str]:
        """Return a sentence for each section that some record holds from some day on."""
        return [self._note(section) for section in SECTIONS if section in self._days]

    def _note(self, section: str) -> str:
        first, last = self._days[section]
        day = f"from {first} on" if first == last else f"from a day on, {first} to {last},"
        records = counted(self._records[section], "record")
        verb = "holds" if self._records[section] == 1 else "hold"
        return (
            f"{records} {verb} `{section}` {day} and not what lay wholly before: outcomes that "
            "need it speak of the time since."
        )
