"""`casecheck compare`: what is new, gone and standing between two runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TextIO

import click

from casecheck import __version__
from casecheck.cli.options import format_option, lesson_option, output_to
from casecheck.cli.runs import run_object, run_words
from casecheck.cli.stores import open_store, store_option
from casecheck.lessons.errors import did_you_mean
from casecheck.qag.store.comparing import COLUMNS, NO_INSTANCE, Change, Comparison, compare
from casecheck.qag.store.rows import Run
from casecheck.text.cells import table
from casecheck.text.page import Column, Page, counted
from casecheck.text.printable import printable
from casecheck.text.typed import typed

_WORDS = {"insufficient_evidence": "cannot tell", "not_applicable": "does not apply"}
_CELLS = (
    "kind", "case_id", "lesson", "check", "before", "now", "check_before", "check_now", "pointers",
    "fingerprint", "accepted",
)  # fmt: skip


@click.command("compare", epilog="Example: casecheck compare 1 latest --lesson P1.1")
@click.argument("before", type=typed, metavar="A")
@click.argument("now", type=typed, metavar="B")
@store_option
@lesson_option
@format_option(
    ("text", "json", "csv"),
    says="How to report. Text counts what stands unchanged; the others list it.",
)
def command(  # noqa: PLR0913, PLR0917 - one for each option
    before: str,
    now: str,
    store_file: Path,
    lessons: tuple[str, ...],
    report_format: str,
    output: Path | None,
) -> None:
    """Compare two runs: which findings are new in B, gone since A, or standing.

    A and B are runs' numbers or labels, or `latest`. A finding is known again by its fingerprint.
    One that is gone from a case that B does not hold, or whose check B did not ask, is counted
    apart: it says nothing of practice.
    """
    with open_store(store_file) as store:
        runs = store.run(before), store.run(now)
        for run in runs:
            _refuse_unknown(lessons, run)
        frames = [store.frame(run.id, lessons, with_met=True) for run in runs]
        compared = compare(*runs, frames[0], frames[1], lessons)
    with output_to(output) as stream:
        if report_format == "json":
            stream.write(json.dumps(_object(compared), indent=2, ensure_ascii=False) + "\n")
        elif report_format == "csv":
            _write_csv(stream, compared)
        else:
            stream.writelines(f"{line}\n" for line in _text(compared, Page(stream, None, None)))


def _refuse_unknown(lessons: tuple[str, ...], run: Run) -> None:
    for lesson in lessons:
        if lesson not in run.lessons:
            hint = did_you_mean(lesson, run.lessons)
            raise click.ClickException(f"No lesson {lesson!r} in {run_words(run)}: {hint}")


def _object(compared: Comparison) -> dict[str, object]:
    counts = Counter(one.column for one in compared.changes)
    return {
        "casecheck": __version__,
        "before": run_object(compared.before),
        "now": run_object(compared.now),
        "parameters": {
            name: {"before": before, "now": now}
            for name, (before, now) in compared.parameters.items()
        },
        "checks": None
        if compared.checks is None
        else {
            name: {"before": before or None, "now": now or None}
            for name, (before, now) in compared.checks.items()
        },
        "cases": {
            "both": compared.cases_in_both,
            "before_only": list(compared.cases_before_only),
            "now_only": list(compared.cases_now_only),
        },
        "counts": {column: counts[column] for column in COLUMNS},
        "findings": [one._asdict() for one in compared.changes],
    }


def _write_csv(stream: TextIO, compared: Comparison) -> None:
    write = table(stream, _CELLS)
    for one in compared.changes:
        cells = {**one._asdict(), "pointers": " ".join(one.pointers)}
        cells["accepted"] = "yes" if one.accepted else ""
        write(cells[cell] for cell in _CELLS)


# Text


def _text(compared: Comparison, page: Page) -> Iterator[str]:
    yield from _heading(compared, page)
    yield ""
    yield from _table(compared, page)
    changed = [one for one in compared.changes if one.changed]
    for case_id, of_case in groupby(changed, key=lambda one: one.case_id):
        yield ""
        yield from page.lines(case_id, 0, 2, "heading")
        for one in of_case:
            yield from _change(one, page)


def _heading(compared: Comparison, page: Page) -> Iterator[str]:
    for name, run in (("A", compared.before), ("B", compared.now)):
        told = f"{name}: {run_words(run)}, {counted(run.records, 'record')} as of {run.as_of}"
        unreadable = f", {run.unreadable:,} unreadable" if run.unreadable else ""
        yield from page.lines(f"{told}{unreadable}, rules {run.digest[:19]}", 0, 3, "heading")
    gone, come = len(compared.cases_before_only), len(compared.cases_now_only)
    told = f"Cases in both {compared.cases_in_both:,}, only in A {gone:,}, only in B {come:,}"
    yield from page.lines(told, 0, 2)
    if compared.before.digest != compared.now.digest:
        told = "The rules are not the same: a difference may be theirs, and not one of practice."
        yield from page.lines(told, 0, 2, "breach")
        yield from _which_rules(compared, page)
    for name, (before, now) in compared.parameters.items():
        told = f"{name}: {before or 'not in force'} in A, {now or 'not in force'} in B"
        yield from page.lines(printable(told), 2, 2, "aside")


def _which_rules(compared: Comparison, page: Page) -> Iterator[str]:
    """Yield which checks are not the same; what differs besides is words or examples."""
    if compared.checks is None:
        runs = [run_words(run) for run in (compared.before, compared.now) if not run.meanings]
        told = (
            f"Which checks differ is not known: {' and '.join(runs)} did not save what each asked."
        )
        yield from page.lines(told, 2, 2, "aside")
        return
    if not compared.checks:
        told = "Every check of these lessons asks the same in both: only words or examples differ."
        yield from page.lines(told, 2, 2, "aside")
    for name, (before, now) in compared.checks.items():
        told = "asks something else in B than in A" if before and now else "in force in A only"
        if not before:
            told = "in force in B only"
        yield from page.lines(f"{printable(name)}: {told}", 2, 2, "aside")


def _table(compared: Comparison, page: Page) -> Iterator[str]:
    """Yield the counts by check: of what both runs looked for, and apart from it the rest."""
    of_checks: dict[str, Counter[str]] = {}
    for one in compared.changes:
        of_checks.setdefault(f"{one.lesson} {one.check}", Counter())[one.column] += 1
    counts = [*sorted(of_checks.items()), ("all checks", sum(of_checks.values(), Counter()))]
    rows = [[name, *[f"{held[kind]:,}" for kind in COLUMNS]] for name, held in counts]
    columns = (
        Column("findings of", number=False), Column("new", style="breach"),
        Column("gone,\nmet now"), Column("gone,\nnot met"), Column("standing"),
        Column("asked in\none run only"),
    )  # fmt: skip
    yield from page.table(columns, rows)


def _change(one: Change, page: Page) -> Iterator[str]:
    kind = "CHANGED" if one.kind == "standing" else one.kind.upper()
    waived = ", accepted" if one.accepted else ""
    before = _in_words(one.before, one.check_before)
    now = _in_words(one.now, one.check_now)
    told = f"{kind} {one.lesson} {one.check}: A: {before}; B: {now}{waived}"
    style = "breach" if one.kind == "new" and one.asked_in_both else ""
    yield from page.lines(told, 2, 2, style)
    yield from page.lines(f"see {' with '.join(one.pointers)}", 4, 2, "aside")


def _in_words(said: str, check: str) -> str:
    """Return what a run says of an instance, and where it is none there, what of its check."""
    words = _WORDS.get(said, said)
    return f"{words} (the check: {_WORDS.get(check, check)})" if said == NO_INSTANCE else words
