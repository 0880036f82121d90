"""Write what a record tells as facts for the engine: whole numbers, for one lesson.

This is the plain way, for any record, with a lower and an upper bound for each quantity.
`FactWriter` writes the same quickly, settled where nothing that a lesson reads is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from casecheck.engine.doubts import Doubt
from casecheck.engine.durable import fact_text
from casecheck.engine.properties import FALSE, NEVER, SELF, TRUE, UNSURE, Property, TruthOf, Value
from casecheck.engine.ruleset import Pattern, Ruleset
from casecheck.engine.sources import Source
from casecheck.lessons.terms import (
    Comparison,
    FactTest,
    Quantity,
    Test,
)
from casecheck.truth.bounds import compare
from casecheck.truth.kleene import Truth, all_of, any_of
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow


class BatchPosition(NamedTuple):
    """Where a record's facts stand in a batch: after how many others, as which of its records."""

    facts: int = 0
    record: int = 1


class Facts(NamedTuple):
    """The facts of one record for one lesson, each as the engine's JSON.

    No facts at all mean that the lesson does not apply. `origins` holds each fact's source and its
    row's position in the section (0 for the one row that an unknown section stands for).
    `settled`: they are for the exact ruleset, nothing that the lesson reads being unknown but what
    the `doubts` say.
    """

    texts: Sequence[str]
    origins: Sequence[tuple[Source, int]]
    settled: bool
    doubts: Sequence[Doubt] = ()


FIRST = BatchPosition()
NO_FACTS = Facts((), (), settled=True)


Way = tuple[tuple[str, Pattern], ...]
"""The rows that an instance needs: for each a kind, and a pattern that a fact of it may pass."""


def ways_to_apply(ruleset: Ruleset) -> list[Way]:
    """Return the rows that each population needs, for each way in which it may have an instance."""
    ways: dict[Way, None] = {}
    for check in ruleset.checks:
        for population in check:
            members = population.may.members
            for rule in (behind for one in members for behind in ruleset.behind(one)):
                rows = ruleset.rules[rule].rows
                ways[tuple((row.kind, row.pattern) for row in rows)] = None
    return list(ways)


def write_facts(
    known: Known, sources: Iterable[Source], ways: Iterable[Way], place: BatchPosition = FIRST
) -> Facts:
    """Return the facts of one record for one lesson, with both bounds of each quantity."""
    facts: list[str] = []
    origins: list[tuple[Source, int]] = []
    passed: set[tuple[str, Pattern]] = set()
    for source in sources:
        for position, row in enumerate(known.rows(source.section)):
            content = content_of(known, source, row)
            may_pass = [one for one in source.kind.patterns if content and _may_pass(content, one)]
            if may_pass:
                passed.update((source.kind.name, pattern) for pattern in may_pass)
                origins.append((source, position))
                number = place.facts + len(origins)
                facts.append(fact_text(number, source.kind.number, place.record, content))
    if not any(passed.issuperset(way) for way in ways):
        return NO_FACTS
    return Facts(facts, origins, settled=False)


def content_of(known: Known, source: Source, row: KnownRow) -> dict[str, int]:
    """Return what a fact says of a row; nothing where the row is certainly not of this kind."""
    rows = {SELF: row}
    certain = _certainty(known, source, rows)
    if certain == FALSE:
        return {}
    own = {"x": certain, "p": _truth(known.asked_about(row))}
    return own | of_properties(known, source.properties, rows)


def of_properties(
    known: Known, properties: Iterable[tuple[str, Property]], rows: Mapping[str, KnownRow]
) -> dict[str, int]:
    """Return what a fact says of some properties of its row."""
    content: dict[str, int] = {}
    for name, asked in properties:
        if isinstance(asked, TruthOf):
            content[name] = _truth(known.truth(_test(asked), rows))
        else:
            content[name + "0"], content[name + "1"] = _value(known, asked, rows)
    return content


def _certainty(known: Known, source: Source, rows: Mapping[str, KnownRow]) -> int:
    """Return how sure it is that the row is there and of this kind."""
    truth: Truth = True if rows[SELF].data is not None else None
    for alternatives in source.where:
        holds = any_of([known.all_of(tests, rows) for tests in alternatives])
        truth = all_of([truth, holds])
    return _truth(truth)


def _truth(truth: Truth) -> int:
    return UNSURE if truth is None else TRUE if truth else FALSE


def _test(asked: TruthOf) -> Test:
    return asked.test if isinstance(asked.test, Comparison) else FactTest(asked.test)


def _value(known: Known, asked: Value, rows: Mapping[str, KnownRow]) -> tuple[int, int]:
    bounds = known.bounds(Quantity(asked.base, asked.plus), rows)
    if bounds is not None:
        return bounds
    never = NEVER if asked.null_above else -NEVER
    return never, never


def _may_pass(content: Mapping[str, int], pattern: Pattern) -> bool:
    """Say whether a fact may pass what a pattern asks of it alone."""
    return all(
        content[name] != (TRUE if negated else FALSE) for name, negated in pattern.truths
    ) and all(
        compare((content[name + "0"], content[name + "1"]), order, (number, number)) is not False
        for name, order, number in pattern.limits
    )
