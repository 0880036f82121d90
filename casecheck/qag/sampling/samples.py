"""Draws, extends and tops up the samples in a store; draws one again to see that it is right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from casecheck.intake.sources.guard import looks_like
from casecheck.qag.sampling.designs import plan_json
from casecheck.qag.sampling.drawing import Drawing, Stratum, draw, ranked
from casecheck.qag.sampling.members import Member, gravest
from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.sampling.population import population
from casecheck.qag.store.file import NotAsSaved
from casecheck.qag.store.rows import NOT_SEEN, DrawnCase, Entry, FrameCase, Run, Sample
from casecheck.qag.store.store import Store
from casecheck.results import Outcome
from casecheck.text.typed import typed

LONGEST_TEXT = 500
"""Characters of a seed or a reason: enough for a sentence, and no record's content."""


class SampleView(NamedTuple):
    """A sample with what it was drawn from.

    `members` is the list that it was drawn from; `left_out` names the run's other cases by their
    gravest outcome. `same`: drawn again, it is what the store holds. `changed` says, in sentences,
    what of it is not as it was saved; then it is not the `same`.
    """

    run: Run
    sample: Sample
    plan: Plan
    strata: tuple[Stratum, ...]
    members: tuple[Member, ...]
    left_out: Mapping[Outcome, Sequence[str]]
    same: bool
    changed: tuple[str, ...] = ()


def draw_sample(store: Store, run: Run, plan: Plan, seed: str, name: str | None) -> SampleView:
    """Draw and save a sample; without a name it is called `sample-1`, `sample-2` ...

    Raises:
        CannotDraw: where it cannot be drawn as asked, or seed or name are of no use.
        StoreError: where a sample has the name.
    """
    seed, name = typed(seed), name and typed(name)
    check_text("seed", seed)
    members, _ = _list(store.frame(run.id, plan.lessons), plan)
    drawing = draw(members, plan, seed)
    with store.writing():
        free = name or _free_name(store.samples())
        design = _design(plan, drawing, members)
        sample = store.save_sample(free, run.id, seed, design, ranked(drawing, plan))
    return view_sample(store, sample)


def extend_sample(store: Store, name: str, size: int) -> SampleView:
    """Draw more cases for a sample, until it has this size; those drawn before stay.

    Raises:
        CannotDraw: where it has this size already, or there are not as many cases.
        StoreError: where there is no such sample.
    """
    with store.writing():
        view = view_named(store, name)
        if size <= view.plan.size:
            message = f"{view.sample.name} has the size {view.plan.size} already"
            raise CannotDraw(f"{message}: --size is that of the whole sample")
        sample = _redrawn(store, view, replace(view.plan, size=size), _unusable(view.sample))
    return view_sample(store, sample)


def replace_case(store: Store, name: str, case_id: str, reason: str) -> SampleView:
    """Mark a case as unusable, for a reason that is kept, and draw the next one in its place.

    Judgments by which its file was not seen do not hinder it; they stay in the log.

    Raises:
        CannotDraw: where the case is not in the sample, is unusable already, or has been judged.
        StoreError: where there is no such sample.
    """
    check_text("reason", reason)
    if looks := looks_like(reason):
        raise CannotDraw(f"--reason is kept, and holds what looks like {looks}: say it without")
    with store.writing():
        view = view_named(store, name)
        case = _usable_case(view.sample, case_id)
        _refuse_judged(case_id, store.entries(view.sample.id))
        unusable = _unusable(view.sample) | {case_id: reason}
        sample = _redrawn(store, view, view.plan, unusable, case.rank)
    return view_sample(store, sample)


def _refuse_judged(case_id: str, entries: Iterable[Entry]) -> None:
    """Refuse a case of which an auditor's last word on a check is more than that it was not seen.

    Else a sample could be turned by replacing what does not suit.
    """
    last = {
        (entry.auditor, entry.lesson, entry.check): entry
        for entry in entries
        if entry.case_id == case_id
    }
    for one in last.values():
        if not one.not_seen:
            message = f"{case_id} has been judged (entry {one.number} of the log)"
            cure = (
                "a case that could be judged is not unusable. If its file was not seen after all,"
                f" its auditors say so of each check (Cannot tell, '{NOT_SEEN}'; judge --correct)"
            )
            raise CannotDraw(f"{message}: {cure}")


def view_named(store: Store, name: str) -> SampleView:
    """Return a sample that may not be as it was saved: then it says so, and is not the `same`.

    Raises:
        CannotDraw: where another procedure drew it.
        StoreError: where there is no such sample, or what there is makes no sense.
    """
    changed: list[str] = []
    sample = store.sample(name, changed)
    try:
        return view_sample(store, sample, changed)
    except (ValueError, TypeError, KeyError, AttributeError):
        if changed:
            raise NotAsSaved(changed[0]) from None
        raise


def view_sample(store: Store, sample: Sample, changed: list[str] | None = None) -> SampleView:
    """Return a sample with what it was drawn from, drawn again for comparison.

    `changed`: what is not as it was saved is added here, and not refused.

    Raises:
        CannotDraw: where another procedure drew it.
        NotAsSaved: where it, or the run, is not as it was saved.
    """
    plan = Plan.from_json(sample.design)
    run = store.run(sample.run, changed)
    members, left_out = _list(store.frame(sample.run, plan.lessons, changed=changed), plan)
    unusable = _unusable(sample)
    drawing = draw(members, plan, sample.seed, unusable)
    again = ranked(drawing, plan, sample.drawn, unusable)
    same = list(map(_drawn_as, again)) == list(map(_drawn_as, sample.drawn))
    same = same and _design(plan, drawing, members) == dict(sample.design)
    strata, those = drawing.strata, tuple(dict.fromkeys(changed or ()))
    same = same and not those
    return SampleView(run, sample, plan, strata, tuple(members), left_out, same, those)


def check_text(what: str, text: str) -> None:
    """Refuse a seed or a reason that could not be printed, or repeated from a printed page.

    Raises:
        CannotDraw: where it is such a text.
    """
    if not text or text != text.strip() or not text.isprintable() or len(text) > LONGEST_TEXT:
        message = f"--{what}: give 1 to {LONGEST_TEXT} printable characters on one line,"
        raise CannotDraw(f"{message} with no space before or after them")


def _list(
    frame: Sequence[FrameCase], plan: Plan
) -> tuple[list[Member], Mapping[Outcome, Sequence[str]]]:
    members = population(frame, plan)
    within = {member.position for member in members}
    outside: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for case in frame:
        if case.position not in within:
            outside[gravest(case, plan.lessons)].append(case.case_id)
    return members, {outcome: those for outcome, those in outside.items() if those}


def _redrawn(
    store: Store,
    view: SampleView,
    plan: Plan,
    unusable: Mapping[str, str],
    replaces: int | None = None,
) -> Sample:
    """Draw a sample that was shown to be right with another size, or one case more unusable."""
    if not view.same:
        message = f"{view.sample.name} is not what its list and seed give, and is left as it is"
        raise CannotDraw(f"{message}: see `casecheck sample show {view.sample.name}`")
    drawing = draw(view.members, plan, view.sample.seed, unusable)
    drawn = ranked(drawing, plan, view.sample.drawn, unusable, replaces)
    return store.change_sample(view.sample.id, _design(plan, drawing, view.members), drawn)


def _design(plan: Plan, drawing: Drawing, members: Sequence[Member]) -> dict[str, Any]:
    """All that is needed to draw a sample again, with what estimates need of its strata."""
    lines = "".join(
        f"{member.case_id}\t{member.stratum}\t{member.weight}\t{member.outcome}\n"
        for member in members
    )
    return plan_json(plan) | {
        "population": len(members),
        "strata": [stratum._asdict() for stratum in drawing.strata],
        "list_digest": f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}",
    }


def _drawn_as(case: DrawnCase) -> tuple[object, ...]:
    return case.rank, case.position, case.case_id, case.stratum, case.probability, case.ticket


def _unusable(sample: Sample) -> dict[str, str]:
    return {case.case_id: case.unusable for case in sample.drawn if case.unusable}


def _usable_case(sample: Sample, case_id: str) -> DrawnCase:
    for case in sample.drawn:
        if case.case_id == case_id:
            if case.unusable:
                raise CannotDraw(f"{case_id} is unusable already: {case.unusable}")
            return case
    message = f"{case_id!r} is not in {sample.name}"
    raise CannotDraw(f"{message}: see `casecheck sample show {sample.name}`")


def _free_name(samples: Sequence[Sample]) -> str:
    taken = {sample.name for sample in samples}
    number = 1
    while f"sample-{number}" in taken:
        number += 1
    return f"sample-{number}"
