"""What lessons read of a record: the sections, and the facts of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import assert_never

from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, ConceptRows, Lesson, Population
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    CodeOf,
    Comparison,
    DayKnown,
    DayOf,
    Distinct,
    Field,
    Identity,
    OpenedOn,
    RowPath,
    Test,
    Whose,
    WorkingDay,
    Zero,
)
from casecheck.record.model import FIELDS, SECTIONS

Fact = tuple[str, str]
"""A section and a field of it that is unknown where it is null."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The sections whose rows a lesson reads, and the facts it reads of them; in their order."""

    sections: tuple[str, ...]
    facts: tuple[Fact, ...]


def needs_of(lesson: Lesson, concepts: Mapping[str, Concept]) -> Needs:
    """Return what a lesson reads: through its conditions, and those of its concepts."""
    populations = chain.from_iterable(check.populations for check in lesson.checks)
    sections, fields = _read(chain.from_iterable(_paths(one, concepts) for one in populations))
    return Needs(
        tuple(section for section in SECTIONS if section in sections),
        tuple(
            (section, name)
            for section in SECTIONS
            for name, spec in FIELDS[section].items()
            if (section, name) in fields and spec.role == "fact"
        ),
    )


def sections_passed(population: Population, concepts: Mapping[str, Concept]) -> frozenset[str]:
    """Return the sections of which something may be read, or passed through on the way to it."""
    _, fields = _read(paths := list(_paths(population, concepts)))
    targets = {FIELDS[section][name].target or section for section, name in fields}
    return frozenset(targets.union([path[0] for path in paths], [field[0] for field in fields]))


def _read(paths: Iterable[_Path]) -> tuple[set[str], set[Fact]]:
    """Return the sections whose rows are read, and the fields that are."""
    sections: set[str] = set()
    fields: set[Fact] = set()
    for section, path, field in paths:
        sections.add(section)
        for reference in path:
            fields.add((section, reference))
            section = FIELDS[section][reference].target or ""  # noqa: PLW2901 - one step along
        if field:
            sections.add(section)
            fields.add((section, field))
    return sections, fields


_Path = tuple[str, tuple[str, ...], str]
"""A section, references from a row of it, and a field of the row that they lead to, or ""."""


def _paths(population: Population, concepts: Mapping[str, Concept]) -> Iterator[_Path]:
    yield from _of_conditions(population.where, population.for_each, concepts)
    for one in (*population.given, *population.unless, *population.met_by):
        names = {**population.for_each, **one.rows}
        yield from _of_conditions(one.reads, names, concepts)


def _of_conditions(
    where: Iterable[Condition], names: Mapping[str, str], concepts: Mapping[str, Concept]
) -> Iterator[_Path]:
    tests = list(
        chain.from_iterable(chain.from_iterable(condition.alternatives) for condition in where)
    )
    for name, kind in names.items():
        if kind not in concepts:
            yield kind, (), ""
            yield from _of_tests(tests, name, kind)
            continue
        for rows in concepts[kind].rows:
            yield from _of_conditions(rows.where, {rows.binding: rows.section}, {})
            own = to_source(name, rows)
            yield from _of_tests([own.test(test) for test in tests], name, rows.section)


def to_source(name: str, rows: ConceptRows) -> Substitution:
    """Return what turns a term of a concept's row into one of the row that it comes from."""
    own = Substitution(rows.binding, name)
    fields: dict[str, RowPath | Field] = {
        field: own.row(path) if isinstance(path, RowPath) else own.field(path)
        for field, path in rows.fields.items()
    }
    return Substitution(name, name, fields)


def _of_tests(tests: Iterable[Test], name: str, section: str) -> Iterator[_Path]:
    for test in tests:
        for row, field in fields_of(test):
            if row.binding == name:
                yield section, row.references, field


def fields_of(test: Test) -> Iterator[tuple[RowPath, str]]:
    """Yield the fields that a test reads: the row of each and its name, "" for the row alone."""
    if isinstance(test, Comparison):
        yield from _fields_of_base(test.left.base)
        yield from _fields_of_base(test.right.base)
    else:
        yield test.fact.field.row, test.fact.field.spec.name


def _fields_of_base(base: Base) -> Iterator[tuple[RowPath, str]]:
    match base:
        case DayOf(field=Field(row=row, spec=spec)) | Distinct(field=Field(row=row, spec=spec)):
            yield row, spec.name
        case CodeOf(field=Field(row=row, spec=spec)):
            yield row, spec.name
        case DayKnown(event=event, own=own):
            yield event.row, event.spec.name
            yield own.row, own.spec.name
        case Whose(meeting=row):
            yield row, "subject"
            yield RowPath(row.binding, (*row.references, "plan")), "subject"
        case Birthday(person=row):
            yield row, "born"
        case Identity(row=row):
            yield row, ""
        case WorkingDay(day=day):
            yield from _fields_of_base(day.base)
        case Zero() | OpenedOn() | Calendar():
            return
        case _:
            assert_never(base)
