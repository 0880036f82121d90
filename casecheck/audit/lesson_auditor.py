"""Audit records by one lesson: its facts, the engine's matches, outcomes and findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from casecheck.audit.findings import FindingWriter
from casecheck.audit.instance_rows import BatchRows, Phantoms
from casecheck.engine.batch import Batch
from casecheck.engine.clustered import clustered
from casecheck.engine.compiled import CompiledLesson
from casecheck.engine.compiling import compile_lesson
from casecheck.engine.derived import FoundRows, with_derived
from casecheck.engine.doubts import part
from casecheck.engine.durable import Engine, EngineFailure
from casecheck.engine.fact_writer import FactFunctions, FactWriter, fact_functions
from casecheck.engine.facts import Facts
from casecheck.engine.lacking import Kinds, LackingEngines
from casecheck.engine.match_bound import MAX_FACTS, MAX_MATCHES
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
from casecheck.engine.rule_by_rule import RuleByRule, TooLarge
from casecheck.engine.ruleset import Ruleset
from casecheck.lessons.lesson import Concept, Lesson, Rules
from casecheck.results import Finding, LessonResult, MetInstance, Outcome, Unknown
from casecheck.truth.hangs_on import in_order
from casecheck.truth.known import Known
from casecheck.truth.quick_reading import PageNotes, QuickReading


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


class _Readings(dict[int, QuickReading]):
    """The plain reading of each of some records, made when it is asked for: few have a breach."""

    def __init__(
        self, known: Sequence[Known], concepts: Mapping[str, Concept], notes: PageNotes
    ) -> None:
        super().__init__()
        self._known = known
        self._concepts = concepts
        self._notes = notes

    def __missing__(self, record: int) -> QuickReading:
        self[record] = reading = QuickReading(self._known[record], self._concepts, self._notes)
        return reading


class Prepared(NamedTuple):
    """What takes longest to work out of a lesson: its two rulesets, and what writes its facts."""

    exact: Ruleset
    bounded: Ruleset
    functions: FactFunctions


def prepare(lesson: Lesson, concepts: Mapping[str, Concept]) -> Prepared:
    """Compile a lesson."""
    compiled = compile_lesson(lesson)
    return Prepared(compiled.exact, compiled.bounded, fact_functions(compiled, concepts))


class LessonAuditor:
    """One lesson, compiled, with its two rulesets in the engine.

    `prepared` is what `prepare` has made of the lesson, if that is at hand.
    """

    def __init__(self, lesson: Lesson, rules: Rules, prepared: Prepared | None = None) -> None:
        self.lesson = lesson
        exact, bounded, functions = prepared or prepare(lesson, rules.concepts)
        self.compiled = compiled = CompiledLesson(lesson, exact, bounded)
        self._concepts = rules.concepts
        self._notes = PageNotes()
        # So many rows of a record's facts may be together in a match.
        self._most_rows = max(len(rule.rows) for rule in compiled.exact.rules.values())
        self.writer = FactWriter(compiled, rules.concepts, functions)
        self.exact, self._exact_rules = Engine(compiled.exact), compiled.exact.checks
        self.bounded = LackingEngines(compiled.bounded, self.writer.bounded)
        self._bounded_rules = compiled.bounded.checks
        self._findings = [
            [
                FindingWriter(
                    lesson.id, check, one, of_one.rows, self.writer.sources, rules.concepts
                )
                for one, of_one in zip(check.populations, of_check, strict=True)
            ]
            for check, of_check in zip(lesson.checks, self._exact_rules, strict=True)
        ]
        self._phantoms: Phantoms = {}
        self._apart: dict[bool, RuleByRule] = {}
        self._results: dict[tuple[Outcome, ...], LessonResult] = {}
        self.not_applicable = self._result((Outcome.NOT_APPLICABLE,) * len(lesson.checks))

    def lacking(self, known: Known) -> Kinds:
        """Return what a record lacks of what the lesson reads, if there is an engine for such."""
        return self.bounded.kinds(known.record.carried.absent)

    def refuse_too_much(self, facts: Facts) -> None:
        """Raise `EngineFailure` where a record has more facts than the engine is given."""
        number = len(facts.texts)
        if number > MAX_FACTS:
            told = f"{number:,} of its rows bear on the lesson, more than {MAX_FACTS:,}"
            raise TooLarge(told)

    def is_large(self, facts: Facts) -> bool:
        """Say whether a record's facts join too often to be asked all at once."""
        number = len(facts.texts)
        if number**self._most_rows <= MAX_MATCHES:  # few enough, however they join
            return False
        return self._rule_by_rule(facts.settled).is_wanted(facts.texts)

    def audit_large(self, record: int, known: Sequence[Known], met: bool) -> RecordResult:
        """Return what the lesson says of one large record of some; if asked, what is `met` too."""
        facts = self.writer.write(known[record])
        try:
            matches = self._rule_by_rule(facts.settled).matches(facts.texts)
        except EngineFailure as failure:
            return record, failure
        batch = Batch(facts.settled)
        batch.add(record, facts)
        (told_of_it,) = self._results_of(batch, matches, known, met)
        return told_of_it

    def _rule_by_rule(self, settled: bool) -> RuleByRule:
        if settled not in self._apart:
            ruleset = self.compiled.exact if settled else self.compiled.bounded
            self._apart[settled] = RuleByRule(ruleset, [check.id for check in self.lesson.checks])
        return self._apart[settled]

    def audit(self, batch: Batch, known: Sequence[Known], met: bool) -> Iterator[RecordResult]:
        """Yield what the lesson says of each record of a batch; if asked, what is `met` too.

        Where the engine cannot evaluate the batch, each record is tried alone.
        """
        engine = self.exact if batch.settled else self.bounded.engine(batch.lacking)
        try:
            matches = engine.matches(batch.text())
        except EngineFailure as failure:
            if len(batch.records) == 1:
                yield batch.records[0], failure
            else:
                for alone in batch.apart():
                    yield from self.audit(alone, known, met)
            return
        yield from self._results_of(batch, matches, known, met)

    def _results_of(
        self, batch: Batch, matches: Matches, known: Sequence[Known], met: bool
    ) -> Iterator[RecordResult]:
        checks = self._instances(batch, matches, known)
        outcomes = [check_outcomes(populations, batch.record_of) for populations in checks]
        findings: dict[int, dict[_FindingKey, Finding]] = {one: {} for one in batch.records}
        readings = _Readings(known, self._concepts, self._notes)
        instances = BatchRows(batch, self._phantoms)
        for writers, populations in zip(self._findings, checks, strict=True):
            for (record, position, members), found in findings_of(populations, batch.record_of):
                finding = writers[position].write(
                    members,
                    found,
                    instances,
                    known[record],
                    partial(readings.__getitem__, record),
                    met=members in populations[position].unsettled,
                )
                if more := populations[position].told_with.get(members):
                    finding = writers[position].with_others(finding, more)
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
