"""Takes the rows of a table, of whatever file, for those of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from casecheck.qag.packs.form import FIRST_FORM, FORM, PACK, SEALS, Column, layout
from casecheck.qag.packs.returned import FEW, MAX_ROWS, Heads, Line
from casecheck.text.xlsx import SheetRow
from casecheck.text.xlsx_archive import Unusable
from casecheck.text.xlsx_cells import column_letters

_IN_SHEET = tuple(
    (*layout(blind, form), SEALS) for form in (FORM, FIRST_FORM) for blind in (True, False)
)
_IN_CSV = tuple((PACK, *form) for form in _IN_SHEET)


def heads_of_sheet(row: SheetRow, sheet: str) -> Heads:
    """Return the columns of a sheet of a workbook, whose first row this is.

    Raises:
        Unusable: where they are not those of a pack; the first that is not is named.
    """
    titles = _titles(row)
    for form in _IN_SHEET:
        if titles == [column.title for column in form]:
            return _heads(form, [column.title for column in form], sheet)
    differ = []
    for form in _IN_SHEET:
        same = [one == column.title for one, column in zip(titles, form, strict=False)]
        differ.append(same.index(False) if False in same else len(same))
    at = f"row {row.number}, cell {column_letters(max(differ))}{row.number}"
    message = "the heads of the columns are not those of a pack"
    raise Unusable(f"sheet {sheet}, {at}: {message}: begin from the file sent")


def heads_of_csv(row: SheetRow, sheet: str = "") -> Heads | None:
    """Return the columns of a pack's CSV, which a workbook may hold as a sheet; None of no pack."""
    titles = _titles(row)
    for form in _IN_CSV:
        keys = [column.key for column in form]
        if titles == keys:
            return _heads(form, keys, sheet)
    return None


def pack_named(lines: Sequence[Line]) -> str:
    """Return the name of the pack that each row of a CSV names.

    Raises:
        Unusable: where they do not name one.
    """
    names = {line.cell(PACK.key) for line in lines if any(line.texts)}
    if len(names) != 1:
        raise Unusable("its column 'pack' does not name one pack, the same in every row")
    return names.pop()


def _titles(row: SheetRow) -> list[str]:
    """Return the texts of a row of heads; blanks around them are a program's doing."""
    titles = [""] * (row.cells[-1][0] + 1)
    for at, text, _ in row.cells:
        titles[at] = " ".join(text.removeprefix("\ufeff").split())
    return titles


def _heads(form: Sequence[Column], titles: Sequence[str], sheet: str) -> Heads:
    letters = [column_letters(at) for at in range(len(form))] if sheet else []
    return Heads(sheet, {column.key: at for at, column in enumerate(form)}, titles, letters)


def lines_of(rows: Iterable[SheetRow], heads: Heads) -> Iterator[Line]:
    """Yield the rows below the heads; one with nothing but a seal is none.

    Raises:
        Unusable: where there are more than a pack has.
    """
    width = len(heads.at)
    sealed = heads.at[SEALS.key]
    keys = list(heads.at)
    for count, row in enumerate(_written(rows, sealed), 1):
        if count > MAX_ROWS:
            raise Unusable(f"has more rows than a pack can have ({MAX_ROWS:,})")
        texts = [""] * width
        beyond: tuple[str, ...] = ()
        formulas: tuple[str, ...] = ()
        for at, text, formula in row.cells:
            if at < width:
                texts[at] = text
                formulas += (keys[at],) if formula else ()
            elif len(beyond) < FEW:
                cell = f"cell {column_letters(at)}{row.number}"
                beyond += (cell if heads.letters else f"column {at + 1}",)
        yield Line(row.number, tuple(texts), heads, beyond, formulas)


def _written(rows: Iterable[SheetRow], sealed: int) -> Iterator[SheetRow]:
    for row in rows:
        if len(row.cells) > 1 or row.cells[0][0] != sealed:
            yield row
