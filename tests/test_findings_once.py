"""A finding is told once, though two rows that may be missing from one section come to it."""

from __future__ import annotations

from typing import Any

import pytest
import shipped

from casecheck.results import Finding

PLAN = {
    "id": "pl",
    "subject": "p",
    "level": "child_protection",
    "start": "2022-06-04/2022-07-14",
    "end": None,
}
ONLY = ["child_in_need_review", "strategy", "transfer_in_conference", "core_group"]


def told(**meetings: Any) -> list[Finding]:
    record = {
        "schema": "casecheck/1",
        "case_id": "C-1",
        "extracted_on": "2023-08-26",
        "opened_on": "2022-06-01",
        "people": [{"id": "p", "born": "2015-03"}],
        "plans": [PLAN],
        "meetings": [],
        "coverage": {"meetings": meetings},
    }
    found = shipped.audit(record).findings
    return [one for one in found if one.check == "plan-scrutinised"]


@pytest.mark.parametrize(
    "meetings", [{"only": ONLY}, {"incomplete": True}, {"only": ONLY, "incomplete": True}]
)
def test_a_finding_has_a_fingerprint_of_its_own(meetings: dict[str, Any]) -> None:
    (finding,) = told(**meetings)
    assert finding.pointers == ("/plans/0", "/meetings")


def test_what_either_row_hangs_on_is_put_together() -> None:
    """A core group of a plan whose first days are not known may be one of its first."""
    (either,) = told(only=ONLY, incomplete=True)
    apart = {one for coverage in ({"only": ONLY}, {"incomplete": True})
             for one in told(**coverage)[0].unknown}  # fmt: skip
    assert set(either.unknown) == apart
    assert len({finding.unknown for finding in (told(only=ONLY)[0], either)}) == 2
