"""Reads what a workbook says beside its cells: notes on cells, text boxes, and its properties.

A note says what somebody thought of a cell, the properties who made the file, of what and where:
whoever looks for identities must look there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from casecheck.text.xlsx import MAX_TEXT, Book
from casecheck.text.xlsx_archive import Unusable
from casecheck.text.xlsx_cells import unescaped
from casecheck.text.xlsx_markup import TOO_MUCH, Reader

_NOTES = frozenset({"comments", "threadedcomment"})
_PROPERTIES = frozenset({"core-properties", "extended-properties", "custom-properties"})
_WRITTEN = frozenset({"created", "modified", "lastPrinted"})
"""The properties that tell when the file was written and printed: of nobody's birth."""
_PEOPLE = "person"
_DRAWING = "drawing"
_HOLDS_NOTES = ("/comments", "/threadedcomment", "/person")
_TOLD_BY_ATTRIBUTES = ("displayName", "userId")


class Aside(NamedTuple):
    """A text beside the cells, and where it stands, in words that hold nothing of it."""

    place: str
    text: str


def asides(book: Book, read: set[str]) -> Iterator[Aside]:
    """Yield the texts that stand beside the cells of a workbook.

    The names of the parts that hold them are added to `read`, in lower case.

    Raises:
        Unusable: where a part that holds some cannot be read.
    """
    for number, sheet in enumerate(book.sheets, 1):
        try:
            part = book.part_of(sheet)
        except Unusable:
            continue  # a chart
        for kind, to in book.links(part).values():
            if kind in _NOTES:
                yield from _texts(book, to, f"a note on sheet {number}", read)
            elif kind == _DRAWING:
                yield from _texts(book, to, f"a text box on sheet {number}", read)
    for kind, to in book.links(book.main).values():
        if kind == _PEOPLE:
            yield from _texts(book, to, "the people who wrote notes", read)
    for kind, to in book.links("").values():
        if kind in _PROPERTIES:
            yield from _texts(book, to, "its properties", read, of_each=True)
    for name in book.names():  # what nothing points to can still be opened by hand
        if name.startswith("docprops/") and name.endswith(".xml"):
            yield from _texts(book, name, "its properties", read, of_each=True)
        elif name.endswith(".xml") and any(word in f"/{name}" for word in _HOLDS_NOTES):
            yield from _texts(book, name, "a note", read)


def _texts(
    book: Book, part: str, place: str, read: set[str], *, of_each: bool = False
) -> Iterator[Aside]:
    if part.casefold() in read or part.casefold() not in book.names():
        return
    read.add(part.casefold())
    reader = _Texts(place, of_each)
    for _ in book.parsed(part, reader):
        yield from reader.taken()


class _Texts(Reader):
    """Takes the texts of a part: of each note as a whole, or of each element below the first."""

    def __init__(self, place: str, of_each: bool) -> None:
        super().__init__()
        self._place = place
        self._of_each = of_each
        self._held: list[str] = []
        self._length = 0
        self._at = 0  # the depth of what is being taken
        self._cell = ""
        self._found: list[Aside] = []

    def taken(self) -> list[Aside]:
        """Return what was found since."""
        found, self._found = self._found, []
        return found

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a text where a note, a paragraph or a property begins."""
        own = self.depth == 2 and name not in _WRITTEN
        begins = own if self._of_each else name in _WHOLE
        if not self._at and begins:
            self._at = self.depth
            self._cell = attributes.get("ref", "")
            named = attributes.get("name", "") if self._of_each else ""
            for text in (named, *(attributes.get(one, "") for one in _TOLD_BY_ATTRIBUTES)):
                if text:
                    self._hold(f"{text}\n")

    def text(self, text: str) -> None:
        """Take a piece of it."""
        if self._at:
            self._hold(text)

    def _hold(self, text: str) -> None:
        self._held.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise Unusable(TOO_MUCH)

    def ended(self, name: str) -> None:  # noqa: ARG002 - as others are
        """End it, and what is a part of it by itself."""
        if self._at and self.depth == self._at:
            text = unescaped("".join(self._held)).strip()
            if text:
                at = f", cell {self._cell}" if is_cell(self._cell) else ""
                self._found.append(Aside(f"{self._place}{at}", text))
            self._held, self._length, self._at = [], 0, 0
        elif self._at and self._of_each:
            self._hold("\n")


_WHOLE = frozenset({"comment", "author", "threadedComment", "person", "p"})
"""What is one text: a note, who wrote it, a paragraph of a text box."""


def is_cell(text: str) -> bool:
    """Say whether a text may be the name of a cell, and can be shown."""
    return 1 < len(text) < 11 and text.isascii() and text.isalnum()
