"""Reads the XML of a workbook piece by piece, with bounded work and memory, whatever it holds.

Work is bounded before it is done: each piece's elements, attributes and references are counted by
the characters that begin them, and given to the parser only where the file has not used up what a
workbook can need. No document type is read, so that there are no entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.parsers import expat

from casecheck.text.xlsx_archive import DAMAGED, Unusable

MAX_TAGS = 6_000_000
"""Tags of all parts that are read; 65,000 rows as LibreOffice saves them have less than five."""
MAX_OTHERS = 8_000_000
"""Attributes, references and lines of all parts."""
MAX_DEPTH = 64
MAX_NAMES = 1_000
"""Names of elements and attributes: a workbook has some dozens."""
MAX_TOKEN = 1 << 20
"""Bytes of one tag or comment."""
_ROW_ENDS, _VALUE_ENDS = b"</row>", (b"</v>", b"</t>")
HARM = "holds XML that no spreadsheet writes: it is not read"
TOO_MUCH = (
    "holds more than is read: clear what does not belong there, such as formatted rows below it"
)


class Reader:
    """Takes the elements of a part; what it needs of them, it takes in `begun`, `ended`, `text`.

    `depth` is that of the element, from 1; names come without their prefix.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.plain = _Plain()

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unusable(HARM)
        self.begun(self.plain[name], attributes)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self.ended(self.plain[name])
        self.depth -= 1

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    def ended(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""


class _Plain(dict[str, str]):
    """Names without their prefix, by what they are with it."""

    def __missing__(self, name: str) -> str:
        plain = self[name] = name.rpartition(":")[2]
        return plain


class Allowance:
    """What may still be read of a file: all its parts share it."""

    def __init__(self) -> None:
        self._tags = MAX_TAGS
        self._others = dict.fromkeys((b"=", b"&", b"\n", b"\r"), MAX_OTHERS)

    def take(self, chunk: bytes) -> None:
        """Count what a piece holds.

        Raises:
            Unusable: where it is more than what is left.
        """
        self._tags -= tags_in(chunk)
        for begins in self._others:
            self._others[begins] -= chunk.count(begins)
        if self._tags < 0 or min(self._others.values()) < 0:
            raise Unusable(TOO_MUCH)


def tags_in(chunk: bytes) -> int:
    """Return how many tags a piece holds; one that opens and closes is two."""
    return chunk.count(b"<") + chunk.count(b"/>")


def more_rows(chunks: Iterable[bytes], most: int) -> bool:
    """Say whether more rows of a sheet than `most` hold something, as far as its bytes show it.

    Raises:
        Unusable: where it has more tags than are parsed.
    """
    number, tags, rest = 0, 0, b""
    for chunk in chunks:
        tags += tags_in(chunk)
        if tags > MAX_TAGS:
            raise Unusable(TOO_MUCH)
        *rows, rest = (rest + chunk).split(_ROW_ENDS)
        number += sum(any(end in row for end in _VALUE_ENDS) for row in rows)
        if number > most or len(rest) > MAX_TOKEN:
            break
    return number > most


def parsed(chunks: Iterable[bytes], reader: Reader, allowance: Allowance) -> Iterator[None]:
    """Give a part to a reader; yield after each piece, so that what was read can be passed on.

    Raises:
        Unusable: where it is no XML, or such as no spreadsheet writes.
    """
    parser = _parser(reader)
    before = b""
    fed = 0
    try:
        for chunk in chunks:
            seen = before + chunk
            if b"\0" in chunk or b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise Unusable(HARM)
            before = seen[-9:]
            allowance.take(chunk)
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TOKEN or len(parser.intern) > MAX_NAMES:
                raise Unusable(HARM)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unusable(DAMAGED) from None
    yield


def _parser(reader: Reader) -> Any:
    # Each part of a workbook is UTF-8, whatever it says: what is not so is no XML then.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise Unusable(HARM)
