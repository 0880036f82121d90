"""`casecheck rules new`: write a page for a new lesson."""

from __future__ import annotations

import click


@click.command("new")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
