"""`casecheck import dfe-api`: children as JSON of the DfE's API become case records."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.import_.common import ImportOptions, import_options, run_import
from casecheck.intake.sources.dfe_api import DfeApi


@click.command(
    "dfe-api",
    epilog="Example: casecheck import dfe-api children.json --as-of 2026-03-31 --key board.key"
    " --output api.jsonl",
)
@click.argument("file", metavar="FILE.json", type=click.Path(path_type=Path))
@import_options
def command(file: Path, options: ImportOptions) -> int:
    """Import children as JSON of the DfE's API of children's social care data.

    FILE.json is what goes to the API, or all of it: a list of children, one, or one after another.
    One record a child is made. It does not tell its day: --as-of does.

    Exit status: 0 all was read; 2 wrong usage, or a file that cannot be read as such: nothing is
    written; 3 some children or rows could not be read, and the rest is written; 4 an internal
    error.
    """
    return run_import(lambda faults: DfeApi(file, options.as_of, faults), (file,), options)
