"""A rate of a list of cases, from the judged cases of a sample of it, with an interval that fits.

Which interval fits follows from how the sample was drawn: a simple sample has an exact one, strata
and risks have that of their parts. Where none is right, the rate is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from casecheck.qag.inference.intervals import (
    Counts,
    Interval,
    difference,
    finite_counts,
    wilson,
)
from casecheck.qag.inference.stratified_exact import Counted, TooMuch, stratified_counts
from casecheck.qag.inference.stratified_ratio import (
    JudgedPart,
    JudgedStratum,
    RateWithin,
    stratified_ratio,
)
from casecheck.qag.inference.verdict import one_sided_limits
from casecheck.qag.inference.weighed_group import WeighedGroup
from casecheck.text.counted import counted

ALL_JUDGED = "every case was judged"
FEW_DRAWN = 5
"""Strata of which no more were drawn are taken together: limits of each would add up too wide."""
_LEFT_OPEN = ", one case wider: one number alone would be certain, and not every case was judged"


class JudgedCase(NamedTuple):
    """A judged case that counts: whether it is met, and its chance to be drawn and judged."""

    met: bool
    probability: Fraction


class Part(NamedTuple):
    """What was drawn of one part of a list, and judged.

    `population` are the cases of the part that may count; `counted` are the judged cases that do.
    `out` are the probabilities of those of the population that turned out
    not to be of the kind (the check does not apply, nobody can tell, or the case is of no use), and
    `others` those of cases that were judged but are not of the population. `every`, where not all
    cases of the part had the same chance, has that of each that may count, drawn or not. `lost` are
    those of `out` of which nothing can be known, since the case is of no use.
    """

    population: int
    counted: Sequence[JudgedCase]
    out: Sequence[Fraction] = ()
    others: Sequence[Fraction] = ()
    every: Sequence[Fraction] = ()
    lost: Sequence[Fraction] = ()

    @property
    def alike(self) -> bool:
        """Whether each case of this part had the same chance, not only those drawn."""
        return not self.every

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
    interval, for simple samples: what others print, and what differences are made of. Of a rate of
    compliance: `one_sided` are its bounds for one side each, and `lost_within` is the interval with
    the `lost` cases taken either way, where there are any.
    """

    n: int
    population: int
    method: str
    value: float | None = None
    within: Interval | None = None
    refused: str = ""
    score: Interval | None = None
    one_sided: Interval | None = None
    lost: int = 0
    lost_within: Interval | None = None

    @property
    def known(self) -> bool:
        """Whether every case was judged, so that nothing is estimated."""
        return self.method == ALL_JUDGED


def rate(parts: Sequence[Part], confidence: Fraction) -> Measure:
    """Return the share of the cases of a kind that meet what is asked.

    The sample tells of each case whether it is of the kind; how many there are is not known.

    Of 40 cases 10 were drawn, each with the chance 1/4. To two of them the check does not apply; of
    the eight others six are met. So at most 38 of the 40 can be of the kind. Between 15 and 37 of
    them are met, or 14 and 38 as how many are of the kind is not known, of which the 2 that were
    seen not to be met take the upper one back to 36:

    >>> chance = Fraction(1, 4)
    >>> met, not_met = JudgedCase(True, chance), JudgedCase(False, chance)
    >>> part = Part(40, [met] * 6 + [not_met] * 2, out=[chance] * 2)
    >>> measure = rate([part], Fraction(19, 20))
    >>> measure.n, measure.population, measure.value
    (8, 38, 0.75)
    >>> [round(bound * 38) for bound in measure.within]
    [14, 36]
    """
    measure = _rate(parts, confidence, whole=False)
    if measure.value is None:
        return measure
    return measure._replace(one_sided=_one_sided(parts, measure, confidence))


def _one_sided(parts: Sequence[Part], measure: Measure, confidence: Fraction) -> Interval | None:
    if measure.known:
        return measure.within
    if len(parts) == 1 and parts[0].alike:
        (part,) = parts
        wider = int(bool(part.out))
        return one_sided_limits(_met(parts), len(part.counted), part.most, confidence, wider)
    of_both = 2 * confidence - 1
    return _rate(parts, of_both, whole=False).within if of_both > 0 else None


def with_lost(measure: Measure, parts: Sequence[Part], confidence: Fraction) -> Measure:
    """Return a rate with what it may be where all lost cases are met, and where none is.

    So files that were lost because practice was bad are bounded, and not assumed away. `parts` are
    those of the rate with the lost cases among those drawn.
    """
    lost = sum(len(part.lost) for part in parts)
    if not lost or measure.within is None:
        return measure
    ends = [_rate([_found(part, met) for part in parts], confidence, whole=False).within
            for met in (False, True)]  # fmt: skip
    intervals = [measure.within, *(end for end in ends if end)]
    lower, upper = (list(bounds) for bounds in zip(*intervals, strict=True))
    return measure._replace(lost=lost, lost_within=Interval(min(lower), max(upper)))


def _found(part: Part, met: bool) -> Part:
    """Take all lost cases for met, or for not met."""
    out = list(part.out)
    for chance in part.lost:
        out.remove(chance)
    found = [*part.counted, *(JudgedCase(met, chance) for chance in part.lost)]
    return part._replace(counted=found, out=out, lost=())


def rate_of_all(parts: Sequence[Part], confidence: Fraction) -> Measure:
    """Return the share of all cases of a list that meet what is asked: each is of the kind.

    Those of which nobody can tell, `out`, are of it too. They are left out of the rate, but its
    interval holds whichever way they are: what is not known of them is never taken for a pass.

    Of 20 breaches 10 were judged: 7 are upheld (met), 2 are not, and of one nobody can tell. The
    rate is that of the nine, 7/9. Three intervals are put together: of 7 in 9, of 7 in 10 (the case
    that nobody can tell taken as not met) and of 8 in 10 (as met). As cases of the 20:

    >>> chance = Fraction(1, 2)
    >>> met, not_met = JudgedCase(True, chance), JudgedCase(False, chance)
    >>> def bounds(*, yes: int, no: int, unknown: int = 0) -> list[int]:
    ...     part = Part(20, [met] * yes + [not_met] * no, out=[chance] * unknown)
    ...     return [round(bound * 20) for bound in rate_of_all([part], Fraction(19, 20)).within]
    >>> bounds(yes=7, no=2), bounds(yes=7, no=3), bounds(yes=8, no=2)
    ([10, 18], [9, 17], [11, 18])
    >>> bounds(yes=7, no=2, unknown=1)
    [9, 18]
    """
    parts = [part for part in parts if part.population]
    unknown = sum(len(part.out) for part in parts)
    seen = _rate([_without_open(part) for part in parts], confidence, whole=True)
    if not unknown or seen.within is None:
        return seen
    ends = [_rate([_decided(part, met) for part in parts], confidence, whole=True)
            for met in (False, True)]  # fmt: skip
    intervals = [seen.within, *(end.within for end in ends if end.within)]
    lower, upper = (list(bounds) for bounds in zip(*intervals, strict=True))
    within = Interval(min(lower), max(upper))
    method = f"{seen.method}, {unknown} of whom nobody can tell taken either way"
    return seen._replace(method=method, within=within, score=None)


def _without_open(part: Part) -> Part:
    """Leave aside the cases of which nobody can tell, as if they had not been drawn.

    Where each case of the part had the same chance, the others stand for all of it: with 9 of 20
    left, each had 9/20. Else they keep their chances, and what is left aside is of another kind.

    >>> half = Fraction(1, 2)
    >>> left = _without_open(Part(20, [JudgedCase(True, half)] * 9, out=[half]))
    >>> left.counted[0], left.out
    (JudgedCase(met=True, probability=Fraction(9, 20)), ())
    """
    if not part.alike:
        return part._replace(out=(), others=(*part.out, *part.others))
    chance = Fraction(len(part.counted), part.population)
    return Part(part.population, [JudgedCase(case.met, chance) for case in part.counted])


def _decided(part: Part, met: bool) -> Part:
    """Take all those of whom nobody can tell for met, or for not met."""
    decided = [*part.counted, *(JudgedCase(met, chance) for chance in part.out)]
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
    population = sum(stratum.population for stratum in strata)
    total = sum(stratum.population * stratum.number / stratum.drawn for stratum in strata)
    number = sum(stratum.drawn for stratum in strata)
    method = "stratified, exact (Wendell and Schmee)"
    if number == population:
        method = ALL_JUDGED
    elif counts.lower == counts.upper:
        counts = _one_wider(counts, *parts)
        method += _LEFT_OPEN
    within = Interval(counts.lower / population, counts.upper / population)
    return Measure(number, population, method, total / population, within)


def _weighted(parts: Sequence[Part], confidence: Fraction) -> Measure:
    alike = all(part.alike for part in parts)
    method = (
        "stratified, variance estimates recovery" if alike else "by risk, effective size (beta)"
    )
    if silent := sum(part.population for part in parts if not part.drawn):
        method += f", {counted(silent, 'case')} of strata of which none was judged taken either way"
    seen = Measure(
        sum(len(part.counted) for part in parts),
        sum(part.most for part in parts),
        method,
    )
    met = _met(parts)
    if seen.n == seen.population:
        known = met / seen.n
        return seen._replace(method=ALL_JUDGED, value=known, within=Interval(known, known))
    if any(not 0 < chance <= 1 for part in parts for chance in part.every if part.drawn):
        refused = "a case has a probability of 0 or above 1: it cannot be weighed"
        return seen._replace(refused=refused)
    value, within = _by_parts(parts, confidence)
    # What was seen is known: the rate of at most `population` cases cannot lie beyond it.
    least, most = met / seen.population, 1 - (seen.n - met) / seen.population
    value = min(max(value, least), most)
    lower = min(value, max(within.lower, least))
    upper = max(value, min(within.upper, most))
    return seen._replace(value=value, within=Interval(lower, upper))


def _met(parts: Sequence[Part]) -> int:
    return sum(case.met for part in parts for case in part.counted)


def _by_parts(parts: Sequence[Part], confidence: Fraction) -> RateWithin:
    """Put the parts' limits together; of those of which nothing was judged, all may be either.

    Strata of few drawn cases each, one even, are made one group, whose variance is estimated as
    that of collapsed strata, which errs on the wide side (Cochran 1977, Sampling Techniques, 3rd
    ed., 5A.12).
    """
    drawn = [part for part in parts if part.drawn]
    few = [
        part for part in drawn if part.alike and part.drawn < min(FEW_DRAWN + 1, part.population)
    ]
    together = few if len(few) > 1 else []
    judged: list[JudgedPart] = [_group(together)] if together else []
    for part in drawn:
        if not part.alike:
            judged.append(_group([part]))
        elif part not in together:
            met = _met([part])
            missed = len(part.counted) - met
            judged.append(JudgedStratum(met, missed, part.drawn, part.population))
    seen = stratified_ratio(judged, confidence)
    silent = sum(part.population for part in parts if not part.drawn)
    if not silent:
        return seen
    none, all_ = (
        stratified_ratio([*judged, JudgedStratum(*ends, silent, silent)], confidence).within
        for ends in ((0, silent), (silent, 0))
    )
    return RateWithin(seen.value, Interval(none.lower, all_.upper))


def _group(parts: Sequence[Part]) -> WeighedGroup:
    """Return the cases of some parts as one group; those of a stratum all alike had one chance."""
    cases = [case for part in parts for case in part.counted]
    met, missed = ([float(case.probability) for case in cases if case.met is kind]
                   for kind in (True, False))  # fmt: skip
    out = [float(chance) for part in parts for chance in part.out]
    every = [float(chance) for part in parts for chance in _every(part)]
    return WeighedGroup(met, missed, out, every)


def _every(part: Part) -> Sequence[Fraction]:
    return part.every or [Fraction(part.drawn, part.population)] * part.population


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
