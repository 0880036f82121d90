"""Engines for records that lack sections: without the rules that can never match there.

A rule that asks for a row that is there for certain matches nothing where its section is unknown.
An extract lacks the same sections in all its records, and half of a lesson's rules may be such; so
it is worth an engine of its own, once enough records are seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from casecheck.engine.durable import Engine
from casecheck.engine.properties import TRUE
from casecheck.engine.ruleset import Rule, Ruleset
from casecheck.engine.sources import Source

Kinds = frozenset[str]
"""Kinds of facts of which none is there for certain, for want of their sections."""
EVERY: Kinds = frozenset()
"""No kinds: what lacks none, or has no engine of its own."""
WORTH_AN_ENGINE = 64
"""An engine takes as long to make as some dozens of records save by it."""
MOST_ENGINES = 8
"""So many forms of records have engines of their own, for one lesson."""
MOST_FORMS = 1 << 12
"""So many forms are remembered at a time."""


class LackingEngines:
    """The engine of a ruleset that reads both bounds, and those for records that lack sections."""

    def __init__(self, ruleset: Ruleset, sources: Sequence[Source]) -> None:
        self._ruleset = ruleset
        certain = {kind for rule in ruleset.rules.values() for kind in _certain(rule)}
        self._sections = {
            kind: frozenset(one.section for one in sources if one.kind.name == kind)
            for kind in sorted(certain)
        }
        self._engines = {EVERY: Engine(ruleset)}
        self._lacked: dict[tuple[str, ...], Kinds] = {(): EVERY}
        self._records: Counter[Kinds] = Counter()

    def kinds(self, absent: tuple[str, ...]) -> Kinds:
        """Return the kinds that a record lacks for want of sections, if there is an engine for it.

        Each call counts for one record.
        """
        kinds = self._lacked.get(absent)
        if kinds is None:
            if len(self._lacked) >= MOST_FORMS:
                self._lacked = {(): EVERY}
                self._records.clear()
            kinds = self._lacked[absent] = frozenset(
                kind for kind, sections in self._sections.items() if sections <= {*absent}
            )
        if not kinds or kinds in self._engines:
            return kinds
        self._records[kinds] += 1
        if self._records[kinds] < WORTH_AN_ENGINE or len(self._engines) > MOST_ENGINES:
            return EVERY
        self._engines[kinds] = Engine(without(self._ruleset, kinds))
        return kinds

    def engine(self, kinds: Kinds) -> Engine:
        """Return the engine for records that lack these kinds."""
        return self._engines[kinds]


def without(ruleset: Ruleset, kinds: Kinds) -> Ruleset:
    """Return a ruleset without the rules that ask for a fact of these kinds for certain."""
    left = {name: rule for name, rule in ruleset.rules.items() if kinds.isdisjoint(_certain(rule))}
    return replace(ruleset, rules=left)


def _certain(rule: Rule) -> Kinds:
    return frozenset(row.kind for row in rule.rows if ("x", "==", TRUE) in row.alone)
