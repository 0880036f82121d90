"""`casecheck size`: how many cases an audit must look at, and what a number can show."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casecheck.cli.options import format_option, output_to
from casecheck.qag.extras import MissingExtra
from casecheck.qag.inference.planning import (
    allowed_size,
    change_size,
    precise_size,
    to_draw,
    with_design,
)
from casecheck.qag.inference.sizing import (
    Aim,
    Formula,
    NoSize,
    attribute_size,
    margin_size,
    stop_or_go,
)
from casecheck.report.qag.plan_text import (
    change_statement,
    discovery_statement,
    misses_statement,
    with_more,
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


def share(ctx: click.Context, option: click.Parameter, value: Any) -> Any:
    """Read an option between none and all, `5%` or `0.05`, and keep it exact; of a pair, both."""
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(share(ctx, option, one) for one in value)
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
    "--discover",
    callback=share,
    metavar="SHARE",
    help="Or: find one at least, were this share not compliant.",
)
@click.option(
    "--engine-misses",
    "misses",
    callback=share,
    metavar="SHARE",
    help="Or: show that fewer than this share are not compliant of the cases in which the engine"
    " found nothing; --population is how many those are.",
)
@click.option(
    "--change",
    nargs=2,
    callback=share,
    metavar="SHARE SHARE",
    help="Or: see a change from the first share not compliant to the second, between two audits.",
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
    help="The share expected to be not compliant. Default: 0%; with --margin 50%, which needs"
    " most.",
)
@click.option(
    "--allowed",
    type=click.IntRange(0, 1000),
    metavar="N",
    help="With --tolerable: how many not compliant still show it, in the place of --expected.",
)
@click.option(
    "--applies",
    callback=share,
    metavar="SHARE",
    help="The share of cases to which the check applies: say how many to draw.",
)
@click.option(
    "--design-effect",
    "effect",
    type=click.FloatRange(1, 100),
    metavar="NUMBER",
    help="How many times as many cases a stratified or risk sample needs as a simple one:"
    " `casecheck estimate` tells it of a sample.",
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
    type=click.Choice(["cochran", "nhs", "exact"]),
    default="cochran",
    show_default=True,
    help="With --margin: whose formula.",
)
@format_option(("text", "json", "csv"), "size_format", "How to print it.")
def command(size_format: str, output: Path | None, **asked: Any) -> None:
    """Say how many cases to look at, and what such a sample can and cannot show.

    Give one of --tolerable, --discover, --engine-misses, --change, --margin and --cases. All shares
    are of cases not compliant. All bounds are exact.
    """
    try:
        statement = _statement(**asked)
    except (NoSize, MissingExtra) as error:
        raise click.UsageError(str(error)) from None
    with output_to(output) as stream:
        _write(statement, size_format, stream)


_ASKED = ("tolerable", "discover", "misses", "change", "margin", "cases")
_ONLY_WITH = {
    "allowed": ("--allowed", ("tolerable", "misses")),
    "steps": ("--stop-or-go", ("tolerable",)),
    "expected": ("--expected", ("tolerable", "misses", "margin")),
    "applies": ("--applies", ("tolerable", "discover", "margin")),
    "effect": ("--design-effect", ("tolerable", "discover", "misses", "change", "margin")),
}
"""Of the other options, what each is of use with."""


def _statement(
    *,
    population: int | None,
    confidence: Fraction,
    applies: Fraction | None,
    effect: float | None,
    formula: Formula,
    **asked: Any,
) -> SizeStatement:
    given = [name for name in _ASKED if asked[name] is not None]
    if len(given) != 1:
        message = "give one of --tolerable, --discover, --engine-misses, --change, --margin and"
        raise click.UsageError(f"{message} --cases")
    (what,) = given
    for name, (option, where) in _ONLY_WITH.items():
        value = {"applies": applies, "effect": effect}.get(name, asked.get(name))
        if value is not None and what not in where:
            those = " or ".join(f"--{one.replace('misses', 'engine-misses')}" for one in where)
            raise click.UsageError(f"{option} is for {those}")
    if formula != "cochran" and what != "margin":
        raise click.UsageError("--formula is for --margin")
    if sum(asked[name] is not None for name in ("allowed", "expected", "steps")) > 1:
        raise click.UsageError("give one of --allowed, --expected and --stop-or-go")
    of_them = population
    if applies is not None and population is not None:
        of_them = floor(applies * population)
    told = _of_size(what, of_them, confidence, formula, asked)
    if applies is None and effect is None:
        return told
    draw = told.cases
    exact = None if effect is None else Fraction(str(effect))
    if exact is not None:
        draw = with_design(draw, exact, of_them)
    if applies is not None:
        draw = to_draw(draw, applies, confidence, population)
    return with_more(told, draw, applies, exact)


def _of_size(
    what: str,
    population: int | None,
    confidence: Fraction,
    formula: Formula,
    asked: dict[str, Any],
) -> SizeStatement:
    value, expected = asked[what], asked["expected"]
    if what == "cases":
        if population is not None and value > population:
            raise click.UsageError(f"--cases {value}: there are only {population}")
        return cases_statement(value, confidence, population)
    if what == "margin":
        return _of_margin(value, expected, confidence, population, formula)
    if what == "change":
        before, now = value
        return change_statement(change_size(before, now, confidence))
    aim = Aim(value, confidence, population)
    if what == "discover":
        return discovery_statement(allowed_size(aim, 0))
    if asked["steps"] is not None:
        return steps_statement(stop_or_go(aim, asked["steps"]))
    allowed = asked["allowed"]
    size = (
        attribute_size(aim, expected or Fraction(0))
        if allowed is None
        else allowed_size(aim, allowed)
    )
    return attribute_statement(size) if what == "tolerable" else misses_statement(size)


def _of_margin(
    margin: Fraction,
    expected: Fraction | None,
    confidence: Fraction,
    population: int | None,
    formula: Formula,
) -> SizeStatement:
    likely = Fraction(1, 2) if expected is None else expected
    if not likely:
        raise click.UsageError("--expected 0%: a margin needs a share above 0%")
    if formula == "exact":
        return margin_statement(precise_size(margin, likely, confidence, population))
    return margin_statement(margin_size(margin, likely, confidence, population, formula))


def _write(statement: SizeStatement, size_format: str, stream: TextIO) -> None:
    if size_format == "json":
        stream.write(json.dumps(statement.json_object(), indent=2) + "\n")
    elif size_format == "csv":
        write = table(stream, COLUMNS)
        for row in statement.rows():
            write(row)
    else:
        stream.writelines(f"{line}\n" for line in statement.lines(Page(stream, None, None)))
