"""Which lessons an audit would have to refuse of a record, told without auditing every record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from math import prod

from casecheck.audit.auditor import MAX_FINDINGS, Auditor
from casecheck.engine.match_bound import MAX_FACTS, MAX_MATCHES
from casecheck.lessons.lesson import Population, Rules
from casecheck.record.model import CaseRecord
from casecheck.results import EngineError

RowsOf = Callable[[str], int]
"""How many rows there are of a section or a concept."""


class Refusals:
    """Says of records what the engine cannot evaluate.

    A usual record has so few rows that nothing can be refused, however they belong together. Only a
    larger one is audited, to see.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._populations = [
            population
            for lesson in rules.lessons
            for check in lesson.checks
            for population in check.populations
        ]

    def of(self, record: CaseRecord) -> tuple[EngineError, ...]:
        """Return the lessons that the engine cannot evaluate on a record, and why.

        Raises:
            EngineUnusable: where the engine cannot run at all.
        """
        return self._auditor.audit_one(record).errors if self._may_be_refused(record) else ()

    @cached_property
    def _auditor(self) -> Auditor:
        return Auditor(self._rules)

    def _may_be_refused(self, record: CaseRecord) -> bool:
        number = {section: len(rows or ()) or 1 for section, rows in record.sections.items()}
        concepts = self._rules.concepts

        def rows_of(kind: str) -> int:
            sections = [one.section for one in concepts[kind].rows] if kind in concepts else [kind]
            return sum(number[section] for section in sections)

        instances = sum(_together(one, rows_of) for one in self._populations)
        return (
            # A row may be a fact of several kinds, but of each only once for each of its sources.
            sum(number.values()) > MAX_FACTS // 4
            or instances > MAX_FINDINGS
            or any(
                combinations > MAX_MATCHES
                for one in self._populations
                for combinations in _with_others(one, rows_of)
            )
        )


def _together(population: Population, rows_of: RowsOf) -> int:
    return prod(map(rows_of, population.for_each.values()))


def _with_others(population: Population, rows_of: RowsOf) -> Iterator[int]:
    """Yield how many combinations there may be of an instance and what is looked for beside it."""
    instances = _together(population, rows_of)
    for way in (*population.given, *population.unless, *population.met_by):
        yield instances * prod(map(rows_of, way.rows.values()))
    yield instances
