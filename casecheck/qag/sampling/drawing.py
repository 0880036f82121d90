"""Draws a sample: how many of each stratum, who is drawn, with what probability, and why.

A sample is a function of the list, the plan, the seed and the cases found unusable, and of nothing
else: extending one and replacing a case draw it anew, and what was drawn is always still in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, sqrt
from typing import NamedTuple

from casecheck.qag.sampling.allocation import TooSmall, neyman, proportional, shares
from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.sampling.population import FINDINGS, WITH_FINDINGS, WITHOUT_FINDINGS, Member
from casecheck.qag.sampling.selection import (
    Placed,
    by_elimination,
    by_ticket,
    inclusion_probabilities,
    systematic,
)
from casecheck.qag.store.rows import DrawnCase
from casecheck.text.counted import counted
from casecheck.text.percent import percent


class Stratum(NamedTuple):
    """One stratum: how many there are, how many places it has, how many were drawn for them.

    `share` is what it would have were cases divisible; None where nothing was shared out. More are
    drawn than there are places where cases turned out unusable.
    """

    name: str
    size: int
    places: int
    share: float | None
    drawn: int
    unusable: int


class Chosen(NamedTuple):
    """A case that is drawn, before it has a rank in the whole sample."""

    member: Member
    place: int
    number: str
    probability: Fraction
    stratum_size: int
    drawn: int


class Drawing(NamedTuple):
    """A sample as the plan gives it: its strata in order, and in each its cases in order."""

    strata: tuple[Stratum, ...]
    chosen: tuple[Chosen, ...]


def draw(members: Sequence[Member], plan: Plan, seed: str, unusable: Iterable[str] = ()) -> Drawing:
    """Draw a sample; cases in `unusable` are drawn too, and in each one's place one more.

    Raises:
        CannotDraw: where there are not as many cases, or too few places for the strata.
    """
    if plan.size > len(members):
        message = f"{counted(plan.size, 'case')} cannot be drawn of {len(members)}"
        raise CannotDraw(f"{message}: --size {len(members)} is all that there are")
    bad = frozenset(unusable)
    groups: dict[str, list[Member]] = {
        name: [] for name in sorted({one.stratum for one in members})
    }
    for member in members:
        groups[member.stratum].append(member)
    strata = []
    chosen: list[Chosen] = []
    for name, (places, share) in _places(groups, plan).items():
        group = groups[name]
        drawn = _drawn(group, places, plan, seed, bad)
        chosen += drawn
        lost = sum(one.member.case_id in bad for one in drawn)
        strata.append(Stratum(name, len(group), places, share, len(drawn), lost))
    return Drawing(tuple(strata), tuple(chosen))


def _places(
    groups: Mapping[str, Sequence[Member]], plan: Plan
) -> dict[str, tuple[int, float | None]]:
    """Share the size out among the strata, by name."""
    sizes = [len(group) for group in groups.values()]
    if len(groups) == 1:
        return dict.fromkeys(groups, (plan.size, None))
    if plan.design == "risk":
        return _places_by_findings(groups, plan)
    try:
        if plan.allocation == "proportional":
            counts = proportional(sizes, plan.size, plan.minimum)
            spreads = [1.0] * len(sizes)
        else:
            variances = [_expected_variance(group) for group in groups.values()]
            counts = neyman(sizes, variances, plan.size, plan.minimum)
            spreads = [sqrt(one) for one in variances]
    except TooSmall as error:
        raise _too_small(plan, len(groups), error.least) from None
    portions = shares(sizes, spreads, plan.size)
    return {
        name: (count, share) for name, count, share in zip(groups, counts, portions, strict=True)
    }


def _expected_variance(group: Sequence[Member]) -> Fraction:
    """Expect the share with findings to be the engine's, with one of each kind added.

    So no stratum counts as certain: then it would get no more than the minimum, and what the engine
    misses there would not be seen.
    """
    found = sum(one.outcome in FINDINGS for one in group)
    rate = Fraction(found + 1, len(group) + 2)
    return rate * (1 - rate)


def _places_by_findings(
    groups: Mapping[str, Sequence[Member]], plan: Plan
) -> dict[str, tuple[int, float | None]]:
    """Keep some places for cases without a finding, or what the engine misses is never seen."""
    most = {name: len(group) for name, group in groups.items()}
    least = {name: min(count, plan.minimum) for name, count in most.items()}
    if plan.size < sum(least.values()):
        raise _too_small(plan, len(groups), sum(least.values()))
    wanted = max(ceil(Fraction(plan.size * plan.without_findings, 100)), least[WITHOUT_FINDINGS])
    without = min(wanted, most[WITHOUT_FINDINGS], plan.size - least[WITH_FINDINGS])
    without = max(without, plan.size - most[WITH_FINDINGS])
    return {WITH_FINDINGS: (plan.size - without, None), WITHOUT_FINDINGS: (without, None)}


def _too_small(plan: Plan, strata: int, least: int) -> CannotDraw:
    cure = f"--size {least} or more"
    if plan.minimum > 1:
        cure += ", or a smaller --minimum"
    message = f"{strata} strata with at least {plan.minimum} of each need {counted(least, 'case')}"
    return CannotDraw(f"{message}, more than {plan.size}: {cure}")


def _drawn(
    group: Sequence[Member], places: int, plan: Plan, seed: str, unusable: frozenset[str]
) -> list[Chosen]:
    """Go down a stratum's order until as many as there are places are usable, or none is left."""
    order = _order(group, plan, seed)
    drawn = usable = 0
    while usable < places and drawn < len(order):
        usable += order[drawn].case_id not in unusable
        drawn += 1
    chances = inclusion_probabilities([one.weight for one in group], drawn)
    found = {one.case_id: (one, chance) for one, chance in zip(group, chances, strict=True)}
    return [
        Chosen(found[case_id][0], place, number, found[case_id][1], len(group), drawn)
        for place, (case_id, number) in enumerate(order[:drawn], start=1)
    ]


def _order(group: Sequence[Member], plan: Plan, seed: str) -> list[Placed]:
    if plan.design == "systematic":
        return systematic([one.case_id for one in group], seed, plan.first)
    if plan.design == "risk" and group[0].stratum == WITH_FINDINGS:
        return by_elimination([(one.case_id, one.weight) for one in group], seed)
    return by_ticket((one.case_id for one in group), seed)


def ranked(
    drawing: Drawing,
    plan: Plan,
    before: Sequence[DrawnCase] = (),
    unusable: Mapping[str, str] | None = None,
    replaces: int | None = None,
) -> list[DrawnCase]:
    """Give each case drawn its rank: those drawn before keep theirs, the new ones follow.

    `unusable` is the reason for each such case; `replaces` is the rank of the case for which the
    new ones are drawn.
    """
    reasons = unusable or {}
    known = {one.case_id: one for one in before}
    new = (one.member.case_id for one in drawing.chosen if one.member.case_id not in known)
    ranks = {case_id: rank for rank, case_id in enumerate(new, start=len(known) + 1)}
    drawn = []
    for one in drawing.chosen:
        member, old = one.member, known.get(one.member.case_id)
        case = DrawnCase(
            rank=old.rank if old else ranks[member.case_id],
            position=member.position,
            case_id=member.case_id,
            stratum=member.stratum,
            probability=str(one.probability),
            ticket=one.number,
            why=_why(one, plan),
            unusable=reasons.get(member.case_id, ""),
            replaces=old.replaces if old else replaces,
        )
        drawn.append(case)
    return sorted(drawn, key=lambda one: one.rank)


def _why(one: Chosen, plan: Plan) -> str:
    member, chance = one.member, f"a chance of {percent(one.probability)}"
    among = f"of {one.stratum_size}"
    if plan.design == "risk":
        among = f"of the {one.stratum_size} {member.stratum}"
    elif member.stratum:
        among += f" in {member.stratum}"
    if plan.design == "systematic" and one.place <= plan.first:
        interval = float(Fraction(one.stratum_size, plan.first))
        return f"one in each {interval:.4g} down the list {among}; each had {chance}"
    if not member.weighed:
        return f"number {one.place} {among} by ticket; each had {chance}"
    weight = f"weight {member.weight} ({member.weighed})"
    if one.probability == 1:
        return f"certain for its weight {among}: {weight}"
    return f"number {one.place} {among} by weight: {weight} had {chance}"
