"""Ask the engine who the members of a measure are in each record, and whether they are met.

A measure is a lesson to the engine: each of its populations a check. What it matched is told
instance by instance, with its day and its person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import NamedTuple

from casecheck.engine.asked_lesson import AskedLesson, Prepared, prepare
from casecheck.engine.batch import Batch
from casecheck.engine.derived import FoundRows, with_derived
from casecheck.engine.doubts import Parted, part
from casecheck.engine.durable import EngineFailure
from casecheck.engine.matches import Matches, Members
from casecheck.engine.outcomes import said_of
from casecheck.engine.ruleset import PopulationRules
from casecheck.lessons.lesson import Check, Concept, Lesson, Source
from casecheck.lessons.terms import RowPath
from casecheck.measures.as_it_stood import concepts_on_day, on_day
from casecheck.measures.measure import Asked, Measure
from casecheck.measures.member_days import KnownDay, known_day
from casecheck.record.model import FIELDS
from casecheck.truth.kleene import Truth, negation
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import Bound, Candidate, PlainReading, to_row

Row = tuple[str, int, int]
"""A row of a record: its section, its place in it, and by which way of a concept it is one."""
NOWHERE = -1
"""The place of a row that may be missing."""
Person = tuple[str, str]
"""Who is counted: by pseudonym, wherever the same stands; or by id, in one record."""
PSEUDONYM, BY_ID, NOBODY = "pseudonym", "id", ("", "")


class Instance(NamedTuple):
    """One instance of a population in one record, as the record tells of it.

    `rows` are those that it is made of; `person` is who is counted, `NOBODY` where that is not
    known; `day` and `since` are its days. None where the measure has no such.
    """

    asked: Asked
    series: str
    rows: tuple[Row, ...]
    belongs: Truth
    met: Truth
    day: KnownDay | None
    since: KnownDay | None
    person: Person | None


def prepared_of(measure: Measure, concepts: Mapping[str, Concept]) -> Prepared:
    """Compile a measure."""
    members = [asked for of_it in measure.series.values() for asked in of_it]
    lesson = _lesson(measure, members)
    return prepare(lesson, _concepts_of(measure, concepts), all_evidence=True)


def _concepts_of(measure: Measure, concepts: Mapping[str, Concept]) -> Mapping[str, Concept]:
    return concepts_on_day(concepts) if measure.by == "states" else concepts


class AskedMeasure(AskedLesson[list[Instance]]):
    """One measure in the engine; `prepared` is what it was compiled to, if that is at hand."""

    def __init__(
        self,
        measure: Measure,
        concepts: Mapping[str, Concept],
        prepared: Prepared | None = None,
    ) -> None:
        self.measure = measure
        prepared = prepared or prepared_of(measure, concepts)
        concepts = _concepts_of(measure, concepts)
        self._asked = [
            (name, asked) for name, members in measure.series.items() for asked in members
        ]
        self._concepts = concepts
        lesson = _lesson(measure, [asked for _, asked in self._asked])
        super().__init__(lesson, concepts, prepared)

    def _results_of(
        self, batch: Batch, matches: Matches, known: Sequence[Known], met: bool
    ) -> Iterator[tuple[int, list[Instance] | EngineFailure]]:
        del met  # of a measure all is told
        rows = FoundRows(batch, known)
        ruleset = self.compiled.exact if batch.settled else self.compiled.bounded
        matches = with_derived(ruleset, matches, rows)
        parted = part(matches, batch.doubts) if batch.settled else Parted(matches, {})
        told: dict[int, list[Instance]] = {record: [] for record in batch.records}
        for (series, asked), rules in zip(self._asked, chain(*ruleset.checks), strict=True):
            for said, found in said_of(rules, parted).items():
                for members in found:
                    first = members if isinstance(members, str) else members[0]
                    record = batch.record_of[first]
                    reader = _InstanceReader(asked, rules, batch, known[record], self._concepts)
                    instance = reader.instance(series, members, said.belongs, said.met)
                    if instance is not None:
                        told[record].append(instance)
        yield from told.items()


def _lesson(measure: Measure, asked: Sequence[Asked]) -> Lesson:
    """Return a measure as the lesson that the engine is asked."""
    checks = tuple(
        Check(f"members-{number}", measure.asks, (one.population,), measure.place)
        for number, one in enumerate(
            [_on_day(one) for one in asked] if measure.by == "states" else asked
        )
    )
    source = Source(measure.id, measure.id, 1, measure.basis)
    return Lesson(
        measure.id, measure.title, measure.asks, source, {}, checks, {}, (), (), measure.file
    )


def _on_day(asked: Asked) -> Asked:
    return replace(asked, population=on_day(asked.population))


class _InstanceReader:
    """Reads what a record tells of the instances of one population that the engine found."""

    def __init__(
        self,
        asked: Asked,
        rules: PopulationRules,
        batch: Batch,
        known: Known,
        concepts: Mapping[str, Concept],
    ) -> None:
        self._asked = asked
        self._rules = rules
        self._batch = batch
        self._known = known
        self._concepts = concepts
        self._reading = PlainReading(known, concepts)

    def instance(
        self, series: str, members: Members, belongs: Truth, met: Truth
    ) -> Instance | None:
        """Return an instance by the numbers of its facts; None where it surely is no member."""
        asked, bound = self._asked, self._bound(members)
        if asked.surely and self._reading.all_of(asked.surely, bound) is not True:
            return None
        bounds = partial(self._reading.bounds, bound=bound)
        day, since = (
            None if one is None else known_day(one, bounds, self._known.today)
            for one in (asked.day, asked.since)
        )
        rows = tuple(self._named(one) for one in bound.values())
        met = negation(met) if asked.inverted else met
        person = None if asked.person is None else self._person(asked.person, bound)
        return Instance(asked, series, rows, belongs, met, day, since, person)

    def _bound(self, members: Members) -> Bound:
        """Return what each name of the population stands for."""
        numbers = (members,) if isinstance(members, str) else members
        own = [row.binding for row in self._rules.rows if not row.references]
        facts = dict(zip(own, map(self._candidate, numbers), strict=True))
        bound: dict[str, Candidate] = {}
        names = self._asked.population.for_each
        for (name, kind), path in zip(names.items(), self._rules.rows, strict=True):
            bound[name] = facts[path.binding]
            if path.references:  # it was folded into the row that refers to it
                row = self._known.follow(bound[name].row, path.references)
                assert row is not None  # what is folded is always there
                bound[name] = Candidate(kind, row, None, True)
        return bound

    def _candidate(self, number: str) -> Candidate:
        source, position = self._batch.origins[int(number) - 1]
        row = self._known.row_at(source.section, position)
        return Candidate(source.kind.name, row, source.way, True)

    def _named(self, candidate: Candidate) -> Row:
        ways = self._concepts[candidate.kind].rows if candidate.source else ()
        way = ways.index(candidate.source) if candidate.source else 0
        row = candidate.row
        if row.index is not None:
            return row.section, row.index, way
        # What a section may lack is one row, whether of some kinds or of any.
        return row.section, NOWHERE, way

    def _person(self, path: RowPath, bound: Bound) -> Person:
        candidate = bound[path.binding]
        own = to_row(path.binding, candidate).row(path)
        row = self._known.row(own, {path.binding: candidate.row})
        if row is None or row.id is None:
            return NOBODY
        pseudonym = row.value(FIELDS["people"]["pseudonym"])
        return (PSEUDONYM, pseudonym) if isinstance(pseudonym, str) else (BY_ID, row.id)
