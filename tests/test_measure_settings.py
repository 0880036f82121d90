"""A board sets a measure's numbers as it sets a lesson's; the lock of a pack has its measures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from command_line import SAMPLES, Here

from casecheck.lessons.loading import load_rules, measure_id

MEASURES = Path(__file__).parent.parent / "rules" / "children_p" / "measures"


def measures(here: Here, *arguments: str) -> dict[str, Any]:
    ended = here("measures", SAMPLES, "--measure", "M4a", "--by", "year", "--format", "json",
                 *arguments)  # fmt: skip
    assert ended.status == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def met(report: dict[str, Any]) -> list[int]:
    return [one["met"] for one in report["measures"][0]["periods"]]


@pytest.mark.slow
def test_set_on_the_command_line(here: Here) -> None:
    plain, other = measures(here), measures(here, "--set", "M4a.tool_days=1")
    assert sum(met(other)) < sum(met(plain))
    assert (plain["settings"], other["settings"]) == ([], ["M4a.tool_days is 1, set by --set"])
    assert other["rules"]["measures"] != plain["rules"]["measures"]
    assert other["rules"]["digest"] == plain["rules"]["digest"]
    told = here("measures", SAMPLES, "--measure", "M4a", "--set", "M4a.tool_days=1").text
    assert "Set for this board: M4a.tool_days is 1, set by --set." in told


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The board's settings, where commands look for them."""
    file = tmp_path / "casecheck.toml"
    monkeypatch.chdir(tmp_path)
    return file


def test_set_in_a_file(here: Here, file: Path) -> None:
    file.write_text('[parameters.M4a]\ntool_days = {value = 1, reason = "Ours"}\n')
    assert measures(here)["settings"] == ["M4a.tool_days is 1, set by casecheck.toml: Ours"]
    told = here("audit", SAMPLES, "--lesson", "P1.1").text
    assert "M4a.tool_days is 1, set by casecheck.toml: Ours" in told


@pytest.mark.parametrize("command", few(["measures", "audit"], "measures"))
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[parameters.M4a]\ntool_day = 1", "M4a has no parameter `tool_day`: did you mean"),
        ("[parameters.M4a]\ntool_days = 40000", "`tool_days`: "),
        ("[parameters.M4z]\ntool_days = 1", "no lesson `M4z`"),
        (
            "[parameters.M4a]\ntool_days = [{value = 1, until = 2025-12-31}, {value = 2, from ="
            " 2026-01-01}]",
            "M4a.tool_days takes one number",
        ),
        ("[parameters.M11]\ndays = 1", "M11 has no parameter `days`: none is known here"),
    ],
)
def test_what_cannot_be_set(here: Here, file: Path, command: str, settings: str, said: str) -> None:
    file.write_text(settings)
    ended = here(command, SAMPLES)
    assert ended.status == 2
    assert said in ended.err.decode()
    assert "casecheck.toml" in ended.err.decode()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("M4a.tool_day=1", "M4a has no parameter `tool_day`"),
        ("M4z.tool_days=1", "no lesson 'M4z' in force: known: M10, "),
    ],
)
def test_what_cannot_be_set_on_the_command_line(here: Here, setting: str, said: str) -> None:
    ended = here("measures", SAMPLES, "--set", setting)
    assert ended.status == 2
    assert said in ended.err.decode()


def test_a_measure_is_told_where_another_setting_is_wrong(here: Here) -> None:
    ended = here("audit", SAMPLES, "--set", "M4a.tool_days=1", "--set", "P1.1.carry=1")
    assert "P1.1 has no parameter 'carry'" in ended.err.decode()


@pytest.mark.slow
def test_the_lock_of_a_pack_has_its_measures(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    shutil.copytree(MEASURES.parent, folder)
    (before,) = load_rules(folder).packs
    page = folder / "measures" / "M4a.yaml"
    page.write_text(page.read_text().replace("value: 184", "value: 185"))
    rules = load_rules(folder)
    assert rules.packs[0].digest != before.digest
    assert rules.digest == load_rules(MEASURES.parent).digest


@pytest.mark.parametrize("first", ["measure: M4a", 'measure: "M4a"', "measure: 'M4a'  # ours"])
def test_however_its_id_is_written(first: str) -> None:
    page = MEASURES.joinpath("M4a.yaml").read_text()
    assert measure_id(page) == "M4a"
    assert measure_id(page.replace("measure: M4a", first)) == "M4a"
    assert measure_id('{"measure": "M4a"}') == "M4a"
    assert not measure_id("lesson: P1.1\n")
