"""Reads XML of many children, one child at a time, into rows of its tables.

Elements are known by their local names, whatever the root and the namespace. Those of a mapping's
tables become rows, those within them items; what the mapping passes over is skipped, and what
nobody knows is skipped and counted. No return needs a document type, so none is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any
from xml.parsers import expat

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.readers.encoded import Encoded, as_utf8, encoding_of, lines_before
from casecheck.intake.sources.rows import CHILD, ROW_ID, WITHIN, Place, SourceRefused, SourceRow
from casecheck.text.counted import counted

MAX_DEPTH = 40
MAX_ELEMENTS = 6_000
"""Elements of one child: the longest of real returns have some hundreds."""
MAX_TEXT = 4_096
"""Characters of one element that are kept: any more are no day, code or identifier."""
MAX_MARKUP = 2**20
"""Bytes of one tag or comment: the parser would read it again with each piece."""
MAX_UNKNOWN = 100
"""Names of unknown elements that are counted one by one."""

RECORD = "Child"
_NAME = re.compile(r"(?!.*\d{5})[A-Za-z][A-Za-z0-9_]{0,39}")
"""How elements are named of which the name is told; another may be somebody's."""
_OTHER_NAME = "(a name that is not shown)"
_HEADER = frozenset({"ReferenceDate", "DateTime", "Year", "Collection"})


class CinXml:
    """The children of one file.

    `known` are the names of the mapping's tables and items, `tables` of the tables alone,
    `passed_over` of elements that are known and not read. After the children have been read,
    `header` has the header's items with their lines, `carried` the known elements that said
    something, `unknown` the others with their number, and `children` how many there were.
    """

    def __init__(
        self, path: Path, tables: frozenset[str], known: frozenset[str], passed_over: frozenset[str]
    ) -> None:
        self.path = path
        self._name = masked(path.name)  # a file's name may say whose it is
        self.tables = tables
        self.known = known | tables
        self.passed_over = passed_over
        self._encoded: Encoded | None = None
        self.header: dict[str, tuple[str, Place]] = {}
        self.carried: set[str] = set()
        self.unknown: Counter[str] = Counter()
        self.children = 0

    def place(self, line: int) -> Place:
        """Return a place in this file."""
        return Place(self._name, "line", line)

    def read(self, faults: Faults) -> Iterator[list[SourceRow]]:
        """Yield the rows of each child, that of the child itself first.

        Raises:
            SourceRefused: where the file is none of XML, breaks off, or is made to do harm.
            OSError: where it cannot be read.
        """
        if self._encoded is None:
            self._encoded = encoding_of(self.path)
        if self._encoded.told:
            faults.add(1, self._encoded.told, self.place(1))
        self.children = 0
        self.unknown.clear()
        content = _Content(self, faults)
        fed = 0
        try:
            for piece in as_utf8(self.path, self._encoded):
                content.parser.Parse(piece, False)
                fed += len(piece)
                if fed - content.parser.CurrentByteIndex > MAX_MARKUP:
                    raise content.refused("a single tag or comment of over a million bytes")
                yield from content.finished()
            content.parser.Parse(b"", True)
            yield from content.finished()
        except expat.ExpatError as error:
            raise self._not_well_formed(error) from None
        if not self.children:
            raise SourceRefused(
                f"{masked(str(self.path))}: there is no element {RECORD} in it: no census"
            )

    def _not_well_formed(self, error: expat.ExpatError) -> SourceRefused:
        line = error.lineno + lines_before(self.path)
        why = expat.ErrorString(error.code) or "not well formed"
        where = f"{masked(str(self.path))} line {line}, column {error.offset + 1}"
        read = f"{counted(self.children, 'child', 'children')} read before"
        return SourceRefused(
            f"{where}: the XML cannot be read on ({why}); {read}, none is written: export it anew"
        )


class _Kind(Enum):
    """What an element is: a row, an item of one, what holds items, or nothing that is known."""

    TABLE = "table"
    ITEM = "item"
    CONTAINER = "container"
    UNKNOWN = "unknown"


class _Content:
    """What the parser calls: it gathers the rows of one child after another."""

    def __init__(self, file: CinXml, faults: Faults) -> None:
        self._file = file
        self._faults = faults
        self._ready: list[list[SourceRow]] = []
        self._rows: list[SourceRow] | None = None
        self._open: list[tuple[str, SourceRow | None]] = []
        """The elements that are open, each with the row within which it stands."""
        self._row: SourceRow | None = None
        self._skipped = 0  # the depth below an element that is not read
        self._depth = 0
        self._elements = 0
        self._text: list[str] = []
        self._length = 0
        self._leaf = False
        self._names: dict[str, tuple[str, _Kind]] = {}
        self._before = lines_before(file.path)
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        self.parser = parser

    def finished(self) -> list[list[SourceRow]]:
        """Return the children that are complete, each once."""
        ready, self._ready = self._ready, []
        return ready

    def refused(self, why: str) -> SourceRefused:
        """Return that the file is refused at this line."""
        return SourceRefused(
            f"{masked(str(self._file.path))} line {self._line()}: {why}; nothing is written"
        )

    def _line(self) -> int:
        return self.parser.CurrentLineNumber + self._before

    def _doctype(self, *_: Any) -> None:
        raise self.refused("a document type or an entity, which no return needs: refused")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.refused(f"elements nested deeper than {MAX_DEPTH}")
        if self._skipped:
            self._skipped += 1
            return
        local, kind = self._names.get(name) or self._named(name)
        if self._text:
            self._stray()
        self._leaf = True
        if self._rows is None:
            if local != RECORD:
                return
            self._elements = 0
            self._rows = []
            self._open = []
        elif local == RECORD:
            raise self.refused("a child within a child")
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise self.refused(f"a child with more than {MAX_ELEMENTS:,} elements")
        if kind is _Kind.UNKNOWN:
            self._pass_over(local)
        else:
            self._open.append((local, self._row))
            if kind is _Kind.TABLE:
                self._row = self._new_row(local)

    def _named(self, name: str) -> tuple[str, _Kind]:
        """Return an element's local name, and what it is; both are kept for the next one."""
        local, file = name.rpartition(":")[2], self._file
        kind = _Kind.UNKNOWN
        if local in file.tables:
            kind = _Kind.TABLE
        elif local in file.known:
            kind = _Kind.ITEM
        elif local in file.passed_over:
            kind = _Kind.CONTAINER
        if len(self._names) < MAX_UNKNOWN:
            self._names[name] = local, kind
        return local, kind

    def _pass_over(self, local: str) -> None:
        """Count an element that nobody knows, and read nothing within it."""
        unknown = self._file.unknown
        many = len(unknown) >= MAX_UNKNOWN and local not in unknown
        unknown[_OTHER_NAME if many or not _NAME.fullmatch(local) else local] += 1
        self._skipped = 1

    def _new_row(self, local: str) -> SourceRow:
        assert self._rows is not None
        items: dict[str, str | None] = {ROW_ID: str(len(self._rows))}
        if self._row is not None:
            items[WITHIN] = self._row.items[ROW_ID]
        row = SourceRow(local, self._file.place(self._line()), items)
        self._rows.append(row)
        return row

    def _characters(self, text: str) -> None:
        if self._skipped or (not self._text and text.isspace()):
            return
        if self._length <= MAX_TEXT:
            self._text.append(text)
            self._length += len(text)

    def _stray(self) -> None:
        """Say that a text stands among elements; it belongs to none of them, and is left out."""
        if self._rows is not None and not self._leaf_text():
            name = self._open[-1][0] if self._open else RECORD
            self._faults.add(55, name, self._file.place(self._line()))
        self._text = []
        self._length = 0

    def _leaf_text(self) -> bool:
        return not "".join(self._text).strip()

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            if self._skipped:
                return
            self._text, self._length, self._leaf = [], 0, False
            return
        if self._rows is None:
            self._header(name)
            return
        if self._leaf:
            if self._text:
                self._item(self._open[-1][0])
                self._text, self._length = [], 0
            self._leaf = False
        elif self._text:
            self._stray()
        _, self._row = self._open.pop()
        if not self._open:
            self._child_ends()

    def _item(self, local: str) -> None:
        """Give the row within which an element stands, or that it is, what it says."""
        row, file = self._row, self._file
        text = "".join(self._text).strip()
        if row is None or not text or local not in file.known:
            return
        items = row.items
        assert isinstance(items, dict)
        before = items.get(local)
        if before is not None and before != text:
            text = f"{before}\n{text}"  # twice, and not alike: no value of its kind
        items[local] = text
        if local not in file.carried or row.table not in file.carried:
            file.carried.update((local, row.table))

    def _child_ends(self) -> None:
        rows = self._rows or []
        child = rows[0].items.get("LAchildID")
        for row in rows:
            assert isinstance(row.items, dict)
            row.items[CHILD] = child
        self._file.children += 1
        self._ready.append(rows)
        self._rows = None

    def _header(self, name: str) -> None:
        local = name.rpartition(":")[2]
        text = "".join(self._text).strip()
        self._text, self._length = [], 0
        if local in _HEADER and text and local not in self._file.header:
            self._file.header[local] = (text, self._file.place(self._line()))
