"""Draws a sample: how many of each stratum, who is drawn, with what probability, and why.

A sample is a function of the list, the plan, the seed and the cases found unusable, and of nothing
else: extending one and replacing a case draw it anew, and what was drawn is always still in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from casecheck.qag.sampling.designs import design_of
from casecheck.qag.sampling.members import Chosen, Member
from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.sampling.selection import inclusion_probabilities
from casecheck.qag.store.rows import DrawnCase
from casecheck.text.counted import counted


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
        name: [] for name in sorted({member.stratum for member in members})
    }
    for member in members:
        groups[member.stratum].append(member)
    strata = []
    chosen: list[Chosen] = []
    for name, (places, share) in design_of(plan).places(groups, plan).items():
        group = groups[name]
        drawn = _drawn(group, places, plan, seed, bad)
        chosen += drawn
        lost = sum(case.member.case_id in bad for case in drawn)
        strata.append(Stratum(name, len(group), places, share, len(drawn), lost))
    return Drawing(tuple(strata), tuple(chosen))


def _drawn(
    group: Sequence[Member], places: int, plan: Plan, seed: str, unusable: frozenset[str]
) -> list[Chosen]:
    """Go down a stratum's order until as many as there are places are usable, or none is left."""
    order = design_of(plan).order(group, plan, seed)
    drawn = usable = 0
    while usable < places and drawn < len(order):
        usable += order[drawn].case_id not in unusable
        drawn += 1
    chances = inclusion_probabilities([member.weight for member in group], drawn)
    by_id = {one.case_id: (one, chance) for one, chance in zip(group, chances, strict=True)}
    return [
        Chosen(by_id[case_id][0], place, number, by_id[case_id][1], len(group), drawn, usable)
        for place, (case_id, number) in enumerate(order[:drawn], start=1)
    ]


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
    design = design_of(plan)
    known = {one.case_id: one for one in before}
    new = (
        chosen_case.member.case_id
        for chosen_case in drawing.chosen
        if chosen_case.member.case_id not in known
    )
    ranks = {case_id: rank for rank, case_id in enumerate(new, start=len(known) + 1)}
    drawn = []
    for chosen_case in drawing.chosen:
        member, old = chosen_case.member, known.get(chosen_case.member.case_id)
        case = DrawnCase(
            rank=old.rank if old else ranks[member.case_id],
            position=member.position,
            case_id=member.case_id,
            stratum=member.stratum,
            probability=str(chosen_case.probability),
            ticket=chosen_case.number,
            why=design.why(chosen_case, plan),
            unusable=reasons.get(member.case_id, ""),
            replaces=old.replaces if old else replaces,
        )
        drawn.append(case)
    return sorted(drawn, key=lambda one: one.rank)
