"""The author's tools know `late` and `incomplete`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Here
from test_falling_short import PAGE

from casecheck.authoring.linting import lint
from casecheck.authoring.mutating import ExamplesFail, Mutation
from casecheck.lessons.errors import RulesError
from casecheck.lessons.loading import load_rules

EXAMPLES = """
  background:
    extracted_on: 2026-06-30
    opened_on: 2025-01-06
    people: [{id: x}]
    plans: [{id: p1, subject: x, level: early_help, start: 2026-02-02}]
    meetings:
      - {id: m, kind: review_conference, plan: p1, on: 2026-03-03, progress_reviewed: true}
  cases:
    - {name: one day after the last day, expect: {reviewed: %s}}
    - name: one without a look at progress
      record: {meetings: [{id: m, on: 2026-02-09, progress_reviewed: false}]}
      expect: {reviewed: %s}
    - {name: none at all, without: [m], expect: {reviewed: %s}}
"""


def written(folder: Path, *expected: str, page: str = PAGE) -> Path:
    file = folder / "T1.1.yaml"
    start = page.index("examples:") + len("examples:")
    file.write_text(page[:start] + EXAMPLES % expected, encoding="utf-8")
    return file


def test_an_example_expects_how_a_breach_is_told(here: Here, tmp_path: Path) -> None:
    file = written(tmp_path, "late", "incomplete", "breach")
    assert here("rules", "test", file).status == 0
    file = written(tmp_path, "late", "late", "late")
    ended = here("rules", "test", file)
    assert ended.status == 1
    words = " ".join(ended.text.split())
    assert "expected BREACH (LATE), came out as BREACH (INCOMPLETE)" in words
    assert "expected BREACH (LATE), came out as BREACH (NEITHER)" in words
    assert "In which way does it fall short? It is incomplete. FOUND: one that did not" in words
    failures = json.loads(here("rules", "test", file, "--format", "json").text)["failures"]
    (check,) = failures[0]["checks"]
    assert (check["expected_to_fall_short"], check["falls_short"]) == ("late", ["incomplete"])
    assert check["instances"][0]["falls_short"] == "incomplete"


def test_what_no_example_expects_is_told(tmp_path: Path) -> None:
    written(tmp_path, "late", "breach", "breach")
    told = [one.message for one in lint(load_rules(tmp_path)) if "told as" in one.message]
    assert told == ["`reviewed` has no example of a breach that is told as `incomplete`"]


def test_an_item_left_out_is_noticed_by_an_example_that_expects_it(tmp_path: Path) -> None:
    written(tmp_path, "late", "breach", "breach")
    (tried, *_) = Mutation(load_rules(tmp_path)).run()
    survived = [one.name for one in tried.survived if "removed" in one.name]
    assert survived == ["reviewed: late 2 removed", "reviewed: incomplete removed"]


def test_an_example_that_is_told_otherwise_proves_nothing(tmp_path: Path) -> None:
    written(tmp_path, "incomplete", "breach", "breach")
    with pytest.raises(ExamplesFail, match="reviewed is not told as incomplete: one day after"):
        Mutation(load_rules(tmp_path))


def test_the_page_in_words_says_what_each_breach_says(here: Here, tmp_path: Path) -> None:
    written(tmp_path, "late", "incomplete", "breach")
    ended = here("explain", "T1.1", "--rules", tmp_path)
    words = " ".join(ended.text.split())
    assert "where it is not met, told as late or too early by any one of these" in words
    assert "the breach then says: {review}, {days(review.on, plan.start)} too early." in words
    assert "any other breach says: None by {plan.start+review_days}" in words


@pytest.mark.parametrize(
    ("instead", "there", "told"),
    [
        (
            "          - review.on < plan.start\n",
            "          - review.on > plan.start + review_days\n",
            "this asks the same as the item on line",
        ),
        ("    incomplete:\n      - means: one", "    incomplete:\n      - said: one", "`said`"),
        ('        breach: "{review}, ', '        breach: "{reviw}, ', "did you mean `review`?"),
        ("days(review.on, plan.start)", "days(review.on)", "it is written days(a, b)"),
    ],
)
def test_faults_of_items_are_told(tmp_path: Path, instead: str, there: str, told: str) -> None:
    assert instead in PAGE
    written(tmp_path, "breach", "breach", "breach", page=PAGE.replace(instead, there))
    with pytest.raises(RulesError) as error:
        load_rules(tmp_path)
    assert told in str(error.value)


def test_the_id_of_a_person_in_such_a_sentence_is_told(tmp_path: Path) -> None:
    page = PAGE.replace('"{review}, ', '"{review.plan.subject} {today}, ')
    written(tmp_path, "late", "incomplete", "breach", page=page)
    assert [one.message for one in lint(load_rules(tmp_path)) if one.code == "L007"] == [
        "the message shows `{review.plan.subject}`, the id of a person of the family"
    ]
