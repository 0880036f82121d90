"""Try pages on records: how each check comes out, its first findings, what it costs.

A rule author's loop: change the page, look at real records, change it again. Nothing is saved and
nothing is marked as accepted; numbers are those of the pages, whatever a board has set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from casecheck.audit.auditor import Auditor, TooMuchAtOnce
from casecheck.authoring.costs import Cost, Costs
from casecheck.authoring.linting import Problem, warnings_of
from casecheck.authoring.pages import one_by_one
from casecheck.authoring.proving import Proof, prove
from casecheck.intake.records import ReadRecord, read_each
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, EngineError, Finding, Outcome, Place
from casecheck.truth.known import Known

AT_ONCE = 64
"""How many records are audited at a time."""
MOST_TOLD = 5
"""How many unreadable inputs, and errors of the engine, are told one by one."""


@dataclass(slots=True)
class CheckTried:
    """How one check came out over the records, and its first findings of each outcome."""

    lesson: str
    check: str
    outcomes: dict[Outcome, int]
    findings: int = 0
    first: list[tuple[Finding, Place]] = field(default_factory=list)


@dataclass(slots=True)
class Trial:
    """What came of trying pages on records.

    `unreadable` and `errors` are the first ones, of `not_read` and `not_evaluated`.
    """

    rules: Rules
    checks: dict[tuple[str, str], CheckTried]
    costs: tuple[Cost, ...] = ()
    proofs: tuple[Proof, ...] = ()
    warnings: tuple[Problem, ...] = ()
    records: int = 0
    not_read: int = 0
    not_evaluated: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    errors: list[EngineError] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether an example does not prove what it says."""
        return any(one.failed for one in self.proofs)

    @property
    def disagrees(self) -> bool:
        """Whether the engine and the reference reading differ on an example."""
        return any(one.disagrees for one in self.proofs)

    @property
    def complete(self) -> bool:
        """Whether every input was read, and every lesson evaluated on it."""
        return not (self.not_read or self.not_evaluated)

    def add(self, audit: CaseAudit, first: int) -> None:
        """Count one record, and keep each check's first findings."""
        self.records += 1
        for error in audit.errors:
            self.not_evaluated += 1
            if len(self.errors) < MOST_TOLD:
                self.errors.append(error)
        for lesson, result in audit.lessons.items():
            for check, outcome in result.checks.items():
                self.checks[lesson, check].outcomes[outcome] += 1
        for finding in audit.findings:
            of = self.checks[finding.lesson, finding.check]
            of.findings += 1
            same = [one for one, _ in of.first if one.outcome is finding.outcome]
            if len(same) < first:
                of.first.append((finding, Place(audit.file, audit.line)))

    def add_unreadable(self, item: Unreadable) -> None:
        """Count an input that could not be read."""
        self.not_read += item.count
        if len(self.unreadable) < MOST_TOLD:
            self.unreadable.append(item)


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
    for records in in_chunks(read_each(texts), AT_ONCE):
        for trial, auditor, costs in auditors:
            for item in records:
                if isinstance(item, Unreadable):
                    trial.add_unreadable(item)
                else:
                    costs.add(Known(item.record, contradictions(item.record)))
            read = [item for item in records if isinstance(item, ReadRecord)]
            for audit in audited(auditor, read):
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


def audited(auditor: Auditor, records: list[ReadRecord]) -> Iterator[CaseAudit]:
    """Yield the audit of each record, all at once or half of them at a time if need be."""
    try:
        audits = auditor.audit(records)
    except TooMuchAtOnce:
        half = len(records) // 2
        yield from audited(auditor, records[:half])
        yield from audited(auditor, records[half:])
    else:
        yield from audits


def in_chunks(
    items: Iterable[ReadRecord | Unreadable], size: int
) -> Iterator[list[ReadRecord | Unreadable]]:
    """Yield items so many at a time."""
    chunk: list[ReadRecord | Unreadable] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
