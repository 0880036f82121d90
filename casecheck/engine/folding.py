"""Fold a row that an instance's other row refers to into that row, where nothing is unknown.

`for_each: {plan: plans, meeting: meetings}` with `meeting.plan == plan` makes an instance of each
meeting: in a record that leaves nothing unknown the plan is the one that the meeting names. So the
engine need not join the two; it is asked of the meeting and of `meeting.plan`. What is unknown may
be any row, and is joined as the page has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Population
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import Comparison, Identity, RowPath, Test, bindings_of
from casecheck.record.model import FIELDS


class Folded(NamedTuple):
    """A population asked of fewer rows, and how each of its own is reached from them."""

    population: Population
    rows: tuple[RowPath, ...]


def folded(population: Population) -> Folded:
    """Return a population with one row folded into another, where that asks the same."""
    rows = tuple(map(RowPath, population.for_each))
    for gone, into in _references(population):
        if _may_go(population, gone, into):
            put = Substitution(gone, into.binding, through=into.references)
            return Folded(_without(population, gone, put), tuple(map(put.row, rows)))
    return Folded(population, rows)


def _references(population: Population) -> Iterator[tuple[str, RowPath]]:
    """Yield each row that a condition says another refers to, and the path to it from there."""
    names = population.for_each
    for test in _certain(population.where):
        match test:
            case Comparison(order="==", when_null=False, left=left, right=right):
                sides = [one.base.row for one in (left, right) if isinstance(one.base, Identity)]
                for gone, into in (sides, sides[::-1]) if len(sides) == 2 else ():
                    of_sections = {
                        names.get(gone.binding),
                        names.get(into.binding),
                    } <= FIELDS.keys()
                    if of_sections and gone == RowPath(gone.binding) and len(into.references) == 1:
                        yield gone.binding, into


def _certain(where: Iterable[Condition]) -> Iterator[Test]:
    """Yield the tests that must hold whichever alternative of each condition does."""
    for condition in where:
        if len(condition.alternatives) == 1:
            yield from condition.alternatives[0]


def _may_go(population: Population, gone: str, into: RowPath) -> bool:
    """Say whether a row may be folded into the one that refers to it.

    Something else must be asked of it, by which a reference that is not known is noticed. Evidence
    that speaks of it alone would be looked for once for each row that refers to it.
    """
    if into.optional or into.binding == gone or population.given:
        return False
    asked = [test for test in _certain(population.where) if bindings_of(test) == {gone}]
    ways = [_named(one) for one in (*population.unless, *population.met_by)]
    return bool(asked) and all(gone not in one or into.binding in one for one in ways)


def _named(alternative: Alternative) -> frozenset[str]:
    tests = [test for one in alternative.conditions for tests in one.alternatives for test in tests]
    return frozenset().union(*map(bindings_of, tests))


def _without(population: Population, gone: str, put: Substitution) -> Population:
    def where(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
        return tuple(filter(None, (_put(one, put) for one in conditions)))

    def ways(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
        return tuple(map(way, alternatives))

    def way(one: Alternative) -> Alternative:
        absence = one.without and replace(one.without, where=where(one.without.where))
        last = one.last and replace(one.last, then=where(one.last.then))
        return replace(one, where=where(one.where), without=absence, last=last)

    kept: Mapping[str, str] = {
        name: kind for name, kind in population.for_each.items() if name != gone
    }
    return replace(
        population,
        for_each=kept,
        where=where(population.where),
        unless=ways(population.unless),
        met_by=ways(population.met_by),
    )


def _put(condition: Condition, put: Substitution) -> Condition | None:
    """Return a condition of the other row; None where it only says that the two are the same."""
    alternatives = tuple(
        tuple(test for test in map(put.test, tests) if not _says_nothing(test))
        for tests in condition.alternatives
    )
    return None if () in alternatives else replace(condition, alternatives=alternatives)


def _says_nothing(test: Test) -> bool:
    if not isinstance(test, Comparison) or not isinstance(test.left.base, Identity):
        return False
    return test.order == "==" and test.left == test.right
