"""`casecheck register`: what a board promised, what became of it, and how it will be known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from click.core import ParameterSource

from casecheck.cli.lazy import LazyGroup
from casecheck.cli.options import format_option, output_to, rules_option
from casecheck.cli.register.shared import day_option, keeps, read_store, responses_in_force
from casecheck.cli.stores import store_option
from casecheck.qag.register.state import latest_day, register_state
from casecheck.report.qag.register_report import FORMATS, write_register
from casecheck.text.printable import printable

_COMMANDS = {
    "update": "Give an action another status, with evidence.",
    "enter": "Enter figures of a measure that no record can answer.",
    "history": "Show all that the register holds of an action or a measure.",
    "redact": "Take the evidence of an entry out for good.",
    "verify": "Prove the register whole.",
    "export": "Write the register to a file that can be proved whole.",
}


@click.group(
    "register",
    cls=LazyGroup,
    package="casecheck.cli.register",
    lazy=_COMMANDS,
    invoke_without_command=True,
    epilog="Example: casecheck register --on 2018-01-31",
)
@day_option("The day of which to tell. Default: the latest day in the store.")
@store_option
@rules_option
@format_option(FORMATS, "how", "How to show it.")
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    on: date | None,
    store_file: Path,
    rules_folder: Path | None,
    how: str,
    output: Path | None,
) -> None:
    """List what a board promised after a review: actions, owners, deadlines, how it will be known.

    What is overdue comes first, then what is due within 60 days. Only what the register knew of
    by the day counts. The clock is never asked.

    Exit status: 0 listed; 2 wrong usage, or the register is not whole; 4 an internal error.
    """
    _refuse_misplaced(ctx)
    if ctx.invoked_subcommand is not None:
        return
    with keeps():
        responses = responses_in_force(rules_folder)
        log, latest = [], None
        with read_store(store_file) as (store, entries):
            if store is not None:
                log, latest = entries, latest_day(store, entries)
        day = on or latest
        if day is None:
            raise click.UsageError(
                "There is no day in the store yet: say by --on of which day to tell (YYYY-MM-DD)"
            )
        state = register_state(responses, log, day)
        with output_to(output) as stream:
            write_register(state, stream, how)
    for one in state.strange:
        told = f"The register holds entries of {one}, which no response in force has."
        click.echo(printable(told), err=True)


def _refuse_misplaced(ctx: click.Context) -> None:
    """End the command where an option was typed that would have no effect."""
    for option in ctx.command.params:
        source = ctx.get_parameter_source(option.name or "")
        if ctx.invoked_subcommand is not None and source is ParameterSource.COMMANDLINE:
            cure = f"put the options of `register {ctx.invoked_subcommand}` after that word"
            raise click.UsageError(f"{option.opts[0]} is of listing the register: {cure}")
