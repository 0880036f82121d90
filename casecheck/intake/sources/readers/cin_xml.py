"""Reads XML of many children, one child at a time, into rows of its tables.

Elements are known by their local names, whatever the root and the namespace. Those of a mapping's
tables become rows, those within them items; what the mapping passes over is skipped, and what
nobody knows is skipped and counted. No return needs a document type, so none is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.parsers import expat

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.readers.cin_content import (
    ADDED,
    MAX_TEXT,
    MAX_UNKNOWN,
    RECORD,
    Content,
    Elements,
    Named,
    ReadChild,
    ReadRow,
)
from casecheck.intake.sources.readers.cin_parts import MAX_MARKUP, NotApart, ReadElsewhere, cut
from casecheck.intake.sources.readers.encoded import Encoded, as_utf8, encoding_of, lines_before
from casecheck.intake.sources.readers.held import Held
from casecheck.intake.sources.rows import Place, SourceRefused
from casecheck.text.counted import counted

__all__ = ["MAX_TEXT", "MAX_UNKNOWN", "CinXml", "Named", "ReadRow", "told_of"]

MAX_NAMES = 10_000
"""Names of elements and attributes: the parser keeps each. A return has some dozens."""
_ROW = 100
"""Bytes of a row that is held, about."""


def told_of(children: Iterable[ReadChild], file: Named, faults: Faults) -> Iterator[list[ReadRow]]:
    """Yield the rows of each child; texts that belong to no element are counted."""
    for rows, strays in children:
        for name, line in strays:
            faults.add(55, name, file.place(line))
        yield rows


class CinXml:
    """The children of one file.

    `known` are the names of the mapping's tables and items, `tables` of the tables alone,
    `passed_over` of elements that are known and not read.
    After the children have been read, `header` has the header's items with their lines, `carried`
    the known elements that said something, `month_second` those in which some day can only be in
    American order, `unknown` the others with their number, and `children` how many there were.
    """

    def __init__(
        self, path: Path, tables: frozenset[str], known: frozenset[str], passed_over: frozenset[str]
    ) -> None:
        self.path = path
        self.named = Named(masked(path.name))  # a file's name may say whose it is
        self.elements = Elements(tables, known | tables, passed_over)
        self._encoded: Encoded | None = None
        self.header: dict[str, tuple[str, Place]] = {}
        self.carried: frozenset[str] = frozenset()
        self.month_second: set[str] = set()
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

    def read_apart(self, elsewhere: ReadElsewhere) -> Iterator[list[int | None]]:
        """Yield the digests of the children's identifiers, part by part; None for one without.

        All else is as after `read`.

        Raises:
            NotApart: where the file has to be read by one parser, from its beginning.
            OSError: where it cannot be read.
        """
        held, header, names = Held(), dict[str, tuple[str, Place]](), set[str]()
        carried, month_second, unknown, children = set[str](), set[str](), Counter[str](), 0
        parts = cut(as_utf8(self.path, self._begin(Faults())), lines_before(self.path))
        for read in elsewhere(self.path, self.elements, parts):
            if read is None:
                raise NotApart
            children += len(read.digests)
            held.take(read.block)
            header = {**read.header, **header}  # what stood first
            carried |= read.carried
            month_second |= read.month_second
            unknown += read.unknown
            names |= read.names
            if len(unknown) >= MAX_UNKNOWN or len(names) > MAX_NAMES:
                raise NotApart
            yield read.digests
        if not children:
            raise NotApart  # one parser says so
        self.header, self.carried, self.month_second = header, frozenset(carried), month_second
        self.unknown, self.children = unknown, children
        self._held = held if held.fits else None

    def _parsed(self, encoded: Encoded) -> Iterator[ReadChild]:
        content, held = Content(self.path, self.elements, lines_before(self.path)), Held()
        self.header, self.month_second = content.header, content.month_second
        self.unknown, self.children = content.unknown, 0
        for child in self._fed(content, encoded):
            self.children += 1
            held.add(child, _ROW * len(child[0]))
            yield child
        if not self.children:
            raise SourceRefused(
                f"{masked(str(self.path))}: there is no element {RECORD} in it: no census"
            )
        self.carried = frozenset(content.carried - ADDED)
        if held.fits:
            self._held = held

    def _fed(self, content: Content, encoded: Encoded) -> Iterator[ReadChild]:
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
