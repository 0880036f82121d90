"""`casecheck import cin-census`: returns of the Children in Need census become case records."""

from __future__ import annotations

from pathlib import Path

import click

from casecheck.cli.import_.common import (
    MAX_JOBS,
    ImportOptions,
    Processes,
    import_options,
    jobs_by_default,
    run_import,
)
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.readers.cin_parts import read_here


@click.command(
    "cin-census",
    epilog="Example: casecheck import cin-census census.xml --key board.key --output census.jsonl",
)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--jobs", type=click.IntRange(1, MAX_JOBS), default=jobs_by_default, metavar="N",
    help="Processes for a large return; the records are the same. Default: up to 2.",
)  # fmt: skip
@import_options
def command(files: tuple[Path, ...], jobs: int, options: ImportOptions) -> int:
    """Import returns of the DfE's Children in Need census, of 2017 to 2026/27.

    FILE is a return as the DfE takes it, or a part of one: XML of any root and namespace. One
    record a child is made. A return speaks for its reference date, if that is a 31 March.

    Exit status: 0 all was read; 2 wrong usage, or a file that cannot be read as a return: nothing
    is written; 3 some children or rows could not be read, and the rest is written; 4 an internal
    error.
    """
    processes = Processes(jobs, files)

    def opened(faults: Faults) -> CinCensus:
        across = processes.for_files()
        elsewhere = across.read if across is not None else read_here
        return CinCensus(files, options.as_of, faults, elsewhere)

    return run_import(opened, files, options, processes)
