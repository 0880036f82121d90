"""What each part of a check may leave open, worked out from its page and what an extract carries.

A part is a condition, or a way in which rows are looked for. The rows of the instance are given by
their form: from which section each comes, and whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from casecheck.engine.sources import Source
from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, ConceptRows, Population
from casecheck.lessons.needs import fields_of, to_source
from casecheck.lessons.terms import (
    Alternatives,
    Base,
    Comparison,
    DayOf,
    FactTest,
    OpenedOn,
    Test,
    WorkingDay,
    bindings_of,
    bindings_of_base,
    nullable,
)
from casecheck.record.blanks import BORN_IN_A_YEAR
from casecheck.record.carried import Carried
from casecheck.record.model import FIELDS, OWN_DAYS
from casecheck.results import Unknown
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.kleene import Truth, any_of
from casecheck.truth.known import Known
from casecheck.truth.known_row import BoundRows, KnownRow
from casecheck.truth.plain_reading import Bound

Place = tuple[str, str]
"""A section and a field of it; `opened_on` has the section ""."""
Read = Callable[[HangsOn, Bound], Iterable[Unknown]]
Closed = Callable[[BoundRows, Known], bool]


def _not_told(rows: BoundRows, known: Known) -> bool:
    """Say nothing: the part must be read."""
    del rows, known
    return False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a check, of instances of one form.

    `always` is what it leaves open whatever the rows say. `sections` may be open beside, and
    `fields` are open where a row says too little: where it is `asked`, or some such field is open,
    it must be read, unless a glance at rows tells that it leaves nothing open: that it is `closed`.
    """

    always: tuple[Unknown, ...]
    sections: frozenset[str]
    fields: frozenset[Place]
    read: Read
    closed: Closed = _not_told
    asked: bool = False

    def unknowns(self, hangs: HangsOn, bound: Bound) -> Iterable[Unknown]:
        """Return what the part leaves open of an instance."""
        return self.read(hangs, bound)

    def without(self, named: set[str]) -> Part | None:
        """Return the part as it must be read where some pointers are named anyway; None: never."""
        asked = any(f"/{section}" not in named for section in self.sections)
        if not asked and not self.fields:
            return None
        return replace(self, asked=asked)


class PartNotes:
    """What follows from a page alone, worked out once for each of its tests.

    Ids stand for them; they are kept, so that no other takes their ids.
    """

    def __init__(self) -> None:
        self._kept: list[object] = []
        self._names: dict[int, frozenset[str]] = {}
        self._sides: dict[int, frozenset[str]] = {}
        self._read: dict[tuple[int, str, int], Sequence[tuple[tuple[str, ...], str]]] = {}

    def names(self, test: Test) -> frozenset[str]:
        """Return the names of the rows that a test reads."""
        names = self._names.get(id(test))
        if names is None:
            self._kept.append(test)
            names = self._names[id(test)] = bindings_of(test)
        return names

    def _side(self, base: Base) -> frozenset[str]:
        """Return the names of the rows without which a side of a comparison is open."""
        names = self._sides.get(id(base))
        if names is None:
            self._kept.append(base)
            inner = base.day.base if isinstance(base, WorkingDay) else base
            at_latest_today = isinstance(inner, DayOf) and inner.or_today
            names = frozenset() if at_latest_today else bindings_of_base(inner)
            self._sides[id(base)] = names
        return names

    def is_open(self, base: Base, starts: Mapping[str, list[_Start]]) -> bool:
        """Say whether a side of a comparison is open for a row that is never there."""
        names = self._side(base)
        return bool(names) and all(_never_there(name, starts) for name in names)

    def read(
        self, test: Test, name: str, way: ConceptRows | None
    ) -> Sequence[tuple[tuple[str, ...], str]]:
        """Return by which references a test reads which fields of the row of a name."""
        key = (id(test), name, id(way))
        read = self._read.get(key)
        if read is None:
            self._kept.append(test)
            own = to_source(name, way).test(test) if way else test
            read = self._read[key] = [
                (row.references, field) for row, field in fields_of(own) if row.binding == name
            ]
        return read


class _Start(NamedTuple):
    """From where a name is read: a section, the way of a concept, and whether the row is there.

    `there` is None of rows that are looked for in a section that has some.
    """

    section: str
    way: ConceptRows | None
    there: bool | None


class PartReader:
    """Works out the parts of a population for instances of one form."""

    def __init__(
        self,
        population: Population,
        concepts: Mapping[str, Concept],
        facts: Sequence[tuple[Source, KnownRow]],
        carried: Carried,
        notes: PartNotes,
    ) -> None:
        self._population = population
        self._notes = notes
        self._concepts = concepts
        self._absent = frozenset(carried.absent)
        self._in_part = frozenset(part.section for part in carried.in_part if part.perhaps)
        self._lacking = self._absent | self._in_part
        self._bound = {
            name: [_Start(source.section, source.way, row.data is not None)]
            for name, (source, row) in zip(population.for_each, facts, strict=True)
        }
        self.own = [
            self._named(start.section)
            for (start,) in self._bound.values()
            if start.there is False and start.section in self._lacking
        ]

    def _named(self, section: str) -> Unknown:
        absent = section in self._absent
        return Unknown(f"/{section}", "not_in_extract" if absent else "partly_in_extract")

    def parts(self, *, met: bool) -> Iterator[Part]:
        """Yield the parts; of instances that are `met` those that say if they are asked for."""
        population = self._population
        for name, (start,) in self._bound.items():
            yield from self._row(name, start)
        for condition in population.where:
            yield self._condition(condition)
        if population.given:
            yield self._given(population.given)
        for one in population.unless:
            yield self._alternative(one)
        if not met:
            for one in population.met_by:
                yield self._alternative(one)

    def _row(self, name: str, start: _Start) -> Iterator[Part]:
        """Yield whether a row of the instance is asked about, and is of the kind asked for."""
        own_day = OWN_DAYS.get(start.section)
        if start.there and own_day:
            day = frozenset([(start.section, own_day.name)])
            yield Part((), frozenset(), day, lambda hangs, bound: hangs.of_asking([bound[name]]))
        if start.way:
            way = start.way
            reads = _Reads(self._lacking, self._notes)
            reads.conditions(way.where, {way.binding: [start._replace(way=None)]})
            yield Part(
                (), reads.sections, reads.fields, lambda hangs, bound: hangs.of_rows([bound[name]])
            )

    def _condition(self, condition: Condition) -> Part:
        reads = _Reads(self._lacking, self._notes)
        reads.conditions([condition], self._bound)
        is_open = self._surely_open(condition, self._bound) and self._sure(reads)
        always = tuple(map(self._named, reads.sections)) if is_open else ()
        truth = self._own_truth(condition)
        return Part(
            always,
            reads.sections,
            reads.fields,
            lambda hangs, bound: hangs.of_conditions([condition], bound),
            lambda rows, known: truth(rows, known) is not None,
        )

    def _own_truth(self, condition: Condition) -> Callable[[BoundRows, Known], Truth]:
        """Return what says whether a condition holds of the instance's own rows."""

        @cache
        def own() -> Alternatives:
            alternatives = condition.alternatives
            for name, (start,) in self._bound.items():
                if start.way and name in condition.names:
                    of_row = to_source(name, start.way)
                    alternatives = tuple([tuple(map(of_row.test, one)) for one in alternatives])
            return alternatives

        return lambda rows, known: _truth(own(), rows, known)

    def _given(self, given: Sequence[Alternative]) -> Part:
        reads = _Reads(self._lacking, self._notes)
        for one in given:
            self._read_all(one, reads)
        return Part(
            (), reads.sections, reads.fields, lambda hangs, bound: hangs.of_any(given, bound)
        )

    def _read_all(self, one: Alternative, reads: _Reads) -> Mapping[str, list[_Start]]:
        """Add all that an alternative reads; return from where its names are read."""
        starts = self._starts(one)
        reads.conditions(one.reads, starts)
        for start in chain.from_iterable(starts[name] for name in one.rows):
            reads.sections |= {start.section} & self._lacking
            if start.way:
                own = {start.way.binding: [start._replace(way=None)]}
                reads.conditions(start.way.where, own)
        return starts

    def _alternative(self, one: Alternative) -> Part:
        reads = _Reads(self._lacking, self._notes)
        starts = self._read_all(one, reads)
        local = [condition for condition in one.where if not self._surely_open(condition, starts)]
        never_there = all(start.there is False for name in one.find for start in starts[name])
        simple = (
            one.is_plain
            and never_there
            and self._sure(reads)
            and all(start.way is None for name in one.find for start in starts[name])
        )
        always = tuple(map(self._named, reads.sections)) if simple and not local else ()
        own_names = frozenset(self._bound)
        own = [self._own_truth(each) for each in one.where if each.names <= own_names]
        first = self._first_of(one) if one.is_plain else None

        def closed(rows: BoundRows, known: Known) -> bool:
            if any(truth(rows, known) is False for truth in own):
                return True
            return first is not None and not first.may_be_there(known)

        return Part(
            always,
            reads.sections,
            reads.fields,
            lambda hangs, bound: hangs.of_alternative(one, bound),
            closed,
        )

    def _first_of(self, one: Alternative) -> _First | None:
        """Return the row that is looked for first, if it is of a section that is there."""
        for name, kind in one.find.items():
            alone = [each.alternatives for each in one.where if each.names == {name}]
            if kind in self._concepts or kind in self._absent or not alone:
                return None
            return _First(name, kind, alone)
        return None

    def _sure(self, reads: _Reads) -> bool:
        return reads.sections.isdisjoint(self._in_part)

    def _starts(self, one: Alternative) -> dict[str, list[_Start]]:
        return {
            **self._bound,
            **{name: list(self._kinds(kind)) for name, kind in one.rows.items()},
        }

    def _kinds(self, kind: str) -> Iterator[_Start]:
        if kind not in self._concepts:
            yield self._start(kind, None)
            return
        for way in self._concepts[kind].rows:
            yield self._start(way.section, way)

    def _start(self, section: str, way: ConceptRows | None) -> _Start:
        return _Start(section, way, False if section in self._absent else None)

    def _surely_open(self, condition: Condition, starts: Mapping[str, list[_Start]]) -> bool:
        """Say whether a condition is open whatever the rows that are there say."""
        return all(
            self._is_open(test, starts) for tests in condition.alternatives for test in tests
        )

    def _is_open(self, test: Test, starts: Mapping[str, list[_Start]]) -> bool:
        if isinstance(test, FactTest):
            return _never_there(test.fact.field.row.binding, starts)
        sides = (test.left.base, test.right.base)
        is_open = [self._notes.is_open(base, starts) for base in sides]
        return any(is_open) and not any(
            nullable(base) and not open_ for base, open_ in zip(sides, is_open, strict=True)
        )


def _never_there(name: str, starts: Mapping[str, list[_Start]]) -> bool:
    return all(start.there is False for start in starts[name])


class _First(NamedTuple):
    """The row that is looked for first, and what is asked of it alone."""

    name: str
    section: str
    alone: Sequence[Alternatives]

    def may_be_there(self, known: Known) -> bool:
        """Say whether some row of a record may be the one: else nothing further is looked for."""
        return any(
            all(_truth(tests, {self.name: row}, known) is not False for tests in self.alone)
            for row in known.rows(self.section)
        )


def _truth(alternatives: Alternatives, rows: BoundRows, known: Known) -> Truth:
    """Say whether some tests hold together of rows, by one of several alternatives."""
    return any_of([known.all_of(tests, rows) for tests in alternatives])


class _Reads:
    """The sections and the fields that may leave conditions open."""

    def __init__(self, lacking: frozenset[str], notes: PartNotes) -> None:
        self._lacking = lacking
        self._notes = notes
        self.sections: frozenset[str] = frozenset()
        self.fields: frozenset[Place] = frozenset()

    def conditions(
        self, conditions: Iterable[Condition], starts: Mapping[str, list[_Start]]
    ) -> None:
        """Add what some conditions read."""
        for condition in conditions:
            for test in chain.from_iterable(condition.alternatives):
                self._test(test, starts)

    def _test(self, test: Test, starts: Mapping[str, list[_Start]]) -> None:
        beside_what_is_open = False
        if isinstance(test, Comparison):
            sides = (test.left.base, test.right.base)
            if any(isinstance(base, OpenedOn) or _of_opening(base) for base in sides):
                self.fields |= {("", "opened_on")}
            beside_what_is_open = any(self._notes.is_open(base, starts) for base in sides)
        for name in self._notes.names(test):
            for start in starts[name]:
                for references, field in self._notes.read(test, name, start.way):
                    self._walk(start, references, field, beside_what_is_open)

    def _walk(
        self, start: _Start, references: tuple[str, ...], field: str, beside_what_is_open: bool
    ) -> None:
        sections, fields = _passed(start.section, references, field, beside_what_is_open)
        if not start.there:
            sections |= {start.section}
        self.sections |= sections & self._lacking
        if start.there is not False:
            self.fields |= fields


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


def _of_opening(base: Base) -> bool:
    return isinstance(base, WorkingDay) and isinstance(base.day.base, OpenedOn)
