"""What each check costs the engine on some records, counted and not timed: the same every time.

A check's rows that bear on it become facts; the engine makes every match of them, and every
beginning of one. So facts and matches are what time and memory go by, and they can be counted
before the engine is asked. Each check is counted as if it were the only one of its lesson: checks
of one lesson share facts, so that a lesson costs no more than its checks together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from casecheck.engine.compiling import compile_lesson
from casecheck.engine.fact_writer import FactWriter
from casecheck.engine.match_bound import (
    MAX_FACTS,
    RowTests,
    beginnings_of,
    combinations_of,
    facts_by_kind,
    rows_of,
    rule_tests,
)
from casecheck.lessons.lesson import Check, Lesson, Rules
from casecheck.truth.known import Known

MOST_COUNTED = 100_000
"""So many matches of one rule are counted on one record; what comes to more is only said to."""


@dataclass(slots=True)
class Cost:
    """What one check costs on some records.

    `records` are those to which it may apply, the only ones of which it is asked; `facts` are their
    rows that bear on it, `rows` the facts that its rules look at, each as often as a rule does.
    `combinations` are the ways to put those rows together, of which `matches` (with the beginnings
    of one) are what the engine makes. `largest` is the most matches of one record, and its case id;
    `beyond` counts the records in which not all could be counted.
    """

    lesson: str
    check: str
    records: int = 0
    facts: int = 0
    rows: int = 0
    combinations: int = 0
    matches: int = 0
    largest: int = 0
    largest_case: str = ""
    beyond: int = 0


class CheckCost:
    """Counts what one check of a lesson costs, record by record."""

    def __init__(self, lesson: Lesson, check: Check, rules: Rules) -> None:
        compiled = compile_lesson(replace(lesson, checks=(check,)))
        self._writer = FactWriter(compiled, rules.concepts)
        self._tests: dict[bool, Sequence[Sequence[RowTests]]] = {
            settled: list(rule_tests(ruleset).values())
            for settled, ruleset in ((True, compiled.exact), (False, compiled.bounded))
        }
        self.cost = Cost(lesson.id, check.id)

    def add(self, known: Known) -> None:
        """Count one record."""
        cost, facts = self.cost, self._writer.write(known)
        if not facts.texts:
            return
        cost.records += 1
        cost.facts += len(facts.texts)
        if len(facts.texts) > MAX_FACTS:  # which the engine is not given
            cost.beyond += 1
            return
        by_kind = facts_by_kind(facts.texts)
        matches, beyond = 0, False
        for tests in self._tests[facts.settled]:
            rows = rows_of(tests, by_kind)
            cost.rows += sum(map(len, rows))
            if rows[0]:
                cost.combinations += combinations_of(rows)
                found = beginnings_of(tests, rows, MOST_COUNTED)
                matches += sum(found)
                beyond = beyond or max(found) > MOST_COUNTED
        cost.matches += matches
        cost.beyond += beyond
        if matches > cost.largest:
            cost.largest, cost.largest_case = matches, known.record.case_id


class Costs:
    """Counts what each check of some rules costs."""

    def __init__(self, rules: Rules) -> None:
        self._checks = [
            CheckCost(lesson, check, rules) for lesson in rules.lessons for check in lesson.checks
        ]

    def add(self, known: Known) -> None:
        """Count one record."""
        for one in self._checks:
            one.add(known)

    def __iter__(self) -> Iterator[Cost]:
        """Yield the cost of each check, in the order of the rules."""
        return iter([one.cost for one in self._checks])
