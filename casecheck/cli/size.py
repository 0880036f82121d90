"""`casecheck size`."""

from __future__ import annotations

import click


@click.command("size")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
