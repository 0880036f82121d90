"""What a report for people tells of a case: its findings, each sentence once, and what to look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from casecheck.report.audit.in_force import RulesInForce
from casecheck.results import Finding, Outcome, Reason
from casecheck.text.natural import natural

REASONS: Mapping[Reason, str] = {
    "not_recorded": "not recorded",
    "contradictory": "dates that contradict each other",
    "perhaps_asked": "not sure that the question applies",
    "partly_in_extract": "the extract carries it in part",
    "not_in_extract": "the extract does not carry it",
}
"""Why something cannot be told, in words; what a file can settle comes first."""


@dataclass(slots=True)
class Told:
    """Findings that are told in one sentence: of one lesson and outcome, with the same words.

    `number` counts from 1 within the case.
    """

    number: int
    findings: list[Finding] = field(default_factory=list)

    @property
    def first(self) -> Finding:
        """The finding whose words are told."""
        return self.findings[0]

    @property
    def breach(self) -> bool:
        """Whether they are breaches; else the record cannot tell."""
        return self.first.outcome is Outcome.BREACH

    @property
    def checks(self) -> list[str]:
        """The checks that they are of, each once."""
        return list(dict.fromkeys(one.check for one in self.findings))

    @property
    def places(self) -> list[str]:
        """The rows that they are about: for each finding its pointers, each of them once."""
        return list(dict.fromkeys(" with ".join(one.pointers) for one in self.findings))

    @property
    def reasons(self) -> list[Reason]:
        """Why they cannot be told, each reason once."""
        found = {unknown.reason for one in self.findings for unknown in one.unknown}
        return [reason for reason in REASONS if reason in found]


class Ranks:
    """The order of the lessons and checks in force."""

    def __init__(self, rules: RulesInForce) -> None:
        self._ranks = {
            (lesson.id, check.id): rank
            for rank, (lesson, check) in enumerate(
                (lesson, check) for lesson in rules.lessons for check in lesson.checks
            )
        }

    def told(self, findings: Iterable[Finding]) -> list[Told]:
        """Return the findings as they are told: breaches first, then in the order of the rules."""
        found: dict[tuple[str, Outcome, str, bool], Told] = {}
        for one in sorted(findings, key=self._rank):
            key = one.lesson, one.outcome, one.message, one.waiver is None
            found.setdefault(key, Told(len(found) + 1)).findings.append(one)
        return list(found.values())

    def _rank(self, finding: Finding) -> tuple[object, ...]:
        place = self._ranks.get((finding.lesson, finding.check), len(self._ranks))
        lesson = next((r for (id_, _), r in self._ranks.items() if id_ == finding.lesson), place)
        breach = finding.outcome is Outcome.BREACH
        pointers = tuple(map(natural, finding.pointers))
        return not breach, lesson, place, pointers, finding.fingerprint, finding.message


def to_look_up(told: Sequence[Told]) -> list[tuple[str, Reason, list[int]]]:
    """Return what would settle the findings: pointer, reason, and the findings by their numbers.

    What settles the most comes first.
    """
    found: dict[tuple[str, Reason], list[int]] = {}
    for group in told:
        for pointer, reason in dict.fromkeys(
            unknown for one in group.findings for unknown in one.unknown
        ):
            found.setdefault((pointer, reason), []).append(group.number)
    order = list(REASONS)
    return sorted(
        ((pointer, reason, numbers) for (pointer, reason), numbers in found.items()),
        key=lambda one: (order.index(one[1]), -len(one[2]), natural(one[0])),
    )
