"""Sizes for other questions than a tolerable rate: a precision, a change, and who does not count.

Rates are shares of 1, exact, of cases that are *not* compliant; the arithmetic of the least size
that shows a tolerable rate is in `sizing.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, sqrt

from casecheck.qag.inference.intervals import normal_quantile
from casecheck.qag.inference.sizing import (
    MOST_CASES,
    Aim,
    AttributeSize,
    MarginSize,
    NoSize,
    least_size,
    margin_size,
    shown,
    too_near,
)
from casecheck.qag.inference.tail_limits import binomial_keeps, hypergeometric_keeps

POWER = Fraction(4, 5)
"""The probability with which a change of practice is to be seen, unless another is asked for."""


def allowed_size(aim: Aim, allowed: int) -> AttributeSize:
    """Return the least size that shows the aim with so many not compliant among those drawn.

    With none allowed it is that of discovery: were the tolerable share so, one case at least would
    be found with the confidence.

    Raises:
        NoSize: where not even all cases would show it.
    """
    if not aim.keeps(allowed, aim.most, aim.risk):
        raise NoSize(too_near(aim))
    cases = least_size(aim, allowed, aim.risk, 1, aim.most)
    return AttributeSize(aim, Fraction(0), cases, allowed, float(aim.chance(allowed, cases)))


def to_draw(
    cases: int, applies: Fraction, confidence: Fraction, population: int | None = None
) -> int:
    """Return how many to draw so that a check applies to so many of them, with the confidence.

    It applies to this share of all; of a finite list, rounded down to whole cases.

    Raises:
        NoSize: where the list has not as many, or more would be needed than any audit reads.
    """
    most = MOST_CASES if population is None else min(population, MOST_CASES)
    applicable = floor(applies * (population or 0))
    if population is not None and applicable < cases:
        raise NoSize(
            f"the check applies to {applicable:,} of the {population:,} cases, and {cases:,} are"
            " needed: choose a larger tolerable rate, or less confidence"
        )

    def does(number: int) -> bool:
        """Whether too few, at most cases - 1, have no more than the risk."""
        if population is None:
            return binomial_keeps(1 - confidence, cases - 1, number, applies)
        return hypergeometric_keeps(1 - confidence, cases - 1, number, applicable, population)

    if not does(most):
        raise NoSize(f"more than {most:,} cases would have to be drawn: the check applies to few")
    low, high = cases, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True, slots=True)
class ChangeSize:
    """A size for each of two audits, with which a change is seen with the probability `power`."""

    before: Fraction
    now: Fraction
    confidence: Fraction
    power: Fraction
    cases: int


def change_size(
    before: Fraction, now: Fraction, confidence: Fraction, power: Fraction = POWER
) -> ChangeSize:
    """Return how many cases each of two audits needs, so that a change of a rate is seen.

    Without continuity correction: n = (a sqrt(2 p q) + b sqrt(p1 q1 + p2 q2))^2 / (p1 - p2)^2, with
    p the mean of both rates, and a and b the normal quantiles of the confidence, for both sides,
    and of the power. Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions,
    3rd ed., 4.2; R's `power.prop.test`.

    Raises:
        NoSize: where both rates are the same, or so near that no audit reads as many.
    """
    if before == now:
        raise NoSize("both rates are the same: there is no change to be seen")
    middle = (before + now) / 2
    both = normal_quantile((1 + confidence) / 2) * sqrt(2 * middle * (1 - middle))
    each = normal_quantile(power) * sqrt(before * (1 - before) + now * (1 - now))
    cases = ceil(round((both + each) ** 2 / float(before - now) ** 2, 9))
    if cases > MOST_CASES:
        raise NoSize(f"{cases:,} cases would be needed of each: name rates further apart")
    return ChangeSize(before, now, confidence, power, cases)


def precise_size(
    margin: Fraction, expected: Fraction, confidence: Fraction, population: int | None = None
) -> MarginSize:
    """Return the size, no less than Cochran's, whose exact interval lies within a margin.

    It is the first from Cochran's on with as many found as are expected, rounded to whole cases.

    Raises:
        NoSize: where no audit reads as many.
    """
    about = margin_size(margin, expected, confidence, population)
    most = MOST_CASES if population is None else min(population, MOST_CASES)
    for cases in range(about.cases, most + 1):
        found = round(expected * cases)
        of, share = shown(found, cases, confidence, population), 1 - found / cases
        if max(share - of.lower, of.upper - share) <= float(margin) + 1e-9:
            return replace(about, formula="exact", cases=cases, raw=float(cases))
    raise NoSize(f"more than {most:,} cases would be needed: choose a larger margin")


def with_design(cases: int, effect: Fraction, population: int | None = None) -> int:
    """Return how many cases of a design say as much as so many of a simple sample.

    Kish (1965), Survey Sampling, 8.2: so many times as many as its design effect; of a finite list
    no more than it has.
    """
    needed = ceil(cases * effect)
    return needed if population is None else min(needed, population)
