"""`check` says what of an extract can be read, and which lessons it can answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shipped
from command_line import ROOT, SAMPLES, Here

from casecheck.audit.answerable import Answerable
from casecheck.lessons.needs import needs_of
from casecheck.record.model import FIELDS, SECTIONS, CaseRecord
from casecheck.record.validation import read_record

RULES = shipped.rules()
LESSONS = {lesson.id: lesson for lesson in RULES.lessons}


def record_of(**sections: Any) -> dict[str, Any]:
    """Give a record in which every other section is there, and empty."""
    return {
        "schema": "casecheck/1",
        "case_id": "C-1",
        "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06",
        **{section: [] for section in SECTIONS},
        **sections,
    }


def read(record: dict[str, Any]) -> CaseRecord:
    return read_record(json.dumps(record).encode())


# What a lesson reads


def test_a_lesson_reads_the_sections_of_its_rows_and_of_those_they_lead_to() -> None:
    needs = needs_of(LESSONS["P8.2"], RULES.concepts)
    # An incident's victim and a referral's subject are people, of whom the birth is read; a meeting
    # that does not say whose it is leads to its plan.
    assert needs.sections == (
        "people",
        "relationships",
        "plans",
        "tools",
        "meetings",
        "incidents",
        "referrals",
        "marac_decisions",
    )
    assert set(needs.facts) == {
        ("people", "born"),
        ("meetings", "plan"),
        ("meetings", "subject"),
        ("incidents", "victim"),
        ("referrals", "reason_recorded"),
        ("marac_decisions", "age_considered"),
    }


def test_a_lesson_reads_what_its_concepts_come_from() -> None:
    needs = needs_of(LESSONS["P4.1"], RULES.concepts)
    assert needs.sections == ("people", "plans", "category_changes", "risks", "tools")
    assert set(needs.facts) == {
        ("people", "born"),
        ("plans", "category"),
        ("category_changes", "on"),
        ("category_changes", "to_category"),
        ("tools", "begun_on"),
    }


def test_a_person_who_is_only_told_apart_is_not_read() -> None:
    needs = needs_of(LESSONS["P1.1"], RULES.concepts)
    assert "people" not in needs.sections
    assert ("actions", "addresses") in needs.facts
    assert ("actions", "for_person") not in needs.facts


@pytest.mark.parametrize("lesson", LESSONS)
def test_facts_are_those_that_may_be_unknown_and_are_read(lesson: str) -> None:
    needs = needs_of(LESSONS[lesson], RULES.concepts)
    for section, name in needs.facts:
        assert FIELDS[section][name].role == "fact"
        assert section in needs.sections


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_section_that_is_not_read_changes_no_outcome_of_the_lesson(
    lesson: str, here: Here, tmp_path: Path
) -> None:
    """And each that is read does change one in some sample case."""
    needs = needs_of(LESSONS[lesson], RULES.concepts)
    folder, bare = tmp_path / "all", tmp_path / "bare"
    for place in (folder, bare):
        place.mkdir()
    for file in SAMPLES.glob("c-01[0-3]*.json"):
        record = json.loads(file.read_bytes())
        folder.joinpath(file.name).write_text(json.dumps(record))
        for section in SECTIONS:
            if section not in needs.sections:
                record[section] = None
        bare.joinpath(file.name).write_text(json.dumps(record))
    outcomes = [
        [json.loads(line)["lessons"][lesson] for line in ended.text.splitlines()]
        for place in (folder, bare)
        for ended in [here("audit", place, "--lesson", lesson, "--format", "jsonl")]
    ]
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) > 30


# What an extract holds


def test_sections_are_counted_by_the_records_that_carry_them() -> None:
    people = [{"id": "child", "born": "2015", "history": []}]
    held = Answerable(RULES)
    held.add(read(record_of()))
    held.add(read(record_of(people=people, tools=None)))
    held.add(read(record_of(people=people, tools=None, plans=None, category_changes=None)))
    assert held.records == 3
    assert held.missing["tools"] == 2
    assert held.missing["plans"] == 1
    # A change of category needs a plan, of which nothing is known either.
    assert held.missing["category_changes"] == 1
    assert held.missing["people"] == 0
    assert held.whole["P4.1"] == 1
    assert held.whole["P7.1"] == 2
    assert held.whole["P8.2"] == 1
    assert held.whole["P3.1"] == 3


def test_a_section_that_can_hold_no_row_is_not_missing() -> None:
    held = Answerable(RULES)
    held.add(read(record_of(category_changes=None, chair_agreements=None)))
    assert held.missing["category_changes"] == 0
    assert held.whole["P1.1"] == 1


def test_facts_are_counted_by_the_rows_that_lack_them() -> None:
    held = Answerable(RULES)
    people = [{"id": f"p{number}", "history": []} for number in range(3)]
    people[0]["born"] = "2010-05"
    incidents = [{"id": "incident", "kind": "police", "on": "2026-01-01"}]
    held.add(read(record_of(people=people, incidents=incidents)))
    held.add(read(record_of(people=[{"id": "p1", "born": "1990"}])))
    assert (held.rows["people"], held.rows["incidents"]) == (4, 1)
    assert held.silent["people", "born"] == 2
    assert held.silent["people", "history"] == 1
    assert held.silent["incidents", "victim"] == 1
    # The one that is lacking in the greatest share of the rows first.
    assert held.not_recorded() == [
        ("incidents", "victim"), ("people", "born"), ("people", "history"),
    ]  # fmt: skip
    assert held.read_by(("people", "history")) == ["P2.2"]


def test_an_empty_list_of_codes_is_recorded() -> None:
    held = Answerable(RULES)
    held.add(read(record_of(people=[{"id": "p1", "born": "2010", "history": []}])))
    assert held.not_recorded() == []


# What is printed


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Three records, of which one cannot be read and one contradicts itself."""
    people = [{"id": "child", "born": "2015", "history": []}]
    plan = {"id": "plan", "subject": "child", "level": "child_protection", "start": "2026-01-05"}
    whole = record_of(people=people, plans=[plan])
    odd = record_of(people=people, plans=[{**plan, "end": "2025-12-01"}], tools=None, case_id="C-2")
    bad = record_of(people=people, plans=[{**plan, "level": "high"}], case_id="C-3")
    for name, record in (("a", whole), ("b", odd), ("c", bad)):
        tmp_path.joinpath(f"{name}.json").write_text(json.dumps(record))
    return tmp_path


def test_the_json_report(here: Here, extract: Path) -> None:
    ended = here("check", extract, "--format", "json")
    report = json.loads(ended.out)
    assert report["summary"] == {"records": 2, "unreadable": 1, "contradictory": 1}
    assert report["rules"] == {"digest": RULES.digest, "lessons": list(LESSONS)}
    assert report["lessons"]["P4.1"] == {
        "records_with_all_sections": 1,
        "sections": ["people", "plans", "category_changes", "risks", "tools"],
        "records_without_section": {"tools": 1},
        "records_with_part_of_section": {},
        "facts": [
            "people.born",
            "plans.category",
            "category_changes.on",
            "category_changes.to_category",
            "tools.begun_on",
        ],
    }
    assert report["not_recorded"] == [
        {
            "fact": "plans.category",
            "rows_without": 2,
            "rows": 2,
            "lessons": ["P1.1", "P2.1", "P2.2", "P4.1", "P5.1"],
        }
    ]
    (contradiction,) = report["contradictions"]
    assert contradiction["case_id"] == "C-2"
    assert contradiction["pointers"] == ["/plans/0/start", "/plans/0/end"]
    (unreadable,) = report["unreadable"]
    assert (unreadable["file"], unreadable["line"]) == (str(extract / "c.json"), 1)
    (error,) = unreadable["errors"]
    assert error["pointer"] == "/plans/0/level"
    assert "child_protection" in error["message"]


def test_the_text_report_says_the_same(here: Here, extract: Path) -> None:
    ended = here("check", extract)
    words = " ".join(ended.text.split())
    assert words.startswith("casecheck 0.1.0: 2 records read, 1 unreadable, 1 contradictory")
    assert "in how many of 2 records each section that the lesson reads is there, whole" in words
    (line,) = [line for line in ended.text.splitlines() if line.startswith("P4.1")]
    assert line.split()[-3:] == ["1", "tools", "(1)"]
    assert "plans.category 2 (all) 2 P1.1, P2.1, P2.2, P4.1, P5.1" in words
    assert "C-2 " in words
    assert "[/plans/0/start and /plans/0/end]" in words
    assert f"{extract / 'c.json'} line 1 /plans/0/level: " in words


def test_the_line_of_an_unreadable_record_is_told(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(record_of()) + "\n{}\n")
    assert f"{file} line 2" in here("check", file).text
    (unreadable,) = json.loads(here("check", file, "--format", "json").out)["unreadable"]
    assert unreadable["line"] == 2


def test_an_extract_that_lacks_nothing(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(record_of()))
    ended = here("check", file)
    assert ended.status == 0
    assert "Every fact that the lessons read is recorded in every row." in ended.text
    assert "Contradictory" not in ended.text
    assert "Could not be read" not in ended.text
    report = json.loads(here("check", file, "--format", "json").out)
    assert (report["not_recorded"], report["contradictions"], report["unreadable"]) == ([], [], [])


def test_the_lessons_are_those_of_the_rules_given(here: Here, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    rules.joinpath("P1.1.yaml").symlink_to(ROOT / "rules" / "children_p" / "P1.1.yaml")
    ended = here("check", SAMPLES, "--rules", rules, "--format", "json")
    assert list(json.loads(ended.out)["lessons"]) == ["P1.1"]


# Sections that are there in part


def test_a_section_in_part_is_not_all_that_a_lesson_reads(here: Here, tmp_path: Path) -> None:
    part = record_of(coverage={"tools": {"incomplete": True}, "visits": {"from": "2025-04-01"}})
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(part) + "\n" + json.dumps({**record_of(), "case_id": "C-2"}) + "\n")
    lessons = json.loads(here("check", "--format", "json", file).out)["lessons"]
    assert lessons["P4.1"]["records_with_all_sections"] == 1
    assert lessons["P4.1"]["records_without_section"] == {}
    assert lessons["P4.1"]["records_with_part_of_section"] == {"tools": 1}
    # Neither tools nor visits are read by this one.
    assert lessons["P3.1"]["records_with_all_sections"] == 2
    words = " ".join(here("check", file).out.decode().split())
    assert "tools in part (1)" in words
    assert "visits in part" not in words
