"""`casecheck sample`: draw a sample of a run's cases that anyone can draw again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from click.core import ParameterSource

from casecheck.cli.lazy import LazyGroup
from casecheck.cli.sample.shown import list_option, output_options, save_and_show
from casecheck.cli.stores import store_option
from casecheck.lessons.errors import did_you_mean
from casecheck.qag.sampling.designs import DESIGNS
from casecheck.qag.sampling.plan import (
    ALLOCATIONS,
    FIELDS,
    MINIMUM,
    WITHOUT_FINDINGS_PERCENT,
    Allocation,
    Field,
    Plan,
)
from casecheck.qag.sampling.samples import SampleView, draw_sample
from casecheck.qag.sampling.weights import MOST, Weights
from casecheck.qag.store.naming import LATEST
from casecheck.qag.store.rows import Run
from casecheck.qag.store.store import Store
from casecheck.report.qag.sample_report import write_sample
from casecheck.results import Outcome
from casecheck.text.printable import printable
from casecheck.text.typed import typed

_COMMANDS = {
    "list": "List the samples in the store.",
    "show": "Show a sample, and draw it again to see that it is right.",
    "extend": "Draw more cases for a sample.",
    "replace": "Mark a case as unusable, and draw the next in its place.",
    "delete": "Delete a sample in which nothing has been judged.",
}
_UNLESS_ASKED = (Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE, Outcome.COMPLIANT)


@click.group(
    "sample",
    cls=LazyGroup,
    package="casecheck.cli.sample",
    lazy=_COMMANDS,
    invoke_without_command=True,
    epilog="Example: casecheck sample --size 12 --design risk --seed 'dice 4 1 6 2 5 3'",
)
@click.option(
    "--size", type=click.IntRange(1), metavar="N", help="How many cases to draw. Required."
)
@click.option(
    "--seed", type=typed, metavar="TEXT",
    help="Any text that nobody could choose to suit, such as dice thrown at the meeting. Required.",
)  # fmt: skip
@click.option(
    "--design", type=click.Choice(list(DESIGNS)), default="simple", show_default=True,
    help="How to draw: all alike; in strata; down a list; or likelier the more is found.",
)  # fmt: skip
@click.option(
    "--by", type=click.Choice(FIELDS), multiple=True,
    help="What makes the strata, or the order of the list (systematic); repeatable.",
)  # fmt: skip
@click.option(
    "--allocation", type=click.Choice(ALLOCATIONS), default="proportional", show_default=True,
    help="How strata share the size: by size, or by size and expected spread.",
)  # fmt: skip
@click.option(
    "--minimum", type=click.IntRange(1), default=MINIMUM, show_default=True, metavar="N",
    help="The least of each stratum; a variance needs two.",
)  # fmt: skip
@click.option(
    "--weight", "weights", multiple=True, metavar="NAME=N",
    help="What base, breach or cannot_tell weigh in the design risk; repeatable."
    " Default: 1, 4 and 2.",
)  # fmt: skip
@click.option(
    "--without-findings", type=click.IntRange(1, 99), default=WITHOUT_FINDINGS_PERCENT,
    show_default=True, metavar="PERCENT",
    help="How much of a risk sample is kept for cases without a finding.",
)  # fmt: skip
@click.option(
    "--lesson", "lessons", multiple=True, metavar="ID",
    help="Only this lesson; repeatable. Default: all of the run.",
)  # fmt: skip
@click.option(
    "--outcome", "outcomes", type=click.Choice([str(one) for one in Outcome]), multiple=True,
    help="Only cases with this gravest outcome over the lessons; repeatable."
    " Default: all but not_applicable.",
)  # fmt: skip
@click.option(
    "--run", "run_name", type=typed, default=LATEST, show_default=True, metavar="RUN",
    help="The run to draw from, by its number or label.",
)  # fmt: skip
@click.option(
    "--name", type=typed, metavar="TEXT", help="What to call the sample. Default: sample-1 ..."
)
@store_option
@output_options
@list_option
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    size: int | None,
    seed: str | None,
    design: str,
    by: tuple[Field, ...],
    allocation: Allocation,
    minimum: int,
    weights: tuple[str, ...],
    without_findings: int,
    lessons: tuple[str, ...],
    outcomes: tuple[str, ...],
    run_name: str,
    name: str | None,
    store_file: Path,
    how: str,
    output: Path | None,
    with_list: bool,
) -> None:
    """Draw a sample of a run's cases, save it, and say why each case is in it.

    The same list and seed give the same sample everywhere; docs/samples.md is the procedure, and
    how to follow it without casecheck.

    Exit status: 0 drawn; 2 wrong usage, or it cannot be drawn so; 4 an internal error.
    """
    _refuse_misplaced(ctx, design)
    if ctx.invoked_subcommand is not None:
        return
    if size is None or seed is None:
        raise click.UsageError("Drawing a sample needs --size N and --seed TEXT")
    if DESIGNS[design].needs_by and not by:
        raise click.UsageError(f"--design {design} needs --by {'|'.join(FIELDS)}")

    def draw(store: Store) -> SampleView:
        run = store.run(run_name)
        plan = Plan(
            design=design,
            size=size,
            lessons=_lessons(run, lessons),
            outcomes=tuple(one for one in Outcome if one in (outcomes or _UNLESS_ASKED)),
            by=tuple(dict.fromkeys(by)),
            allocation=allocation,
            minimum=minimum,
            weights=_weights(weights),
            without_findings=without_findings,
            first=size,
        )
        return draw_sample(store, run, plan, seed, name)

    write = partial(write_sample, how=how, with_list=with_list)
    view = save_and_show(store_file, output, draw, write)
    click.echo(printable(f"Saved as {view.sample.name} in {store_file}."), err=True)


def _refuse_misplaced(ctx: click.Context, design: str) -> None:
    """End the command where an option was typed that would have no effect."""
    for option in ctx.command.params:
        name = option.name or ""
        if ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        if ctx.invoked_subcommand is not None:
            cure = f"put the options of `sample {ctx.invoked_subcommand}` after that word"
            raise click.UsageError(f"{option.opts[0]} is of drawing a sample: {cure}")
        only_for = [other.name for other in DESIGNS.values() if name in other.uses]
        if only_for and design not in only_for:
            message = f"{option.opts[0]} has no meaning for --design {design}"
            raise click.UsageError(f"{message}, only for {' and '.join(only_for)}")


def _lessons(run: Run, asked: Sequence[str]) -> tuple[str, ...]:
    for lesson in asked:
        if lesson not in run.lessons:
            hint = did_you_mean(lesson, run.lessons)
            raise click.UsageError(f"No lesson {lesson!r} in the run {run.label}: {hint}")
    return tuple(one for one in run.lessons if not asked or one in asked)


def _weights(settings: Sequence[str]) -> Weights:
    values: dict[str, int] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        known = name in Weights.__dataclass_fields__
        if not (known and value.isascii() and value.isdigit() and len(value) <= len(str(MOST))):
            message = f"--weight {setting!r} is not base=N, breach=N or cannot_tell=N"
            raise click.UsageError(f"{message}, where N is up to {MOST:,}")
        if name in values:
            raise click.UsageError(f"--weight names {name} twice")
        values[name] = int(value)
    if values.get("base") == 0:
        raise click.UsageError(
            "--weight base=0 would leave cases that could never be drawn, and estimates of nothing:"
            " give 1 or more"
        )
    weights = Weights(**values)
    if max(weights.base, weights.breach, weights.cannot_tell) > MOST:
        raise click.UsageError(f"--weight: no weight may be more than {MOST:,}")
    return weights
