"""Find rules whose cost grows so with a record that a large family's would be refused.

The engine makes every combination of rows that belong together. What a page's conditions leave of
them is estimated for a large family: a row that is named by another, or that names it, adds few; a
window of days leaves what falls into it; rows that nothing ties multiply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casecheck.engine.match_bound import MAX_MATCHES
from casecheck.engine.rule_by_rule import MAX_JOINED
from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Check, Concept, Lesson, Population
from casecheck.lessons.terms import (
    FLIPPED,
    Base,
    Comparison,
    Identity,
    RowPath,
    WorkingDay,
    bindings_of,
    bindings_of_base,
)

LARGE_FAMILY: Mapping[str, int] = {
    "people": 12,
    "relationships": 20,
    "plans": 9,
    "category_changes": 12,
    "chair_agreements": 12,
    "risks": 60,
    "mitigations": 30,
    "actions": 500,
    "assessments": 40,
    "tools": 60,
    "meetings": 300,
    "incidents": 100,
    "referrals": 50,
    "marac_decisions": 10,
    "court_orders": 4,
    "best_interest_reviews": 60,
    "court_notices": 20,
    "threshold_decisions": 12,
    "workers": 25,
    "training": 60,
}
"""How many rows of each section a family may have that is known for many years."""
ANY_OTHER = 50
SPAN_DAYS = 1_096
"""Over so many days its rows are spread: three years."""
WORKING_DAYS_A_WEEK, DAYS_A_WEEK = 5, 7


@dataclass(frozen=True, slots=True)
class Growth:
    """A check that grows too much: rows that are looked at together, and how many ways there are.

    `rows` are names and kinds, `of` whose rows they are: those of the check, or of one way to meet
    it. `untied` are the names that nothing ties to those before.
    """

    check: Check
    of: str
    rows: Mapping[str, str]
    untied: tuple[str, ...]
    ways: int
    limit: int


def growing(lesson: Lesson, concepts: Mapping[str, Concept]) -> Iterator[Growth]:
    """Yield what of a lesson a large family would come to too many combinations of."""
    for check in lesson.checks:
        found: dict[tuple[tuple[str, str], ...], Growth] = {}
        for population in check.populations:
            for growth in _of_population(check, population, concepts):
                found.setdefault(tuple(growth.rows.items()), growth)
        yield from found.values()


def _of_population(
    check: Check, population: Population, concepts: Mapping[str, Concept]
) -> Iterator[Growth]:
    asked = "what the check asks about"
    for one in population.given or (Alternative("", {}, ()),):
        where = (*population.where, *one.where)
        ways = _ways(population.for_each, where, concepts)
        if ways.within > MAX_MATCHES:
            number = round(ways.within)
            yield Growth(check, asked, population.for_each, ways.untied, number, MAX_MATCHES)
            return
        rows = {**population.for_each, **one.rows}
        ways = _ways(rows, (*population.where, *one.conditions), concepts)
        if ways.anyhow >= MAX_JOINED:
            yield Growth(check, asked, rows, ways.untied, round(ways.anyhow), MAX_JOINED)
    for one in (*population.unless, *population.met_by):
        # Evidence is looked for beside those rows of an instance that it speaks of. What `without`
        # rules out is sought within days of a row found: it adds little to what is joined.
        where = one.where
        tests = [test for condition in where for way in condition.alternatives for test in way]
        named = frozenset().union(*map(bindings_of, tests))
        of_instance = {name: kind for name, kind in population.for_each.items() if name in named}
        rows = {**of_instance, **one.find}
        ways = _ways(rows, (*population.where, *where), concepts)
        if one.find and ways.anyhow >= MAX_JOINED:
            yield Growth(check, f"`{one.means}`", rows, ways.untied, round(ways.anyhow), MAX_JOINED)


@dataclass(frozen=True, slots=True)
class _Ways:
    """How many combinations there are: `within` the windows of days, and with days unknown."""

    within: float
    anyhow: float
    untied: tuple[str, ...]


def _ways(
    rows: Mapping[str, str], where: Sequence[Condition], concepts: Mapping[str, Concept]
) -> _Ways:
    tests = [
        test
        for condition in where
        if len(condition.alternatives) == 1
        for test in condition.alternatives[0]
        if isinstance(test, Comparison) and len(bindings_of(test)) > 1
    ]
    within = anyhow = 1.0
    untied: list[str] = []
    earlier: dict[str, int] = {}
    for name, kind in rows.items():
        number = rows_of(kind, concepts)
        named = min(_named(tests, name, number, earlier), default=float(number))
        windows = [max(1.0, share * number) for share in _windows(tests, name, set(earlier))]
        anyhow *= named
        within *= min([named, *windows])
        if earlier and named == number and not windows:
            untied.append(name)
        earlier[name] = number
    return _Ways(within, anyhow, tuple(untied))


def rows_of(kind: str, concepts: Mapping[str, Concept]) -> int:
    """Return how many rows of a section or a concept a large family has."""
    sections = [one.section for one in concepts[kind].rows] if kind in concepts else [kind]
    return sum(LARGE_FAMILY.get(section, ANY_OTHER) for section in sections)


def _named(
    tests: Sequence[Comparison], name: str, number: int, earlier: Mapping[str, int]
) -> Iterator[float]:
    """Yield how many rows belong to an earlier one where one of the two names the other.

    A row between two that are given, such as a relationship of one person to another, adds one.
    """
    ends: set[RowPath] = set()
    for test in tests:
        sides = test.left.base, test.right.base
        if test.order != "==" or not all(isinstance(one, Identity) for one in sides):
            continue
        rows = [one.row for one in sides if isinstance(one, Identity)]
        for own, other in (rows, rows[::-1]):
            if own.binding == name and other.binding in earlier:
                if own == RowPath(name):
                    yield 1.0
                elif other == RowPath(other.binding):
                    yield max(1.0, number / earlier[other.binding])
                ends.add(own)
    if len(ends) > 1:
        yield 1.0


def _windows(tests: Sequence[Comparison], name: str, earlier: set[str]) -> Iterator[float]:
    """Yield what share of a row's days lie in a window from an earlier row's day."""
    least: dict[tuple[Base, Base], int] = {}
    most: dict[tuple[Base, Base], int] = {}
    for test in tests:
        facing = _facing(test, name)
        if isinstance(facing.left.base, Identity):
            continue
        if bindings_of(test) <= {name, *earlier} and name in bindings_of_base(facing.left.base):
            pair: tuple[Base, Base] = facing.left.base, facing.right.base
            plus = facing.right.plus - facing.left.plus
            if facing.order in {">", ">=", "=="}:
                least[pair] = plus
            if facing.order in {"<", "<=", "=="}:
                most[pair] = plus
    for pair in least.keys() & most.keys():
        days = most[pair] - least[pair] + 1
        if isinstance(pair[0], WorkingDay):
            days = days * DAYS_A_WEEK // WORKING_DAYS_A_WEEK
        yield min(1.0, max(days, 1) / SPAN_DAYS)


def _facing(test: Comparison, name: str) -> Comparison:
    """Return a comparison with the quantity of a row on the left, if it reads that row."""
    if name in bindings_of_base(test.left.base):
        return test
    return Comparison(test.right, FLIPPED[test.order], test.left, test.when_null)
