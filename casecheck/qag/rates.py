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

from casecheck.qag.agreement import Undecidable
from casecheck.qag.intervals import (
    Interval,
    difference,
    finite_counts,
    student_quantile,
    wilson,
)
from casecheck.qag.stratified_exact import Counted, TooMuch, stratified_counts
from casecheck.qag.surveys import Drawn, hajek_ratio, logit_interval, most_unseen

_ALL_JUDGED = "every case was judged"


class Part(NamedTuple):
    """What was drawn of one part of a list, and judged.

    `population` are the cases of the part that may count; `counted` are (met, probability) of each
    judged case that does. `out` are the probabilities of those of the population that turned out
    not to be of the kind (the check does not apply, nobody can tell, or the case is of no use), and
    `others` those of cases that were judged but are not of the population. `alike`: each case of
    the part had the same chance, not only those drawn.
    """

    population: int
    counted: Sequence[tuple[bool, Fraction]]
    out: Sequence[Fraction] = ()
    others: Sequence[Fraction] = ()
    alike: bool = True

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
    met = sum(one for one, _ in part.counted)
    counts = finite_counts(met, number, most, confidence)
    # Of fewer cases than `most` the bounds lie on a coarser grid: one case more covers them all
    # (tests/test_qag_intervals.py enumerates it).
    slack = 0 if number == most or certain else 1
    lower = max(counts.lower - slack, met) / most
    upper = min(counts.upper + slack, most - (number - met)) / most
    method = "exact for a finite population (hypergeometric)"
    if slack:
        method += ", one case wider: how many count is not known"
    if number == most:
        method = _ALL_JUDGED
    score = wilson(met, number, confidence)
    return Measure(number, most, method, met / number, Interval(lower, upper), score=score)


def _exact(parts: Sequence[Part], confidence: Fraction) -> Measure:
    strata = [Counted(sum(met for met, _ in part.counted), len(part.counted), part.most)
              for part in parts]  # fmt: skip
    counts = stratified_counts(strata, confidence)
    population = sum(one.population for one in strata)
    value = sum(one.population * one.found / one.drawn for one in strata) / population
    within = Interval(counts.lower / population, counts.upper / population)
    method = "stratified, exact (Wendell and Schmee)"
    return Measure(sum(one.drawn for one in strata), population, method, value, within)


def _weighted(parts: Sequence[Part], confidence: Fraction) -> Measure:
    alike = all(part.alike for part in parts)
    seen = Measure(
        sum(len(part.counted) for part in parts),
        sum(part.most for part in parts),
        f"{'stratified' if alike else 'weighted (Hájek)'}, logit interval",
    )
    met = sum(one for part in parts for one, _ in part.counted)
    if seen.n == seen.population:
        known = met / seen.n
        return seen._replace(method=_ALL_JUDGED, value=known, within=Interval(known, known))
    try:
        _need_all_parts(parts)
        ratio = hajek_ratio([_drawn(part) for part in parts], cautious=True)
        if met in {0, seen.n}:
            return _all_alike(parts, confidence, seen, met > 0)
        quantile = student_quantile((1 + confidence) / 2, ratio.degrees)
        within = logit_interval(ratio, quantile)
        # What was seen is known: the rate of at most `population` cases cannot lie beyond it.
        least, most = met / seen.population, 1 - (seen.n - met) / seen.population
        value = min(max(ratio.value, least), most)
        lower = min(value, max(within.lower, least))
        upper = max(value, min(within.upper, most))
        return seen._replace(value=value, within=Interval(lower, upper))
    except Undecidable as why:
        return seen._replace(refused=str(why))


def _need_all_parts(parts: Sequence[Part]) -> None:
    for part in parts:
        if part.most and not (part.counted or part.out or part.others):
            raise Undecidable(f"of a stratum with {part.most} cases none was judged")


def _all_alike(parts: Sequence[Part], confidence: Fraction, seen: Measure, met: bool) -> Measure:
    """Bound a rate where all judged cases came out the same, and their spread says nothing."""
    told = f"all {seen.n} judged cases came out the same ({'met' if met else 'not met'})"
    if not all(part.alike for part in parts):
        raise Undecidable(f"{told}, so that their weights give no interval")
    strata = [(len(part.counted), part.most) for part in parts if part.most]
    unseen = most_unseen(strata, (1 - confidence) / 2)
    if any(part.out for part in parts):
        at_most = f"at most {unseen} of {seen.population} are otherwise"
        raise Undecidable(f"{told}; {at_most}, but how many there are that count is not known")
    share = unseen / seen.population
    within = Interval(1 - share, 1.0) if met else Interval(0.0, share)
    method = "stratified, exact (hypergeometric), none found"
    return seen._replace(method=method, value=float(met), within=within)


def _drawn(part: Part) -> list[Drawn]:
    counted = [Drawn(float(chance), float(met)) for met, chance in part.counted]
    return counted + [Drawn(float(chance), 0.0, 0.0) for chance in (*part.out, *part.others)]


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

    Of two simple samples it is Newcombe's difference (method 10, of Wilson's intervals).
    """
    seen = Measure(now.n, now.population, "Newcombe's difference (method 10)")
    if now.value is None or before.value is None or not now.within or not before.within:
        which, why = ("now", now.refused) if now.value is None else ("before", before.refused)
        return seen._replace(refused=f"there is no rate {which}: {why}")
    if now.score and before.score:
        within = difference(now.value, now.score, before.value, before.score)
        return seen._replace(value=now.value - before.value, within=within)
    within = difference(now.value, now.within, before.value, before.within)
    method = "difference of both intervals (Zou and Donner)"
    return seen._replace(method=method, value=now.value - before.value, within=within)
