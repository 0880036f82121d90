"""`casecheck rules docs`: write a readable page for each lesson."""

from __future__ import annotations

import click


@click.command("docs")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
