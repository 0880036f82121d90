"""What the commands on samples share: how one is to be shown, and why one cannot be drawn."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from casecheck.cli.options import format_option, output_to
from casecheck.cli.stores import last, open_store
from casecheck.qag.sampling.plan import CannotDraw
from casecheck.qag.sampling.samples import SampleView
from casecheck.qag.store.store import Store
from casecheck.report.qag.sample_report import FORMATS
from casecheck.text.printable import printable

Command = TypeVar("Command", bound=Callable[..., Any])

list_option = click.option(
    "--list", "with_list", is_flag=True,
    help="Show the list that it was drawn from too (as CSV: the list alone).",
)  # fmt: skip


def output_options(command: Command) -> Command:
    """Add --format and --output."""
    return format_option(FORMATS, "how", "How to show it.")(command)


def save_and_show(
    store_file: Path,
    output: Path | None,
    change: Callable[[Store], SampleView],
    show: Callable[[SampleView, TextIO], None],
) -> SampleView:
    """Change a sample in a store and show it: saved once a file that it goes to stands.

    On standard output it may be read at leisure, and others not be kept from the store meanwhile:
    it is saved before, and that is said where it could not be shown.
    """
    with draws(), open_store(store_file) as store:
        if output is not None:
            with last(store.writing(), "the sample", output), output_to(output) as stream:
                view = change(store)
                show(view, stream)
            return view
        view = change(store)
        try:
            with output_to(None) as stream:
                show(view, stream)
        except BaseException:
            name = shlex.quote(view.sample.name)
            cure = f"`casecheck sample show {name}` shows it"
            message = f"It is saved all the same, as {name} in {store_file}: {cure}."
            click.echo(printable(message), err=True)
            raise
        return view


@contextmanager
def draws() -> Iterator[None]:
    """End the command where a sample cannot be drawn as asked (exit 2)."""
    try:
        yield
    except CannotDraw as error:
        raise click.UsageError(str(error)) from None
