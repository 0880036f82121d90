"""Examples may hold what real exports are like: ranges, unknown events, parts, a closed case."""

from __future__ import annotations

import pytest
from lesson_pages import PAGE, faults, load, planted

CASE = """\
  cases:
    - name: as exports are
      record: {%s}
      expect: {followed-up: insufficient_evidence}
"""


def page_with(record: str) -> str:
    return PAGE[: PAGE.index("  cases:")] + CASE % record


@pytest.mark.parametrize(
    ("record", "key", "value"),
    [
        ("closed_on: 2026-03-31", "closed_on", "2026-03-31"),
        ("opened_on: ../2025-01-06", "opened_on", "../2025-01-06"),
        ("coverage: {plans: {only: [child_protection]}}", "coverage",
         {"plans": {"only": ["child_protection"]}}),
        ("coverage: {risks: {incomplete: true}}", "coverage", {"risks": {"incomplete": True}}),
        ("plans: [{id: plan, start: 2025-02-01/2025-02-17}]", "start", "2025-02-01/2025-02-17"),
        ("plans: [{id: plan, start: ../2025-02-17}]", "start", "../2025-02-17"),
        ("plans: [{id: plan, end: unknown}]", "end", "unknown"),
        ("people: [{id: child, history: [care_experienced, unknown]}]", "history",
         ["care_experienced", "unknown"]),
    ],
)  # fmt: skip
def test_a_record_as_exports_are(record: str, key: str, value: object) -> None:
    (lesson,) = load(page_with(record)).lessons
    (example,) = lesson.examples
    rows = (example.record, *example.record["plans"], *example.record["people"])
    assert [row[key] for row in rows if key in row] == [value]


def test_the_background_may_be_so_too_and_an_example_changes_it() -> None:
    background = "    opened_on: 2025-01-06\n    closed_on: 2026-06-01\n"
    page = planted(page_with("closed_on: 2026-03-31"), background, "    opened_on: 2025-01-06\n")
    (lesson,) = load(page).lessons
    assert lesson.examples[0].record["closed_on"] == "2026-03-31"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("closed_on: ../2026-03-31", "is a day written YYYY-MM-DD"),
        ("plans: [{id: plan, start: unknown}]", "is a day written YYYY-MM-DD"),
        ("plans: [{id: plan, start: 2025-02-17/}]", "is a day written YYYY-MM-DD"),
        ("plans: [{id: plan, start: 2025-02-17/2025-02-01}]", "or a range of two such days"),
        ("plans: [{id: plan, level: unknown}]", "has no code `unknown`"),
        ("coverage: {plan: {incomplete: true}}", "coverage"),
        ("closed_on: 2026-07-31", "closed_on"),
    ],
)
def test_what_no_record_can_hold_is_told(record: str, told: str) -> None:
    (fault,) = faults(page_with(record))
    assert told in str(fault)
