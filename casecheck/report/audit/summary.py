"""Counts what an audit found: the head of each report, and the ground of the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casecheck.audit.check_answers import ExtractAnswers
from casecheck.lessons.lesson import Rules
from casecheck.record.faults import Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.results import OF_FINDINGS, CaseAudit, Outcome

if TYPE_CHECKING:
    from casecheck.audit.partition import Tally


class Summary:
    """Counts over one audit.

    `records` are the records that were read and audited; `unreadable` inputs are not among them.
    `contradictory` are the records with at least one contradiction, and `repeated` those whose case
    id a record before them has. `errors` are the lessons
    that the engine could not evaluate, each once for each record. `lessons` counts, for each
    lesson in force, the records of each outcome; a record whose lesson is an error is in none.
    `accepted` counts, among those, the records in which the board has accepted every finding that
    the outcome rests on, and `standing` the lessons of records by what has not been accepted.
    `extract` says which checks the records can answer, by what they carry.
    """

    def __init__(self, rules: RulesInForce) -> None:
        self.records = 0
        self.unreadable = 0
        self.contradictory = 0
        self.repeated = 0
        self.errors = 0
        self.lessons: dict[str, dict[Outcome, int]] = {
            lesson.id: dict.fromkeys(Outcome, 0) for lesson in rules.lessons
        }
        self.accepted: dict[str, dict[Outcome, int]] = {
            lesson.id: dict.fromkeys(OF_FINDINGS, 0) for lesson in rules.lessons
        }
        self.standing = dict.fromkeys(Outcome, 0)
        self.extract = ExtractAnswers(rules if isinstance(rules, Rules) else None)

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Count one record, or one input that could not be read."""
        if isinstance(item, Unreadable):
            self.unreadable += item.count
            return
        self.records += 1
        self.extract.add(item.carried)
        if item.contradictions:
            self.contradictory += 1
        if item.repeats:
            self.repeated += 1
        self.errors += len(item.errors)
        for lesson, result in item.lessons.items():
            self.lessons[lesson][result.outcome] += 1
        if any(finding.waiver for finding in item.findings):
            self._add_accepted(item)
        else:
            for result in item.lessons.values():
                self.standing[result.outcome] += 1

    def add_part(self, tally: Tally) -> None:
        """Count the records of a part that was audited elsewhere; no finding there is accepted."""
        self.records += tally.records
        self.contradictory += tally.contradictory
        self.errors += tally.errors
        for (lesson, outcome), number in tally.outcomes.items():
            self.lessons[lesson][outcome] += number
            self.standing[outcome] += number
        for carried, number in tally.carried.items():
            self.extract.add(carried, number)

    def _add_accepted(self, audit: CaseAudit) -> None:
        left: dict[str, set[Outcome]] = {lesson: set() for lesson in audit.lessons}
        for finding in audit.findings:
            if finding.waiver is None and finding.lesson in left:
                left[finding.lesson].add(finding.outcome)
        for lesson, result in audit.lessons.items():
            standing = result.outcome
            if standing in OF_FINDINGS and standing not in left[lesson]:
                self.accepted[lesson][standing] += 1
                standing = Outcome.INSUFFICIENT_EVIDENCE if left[lesson] else Outcome.COMPLIANT
            self.standing[standing] += 1

    def total(self, outcome: Outcome) -> int:
        """How often a lesson had this outcome, over all records and lessons."""
        return sum(counts[outcome] for counts in self.lessons.values())

    @property
    def complete(self) -> bool:
        """Whether every input was read, and every lesson evaluated on it."""
        return not self.unreadable and not self.errors
