"""Which rows come nearest to what a check looks for, and are not it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from casecheck.lessons.condition import Condition
from casecheck.lessons.terms import Comparison, Identity, Test
from casecheck.truth.bounds import UNKNOWN_BOUNDS
from casecheck.truth.plain_reading import Bound, PlainReading


class _Distance(NamedTuple):
    """How far rows are from what is looked for: the nearest are the least.

    First come rows that hold (`fails` 0), then those that may (1). Of the others, those come first
    that belong to the instance (the same plan, the same person) and are of the kind asked for,
    then those that miss the fewest conditions, and by the fewest days.
    """

    fails: int
    elsewhere: int
    missed: int
    unknown: int
    days: int


def nearest_rows(
    reading: PlainReading,
    most: int,
    where: Sequence[Condition],
    names: Sequence[str],
    combined: Iterable[Bound],
) -> list[Bound]:
    """Return the combinations of rows that come nearest to what is looked for.

    Those that miss more conditions than the first are left out, as are those that belong
    elsewhere (to another plan, another person); but the first is always among them.
    """
    ranked = ((_distance(reading, where, names, rows), rows) for rows in combined)
    nearest = nsmallest(most, ranked, key=lambda one: one[0])
    return [
        rows
        for number, (distance, rows) in enumerate(nearest)
        if not number or (not distance.elsewhere and distance.missed <= nearest[0][0].missed)
    ]


def _distance(
    reading: PlainReading, where: Sequence[Condition], names: Sequence[str], rows: Bound
) -> _Distance:
    truths = [reading.truth(condition, rows) for condition in where]
    there = [rows[name].there for name in names]
    missed = [condition for condition, truth in zip(where, truths, strict=True) if truth is False]
    both = [*truths, *there]
    return _Distance(
        2 if False in both else 1 if None in both else 0,
        sum(map(_ties, missed)) + there.count(False),
        len(missed),
        both.count(None),
        sum(_days_missed(reading, condition, rows) for condition in missed),
    )


def _days_missed(reading: PlainReading, condition: Condition, rows: Bound) -> int:
    return min(sum(_gap(reading, test, rows) for test in tests) for tests in condition.alternatives)


def _gap(reading: PlainReading, test: Test, rows: Bound) -> int:
    """Return by how many days a comparison fails; 0 where it does not, or not by days."""
    if not isinstance(test, Comparison) or isinstance(test.left.base, Identity):
        return 0
    left = reading.bounds(test.left, rows)
    right = reading.bounds(test.right, rows)
    if left is None or right is None or UNKNOWN_BOUNDS in (left, right):
        return 0
    if test.order in (">", ">="):
        left, right = right, left
    return max(left[0] - right[1], 0)


def _ties(condition: Condition) -> bool:
    """Say whether a condition asks that two rows belong together."""
    return any(
        isinstance(test, Comparison) and isinstance(test.left.base, Identity)
        for test in chain.from_iterable(condition.alternatives)
    )
