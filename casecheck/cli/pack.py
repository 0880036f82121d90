"""`casecheck pack`."""

from __future__ import annotations

import click


@click.command("pack")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
