"""`casecheck rules lint`: find what loading cannot."""

from __future__ import annotations

import click


@click.command("lint")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
