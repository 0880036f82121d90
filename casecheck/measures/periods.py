"""Months, quarters and years: which period a day lies in, and what each is called.

Quarters and years are those of the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

Length = Literal["month", "quarter", "year"]
LENGTHS: tuple[Length, ...] = get_args(Length)
_MONTHS: dict[Length, int] = {"month": 1, "quarter": 3, "year": 12}
PERIOD = r"[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?"
"""What a period is called."""


class Period(NamedTuple):
    """A month, a quarter or a year, by its first and last day."""

    start: date
    end: date
    label: str

    @property
    def bounds(self) -> tuple[int, int]:
        """Its first and last day as ordinals."""
        return self.start.toordinal(), self.end.toordinal()


@lru_cache(maxsize=8192)
def period_of(day: date, by: Length) -> Period:
    """Return the period in which a day lies.

    >>> period_of(date(2025, 11, 3), "quarter")[1:]
    (datetime.date(2025, 12, 31), '2025-Q4')
    >>> period_of(date(2025, 2, 3), "month")[1:], period_of(date(2025, 2, 3), "year").label
    ((datetime.date(2025, 2, 28), '2025-02'), '2025')
    """
    months = _MONTHS[by]
    first = (day.month - 1) // months * months + 1
    start = date(day.year, first, 1)
    after, year = first + months, day.year
    if after > 12:
        after, year = 1, year + 1
    end = date(year, after, 1) - timedelta(days=1)
    labels = {
        "month": f"{day.year:04}-{first:02}",
        "quarter": f"{day.year:04}-Q{(first + 2) // 3}",
        "year": f"{day.year:04}",
    }
    return Period(start, end, labels[by])


def periods_from(first: date, last: date, by: Length) -> Iterator[Period]:
    """Yield the periods in which the days from the first to the last lie.

    >>> [one.label for one in periods_from(date(2025, 9, 30), date(2026, 1, 1), "quarter")]
    ['2025-Q3', '2025-Q4', '2026-Q1']
    """
    while first <= last:
        period = period_of(first, by)
        yield period
        first = period.end + timedelta(days=1)


def named(label: str) -> Period:
    """Return the period of a label.

    >>> [named(one).end.isoformat() for one in ("2025", "2025-Q4", "2025-02")]
    ['2025-12-31', '2025-12-31', '2025-02-28']
    """
    year, _, rest = label.partition("-")
    month = 1 if not rest else int(rest[1:]) * 3 if rest[0] == "Q" else int(rest)
    return period_of(date(int(year), month, 1), length_of(label))


def is_period(text: str) -> bool:
    """Say whether a text is what a period is called."""
    return bool(re.fullmatch(PERIOD, text))


def length_of(label: str) -> Length:
    """Return how long the period of a label is.

    >>> [length_of(one) for one in ("2025", "2025-Q4", "2025-11")]
    ['year', 'quarter', 'month']
    """
    return "year" if "-" not in label else "quarter" if "Q" in label else "month"
