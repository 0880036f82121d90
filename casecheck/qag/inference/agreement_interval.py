"""Intervals for agreement beyond chance, that fit the number of cases.

A measure of agreement is 1 - D/E: D is the share in which two judgments differ, E the share in
which they would by chance. Its standard error is a formula for many cases. Of few, or where hardly
any differ, it comes near to nothing: two cases that agree would show full agreement for certain. So
there the interval is made of exact bounds for D and E (Clopper & Pearson 1934, Biometrika 26).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from casecheck.qag.inference.intervals import Interval, clopper_pearson, student_quantile

FEWEST = 5
"""Cases of each kind, as those that differ, without which no standard error is relied upon."""


def kappa_bounds(
    differing: float, others: tuple[float, float], cases: int, confidence: Fraction
) -> Interval:
    """Return bounds for Cohen's kappa, of so many cases that are independent of each other.

    `differing` is the share in which the two differ, and `others` the share of each one's judgments
    that are not the commonest code. Each of the three has an exact interval with a third of the
    risk, so that all hold together (Bonferroni). By chance they differ in at least those in which
    one of them gives the commonest code and the other does not, and in at most those in which not
    both give it. They differ in no more cases than one of them gives another code.
    """
    sure = 1 - (1 - confidence) / 3
    differ, first, second = (
        clopper_pearson(share * cases, cases, sure) for share in (differing, *others)
    )
    corners = [one + other - 2 * one * other for one in first for other in second]
    lower = 1 - differ.upper / max(min(corners), 1e-300)
    rest = 1 / first.upper + 1 / second.upper - 2
    lower = max(lower, -2 / rest if rest > 0 else -1.0, -1.0)
    both = first.upper + second.upper - first.upper * second.upper
    return Interval(lower, max(lower, 1 - differ.lower / both))


def ac1_bounds(differing: float, cases: int, confidence: Fraction) -> Interval:
    """Return bounds for Gwet's AC1, of so many cases that are independent of each other.

    The judgments that differ by chance are between half and all of them, whatever codes are given.
    """
    differ = clopper_pearson(differing * cases, cases, confidence)
    return Interval(max(-1.0, 1 - 2 * differ.upper), 1 - differ.lower)


def jackknifed(
    value: float, without: Sequence[float], confidence: Fraction
) -> tuple[float, Interval]:
    """Return the standard error and the interval, from the value without each case in turn.

    So the judgments of one case may hang together. Quenouille (1956), Biometrika 43:353-360; of
    kappa, Kraemer (1980), Biometrics 36:207-216. Student's t has a degree less than cases.
    """
    cases = len(without)
    middle = sum(without) / cases
    error = sqrt((cases - 1) / cases * sum((one - middle) ** 2 for one in without))
    spread = student_quantile((1 + confidence) / 2, cases - 1) * error
    return error, Interval(max(-1.0, value - spread), min(1.0, value + spread))


def wider(interval: Interval, other: Interval) -> Interval:
    """Return the interval that holds both."""
    return Interval(min(interval.lower, other.lower), max(interval.upper, other.upper))
