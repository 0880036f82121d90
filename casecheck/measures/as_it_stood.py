"""Ask a population of a record as it stood on a day: only what had happened by then counts.

The day is the `today` of the record that is asked (`record_on`), which is read as if the case had
been closed on it. That leaves what came later in the record, so that the conditions are made to see
none of it: each row must be dated by that day, and an event after it has not happened. Both are
conditions like others, in three values: of a day that may lie before or after, it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import product

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, ConceptRows, Population
from casecheck.lessons.nodes import Place
from casecheck.lessons.terms import (
    Alternatives,
    Base,
    Comparison,
    DayOf,
    FactTest,
    Field,
    Happened,
    Quantity,
    RowPath,
    Test,
    WorkingDay,
    Zero,
)
from casecheck.record.model import FIELDS, OWN_DAYS, CaseRecord

_DAY = Quantity(Zero())
_NOWHERE = Place("", 1, 1)


def record_on(record: CaseRecord, day: date) -> CaseRecord:
    """Return a record whose `today` is a day, one that it covers."""
    then = CaseRecord({**record.given, "closed_on": day}, plain=record.plain)
    # What it carries does not hang on the day: that is worked out once. Nor are rows after the day
    # unusual here, since each condition leaves them aside.
    for name in ("_sections_and_perhaps", "unusual", "carried", "not_carried"):
        then.__dict__[name] = getattr(record, name)
    return then


def concepts_on_day(concepts: Mapping[str, Concept]) -> dict[str, Concept]:
    """Return concepts of which only those rows are that were dated by the day."""
    return {
        name: replace(concept, rows=tuple(map(_rows_on_day, concept.rows)))
        for name, concept in concepts.items()
    }


def _rows_on_day(rows: ConceptRows) -> ConceptRows:
    dated = _dated({rows.binding: rows.section})
    return replace(rows, where=(*_conditions(rows.where), *dated))


def on_day(population: Population) -> Population:
    """Return a population that sees of a record what had happened by the day."""
    given, unless, met_by = (
        tuple(map(_alternative, ways))
        for ways in (population.given, population.unless, population.met_by)
    )
    where = (*_conditions(population.where), *_dated(population.for_each))
    return replace(population, where=where, given=given, unless=unless, met_by=met_by)


def _alternative(one: Alternative) -> Alternative:
    where = (*_conditions(one.where), *_dated(one.find))
    without, last = one.without, one.last
    if without:
        beside = (*_conditions(without.where), *_dated(without.find))
        without = replace(without, where=beside)
    if last:
        last = replace(last, then=_conditions(last.then))
    return replace(one, where=where, without=without, last=last)


def _dated(names: Mapping[str, str]) -> Iterator[Condition]:
    """Yield for each row of a section that its own day had come; a concept's rows say it.

    So had that of each row which it must refer to: a plan's change was not there before the plan.
    """
    for name, kind in names.items():
        for path, section in _with_what_it_needs(RowPath(name), kind):
            if section in OWN_DAYS:
                own = Field(path, OWN_DAYS[section])
                test = Comparison(Quantity(DayOf(own)), "<=", _DAY)
                yield Condition(f"{own} <= day", _NOWHERE, ((test,),), frozenset({name}))


def _with_what_it_needs(path: RowPath, section: str) -> Iterator[tuple[RowPath, str]]:
    yield path, section
    for spec in FIELDS.get(section, {}).values():
        if spec.role == "required" and spec.target is not None:
            further = RowPath(path.binding, (*path.references, spec.name))
            yield from _with_what_it_needs(further, spec.target)


def _conditions(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(replace(one, alternatives=_alternatives(one.alternatives)) for one in conditions)


def _alternatives(alternatives: Alternatives) -> Alternatives:
    """Return alternatives in which no event after the day has happened."""
    found: dict[tuple[Test, ...], None] = {}
    for tests in alternatives:
        for chosen in product(*map(_by_day, tests)):
            found[tuple(dict.fromkeys(test for some in chosen for test in some))] = None
    return tuple(found)


def _by_day(test: Test) -> Alternatives:
    """Return a test as it was on the day, as alternatives.

    An event after the day has not happened: then a comparison is `when_null`.
    """
    if isinstance(test, FactTest):
        if not isinstance(test.fact, Happened):
            return ((test,),)
        had_happened = Comparison(Quantity(DayOf(test.fact.field)), "<=", _DAY)
        return ((had_happened.negated() if test.negated else had_happened,),)
    had_happened_by = [
        Comparison(Quantity(DayOf(field)), "<=", _DAY)
        for field in _events_of(test)
        if not _says_it_already(test)
    ]
    if test.when_null:
        return ((test,), *((one.negated(),) for one in had_happened_by))
    return ((test, *had_happened_by),)


def _says_it_already(test: Comparison) -> bool:
    """Say whether a test is about the day itself, or a day before: then it needs no more."""
    if not (isinstance(test.right.base, Zero) and isinstance(test.left.base, DayOf)):
        return False
    by = test.order in ((">", ">=") if test.when_null else ("<", "<="))
    return by and test.right.plus - test.left.plus <= 0


def _events_of(test: Comparison) -> Iterator[Field]:
    for base in (test.left.base, test.right.base):
        field = _event(base)
        if field is not None:
            yield field


def _event(base: Base) -> Field | None:
    if isinstance(base, WorkingDay):
        return _event(base.day.base)
    if isinstance(base, DayOf) and not base.or_today and base.field.spec.role == "event":
        return base.field
    return None
