"""The list that a sample is drawn from: which cases of a run, in which strata, of what weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.store.rows import FrameCase
from casecheck.results import Outcome

WITH_FINDINGS = "with findings"
WITHOUT_FINDINGS = "without findings"
FINDINGS = (Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE)
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


def population(frame: Sequence[FrameCase], plan: Plan) -> list[Member]:
    """Return the cases of a run that can be drawn, in the order of the procedure's list.

    Raises:
        CannotDraw: where there is none, or a case stands in the run twice.
    """
    members = []
    for case in _once_each(frame):
        outcome = gravest(case, plan.lessons)
        if outcome in plan.outcomes:
            members.append(_member(case, outcome, plan))
    if not members:
        raise CannotDraw("No record of the run has such an outcome: choose others by --outcome")
    if plan.design == "systematic":
        places = {case.position: _fields(case, plan) for case in frame}
        members.sort(key=lambda one: (places[one.position], one.case_id))
    else:
        members.sort(key=lambda one: one.case_id)
    return members


def gravest(case: FrameCase, lessons: Iterable[str]) -> Outcome:
    """Return a case's gravest outcome; a lesson not evaluated is one that cannot tell."""
    outcomes = (
        case.outcomes.get((lesson, ""), Outcome.INSUFFICIENT_EVIDENCE) for lesson in lessons
    )
    return min(outcomes, key=_GRAVEST_FIRST.index)


def _once_each(frame: Sequence[FrameCase]) -> Sequence[FrameCase]:
    seen: dict[str, FrameCase] = {}
    for case in frame:
        before = seen.setdefault(case.case_id, case)
        if before is not case:
            places = " and ".join(
                f"{one.file} line {one.line}" if one.line else one.file for one in (before, case)
            )
            message = f"{case.case_id} stands in the run twice ({places}), so that it could be"
            raise CannotDraw(f"{message} drawn twice: audit each case once, and save that run")
    return frame


def _member(case: FrameCase, outcome: Outcome, plan: Plan) -> Member:
    stratum, weight, weighed = "", 1, ""
    if plan.design == "stratified":
        stratum = " / ".join(_fields(case, plan))
    elif plan.design == "risk":
        stratum = WITH_FINDINGS if outcome in FINDINGS else WITHOUT_FINDINGS
        if stratum == WITH_FINDINGS:
            weight, weighed = plan.weights.of(case, plan.lessons)
    return Member(case.position, case.case_id, stratum, outcome, weight, weighed)


def _fields(case: FrameCase, plan: Plan) -> tuple[str, ...]:
    """A case's fields; `none` is no code, since codes are of capitals."""
    values = {
        "district": case.district,
        "team": case.team,
        "lead_agency": case.lead_agency,
        "outcome": gravest(case, plan.lessons),
    }
    return tuple(values[one] or "none" for one in plan.by)
