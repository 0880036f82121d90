"""An index of the rows that are looked for, by what the conditions of a search ask of them.

Rows are put in order by each number that a condition compares with one of an earlier row: a day, or
to which row they refer. Then only those are tried that lie between the limits an earlier row sets,
and those of which the number is not known for certain.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from casecheck.lessons.terms import Base, Comparison, Order, Quantity, bindings_of_base
from casecheck.truth.bounds import FAR, NOT_THERE, Bounds
from casecheck.truth.plain_reading import Candidate, Step

_TURNED: dict[Order, Order] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


class Limit(NamedTuple):
    """Its number, moved by `plus`, must stand in this order to a quantity of an earlier row."""

    order: Order
    other: Quantity
    plus: int

    def ends(self, wanted: Bounds) -> Bounds:
        """Return the least and the most that the number may be, for bounds of the other."""
        first, last = wanted[0] - self.plus, wanted[1] - self.plus
        match self.order:
            case "<":
                return -FAR, last - 1 if wanted[1] < FAR else FAR
            case "<=":
                return -FAR, last if wanted[1] < FAR else FAR
            case ">":
                return first + 1 if wanted[0] > -FAR else -FAR, FAR
            case ">=":
                return first if wanted[0] > -FAR else -FAR, FAR
            case _:
                return first if wanted[0] > -FAR else -FAR, last if wanted[1] < FAR else FAR


class Axis(NamedTuple):
    """One number of a row, and all that limits it."""

    own: Quantity
    limits: Sequence[Limit]


def axes_of(step: Step) -> Sequence[Axis]:
    """Return the numbers of a step's own row that its conditions hold against earlier rows."""
    found: dict[Base, list[Limit]] = {}
    for condition in step.conditions:
        for test in condition.alternatives[0] if len(condition.alternatives) == 1 else ():
            # One that holds where an event has not happened limits nothing.
            if not isinstance(test, Comparison) or test.when_null:
                continue
            left, right = test.left, test.right
            of_own = [bindings_of_base(side.base) == {step.name} for side in (left, right)]
            if of_own == [True, False]:
                found.setdefault(left.base, []).append(Limit(test.order, right, left.plus))
            elif of_own == [False, True]:
                turned = _TURNED[test.order]
                found.setdefault(right.base, []).append(Limit(turned, left, right.plus))
    return [Axis(Quantity(base), limits) for base, limits in found.items()]


class Placed(NamedTuple):
    """The candidates of a step by one number: in its order, and those where it is unsure.

    A row without the event is in neither: what is compared with it is false.
    """

    axis: Axis
    numbers: Sequence[int]
    places: Sequence[int]
    unsure: Sequence[int]

    def within(self, other: Callable[[Quantity], Bounds | None]) -> tuple[int, int] | None:
        """Return from where to where rows lie within all limits; None where no row can."""
        least, most = -FAR, FAR
        for limit in self.axis.limits:
            wanted = other(limit.other)
            if wanted is None:
                return None
            first, last = limit.ends(wanted)
            least, most = max(least, first), min(most, last)
        start = bisect_left(self.numbers, least)
        return start, max(start, bisect_right(self.numbers, most))


def placed(axis: Axis, bounds: Iterable[tuple[int, Bounds | None]]) -> Placed:
    """Return rows, each by its place and the bounds of its number, as one axis has them."""
    sure: list[tuple[int, int]] = []
    unsure = []
    for at, ends in bounds:
        if ends is None:
            continue
        if ends[0] == ends[1] and abs(ends[0]) < NOT_THERE:
            sure.append((ends[0], at))
        else:
            unsure.append(at)
    sure.sort()
    return Placed(axis, [one for one, _ in sure], [at for _, at in sure], unsure)


class StepIndex:
    """The candidates of one step in one record."""

    def __init__(self, every: Sequence[Candidate], possible: Sequence[int]) -> None:
        self._every = every
        self._possible = possible
        self._by_axis: list[Placed] = []

    def add(self, axis: Axis, bounds: Iterable[Bounds | None]) -> None:
        """Put the candidates in order by one number more: its bounds of each that is possible."""
        self._by_axis.append(placed(axis, zip(self._possible, bounds, strict=True)))

    def worth_trying(self, other: Callable[[Quantity], Bounds | None]) -> Sequence[Candidate]:
        """Return, in order, the fewest candidates among which are all that may fit.

        `other` tells the bounds of a quantity of an earlier row.
        """
        fewest: Sequence[int] | None = None
        size = len(self._possible)
        for one in self._by_axis:
            within = one.within(other)
            if within is None:
                return ()
            start, end = within
            if end - start + len(one.unsure) < size:
                size = end - start + len(one.unsure)
                fewest = sorted([*one.places[start:end], *one.unsure])
        return [self._every[at] for at in (self._possible if fewest is None else fewest)]
