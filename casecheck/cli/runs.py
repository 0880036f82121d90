"""`casecheck runs`: list the runs in a store, or delete one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from casecheck.cli.options import output_to
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.store.rows import Run
from casecheck.text.page import Column, Page, counted
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
@click.option(
    "--format", "list_format", type=click.Choice(["text", "json"]), default="text",
    show_default=True, help="How to list.",
)  # fmt: skip
def list_runs(store_file: Path, list_format: str) -> None:
    """List the runs in the store, the earliest saved first."""
    with open_store(store_file) as store:
        runs = store.runs()
    with output_to(None) as stream:
        if list_format == "json":
            stream.write(json.dumps([run_object(run) for run in runs], indent=2) + "\n")
        else:
            lines = _runs_text(runs, store_file, Page(stream, None, None))
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
    told = f", with the samples drawn from it: {', '.join(samples)}" if samples else ""
    what = _run_words(number, label)
    click.echo(printable(f"Deleted {what} from {store_file}{told}."), err=True)


def run_words(run: Run) -> str:
    """Return what identifies a run, in words."""
    return _run_words(run.id, run.label)


def _run_words(number: int, label: str) -> str:
    return f"run {number} ({printable(label)})" if label else f"run {number}"


def run_object(run: Run) -> dict[str, object]:
    """Return a run as JSON has it."""
    return {
        "run": run.id,
        "label": run.label,
        "as_of": run.as_of,
        "records": run.records,
        "unreadable": run.unreadable,
        "not_evaluated": run.not_evaluated,
        "sealed": run.sealed,
        "rules": {"digest": run.digest, "lessons": list(run.lessons)},
        "settings": list(run.settings),
        "parameters": dict(run.parameters),
    }


def _runs_text(runs: Sequence[Run], file: Path, page: Page) -> Iterator[str]:
    told = f"{counted(len(runs), 'run')} in {printable(str(file))}"
    yield from page.lines(told, 0, 2, "heading")
    if not runs:
        return
    columns = (
        Column("run"), Column("label", number=False), Column("as of", number=False),
        Column("records"), Column("unreadable", style="alarm"),
        Column("lessons"), Column("rules", number=False),
    )  # fmt: skip
    yield ""
    yield from page.table(columns, [_cells(run) for run in runs])
    for run in runs:
        for setting in run.settings:
            yield from page.lines(f"run {run.id}: {printable(setting)}", 0, 2, "aside")
        if run.not_evaluated:
            lessons = counted(run.not_evaluated, "lesson of a record", "lessons of records")
            told = f"run {run.id}: the engine could not evaluate {lessons}"
            yield from page.lines(told, 0, 2, "breach")


def _cells(run: Run) -> list[str]:
    counts = [f"{run.records:,}", f"{run.unreadable:,}", str(len(run.lessons))]
    return [str(run.id), printable(run.label), run.as_of, *counts, run.digest[:19]]
