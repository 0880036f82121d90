"""`casecheck sample replace`: mark a case as unusable, and draw the next in its place."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from casecheck.cli.sample.shown import output_options, save_and_show
from casecheck.cli.stores import store_option
from casecheck.qag.sampling.samples import replace_case
from casecheck.report.qag.sample_report import write_sample
from casecheck.text.typed import typed


@click.command(
    "replace",
    epilog="Example: casecheck sample replace latest C-0104 --reason 'The paper file is lost'",
)
@click.argument("name", type=typed, metavar="SAMPLE")
@click.argument("case_id", metavar="CASE")
@click.option(
    "--reason", type=typed, required=True, metavar="TEXT",
    help="Why the case cannot be judged; it is kept. Name nobody in it.",
)  # fmt: skip
@store_option
@output_options
def command(  # noqa: PLR0913, PLR0917 - one for each option
    name: str, case_id: str, reason: str, store_file: Path, how: str, output: Path | None
) -> None:
    """Mark a case as unusable, and draw the next in its place, from the same stratum.

    SAMPLE is a name, a number, or latest. The case stays in the sample, with the reason. A case
    that was judged can no longer be replaced, unless all that was said is that its file was not
    seen.

    Exit status: 0 replaced, or marked where no case is left (the sample says so); 2 wrong usage, or
    it cannot be; 4 an internal error.
    """
    save_and_show(
        store_file,
        output,
        lambda store: replace_case(store, name, case_id, reason),
        partial(write_sample, how=how),
    )
