"""Audit records by every lesson in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from casecheck.audit.check_answers import Unanswerable
from casecheck.audit.first_days import first_days
from casecheck.audit.kept_of_rules import kept_of_lesson
from casecheck.audit.lesson_auditor import (
    LessonAudit,
    LessonAuditor,
)
from casecheck.audit.timelines import timeline_of
from casecheck.engine.asked_lesson import Prepared, prepare
from casecheck.engine.batches import Batches
from casecheck.engine.durable import EngineFailure
from casecheck.engine.rule_by_rule import TooLarge
from casecheck.intake.records import ReadRecord
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.record.contradictions import Contradictions, contradictions
from casecheck.record.model import CaseRecord
from casecheck.results import CaseAudit, EngineError, Finding, LessonResult, MetInstance
from casecheck.truth.known import Known

MAX_FINDINGS = 25_000
"""The most findings of one record; each takes 2 KB. A usual record has fewer than ten."""
MAX_HELD = 20_000
"""The most findings, and instances that are met, of all records that are audited at once."""
NOT_EVALUATED = "the engine could not evaluate this lesson on this record"


class TooMuchAtOnce(Exception):  # noqa: N818 - asks for less
    """Several records come to more findings than memory should hold: audit fewer at a time."""


@dataclass(slots=True)
class _Case:
    """One record on its way through the lessons."""

    source: ReadRecord
    known: Known
    contradictory: Contradictions
    lessons: dict[str, LessonResult]
    findings: list[Finding] = field(default_factory=list)
    met: set[MetInstance] = field(default_factory=set)
    errors: list[EngineError] = field(default_factory=list)

    def add(self, lesson: str, audit: LessonAudit | EngineFailure) -> int:
        """Take what a lesson says of the record, or that it could not be evaluated.

        Returns how many findings, and instances that are met, the record has come to by that.
        """
        if not isinstance(audit, EngineFailure) and (
            len(self.findings) + len(audit.findings) > MAX_FINDINGS
        ):
            audit = TooLarge(
                f"its {len(audit.findings):,} findings and the {len(self.findings):,} of lessons"
                f" before it are more than {MAX_FINDINGS:,} of one record"
            )
        if isinstance(audit, EngineFailure):
            case_id = self.source.record.case_id
            self.errors.append(
                EngineError(case_id, lesson, NOT_EVALUATED, str(audit), audit.remedy)
            )
            del self.lessons[lesson]
            return 0
        self.lessons[lesson] = audit.result
        before = len(self.findings) + len(self.met)
        self.findings += audit.findings
        self.met.update(audit.met)
        return len(self.findings) + len(self.met) - before

    def audited(self, unanswerable: Unanswerable, timeline: bool) -> CaseAudit:
        """Return what was found, in its fixed order; if asked, with the record's timeline."""
        self.findings.sort(key=_order)
        record, file, line, digest = self.source
        return CaseAudit(
            case_id=record.case_id,
            file=file,
            line=line,
            lessons=self.lessons,
            findings=tuple(self.findings),
            contradictions=self.contradictory.pairs,
            errors=tuple(self.errors),
            extracted_on=record.extracted_on,
            district=record.district,
            team=record.team,
            lead_agency=record.lead_agency,
            digest=digest,
            met=tuple(sorted(self.met)),
            since=first_days(record),
            timeline=timeline_of(self.known) if timeline else None,
            carried=record.carried,
            unanswerable=unanswerable.of(record.carried),
        )


def _order(finding: Finding) -> tuple[str, str, tuple[str, ...], str, str, str, str]:
    place = finding.lesson, finding.check, finding.pointers, finding.fingerprint
    return *place, finding.outcome, finding.message, str(finding.due or "")


def _prepared(lesson: Lesson, rules: Rules) -> Prepared:
    """Return what a lesson is compiled into, which is kept on disk."""
    return kept_of_lesson(rules, lesson, "lesson", lambda: prepare(lesson, rules.concepts))


class Auditor:
    """The lessons in force, ready to audit records."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._unanswerable = Unanswerable(rules)
        self.lessons = [
            LessonAuditor(lesson, rules, _prepared(lesson, rules)) for lesson in rules.lessons
        ]

    def audit(
        self, records: Sequence[ReadRecord], met: bool = False, timelines: bool = False
    ) -> list[CaseAudit]:
        """Return what every lesson says of each record; if asked, of the instances `met` too.

        If asked, each comes with its timeline.

        Some dozens at once are quicker than one by one: the engine takes their facts together, and
        while all facts of a record are written it stays at hand in the processor, as each lesson's
        rules do afterwards.

        Raises:
            TooMuchAtOnce: never for one record.
        """
        not_applicable = {one.lesson.id: one.not_applicable for one in self.lessons}
        batches = [Batches(lesson) for lesson in self.lessons]
        cases = []
        for number, source in enumerate(records):
            contradictory = contradictions(source.record)
            known = Known(source.record, contradictory)
            cases.append(_Case(source, known, contradictory, dict(not_applicable)))
            for of_lesson in batches:
                of_lesson.add(number, known)
        known_of = [case.known for case in cases]
        held = 0
        for of_lesson in batches:
            for number, audit in of_lesson.results(known_of, met):
                held += cases[number].add(of_lesson.lesson.lesson.id, audit)
                if held > MAX_HELD and len(cases) > 1:
                    raise TooMuchAtOnce
        return [case.audited(self._unanswerable, timelines) for case in cases]

    def audit_one(self, record: CaseRecord, file: str = "", line: int | None = None) -> CaseAudit:
        """Return what every lesson says of one record."""
        (audited,) = self.audit([ReadRecord(record, file, line)])
        return audited
