"""Reads the lists of a workbook into rows: found by their headers, on whatever sheet they stand.

A workbook is read sheet by sheet and row by row, with bounded memory and work
(`casecheck.text.xlsx`); of each row no more is kept than the columns that are asked for. Days are
given as ISO 8601 writes them, by the date system of the workbook. No formula is worked out, and no
macro run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.readers.list_headers import Header, Lists
from casecheck.intake.sources.rows import Place, SourceRefused
from casecheck.intake.sources.values import identifier, says_none
from casecheck.text.regular_file import NoFile, open_file
from casecheck.text.xlsx import Book, Cell, DayText, SheetRow
from casecheck.text.xlsx_archive import MAX_BYTES, Unusable
from casecheck.text.xlsx_cells import column_letters, day_of_serial

MAX_ROWS = 200_000
"""Rows of all lists: those of the largest council are less than half as many."""
MAX_TEXT = 300
"""Characters of a cell that are kept: any more are no day, code or identifier."""
SEARCHED = 20
"""In so many rows that are not blank the headers of a sheet are looked for."""
_TOO_MANY = "has more than {:,} rows in its lists"
NOT_WORKED_OUT = "#VALUE!"
"""What stands for a formula of which the file holds no result."""
_CODE = re.compile(
    r"(?:[a-z]{1,2}\)\s*)?((?:RC|[A-Z])?\d{1,2}[A-F]?)(?![A-Za-z0-9])", re.IGNORECASE
)
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?|60000", re.ASCII)
_TITLE = re.compile(r"list[\s_-]*\d{1,2}\b.{0,100}", re.IGNORECASE)
_DIGEST = 12


class ListRow(NamedTuple):
    """A row of a list: its number in the sheet, the texts of the columns asked for, and a digest.

    Rows with one digest are alike in all their cells.
    """

    number: int
    texts: tuple[str | None, ...]
    digest: bytes


@dataclass
class ListTable:
    """A list as it stands on one sheet.

    `items` are the columns asked for that are there, in the order of the rows' texts; `missing`
    those that are not. `nameless` counts rows without an identifier.
    """

    name: str
    file: str
    sheet: int
    header_row: int
    header: Header
    items: tuple[str, ...]
    missing: frozenset[str]
    rows: list[ListRow] = field(default_factory=list)
    nameless: int = 0
    lost: bool = False

    def __post_init__(self) -> None:
        columns = self.header.columns
        name = self.header.known.identifier
        self.identified = columns[name] if name in self.items else None
        """The column of identifiers, None of a list that is not read."""
        self.told_by = frozenset(column for one, column in columns.items() if one != name)
        self.at = tuple((item, columns[item]) for item in self.items)

    def place(self, row: int) -> Place:
        """Return the place of a row."""
        return Place(self.file, f"sheet {self.sheet}, row", row)

    def items_of(self, row: ListRow) -> dict[str, str | None]:
        """Return the texts of a row by their items."""
        return dict(zip(self.items, row.texts, strict=True))


class Wanted(NamedTuple):
    """Of each list the columns to read, and which of all hold days.

    `aside` are columns that help to read a list, and cost nothing where they are missing; of
    `given` no result of a formula is taken, which may have been worked out on another day.
    """

    items: Mapping[str, frozenset[str]]
    days: frozenset[str]
    aside: frozenset[str]
    given: frozenset[str]


class ListsWorkbook:
    """The lists that were found in one workbook.

    `refused` are lists two columns of which have one header; `no_list` the numbers of the sheets on
    which there is none; `others` the headers that no list has. `notes` are sentences on it.
    """

    def __init__(self, path: Path, lists: Lists, wanted: Wanted, faults: Faults) -> None:
        """Read it.

        Raises:
            SourceRefused: where it is no workbook, or made to do harm.
            OSError: where it cannot be read.
        """
        self.name = masked(path.name)
        self.tables: list[ListTable] = []
        self.refused: set[str] = set()
        self.no_list: list[int] = []
        self.others: list[str] = []
        self.notes: list[str] = []
        self.sheets = 0
        self._lists, self._wanted, self._faults = lists, wanted, faults
        self._texts: dict[str, str] = {}
        self._rows = 0
        try:
            self._read(Book(_content(path), foreign=True))
        except Unusable as error:
            raise SourceRefused(f"{masked(str(path))} {error}; nothing is written") from None
        self._texts.clear()

    def _read(self, book: Book) -> None:
        self.sheets = len(book.sheets)
        self._from_1904 = book.from_1904
        if book.has_foreign:
            told = "holds macros, links or embedded files, which are not opened"
            self.notes.append(f"{self.name} {told}.")
        for number, sheet in enumerate(book.sheets, 1):
            before = len(self.tables)
            try:
                book.part_of(sheet)
            except Unusable:
                continue  # a chart
            self._read_sheet(book, sheet, number)
            found = self.tables[before:]
            if not found:
                self.no_list.append(number)
            elif sheet in book.hidden:
                self._faults.add(14, "a hidden sheet", found[0].place(found[0].header_row))
            for table in found:
                if not _named_so(sheet, table):
                    self._faults.add(13, table.name, table.place(table.header_row))

    def _read_sheet(self, book: Book, sheet: str, number: int) -> None:
        table: ListTable | None = None
        above: list[Cell] = []
        tried, seen_whole = 0, False
        for row in book.rows(sheet, days=True):
            begins = table is None or row.number == table.header_row + 1
            if begins or self._lists.may_be_header(row.cells):
                found = self._lists.header(row.cells, above if begins else ())
                if found is not None and self._is_better(found, table, row):
                    table = self._begin(found, table, number, row)
                    if table.identified is not None and not seen_whole:
                        self._refuse_larger(book, sheet, row.number)
                        seen_whole = True
                    above = row.cells
                    continue
            above = row.cells
            if table is not None:
                self._take(table, row)
            else:
                tried += 1
                if tried >= SEARCHED:
                    return

    def _refuse_larger(self, book: Book, sheet: str, header_row: int) -> None:
        """Refuse a sheet of too many rows below these headers before they are all parsed."""
        if book.has_more_rows(sheet, header_row + MAX_ROWS - self._rows):
            raise Unusable(_TOO_MANY.format(MAX_ROWS))

    def _is_better(self, found: Header, table: ListTable | None, row: SheetRow) -> bool:
        """Say whether a row of headers is one: the row below one is, where it has more of them."""
        if table is None or row.number != table.header_row + 1:
            return True
        return len(found.columns) > len(table.header.columns)

    def _begin(
        self, found: Header, before: ListTable | None, sheet: int, row: SheetRow
    ) -> ListTable:
        """Begin a list, or go on with one whose headers stand there again."""
        if before is not None and (before.header.known, before.header.columns) == (
            found.known, found.columns,
        ):  # fmt: skip
            return before
        if before is not None and row.number == before.header_row + 1 and not before.rows:
            self.tables.remove(before)  # its headers take two rows
        wanted = self._wanted.items.get(found.known.name, frozenset())
        items = tuple(sorted(wanted & found.columns.keys()))
        missing = frozenset(wanted - found.columns.keys() - found.doubled.keys())
        name = found.known.name
        table = ListTable(name, self.name, sheet, row.number, found, items, missing)
        self.tables.append(table)
        self._tell(table, wanted)
        return table

    def _tell(self, table: ListTable, wanted: frozenset[str]) -> None:
        """Count what is odd of a list's headers."""
        faults, header, place = self._faults, table.header, table.place(table.header_row)
        if table.header_row > 1:
            faults.add(8, "headers", place)
        for one in header.otherwise:
            faults.add(9, one, place)
        for one, columns in header.doubled.items():
            if one in wanted:
                self.refused.add(table.name)
                letters = " and ".join(map(column_letters, columns))
                faults.add(10, f"{table.name}, {one}, columns {letters}", place, lost=True)
        for one in sorted(table.missing - self._wanted.aside):
            faults.add(11, f"{table.name}, {one}", place)
        self.others += [text for text in header.others if text not in self.others]
        for _ in header.others:
            faults.add(12, table.name, place)

    def _take(self, table: ListTable, row: SheetRow) -> None:
        """Take a row of a list, if it is one. Lists may have hundreds of thousands."""
        if table.identified is None:
            return  # a list that is known and not read
        told = {column: (text, formula) for column, text, formula in row.cells}
        text, _ = told.get(table.identified, ("", False))
        if table.told_by.isdisjoint(told):
            if text and not _TITLE.fullmatch(text):
                table.lost = True
                place = table.place(row.number)
                self._faults.add(45, table.header.known.identifier, place, lost=True)
            return
        self._rows += 1
        if self._rows > MAX_ROWS:
            raise Unusable(_TOO_MANY.format(MAX_ROWS))
        if row.hidden:
            self._faults.add(14, "a hidden row", table.place(row.number))
        if identifier(text) is None or says_none(text):
            table.nameless += 1
            table.lost = True
            place = table.place(row.number)
            self._faults.add(35, table.header.known.identifier, place, lost=True)
            return
        texts: list[str | None] = [
            self._text(item, *told[column], table, row.number) if column in told else None
            for item, column in table.at
        ]
        table.rows.append(ListRow(row.number, tuple(texts), _digest(row.cells)))

    def _text(self, item: str, text: str, formula: bool, table: ListTable, row: int) -> str:
        """Return the text of a cell as it is kept, each of the many that are alike once."""
        if item in self._wanted.days:
            if type(text) is DayText:
                text = day_of_serial(text, self._from_1904) or text
            elif _SERIAL.fullmatch(text):
                self._faults.add(18, item, table.place(row))
                text = day_of_serial(text, self._from_1904) or text
        elif item in self._lists.cut_to_code:
            found = _CODE.match(text)
            text = found[1].upper() if found else text
        if formula and (not text or item in self._wanted.given):
            text = NOT_WORKED_OUT
        text = str(text[:MAX_TEXT])
        return self._texts.setdefault(text, text)


def _content(path: Path) -> bytes:
    try:
        file = open_file(path)
    except NoFile as error:
        raise SourceRefused(f"{masked(str(path))} {error}") from None
    except FileNotFoundError:
        raise SourceRefused(f"there is no file {masked(str(path))}") from None
    with file:
        return file.read(MAX_BYTES + 1)


def _digest(cells: list[Cell]) -> bytes:
    text = "\x1f".join(f"{column}\x1e{text}" for column, text, _ in cells)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _named_so(sheet: str, table: ListTable) -> bool:
    """Say whether a sheet is named as its list is, by number or title."""
    number = table.name.rpartition(" ")[2]
    return (
        number in re.findall(r"\d+", sheet)
        or table.header.known.title.casefold() in sheet.casefold()
    )
