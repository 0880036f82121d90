"""What the commands on samples share: how one is to be shown, and why one cannot be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from casecheck.qag.sampling.plan import CannotDraw
from casecheck.report.qag.sample_report import FORMATS

Command = TypeVar("Command", bound=Callable[..., Any])

list_option = click.option(
    "--list", "with_list", is_flag=True,
    help="Show the list that it was drawn from too (as CSV: the list alone).",
)  # fmt: skip


def output_options(command: Command) -> Command:
    """Add --format and --output."""
    how = click.option(
        "--format", "how", type=click.Choice(FORMATS), default="text", show_default=True,
        help="How to show it.",
    )  # fmt: skip
    output = click.option(
        "--output", type=click.Path(path_type=Path), metavar="FILE",
        help="Write it to this file, whole or not at all.",
    )  # fmt: skip
    return how(output(command))


@contextmanager
def draws() -> Iterator[None]:
    """End the command where a sample cannot be drawn as asked (exit 2)."""
    try:
        yield
    except CannotDraw as error:
        raise click.UsageError(str(error)) from None
