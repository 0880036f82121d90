"""What the exact ruleset matches only perhaps: one unknown fact of evidence that stands alone.

Where something that a lesson reads is unknown, its record is read with both bounds of everything,
at twice the cost. One case is too common for that: evidence on a single row (a meeting with its
child views) of which one field was left blank. Such a row meets the rule perhaps, and nothing else
is touched. So its fact goes to the exact ruleset, with nought in the place of what is unknown, and
the fact's number is noted as a doubt of the rule. What the engine matched is then parted into what
matched surely and what perhaps did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from casecheck.engine.matches import Matches, Members
from casecheck.engine.ruleset import Pattern, Ruleset


class Doubt(NamedTuple):
    """A rule that a fact meets perhaps: the rule, and the fact's number in its batch, as text."""

    rule: str
    fact: str


class Parted(NamedTuple):
    """What each rule matched surely, and what it matched perhaps."""

    surely: Matches
    perhaps: Matches


SingleRowRules = Mapping[tuple[str, Pattern], tuple[str, ...]]
"""Rules of which a fact may be in doubt, by the kind of the fact and what they ask of it."""


def single_row_rules(exact: Ruleset) -> SingleRowRules:
    """Return a ruleset's rules of evidence on a single row, which is a row of the instance.

    What any other rule asks of a fact too is left out: there an unknown would touch more.
    """
    populations = [population.must for check in exact.checks for population in check]
    evidence = {rule for one in populations for rule, _ in one.met}
    others = {rule for one in populations for rule in one.members}
    others |= {rule for one in populations for rule, _ in one.excluded}
    others |= {rule for one in exact.derived.values() for rule in one.read}
    single: dict[tuple[str, Pattern], list[str]] = {}
    shared: set[tuple[str, Pattern]] = set()
    for name, rule in exact.rules.items():
        for row in rule.rows:
            if len(rule.rows) == 1 and name in evidence - others:
                single.setdefault((row.kind, row.pattern), []).append(name)
            else:
                shared.add((row.kind, row.pattern))
    return {asked: tuple(rules) for asked, rules in single.items() if asked not in shared}


def part(matches: Matches, doubts: Iterable[Doubt]) -> Parted:
    """Part what was matched into what surely was and what perhaps.

    A doubted fact may be among the matches or not: nought stood for what is unknown.
    """
    perhaps: dict[str, set[Members]] = {}
    for rule, fact in doubts:
        perhaps.setdefault(rule, set()).add(fact)
    if not perhaps:
        return Parted(matches, perhaps)
    surely = {
        rule: found - perhaps[rule] if rule in perhaps else found for rule, found in matches.items()
    }
    return Parted(surely, perhaps)
