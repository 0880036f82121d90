"""Reads XML of many children, one child at a time, into rows of its tables.

Elements are known by their local names, whatever the root and the namespace. Those of a mapping's
tables become rows, those within them items; what the mapping passes over is skipped, and what
nobody knows is skipped and counted. No return needs a document type, so none is read.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.readers.encoded import Encoded, as_utf8, encoding_of, lines_before
from casecheck.intake.sources.readers.held import Held
from casecheck.intake.sources.rows import CHILD, ROW_ID, WITHIN, Place, SourceRefused
from casecheck.intake.sources.values import has_month_second
from casecheck.text.counted import counted

MAX_DEPTH = 40
MAX_ELEMENTS = 6_000
"""Elements of one child: the longest of real returns have some hundreds."""
MAX_TEXT = 4_096
"""Characters of one element that are kept: any more are no day, code or identifier."""
MAX_MARKUP = 2**20
"""Bytes of one tag or comment: the parser would read it again with each piece."""
MAX_NAMES = 10_000
"""Names of elements and attributes: the parser keeps each. A return has some dozens."""
MAX_UNKNOWN = 100
"""Names of unknown elements that are counted one by one."""

RECORD = "Child"
_NAME = re.compile(r"(?!.*\d{5})[A-Za-z][A-Za-z0-9_]{0,39}")
"""How elements are named of which the name is told; another may be somebody's."""
_OTHER_NAME = "(a name that is not shown)"
_HEADER = frozenset({"ReferenceDate", "DateTime", "Year", "Collection"})
_ADDED = frozenset({CHILD, ROW_ID, WITHIN})

ReadRow = tuple[str, int, dict[str, str]]
"""A row: its table, the line on which it begins, its items."""
Stray = tuple[str, int]
"""A text that belongs to no element: where it stands, and its line."""
ReadChild = tuple[list[ReadRow], list[Stray]]


class Named(NamedTuple):
    """A file by the name that is told of it."""

    name: str

    def place(self, line: int) -> Place:
        """Return a place in it."""
        return Place(self.name, "line", line)


def told_of(children: Iterable[ReadChild], file: Named, faults: Faults) -> Iterator[list[ReadRow]]:
    """Yield the rows of each child; texts that belong to no element are counted."""
    for rows, strays in children:
        for name, line in strays:
            faults.add(55, name, file.place(line))
        yield rows


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
        self.named = Named(masked(path.name))  # a file's name may say whose it is
        self.tables = tables
        self.known = known | tables
        self.passed_over = passed_over
        self._encoded: Encoded | None = None
        self.header: dict[str, tuple[str, Place]] = {}
        self.carried: frozenset[str] = frozenset()
        self.month_second: set[str] = set()
        """The elements in which some day can only be in American order."""
        self.unknown: Counter[str] = Counter()
        self.children = 0
        self._held: Held | None = None

    def place(self, line: int) -> Place:
        """Return a place in this file."""
        return self.named.place(line)

    @property
    def is_held(self) -> bool:
        """Whether what was read is held, and can be had in blocks."""
        return self._held is not None

    def blocks(self, faults: Faults) -> Iterator[bytes]:
        """Yield what is held in blocks, each for `unpacked` and `told_of`."""
        assert self._held is not None
        self._begin(faults)
        yield from self._held.blocks()

    def read(self, faults: Faults) -> Iterator[list[ReadRow]]:
        """Yield the rows of each child, that of the child itself first.

        What is read first is held, if there is room, and not parsed again.

        Raises:
            SourceRefused: where the file is none of XML, breaks off, or is made to do harm.
            OSError: where it cannot be read.
        """
        encoded = self._begin(faults)
        children = self._parsed(encoded) if self._held is None else self._held
        yield from told_of(children, self.named, faults)

    def _begin(self, faults: Faults) -> Encoded:
        if self._encoded is None:
            self._encoded = encoding_of(self.path)
        if self._encoded.told:
            faults.add(1, self._encoded.told, self.place(1))
        return self._encoded

    def _parsed(self, encoded: Encoded) -> Iterator[ReadChild]:
        self.children = 0
        self.unknown.clear()
        content, held = _Content(self), Held()
        for child in self._fed(content, encoded):
            self.children += 1
            held.add(child)
            yield child
        if not self.children:
            raise SourceRefused(
                f"{masked(str(self.path))}: there is no element {RECORD} in it: no census"
            )
        self.carried = frozenset(content.carried - _ADDED)
        if held.fits:
            self._held = held

    def _fed(self, content: _Content, encoded: Encoded) -> Iterator[ReadChild]:
        """Yield the children of the file as the parser is through with them."""
        fed = 0
        try:
            for piece in as_utf8(self.path, encoded):
                content.parser.Parse(piece, False)
                fed += len(piece)
                if fed - content.parser.CurrentByteIndex > MAX_MARKUP:
                    raise content.refused("a single tag or comment of over a million bytes")
                if len(content.parser.intern) > MAX_NAMES:
                    raise content.refused(f"more than {MAX_NAMES:,} names of elements")
                yield from content.finished()
            content.parser.Parse(b"", True)
            yield from content.finished()
        except expat.ExpatError as error:
            raise self._not_well_formed(error, content.children) from None

    def _not_well_formed(self, error: expat.ExpatError, children: int) -> SourceRefused:
        line = error.lineno + lines_before(self.path)
        why = expat.ErrorString(error.code) or "not well formed"
        where = f"{masked(str(self.path))} line {line}, column {error.offset + 1}"
        read = f"{counted(children, 'child', 'children')} read before"
        return SourceRefused(
            f"{where}: the XML cannot be read on ({why}); {read}, none is written: export it anew"
        )


class _Kind(Enum):
    """What an element is: a row, an item of one, what holds items, or nothing that is known."""

    TABLE = "table"
    ITEM = "item"
    CONTAINER = "container"
    UNKNOWN = "unknown"


_TABLE, _ITEM, _UNKNOWN = _Kind.TABLE, _Kind.ITEM, _Kind.UNKNOWN
_Named = tuple[str, _Kind]


def _both(before: str, text: str) -> str:
    """Return what an item says that stands twice: what is not alike is no value of its kind."""
    return text if before == text else f"{before}\n{text}"


class _Content:
    """What the parser calls: it gathers the rows of one child after another.

    Outside children, within one, and within an element that is not read the parser calls others of
    these methods. Texts go straight into a list: of each element there are a text and the blanks
    before it, and a method called with each would take as long as to parse them.
    """

    def __init__(self, file: CinXml) -> None:
        self._file = file
        self.children = 0
        self.carried: set[str] = set()
        self._ready: list[ReadChild] = []
        self._rows: list[ReadRow] = []
        self._strays: list[Stray] = []
        self._open: list[_Named] = []
        """The elements of the child that are open."""
        self._within: list[dict[str, str]] = []
        """The items of the rows that are open."""
        self._around = 0  # how many elements are open around the child, or outside one
        self._skipped = 0  # the depth below an element that is not read
        self._elements = self._deepest = 0
        self._texts: list[str] = []
        self._leaf = False
        self._names: dict[str, _Named] = {}
        self._before = lines_before(file.path)
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True  # an empty list costs less than an empty dictionary
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        self.parser = parser
        self._call(self._start_outside, self._end_outside)

    def _call(self, start: Callable[..., None], end: Callable[[str], None]) -> None:
        """Let the parser call these from now on."""
        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = self._texts.append

    def finished(self) -> list[ReadChild]:
        """Return the children that are complete, each once; of a long text keep the beginning."""
        if len(self._texts) > 1:
            self._texts[:] = ["".join(self._texts)[: MAX_TEXT + 1]]
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

    def _named(self, name: str) -> _Named:
        """Return an element's local name, and what it is; both are kept for the next one."""
        local, file = sys.intern(name.rpartition(":")[2]), self._file
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

    # Outside a child

    def _start_outside(self, name: str, attributes: list[str]) -> None:
        if name.rpartition(":")[2] == RECORD:
            self._elements, self._rows, self._strays = 0, [], []
            self._deepest = MAX_DEPTH - self._around
            self._texts.clear()
            self._call(self._start, self._end)
            self._start(name, attributes)
            return
        self._around += 1
        self._refuse_deep(self._around)
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise self.refused(f"more than {MAX_ELEMENTS:,} elements with no child among them")
        self._texts.clear()

    def _end_outside(self, name: str) -> None:
        self._around -= 1
        local, text = name.rpartition(":")[2], "".join(self._texts).strip()
        self._texts.clear()
        if local in _HEADER and text and local not in self._file.header:
            self._file.header[local] = (text, self._file.place(self._line()))

    def _refuse_deep(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self.refused(f"elements nested deeper than {MAX_DEPTH}")

    # Within a child

    def _start(self, name: str, _: list[str]) -> None:
        texts = self._texts
        if texts:
            if len(texts) > 1 or not texts[0].isspace():
                self._stray()
            texts.clear()
        self._leaf = True
        named = self._names.get(name) or self._named(name)
        kind = named[1]
        self._elements += 1
        if kind is _UNKNOWN:
            self._pass_over(named[0])
            return
        open_ = self._open
        open_.append(named)
        if kind is _TABLE:
            self._new_row(named[0])
        if len(open_) > self._deepest or self._elements > MAX_ELEMENTS:
            self._refuse_large()

    def _new_row(self, table: str) -> None:
        """Begin the row of an element that is one."""
        rows, within = self._rows, self._within
        if table == RECORD and rows:
            raise self.refused("a child within a child")
        items = {ROW_ID: str(len(rows))}
        if within:
            items[WITHIN] = within[-1][ROW_ID]
        within.append(items)
        rows.append((table, self.parser.CurrentLineNumber + self._before, items))

    def _refuse_large(self) -> None:
        """Refuse a child that is too deep, or too large."""
        self._refuse_deep(self._around + len(self._open) + self._skipped)
        if self._elements > MAX_ELEMENTS:
            raise self.refused(f"a child with more than {MAX_ELEMENTS:,} elements")

    def _stray(self) -> None:
        """Say that a text stands among elements; it belongs to none of them, and is left out."""
        if "".join(self._texts).strip():
            self._strays.append((self._open[-1][0] if self._open else RECORD, self._line()))

    def _end(self, _: str) -> None:
        texts = self._texts
        local, kind = self._open.pop()
        if self._leaf:
            self._leaf = False
            if texts:
                text = texts[0].strip() if len(texts) == 1 else self._long(texts)
                texts.clear()
                if text and self._within and (kind is _ITEM or kind is _TABLE):
                    items = self._within[-1]
                    if "/" in text and has_month_second(text):
                        self._file.month_second.add(local)
                    items[local] = text if local not in items else _both(items[local], text)
        elif texts:
            if len(texts) > 1 or not texts[0].isspace():
                self._open.append((local, kind))
                self._stray()
                self._open.pop()
            texts.clear()
        if kind is _TABLE:
            self._within.pop()
            if not self._open:
                self._child_ends()

    @staticmethod
    def _long(texts: list[str]) -> str:
        """Return a text that came in pieces, or the beginning of one that is too long."""
        return "".join(texts).strip()[: MAX_TEXT + 1]

    def _child_ends(self) -> None:
        rows = self._rows
        child = rows[0][2].get("LAchildID")
        for table, _, items in rows:
            if not items.keys() <= _ADDED:
                self.carried.add(table)
                self.carried.update(items)
            if child is not None:
                items[CHILD] = child
        self.children += 1
        self._elements = 0
        self._ready.append((rows, self._strays))
        self._call(self._start_outside, self._end_outside)

    # Within an element that is not read

    def _pass_over(self, local: str) -> None:
        """Count an element that nobody knows, and read nothing within it."""
        unknown = self._file.unknown
        many = len(unknown) >= MAX_UNKNOWN and local not in unknown
        unknown[_OTHER_NAME if many or not _NAME.fullmatch(local) else local] += 1
        self._skipped = 1
        self._refuse_large()
        self._call(self._start_skipped, self._end_skipped)
        self.parser.CharacterDataHandler = None

    def _start_skipped(self, _: str, __: list[str]) -> None:
        self._skipped += 1
        self._elements += 1
        self._refuse_large()

    def _end_skipped(self, _: str) -> None:
        self._skipped -= 1
        if not self._skipped:
            self._leaf = False
            self._call(self._start, self._end)
