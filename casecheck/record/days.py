"""Read the days of a case record, and its ranges of days, from their texts."""

from __future__ import annotations

import re
from datetime import date

from pydantic_core import PydanticCustomError

from casecheck.record.values import FIRST_DAY, LAST_DAY, OPEN_END, UNKNOWN_WORD, DayRange


class _Days(dict[str, date]):
    """Each day by its text, filled as it is met: never more than the range's 73,414 days."""

    def __missing__(self, text: str) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise PydanticCustomError("day_form", "not a day written as YYYY-MM-DD")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("day_absent", "no such day in the calendar") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise PydanticCustomError("day_range", "a day outside 1900-01-01 to 2100-12-31")
        self[text] = day
        return day


_DAYS = _Days()
exact_day = _DAYS.__getitem__
"""Reads the text of one day, YYYY-MM-DD."""


def day_or_range(text: str) -> date | DayRange:
    """Return the day, or the range of days, of a text such as `2026-01-05/..`."""
    if "/" not in text:
        return _DAYS[text]
    first, _, last = text.partition("/")
    bounds = DayRange(*(None if end == OPEN_END else _DAYS[end] for end in (first, last)))
    if bounds == (None, None):
        raise PydanticCustomError("range_open", "a range needs a day at one end")
    if bounds.first and bounds.last and bounds.last < bounds.first:
        raise PydanticCustomError("range_order", "a range whose end is before its start")
    return bounds


def event_day(text: str) -> date | DayRange | str:
    """Return the day or the range of an event, or the word that it is not known."""
    return text if text == UNKNOWN_WORD else day_or_range(text)


def first_day_or_before(text: str) -> date | DayRange:
    """Return a day, or the range up to one that is the latest it can be."""
    day = day_or_range(text)
    if isinstance(day, DayRange) and day.first is not None:
        raise PydanticCustomError("range_start", "of this day only a range ../YYYY-MM-DD is known")
    return day
