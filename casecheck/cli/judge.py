"""`casecheck judge`."""

from __future__ import annotations

import click


@click.command("judge")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
