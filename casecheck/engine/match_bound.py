"""Bound how many matches a batch of facts can have, before the engine is asked for them.

The engine makes every match, and every beginning of one, when it is given the facts: thousands of
rows that all join each other would take all memory there is.
"""

from __future__ import annotations

import json
import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from casecheck.engine.durable import END

MAX_FACTS = 4_000
"""The most facts of one record for one lesson; each takes 8 KB. A usual record has a dozen.

They are also far fewer than the 797,186 at which the numbers of two facts first share their 32-bit
hash in the engine.
"""
MAX_MATCHES = 25_000
"""The most matches that one rule may come to; each, a finding, takes 4 KB. Usual: dozens."""

_Fact = Mapping[str, int]
_Test = tuple[str, str, Any]
_ORDERS: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "$lt": operator.lt,
    "$lte": operator.le,
    "$gt": operator.gt,
    "$gte": operator.ge,
}


def most_matches(definition: Mapping[str, Any], facts: Iterable[str]) -> int:
    """Return a number that one record's matches of no rule exceed, nor their beginnings.

    For each row of a rule it counts the facts that pass its tests alone, or, where it is tied to an
    earlier row, the most of them that can be tied to the same one.
    """
    of_kind: dict[int, list[_Fact]] = defaultdict(list)
    for fact in map(json.loads, facts):
        of_kind[fact["t"]].append(fact)
    return max(
        _most_of_rule(rule["all"], of_kind) for name, rule in definition.items() if name != END
    )


def _most_of_rule(
    patterns: Sequence[Mapping[str, Any]], of_kind: Mapping[int, Sequence[_Fact]]
) -> int:
    most, so_far = 0, 1
    bound: dict[str, Sequence[_Fact]] = {}
    for pattern in patterns:
        ((alias, asked),) = pattern.items()
        tests = list(map(_read, asked["$and"]))
        alone = [test for test in tests if isinstance(test[2], int)]
        kind = next(value for name, _, value in alone if name == "t")
        facts = [fact for fact in of_kind.get(kind, ()) if _passes(fact, alone)]
        bound[alias] = facts
        so_far *= min([len(facts), *_most_tied(tests, facts, bound)])
        most = max(most, so_far)
    return most


def _read(test: Mapping[str, Any]) -> _Test:
    """Return a test's property, its order, and the number or the row and property on the right."""
    ((name, value),) = test.items()
    if not name.startswith("$"):
        return name, "==", value
    ((own, other),) = value.items()
    return own, name, other


def _passes(fact: _Fact, alone: Sequence[_Test]) -> bool:
    return all(_ORDERS[order](fact[name], value) for name, order, value in alone)


def _most_tied(
    tests: Sequence[_Test], facts: Sequence[_Fact], bound: Mapping[str, Sequence[_Fact]]
) -> Iterator[int]:
    """Yield, for each equality with an earlier row, the most facts that can equal one and the same.

    Where something is unknown, an equality is two tests of bounds: what has two bounds may equal
    all.
    """
    joins = {(own, order): other for own, order, other in tests if not isinstance(other, int)}
    for (own, order), other in joins.items():
        ((alias, name),) = other.items()
        if order == "==":
            yield max(Counter(fact[own] for fact in facts).values(), default=0)
        elif order == "$lte" and joins.get((own[:-1] + "1", "$gte")) == {alias: name[:-1] + "0"}:
            low, high, theirs = own, own[:-1] + "1", name[:-1]
            known = Counter(fact[low] for fact in facts if fact[low] == fact[high])
            if all(earlier[theirs + "0"] == earlier[theirs + "1"] for earlier in bound[alias]):
                yield max(known.values(), default=0) + len(facts) - known.total()
