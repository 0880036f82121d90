"""`without`: evidence beside which there is no such row, in the engine and in the plain reading."""

from __future__ import annotations

from typing import Any

import pytest
from amounts import tries
from partial_records import (
    explained,
    held_rule_by_rule,
    held_together,
    lesson_in_words,
    outcome_of,
    random_case,
    refused,
    rules,
)

from casecheck.audit.auditor import Auditor
from casecheck.authoring.page_changes import lesson_changes
from casecheck.lessons.yaml_nodes import read_page
from casecheck.results import Outcome

HEAD = """
lesson: T1.1
title: What is not there
source: {review: test, finding: T1, theme: 1, cite: Invented for a test}
asks: It asks what is not there.
parameters:
  same_days: {value: 5, unit: days, basis: A round number.}
  workdays_allowed: {value: 6, unit: working days, basis: A round number.}
checks:
"""
TAIL = """
examples:
  background: {extracted_on: 2026-04-30, opened_on: 2026-01-01}
  cases:
    - name: nothing
      expect: {first: not_applicable}
"""
FIRST_OF_A_RUN = """
  - id: first
    asks: Did the conference follow the meeting that began the enquiry?
    for_each: {conference: meetings}
    where: ["conference.kind == 'initial_conference'"]
    met_by:
      - means: the strategy meeting that began the enquiry, in time before it
        find: {meeting: meetings}
        where:
          - meeting.kind == 'strategy'
          - meeting.plan == conference.plan
          - meeting.on <= conference.on
          - workdays(meeting.on, conference.on) <= workdays_allowed
        without:
          find: {before: meetings}
          where:
            - before.kind == 'strategy'
            - before.plan == conference.plan
            - meeting.on - same_days <= before.on < meeting.on
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
IN_EVERY_WAY = """
  - id: given
    asks: Is it asked of those beside whom there is none?
    for_each: {risk: risks, plan: plans}
    where:
      - plan.subject == risk.subject
      - risk.kind == 'neglect' or plan.start <= risk.identified_on
    given:
      - means: no incident before
        without:
          find: {incident: incidents}
          where: [incident.victim == risk.subject, incident.on < risk.identified_on]
      - means: a meeting of the plan after which there was none
        find: {meeting: meetings}
        where: [meeting.plan == plan, "meeting.on >= risk.identified_on or meeting.child_views"]
        without:
          find: {later: meetings}
          where: [later.plan == plan, "later.on > meeting.on or later.kind == 'strategy'"]
      - means: an action
        find: {action: actions}
        where: [action.plan == plan]
    unless:
      - means: a worry that nobody had before
        find: {worry: worry}
        where: [worry.child == risk.subject]
        without:
          find: {before: worry}
          where: [before.child == worry.child, before.since < worry.since]
    met_by:
      - means: the risk alone, and nothing open
        where: [happened(risk.resolved_on)]
        without:
          find: {action: actions, incident: incidents}
          where:
            - action.plan == plan
            - not (action.completed_on <= incident.on)
      - means: a meeting
        find: {meeting: meetings}
        where: [meeting.plan == plan, meeting.child_views]
    breach: Not met.
    cannot_tell: The record cannot tell.
  - id: folded
    asks: Is it asked where one row names the other?
    for_each: {plan: plans, meeting: meetings}
    where: [meeting.plan == plan, plan.level == 'child_protection']
    met_by:
      - means: no action of the plan before it
        find: {risk: risks}
        where: [risk.subject == plan.subject, risk.identified_on <= meeting.on]
        without:
          find: {action: actions}
          where: [action.plan == plan, action.set_on < risk.identified_on]
      - means: no incident at all before it
        without:
          find: {incident: incidents}
          where: [incident.on < meeting.on]
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
PAGE = rules(HEAD + FIRST_OF_A_RUN + IN_EVERY_WAY + TAIL)
AUDITOR = Auditor(PAGE)


def first(**sections: Any) -> Outcome:
    """Return what the first check says of some meetings of one plan."""
    return outcome_of(PAGE, AUDITOR, "first", record_of(**sections))


def record_of(**sections: Any) -> dict[str, Any]:
    return {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-04-30",
        "opened_on": "2026-01-01", "people": [{"id": "child"}],
        "plans": [
            {"id": "plan", "subject": "child", "level": "child_protection", "start": "2026-01-05"}
        ],
        "risks": [], "incidents": [], "actions": [], **sections,
    }  # fmt: skip


def meeting(kind: str, on: str, plan: str | None = "plan") -> dict[str, Any]:
    return {
        "id": f"{kind} {on}".replace(" ", "-").replace("/", "_"),
        "kind": kind,
        "on": on,
        "plan": plan,
    }


CONFERENCE = meeting("initial_conference", "2026-03-20")
"""A Friday; six working days before it is Thursday the 12th."""


@pytest.mark.parametrize(
    ("days", "outcome"),
    [
        ([], Outcome.BREACH),
        (["2026-03-12"], Outcome.COMPLIANT),
        (["2026-03-11"], Outcome.BREACH),
        # The earlier one began the enquiry: five days before, and six.
        (["2026-03-12", "2026-03-07"], Outcome.BREACH),
        (["2026-03-12", "2026-03-06"], Outcome.COMPLIANT),
        # One of the same day is no earlier one.
        (["2026-03-12", "2026-03-12/2026-03-12"], Outcome.COMPLIANT),
        # One that may be an earlier one.
        (["2026-03-12", "2026-03-01/2026-03-07"], Outcome.INSUFFICIENT_EVIDENCE),
        (["2026-03-12", "2026-03-01/2026-03-06"], Outcome.COMPLIANT),
    ],
)
def test_each_side_of_a_row_that_must_not_be_there(days: list[str], outcome: Outcome) -> None:
    meetings = [CONFERENCE, *(meeting("strategy", day) for day in days)]
    assert first(meetings=meetings) == outcome
    assert first(meetings=meetings[::-1]) == outcome


def test_what_may_be_missing_may_be_the_row_that_must_not_be_there() -> None:
    meetings = [CONFERENCE, meeting("strategy", "2026-03-12")]
    assert first(meetings=meetings) == Outcome.COMPLIANT
    for coverage, outcome in (
        ({"incomplete": True}, Outcome.INSUFFICIENT_EVIDENCE),
        ({"only": ["initial_conference"]}, Outcome.INSUFFICIENT_EVIDENCE),
        ({"only": ["initial_conference", "strategy"]}, Outcome.COMPLIANT),
        ({"from": "2026-03-08"}, Outcome.INSUFFICIENT_EVIDENCE),
        ({"from": "2026-03-07"}, Outcome.COMPLIANT),
    ):
        assert first(meetings=meetings, coverage={"meetings": coverage}) == outcome, coverage
    # Of whose plan the earlier one was is not recorded.
    unknown = meeting("strategy", "2026-03-10", plan=None)
    assert first(meetings=[*meetings, unknown]) == Outcome.INSUFFICIENT_EVIDENCE
    # What is surely in breach stays so.
    late = [CONFERENCE, meeting("strategy", "2026-03-12"), meeting("strategy", "2026-03-08")]
    assert first(meetings=late) == Outcome.BREACH


def test_a_row_that_may_be_missing_is_never_surely_there() -> None:
    """Whatever were missing would be before the meeting; but it may be that nothing is."""
    page = (
        HEAD[: HEAD.index("parameters")]
        + """checks:
  - id: first
    asks: Was there nothing before the meeting?
    for_each: {meeting: meetings}
    met_by:
      - means: no incident before it
        without:
          find: {incident: incidents}
          where: [incident.on < meeting.on]
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
        + TAIL
    )
    read = rules(page)
    auditor = Auditor(read)
    meetings = [meeting("strategy", "2026-03-12")]
    incident = {"id": "i", "kind": "police", "on": "2026-03-11"}
    for incidents, coverage, outcome in (
        ([], {"from": "2026-03-01"}, Outcome.INSUFFICIENT_EVIDENCE),
        ([], {"from": "2026-04-01"}, Outcome.INSUFFICIENT_EVIDENCE),
        ([incident], {"from": "2026-03-01"}, Outcome.BREACH),
    ):
        parts = {"incidents": coverage}
        record = record_of(meetings=meetings, incidents=incidents, coverage=parts)
        assert outcome_of(read, auditor, "first", record) == outcome


def test_what_is_in_doubt_of_evidence_is_not_settled_for_an_exclusion() -> None:
    page = (
        HEAD[: HEAD.index("parameters")]
        + """checks:
  - id: first
    asks: Was the plan updated?
    for_each: {meeting: meetings}
    unless:
      - means: the child was heard, or it was quorate, and nothing happened on the day
        where: [meeting.child_views or meeting.quorate]
        without:
          find: {incident: incidents}
          where: [incident.on == meeting.on]
    met_by:
      - means: the child was heard
        where: [meeting.child_views]
      - means: the plan was updated
        where: [meeting.plan_updated]
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
        + TAIL
    )
    read = rules(page)
    auditor = Auditor(read)
    row = {**meeting("strategy", "2026-03-12"), "plan_updated": True, "quorate": False}
    for views, outcome in (
        (None, Outcome.INSUFFICIENT_EVIDENCE),
        (True, Outcome.NOT_APPLICABLE),
        (False, Outcome.COMPLIANT),
    ):
        record = record_of(meetings=[{**row, "child_views": views}])
        assert outcome_of(read, auditor, "first", record) == outcome


def test_it_is_told_what_must_not_be_there() -> None:
    """In `explain` the row that must not be there is named, or that there may be one."""

    def told(**sections: Any) -> str:
        return explained(PAGE, AUDITOR, record_of(**sections))

    two = [CONFERENCE, meeting("strategy", "2026-03-12"), meeting("strategy", "2026-03-09")]
    asked = (
        "before.kind == 'strategy' and before.plan == conference.plan and meeting.on - same_days"
    )
    beside = "must not be there beside meeting /meetings/1: before,"
    beside += f" {asked} <= before.on < meeting.on."
    assert f"{beside} There is: before /meetings/2." in told(meetings=two)
    assert f"{beside} There is none." in told(meetings=two[:2])
    perhaps = told(meetings=two[:2], coverage={"meetings": {"incomplete": True}})
    assert f"{beside} There may be: before /meetings." in perhaps


def test_the_docs_say_it_in_words() -> None:
    assert "and there is no `before` (a row of meetings) for which" in lesson_in_words(PAGE)


def test_every_change_of_it_is_tried() -> None:
    page = read_page(HEAD + FIRST_OF_A_RUN + TAIL, "t.yaml")
    names = [change.name for change in lesson_changes(page, PAGE.concepts)]
    for part in (
        "without removed",
        "without before.kind == 'strategy': dropped",
        "without meeting.on - same_days <= before.on < meeting.on: < becomes <=",
    ):
        assert any(part in name for name in names), (part, names)


def test_engine_and_plain_reading_say_the_same() -> None:
    records = [random_case(seed) for seed in range(tries(700))]
    seen = held_together(PAGE, AUDITOR, records)
    assert len(seen) == 4


def test_a_large_record_is_asked_rule_by_rule() -> None:
    held_rule_by_rule(AUDITOR, tries(150))


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("          find: {before: meetings}\n", "", "without lacks `find`"),
        ("{before: meetings}", "{meeting: meetings}", "`meeting` is a name in use"),
        ("{before: meetings}", "{befor: meetings}", "no `before` here: did you mean `befor`"),
        ("before.kind == 'strategy'", "before.kind == 'strategi'", "did you mean"),
        ("before.on < meeting.on", "before.on < meeting.on - 9", "can never hold"),
        ("{before: meetings}", "{before: meetings, other: risks}", "no condition uses `other`"),
        ("without:", "witout:", "did you mean `without`"),
        (
            "        where:\n          - meeting.kind",
            "        were:\n          - meeting.kind",
            "where",
        ),
    ],
)
def test_what_is_wrong_is_said(was: str, becomes: str, message: str) -> None:
    refused(HEAD + FIRST_OF_A_RUN + TAIL, was, becomes, message)
