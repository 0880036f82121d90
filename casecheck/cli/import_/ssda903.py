"""`casecheck import ssda903`: returns of looked after children become case records."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.import_.common import ImportOptions, import_options, run_import
from casecheck.intake.sources.ssda903 import Ssda903


@click.command(
    "ssda903",
    epilog="Example: casecheck import ssda903 return_903/ --key board.key --as-of 2026-03-31 "
    "--output looked_after.jsonl",
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@import_options
def command(folder: Path, options: ImportOptions) -> int:
    """Import a return of looked after children (SSDA903): the CSV files of one year in a folder.

    Episodes become periods of care, reviews and missing episodes are read, and a young mother has
    her first child in the record. The files are known by their columns. --as-of says the last day
    of the return's year, which they do not tell.

    Exit status: 0 all was read; 2 wrong usage, or files that cannot be read as a return: nothing is
    written; 3 some rows could not be read, and the rest is written; 4 an internal error.
    """
    used = sorted(folder.glob("*.csv")) if folder.is_dir() else [folder]
    return run_import(lambda faults: Ssda903(folder, options.as_of, faults), used, options)
