"""`casecheck import`: files that councils hold become case records."""

from __future__ import annotations

import click

from casecheck.cli.lazy import LazyGroup

_COMMANDS = {
    "annex-a": "Import the lists of Ofsted's Annex A (a workbook).",
    "cin-census": "Import returns of the DfE's Children in Need census (XML).",
    "ssda903": "Import returns of looked after children (SSDA903), a folder of CSV files.",
    "csv": "Import exports of a case system, one CSV file a section.",
    "dfe-api": "Import children as JSON of the DfE's API.",
    "ssd": "Import tables of the Standard Safeguarding Dataset (CSV or SQLite).",
}


@click.group(
    "import",
    cls=LazyGroup,
    package="casecheck.cli.import_",
    lazy=_COMMANDS,
    epilog="Example: casecheck import cin-census census.xml --key board.key --output census.jsonl",
)
def command() -> None:
    """Make case records of files that councils hold, with pseudonyms for who is in them.

    What a source does not carry is unknown in the records, and never "no". Each import ends with
    what its records can answer, check by check, and with the faults of the source.
    """
