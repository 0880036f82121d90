"""Count the working days of England and Wales: Monday to Friday, less the bank holidays."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache
from pathlib import Path


@cache
def _bank_holidays() -> list[int]:
    text = Path(__file__).with_name("bank_holidays.txt").read_text(encoding="utf-8")
    days = (line for line in text.splitlines() if line and not line.startswith("#"))
    return sorted(date.fromisoformat(day).toordinal() for day in days)


@cache
def working_day_number(ordinal: int) -> int:
    """Return how many working days there are from 1 January of year 1 up to and including a day.

    So the working days after a, up to and including b, number
    `working_day_number(b) - working_day_number(a)` where a is not after b. Days are proleptic
    Gregorian ordinals (`date.toordinal`).
    """
    weeks, rest = divmod(ordinal, 7)  # ordinal 1 was a Monday
    return weeks * 5 + min(rest, 5) - bisect_right(_bank_holidays(), ordinal)


def day_after_working_days(ordinal: int, number: int) -> int:
    """Return the day that comes so many working days after a day; 0 is the day itself.

    Days are ordinals, as above. It is the first day on which `workdays(a, b)` is that number.
    """
    target = working_day_number(ordinal) + number
    day = ordinal + number
    while (short := target - working_day_number(day)) > 0:
        day += short  # no more than as many days can be working days
    return day
