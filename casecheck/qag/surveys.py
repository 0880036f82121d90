"""Rates from samples in which cases had different chances: stratified, and by risk.

What is asked is a ratio: the compliant among the cases to which a check applies, where neither
number is known beforehand. Each drawn case has `met` (1 or 0), `asked` (1 where it counts, else 0)
and a weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from casecheck.qag.agreement import Undecidable
from casecheck.qag.intervals import Interval


class Drawn(NamedTuple):
    """One drawn case: a value, and whether it counts (1) or not (0)."""

    value: float
    counts: float = 1.0


class Stratum(NamedTuple):
    """The drawn cases of a stratum, a simple sample of its `population` cases."""

    drawn: Sequence[Drawn]
    population: int


class Ratio(NamedTuple):
    """An estimated ratio and its standard error; `degrees` of freedom of the error."""

    value: float
    error: float
    degrees: int


def stratified_ratio(strata: Sequence[Stratum]) -> Ratio:
    """Return the mean value of the cases that count, each stratum weighing by its population.

    Cochran (1977), Sampling Techniques, 3rd ed.: 5.3-5.4 where every case counts, 6.11 (the
    combined ratio, linearised) where not. The error has the finite-population correction.

    Raises:
        Undecidable: a stratum with one case of several, whose variance nobody knows; or no case
            that counts.
    """
    counting = sum(_per_case(one) * sum(case.counts for case in one.drawn) for one in strata)
    if not counting:
        raise Undecidable("no drawn case counts")
    value = sum(_per_case(one) * sum(case.value for case in one.drawn) for one in strata) / counting
    variance = 0.0
    for one in strata:
        number = len(one.drawn)
        if number == one.population:
            continue  # every case was looked at: nothing is left to chance
        if number < 2:
            message = f"a stratum has {number} judged of {one.population}: no variance from one"
            raise Undecidable(message)
        rest = [case.value - value * case.counts for case in one.drawn]
        spread = _squares(rest) / (number - 1)
        variance += one.population**2 * (1 - number / one.population) * spread / number
    degrees = sum(len(one.drawn) - 1 for one in strata if len(one.drawn) < one.population)
    return Ratio(value, sqrt(variance) / counting, degrees)


def hajek_ratio(drawn: Sequence[Drawn], probabilities: Sequence[float]) -> Ratio:
    """Return the mean value of the cases that count, each weighing by 1 over its probability.

    Hajek (1971), in Foundations of Statistical Inference, p. 236. The error is linearised and as
    if drawn with replacement, which for our designs errs on the wide side (Sarndal, Swensson &
    Wretman 1992, 3.6 and 5.7); R's survey package does the same for `svydesign(probs=)`.

    Raises:
        Undecidable: fewer than two cases that count; or a probability that is not above 0.
    """
    _need_probabilities(probabilities)
    number = sum(1 for case in drawn if case.counts)
    if number < 2:
        raise Undecidable(f"{number} judged: no variance from one case")
    weighed = list(zip(drawn, probabilities, strict=True))
    counting = sum(case.counts / chance for case, chance in weighed)
    value = sum(case.value / chance for case, chance in weighed) / counting
    rest = [(case.value - value * case.counts) / chance for case, chance in weighed]
    cases = len(drawn)
    error = sqrt(_squares(rest) * cases / (cases - 1)) / counting
    return Ratio(value, error, number - 1)


def horvitz_thompson(values: Sequence[float], probabilities: Sequence[float]) -> float:
    """Return the estimated total of a population: each value over its probability.

    Horvitz & Thompson (1952), Journal of the American Statistical Association 47:663-685.
    """
    _need_probabilities(probabilities)
    return sum(value / chance for value, chance in zip(values, probabilities, strict=True))


def horvitz_thompson_variance(
    values: Sequence[float], probabilities: Sequence[float], joint: Sequence[Sequence[float]]
) -> float:
    """Return the estimated variance of such a total; `joint[i][j]`: both i and j are drawn.

    Horvitz & Thompson (1952); Thompson, Sampling, ch. 6.

    Raises:
        Undecidable: two drawn cases that could not be drawn together.
    """
    _need_probabilities(probabilities)
    variance = 0.0
    for i, (one, chance) in enumerate(zip(values, probabilities, strict=True)):
        variance += (1 - chance) * (one / chance) ** 2
        for j, (other, its) in enumerate(zip(values, probabilities, strict=True)):
            if i == j:
                continue
            if not joint[i][j] > 0:
                raise Undecidable("two cases had no chance to be drawn together")
            variance += (joint[i][j] / (chance * its) - 1) * one * other / joint[i][j]
    return variance


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
    return Interval(1 / (1 + exp(spread - odds)), 1 / (1 + exp(-spread - odds)))


def _per_case(stratum: Stratum) -> float:
    """How many cases of the population one drawn case stands for."""
    if not stratum.drawn:
        raise Undecidable(f"a stratum of {stratum.population} has no judged case")
    return stratum.population / len(stratum.drawn)


def _squares(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)


def _need_probabilities(probabilities: Sequence[float]) -> None:
    if not all(0 < chance <= 1 for chance in probabilities):
        raise Undecidable("a probability of 0 or above 1: such a case cannot be weighed")
