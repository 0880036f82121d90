"""Write what a record tells as facts for the engine: whole numbers, for one lesson.

This is the plain way, for any record, with a lower and an upper bound for each quantity.
`settled_facts` writes the same quickly where nothing that a lesson reads is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from casecheck.engine.compiling import (
    FALSE,
    SELF,
    TRUE,
    UNSURE,
    CompiledLesson,
    Kind,
    Pattern,
    Property,
    Ruleset,
    TruthOf,
    Value,
)
from casecheck.lessons.lesson import Concept
from casecheck.lessons.terms import (
    Alternatives,
    Comparison,
    FactTest,
    Field,
    Quantity,
    RowPath,
    Substitution,
    Test,
)
from casecheck.truth.kleene import Truth, all_of, any_of
from casecheck.truth.known import FAR, Known, KnownRow, compare

NEVER = 3 * FAR
"""Further away than the bounds of any unknown day: where an event lies that has not happened."""


@dataclass(frozen=True, slots=True)
class Source:
    """One way in which a kind's facts come about: from the rows of a section.

    `number` is its place among the lesson's sources. `where` holds for the rows that are of this
    kind. `properties` speak of the row as `SELF`. `fields` are a concept's fields as paths from
    it; `reported` are the rows that stand for the fact in an instance; empty for the row.
    """

    number: int
    kind: Kind
    section: str
    where: tuple[Alternatives, ...]
    fields: Mapping[str, RowPath | Field]
    properties: tuple[tuple[str, Property], ...]
    reported: tuple[RowPath, ...]

    def own(self, binding: str, path: RowPath | Field) -> RowPath | Field:
        """Return a path from a bound row of this kind as one from the source row, `SELF`."""
        to_self = Substitution(binding, SELF, self.fields)
        return to_self.row(path) if isinstance(path, RowPath) else to_self.field(path)


class BatchPosition(NamedTuple):
    """Where a record's facts stand in a batch: after so many, those of the so-manyeth record."""

    facts: int = 0
    record: int = 1


class Facts(NamedTuple):
    """The facts of one record for one lesson, each as the engine's JSON.

    No facts at all mean that the lesson does not apply. `origins` holds each fact's source and its
    row's position in the section (0 for the one row that an unknown section stands for).
    `settled`: they are for the exact ruleset, nothing that the lesson reads being unknown but for
    `doubts`: rules of a single row that a fact may meet, each with the number of that fact.
    """

    texts: Sequence[str]
    origins: Sequence[tuple[Source, int]]
    settled: bool
    doubts: Sequence[tuple[str, str]] = ()


FIRST = BatchPosition()
NO_FACTS = Facts((), (), settled=True)


Way = tuple[tuple[str, Pattern], ...]
"""The rows that an instance needs: for each a kind, and a pattern that a fact of it may pass."""


def ways_to_apply(ruleset: Ruleset) -> list[Way]:
    """Return the rows that each population needs, for each way in which it may have an instance."""
    ways: dict[Way, None] = {}
    for check in ruleset.checks:
        for population in check:
            for rule in population.may.members:
                places = ruleset.places[rule]
                ways[tuple((place.kind, place.pattern) for place in places)] = None
    return list(ways)


def single_row_rules(compiled: CompiledLesson) -> dict[tuple[str, Pattern], list[str]]:
    """Return the exact ruleset's rules of evidence on a single row, by kind and pattern.

    What is unknown of such a row does not unsettle the lesson: the fact meets the rule perhaps, and
    nothing else is touched. A pattern that any other rule asks too is left out.
    """
    exact = compiled.exact
    evidence = {rule for check in exact.checks for one in check for rule, _ in one.must.met}
    others = {
        rule
        for check in exact.checks
        for one in check
        for rule in (*one.must.members, *(rule for rule, _ in one.must.excluded))
    }
    single: dict[tuple[str, Pattern], list[str]] = {}
    shared: set[tuple[str, Pattern]] = set()
    for rule, places in exact.places.items():
        for place in places:
            if len(places) == 1 and rule in evidence - others and exact.members[rule] == 1:
                single.setdefault((place.kind, place.pattern), []).append(rule)
            else:
                shared.add((place.kind, place.pattern))
    return {place: rules for place, rules in single.items() if place not in shared}


def sources_of(ruleset: Ruleset, concepts: Mapping[str, Concept], first: int = 0) -> list[Source]:
    """Return every way in which a ruleset's facts come about, numbered from `first` on."""
    found = (
        source for kind in ruleset.kinds.values() for source in _sources_of_kind(kind, concepts)
    )
    return [replace(source, number=number) for number, source in enumerate(found, first)]


def _sources_of_kind(kind: Kind, concepts: Mapping[str, Concept]) -> Iterator[Source]:
    concept = concepts.get(kind.name)
    if concept is None:
        yield _source(kind, kind.name, (), {}, ())
        return
    for rows in concept.rows:
        own = Substitution(rows.binding, SELF)
        fields = {
            name: own.row(found) if isinstance(found, RowPath) else own.field(found)
            for name, found in rows.fields.items()
        }
        where = tuple(
            tuple(tuple(own.test(test) for test in tests) for tests in condition.alternatives)
            for condition in rows.where
        )
        reported = tuple(fields[name] for name in concept.reported_as)
        yield _source(kind, rows.section, where, fields, reported)


def _source(
    kind: Kind,
    section: str,
    where: tuple[Alternatives, ...],
    fields: Mapping[str, RowPath | Field],
    reported: tuple[RowPath | Field, ...],
) -> Source:
    to_self = Substitution(SELF, SELF, fields)
    return Source(
        number=0,
        kind=kind,
        section=section,
        where=where,
        fields=fields,
        properties=tuple(
            (name, _of_self(asked, to_self)) for asked, name in kind.properties.items()
        ),
        reported=tuple(row for row in reported if isinstance(row, RowPath)),
    )


def _of_self(asked: Property, to_self: Substitution) -> Property:
    if isinstance(asked, Value):
        return Value(to_self.base(asked.base), asked.plus, asked.null_above)
    if isinstance(asked.test, Comparison):
        told = to_self.test(asked.test)
        assert isinstance(told, Comparison)
        return TruthOf(told)
    return TruthOf(to_self.fact(asked.test))


def write_facts(
    known: Known, sources: Iterable[Source], ways: Iterable[Way], place: BatchPosition = FIRST
) -> Facts:
    """Return the facts of one record for one lesson, with both bounds of each quantity."""
    facts: list[str] = []
    origins: list[tuple[Source, int]] = []
    passed: set[tuple[str, Pattern]] = set()
    for source in sources:
        for position, row in enumerate(known.rows(source.section)):
            content = _content(known, source, row)
            may_pass = [one for one in source.kind.patterns if content and _may_pass(content, one)]
            if may_pass:
                passed.update((source.kind.name, pattern) for pattern in may_pass)
                origins.append((source, position))
                facts.append(_fact_text(place.facts + len(origins), place.record, content))
    if not any(passed.issuperset(way) for way in ways):
        return NO_FACTS
    return Facts(facts, origins, settled=False)


def phantom_fact(known: Known, source: Source, number: int, record: int) -> str:
    """Return the fact of the one row that an unknown section stands for.

    "" where even that row is certainly not of the kind: a condition may be on `opened_on` alone.
    """
    (row,) = known.rows(source.section)
    content = _content(known, source, row)
    return _fact_text(number, record, content) if content else ""


def _fact_text(number: int, record: int, content: Mapping[str, int]) -> str:
    return json.dumps({"id": number, "r": record, **content}, separators=(",", ":"))


def _content(known: Known, source: Source, row: KnownRow) -> dict[str, int]:
    """Return what a fact says of a row; nothing where the row is certainly not of this kind."""
    rows = {SELF: row}
    certain = _certainty(known, source, rows)
    if certain == FALSE:
        return {}
    content: dict[str, int] = {"t": source.kind.number, "z": 1, "x": certain}
    for name, asked in source.properties:
        if isinstance(asked, TruthOf):
            content[name] = _truth(known.truth(_test(asked), rows))
        else:
            content[name + "0"], content[name + "1"] = _value(known, asked, rows)
    return content


def _certainty(known: Known, source: Source, rows: Mapping[str, KnownRow]) -> int:
    """Return how sure it is that the row is there and of this kind."""
    truth: Truth = True if rows[SELF].data is not None else None
    for alternatives in source.where:
        holds = any_of([known.all_of(tests, rows) for tests in alternatives])
        truth = all_of([truth, holds])
    return _truth(truth)


def _truth(truth: Truth) -> int:
    return UNSURE if truth is None else TRUE if truth else FALSE


def _test(asked: TruthOf) -> Test:
    return asked.test if isinstance(asked.test, Comparison) else FactTest(asked.test)


def _value(known: Known, asked: Value, rows: Mapping[str, KnownRow]) -> tuple[int, int]:
    bounds = known.bounds(Quantity(asked.base, asked.plus), rows)
    if bounds is not None:
        return bounds
    never = NEVER if asked.null_above else -NEVER
    return never, never


def _may_pass(content: Mapping[str, int], pattern: Pattern) -> bool:
    """Say whether a fact may pass what a pattern asks of it alone."""
    return all(
        content[name] != (TRUE if negated else FALSE) for name, negated in pattern.truths
    ) and all(
        compare((content[name + "0"], content[name + "1"]), order, (number, number)) is not False
        for name, order, number in pattern.limits
    )
