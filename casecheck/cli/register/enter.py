"""`casecheck register enter`: enter figures of a measure that no record can answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from casecheck.cli.options import rules_option
from casecheck.cli.register.shared import (
    day_option,
    forms_in_force,
    keeps,
    responses_in_force,
    tell_kept,
)
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.register import keeping
from casecheck.qag.register.figures import read_figures
from casecheck.text.typed import typed


@click.command(
    "enter",
    epilog="Example: casecheck register enter M6c quarter=2018-Q1 area=Cumbria"
    " median_weeks_public=29.5 share_within_26_weeks=44%",
)
@click.argument("measure", type=typed, metavar="MEASURE")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@day_option("The day from which they count. Default: the last that the figures speak of.")
@click.option("--by", default="", metavar="ROLE", help="Who enters them: a role, no name.")
@store_option
@rules_option
def command(  # noqa: PLR0913, PLR0917 - one for each option
    measure: str,
    fields: tuple[str, ...],
    on: date | None,
    by: str,
    store_file: Path,
    rules_folder: Path | None,
) -> None:
    """Enter figures of a measure that no record can answer, as another source has them.

    Without a field, say which there are. Figures of the same quarter, or the same survey, may be
    entered anew: both stay in the register, and the later count. A store is made where there is
    none.

    Exit status: 0 they are in the register; 2 wrong usage; 4 an internal error.
    """
    with keeps():
        response, forms = forms_in_force(responses_in_force(rules_folder), measure)
        entered = read_figures(forms, fields)
        with open_store(store_file, create=True) as store:
            kept = keeping.enter(store, response.review, forms, entered, on=on, by=by)
    tell_kept(kept)
