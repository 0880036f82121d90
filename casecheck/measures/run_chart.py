"""A run chart: is there a run too long, or are there too few crossings, to be chance?

The centre is the median. A point on it says nothing and is not *useful*. Of n useful points chance
alone seldom makes a run of more than round(log2 n) + 3 on one side, or fewer crossings of the
centre than the 5 % point of Binomial(n - 1, 1/2).

Source: Anhøj and Olesen, "Run Charts Revisited", PLoS ONE 9(11), 2014, e113825; the run's limit is
Schilling's (2012), that of crossings Chen's (2010). qicharts2 works out the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from math import log2
from statistics import median

from casecheck.qag.inference.tails import binomial_at_most

FEWEST_USEFUL = 10
"""Under so many useful points the rules say nothing: the contract of the measures."""
_RARE = Fraction(5, 100)


@dataclass(frozen=True)
class RunChart:
    """What the rules of a run chart say of some values in order of time."""

    center: Fraction
    useful: tuple[int, ...]
    """The places of the values that do not lie on the center."""
    longest: int
    """The number of useful points in the longest run; 0 where none is useful."""
    longest_allowed: int
    crossings: int
    crossings_needed: int
    turn: int
    """The place of the first value of the later level; of no meaning where no rule fires."""
    rises: bool
    """Whether the later level is the higher."""

    @property
    def enough(self) -> bool:
        """Whether there are useful points enough for the rules."""
        return len(self.useful) >= FEWEST_USEFUL

    @property
    def long_run(self) -> bool:
        """Whether the longest run is longer than chance would make it."""
        return self.enough and self.longest > self.longest_allowed

    @property
    def few_crossings(self) -> bool:
        """Whether the line crosses the center more seldom than by chance."""
        return self.enough and self.crossings < self.crossings_needed


def longest_allowed(useful: int) -> int:
    """Return how long a run may be, of so many useful points.

    >>> [longest_allowed(n) for n in (10, 24, 84)]
    [6, 8, 9]
    """
    return round(log2(useful)) + 3 if useful else 0


@lru_cache(maxsize=256)
def crossings_needed(useful: int) -> int:
    """Return how many crossings there must be, of so many useful points.

    >>> [crossings_needed(n) for n in (10, 24, 84)]
    [2, 8, 34]
    """
    number, ways = 0, useful - 1
    while ways > 0 and binomial_at_most(number, ways, Fraction(1, 2)) < _RARE:
        number += 1
    return number


def run_chart(values: Sequence[Fraction]) -> RunChart:
    """Return what the rules say of at least one value, in order of time."""
    center = median(values)
    useful = tuple(place for place, value in enumerate(values) if value != center)
    sides = [values[place] > center for place in useful]
    turn, rises = _turn(values)
    return RunChart(
        center=center,
        useful=useful,
        longest=max((len(list(run)) for _, run in groupby(sides)), default=0),
        longest_allowed=longest_allowed(len(useful)),
        crossings=sum(one != other for one, other in pairwise(sides)),
        crossings_needed=crossings_needed(len(useful)),
        turn=turn,
        rises=rises,
    )


def _turn(values: Sequence[Fraction]) -> tuple[int, bool]:
    """Return where the level changed, and whether it rose.

    It changed where the cumulative sum of what differs from the mean is furthest from 0; of several
    such places at the last, since the chart speaks of today.
    """
    mean = sum(values, Fraction(0)) / len(values)
    total, furthest, place = Fraction(0), Fraction(0), 0
    for index, value in enumerate(values[:-1], start=1):
        total += value - mean
        if abs(total) >= abs(furthest):
            furthest, place = total, index
    return place, furthest < 0
