"""Put in words what messages show: fields and rows as recorded, days and what lies between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from casecheck.lessons.terms import Shown
from casecheck.record.model import FieldSpec
from casecheck.record.values import DayRange, range_in_words
from casecheck.record.working_days import day_after_working_days
from casecheck.truth.bounds import FAR, UNKNOWN_BOUNDS, Bounds
from casecheck.truth.known_row import UNKNOWN, KnownRow

NOT_RECORDED = "(not recorded)"
NOT_HAPPENED = "(not yet)"
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


def show_value(value: Any) -> str:
    """Return a value in words: a day as YYYY-MM-DD, a code without underscores, a flag."""
    if isinstance(value, str):
        return value.replace("_", " ")
    if value is UNKNOWN:
        return NOT_RECORDED
    if value is None:
        return NOT_HAPPENED
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, DayRange):
        return range_in_words(value.first, value.last)
    return "yes" if value else "no"


def show_row(row: KnownRow | None, spec: FieldSpec | None) -> str:
    """Return a field of a row in words; without a field, the row's id."""
    if spec is not None:
        return show_value(UNKNOWN if row is None else row.value(spec))
    return NOT_HAPPENED if row is None else row.id or NOT_RECORDED


def show_worked_out(shown: Shown, quantities: Sequence[Bounds | None], today: int) -> str:
    """Return in words what is worked out of these quantities: days from today, or numbers.

    `today` is the record's, as an ordinal. Of a day that is known by bounds alone the bounds are
    shown, and what lies between it and another is some days, where one is surely the later; what
    else would be counted from it is told as not recorded. Births are not shown.
    """
    if None in quantities:
        return NOT_HAPPENED
    if shown.what == "day" and quantities[0] and quantities[0] != UNKNOWN_BOUNDS:
        return _some_day(today, quantities[0])
    known = [bounds[0] for bounds in quantities if bounds and bounds[0] == bounds[1]]
    if len(known) < len(quantities):
        return f"some {shown.what}" if _surely_apart(shown, quantities) else NOT_RECORDED
    match shown.what:
        case "working day":
            return _day(day_after_working_days(today + known[0], known[1]))
        case "number":
            return f"{known[0]:,}"
        case unit:
            number = abs(known[1] - known[0])
            return f"{number:,} {unit.removesuffix('s') if number == 1 else unit}"


def _surely_apart(shown: Shown, quantities: Sequence[Bounds | None]) -> bool:
    """Say whether these are two days, of which one is the later wherever each may lie."""
    if shown.what not in ("days", "working days") or None in quantities:
        return False
    (first, last), (other_first, other_last) = (bounds or UNKNOWN_BOUNDS for bounds in quantities)
    return last < other_first or other_last < first


def _some_day(today: int, bounds: Bounds) -> str:
    """Return a day, or the bounds of it; an open end is far from any day."""
    first, last = (None if abs(end) >= FAR else _day(today + end) for end in bounds)
    if first == last:
        return first or NOT_RECORDED
    return range_in_words(first, last)


def _day(ordinal: int) -> str:
    """Return a day as YYYY-MM-DD; a number of days added may lead out of the calendar."""
    if _FIRST <= ordinal <= _LAST:
        return date.fromordinal(ordinal).isoformat()
    return f"after {date.max}" if ordinal > _LAST else f"before {date.min}"
