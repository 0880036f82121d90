"""What an XML parser calls while it reads children of a return: gathers the rows of each.

Elements are known by their local names. Those of a mapping's tables become rows, those within them
items; what the mapping passes over is skipped, and what nobody knows is skipped and counted.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.rows import CHILD, ROW_ID, WITHIN, Place, SourceRefused
from casecheck.intake.sources.values import has_month_second

MAX_DEPTH = 40
MAX_ELEMENTS = 6_000
"""Elements of one child: the longest of real returns have some hundreds."""
MAX_TEXT = 4_096
"""Characters of one element that are kept: any more are no day, code or identifier."""
MAX_UNKNOWN = 100
"""Names of unknown elements that are counted one by one."""

RECORD = "Child"
_NAME = re.compile(r"(?!.*\d{5})[A-Za-z][A-Za-z0-9_]{0,39}")
"""How elements are named of which the name is told; another may be somebody's."""
_OTHER_NAME = "(a name that is not shown)"
_HEADER = frozenset({"ReferenceDate", "DateTime", "Year", "Collection"})
ADDED = frozenset({CHILD, ROW_ID, WITHIN})
"""Items that stand in no file."""

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


class Elements(NamedTuple):
    """Names of elements: of the mapping's tables, of its tables and items, and of others.

    `passed_over` are known and not read.
    """

    tables: frozenset[str]
    known: frozenset[str]
    passed_over: frozenset[str]


class Kind(Enum):
    """What an element is: a row, an item of one, what holds items, or nothing that is known."""

    TABLE = "table"
    ITEM = "item"
    CONTAINER = "container"
    UNKNOWN = "unknown"


def kind_of(local: str, known: Elements) -> Kind:
    """Return what an element of a local name is."""
    if local in known.tables:
        return Kind.TABLE
    if local in known.known:
        return Kind.ITEM
    return Kind.CONTAINER if local in known.passed_over else Kind.UNKNOWN


_TABLE, _ITEM, _UNKNOWN = Kind.TABLE, Kind.ITEM, Kind.UNKNOWN
_Named = tuple[str, Kind]


def both(before: str, text: str) -> str:
    """Return what an item says that stands twice: what is not alike is no value of its kind."""
    return text if before == text else f"{before}\n{text}"


class Content:
    """What the parser calls: it gathers the rows of one child after another.

    `before` is how many line ends stand before what is parsed, and are not parsed. `header` has the
    header's items with their places, `carried` the known elements that said something,
    `month_second` those in which some day can only be in American order, `unknown` the others with
    their number. `ended` is the byte at which the end tag of the last child began.

    Outside children, within one, and within an element that is not read the parser calls others of
    these methods. Texts go straight into a list: of each element there are a text and the blanks
    before it, and a method called with each would take as long as to parse them.
    """

    def __init__(self, path: Path, elements: Elements, before: int) -> None:
        self._path = path
        self._named_file = Named(masked(path.name))  # a file's name may say whose it is
        self._elements_known = elements
        self.children = self.ended = 0
        self.header: dict[str, tuple[str, Place]] = {}
        self.carried: set[str] = set()
        self.month_second: set[str] = set()
        self.unknown: Counter[str] = Counter()
        self.names: frozenset[str] = frozenset()
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
        self.before = before
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

    def open_around(self, opened: bytes) -> None:
        """Parse the start tags of what is open around children, as if a child had just ended."""
        self.parser.Parse(opened, False)
        self._elements = 0
        self._texts.clear()

    def close(self) -> None:
        """Let go of the parser, which holds much, and else would only when garbage is looked for.

        Its handlers are methods of what holds it.
        """
        self.names = frozenset(self.parser.intern)
        del self.parser

    def finished(self) -> list[ReadChild]:
        """Return the children that are complete, each once; of a long text keep the beginning."""
        if len(self._texts) > 1:
            self._texts[:] = ["".join(self._texts)[: MAX_TEXT + 1]]
        ready, self._ready = self._ready, []
        return ready

    def refused(self, why: str) -> SourceRefused:
        """Return that the file is refused at this line."""
        return SourceRefused(
            f"{masked(str(self._path))} line {self._line()}: {why}; nothing is written"
        )

    def _line(self) -> int:
        return self.parser.CurrentLineNumber + self.before

    def _doctype(self, *_: Any) -> None:
        raise self.refused("a document type or an entity, which no return needs: refused")

    def _named(self, name: str) -> _Named:
        """Return an element's local name, and what it is; both are kept for the next one."""
        local, known = sys.intern(name.rpartition(":")[2]), self._elements_known
        kind = kind_of(local, known)
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
        if local in _HEADER and text and local not in self.header:
            self.header[local] = (text, self._named_file.place(self._line()))

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
        rows.append((table, self.parser.CurrentLineNumber + self.before, items))

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
                        self.month_second.add(local)
                    items[local] = text if local not in items else both(items[local], text)
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
            if not items.keys() <= ADDED:
                self.carried.add(table)
                self.carried.update(items)
            if child is not None:
                items[CHILD] = child
        self.children += 1
        self.ended = self.parser.CurrentByteIndex
        self._elements = 0
        self._ready.append((rows, self._strays))
        self._call(self._start_outside, self._end_outside)

    # Within an element that is not read

    def _pass_over(self, local: str) -> None:
        """Count an element that nobody knows, and read nothing within it."""
        unknown = self.unknown
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
