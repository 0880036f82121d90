"""`casecheck import annex-a`: the lists of Ofsted's Annex A become case records."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.import_.common import ImportOptions, import_options, run_import
from casecheck.intake.sources.annex_a import AnnexA

_LISTS = [f"List {number}" for number in range(1, 11)]


@click.command(
    "annex-a",
    epilog="Example: casecheck import annex-a annex_a.xlsx --as-of 2026-06-30 --key board.key"
    " --output annex_a.jsonl",
)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE.xlsx...", type=click.Path(path_type=Path)
)
@click.option(
    "--empty", multiple=True, type=click.Choice(_LISTS, case_sensitive=False), metavar="LIST",
    help="A list, such as 'List 7', of which no row means that there is none; repeatable.",
)  # fmt: skip
@import_options
def command(files: tuple[Path, ...], empty: tuple[str, ...], options: ImportOptions) -> int:
    """Import the lists of child level data that Ofsted's inspections ask for (Annex A).

    FILE.xlsx is a workbook with some or all of the eleven lists, which are found by their headers,
    on whatever sheet and in whatever order; several files are parts of one whole. One record a
    child is made. A workbook seldom tells its day: say with --as-of for which the lists speak.

    Exit status: 0 all was read; 2 wrong usage, or a file that cannot be read as lists: nothing is
    written; 3 some children or rows could not be read, and the rest is written; 4 an internal
    error.
    """
    return run_import(lambda faults: AnnexA(files, options.as_of, faults, empty), files, options)
