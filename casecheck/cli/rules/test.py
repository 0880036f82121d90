"""`casecheck rules test`: run the examples of lessons."""

from __future__ import annotations

import click


@click.command("test")
def command() -> None:
    """Not written yet."""
    raise click.UsageError("not written yet")
