"""`casecheck import ssd`: tables of the Standard Safeguarding Dataset become case records."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

import click

from casecheck.cli.import_.common import Day, ImportOptions, import_options, run_import
from casecheck.intake.sources.ssd import FAMILIES, Family, Ssd


@click.command(
    "ssd",
    epilog="Example: casecheck import ssd ssd_tables/ --as-of 2026-03-31 --family ssd_family"
    " --key board.key --output ssd.jsonl",
)
@click.argument("source", metavar="FOLDER|FILE.sqlite", type=click.Path(path_type=Path))
@click.option(
    "--family", type=click.Choice(FAMILIES), default="none", show_default=True,
    help="Whom to put in one record: who has one family number, who had one conference, or nobody.",
)  # fmt: skip
@click.option(
    "--from", "since", type=Day(),
    help="The first day that the tables cover, where it is not six years before --as-of.",
)  # fmt: skip
@import_options
def command(source: Path, family: str, since: date | None, options: ImportOptions) -> int:
    """Import tables of Data to Insight's Standard Safeguarding Dataset (SSD).

    The source is a folder of its tables as CSV files, named as they are (ssd_person.csv), or a
    SQLite file of them. One record a person is made, or one a family: with --family also mothers
    and their children are put together, by ssd_mother. They do not tell their day: --as-of does.

    Exit status: 0 all was read; 2 wrong usage, or a source that cannot be read as such: nothing is
    written; 3 some persons or rows could not be read, and the rest is written; 4 an internal error.
    """
    return run_import(
        lambda faults: Ssd(
            source, options.as_of, faults, cast(Family, family), since, options.left_out
        ),
        (source, *(sorted(source.iterdir()) if source.is_dir() else ())),
        options,
    )
