"""The list that a sample is drawn from: which cases of a run, in which strata, of what weight."""

from __future__ import annotations

from collections.abc import Sequence

from casecheck.qag.sampling.designs import design_of
from casecheck.qag.sampling.members import Member, gravest
from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.store.rows import FrameCase


def population(frame: Sequence[FrameCase], plan: Plan) -> list[Member]:
    """Return the cases of a run that can be drawn, in the order of the procedure's list.

    Raises:
        CannotDraw: where there is none, or a case stands in the run twice.
    """
    design = design_of(plan)
    listed = []
    for case in _once_each(frame):
        outcome = gravest(case, plan.lessons)
        if outcome in plan.outcomes:
            stratum, weight, weighed = design.standing(case, outcome, plan)
            member = Member(case.position, case.case_id, stratum, outcome, weight, weighed)
            listed.append((design.list_key(case, plan), case.case_id, member))
    if not listed:
        raise CannotDraw("No record of the run has such an outcome: choose others by --outcome")
    return [member for *_, member in sorted(listed)]


def _once_each(frame: Sequence[FrameCase]) -> Sequence[FrameCase]:
    seen: dict[str, FrameCase] = {}
    for case in frame:
        before = seen.setdefault(case.case_id, case)
        if before is not case:
            places = " and ".join(
                f"{twin.file} line {twin.line}" if twin.line else twin.file
                for twin in (before, case)
            )
            message = f"{case.case_id} stands in the run twice ({places}), so that it could be"
            raise CannotDraw(f"{message} drawn twice: audit each case once, and save that run")
    return frame
