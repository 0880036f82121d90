"""Reads children as JSON, one at a time: a list of objects, one object, or one after another.

A child is read strictly, of bounded size and depth; names that an object repeats are refused.
Messages tell which child, and hold nothing of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.rows import SourceRefused
from casecheck.record.json_text import NotJson, RepeatingObject, decode
from casecheck.text.regular_file import NoFile, open_file

MAX_CHILD = 2 << 20
"""Bytes of one child: those of the DfE's API have some thousands."""
MAX_DEPTH = 20
_CHUNK = 1 << 18
_MARKS = re.compile(rb'["\\{}\[\]]')
_BOM = b"\xef\xbb\xbf"


class JsonChild(NamedTuple):
    """A child: its place in the file, from 0, and its object."""

    number: int
    value: dict[str, Any]


def json_children(path: Path) -> Iterator[JsonChild]:
    """Yield the children of a file.

    Raises:
        SourceRefused: where it is not JSON of children, breaks off, or is made to do harm.
        OSError: where it cannot be read.
    """
    for number, text in enumerate(_Texts(path).found()):
        where = f"{masked(str(path))}: child {number + 1}"
        try:
            value = decode(text)
        except NotJson as error:
            raise SourceRefused(f"{where}: {error.message}; nothing is written") from None
        except RecursionError:
            raise SourceRefused(f"{where}: nested too deep; nothing is written") from None
        if _repeats(value):
            why = "an object in it has one name twice: which of the two holds is not known"
            raise SourceRefused(f"{where}: {why}; nothing is written")
        yield JsonChild(number, value)


def _repeats(value: Any) -> bool:
    if isinstance(value, RepeatingObject):
        return True
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_repeats(one) for one in within if isinstance(one, dict | list))


class _Texts:
    """Cuts a file into the texts of its children, and holds no more than one of them.

    What is within a child is not looked at here, but for its brackets and quotes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listed: bool | None = None  # whether the children stand in a list; None: not seen yet
        self._ended = False
        self._depth = 0
        self._quoted = False
        self._escaped = -1
        self._text = bytearray()
        """What was read of a child that has not ended, or of what stands between two."""
        self._count = 0

    def found(self) -> Iterator[bytes]:
        """Yield the text of each child."""
        try:
            file = open_file(self._path)
        except NoFile as error:
            raise SourceRefused(f"{masked(str(self._path))} {error}") from None
        with file:
            chunk = file.read(_CHUNK).removeprefix(_BOM)
            before = 0
            while chunk:
                yield from self._of_chunk(chunk, before)
                before += len(chunk)
                chunk = file.read(_CHUNK)
        if self._quoted or self._depth:
            raise self._refused("the text breaks off within a child, or before its list ends")
        if not self._count and not self._listed:
            raise self._refused("no object of a child is in it: is it JSON of the DfE's API?")
        self._check_between(b"")

    def _of_chunk(self, chunk: bytes, before: int) -> Iterator[bytes]:
        done = 0
        for mark in _MARKS.finditer(chunk):
            at, sign = mark.start(), mark[0]
            if self._quoted:
                self._in_quotes(sign, before + at)
            elif sign == b'"':
                self._quoted = True
            elif sign in b"{[":
                if self._depth == int(bool(self._listed)):
                    self._text += chunk[done:at]
                    done = self._begin(sign, at)
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    raise self._refused(f"objects and lists nested deeper than {MAX_DEPTH}")
            elif sign in b"}]":
                self._depth -= 1
                if self._depth > int(bool(self._listed)):
                    continue
                self._text += chunk[done:at]
                done = at + 1
                if self._ends_child(sign):
                    yield bytes(self._text + sign)
                    self._text.clear()
        self._text += chunk[done:] if self._inside else chunk[done:].strip()
        if self._inside and len(self._text) > MAX_CHILD:
            raise self._too_long()
        if not self._inside and len(self._text) > 1:
            raise self._no_child()

    @property
    def _inside(self) -> bool:
        return self._depth > int(bool(self._listed))

    def _in_quotes(self, sign: bytes, at: int) -> None:
        if at == self._escaped:
            return
        if sign == b"\\":
            self._escaped = at + 1
        elif sign == b'"':
            self._quoted = False

    def _begin(self, sign: bytes, at: int) -> int:
        """Begin the list, or a child; return where its text begins."""
        if sign == b"[" and self._listed is None:
            self._check_between(b"")
            self._listed = True
            self._depth = 0
            return at + 1
        if sign == b"[" or self._ended:
            raise self._no_child()
        self._listed = bool(self._listed)
        self._check_between(b"," if self._listed and self._count else b"")
        return at

    def _ends_child(self, sign: bytes) -> bool:
        """Say whether a child ends here, and not the list."""
        if self._depth == int(bool(self._listed)) and sign == b"}":
            self._count += 1
            if len(self._text) > MAX_CHILD:
                raise self._too_long()
            return True
        if self._depth or not self._listed or self._ended or sign != b"]":
            raise self._refused("a bracket closes what was not opened")
        self._check_between(b"")
        self._ended = True
        return False

    def _check_between(self, wanted: bytes) -> None:
        if self._text.strip() != wanted:
            raise self._no_child()
        self._text.clear()

    def _no_child(self) -> SourceRefused:
        return self._refused("what is no object stands where a child should")

    def _too_long(self) -> SourceRefused:
        return self._refused(f"a child of more than {MAX_CHILD >> 20} MiB")

    def _refused(self, why: str) -> SourceRefused:
        after = f"after child {self._count}: " if self._count else ""
        return SourceRefused(f"{masked(str(self._path))}: {after}{why}; nothing is written")
