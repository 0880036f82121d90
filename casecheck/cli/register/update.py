"""`casecheck register update`: give an action another status, with evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from casecheck.cli.options import rules_option
from casecheck.cli.register.shared import (
    action_in_force,
    day_option,
    keeps,
    responses_in_force,
    tell_kept,
)
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.register import keeping
from casecheck.response.model import STATUSES, Status
from casecheck.text.typed import typed


@click.command(
    "update",
    epilog="Example: casecheck register update A27 --status done --on 2017-10-24"
    " --evidence 'Minutes of the subgroup, item 4' --by 'Business manager'",
)
@click.argument("action", type=typed, metavar="ACTION")
@click.option("--status", type=click.Choice(STATUSES), required=True, help="How it stands.")
@day_option("The day from which it stands so.", required=True)
@click.option("--evidence", required=True, metavar="TEXT", help="What shows it. Name nobody in it.")
@click.option("--by", required=True, metavar="ROLE", help="Who says so: a role, no name.")
@store_option
@rules_option
def command(  # noqa: PLR0913, PLR0917 - one for each option
    action: str,
    status: Status,
    on: date,
    evidence: str,
    by: str,
    store_file: Path,
    rules_folder: Path | None,
) -> None:
    """Give an action another status, with what shows it and who says so.

    The register only grows: what was said before stays. The same once more adds nothing. A store
    is made where there is none.

    Exit status: 0 it is in the register; 2 wrong usage, or a text holds what looks like somebody's
    identity; 4 an internal error.
    """
    with keeps():
        response, one = action_in_force(responses_in_force(rules_folder), action)
        with open_store(store_file, create=True) as store:
            kept = keeping.update(
                store, response.review, one.id, status=status, on=on, evidence=evidence, by=by
            )
    tell_kept(kept)
