"""A plan may end after its case was closed: what is asked of it goes to that day, its today.

So it does where the plan is the row that a check asks about, and where another row leads to it,
whether all that a lesson reads is known or the engine works with bounds.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
import shipped
from test_agreement import disagreements

from casecheck.record.model import FIELDS
from casecheck.record.validation import read_record
from casecheck.truth.account import agree, explain

Record = dict[str, Any]

PLAN = {
    "id": "plan", "subject": "child", "level": "child_protection", "category": "physical_abuse",
    "start": "2026-01-05", "end": "2026-06-20",
}  # fmt: skip
CHANGE = {"id": "change", "plan": "plan", "on": "2026-02-02", "from_category": "physical_abuse"}
TO_NEGLECT = {**CHANGE, "to_category": "neglect"}
# A sibling of whom it is unknown whether they are a child: the engine works with bounds.
SIBLING = {"id": "sibling", "born": None, "history": []}
RISK = {"id": "risk", "subject": "sibling", "kind": "neglect", "identified_on": "2026-01-12"}
ITS_CHRONOLOGY = {"id": "its", "kind": "chronology", "subject": "sibling", "on": "2026-04-20"}


def closed(closed_on: str | None, **sections: Any) -> Record:
    """A case that was closed on a day, weeks before its plan for the child ended."""
    child = {"id": "child", "born": "2016-03", "history": []}
    return {
        "schema": "casecheck/1",
        "case_id": "C-1",
        "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06",
        "closed_on": closed_on,
        **{section: [] for section in FIELDS},
        "people": [child, SIBLING],
        "plans": [PLAN],
        "category_changes": [TO_NEGLECT],
        **sections,
    }


def chronology(on: str, begun_on: str | None = None) -> Record:
    return {"id": "done", "kind": "chronology", "subject": "child", "on": on, "begun_on": begun_on}


def outcome(record: Record, lesson: str, check: str) -> str:
    """A check's outcome, of which engine, oracle and reference reading say the same."""
    audited = shipped.audit(record)
    assert disagreements(record, audited) == []
    read, rules = read_record(json.dumps(record).encode()), shipped.rules()
    for one in rules.lessons:
        agree(one, explain(one.checks, rules.concepts, read, 5), audited)
    return shipped.outcomes(audited)[lesson, check]


@pytest.mark.parametrize(
    ("closed_on", "to_category", "expected"),
    [
        # 92 days from 2 February end on 5 May.
        ("2026-05-04", "neglect", "not_applicable"),
        ("2026-05-05", "neglect", "breach"),
        ("2026-05-04", None, "not_applicable"),
        ("2026-05-05", None, "insufficient_evidence"),
    ],
)
def test_days_that_end_after_the_case_was_closed_are_not_asked_about(
    closed_on: str, to_category: str | None, expected: str
) -> None:
    record = closed(closed_on, category_changes=[{**CHANGE, "to_category": to_category}])
    assert outcome(record, "P4.1", "neglect-tool-used") == expected


@pytest.mark.parametrize(
    ("closed_on", "expected"),
    [("2026-05-04", "insufficient_evidence"), ("2026-05-05", "breach")],
)
def test_nor_are_they_a_breach_where_something_else_is_unknown(
    closed_on: str, expected: str
) -> None:
    record = closed(closed_on, risks=[RISK])
    assert outcome(record, "P4.1", "neglect-tool-used") == expected


@pytest.mark.parametrize(
    ("on", "begun_on", "expected"),
    [
        ("2026-02-01", "2026-01-05", "breach"),  # too old on 5 May
        ("2026-02-02", "2026-01-05", "compliant"),
        ("2026-05-05", "2026-05-05", "compliant"),
        ("2026-05-06", "2026-05-06", "breach"),  # begun after the case was closed
        ("2026-05-06", "2026-05-05", "compliant"),
    ],
)
def test_a_chronology_counts_up_to_the_day_of_closing(
    on: str, begun_on: str, expected: str
) -> None:
    tools = [ITS_CHRONOLOGY, chronology(on, begun_on)]
    record = closed("2026-05-05", risks=[RISK], tools=tools)
    assert outcome(record, "P4.1", "chronology-current") == expected


@pytest.mark.parametrize(
    ("closed_on", "expected"),
    [("2026-05-03", "not_applicable"), ("2026-05-04", "insufficient_evidence")],
)
@pytest.mark.parametrize("check", ["child-sexual-abuse-training", "sexual-behaviour-training"])
def test_a_worker_has_time_for_training_up_to_the_day_of_closing(
    check: str, closed_on: str, expected: str
) -> None:
    # 91 days from 2 February end on 4 May.
    worker = {"id": "worker", "role": "manager", "agency": None, "start": "2026-02-02"}
    change = {**CHANGE, "to_category": None}
    record = closed(closed_on, category_changes=[change], workers=[worker])
    assert outcome(record, "P2.1", check) == expected


@pytest.mark.parametrize(("on", "expected"), [("2026-03-02", {"breach"}), ("2026-03-03", set())])
def test_working_days_are_counted_to_the_day_of_closing(on: str, expected: set[str]) -> None:
    # 45 working days after 2 March end on 7 May 2026: two fell at Easter, one in May.
    record = closed("2026-05-07", category_changes=[{**TO_NEGLECT, "on": on}], risks=[RISK])
    audited = shipped.audit(record)
    assert disagreements(record, audited) == []
    found = {
        one.outcome.value
        for one in audited.findings
        if one.check == "parenting-capacity" and one.pointers == ("/category_changes/0",)
    }
    assert found == expected


@pytest.mark.parametrize("end", ["2026-06-20", None])
def test_a_message_counts_from_the_day_of_closing(end: str | None) -> None:
    plan = {**PLAN, "category": "neglect", "end": end}
    record = closed(
        "2026-05-05", plans=[plan], category_changes=[], tools=[chronology("2026-01-31")]
    )
    (message,) = [
        one.message for one in shipped.audit(record).findings if one.check == "chronology-current"
    ]
    assert "2 days before the first day that counts (2026-02-02)" in message


TODAY = "today, 2026-05-05"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-05-04", ""),
        ("2026-05-05", ""),
        ("2026-05-06", f", after today, so {TODAY}"),
        ("2026-05-05/2026-05-06", f", at the latest {TODAY}"),
        ("unknown", ""),
        (None, f", so {TODAY}"),
    ],
)
def test_an_explanation_says_that_the_end_came_after_today(end: str | None, expected: str) -> None:
    record = closed("2026-05-05", plans=[{**PLAN, "end": end}])
    read, rules = read_record(json.dumps(record).encode()), shipped.rules()
    (lesson,) = (one for one in rules.lessons if one.id == "P4.1")
    (account, *_) = explain(lesson.checks, rules.concepts, read, 5)
    ((asked, *_),) = (one.shown for one in account.populations)
    _, shown = asked.conditions[1].values
    day = {"unknown": "not recorded", None: "has not happened"}.get(end, end)
    day = "some day from 2026-05-05 to 2026-05-06" if end and "/" in end else day
    assert shown == f"concern.until [/plans/0/end] {day}{expected}"


@pytest.mark.slow
def test_every_way_to_close_and_to_end() -> None:
    """What is asked of a change of category: whatever of it, and of the day, is known."""
    days = [None, *(f"2026-05-0{day}" for day in range(3, 9)), "2026-06-20"]
    ends = [None, "unknown", "2026-05-05", "2026-06-20", "2026-05-05/2026-06-20"]
    categories = [None, "neglect", "sexual_abuse", "multiple"]
    worker = {"id": "worker", "role": "manager", "agency": None, "start": "2026-02-02"}
    records = [
        closed(
            closed_on,
            plans=[{**PLAN, "end": end}],
            category_changes=[{**CHANGE, "to_category": category}],
            workers=[worker],
            risks=risks,
        )
        for closed_on, end, category, risks in product(days, ends, categories, ([], [RISK]))
    ]
    audits = shipped.audit_together(records)
    assert [one for one, by in zip(records, audits, strict=True) if disagreements(one, by)] == []
