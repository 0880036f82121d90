"""Values in a finding's sentence, as a reader sees them."""

from __future__ import annotations

from datetime import date

import pytest
import shipped

from casecheck.truth.known_row import UNKNOWN
from casecheck.truth.shown_values import show_value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 3, 2), "2026-03-02"),
        ("sexual_abuse", "sexual abuse"),
        (True, "yes"),
        (False, "no"),
        (None, "(not yet)"),
        (UNKNOWN, "(not recorded)"),
    ],
)
def test_a_value_in_words(value: object, shown: str) -> None:
    assert show_value(value) == shown


PAGE = """
lesson: T1.1
title: What a message shows
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
checks:
  - id: shown
    asks: Is it so?
    for_each: {action: actions}
    met_by: [{means: so, where: [action.kind == 'visit']}]
    breach: "{action.plan}, {action.addresses}, {action.continues}, {action.due}."
    cannot_tell: Perhaps.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {shown: not_applicable}}
"""


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"addresses": "risk1", "continues": "a0"}, "p1, risk1, a0, (not recorded)."),
        ({"addresses": "none"}, "p1, none, (not yet), (not recorded)."),
        ({"due": "2026-02-03"}, "p1, (not recorded), (not yet), 2026-02-03."),
    ],
)
def test_a_reference_is_shown_by_the_id_of_its_row(more: dict[str, str], shown: str) -> None:
    record = {
        "schema": "casecheck/1", "case_id": "C-1000",
        "extracted_on": "2026-06-30", "opened_on": "2025-01-06",
        "people": [{"id": "x"}],
        "plans": [{"id": "p1", "subject": "x", "level": "early_help", "start": "2025-02-01"}],
        "risks": [
            {"id": "risk1", "subject": "x", "kind": "neglect", "identified_on": "2025-02-01"}
        ],
        "actions": [
            {"id": "a0", "plan": "p1", "kind": "visit", "set_on": "2026-01-02"},
            {"id": "a1", "plan": "p1", "kind": "other", "set_on": "2026-01-02", **more},
        ],
    }  # fmt: skip
    (finding,) = shipped.audit(record, shipped.auditor_of({"T1.1.yaml": PAGE}, {})).findings
    assert finding.message == shown
