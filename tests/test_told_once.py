"""`once_per`: a cluster of days is told as one finding, and no breach is lost by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import partial_records
import pytest
from amounts import tries
from hypothesis import given
from hypothesis import strategies as st
from partial_records import explained, held_together, lesson_in_words, random_case, refused, rules

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.lessons.meaning import meanings_of
from casecheck.results import CaseAudit, Finding, Outcome
from casecheck.truth.clusters import Dated, told_once

HEAD = """
lesson: T1.1
title: Again and again
source: {review: test, finding: T1, theme: 1, cite: Invented for a test}
asks: It tells a cluster of days once.
parameters:
  cluster_days: {value: 7, unit: days, basis: A week.}
checks:
"""
TAIL = """
examples:
  background: {extracted_on: 2026-04-30, opened_on: 2026-01-01}
  cases:
    - name: nothing
      expect: {missing: not_applicable}
"""
MISSING = """
  - id: missing
    asks: Was there a meeting on the day of each episode?
    for_each: {incident: incidents}
    where: ["incident.kind == 'missing'"]
    once_per: {days: cluster_days, same: incident.victim}
    met_by:
      - means: a meeting of the day
        find: {meeting: meetings}
        where: [meeting.subject == incident.victim, meeting.on == incident.on]
    breach: No meeting is shown on {incident.on}.
    cannot_tell: The record cannot tell of a meeting on {incident.on}.
"""
IN_EVERY_WAY = """
  - id: folded
    asks: Is it told once where one row names the other?
    for_each: {plan: plans, meeting: meetings}
    where: [meeting.plan == plan, plan.level == 'child_protection']
    dated: plan.start
    once_per: {days: 3, same: plan.subject}
    met_by:
      - means: the first risk was before the plan
        find: {risk: risks}
        where: [risk.subject == plan.subject, risk.identified_on <= meeting.on]
        earliest: risk.identified_on
        then: [risk.identified_on < plan.start]
    breach: Not met.
    cannot_tell: The record cannot tell.
  - id: worries
    asks: Is it told once of a concept's rows, of both kinds?
    instances:
      - for_each: {worry: worry}
        once_per: {days: 7, same: worry.child}
        met_by:
          - means: an action
            find: {action: actions}
            where: [action.set_on >= worry.since]
        breach: Not met.
        cannot_tell: The record cannot tell.
      - for_each: {action: actions, risk: risks}
        where: [action.plan.subject == risk.subject]
        dated: risk.identified_on
        once_per: {days: 0, same: action.plan}
        met_by:
          - means: it was completed
            where: [happened(action.completed_on)]
        breach: Not met.
        cannot_tell: The record cannot tell.
"""
PAGE = rules(HEAD + MISSING + IN_EVERY_WAY + TAIL)
AUDITOR = Auditor(PAGE)
BREACH, TELL, MET = Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE, Outcome.COMPLIANT


PARAMETERS = HEAD[HEAD.index("parameters") : HEAD.index("checks:")]
ONCE = "once_per: {days: cluster_days, same: incident.victim}"


def page_with(once: str) -> str:
    """Return the page of the first check with another `once_per`, or none."""
    head = HEAD if "cluster_days" in once else HEAD.replace(PARAMETERS, "")
    return head + MISSING.replace(f"    {ONCE}\n", f"    {once}\n" if once else "") + TAIL


def record_of(**sections: Any) -> dict[str, Any]:
    return {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-04-30",
        "opened_on": "2026-01-01", "people": [{"id": "child"}, {"id": "other"}], "plans": [],
        "risks": [], "meetings": [], "actions": [], **sections,
    }  # fmt: skip


def episodes(*days: str, victim: str | None = "child") -> list[Any]:
    return [
        {"id": f"{victim}{number}", "kind": "missing", "on": day, "victim": victim}
        for number, day in enumerate(days)
    ]


def met_on(*days: str) -> list[Any]:
    return [
        {"id": f"met{number}", "kind": "strategy", "on": day, "subject": "child"}
        for number, day in enumerate(days)
    ]


def audited(**sections: Any) -> CaseAudit:
    return partial_records.audited(PAGE, AUDITOR, record_of(**sections), met=True)


def told(audit: CaseAudit) -> list[tuple[Outcome, tuple[str, ...], int]]:
    """Return the findings of the first check: outcome, rows, and how many are told with each."""

    def more(finding: Finding) -> int:
        _, _, words = finding.message.partition(" more of the same 8 days ")
        return int(finding.message.split(" more of")[0].rsplit(" ", 1)[1]) if words else 0

    return [
        (one.outcome, one.pointers, more(one)) for one in audit.findings if one.check == "missing"
    ]


@pytest.mark.parametrize(
    ("days", "met", "expected"),
    [
        (["2026-03-02"], [], [(BREACH, 0, 0)]),
        (["2026-03-02", "2026-03-09"], [], [(BREACH, 0, 1)]),
        (["2026-03-02", "2026-03-10"], [], [(BREACH, 0, 0), (BREACH, 1, 0)]),
        # A cluster ends so many days after its first, however many follow.
        (["2026-03-02", "2026-03-06", "2026-03-10"], [], [(BREACH, 0, 1), (BREACH, 2, 0)]),
        # A breach is told, whatever came before it; the first of them.
        (["2026-03-02", "2026-03-04", "2026-03-06"], ["2026-03-02"], [(BREACH, 1, 2)]),
        (["2026-03-02", "2026-03-04"], ["2026-03-02", "2026-03-04"], []),
        # A day that is not known is in no cluster.
        (["2026-03-02", "2026-03-02/2026-03-03"], [], [(BREACH, 0, 0), (BREACH, 1, 0)]),
        # Two of one day: nothing chooses between them.
        (["2026-03-02", "2026-03-02", "2026-03-03"], [], [(BREACH, 0, 1), (BREACH, 1, 1)]),
    ],
)
def test_a_cluster_is_told_once(days: list[str], met: list[str], expected: list[Any]) -> None:
    found = told(audited(incidents=episodes(*days), meetings=met_on(*met)))
    assert found == [(outcome, (f"/incidents/{at}",), more) for outcome, at, more in expected]


def test_only_what_is_surely_of_the_same_child_is_told_together() -> None:
    incidents = [*episodes("2026-03-02", "2026-03-03"), *episodes("2026-03-03", victim="other")]
    found = told(audited(incidents=incidents))
    assert found == [(BREACH, ("/incidents/0",), 1), (BREACH, ("/incidents/2",), 0)]
    incidents = [*episodes("2026-03-02"), *episodes("2026-03-03", victim=None)]
    found = told(audited(incidents=incidents))
    assert [(outcome, more) for outcome, _, more in found] == [(BREACH, 0), (BREACH, 0)]
    # Of two of which it is not known whose they are, neither is told with the other.
    found = told(audited(incidents=episodes("2026-03-02", "2026-03-03", victim=None)))
    assert [more for _, _, more in found] == [0, 0]


def test_what_is_told_with_another_is_no_instance_of_its_own() -> None:
    days = ["2026-03-02", "2026-03-04", "2026-03-20"]
    audit = audited(incidents=episodes(*days), meetings=met_on(*days))
    assert audit.lessons["T1.1"].checks["missing"] == MET
    met = [one.pointers for one in audit.met if one.check == "missing"]
    assert met == [("/incidents/0",), ("/incidents/2",)]


def test_the_sentence_says_how_many_are_told_with_it() -> None:
    two = episodes("2026-03-02", "2026-03-03")
    (finding,) = (one for one in audited(incidents=two).findings if one.check == "missing")
    assert finding.message.endswith("2026-03-02. 1 more of the same 8 days is told with it.")
    more = [*two, {**two[0], "id": "third"}, *episodes("2026-03-05", victim="other")]
    three = [*two, {**two[1], "id": "third", "on": "2026-03-08"}]
    (finding,) = (one for one in audited(incidents=three).findings if one.check == "missing")
    assert finding.message.endswith("2 more of the same 8 days are told with it.")
    assert len(told(audited(incidents=more))) == 3


def test_no_outcome_hangs_on_it() -> None:
    plain = Auditor(rules(page_with("once_per: {days: 400, same: incident.victim}")))
    none = Auditor(rules(page_with("")))
    records = [ReadRecord(random_case(seed), "x", None, "") for seed in range(tries(1_000))]
    fewer = 0
    for once, each in zip(plain.audit(records), none.audit(records), strict=True):
        assert once.lessons == each.lessons
        assert {one.fingerprint for one in once.findings} <= {
            one.fingerprint for one in each.findings
        }
        for outcome in (BREACH, TELL):
            there = [one for one in each.findings if one.outcome == outcome]
            # Where there is one, the cluster that it is of is told by one as grave.
            assert not there or min(one.outcome for one in once.findings) <= outcome
        fewer += len(each.findings) - len(once.findings)
    assert fewer > 0


def test_engine_and_plain_reading_say_the_same() -> None:
    records = [random_case(seed) for seed in range(tries(700))]
    assert len(held_together(PAGE, AUDITOR, records)) == 4


Told = tuple[int, int, int]
"""How grave an instance is, its day, and whose it is."""


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, 1))),
    st.integers(0, 6),
)
def test_every_instance_is_told_or_stands_by_one_as_grave(seen: Sequence[Told], days: int) -> None:
    dated = [
        Dated(at, gravity, (day, day), (whose, whose))
        for at, (gravity, day, whose) in enumerate(seen)
    ]
    found = told_once(dated, days)
    for at, (gravity, day, whose) in enumerate(seen):
        assert at in found or any(
            seen[other][2] == whose
            and abs(seen[other][1] - day) <= days
            and (seen[other][0], seen[other][1]) < (gravity, day + 1)
            for other in found
        )
    order = list(reversed(dated))
    assert told_once(order, days) == found


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("days: cluster_days, ", "", "lacks `days`"),
        (", same: incident.victim", "", "lacks `same`"),
        ("same: incident.victim", "same: incident.kind", "such as `incident.victim`"),
        ("same: incident.victim", "same: incident.victm", "did you mean"),
        ("days: cluster_days", "days: -1", "a number of days"),
        ("days: cluster_days", "days: cluster", "a number of days"),
        ("days: cluster_days", "days: true", "a number of days"),
        ("for_each: {incident: incidents}", "for_each: {incident: people}", "day of their own"),
        (
            "once_per: {days: cluster_days",
            "dated: opened_on\n    once_per: {days: 3",
            "of their own",
        ),
    ],
)
def test_what_is_wrong_is_said(was: str, becomes: str, message: str) -> None:
    refused(page_with(ONCE), was, becomes, message)


def test_it_is_said_in_words_and_is_of_the_meaning() -> None:
    said = "told once in 7 days after the first, for each `incident.victim`: by the gravest"
    assert said in lesson_in_words(PAGE)
    first = date(2026, 3, 2)
    record = record_of(incidents=episodes(*(str(first + timedelta(at)) for at in range(4))))
    told_with = "Asked of 1: 1 breach. 3 more of the same days, told with these."
    assert told_with in explained(PAGE, AUDITOR, record)
    was = meanings_of(rules(page_with(ONCE)))
    for once in ("once_per: {days: 8, same: incident.victim}", ONCE.replace(".victim", ""), ""):
        assert meanings_of(rules(page_with(once))) != was
    assert meanings_of(rules(page_with("once_per: {days: 7, same: incident.victim}"))) == was
