"""`casecheck guard`: what in files looks like somebody's identity."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from casecheck.cli import EXIT_FAILED_ON, EXIT_INCOMPLETE
from casecheck.cli.options import INPUT, output_to, text_or_json
from casecheck.intake.sources.guarded_files import Cell, Hit, NotLookedAt, NoWorkbook, look_through
from casecheck.text.counted import counted
from casecheck.text.printable import printable
from casecheck.text.xlsx import MAX_ROWS, Book
from casecheck.text.xlsx_archive import Unusable
from casecheck.text.xlsx_cells import column_letters
from casecheck.text.xlsx_hidden import hidden_texts
from casecheck.text.xlsx_notes import asides

_SHOWN = 20
"""So many places of one kind in one file are shown one by one as text."""


@click.command("guard", epilog="Example: casecheck guard extract.jsonl packs/ casecheck.toml")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=INPUT)
@text_or_json()
def command(paths: tuple[str, ...], report_format: str) -> int:
    """Say what in files looks like somebody's identity: of which kind, and where; never what.

    PATH is a file, a folder with all in it, or - for standard input: records, other JSON, CSV,
    workbooks (with notes, headers, links, lists of choices, names, formulas and what else no cell
    shows) and any other text. Looks for NHS
    numbers, unique pupil and learner numbers, national insurance numbers, postcodes, phone numbers,
    e-mail addresses and full dates of birth, in names of files and fields as well. A name is not
    found: nothing knows it from a word.

    Exit status: 0 nothing looks so; 1 something does; 2 wrong usage; 3 something could not be
    looked at; 4 an internal error.
    """
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise click.UsageError("no such file or folder among those named")
    with output_to(None) as stream:
        found = look_through(paths, sys.stdin.buffer, _cells)
        if report_format == "json":
            every = list(found)
            stream.write(json.dumps(_object(every), indent=2) + "\n")
            counts = Counter(type(one) for one in every)
        else:
            counts = Counter()
            places: Counter[tuple[str, str]] = Counter()
            for one in found:
                counts[type(one)] += 1
                if isinstance(one, Hit):
                    places[one.file, one.kind] += 1
                if isinstance(one, NotLookedAt) or places[one.file, one.kind] <= _SHOWN:
                    stream.write(f"{_line(one)}\n")
            for (file, kind), number in places.items():
                if number > _SHOWN:
                    more = counted(number - _SHOWN, "more place")
                    stream.write(f"{printable(file)}: {kind}, in {more}\n")
    if counts[NotLookedAt]:
        return EXIT_INCOMPLETE
    return EXIT_FAILED_ON if counts[Hit] else 0


def _line(one: Hit | NotLookedAt) -> str:
    if isinstance(one, NotLookedAt):
        return printable(f"{one.file}: NOT LOOKED AT: {one.why}")
    line = f":{one.line}" if one.line else ""
    place = f", {one.place}" if one.place else ""
    return printable(f"{one.file}{line}{place}: {one.kind}")


def _object(every: list[Hit | NotLookedAt]) -> dict[str, object]:
    return {
        "found": [one._asdict() for one in every if isinstance(one, Hit)],
        "not_looked_at": [one._asdict() for one in every if isinstance(one, NotLookedAt)],
    }


def _cells(content: bytes) -> Iterator[Cell]:
    """Yield the texts of a workbook, a sheet by its number: its name may be a person's."""
    try:
        book = Book(content)
        for number, sheet in enumerate(book.sheets, 1):
            yield f"the name of sheet {number}", -number, 0, sheet
            for row in book.rows(sheet):
                for column, text, _ in row.cells:
                    place = f"sheet {number}, cell {column_letters(column)}{row.number}"
                    yield place, row.number, column, text
        read: set[str] = set()
        beside = chain(asides(book, read), hidden_texts(book, read))
        for number, (place, text) in enumerate(beside, 1):
            yield place, -MAX_ROWS - number, 0, text
    except Unusable as error:
        raise NoWorkbook(str(error)) from None
