"""Pages of measures: each fault is told where it stands; what authors do with them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Here

from casecheck.api import load_rules
from casecheck.authoring.measure_mutating import measure_mutations
from casecheck.authoring.page_changes import plain
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.yaml_nodes import read_page
from casecheck.measures.loading import measures_of
from casecheck.report.lessons.lesson_page import INDEX

RULES = Path(__file__).parent.parent / "rules" / "children_p"


def review(to: Path) -> Path:
    """Make the folder of a review with one lesson, and the pages of two measures."""
    (to / "measures").mkdir(parents=True)
    for name in (
        "review.yaml",
        "concepts.yaml",
        "P1.1.yaml",
        "measures/M8c.yaml",
        "measures/M1a.yaml",
    ):
        shutil.copy(RULES / name, to / name)
    return to


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return review(tmp_path / "r")


@pytest.fixture(scope="module")
def of_one_lesson(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The rules of such a folder, read once for all that is tried of a measure's page."""
    return load_rules(review(tmp_path_factory.mktemp("review") / "r"))


def parts_of(file: Path) -> dict[str, Any]:
    parts: dict[str, Any] = plain(read_page(file.read_text(), str(file)))
    return parts


def changed_page(**changed: Any) -> str:
    """Return the page of M8c with other parts; None leaves one out."""
    parts = {**parts_of(RULES / "measures" / "M8c.yaml"), **changed}
    return json.dumps({key: value for key, value in parts.items() if value is not None})


def page(folder: Path, **changed: Any) -> Path:
    """Write that page."""
    file = folder / "measures" / "M8c.yaml"
    file.write_text(changed_page(**changed))
    return file


def faults(folder: Path) -> str:
    with pytest.raises(RulesError) as raised:
        measures_of(load_rules(folder))
    return str(raised.value)


CHECK = "P1.1 chair-agreement"
MEMBER = {
    "for_each": {"decision": "marac_decisions"},
    "surely": ["under(18, decision.referral.subject, decision.on)"],
    "dated": "decision.on",
    "met_by": [{"means": "weighed", "where": ["decision.age_considered"]}],
}


def member(**changed: Any) -> list[dict[str, Any]]:
    parts = {**MEMBER, **changed}
    return [{key: value for key, value in parts.items() if value is not None}]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"kind": "rate"}, "no kind `rate`: known: count"),
        ({"kind": None}, "a measure's page lacks `kind`"),
        ({"hoped": "more"}, "no hoped `more`"),
        ({"by": "moments"}, "no by `moments`"),
        ({"unit": "family"}, "no unit `family`"),
        ({"measure": "m8c"}, "a measure's id is like M1a"),
        ({"colour": "red"}, "a measure's page has no `colour`"),
        ({"members": None}, "a measure lacks `members`"),
        ({"examples": None}, "a measure lacks `examples`"),
        ({"kind": "entered"}, "a measure of kind entered has no `members`"),
        ({"kind": "median_days"}, "which a measure of kind median_days has, and no other"),
        ({"kind": "median_days", "by": "states"}, "a median of days is of events"),
        ({"kind": "count"}, "a measure of kind count counts no evidence"),
        ({"unit": "person"}, "lacks `person`, which a measure with `unit: person` has"),
        ({"by": "states"}, "`dated` is what a measure of events has"),
        ({"members": member(dated=None)}, "lacks `dated`"),
        ({"members": member(dated="decision.referral")}, "a day is needed here"),
        ({"members": member(dated="decision.of")}, "has no field `of`"),
        ({"members": member(met_by=None)}, "a share needs `met_by`, or `met_unless`"),
        ({"members": member(met_unless=MEMBER["met_by"])}, "write one of them"),
        ({"members": member(person="decision.referral.subject")}, "leave it out"),
        ({"members": member(where=["day <= decision.on"])}, "no `day` here"),
        ({"members": member(for_each={"decision": "decisions"})}, "no section or concept"),
        ({"unit": "person", "members": member(person="decision.referral")}, "a row of people"),
        ({"unit": "person", "members": member(person="decision.on")}, "a row of people"),
        ({"unit": "person", "members": member(person="decision.of")}, "has no field `of`"),
        ({"members": [{"checks": ["P1.1"], "dated": "decision.on"}]}, "a check is named as in"),
        ({"members": [{"checks": [CHECK], "dated": "today.on"}]}, "has no fields"),
        (
            {"kind": "count", "members": [{"checks": [CHECK], "dated": "change.on"}]},
            "counted as a share",
        ),
        ({"parameters": {"n": {"value": 1, "unit": "days", "basis": "b"}}}, "nothing uses"),
        ({"within_days": "limit"}, "no parameter `limit`"),
        ({"apart": {"Big": {"means": "m", "members": member()}}}, "a name is in lower case"),
        ({"members": member(since="decision.on")}, "leave it out"),
    ],
)  # fmt: skip
def test_each_fault_is_told(of_one_lesson: Rules, changed: dict[str, Any], told: str) -> None:
    pages = (("measures/M8c.yaml", changed_page(**changed)),)
    with pytest.raises(RulesError, match=r"measures/M8c\.yaml") as raised:
        measures_of(replace(of_one_lesson, measure_pages=pages))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"met": -1}, "`met` is a whole number"),
        ({"in": "spring", "met": 1}, "`in` names a period"),
        ({"apart": "others", "met": 1}, "nothing is shown apart as `others`"),
        ({"breach": 1}, "expect has no `breach`"),
        ([], "expect is a mapping of counts, or a list of such"),
    ],
)
def test_each_fault_of_an_example_is_told(folder: Path, expect: Any, told: str) -> None:
    examples = parts_of(folder / "measures" / "M8c.yaml")["examples"]
    examples["cases"][0]["expect"] = expect
    page(folder, examples=examples)
    assert told in faults(folder)


def test_two_pages_of_one_measure_are_refused(folder: Path) -> None:
    page(folder, measure="M1a")
    assert "the measure M1a stands in" in faults(folder)


def test_a_measure_without_its_check_is_not_asked_and_says_so(folder: Path) -> None:
    shutil.copy(RULES / "measures" / "M7a.yaml", folder / "measures")
    found = {one.id: one for one in measures_of(load_rules(folder)).measures}
    assert found["M7a"].because == "asks for P7.1 quorum, which is not among the lessons in force"
    assert not found["M7a"].is_asked
    assert found["M1a"].is_asked


def test_a_measure_follows_the_numbers_of_its_lesson(folder: Path) -> None:
    def asked(**parameters: int) -> Any:
        rules = load_rules(folder, parameters={f"P1.1.{k}": v for k, v in parameters.items()})
        (measure,) = [one for one in measures_of(rules).measures if one.id == "M1a"]
        return measure.members[0].population.where

    assert asked() != asked(record_workdays=3)


def test_lessons_know_nothing_of_measures(folder: Path) -> None:
    before = load_rules(folder)
    shutil.rmtree(folder / "measures")
    after = load_rules(folder)
    assert (before.digest, before.lessons) == (after.digest, after.lessons)
    assert after.measure_pages == ()


@pytest.mark.slow
def test_authors_run_the_examples(here: Here, folder: Path) -> None:
    ended = here("rules", "test", folder)
    assert ended.status == 0
    assert b"of 2 measures: all as expected." in ended.out
    text = (folder / "measures" / "M8c.yaml").read_text()
    (folder / "measures" / "M8c.yaml").write_text(text.replace("not_met: 1", "not_met: 2"))
    ended = here("rules", "test", folder / "measures" / "M8c.yaml")
    assert ended.status == 1
    assert b"expected not_met 2, found not_met 1" in ended.out
    told = json.loads(here("rules", "test", folder / "measures", "--format", "json").out)
    assert told["measures"]["failed"][0]["found"] == {"not_met": 1}


def test_lint_wants_an_example_of_each(here: Here, folder: Path) -> None:
    assert here("rules", "lint", folder / "measures").status == 0
    examples = parts_of(folder / "measures" / "M8c.yaml")["examples"]
    examples["cases"] = examples["cases"][:1]
    file = page(folder, examples=examples,
                asks="Did the worker fail to consider the age?")  # fmt: skip
    ended = here("rules", "lint", file)
    assert ended.status == 1
    for told in ("`not_met`", "what cannot be told", "in each example of M8c", "L006"):
        assert told in ended.out.decode()


@pytest.mark.slow
def test_mutation_finds_what_no_example_notices(here: Here, folder: Path) -> None:
    ended = here("rules", "mutate", folder / "measures" / "M8c.yaml", "--format", "json")
    assert ended.status == 0, ended.out
    examples = parts_of(folder / "measures" / "M8c.yaml")["examples"]
    examples["cases"] = examples["cases"][:2]
    page(folder, examples=examples)
    ended = here("rules", "mutate", folder / "measures", "--format", "json")
    assert ended.status == 1
    survived = json.loads(ended.out)["survived"]
    assert any("surely" in one["change"] for one in survived)


def test_the_docs_have_a_page_of_measures(here: Here, folder: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    here("rules", "docs", "--rules", folder, "--output", docs)
    words = (docs / "measures.md").read_text()
    assert "asked of whom the check `P1.1 chair-agreement` asks" in words
    assert "only where it is sure: `under(18, decision.referral.subject, decision.on)`" in words
    assert "[measures](measures.md)" in (docs / INDEX).read_text()


@pytest.mark.slow
@pytest.mark.longest
def test_the_examples_of_the_measures_notice_every_change() -> None:
    rules = load_rules(RULES)
    for measure in measures_of(rules).measures:
        if measure.is_asked:
            tried = measure_mutations(measure, rules)
            assert not tried.survived, [str(one.place.error(one.name)) for one in tried.survived]
