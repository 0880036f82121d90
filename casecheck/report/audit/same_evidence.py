"""Put together what a case's breaches hang on: one missing meeting is one thing to say.

Breaches whose evidence is not shown at all are one where they are about the same rows and look for
the same evidence, and where one check says the same of several rows, such as the plans of two
children that began on one day. No breach is left out: each stands in one of the groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.lesson import Check
from casecheck.lessons.terms import FactTest, Flag, Holds, HoldsAny, OneOf
from casecheck.report.audit.in_force import RulesInForce
from casecheck.results import CheckId, Finding, Outcome, Severity, Waiver


class Evidence(NamedTuple):
    """What is looked for: rows of a section, of these kinds (any, where empty), with all this."""

    section: str
    kinds: frozenset[str]
    also: frozenset[tuple[str, frozenset[str]]]

    def covers(self, other: Evidence) -> bool:
        """Whether each row that the other asks for is one of these."""
        kinds = not self.kinds or (bool(other.kinds) and other.kinds <= self.kinds)
        return self.section == other.section and kinds and self.also <= other.also


Way = Sequence[Evidence]
"""All rows that one way to meet a check looks for."""


class EvidenceSought:
    """The evidence that each check in force looks for."""

    def __init__(self, rules: RulesInForce) -> None:
        self._ways: Mapping[CheckId, Sequence[Way]] = {
            (lesson.id, check.id): _ways(check) if isinstance(check, Check) else []
            for lesson in rules.lessons
            for check in lesson.checks
        }

    def covers(self, broad: CheckId, narrow: CheckId) -> bool:
        """Whether no row for the one check means that there is none for the other."""
        alone = [way[0] for way in self._ways.get(broad, ()) if len(way) == 1]
        ways = self._ways.get(narrow, ())
        return bool(ways) and all(
            any(one.covers(sought) for one in alone for sought in way) for way in ways
        )


def _ways(check: Check) -> list[Way]:
    return [
        [_sought(way, name, section) for name, section in way.find.items()]
        for population in check.populations
        for way in population.met_by
    ]


def _sought(way: Alternative, name: str, section: str) -> Evidence:
    """Return what is asked of a row that is looked for, as far as it is asked in every case."""
    kinds: frozenset[str] = frozenset()
    also: set[tuple[str, frozenset[str]]] = set()
    for test in chain.from_iterable(
        condition.alternatives[0] for condition in way.where if len(condition.alternatives) == 1
    ):
        if not isinstance(test, FactTest) or test.fact.field.row.binding != name:
            continue
        match test.fact:
            case OneOf(field=field, codes=codes) if field.spec.name == "kind" and not test.negated:
                kinds = codes
            case OneOf(field=field, codes=codes) | HoldsAny(field=field, codes=codes):
                also.add((field.spec.name, codes))
            case Holds(field=field, code=code):
                also.add((field.spec.name, frozenset({code})))
            case Flag(field=field):
                also.add((field.spec.name, frozenset()))
            case _:
                pass
    return Evidence(section, kinds, frozenset(also))


class Together(NamedTuple):
    """Breaches, or findings that cannot be told, of one case that are told by one sentence."""

    findings: Sequence[Finding]

    @property
    def told(self) -> Finding:
        """The finding whose sentence is said."""
        return self.findings[0]

    @property
    def checks(self) -> list[CheckId]:
        """The checks that find it, in order."""
        return list(dict.fromkeys((one.lesson, one.check) for one in self.findings))


_Said = tuple[CheckId, str, Severity, Waiver | None, Waiver | None]


def _said(one: Finding) -> _Said:
    """Return what is equal for findings of which the same is said."""
    accepted, lapsed = (two and two._replace(fingerprint="") for two in (one.waiver, one.lapsed))
    return (one.lesson, one.check), one.message, one.severity, accepted, lapsed


def same_said(findings: Iterable[Finding]) -> list[Together]:
    """Return findings of one check and one sentence together, in the order of the first of each."""
    entries: dict[_Said, list[Finding]] = {}
    for one in findings:
        entries.setdefault(_said(one), []).append(one)
    return [Together(found) for found in entries.values()]


def put_together(findings: Iterable[Finding], sought: EvidenceSought) -> list[Together]:
    """Return findings as they are told: breaches, then what cannot be told, in their order."""
    ordered = list(findings)
    breaches = [one for one in ordered if one.outcome is Outcome.BREACH]
    doubts = [one for one in ordered if one.outcome is not Outcome.BREACH]
    return [*same_lacking(breaches, sought), *same_unknown(doubts)]


def same_lacking(breaches: Iterable[Finding], sought: EvidenceSought) -> list[Together]:
    """Return breaches together that hang on the same missing evidence, or say the same."""
    entries = same_said(breaches)
    group = list(range(len(entries)))  # of each entry one that it stands with, itself at the end

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    about: dict[tuple[str, ...], list[int]] = {}
    for at, entry in enumerate(entries):
        if entry.told.shortfall != "missing":
            continue
        for rows in {finding.pointers for finding in entry.findings}:
            for before in about.setdefault(rows, []):
                if _hang_together(entry.told, entries[before].told, sought):
                    first, last = sorted((root(at), root(before)))
                    group[last] = first
            about[rows].append(at)
    together: dict[int, list[Finding]] = {}
    for at, entry in enumerate(entries):
        together.setdefault(root(at), []).extend(entry.findings)
    return [_broadest_first(findings, sought) for findings in together.values()]


def same_unknown(doubts: Iterable[Finding]) -> list[Together]:
    """Return findings that cannot be told together where they hang on the same, or say the same."""
    entries: dict[object, list[Finding]] = {}
    for one in doubts:
        key: object = (frozenset(one.unknown), one.severity)
        if not one.unknown or one.waiver or one.lapsed:
            key = _said(one)
        entries.setdefault(key, []).append(one)
    return [Together(found) for found in entries.values()]


def _hang_together(one: Finding, other: Finding, sought: EvidenceSought) -> bool:
    """Whether two breaches of the same rows, whose evidence is missing, lack the same row."""
    if (one.waiver, one.lapsed) != (other.waiver, other.lapsed):
        return False
    mine, theirs = (one.lesson, one.check), (other.lesson, other.check)
    return sought.covers(mine, theirs) or sought.covers(theirs, mine)


def _broadest_first(findings: Sequence[Finding], sought: EvidenceSought) -> Together:
    """Put the check first whose sentence says the most: no such row means none for the others."""
    checks = Together(findings).checks
    if len(checks) < 2:
        return Together(findings)
    broadest = max(
        checks, key=lambda one: (sum(sought.covers(one, two) for two in checks), -checks.index(one))
    )
    return Together(sorted(findings, key=lambda one: (one.lesson, one.check) != broadest))
