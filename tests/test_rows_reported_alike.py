"""A row that is one of a concept in two ways: no breach of it is lost, and none is told twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import drawn_records
import pytest
from test_concepts_further import check, rules_of, way
from test_condition_functions import BASE

from casecheck.audit.auditor import Auditor
from casecheck.results import Finding, Outcome

BREACH, CANNOT_TELL = Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE
MOVE = {
    "means": "A stay that begins, and the same stay that ends.",
    "rows": [
        {"of": {"plan": "plans"}, "fields": {"plan": "plan", "child": "plan.subject", "on": day}}
        for day in ("plan.start", "plan.end")
    ],
    "reported_as": ["plan"],
}
VISITED = check(
    "visited", for_each={"move": "move"}, where=["move.on <= today"],
    met_by=way(["tool.subject == move.child", "tool.on == move.on"], find={"tool": "tools"}),
)  # fmt: skip
STAY = {"id": "p", "subject": "child", "level": "child_in_need", "start": "2026-02-02"}
TOOL = {"id": "t", "subject": "child", "kind": "chronology"}
ENDED = {**STAY, "end": "2026-03-02"}


def findings(breach: str, **sections: Any) -> list[Finding]:
    """What the engine tells of the check where its breaches are told in these words."""
    rules = rules_of([{**VISITED, "breach": breach}], {"move": MOVE}, {})
    known = drawn_records.known_of({**BASE, "people": [{"id": "child"}], **sections})
    audited = Auditor(rules).audit_one(known.record)
    assert not audited.errors
    assert {one.pointers for one in audited.findings} == {("/plans/0",)}
    return list(audited.findings)


@pytest.mark.parametrize("tools", [[], [{**TOOL, "on": "2026-05-01/2026-05-31"}]])
def test_two_breaches_of_one_row_are_both_told(tools: list[dict[str, Any]]) -> None:
    told = findings("Nobody came on {move.on}.", plans=[ENDED], tools=tools)
    words = ["Nobody came on 2026-02-02.", "Nobody came on 2026-03-02."]
    assert [(one.outcome, one.message) for one in told] == [(BREACH, one) for one in words]
    assert told[0].fingerprint == told[1].fingerprint  # that of the row


def test_two_breaches_in_the_same_words_with_two_deadlines_are_both_told() -> None:
    told = findings("Nobody came.", plans=[ENDED], tools=[])
    assert [one.due for one in told] == [date(2026, 2, 2), date(2026, 3, 2)]


def test_two_breaches_of_which_all_that_is_told_is_the_same_are_told_once() -> None:
    (told,) = findings("Nobody came.", plans=[{**ENDED, "end": ENDED["start"]}], tools=[])
    assert told.outcome is BREACH


def test_a_breach_does_not_hide_what_cannot_be_told_of_the_same_row() -> None:
    told = findings(
        "No.",
        plans=[{**STAY, "end": "2026-05-01/2026-05-31"}],
        tools=[{**TOOL, "on": "2026-05-04"}],
    )
    assert [one.outcome for one in told] == [BREACH, CANNOT_TELL]


def test_an_instance_that_may_be_of_either_of_two_periods_is_told_once() -> None:
    days = {"unit": "days", "basis": "The board's.", "values": [
        {"value": 28, "until": "2026-03-15"}, {"value": 14, "from": "2026-03-16"}]}  # fmt: skip
    asked = check(
        "visited", for_each={"risk": "risks"}, where=["risk.identified_on + in_days <= today"],
        met_by=way(["tool.on <= risk.identified_on + in_days"], find={"tool": "tools"}),
    ) | {"cannot_tell": "Perhaps nobody came by {risk.identified_on + in_days}."}  # fmt: skip
    rules = rules_of([asked], {"move": MOVE}, {"in_days": days})
    risk = {
        "id": "r",
        "subject": "child",
        "kind": "neglect",
        "identified_on": "2026-03-01/2026-03-31",
    }
    known = drawn_records.known_of({**BASE, "risks": [risk], "tools": []})
    (told,) = Auditor(rules).audit_one(known.record).findings
    assert told.outcome is CANNOT_TELL
