"""Counts what a rate of breach may count: records in which a lesson can come out either way.

Every report takes its rates from here, so that they agree. A record in which the extract lets a
check of the lesson be in breach and never met (or the other way round) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casecheck.audit.either_way import OneWay
from casecheck.lessons.lesson import Rules
from casecheck.report.audit.in_force import RulesInForce
from casecheck.results import CaseAudit, CheckId, Outcome
from casecheck.text.counted import counted

COUNTED = (Outcome.BREACH, Outcome.COMPLIANT)
"""What is told of a lesson or check one way or the other."""
MOST_NAMED = 2
"""The most checks of a lesson that are named; of more it is said how many."""


class Rate(NamedTuple):
    """How many records are in breach, of how many that can be told; how many are left out.

    Those left out were told too, and could have come out one way only.
    """

    breach: int
    told: int
    left_out: int

    @property
    def share(self) -> float | None:
        """The share in breach; None where nothing can be told."""
        return self.breach / self.told if self.told else None


class Rates:
    """Counts the records of groups (a team, or whatever the caller names) by lesson and check."""

    def __init__(self, rules: RulesInForce) -> None:
        self._one_way = OneWay(rules if isinstance(rules, Rules) else None)
        self._counts: Counter[tuple[str, str, Outcome]] = Counter()
        self._left_out: Counter[tuple[str, str]] = Counter()
        self._checks = {
            lesson.id: [(lesson.id, check.id) for check in lesson.checks]
            for lesson in rules.lessons
        }
        self._lacking: set[CheckId] = set()
        self._either_way: set[CheckId] = set()

    def add(self, audit: CaseAudit, group: str = "") -> None:
        """Count one record in a group."""
        lacking = self._one_way.of(audit.carried)
        lessons = {lesson for lesson, _ in lacking}
        for lesson, result in audit.lessons.items():
            self._count(group, lesson, result.outcome, lesson in lessons)
            for check, outcome in result.checks.items():
                one_way = (lesson, check) in lacking
                self._count(group, f"{lesson} {check}", outcome, one_way)
                if outcome is not Outcome.NOT_APPLICABLE:
                    (self._lacking if one_way else self._either_way).add((lesson, check))

    def _count(self, group: str, name: str, outcome: Outcome, one_way: bool) -> None:
        if outcome not in COUNTED:
            return
        if one_way:
            self._left_out[group, name] += 1
        else:
            self._counts[group, name, outcome] += 1

    def counts(self, audit: CaseAudit, lesson: str, check: str) -> bool:
        """Say whether a record is one that a rate of this check counts."""
        outcome = audit.lessons[lesson].checks[check]
        return outcome in COUNTED and (lesson, check) not in self._one_way.of(audit.carried)

    def of(self, name: str, group: str = "") -> Rate:
        """Return the rate of a lesson (`P7.1`) or check (`P7.1 quorum`) in a group."""
        breach = self._counts[group, name, Outcome.BREACH]
        told = breach + self._counts[group, name, Outcome.COMPLIANT]
        return Rate(breach, told, self._left_out[group, name])

    def any(self, name: str) -> bool:
        """Whether a lesson or check has a rate in any group."""
        return any(of == name for _, of, _ in self._counts)

    def never(self, lesson: str) -> list[str]:
        """Return the checks of a lesson that every record can find one way only, in page order."""
        never = self._lacking - self._either_way
        return [check for of, check in self._checks[lesson] if (of, check) in never]

    def by_check(self) -> tuple[str, int] | None:
        """Return the lesson without a rate of which most checks have one, and how many have."""
        found = [
            (sum(self.any(f"{lesson} {check}") for _, check in checks), lesson)
            for lesson, checks in self._checks.items()
            if not self.any(lesson)
        ]
        most, lesson = max(found, default=(0, ""))
        return (lesson, most) if most else None

    def notes(self) -> Iterator[str]:
        """Yield why lessons have no share of breach, and from which records are left out."""
        none = {one: self.never(one) for one in self._checks if not self.any(one)}
        lacking = [
            f"{one} ({_of(never, self._checks[one])})" for one, never in none.items() if never
        ]
        if lacking:
            yield (
                "No share of breach, since the extract lacks what a check of the lesson needs, and "
                f"it could come out one way only: {'; '.join(lacking)}."
            )
        left_out: Counter[str] = Counter()
        for (_, name), number in self._left_out.items():
            left_out[name] += number
        some = [one for one in self._checks if left_out[one] and one not in none]
        if some:
            listed = ", ".join(f"{one} ({counted(left_out[one], 'record')})" for one in some)
            yield (
                "A share of breach leaves out the records that lack what a check of the lesson "
                f"needs, so that it could come out one way only: {listed}."
            )


def _of(never: Sequence[str], checks: Sequence[CheckId]) -> str:
    if len(never) == len(checks):
        return "all its checks"
    return ", ".join(never) if len(never) <= MOST_NAMED else f"{len(never)} of {len(checks)} checks"


def columns_of(rules: RulesInForce) -> list[str]:
    """Return what rates stand beside each other: lessons; one alone and its checks."""
    if len(rules.lessons) == 1:
        (lesson,) = rules.lessons
        return [lesson.id, *(f"{lesson.id} {check.id}" for check in lesson.checks)]
    return [lesson.id for lesson in rules.lessons]
