"""Refuse a lesson that asks more of the engine than it can do without an error, crash or hang."""

from __future__ import annotations

from collections import Counter

from casecheck.engine.ruleset import Ruleset

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
OWN_JOINS = 2
"""The tests that `durable` adds to each join: of the record, and one that always holds."""
OWN_PROPERTIES = 6
"""The properties that each fact has whatever its kind: `id`, `p`, `r`, `t`, `x` and `z`."""


class TooMuch(Exception):  # noqa: N818 - says what to do
    """A lesson asks too much of the engine; the message says of what."""


def refuse_too_much(ruleset: Ruleset) -> None:
    """Raise `TooMuch` where a ruleset goes beyond what the engine can do."""
    rows = [row for rule in ruleset.rules.values() for row in rule.rows]
    for rule in ruleset.rules.values():
        _refuse(len(rule.rows), MAX_ROWS, "rows looked for together")
    for row in rows:
        joins = len(row.joins) + OWN_JOINS if row.joins else 0
        _refuse(joins, MAX_JOINS, "comparisons of one row with others")
    patterns = Counter((row.kind, row.alone) for row in rows)
    kinds = Counter(kind for kind, _ in patterns)
    # A quantity has two bounds.
    properties = [OWN_PROPERTIES + 2 * len(kind.properties) for kind in ruleset.kinds.values()]
    _refuse(len(ruleset.rules), MAX_RULES, "rules")
    _refuse(max(patterns.values()), MAX_RULES_OF_A_PATTERN, "rules that ask the same of a row")
    _refuse(max(kinds.values()), MAX_PATTERNS, "different things asked of one kind of row")
    _refuse(max(properties), MAX_PROPERTIES, "values asked of one kind of row")


def refuse_too_many_rules(number: int) -> None:
    """Raise `TooMuch` where alternatives multiply beyond what the engine can do."""
    _refuse(number, MAX_RULES, "rules, each alternative with each")


def _refuse(number: int, limit: int, what: str) -> None:
    if number > limit:
        raise TooMuch(f"the engine cannot do more than {limit:,} {what}: split the lesson")
