"""Reads a pack that came back as an Excel workbook, whatever program saved it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casecheck.qag.packs.form import FIRST_FORM, PARTS, read_name
from casecheck.qag.packs.pack_rows import heads_of_csv, heads_of_sheet, lines_of, pack_named
from casecheck.qag.packs.returned import Line, Returned
from casecheck.qag.packs.to_workbook import (
    CASES_AT,
    COVER,
    DONE_AT,
    JUDGED,
    PACK_LABEL,
    cover_cells,
)
from casecheck.text.counted import counted
from casecheck.text.printable import printable
from casecheck.text.xlsx import Book
from casecheck.text.xlsx_archive import Unusable
from casecheck.text.xlsx_cells import column_letters

_COVER_ROWS = 100
_COVER_COLUMNS = 2
_LOOKED_AT = 5
"""In how many sheets of a workbook the rows of a CSV are looked for."""
_SHOWN = 10
"""How many other sheets are named."""

_Cover = Mapping[tuple[int, int], str]


def read_workbook(file: str, content: bytes) -> Returned:
    """Return what a workbook holds: a pack's two sheets, or those of a CSV file saved as one.

    Raises:
        Unusable: where it is no workbook of ours, or holds what no pack needs.
    """
    book = Book(content)
    missing = [name for name in (COVER, JUDGED) if name not in book.sheets]
    if missing:
        return _of_csv(file, book, missing[0])
    cover, notes = _cells(book)
    name, at = _name(cover)
    rows = book.rows(JUDGED)
    first = next(rows, None)
    if first is None:
        raise Unusable(f"its sheet {JUDGED} is empty: begin from the file sent")
    heads = heads_of_sheet(first, JUDGED)
    lines = tuple(lines_of(rows, heads))
    unread = _unread(book, (COVER, JUDGED), notes)
    return Returned(file, heads, name, at, lines, tuple(_changed(cover, name, lines)), unread)


def _of_csv(file: str, book: Book, missing: str) -> Returned:
    """Return the pack of a CSV file that was saved as a workbook."""
    for sheet in book.sheets[:_LOOKED_AT]:
        rows = book.rows(sheet)
        first = next(rows, None)
        heads = heads_of_csv(first, printable(sheet)) if first else None
        if heads:
            lines = tuple(lines_of(rows, heads))
            name = pack_named(lines)
            at = f"sheet {heads.sheet}, column A"
            return Returned(file, heads, name, at, lines, (), _unread(book, (sheet,)))
    cure = "send the whole workbook, with both its sheets"
    raise Unusable(f"has no sheet {missing}: it is no pack, or not the whole of one: {cure}")


def _unread(book: Book, read: Sequence[str], notes: bool = False) -> tuple[str, ...]:
    """Return what an auditor may have written where nobody will read it."""
    others = [printable(name) for name in book.sheets if name not in read]
    told = [f"the sheet {name}" for name in others[:_SHOWN]]
    if len(others) > _SHOWN:
        told.append(counted(len(others) - _SHOWN, "more sheet"))
    if notes:
        told.append(f"cells beside those of the sheet {COVER}")
    return (*told, "comments on cells") if book.has_comments else tuple(told)


def _cells(book: Book) -> tuple[_Cover, bool]:
    """Return the texts of the cover by row and column, both from 0; and whether there are more."""
    cells: dict[tuple[int, int], str] = {}
    more = False
    for row in book.rows(COVER):
        if row.number > _COVER_ROWS:
            return cells, True
        for column, text, _ in row.cells:
            more = more or column >= _COVER_COLUMNS
            if text and column < _COVER_COLUMNS:
                cells[row.number - 1, column] = text
    return cells, more


def _name(cover: _Cover) -> tuple[str, str]:
    for (row, column), text in cover.items():
        if column == 0 and text == PACK_LABEL and (row, 1) in cover:
            return cover[row, 1], _cover_place((row, 1))
    raise Unusable(f"its sheet {COVER} does not say which pack it is: begin from the file sent")


def _changed(cover: _Cover, text: str, lines: Sequence[Line]) -> Iterator[str]:
    """Yield the places on the cover that are not as they were sent, if its name is that of a pack.

    How many cases it tells of is not compared where rows are missing, which is told anyhow.
    """
    name = read_name(text)
    if name is None:
        return
    cases = len({line.cell("record") for line in lines})
    asked = sum(line.cell("part") != PARTS["spare"] for line in lines)
    sent = cover_cells(name, cases, asked)
    for at in sorted({*cover, *sent}):
        if at == CASES_AT and len(lines) != name.rows:
            continue
        if at == DONE_AT and name.form != FIRST_FORM:  # which the spreadsheet works out
            continue
        if " ".join(cover.get(at, "").split()) != " ".join(sent.get(at, "").split()):
            yield _cover_place(at)


def _cover_place(at: tuple[int, int]) -> str:
    return f"sheet {COVER}, cell {column_letters(at[1])}{at[0] + 1}"
