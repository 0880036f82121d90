"""Puts together what a question comes to by the milder and by the graver word of its readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from casecheck.qag.estimates.estimate import AtMost, Estimate, StratumEstimate, Tally
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.readings import Said
from casecheck.qag.inference.agreement_interval import wider
from casecheck.qag.inference.intervals import Interval


def graver_share(said: Iterable[Said]) -> Fraction:
    """Return how many readers, of cases in which they differ, said the gravest; a case weighs 1."""
    differing = [one.graver for one in said if one.differ]
    return sum(differing, Fraction()) / len(differing)


def between(mild: Estimate, grave: Estimate, tallies: Sequence[Tally], share: Fraction) -> Estimate:
    """Return the estimate whose rates lie between two, `share` of the way.

    `tallies` count the cases in which readers say the same: of all, and of each stratum.
    """
    agreed, *of_strata = tallies
    strata = zip(mild.strata, grave.strata, of_strata, strict=True)
    return replace(
        grave,
        judged=agreed.judged,
        engine=agreed.engine,
        differ=sum(grave.judged.values()) - sum(agreed.judged.values()),
        compliance=_measure(mild.compliance, grave.compliance, share),
        at_worst=_measure(mild.at_worst, grave.at_worst, share),
        upheld=_measure(mild.upheld, grave.upheld, share),
        missed=_measure(mild.missed, grave.missed, share),
        undecided=_measure(mild.undecided, grave.undecided, share),
        not_upheld_at_most=_more(mild.not_upheld_at_most, grave.not_upheld_at_most),
        missed_at_most=_more(mild.missed_at_most, grave.missed_at_most),
        strata=tuple([_stratum(*three, share) for three in strata]),
    )


def _stratum(
    mild: StratumEstimate, grave: StratumEstimate, agreed: Tally, share: Fraction
) -> StratumEstimate:
    compliance = _measure(mild.compliance, grave.compliance, share)
    return grave._replace(judged=agreed.judged, compliance=compliance)


def _measure(mild: Measure, grave: Measure, share: Fraction) -> Measure:
    """Return a measure whose bounds hold by either word; refused where either is."""
    if mild == grave:
        return mild
    for one in (mild, grave):
        if one.value is None or one.within is None:
            return one
    assert mild.value is not None and grave.value is not None  # noqa: PT018 - for mypy
    assert mild.within is not None and grave.within is not None  # noqa: PT018
    return mild._replace(
        n=max(mild.n, grave.n),
        population=max(mild.population, grave.population),
        method=f"{grave.method}, by either word where readers differ",
        value=mild.value + float(share) * (grave.value - mild.value),
        within=wider(mild.within, grave.within),
        score=_wider(mild.score, grave.score),
        one_sided=_wider(mild.one_sided, grave.one_sided),
        lost_within=_wider(mild.lost_within, grave.lost_within),
    )


def _wider(one: Interval | None, other: Interval | None) -> Interval | None:
    return wider(one, other) if one and other else None


def _more(one: AtMost | None, other: AtMost | None) -> AtMost | None:
    return max((bound for bound in (one, other) if bound), default=None)
