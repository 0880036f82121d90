"""Where a source says what nobody knows, the person is told which texts are known, and never it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from command_line import Ended, Here
from make_returns import assessment, child, episode, protection_plan, return_of

from casecheck.intake.sources.key_file import new_key
from casecheck.intake.sources.mapping import load_mapping

REFERENCE = date(2026, 3, 31)
PERSON = "Jane Doe of Fell Road"
POSTCODE = "LA1 4YW"
MAPPING = f"""
[meetings]
file = "meetings.csv"
child = "Child"
only = ["core_group"]
[meetings.columns]
kind = "Kind"
on = "On"
attended = "Came"
[meetings.codes.kind]
"CG" = "core_group"
"at {POSTCODE}" = "core_group"
"""


@pytest.fixture
def told(here: Here, tmp_path: Path) -> tuple[Ended, dict[str, dict[str, object]]]:
    """What is told of a census with exports beside it, and each fault of its report by its item."""
    plan = protection_plan("2025-05-12", None, "NEG", PERSON)
    children = [
        child("C1", "2015-06-12", episode("2025-05-01", plan, no_action=PERSON)),
        child("C2", "2015-06-12",
              episode("2025-05-01", assessment("2025-05-02", "2025-06-02", ["99Z", "98Z"]))),
    ]  # fmt: skip
    census, exports, key = tmp_path / "census.xml", tmp_path / "exports", tmp_path / "board.key"
    census.write_text("".join(return_of(children, REFERENCE)))
    exports.mkdir()
    (exports / "mapping.toml").write_text(MAPPING)
    (exports / "meetings.csv").write_text(f"Child,Kind,On,Came\nC1,{PERSON},20/05/2025,School\n")
    new_key(key)
    report = tmp_path / "report.json"
    ended = here("import", "cin-census", census, "--with-csv", exports, "--key", key,
                 "--output", tmp_path / "out.jsonl", "--report", report)  # fmt: skip
    faults = json.loads(report.read_text())["faults"]
    assert PERSON not in report.read_text() + ended.text + ended.told
    assert POSTCODE not in report.read_text() + ended.text + ended.told
    return ended, {one["item"]: one for one in faults if one["fault"] in (43, 44, 55)}


def test_known_texts_are_told_of_codes_factors_flags_and_columns(
    told: tuple[Ended, dict[str, dict[str, object]]],
) -> None:
    ended, faults = told
    words = " ".join(ended.text.split())
    of_category = "LatestCategoryOfAbuse): taken as unknown"
    assert f"{of_category} [55; census.xml line 31]; known are NEG, PHY, SAB, EMO, MUL" in words
    assert faults["LatestCategoryOfAbuse"]["accepted"] == ["NEG", "PHY", "SAB", "EMO", "MUL"]
    assert faults["AssessmentFactors"]["count"] == 2
    assert "known are 1A, 1B, 1C, 2A" in words
    assert "1, 0" in ", ".join(faults["ReferralNFA"]["accepted"])
    known = faults["Kind"]["accepted"]
    assert isinstance(known, list)
    assert "core group" in known
    assert "CG" in known


def test_of_many_known_texts_the_first_are_told_and_how_many_more(
    told: tuple[Ended, dict[str, dict[str, object]]],
) -> None:
    ended, faults = told
    accepted = faults["AssessmentFactors"]["accepted"]
    assert isinstance(accepted, list)
    assert len(accepted) > 40
    assert f" and {len(accepted) - 12} more" in " ".join(ended.text.split())


@pytest.mark.parametrize("name", ["annex_a", "cin_census", "dfe_api", "ssd", "ssda903"])
def test_every_item_with_codes_tells_those_it_knows(name: str) -> None:
    mapping = load_mapping(name)
    assert all(texts and item in mapping.items for item, texts in mapping.accepted.items())
    kinds = [one for rules in mapping.rows.values() for rule in rules for one in rule.fields]
    for field in kinds:
        _, fault = field.read("qq zz")
        if fault in (43, 44, 55) and not field.is_day:
            assert field.item in mapping.accepted or field.name in ("born", "birth"), field.item
