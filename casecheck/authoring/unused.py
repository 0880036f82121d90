"""What of the concepts lessons ask for: so that what nothing asks for can be told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Group, Message, Population, Rules
from casecheck.lessons.needs import fields_of
from casecheck.lessons.terms import Comparison, Field, Identity, Quantity, RowPath, Test, rows_of


def asked_of_concepts(rules: Rules) -> Mapping[str, set[str]]:
    """Return the concepts that some check asks for, and of each the fields that something reads.

    Read is what a condition or a message names, and the rows with which a concept is reported.
    """
    asked: dict[str, set[str]] = defaultdict(set)
    for lesson in rules.lessons:
        for check in lesson.checks:
            for population in check.populations:
                for kind, field in _asked_by(population):
                    if kind in rules.concepts:
                        asked[kind].add(field)
    for name, fields in asked.items():
        fields.update(rules.concepts[name].reported_as)
    return asked


def unasked_groups(rules: Rules) -> list[Group]:
    """Return the groups of codes that no condition names, of a check or of a concept."""
    where = [
        condition
        for lesson in rules.lessons
        for check in lesson.checks
        for one in check.populations
        for conditions in (one.where, *(way.conditions for way in one.ways))
        for condition in conditions
    ]
    where += [
        condition
        for concept in rules.concepts.values()
        for way in concept.rows
        for condition in way.where
    ]
    words = {word for condition in where for word in re.findall(r"\w+", condition.text)}
    return [group for name, group in rules.groups.items() if name not in words]


def _asked_by(population: Population) -> Iterator[tuple[str, str]]:
    """Yield each kind of row that a population asks for, with each field that is read of it."""
    names = population.for_each
    yield from ((kind, "") for kind in names.values())
    yield from _read(population.where, names)
    if population.once:
        for base in (population.once.day.base, Identity(population.once.same)):
            quantity = Quantity(base)
            yield from _tests_read([Comparison(quantity, "==", quantity)], names)
    for message in (population.breach, population.cannot_tell):
        yield from _shown(message, names)
    for way in (*population.given, *population.unless, *population.met_by):
        yield from ((kind, "") for kind in way.rows.values())
        yield from _read(way.reads, {**names, **way.rows})


def _read(where: tuple[Condition, ...], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for condition in where:
        for tests in condition.alternatives:
            yield from _tests_read(tests, names)


def _tests_read(tests: Iterable[Test], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for test in tests:
        for row, field in fields_of(test):
            yield from _first(row, field, names)
        for row in rows_of(test):
            yield from _first(row, "", names)


def _shown(message: Message, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for part in message.parts:
        if isinstance(part, Field):
            yield from _first(part.row, part.spec.name, names)
        elif isinstance(part, RowPath):
            yield from _first(part, "", names)


def _first(row: RowPath, field: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the first step of a path from a bound row: of a concept's row, that is its field."""
    yield names[row.binding], row.references[0] if row.references else field
