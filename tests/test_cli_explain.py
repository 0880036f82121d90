"""`explain` puts a lesson in words, and tells a case so that an auditor can follow it."""

from __future__ import annotations

import json
import re
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import shipped
from command_line import SAMPLES, Here

from casecheck.record.model import FIELDS

LESSONS = {lesson.id: lesson for lesson in shipped.rules().lessons}
CONCEPTS = shipped.rules().concepts
CASE = "sample_cases/c-0104.json"

PAGE = """
lesson: T1.1
title: Reviews are held
source: {review: test, finding: T1, theme: 1, cite: "Invented for a test"}
asks: A plan is looked at again, by people who know the child.
parameters:
  some_days: {value: 30, unit: days, basis: A round number.}
checks:
  - id: reviewed
    asks: Was each plan reviewed?
    for_each: {plan: plans}
    where:
      - plan.start + some_days <= or_today(plan.end)
    unless:
      - means: the family has moved away
        where: ["plan.level == 'early_help'", happened(plan.end)]
    met_by:
      - means: a review within some days
        find: {review: meetings}
        where:
          - review.plan == plan
          - plan.start < review.on <= plan.start + some_days
          - count(review.attended) >= 2
      - means: a young child with a plan for neglect
        where:
          - under(5, plan.subject, plan.start)
          - plan.category == 'neglect'
    breach: Not reviewed.
    cannot_tell: The record cannot tell.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing is recorded, expect: {reviewed: not_applicable}}
"""
RECORD: dict[str, Any] = {
    "schema": "casecheck/1",
    "case_id": "C-1",
    "extracted_on": "2026-06-30",
    "opened_on": "2025-01-06",
    "people": [{"id": "child", "born": "2020-05", "history": []}],
    "plans": [
        {"id": "first", "subject": "child", "level": "child_in_need", "start": "2026-01-05"},
        {"id": "second", "subject": "child", "level": "early_help", "start": "2025-01-06",
         "end": "2025-06-02"},
        {"id": "third", "subject": "child", "level": "child_in_need", "category": "physical_abuse",
         "start": "2025-04-07", "end": "2025-09-01"},
        {"id": "fourth", "subject": "child", "level": "child_in_need", "category": "neglect",
         "start": "2026-06-29"},
    ],
    "meetings": [
        {"id": "late", "kind": "core_group", "plan": "first", "on": "2026-02-05",
         "attended": ["school", "police"]},
        {"id": "small", "kind": "core_group", "plan": "first", "on": "2026-01-20"},
        {"id": "good", "kind": "core_group", "plan": "third", "on": "2025-04-30",
         "attended": ["school", "police"]},
    ],
}  # fmt: skip

IN_WORDS = """\
T1.1 Reviews are held
Invented for a test
Page: {page}

A plan is looked at again, by people who know the child.

reviewed: Was each plan reviewed?
  asked of each `plan` (a row of plans) for which
    30 days or more had passed from the day the plan began by the day the plan ended (or today):
      `plan.start + some_days <= or_today(plan.end)` (30 days)
  left out where
    - the family has moved away
      the level of the plan is early help: `plan.level == 'early_help'`
      the plan ended: `happened(plan.end)`
  met by any one of these
    - a review within some days
      `review` (a row of meetings) for which
        the review is of the plan: `review.plan == plan`
        the review was held after the day the plan began, and no later than 30 days after the day
          the plan began: `plan.start < review.on <= plan.start + some_days` (30 days)
        the agencies that attended the review are at least 2: `count(review.attended) >= 2`
    - a young child with a plan for neglect
      the subject of the plan is under 5 on the day the plan began: `under(5, plan.subject,
        plan.start)`
      the category of the plan is neglect: `plan.category == 'neglect'`
  a breach says: Not reviewed.
  cannot tell says: The record cannot tell.

Parameters
  some_days: 30 days
    A round number.

How to read the conditions
  `under(18, person, day)`: the person's birthday at that age is after the day
  `happened(event_date)`: the event has happened
  `or_today(event_date)`: the day of the event, or today where it has not happened
  `count(list)`: how many different codes the list holds

A check says breach where what it asks for is surely not in the record, and cannot tell where the
record is silent: a section that is not in the extract, or a fact that is not recorded, never
passes. `today` is the day of the extract.
"""
ON_THE_CASE = """\
T1.1 Reviews are held
C-1  {file}
The lesson for this record: CANNOT TELL

  LOOK UP  T1.1 reviewed: child, aged 5: The record cannot tell. [/meetings/1/attended: not
    recorded]

How each check came to its outcome: what was read of each row, condition by condition
`today` is the day of the extract, 2026-06-30; `opened_on` is 2025-01-06.
`some_days` is 30 days.

reviewed: CANNOT TELL
  Was each plan reviewed?
  Looked at plan in /plans (4 rows). Asked of 2: 1 cannot tell, 1 met.

  1. CANNOT TELL  /plans/0
     plan is /plans/0, id first: start 2026-01-05, end has not happened, level child_in_need,
       subject child, category not recorded
     Is it asked about? Yes.
       yes: 30 days or more had passed from the day the plan began by the day the plan ended (or
           today): `plan.start + some_days <= or_today(plan.end)`
           (plan.start 2026-01-05 + 30 days = 2026-02-04; plan.end has not happened, so today,
            2026-06-30)
       LEFT OUT? NO: the family has moved away
         no: the level of the plan is early help: `plan.level == 'early_help'`
             (plan.level child_in_need)
         no: the plan ended: `happened(plan.end)`  (plan.end has not happened)
     Is it met? The record cannot tell.
       CANNOT TELL: a review within some days
         looked for review in /meetings (3 rows)
         review is /meetings/1, id small: plan first, on 2026-01-20, attended not recorded
           cannot tell: the agencies that attended the review are at least 2:
               `count(review.attended) >= 2`
               (review.attended not recorded)
         and 2 others, none nearer
       NO: a young child with a plan for neglect
         no: the subject of the plan is under 5 on the day the plan began: `under(5, plan.subject,
             plan.start)`
             (plan.start 2026-01-05; plan.subject.born [/people/0/born] 2020-05, turns 5 on some day
              from 2025-05-01 to 2025-05-31)
         cannot tell: the category of the plan is neglect: `plan.category == 'neglect'`
             (plan.category not recorded)

  2. MET  /plans/2
     plan is /plans/2, id third: start 2025-04-07, end 2025-09-01, level child_in_need, subject
       child, category physical_abuse
     Is it asked about? Yes.
       yes: 30 days or more had passed from the day the plan began by the day the plan ended (or
           today): `plan.start + some_days <= or_today(plan.end)`
           (plan.start 2025-04-07 + 30 days = 2025-05-07; plan.end 2025-09-01)
       LEFT OUT? NO: the family has moved away
         no: the level of the plan is early help: `plan.level == 'early_help'`
             (plan.level child_in_need)
         yes: the plan ended: `happened(plan.end)`  (plan.end 2025-09-01)
     Is it met? Yes.
       FOUND: a review within some days
         looked for review in /meetings (3 rows)
         review is /meetings/2, id good: plan third, on 2025-04-30, attended school, police
           yes: the review is of the plan: `review.plan == plan`  (review.plan third; plan third)
           yes: the review was held after the day the plan began, and no later than 30 days after
               the day the plan began: `plan.start < review.on <= plan.start + some_days`
               (review.on 2025-04-30; plan.start 2025-04-07 + 30 days = 2025-05-07)
           yes: the agencies that attended the review are at least 2: `count(review.attended) >= 2`
               (review.attended school, police: 2 in all)

  Not asked of 2 rows. The nearest:
    plan is /plans/1, id second: start 2025-01-06, end 2025-06-02, level early_help, subject child,
      category not recorded
      LEFT OUT? YES: the family has moved away
        yes: the level of the plan is early help: `plan.level == 'early_help'`
            (plan.level early_help)
        yes: the plan ended: `happened(plan.end)`  (plan.end 2025-06-02)
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    folder.joinpath("T1.1.yaml").write_text(PAGE)
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(RECORD))
    return path


def test_a_lesson_in_words(here: Here, rules: Path) -> None:
    ended = here("explain", "T1.1", "--rules", rules)
    assert (ended.status, ended.err) == (0, b"")
    assert ended.text == IN_WORDS.format(page=rules / "T1.1.yaml")


def test_a_case_row_by_row(here: Here, rules: Path, file: Path) -> None:
    ended = here("explain", "T1.1", "--rules", rules, "--case", file)
    assert (ended.status, ended.err) == (0, b"")
    assert ended.text == ON_THE_CASE.format(file=file)


# The lesson in words


@pytest.mark.parametrize("lesson", LESSONS)
def test_everything_that_the_page_asks_is_in_its_words(here: Here, lesson: str) -> None:
    page = LESSONS[lesson]
    words = " ".join(here("explain", lesson).text.split())
    assert words.startswith(f"{page.id} {page.title} {page.source.cite} Page: ")
    assert page.asks in words
    for parameter in page.parameters.values():
        unit = parameter.unit.removesuffix("s") if parameter.value == 1 else parameter.unit
        told = f"{parameter.name}: {parameter.value:,} {unit} {parameter.basis}"
        assert told in words
    for check in page.checks:
        assert f"{check.id}: {check.asks}" in words
        for population in check.populations:
            ways = (*population.given, *population.unless, *population.met_by)
            for condition in population.where:
                assert condition.text in words
            for way in ways:
                assert way.means in words
                for condition in way.where:
                    assert condition.text in words
                for kind in (*population.for_each.values(), *way.find.values()):
                    if kind in FIELDS:
                        assert f"(a row of {kind})" in words
                    else:
                        assert f"{kind.replace('_', ' ')}: {CONCEPTS[kind].means}" in words


def test_a_parameter_that_is_set_is_told(here: Here) -> None:
    ended = here("explain", "P1.1", "--set", "P1.1.carry_days=21")
    assert "carry_days: 21 days, set by --set (on the page: 28 days)" in ended.text
    ended = here("explain", "P1.1", "--set", "P1.1.carry_days=21", "--case", CASE)
    assert "`carry_days` is 21 days, set by --set (on the page: 28 days)." in ended.text


def test_only_the_checks_chosen(here: Here) -> None:
    for case in ((), ("--case", CASE)):
        ended = here("explain", "P1.1", "--check", "risks-carried", *case)
        assert "risks-carried: " in ended.text
        assert "chair-agreement: " not in ended.text
    # The outcome is the lesson's, not that of the checks chosen.
    ended = here("explain", "P4.1", "--case", CASE, "--check", "neglect-tool-repeated")
    assert "The lesson for this record: COMPLIANT" in ended.text
    assert "neglect-tool-repeated: DOES NOT APPLY" in ended.text


# One record


def test_the_whole_of_a_story(here: Here) -> None:
    """C-0104: the note, the actions and the assessment came a day after they were due, and the
    conference later still."""
    words = " ".join(here("explain", "P1.1", "--case", CASE).text.split())
    for told in (
        "C-0104 sample_cases/c-0104.json The lesson for this record: BREACH",
        "`meeting.on == change.on` (meeting.on 2025-06-11; change.on 2025-10-08)",
        "`workdays(change.on, agreement.recorded_on) <= record_workdays` (change.on 2025-10-08;"
        " agreement.recorded_on 2025-10-10; 2 working days between the two)",
        "1. BREACH /category_changes/0 with /risks/0",
        "2. MET /category_changes/0 with /risks/1",
        "change.on 2025-10-08 + 28 days = 2025-11-05",
        "action is /actions/2, id act-safety-new: ",
    ):
        assert told in words, told


def test_a_range_of_birthdays_is_told(here: Here) -> None:
    ended = here("explain", "P8.1", "--case", "sample_cases/c-0134.json")
    words = " ".join(ended.text.split())
    assert "Is it asked about? The record cannot tell." in words
    born = "pair.teenager.born [/people/{}/born] {}, turns 18 on some day from {}"
    assert born.format(0, "2008-01", "2026-01-01 to 2026-01-31") in words
    assert born.format(1, "2004-05", "2022-05-01 to 2022-05-31") in words


def test_working_days_are_counted(here: Here) -> None:
    ended = here("explain", "P3.1", "--case", "sample_cases/c-0113.json", "--check", "timely")
    words = " ".join(ended.text.split())
    assert "risk.identified_on 2025-10-20; assessment.completed_on 2026-01-08; 55 working" in words


def test_contradictions_are_told(here: Here) -> None:
    words = " ".join(here("explain", "P6.1", "--case", "sample_cases/c-0124.json").text.split())
    assert "Contradictory: /court_orders/0/applied_on and /court_orders/0/granted_on: " in words
    assert "granted_on 2025-02-26, which a contradiction makes unknown" in words
    assert "incident is in /incidents, which is not in the extract" in words


def test_that_nothing_is_asked_about_is_told_with_the_reason(here: Here) -> None:
    words = " ".join(here("explain", "P1.1", "--case", "sample_cases/c-0142.json").text.split())
    assert "The lesson for this record: DOES NOT APPLY" in words
    assert "Looked at change in /category_changes (none recorded). Asked of none." in words


@pytest.mark.parametrize(
    ("case", "lesson"),
    [
        ("c-0101", "P1.1"),
        ("c-0101", "P7.1"),
        ("c-0106", "P2.1"),
        ("c-0124", "P6.1"),
        ("c-0134", "P8.1"),
        ("c-0139", "P7.1"),
        ("c-0140", "P1.1"),
        ("c-0141", "P9.1"),
    ],
)
def test_each_finding_of_the_audit_is_explained(here: Here, case: str, lesson: str) -> None:
    file = f"sample_cases/{case}.json"
    audit = json.loads(here("audit", file, "--lesson", lesson, "--format", "jsonl").out)
    assert audit["findings"]
    text = here("explain", lesson, "--case", file, "--most", "1000").text
    for finding in audit["findings"]:
        label = "BREACH" if finding["outcome"] == "breach" else "(CANNOT TELL|MET, IF IT APPLIES)"
        where = re.escape(" with ".join(finding["pointers"]))
        check = text.split(f"\n{finding['check']}: ")[1].split("\n\n\n")[0]
        assert re.search(rf"\d\. {label}  {where}\n", check), finding


def test_only_so_many_are_shown_and_the_rest_counted(here: Here) -> None:
    arguments = ["explain", "P7.1", "--case", "sample_cases/c-0101.json", "--check", "child-views"]
    text = here(*arguments, "--most", "2").text
    assert len(re.findall(r"\n  \d+\. ", text)) == 2
    hidden = re.search(r"(\d+) more, none graver, not shown; --most (\d+) shows them", text)
    assert hidden
    assert int(hidden[2]) - int(hidden[1]) == 2
    text = here(*arguments, "--most", hidden[2]).text
    assert len(re.findall(r"\n  \d+\. ", text)) == int(hidden[2])
    assert "not shown" not in text


# Which record


def test_a_record_among_many_is_chosen_by_its_id(here: Here) -> None:
    many = "sample_cases/small-families.jsonl"
    ended = here("explain", "P3.1", "--case", many, "--case-id", "C-0204")
    assert ended.status == 0
    assert f"C-0204  {many} line 4" in ended.text
    assert here("explain", "P3.1", "--case", many).status == 2
    ended = here("explain", "P3.1", "--case", "sample_cases/", "--case-id", "C-0204")
    assert f"C-0204  {many} line 4" in ended.text


def test_a_record_on_standard_input(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = SAMPLES.joinpath("small-families.jsonl").read_bytes()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(lines)))
    ended = here("explain", "P3.1", "--case", "-", "--case-id", "C-0204")
    assert ended.status == 0
    assert "C-0204  standard input line 4" in ended.text


def test_an_id_that_two_records_have_is_not_enough(here: Here, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        tmp_path.joinpath(name).write_bytes(SAMPLES.joinpath("c-0104.json").read_bytes())
    ended = here("explain", "P1.1", "--case", tmp_path, "--case-id", "C-0104")
    assert ended.status == 2
    words = " ".join(ended.told.split())
    assert f"C-0104 stands in {tmp_path}/a.json and {tmp_path}/b.json" in words


def test_an_id_that_may_be_in_what_cannot_be_read(here: Here, tmp_path: Path) -> None:
    """Not found, but not surely absent: the record that cannot be read is named."""
    file = tmp_path / "a.jsonl"
    lines = SAMPLES.joinpath("small-families.jsonl").read_bytes()
    file.write_bytes(b"{}\n" + lines)
    ended = here("explain", "P1.1", "--case", file, "--case-id", "C-0209")
    assert (ended.status, ended.out) == (3, b"")
    assert f"{file} line 1" in ended.told
    assert here("explain", "P1.1", "--case", file, "--case-id", "C-0204").status == 0


def test_why_no_row_of_a_section_that_is_not_there_would_do(here: Here, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    page = PAGE.replace("- count(review.attended) >= 2", "- plan.category == 'neglect'")
    rules.joinpath("T1.1.yaml").write_text(page)
    file = tmp_path / "case.json"
    plans = [{**RECORD["plans"][2], "category": "physical_abuse"}]
    file.write_text(json.dumps({**RECORD, "plans": plans, "meetings": None}))
    ended = here("explain", "T1.1", "--rules", rules, "--case", file)
    words = " ".join(ended.text.split())
    assert "1. BREACH /plans/0" in words
    assert "NOT FOUND: a review within some days looked for review in /meetings (not in" in words
    assert "no: the category of the plan is neglect: `plan.category == 'neglect'`" in words
