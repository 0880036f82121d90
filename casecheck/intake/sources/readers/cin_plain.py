"""Reads children whose markup is plain without a parser, several times as quickly.

A child is plain where it is made of known elements without attributes, of blanks between them, and
of texts that are one printable word of ASCII, as days, codes and identifiers are. Anything else in
it, and it is left to the parser. The markup between two texts is one of a few dozen, however many
children there are: what each does is worked out once for each place at which it stands, and what
the elements around it are decides whether it is well formed there. Where all the markup of a child
is that of others, its rows differ from theirs by the texts alone.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Literal, NamedTuple

from casecheck.intake.sources.readers.cin_content import (
    ADDED,
    MAX_DEPTH,
    MAX_ELEMENTS,
    RECORD,
    Elements,
    Kind,
    ReadRow,
    both,
    kind_of,
)
from casecheck.intake.sources.rows import CHILD, ROW_ID, WITHIN
from casecheck.intake.sources.values import has_month_second

_TEXT = re.compile(r">([!-%'-;=?-~]{1,64})</")
"""A text and what is around it: no blank, `&`, `<` or `>`, and nothing beyond ASCII."""
_TAG = re.compile(r"([ \t\r\n]*)<(/?)([A-Za-z_][A-Za-z0-9_.:-]*) *(/?)>")
_LONGEST = 4 * MAX_ELEMENTS
"""Characters of a child, which has fewer elements than are too many."""
_LONGEST_MARKUP, _MOST_STEPS, _MOST_ALIKE = 1_000, 4_096, 1_024
MOST_AROUND = _DEEPEST = MAX_DEPTH // 2
"""So many elements may be open around a child, and within it: no more than are refused."""


def line_ends(text: str) -> int:
    """Return the number of line ends, as a parser counts them."""
    ends = text.count("\n")
    return ends + text.count("\r") - text.count("\r\n") if "\r" in text else ends


class _Step(NamedTuple):
    """What some markup does where it stands, up to the next text, and the place after it.

    `rows` are those that begin, each its table and its line from here, and None for each that ends;
    `item` the name of the item that the text is; `lines` the number of line ends.
    """

    rows: tuple[tuple[str, int] | None, ...]
    item: str | None
    lines: int
    after: _At


class _At(dict[str, _Step | None]):
    """A place within a child: the elements that are open there, and what can stand there."""

    def __init__(self, open_: tuple[str, ...]) -> None:
        super().__init__()
        self.open = open_


@dataclass(frozen=True, eq=False)
class _Alike:
    """How children of the same markup are read, all that differs in them being their texts.

    `made` has of each row its table, its line from the child's, the items that are the same in all,
    and the others with the number of their text.
    """

    made: tuple[tuple[str, int, dict[str, str], tuple[tuple[str, int], ...]], ...]
    lines: int
    carried: frozenset[str]

    def rows(self, texts: list[str], line: int) -> list[ReadRow]:
        """Return the rows of a child that begins on this line."""
        rows: list[ReadRow] = []
        for table, at, known, told in self.made:
            items = known.copy()
            for name, number in told:
                items[name] = texts[number]
            rows.append((table, line + at, items))
        return rows


def _alike(rows: list[ReadRow], lines: int, texts: list[str]) -> _Alike | Literal[False]:
    """Return how children are read of which one with these texts has these rows on line 0.

    False where an item is not one of the texts, but made of two.
    """
    numbers = {text: number for number, text in enumerate(texts)}
    made, carried = [], set[str]()
    for table, line, items in rows:
        known = {name: items[name] for name in (ROW_ID, WITHIN) if name in items}
        told = {name: text for name, text in items.items() if name not in known}
        if not numbers.keys() >= set(told.values()):
            return False
        if not told.keys() <= ADDED:
            carried |= {table, *told}
        made.append((table, line, known, tuple((name, numbers[told[name]]) for name in told)))
    return _Alike(tuple(made), lines, frozenset(carried))


class Plain:
    """Reads the plain among children, one after another; a place is remembered for the next ones.

    `carried` has the known elements that said something, `month_second` those in which some day can
    only be in American order.
    """

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self._places: dict[tuple[str, ...], _At] = {}
        self._begin, self._end = _At(()), _At(())
        self._steps = 0
        self._alike: dict[tuple[str, ...], _Alike | Literal[False] | None] = {}
        """How children of some markup are read: None where one was, False where they differ."""
        self._used: set[_Alike] = set()
        self.carried: set[str] = set(ADDED)
        self.month_second: set[str] = set()

    def rows(self, child: str, line: int) -> tuple[list[ReadRow], int] | None:
        """Return the rows of a child and how many line ends it has; None where it is not plain.

        `child` ends with its end tag, and begins on the line after the end tag of another.
        """
        if len(child) > _LONGEST:
            return None
        pieces = _TEXT.split(child)
        markup, texts = tuple(pieces[::2]), pieces[1::2]
        alike = self._alike.get(markup)
        if alike and "/" not in "".join(texts):
            self._used.add(alike)
            return alike.rows(texts, line), alike.lines
        read = self._read(markup, texts, line)
        if read is not None and alike is None:
            self._remember(markup)
        return read

    def _remember(self, markup: tuple[str, ...]) -> None:
        """Work out how children of this markup are read, where it is not the first of them."""
        if markup in self._alike:
            texts = [f"#{number}" for number in range(len(markup) - 1)]
            read = self._read(markup, texts, 0)
            self._alike[markup] = _alike(*read, texts) if read is not None else False
            return
        if len(self._alike) >= _MOST_ALIKE:
            self._alike.clear()
        self._alike[markup] = None

    def _read(
        self, markup: tuple[str, ...], texts: list[str], line: int
    ) -> tuple[list[ReadRow], int] | None:
        """Return the same of a child by its markup and the texts between, step by step."""
        rows: list[ReadRow] = []
        within: list[dict[str, str]] = []
        items: dict[str, str] = {}
        at, first = self._begin, line
        for tags, text in zip(markup, [*texts, ""], strict=True):  # none follows the last
            step = at.get(tags) or self._learnt(at, tags)
            if step is None:
                return None
            changes, item, lines, at = step
            for begun in changes:
                if begun is None:
                    within.pop()
                else:
                    items = {ROW_ID: str(len(rows))}
                    if within:
                        items[WITHIN] = within[-1][ROW_ID]
                    within.append(items)
                    rows.append((begun[0], line + begun[1], items))
            if item is not None:
                items = within[-1]
                if "/" in text and has_month_second(text):
                    self.month_second.add(item)
                items[item] = text if item not in items else both(items[item], text)
            line += lines
        self._finish(rows)
        return rows, line - first

    def taken(self) -> tuple[set[str], set[str]]:
        """Return `carried` and `month_second`, and gather anew."""
        told = self.carried.union(*[one.carried for one in self._used]), self.month_second
        self._used.clear()
        self.carried, self.month_second = set(ADDED), set()
        return told

    def _finish(self, rows: list[ReadRow]) -> None:
        """Let each row name its child, and see which elements said something."""
        carried = self.carried
        child = rows[0][2].get("LAchildID")
        for table, _, items in rows:
            is_new = table not in carried or not carried.issuperset(items)
            if is_new and not items.keys() <= ADDED:
                carried.add(table)
                carried.update(items)
            if child is not None:
                items[CHILD] = child

    def _learnt(self, at: _At, markup: str) -> _Step | None:
        """Return what some markup does at a place, and remember it; None where it is not plain."""
        if at is self._end or len(markup) > _LONGEST_MARKUP or self._steps >= _MOST_STEPS:
            return None
        is_last = markup.endswith(">")
        whole = markup if at is self._begin else f"</{markup}"
        tags = _tags(whole if is_last else f"{whole}>")
        step = self._step(at, tags, is_last) if tags else None
        if step is not None:
            self._steps += 1
            at[markup] = step
        return step

    def _step(self, at: _At, tags: list[_Tag], is_last: bool) -> _Step | None:
        """Return what some tags do at a place, of which the last ends a child, or begins a text."""
        open_, rows = list(at.open), list[tuple[str, int] | None]()
        for number, tag in enumerate(tags, 1):
            local = tag.name.rpartition(":")[2]
            kind = kind_of(local, self._elements)
            if kind is Kind.UNKNOWN or (local == RECORD) is not (tag.within(open_) == 0):
                return None
            if tag.begins:
                open_.append(tag.name)
                if kind is Kind.TABLE:
                    rows.append((sys.intern(local), tag.lines))
            if tag.ends:
                if not open_ or open_.pop() != tag.name:
                    return None
                if not open_ and number < len(tags):
                    return None
                if kind is Kind.TABLE:
                    rows.append(None)
        if len(open_) > _DEEPEST or tags[-1].ends is not is_last or is_last is bool(open_):
            return None
        is_item = kind is Kind.TABLE or kind is Kind.ITEM
        item = sys.intern(local) if is_item and not is_last else None
        after = self._end if is_last else self._places.setdefault(tuple(open_), _At(tuple(open_)))
        return _Step(tuple(rows), item, tags[-1].lines, after)


class _Tag(NamedTuple):
    """A tag, and the number of line ends before it."""

    name: str
    begins: bool
    ends: bool
    lines: int

    def within(self, open_: list[str]) -> int:
        """Return in how many elements its element is, of those that are open."""
        return len(open_) if self.begins else len(open_) - 1


def _tags(markup: str) -> list[_Tag]:
    """Return the tags of which some markup is made, apart by blanks; none where it is not plain."""
    tags, at, lines = [], 0, 0
    while at < len(markup):
        found = _TAG.match(markup, at)
        if found is None or (found[2] and found[4]):
            return []
        blanks, at_end, name, is_empty = found.groups()
        lines += line_ends(blanks)
        tags.append(_Tag(name, not at_end, bool(at_end or is_empty), lines))
        at = found.end()
    return tags
