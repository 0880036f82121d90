"""`casecheck rules diff`: two versions of rules on the same records."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, SAMPLES, Here
from lesson_pages import CONCEPTS, PAGE, load, planted

from casecheck.authoring.comparing import Versions, compare_versions
from casecheck.authoring.pages import load_version
from casecheck.authoring.versions import pairs_of
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.record.model import SECTIONS
from casecheck.truth.account import Disagreement
from casecheck.truth.plain_reading import Result

PAGE_OF = ROOT / "rules" / "statutory" / "ST1.1.yaml"
RECORD: dict[str, Any] = {
    "schema": "casecheck/1",
    "case_id": "C-1000",
    "extracted_on": "2026-06-30",
    "opened_on": "2025-01-06",
    "people": [{"id": "child", "born": "2016-03", "history": []}],
    "plans": [
        {"id": "plan", "subject": "child", "level": "child_protection", "start": "2025-02-17"}
    ],
    "risks": [
        {"id": "r1", "subject": "child", "kind": "neglect", "identified_on": "2026-02-02"},
        {"id": "r2", "subject": "child", "kind": "neglect", "identified_on": "2026-06-10"},
        {"id": "r3", "subject": "child", "kind": "domestic_abuse", "identified_on": "2026-02-02"},
    ],
    "actions": [
        {
            "id": "action",
            "plan": "plan",
            "kind": "visit",
            "addresses": "r1",
            "set_on": "2026-02-09",
        }
    ],
    "tools": [{"id": "t", "kind": "genogram", "subject": "child", "on": "2026-02-09"}],
}


def text(record: dict[str, Any]) -> RecordText:
    return RecordText("case.json", None, json.dumps(record).encode())


def compared(before: str, now: str, concepts: str = CONCEPTS, **changed: Any) -> Versions:
    """The page as it was and as it is, on one record."""
    record: dict[str, Any] = {section: [] for section in SECTIONS}
    record |= {**RECORD, **changed}
    record = {name: value for name, value in record.items() if value is not None}
    rules = load(before), load(now, concepts)
    return compare_versions(*rules, [text(record)], 5)


def moves(versions: Versions, check: str) -> dict[tuple[str, ...], tuple[object, object]]:
    return {
        change.pointers: (change.before, change.now)
        for one in versions.pairs
        for change in one.first
        if one.pair.name.endswith(check)
    }


def why(versions: Versions, pointer: str) -> list[tuple[str, str, str, str, str]]:
    """By what one instance comes out otherwise."""
    (change,) = (
        change for one in versions.pairs for change in one.first if change.pointers == (pointer,)
    )
    return [tuple(cause)[:5] for cause in map(_as_tuple, change.causes)]


def _as_tuple(cause: Any) -> tuple[str, str, str, str, str]:
    return cause.part, cause.means, cause.condition, cause.before, cause.now


def changed(by: str, instead_of: str) -> str:
    return planted(PAGE, by, instead_of)


# --- which condition ---


def test_nothing_changes_where_the_two_ask_the_same() -> None:
    versions = compared(PAGE, changed("Was the risk dealt with?", "Was the risk followed up?"))
    assert versions.changed == 0
    assert [one.pair.kind for one in versions.pairs] == ["same", "same"]


def test_a_condition_of_evidence() -> None:
    versions = compared(
        PAGE,
        changed("some_workdays: {value: 4", "some_workdays: {value: 5"),
    )
    assert moves(versions, "followed-up") == {("/risks/0",): (Result.MET, Result.BREACH)}
    condition = "workdays(risk.identified_on, action.set_on) <= some_workdays"
    assert why(versions, "/risks/0") == [("met_by", "an action", condition, "yes", "no")]
    (pair,) = (one.pair for one in versions.pairs if one.pair.kind == "changed")
    assert pair.parameters == {"some_workdays": ("5 working days", "4 working days")}


def test_whom_the_check_is_about() -> None:
    versions = compared(PAGE, changed("spare_days: {value: 10", "spare_days: {value: 28"))
    assert moves(versions, "followed-up") == {("/risks/1",): (None, Result.BREACH)}
    condition = "risk.identified_on + spare_days <= today"
    assert why(versions, "/risks/1") == [("where", "", condition, "no", "yes")]


def test_a_condition_that_is_new_or_gone() -> None:
    narrower = changed(
        "risk.kind == 'neglect'\n      - risk.identified_on > opened_on + 400",
        "risk.kind == 'neglect'",
    )
    new = compared(PAGE, narrower)
    assert moves(new, "followed-up") == {("/risks/0",): (Result.MET, None)}
    condition = "risk.identified_on > opened_on + 400"
    assert why(new, "/risks/0") == [("where", "", condition, "not there", "no")]
    gone = compared(narrower, PAGE)
    assert why(gone, "/risks/0") == [("where", "", condition, "no", "not there")]


def test_what_is_left_out_and_by_which_way() -> None:
    now = changed("risk.resolved_on <= today - 30", "risk.resolved_on <= today")
    record = [{**RECORD["risks"][0], "resolved_on": "2026-06-29"}]
    versions = compared(PAGE, now, risks=record)
    assert moves(versions, "followed-up") == {("/risks/0",): (None, Result.MET)}
    (one,) = why(versions, "/risks/0")[:1]
    assert one[:2] == ("unless", "it was resolved")


def test_a_way_to_be_met_that_is_new() -> None:
    way = "      - means: a tool\n        find: {tool: tools}\n" \
          "        where: [tool.subject == risk.subject]\n"  # fmt: skip
    mark = "    breach: The risk of"
    now = changed(way + mark, mark)
    versions = compared(PAGE, now, actions=[])
    assert moves(versions, "followed-up") == {("/risks/0",): (Result.BREACH, Result.MET)}
    assert why(versions, "/risks/0") == [("met_by", "a tool", "", "not there", "yes")]
    back = compared(now, PAGE, actions=[])
    assert why(back, "/risks/0") == [("met_by", "a tool", "", "yes", "not there")]


def test_a_way_to_belong_that_is_new() -> None:
    given = PAGE[PAGE.index("    given:\n") : PAGE.index("    unless:\n")]
    without = planted(PAGE, "", given)
    plan = [{**RECORD["plans"][0], "level": "child_in_need"}]
    versions = compared(without, PAGE, plans=plan)
    assert moves(versions, "followed-up") == {("/risks/0",): (Result.MET, None)}
    assert why(versions, "/risks/0") == [("given", "the child has a plan", "", "not there", "no")]
    assert compared(without, PAGE).changed == 0, "the way holds, and nothing comes of it"


def test_what_holds_in_both_is_no_cause_however_it_comes_about() -> None:
    given = "    given:\n"
    way = (
        "      - means: a tool\n        find: {tool: tools}\n"
        "        where: [tool.subject == risk.subject]\n"
    )
    now = changed(given + way, given).replace(
        "some_workdays: {value: 5", "some_workdays: {value: 4"
    )
    found = why(compared(PAGE, now), "/risks/0")
    assert [one[:2] for one in found] == [("met_by", "an action")]


def test_what_a_concept_means() -> None:
    concepts = CONCEPTS.replace("risk.kind != 'neglect'", "risk.kind == 'sexual_abuse'")
    versions = compared(PAGE, PAGE, concepts)
    assert moves(versions, "noticed") == {("/risks/2",): (Result.MET, None)}
    found = why(versions, "/risks/2")
    assert ("for_each", "", "risk.kind != 'neglect'", "yes", "not there") not in found
    assert ("for_each", "", "risk.kind == 'sexual_abuse'", "not there", "no") in found


def test_rows_of_another_section() -> None:
    before = "{risk: risks}\n    where:\n"
    now = changed(
        "{risk: risks, plan: plans}\n    where:\n      - plan.subject == risk.subject\n", before
    )
    now = now.replace("find: {plan: plans}", "find: {other: plans}").replace(
        "- plan.subject == risk.subject\n          - plan.level",
        "- other.subject == risk.subject\n          - other.level",
    )
    versions = compared(PAGE, now)
    found = moves(versions, "followed-up")
    assert found == {
        ("/risks/0",): (Result.MET, None),
        ("/risks/0", "/plans/0"): (None, Result.MET),
    }
    assert why(versions, "/risks/0") == [("for_each", "", "", "yes", "not there")]


def test_where_nothing_can_be_told() -> None:
    versions = compared(
        PAGE, changed("some_workdays: {value: 4", "some_workdays: {value: 5"), actions=None
    )
    assert versions.changed == 0, "no number settles what the extract does not carry"


def test_an_engine_that_disagrees_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from casecheck.authoring import comparing  # noqa: PLC0415

    monkeypatch.setattr(comparing, "outcome_of", lambda _: None)
    with pytest.raises(Disagreement):
        compared(PAGE, changed("spare_days: {value: 10", "spare_days: {value: 28"))


def test_of_several_standards_in_time_the_one_that_comes_nearest_is_told(
    here: Here, tmp_path: Path
) -> None:
    page = PAGE_OF.read_text()
    due = "workdays(assessment.started_on, today) >= assessment_workdays"
    assert due in page
    tmp_path.joinpath("new.yaml").write_text(page.replace("value: 45", "value: 500"))
    report = diff(here, PAGE_OF, tmp_path / "new.yaml", SAMPLES, "--first", "1000")
    unasked = [one for one in report["changes"] if one["to"] == "not_asked"]
    assert unasked
    for change in unasked:
        assert [(one["part"], one["condition"]) for one in change["because"]] == [("where", due)]


# --- pairs of checks ---


def kinds(before: Rules, now: Rules) -> dict[str, str]:
    return {one.name: one.kind for one in pairs_of(before, now)}


def test_checks_that_are_new_gone_renamed_or_the_same() -> None:
    renamed = changed("id: was-followed-up", "id: followed-up").replace(
        "{followed-up:", "{was-followed-up:"
    )
    assert kinds(load(), load(renamed)) == {
        "T1.1 followed-up -> T1.1 was-followed-up": "renamed",
        "T1.1 noticed": "same",
    }
    other = renamed.replace("value: 28", "value: 29")
    assert kinds(load(), load(other)) == {
        "T1.1 was-followed-up": "new",
        "T1.1 noticed": "same",
        "T1.1 followed-up": "gone",
    }


def test_a_renamed_check_is_compared_under_its_new_name() -> None:
    """Also one that says what it was called, and asks something else."""
    now = changed("id: was-followed-up\n    formerly: followed-up", "id: followed-up").replace(
        "{followed-up:", "{was-followed-up:"
    )
    now = now.replace("some_workdays: {value: 5", "some_workdays: {value: 4")
    versions = compared(PAGE, now)
    assert versions.pairs[0].pair.kind == "renamed"
    assert versions.changed == 1


# --- the command ---


def diff(here: Here, *words: str | Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(here("rules", "diff", *words, "--format", "json").out)
    return report


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A page put aside before it was changed, without the concepts beside it."""
    file = tmp_path / "ST1.1.old"
    file.write_text(PAGE_OF.read_text().replace("value: 45", "value: 25"))
    return file


def test_a_saved_copy_uses_the_concepts_of_the_other(here: Here, copy: Path) -> None:
    shutil.copy(ROOT / "rules" / "children_p" / "P2.2.yaml", copy.parent / "P2.2.yaml")
    rules = load_version(
        copy.parent / "P2.2.yaml", ROOT / "rules", ROOT / "rules" / "children_p" / "P2.2.yaml"
    )
    assert rules.concepts
    ended = here("rules", "diff", copy, PAGE_OF, SAMPLES)
    assert ended.status == 0
    text = " ".join(ended.text.split())
    assert "asks something else: ST1.1 completed-in-time" in text
    assert re.search(r"ST1.1 assessment_workdays: .* 25 working days .* -> .* 45 ", text)
    assert "completed-in-time: breach -> met," in text
    assert "no in OLD, yes in NEW" in text
    (_, head, rest) = ended.text.partition("records, by check")
    assert head
    assert rest.index("NEW") < rest.index("breach -> met"), "the summary comes first"


@pytest.mark.slow
def test_the_counts_are_those_of_two_audits(here: Here, tmp_path: Path) -> None:
    for name, number in (("old", "value: 25"), ("new", "value: 45")):
        shutil.copytree(ROOT / "rules" / "statutory", tmp_path / name)
        page = tmp_path / name / "ST1.1.yaml"
        page.write_text(page.read_text().replace("value: 45", number))
    report = diff(here, tmp_path / "old", tmp_path / "new", SAMPLES, "--first", "1000")
    for side in ("old", "new"):
        audit = here("audit", SAMPLES, "--rules", tmp_path / side, "--format", "json")
        summary = json.loads(audit.out)["summary"]["lessons"]["ST1.1"]
        assert report["checks"][0]["outcomes"][side] == summary
        (pack,) = report[side]["packs"]
        assert (pack["pack"], pack["version"]) == ("statutory-timescales", "1.0.0")
    assert report["old"]["packs"][0]["digest"] != report["new"]["packs"][0]["digest"]
    assert [one["is"] for one in report["checks"]] == ["changed", "same", "same"]
    assert report["changed"] == len(report["changes"]) > 0
    assert sum(one["count"] for one in report["checks"][0]["instances"]) == report["changed"]
    assert all(one["because"] for one in report["changes"])
    again = diff(here, tmp_path / "old", tmp_path / "new", SAMPLES, "--first", "1000")
    assert report == again


def test_status_and_sets_that_are_shipped(here: Here, copy: Path) -> None:
    assert here("rules", "diff", copy, PAGE_OF, SAMPLES, "--fail-on-change").status == 1
    same = here("rules", "diff", "statutory", PAGE_OF.parent, SAMPLES, "--fail-on-change")
    assert same.status == 0
    assert "3 checks the same in both" in same.text
    assert "0 instances of checks in both versions come out otherwise." in same.text


def test_odd_input(here: Here, copy: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    ended = here("rules", "diff", copy, PAGE_OF, empty)
    assert ended.status == 3
    assert "No record was compared" in ended.text
    empty.joinpath("broken.json").write_text('{"case_id": "Emma Jones"}')
    ended = here("rules", "diff", copy, PAGE_OF, empty, SAMPLES / "c-0101.json")
    assert ended.status == 3
    assert "1 record compared" in ended.text
    assert "Emma" not in ended.text + ended.told
    for words, told in (
        ((copy, "nowhere", empty), "no such page or folder: nowhere"),
        ((empty, PAGE_OF, SAMPLES), "no page (*.yaml) in this folder"),
        ((copy, PAGE_OF, "nowhere"), "no such file or folder: nowhere"),
    ):
        ended = here("rules", "diff", *words)
        assert (ended.status, ended.out) == (2, b"")
        assert told in ended.told
