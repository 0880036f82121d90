"""A breach says in which way evidence falls short, and no outcome hangs on that."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import random_records
import shipped
from amounts import tries

from casecheck.lessons.terms import Quantity, Shown, Zero
from casecheck.record.validation import read_record
from casecheck.record.working_days import day_after_working_days, working_day_number
from casecheck.results import Finding, Outcome
from casecheck.truth.account import explain
from casecheck.truth.bounds import UNKNOWN_BOUNDS, Bounds
from casecheck.truth.plain_reading import Result
from casecheck.truth.shown_values import show_worked_out

PAGE = """
lesson: T1.1
title: In which way
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
parameters:
  review_days: {value: 28, unit: days, basis: Made up for a test of messages.}
  group_workdays: {value: 10, unit: working days, basis: Made up for a test of messages.}
checks:
  - id: reviewed
    asks: Was it reviewed in time?
    for_each: {plan: plans}
    met_by:
      - means: a review in time
        find: {review: meetings}
        where:
          - review.plan == plan
          - review.kind == 'review_conference'
          - review.progress_reviewed
          - plan.start <= review.on <= plan.start + review_days
    late:
      - means: a later one
        find: {review: meetings}
        where:
          - review.plan == plan
          - review.kind == 'review_conference'
          - review.progress_reviewed
          - review.on > plan.start + review_days
        breach: >-
          {review.on}, {days(plan.start + review_days, review.on)} after {plan.start + review_days};
          {workdays(plan.start, review.on)} after {plan.start}; {review_days} are allowed; agencies:
          {count(review.attended)}; as of {today}; opened {opened_on}; {review.plan.category}.
      - means: an earlier one
        find: {review: meetings}
        where:
          - review.plan == plan
          - review.kind == 'review_conference'
          - review.progress_reviewed
          - review.on < plan.start
        breach: "{review}, {days(review.on, plan.start)} too early."
    incomplete:
      - means: one that did not look at progress
        find: {review: meetings}
        where:
          - review.plan == plan
          - review.kind == 'review_conference'
        breach: "{review.kind} on {review.on}: {review.progress_reviewed}."
    breach: "None by {plan.start + review_days} or {working_day(plan.start, group_workdays)}."
    cannot_tell: "Perhaps by {plan.end + review_days} of {or_today(plan.end)}; {group_workdays}."
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {reviewed: not_applicable}}
"""
AUDITOR = shipped.auditor_of({"T1.1.yaml": PAGE}, {})
MEETING = {"kind": "review_conference", "plan": "p1", "progress_reviewed": True}


def finding(*meetings: dict[str, Any], **plan: Any) -> Finding:
    record: dict[str, Any] = {
        "schema": "casecheck/1", "case_id": "C-1000",
        "extracted_on": "2026-06-30", "opened_on": "2025-01-06",
        "people": [{"id": "x"}],
        "plans": [
            {"id": "p1", "subject": "x", "level": "early_help", "start": "2026-02-02", **plan}
        ],
        "meetings": [
            {"id": f"m{at}", **MEETING, **meeting} for at, meeting in enumerate(meetings)
        ],
    }  # fmt: skip
    (found,) = shipped.audit(record, AUDITOR).findings
    return found


LATE = (
    "2026-03-03, 1 day after 2026-03-02; 21 working days after 2026-02-02; 28 are allowed;"
    " agencies: 2; as of 2026-06-30; opened 2025-01-06; neglect."
)


@pytest.mark.parametrize(
    ("meetings", "message"),
    [
        ((), "None by 2026-03-02 or 2026-02-16."),
        (({"on": "2026-03-03", "attended": ["police", "school", "police"]},), LATE),
        # Of several the nearest is told, wherever it stands.
        (
            (
                {"on": "2026-05-04"},
                {"on": "2026-03-03", "attended": ["police", "school"]},
                {"on": "2026-04-06"},
            ),
            LATE,
        ),
        (({"on": "2026-02-01"}, {"on": "2025-12-01"}), "m0, 1 day too early."),
        # Late before too early, as on the page; both before what lacks something.
        (
            ({"on": "2026-02-01"}, {"on": "2026-03-03", "attended": ["police", "school"]}),
            LATE,
        ),
        (
            ({"on": "2026-02-09", "progress_reviewed": False}, {"on": "2025-12-01"}),
            "m1, 63 days too early.",
        ),
        (
            (
                {"on": "2026-02-10", "progress_reviewed": False},
                {"on": "2026-02-09", "progress_reviewed": False},
            ),
            "review conference on 2026-02-09: no.",
        ),
        # What is only perhaps so is not told as so.
        (
            ({"on": "2026-03-03", "progress_reviewed": None},),
            "review conference on 2026-03-03: (not recorded).",
        ),
        (({"on": "2026-03-03", "plan": None},), "None by 2026-03-02 or 2026-02-16."),
        (({"on": "2026-03-03", "kind": "core_group"},), "None by 2026-03-02 or 2026-02-16."),
    ],
)
def test_a_breach_says_which(meetings: tuple[dict[str, Any], ...], message: str) -> None:
    found = finding(*meetings, category="neglect")
    assert (found.outcome, found.message) == (Outcome.BREACH, message)
    assert found.pointers == ("/plans/0",)
    assert found.fingerprint == finding().fingerprint


def test_what_cannot_be_told_is_worded_by_its_own_sentence() -> None:
    found = finding({"on": "2026-02-09", "progress_reviewed": None})
    assert found.message == "Perhaps by (not yet) of 2026-06-30; 10."
    found = finding({"on": "2026-02-09", "progress_reviewed": None}, end="2026-07-01")
    assert found.message == "Perhaps by (not recorded) of (not recorded); 10."


def shown(what: Any, *quantities: Bounds | None) -> str:
    one = Shown(what, (Quantity(Zero()),) * len(quantities), "")
    return show_worked_out(one, quantities, 738_000)


def test_days_beyond_the_calendar() -> None:
    assert shown("day", (3_000_000, 3_000_000)) == "after 9999-12-31"
    assert shown("day", (-738_000, -738_000)) == "before 0001-01-01"
    assert shown("day", (0, 0)) == "2021-07-29"
    assert shown("days", (0, 0), UNKNOWN_BOUNDS) == "(not recorded)"
    assert shown("days", (7, 7), (0, 0)) == "7 days"
    assert shown("days", (7, 9), (0, 0)) == "some days"
    assert shown("working days", (7, 9), (10, 12)) == "some working days"
    assert shown("days", (7, 9), (9, 12)) == "(not recorded)"
    assert shown("working days", (0, 0), (1, 1)) == "1 working day"
    assert shown("days", (0, 0), None) == "(not yet)"


@pytest.mark.parametrize("number", [0, 1, 5, 10, 45, 250])
def test_the_day_so_many_working_days_after_another(number: int) -> None:
    for start in range(738_000, 738_400):
        day = day_after_working_days(start, number)
        assert working_day_number(day) - working_day_number(start) == number
        assert day == start or working_day_number(day - 1) - working_day_number(start) < number


def without_shortfalls() -> dict[str, str]:
    """The shipped pages without what says in which way evidence falls short."""
    pages = {}
    for file, text in shipped.pages().items():
        kept, skipped = [], None
        for line in text.splitlines():
            indent = len(line) - len(line.lstrip())
            if skipped is not None and indent <= skipped and not line.lstrip().startswith("-"):
                skipped = None
            if line.strip() in ("late:", "incomplete:"):
                skipped = indent
            if skipped is None:
                kept.append(line.replace(": late", ": breach").replace(": incomplete", ": breach"))
        pages[file] = "\n".join(kept)
    return pages


@pytest.mark.slow
def test_no_outcome_pointer_or_fingerprint_hangs_on_it() -> None:
    plain = shipped.auditor_of(shipped.without_examples(without_shortfalls()), {})
    assert not any(
        population.shortfalls
        for lesson in plain.rules.lessons
        for check in lesson.checks
        for population in check.populations
    )
    records = [random_records.random_record(random.Random(seed)) for seed in range(300)]
    differ = 0
    for one, other in zip(
        shipped.audit_together(records), shipped.audit_together(records, plain), strict=True
    ):
        assert shipped.outcomes(one) == shipped.outcomes(other)
        assert shipped.told(one) == shipped.told(other)
        assert [each.fingerprint for each in one.findings] == [
            each.fingerprint for each in other.findings
        ]
        differ += [each.message for each in one.findings] != [
            each.message for each in other.findings
        ]
    assert differ > 40


@pytest.mark.slow
def test_the_explanation_tells_the_sentences_of_the_findings() -> None:
    told = 0
    for seed in range(120):
        record = random_records.random_record(random.Random(seed))
        audited = shipped.audit(record)
        read = read_record(json.dumps(record).encode())
        for lesson in shipped.rules().lessons:
            for check in explain(lesson.checks, shipped.rules().concepts, read, 10**6):
                for population in check.populations:
                    for instance in population.shown:
                        if instance.falls_short:
                            told += 1
                            assert instance.result is Result.BREACH
                            assert instance.falls_short.evidence.truth is True
                            key = (lesson.id, check.check.id, instance.pointers)
                            assert instance.falls_short.sentence in {
                                one.message
                                for one in audited.findings
                                if (one.lesson, one.check, one.pointers) == key
                            }
    assert told > 15


def test_the_order_of_rows_changes_no_sentence() -> None:
    for seed in range(tries(250)):
        record = random_records.random_record(random.Random(seed))
        turned = {
            key: value[::-1] if isinstance(value, list) else value for key, value in record.items()
        }
        one, other = shipped.audit(record), shipped.audit(turned)
        assert sorted((each.fingerprint, each.message) for each in one.findings) == sorted(
            (each.fingerprint, each.message) for each in other.findings
        )
