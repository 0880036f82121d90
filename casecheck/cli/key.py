"""`casecheck key`: make the key of the pseudonyms, or see that a copy of it is whole."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.intake.sources.key_file import KeyFileError, new_key, read_key
from casecheck.text.printable import printable

_FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))


@click.group(
    "key",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: casecheck key new casecheck.key",
)
def command() -> None:
    """Make the key by which children and workers get pseudonyms, or try a copy of it.

    Who holds the key and a source can tell whose case is whose: keep it apart from the records.
    """


@command.command("new", epilog="Example: casecheck key new casecheck.key")
@_FILE
def new(file: Path) -> None:
    """Make a key, in a file that you alone may read; no other file is ever replaced.

    Make one for good, and keep a copy in a safe place: with another key the same child has another
    pseudonym, and without the key nobody can say again whose case is whose.

    Exit status: 0 made; 2 wrong usage, or no key can be there; 4 it could not be written.
    """
    try:
        key = new_key(file)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(printable(f"Wrote the key to {file}; its mark is {key.mark}."))


@command.command("check", epilog="Example: casecheck key check copy-of-casecheck.key")
@_FILE
def check(file: Path) -> None:
    """See that a key file is whole and yours alone; print its mark.

    Two files with one mark hold the same key. The mark gives nothing of it away.

    Exit status: 0 all is well; 2 it is not, and why; 4 an internal error.
    """
    try:
        key = read_key(file)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(printable(f"{file} is whole; its mark is {key.mark}."))
