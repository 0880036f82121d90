"""Reads what a workbook holds where no cell shows it: links, choices, names, caches, and more.

A header names who printed, a link goes to somebody's address, a list of choices and the cache of a
pivot table keep what was deleted from the cells. So every part of the file is read for its texts,
and for those of its attributes that hold words of people; only how things look is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from casecheck.text.xlsx import MAX_TEXT, Book
from casecheck.text.xlsx_archive import Unusable, relationships_of
from casecheck.text.xlsx_cells import unescaped
from casecheck.text.xlsx_markup import TOO_MUCH, Allowance, Reader
from casecheck.text.xlsx_notes import Aside, is_cell

_ATTRIBUTES = frozenset({
    "alt", "author", "caption", "command", "comment", "connection", "customMenu", "description",
    "descr", "display", "displayName", "error", "errorTitle", "help", "href", "lastModifiedBy",
    "location", "name", "odcFile", "prompt", "promptTitle", "refersTo", "sourceFile",
    "sourceName", "statusBar", "string", "title", "tooltip", "totalsRowLabel", "uniqueName",
    "url", "user", "userName",
})  # fmt: skip
"""Attributes that hold words, in whatever element."""
_OF_ELEMENTS: Mapping[str, frozenset[str]] = {
    "val": frozenset({"filter", "customFilter", "sheetName", "inputCells"}),
    "v": frozenset({"s", "n", "d", "e"}),
    "n": frozenset({"item"}),
}
"""Attributes that hold words in these elements, and numbers of no meaning in others."""
_PLACES: Mapping[str, str] = {
    "headerFooter": "a header or footer",
    "hyperlink": "a link",
    "dataValidation": "a list of choices",
    "conditionalFormatting": "a rule of how cells look",
    "autoFilter": "a filter",
    "scenario": "a scenario",
    "f": "a formula",
    "definedName": "a defined name",
    "fileSharing": "who shared it",
    "customWorkbookView": "a view of its own",
}
"""What elements are, in words."""
_FOLDERS: Mapping[str, str] = {
    "pivotcache": "the cache of a pivot table",
    "pivottables": "a pivot table",
    "tables": "a table",
    "drawings": "a drawing or chart",
    "charts": "a drawing or chart",
    "querytables": "a query",
    "revisions": "the log of changes",
    "slicers": "a slicer",
    "slicercaches": "a slicer",
    "customxml": "data kept by other programs",
}
"""What parts are, by the folder in which every program puts them."""
_PARAGRAPH = "p"
_CODES = re.compile(r'&(?:"[^"]*"|[A-Z]|\d{1,2}(?!\d))')
"""What tells a header how it looks, and hides where a word begins."""
_LOOKS = ("theme/", "styles.xml", "sharedstrings.xml", "calcchain.xml", "[content_types].xml")
_XML = (".xml", ".vml")


def hidden_texts(book: Book, read: Collection[str]) -> Iterator[Aside]:
    """Yield the texts that no cell of a workbook shows.

    Of the parts that were `read`, by their names in lower case, the attributes alone are looked at.

    Raises:
        Unusable: where a part cannot be read.
    """
    names, bounds = book.names(), Allowance()
    of_sheets: dict[str, str] = {}
    for number, sheet in enumerate(book.sheets, 1):
        try:
            part = book.part_of(sheet)
        except Unusable:
            continue  # a chart, read with the other parts
        of_sheets[part.casefold()] = f" on sheet {number}"
        of_sheets[relationships_of(part).casefold()] = f" on sheet {number}"
    for part in dict.fromkeys((*of_sheets, book.main.casefold(), *names)):
        where = of_sheets.get(part, "")
        if part not in names or any(word in part for word in _LOOKS):
            continue
        reader: _Links | _Words
        if part.endswith(".rels"):
            reader = _Links(f"a link{where or ' of another part'}")
        elif where or part == book.main.casefold() or part.endswith(_XML):
            folder = part.rpartition("/")[0].rpartition("/")[2]
            place = _FOLDERS.get(folder, "another part of the workbook")
            reader = _Words(place, where, texts=part not in read)
        else:
            continue  # a picture, or another part without words
        for _ in book.parsed(part, reader, bounds):
            found, reader.found = reader.found, []
            yield from found


class _Links(Reader):
    """Takes where links out of the file go."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.found: list[Aside] = []
        self._place = place

    def begun(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as others are
        """Take a link."""
        if attributes.get("TargetMode") == "External":
            self.found.append(Aside(self._place, attributes.get("Target", "")))


class _Words(Reader):
    """Takes the texts of a part, each as a whole, and the attributes that hold words.

    Of cells only formulas are taken: what they show was read before.
    """

    def __init__(self, place: str, where: str, *, texts: bool) -> None:
        super().__init__()
        self.found: list[Aside] = []
        self._place, self._where, self._texts = place, where, texts
        self._paragraph = 0
        """The depth of a paragraph, whose runs are one text."""
        self._open: list[str] = []
        """What the open elements are, in words: as the one around, where nothing is known."""
        self._cell = ""
        self._held: list[str] = []
        self._length = 0
        self._in_cells = self._taking = False

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element; what stood before it in the one around is a text of its own."""
        self._end_text()
        if name == _PARAGRAPH and not self._paragraph:
            self._paragraph = self.depth
        around = self._open[-1] if self._open else self._place
        self._open.append(_PLACES.get(name, around))
        if name == "sheetData" and self._where:
            self._in_cells = True
        at = attributes.get("r" if name == "c" else "ref", "")
        if at:
            self._cell = at
        self._taking = self._texts and (not self._in_cells or name == "f")
        if self._in_cells or name == "sheet":  # a sheet's name was read before
            return
        for named, text in attributes.items():
            plain = self.plain[named]
            if plain in _ATTRIBUTES or name in _OF_ELEMENTS.get(plain, ()):
                self._tell(text)

    def text(self, text: str) -> None:
        """Take a piece of a text."""
        if self._taking:
            self._held.append(text)
            self._length += len(text)
            if self._length > MAX_TEXT:
                raise Unusable(TOO_MUCH)

    def ended(self, name: str) -> None:
        """End an element, and its text."""
        if self._paragraph == self.depth:
            self._paragraph = 0
        self._end_text()
        self._open.pop()
        if name == "sheetData":
            self._in_cells = False
        if name in ("hyperlink", "c"):
            self._cell = ""

    def _end_text(self) -> None:
        if self._held and not self._paragraph:
            self._tell(_CODES.sub(" ", "".join(self._held)))
            self._held, self._length = [], 0

    def _tell(self, text: str) -> None:
        text = unescaped(text).strip()
        if text:
            at = f", cell {self._cell}" if self._where and is_cell(self._cell) else ""
            place = self._open[-1] if self._open else self._place
            self.found.append(Aside(f"{place}{self._where}{at}", text))
