"""Writes a pack as CSV, and reads it as any spreadsheet may have saved it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from casecheck.qag.packs.form import PACK, SEALS, TO_FILL, columns, locked_cells, name_of, seal
from casecheck.qag.packs.packs import Pack
from casecheck.qag.packs.returned import MAX_BYTES, Line, Returned, Unusable

_SEPARATORS = (",", ";", "\t")
_TOLD = re.compile(r'"?sep=[,;\t]"?\r?\n')
"""A first line by which Excel is told what separates the cells."""


def pack_csv(pack: Pack) -> bytes:
    """Return the pack as CSV, with the byte order mark that Excel needs; no cell is a formula."""
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    cells = locked_cells(pack)
    name = str(name_of(pack, cells))
    rows.writerow(_heads(pack.blind))
    for row in cells:
        rows.writerow([name, *row.values(), *("" for _ in TO_FILL), seal(row)])
    return file.getvalue().encode("utf-8-sig")


def read_csv(file: str, content: bytes) -> Returned:
    """Return what a CSV pack holds, whether a comma, semicolon or tab separates its cells.

    Raises:
        Unusable: where it is no pack.
    """
    if len(content) > MAX_BYTES:
        raise Unusable(f"is larger than any pack ({MAX_BYTES >> 20} MiB)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable("is not UTF-8: save it as 'CSV UTF-8'") from None
    told = _TOLD.match(text)
    for separator in _SEPARATORS:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        try:
            if told:
                next(rows)
            heads = next(rows, [])
            for blind in (True, False):
                if heads == _heads(blind):
                    return _returned(file, heads, list(rows), first=3 if told else 2)
        except csv.Error as error:
            raise Unusable(f"is no whole CSV file, at line {rows.line_num}: {error}") from None
    raise Unusable("is no pack: its first line is not that of one")


def _heads(blind: bool) -> list[str]:
    return [column.key for column in (PACK, *columns(blind), *TO_FILL, SEALS)]


def _returned(
    file: str, heads: Sequence[str], rows: Sequence[Sequence[str]], first: int
) -> Returned:
    lines = []
    names = set()
    for number, row in enumerate(rows, first):
        cells = dict.fromkeys(heads, "")
        cells.update(zip(heads, (cell.strip() for cell in row), strict=False))
        if any(cells.values()):
            names.add(cells.pop(PACK.key))
            places = {head: f"column {head}" for head in heads}
            beyond = tuple(f"column {len(heads) + 1}" for _ in filter(None, row[len(heads) :]))
            formulas = frozenset(one.key for one in TO_FILL if cells[one.key].startswith("="))
            lines.append(Line(number, cells, places, beyond, formulas))
    if len(names) != 1:
        raise Unusable("its column 'pack' does not name one pack, the same in every row")
    return Returned(file, "", names.pop(), "column pack", tuple(lines))
