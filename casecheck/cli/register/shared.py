"""What the commands on the register share: the responses in force, the store, a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from casecheck.cli.options import faults, folders_in_force
from casecheck.cli.stores import open_store
from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.periods import read_day
from casecheck.qag.extras import MissingExtra
from casecheck.qag.register.keeping import Kept
from casecheck.qag.register.log import RegisterBroken, entries_of
from casecheck.qag.register.words import CannotKeep
from casecheck.qag.store.proving import CannotVerify, LogDeparted
from casecheck.qag.store.register_rows import RegisterEntry
from casecheck.qag.store.store import Store
from casecheck.qag.store.taking_out import CannotRedact
from casecheck.response.files import find_responses, load_responses
from casecheck.response.model import Action, Form, Response
from casecheck.text.counted import counted
from casecheck.text.printable import printable

_WRONG = (CannotKeep, CannotRedact, RegisterBroken, CannotVerify, LogDeparted, MissingExtra)
Command = TypeVar("Command", bound=Callable[..., Any])


def _day(text: str | date) -> date:
    """Return the day that was typed, or end the command."""
    day = text if isinstance(text, date) else read_day(text)
    if day is None:
        raise click.BadParameter("a day of the calendar is written YYYY-MM-DD")
    return day


def day_option(says: str, *, required: bool = False) -> Callable[[Command], Command]:
    """Add --on."""
    return click.option("--on", type=_day, required=required, metavar="DATE", help=says)


def responses_in_force(folder: Path | None) -> list[Response]:
    """Return the responses beside the lessons in force; a fault, or none, ends the command."""
    try:
        folders = folders_in_force(folder)
        for one in folders:
            if not one.is_dir():
                raise click.UsageError(f"{printable(str(one))} is no folder of lessons")
        responses = load_responses(find_responses(folders))
    except RulesError as error:
        raise click.ClickException(f"The response cannot be used:\n{faults(error)}") from None
    if not responses:
        where = printable(", ".join(map(str, folders)))
        raise click.UsageError(f"No response (response.yaml) is in {where}: write one, or --rules")
    return responses


def action_in_force(responses: Sequence[Response], name: str) -> tuple[Response, Action]:
    """Return the action of this id, with its response; where there is none the command ends."""
    for response in responses:
        for action in response.actions:
            if action.id == name:
                return response, action
    known = [action.id for response in responses for action in response.actions]
    raise click.UsageError(f"No action {name!r} in the response: {did_you_mean(name, known)}")


def forms_in_force(responses: Sequence[Response], measure: str) -> tuple[Response, list[Form]]:
    """Return the forms of a measure, with their response; where there are none the command ends."""
    for response in responses:
        if forms := [form for form in response.forms if form.measure == measure]:
            return response, forms
    known = {form.measure for response in responses for form in response.forms}
    hint = did_you_mean(measure, known)
    raise click.UsageError(f"Nothing is entered for a measure {measure!r}: {hint}")


@contextmanager
def read_store(file: Path) -> Iterator[tuple[Store | None, list[RegisterEntry]]]:
    """Open the store to read its register; None where none was named and there is none."""
    source = click.get_current_context().get_parameter_source("store_file")
    if source is ParameterSource.DEFAULT and not file.exists():
        yield None, []
        return
    with open_store(file) as store:
        yield store, entries_of(store)


@contextmanager
def keeps() -> Iterator[None]:
    """End the command where the register cannot be used as asked (exit 2)."""
    try:
        yield
    except _WRONG as error:
        raise click.UsageError(str(error)) from None


def tell_kept(kept: Kept) -> None:
    """Say what was added, once it is on the disk, and how the register ends now."""
    what = f"Entry {kept.entry}" if kept.new else f"Known already, as entry {kept.entry}"
    entries = counted(kept.entries, "entry", "entries")
    click.echo(f"{what}.\nThe register has {entries}; the last hash is {kept.last}")
