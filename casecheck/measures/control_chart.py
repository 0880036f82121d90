"""Control charts: limits that chance seldom passes, and which points pass a rule.

- a **p-chart** of shares: each point has limits of its own, by its denominator;
- a **c-chart** of counts;
- an **XmR-chart** of anything else, such as a median of days.

Sources: Montgomery, "Introduction to Statistical Quality Control", chapters 6 and 7 (p: 7.2.1,
c: 7.3.1, individuals: 6.4); the rules, and the constants of XmR, are those of NHS England's "Making
Data Count", as NHSRplotthedots works them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Literal

FEWEST_POINTS = 12
"""From so many points on there are limits."""
SET_POINTS = 24
"""Under so many the limits are on trial: more points will move them."""
OF_RANGES = 2.66
"""Limits lie so many mean moving ranges from the mean: 3 / 1.128."""
SCREEN = 3.267
"""A moving range of so many mean ones and more is left out of the mean."""
SHIFT = TREND = 7
"""So many points on one side of the mean, or each higher than the last, are no chance."""

Rule = Literal["outside", "shift", "trend", "near_limit"]
RULES: tuple[Rule, ...] = ("outside", "shift", "trend", "near_limit")
Level = Literal["none", "trial", "set"]


@dataclass(frozen=True)
class Limits:
    """The limits of one point; `near_*` lie two thirds of the way from the mean."""

    lower: float
    near_lower: float
    upper: float
    near_upper: float


@dataclass(frozen=True)
class ControlChart:
    """The mean, the limits of each point, and the places at which each rule fires."""

    mean: float
    limits: tuple[Limits, ...]
    fires: dict[Rule, frozenset[int]]
    """Rule to the places of all points that are part of what it found; no rule is left out."""
    sides: tuple[int, ...]
    """Of each point -1, 0 or 1: under, on or over the mean."""
    steps: tuple[int, ...]
    """Of each point but the first -1, 0 or 1: lower than the one before, as high, or higher."""


def level(points: int) -> Level:
    """Return how firm limits from so many points are.

    >>> [level(n) for n in (11, 12, 23, 24)]
    ['none', 'trial', 'trial', 'set']
    """
    if points < FEWEST_POINTS:
        return "none"
    return "trial" if points < SET_POINTS else "set"


def p_chart(met: Sequence[int], members: Sequence[int]) -> ControlChart:
    """Return the chart of shares, `met[i]` of `members[i]`, none of which is 0 (Montgomery 7.8)."""
    whole = Fraction(sum(met), sum(members))
    spread = float(whole * (1 - whole))
    each = [_limits(float(whole), sqrt(spread / of), most=1.0) for of in members]
    return _chart([n / of for n, of in zip(met, members, strict=True)], float(whole), each)


def c_chart(counts: Sequence[int]) -> ControlChart:
    """Return the chart of counts (Montgomery 7.17)."""
    mean = sum(counts) / len(counts)
    return _chart(counts, mean, [_limits(mean, sqrt(mean))] * len(counts))


def xmr_chart(values: Sequence[float], least: float | None = 0.0) -> ControlChart:
    """Return the chart of at least two single values; limits do not go under the least possible.

    A moving range that is 3.267 mean ones or more is left out, once, before the limits are drawn.
    """
    mean = sum(values) / len(values)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    most = SCREEN * sum(ranges) / len(ranges)
    # Where all ranges are 0 none is under the screen, and so is the mean range.
    kept = [one for one in ranges if one < most] or [0.0]
    one_third = OF_RANGES / 3 * sum(kept) / len(kept)
    return _chart(values, mean, [_limits(mean, one_third, least=least)] * len(values))


def _limits(
    mean: float, sigma: float, least: float | None = 0.0, most: float | None = None
) -> Limits:
    def within(value: float) -> float:
        value = value if least is None else max(value, least)
        return value if most is None else min(value, most)

    lower, near_lower, near_upper, upper = (within(mean + n * sigma) for n in (-3, -2, 2, 3))
    return Limits(lower, near_lower, upper, near_upper)


def _chart(values: Sequence[float], mean: float, limits: Sequence[Limits]) -> ControlChart:
    sides = [(value > mean) - (value < mean) for value in values]
    outside = {
        place
        for place, (value, limit) in enumerate(zip(values, limits, strict=True))
        if value > limit.upper or value < limit.lower
    }
    near = {
        place
        for place, (value, limit) in enumerate(zip(values, limits, strict=True))
        if place not in outside and (value > limit.near_upper or value < limit.near_lower)
    }
    steps = [(after > before) - (after < before) for before, after in pairwise(values)]
    fires: dict[Rule, frozenset[int]] = {
        "outside": frozenset(outside),
        "shift": frozenset(_alike(sides, SHIFT)),
        "trend": frozenset(_trend(steps)),
        "near_limit": frozenset(_two_of_three(near, sides)),
    }
    return ControlChart(mean, tuple(limits), fires, tuple(sides), tuple(steps))


def _alike(sides: Sequence[int], number: int) -> Iterable[int]:
    """Yield the places of so many in a row that are alike and not 0, and of more."""
    for start in range(len(sides) - number + 1):
        here = sides[start : start + number]
        if here[0] and len(set(here)) == 1:
            yield from range(start, start + number)


def _trend(steps: Sequence[int]) -> Iterable[int]:
    """Yield the places of points that rise one after the other, or fall."""
    for place in _alike(steps, TREND - 1):
        yield place
        yield place + 1


def _two_of_three(near: set[int], sides: Sequence[int]) -> Iterable[int]:
    """Yield points near a limit, two of three in a row that lie on one side of the mean."""
    for start in range(len(sides) - 2):
        three = range(start, start + 3)
        found = [place for place in three if place in near]
        if len(found) >= 2 and len({sides[place] for place in three}) == 1:
            yield from found
