"""What each part of a check reads of a record: sections, kinds of their rows, and fields.

A part is who is asked about (by each way in which they are found), who is left out, or one way in
which the check is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Check, Concept, ConceptRows, Population
from casecheck.lessons.needs import fields_of, to_source
from casecheck.lessons.terms import (
    Base,
    Comparison,
    FactTest,
    OneOf,
    RowPath,
    Test,
    Whose,
    WorkingDay,
    bindings_of,
    bindings_of_base,
    nullable,
)
from casecheck.record.carried import Carried
from casecheck.record.model import FIELDS, KINDS

Kinds = frozenset[str] | None
"""The kinds of rows that are asked for; None: any."""
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reads:
    """What one part of a check reads: of each section rows of some kinds, and its fields.

    What it reads `instead`, where a row does not tell it itself, leaves it in part if it is absent.
    """

    sections: dict[str, Kinds] = field(default_factory=dict)
    fields: set[tuple[str, str]] = field(default_factory=set)
    instead: set[str] = field(default_factory=set)

    @property
    def every_section(self) -> frozenset[str]:
        """The sections of which something is read, or that are passed through."""
        return frozenset((*self.sections, *self.instead, *(section for section, _ in self.fields)))

    @property
    def first(self) -> str:
        """The section that was added first: of rows that are looked for, where they are."""
        return next(iter(self.sections))

    def absent(self, carried: Carried) -> frozenset[str]:
        """Return the sections that are read and that a record lacks."""
        return frozenset(self.sections.keys() & carried.absent) if carried.absent else _NONE

    def in_part(self, carried: Carried) -> frozenset[str]:
        """Return the sections of which something may be missing that is read."""
        if not (self.instead or carried.in_part):  # most often
            return _NONE
        found: set[str] = self.instead & {*carried.absent, *carried.partial}
        for part in carried.in_part:
            if any((part.section, name) in self.fields for name in part.without):
                found.add(part.section)
            if part.section in self.sections:
                asked = self.sections[part.section]
                for row in part.perhaps:
                    may_be = row.kinds if asked is None else (row.kinds or asked) & asked
                    if row.kinds is None or may_be:
                        found.add(part.section)
        return frozenset(found)

    def add(self, section: str, kinds: Kinds) -> None:
        """Add rows of some kinds of a section."""
        before = self.sections.get(section, frozenset())
        self.sections[section] = None if kinds is None or before is None else before | kinds


@dataclass(frozen=True, slots=True)
class WayReads:
    """What one way reads in which rows are looked for.

    `rows` has for each name the ways in which its rows are found, with what is asked of them, its
    own section first; `own` is read of the rows asked about. `alone` is what each condition reads
    that may settle by those alone that there is nothing.
    """

    rows: tuple[tuple[Reads, ...], ...]
    own: Reads
    alone: tuple[Reads, ...]

    @property
    def every(self) -> Iterator[Reads]:
        """All of it."""
        yield from chain.from_iterable(self.rows)
        yield self.own

    def may_hold(self, carried: Carried) -> bool:
        """Say whether a record may tell for certain that there is what is looked for."""
        found = all(any(not way.absent(carried) for way in ways) for ways in self.rows)
        return found and not self.own.absent(carried)

    def may_fail(self, carried: Carried) -> bool:
        """Say whether a record may tell for certain that there is nothing."""
        if any(not one.absent(carried) for one in self.alone):
            return True
        # Of a section that is there, whole, the record may hold no row that could be it.
        lacking = {*carried.absent, *carried.partial}
        return any(lacking.isdisjoint([way.first for way in ways]) for ways in self.rows)


@dataclass(frozen=True, slots=True)
class PopulationReads:
    """What the parts of a population read.

    `asked` are the rows asked about, with the conditions on them. Of `given` one must hold, none of
    `unless`, and one of `met_by`.
    """

    asked: WayReads
    given: tuple[WayReads, ...]
    unless: tuple[WayReads, ...]
    met_by: tuple[WayReads, ...]

    @property
    def every(self) -> Iterator[Reads]:
        """All that is read."""
        for way in self._ways:
            yield from way.every

    @property
    def _ways(self) -> tuple[WayReads, ...]:
        return (self.asked, *self.given, *self.unless, *self.met_by)

    @property
    def sections(self) -> frozenset[str]:
        """The sections of which something is read: what a record carries of others is nothing."""
        every = chain(self.every, *[way.alone for way in self._ways])
        return frozenset().union(*[one.every_section for one in every])


def reads_of(check: Check, concepts: Mapping[str, Concept]) -> list[PopulationReads]:
    """Return what each population of a check reads."""
    return [_population(one, concepts) for one in check.populations]


def _population(population: Population, concepts: Mapping[str, Concept]) -> PopulationReads:
    names, happened = population.for_each, _happened(population.where)

    def other(one: Alternative) -> WayReads:
        return looked_for(one.rows, one.reads, names, concepts, happened)

    return PopulationReads(
        looked_for(names, population.where, {}, concepts),
        tuple(map(other, population.given)),
        tuple(map(other, population.unless)),
        tuple(map(other, population.met_by)),
    )


def looked_for(
    rows: Mapping[str, str],
    where: Sequence[Condition],
    own: Mapping[str, str],
    concepts: Mapping[str, Concept],
    happened: frozenset[Base] = frozenset(),
) -> WayReads:
    """Return what is read in looking for rows, by the kinds of their names.

    `own` are the names of the rows asked about, and their kinds; `happened` their events that have
    surely happened.
    """
    tests = list(chain.from_iterable(chain.from_iterable(one.alternatives) for one in where))
    found = []
    for name, kind in rows.items():
        kinds, ways = _own_kinds(name, where), []
        for way in _ways(kind, concepts):
            reads = _way(kind, way, kinds)
            for test in tests:
                _walk_name(reads, test, name, kind, way)
            ways.append(reads)
        found.append(tuple(ways))
    of_own = Reads()
    for test in tests:
        for name in bindings_of(test) & own.keys():
            for way in _ways(own[name], concepts):
                _walk_name(of_own, test, name, own[name], way)
    return WayReads(tuple(found), of_own, tuple(_alone(where, own, concepts, happened)))


def _alone(
    where: Sequence[Condition],
    own: Mapping[str, str],
    concepts: Mapping[str, Concept],
    happened: frozenset[Base],
) -> Iterator[Reads]:
    """Yield what each condition reads that may be false by the rows asked about alone."""
    for condition in where if own else ():
        tests = list(chain.from_iterable(condition.alternatives))
        reads = Reads()
        if condition.names <= own.keys():
            for test in tests:
                for name in bindings_of(test):
                    for way in _ways(own[name], concepts):
                        _walk_name(reads, test, name, own[name], way)
            yield reads
        elif all(
            any(_may_be_never(test, own, happened) for test in tests)
            for tests in condition.alternatives
        ):
            yield reads


def _may_be_never(test: Test, own: Mapping[str, str], happened: frozenset[Base]) -> bool:
    """Say whether an event of the rows asked about may not have happened: then a test is false."""
    if not isinstance(test, Comparison) or test.when_null:
        return False
    return any(
        nullable(side.base)
        and bindings_of_base(side.base) <= own.keys()
        and _event(side.base) not in happened
        for side in (test.left, test.right)
    )


def _event(base: Base) -> Base:
    return base.day.base if isinstance(base, WorkingDay) else base


def _happened(where: Iterable[Condition]) -> frozenset[Base]:
    """Return the events that have happened to all that conditions hold of."""
    return frozenset(
        _event(side.base)
        for condition in where
        if len(condition.alternatives) == 1
        for test in condition.alternatives[0]
        if isinstance(test, Comparison) and not test.when_null
        for side in (test.left, test.right)
        if nullable(side.base)
    )


def _walk_name(reads: Reads, test: Test, name: str, kind: str, way: ConceptRows | None) -> None:
    if name in bindings_of(test):
        own = test if way is None else to_source(name, way).test(test)
        _walk(reads, own, name, kind if way is None else way.section)


def _ways(kind: str, concepts: Mapping[str, Concept]) -> Iterable[ConceptRows | None]:
    return concepts[kind].rows if kind in concepts else (None,)


def _way(kind: str, way: ConceptRows | None, kinds: Kinds) -> Reads:
    reads = Reads()
    if way is None:
        reads.add(kind, kinds)
        return reads
    reads.add(way.section, _own_kinds(way.binding, way.where))
    for condition in way.where:
        for test in chain.from_iterable(condition.alternatives):
            _walk(reads, test, way.binding, way.section)
    return reads


def _own_kinds(name: str, where: Iterable[Condition]) -> Kinds:
    """Return the kinds that conditions ask of the row of a name; None: any."""
    for condition in where:
        if len(condition.alternatives) != 1:
            continue
        for test in condition.alternatives[0]:
            if not isinstance(test, FactTest) or test.negated or not isinstance(test.fact, OneOf):
                continue
            row, spec = test.fact.field.row, test.fact.field.spec
            if row.binding == name and not row.references and spec.codes in KINDS.values():
                return test.fact.codes
    return None


def _walk(reads: Reads, test: Test, name: str, section: str) -> None:
    by_plan = _by_plan(test)
    for row, last in fields_of(test):
        if row.binding != name:
            continue
        if (row, last) in by_plan:
            reads.instead.add("plans")
            continue
        here = section
        for at, reference in enumerate(row.references):
            reads.fields.add((here, reference))
            here = FIELDS[here][reference].target or ""
            if last or at + 1 < len(row.references):
                reads.add(here, None)
        if last:
            reads.fields.add((here, last))


def _by_plan(test: Test) -> set[tuple[RowPath, str]]:
    """Return how a test reads by a plan whose meeting it is, where the meeting does not tell."""
    if not isinstance(test, Comparison):
        return set()
    meetings = [
        side.base.meeting for side in (test.left, test.right) if isinstance(side.base, Whose)
    ]
    return {(RowPath(row.binding, (*row.references, "plan")), "subject") for row in meetings}
