"""Refuse a lesson that asks more of the engine than it can do without an error, crash or hang."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

MAX_ROWS = 16
"""The most facts that the engine joins in one match."""
MAX_JOINS = 29
"""The most tests of one row against earlier ones."""
MAX_RULES = 1_000
"""Well below the 4,096 rules of one ruleset."""
MAX_PATTERNS = 64
"""The most different patterns that one fact may match."""
MAX_RULES_OF_A_PATTERN = 255
"""The most rules that share what they ask of one row alone; the next one crashes the engine."""
MAX_PROPERTIES = 253
"""The most properties of a fact; after one that has more, the rest of a batch is dropped."""


class TooMuch(Exception):  # noqa: N818 - says what to do
    """A lesson asks too much of the engine; the message says of what."""


def refuse_too_much(definition: Mapping[str, Any], properties: Mapping[str, int]) -> None:
    """Raise `TooMuch` where a ruleset goes beyond what the engine can do.

    `properties` gives the number of properties of each kind's facts.
    """
    patterns: Counter[str] = Counter()
    for rule in definition.values():
        _refuse(len(rule["all"]), MAX_ROWS, "rows looked for together")
        for tests in _tests(rule):
            alone = [test for test in tests if _is_alone(test)]
            _refuse(len(tests) - len(alone), MAX_JOINS, "comparisons of one row with others")
            patterns[json.dumps(alone)] += 1
    kinds = Counter(json.loads(pattern)[0]["t"] for pattern in patterns)
    _refuse(len(definition), MAX_RULES, "rules")
    _refuse(max(patterns.values()), MAX_RULES_OF_A_PATTERN, "rules that ask the same of a row")
    _refuse(max(kinds.values()), MAX_PATTERNS, "different things asked of one kind of row")
    _refuse(max(properties.values()), MAX_PROPERTIES, "values asked of one kind of row")


def refuse_too_many_rules(number: int) -> None:
    """Raise `TooMuch` where alternatives multiply beyond what the engine can do."""
    _refuse(number, MAX_RULES, "rules, each alternative with each")


def _refuse(number: int, limit: int, what: str) -> None:
    if number > limit:
        raise TooMuch(f"the engine cannot do more than {limit:,} {what}: split the lesson")


def _tests(rule: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    for pattern in rule["all"]:
        (asked,) = pattern.values()
        yield asked.get("$and", [asked])


def _is_alone(test: Mapping[str, Any]) -> bool:
    """Say whether a test is of one row alone; a join names another by its alias."""
    ((name, value),) = test.items()
    if name.startswith("$"):
        (value,) = value.values()
    return not isinstance(value, Mapping)
