"""Counting, the last row and rows that are not there: knowing less never makes a pass.

And the tools of an author read these parts of a page: what it needs, what grows, what has examples.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import test_absent_rows
import test_counted_rows
import test_told_once
from amounts import tries
from partial_records import case, random_record, rules

from casecheck.authoring.boundaries import CheckNumbers
from casecheck.authoring.growth import growing
from casecheck.authoring.unused import asked_of_concepts
from casecheck.intake.records import ReadRecord
from casecheck.lessons.effort import effort
from casecheck.lessons.needs import needs_of
from casecheck.record.contradictions import contradictions
from casecheck.results import Outcome
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known

Record = dict[str, Any]
PASS = {Outcome.COMPLIANT, Outcome.NOT_APPLICABLE}
SECTIONS = ("plans", "risks", "meetings", "incidents", "actions")
DAYS = {"risks": "identified_on", "meetings": "on", "incidents": "on", "actions": "set_on"}
EVENTS = {"risks": "resolved_on", "incidents": "known_on", "actions": "completed_on"}


def without_a_section(random: Random, record: Record) -> None:
    record[random.choice(SECTIONS)] = None


def without_a_row(random: Random, record: Record) -> None:
    there = [section for section in SECTIONS if record[section]]
    if there:
        section = random.choice(there)
        record[section].pop(random.randrange(len(record[section])))
        record.setdefault("coverage", {})[section] = {"incomplete": True}


def with_a_wider_day(random: Random, record: Record) -> None:
    section, day = random.choice(list(DAYS.items()))
    for row in record[section] or ():
        if "/" not in row[day] and random.random() < 0.6:
            row[day] = random.choice([f"../{row[day]}", f"{row[day]}/2026-03-25", f"{row[day]}/.."])


def with_an_unknown_event(random: Random, record: Record) -> None:
    section, event = random.choice(list(EVENTS.items()))
    for row in record[section] or ():
        if random.random() < 0.6:
            row[event] = "unknown"


def with_unknown_facts(random: Random, record: Record) -> None:
    for row in record["meetings"] or ():
        for field in ("plan", "subject", "child_views"):
            if random.random() < 0.4:
                row[field] = None


@pytest.mark.parametrize(
    "less",
    [
        without_a_section,
        without_a_row,
        with_a_wider_day,
        with_an_unknown_event,
        with_unknown_facts,
    ],
)
def test_knowing_less_never_makes_a_pass(less: Callable[[Random, Record], None]) -> None:
    auditors = (test_absent_rows.AUDITOR, test_counted_rows.AUDITOR)
    before, after = [], []
    for seed in range(tries(600)):
        random = Random(seed)
        record = random_record(random, (0, 0.1)[seed % 2])
        fewer = copy.deepcopy(record)
        less(random, fewer)
        was, is_ = case(record), case(fewer)
        # Days that contradict each other are unknown: to widen one may make the other known.
        if not contradictions(was).pairs:
            before.append(ReadRecord(was, "x", None, ""))
            after.append(ReadRecord(is_, "x", None, ""))
    changed = 0
    for auditor in auditors:
        for old, new in zip(auditor.audit(before), auditor.audit(after), strict=True):
            for check, outcome in old.lessons["T1.1"].checks.items():
                now = new.lessons["T1.1"].checks[check]
                changed += now != outcome
                if outcome not in PASS:
                    assert now != Outcome.COMPLIANT, (check, outcome)
                if outcome == Outcome.BREACH:
                    assert now != Outcome.NOT_APPLICABLE, check
    assert changed > 0


# --- an author's tools ---


def test_what_is_read_of_rows_counts_as_needed_and_as_asked() -> None:
    needs = needs_of(test_absent_rows.PAGE.lessons[0], test_absent_rows.PAGE.concepts)
    assert "actions" in needs.sections
    page = test_counted_rows.HEAD + test_counted_rows.LAST
    page = page.replace("latest: meeting.on", "latest: action.due").replace("meeting", "action")
    page = page.replace("action.subject == risk.subject, action.on", "action.set_on")
    page = page.replace("action.child_views", "happened(action.completed_on)")
    start, end = page.index("parameters:"), page.index("checks:")
    page = page[:start] + page[end:] + test_counted_rows.TAIL.replace("counted", "last")
    needs = needs_of(rules(page).lessons[0], {})
    assert ("actions", "due") in needs.facts
    once = test_told_once.PAGE
    assert asked_of_concepts(once)["worry"] == {"", "child", "since"}
    assert asked_of_concepts(test_counted_rows.PAGE)["worry"] == {"", "child", "until"}


def test_cost_is_of_all_rows_that_are_put_together() -> None:
    """Counting costs as much as finding; what must not be there is joined with what is found."""
    counted, absent = test_counted_rows.PAGE, test_absent_rows.PAGE
    named = {check.id: check for check in (*counted.lessons[0].checks, *absent.lessons[0].checks)}
    record = {section: [{}] * 10 for section in SECTIONS}
    assert effort(named["counted"], record, {}) == 10 * 1 + 10 * 10 * 3
    assert effort(named["first"], record, {}) == 10 * 2 + 10 * 10 * 10 * 9
    assert not list(growing(rules(one_page(test_counted_rows, "COUNTED")).lessons[0], {}))


def one_page(of: Any, check: str) -> str:
    return of.HEAD + getattr(of, check) + of.TAIL


@pytest.mark.parametrize(
    ("on", "holds", "fails"), [("2026-03-07", True, False), ("2026-03-06", False, True)]
)
def test_a_number_of_what_must_not_be_there_has_two_sides(
    on: str, holds: bool, fails: bool
) -> None:
    page = rules(one_page(test_absent_rows, "FIRST_OF_A_RUN"))
    (lesson,) = page.lessons
    numbers = CheckNumbers(lesson, lesson.checks[0])
    meetings = [
        test_absent_rows.CONFERENCE,
        test_absent_rows.meeting("strategy", "2026-03-12"),
        test_absent_rows.meeting("strategy", on),
    ]
    record = case(test_absent_rows.record_of(meetings=meetings))
    known = Known(record, contradictions(record))
    numbers.read(IndexedReading(known, page.concepts), "an example")
    (window,) = (one for one in numbers.numbers if "same_days" in one.condition.text)
    assert (window.holds, window.fails) == (holds, fails)


def test_a_number_of_what_must_hold_of_the_last_has_two_sides() -> None:
    page = one_page(test_counted_rows, "LAST").replace(
        "then: [meeting.child_views]", "then: [meeting.on + least >= risk.identified_on]"
    )
    page = page.replace("unit: rows", "unit: days").replace("{counted:", "{last:")
    (lesson,) = rules(page).lessons
    assert [str(one.condition.text) for one in CheckNumbers(lesson, lesson.checks[0]).numbers] == [
        "meeting.on + least >= risk.identified_on"
    ]
