"""`casecheck estimate`."""

from __future__ import annotations

import click


@click.command("estimate")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
