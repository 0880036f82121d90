"""Intervals for a rate and for a difference of two rates, of simple samples.

A rate is a share from 0 to 1; `confidence` is a fraction such as 19/20, of both sides together.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from casecheck.qag.extras import need
from casecheck.qag.inference.tail_limits import hypergeometric_keeps


class Interval(NamedTuple):
    """The bounds of a rate or of a difference, both included."""

    lower: float
    upper: float


class Counts(NamedTuple):
    """The bounds of a number of cases, both included."""

    lower: int
    upper: int


def lower_limit(number: float, drawn: float, confidence: Fraction) -> float:
    """Return the one-sided lower limit of a rate, exact for a large population.

    Clopper & Pearson (1934), Biometrika 26:404-413. With a perfect score, all of n, it is the
    n-th root of 1 - confidence.
    """
    if number == 0:
        return 0.0
    special = need("scipy.special")
    return float(special.betaincinv(number, drawn - number + 1, float(1 - confidence)))


def upper_limit(number: float, drawn: float, confidence: Fraction) -> float:
    """Return the one-sided upper limit of a rate, exact for a large population.

    Clopper & Pearson (1934); of deviations it is the "upper deviation limit" of the AICPA's
    Audit Sampling guide (2017), tables A-3 and A-4, which round it up to 0.1 %.
    """
    return 1.0 - lower_limit(drawn - number, drawn, confidence)


def clopper_pearson(number: float, drawn: float, confidence: Fraction) -> Interval:
    """Return the exact two-sided interval of a rate (Clopper & Pearson 1934), equal tails.

    Of a weighted sample, the numbers may be other than whole.
    """
    one_sided = (1 + confidence) / 2
    return Interval(lower_limit(number, drawn, one_sided), upper_limit(number, drawn, one_sided))


def wilson(number: int, drawn: int, confidence: Fraction) -> Interval:
    """Return the score interval of a rate (Wilson 1927; method 3 of Newcombe 1998, 857-872).

    It covers its confidence on average over rates, not at each.
    """
    z = normal_quantile((1 + confidence) / 2)
    rate = number / drawn
    middle = number + z * z / 2
    spread = z * sqrt(number * (1 - rate) + z * z / 4)
    whole = drawn + z * z
    lower = 0.0 if number == 0 else (middle - spread) / whole
    return Interval(lower, 1.0 if number == drawn else (middle + spread) / whole)


def finite_counts(number: int, drawn: int, population: int, confidence: Fraction) -> Counts:
    """Return the exact interval of the number of marked cases in a whole population.

    It holds each number under which neither so few nor so many would be found with a probability
    of half the risk or less: the inverted test of the hypergeometric distribution (Konijn 1973,
    Statistical Theory of Sample Survey Design, ch. 2; Buonaccorsi 1987, American Statistician
    41:215-218). What was found, and found not to be, bounds it too.
    """
    one_sided = (1 + confidence) / 2
    most = _most(number, drawn, population, one_sided)
    least = population - _most(drawn - number, drawn, population, one_sided)
    return Counts(least, most)


def finite_upper(number: int, drawn: int, population: int, confidence: Fraction) -> int:
    """Return the one-sided upper limit of the number of marked cases, exact."""
    return _most(number, drawn, population, confidence)


def _most(number: int, drawn: int, population: int, confidence: Fraction) -> int:
    """Return the largest number under which finding so few has more than the risk."""
    risk = 1 - confidence
    low, high = number, population - (drawn - number)
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeometric_keeps(risk, number, drawn, middle, population):
            high = middle - 1
        else:
            low = middle
    return low


def difference(
    now: float, now_within: Interval, before: float, before_within: Interval
) -> Interval:
    """Return the interval of a difference of two independent rates, from those of each.

    With Wilson's intervals it is method 10 of Newcombe (1998), Statistics in Medicine 17:873-890.
    """
    middle = now - before
    down = sqrt((now - now_within.lower) ** 2 + (before_within.upper - before) ** 2)
    up = sqrt((now_within.upper - now) ** 2 + (before - before_within.lower) ** 2)
    return Interval(middle - down, middle + up)


def normal_quantile(share: Fraction) -> float:
    """Return the quantile of the standard normal distribution."""
    return float(need("scipy.special").ndtri(float(share)))


def student_quantile(share: Fraction, degrees: int) -> float:
    """Return the quantile of Student's distribution."""
    return float(need("scipy.special").stdtrit(degrees, float(share)))
