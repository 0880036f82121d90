"""What each part of a check may leave open, worked out from its page and what an extract carries.

A part is a condition, or a way in which rows are looked for. The rows of the instance are given by
their form: from which section each comes, and whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from casecheck.audit.condition_reads import Place, ReadNotes, Reads, Start, Starts, together
from casecheck.engine.sources import Source
from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, Population
from casecheck.lessons.terms import Alternatives
from casecheck.record.carried import Carried
from casecheck.record.model import OWN_DAYS
from casecheck.results import Unknown
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.kleene import Truth, any_of
from casecheck.truth.known import Known
from casecheck.truth.known_row import BoundRows, KnownRow
from casecheck.truth.plain_reading import Bound

Read = Callable[[HangsOn, Bound], Iterable[Unknown]]
Closed = Callable[[BoundRows, Known], bool]


def _not_told(rows: BoundRows, known: Known) -> bool:
    """Say nothing: the part must be read."""
    del rows, known
    return False


class Part(NamedTuple):
    """One part of a check, of instances of one form.

    `always` is what it leaves open whatever the rows say. `sections` may be open beside, and
    `fields` are open where a row says too little: where it is `asked`, or some such field is open,
    it must be read, unless a glance at rows tells that it leaves nothing open: that it is `closed`.
    `read` names what the part leaves open of an instance.
    """

    always: tuple[Unknown, ...]
    sections: frozenset[str]
    fields: frozenset[Place]
    read: Read
    closed: Closed = _not_told
    asked: bool = False

    def without(self, named: set[str]) -> Part | None:
        """Return the part as it must be read where some pointers are named anyway; None: never."""
        asked = any(f"/{section}" not in named for section in self.sections)
        if not asked and not self.fields:
            return None
        return self._replace(asked=True) if asked else self


class PartReader:
    """Works out the parts of a population for instances of one form."""

    def __init__(
        self,
        population: Population,
        concepts: Mapping[str, Concept],
        facts: Sequence[tuple[Source, KnownRow]],
        carried: Carried,
        notes: ReadNotes,
    ) -> None:
        self._population = population
        self._notes = notes
        self._concepts = concepts
        self._absent = frozenset(carried.absent)
        self._in_part = frozenset(part.section for part in carried.in_part if part.perhaps)
        self._lacking = self._absent | self._in_part
        self._bound = {
            name: [notes.start(source.section, source.way, row.data is not None)]
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

    def _row(self, name: str, start: Start) -> Iterator[Part]:
        """Yield whether a row of the instance is asked about, and is of the kind asked for."""
        own_day = OWN_DAYS.get(start.section)
        if start.there and own_day:
            day = frozenset([(start.section, own_day.name)])
            yield Part((), frozenset(), day, lambda hangs, bound: hangs.of_asking([bound[name]]))
        if start.way:
            reads = together(self._of_way(start))
            yield Part(
                (),
                reads.sections & self._lacking,
                reads.fields,
                lambda hangs, bound: hangs.of_rows([bound[name]]),
            )

    def _of_way(self, start: Start) -> Iterator[Reads]:
        """Yield what is read to tell whether a row is of the kind of a concept."""
        if start.way:
            own = {start.way.binding: [self._notes.start(start.section, None, start.there)]}
            for condition in start.way.where:
                yield self._notes.reads(condition, own)

    def _condition(self, condition: Condition) -> Part:
        reads = self._notes.reads(condition, self._bound)
        sections = reads.sections & self._lacking
        is_open = reads.surely_open and self._sure(sections)
        always = tuple(map(self._named, sections)) if is_open else ()
        truth = self._own_truth(condition)
        return Part(
            always,
            sections,
            reads.fields,
            lambda hangs, bound: hangs.of_conditions([condition], bound),
            lambda rows, known: truth(rows, known) is not None,
        )

    def _own_truth(self, condition: Condition) -> Callable[[BoundRows, Known], Truth]:
        """Return what says whether a condition holds of the instance's own rows."""
        own: list[Alternatives] = []  # once that was asked: mostly it is not

        def truth(rows: BoundRows, known: Known) -> Truth:
            if not own:
                own.append(self._notes.own(condition, self._bound))
            return _truth(own[0], rows, known)

        return truth

    def _given(self, given: Sequence[Alternative]) -> Part:
        reads = together(one for each in given for one in self._reads(each, self._starts(each)))
        return Part(
            (),
            reads.sections & self._lacking,
            reads.fields,
            lambda hangs, bound: hangs.of_any(given, bound),
        )

    def _reads(self, one: Alternative, starts: Starts) -> Iterator[Reads]:
        """Yield all that an alternative reads, of names that are read from there."""
        for condition in self._notes.conditions(one):
            yield self._notes.reads(condition, starts)
        for name in one.rows:
            for start in starts[name]:
                yield Reads(frozenset((start.section,)), frozenset(), surely_open=False)
                yield from self._of_way(start)

    def _alternative(self, one: Alternative) -> Part:
        starts = self._starts(one)
        reads = together(self._reads(one, starts))
        sections = reads.sections & self._lacking
        is_open = (
            one.is_plain
            and self._sure(sections)
            and all(
                start.way is None and start.there is False
                for name in one.find
                for start in starts[name]
            )
            and all(self._notes.reads(condition, starts).surely_open for condition in one.where)
        )
        own_names = self._bound.keys()
        own = [self._own_truth(each) for each in one.where if self._notes.names(each) <= own_names]
        first = self._first_of(one) if one.is_plain else None

        def closed(rows: BoundRows, known: Known) -> bool:
            if any(truth(rows, known) is False for truth in own):
                return True
            return first is not None and not first.may_be_there(known)

        return Part(
            tuple(map(self._named, sections)) if is_open else (),
            sections,
            reads.fields,
            lambda hangs, bound: hangs.of_alternative(one, bound),
            closed,
        )

    def _first_of(self, one: Alternative) -> _First | None:
        """Return the row that is looked for first, if it is of a section that is there."""
        for name, kind in one.find.items():
            alone = [each.alternatives for each in one.where if self._notes.names(each) == {name}]
            if kind in self._concepts or kind in self._absent or not alone:
                return None
            return _First(name, kind, alone)
        return None

    def _sure(self, sections: frozenset[str]) -> bool:
        return sections.isdisjoint(self._in_part)

    def _starts(self, one: Alternative) -> Starts:
        return {**self._bound, **{name: self._kinds(kind) for name, kind in one.rows.items()}}

    def _kinds(self, kind: str) -> Sequence[Start]:
        if kind not in self._concepts:
            return [self._notes.start(kind, None, self._there(kind))]
        return [
            self._notes.start(way.section, way, self._there(way.section))
            for way in self._concepts[kind].rows
        ]

    def _there(self, section: str) -> bool | None:
        return False if section in self._absent else None


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
