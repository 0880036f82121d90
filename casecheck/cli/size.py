"""`casecheck size`: how many cases an audit must look at, and what a number can show."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casecheck.cli.options import format_option, output_to
from casecheck.qag.extras import MissingExtra
from casecheck.qag.inference.sizing import (
    Aim,
    Formula,
    NoSize,
    attribute_size,
    margin_size,
    stop_or_go,
)
from casecheck.report.qag.size_text import (
    COLUMNS,
    SizeStatement,
    attribute_statement,
    cases_statement,
    margin_statement,
    steps_statement,
)
from casecheck.text.cells import table
from casecheck.text.page import Page

if TYPE_CHECKING:
    from typing import TextIO

MOST_POPULATION = 10_000_000


_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?|\.[0-9]{1,6}) ?(%?)")


def share(ctx: click.Context, option: click.Parameter, value: str | None) -> Fraction | None:
    """Read an option between none and all, `5%` or `0.05`, and keep it exact."""
    if value is None:
        return None
    found = _SHARE.fullmatch(value)
    read = Fraction(found[1]) / (100 if found[2] else 1) if found else None
    none_will_do = option.name == "expected"
    if read is None or not (0 < read < 1 or (read == 0 and none_will_do)):
        least = "0% or more" if none_will_do else "more than 0%"
        message = f"{value!r} is no share: write 5% or 0.05, {least} and less than 100%"
        if found and not found[2] and 1 < float(found[1]) < 100:
            message += f"; did you mean {found[1]}%?"
        raise click.BadParameter(message, ctx, option)
    return read


@click.command(
    "size", epilog="Example: casecheck size --population 400 --tolerable 5% --expected 1%"
)
@click.option(
    "--tolerable",
    callback=share,
    metavar="SHARE",
    help="Show that fewer than this share of cases are not compliant.",
)
@click.option(
    "--margin",
    callback=share,
    metavar="SHARE",
    help="Or: know the rate to this much on either side.",
)
@click.option(
    "--cases",
    type=click.IntRange(1, MOST_POPULATION),
    metavar="N",
    help="Or: what a sample of this many cases can show.",
)
@click.option(
    "--expected",
    callback=share,
    metavar="SHARE",
    help="The share expected: not compliant, with --tolerable (default 0%);"
    " compliant, with --margin (default 50%, which needs most).",
)
@click.option(
    "--population",
    type=click.IntRange(1, MOST_POPULATION),
    metavar="N",
    help="How many cases there are. Default: so many that drawing does not use them up.",
)
@click.option(
    "--confidence",
    callback=share,
    default="95%",
    show_default=True,
    metavar="SHARE",
    help="How sure to be.",
)
@click.option(
    "--stop-or-go",
    "steps",
    type=click.IntRange(2, 10),
    metavar="STEPS",
    help="With --tolerable: look in so many steps, and stop early where all is well.",
)
@click.option(
    "--formula",
    type=click.Choice(["cochran", "nhs"]),
    default="cochran",
    show_default=True,
    help="With --margin: whose formula.",
)
@format_option(("text", "json", "csv"), "size_format", "How to print it.")
def command(size_format: str, output: Path | None, **asked: Any) -> None:
    """Say how many cases to look at, and what such a sample can and cannot show.

    Give one of --tolerable, --margin and --cases. All bounds are exact.
    """
    try:
        statement = _statement(**asked)
    except (NoSize, MissingExtra) as error:
        raise click.UsageError(str(error)) from None
    with output_to(output) as stream:
        _write(statement, size_format, stream)


def _statement(  # noqa: PLR0913 - one for each option
    *,
    tolerable: Fraction | None,
    margin: Fraction | None,
    cases: int | None,
    expected: Fraction | None,
    population: int | None,
    confidence: Fraction,
    steps: int | None,
    formula: Formula,
) -> SizeStatement:
    given = [one for one in (tolerable, margin, cases) if one is not None]
    if len(given) != 1:
        raise click.UsageError("give one of --tolerable, --margin and --cases")
    if steps is not None and tolerable is None:
        raise click.UsageError("--stop-or-go is for --tolerable")
    if formula != "cochran" and margin is None:
        raise click.UsageError("--formula is for --margin")
    if expected is not None and (cases is not None or steps is not None):
        raise click.UsageError("--expected is of no use with --cases or --stop-or-go")
    if cases is not None:
        if population is not None and cases > population:
            raise click.UsageError(f"--cases {cases}: there are only {population}")
        return cases_statement(cases, confidence, population)
    if margin is not None:
        likely = Fraction(1, 2) if expected is None else expected
        if not likely:
            raise click.UsageError("--expected 0%: a margin needs a share above 0%")
        return margin_statement(margin_size(margin, likely, confidence, population, formula))
    assert tolerable is not None
    aim = Aim(tolerable, confidence, population)
    if steps is not None:
        return steps_statement(stop_or_go(aim, steps))
    return attribute_statement(attribute_size(aim, expected or Fraction(0)))


def _write(statement: SizeStatement, size_format: str, stream: TextIO) -> None:
    if size_format == "json":
        stream.write(json.dumps(statement.json_object(), indent=2) + "\n")
    elif size_format == "csv":
        write = table(stream, COLUMNS)
        for row in statement.rows():
            write(row)
    else:
        stream.writelines(f"{line}\n" for line in statement.lines(Page(stream, None, None)))
