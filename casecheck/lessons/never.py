"""Find conditions that can never hold together, whatever a record says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from casecheck.lessons.terms import (
    Alternatives,
    Base,
    Comparison,
    DayOf,
    Distinct,
    FactTest,
    Field,
    OneOf,
    OpenedOn,
    Test,
    Zero,
)

_Edge = tuple[Base, Base, int]
"""`a - b <= n`: a, b, n."""


def why_never(conditions: Sequence[Alternatives]) -> str | None:
    """Return why no record can make all conditions true, or None where one may.

    Each condition is a list of alternatives; they are few enough to go through each choice of
    them. Two ways are seen: a code that would have to be two things at once, and days or numbers
    whose order runs in a circle, knowing that services became involved by today, and that a list
    holds no more different codes than there are. A row's own day may lie after today: that of a
    case which was closed before.
    """
    reason = None
    for chosen in product(*conditions):
        tests = [test for alternative in chosen for test in alternative]
        reason = _two_codes(tests) or _circle(tests)
        if reason is None:
            return None
    return reason


def which_never(conditions: Sequence[Alternatives]) -> tuple[int, int] | None:
    """Return the first condition that cannot hold beside an earlier one, and that earlier one.

    Both are the same where it can never hold alone; None where it takes more than two.
    """
    for second, condition in enumerate(conditions):
        if why_never([condition]):
            return second, second
        for first in range(second):
            if why_never([conditions[first], condition]):
                return first, second
    return None


def _two_codes(tests: Iterable[Test]) -> str | None:
    left: dict[Field, frozenset[str]] = {}
    for test in tests:
        if not isinstance(test, FactTest):
            continue
        fact = test.fact
        if isinstance(fact, OneOf):
            possible = left.get(fact.field, frozenset(fact.field.spec.codes))
            # A category of `multiple` is neither certainly one of these nor certainly not.
            possible = possible - fact.codes if test.negated else possible & fact.codes
            if not possible:
                return f"`{fact.field}` would need to be two codes at once"
            left[fact.field] = possible
        elif FactTest(fact, not test.negated) in set(tests):
            return f"`{fact.field}` would need to be so and not so"
    return None


def _circle(tests: Iterable[Test]) -> str | None:
    """Look for a negative circle among the differences that comparisons and the record set."""
    edges: list[_Edge] = []
    for test in tests:
        if isinstance(test, Comparison) and not test.when_null:
            edges.extend(_differences(test))
    bases = {base for edge in edges for base in edge[:2]} | {Zero()}
    bounds = [edge for base in bases for edge in _bounds(base)]
    if not _negative(bases, [*edges, *bounds]):
        return None
    if _negative(bases, edges):
        return "one would have to be both less and more than the other"
    return (
        "neither the start of involvement nor `or_today(...)` lies after today, and no list holds"
        " fewer codes than none, or more than there are"
    )


def _negative(bases: Iterable[Base], edges: Sequence[_Edge]) -> bool:
    """Say whether differences `a - b <= n` run in a negative circle (Bellman and Ford)."""
    distance: dict[Base, int] = dict.fromkeys(bases, 0)
    for _ in range(len(distance) + 1):
        changed = False
        for after, before, limit in edges:
            if distance[before] + limit < distance[after]:
                distance[after] = distance[before] + limit
                changed = True
        if not changed:
            return False
    return True


def _differences(test: Comparison) -> list[_Edge]:
    """Return `left - right <= n` for each bound that a comparison sets."""
    left, right, plus = test.left.base, test.right.base, test.right.plus - test.left.plus
    strict = 1 if test.order in ("<", ">") else 0
    edges = []
    if test.order in ("<", "<=", "=="):
        edges.append((left, right, plus - strict))
    if test.order in (">", ">=", "=="):
        edges.append((right, left, -plus - strict))
    return edges


def _bounds(base: Base) -> list[_Edge]:
    """Return what is known of a quantity in every record, today being nought."""
    match base:
        case OpenedOn():
            return [(base, Zero(), 0)]
        case DayOf(or_today=True):
            return [(base, Zero(), 0)]
        case Distinct(field=field):
            return [(base, Zero(), len(field.spec.codes)), (Zero(), base, 0)]
        case _:
            return []
