"""Lays out a sample as plain text: how it was drawn, who was drawn, and why."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.qag.estimates.foreseen import foreseen
from casecheck.qag.sampling.designs import design_of
from casecheck.qag.sampling.notices import notices
from casecheck.qag.sampling.samples import SampleView
from casecheck.text.natural import natural
from casecheck.text.page import Column, Page, counted
from casecheck.text.percent import folded, parted, unparted
from casecheck.text.printable import printable


def sample_text(view: SampleView, page: Page, *, with_list: bool) -> Iterator[str]:
    """Yield the lines that show a sample, and the list it was drawn from if asked."""
    usable = sum(not case.unusable for case in view.sample.drawn)
    head = f"Sample {view.sample.name}: {usable} of {counted(len(view.members), 'case')}"
    yield from folded(page, f"{head}, {design_of(view.plan).words(view.plan)}", 0, "heading")
    yield from page.lines(
        f"From run {printable(view.run.label)} as of {view.run.as_of}, rules"
        f" {view.run.digest[:19]}; seed: {printable(view.sample.seed)}",
        0,
        2,
    )
    yield from page.lines(_population_words(view), 0, 2)
    if len(view.strata) > 1:
        yield ""
        yield from _strata_table(view, page)
    yield ""
    yield from _drawn_table(view, page)
    yield from _unusable_lines(view, page)
    for sentence in (*notices(view), *foreseen(view)):
        yield ""
        yield from page.lines(sentence, 0, 2, "alarm" if not view.same else "")
    if with_list:
        yield ""
        yield from page.lines("The list that it was drawn from", 0, 2, "heading")
        yield from _list_table(view, page)
        for outcome, those in view.left_out.items():
            yield ""
            yield from page.lines(f"Not in the list, {outcome.in_words}: {', '.join(those)}.", 0, 2)


def _population_words(view: SampleView) -> str:
    lessons = f"By the gravest outcome of {', '.join(view.plan.lessons)}"
    if set(view.plan.lessons) == set(view.run.lessons):
        lessons = f"By the gravest outcome of all {counted(len(view.run.lessons), 'lesson')}"
    outcomes = ", ".join(outcome.in_words for outcome in view.plan.outcomes)
    out = ", ".join(f"{one.in_words} {len(those):,}" for one, those in view.left_out.items())
    return f"{lessons}: {outcomes}. Left out: {out or 'none'}."


def _strata_table(view: SampleView, page: Page) -> list[str]:
    shared = any(stratum.share is not None for stratum in view.strata)
    columns = [Column("stratum", number=False), Column("cases")]
    columns += [Column("share")] * shared + [Column("places"), Column("drawn"), Column("unusable")]
    rows = []
    for one in sorted(view.strata, key=lambda stratum: natural(stratum.name)):
        share = [f"{one.share:.2f}" if one.share is not None else ""] * shared
        counts = [f"{count:,}" for count in (one.places, one.drawn, one.unusable)]
        rows.append((one.name, f"{one.size:,}", *share, *counts))
    return page.table(columns, rows)


def _drawn_table(view: SampleView, page: Page) -> list[str]:
    columns = (
        Column("rank"),
        Column("case", number=False),
        Column("engine", number=False),
        Column("why it is here", number=False),
    )
    outcomes = {member.case_id: member.outcome.in_words for member in view.members}
    rows = [
        (
            str(case.rank),
            case.case_id,
            outcomes.get(case.case_id, ""),
            unparted(printable(case.why)),
        )
        for case in view.sample.drawn
    ]
    return [parted(line) for line in page.table(columns, rows)]


def _unusable_lines(view: SampleView, page: Page) -> list[str]:
    instead = {
        case.replaces: case.case_id for case in view.sample.drawn if case.replaces is not None
    }
    lines: list[str] = []
    for case in view.sample.drawn:
        if case.unusable:
            new = instead.get(case.rank)
            place = f"in its place {new}" if new else "nothing in its place"
            reason = f"{case.case_id} is unusable ({printable(case.unusable)}): {place}."
            lines += page.lines(reason, 0, 2)
    return ["", *lines] if lines else []


def _list_table(view: SampleView, page: Page) -> list[str]:
    columns = (
        Column("case", number=False),
        Column("stratum", number=False),
        Column("engine", number=False),
        Column("weight"),
        Column("drawn as"),
    )
    ranks = {case.case_id: str(case.rank) for case in view.sample.drawn}
    rows = [
        (
            member.case_id,
            member.stratum,
            member.outcome.in_words,
            str(member.weight),
            ranks.get(member.case_id, ""),
        )
        for member in view.members
    ]
    return page.table(columns, rows)
