"""The generated code writes the same facts as the plain way, and settles only what is settled."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import random_records
import shipped
from amounts import few, tries

from casecheck.audit.auditor import Auditor
from casecheck.engine.facts import Facts, write_facts
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.truth.known import Known


def known_of(seed: int) -> Known:
    record = random_records.random_record(random.Random(seed))
    read = read_record(json.dumps(record).encode())
    return Known(read, contradictions(read))


def contents(facts: Facts) -> list[Any]:
    """What each fact says of which row, whatever its number in the batch."""
    said = zip(facts.origins, map(json.loads, facts.texts), strict=True)
    return sorted(
        (
            source.number,
            position,
            sorted((key, value) for key, value in fact.items() if key != "id"),
        )
        for (source, position), fact in said
    )


@pytest.mark.parametrize("block", few(range(10), 0))
def test_generated_code_equals_the_plain_way(block: int) -> None:
    settled, bounded = compared(shipped.auditor(), range(block * 100, (block + 1) * 100))
    assert settled > 40
    assert bounded > 50


CONCEPTS = """
concepts:
  marked:
    means: Somebody with a history.
    rows:
      - of: {person: people}
        where:
          - "'sexual_abuse_victim' in person.history or 'substance_misuse' in person.history"
          - not ('care_experienced' in person.history)
          - "('domestic_abuse_victim' in person.history and 'substance_misuse' in person.history)
            or not ('domestic_abuse_perpetrator' in person.history)"
        fields: {who: person}
      - of: {change: category_changes}
        where:
          - not (change.to_category == 'neglect')
          - opened_on + 100 <= today
        fields: {who: change.plan.subject}
"""
PAGE = """
lesson: T1.1
title: What the shipped lessons do not ask
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
checks:
  - id: odd
    asks: Is it so?
    for_each: {one: marked}
    where:
      - workdays(opened_on, today) >= 20
      - workdays(one.who.born, today) >= 2000
      - workdays(opened_on + 3, today - 1) <= 2000
    met_by:
      - means: so
        find: {tool: tools}
        where:
          - tool.subject == one.who
          - not (tool.kind == 'dash')
          - workdays(opened_on, tool.on) >= 1
      - means: or so
        find: {plan: plans}
        where:
          - plan.subject == one.who
          - workdays(today, or_today(plan.end)) <= 3
          - opened_on <= plan.start
      - means: or even so
        where: [opened_on + 700 <= today]
    breach: No.
    cannot_tell: Perhaps.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {odd: not_applicable}}
"""


def test_both_ways_are_equal_on_what_no_shipped_lesson_asks() -> None:
    odd = shipped.auditor_of({"concepts.yaml": CONCEPTS, "T1.1.yaml": PAGE}, {})
    settled, bounded = compared(odd, range(tries(4000)))
    assert settled > 20
    assert bounded > 20


def compared(auditor: Auditor, seeds: range) -> tuple[int, int]:
    """Compare both ways on random records; return how many batches were of which kind."""
    settled = bounded = 0
    for seed in seeds:
        known = known_of(seed)
        for lesson in auditor.lessons:
            writer = lesson.writer
            quick, plain = writer.write(known), write_facts(known, writer.bounded, writer.ways)
            if not quick.settled and not plain.origins:
                # Of an unknown section's one row the quick way does not look so closely.
                assert any(not known.is_known(source.section) for source in writer.bounded)
            elif not quick.settled:
                assert contents(quick) == contents(plain)
                bounded += 1
            elif quick.origins:
                plain = write_facts(known, writer.exact, writer.exact_ways)
                assert exact_of(plain, quick) == contents(quick)
                settled += 1
            else:
                # Of folded rows more is seen at once; of joined ones, where something is unknown.
                exact = write_facts(known, writer.exact, writer.exact_ways)
                assert not (plain.origins and exact.origins)
    return settled, bounded


def exact_of(plain: Facts, quick: Facts) -> list[Any]:
    """The plain facts with one number a quantity, as the exact ruleset reads them.

    What a settled fact leaves unknown matters to no rule; there the quick way writes nought, and
    so it is taken from there.
    """
    taken = {(number, position): dict(said) for number, position, said in contents(quick)}
    exact = []
    for number, position, said in contents(plain):
        content = dict(said)
        assert content.pop("x") == 2, "a row that is only perhaps there is not settled"
        assert content.pop("p") == 2, "what may not be asked about is left to the plain way"
        row: dict[str, int] = {}
        for name, value in content.items():
            if name[-1] not in "01":
                row[name] = value if value != 1 or name in "rtz" else taken[number, position][name]
            elif name.endswith("0"):
                upper = content[f"{name[:-1]}1"]
                row[name[:-1]] = value if value == upper else taken[number, position][name[:-1]]
        exact.append((number, position, sorted(row.items())))
    return sorted(exact)
