"""`casecheck sample list`: the samples in the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from casecheck.cli.options import output_to
from casecheck.cli.sample.shown import output_options
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.store.rows import Run, Sample
from casecheck.text.cells import table
from casecheck.text.page import Column, Page

_COLUMNS = ("id", "name", "run", "design", "size", "drawn", "unusable", "seed")
_WORDS = ("name", "run", "design", "seed")


@click.command("list", epilog="Example: casecheck sample list")
@store_option
@output_options
def command(store_file: Path, how: str, output: Path | None) -> None:
    """List the samples in the store, the earliest saved first."""
    with open_store(store_file) as store:
        runs = {one.id: one for one in store.runs()}
        rows = [_row(one, runs[one.run]) for one in store.samples()]
    with output_to(output) as stream:
        if how == "json":
            stream.write(json.dumps(rows, indent=2) + "\n")
        elif how == "csv":
            write = table(stream, _COLUMNS)
            for row in rows:
                write(row[one] for one in _COLUMNS)
        elif not rows:
            stream.write("No sample yet: draw one by `casecheck sample --size N --seed TEXT`.\n")
        else:
            columns = [Column(one, number=one not in _WORDS) for one in _COLUMNS]
            cells = [[str(row[one]) for one in _COLUMNS] for row in rows]
            lines = Page(stream, None, None).table(columns, cells)
            stream.writelines(f"{line}\n" for line in lines)


def _row(sample: Sample, run: Run) -> dict[str, Any]:
    return {
        "id": sample.id,
        "name": sample.name,
        "run": run.label,
        "design": sample.design["design"],
        "size": sample.design["size"],
        "drawn": len(sample.drawn),
        "unusable": sum(bool(one.unusable) for one in sample.drawn),
        "seed": sample.seed,
    }
