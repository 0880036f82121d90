"""`casecheck estimate`: what the judgments of a sample say of practice, and of the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import click

from casecheck.cli.options import format_option, output_to
from casecheck.cli.progress import counted_on_terminal
from casecheck.cli.sample.shown import draws
from casecheck.cli.size import share
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.estimates.assembling import CannotEstimate, assembled
from casecheck.qag.estimates.readings import Question
from casecheck.qag.estimates.report import COLUMNS, json_object, rows
from casecheck.qag.extras import MissingExtra
from casecheck.report.qag.estimate_html import estimate_html
from casecheck.report.qag.estimate_text import estimate_text
from casecheck.text.cells import table
from casecheck.text.page import Page
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
@click.option(
    "--tolerable",
    callback=share,
    metavar="SHARE",
    help="Say of each check whether fewer than this share are shown to be not compliant, as"
    " `casecheck size --tolerable` promised.",
)
@store_option
@format_option(("text", "json", "csv", "html"), "how", "How to print it.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    name: str,
    before_name: str | None,
    confidence: Fraction,
    tolerable: Fraction | None,
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
        try:
            report = assembled(store, name, before_name, confidence, _with_progress, tolerable)
        except (CannotEstimate, MissingExtra) as error:
            raise click.UsageError(str(error)) from None
    with output_to(output) as stream:
        if how == "json":
            stream.write(json.dumps(json_object(report), indent=2) + "\n")
        elif how == "csv":
            write = table(stream, COLUMNS)
            for row in rows(report):
                write(row)
        elif how == "html":
            stream.writelines(estimate_html(report))
        else:
            stream.writelines(
                f"{line}\n" for line in estimate_text(report, Page(stream, None, None))
            )


def _with_progress(questions: Sequence[Question]) -> Iterator[Question]:
    """Count on a terminal how many checks are estimated; say nothing elsewhere."""
    return counted_on_terminal(questions, "checks estimated", len(questions))
