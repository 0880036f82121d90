"""Audit records by one lesson: its facts, the engine's matches, outcomes and findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from casecheck.audit.condition_reads import ReadNotes
from casecheck.audit.findings import FindingWriter
from casecheck.audit.instance_rows import BatchRows, Phantoms
from casecheck.engine.asked_lesson import AskedLesson, Prepared, prepare
from casecheck.engine.batch import Batch
from casecheck.engine.clustered import clustered
from casecheck.engine.derived import FoundRows, with_derived
from casecheck.engine.doubts import part
from casecheck.engine.durable import EngineFailure
from casecheck.engine.matches import Matches, Members
from casecheck.engine.outcomes import (
    Instances,
    bounded_instances,
    check_outcomes,
    exact_instances,
    findings_of,
    met_of,
    worst,
)
from casecheck.lessons.lesson import Concept, Lesson, Rules
from casecheck.results import Finding, LessonResult, MetInstance, Outcome, Unknown
from casecheck.truth.hangs_on import in_order
from casecheck.truth.known import Known
from casecheck.truth.quick_reading import PageNotes, QuickHangsOn, QuickReading


class LessonAudit(NamedTuple):
    """What one lesson says of one record: its outcome, its checks', and the findings.

    `met` are the instances that are no findings, where they were asked for.
    """

    result: LessonResult
    findings: Collection[Finding] = ()
    met: Collection[MetInstance] = ()


RecordResult = tuple[int, LessonAudit | EngineFailure]
"""Which of some records, and what the lesson says of it, or why it could not be evaluated."""

_FindingKey = tuple[str, Outcome, Members]
"""An instance's fingerprint and outcome, and the facts that it is made of."""


class _Readings(dict[int, QuickHangsOn]):
    """The plain reading of each of some records, made when it is asked for: few have a breach.

    A reading knows nothing of what says what it hangs on, or records would be freed late.
    """

    def __init__(
        self, known: Sequence[Known], concepts: Mapping[str, Concept], notes: PageNotes
    ) -> None:
        super().__init__()
        self._known = known
        self._concepts = concepts
        self._notes = notes

    def __missing__(self, record: int) -> QuickHangsOn:
        reading = QuickReading(self._known[record], self._concepts, self._notes)
        self[record] = hangs = QuickHangsOn(reading, self._notes)
        return hangs


class LessonAuditor(AskedLesson[LessonAudit]):
    """One lesson, compiled, with its two rulesets in the engine.

    `prepared` is what `prepare` has made of the lesson, if that is at hand.
    """

    def __init__(self, lesson: Lesson, rules: Rules, prepared: Prepared | None = None) -> None:
        super().__init__(lesson, rules.concepts, prepared or prepare(lesson, rules.concepts))
        self._concepts = rules.concepts
        self._notes = PageNotes()
        reads = ReadNotes()
        self._findings = [
            [
                FindingWriter(
                    lesson.id, check, one, of_one.rows, self.writer.sources, rules.concepts, reads
                )
                for one, of_one in zip(check.populations, of_check, strict=True)
            ]
            for check, of_check in zip(lesson.checks, self._exact_rules, strict=True)
        ]
        self._phantoms: Phantoms = {}
        self._results: dict[tuple[Outcome, ...], LessonResult] = {}
        self.not_applicable = self._result((Outcome.NOT_APPLICABLE,) * len(lesson.checks))

    def _results_of(
        self, batch: Batch, matches: Matches, known: Sequence[Known], met: bool
    ) -> Iterator[RecordResult]:
        checks = self._instances(batch, matches, known)
        outcomes = [check_outcomes(populations, batch.record_of) for populations in checks]
        findings: dict[int, dict[_FindingKey, Finding]] = {one: {} for one in batch.records}
        readings = _Readings(known, self._concepts, self._notes)
        hangs_on = {one: partial(readings.__getitem__, one) for one in batch.records}
        instances = BatchRows(batch, self._phantoms)
        for writers, populations in zip(self._findings, checks, strict=True):
            for (record, position, members), found in findings_of(populations, batch.record_of):
                writer, population = writers[position], populations[position]
                finding = writer.write(
                    members,
                    found,
                    instances,
                    known[record],
                    hangs_on[record],
                    met=members in population.unsettled,
                )
                if population.told_with and (more := population.told_with.get(members)):
                    finding = writer.with_others(finding, more)
                # Two periods, of which neither is sure to be its, may ask about one instance.
                findings[record].setdefault((finding.fingerprint, found, members), finding)
        are_met = self._met(batch, checks, known, instances) if met else {}
        none = Outcome.NOT_APPLICABLE
        for record in batch.records:
            result = self._result(tuple([check.get(record, none) for check in outcomes]))
            yield record, LessonAudit(result, _distinct(findings[record]), are_met.get(record, ()))

    def _met(
        self,
        batch: Batch,
        checks: Sequence[Sequence[Instances]],
        known: Sequence[Known],
        instances: BatchRows,
    ) -> dict[int, list[MetInstance]]:
        """Return the instances of each record that are no findings, for the store."""
        are_met: dict[int, list[MetInstance]] = {}
        for writers, populations in zip(self._findings, checks, strict=True):
            for (record, position, members), certain in met_of(populations, batch.record_of):
                one = writers[position].met(members, certain, instances, known[record])
                are_met.setdefault(record, []).append(one)
        return are_met

    def _instances(
        self, batch: Batch, matches: Matches, known: Sequence[Known]
    ) -> list[list[Instances]]:
        """Return the instances of each check's populations."""
        ruleset = self.compiled.exact if batch.settled else self.compiled.bounded
        rows = FoundRows(batch, known)
        matches = with_derived(ruleset, matches, rows)
        if not batch.settled:
            return [
                [clustered(bounded_instances(one, matches), one.once, rows) for one in rules]
                for rules in self._bounded_rules
            ]
        parted = part(matches, batch.doubts)
        return [
            [clustered(exact_instances(one, parted), one.once, rows) for one in rules]
            for rules in self._exact_rules
        ]

    def _result(self, outcomes: tuple[Outcome, ...]) -> LessonResult:
        """Return the same result for the same outcomes: there are few, and many records."""
        if outcomes not in self._results:
            checks = {
                check.id: one for check, one in zip(self.lesson.checks, outcomes, strict=True)
            }
            self._results[outcomes] = LessonResult(worst(outcomes), checks)
        return self._results[outcomes]


def _distinct(findings: Mapping[_FindingKey, Finding]) -> Collection[Finding]:
    """Return each finding once: rows reported alike may say the same, in the same words.

    Such are two rows that may be missing, one of other kinds and one of any kind: what either hangs
    on is put together.
    """
    if len({fingerprint for fingerprint, *_ in findings}) == len(findings):
        return findings.values()
    hang_on: dict[Finding, set[Unknown]] = {}
    for finding in findings.values():
        hang_on.setdefault(finding._replace(unknown=()), set()).update(finding.unknown)
    return [one._replace(unknown=in_order(unknown)) for one, unknown in hang_on.items()]
