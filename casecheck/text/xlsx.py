"""Reads a workbook (.xlsx, transitional or strict) as sheets of rows of texts, row by row.

Only the parts that say what there is, the texts that sheets share, and the sheets asked for are
opened. What a cell shows as a number, a truth or an error is given as the text that the file holds.
Source of the format: ECMA-376, part 1, chapter 18, and part 2 for its parts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

from casecheck.text.xlsx_archive import (
    DAMAGED,
    NO_WORKBOOK,
    Archive,
    Unusable,
    relationships_of,
)
from casecheck.text.xlsx_cells import column_number, number_as_typed, unescaped
from casecheck.text.xlsx_index import Links, PartKinds, Sheets
from casecheck.text.xlsx_markup import (
    HARM,
    MAX_DEPTH,
    TOO_MUCH,
    Allowance,
    Reader,
    more_rows,
    parsed,
)
from casecheck.text.xlsx_styles import DayStyles

MAX_TEXT = 7 * 32_767
"""Characters of one text: those that a cell can hold, each written as an escape."""
MAX_MEMORY = 80 << 20
"""Bytes that the texts shared by the sheets may take."""
MAX_ROWS = 1 << 20
"""Rows of a sheet, and MAX_COLUMNS its columns: what claims more is no workbook."""
MAX_COLUMNS = 1 << 14
_TYPES = "[Content_Types].xml"
_FOREIGN_TYPES = (
    "vbaproject",
    "macroenabled",
    "externallink",
    "oleobject",
    "activex",
    "controlprop",
)
_FOREIGN_NAMES = ("vbaproject", "externallink", "embeddings/", "activex/", "ctrlprops/")
_FOREIGN = "holds macros, links or embedded files: save it as a plain .xlsx"
_ZIPPED = (
    ("mimetype", "is an OpenDocument file: save it as .xlsx"),
    ("index/document.iwa", "is of Apple Numbers: export it as .xlsx"),
)


class DayText(str):
    """The text of a cell that holds a number and shows it as a day."""

    __slots__ = ()


Cell = tuple[int, str, bool]
"""A cell that is not blank: its column, from 0, its text, and whether that is worked out."""


class SheetRow(NamedTuple):
    """A row of a sheet that is not blank, by its number from 1."""

    number: int
    cells: list[Cell]
    hidden: bool = False


class Book:
    """A workbook: the names of its sheets in order, and the rows of each.

    `hidden` are the sheets that a program does not show; `from_1904` says that its days are counted
    from 1904; `has_foreign` that it holds macros, links or embedded files, which are never opened.
    """

    def __init__(self, content: bytes, *, foreign: bool = False) -> None:
        """Find the sheets; what else a workbook may hold is refused, unless `foreign`.

        Raises:
            Unusable: where it is no workbook, or holds what is not read; so do its methods.
        """
        self._archive = Archive(content)
        self._allowance = Allowance()
        self._texts: list[str] | None = None
        self._day_styles: frozenset[str] | None = None
        self.has_foreign = False
        self.has_comments = self._look_at_types(foreign)
        self._main = self._linked("", "officedocument")
        sheets = Sheets()
        self.read(self._main, sheets)
        self.hidden, self.from_1904 = frozenset(sheets.hidden), sheets.from_1904
        links = self.links(self._main)
        self._strings = next((to for kind, to in links.values() if kind == "sharedstrings"), "")
        self._styles = next((to for kind, to in links.values() if kind == "styles"), "")
        self._sheets = {
            name: links[link][1]
            for name, link in sheets.links
            if link in links and links[link][0] == "worksheet"
        }
        if not sheets.links:
            raise Unusable(DAMAGED)
        self.sheets = [
            name
            for name, link in sheets.links
            if link in links and self._archive.has(links[link][1])
        ]
        if len(set(self.sheets)) < len(self.sheets):
            raise Unusable("has two sheets of one name, which no spreadsheet writes")

    @property
    def main(self) -> str:
        """The name of the part that lists the sheets."""
        return self._main

    def names(self) -> list[str]:
        """Return the names of all parts, case folded."""
        return self._archive.names()

    def part_of(self, sheet: str) -> str:
        """Return the name of the part that holds a sheet's cells.

        Raises:
            Unusable: where it has none, such as a sheet that is a chart.
        """
        if sheet not in self._sheets:
            raise Unusable(f"its sheet {sheet!r} holds no cells")
        return self._sheets[sheet]

    def rows(self, sheet: str, *, days: bool = False) -> Iterator[SheetRow]:
        """Yield the rows of a sheet that are not blank.

        With `days`, cells are as they are shown: the text of a number that is shown as a day is a
        `DayText`, and a formula whose result is a blank is none.
        """
        part = self.part_of(sheet)
        if self._texts is None:
            shared = _Shared()
            if self._strings:
                self.read(self._strings, shared)
            self._texts = shared.texts
        reader = _Rows(self._texts, self._shows_days() if days else None)
        for _ in self.parsed(part, reader):
            yield from reader.taken()

    def has_more_rows(self, sheet: str, most: int) -> bool:
        """Say whether more rows of a sheet than `most` hold something, as far as is seen quickly.

        Its XML is searched and not parsed, which takes a tenth of the time: a sheet of which this
        is true has them, one of which it is not may have them all the same.

        Raises:
            Unusable: where it has more tags than are parsed.
        """
        return more_rows(self._archive.chunks(self.part_of(sheet), counted=False), most)

    def _shows_days(self) -> frozenset[str]:
        """Return the styles of cells that show days, by what cells call them."""
        if self._day_styles is None:
            styles = DayStyles()
            if self._styles and self._archive.has(self._styles):
                self.read(self._styles, styles)
            self._day_styles = styles.found()
        return self._day_styles

    def _look_at_types(self, foreign: bool) -> bool:
        """Say whether there are comments on cells, and refuse what is not read."""
        names = self._archive.names()
        for name, message in _ZIPPED:
            if self._archive.has(name):
                raise Unusable(message)
        if not self._archive.has(_TYPES):
            raise Unusable(NO_WORKBOOK)
        types = PartKinds()
        self.read(_TYPES, types)
        self.has_foreign = any(word in name for name in names for word in _FOREIGN_NAMES) or any(
            word in kind for kind in types.kinds for word in _FOREIGN_TYPES
        )
        if self.has_foreign and not foreign:
            raise Unusable(_FOREIGN)
        if any("sheet.binary" in kind for kind in types.kinds):
            raise Unusable("is a binary workbook (.xlsb): save it as .xlsx")
        return any("comments" in kind for kind in types.kinds)

    def _linked(self, source: str, kind: str) -> str:
        for other, to in self.links(source).values():
            if other == kind:
                return to
        raise Unusable(NO_WORKBOOK)

    def links(self, source: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a part points to: for each link, its kind and the part's name."""
        part = relationships_of(source)
        links = Links(source)
        if self._archive.has(part):
            self.read(part, links)
        return links.by_id

    def read(self, part: str, reader: Reader) -> None:
        """Give a part to a reader, whole."""
        for _ in self.parsed(part, reader):
            pass

    def parsed(self, part: str, reader: Reader, again: Allowance | None = None) -> Iterator[None]:
        """Give a part to a reader; yield after each piece. `again` bounds what is read again."""
        chunks = self._archive.chunks(part, counted=again is None)
        return parsed(chunks, reader, again or self._allowance)


class _Texts(Reader):
    """Takes what stands in `t`, but for what tells how a word is read aloud (`rPh`)."""

    def __init__(self) -> None:
        super().__init__()
        self.held = ""
        self.taking = False
        self._aloud = False

    def text_begun(self, name: str) -> None:
        """Take the beginning of an element in which a text may be."""
        if name == "rPh":
            self._aloud = True
        elif name == "t":
            self.taking = not self._aloud

    def text_ended(self, name: str) -> None:
        """Take its end."""
        self.taking = False
        if name == "rPh":
            self._aloud = False

    def text(self, text: str) -> None:
        if self.taking:
            self.held = self.held + text if self.held else text
            if len(self.held) > MAX_TEXT:
                raise Unusable(TOO_MUCH)


class _Shared(_Texts):
    """Takes the texts that sheets share, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._memory = 0

    def begun(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as others are
        if self.depth > 2:
            self.text_begun(name)
        elif self.depth == 2:
            self.held = ""

    def ended(self, name: str) -> None:
        if self.depth > 2:
            self.text_ended(name)
        elif self.depth == 2 and name == "si":
            text = unescaped(self.held)
            self._memory += sys.getsizeof(text) if text else 0
            if self._memory > MAX_MEMORY:
                raise Unusable(TOO_MUCH)
            self.texts.append(text)


class _Rows(_Texts):
    """Takes the rows of a sheet: worksheet, sheetData, row, c, and in it f, v or is.

    A sheet may have a million cells, so that this does without a call wherever it can.
    """

    def __init__(self, shared: list[str], day_styles: frozenset[str] | None) -> None:
        super().__init__()
        self._shared = shared
        self._as_shown = day_styles is not None
        self._day_styles = day_styles or frozenset()
        self._rows: list[SheetRow] = []
        self._columns: dict[str, int] = {}
        self._inside = False
        self._number = 0
        self._told = ""
        self._column = -1
        self._kind: str | None = None
        self._style: str | None = None
        self._hidden = False
        self._in_cell = False
        self._formula = False
        self._cells: list[Cell] = []

    def taken(self) -> list[SheetRow]:
        """Return the rows that were read since."""
        rows, self._rows = self._rows, []
        return rows

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        depth = self.depth = self.depth + 1
        name = self.plain[name]
        if depth == 5 and self._in_cell:
            if name == "v":
                self.taking = True
            elif name == "f":
                self._formula = True
        elif depth == 4 and name == "c" and self._inside:
            at = attributes.get("r")
            column = self._column + 1 if at is None else self._column_of(at)
            if not self._column < column < MAX_COLUMNS:
                raise Unusable(f"a cell of its row {self._number} stands where none can: {_ANEW}")
            self._column = column
            self._kind = attributes.get("t")
            self._style = attributes.get("s")
            self._in_cell = True
            self._formula = False
            self.held = ""
        else:
            self._begin_other(depth, name, attributes)

    def _begin_other(self, depth: int, name: str, attributes: dict[str, str]) -> None:
        if depth == 3 and self._inside and name == "row":
            self._begin_row(attributes.get("r"))
            self._hidden = attributes.get("hidden") in ("1", "true")
        elif depth > 5 and self._in_cell:
            if depth > MAX_DEPTH:
                raise Unusable(HARM)
            self.text_begun(name)
        elif depth == 2:
            self._inside = name == "sheetData"
        elif (depth == 1 and name != "worksheet") or depth > MAX_DEPTH:
            raise Unusable(DAMAGED)

    def end(self, name: str) -> None:
        depth = self.depth
        self.depth = depth - 1
        if depth == 5:
            self.taking = False
        elif depth == 4 and self._in_cell:
            self._in_cell = False
            if self.held or self._formula:
                self._end_cell()
        elif depth == 3 and self._cells:
            self._rows.append(SheetRow(self._number, self._cells, self._hidden))
            self._cells = []
        elif depth > 5:
            self.text_ended(self.plain[name])

    def _begin_row(self, written: str | None) -> None:
        number = self._number + 1
        if written is not None:
            if not written.isdecimal() or len(written) > 7 or int(written) > MAX_ROWS:
                raise Unusable("has more rows than a sheet can have")
            if int(written) < number:
                raise Unusable(f"its row {written} stands after row {number - 1}: {_ANEW}")
            number = int(written)
        self._number = number
        self._told = str(number)
        self._column = -1

    def _column_of(self, at: str) -> int:
        """Return the column of `K4`, or -1 where that is no cell of this row."""
        width = len(self._told)
        letters = at[:-width]
        if at[-width:] != self._told:
            return -1
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = column_number(letters)
        return column

    def _end_cell(self) -> None:
        text, kind = self.held, self._kind
        if kind == "s" and text:
            text = self._shared_text(text)
        elif kind in ("inlineStr", "str"):
            text = unescaped(text)
        elif kind == "b":
            text = {"1": "TRUE", "0": "FALSE"}.get(text, text)
        text = text.strip()
        if kind in (None, "n"):
            text = number_as_typed(text)
            if self._style in self._day_styles:
                text = DayText(text)
        # A formula whose text is "" shows a blank; one without a result has not been worked out.
        if text or (self._formula and not (self._as_shown and kind == "str")):
            self._cells.append((self._column, text, self._formula))

    def _shared_text(self, index: str) -> str:
        if index.isdecimal() and len(index) < 9 and int(index) < len(self._shared):
            return self._shared[int(index)]
        raise Unusable(DAMAGED)


_ANEW = "save it anew as .xlsx"
