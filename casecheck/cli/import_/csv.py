"""`casecheck import csv`: exports of a case system become case records."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.import_.common import (
    ImportOptions,
    import_options_not_needed,
    needs_key_and_output,
    run_import,
)
from casecheck.intake.sources.csv_draft import write_draft
from casecheck.intake.sources.csv_folder import CsvFolder
from casecheck.intake.sources.csv_parts import NAME
from casecheck.intake.sources.rows import SourceRefused
from casecheck.text.printable import printable


@click.command(
    "csv",
    epilog="Example: casecheck import csv exports/ --key board.key --as-of 2026-03-31 "
    "--output cases.jsonl",
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--draft", is_flag=True,
    help="Import nothing: write FOLDER/mapping.toml from the heads of its CSV files, with what is "
    "guessed marked as a guess. Never over a file that is there.",
)  # fmt: skip
@import_options_not_needed
def command(folder: Path, draft: bool, options: ImportOptions) -> int:
    """Import CSV files of a folder, one file a section, by the mapping.toml that stands there.

    The mapping says which column is which field, what words mean, how days are written, and how
    much of each section a file has; `docs/importing.md` describes it. One record a child is made.

    Exit status: 0 all was read; 2 wrong usage, or a mapping or a file that cannot be read: nothing
    is written; 3 some rows could not be read, and the rest is written; 4 an internal error.
    """
    if draft:
        try:
            told = write_draft(folder)
        except SourceRefused as error:
            raise click.ClickException(printable(str(error))) from None
        click.echo(printable(told))
        return 0
    needs_key_and_output(options)
    if options.with_csv is not None:
        raise click.UsageError("--with-csv joins exports to another source: put all in one folder")
    used = (folder / NAME, *sorted(folder.glob("*.csv")))
    return run_import(lambda faults: CsvFolder(folder, options.as_of, faults), used, options)
