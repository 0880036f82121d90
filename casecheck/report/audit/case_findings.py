"""What the HTML report tells of a case: each thing that was found once, and what to look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.same_evidence import EvidenceSought, Together, put_together
from casecheck.results import Finding, Outcome, Reason, Unknown
from casecheck.text.natural import natural

REASONS: Mapping[Reason, str] = {
    "not_recorded": "not recorded",
    "contradictory": "contradicts another fact",
    "perhaps_asked": "may not be asked about",
    "partly_in_extract": "in the extract in part",
    "not_in_extract": "not in the extract",
}
"""Why something cannot be told, in words; what a file can settle comes first."""


class Told(NamedTuple):
    """Findings that are told by one sentence; `number` counts from 1 within the case."""

    number: int
    together: Together

    @property
    def findings(self) -> Sequence[Finding]:
        """All of them."""
        return self.together.findings

    @property
    def first(self) -> Finding:
        """The finding whose words are told."""
        return self.together.told

    @property
    def breach(self) -> bool:
        """Whether they are breaches; else the record cannot tell."""
        return self.first.outcome is Outcome.BREACH

    @property
    def lessons(self) -> list[str]:
        """The lessons that find it, that of the sentence first."""
        return list(dict.fromkeys(one.lesson for one in self.findings))

    @property
    def places(self) -> list[str]:
        """The rows that they are about: for each finding its pointers, each of them once."""
        return list(dict.fromkeys(" with ".join(one.pointers) for one in self.findings))

    @property
    def unknown(self) -> list[Unknown]:
        """What they hang on, each thing once."""
        return list(dict.fromkeys(unknown for one in self.findings for unknown in one.unknown))

    @property
    def reasons(self) -> list[Reason]:
        """Why they cannot be told, each reason once, in the order of `REASONS`."""
        found = {unknown.reason for unknown in self.unknown}
        return [reason for reason in REASONS if reason in found]


class CaseFindings:
    """Puts together the findings of cases, under the rules in force."""

    def __init__(self, rules: RulesInForce) -> None:
        self._sought = EvidenceSought(rules)
        self._lessons = {lesson.id: rank for rank, lesson in enumerate(rules.lessons)}
        self._ranks = {
            (lesson.id, check.id): rank
            for lesson in rules.lessons
            for rank, check in enumerate(lesson.checks)
        }

    def told(self, findings: Iterable[Finding]) -> list[Told]:
        """Return the findings as they are told: breaches first, then in the order of the rules."""
        together = put_together(sorted(findings, key=self._rank), self._sought)
        # A group may be told in the words of another lesson than that of its first.
        together.sort(key=lambda one: (one.told.outcome is not Outcome.BREACH, self._lesson(one)))
        return [Told(number, one) for number, one in enumerate(together, 1)]

    def _lesson(self, together: Together) -> tuple[int, str]:
        lesson = together.told.lesson
        return self._lessons.get(lesson, len(self._lessons)), lesson

    def _rank(self, finding: Finding) -> tuple[object, ...]:
        lesson = self._lessons.get(finding.lesson, len(self._lessons))
        check = self._ranks.get((finding.lesson, finding.check), len(self._ranks))
        pointers = tuple(map(natural, finding.pointers))
        return lesson, check, pointers, finding.fingerprint, finding.message


class LookUp(NamedTuple):
    """A row, section or field that would settle findings: where, why, and their numbers."""

    pointer: str
    reason: Reason
    numbers: list[int]


def to_look_up(told: Sequence[Told]) -> list[LookUp]:
    """Return what would settle the findings: first what the file can tell, and settles the most."""
    found: dict[Unknown, list[int]] = {}
    for one in told:
        for unknown in one.unknown:
            found.setdefault(unknown, []).append(one.number)
    order = list(REASONS)
    return sorted(
        (LookUp(*unknown, numbers) for unknown, numbers in found.items()),
        key=lambda one: (order.index(one.reason), -len(one.numbers), natural(one.pointer)),
    )
