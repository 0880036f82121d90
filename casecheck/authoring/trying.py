"""Try pages on records: how each check comes out, its first findings, what it costs.

A rule author's loop: change the page, look at real records, change it again. Nothing is saved and
nothing is marked as accepted; numbers are those of the pages, whatever a board has set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from casecheck.audit.auditor import Auditor
from casecheck.authoring.costs import Cost, Costs
from casecheck.authoring.linting import Problem, warnings_of
from casecheck.authoring.looked_at import LookedAt, audited, some_at_a_time
from casecheck.authoring.pages import one_by_one
from casecheck.authoring.proving import Proof, prove
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, Finding, Outcome, Place
from casecheck.truth.known import Known


@dataclass(slots=True)
class CheckTried:
    """How one check came out over the records, and its first findings of each outcome."""

    lesson: str
    check: str
    outcomes: dict[Outcome, int]
    findings: int = 0
    first: list[tuple[Finding, Place]] = field(default_factory=list)


@dataclass(slots=True)
class Trial(LookedAt):
    """What came of trying pages on records."""

    rules: Rules
    checks: dict[tuple[str, str], CheckTried]
    costs: tuple[Cost, ...] = ()
    proofs: tuple[Proof, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an example does not prove what it says."""
        return any(one.failed for one in self.proofs)

    @property
    def disagrees(self) -> bool:
        """Whether the engine and the reference reading differ on an example."""
        return any(one.disagrees for one in self.proofs)

    def add(self, audit: CaseAudit, first: int) -> None:
        """Count one record, and keep each check's first findings."""
        self.add_record(audit.errors)
        for lesson, result in audit.lessons.items():
            for check, outcome in result.checks.items():
                self.checks[lesson, check].outcomes[outcome] += 1
        for finding in audit.findings:
            of = self.checks[finding.lesson, finding.check]
            of.findings += 1
            same = [one for one, _ in of.first if one.outcome is finding.outcome]
            if len(same) < first:
                of.first.append((finding, Place(audit.file, audit.line)))


def try_pages(
    loaded: Iterable[Rules], texts: Iterable[RecordText | Unreadable], first: int, most: int
) -> list[Trial]:
    """Return what comes of trying the rules on the records, after their own examples.

    `first` is how many findings of each check and outcome are kept, in the order of the records;
    `most` how many instances of a check that failed an example are explained.

    Raises:
        RulesError: where a lesson asks more than the engine can do.
        EngineUnusable: where the engine cannot run at all.
    """
    trials = [_begun(rules, most) for rules in loaded]
    auditors = [(trial, Auditor(trial.rules), Costs(trial.rules)) for trial in trials]
    for records, unreadable in some_at_a_time(texts):
        for trial, auditor, costs in auditors:
            trial.add_unreadable(unreadable)
            for one in records:
                costs.add(Known(one.record, contradictions(one.record)))
            for audit in audited(auditor, records):
                trial.add(audit, first)
    for trial, _, costs in auditors:
        trial.costs = tuple(costs)
    return trials


def _begun(rules: Rules, most: int) -> Trial:
    checks = {
        (lesson.id, check.id): CheckTried(lesson.id, check.id, dict.fromkeys(Outcome, 0))
        for lesson in rules.lessons
        for check in lesson.checks
    }
    proofs = tuple(
        proof for lesson, alone in one_by_one([rules]) for proof in prove(lesson, alone, most)
    )
    return Trial(rules, checks, proofs=proofs, warnings=tuple(warnings_of(rules)))
