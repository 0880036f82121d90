"""A number of agencies, and an age, as parameters: settings, standards, mutation, sides, words."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from lesson_pages import faults as page_faults
from lesson_pages import load
from test_standards_in_time import record

from casecheck.audit.auditor import Auditor
from casecheck.authoring.linting import lint
from casecheck.authoring.mutating import Mutation
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules, rules_from_pages
from casecheck.lessons.settings import Settings
from casecheck.record.validation import read_record
from casecheck.report.lessons.lesson_text import lesson_text
from casecheck.report.lessons.lesson_words import LessonWords
from casecheck.text.counted import in_units
from casecheck.text.page import Page
from casecheck.truth.account import agree, explain

PAGE = """\
lesson: T1.1
title: A conference has its quorum
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
parameters:
  quorum:
    values: [{value: 3, until: 2026-03-31}, {value: 2, from: 2026-04-01}]
    unit: agencies
    basis: Made up for a test of this unit.
  child_years: {value: 18, unit: years, basis: Made up for a test of this unit.}
checks:
  - id: agreed
    asks: Had the conference its quorum?
    for_each: {meeting: meetings}
    where:
      - meeting.kind == 'review_conference'
      - under(child_years, meeting.plan.subject, meeting.on)
    met_by:
      - means: so many agencies came
        where: [count(meeting.attended) >= quorum]
    breach: Fewer than {quorum} agencies are recorded as attending on {meeting.on}.
    cannot_tell: Perhaps.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {agreed: not_applicable}}
"""
AGENCIES = ["police", "school", "housing", "hospital"]


def met(on: str, agencies: int, born: str = "2016-03") -> dict[str, Any]:
    """A record with one review conference, attended by so many agencies."""
    meeting = {
        "id": "m", "kind": "review_conference", "plan": "plan", "on": on,
        "attended": AGENCIES[:agencies],
    }  # fmt: skip
    return record(None, None, people=[{"id": "child", "born": born}], meetings=[meeting])


def outcome(rules: Rules, of: dict[str, Any]) -> str:
    """The outcome, to which the reference reading agrees."""
    read = read_record(json.dumps(of).encode())
    told = Auditor(rules).audit_one(read)
    agree(rules.lessons[0], explain(rules.lessons[0].checks, rules.concepts, read, 10), told)
    return str(told.lessons["T1.1"].checks["agreed"])


@pytest.mark.parametrize(
    ("on", "agencies", "born", "expected"),
    [
        ("2026-03-31", 3, "2016-03", "compliant"),
        ("2026-03-31", 2, "2016-03", "breach"),
        ("2026-04-01", 2, "2016-03", "compliant"),
        ("2026-04-01", 1, "2016-03", "breach"),
        ("2026-04-01", 1, "2008-03", "not_applicable"),
        ("2026-04-01", 1, "2008-05", "breach"),
        ("2026-04-01", 1, "2008-04", "insufficient_evidence"),
    ],
)
def test_agencies_and_years_are_asked_by_the_standard_of_the_day(
    on: str, agencies: int, born: str, expected: str
) -> None:
    assert outcome(load(PAGE), met(on, agencies, born)) == expected


def test_a_board_sets_them() -> None:
    settings = Settings.of({"T1.1": {"quorum": 4, "child_years": 17}}, "--set")
    rules = rules_from_pages({"T1.1.yaml": PAGE}, "rules", settings)
    assert outcome(rules, met("2026-04-01", 3)) == "breach"
    assert outcome(rules, met("2026-04-01", 4)) == "compliant"
    assert outcome(rules, met("2026-04-01", 3, "2009-03")) == "not_applicable"
    assert rules.deviations() == [
        "T1.1.quorum is 4 agencies, set by --set (on the page: 3 agencies until 2026-03-31, 2"
        " agencies from 2026-04-01)",
        "T1.1.child_years is 17 years, set by --set (on the page: 18 years)",
    ]
    finding = Auditor(rules).audit_one(read_record(json.dumps(met("2026-04-01", 1)).encode()))
    assert finding.findings[0].message == (
        "Fewer than 4 agencies are recorded as attending on 2026-04-01."
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("quorum", 17, "a number of agencies is a whole number from 0 to 16"),
        ("child_years", 0, "a number of years is a whole number from 1 to 130"),
        ("child_years", 131, "a number of years is a whole number from 1 to 130"),
    ],
)
def test_a_number_that_the_unit_cannot_have_is_refused(name: str, value: int, told: str) -> None:
    settings = Settings.of({"T1.1": {name: value}}, "--set")
    with pytest.raises(RulesError) as caught:
        rules_from_pages({"T1.1.yaml": PAGE}, "rules", settings)
    (fault,) = caught.value.errors
    assert fault.message == f"T1.1.{name} cannot be set so: {told}"
    old = "{value: 2, from" if name == "quorum" else "{value: 18,"
    page = PAGE.replace(old, old.replace("2", str(value)).replace("18", str(value)))
    assert [one.message for one in page_faults(page)] == [told]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("count(meeting.attended) >= child_years", "the parameter `child_years` is a number of y"),
        ("under(quorum, meeting.plan.subject, meeting.on)", "an age is written as a number of"),
        ("meeting.on + quorum <= today", "only days are added to a day or taken from it, and"),
        ("meeting.on <= today - child_years", "only days are added to a day or taken from it"),
        ("workdays(meeting.on, today) <= quorum", "workdays() counts days, and the parameter"),
        ("count(meeting.attended) >= quorum + child_years", "`child_years` is a number of years"),
        ("under(quorums, meeting.plan.subject, meeting.on)", "it is written under(18, person"),
        ("under(child_years + 1, meeting.plan.subject, today)", "a whole number is needed here"),
    ],
)
def test_a_parameter_of_another_unit_is_refused_where_it_stands(condition: str, told: str) -> None:
    (fault,) = page_faults(PAGE.replace("count(meeting.attended) >= quorum", f'"{condition}"'))
    assert told in fault.message


def test_a_list_of_other_codes_is_not_counted_in_agencies() -> None:
    page = PAGE.replace("count(meeting.attended) >= quorum", "count(other.considers) >= quorum")
    page = page.replace(
        "        where: [count", "        find: {other: assessments}\n        where: [count"
    )
    (fault,) = page_faults(page)
    assert "`other.considers` lists no agencies, and the parameter `quorum`" in fault.message


def test_a_message_counts_days_by_days_alone() -> None:
    page = PAGE.replace("{meeting.on}.", "{working_day(meeting.on, child_years)}.")
    (fault,) = page_faults(page)
    assert "working_day() counts days, and the parameter `child_years`" in fault.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [("weeks", "days"), ("workdays", "working days"), ("Agency", "agencies"), ("age", "years")],
)
def test_a_unit_that_there_is_not_names_the_one_meant(written: str, meant: str) -> None:
    (fault,) = page_faults(PAGE.replace("unit: years", f"unit: {written}"))
    assert fault.message.endswith(f"`years` or `rows`: did you mean `{meant}`?")
    (fault,) = page_faults(PAGE.replace("unit: years", "unit: zebras"))
    assert fault.message.endswith("`years` or `rows`")


def test_every_function_of_an_age_takes_years() -> None:
    asked = '"birthday(child_years, meeting.plan.subject) > meeting.on"'
    page = PAGE.replace("count(meeting.attended) >= quorum", asked)
    assert outcome(load(page), met("2026-04-01", 1)) == "compliant"
    (fault,) = page_faults(page.replace("birthday(child_years", "birthday(quorum"))
    assert "an age is written as a number of years" in fault.message


def test_the_later_of_two_days_is_moved_by_days_alone() -> None:
    condition = "later(meeting.on, opened_on) + child_years <= today"
    (fault,) = page_faults(PAGE.replace("count(meeting.attended) >= quorum", f'"{condition}"'))
    assert "only days are added to a day or taken from it" in fault.message


def test_units_in_words() -> None:
    assert in_units(1, "agencies") == "1 agency"
    assert in_units(2, "agencies") == "2 agencies"
    assert in_units(1, "years") == "1 year"
    rules = load(PAGE)
    blocks = LessonWords(rules.concepts).lesson(rules.lessons[0], rules.lessons[0].checks)
    words = "\n".join(lesson_text(blocks, Page(StringIO(), 200, False)))
    assert "quorum: 3 agencies until 2026-03-31, 2 agencies from 2026-04-01" in words
    assert "under(child_years, meeting.plan.subject, meeting.on)" in " ".join(words.split())
    assert "18 years" in words


def test_lint_asks_for_both_sides_and_mutate_moves_the_number(tmp_path: Path) -> None:
    (tmp_path / "T1.1.yaml").write_text(PAGE, "utf-8")
    rules = load_rules(tmp_path)
    told = "\n".join(map(str, lint(rules)))
    assert "`count(meeting.attended) >= quorum` fails by one code from 2026-04-01" in told
    assert "`under(child_years, meeting.plan.subject, meeting.on)` only just holds until" in told
    tried = next(Mutation(rules).run())
    names = {change.name for change in tried.survived}
    assert {
        "parameter quorum value 1: 3 becomes 4",
        "parameter child_years: 18 becomes 17",
    } <= names
