"""Which pages an author's command is about: those named, else those in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from casecheck.authoring.linting import Problem
from casecheck.authoring.pages import load_named
from casecheck.cli.options import faults, rules_in_force, tell_passed_over
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.text.printable import printable

paths_argument = click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, exists=True)
)


def tell_warnings(warnings: Iterable[Problem]) -> None:
    """Say on standard error what lint would say of pages whatever their examples show."""
    for one in warnings:
        click.echo(printable(f"Warning: {one}"), err=True)


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
