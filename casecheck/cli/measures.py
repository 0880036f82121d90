"""`casecheck measures`: how will we know; measures over time."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from casecheck.cli import EXIT_INCOMPLETE
from casecheck.cli.options import (
    INPUT,
    format_option,
    output_to,
    rules_in_force,
    rules_option,
    set_option,
)
from casecheck.cli.progress import counted_on_terminal, records_in
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput, PassedOver, find_texts
from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.lesson import Rules
from casecheck.measures.disclosure import Profile, profiles
from casecheck.measures.loading import NoSuchMeasure, chosen, measures_of
from casecheck.measures.measure import Measures
from casecheck.measures.measuring import Asking, Split, measure_texts
from casecheck.measures.periods import LENGTHS, Length
from casecheck.measures.protecting import protected
from casecheck.measures.report import MeasuresReport
from casecheck.measures.with_signals import with_signals
from casecheck.qag.extras import MissingExtra
from casecheck.report.measures.formats import FORMATS, write_measures
from casecheck.text.printable import printable

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("measures", epilog="Example: casecheck measures sample_cases/ --by quarter")
@click.argument("paths", nargs=-1, metavar="PATH...", type=INPUT)
@rules_option
@set_option
@click.option(
    "--by", type=click.Choice(LENGTHS), default="quarter", show_default=True,
    help="How long a period is.",
)  # fmt: skip
@click.option("--from", "first", type=_DAY, metavar="DATE", help="From the period of this day on.")
@click.option("--to", "last", type=_DAY, metavar="DATE", help="Up to the period of this day.")
@click.option(
    "--split", type=click.Choice(["district", "team"]), help="Beside the whole, by this too."
)
@click.option(
    "--measure", "ids", multiple=True, metavar="ID", help="Only this measure; repeatable."
)
@click.option(
    "--store", "store_file", type=click.Path(path_type=Path), metavar="FILE",
    help="In place of PATH: all runs of this store, with what was saved of their measures.",
)  # fmt: skip
@click.option(
    "--disclosure", default="none", show_default=True, metavar="PROFILE",
    help="What is shown: none hides nothing, for the group's own eyes; dfe hides small numbers.",
)  # fmt: skip
@format_option(FORMATS)
def command(  # noqa: PLR0913, PLR0917 - one for each option
    paths: tuple[str, ...],
    rules_folder: Path | None,
    settings: tuple[str, ...],
    by: Length,
    first: datetime | None,
    last: datetime | None,
    split: Split | None,
    ids: tuple[str, ...],
    store_file: Path | None,
    disclosure: str,
    report_format: str,
    output: Path | None,
) -> int:
    """Ask the response's measures of records, for each period.

    PATH is as for `audit`. With --store the runs that `audit --store` saved are asked, and how many
    records met each lesson. Of a share stand the members, those that are met, and between what it
    lies, whatever the unknown is. The last period, in which the records end, is shown and not used
    for a verdict.

    Exit status: 0 complete; 2 wrong usage or broken rules; 3 some input could not be read or asked;
    4 an internal error.
    """
    profile = _profile(disclosure)
    rules = rules_in_force(rules_folder, (), settings)
    asking = Asking(by, first and first.date(), last and last.date(), split or "")
    if asking.first and asking.last and asking.last < asking.first:
        raise click.UsageError("--to comes before --from")
    if bool(paths) == (store_file is not None):
        message = (
            "name either the records to ask, PATH..., or the store of saved runs, --store FILE"
        )
        raise click.UsageError(message)
    passed = PassedOver()
    try:
        texts = find_texts(paths, sys.stdin.buffer, passed)  # which fails before what takes long
        measures = chosen(measures_of(rules), ids)
        if store_file is not None:
            report = _of_store(store_file, measures, rules, asking)
        else:
            told = counted_on_terminal(texts, "records asked", records_in(paths))
            report = measure_texts(told, measures, rules, asking)
        report = protected(report, profile)
    except (NoSuchInput, EngineUnusable, MissingExtra, NoSuchMeasure) as error:
        raise click.UsageError(str(error)) from None
    with output_to(output) as stream:
        write_measures(with_signals(report), stream, report_format)
    for sentence in passed.notes():
        click.echo(printable(sentence), err=True)
    return EXIT_INCOMPLETE if report.unreadable or report.failed else 0


def _profile(name: str) -> Profile:
    every = profiles()
    if name not in every:
        raise click.UsageError(f"--disclosure: no profile {name!r}: {did_you_mean(name, every)}")
    return every[name]


def _of_store(file: Path, measures: Measures, rules: Rules, asking: Asking) -> MeasuresReport:
    # The store is a database with its own rules: records are asked without it.
    from casecheck.cli.stores import open_store  # noqa: PLC0415
    from casecheck.measures.of_runs import measures_of_runs  # noqa: PLC0415

    with open_store(file) as store:
        return measures_of_runs(store, measures, rules, asking)
