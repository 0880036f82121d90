"""Count how many matches a record's facts come to, before the engine is asked for them.

The engine makes every match, and every beginning of one, when it is given the facts: thousands of
rows that all join each other would take all memory there is. Only what joins is counted: a
reference that leads nowhere, or a day outside a window, joins nothing.
"""

from __future__ import annotations

import json
import operator
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

from casecheck.engine.ruleset import Join, Limit, Ruleset

MAX_FACTS = 4_000
"""The most facts of one record for one lesson; each takes 8 KB. A usual record has a dozen.

They are also far fewer than the 797,186 at which the numbers of two facts first share their 32-bit
hash in the engine.
"""
MAX_MATCHES = 25_000
"""The most matches that one rule may come to at a time; each takes 4 KB. Usual: dozens."""

Fact = Mapping[str, int]
_ORDERS: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class RowTests(NamedTuple):
    """What a rule asks of one of its rows: of the kind of this number, alone, and of joins."""

    kind: int
    alone: tuple[Limit, ...]
    joins: tuple[Join, ...]

    def passed_by(self, fact: Fact) -> bool:
        """Say whether a fact passes what is asked of it alone."""
        return all(_ORDERS[order](fact[name], value) for name, order, value in self.alone)


Rows = Sequence[Sequence[Fact]]
"""For each row of a rule, the facts that it may be."""


def most_matches(ruleset: Ruleset, facts: Iterable[str], limit: int = MAX_MATCHES) -> int:
    """Return how many matches of a rule there are at most, or beginnings of one.

    Where some rule comes to more than `limit`, some number above it is returned.
    """
    by_kind = facts_by_kind(facts)
    return max(
        matches_of(tests, rows_of(tests, by_kind), limit) for tests in rule_tests(ruleset).values()
    )


def are_many(rules: Iterable[Sequence[RowTests]], facts: Iterable[str], limit: int) -> bool:
    """Say whether the matches of some rules, or their beginnings, are more than `limit` together.

    What cannot be too many, however it joins, is not joined.
    """
    by_kind = facts_by_kind(facts)
    left, tried = limit, []
    for tests in rules:
        rows = rows_of(tests, by_kind)
        tried.append((combinations_of(rows), tests, rows))
    if sum(combinations for combinations, _, _ in tried) <= limit:
        return False
    for combinations, tests, rows in tried:
        left -= matches_of(tests, rows, left) if combinations else 0
        if left < 0:
            return True
    return False


def facts_by_kind(facts: Iterable[str]) -> Mapping[int, Sequence[Fact]]:
    """Return facts, given as the engine's JSON, by their kind."""
    of_kind: dict[int, list[Fact]] = defaultdict(list)
    for fact in map(json.loads, facts):
        of_kind[fact["t"]].append(fact)
    return of_kind


def rule_tests(ruleset: Ruleset) -> dict[str, tuple[RowTests, ...]]:
    """Return what each rule asks of each of its rows; facts are taken to be of one record."""
    return {
        name: tuple(
            RowTests(ruleset.kinds[row.kind].number, row.alone, row.joins) for row in rule.rows
        )
        for name, rule in ruleset.rules.items()
    }


def rows_of(tests: Sequence[RowTests], by_kind: Mapping[int, Sequence[Fact]]) -> list[list[Fact]]:
    """Return for each row of a rule the facts that pass what is asked of it alone."""
    return [[fact for fact in by_kind.get(one.kind, ()) if one.passed_by(fact)] for one in tests]


def combinations_of(rows: Rows) -> int:
    """Return how many ways there are to choose a fact for each row, or for the first of them."""
    return max(prod(map(len, rows[:number])) for number in range(1, len(rows) + 1))


def matches_of(tests: Sequence[RowTests], rows: Rows, limit: int) -> int:
    """Return how many matches of a rule there are, or beginnings where those are more.

    Of a rule that comes to more than `limit`, `limit + 1`.
    """
    return max(beginnings_of(tests, rows, limit))


def beginnings_of(tests: Sequence[RowTests], rows: Rows, limit: int) -> list[int]:
    """Return how many beginnings of a match there are, of each number of rows; the last are whole.

    Counting ends where one of them comes to more than `limit`: that one is then `limit + 1`.
    """
    facts_of = [_Finder(one.joins, facts) for one, facts in zip(tests, rows, strict=True)]
    counts = [0] * len(facts_of)

    def count_from(at: int, chosen: list[Fact]) -> bool:
        """Count the beginnings that go on from some facts; say whether they are too many."""
        for fact in facts_of[at].joining(chosen):
            counts[at] += 1
            if counts[at] > limit or (
                at + 1 < len(facts_of) and count_from(at + 1, [*chosen, fact])
            ):
                return True
        return False

    count_from(0, [])
    return counts


class _Finder:
    """Finds, of the facts that a row may be, those that join the facts chosen for earlier rows."""

    def __init__(self, joins: Sequence[Join], facts: Sequence[Fact]) -> None:
        self._facts = facts
        self._joins = joins
        # By each property that is compared: the facts in its order, and its values.
        self._sorted: dict[str, tuple[list[Fact], list[int]]] = {}
        for name in dict.fromkeys(join.name for join in joins):
            in_order = sorted(facts, key=operator.itemgetter(name))
            self._sorted[name] = in_order, [fact[name] for fact in in_order]

    def joining(self, chosen: Sequence[Fact]) -> Iterator[Fact]:
        """Yield the facts that join those chosen, whose number is that of this row's place."""
        tests = [
            (own, _ORDERS[order], chosen[earlier][other])
            for own, order, earlier, other in self._joins
        ]
        for fact in self._fewest(chosen):
            if all(holds(fact[own], value) for own, holds, value in tests):
                yield fact

    def _fewest(self, chosen: Sequence[Fact]) -> Sequence[Fact]:
        """Return facts among which are all that join: what the sharpest property leaves of them."""
        spans: dict[str, tuple[int, int]] = {}
        for own, order, earlier, other in self._joins:
            values, value = self._sorted[own][1], chosen[earlier][other]
            first, end = spans.get(own, (0, len(values)))
            if order in _FROM:
                first = max(first, _FROM[order](values, value))
            if order in _UNTIL:
                end = min(end, _UNTIL[order](values, value))
            spans[own] = first, end
        if not spans:
            return self._facts
        own = min(spans, key=lambda name: spans[name][1] - spans[name][0])
        return self._sorted[own][0][slice(*spans[own])]


# Where, among values in their order, those that pass a test begin, and where they end.
_FROM: Mapping[str, Callable[[Sequence[int], int], int]] = {
    "==": bisect_left,
    ">=": bisect_left,
    ">": bisect_right,
}
_UNTIL: Mapping[str, Callable[[Sequence[int], int], int]] = {
    "==": bisect_right,
    "<=": bisect_right,
    "<": bisect_left,
}
