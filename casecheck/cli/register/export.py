"""`casecheck register export`: write the register to a file that can be proved whole."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.options import output_to
from casecheck.cli.register.shared import keeps
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.register.log import REGISTER, entries_of
from casecheck.qag.store.proving import need_goes_on


@click.command("export", epilog="Example: casecheck register export register.jsonl")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@store_option
def command(file: Path, store_file: Path) -> None:
    """Write the whole register to a file that `register verify` can prove whole.

    - is standard output. An older one there is replaced only where the register goes on from it.

    Exit status: 0 written; 2 wrong usage, or the register is not whole; 4 an internal error.
    """
    to = None if str(file) == "-" else file
    with keeps():
        with open_store(store_file) as store:
            log = entries_of(store)
        with output_to(to, option="FILE") as stream:
            if to is not None:
                see = f"register verify {to} --store {store_file}"
                need_goes_on(REGISTER, to, log, see)
            stream.writelines(f"{line}\n" for line in REGISTER.exported(log))
