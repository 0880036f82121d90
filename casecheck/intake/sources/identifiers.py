"""Finds in a source the row that a pseudonym stands for: on the machine that has both, unsaved.

A reader of sources offers `identifiers_of`: it yields whose each row is, and where it stands. Here
are those of the children in need census and of any table with a column of identifiers.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.pseudonyms import LENGTH, LETTERS, Kind
from casecheck.intake.sources.readers.csv_table import CsvTable
from casecheck.intake.sources.rows import SourceRefused
from casecheck.text.regular_file import NoFile, open_file

CHILD_ELEMENT = "LAchildID"
MAX_IDENTIFIER = 256
"""Characters of an identifier, and MAX_DEPTH the depth of elements: no return has as many."""
MAX_DEPTH = 64
MAX_MARKUP = 2**20
"""Bytes of one tag or comment: the parser would hold it, and read it again with each piece."""
_CHUNK = 1 << 18
_FALLBACK = "windows-1252"
_WHOLE = re.compile(r"([0-9]+)\.0+", re.ASCII)
_PSEUDONYM = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


class SourceError(ValueError):
    """A source cannot be read; the message says where and why, and repeats nothing of it."""


class Identified(NamedTuple):
    """Whose a row of a source is, by its own identifier there, and its line.

    `place` says where it stands in words, where a line alone does not: `sheet 7, row 12`.
    """

    kind: Kind
    identifier: str
    line: int
    place: str = ""


IdentifiersOf = Callable[[Path], Iterator[Identified]]


def is_pseudonym(text: str) -> bool:
    """Tell whether a text could be one of the pseudonyms that `Pseudonyms` gives."""
    return bool(_PSEUDONYM.fullmatch(text))


def spelt(identifier: str) -> str:
    """Return an identifier as one spelling: without blanks around it, or what a spreadsheet added.

    >>> spelt(" 000123 "), spelt("123.0"), spelt("12.50")
    ('000123', '123', '12.50')
    """
    text = identifier.strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def begins_as_xml(path: Path) -> bool:
    """Tell whether a file begins as XML does.

    Raises:
        SourceError: where it is no file, or cannot be read.
    """
    with _opened(path) as file:
        head = file.read(1024).lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    return head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<"))


def begins_as_workbook(path: Path) -> bool:
    """Tell whether a file begins as a workbook does.

    Raises:
        SourceError: where it is no file, or cannot be read.
    """
    with _opened(path) as file:
        return file.read(4) == b"PK\x03\x04"


# XML


def of_xml(path: Path) -> Iterator[Identified]:
    """Yield each child of a return, by the local authority's identifier, whatever the namespace.

    Raises:
        SourceError: where it is not XML, or has a document type, which no return needs.
    """
    encoding = _encoding(path)
    elements, fed = _Elements(path, encoding), 0
    with _opened(path) as file:
        try:
            while chunk := file.read(_CHUNK):
                elements.parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - elements.parser.CurrentByteIndex > MAX_MARKUP:
                    raise elements.error("a single tag or comment of over a million bytes")
                yield from elements.taken()
            elements.parser.Parse(b"", True)
            yield from elements.taken()
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code)
            raise SourceError(f"{path} line {error.lineno}: this is not XML ({why})") from None


class _Elements:
    """Takes the texts of the elements that hold a child's identifier."""

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._path = path
        self._depth = 0
        self._line = 0
        self._held: list[str] | None = None
        self._found: list[Identified] = []

    def taken(self) -> list[Identified]:
        """Return what was found since."""
        found, self._found = self._found, []
        return found

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error("elements nested deeper than any return's")
        if name.rpartition(":")[2] == CHILD_ELEMENT:
            self._held, self._line = [], self.parser.CurrentLineNumber

    def _text(self, text: str) -> None:
        if self._held is not None:
            self._held.append(text)
            if sum(map(len, self._held)) > MAX_IDENTIFIER:
                raise self.error("a text too long for an identifier")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._held is not None and name.rpartition(":")[2] == CHILD_ELEMENT:
            identifier, self._held = spelt("".join(self._held)), None
            if identifier:
                self._found.append(Identified("child", identifier, self._line))

    def _refuse(self, *_: Any) -> None:
        raise self.error("a document type (DOCTYPE), which no return needs: export it without")

    def error(self, why: str) -> SourceError:
        """Return that the file is refused at this line."""
        return SourceError(f"{self._path} line {self.parser.CurrentLineNumber}: {why}")


def _encoding(path: Path) -> str | None:
    """Return the encoding to read a file in; None for the one that it names, or UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _opened(path) as file:
        head = file.read(1024)
        if b"encoding" in head.split(b"?>", 1)[0] or head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return None
        try:
            decoder.decode(head)
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            return _FALLBACK
    return None


# Tables


def of_csv(path: Path, column: str, kind: Kind = "child") -> Iterator[Identified]:
    """Yield each row of a table, by what stands in a column of this name; blank ones are nobody's.

    Raises:
        SourceError: where it is no such table, or none of its first rows has such a head.
    """
    with _opened(path):  # what is no file is told as of a return
        pass
    try:
        table = CsvTable(path, "", Faults(), [column], [column])
        for row in table.rows():
            identifier = spelt(row.items[column] or "")
            if identifier:
                yield Identified(kind, identifier, row.place.number)
    except SourceRefused as error:
        why = str(error)
        if "two columns" in why:
            why = f"{path}: it has several columns of this name: say which with --column"
        elif "none of its first" in why:
            why = f"{path}: it has no column of this name: say which with --column"
        raise SourceError(why) from None


def _opened(path: Path) -> BinaryIO:
    try:
        return open_file(path)
    except NoFile as error:
        raise SourceError(f"{path} {error}") from None
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from None
