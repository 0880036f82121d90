"""And, or and not of tests: alternatives put together, few enough for the engine."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from itertools import product

from casecheck.lessons.condition_words import ConditionError
from casecheck.lessons.part_values import Chosen, Day
from casecheck.lessons.terms import Alternatives, Comparison, Order, question_of

MAX_ALTERNATIVES = 16


def _refuse_repeated(values: Iterable[ast.expr], parts: Iterable[Alternatives]) -> None:
    """Refuse `a or a`, each part with its tests; two names for one number are not the same."""
    before: set[Hashable] = set()
    for value, tests in zip(values, parts, strict=True):
        names = frozenset(node.id for node in ast.walk(value) if isinstance(node, ast.Name))
        asked = question_of(tests), names
        if asked in before:
            message = "the same stands in this condition already: remove it, or ask something else"
            raise ConditionError(value, message)
        before.add(asked)


def _by_days(
    node: ast.AST, left: Day | Chosen, order: Order, right: Day | Chosen, negated: bool
) -> Alternatives:
    """Compare days, or the latest or earliest of several, one pair at a time.

    The latest of some days is before a day where each of them is, and after one where any is. The
    bounds of the latest are the latest of the bounds, so the three values come out the same.
    """
    if isinstance(left, Chosen):
        parts = [_by_days(node, Day(day), order, right, negated) for day in left.days]
        needs_all = left.latest == (order in ("<", "<="))
    elif isinstance(right, Chosen):
        parts = [_by_days(node, left, order, Day(day), negated) for day in right.days]
        needs_all = right.latest == (order in (">", ">="))
    else:
        comparison = Comparison(left.quantity, order, right.quantity)
        return ((comparison.negated() if negated else comparison,),)
    return _all(node, parts) if needs_all != negated else _any(node, parts)


def _unequal(comparison: Comparison, negated: bool) -> Alternatives:
    """Bring a comparison to <, <=, >, >= and an == that is false where an event has not happened.

    What is not equal comes before or after; `not (a != b)` is neither before nor after.
    """
    wanted = comparison.negated() if negated else comparison
    if wanted.order == "==" and wanted.when_null:
        at_least = Comparison(wanted.left, ">=", wanted.right, when_null=True)
        at_most = Comparison(wanted.left, "<=", wanted.right, when_null=True)
        return ((at_least, at_most),)
    if wanted.order != "!=":
        return ((wanted,),)
    before = Comparison(wanted.left, "<", wanted.right, wanted.when_null)
    after = Comparison(wanted.left, ">", wanted.right, wanted.when_null)
    return ((before,), (after,))


def _any(node: ast.AST, parts: list[Alternatives]) -> Alternatives:
    return _limited(node, tuple(alternative for part in parts for alternative in part))


def _all(node: ast.AST, parts: list[Alternatives]) -> Alternatives:
    combined: Alternatives = ((),)
    for part in parts:
        combined = _limited(node, tuple(left + right for left, right in product(combined, part)))
    return combined


def _limited(node: ast.AST, alternatives: Alternatives) -> Alternatives:
    if len(alternatives) > MAX_ALTERNATIVES:
        message = (
            f"`or` and `!=` make more than {MAX_ALTERNATIVES} alternatives of this condition:"
            " write several items of `met_by`, `unless` or `given`"
        )
        raise ConditionError(node, message)
    return alternatives
