"""Whom a finding is about, how old they were, and the last day on which evidence was in time."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shipped
from random_records import Record
from test_hangs_on import CORE_GROUP, PLANS, record

from casecheck.audit.about_whom import age_between
from casecheck.audit.last_day import _last_with
from casecheck.record.working_days import working_day_number
from casecheck.results import About, Finding, Outcome

Row = dict[str, Any]
SAMPLES = sorted((Path(__file__).parent.parent / "sample_cases").glob("*.json"))


def at(section: str, record: Record, finding: Finding) -> Row:
    """The row of a section that a finding names."""
    (pointer,) = [one for one in finding.pointers if one.startswith(f"/{section}/")]
    row: Row = record[section][int(pointer.rpartition("/")[2])]
    return row


def agreement(record: Record, finding: Finding, day: str) -> tuple[str, Row]:
    change = at("category_changes", record, finding)["id"]
    told = {"risks_mitigated": True, "risks_carried": True}
    return "chair_agreements", {"category_change": change, "recorded_on": day, **told}


def meeting(kind: str) -> Callable[[Record, Finding, str], tuple[str, Row]]:
    def row(record: Record, finding: Finding, day: str) -> tuple[str, Row]:
        plan = at("plans", record, finding)["id"]
        return "meetings", {"kind": kind, "plan": plan, "on": day, "subject": None}

    return row


def dash(_: Record, finding: Finding, day: str) -> tuple[str, Row]:
    return "tools", {"kind": "dash", "subject": finding.about.person, "on": day}


def sexual_behaviour_tool(_: Record, finding: Finding, day: str) -> tuple[str, Row]:
    row = {"kind": "sexual_behaviour_tool", "subject": finding.about.person, "on": day}
    return "tools", row


def decision(record: Record, finding: Finding, day: str) -> tuple[str, Row]:
    referral = at("referrals", record, finding)["id"]
    return "marac_decisions", {"referral": referral, "on": day}


def mitigation(record: Record, finding: Finding, day: str) -> tuple[str, Row]:
    plan = next(iter(record["plans"]))["id"]
    risk = at("risks", record, finding)["id"]
    row = {"plan": plan, "kind": "service", "addresses": risk, "set_on": day}
    return "actions", {**row, "for_person": finding.about.person}


MOST = 3
"""So many breaches of a check are tried."""
EVIDENCE = {
    "P1.1/chair-agreement": agreement,
    "P1.1/decided-at-conference": meeting("review_conference"),
    "P2.1/policy-tools-used": sexual_behaviour_tool,
    "P7.1/first-core-group": meeting("core_group"),
    "P7.1/meeting-frequency": meeting("core_group"),
    "P7.1/review-conference-timely": meeting("review_conference"),
    "P8.2/risk-assessed": dash,
    "P8.2/marac-decides": decision,
    "P3.1/child-focused-plan": mitigation,
}
"""A row that would have met the check on a day, for checks of each kind of time."""


@cache
def breaches() -> tuple[tuple[Record, Finding], ...]:
    return tuple(_breaches())


def _breaches() -> Iterator[tuple[Record, Finding]]:
    for file in SAMPLES:
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
            found = shipped.audit(read).findings
        except ValueError:
            continue
        for finding in found:
            if finding.outcome is Outcome.BREACH:
                yield read, finding


@pytest.mark.parametrize("check", EVIDENCE)
def test_evidence_on_the_last_day_is_in_time_and_on_the_next_it_is_not(check: str) -> None:
    tried = 0
    for read, finding in breaches():
        if f"{finding.lesson}/{finding.check}" != check or finding.due is None:
            continue
        if check == "P1.1/decided-at-conference":
            plan = at("category_changes", read, finding)["plan"]
            at_plan = [row["id"] for row in read["plans"]].index(plan)
            named = finding._replace(pointers=(f"/plans/{at_plan}",))
        else:
            named = finding
        next_day = finding.due + timedelta(1)
        if next_day > date.fromisoformat(read.get("closed_on") or read["extracted_on"]):
            continue
        for day, is_met in ((finding.due, True), (next_day, False)):
            fuller = copy.deepcopy(read)
            section, row = EVIDENCE[check](read, named, str(day))
            fuller[section] = [*(fuller.get(section) or []), {"id": "evidence", **row}]
            left = {one.fingerprint for one in shipped.audit(fuller).findings}
            assert (finding.fingerprint not in left) is is_met, (finding, day)
        tried += 1
        if tried == MOST:
            return
    assert tried


def test_what_is_told_of_the_sample_cases_has_a_last_day_where_the_page_has_one() -> None:
    with_day: Counter[str] = Counter()
    for _, finding in breaches():
        with_day[f"{finding.lesson}/{finding.check}"] += finding.due is not None
    assert with_day["P7.1/child-views"] == with_day["P7.1/quorum"] == 0
    assert with_day["P3.1/impact-on-child"] == 0  # an assessment counts whenever it was completed
    assert with_day["P1.1/actions-carried"]
    assert with_day["P7.1/actions-implemented"]


def test_the_day_of_what_was_late_is_the_one_that_the_sentence_tells() -> None:
    """As many days after the last one allowed as it says; of working days, the day itself."""
    after = re.compile(r" ([\d,]+) days? after the last day allowed \(([\d-]+)\)")
    tried = set()
    for _, finding in breaches():
        done, message = finding.done_on, finding.message
        if finding.shortfall != "late":
            assert done is None
        elif said := after.search(message):
            last = date.fromisoformat(said[2])
            assert done == last + timedelta(int(said[1].replace(",", ""))), message
            tried.add(finding.check)
        elif "before the first day that counts" in message:
            assert done is None, "it was done too early"
            tried.add("too early")
        elif "working days after that day" in message:
            assert f" {done}, " in message
            tried.add(finding.check)
    assert tried >= {"actions-implemented", "meeting-frequency", "first-core-group", "too early"}


@pytest.mark.parametrize("on", ["2026-06-01", "2026-06-01/2026-06-03"])
def test_a_day_that_is_not_sure_is_not_told(on: str) -> None:
    found = of_check(record(meetings=[{**CORE_GROUP, "on": on}]), "first-core-group")
    assert (found.shortfall, found.nearest) == ("late", ("/meetings/0",))
    assert str(found.done_on) == ("None" if "/" in on else on)


def test_weekends_and_bank_holidays_are_in_time_still() -> None:
    """Ten working days after Wednesday 1 April 2026, over Easter, end on Friday 17."""
    plan = {**PLANS[0], "start": "2026-04-01"}
    (found,) = [
        one
        for one in shipped.audit(record(plans=[plan], meetings=[])).findings
        if one.check == "first-core-group"
    ]
    assert found.due == date(2026, 4, 19)


def of_check(of: Record, check: str) -> Finding:
    return next(one for one in shipped.audit(of).findings if one.check == check)


def test_it_is_about_the_child_whose_plan_it_is() -> None:
    people = [{"id": "child", "pseudonym": "P-ANNA", "born": "2015-03"}]
    found = of_check(record(people=people, meetings=[]), "first-core-group")
    assert found.about == About("child", "P-ANNA", 10)


@pytest.mark.parametrize(
    ("born", "age"),
    [("2016-01", None), ("2015-12", 10), ("2016-02", 9), ("2015", None), (None, None)],
)
def test_the_age_is_told_where_the_bounds_settle_it(born: str | None, age: int | None) -> None:
    found = of_check(
        record(people=[{"id": "child", "born": born}], meetings=[]), "first-core-group"
    )
    assert found.about == About("child", None, age)


def test_of_a_meeting_it_is_the_age_on_its_day() -> None:
    people = [{"id": "child", "born": "2015-02"}]
    held = {**CORE_GROUP, "on": "2026-03-02", "child_views": False}
    assert of_check(record(people=people, meetings=[held]), "child-views").about.age == 11


def test_of_a_row_that_is_not_there_nobody_is_named() -> None:
    found = of_check(record(plans=None, meetings=[]), "first-core-group")
    assert found.about == About(None, None, None)
    assert found.due is None


def test_an_age_is_that_of_the_last_birthday_and_none_before_the_birth() -> None:
    day = date(2026, 5, 12).toordinal()
    assert age_between("2008-04", (day, day)) == 18
    assert age_between("2026-04", (day, day)) == 0
    assert age_between("2026-06", (day, day)) is None
    assert age_between("2008-04", (day - 40, day)) is None


def test_of_a_risk_at_a_change_it_is_the_age_at_the_change() -> None:
    """Of the rows of an instance the last one's day counts, in whichever order they are named."""
    risk = {"id": "r", "subject": "child", "kind": "physical_abuse", "identified_on": "2026-01-05"}
    change = {"id": "c", "plan": "plan", "on": "2026-04-02"}
    change |= {"from_category": "physical_abuse", "to_category": "neglect"}
    found = of_check(record(risks=[risk], category_changes=[change]), "risks-carried")
    assert found.about.age == 11  # ten until the end of March


def test_the_last_day_by_which_so_many_working_days_are_over() -> None:
    near = date(2025, 12, 22).toordinal()
    for far in range(-30, 31):
        number = working_day_number(near) + far
        last = _last_with(number, near)
        assert working_day_number(last) <= number < working_day_number(last + 1), far
