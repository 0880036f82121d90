"""Where days lie on a drawn timeline, and which bars can stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from casecheck.results import Dated, Timeline

LEFT, RIGHT = 172, 752
"""Where the first and the last day lie, in units of the drawing."""
WIDTH = 760
_BEFORE = timedelta(days=60)
_LONGEST = 8 * 366
"""Days: what lies longer ago is told in the table, and shown by an arrow at the edge."""
_OF_WORKERS = ("workers", "training")
"""What may lie long before the case, and does not say where the drawing begins."""
_YEARS_WITH_QUARTERS = 3
_DAYS_WITH_MONTHS = 800
"""Up to so many days the quarters are named too."""
_MONTHS = {1: "", 4: "Apr ", 7: "Jul ", 10: "Oct "}
"""What stands before the year of a quarter."""


class Mark(NamedTuple):
    """A line of the axis: where, and its label ("" for none)."""

    x: int
    label: str


class Axis:
    """The days from `first` to `last`, as places from left to right."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        self.last = max(last, first + timedelta(days=30))
        self._scale = (RIGHT - LEFT) / (self.last - self.first).days

    def x(self, day: date | None, without: date) -> int:
        """Return where a day lies, at the edge where it is outside; `without` stands for None."""
        inside = min(max(day or without, self.first), self.last)
        return LEFT + round((inside - self.first).days * self._scale)

    def marks(self) -> Iterator[Mark]:
        """Yield the beginnings of years; of quarters too, where the years are few."""
        years = self.last.year - self.first.year
        months = (1,) if years > _YEARS_WITH_QUARTERS else (1, 4, 7, 10)
        every = 1 + years // 12
        close = (self.last - self.first).days < _DAYS_WITH_MONTHS
        for year in range(self.first.year, self.last.year + 1):
            for month in months:
                day = date(year, month, 1)
                if self.first <= day <= self.last:
                    label = f"{_MONTHS[month]}{year}" if month == 1 or close else ""
                    yield Mark(self.x(day, day), label if year % every == 0 else "")


def axis_of(timeline: Timeline, must_show: Iterable[date]) -> Axis:
    """Return an axis for a record's rows, from its first day to the day of the extract.

    What lies years before is left out, unless it is one of the days that it must show.
    """
    shown = list(must_show)
    days = [timeline.today, *shown, *_known(timeline)]
    earliest = min(days)
    limit = timeline.today - timedelta(days=_LONGEST)
    if earliest < limit:
        earliest = min([limit, *shown])
    last = max(day for day in (timeline.today, *shown) if day <= _far(timeline.today))
    return Axis(max(earliest, date.min + _BEFORE) - _BEFORE / 4, last + _BEFORE / 4)


def _far(today: date) -> date:
    """Return the last day that is drawn: a due day may lie many years ahead."""
    return today + timedelta(days=366) if today.year < date.max.year - 2 else today


def _known(timeline: Timeline) -> Iterator[date]:
    for row in timeline.rows:
        if row.section in _OF_WORKERS:
            continue
        for day in (row.start, row.end):
            if day is not None:
                yield from filter(None, day[:2])
    yield from filter(None, timeline.opened[:2])


def ends(day: Dated) -> bool:
    """Say whether a day has no bound at all."""
    return day.first is None and day.last is None


def packed(spans: Sequence[tuple[int, int]], most: int) -> list[int]:
    """Return for each span the track, from 0, on which it overlaps no other; the last takes all.

    >>> packed([(0, 5), (3, 9), (7, 8)], 9)
    [0, 1, 0]
    """
    until: list[int] = []
    found = [0] * len(spans)
    for at in sorted(range(len(spans)), key=lambda at: spans[at]):
        first, last = spans[at]
        free = next((track for track, end in enumerate(until) if end < first), len(until))
        free = min(free, most - 1)
        if free == len(until):
            until.append(last)
        until[free] = max(until[free], last)
        found[at] = free
    return found
