"""`casecheck runs`: list the runs in a store, or delete one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from casecheck.cli.options import output_to, text_or_json
from casecheck.cli.stores import open_store, store_option
from casecheck.report.qag.runs_text import name_of_run, run_object, runs_text
from casecheck.text.page import Page
from casecheck.text.printable import printable
from casecheck.text.typed import typed


@click.group(
    "runs",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: casecheck runs list",
)
def command() -> None:
    """List the runs that `casecheck audit --store` has saved, or delete one."""


@command.command("list", epilog="Example: casecheck runs list --format json")
@store_option
@text_or_json("list_format", says="How to list.")
def list_runs(store_file: Path, list_format: str) -> None:
    """List the runs in the store, the earliest saved first."""
    with open_store(store_file) as store:
        runs = store.runs()
    with output_to(None) as stream:
        if list_format == "json":
            stream.write(json.dumps([run_object(run) for run in runs], indent=2) + "\n")
        else:
            lines = runs_text(runs, store_file, Page(stream, None, None))
            stream.writelines(f"{line}\n" for line in lines)


@command.command("delete", epilog="Example: casecheck runs delete 1")
@store_option
@click.option(
    "--with-samples", is_flag=True, help="Its samples too; refused where one has judgments."
)
@click.argument("run", type=typed, metavar="RUN")
def delete(store_file: Path, with_samples: bool, run: str) -> None:
    """Delete a run for good.

    RUN is its number, its label, or `latest`. Other runs keep their numbers.
    """
    with open_store(store_file) as store:
        number, label = store.run_to_delete(run)
        samples = store.delete_run(number, with_samples=with_samples)
    with_them = f", with the samples drawn from it: {', '.join(samples)}" if samples else ""
    what = name_of_run(number, label)
    click.echo(printable(f"Deleted {what} from {store_file}{with_them}."), err=True)
