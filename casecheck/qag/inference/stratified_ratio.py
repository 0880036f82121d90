"""The interval of a rate in a sample by strata or by risk, where nobody knows how many cases count.

The rate is met / (met + missed), of two totals of the whole list. A stratum is a simple sample, and
has exact limits for the number of its cases that are met, and of those that are not; cases that had
different chances have limits as a group (`weighed_group.py`). How far these
lie from what is estimated is put together over strata and totals as standard errors would be: the
method of variance estimates recovery, which keeps intervals lopsided where the parts' are. Zou &
Donner (2008), Statistics in Medicine 27:1693-1702; of sums over strata, Zou, Huang & Zhang (2009),
Computational Statistics & Data Analysis 53:1080-1085; of a ratio, Donner & Zou (2012), Statistical
Methods in Medical Research 21:347-359.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import hypot, sqrt
from typing import NamedTuple

from casecheck.qag.inference.intervals import Interval, finite_counts, normal_quantile
from casecheck.qag.inference.reach import Reach
from casecheck.qag.inference.stratified_exact import Counted
from casecheck.qag.inference.surveys import most_unseen
from casecheck.qag.inference.weighed_group import WeighedGroup


class JudgedStratum(NamedTuple):
    """A simple sample of a stratum: how many count and are met, or are not, of how many drawn.

    At least one is drawn.
    """

    met: int
    missed: int
    drawn: int
    population: int


JudgedPart = JudgedStratum | WeighedGroup


class RateWithin(NamedTuple):
    """An estimated rate with its interval."""

    value: float
    within: Interval


class _Total(NamedTuple):
    """An estimated number of cases, and how far its limits lie below and above it, by part."""

    value: float
    below: Sequence[float]
    above: Sequence[float]


def stratified_ratio(parts: Sequence[JudgedPart], confidence: Fraction) -> RateWithin:
    """Return the share of the cases that count which are met, with its interval.

    At least one judged case counts. The parts are independent of each other, and are the whole
    list.
    """
    met = _total(parts, "met", confidence)
    missed = _total(parts, "missed", confidence)
    together = [_correlation(part) for part in parts]
    lower = 1 - _upper(missed, met, together)
    within = Interval(lower, _upper(met, missed, together))
    return RateWithin(met.value / (met.value + missed.value), within)


def _total(parts: Sequence[JudgedPart], kind: str, confidence: Fraction) -> _Total:
    """Estimate the number of cases of a kind in all parts.

    Limits of few cases fall on a coarse grid, and one below what few were found can go no further
    down than to them: sums of such errors are no sums of independent ones. So each exact limit is
    one case wider, and the lower one no nearer than Wald's; without either, intervals covered as
    little as 66 and 91 % (tests/test_qag_stratified_ratio.py). Where none was found, the exact
    bound of all parts together is known, and is nearer.
    """
    several = (
        sum(isinstance(part, JudgedStratum) and part.drawn < part.population for part in parts) > 1
    )
    reach = [
        part.reach(getattr(part, kind), confidence)
        if isinstance(part, WeighedGroup)
        else _reach(Counted(getattr(part, kind), part.drawn, part.population), confidence, several)
        for part in parts
    ]
    value = sum(one.value for one in reach)
    below, above = [one.below for one in reach], [one.above for one in reach]
    if not value and any(above):
        chances = [one for part in parts if isinstance(part, WeighedGroup) for one in part.every]
        strata = [part[2:] for part in parts if isinstance(part, JudgedStratum)]
        unseen = most_unseen(strata, (1 - confidence) / 2, chances)
        nearer = min(1.0, (unseen + 1) / hypot(*above))
        above = [nearer * one for one in above]
    return _Total(value, below, above)


@cache
def _reach(stratum: Counted, confidence: Fraction, several: bool) -> Reach:
    """Return a stratum's number of a kind; the one case of a stratum of several has no spread."""
    number, drawn, population = stratum
    value = population * number / drawn
    if drawn == population:
        return Reach(value, 0.0, 0.0)
    share = number / drawn
    exact = finite_counts(number, drawn, population, confidence)
    spread = share * (1 - share) / max(1, drawn - 1) * several
    error = population * sqrt((1 - drawn / population) * spread)
    wald = normal_quantile((1 + confidence) / 2) * error
    return Reach(value, max(wald, value - exact.lower + 1), exact.upper + 1 - value)


def _correlation(part: JudgedPart) -> float:
    """Return how closely the two numbers of a part go against each other, from 0 to 1.

    It is that of two of the counts of a multinomial sample, as in Newcombe (1998), Statistics in
    Medicine 17:2635-2650, with one case of each kind more, since none found is not none there. It
    is 1 where every case counts, and then a stratum's limits are those of its rate.
    """
    if isinstance(part, WeighedGroup):
        return part.correlation()
    met, missed, drawn, _ = part
    return sqrt((met + 1) * (missed + 1) / ((drawn - met + 1) * (drawn - missed + 1)))


def _upper(met: _Total, missed: _Total, together: Sequence[float]) -> float:
    """Return the upper limit of met / (met + missed), from the lower one of missed / met.

    At that limit, the odds, met * odds - missed is as far from 0 as the limits of both allow: a
    quadratic equation, whose smaller root it is.
    """
    own = sum(one**2 for one in met.above)
    other = sum(one**2 for one in missed.below)
    rest = missed.value**2 - other
    if rest <= 0:
        return 1.0  # it may be that none is missed
    if not met.value and not own:
        return 0.0  # it is known that none is met
    limits = zip(together, met.above, missed.below, strict=True)
    shared = sum(rho * up * down for rho, up, down in limits)
    half = met.value * missed.value + shared
    odds = rest / (half + sqrt(max(0.0, half**2 - (met.value**2 - own) * rest)))
    return 1 / (1 + odds)
