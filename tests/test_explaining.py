"""The explanation reads a page a second time, and agrees with the engine on every record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import shipped
from amounts import tries
from command_line import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from random_records import random_record

from casecheck.audit.auditor import Auditor
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.record.model import SECTIONS, CaseRecord
from casecheck.record.validation import read_record
from casecheck.results import Outcome
from casecheck.truth.account import MOST_NEAREST, MOST_NOT_ASKED, Disagreement, agree, explain
from casecheck.truth.account_form import CheckAccount
from casecheck.truth.plain_reading import Result

SHIPPED = shipped.rules()

CONCEPTS = """
concepts:
  harm:
    means: Anything recorded that may have harmed a child.
    rows:
      - of: {risk: risks}
        where: ["risk.kind in ('neglect', 'physical_abuse')"]
        fields: {child: risk.subject, on: risk.identified_on, until: risk.resolved_on}
      - of: {plan: plans}
        where: ["plan.category == 'neglect'"]
        fields: {child: plan.subject, on: plan.start, until: plan.end}
      - of: {incident: incidents}
        fields: {child: incident.victim, on: incident.on, until: incident.on}
"""
PAGE = """
lesson: T1.1
title: What no shipped lesson asks
source: {review: test, finding: T1, theme: 1, cite: Invented for a test}
asks: It asks in every way that a page can ask.
parameters:
  some_days: {value: 30, unit: days, basis: A round number.}
  some_workdays: {value: 5, unit: working days, basis: A week.}
checks:
  - id: left-out
    asks: Is what may be left out left out?
    for_each: {action: actions}
    where:
      - action.set_on + some_days <= today
      - not (action.completed_on < action.set_on + some_days)
    given:
      - means: the plan is one of protection
        where: ["action.plan.level == 'child_protection'"]
      - means: the risk it addresses is a grave one
        where: ["action.for_person == action.plan.subject"]
    unless:
      - means: it was closed with a reason
        where: [happened(action.closed_on), action.closure_reason_recorded]
      - means: another action takes it over
        find: {later: actions}
        where: [later.continues == action]
    met_by:
      - means: it is not overdue
        where: [action.due >= today]
      - means: a meeting of the plan and an assessment of its child, close together
        find: {meeting: meetings, assessment: assessments}
        where:
          - meeting.plan == action.plan
          - assessment.subject == action.plan.subject
          - meeting.on >= action.set_on
          - workdays(meeting.on, or_today(assessment.completed_on)) <= some_workdays
    breach: The action of {action.set_on} is open.
    cannot_tell: The record cannot tell of the action of {action.set_on}.
  - id: by-concept
    asks: Is harm to a child followed by an assessment?
    for_each: {harm: harm, child: people}
    where:
      - harm.child == child
      - not under(1, child, harm.on) or count(child.history) >= 2
      - harm.on <= or_today(harm.until)
    unless:
      - means: a worker of the case is a manager of another agency
        find: {worker: workers}
        where: ["worker.role == 'manager'", "worker.agency != 'childrens_services'"]
    met_by:
      - means: an assessment of the child that is no parenting assessment
        find: {assessment: assessments}
        where:
          - assessment.subject == child
          - assessment.kind != 'parenting'
          - assessment.started_on != harm.on
          - assessment.child_seen or 'family_history' in assessment.considers
      - means: a tool used with the child on the day
        find: {tool: tools}
        where: [tool.subject == child, tool.on == harm.on]
    breach: Harm on {harm.on} was not assessed.
    cannot_tell: The record cannot tell of the harm on {harm.on}.
  - id: once-for-all
    asks: Is there a genogram since services became involved?
    instances:
      - for_each: {person: people}
        where: [opened_on + some_days <= today, not (person.born > opened_on)]
        met_by:
          - means: a genogram
            find: {tool: tools}
            where: ["tool.kind == 'genogram'", tool.on >= opened_on, tool.on - some_days < today]
        breach: There is none.
        cannot_tell: The record cannot tell.
      - for_each: {worker: workers}
        met_by:
          - means: the worker has left
            where: [happened(worker.end)]
        breach: There is none.
        cannot_tell: The record cannot tell.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing is recorded, expect: {left-out: not_applicable}}
"""
INVENTED = rules_from_pages({"concepts.yaml": CONCEPTS, "T1.1.yaml": PAGE}, "rules")


def record_of(**sections: Any) -> CaseRecord:
    """Return a record in which every other section is there, and empty."""
    record = {
        "schema": "casecheck/1",
        "case_id": "C-1",
        "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06",
        **{section: [] for section in SECTIONS},
        **sections,
    }
    return read_record(json.dumps(record).encode())


def random_case(seed: int) -> CaseRecord:
    return read_record(json.dumps(random_record(Random(seed))).encode())


def explain_all(rules: Rules, auditor: Auditor, record: CaseRecord) -> Iterator[CheckAccount]:
    audit = auditor.audit_one(record)
    assert not audit.errors
    for lesson in rules.lessons:
        told = explain(lesson.checks, rules.concepts, record, 2)
        agree(lesson, told, audit)
        yield from told


SHIPPED_AUDITOR = shipped.auditor()
INVENTED_AUDITOR = Auditor(INVENTED)


@pytest.mark.slow
def test_it_agrees_on_the_sample_cases() -> None:
    seen = set()
    for file in sorted(SAMPLES.glob("*.json*")):
        for line in (
            file.read_bytes().splitlines() if file.suffix == ".jsonl" else [file.read_bytes()]
        ):
            told = explain_all(SHIPPED, SHIPPED_AUDITOR, read_record(line))
            seen |= {(one.check.id, one.outcome) for one in told}
    checks = [check.id for lesson in SHIPPED.lessons for check in lesson.checks]
    assert seen == {(check, outcome) for check in checks for outcome in Outcome}


@settings(max_examples=tries(150))
@given(st.integers(0, 2**32))
def test_it_agrees_on_random_records(seed: int) -> None:
    list(explain_all(SHIPPED, SHIPPED_AUDITOR, random_case(seed)))


@settings(max_examples=tries(150))
@given(st.integers(0, 2**32))
def test_it_agrees_on_a_page_that_asks_in_every_way(seed: int) -> None:
    list(explain_all(INVENTED, INVENTED_AUDITOR, random_case(seed)))


@pytest.mark.slow
def test_the_page_that_asks_in_every_way_finds_every_result() -> None:
    """Else the test above would compare little."""
    seen = set()
    for seed in range(210):
        for told in explain_all(INVENTED, INVENTED_AUDITOR, random_case(seed)):
            for population in told.populations:
                seen |= {(told.check.id, of) for of, count in population.counts.items() if count}
    assert {("by-concept", result) for result in Result} <= seen
    assert {("left-out", result) for result in Result if result is not Result.UNSETTLED} <= seen


@pytest.mark.parametrize(
    "broken", ["casecheck.truth.plain_reading.compare", "casecheck.truth.known.one_of"]
)
def test_a_reading_that_differs_is_told(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record = read_record(SAMPLES.joinpath("c-0101.json").read_bytes())
    audit = SHIPPED_AUDITOR.audit_one(record)
    monkeypatch.setattr(broken, lambda *_: True)
    lesson = SHIPPED.lessons[0]
    with pytest.raises(Disagreement, match=r"P1\.1 .*: the explanation and the engine disagree"):
        agree(lesson, explain(lesson.checks, SHIPPED.concepts, record, 1), audit)


def test_a_finding_that_differs_is_told_though_the_outcome_does_not() -> None:
    """The same record with its first action last: every pointer to an action differs."""
    content = json.loads(SAMPLES.joinpath("c-0101.json").read_bytes())
    audit = SHIPPED_AUDITOR.audit_one(read_record(json.dumps(content).encode()))
    content["actions"].append(content["actions"].pop(0))
    moved = read_record(json.dumps(content).encode())
    lesson = SHIPPED.lessons[0]
    told = explain(lesson.checks, SHIPPED.concepts, moved, 1)
    assert {one.check.id: one.outcome for one in told} == audit.lessons[lesson.id].checks
    with pytest.raises(Disagreement):
        agree(lesson, told, audit)


# What is told of one record


def told_of(check: str, record: CaseRecord, most: int = 10) -> CheckAccount:
    lesson = SHIPPED.lessons[0]
    (asked,) = (one for one in lesson.checks if one.id == check)
    (told,) = explain([asked], SHIPPED.concepts, record, most)
    return told


PLAN = {"id": "plan", "subject": "child", "level": "child_protection", "start": "2025-03-03"}
CHANGE = {
    "id": "change",
    "plan": "plan",
    "on": "2026-02-02",
    "from_category": "sexual_abuse",
    "to_category": "neglect",
}


def agreements(*days: str, change: str = "change") -> list[dict[str, Any]]:
    return [
        {"id": f"agreed{number}", "category_change": change, "recorded_on": day,
         "risks_mitigated": True, "risks_carried": False}
        for number, day in enumerate(days)
    ]  # fmt: skip


def case(**sections: Any) -> CaseRecord:
    people = [{"id": "child", "born": "2016-03", "history": []}]
    return record_of(people=people, plans=[PLAN], category_changes=[CHANGE], **sections)


def test_what_was_found_is_told_with_its_row() -> None:
    (population,) = told_of(
        "chair-agreement", case(chair_agreements=agreements("2026-02-04", "2026-02-02"))
    ).populations
    (instance,) = population.shown
    assert (instance.result, instance.pointers) == (Result.MET, ("/category_changes/0",))
    (way,) = instance.met_by
    (tried,) = way.tried
    assert (way.truth, tried.truth) == (True, True)
    (row,) = tried.rows
    assert (row.name, row.place, row.id) == ("agreement", "/chair_agreements/1", "agreed1")
    assert dict(row.fields) == {
        "category_change": "change", "recorded_on": "2026-02-02", "risks_mitigated": "true",
        "risks_carried": "false",
    }  # fmt: skip


def test_what_was_not_found_is_told_by_the_nearest_rows_first() -> None:
    days = ["2026-03-20", "2026-02-04", "2026-05-01", "2026-02-10", "2026-06-01", "2026-02-20"]
    (population,) = told_of("chair-agreement", case(chair_agreements=agreements(*days))).populations
    (instance,) = population.shown
    assert instance.result is Result.BREACH
    (way,) = instance.met_by
    assert way.truth is False
    assert [one.rows[0].place for one in way.tried] == [
        f"/chair_agreements/{number}" for number in (1, 3, 5, 0, 2)
    ]
    assert len(way.tried) == MOST_NEAREST
    assert way.more == 1
    (missed,) = (one for one in way.tried[0].conditions if one.truth is False)
    assert missed.text == "workdays(change.on, agreement.recorded_on) <= record_workdays"
    assert missed.values == (
        "change.on 2026-02-02",
        "agreement.recorded_on 2026-02-04",
        "2 working days between the two",
    )


def test_rows_that_belong_elsewhere_are_not_the_nearest() -> None:
    other = {"id": "other", "plan": "plan", "on": "2026-02-05"}
    near = agreements("2026-06-01")
    far = [{**near[0], "id": "far", "category_change": "other", "recorded_on": "2026-02-02"}]
    record = record_of(
        people=[{"id": "child", "born": "2016-03", "history": []}],
        plans=[PLAN],
        category_changes=[CHANGE, other],
        chair_agreements=[*far, *near],
    )
    (population,) = told_of("chair-agreement", record).populations
    breach = population.shown[0]
    assert breach.pointers == ("/category_changes/0",)
    (tried,) = breach.met_by[0].tried
    assert tried.rows[0].id == "agreed0"
    assert breach.met_by[0].more == 1


def test_a_section_that_is_not_in_the_extract_is_told() -> None:
    (population,) = told_of("chair-agreement", case(chair_agreements=None)).populations
    (instance,) = population.shown
    assert instance.result is Result.INSUFFICIENT_EVIDENCE
    assert (instance.member, instance.evidence) == (True, None)
    (looked,) = instance.met_by[0].looked
    assert (looked.section, looked.rows) == ("chair_agreements", None)


def test_a_fact_that_is_not_recorded_is_told() -> None:
    unsaid = [{**agreements("2026-02-02")[0], "risks_mitigated": None}]
    (population,) = told_of("chair-agreement", case(chair_agreements=unsaid)).populations
    (instance,) = population.shown
    assert instance.result is Result.INSUFFICIENT_EVIDENCE
    (tried,) = instance.met_by[0].tried
    (unknown,) = (one for one in tried.conditions if one.truth is None)
    assert unknown.values == (
        "agreement.risks_mitigated not recorded",
        "agreement.risks_carried false",
    )


def test_a_contradictory_date_is_told() -> None:
    late = agreements("2026-07-01")
    (population,) = told_of("chair-agreement", case(chair_agreements=late)).populations
    (tried,) = population.shown[0].met_by[0].tried
    assert dict(tried.rows[0].fields)["recorded_on"] == (
        "2026-07-01, which a contradiction makes unknown"
    )


def test_why_a_row_is_not_asked_about_is_told() -> None:
    record = record_of(
        people=[{"id": "child", "born": "2016-03", "history": []}],
        plans=[{**PLAN, "level": "child_in_need"}],
        category_changes=[CHANGE],
    )
    told = told_of("chair-agreement", record)
    assert told.outcome is Outcome.NOT_APPLICABLE
    (population,) = told.populations
    assert (population.shown, population.others) == ((), 1)
    (other,) = population.nearest
    assert (other.result, other.pointers) == (None, ("/category_changes/0",))
    missed, *others = other.conditions
    assert missed.truth is False
    assert {one.truth for one in others} == {True}
    assert missed.values == ("change.plan.level [/plans/0/level] child_in_need",)


def test_the_gravest_are_shown_first_and_the_rest_counted() -> None:
    changes = [{**CHANGE, "id": f"change{number}"} for number in range(7)]
    met = agreements("2026-02-02", change="change0")
    record = record_of(
        people=[{"id": "child", "born": "2016-03", "history": []}],
        plans=[PLAN],
        category_changes=changes,
        chair_agreements=met,
    )
    (population,) = told_of("chair-agreement", record, most=3).populations
    assert population.counts == {
        Result.BREACH: 6, Result.INSUFFICIENT_EVIDENCE: 0, Result.UNSETTLED: 0, Result.MET: 1,
    }  # fmt: skip
    assert [one.pointers for one in population.shown] == [
        (f"/category_changes/{number}",) for number in (1, 2, 3)
    ]
    (population,) = told_of("chair-agreement", record, most=7).populations
    assert population.shown[-1].result is Result.MET


def test_no_more_than_a_few_rows_are_shown_that_are_not_asked_about() -> None:
    plans = [{**PLAN, "id": f"plan{number}", "level": "early_help"} for number in range(9)]
    changes = [{**CHANGE, "id": f"on{number}", "plan": f"plan{number}"} for number in range(9)]
    record = record_of(
        people=[{"id": "child", "born": "2016-03", "history": []}],
        plans=plans,
        category_changes=changes,
    )
    (population,) = told_of("chair-agreement", record).populations
    assert (population.others, len(population.nearest)) == (9, MOST_NOT_ASKED)


@pytest.mark.slow
def test_many_rows_do_not_hang_it() -> None:
    """Hundreds of changes, risks and actions: millions of combinations, few of which belong."""
    number = 150
    risk = {"subject": "child", "kind": "neglect", "identified_on": "2025-03-03"}
    action = {"plan": "plan", "kind": "visit", "set_on": "2026-05-05"}
    record = record_of(
        people=[{"id": "child", "born": "2016-03", "history": []}],
        plans=[PLAN],
        category_changes=[{**CHANGE, "id": f"c{at}"} for at in range(number)],
        risks=[
            *({**risk, "id": f"r{at}"} for at in range(number)),
            {**risk, "id": "later", "identified_on": "2026-06-01"},
        ],
        actions=[{**action, "id": f"a{at}", "addresses": f"r{at}"} for at in range(number)],
    )
    (population,) = told_of("risks-carried", record, most=2).populations
    assert population.counts[Result.BREACH] == number * number
    # Too many to say which of those not asked about are the nearest.
    assert (population.others, population.nearest) == (number, ())
    assert len(population.shown) == 2
    (tried,) = population.shown[0].met_by[2].tried
    assert tried.rows[0].id == "a0"


@pytest.mark.slow
def test_many_combinations_of_rows_that_meet_a_check_do_not_hang_it() -> None:
    """More than are compared: then only those that may do are looked at for the nearest."""
    number = 150
    meeting = {"plan": "plan", "kind": "core_group", "on": "2026-05-05"}
    assessment = {"subject": "child", "kind": "risk", "started_on": "2026-05-05"}
    action = {"id": "action", "plan": "plan", "kind": "visit", "set_on": "2026-05-05"}
    record = record_of(
        people=[{"id": "child", "born": "2016-03", "history": []}],
        plans=[PLAN],
        actions=[{**action, "due": "2026-06-01", "closure_reason_recorded": False}],
        meetings=[{**meeting, "id": f"m{at}"} for at in range(number)],
        assessments=[{**assessment, "id": f"a{at}"} for at in range(number)],
    )
    check = INVENTED.lessons[0].checks[0]
    (told,) = explain([check], INVENTED.concepts, record, 1)
    assert told.outcome is Outcome.BREACH
    way = told.populations[0].shown[0].met_by[1]
    assert (way.truth, way.tried, way.more) == (False, (), number * number)


NO_WHERE = """
lesson: T1.1
title: One name for rows of two sections
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
checks:
  - id: odd
    asks: Is it so?
    instances:
      - for_each: {one: risks}
        met_by: [{means: so, where: [one.kind == 'neglect']}]
        breach: No.
        cannot_tell: Perhaps.
      - for_each: {one: assessments}
        met_by: [{means: so, where: [one.kind == 'risk']}]
        breach: No.
        cannot_tell: Perhaps.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {odd: not_applicable}}
"""


def test_one_name_for_rows_of_two_sections() -> None:
    rules = rules_from_pages({"T1.1.yaml": NO_WHERE}, "rules")
    auditor = Auditor(rules)
    for seed in range(tries(40)):
        record = random_case(seed)
        told = explain(rules.lessons[0].checks, rules.concepts, record, 10)
        agree(rules.lessons[0], told, auditor.audit_one(record))
