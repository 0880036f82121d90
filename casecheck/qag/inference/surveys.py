"""Rates from samples in which cases had different chances: stratified, and by risk.

What is asked is a ratio: the compliant among the cases to which a check applies, where neither
number is known beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import log, sqrt, tanh
from typing import NamedTuple

from casecheck.qag.inference.agreement import Undecidable
from casecheck.qag.inference.intervals import Interval, clopper_pearson, student_quantile


class Drawn(NamedTuple):
    """One drawn case: its probability to be drawn, its value, and whether it counts (1) or not (0).

    A case that does not count has the value 0.
    """

    probability: float
    value: float
    counts: float = 1.0


ALONE = "one case stands alone in its stratum: no variance from one case"

StratumCases = Sequence[Drawn]
"""The cases drawn of one part of the list, in which the number to be drawn was fixed."""


class Ratio(NamedTuple):
    """An estimated ratio and its standard error; `degrees` of freedom of the error."""

    value: float
    error: float
    degrees: int


def hajek_ratio(strata: Sequence[StratumCases], rarest: Sequence[float] = ()) -> Ratio:
    """Return the mean value of the cases that count, each weighing 1 over its probability.

    Hájek (1971), in Foundations of Statistical Inference, p. 236. With equal probabilities in each
    stratum it is the stratified mean, or where not every case counts the combined ratio, with the
    finite-population correction (Cochran 1977, Sampling Techniques, 3rd ed., 5.3-5.4 and 6.11).

    `rarest`, for values that are 0 or 1: the least probability of any case of each stratum, drawn
    or not. A stratum's spread is then at least what it would be with one case of each kind more (so
    Agresti & Caffo 2000, American Statistician 54:280-288, for a simple sample), each as rare as
    that (so Fay & Feuer 1997, Statistics in Medicine 16:791-801, for sums of unequal weights).
    Else a stratum in which the few cases came out the same would count as certain, and one of
    which those of low probability were not drawn would be taken to be as the others: without it,
    intervals covered as little as 30 %, and with the mean weight 69 % (tests/test_qag_surveys.py).

    Raises:
        Undecidable: fewer than two cases that count; one case alone in a stratum of more; or a
            probability that is not above 0.
    """
    cases = [case for stratum in strata for case in stratum]
    if not all(0 < chance <= 1 for chance in (*rarest, *(case.probability for case in cases))):
        raise Undecidable("a case has a probability of 0 or above 1: it cannot be weighed")
    number = sum(1 for case in cases if case.counts)
    if number < 2:
        raise Undecidable(f"{number} judged: no variance from fewer than two")
    counting = horvitz_thompson([(case.counts, case.probability) for case in cases])
    value = horvitz_thompson([(case.value, case.probability) for case in cases]) / counting
    least: Sequence[float | None] = rarest or [None] * len(strata)
    variances = [_variance(*both, value) for both in zip(strata, least, strict=True)]
    degrees = number - sum(1 for stratum in strata if any(case.counts for case in stratum))
    degrees = min(degrees, _satterthwaite(variances, [len(stratum) - 1 for stratum in strata]))
    return Ratio(value, sqrt(sum(variances)) / counting, max(1, degrees))


def _satterthwaite(variances: Sequence[float], degrees: Sequence[int]) -> int:
    """Return the degrees of freedom of a sum of variances: few where a small stratum makes it.

    Satterthwaite (1946), Biometrics Bulletin 2:110-114; Cochran 1977, 5.4.
    """
    parts = [(one, own) for one, own in zip(variances, degrees, strict=True) if one]
    if not parts:
        return sum(degrees)
    return int(sum(one for one, _ in parts) ** 2 / sum(one**2 / own for one, own in parts))


def horvitz_thompson(weighed: Sequence[tuple[float, float]]) -> float:
    """Return the estimated total of a list, of (value, probability) of each case drawn.

    Horvitz & Thompson (1952), Journal of the American Statistical Association 47:663-685.
    """
    return sum(value / chance for value, chance in weighed)


def _variance(stratum: StratumCases, rarest: float | None, ratio: float) -> float:
    """Return the estimated variance of the total of one stratum's residuals.

    With equal probabilities it is that of a simple sample, with the finite-population correction.
    With others it is as if drawn with replacement, which errs on the wide side (Hansen & Hurwitz
    1943; Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling, 3.8.3; as R's survey
    package does for `svydesign(probs=)`). Formulas that need no joint probabilities and correct
    for the finite population (Hájek 1964) were tried: their intervals covered as little as 87 %.
    """
    chances = {case.probability for case in stratum} | ({rarest} if rarest else set())
    if chances <= {1.0}:
        return 0.0  # every case was drawn: nothing is left to chance
    number = len(stratum)
    if number == 1:
        raise Undecidable(ALONE)
    rest = [(case.value - ratio * case.counts) / case.probability for case in stratum]
    spread = _spread(rest)
    if rarest:
        spread = max(spread, _spread([*rest, (1 - ratio) / rarest, -ratio / rarest]))
    left = 1 - min(chances) if len(chances) == 1 else 1.0
    return left * number * spread


def _spread(values: Sequence[float]) -> float:
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)


def logit_interval(ratio: Ratio, quantile: float) -> Interval:
    """Return an interval of a rate that stays between 0 and 1, symmetric on the log-odds scale.

    Korn & Graubard (1998), Survey Methodology 24:193-201; R's `svyciprop(method="logit")`.

    Raises:
        Undecidable: all cases came out the same: the error of 0 says nothing.
    """
    if not 0 < ratio.value < 1:
        raise Undecidable("all judged cases came out the same: their spread says nothing")
    odds = log(ratio.value / (1 - ratio.value))
    spread = quantile * ratio.error / (ratio.value * (1 - ratio.value))
    return Interval(_share(odds - spread), _share(odds + spread))


def korn_graubard(ratio: Ratio, number: int, confidence: Fraction) -> Interval:
    """Return the exact interval of as many cases of a simple sample as would have the same error.

    No more than were judged, and fewer where the error has few degrees of freedom: Korn & Graubard
    (1998), Survey Methodology 24:193-201; R's `svyciprop(method="beta")`. `number` is at least 2,
    the error above 0.
    """
    one_sided = (1 + confidence) / 2
    fewer = student_quantile(one_sided, number - 1) / student_quantile(one_sided, ratio.degrees)
    effective = min(number, ratio.value * (1 - ratio.value) * (fewer / ratio.error) ** 2)
    return clopper_pearson(effective * ratio.value, effective, confidence)


def _share(odds: float) -> float:
    """Return the share of log-odds, however large: `exp` would overflow."""
    return (1 + tanh(odds / 2)) / 2


def most_unseen(strata: Sequence[tuple[int, int]], risk: Fraction) -> int:
    """Return how many marked cases there may be where none was drawn, exact.

    `strata` are (drawn, population) of simple samples. It is the largest number that, lying in the
    strata wherever it is likeliest to stay unseen, does so with more than the risk: the test of
    Wendell & Schmee (1996), Journal of the American Statistical Association 91:825-830, for none
    found. Each further marked case stays unseen with a falling probability, so the worst place for
    all of them is found by placing one after the other at its worst.
    """
    rest = [(population, drawn) for drawn, population in strata]
    unseen, marked = Fraction(1), 0
    while True:
        chances = [Fraction(left - drawn, left) if left else Fraction(0) for left, drawn in rest]
        worst = max(range(len(rest)), key=lambda at: chances[at])
        unseen *= chances[worst]
        if unseen <= risk:
            return marked
        marked += 1
        rest[worst] = (rest[worst][0] - 1, rest[worst][1])
