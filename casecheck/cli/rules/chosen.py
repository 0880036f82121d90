"""What the commands for authors share: the pages they are about, and how they report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from casecheck.authoring.linting import Problem
from casecheck.authoring.pages import load_measures, load_named
from casecheck.cli.options import Command, faults, output_to, rules_in_force, tell_passed_over
from casecheck.lessons.errors import RulesError
from casecheck.lessons.in_force import named_folder
from casecheck.lessons.lesson import Rules
from casecheck.measures.loading import measures_of
from casecheck.measures.measure import Measures
from casecheck.text.page import Page
from casecheck.text.printable import printable

MOST_FIRST = 1_000

paths_argument = click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, exists=True)
)


def first_option(says: str) -> Callable[[Command], Command]:
    """Add --first, for how much of each check is shown."""
    return click.option(
        "--first", type=click.IntRange(0, MOST_FIRST), default=3, show_default=True, metavar="N",
        help=says,
    )  # fmt: skip


def page_or_folder(path: Path) -> Path:
    """Return a page or folder that is there, also where a set that casecheck ships is named."""
    found = named_folder(path)
    if not found.exists():
        raise click.UsageError(f"no such page or folder: {printable(str(path))}")
    return found


def print_report(
    report_format: str,
    as_object: Callable[[], Any],
    as_lines: Callable[[Page], Iterable[str]],
    *,
    indent: int | None = 2,
) -> None:
    """Print a report on standard output, in words or as JSON."""
    with output_to(None) as stream:
        if report_format == "json":
            told = json.dumps(as_object(), indent=indent, ensure_ascii=False)
            stream.write(f"{told}\n")
        else:
            stream.writelines(f"{line}\n" for line in as_lines(Page(stream, None, None)))


def tell_warnings(warnings: Iterable[Problem]) -> None:
    """Say on standard error what lint would say of pages whatever their examples show."""
    for one in warnings:
        click.echo(printable(f"Warning: {one}"), err=True)


def chosen_measures(paths: Sequence[Path], folder: Path | None) -> list[tuple[Measures, Rules]]:
    """Return the measures of the paths, else those in force, with the lessons that they may name.

    A fault ends the command.
    """
    try:
        if paths:
            return load_measures(paths)
        rules = rules_in_force(folder, as_written=True)
        return [(measures_of(rules), rules)] if rules.measure_pages else []
    except RulesError as error:
        raise click.ClickException(f"The rules cannot be used:\n{faults(error)}") from None


def chosen_rules(paths: Sequence[Path], folder: Path | None) -> list[Rules]:
    """Return the lessons of the paths, else those in force, as written; a fault ends the command.

    A board's numbers do not count: a page is held to what stands on it.
    """
    try:
        if paths:
            loaded = load_named(paths, folder or Path("rules"))
            tell_passed_over([file for rules in loaded for file in rules.passed_over])
            return loaded
        return [rules_in_force(folder, as_written=True)]
    except RulesError as error:
        raise click.ClickException(f"The rules cannot be used:\n{faults(error)}") from None
