"""What the generated code calls, where an expression would say it too long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casecheck.engine.properties import NEVER
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.working_days import working_day_number
from casecheck.truth.bounds import FAR, UNKNOWN_BOUNDS, Bounds, birthdays, compare
from casecheck.truth.kleene import Truth, all_of, any_of


def _under(day: int | None, born: str | None, years: int, shift: int) -> Truth:
    if day is None or born is None:
        return None
    first, last = birthdays(born, years)
    return True if day < first + shift else False if day >= last + shift else None


def _compare_bounds(
    left: Bounds | None, order: Any, right: Bounds | None, when_null: bool
) -> Truth:
    if left is None or right is None:
        return when_null
    return compare(left, order, right)


def _birthday_bounds(born: str | None, years: int, shift: int) -> Bounds:
    if born is None:
        return UNKNOWN_BOUNDS
    first, last = birthdays(born, years)
    return first + shift, last + shift


def _working_bounds(bounds: Bounds, today: int, plus: int) -> Bounds:
    shift = plus - working_day_number(today)
    first, last = (
        day if abs(day) >= FAR else working_day_number(today + day) + shift for day in bounds
    )
    return first, last


def _code_bounds(code: str | None, among: tuple[str, ...]) -> Bounds:
    """Return among which places a code lies: `multiple` at any before its own; one unknown, at any.

    >>> _code_bounds("neglect", ("abuse", "neglect", "multiple"))
    (1, 1)
    >>> _code_bounds("multiple", ("abuse", "neglect", "multiple"))
    (0, 1)
    >>> _code_bounds(None, ("abuse", "neglect", "multiple")) == UNKNOWN_BOUNDS
    True
    """
    if code is None:
        return UNKNOWN_BOUNDS
    place = among.index(code)
    return (0, place - 1) if code == ANY_CATEGORY else (place, place)


def _today_at_latest(day: int | None, plus: int) -> Bounds:
    """Return the bounds of the day of an event or today, the earlier, and `plus` days from there.

    `day` has them added already; of a case that was closed it may be later than today. Where it is
    unknown, it is some day up to today.

    >>> _today_at_latest(27, plus=28), _today_at_latest(30, plus=28)
    ((27, 27), (28, 28))
    """
    if day is None:
        return -FAR, plus
    earlier = min(day, plus)
    return earlier, earlier


def _point(number: int | None) -> Bounds | None:
    if number is None:
        return UNKNOWN_BOUNDS
    return None if abs(number) >= NEVER else (number, number)


CALLED: Mapping[str, Any] = {
    "working": working_day_number,
    "compare_bounds": _compare_bounds,
    "birthday_bounds": _birthday_bounds,
    "working_bounds": _working_bounds,
    "code_bounds": _code_bounds,
    "today_at_latest": _today_at_latest,
    "point": _point,
    "under": _under,
    "any_of": any_of,
    "all_of": all_of,
}
"""What the expressions call, by the names they call it by."""
