"""The day of a member, of which perhaps only bounds are known: by which day has it come?

A day may be that of an event that has not happened, of which nobody knows whether it has, the later
or the earlier of some. All of them answer one question: had it come by a certain day?
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from casecheck.lessons.part_values import Chosen, Day, days_of
from casecheck.lessons.terms import Quantity, nullable
from casecheck.truth.bounds import FAR, UNKNOWN_BOUNDS, Bounds
from casecheck.truth.kleene import Truth, all_of, any_of

NEVER = 10**9
"""Later, as an ordinal, than any day; earlier, where it is less than nought."""


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A day between bounds, both included, as ordinals; whether it has come at all may be unknown.

    `comes` is False for an event that has not happened.
    """

    first: int
    last: int
    comes: Truth = True

    def by(self, day: int) -> Truth:
        """Say whether it had come by a day."""
        if self.comes is False or self.first > day:
            return False
        return True if self.comes and self.last <= day else None

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of it: neither that it lies after a day nor before one."""
        return self.first <= -NEVER and self.last >= NEVER


def known_day(
    day: Day | Chosen, bounds: Callable[[Quantity], Bounds | None], today: int
) -> KnownDay:
    """Return a member's day; `bounds` are counted from `today`, an ordinal.

    The earlier of two events is that of those which have happened.
    """
    each = [_one(quantity, bounds(quantity), today) for quantity in days_of(day)]
    if not isinstance(day, Chosen):
        return each[0]
    return _latest(each) if day.latest else _earliest(each)


def _one(quantity: Quantity, bounds: Bounds | None, today: int) -> KnownDay:
    if bounds is None:
        return KnownDay(-NEVER, NEVER, comes=False)
    first = -NEVER if bounds[0] <= -FAR else bounds[0] + today
    last = NEVER if bounds[1] >= FAR else bounds[1] + today
    unknown = nullable(quantity.base) and bounds == UNKNOWN_BOUNDS
    return KnownDay(first, last, None if unknown else True)


def _latest(days: Sequence[KnownDay]) -> KnownDay:
    first, last = max(one.first for one in days), max(one.last for one in days)
    return KnownDay(first, last, all_of(one.comes for one in days))


def _earliest(days: Sequence[KnownDay]) -> KnownDay:
    come = [one for one in days if one.comes is not False]
    first = min((one.first for one in come), default=-NEVER)
    last = min((one.last for one in come if one.comes), default=NEVER)
    return KnownDay(first, last, any_of(one.comes for one in days))
