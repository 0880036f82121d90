"""`rules list` says which lessons are in force, with which parameters, and from where."""

from __future__ import annotations

import json

import pytest
from command_line import ROOT, Here
from once import load_once

from casecheck.lessons.meaning import meanings_of


def test_the_text_lists_every_lesson_check_and_parameter(here: Here) -> None:
    ended = here("rules", "list")
    assert (ended.status, ended.err) == (0, b"")
    rules = load_once(ROOT / "rules")
    checks = sum(len(lesson.checks) for lesson in rules.lessons)
    words = " ".join(ended.text.split())
    assert words.startswith(f"{len(rules.lessons)} lessons, {checks} checks, in rules Digest ")
    assert rules.digest in words
    for lesson in rules.lessons:
        assert f" {lesson.id} {lesson.title} " in words
        for check in lesson.checks:
            assert f" {check.id}: {check.asks} " in words
        for parameter in lesson.parameters.values():
            unit = parameter.unit.removesuffix("s") if parameter.value == 1 else parameter.unit
            assert f" {parameter.name} = {parameter.value:,} {unit}" in words
    assert "shipped" not in words


def test_json_holds_the_same(here: Here) -> None:
    listed = json.loads(here("rules", "list", "--format", "json").out)
    rules = load_once(ROOT / "rules")
    assert (listed["folder"], listed["digest"]) == ("rules", rules.digest)
    first = listed["lessons"][0]
    lesson = rules.lessons[0]
    assert first["id"] == lesson.id == "P1.1"
    digests = meanings_of(rules)
    assert first["checks"] == [
        {"id": check.id, "asks": check.asks, "asked": digests[f"P1.1/{check.id}"]}
        for check in lesson.checks
    ]
    assert first["parameters"] == [
        {
            "name": name,
            "value": value,
            "shipped": value,
            "unit": unit,
            "set_by": None,
            "reason": None,
        }
        for name, value, unit in (
            ("carry_days", 28, "days"),
            ("record_workdays", 1, "working days"),
            ("replace_days", 7, "days"),
        )
    ]
    assert [one["id"] for one in listed["lessons"]] == [one.id for one in rules.lessons]


def test_a_parameter_that_is_set_is_shown_with_the_shipped_value(here: Here) -> None:
    plain, changed = here("rules", "list"), here("rules", "list", "--set", "P1.1.carry_days=21")
    assert "carry_days = 21 days, set by --set (on the page: 28 days)" in changed.text
    listed = json.loads(
        here("rules", "list", "--set", "P1.1.carry_days=21", "--format", "json").out
    )
    assert listed["lessons"][0]["parameters"][0]["value"] == 21
    assert listed["lessons"][0]["parameters"][0]["shipped"] == 28
    digest = plain.text.split("Digest ")[1].split()[0]
    assert listed["digest"] != digest
    assert digest not in changed.text


@pytest.mark.slow
def test_the_words_of_the_audit_say_what_was_set(here: Here) -> None:
    ended = here("audit", "sample_cases/c-0104.json", "--set", "P1.1.carry_days=29")
    assert "P1.1.carry_days is 29 days, set by --set (on the page: 28 days)" in ended.text
    # One day more, and what came a day late is in time.
    assert "assessments-carried" not in ended.text
    assert "assessments-carried" in here("audit", "sample_cases/c-0104.json").text


def test_what_is_in_force_for_a_time_says_so(here: Here) -> None:
    text = " ".join(here("rules", "list", "--rules", "rules/statutory").text.split())
    assert (
        "ST3.1 A child who was missing is talked to soon after coming back (in force from" in text
    )
    assert "= 35 working days until 2013-04-14, 45 working days from 2013-04-15" in text
    listed = json.loads(here("rules", "list", "--rules", "rules/statutory", "--format", "json").out)
    by_id = {lesson["id"]: lesson for lesson in listed["lessons"]}
    assert by_id["ST3.1"]["from"] == "2014-01-01"
    assert "from" not in by_id["ST1.1"]
    assert by_id["ST1.1"]["parameters"][0]["value"] == [
        {"value": 35, "until": "2013-04-14"},
        {"value": 45, "from": "2013-04-15"},
    ]
