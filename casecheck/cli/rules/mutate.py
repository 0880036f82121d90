"""`casecheck rules mutate`: change lessons one thing at a time."""

from __future__ import annotations

import click


@click.command("mutate")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
