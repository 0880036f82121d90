"""Writes a pack as CSV, and reads it as any spreadsheet may have saved it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from casecheck.qag.packs.form import PACK, SEALS, layout, locked_cells, name_of, seal
from casecheck.qag.packs.pack_rows import heads_of_csv, lines_of, pack_named
from casecheck.qag.packs.packs import Pack, PackError
from casecheck.qag.packs.returned import MAX_BYTES, Heads, Returned
from casecheck.text.cells import table
from casecheck.text.delimited import TooLong, bounded_lines, separator_told
from casecheck.text.xlsx import MAX_ROWS, SheetRow
from casecheck.text.xlsx_archive import Unusable

_SEPARATORS = (",", ";", "\t")
_ENCODINGS = ("utf-8-sig", "cp1252")
"""As what a spreadsheet saves: plain CSV of Excel is in the code page of Windows, where each letter
that it has no place for is lost; the seals show that of what is locked."""
_LONGEST = 1 << 18
"""Characters of the longest line."""
_MAX_CELLS = 4_000_000
"""Cells of a file: of those that a pack may have, three in four may be blank ones beside it."""
_TO_ANSWER = 40
"""Bytes of a row that an auditor's answer takes, about."""


def pack_csv(pack: Pack) -> bytes:
    """Return the pack as CSV, of which a spreadsheet changes no cell.

    Raises:
        PackError: where it is larger than what is read back.
    """
    file = io.BytesIO()
    text = io.TextIOWrapper(file, "utf-8", newline="")
    cells = locked_cells(pack)
    name = str(name_of(pack, cells))
    keys = [column.key for column in (PACK, *layout(pack.blind), SEALS)]
    write = table(text, keys, harmed=False)
    for row in cells:
        write([name, *(row.get(key, "") for key in keys[1:-1]), seal(row)])
    text.flush()
    content = file.getvalue()
    if len(content) + len(cells) * _TO_ANSWER > MAX_BYTES:
        message = f"as CSV the pack of {pack.auditor} is larger than what is read back"
        cure = "write it as xlsx, or share the cases among more auditors, or by --ranks"
        raise PackError(f"{message} ({MAX_BYTES >> 20} MiB): {cure}")
    return content


def read_csv(file: str, content: bytes) -> Returned:
    """Return what a CSV pack holds, whether a comma, semicolon or tab separates its cells.

    Raises:
        Unusable: where it is no pack.
    """
    if len(content) > MAX_BYTES:
        raise Unusable(f"is larger than any pack ({MAX_BYTES >> 20} MiB)")
    # Two bytes a letter would be letters in any code page.
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content
    for encoding in _ENCODINGS[: 1 if wide else None]:
        try:
            rows, heads = _begun(content, encoding)
            lines = tuple(lines_of(rows, heads))
        except UnicodeError:
            continue
        break
    else:
        raise Unusable("is not UTF-8: save it as 'CSV UTF-8'")
    return Returned(file, heads, pack_named(lines), "column pack", lines)


def _begun(content: bytes, encoding: str) -> tuple[Iterator[SheetRow], Heads]:
    """Return the rows below the heads, and the heads, by whatever separates those."""
    for separator in _SEPARATORS:
        rows = _rows(content, separator, encoding)
        first = next(rows, None)
        heads = first and heads_of_csv(first)
        if heads:
            return rows, heads
    message = "its first line is not that of one"
    raise Unusable(f"is no pack: {message}: begin from the file sent")


def _rows(content: bytes, separator: str, encoding: str) -> Iterator[SheetRow]:
    """Yield the rows that are not blank."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    told = separator_told(text, _LONGEST) is not None
    read = csv.reader(bounded_lines(text, _LONGEST), delimiter=separator, strict=True)
    cells = 0
    try:
        for number, row in enumerate(read, 2 if told else 1):
            cells += len(row)
            texts = [(at, one.strip()) for at, one in enumerate(row) if one and not one.isspace()]
            if number > MAX_ROWS or cells > _MAX_CELLS:
                raise Unusable("has more rows or columns than a pack can have")
            if texts:
                yield SheetRow(number, [(at, one, one.startswith("=")) for at, one in texts])
    except csv.Error as error:
        raise Unusable(f"is no whole CSV file, at line {read.line_num}: {error}") from None
    except TooLong:
        raise Unusable("is no pack: one of its lines is longer than a row can be") from None
