"""Bounds of what is a whole number: compared in three values, moved, and those of a birthday."""

from __future__ import annotations

from datetime import date
from functools import cache

from casecheck.lessons.terms import Order
from casecheck.truth.kleene import Truth

FAR = 10_000_000
"""Further from today, in days, than any day or row number: the bounds of what is unknown."""
UNKNOWN_BOUNDS = (-FAR, FAR)
NOT_THERE = FAR // 2
"""The least number that stands for a row which is not in the record; a record has far fewer."""

Bounds = tuple[int, int]


def moved(end: int, by: int) -> int:
    """Return an end of bounds moved by some days; what is no bound is none afterwards."""
    return end if abs(end) >= FAR else end + by


def compare(left: Bounds, order: Order, right: Bounds) -> Truth:
    """Compare two numbers of which the bounds are known: True, False, or None for either."""
    match order:
        case "<":
            return True if left[1] < right[0] else False if left[0] >= right[1] else None
        case "<=":
            return True if left[1] <= right[0] else False if left[0] > right[1] else None
        case ">" | ">=":
            return compare(right, "<" if order == ">" else "<=", left)
        case "==":
            if left[0] == left[1] == right[0] == right[1]:
                return True
            return False if left[1] < right[0] or left[0] > right[1] else None
        case _:
            raise AssertionError("conditions bring != to < or >")


@cache
def birthdays(born: str, years: int) -> Bounds:
    """Return the earliest and the latest day (ordinals) on which someone may turn that age.

    `born` is a year or a year and month. Someone born on 29 February has the birthday on 1 March
    in a common year.
    """
    year, month = int(born[:4]), born[5:]
    first = date(year, int(month or 1), 1)
    after_last = date(year + 1, 1, 1) if month in ("", "12") else date(year, int(month) + 1, 1)
    last = date.fromordinal(after_last.toordinal() - 1)
    return _anniversary(first, years), _anniversary(last, years)


def _anniversary(day: date, years: int) -> int:
    if (day.month, day.day) == (2, 29):
        # The day after 28 February: 29 February in a leap year, 1 March in a common one.
        return date(day.year + years, 2, 28).toordinal() + 1
    return day.replace(year=day.year + years).toordinal()
