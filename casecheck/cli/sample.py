"""`casecheck sample`."""

from __future__ import annotations

import click


@click.command("sample")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
