"""Reads a pack that came back as an Excel workbook, and refuses what is made to do harm.

A workbook is a zip of XML. Before openpyxl sees it, its size unpacked is bounded, and XML that
declares a document type (entities that multiply, files that are fetched) is refused, as are macros.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from casecheck.qag.extras import need
from casecheck.qag.packs.form import SEALS, TO_FILL, Column, columns, read_name
from casecheck.qag.packs.returned import MAX_BYTES, Line, Returned, Unusable
from casecheck.qag.packs.to_workbook import CASES_AT, COVER, JUDGED, PACK_LABEL, cover_cells
from casecheck.text.printable import printable

MAX_UNPACKED = 128 << 20
MAX_PARTS = 500
MAX_ROWS = 1 << 20
"""The rows of a sheet; what claims more is no workbook."""
_FOREIGN = ("vbaproject", "externallink", "embeddings/", "activex/", "ctrlprops/")
_COVER_ROWS = 100


def read_workbook(file: str, content: bytes) -> Returned:
    """Return what a workbook holds.

    Raises:
        Unusable: where it is no workbook of ours, or holds what no pack needs.
        MissingExtra: where openpyxl is not installed.
    """
    _refuse_harm(content)
    openpyxl = need("openpyxl")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and lists that it does not keep
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            return replace(_returned(file, book), unread=_unread(content, book))
    except Unusable:
        raise
    except Exception:  # openpyxl raises whatever a broken part makes it stumble over
        raise Unusable("is no workbook that can be read: save it anew as .xlsx") from None


def _returned(file: str, book: Any) -> Returned:
    missing = [name for name in (COVER, JUDGED) if name not in book.sheetnames]
    if missing:
        raise Unusable(f"has no sheet {missing[0]}: it is no pack, or not the whole of one")
    cover = _cells(book[COVER])
    name, at = _name(cover)
    lines = tuple(_lines(book[JUDGED]))
    return Returned(file, JUDGED, name, at, lines, tuple(_changed(cover, name, lines)))


def _unread(content: bytes, book: Any) -> tuple[str, ...]:
    """Return what an auditor may have written where nobody will read it."""
    sheets = tuple(
        f"the sheet {printable(name)}" for name in book.sheetnames if name not in (COVER, JUDGED)
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        noted = any("comments" in name.lower() for name in archive.namelist())
    return (*sheets, "comments on cells") if noted else sheets


def _refuse_harm(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise Unusable(f"is larger than any pack ({MAX_BYTES >> 20} MiB)")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unusable("unpacks to more than any pack holds: it is not read")
            for part in parts:
                if any(word in part.filename.lower() for word in _FOREIGN):
                    message = "holds macros, links or embedded files: save it as a plain .xlsx"
                    raise Unusable(message)
                _refuse_markup(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        message = "is no .xlsx workbook: save it as .xlsx, without a password"
        raise Unusable(message) from None


def _refuse_markup(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse XML that declares entities, or hides in another encoding that it does."""
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    text = archive.read(part)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
        raise Unusable("holds XML that no spreadsheet writes: it is not read")


def _cells(cover: Any) -> dict[tuple[int, int], str]:
    """Return the texts of the cover by row and column, both from 0."""
    cover.reset_dimensions()  # what it says of its size need not be so
    rows = cover.iter_rows(max_row=_COVER_ROWS, max_col=2)
    texts = {(y, x): _text(cell.value) for y, row in enumerate(rows) for x, cell in enumerate(row)}
    return {at: text for at, text in texts.items() if text}


def _name(cover: Mapping[tuple[int, int], str]) -> tuple[str, str]:
    for (row, column), text in cover.items():
        if column == 0 and text == PACK_LABEL and (row, 1) in cover:
            return cover[row, 1], _cover_place((row, 1))
    raise Unusable(f"its sheet {COVER} does not say which pack it is")


def _changed(
    cover: Mapping[tuple[int, int], str], text: str, lines: Sequence[Line]
) -> Iterator[str]:
    """Yield the places on the cover that are not as they were sent, if its name is that of a pack.

    How many cases it tells of is not compared where rows are missing, which is told anyhow.
    """
    name = read_name(text)
    if name is None:
        return
    cases = len({line.cells.get("record") for line in lines})
    sent = cover_cells(name, cases)
    for at in sorted({*cover, *sent}):
        if at == CASES_AT and len(lines) != name.rows:
            continue
        if " ".join(cover.get(at, "").split()) != " ".join(sent.get(at, "").split()):
            yield _cover_place(at)


def _cover_place(at: tuple[int, int]) -> str:
    return f"sheet {COVER}, cell {'AB'[at[1]]}{at[0] + 1}"


def _lines(sheet: Any) -> Iterator[Line]:
    letter = need("openpyxl").utils.get_column_letter
    sheet.reset_dimensions()  # what it says of its size need not be so
    rows = sheet.iter_rows()
    heads = _form(next(rows, ()))
    for number, row in enumerate(rows, 2):
        if number > MAX_ROWS:
            raise Unusable(f"its sheet {JUDGED} has more rows than a sheet can have")
        texts = [_text(cell.value) for cell in row]
        texts += [""] * (len(heads) - len(texts))
        if not any(texts[: len(heads) - 1]) and not any(texts[len(heads) :]):
            continue
        places = {one.key: f"cell {letter(at)}{number}" for at, one in enumerate(heads, 1)}
        yield Line(
            number,
            {one.key: text for one, text in zip(heads, texts, strict=False)},
            places,
            tuple(
                f"cell {letter(at)}{number}"
                for at, text in enumerate(texts, 1)
                if text and at > len(heads)
            ),
            frozenset(
                one.key for one, cell in zip(heads, row, strict=False) if cell.data_type == "f"
            ),
        )


def _form(row: Sequence[Any]) -> tuple[Column, ...]:
    """Return the columns of a sheet, which its first row must be that of."""
    titles = [_text(cell.value) for cell in row]
    while titles and not titles[-1]:
        titles.pop()
    for blind in (True, False):
        form = (*columns(blind), *TO_FILL, SEALS)
        if titles == [column.title for column in form]:
            return form
    message = "the heads of the columns are not those of a pack"
    at = _first_other(titles)
    raise Unusable(f"sheet {JUDGED}, row 1, {at}: {message}")


def _first_other(titles: Sequence[str]) -> str:
    """Return the cell of the first head that is another than in the nearer of the two forms."""
    differ = []
    for blind in (True, False):
        form = [column.title for column in (*columns(blind), *TO_FILL, SEALS)]
        same = [one == other for one, other in zip(titles, form, strict=False)]
        differ.append(same.index(False) if False in same else len(same))
    letter = need("openpyxl").utils.get_column_letter
    return f"cell {letter(max(differ) + 1)}1"


def _text(value: Any) -> str:
    """Return a cell's text; a spreadsheet may have made a number of it."""
    return "" if value is None else str(value).strip()
