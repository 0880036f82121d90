"""`casecheck rules test` runs the examples of pages and shows why one fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import RULES, Here
from lesson_pages import CONCEPTS, PAGE, planted

from casecheck.audit.auditor import LessonAuditor
from casecheck.authoring.scaffold import page_text
from casecheck.engine.durable import EngineFailure
from casecheck.truth.account import Disagreement

P4 = RULES / "children_p" / "P4.1.yaml"
LAST_DAY = "record: {actions: [{id: action, set_on: 2026-03-30}]}"
DAY_AFTER = "record: {actions: [{id: action, set_on: 2026-03-31}]}"
NULL = "record: {actions: [{id: action, addresses: null}]}\n      expect: {action-set: %s}"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A new page, as `rules new` writes it."""
    file = tmp_path / "r" / "A1.yaml"
    file.parent.mkdir()
    file.write_text(page_text("r", "A1", "Risks are acted on", file), encoding="utf-8")
    return file


def change(page: Path, fault: str, instead_of: str) -> int:
    """Put something else in the one place where it stands; return its line."""
    text = page.read_text(encoding="utf-8")
    page.write_text(planted(text, fault, instead_of), encoding="utf-8")
    return text[: text.index(instead_of)].count("\n") + 1


def test_examples_that_prove_their_page(here: Here, page: Path) -> None:
    ended = here("rules", "test", page)
    assert ended.status == 0
    assert ended.text == "11 examples of 1 lesson: all as expected.\n"


@pytest.mark.slow
def test_the_examples_of_all_lessons_in_force(here: Here) -> None:
    ended = here("rules", "test")
    assert ended.status == 0
    of_lessons, of_measures = ended.text.splitlines()
    assert of_lessons.endswith(" lessons: all as expected.")
    assert int(of_lessons.split()[0].replace(",", "")) > 1000
    assert of_measures.endswith(" measures: all as expected.")


def test_why_an_example_fails(here: Here, page: Path) -> None:
    line = change(page, DAY_AFTER.replace("31", "31, kind: other"), LAST_DAY)
    ended = here("rules", "test", page)
    assert ended.status == 1
    words = " ".join(ended.text.split())
    for told in (
        f"{page}:{line - 1}:7: FAILED an action was set on the last day allowed",
        "action-set: expected COMPLIANT, came out as BREACH, by /risks/0",
        "asked about: must yes, may yes; met: must no, may no",
        "yes: risk.identified_on + action_days <= today (risk.identified_on 2026-03-02 + 28 days ="
        " 2026-03-30; today 2026-06-30)",
        "no: action.set_on <= risk.identified_on + action_days (action.set_on 2026-03-31;"
        " risk.identified_on 2026-03-02 + 28 days = 2026-03-30)",
        "11 examples of 1 lesson: 1 failed.",
    ):
        assert told in words
    assert max(map(len, ended.text.splitlines())) <= 100 + len(str(page))


def test_the_reading_in_which_it_fails(here: Here, page: Path) -> None:
    change(page, NULL % "compliant", NULL % "insufficient_evidence")
    words = " ".join(here("rules", "test", page).text.split())
    assert "expected COMPLIANT, came out as CANNOT TELL, by /risks/0" in words
    assert "asked about: must yes, may yes; met: must no, may yes" in words
    assert "cannot tell: action.addresses == risk (action.addresses not recorded" in words


def test_no_more_is_shown_than_is_asked_for(here: Here, page: Path) -> None:
    risks = ", ".join(
        f"{{id: risk{number}, subject: child, kind: neglect, identified_on: 2026-03-02}}"
        for number in range(5)
    )
    change(page, f"record: {{risks: [{risks}]}}", LAST_DAY)
    words = " ".join(here("rules", "test", page).text.split())
    assert "/risks/3 asked about: must yes, may yes; met: must no, may no and 2 more" in words
    assert "/risks/5 risk is /risks/5" in words
    words = " ".join(here("rules", "test", page, "--most", "1").text.split())
    assert "/risks/2 risk is" not in words
    assert "5 more, none graver, not shown; --most 6 shows them." in words


def test_an_outcome_that_no_instance_decides(here: Here, page: Path) -> None:
    change(page, "{extracted_on: 2026-03-28}", "{extracted_on: 2026-03-30}")
    words = " ".join(here("rules", "test", page).text.split())
    assert "expected BREACH, came out as DOES NOT APPLY." in words
    assert "no: risk.identified_on + action_days <= today" in words


def test_for_programs(here: Here, page: Path) -> None:
    line = change(page, NULL % "breach", NULL % "insufficient_evidence")
    ended = here("rules", "test", page, "--format", "json")
    assert ended.status == 1
    told: dict[str, Any] = json.loads(ended.out)
    assert (told["examples"], told["failed"]) == (11, 1)
    (failure,) = told["failures"]
    assert (failure["lesson"], failure["file"], failure["line"]) == ("A1", str(page), line - 1)
    (check,) = failure["checks"]
    assert check["check"] == "action-set"
    assert (check["expected"], check["found"]) == ("breach", "insufficient_evidence")
    (instance,) = check["instances"]
    assert instance["pointers"] == ["/risks/0"]
    assert instance["asked_about"] == {"must": True, "may": True}
    assert instance["met"] == {"must": False, "may": True}
    (way,) = instance["met_by"]
    (tried,) = way["tried"]
    assert tried["rows"][0]["pointer"] == "/actions/0"
    addresses, set_on = tried["where"]
    assert addresses["condition"] == "action.addresses == risk"
    assert (addresses["must"], addresses["may"]) == (False, True)
    assert "action.addresses not recorded" in addresses["values"]
    assert (set_on["must"], set_on["may"]) == (True, True)


def test_for_programs_where_nothing_failed(here: Here, page: Path) -> None:
    ended = here("rules", "test", page, "--format", "json")
    report = json.loads(ended.out)
    assert {one["code"] for one in report.pop("warnings")} == {"L009"}
    assert (ended.status, report) == (0, {"examples": 11, "failed": 0, "failures": []})


@pytest.mark.slow
def test_a_page_with_the_concepts_of_its_folder(here: Here, tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    folder.joinpath("T1.1.yaml").write_text(PAGE)
    folder.joinpath("concepts.yaml").write_text(CONCEPTS)
    assert here("rules", "test", folder / "T1.1.yaml").status == 0
    folder.joinpath("concepts.yaml").unlink()
    ended = here("rules", "test", folder / "T1.1.yaml")
    assert ended.status == 2
    assert "no section or concept `worry`" in ended.told
    # In the folder of rules that is named, each page may use all concepts.
    tmp_path.joinpath("concepts.yaml").write_text(CONCEPTS)
    assert here("rules", "test", folder / "T1.1.yaml", "--rules", tmp_path).status == 0
    assert here("rules", "test", P4).status == 0


def test_a_fault_in_a_page_that_nobody_named_stops_nobody(here: Here, page: Path) -> None:
    broken = page.with_name("B1.yaml")
    broken.write_text("lesson: [")
    assert here("rules", "test", page).status == 0
    for path in (broken, page.parent):
        ended = here("rules", "test", path)
        assert ended.status == 2
        assert f"{broken}:1:9: this is not YAML" in ended.told


def test_no_example_is_run_twice(here: Here, page: Path) -> None:
    ended = here("rules", "test", page, page.parent, page.parent / ".." / "r" / "A1.yaml")
    assert ended.text == "11 examples of 1 lesson: all as expected.\n"


def test_a_path_that_is_not_there(here: Here, tmp_path: Path) -> None:
    assert here("rules", "test", tmp_path / "none").status == 2
    ended = here("rules", "test", tmp_path)
    assert ended.status == 2
    assert f"{tmp_path}:1:1: no page (*.yaml) in this folder" in ended.told


def test_a_page_that_is_not_text(here: Here, page: Path) -> None:
    page.write_bytes(b"lesson: \xff")
    ended = here("rules", "test", page)
    assert ended.status == 2
    assert f"{page}:1:9: this is not UTF-8 text" in ended.told


def test_a_page_that_cannot_be_read(here: Here, page: Path) -> None:
    folder = page.with_name("B1.yaml")
    folder.mkdir()
    ended = here("rules", "test", page.parent)
    assert ended.status == 2
    assert f"{folder}:1:1: this is not a file: remove it" in ended.told


def test_what_a_board_has_set_does_not_count(
    here: Here, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is held to what stands on it."""
    monkeypatch.chdir(tmp_path)
    settings = '[parameters."A1"]\naction_days = {value = 21, reason = "Ours."}\n'
    tmp_path.joinpath("casecheck.toml").write_text(settings)
    assert "21 days" in here("rules", "list", "--rules", page.parent).text
    for words in ((page,), ("--rules", page.parent)):
        ended = here("rules", "test", *words)
        assert (ended.status, ended.text) == (0, "11 examples of 1 lesson: all as expected.\n")


def test_a_disagreement_of_the_readings_is_told_loudly(
    here: Here, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disagree(*_: object) -> None:
        raise Disagreement("A1", "action-set")

    monkeypatch.setattr("casecheck.authoring.proving.agree", disagree)
    ended = here("rules", "test", page)
    assert ended.status == 4
    assert "THE TWO READINGS DISAGREE." in ended.text
    assert "11 examples of 1 lesson: 11 failed." in ended.text
    ended = here("rules", "test", page, "--format", "json")
    assert ended.status == 4
    assert all(one["readings_disagree"] for one in json.loads(ended.out)["failures"])


def test_an_example_that_the_engine_cannot_evaluate_has_failed(
    here: Here, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: object) -> None:
        raise EngineFailure("too much")

    monkeypatch.setattr(LessonAuditor, "refuse_too_much", give_up)
    ended = here("rules", "test", page)
    assert ended.status == 1
    words = " ".join(ended.text.split())
    assert "the engine could not evaluate this lesson on this record. Why: too much." in words
    assert "11 examples of 1 lesson: 8 failed." in ended.text
