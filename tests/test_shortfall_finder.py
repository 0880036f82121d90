"""What is found quickly of how evidence falls short is what the plain reading finds."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
import random_records
import shipped
from amounts import tries

from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.results import Outcome
from casecheck.truth.bounds import Bounds
from casecheck.truth.falling_short import evidence_of
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import PlainReading, Result

Item = tuple[dict[str, str], list[str]]
ONE_MEETING, ONE_ACTION = {"one": "meetings"}, {"one": "actions"}
ITEMS: list[Item] = [
    # of the instance's own rows
    ({}, ["action.kind == 'visit'", "action.closed_on > action.set_on + 3"]),
    # codes, lists, flags and events of the row that is looked for
    (
        ONE_MEETING,
        [
            "one.plan == action.plan",
            "one.kind != 'core_group'",
            "'police' in one.attended",
            "one.child_views",
            "one.on > action.set_on",
        ],
    ),
    (
        ONE_MEETING,
        [
            "'police' not in one.attended",
            "not one.child_views",
            "one.kind in ('core_group', 'strategy')",
            "one.plan == action.plan",
        ],
    ),
    (
        ONE_ACTION,
        [
            "happened(one.completed_on)",
            "not happened(one.closed_on)",
            "one.continues == action",
        ],
    ),
    # what may be any category
    (
        {"one": "plans"},
        [
            "one.category not in ('neglect', 'multiple')",
            "one.subject == action.plan.subject",
            "one.start < action.set_on",
        ],
    ),
    (
        {"one": "plans"},
        ["one.category != 'physical_abuse'", "one.subject == action.for_person"],
    ),
    # what functions ask
    (ONE_MEETING, ["recorded(one.child_views)", "one.plan == action.plan"]),
    (ONE_MEETING, ["not recorded(one.child_views)", "one.plan == action.plan"]),
    (
        {"one": "plans"},
        ["not same_code(one.category, 'multiple')", "one.subject == action.plan.subject"],
    ),
    (
        {"one": "plans"},
        ["same_code(one.category, action.plan.category)", "before(one.end, action.set_on)"],
    ),
    # days, working days, their opposites, and events on either side
    (
        ONE_ACTION,
        [
            "workdays(action.set_on, one.completed_on + 2) > 9",
            "one.plan == action.plan",
            "one != action",
        ],
    ),
    (
        ONE_ACTION,
        [
            "not (one.completed_on <= action.closed_on)",
            "not (one.set_on < action.completed_on)",
            "one.for_person == action.for_person",
        ],
    ),
    (
        ONE_ACTION,
        [
            "one.closed_on >= action.completed_on",
            "one.due == action.due",
            "action.plan == one.plan",
        ],
    ),
    (
        ONE_ACTION,
        [
            "one.completed_on < today - 30",
            "or_today(one.closed_on) > action.set_on",
            "one.plan.start <= action.set_on",
        ],
    ),
    (ONE_ACTION, ["one.plan == action.plan", "one.set_on == action.set_on", "one != action"]),
    # or, a way over two references, a person's age
    (
        {"one": "assessments"},
        [
            "one.subject == action.plan.subject or one.subject == action.for_person",
            "under(18, one.subject, one.started_on)",
        ],
    ),
    (
        ONE_MEETING,
        [
            "one.plan.subject == action.plan.subject",
            "one.plan.level in ('child_in_need', 'looked_after')",
        ],
    ),
    ({"one": "mitigations"}, ["one.risk == action.addresses", "one.recorded_on > action.set_on"]),
]
SLOW: list[Item] = [
    (
        {"one": "meetings", "other": "meetings"},
        ["one.plan == action.plan", "other.plan == action.plan", "one.on < other.on"],
    ),
    (
        {"one": "neglect_concern"},
        ["one.child == action.plan.subject", "one.since > action.set_on - 200"],
    ),
    ({"one": "neglect_concern"}, ["one.child == action.plan.subject"]),
]
PAGE = """
lesson: T1.1
title: In which way
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
checks:
  - id: never
    asks: Was it a chronicle?
    for_each: {action: actions}
    met_by:
      - means: an action that is set twice
        where: [action.set_on + 36000 <= opened_on]
    late:
ITEMS
    breach: "Nothing of {action}."
    cannot_tell: "Perhaps of {action}."
  - id: of-concerns
    asks: Was it one?
    for_each: {concern: neglect_concern}
    met_by:
      - means: one that is yet to come
        where: [concern.since + 36000 <= opened_on]
    incomplete:
      - means: a tool
        find: {tool: tools}
        where: [tool.subject == concern.child, tool.on > concern.until]
        breach: "{tool}, {days(concern.until, tool.on)}."
      - means: a tool
        find: {tool: tools}
        where: [tool.subject == concern.child, tool.on >= concern.since + 3]
        breach: "{tool}, {workdays(concern.since, tool.on)}."
    breach: "Nothing since {concern.since}."
    cannot_tell: "Perhaps since {concern.since}."
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {never: not_applicable}}
"""


def page(items: list[Item]) -> str:
    late = [
        {
            "means": "one",
            **({"find": find} if find else {}),
            "where": where,
            "breach": f"Item {at} {{one}} {{action.set_on}}"
            if find
            else f"Item {at} {{action.closed_on}}",
        }
        for at, (find, where) in enumerate(items)
    ]
    return PAGE.replace("ITEMS", f"      {json.dumps(late)}")


def differences(items: list[Item], records: range) -> tuple[int, int, set[str]]:
    """Compare the sentences of the audit with those of the plain reading; count those told.

    And those of them of which the day is told, and what was seen.
    """
    concepts = next(text for file, text in shipped.pages().items() if "concepts" in file)
    auditor = shipped.auditor_of({"T1.1.yaml": page(items), "concepts.yaml": concepts}, {})
    checks = {check.id: check for check in auditor.rules.lessons[0].checks}
    told, days, seen = 0, 0, set()
    for seed in records:
        record: dict[str, Any] = random_records.random_record(random.Random(seed))
        found = {
            (one.check, one.pointers, one.message, one.done_on)
            for one in shipped.audit(record, auditor).findings
            if one.outcome is Outcome.BREACH
        }
        read = read_record(json.dumps(record).encode())
        reading = PlainReading(Known(read, contradictions(read)), auditor.rules.concepts)
        expected = set()
        for check in checks.values():
            (population,) = check.populations
            for instance in reading.instances(population):
                if instance.result is Result.BREACH:
                    short = evidence_of(population, instance.bound, reading)
                    pointers = tuple(
                        row.pointer
                        for one in instance.bound.values()
                        for row in reading.reported(one)
                    )
                    if short:
                        told += 1
                        seen.add(
                            " ".join(short.sentence.split()[:2]) if check.id == "never" else "tool"
                        )
                        day = known_day(short.day, reading.known)
                        days += day is not None
                        expected.add((check.id, pointers, short.sentence, day))
        assert expected <= found, seed
        assert all(
            ("Nothing" in message, day) == (True, None) for _, _, message, day in found - expected
        ), seed
    return told, days, seen


def known_day(day: Bounds | None, known: Known) -> date | None:
    return date.fromordinal(known.today + day[0]) if day and day[0] == day[1] else None


@pytest.mark.slow
def test_each_form_of_a_condition_is_read_as_the_plain_reading_does() -> None:
    days = [differences([item], range(tries(300)))[1] for item in ITEMS]
    assert any(days)


def test_all_together_and_in_their_order() -> None:
    told, _, seen = differences(ITEMS, range(tries(1200)))
    assert told > 50
    assert len(seen) > 5


def test_what_is_rare_is_read_plainly() -> None:
    told, days, _ = differences(SLOW, range(80))
    assert told > 10
    assert days > 5
