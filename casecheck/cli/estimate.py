"""`casecheck estimate`: what the judgments of a sample say of practice, and of the engine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import click

from casecheck.cli.options import format_option, output_to
from casecheck.cli.sample.shown import draws
from casecheck.cli.size import share
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.estimates.agreeing import agreements
from casecheck.qag.estimates.estimating import Estimate, Question, estimates, since
from casecheck.qag.estimates.remarks import remarks
from casecheck.qag.estimates.report import COLUMNS, Report, json_object, rows
from casecheck.qag.extras import MissingExtra
from casecheck.qag.judgments.log import first_broken
from casecheck.qag.sampling.designs import design_of
from casecheck.qag.sampling.samples import SampleView, view_sample
from casecheck.qag.store.rows import Entry
from casecheck.qag.store.store import Store
from casecheck.report.qag.estimate_text import estimate_text
from casecheck.results import Outcome
from casecheck.text.cells import table
from casecheck.text.page import Page, counted
from casecheck.text.typed import typed


@click.command("estimate", epilog="Example: casecheck estimate latest")
@click.argument("name", type=typed, metavar="SAMPLE")
@click.option(
    "--since",
    "before_name",
    type=typed,
    metavar="SAMPLE",
    help="An earlier sample: say how the rates have changed since.",
)
@click.option(
    "--confidence",
    callback=share,
    default="95%",
    show_default=True,
    metavar="SHARE",
    help="How sure the intervals are to hold.",
)
@store_option
@format_option(("text", "json", "csv"), "how", "How to print it.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    name: str,
    before_name: str | None,
    confidence: Fraction,
    store_file: Path,
    how: str,
    output: Path | None,
) -> None:
    """Say how compliant practice is, how far auditors agree, and what the engine misses.

    SAMPLE is a name, a number, or latest. Every number says its method and what it rests on; what
    would mislead is left out, with the reason. docs/estimates.md has the sources.

    Exit status: 0 estimated; 2 wrong usage, or judgments that cannot be used; 4 an internal error.
    """
    with draws(), open_store(store_file) as store:
        store.check()
        _need_whole_log(store.entries(), store.log_end())
        report = _report(store, name, before_name, confidence)
    with output_to(output) as stream:
        if how == "json":
            stream.write(json.dumps(json_object(report), indent=2) + "\n")
        elif how == "csv":
            write = table(stream, COLUMNS)
            for row in rows(report):
                write(row)
        else:
            stream.writelines(
                f"{line}\n" for line in estimate_text(report, Page(stream, None, None))
            )


def _need_whole_log(entries: list[Entry], end: tuple[int, str] | None) -> None:
    broken = first_broken(entries, end)
    if broken:
        cure = "nothing is estimated from a log that is not whole: see `casecheck judge --verify`"
        raise click.UsageError(f"The judgment log: {broken}; {cure}")


def _report(store: Store, name: str, before_name: str | None, confidence: Fraction) -> Report:
    view = _view(store, name)
    try:
        found = _estimates(store, view, confidence)
        before = None if before_name is None else _view(store, before_name)
        if before is not None:
            _need_earlier(view, before)
            found = since(found, _estimates(store, before, confidence))
        entries = store.entries(view.sample.id)
        agreed = agreements(entries, view.plan.lessons, confidence)
    except MissingExtra as error:
        raise click.UsageError(str(error)) from None
    asked = [(one.lesson, one.check) for one in found if one.check]
    given = remarks(view.sample, entries, asked)
    return Report(view, before, confidence, found, given, agreed, list(_notes(store, view, before)))


def _view(store: Store, name: str) -> SampleView:
    view = view_sample(store, store.sample(name))
    if not view.same:
        message = f"{view.sample.name} is not what its list and seed give, and says nothing"
        raise click.UsageError(f"{message}: see `casecheck sample show {view.sample.name}`")
    return view


def _estimates(store: Store, view: SampleView, confidence: Fraction) -> list[Estimate]:
    entries = store.entries(view.sample.id)
    if not entries:
        message = f"{view.sample.name} has no judgments: `casecheck pack` writes what auditors fill"
        raise click.UsageError(f"{message} in, `casecheck judge FILE` takes it back")
    drawn = {(one.position, one.case_id) for one in view.sample.drawn}
    for one in entries:
        if (one.position, one.case_id) not in drawn:
            message = f"entry {one.number} of the log judges {one.case_id}, which is not a case of"
            raise click.UsageError(f"{message} {view.sample.name}: the store was changed")
    frame = store.frame(view.run.id, view.plan.lessons)
    return estimates(view, frame, entries, confidence, _with_progress)


def on_terminal() -> bool:
    """Tell whether standard error is a terminal that can write over a line."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _with_progress(questions: Sequence[Question]) -> Iterator[Question]:
    """Count on a terminal how many checks are estimated; say nothing elsewhere."""
    if not on_terminal():
        yield from questions
        return
    for number, question in enumerate(questions, start=1):
        click.echo(f"\rEstimating {number:,} of {len(questions):,}", err=True, nl=False)
        yield question
    click.echo("\r\x1b[K", err=True, nl=False)


def _need_earlier(view: SampleView, before: SampleView) -> None:
    if view.run.id == before.run.id:
        message = f"--since {before.sample.name}: both samples are of run {view.run.id}, between"
        raise click.UsageError(f"{message} which nothing can have changed")
    if before.run.as_of > view.run.as_of:
        message = f"--since {before.sample.name}: its run is as of {before.run.as_of}, which is"
        raise click.UsageError(f"{message} after {view.run.as_of}, the day of {view.sample.name}")
    if set(before.plan.outcomes) != set(view.plan.outcomes):
        message = f"--since {before.sample.name}: it was drawn from cases with other outcomes"
        raise click.UsageError(f"{message} (--outcome), so that the two rates are not of one kind")
    lessons = set(before.plan.lessons) ^ set(view.plan.lessons)
    if lessons and set(view.plan.outcomes) != set(Outcome):
        message = f"--since {before.sample.name}: its list was made by other lessons than that of"
        cure = f"{view.sample.name} ({', '.join(sorted(lessons))} in one of them only)"
        raise click.UsageError(f"{message} {cure}, so that the two rates are not of one kind")


def _notes(store: Store, view: SampleView, before: SampleView | None) -> Iterator[str]:
    usable = [one for one in view.sample.drawn if not one.unusable]
    judged = {one.position for one in store.entries(view.sample.id) if not one.second}
    waiting = sum(1 for one in usable if one.position not in judged)
    if waiting:
        yield (
            f"{waiting} of {len(usable)} drawn cases have no judgment yet. They are taken to be"
            " like the judged ones of their stratum, which they need not be."
        )
    unusable = len(view.sample.drawn) - len(usable)
    if unusable:
        yield (
            f"Of no use, and replaced by others: {counted(unusable, 'drawn case')}. Rates of"
            " compliance take them to be like the judged ones of their stratum, what is said of the"
            " engine takes them either way. If why has to do with practice, the rates are off."
        )
    said = {one.position for one in store.entries(view.sample.id) if not one.not_seen}
    lost = [one.case_id for one in view.sample.drawn if one.unusable and one.position in said]
    if lost:
        yield (
            f"{', '.join(lost)}: marked as of no use, and judged all the same. The judgments do not"
            " count: see why they were given."
        )
    corrected = _corrected(store.entries(view.sample.id))
    if corrected:
        yield (
            f"{counted(corrected, 'judgment')} {'was' if corrected == 1 else 'were'} corrected:"
            " rates go by what an auditor said last, agreement by what was said first."
        )
    left_out = sum(map(len, view.left_out.values()))
    if left_out:
        yield (
            f"{left_out:,} of the run's {counted(view.run.records, 'case')} were not in the list"
            " that the sample was drawn from: the rates and numbers say nothing of them."
            f" `casecheck sample show {view.sample.name} --list` names them."
        )
    if note := design_of(view.plan).note:
        yield note
    if before is not None and before.run.digest != view.run.digest:
        yield "The rules have changed between the two runs: see that both asked the same."
    if before is not None and before.run.as_of == view.run.as_of:
        yield "Both runs are as of the same day: what differs is no change of practice over time."
    if before is not None:
        both = {one.case_id for one in usable} & {one.case_id for one in before.sample.drawn}
        if both:
            told = "which are not wholly independent of each other"
            yield f"In both samples, {told}: {counted(len(both), 'case')}."


def _corrected(entries: list[Entry]) -> int:
    """Count the judgments of which the last word is another than the first."""
    said: dict[tuple[str, int, str, str], list[str]] = {}
    for one in entries:
        said.setdefault((one.auditor, one.position, one.lesson, one.check), []).append(one.judgment)
    return sum(1 for words in said.values() if words[0] != words[-1])
