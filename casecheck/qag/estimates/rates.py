"""A rate of a list of cases, from the judged cases of a sample of it, with an interval that fits.

Which interval fits follows from how the sample was drawn: a simple sample has an exact one, strata
and risks have that of their weights. Where none is right, the rate is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from casecheck.qag.inference.agreement import Undecidable
from casecheck.qag.inference.intervals import (
    Counts,
    Interval,
    difference,
    finite_counts,
    student_quantile,
    wilson,
)
from casecheck.qag.inference.stratified_exact import Counted, TooMuch, stratified_counts
from casecheck.qag.inference.stratified_ratio import Found, stratified_ratio
from casecheck.qag.inference.surveys import ALONE, Drawn, hajek_ratio, korn_graubard, logit_interval
from casecheck.text.counted import counted

ALL_JUDGED = "every case was judged"
_LEFT_OPEN = ", one case wider: one number alone would be certain, and not every case was judged"


class Part(NamedTuple):
    """What was drawn of one part of a list, and judged.

    `population` are the cases of the part that may count; `counted` are (met, probability) of each
    judged case that does. `out` are the probabilities of those of the population that turned out
    not to be of the kind (the check does not apply, nobody can tell, or the case is of no use), and
    `others` those of cases that were judged but are not of the population. `rarest`, where not all
    cases of the part had the same chance, is the least of any that may count, drawn or not.
    """

    population: int
    counted: Sequence[tuple[bool, Fraction]]
    out: Sequence[Fraction] = ()
    others: Sequence[Fraction] = ()
    rarest: Fraction | None = None

    @property
    def alike(self) -> bool:
        """Whether each case of this part had the same chance, not only those drawn."""
        return self.rarest is None

    @property
    def drawn(self) -> int:
        """How many cases of the population were drawn."""
        return len(self.counted) + len(self.out)

    @property
    def most(self) -> int:
        """How many cases of this part can be of the kind asked about."""
        return self.population - len(self.out)


class Measure(NamedTuple):
    """An estimated rate, difference or number, or the reason why it is refused.

    `n` are the judged cases that it rests on, of at most `population`. `score` is Wilson's
    interval, for simple samples: what others print, and what differences are made of.
    """

    n: int
    population: int
    method: str
    value: float | None = None
    within: Interval | None = None
    refused: str = ""
    score: Interval | None = None

    @property
    def known(self) -> bool:
        """Whether every case was judged, so that nothing is estimated."""
        return self.method == ALL_JUDGED


def rate(parts: Sequence[Part], confidence: Fraction) -> Measure:
    """Return the share of the cases of a kind that meet what is asked.

    The sample tells of each case whether it is of the kind; how many there are is not known.
    """
    return _rate(parts, confidence, whole=False)


def rate_of_all(parts: Sequence[Part], confidence: Fraction) -> Measure:
    """Return the share of all cases of a list that meet what is asked: each is of the kind.

    Those of which nobody can tell, `out`, are of it too. They are left out of the rate, but its
    interval holds whichever way they are: what is not known of them is never taken for a pass.
    """
    parts = [part for part in parts if part.population]
    open_ones = sum(len(part.out) for part in parts)
    seen = _rate([_without_open(part) for part in parts], confidence, whole=True)
    if not open_ones or seen.within is None:
        return seen
    ends = [_rate([_decided(part, met) for part in parts], confidence, whole=True)
            for met in (False, True)]  # fmt: skip
    refused = [end.refused for end in ends if end.within is None]
    if refused:
        return seen._replace(value=None, within=None, score=None, refused=refused[0])
    bounds = [seen.within, *(end.within for end in ends if end.within)]
    within = Interval(min(one.lower for one in bounds), max(one.upper for one in bounds))
    method = f"{seen.method}, {open_ones} of whom nobody can tell taken either way"
    return seen._replace(method=method, within=within, score=None)


def _without_open(part: Part) -> Part:
    """Weigh the cases that were judged by how many there are in all, where each had one chance."""
    if not part.alike:
        return part._replace(out=(), others=(*part.out, *part.others))
    chance = Fraction(len(part.counted), part.population)
    return Part(part.population, [(met, chance) for met, _ in part.counted])


def _decided(part: Part, met: bool) -> Part:
    """Take all those of whom nobody can tell for met, or for not met."""
    decided = [*part.counted, *((met, chance) for chance in part.out)]
    return _without_open(part._replace(counted=decided, out=()))


def _rate(parts: Sequence[Part], confidence: Fraction, *, whole: bool) -> Measure:
    number = sum(len(part.counted) for part in parts)
    population = sum(part.most for part in parts)
    if population == 0:
        return Measure(0, 0, "none", refused="the list has no such case")
    if number == 0:
        return Measure(0, population, "none", refused="no case was judged that counts")
    if len(parts) == 1 and parts[0].alike:
        return _simple(parts[0], confidence, whole)
    if whole and all(part.alike and part.counted for part in parts):
        with suppress(TooMuch):
            return _exact(parts, confidence)
    return _weighted(parts, confidence)


def _simple(part: Part, confidence: Fraction, certain: bool) -> Measure:
    number, most = len(part.counted), part.most
    met = _met([part])
    counts = finite_counts(met, number, most, confidence)
    # Of fewer cases than `most` the bounds lie on a coarser grid: one case more covers them all
    # (tests/test_qag_intervals.py enumerates it).
    method = "exact for a finite population (hypergeometric)"
    if number == most:
        method = ALL_JUDGED
    elif not certain:
        counts = _one_wider(counts, part)
        method += ", one case wider: how many count is not known"
    elif counts.lower == counts.upper:
        counts = _one_wider(counts, part)
        method += _LEFT_OPEN
    score = wilson(met, number, confidence)
    within = Interval(counts.lower / most, counts.upper / most)
    return Measure(number, most, method, met / number, within, score=score)


def _one_wider(counts: Counts, *parts: Part) -> Counts:
    """Return bounds that are one case wider at each end, but never beyond what was seen."""
    met, number = _met(parts), sum(len(part.counted) for part in parts)
    most = sum(part.most for part in parts) - (number - met)
    return Counts(max(counts.lower - 1, met), min(counts.upper + 1, most))


def _exact(parts: Sequence[Part], confidence: Fraction) -> Measure:
    strata = [Counted(_met([part]), len(part.counted), part.most) for part in parts]
    counts = stratified_counts(strata, confidence)
    population = sum(one.population for one in strata)
    value = sum(one.population * one.found / one.drawn for one in strata) / population
    number = sum(one.drawn for one in strata)
    method = "stratified, exact (Wendell and Schmee)"
    if number == population:
        method = ALL_JUDGED
    elif counts.lower == counts.upper:
        counts = _one_wider(counts, *parts)
        method += _LEFT_OPEN
    within = Interval(counts.lower / population, counts.upper / population)
    return Measure(number, population, method, value, within)


def _weighted(parts: Sequence[Part], confidence: Fraction) -> Measure:
    alike = all(part.alike for part in parts)
    seen = Measure(
        sum(len(part.counted) for part in parts),
        sum(part.most for part in parts),
        "stratified, variance estimates recovery" if alike else "weighted (Hájek), logit interval",
    )
    met = _met(parts)
    if seen.n == seen.population:
        known = met / seen.n
        return seen._replace(method=ALL_JUDGED, value=known, within=Interval(known, known))
    try:
        value, within = (_stratified if alike else _by_weight)(parts, confidence)
    except Undecidable as why:
        return seen._replace(refused=str(why))
    # What was seen is known: the rate of at most `population` cases cannot lie beyond it.
    least, most = met / seen.population, 1 - (seen.n - met) / seen.population
    value = min(max(value, least), most)
    lower = min(value, max(within.lower, least))
    upper = max(value, min(within.upper, most))
    return seen._replace(value=value, within=Interval(lower, upper))


def _met(parts: Sequence[Part]) -> int:
    return sum(met for part in parts for met, _ in part.counted)


def _stratified(parts: Sequence[Part], confidence: Fraction) -> tuple[float, Interval]:
    strata = []
    for part in parts:
        if part.most and not part.drawn:
            raise Undecidable(f"of a stratum with {counted(part.most, 'case')} none was judged")
        if part.drawn == 1 < part.population:
            raise Undecidable(ALONE)
        met = _met([part])
        strata.append(Found(met, len(part.counted) - met, part.drawn, part.population))
    return stratified_ratio([one for one in strata if one.population], confidence)


def _by_weight(parts: Sequence[Part], confidence: Fraction) -> tuple[float, Interval]:
    for part in parts:
        if part.most and not (part.drawn or part.others):
            raise Undecidable(f"of a stratum with {counted(part.most, 'case')} none was judged")
    strata = [(drawn, part.rarest) for part in parts if (drawn := _drawn(part))]
    rarest = [min(case.probability for case in drawn) if least is None else float(least)
              for drawn, least in strata]  # fmt: skip
    ratio = hajek_ratio([drawn for drawn, _ in strata], rarest)
    number, met = sum(len(part.counted) for part in parts), _met(parts)
    if met in {0, number}:
        told = f"all {number} judged cases came out the same ({'met' if met else 'not met'})"
        raise Undecidable(f"{told}, so that their weights give no interval")
    logit = logit_interval(ratio, student_quantile((1 + confidence) / 2, ratio.degrees))
    beta = korn_graubard(ratio, number, confidence)
    return ratio.value, Interval(min(logit.lower, beta.lower), max(logit.upper, beta.upper))


def _drawn(part: Part) -> list[Drawn]:
    counted = [Drawn(float(chance), float(met)) for met, chance in part.counted]
    none = [Drawn(float(chance), 0.0, 0.0) for chance in (*part.out, *part.others)]
    return counted + none


def number_of(measure: Measure, size: int) -> Measure:
    """Return the number of cases that a rate comes to in a list of this size.

    The bounds are rounded outwards to whole cases.
    """
    if measure.value is None or measure.within is None:
        return measure
    lower = floor(round(measure.within.lower * size, 9))
    upper = ceil(round(measure.within.upper * size, 9))
    within = Interval(float(lower), float(upper))
    return measure._replace(value=measure.value * size, within=within, score=None)


def changed(now: Measure, before: Measure) -> Measure:
    """Return how far a rate has changed between two samples that are independent of each other.

    Of two simple samples it is Newcombe's difference (method 10, of Wilson's intervals). Of others
    it reaches as far as the ends of both intervals lie apart, which errs on the wide side (Schenker
    & Gentleman 2001, American Statistician 55:182-186): put together as Newcombe does, intervals of
    which one is at its end as a rule covered as little as 87 % (tests/test_qag_surveys.py).
    """
    seen = Measure(now.n, now.population, "Newcombe's difference (method 10)")
    if now.value is None or before.value is None or not now.within or not before.within:
        which, why = ("now", now.refused) if now.value is None else ("before", before.refused)
        return seen._replace(refused=f"there is no rate {which}: {why}")
    if now.score and before.score:
        within = difference(now.value, now.score, before.value, before.score)
        return seen._replace(value=now.value - before.value, within=within)
    within = Interval(
        now.within.lower - before.within.upper, now.within.upper - before.within.lower
    )
    method = "difference of the ends of both intervals"
    return seen._replace(method=method, value=now.value - before.value, within=within)
