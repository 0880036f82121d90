"""`casecheck rules profile`: where the cost of rules goes on records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, SAMPLES, Here
from lesson_pages import PAGE, load, planted
from test_rules_diff import RECORD, text

from casecheck.authoring import costs, joins
from casecheck.authoring.profiling import CheckProfile, profile
from casecheck.record.model import SECTIONS


def profiled(page: str, **changed: Any) -> dict[str, CheckProfile]:
    record = {section: [] for section in SECTIONS} | {**RECORD, **changed}
    (found,) = profile([load(page)], [text(record)], timed=False)
    return {one.cost.check: one for one in found.checks}


def actions(number: int, addresses: str = "r1") -> list[dict[str, Any]]:
    one = {**RECORD["actions"][0], "addresses": addresses}
    return [{**one, "id": f"a{at}"} for at in range(number)]


# --- what is counted ---


def test_matches_are_those_that_join_and_combinations_those_that_might() -> None:
    """Each action of the risk adds a fact and a match; of another risk, no match."""
    of = [profiled(PAGE, actions=actions(number))["followed-up"].cost for number in (1, 11)]
    assert of[1].facts - of[0].facts == 10
    assert of[1].matches - of[0].matches == 10
    assert of[1].combinations > of[0].combinations
    others = [{**one, "id": f"o{at}"} for at, one in enumerate(actions(10, "r3"))]
    other = profiled(PAGE, actions=[*actions(1), *others])["followed-up"].cost
    assert other.combinations > of[0].combinations
    assert other.matches == of[0].matches
    assert (of[1].records, of[1].largest_case) == (1, "C-1000")
    assert of[1].largest == of[1].matches


def test_a_record_to_which_a_check_cannot_apply_costs_nothing() -> None:
    one = profiled(PAGE, risks=[], actions=[])["followed-up"].cost
    assert (one.records, one.facts, one.matches, one.largest_case) == (0, 0, 0, "")


def test_counting_ends_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "MOST_COUNTED", 3)
    monkeypatch.setattr(joins, "MOST_TRIED", 3)
    one = profiled(PAGE, actions=actions(11))["followed-up"]
    assert (one.cost.beyond, one.cut) == (1, 1)
    assert sum(join.tried for join in one.joins) <= 3
    monkeypatch.setattr(costs, "MAX_FACTS", 3)
    assert profiled(PAGE, actions=actions(11))["followed-up"].cost.beyond == 1


# --- which conditions join poorly ---


def join_of(one: CheckProfile, name: str) -> joins.JoinStep:
    (join,) = (join for join in one.joins if join.name == name)
    return join


def test_a_reference_is_no_poor_join_however_much_it_leaves() -> None:
    join = join_of(profiled(PAGE, actions=actions(30))["followed-up"], "action")
    assert (join.tried, join.kept, join.by_reference, join.poor) == (30, 30, True, False)
    assert join.of == "met_by, an action"


def test_the_condition_that_leaves_most_is_named() -> None:
    loose = planted(PAGE, "- action.set_on >= risk.identified_on\n", "- action.addresses == risk\n")
    late = [{**one, "set_on": "2026-06-25"} for one in actions(10)]
    one = profiled(loose, actions=[*actions(0), *late, *_numbered(actions(25))])["followed-up"]
    join = join_of(one, "action")
    assert (join.tried, join.kept, join.poor) == (35, 25, True)
    assert join.weak == [
        "action.set_on >= risk.identified_on",
        "workdays(risk.identified_on, action.set_on) <= some_workdays",
    ]
    assert join.passed["action.set_on >= risk.identified_on"] == 35


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "id": f"b{at}"} for at, one in enumerate(rows)]


def test_the_rows_of_without_are_put_beside_those_that_are_found() -> None:
    way = "          - workdays(risk.identified_on, action.set_on) <= some_workdays\n"
    absence = """        without:
          find: {earlier: actions}
          where:
            - earlier.set_on < action.set_on
"""
    page = planted(PAGE, way + absence, way)
    one = profiled(page, actions=actions(10))["followed-up"]
    join = join_of(one, "earlier")
    assert join.of == "met_by, an action, without"
    assert (join.tried, join.kept, join.poor) == (100, 0, False)
    assert join_of(one, "action").tried == 10


def test_what_nothing_ties_is_told_so(here: Here, tmp_path: Path) -> None:
    loose = planted(PAGE, "        where: [mitigation.recorded_on <= today]\n",
                    "        where: [mitigation.risk == risk]\n")  # fmt: skip
    from lesson_pages import CONCEPTS  # noqa: PLC0415

    tmp_path.joinpath("T1.1.yaml").write_text(loose)
    tmp_path.joinpath("concepts.yaml").write_text(CONCEPTS)
    rows = [{"id": f"m{at}", "risk": "r1", "recorded_on": "2026-03-02"} for at in range(25)]
    record = {section: [] for section in SECTIONS} | {**RECORD, "mitigations": rows}
    tmp_path.joinpath("c.json").write_text(json.dumps(record))
    ended = here("rules", "profile", tmp_path / "T1.1.yaml", tmp_path / "c.json")
    words = " ".join(ended.text.split())
    assert "met_by, a mitigation: of 25 combinations with `mitigation` (mitigations) its" in words
    assert "conditions leave 25, and none of them ties it to a row before" in words
    assert "Tie the row to one before it: by a reference" in words


def test_what_would_multiply_in_a_large_family_is_told(here: Here, tmp_path: Path) -> None:
    from lesson_pages import CONCEPTS  # noqa: PLC0415

    page = planted(PAGE, "{worry: worry, meeting: meetings, action: actions}", "{worry: worry}")
    page = page.replace("[worry.since <= today]",
                        "[worry.since <= meeting.on, meeting.on <= action.set_on]")  # fmt: skip
    tmp_path.joinpath("T1.1.yaml").write_text(page)
    tmp_path.joinpath("concepts.yaml").write_text(CONCEPTS)
    ended = here("rules", "profile", tmp_path / "T1.1.yaml", SAMPLES / "c-0101.json")
    assert "In a large family these would be refused (L008)" in ended.text
    assert "L008" in ended.told


# --- the command ---


@pytest.mark.slow
def test_the_costliest_comes_first_and_nothing_hangs_on_the_clock(here: Here) -> None:
    words = ("rules", "profile", "statutory", SAMPLES)
    assert here(*words).out == here(*words).out
    (one,) = json.loads(here(*words, "--format", "json").out)["profiles"]
    matches = [check["matches"] for check in one["checks"]]
    assert matches == sorted(matches, reverse=True)
    assert len(matches) == 3
    assert all("milliseconds" not in check for check in one["checks"])
    assert one["packs"][0]["pack"] == "statutory-timescales"
    tried = json.loads(here("rules", "try", "rules/statutory", SAMPLES, "--format", "json").out)
    assert one["records"] == tried["trials"][0]["records"] > 1
    costs_tried = {check["check"]: check["cost"] for check in tried["trials"][0]["checks"]}
    for check in one["checks"]:
        assert {name: check[name] for name in costs_tried[check["check"]]} == costs_tried[
            check["check"]
        ], "the two commands count the same"


def test_times_stand_beside_the_counts_where_they_are_asked_for(here: Here) -> None:
    words = ("rules", "profile", "rules/statutory/ST3.1.yaml", SAMPLES / "c-0101.json", "--times")
    (one,) = json.loads(here(*words, "--format", "json").out)["profiles"]
    assert all(check["milliseconds"] >= 0 for check in one["checks"])
    assert " ms" in here(*words).text


def test_odd_input(here: Here, tmp_path: Path) -> None:
    ended = here("rules", "profile", "statutory", tmp_path)
    assert ended.status == 3
    assert "No record was counted: this says nothing of the cost." in ended.text
    tmp_path.joinpath("broken.json").write_text('{"case_id": "Emma Jones"}')
    ended = here("rules", "profile", ROOT / "rules" / "statutory", tmp_path)
    assert ended.status == 3
    assert "1 could not be read" in ended.text
    assert "Emma" not in ended.text + ended.told
    faulty = tmp_path / "A.yaml"
    faulty.write_text("lesson: [\n")
    for words, told in (
        (("nowhere", SAMPLES), "no such page or folder: nowhere"),
        ((faulty, SAMPLES), "A.yaml:"),
        (("statutory", "nowhere"), "no such file or folder: nowhere"),
    ):
        ended = here("rules", "profile", *words)
        assert (ended.status, ended.out) == (2, b"")
        assert told in ended.told
