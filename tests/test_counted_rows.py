"""`at_least` and `latest`: so many rows, and the last of them, as the engine and the page say."""

from __future__ import annotations

from typing import Any

import pytest
from amounts import few, tries
from partial_records import (
    case,
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
from casecheck.engine.facts import Facts
from casecheck.engine.match_bound import most_matches
from casecheck.lessons.errors import RulesError
from casecheck.lessons.yaml_nodes import read_page
from casecheck.record.contradictions import contradictions
from casecheck.results import Outcome
from casecheck.truth.known import Known

HEAD = """
lesson: T1.1
title: So many, and the last
source: {review: test, finding: T1, theme: 1, cite: Invented for a test}
asks: It asks how many there are, and of the last of them.
parameters:
  least: {value: 2, unit: rows, basis: A round number.}
checks:
"""
TAIL = """
examples:
  background: {extracted_on: 2026-04-30, opened_on: 2026-01-01}
  cases:
    - name: nothing
      expect: {counted: not_applicable}
"""
COUNTED = """
  - id: counted
    asks: Were there two meetings after the risk was identified?
    for_each: {risk: risks}
    met_by:
      - means: two meetings
        find: {meeting: meetings}
        where: [meeting.subject == risk.subject, meeting.on >= risk.identified_on]
        at_least: least
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
LAST = """
  - id: last
    asks: Were the child's views in the last meeting before the risk was identified?
    for_each: {risk: risks}
    met_by:
      - means: the last meeting before had the child's views
        find: {meeting: meetings}
        where: [meeting.subject == risk.subject, meeting.on <= risk.identified_on]
        latest: meeting.on
        then: [meeting.child_views]
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
IN_EVERY_WAY = """
  - id: ways-of-counting
    asks: Is it counted wherever it may stand?
    for_each: {plan: plans, risk: risks}
    where:
      - plan.subject == risk.subject
      - risk.kind == 'neglect' or plan.start <= risk.identified_on
    given:
      - means: three worries
        find: {worry: worry}
        where: [worry.child == risk.subject]
        at_least: 3
      - means: two meetings with no incident on their day
        find: {meeting: meetings}
        where: [meeting.plan == plan, "meeting.child_views or meeting.on > risk.identified_on"]
        at_least: least
        without:
          find: {incident: incidents}
          where: [incident.on == meeting.on]
    unless:
      - means: two incidents, each with an action after it
        find: {incident: incidents, action: actions}
        where: [incident.victim == plan.subject, action.plan == plan, action.set_on >= incident.on]
        at_least: 2
    met_by:
      - means: two things that were done
        find: {action: actions}
        where: [happened(action.completed_on)]
        at_least: 2
    breach: Not met.
    cannot_tell: The record cannot tell.
  - id: ways-of-the-last
    asks: Is the last one asked wherever it may stand?
    for_each: {plan: plans, risk: risks}
    where:
      - plan.subject == risk.subject
      - risk.kind == 'neglect' or plan.start <= risk.identified_on
    given:
      - means: of the first meeting there are no views
        find: {meeting: meetings}
        where: [meeting.plan == plan]
        earliest: meeting.on
        then: [not meeting.child_views or risk.identified_on > meeting.on]
      - means: an action
        find: {action: actions}
        where: [action.plan == plan]
    unless:
      - means: the last worry is over
        find: {worry: worry}
        where: [worry.child == plan.subject]
        latest: worry.until
        then: [worry.until <= plan.start]
    met_by:
      - means: the action completed last was a visit
        find: {action: actions}
        where: [action.plan == plan]
        latest: action.completed_on
        then: ["action.kind == 'visit'", action.set_on >= risk.identified_on]
        without:
          find: {incident: incidents}
          where: [incident.on == action.set_on]
    breach: Not met.
    cannot_tell: The record cannot tell.
  - id: folded
    asks: Is it asked where one row names the other?
    for_each: {plan: plans, meeting: meetings}
    where: [meeting.plan == plan, plan.level == 'child_protection']
    met_by:
      - means: two actions, the first of them after
        find: {action: actions}
        where: [action.plan == plan, action.set_on <= meeting.on]
        at_least: 2
      - means: the first risk was before the plan
        find: {risk: risks}
        where: [risk.subject == plan.subject, risk.identified_on <= meeting.on]
        earliest: risk.identified_on
        then: [risk.identified_on < plan.start]
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
PAGE = rules(HEAD + COUNTED + LAST + IN_EVERY_WAY + TAIL)
AUDITOR = Auditor(PAGE)
RISK = {"id": "risk", "subject": "child", "kind": "neglect", "identified_on": "2026-03-10"}


def record_of(**sections: Any) -> dict[str, Any]:
    return {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-04-30",
        "opened_on": "2026-01-01", "people": [{"id": "child"}, {"id": "other"}], "plans": [],
        "risks": [RISK], "incidents": [], "actions": [], **sections,
    }  # fmt: skip


def outcome(check: str, **sections: Any) -> Outcome:
    """Return what a check says of one risk, and meetings of the child."""
    return outcome_of(PAGE, AUDITOR, check, record_of(**sections))


def facts_of(auditor: Auditor, record: dict[str, Any]) -> Facts:
    """Return the facts of a record that the engine is given for the one lesson."""
    read = case(record)
    return auditor.lessons[0].writer.write(Known(read, contradictions(read)))


def meetings(*days: str, subject: str | None = "child", views: bool | None = None) -> list[Any]:
    return [
        {
            "id": f"m{number}-{subject}-{views}-{day[-6:]}".replace("/", "_").replace(".", "_"),
            "kind": "core_group", "subject": subject, "on": day, "child_views": views,
        }
        for number, day in enumerate(days)
    ]  # fmt: skip


BREACH, TELL, MET = Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE, Outcome.COMPLIANT


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (meetings(), BREACH),
        (meetings("2026-03-10"), BREACH),
        (meetings("2026-03-10", "2026-03-10"), MET),
        (meetings("2026-03-10", "2026-03-09"), BREACH),
        (meetings("2026-03-10", "2026-03-11", "2026-03-12"), MET),
        (meetings("2026-03-10", "2026-03-09/2026-03-10"), TELL),
        (meetings("2026-03-09/2026-03-10"), BREACH),
        (meetings("2026-03-09/2026-03-10", "../2026-03-12"), TELL),
        ([*meetings("2026-03-10"), *meetings("2026-03-11", subject=None)], TELL),
        ([*meetings("2026-03-10"), *meetings("2026-03-11", subject="other")], BREACH),
    ],
)
def test_rows_are_counted_surely_and_perhaps(rows: list[Any], expected: Outcome) -> None:
    assert outcome("counted", meetings=rows) == expected
    assert outcome("counted", meetings=rows[::-1]) == expected


@pytest.mark.parametrize("known", [0, 1, 2])
def test_what_may_be_missing_may_be_any_number_of_rows(known: int) -> None:
    rows = meetings(*["2026-03-12"] * known)
    expected = MET if known == 2 else TELL
    assert outcome("counted", meetings=None) == TELL
    for part in ({"incomplete": True}, {"only": ["core_group"]}, {"from": "2026-03-12"}):
        assert outcome("counted", meetings=rows, coverage={"meetings": part}) == expected
    # Before the first day of the risk no meeting counts.
    before = {"meetings": {"from": "2026-03-10"}}
    assert outcome("counted", meetings=rows, coverage=before) == (MET if known == 2 else BREACH)


YES, NO, NULL = {"views": True}, {"views": False}, {"views": None}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], BREACH),
        (meetings("2026-03-10", **YES), MET),
        (meetings("2026-03-11", **YES), BREACH),
        (meetings("2026-03-10", **NO) + meetings("2026-03-09", **YES), BREACH),
        (meetings("2026-03-10", **YES) + meetings("2026-03-09", **NO), MET),
        (meetings("2026-03-10", **YES) + meetings("2026-03-11", **NO), MET),
        (meetings("2026-03-10", **NULL) + meetings("2026-03-09", **YES), TELL),
        (meetings("2026-03-10", **YES) + meetings("2026-03-09", **NULL), MET),
        # Of two meetings of one day either may be the last.
        (meetings("2026-03-10", **YES) + meetings("2026-03-10", **NO), TELL),
        (meetings("2026-03-10", "2026-03-10", **YES), MET),
        (meetings("2026-03-10", "2026-03-10", **NO), BREACH),
        # Which is the last is not known; what is so of each that may be is.
        (meetings("2026-03-08/2026-03-10", **NO) + meetings("2026-03-09", **YES), TELL),
        (meetings("2026-03-08/2026-03-10", **YES) + meetings("2026-03-09", **YES), MET),
        (meetings("2026-03-08/2026-03-10", **NO) + meetings("2026-03-09", **NO), BREACH),
        (meetings("2026-03-01/2026-03-08", **NO) + meetings("2026-03-09", **YES), MET),
        (meetings("2026-03-01/2026-03-09", **NO) + meetings("2026-03-09", **YES), TELL),
        # It may be after the day, and no such meeting.
        (meetings("2026-03-10/2026-03-11", **NO) + meetings("2026-03-09", **YES), TELL),
        (meetings("2026-03-10/2026-03-11", **NO), BREACH),
        (meetings("2026-03-10/2026-03-11", **YES), TELL),
        (meetings("2026-03-10", **YES) + meetings("2026-03-10", subject="other", **NO), MET),
    ],
)
def test_it_is_asked_of_the_last_row_whichever_that_is(rows: list[Any], expected: Outcome) -> None:
    assert outcome("last", meetings=rows) == expected
    assert outcome("last", meetings=rows[::-1]) == expected


def test_of_two_rows_of_one_day_nothing_is_settled_though_all_is_known() -> None:
    page = rules(
        HEAD[: HEAD.index("parameters")] + "checks:" + LAST + TAIL.replace("counted", "last")
    )
    auditor = Auditor(page)
    for views, expected in ((True, MET), (False, TELL)):
        rows = [
            *meetings("2026-03-10", **YES),
            *meetings("2026-03-10", views=views, subject="child"),
        ]
        rows[1]["id"] = "second"
        record = record_of(meetings=rows)
        assert facts_of(auditor, record).settled
        assert outcome_of(page, auditor, "last", record) == expected


def test_what_is_in_doubt_of_evidence_stays_so_beside_the_last_row() -> None:
    head, tail = HEAD[: HEAD.index("parameters")], TAIL.replace("counted", "last")
    check = LAST.replace("for_each: {risk: risks}", "for_each: {tool: tools}")
    check = check.replace("meeting.subject == risk.subject, ", "")
    check = check.replace("risk.identified_on", "tool.on")
    own = "      - means: it is graded\n        where: [\"tool.grade == 'grade_1'\"]\n"
    page = rules(f"{head}checks:{check.replace('    breach', own + '    breach')}{tail}")
    auditor = Auditor(page)
    tool = {"id": "tool", "kind": "graded_care_profile", "subject": "child", "on": "2026-03-10"}
    for grade, expected in ((None, TELL), ("grade_1", MET), ("grade_2", BREACH)):
        record = record_of(tools=[{**tool, "grade": grade}], meetings=[])
        assert facts_of(auditor, record).settled
        assert outcome_of(page, auditor, "last", record) == expected


def test_the_day_of_the_last_row_has_come() -> None:
    def where(*conditions: str) -> list[str]:
        text = LAST.replace("meetings", "actions").replace("meeting", "action")
        start, end = text.index("[action.subject"), text.index("\n        latest")
        text = text[:start] + f"[{', '.join(conditions)}]" + text[end:]
        text = text.replace("action.on", "action.completed_on")
        text = text.replace("action.child_views", "action.kind == 'visit'")
        head = HEAD[: HEAD.index("parameters")] + "checks:"
        page = rules(head + text + TAIL.replace("counted", "last"))
        (alternative,) = page.lessons[0].checks[0].populations[0].met_by
        return [one.text for one in alternative.where]

    day, happened = "action.set_on >= risk.identified_on", "happened(action.completed_on)"
    assert where(day) == where(day, happened) == [day, happened]


def test_what_may_be_missing_may_be_the_last_row() -> None:
    row = meetings("2026-03-09", **YES)
    lacking = meetings("2026-03-09", **NO)
    assert outcome("last", meetings=None) == TELL
    for part, met, breach in (
        ({"incomplete": True}, TELL, TELL),
        ({"only": ["core_group"]}, TELL, TELL),
        ({"from": "2026-03-10"}, TELL, TELL),
        # What is missing lies before the one that is there.
        ({"from": "2026-03-09"}, MET, BREACH),
    ):
        assert outcome("last", meetings=row, coverage={"meetings": part}) == met
        assert outcome("last", meetings=lacking, coverage={"meetings": part}) == breach


@pytest.mark.parametrize("part", few(range(4), 0, 1))
def test_engine_and_plain_reading_say_the_same(part: int) -> None:
    number = tries(200)
    records = [random_case(seed) for seed in range(part * number, (part + 1) * number)]
    assert len(held_together(PAGE, AUDITOR, records)) >= 3


def test_large_records_are_asked_rule_by_rule() -> None:
    held_rule_by_rule(AUDITOR, tries(150))


def test_counting_makes_one_match_a_row() -> None:
    """However many rows are counted, none is joined with another."""
    auditor = Auditor(rules(HEAD + COUNTED + LAST + TAIL))
    (lesson,) = auditor.lessons
    days = ["2026-03-12", *["2026-03-09/2026-03-10"]]
    for number in (20, 200):
        facts = facts_of(auditor, record_of(meetings=meetings(*days * (number // 2))))
        assert not facts.settled
        assert most_matches(lesson.compiled.bounded, facts.texts) <= number


# --- pages ---


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("at_least: least", "at_least: 0", "2 to 1,000, or a parameter's name"),
        ("at_least: least", "at_least: 1", "leave it out"),
        ("at_least: least", "at_least: true", "2 to 1,000, or a parameter's name"),
        ("at_least: least", "at_least: 1001", "2 to 1,000, or a parameter's name"),
        ("at_least: least", "at_least: lest", "2 to 1,000, or a parameter's name"),
        ("value: 2", "value: 0", "`least` is 0"),
        ("        find: {meeting: meetings}\n", "", "lacks `find`"),
        ("at_least: least", "at_least: least\n        latest: meeting.on", "at_least"),
        ("unit: rows", "unit: times", "`rows`"),
        ("latest: meeting.on", "latest: risk.identified_on", "such as `meeting.on`"),
        ("latest: meeting.on", "latest: meeting.kind", "such as `meeting.on`"),
        ("latest: meeting.on", "latest: meeting.plan.start", "such as `meeting.on`"),
        ("latest: meeting.on", "latest: meeting.onn", "did you mean"),
        ("        latest: meeting.on\n", "", "lacks `latest`"),
        ("latest: meeting.on", "lastest: meeting.on", "did you mean `latest`"),
        ("at_least: least", "at_leats: least", "did you mean `at_least`"),
        ("        then: [meeting.child_views]\n", "", "lacks `then`"),
        ("then: [meeting.child_views]", "then: [meeting.on > risk.identified_on]", "can never"),
        ("then: [meeting.child_views]", "then: [meeting.child_view]", "did you mean"),
        (
            "        latest: meeting.on\n",
            "        latest: meeting.on\n        earliest: meeting.on\n",
            "earliest",
        ),
    ],
)
def test_what_is_wrong_is_said(was: str, becomes: str, message: str) -> None:
    page = HEAD + COUNTED + LAST + TAIL
    refused(page, was, becomes, message)
    with pytest.raises(RulesError, match="names: name one"):
        rules(page.replace("find: {meeting: meetings}", "find: {meeting: meetings, plan: plans}"))


def test_it_is_said_in_words() -> None:
    words = lesson_in_words(PAGE)
    assert "and there are at least `least` (2 rows) of `meeting`" in words
    assert "and there are at least `3` of `worry`" in words
    assert "and of these the `meeting` with the latest `meeting.on`" in words

    def told(rows: list[Any], **more: Any) -> str:
        return explained(PAGE, AUDITOR, record_of(meetings=rows, **more))

    asked = "at least 2 different rows are asked for;"
    rows = meetings("2026-03-10", "2026-03-09/2026-03-11", views=True)
    assert f"{asked} there are 1: /meetings/0; there may be 1: /meetings/1." in told(rows)
    assert f"{asked} there is none." in told([])
    many = meetings(*["2026-03-10"] * 7)
    there = "/meetings/0, /meetings/1, /meetings/2, /meetings/3, /meetings/4, ..."
    assert f"{asked} there are 7: {there}." in told(many)
    last = "meeting /meetings/0 is the latest by meeting.on; meeting.child_views: yes."
    assert last in told(rows[:1])
    perhaps = "may be the latest by meeting.on; meeting.child_views: yes."
    assert f"meeting /meetings/1 {perhaps}" in told(rows)


def test_every_change_of_it_is_tried() -> None:
    page = read_page(HEAD + COUNTED + LAST + IN_EVERY_WAY + TAIL, "t.yaml")
    names = [change.name for change in lesson_changes(page, PAGE.concepts)]
    for part in (
        "counted: met_by at_least removed",
        "given 1 at_least: 3 becomes 2",
        "last: met_by latest becomes earliest",
        "last: met_by latest: of any row",
        "ways-of-the-last: given 1 earliest becomes latest",
        "met_by latest: action.completed_on becomes action.closed_on",
        "met_by then action.kind == 'visit': dropped",
        "then action.set_on >= risk.identified_on: >= becomes >",
    ):
        assert any(part in name for name in names), (part, names)
