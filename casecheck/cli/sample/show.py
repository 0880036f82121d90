"""`casecheck sample show`: show a sample, and draw it again to see that it is right."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import output_to
from casecheck.cli.sample.shown import draws, list_option, output_options
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.sampling.samples import view_named
from casecheck.report.qag.sample_report import write_sample
from casecheck.text.printable import printable
from casecheck.text.typed import typed


@click.command("show", epilog="Example: casecheck sample show latest")
@click.argument("name", type=typed, metavar="SAMPLE")
@list_option
@store_option
@output_options
def command(name: str, with_list: bool, store_file: Path, how: str, output: Path | None) -> int:
    """Show a sample, and draw it again from its list and seed to see that it is right.

    SAMPLE is a name, a number, or latest.

    Exit status: 0 it is what its list and seed give; 1 it is not; 2 wrong usage; 4 an internal
    error.
    """
    with draws(), output_to(output) as stream, open_store(store_file) as store:
        view = view_named(store, name)
        write_sample(view, stream, how, with_list=with_list)
    for sentence in view.changed:
        click.echo(printable(sentence), err=True)
    return 0 if view.same else EXIT_FAILED_ON
