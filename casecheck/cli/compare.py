"""`casecheck compare`: what is new, gone and standing between two runs."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.options import format_option, lesson_option, output_to
from casecheck.cli.stores import open_store, store_option
from casecheck.lessons.errors import did_you_mean
from casecheck.qag.store.comparing import compare
from casecheck.qag.store.rows import Run
from casecheck.report.qag.compare_report import FORMATS, write_comparison
from casecheck.report.qag.runs_text import run_words
from casecheck.text.typed import typed


@click.command("compare", epilog="Example: casecheck compare 1 latest --lesson P1.1")
@click.argument("before", type=typed, metavar="A")
@click.argument("now", type=typed, metavar="B")
@store_option
@lesson_option
@format_option(
    FORMATS,
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
        write_comparison(compared, stream, report_format)


def _refuse_unknown(lessons: tuple[str, ...], run: Run) -> None:
    for lesson in lessons:
        if lesson not in run.lessons:
            hint = did_you_mean(lesson, run.lessons)
            raise click.ClickException(f"No lesson {lesson!r} in {run_words(run)}: {hint}")
