"""An instance's own day may be an event that the check's own conditions require."""

from __future__ import annotations

from typing import Any

import pytest
from lesson_pages import faults, load
from test_standards_in_time import outcome, record

PAGE = """\
lesson: T1.1
title: An action is followed up
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
from: 2026-03-01
checks:
  - id: agreed
    asks: Was it closed with a reason?
    for_each: {action: actions}
    dated: action.completed_on
    where: [happened(action.completed_on)]
    met_by: [{means: with a reason, where: [action.closure_reason_recorded]}]
    breach: No reason is shown for the action of {action.set_on}.
    cannot_tell: Perhaps.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {agreed: not_applicable}}
"""
WHERE = "where: [happened(action.completed_on)]"


def completed(on: str | None, **more: Any) -> dict[str, Any]:
    """A record with one action, completed on a day or not."""
    action = {
        "id": "a", "plan": "plan", "kind": "visit", "set_on": "2026-01-05", "completed_on": on,
        "closure_reason_recorded": False, **more,
    }  # fmt: skip
    return record(None, None, actions=[action])


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-02-28", "not_applicable"),
        ("2026-03-01", "breach"),
        (None, "not_applicable"),
        ("2026-07-01", "insufficient_evidence"),  # it contradicts the extract: its day is unknown
    ],
)
def test_what_was_in_force_on_the_day_of_the_event_counts(on: str | None, expected: str) -> None:
    assert outcome(load(PAGE), completed(on)) == expected


@pytest.mark.parametrize(
    "where",
    [
        "where: [action.completed_on <= today]",
        "where: [action.set_on + 7 < action.completed_on, action.kind == 'visit']",
        "where: ['workdays(action.set_on, action.completed_on) <= 200']",
        "where: [not not happened(action.completed_on)]",
        "where: [(action.completed_on < today and action.kind == 'visit')"
        " or action.completed_on == today]",
        "given: [{means: a, where: [happened(action.completed_on)]},"
        " {means: b, where: [action.completed_on == today]}]",
    ],
)
def test_a_condition_that_is_false_without_the_event_requires_it(where: str) -> None:
    found = load(PAGE.replace(WHERE, where))
    assert outcome(found, completed("2026-03-02")) == "breach"
    assert outcome(found, completed(None)) == "not_applicable"


@pytest.mark.parametrize(
    "where",
    [
        "where: [action.set_on <= today]",
        "where: [not (action.completed_on > today)]",
        "where: [or_today(action.completed_on) <= today]",
        "where: [happened(action.closed_on)]",
        "where: [action.completed_on <= today or action.kind == 'visit']",
        "where: [not happened(action.completed_on)]",
        "given: [{means: a, where: [happened(action.completed_on)]},"
        " {means: b, where: [action.kind == 'visit']}]",
        "unless: [{means: a, where: [happened(action.completed_on)]}]",
    ],
)
def test_an_event_that_may_never_come_is_refused(where: str) -> None:
    (fault,) = faults(PAGE.replace(WHERE, where))
    assert fault.message.startswith("`action.completed_on` may never come, and what has no day")
    assert "happened(action.completed_on)" in fault.message
    assert fault.line == PAGE[: PAGE.index("dated")].count("\n") + 1


def test_a_condition_that_cannot_be_read_is_the_only_fault() -> None:
    (fault,) = faults(PAGE.replace(WHERE, "where: [hapened(action.completed_on)]"))
    assert "did you mean `happened`?" in fault.message


def test_an_event_of_a_concept_is_one() -> None:
    concepts = (
        "concepts: {deed: {means: x, rows: [{of: {a: actions}, fields: {done: a.completed_on,"
        " reason: a.for_person}}]}}"
    )
    page = PAGE.replace("{action: actions}", "{action: deed}").replace("completed_on", "done")
    page = page.replace("[action.closure_reason_recorded]", "[action.done == today]")
    page = page.replace("action.set_on", "action.done")
    assert outcome(load(page, concepts), completed("2026-03-02")) == "breach"
    (fault,) = faults(page.replace("where: [happened(action.done)]", ""), concepts)
    assert "`action.done` may never come" in fault.message
