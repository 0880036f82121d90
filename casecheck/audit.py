"""Audit records: every lesson's facts, the engine's matches, outcomes and findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from casecheck.compiling import Ruleset, compile_lesson
from casecheck.contradictions import Contradictions, contradictions
from casecheck.engine import Engine, EngineFailure
from casecheck.fact_code import FactWriter
from casecheck.facts import NO_FACTS, Batch
from casecheck.findings import FindingWriter
from casecheck.known import Known
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.match_bound import MAX_FACTS, MAX_MATCHES, most_matches
from casecheck.outcomes import (
    Instances,
    Members,
    bounded_instances,
    check_outcome,
    exact_instances,
    findings_of,
    met_of,
    worst,
)
from casecheck.record import CaseRecord
from casecheck.results import CaseAudit, EngineError, Finding, LessonResult, MetInstance, Outcome

MAX_FINDINGS = 25_000
"""The most findings of one record; each takes 2 KB. A usual record has fewer than ten."""
MAX_HELD = 20_000
"""The most findings, and instances that are met, of all records that are audited at once."""
NOT_EVALUATED = "the engine could not evaluate this lesson on this record"
_NO_FINDING = (Outcome.COMPLIANT, Outcome.NOT_APPLICABLE)


class ReadRecord(NamedTuple):
    """A case record and where it was read: the file, and the line in a file of many.

    `digest` is the SHA-256 of its text, "" where the audit is not for the store.
    """

    record: CaseRecord
    file: str
    line: int | None
    digest: str = ""


class TooMuchAtOnce(Exception):  # noqa: N818 - asks for less
    """Several records come to more findings than memory should hold: audit fewer at a time."""


MATCHES_HELD = 50_000
"""After so many matches their records' outcomes are told before the next are matched."""

Matches = dict[str, set[Members]]
"""What each rule of a lesson matched in one record."""
_NOT_ASKED: Matches = {}
"""Of a record of which the lesson's facts say that it does not apply."""


class LessonAudit(NamedTuple):
    """What one lesson says of one record: its outcome, its checks', and the findings.

    `batch` and `instances` are what it rests on.
    """

    result: LessonResult
    findings: Collection[Finding]
    batch: Batch = NO_FACTS
    instances: Sequence[Sequence[Instances]] = ()


class LessonAuditor:
    """One lesson, compiled, with its two rulesets in the engine."""

    def __init__(self, lesson: Lesson, rules: Rules) -> None:
        self.lesson = lesson
        self._compiled = compiled = compile_lesson(lesson)
        # So many rows of a batch's facts may be together in a match.
        self._most_rows = max(map(len, compiled.exact.places.values()))
        self.writer = FactWriter(compiled, rules.concepts)
        self.exact, self._exact_rules = Engine(compiled.exact), compiled.exact.checks
        self.bounded, self._bounded_rules = Engine(compiled.bounded), compiled.bounded.checks
        self._findings = [
            [
                FindingWriter(lesson.id, check.id, one, rules.rows, self.writer.sources)
                for one, rules in zip(check.populations, of_check, strict=True)
            ]
            for check, of_check in zip(lesson.checks, self._exact_rules, strict=True)
        ]
        self._results: dict[tuple[Outcome, ...], LessonResult] = {}
        not_applicable = (Outcome.NOT_APPLICABLE,) * len(lesson.checks)
        self.not_applicable = LessonAudit(self._result(not_applicable), ())

    def audit(
        self, known: Sequence[Known], batches: Sequence[Batch]
    ) -> Iterator[LessonAudit | EngineFailure]:
        """Yield what the lesson says of each record, or why the engine could not evaluate it.

        `batches` are the records' facts. First all are matched, then all outcomes told: the engine
        goes through more memory for one record than is at hand in the processor, and what is done
        after it would each time begin as if for the first time. No more matches wait than
        `MATCHES_HELD`, and those of one record.
        """
        waiting: list[Matches | EngineFailure] = []
        told = held = 0
        for at, batch in enumerate(batches, 1):
            matched = self._matched(batch) if batch.origins else _NOT_ASKED
            waiting.append(matched)
            if isinstance(matched, dict):
                held += sum(map(len, matched.values()))
            if held > MATCHES_HELD or at == len(batches):
                yield from map(self._audit_of, known[told:at], batches[told:at], waiting)
                waiting, told, held = [], at, 0

    def _matched(self, batch: Batch) -> Matches | EngineFailure:
        try:
            self._refuse_too_much(batch)
            return (self.exact if batch.settled else self.bounded).matches(batch.text)
        except EngineFailure as failure:
            return failure

    def _audit_of(
        self, known: Known, batch: Batch, matched: Matches | EngineFailure
    ) -> LessonAudit | EngineFailure:
        if matched is _NOT_ASKED:
            return self.not_applicable
        if isinstance(matched, EngineFailure):
            return matched
        told = self._instances(batch, matched)
        result = self._result(tuple(map(check_outcome, told)))
        if result.outcome in _NO_FINDING:
            return LessonAudit(result, (), batch, told)
        findings: dict[tuple[str, Outcome], Finding] = {}
        for writers, populations in zip(self._findings, told, strict=True):
            for position, members, found in findings_of(populations):
                finding = writers[position].write(members, found, batch, known)
                # Two rows, or two periods, may say the same of one instance, in the same words.
                findings.setdefault((finding.fingerprint, found), finding)
        return LessonAudit(result, findings.values(), batch, told)

    def met(self, audit: LessonAudit, known: Known) -> Iterator[MetInstance]:
        """Yield the instances of a record that are no findings, for the store."""
        for check, populations in enumerate(audit.instances):
            for position, members, certain in met_of(populations):
                yield self._findings[check][position].met(members, certain, audit.batch, known)

    def _instances(self, batch: Batch, matches: Matches) -> list[list[Instances]]:
        """Return the instances of each check's populations."""
        if not batch.settled:
            return [[bounded_instances(one, matches) for one in rs] for rs in self._bounded_rules]
        doubts: dict[str, set[Members]] = {}
        for rule, number in batch.doubts:
            doubts.setdefault(rule, set()).add(number)
        for rule, doubted in doubts.items():
            # What is unknown stands in a fact as nought, which some tests pass.
            matches.get(rule, set()).difference_update(doubted)
        return [[exact_instances(one, matches, doubts) for one in rs] for rs in self._exact_rules]

    def ruleset(self, batch: Batch) -> Ruleset:
        """Return the ruleset that a batch is for."""
        return self._compiled.exact if batch.settled else self._compiled.bounded

    def _refuse_too_much(self, batch: Batch) -> None:
        """Raise `EngineFailure` where the engine could not evaluate a batch, or not in bounds."""
        facts = len(batch.origins)
        if facts > MAX_FACTS:
            raise EngineFailure(f"more than {MAX_FACTS:,} facts")
        if facts**self._most_rows <= MAX_MATCHES:  # few enough, however they join
            return
        if most_matches(self.ruleset(batch).definition, batch.text) > MAX_MATCHES:
            raise EngineFailure(f"more than {MAX_MATCHES:,} matches of one rule")

    def _result(self, outcomes: tuple[Outcome, ...]) -> LessonResult:
        """Return the same result for the same outcomes: there are few, and many records."""
        if outcomes not in self._results:
            checks = {
                check.id: one for check, one in zip(self.lesson.checks, outcomes, strict=True)
            }
            self._results[outcomes] = LessonResult(worst(outcomes), checks)
        return self._results[outcomes]


@dataclass(slots=True)
class _Case:
    """One record on its way through the lessons."""

    source: ReadRecord
    known: Known
    contradictory: Contradictions
    lessons: dict[str, LessonResult] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    met: set[MetInstance] | None = None
    errors: list[EngineError] = field(default_factory=list)

    def add(self, lesson: LessonAuditor, audit: LessonAudit | EngineFailure) -> int:
        """Take what a lesson says of the record, or that it could not be evaluated.

        Returns how many findings, and instances that are met, the record has come to by that.
        """
        identifier = lesson.lesson.id
        if audit is lesson.not_applicable:  # most often
            self.lessons[identifier] = lesson.not_applicable.result
            return 0
        if isinstance(audit, EngineFailure) or (
            len(self.findings) + len(audit.findings) > MAX_FINDINGS
        ):
            case_id = self.source.record.case_id
            self.errors.append(EngineError(case_id, identifier, NOT_EVALUATED))
            return 0
        self.lessons[identifier] = audit.result
        before = len(self.findings) + len(self.met or ())
        if audit.findings:
            self.findings += audit.findings
        if self.met is not None:
            self.met.update(lesson.met(audit, self.known))
        return len(self.findings) + len(self.met or ()) - before

    def audited(self) -> CaseAudit:
        """Return what was found, in its fixed order."""
        self.findings.sort(key=_order)
        record, file, line, digest = self.source
        return CaseAudit(
            case_id=record.case_id,
            file=file,
            line=line,
            lessons=self.lessons,
            findings=tuple(self.findings),
            contradictions=self.contradictory.found,
            errors=tuple(self.errors),
            extracted_on=record.extracted_on,
            district=record.district,
            team=record.team,
            lead_agency=record.lead_agency,
            digest=digest,
            met=tuple(sorted(self.met)) if self.met else (),
        )


def _order(finding: Finding) -> tuple[str, str, tuple[str, ...], str, str, str]:
    place = finding.lesson, finding.check, finding.pointers, finding.fingerprint
    return *place, finding.outcome, finding.message


class Auditor:
    """The lessons in force, ready to audit records."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.lessons = [LessonAuditor(lesson, rules) for lesson in rules.lessons]

    def audit(self, records: Sequence[ReadRecord], met: bool = False) -> list[CaseAudit]:
        """Return what every lesson says of each record; if asked, of the instances `met` too.

        Some dozens at once are quicker than one by one: while all facts of a record are written it
        stays at hand in the processor, and then each lesson's rules while it goes through them (see
        `LessonAuditor.audit` too).

        Raises:
            TooMuchAtOnce: never for one record.
        """
        cases = []
        for source in records:
            contradictory = contradictions(source.record)
            told = Known(source.record, contradictory)
            cases.append(_Case(source, told, contradictory, met=set() if met else None))
        known = [case.known for case in cases]
        written = [[lesson.writer.write(one) for lesson in self.lessons] for one in known]
        held = 0
        for at, lesson in enumerate(self.lessons):
            batches = [of_record[at] for of_record in written]
            for case, audit in zip(cases, lesson.audit(known, batches), strict=True):
                held += case.add(lesson, audit)
                if held > MAX_HELD and len(cases) > 1:
                    raise TooMuchAtOnce
        return [case.audited() for case in cases]

    def audit_one(self, record: CaseRecord, file: str = "", line: int | None = None) -> CaseAudit:
        """Return what every lesson says of one record."""
        (audited,) = self.audit([ReadRecord(record, file, line)])
        return audited
