"""Finds out for which day the lists of Annex A speak, and from which on they tell all.

No list says for which day it was made. The person says it; or the ages do, where they are told with
decimals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from casecheck.intake.sources import values
from casecheck.intake.sources.readers.workbook import ListTable
from casecheck.intake.sources.rows import SourceRefused

ID, BIRTH, AGE = "Child Unique ID", "Date of Birth", "Age"
WINDOW = 6
"""Months before an inspection of which the lists tell."""
STALE = timedelta(31)
"""Ages that were worked out so long after the last event of a workbook are of another day."""
_OF_WINDOW = {"List 1": "Date of Contact", "List 3": "Date of Referral",
              "List 5": "Strategy discussion initiating Section 47 Enquiry Start Date"}  # fmt: skip
_YEAR = 365.25
_LEAST = 3
"""So many children must agree on a day."""


def day_of(
    tables: Sequence[ListTable], day_items: frozenset[str], as_of: date | None
) -> tuple[date, list[str]]:
    """Return the day for which lists speak, and sentences on it.

    Raises:
        SourceRefused: where they do not tell it, and nobody says it.
    """
    last = _last_event(tables, day_items)
    if as_of is not None:
        if last is None or as_of - last <= STALE:
            return as_of, []
        late = f"{(as_of - last).days:,} days before {as_of}"
        told = f"The last event of the lists is of {last}, {late}"
        return as_of, [f"{told}: is that the day for which they speak?"]
    told_by_ages, births = _day_of_ages(tables)
    if told_by_ages is None:
        raise SourceRefused("the lists do not say for which day they speak: say it with --as-of")
    if last is None or told_by_ages - last > STALE:
        why = f"the ages were worked out on {told_by_ages}, long after the last event of the lists"
        raise SourceRefused(f"{why}: say with --as-of for which day they speak")
    told = f"The ages of {births:,} children were worked out on {told_by_ages}"
    return told_by_ages, [f"{told}, which is taken for the day of the lists: --as-of says another."]


def first_day(tables: Sequence[ListTable], day: date) -> date:
    """Return the first day of which lists tell all that they tell of a time.

    It is six months before; later where nothing is told of that time: lists are made for the day of
    an inspection, and not for the one on which they were written.
    """
    told = [
        found
        for table in tables
        if (item := _OF_WINDOW.get(table.name)) in table.items
        for found in _days(table, table.items.index(str(item)))
    ]
    return max(months_before(day, WINDOW), min(told, default=date.min))


def months_before(day: date, months: int) -> date:
    """Return the day so many months earlier, the last of its month where that is shorter.

    >>> str(months_before(date(2026, 8, 31), 6))
    '2026-02-28'
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    next_year, next_month = divmod(year * 12 + month + 1, 12)
    last = date(next_year, next_month + 1, 1) - timedelta(1)
    return last.replace(day=min(day.day, last.day))


def _days(table: ListTable, at: int) -> Iterator[date]:
    for row in table.rows:
        value = values.day(row.texts[at] or "")[0]
        if isinstance(value, date):
            yield value


def _last_event(tables: Sequence[ListTable], day_items: frozenset[str]) -> date | None:
    """Return the last day in the lists but for births; one day in a hundred may be a slip."""
    every = sorted(
        day
        for table in tables
        for at, item in enumerate(table.items)
        if item in day_items and item != BIRTH
        for day in _days(table, at)
    )
    return every[-1 - len(every) // 100] if every else None


def _day_of_ages(tables: Sequence[ListTable]) -> tuple[date | None, int]:
    """Return the day on which the ages were worked out, where they tell it, and of how many.

    An age with decimals is days by 365.25: with the day of birth it tells the day of both. One in
    twenty may say otherwise.
    """
    told: Counter[date] = Counter()
    for table in tables:
        if not {BIRTH, AGE} <= set(table.items):
            continue
        at_birth, at_age = table.items.index(BIRTH), table.items.index(AGE)
        for row in table.rows:
            day = _worked_out(row.texts[at_birth], row.texts[at_age])
            if day is not None:
                told[day] += 1
    if not told:
        return None, 0
    day, times = max(told.items(), key=lambda one: (one[1], one[0]))
    return (day, times) if times >= _LEAST and times * 20 >= told.total() * 19 else (None, 0)


def _worked_out(birth: str | None, age: str | None) -> date | None:
    born = values.day(birth or "")[0]
    if not isinstance(born, date) or len((age or "").partition(".")[2]) < 4:
        return None
    try:
        days = float(age or "") * _YEAR
    except ValueError:
        return None
    if not 0 <= days < 40_000 or abs(days - round(days)) >= 0.01:
        return None
    return born + timedelta(round(days))
