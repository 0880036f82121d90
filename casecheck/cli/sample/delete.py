"""`casecheck sample delete`: delete a sample in which nothing has been judged."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.stores import open_store, store_option
from casecheck.text.printable import printable
from casecheck.text.typed import typed


@click.command("delete", epilog="Example: casecheck sample delete latest")
@click.argument("name", type=typed, metavar="SAMPLE")
@store_option
def command(name: str, store_file: Path) -> None:
    """Delete a sample for good, such as one that was drawn to try.

    SAMPLE is a name, a number, or latest. A sample with judgments is never deleted. A seed is
    thrown once: to draw again until a sample suits is no audit.

    Exit status: 0 deleted; 2 there is no such sample, or it has judgments; 4 an internal error.
    """
    with open_store(store_file) as store:
        sample = store.sample(name)
        store.delete_sample(sample.id)
    seed = printable(sample.seed)
    click.echo(f"Deleted {sample.name} (seed {seed}) from {store_file}.", err=True)
