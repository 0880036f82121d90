"""`casecheck compare`."""

from __future__ import annotations

import click


@click.command("compare")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
