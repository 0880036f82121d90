"""Finds out in which encoding a text file is, and reads it as UTF-8.

What a file declares is believed where its bytes bear it out; else it is strict UTF-8 or
windows-1252, the encodings in which councils' files are, and the one used is told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.rows import SourceRefused
from casecheck.text.regular_file import NoFile, open_file

CHUNK = 2**20
"""Bytes read at a time. Of small pieces a parser reads a long piece of markup again and again."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = ("utf-8", "cp1252", "iso8859-1", "iso8859-15", "ascii")
"""Which encodings are believed, by Python's names for them; UTF-16 is told by its mark."""
_HEAD = 1024
_BLANK = b" \t\r\n"


class Encoded(NamedTuple):
    """How a file's text is to be read.

    `mark` is the number of bytes of its byte order mark; `told` names the encoding where it is
    another than the file declares.
    """

    name: str
    mark: int = 0
    told: str | None = None


def encoding_of(path: Path) -> Encoded:
    """Return the encoding of an XML file, its bytes tried to the end.

    Raises:
        SourceRefused: where it is none, or in no encoding that is read.
        OSError: where it cannot be read.
    """
    head = next(_bytes(path, _HEAD), b"")
    marked = _by_mark(path, head)
    if marked is not None:
        return marked
    found = _DECLARED.search(head)
    declared = found[1].decode().lower() if found else "utf-8"
    for name in dict.fromkeys((declared, "utf-8", "windows-1252")):
        if _is_known(name) and _decodes(path, name, 0):
            same = _is_known(declared) and codecs.lookup(name) == codecs.lookup(declared)
            return Encoded(name, 0, None if same else name)
    raise _neither(path)


def encoding_of_table(path: Path) -> Encoded:
    """Return the encoding of a file that declares none: by its mark, else UTF-8, else windows-1252.

    Its bytes are tried to the end; `told` names it where it is not UTF-8.

    Raises:
        SourceRefused: where it is no file, or in no encoding that is read.
        OSError: where it cannot be read.
    """
    found = _by_mark(path, next(_bytes(path, _HEAD), b""))
    if found is not None:
        return found if found.name == "utf-8" else found._replace(told=found.name)
    for name, told in (("utf-8", None), ("windows-1252", "windows-1252")):
        if _decodes(path, name, 0):
            return Encoded(name, 0, told)
    raise _neither(path)


def _by_mark(path: Path, head: bytes) -> Encoded | None:
    """Return the encoding that a byte order mark tells; None where there is none."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            if _decodes(path, name, len(mark)):
                return Encoded(name, len(mark))
            why = f"its text is damaged: it begins as {name} and is not"
            raise SourceRefused(f"{masked(str(path))}: {why}")
    return None


def _neither(path: Path) -> SourceRefused:
    return SourceRefused(
        f"{masked(str(path))}: its text is neither UTF-8 nor windows-1252: save it as UTF-8"
    )


def as_utf8(path: Path, encoded: Encoded) -> Iterator[bytes]:
    """Yield the text of a file as pieces of UTF-8, without its mark or blanks before it."""
    decode = None
    if codecs.lookup(encoded.name) != codecs.lookup("utf-8"):
        decode = codecs.getincrementaldecoder(encoded.name)()
    begun, skip = False, encoded.mark
    for piece in _bytes(path, CHUNK):
        chunk = piece[skip:]
        skip = 0
        if decode is not None:
            chunk = decode.decode(chunk).encode()
        if not begun:
            chunk = chunk.lstrip(_BLANK)
            begun = bool(chunk)
        if chunk:
            yield chunk


def lines_before(path: Path) -> int:
    """Return how many line ends stand before the text begins."""
    head = next(_bytes(path, _HEAD), b"")
    return head[: len(head) - len(head.lstrip(_BLANK + b"\xef\xbb\xbf"))].count(b"\n")


def _bytes(path: Path, size: int) -> Iterator[bytes]:
    try:
        file = open_file(path)
    except NoFile as error:
        raise SourceRefused(f"{masked(str(path))} {error}") from None
    except FileNotFoundError:
        raise SourceRefused(f"there is no file {masked(str(path))}") from None
    with file:
        while piece := file.read(size):
            yield piece


def _is_known(name: str) -> bool:
    """Say whether a return may be in this encoding.

    Python knows many more, some of which take time beyond all measure, or are none of text.
    """
    try:
        return codecs.lookup(name).name in _ENCODINGS
    except (LookupError, ValueError):
        return False


def _decodes(path: Path, name: str, skip: int) -> bool:
    decode = codecs.getincrementaldecoder(name)("strict").decode
    try:
        for piece in _bytes(path, CHUNK):
            decode(piece[skip:])
            skip = 0
        decode(b"", True)
    except UnicodeError:
        return False
    return True
