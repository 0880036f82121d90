"""`casecheck whois`: whose case this is, for those who hold the key and the source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import click

from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import output_to, text_or_json
from casecheck.intake.sources.annex_a import whose_rows
from casecheck.intake.sources.identified_rows import (
    IdentifiedIn,
    begins_as_json,
    is_of_tables,
    of_children,
    of_tables,
)
from casecheck.intake.sources.identifiers import (
    Identified,
    SourceError,
    begins_as_workbook,
    begins_as_xml,
    is_pseudonym,
    of_csv,
    of_xml,
)
from casecheck.intake.sources.key_file import KeyFileError, read_key
from casecheck.intake.sources.pseudonyms import KINDS, Kind, Pseudonyms
from casecheck.text.printable import printable


@click.command(
    "whois",
    epilog="Example: casecheck whois QKRTBXWLMZPDNGHC --key casecheck.key --source census.xml",
)
@click.argument("pseudonym", metavar="CASE-ID")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="The key by which the records were made.",
)  # fmt: skip
@click.option(
    "--source", "sources", type=click.Path(path_type=Path), required=True, multiple=True,
    metavar="FILE",
    help="What they were made from: a census return, a workbook of lists, tables of the SSD, JSON"
    " of the DfE's API, or a CSV file; repeatable.",
)  # fmt: skip
@click.option(
    "--column", metavar="NAME", help="The column of a CSV file with the identifiers, by its head."
)
@click.option(
    "--kind", type=click.Choice(KINDS), default="child", show_default=True,
    help="Whose identifiers that column holds.",
)  # fmt: skip
@text_or_json()
def command(  # noqa: PLR0913, PLR0917 - one for each option
    pseudonym: str,
    key_file: Path,
    sources: tuple[Path, ...],
    column: str | None,
    kind: str,
    report_format: str,
) -> int:
    """Say whose case this is: the identifier in the source, and the line there.

    For those who may know, such as to mend a record or to help a child. It works each pseudonym of
    the source out again, on this machine, and writes nothing. What it prints says who a case is:
    put it in no report, judgment or mail. CASE-ID is a case's, or a worker's or a team's pseudonym.

    Exit status: 0 found; 1 nobody in these sources has this pseudonym under this key; 2 wrong
    usage, or a key or a source that cannot be read; 4 an internal error.
    """
    asked = pseudonym.strip().upper()
    if not is_pseudonym(asked):
        message = "CASE-ID is no pseudonym that `casecheck import` gives: 16 letters, no vowel"
        raise click.UsageError(message)
    try:
        names = Pseudonyms(read_key(key_file))
        found = [
            one
            for source in sources
            for one in _rows(source, column, cast(Kind, kind))
            if names.of(one.row.kind, one.row.identifier) == asked
        ]
    except (KeyFileError, SourceError) as error:
        raise click.ClickException(str(error)) from None
    with output_to(None) as stream:
        if report_format == "json":
            every = [
                {
                    "source": one.file,
                    **{key: told for key, told in one.row._asdict().items() if told},
                }
                for one in found
            ]
            stream.write(json.dumps({"found": every}, indent=2) + "\n")
        else:
            for file, part, row in found:
                at = row.place or f"{part} {row.line}"
                stream.write(printable(f"{file} {at}: {row.kind} {row.identifier}"))
                stream.write("\n")
    if not found:
        message = "Nobody in these sources has this pseudonym under this key."
        cure = "Is it the key, and the source, by which the record was made?"
        click.echo(f"{message} {cure}", err=True)
        return EXIT_FAILED_ON
    return 0


def _rows(source: Path, column: str | None, kind: Kind) -> Iterator[IdentifiedIn]:
    if is_of_tables(source):
        return of_tables(source)
    if begins_as_json(source):
        return of_children(source)
    return (IdentifiedIn(str(source), "line", row) for row in _lines(source, column, kind))


def _lines(source: Path, column: str | None, kind: Kind) -> Iterator[Identified]:
    if begins_as_xml(source):
        # By the one pseudonym a case is named, by the other the child within it.
        return (row for child in of_xml(source) for row in (child, child._replace(kind="person")))
    if begins_as_workbook(source):
        return whose_rows(source)
    if column is None:
        message = "is no XML and no workbook: of a CSV file say with --column which one holds"
        raise SourceError(f"{source} {message} the identifiers")
    return of_csv(source, column, kind)
