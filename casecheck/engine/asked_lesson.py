"""One lesson in the engine: its facts, in batches, and what comes of what the engine matched.

What is made of the matches is for whoever asks: an audit makes findings, a measure counts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from casecheck.engine.batch import Batch
from casecheck.engine.compiled import CompiledLesson
from casecheck.engine.compiling import compile_lesson
from casecheck.engine.durable import Engine, EngineFailure
from casecheck.engine.fact_writer import FactFunctions, FactWriter, fact_functions
from casecheck.engine.facts import Facts
from casecheck.engine.lacking import Kinds, LackingEngines
from casecheck.engine.match_bound import MAX_FACTS, MAX_MATCHES
from casecheck.engine.matches import Matches
from casecheck.engine.rule_by_rule import RuleByRule, TooLarge
from casecheck.engine.ruleset import Ruleset
from casecheck.lessons.lesson import Concept, Lesson
from casecheck.truth.known import Known

Said = TypeVar("Said")
"""What is said of one record."""


class Prepared(NamedTuple):
    """What takes longest to work out of a lesson: its two rulesets, and what writes its facts."""

    exact: Ruleset
    bounded: Ruleset
    functions: FactFunctions


def prepare(
    lesson: Lesson, concepts: Mapping[str, Concept], *, all_evidence: bool = False
) -> Prepared:
    """Compile a lesson; `all_evidence` as in `compile_lesson`."""
    compiled = compile_lesson(lesson, all_evidence=all_evidence)
    return Prepared(compiled.exact, compiled.bounded, fact_functions(compiled, concepts))


class AskedLesson(ABC, Generic[Said]):
    """One lesson, compiled, with its two rulesets in the engine.

    `prepared` is what `prepare` has made of the lesson.
    """

    def __init__(self, lesson: Lesson, concepts: Mapping[str, Concept], prepared: Prepared) -> None:
        self.lesson = lesson
        exact, bounded, functions = prepared
        self.compiled = compiled = CompiledLesson(lesson, exact, bounded)
        # So many rows of a record's facts may be together in a match.
        self._most_rows = max(len(rule.rows) for rule in compiled.exact.rules.values())
        self.writer = FactWriter(compiled, concepts, functions)
        self.exact, self._exact_rules = Engine(compiled.exact), compiled.exact.checks
        self.bounded = LackingEngines(compiled.bounded, self.writer.bounded)
        self._bounded_rules = compiled.bounded.checks
        self._apart: dict[bool, RuleByRule] = {}

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

    def audit_large(
        self, record: int, known: Sequence[Known], met: bool
    ) -> tuple[int, Said | EngineFailure]:
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

    def audit(
        self, batch: Batch, known: Sequence[Known], met: bool
    ) -> Iterator[tuple[int, Said | EngineFailure]]:
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

    @abstractmethod
    def _results_of(
        self, batch: Batch, matches: Matches, known: Sequence[Known], met: bool
    ) -> Iterator[tuple[int, Said | EngineFailure]]:
        """Yield what is said of each record of a batch, by what the engine matched."""
