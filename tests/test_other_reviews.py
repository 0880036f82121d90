"""Six lessons of other reviews, written by the manual alone: they load, and their examples hold.

They are no rules of this project: pages for trying the language, and what stood in the way of
writing them is tested here too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from amounts import few
from command_line import ROOT, Here
from lesson_pages import PAGE, faults, planted

from casecheck.authoring.proving import prove
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules, rules_from_pages

PAGES = ROOT / "tests" / "pages" / "other_reviews"
LESSONS = [f"O{number}" for number in range(1, 7)]
MANUAL = ROOT.joinpath("docs", "writing-a-lesson.md").read_text(encoding="utf-8")


@cache
def reviews() -> Rules:
    return load_rules(PAGES)


@pytest.mark.parametrize("lesson", few(LESSONS, "O4", "O5"))
def test_the_examples_of_a_lesson_hold(lesson: str) -> None:
    rules = reviews()
    (page,) = (page for page in rules.lessons if page.id == lesson)
    proofs = list(prove(page, replace(rules, lessons=(page,)), most=1))
    assert [proof.example.name for proof in proofs if proof.failed] == []
    expected = {(check, out) for proof in proofs for check, out in proof.example.expect.items()}
    for check in page.checks:  # each question shows each of its outcomes
        outcomes = {outcome for name, outcome in expected if name == check.id}
        assert len(outcomes) >= 3, check.id


def test_the_six_are_all_there_is() -> None:
    assert [lesson.id for lesson in reviews().lessons] == LESSONS


# --- what stood in the way ---

LATE = """\
    late:
      - means: an action after the days allowed
        find: {action: actions}
        where: [action.addresses == risk]
        KEY
        breach: An action came late.
    breach: """


@pytest.mark.parametrize(
    ("key", "cure"),
    [
        ("latest: action.set_on", "show `days()` up to it"),
        ("earliest: action.set_on", "show `days()` up to it"),
        ("then: [action.set_on <= today]", "write under `where` what `then` was to say"),
        ("at_least: 2", "leave it out, since the check is in breach already"),
        ("without: {find: {other: actions}}", "leave it out, since the check is in breach already"),
    ],
)
def test_what_an_item_of_late_does_not_have_is_told_with_its_cure(key: str, cure: str) -> None:
    page = PAGE.replace("    breach: ", LATE.replace("KEY", key), 1)
    (fault,) = faults(page)
    assert fault.message.startswith(f"an item of late has no `{key.partition(':')[0]}`: ")
    assert cure in fault.message


def test_an_anchor_is_told_where_what_is_shared_stands() -> None:
    (fault,) = faults(planted(PAGE, "theme: &one 1", "theme: 1"))
    assert "under `about`" in fault.message


def test_a_link_to_itself_is_told_and_keeps_nobody_from_a_new_page(
    here: Here, tmp_path: Path
) -> None:
    """The link may be anything that stands beside the pages; its own place is told."""
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "A1.yaml").write_text(PAGE, encoding="utf-8")
    tested = here("rules", "test", tmp_path)
    assert tested.status == 2
    assert b"self:1:1: this link cannot be followed" in tested.err
    assert here("rules", "new", "board", "A2", "Risks", "--rules", tmp_path).status == 0


# --- what the manual teaches of it ---


def test_the_manuals_chain_without_a_gap_and_partners_load() -> None:
    (chain,) = re.findall(r"```yaml\n(    instances:\n      - for_each: .*?)```", MANUAL, re.S)
    (partners,) = re.findall(r"```yaml\n(concepts:\n  partnership:.*?)```", MANUAL, re.S)
    chain = chain.replace("breach: ...", "breach: No visit is shown in time.")
    chain = chain.replace("cannot_tell: ...", "cannot_tell: The record cannot tell.")
    page = (
        "lesson: T1\ntitle: A lesson\nasks: Something.\n"
        "source: {review: test, finding: T1, theme: 1, cite: Made up for a test}\n"
        "parameters: {gap_days: {value: 42, unit: days, basis: Made up for a test}}\n"
        f"checks:\n  - id: no-gap\n    asks: Was there no gap?\n{chain}"
        "  - id: partner\n    asks: Was each partner known?\n"
        "    for_each: {partnership: partnership}\n"
        "    met_by:\n      - means: known\n        where: [known(partnership.tie) <= today]\n"
        "    breach: Not known.\n    cannot_tell: It cannot be told.\n"
        "examples:\n  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}\n"
        "  cases:\n    - {name: nothing, expect: {no-gap: not_applicable}}\n"
    )
    rules = rules_from_pages({"concepts.yaml": partners, "T1.yaml": page}, "rules")
    assert [check.id for check in rules.lessons[0].checks] == ["no-gap", "partner"]


def test_of_a_last_review_it_is_told_what_it_lacked(here: Here, tmp_path: Path) -> None:
    """Two reviews lack something: the sentence is of the last of them, as the manual says."""
    record = (
        '{"schema": "casecheck/1", "case_id": "C-0001", "extracted_on": "2026-06-30",'
        ' "opened_on": "2025-07-01", "people": [{"id": "child", "born": "2018-03"}],'
        ' "plans": [{"id": "plan", "subject": "child", "level": "child_protection",'
        ' "start": "2025-09-01", "end": "2026-06-01"}], "meetings": ['
        '{"id": "r1", "kind": "review_conference", "plan": "plan", "on": "2025-12-01",'
        ' "child_views": false, "attended": []},'
        '{"id": "r2", "kind": "review_conference", "plan": "plan", "on": "2026-05-04",'
        ' "child_views": false, "attended": []}]}'
    )
    tmp_path.joinpath("c.json").write_text(record, encoding="utf-8")
    told = here("audit", tmp_path / "c.json", "--rules", PAGES, "--lesson", "O6")
    assert "on 2026-05-04, 28 days before" in " ".join(told.out.decode().split())
    assert b"2025-12-01" not in told.out
