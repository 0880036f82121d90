"""`casecheck register redact`: take the evidence of an entry out of the register for good."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.register.shared import keeps
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.register.redacting import redact
from casecheck.report.qag.judge_text import NOT_WIPED, redacted_words

_COPIES_LEFT = (
    "No byte of it is left in the store. It may stand in lists, in registers exported before, and"
    " in copies of the store: replace or delete those; `casecheck register export FILE` replaces"
    " an older register."
)


@click.command(
    "redact", epilog="Example: casecheck register redact 1 --because 'It named a worker'"
)
@click.argument("entry", type=int, metavar="ENTRY")
@click.option(
    "--because", required=True, metavar="TEXT",
    help="Why: it stays in the register. Name nobody in it.",
)  # fmt: skip
@click.option("--by", "who", default="", metavar="ROLE", help="Who does so: a role, no name.")
@store_option
def command(entry: int, because: str, who: str, store_file: Path) -> None:
    """Take the evidence of an entry out of the register for good; its digest stays.

    For evidence that names somebody all the same. Other entries stay as they are, and the
    register says who did so and why.

    Exit status: 0 the words are gone; 2 wrong usage, or the register is not whole; 4 an internal
    error.
    """
    with keeps(), open_store(store_file) as store:
        done = redact(store, entry, because, who)
    click.echo(redacted_words(done))
    click.echo(_COPIES_LEFT if done.wiped else NOT_WIPED, err=True)
