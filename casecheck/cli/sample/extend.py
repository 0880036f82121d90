"""`casecheck sample extend`: draw more cases for a sample."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from casecheck.cli.sample.shown import output_options, save_and_show
from casecheck.cli.stores import store_option
from casecheck.qag.sampling.samples import extend_sample
from casecheck.report.qag.sample_report import write_sample
from casecheck.text.typed import typed


@click.command("extend", epilog="Example: casecheck sample extend latest --size 20")
@click.argument("name", type=typed, metavar="SAMPLE")
@click.option(
    "--size", type=click.IntRange(1), required=True, metavar="N",
    help="The size of the whole sample when it is extended.",
)  # fmt: skip
@store_option
@output_options
def command(name: str, size: int, store_file: Path, how: str, output: Path | None) -> None:
    """Draw more cases for a sample; those drawn before stay, by their ranks.

    SAMPLE is a name, a number, or latest. Make new packs afterwards for the cases that are new. All
    chances are those of the larger sample.

    Exit status: 0 extended; 2 wrong usage, or it cannot be; 4 an internal error.
    """
    save_and_show(
        store_file,
        output,
        lambda store: extend_sample(store, name, size),
        partial(write_sample, how=how),
    )
