"""What the commands on samples share: how one is shown, and why one cannot be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import output_to
from casecheck.qag.planning import CannotDraw
from casecheck.qag.sample_report import FORMATS, write_sample
from casecheck.qag.sampling import SampleView

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
        message = str(error)
        raise click.UsageError(message[0].upper() + message[1:]) from None


def show(view: SampleView, how: str, output: Path | None, with_list: bool = False) -> int:
    """Write a sample; return 1 where it is not what its list and seed give, else 0."""
    with output_to(output) as stream:
        write_sample(view, stream, how, with_list=with_list)
    return 0 if view.same else EXIT_FAILED_ON
