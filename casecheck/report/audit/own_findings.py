"""Which findings are a case's own, and not said once of the extract that it came from."""

from __future__ import annotations

from casecheck.audit.check_answers import answer_of
from casecheck.lessons.check_reads import PopulationReads, reads_of
from casecheck.lessons.lesson import Rules
from casecheck.record.carried import WHOLE, Carried
from casecheck.report.audit.in_force import RulesInForce
from casecheck.results import CaseAudit, Finding, Outcome

CheckId = tuple[str, str]


class OwnFindings:
    """Tells a case's own findings, by what its record carries.

    A check that what the record carries can never answer is no finding of the case, whatever blanks
    it meets beside: no blank that is looked up settles it.
    """

    def __init__(self, rules: RulesInForce) -> None:
        self._reads: dict[CheckId, list[PopulationReads]] = {}
        if isinstance(rules, Rules):
            self._reads = {
                (lesson.id, check.id): reads_of(check, rules.concepts)
                for lesson in rules.lessons
                for check in lesson.checks
            }
        self._never: dict[Carried, frozenset[CheckId]] = {WHOLE: frozenset()}

    def of(self, audit: CaseAudit) -> list[Finding]:
        """Return the findings that are told of the case."""
        never = self._never_of(audit.carried)
        return [
            one
            for one in audit.findings
            if one.outcome is Outcome.BREACH
            or not (one.of_extract or (one.lesson, one.check) in never)
        ]

    def _never_of(self, carried: Carried) -> frozenset[CheckId]:
        if carried not in self._never:
            self._never[carried] = frozenset(
                check
                for check, reads in self._reads.items()
                if answer_of(reads, carried) in ("not", "finds_whom_to_ask")
            )
        return self._never[carried]
