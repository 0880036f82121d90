"""A row that another refers to is folded into it where that asks the same, and only there."""

from __future__ import annotations

import pytest
import shipped

from casecheck.engine.folding import folded
from casecheck.lessons.lesson import Population
from casecheck.lessons.loading import rules_from_pages

PAGE = """
lesson: T1
title: A lesson
source: {{review: test, finding: T1, theme: 1, cite: Made up for a test}}
asks: Something.
checks:
  - id: asked
    asks: Something?
    for_each: {for_each}
    where: {where}
    {more}
    met_by: [{{means: something, find: {find}, where: {met}}}]
    breach: A message.
    cannot_tell: Another.
examples:
  background: {{extracted_on: 2026-06-30, opened_on: 2026-01-05}}
  cases: [{{name: nothing, expect: {{asked: not_applicable}}}}]
"""
USUAL = {
    "for_each": "{plan: plans, meeting: meetings}",
    "where": '["meeting.plan == plan", "plan.level == \'looked_after\'"]',
    "more": "",
    "find": "{later: meetings}",
    "met": "[later.plan == plan, later.on > meeting.on]",
}
CARE = "plan.level == 'looked_after'"


def population(**changes: str) -> Population:
    page = PAGE.format(**{**USUAL, **changes})
    (lesson,) = rules_from_pages({"T1.yaml": page}, "rules").lessons
    return lesson.checks[0].populations[0]


def told(asked: Population) -> tuple[list[str], list[str]]:
    found = folded(asked)
    return list(found.population.for_each), [str(row) for row in found.rows]


def test_the_row_referred_to_is_reached_from_the_other() -> None:
    assert told(population()) == (["meeting"], ["meeting.plan", "meeting"])
    assert told(population(where=f'["plan == meeting.plan", "{CARE}"]')) == told(population())
    found = folded(population()).population
    texts = [str(tests) for one in found.where for tests in one.alternatives]
    assert len(texts) == 1, "that the two are the same is asked no more"
    assert "references=('plan',)" in texts[0]


def test_one_row_of_three_is_folded_and_the_others_keep_their_order() -> None:
    asked = population(
        for_each="{plan: plans, tool: tools, meeting: meetings}",
        where=f'["tool.subject == plan.subject", "meeting.plan == plan", "{CARE}"]',
    )
    assert told(asked) == (["tool", "meeting"], ["meeting.plan", "tool", "meeting"])


@pytest.mark.parametrize(
    "changes",
    [
        {"where": f'["meeting.on >= plan.start", "{CARE}"]'},
        {"where": f'["meeting.plan != plan", "{CARE}"]'},
        {"where": f'["meeting.plan == plan or meeting.on > plan.start", "{CARE}"]'},
        {"where": "[meeting.plan == plan]"},
        {"more": "given: [{means: a thing, where: [meeting.plan_updated]}]"},
        {"met": "[later.plan == plan, later.plan_updated]"},
        {
            "for_each": "{plan: plans, action: actions}",
            "where": f'["action.plan.subject == plan.subject", "{CARE}"]',
            "met": "[later.plan == plan, later.on > action.set_on]",
        },
        {
            "for_each": "{first: actions, action: actions}",
            "where": '["action.continues == first", "first.kind == \'visit\'"]',
            "met": "[later.plan == first.plan, later.on > action.set_on]",
        },
        {
            "for_each": "{action: actions, meeting: meetings}",
            "where": '["action.continues == action", "meeting.on > action.set_on"]',
            "met": "[later.plan == action.plan, later.on > meeting.on]",
        },
    ],
    ids=[
        "no reference", "not the same", "perhaps the same", "nothing else is asked of it",
        "there are ways to belong", "evidence speaks of it alone", "another row's reference",
        "it may refer to none", "it refers to itself",
    ],
)  # fmt: skip
def test_where_folding_would_ask_something_else_the_rows_are_joined(
    changes: dict[str, str],
) -> None:
    asked = population(**changes)
    assert told(asked) == (list(asked.for_each), list(asked.for_each))


def test_a_finding_of_folded_rows_names_them_all() -> None:
    page = PAGE.format(**USUAL).replace("breach: A message.", 'breach: "Of {plan.start}."')
    auditor = shipped.auditor_of({"T1.yaml": page}, {})
    plan = {"subject": "child", "level": "looked_after"}
    record = {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06", "people": [{"id": "child"}],
        "plans": [
            {"id": "other", "start": "2025-03-03", **plan},
            {"id": "plan", "start": "2025-02-03", **plan},
        ],
        "meetings": [{"id": "m", "kind": "strategy", "plan": "plan", "on": "2025-04-01"}],
    }  # fmt: skip
    (finding,) = shipped.audit(record, auditor).findings
    assert finding.pointers == ("/plans/1", "/meetings/0")
    assert finding.message == "Of 2025-02-03."
