"""The checks in rule-engine, a language of expressions in Python."""

from __future__ import annotations

import rule_engine
from expressions import Holds, finder

_CONTEXT = rule_engine.Context(default_value=None)


def _compiled(text: str) -> Holds:
    rule = rule_engine.Rule(text.replace("{length}", "r_attended.length"), context=_CONTEXT)
    return lambda row, other: rule.matches(row if other is None else row | other)


find = finder(_compiled, lambda row: row)
"""What the checks find in a file of records."""
