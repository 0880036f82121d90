"""The cases that a sample is drawn from, and those that are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.rows import FrameCase
from casecheck.results import Outcome

_GRAVEST_FIRST = tuple(Outcome)


class Member(NamedTuple):
    """A case that can be drawn; `weight` is 1 where it plays no part, `weighed` says how it came.

    `outcome` is the gravest over the plan's lessons.
    """

    position: int
    case_id: str
    stratum: str
    outcome: Outcome
    weight: int
    weighed: str


class Chosen(NamedTuple):
    """A case that is drawn, before it has a rank in the whole sample.

    Of its stratum, `drawn` were drawn until `usable` of them could be used.
    """

    member: Member
    place: int
    number: str
    probability: Fraction
    stratum_size: int
    drawn: int
    usable: int


def gravest(case: FrameCase, lessons: Iterable[str]) -> Outcome:
    """Return a case's gravest outcome; a lesson not evaluated is one that cannot tell."""
    outcomes = (
        case.outcomes.get((lesson, ""), Outcome.INSUFFICIENT_EVIDENCE) for lesson in lessons
    )
    return min(outcomes, key=_GRAVEST_FIRST.index)


def field_values(case: FrameCase, plan: Plan) -> tuple[str, ...]:
    """Return a case's values of the plan's fields `by`.

    `none` stands for one that it does not have; it is no code, since codes are of capitals.
    """
    values = {
        "district": case.district,
        "team": case.team,
        "lead_agency": case.lead_agency,
        "outcome": gravest(case, plan.lessons),
    }
    return tuple(values[name] or "none" for name in plan.by)
