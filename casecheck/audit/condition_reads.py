"""What conditions read, whatever a record holds: which sections and fields may leave them open.

It follows from the page and from which rows are there, so it is worked out once for all records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import ConceptRows
from casecheck.lessons.needs import fields_of, to_source
from casecheck.lessons.terms import (
    Alternatives,
    Base,
    DayOf,
    FactTest,
    OpenedOn,
    RowPath,
    Test,
    WorkingDay,
    bindings_of,
    bindings_of_base,
    nullable,
)
from casecheck.record.blanks import BORN_IN_A_YEAR
from casecheck.record.model import FIELDS

Place = tuple[str, str]
"""A section and a field of it; `opened_on` has the section ""."""


class Start(NamedTuple):
    """From where a name is read: a section, the way of a concept, and whether the row is there.

    `there` is None of rows that are looked for in a section that has some.
    """

    section: str
    way: ConceptRows | None
    there: bool | None


Starts = Mapping[str, Sequence[Start]]
"""From where each name is read; of a concept's row by several ways."""


class Reads(NamedTuple):
    """What some conditions read of the rows they start from.

    They may be open for want of the `sections`, and where a row leaves open one of the `fields`.
    `surely_open`: they are open whatever the rows that are there say.
    """

    sections: frozenset[str]
    fields: frozenset[Place]
    surely_open: bool


NOTHING_READ = Reads(frozenset(), frozenset(), surely_open=True)


def together(reads: Iterable[Reads]) -> Reads:
    """Return what several conditions read."""
    sections, fields, is_open = NOTHING_READ
    for one in reads:
        sections |= one.sections
        fields |= one.fields
        is_open = is_open and one.surely_open
    return Reads(sections, fields, is_open)


class _Side(NamedTuple):
    """One side of a comparison: the rows without which it is open, and what else it may be."""

    names: frozenset[str]
    nullable: bool
    is_opening: bool

    def is_open(self, starts: Starts) -> bool:
        """Say whether it is open for a row that is never there."""
        return bool(self.names) and all(_never_there(name, starts) for name in self.names)


class _Asked(NamedTuple):
    """What a test asks: the sides of a comparison, or the one row of a fact; the rows it reads."""

    test: Test
    sides: Sequence[_Side]
    names: frozenset[str]

    def is_open(self, starts: Starts) -> bool:
        """Say whether it is open whatever the rows that are there say."""
        is_open = [side.is_open(starts) for side in self.sides]
        return any(is_open) and not any(
            side.nullable and not open_ for side, open_ in zip(self.sides, is_open, strict=True)
        )


class ReadNotes:
    """What follows from pages alone, worked out once for each of their parts.

    Ids stand for these; they are kept, so that no other takes their ids. A page has so many parts,
    and few ways in which rows of them are there or not: that bounds it.
    """

    def __init__(self) -> None:
        self._kept: list[object] = []
        self._names: dict[int, frozenset[str]] = {}
        self._asked: dict[int, Sequence[_Asked]] = {}
        self._fields: dict[tuple[int, str, int], Sequence[tuple[RowPath, str]]] = {}
        self._starts: dict[tuple[str, int, bool | None], Start] = {}
        self._reads: dict[tuple[object, ...], Reads] = {}
        self._conditions: dict[int, Sequence[Condition]] = {}
        self._own: dict[tuple[int, ...], Alternatives] = {}

    def start(self, section: str, way: ConceptRows | None, there: bool | None) -> Start:
        """Return the one value that says from where a name is read."""
        key = section, id(way), there
        start = self._starts.get(key)
        if start is None:
            start = self._starts[key] = Start(section, way, there)
        return start

    def names(self, condition: Condition) -> frozenset[str]:
        """Return the names of the rows that a condition reads."""
        names = self._names.get(id(condition))
        if names is None:
            self._kept.append(condition)
            tests = chain.from_iterable(condition.alternatives)
            asked = self._asked[id(condition)] = [_asked(test) for test in tests]
            names = frozenset().union(*[one.names for one in asked])
            self._names[id(condition)] = names
        return names

    def conditions(self, one: Alternative) -> Sequence[Condition]:
        """Return all that an alternative reads, as conditions: the same ones each time."""
        reads = self._conditions.get(id(one))
        if reads is None:
            self._kept.append(one)
            reads = self._conditions[id(one)] = one.reads
        return reads

    def reads(self, condition: Condition, starts: Starts) -> Reads:
        """Return what a condition reads of rows that start there, of values that `start` gave."""
        names = self.names(condition)
        key = (id(condition), *[(name, *map(id, starts[name])) for name in names])
        reads = self._reads.get(key)
        if reads is None:
            reads = self._reads[key] = self._work_out(condition, starts)
        return reads

    def _work_out(self, condition: Condition, starts: Starts) -> Reads:
        sections, fields = set[str](), set[Place]()
        asked = self._asked[id(condition)]
        for one in asked:
            if any(side.is_opening for side in one.sides):
                fields.add(("", "opened_on"))
            compared = len(one.sides) > 1
            beside_what_is_open = compared and any(side.is_open(starts) for side in one.sides)
            for name in one.names:
                for start in starts[name]:
                    if not start.there:
                        sections.add(start.section)
                    for row, field in self._fields_of(one.test, name, start.way):
                        passed = _passed(start.section, row.references, field, beside_what_is_open)
                        sections |= passed[0]
                        if start.there is not False:
                            fields |= passed[1]
        is_open = all(one.is_open(starts) for one in asked)
        return Reads(frozenset(sections), frozenset(fields), is_open)

    def _fields_of(
        self, test: Test, name: str, way: ConceptRows | None
    ) -> Sequence[tuple[RowPath, str]]:
        """Return the fields that a test reads of the row of a name, as `fields_of` does."""
        key = (id(test), name, id(way))
        fields = self._fields.get(key)
        if fields is None:
            own = to_source(name, way).test(test) if way else test
            fields = [(row, field) for row, field in fields_of(own) if row.binding == name]
            self._fields[key] = fields
        return fields

    def own(self, condition: Condition, starts: Starts) -> Alternatives:
        """Return a condition's tests as such of the rows that those of concepts come from.

        Each name is read from one start.
        """
        ways = {name: starts[name][0].way for name in self.names(condition)}
        key = (id(condition), *map(id, ways.values()))
        own = self._own.get(key)
        if own is None:
            own = condition.alternatives
            for name, way in ways.items():
                if way:
                    put = to_source(name, way)
                    own = tuple([tuple(map(put.test, tests)) for tests in own])
            self._own[key] = own
        return own


def _asked(test: Test) -> _Asked:
    if isinstance(test, FactTest):
        names = frozenset((test.fact.field.row.binding,))
        return _Asked(test, [_Side(names, nullable=False, is_opening=False)], names)
    sides = [_side(test.left.base), _side(test.right.base)]
    return _Asked(test, sides, bindings_of(test))


def _side(base: Base) -> _Side:
    inner = base.day.base if isinstance(base, WorkingDay) else base
    # What is today at the latest is never open in this sense.
    is_bounded = isinstance(inner, DayOf) and inner.or_today
    names = frozenset[str]() if is_bounded else bindings_of_base(inner)
    return _Side(names, nullable(base), isinstance(inner, OpenedOn))


def _never_there(name: str, starts: Starts) -> bool:
    """Say whether the row of a name is never there, for want of its section."""
    return all(start.there is False for start in starts[name])


@lru_cache(maxsize=1 << 12)
def _passed(
    section: str, references: tuple[str, ...], field: str, beside_what_is_open: bool
) -> tuple[frozenset[str], frozenset[Place]]:
    """Return what is passed through from a row of a section: other sections, and the fields."""
    sections, fields = set[str](), set[Place]()
    for at, reference in enumerate(references):
        fields.add((section, reference))
        section = FIELDS[section][reference].target or ""
        if field or at + 1 < len(references):
            sections.add(section)
    if field == "born" and section == "people" and beside_what_is_open:
        field = BORN_IN_A_YEAR
    if field:
        fields.add((section, field))
    return frozenset(sections), frozenset(fields)
