"""Lays out the saved runs of a store: a run in words and for JSON, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from casecheck.qag.store.rows import Run
from casecheck.text.counted import counted
from casecheck.text.page import Column, Page
from casecheck.text.printable import printable


def run_words(run: Run) -> str:
    """Return what identifies a run, in words."""
    return name_of_run(run.id, run.label)


def name_of_run(number: int, label: str) -> str:
    """Return a run's number and label in words."""
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


def runs_text(runs: Sequence[Run], file: Path, page: Page) -> Iterator[str]:
    """Yield the lines that list the runs of a store."""
    heading = f"{counted(len(runs), 'run')} in {printable(str(file))}"
    yield from page.lines(heading, 0, 2, "heading")
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
            failed = f"run {run.id}: the engine could not evaluate {lessons}"
            yield from page.lines(failed, 0, 2, "breach")


def _cells(run: Run) -> list[str]:
    counts = [f"{run.records:,}", f"{run.unreadable:,}", str(len(run.lessons))]
    return [str(run.id), printable(run.label), run.as_of, *counts, run.digest[:19]]
