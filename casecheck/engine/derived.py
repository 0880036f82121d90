"""What the engine is not asked, worked out of what it matched: that there is no such row.

durable-rules joins rows; its `none` cannot be trusted. So it matches the rows that are found, and
those of them beside which there is a row that should not be. The one less the other is what is
wanted, and is put among the matches as if a rule had matched it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casecheck.engine.durable import Matches, Members
from casecheck.engine.ruleset import DerivedRule, Ruleset


def with_derived(ruleset: Ruleset, matches: Matches) -> Matches:
    """Return the matches of a ruleset's rules with those of its derived rules."""
    if not ruleset.derived:
        return matches
    derived = {name: _matches_of(rule, matches) for name, rule in ruleset.derived.items()}
    return {**matches, **{name: found for name, found in derived.items() if found}}


def _matches_of(derived: DerivedRule, matches: Matches) -> set[Members]:
    found = _together(derived.rules, matches)
    if found:
        found -= _together(derived.without, matches)
    return {_first(one, derived.members) for one in found}


def _together(rules: Iterable[str], matches: Mapping[str, set[Members]]) -> set[Members]:
    return set().union(*[matches[rule] for rule in rules if rule in matches])


def _first(members: Members, number: int) -> Members:
    """Return the first rows of some, as a match of so many rows tells them."""
    if isinstance(members, str):
        return members
    return members[0] if number == 1 else members[:number]
