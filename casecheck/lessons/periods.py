"""When something is in force: from a day, until a day, both included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from casecheck.text.counted import in_units

MAX_NUMBER = 36_525
"""The largest number in a condition or parameter: a hundred years in days."""
NUMBER = f"a value is a whole number from 0 to {MAX_NUMBER:,}"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included; None where there is no such limit."""

    start: date | None = None
    end: date | None = None

    def meet(self, other: Period) -> Period | None:
        """Return the days that are in both, or None where there are none."""
        start = max((day for day in (self.start, other.start) if day), default=None)
        end = min((day for day in (self.end, other.end) if day), default=None)
        return None if start and end and end < start else Period(start, end)

    def __str__(self) -> str:
        start = f"from {self.start}" if self.start else ""
        end = f"until {self.end}" if self.end else ""
        return " ".join(filter(None, (start, end)))


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Standard:
    """The value of a parameter, and when it is the standard."""

    value: int
    period: Period = ALWAYS


def standards_in_words(standards: Sequence[Standard], unit: str) -> str:
    """Return standards in words: `28 days until 2026-03-31, 21 days from 2026-04-01`."""
    each = (f"{in_units(one.value, unit)} {one.period}".strip() for one in standards)
    return ", ".join(each)


def overlapping(standards: Sequence[Standard]) -> bool:
    """Say whether two standards hold on one day."""
    in_order = sorted((one.period for one in standards), key=lambda one: one.start or date.min)
    return any(one.meet(after) is not None for one, after in pairwise(in_order))


def is_number(value: object) -> bool:
    """Say whether a parameter may have this value."""
    return type(value) is int and 0 <= value <= MAX_NUMBER


def read_day(value: object) -> date | None:
    """Return the day that a text YYYY-MM-DD names, or None where it names none."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None
