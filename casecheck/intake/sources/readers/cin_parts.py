"""Cuts a return into parts that can be parsed apart, in other processes, and reads a part.

A part ends after the end tag of a child. It is parsed within the start tags of what is open around
the first child, before their end tags: if each part is well formed there, so is the whole, and
each child in it is the same. Where one is not, or something is refused in it, nothing is told of
the part. Then the file is read from its beginning by one parser, which says what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from casecheck.intake.sources import values
from casecheck.intake.sources.readers.cin_content import (
    ADDED,
    RECORD,
    Content,
    Elements,
    ReadChild,
)
from casecheck.intake.sources.readers.cin_plain import MOST_AROUND, Plain, line_ends
from casecheck.intake.sources.readers.held import packed
from casecheck.intake.sources.rows import Place, SourceRefused
from casecheck.intake.sources.survey import digest

MAX_MARKUP = 2**20
"""Bytes of one tag or comment: the parser would read it again with each piece."""
_LARGE = 2**18
"""Bytes of a part, about: what is read of it is in memory at once."""
ID = "LAchildID"
_FIRST = re.compile(rb"<((?:[A-Za-z_][A-Za-z0-9_.-]*:)?Child)[\s/>]")


class NotApart(Exception):  # noqa: N818 - says what it is
    """A file cannot be read in parts: it may be wrong, or just unlike most."""


class Part(NamedTuple):
    """Some children of a file, and what is around them.

    `opened` and `closed` are the tags without which it is no XML by itself, `end` is the end tag of
    a child; `before` is the number of line ends in the file before `content`.
    """

    opened: bytes
    content: bytes
    closed: bytes
    end: bytes
    before: int


class PartRead(NamedTuple):
    """What was read of a part: its children packed, and what `CinXml` tells of a file.

    `digests` are those of the children's identifiers, or None; `names` all names of elements and
    attributes that the parser met.
    """

    block: bytes
    digests: list[int | None]
    header: dict[str, tuple[str, Place]]
    carried: frozenset[str]
    month_second: set[str]
    unknown: Counter[str]
    names: frozenset[str]


ReadElsewhere = Callable[[Path, Elements, Iterable[Part]], Iterator[PartRead | None]]
"""Has parts of a file read in other processes; yields what `read_part` returns, in their order."""


def cut(pieces: Iterable[bytes], before: int) -> Iterator[Part]:
    """Yield a file in parts; `before` is the number of line ends before its first piece.

    Raises:
        NotApart: where it does not look as if it could be cut.
    """
    opened = closed = end = b""
    waiting = b""
    around = b""  # of the first part nothing is to be opened
    for piece in pieces:
        if not end:
            opened, closed, end = _around(piece)
        for start in range(0, len(piece), _LARGE):
            waiting += piece[start : start + _LARGE]
            at = waiting.rfind(end) + len(end)
            if at >= len(end):
                yield Part(around, waiting[:at], closed, end, before)
                before += line_ends(waiting[:at].decode("latin-1"))
                waiting, around = waiting[at:], opened
            if len(waiting) > MAX_MARKUP:
                raise NotApart
    if not end:
        raise NotApart
    yield Part(around, waiting, b"", end, before)


def _around(piece: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the start and end tags of what is open around the first child, and its end tag."""
    found = _FIRST.search(piece)
    if found is None:
        raise NotApart
    names: list[str] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _: names.append(name)
    parser.EndElementHandler = lambda _: names.pop()
    try:
        parser.Parse(piece[: found.start()], False)
    except expat.ExpatError:
        raise NotApart from None
    # One that the pattern does not know, for its prefix, would be around all that follow.
    too_deep = len(names) > MOST_AROUND
    if not names or too_deep or any(name.rpartition(":")[2] == RECORD for name in names):
        raise NotApart
    opened = "".join(f"<{name}>" for name in names)
    closed = "".join(f"</{name}>" for name in reversed(names))
    return opened.encode(), closed.encode(), b"</" + found[1] + b">"


def read_here(path: Path, elements: Elements, parts: Iterable[Part]) -> Iterator[PartRead | None]:
    """Yield what is read of the parts of a file, in this process."""
    for part in parts:
        yield read_part(path, elements, part)


def read_part(path: Path, elements: Elements, part: Part) -> PartRead | None:
    """Read a part of a file; None where it is not well formed, or is refused."""
    content, plain = Content(path, elements, part.before), _plain(elements)
    try:
        content.open_around(part.opened)
        children = _children(content, plain, part)
        content.parser.Parse(part.closed, True)
        children += content.finished()  # expat 2.6 may put off what follows a long comment
    except (expat.ExpatError, SourceRefused, UnicodeDecodeError):
        return None
    finally:
        content.close()
    digests = list[int | None]()
    for child in children:
        name = values.identifier(child[0][0][2].get(ID))
        digests.append(None if name is None else digest(name))
    carried, month_second = plain.taken()
    return PartRead(
        packed(children), digests, content.header,
        frozenset((content.carried | carried) - ADDED),
        content.month_second | month_second, content.unknown, content.names,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _plain(elements: Elements) -> Plain:
    """Return what reads plain children; it remembers the markup of those before."""
    return Plain(elements)


def _children(content: Content, plain: Plain, part: Part) -> list[ReadChild]:
    """Return the children of a part: those that are plain are read quickly, and all else parsed."""
    end = part.end.decode()
    *every, rest = part.content.decode().split(end)
    children: list[ReadChild] = []
    lines, parsed = part.before, len(part.opened)  # line ends so far, bytes that were parsed
    # What looks like an end tag may be a part of a comment, or within what is not read.
    is_between = True
    for text in every:
        child = text + end
        read = plain.rows(child, lines + 1) if is_between else None
        if read is not None:
            children.append((read[0], []))
            lines += read[1]
            content.before += read[1]
            continue
        content.parser.Parse(child.encode(), False)
        children += content.finished()
        lines += line_ends(child)
        parsed += len(child.encode())
        is_between = content.ended == parsed - len(part.end)
    content.parser.Parse(rest.encode(), False)
    return children + content.finished()
