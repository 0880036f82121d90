"""An instance is judged by what was in force on its own day."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
import random_records
import shipped
from amounts import tries
from lesson_pages import load
from shipped import audit as audited
from shipped import audit_together

from casecheck.audit.auditor import Auditor
from casecheck.lessons.check_reader import MAX_PERIODS
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.periods import (
    ALWAYS,
    Period,
    Standard,
    overlapping,
    read_day,
    standards_in_words,
)
from casecheck.lessons.setting import Setting
from casecheck.lessons.settings import Settings
from casecheck.record.validation import read_record
from casecheck.truth.account import agree, explain

HEAD = """\
lesson: T1.1
title: A change is agreed in time
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
"""
TAIL = """\
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {agreed: not_applicable}}
"""
CHECK = """\
checks:
  - id: agreed
    asks: Was it agreed in time?
    for_each: {change: category_changes}
    where: [change.on + agree_days <= today]
    met_by:
      - means: agreed in time
        find: {agreement: chair_agreements}
        where:
          - agreement.category_change == change
          - change.on <= agreement.recorded_on <= change.on + agree_days
    breach: The change of {change.on} was not agreed in time.
    cannot_tell: Perhaps.
"""
CHANGING = """\
parameters:
  agree_days:
    values: [{value: 28, until: 2026-03-31}, {value: 7, from: 2026-04-01}]
    unit: days
    basis: The board shortened it in April 2026.
"""
ONE = "parameters: {agree_days: {value: 28, unit: days, basis: Four weeks.}}\n"


def rules(*parts: str) -> Rules:
    return load(
        "".join(parts),
        "concepts: {c: {means: x, rows: [{of: {r: risks}, fields: {a: r.subject}}]}}",
    )


def record(changed: str | None, agreed: str | None, **more: Any) -> dict[str, Any]:
    """A record with one change of category, and one agreement to it."""
    found: dict[str, Any] = {
        "schema": "casecheck/1",
        "case_id": "C-1000",
        "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06",
        **{section: [] for section in random_records.FIELDS},
        "people": [{"id": "child"}],
        "plans": [
            {"id": "plan", "subject": "child", "level": "child_protection", "start": "2025-02-01"}
        ],
    }
    if changed:
        found["category_changes"] = [{"id": "change", "plan": "plan", "on": changed}]
    if agreed:
        found["chair_agreements"] = [
            {"id": "agreement", "category_change": "change", "recorded_on": agreed}
        ]
    return {**found, **more}


def outcome(found: Rules, of: dict[str, Any]) -> str:
    """The outcome, to which the reference reading agrees."""
    told = audited(of, Auditor(found))
    read = read_record(json.dumps(of).encode())
    agree(found.lessons[0], explain(found.lessons[0].checks, found.concepts, read, 10), told)
    return str(told.lessons["T1.1"].checks["agreed"])


@pytest.mark.parametrize(
    ("changed", "agreed", "expected"),
    [
        ("2026-03-31", "2026-04-28", "compliant"),  # the last day of the old standard: 28 days
        ("2026-03-31", "2026-04-29", "breach"),
        ("2026-04-01", "2026-04-08", "compliant"),  # the first of the new: 7 days
        ("2026-04-01", "2026-04-09", "breach"),
        ("2026-06-24", None, "not_applicable"),  # not due yet by the new standard
        ("2026-06-23", None, "breach"),
    ],
)
def test_a_number_that_changes(changed: str, agreed: str | None, expected: str) -> None:
    assert outcome(rules(HEAD, CHANGING, CHECK, TAIL), record(changed, agreed)) == expected


@pytest.mark.parametrize("where", ["lesson", "check"])
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("2025-12-31", "not_applicable"),
        ("2026-01-01", "breach"),
        ("2026-02-28", "breach"),
        ("2026-03-01", "not_applicable"),
    ],
)
def test_a_lesson_or_check_in_force_for_a_time(where: str, changed: str, expected: str) -> None:
    head, check = HEAD, CHECK
    if where == "lesson":
        head += "from: 2026-01-01\nuntil: 2026-02-28\n"
    else:
        check = check.replace(
            "    asks: Was", "    from: 2026-01-01\n    until: 2026-02-28\n    asks: Was"
        )
    assert outcome(rules(head, ONE, check, TAIL), record(changed, None)) == expected


def test_lesson_check_and_number_meet() -> None:
    check = CHECK.replace("    asks: Was", "    until: 2026-04-30\n    asks: Was")
    found = rules(HEAD, "from: 2026-03-01\n", CHANGING, check, TAIL)
    periods = [str(one.period) for one in found.lessons[0].checks[0].populations]
    assert periods == ["from 2026-03-01 until 2026-03-31", "from 2026-04-01 until 2026-04-30"]
    assert [one.part for one in found.lessons[0].checks[0].populations] == [0, 0]


def test_where_no_standard_holds_nothing_is_asked() -> None:
    later = CHANGING.replace("{value: 28, until: 2026-03-31}, ", "")
    found = rules(HEAD, later, CHECK, TAIL)
    assert outcome(found, record("2026-03-31", None)) == "not_applicable"
    assert outcome(found, record("2026-04-01", None)) == "breach"


def test_a_day_that_is_not_known_is_never_a_pass() -> None:
    """A change in the future contradicts the extract: its day is unknown, met or not."""
    found = rules(HEAD, CHANGING, CHECK, TAIL)
    assert outcome(found, record("2026-07-01", "2026-04-02")) == "insufficient_evidence"
    told = audited(record("2026-07-01", "2026-04-02"), Auditor(found))
    assert len(told.findings) == 1, "one instance, though it may belong to two periods"


def test_the_day_may_be_named() -> None:
    check = CHECK.replace("    where: [", "    dated: change.plan.start\n    where: [")
    head = HEAD + "from: 2025-02-02\n"
    assert outcome(rules(head, ONE, check, TAIL), record("2026-03-01", None)) == "not_applicable"
    opened = CHECK.replace("    where: [", "    dated: opened_on\n    where: [")
    assert outcome(rules(head, ONE, opened, TAIL), record("2026-03-01", None)) == "not_applicable"
    head = HEAD + "from: 2025-01-06\n"
    assert outcome(rules(head, ONE, opened, TAIL), record("2026-03-01", None)) == "breach"


PEOPLE = (
    CHECK.replace("{change: category_changes}", "{change: people}")
    .replace("[change.on + agree_days <= today]", "[change.born + agree_days <= today]")
    .replace(
        "change.on <= agreement.recorded_on <= change.on + agree_days",
        "agreement.category_change.plan.subject == change",
    )
    .replace("          - agreement.category_change == change\n", "")
    .replace("{change.on}", "")
)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([HEAD, "from: 2026-13-01\n", ONE, CHECK], "`from` is a day of the calendar"),
        ([HEAD, "from: 2026-02-30\n", ONE, CHECK], "`from` is a day of the calendar"),
        ([HEAD, "until: soon\n", ONE, CHECK], "`until` is a day of the calendar"),
        ([HEAD, "from: 2026-02-02\nuntil: 2026-02-01\n", ONE, CHECK], "`until` comes before"),
        ([HEAD, CHANGING.replace("2026-03-31", "2026-04-01"), CHECK], "two of these hold on one"),
        ([HEAD, CHANGING.replace("{value: 28, ", "{"), CHECK], "lacks `value`"),
        ([HEAD, CHANGING.replace("value: 28", "value: -1"), CHECK], "a whole number from 0"),
        ([HEAD, CHANGING.replace("until", "til"), CHECK], "did you mean `until`?"),
        ([HEAD, CHANGING.replace("[{value", "{value").replace("}]", "}"), CHECK], "YAML"),
        ([HEAD, "until: 2026-03-01\n", CHANGING.replace("{value: 28, until: 2026-03-31}, ", ""),
          CHECK], "on no day is all of this in force"),
        ([HEAD, "from: 2026-01-01\n", ONE, PEOPLE], "no day stands for a row of people"),
        # When a relationship began may not be recorded: that day is no row's own.
        ([HEAD, "from: 2026-01-01\n", ONE, PEOPLE.replace("people", "relationships").replace(
            "change.born", "change.start").replace("subject == change", "subject == change.to")],
         "no day stands for a row of relationships"),
        ([HEAD, ONE, CHECK.replace("    where: [", "    dated: change.plan\n    where: [")],
         "`dated` is a day"),
        ([HEAD, ONE, CHECK.replace("{change: category_changes}", "{change: plans}").replace(
            "change.on", "change.start").replace("agreement.category_change == change",
            "agreement.category_change.plan == change").replace(
            "    where: [", "    dated: change.end\n    where: [")],
         "may never come"),
        ([HEAD, ONE, CHECK.replace("    where: [", "    dated: change.onn\n    where: [")],
         "did you mean `on`?"),
    ],
)  # fmt: skip
def test_faults_are_named(parts: list[str], told: str) -> None:
    with pytest.raises(RulesError) as error:
        rules(*parts, TAIL)
    assert told in str(error.value)
    assert all(one.line > 1 for one in error.value.errors)


def test_too_many_periods() -> None:
    values = ", ".join(
        f"{{value: {n}, from: 20{n:02}-01-01, until: 20{n:02}-12-31}}" for n in range(10, 15)
    )
    text = f"parameters: {{agree_days: {{values: [{values}], unit: days, basis: Often.}}}}\n"
    with pytest.raises(RulesError, match="more than 4 combinations"):
        rules(HEAD, text, CHECK, TAIL)


def test_a_number_that_a_check_does_not_use_limits_it_not() -> None:
    later = CHANGING.replace("{value: 28, until: 2026-03-31}, ", "")
    other = """\
  - id: other
    asks: Was it agreed?
    for_each: {change: category_changes}
    met_by: [{means: agreed, find: {a: chair_agreements}, where: [a.category_change == change]}]
    breach: No.
    cannot_tell: Perhaps.
"""
    found = rules(HEAD, later, CHECK + other, TAIL)
    assert [len(check.populations) for check in found.lessons[0].checks] == [1, 1]
    assert found.lessons[0].checks[1].populations[0].where == ()


@pytest.mark.slow
def test_the_most_periods_there_may_be_are_not_too_many_for_the_engine() -> None:
    """The shipped lessons, each parameter with as many values as a board may give it."""
    for lesson in shipped.rules().lessons:
        for name, parameter in lesson.parameters.items():
            standards = tuple(
                Standard(parameter.value + year % 3, Period(date(year, 1, 1), date(year, 12, 31)))
                for year in range(2026 - MAX_PERIODS + 1, 2027)
            )
            chosen = Settings({lesson.id: {name: Setting(standards, "test")}})
            try:
                found = rules_from_pages(shipped.only(lesson.id, shipped.pages()), "rules", chosen)
            except RulesError as error:
                assert "no day stands for a row" in str(error)  # noqa: PT017
                continue
            auditor = Auditor(found)
            drawn = [random_records.random_record(random.Random(seed)) for seed in range(tries(25))]
            assert [one.errors for one in audit_together(drawn, auditor)] == [()] * len(drawn)


def test_periods() -> None:
    first, second = read_day("2026-01-01"), read_day("2026-02-01")
    assert Period(first).meet(Period(None, second)) == Period(first, second)
    assert Period(second).meet(Period(None, first)) is None
    assert Period(first).meet(Period(None, first)) == Period(first, first)
    assert ALWAYS.meet(ALWAYS) == ALWAYS
    assert (str(ALWAYS), str(Period(first))) == ("", "from 2026-01-01")
    assert overlapping([Standard(1, Period(None, first)), Standard(2, Period(first))])
    assert not overlapping([Standard(1, Period(None, first)), Standard(2, Period(second))])
    assert standards_in_words([Standard(1_096)], "days") == "1,096 days"
    assert read_day("2026-02-29") is read_day(20260229) is read_day("2026-2-9") is None
