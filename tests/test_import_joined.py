"""A census with exports beside it: ids of one source only, rows of both, coverage of both."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Here
from make_returns import assessment, child, enquiry, episode, protection_plan, return_of

from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.joined import Joined, together
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused

REFERENCE = date(2026, 3, 31)
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
PLAN = ("2025-05-12", None, "NEG", "PHY", ["2025-08-04"])
MEETINGS = """
[meetings]
file = "meetings.csv"
child = "Child"
{how}
[meetings.columns]
kind = "Kind"
on = "On"
attended = "Came"
"""


def write(
    folder: Path, meetings: str, how: str = 'only = ["core_group"]', more: str = "", **files: str
) -> None:
    children = [
        child("C1", "2015-06-12", episode("2025-05-01", protection_plan(*PLAN))),
        child(
            "C2",
            "2014-06-12",
            episode("2025-05-01", assessment("2025-05-02", "2025-06-02", ["1B"])),
        ),
    ]
    (folder / "census.xml").write_text("".join(return_of(children, REFERENCE)))
    exports = folder / "exports"
    exports.mkdir()
    (exports / "mapping.toml").write_text(MEETINGS.replace("{how}", how) + more)
    (exports / "meetings.csv").write_text("Child,Kind,On,Came\n" + meetings)
    for name, text in files.items():
        (exports / f"{name}.csv").write_text(text)


def records_of(folder: Path) -> tuple[dict[str, dict[str, Any]], Joined]:
    source = Joined(CinCensus([folder / "census.xml"], None, Faults()), folder / "exports")
    of = {PSEUDONYMS.of("child", name): name for name in ("C1", "C2", "C3")}
    made = {of[one.case_id]: json.loads(one.line) for one in imported(source, PSEUDONYMS)}
    return made, source


def test_a_section_is_extended_by_kinds(tmp_path: Path) -> None:
    write(tmp_path, "C1,core group,20/05/2025,School\nC3,core group,20/05/2025,School\n")
    records, source = records_of(tmp_path)
    kinds = {one["kind"] for one in records["C1"]["meetings"]}
    assert kinds == {"core_group", "review_conference"}
    covered = records["C1"]["coverage"]["meetings"]
    assert covered["only"] == ["review_conference", "core_group"]
    assert covered["from"] == "2025-04-01"
    assert records["C2"]["coverage"]["meetings"]["only"] == ["review_conference"]
    assert set(records) == {"C1", "C2"}
    (note,) = [one for one in source.notes if one.startswith("Children by their ids")]
    assert "1 in both sources; 1 in cin_census alone" in note
    assert "1 in the CSV files alone" in note
    assert source.faults.count(38) == 1


def test_what_both_tell_is_one_row_with_what_each_knows(tmp_path: Path) -> None:
    write(tmp_path, "C1,review conference,04/08/2025,School\n", "incomplete = true")
    records, _ = records_of(tmp_path)
    (meeting,) = records["C1"]["meetings"]
    assert meeting["attended"] == ["school"]
    assert meeting["plan"] == "plan1"
    assert records["C1"]["coverage"]["meetings"]["only"] == ["review_conference"]


def test_a_whole_file_that_lacks_a_row_of_the_other_source_is_incomplete(tmp_path: Path) -> None:
    write(tmp_path, "C1,core group,20/05/2025,School\n", "whole = true")
    records, source = records_of(tmp_path)
    assert records["C1"]["coverage"]["meetings"]["incomplete"] is True
    assert len(records["C1"]["meetings"]) == 2
    assert any("lacks 1 that the other source has" in one for one in source.notes)
    assert "whole" not in records["C2"]["coverage"]["meetings"]


def test_a_whole_file_with_all_rows_is_whole(tmp_path: Path) -> None:
    write(tmp_path, "C1,review conference,04/08/2025,School\n", "whole = true")
    records, _ = records_of(tmp_path)
    assert records["C1"]["coverage"]["meetings"] == {"without": ["chair_waived_quorum_on"]}


PLANS = """
[plans]
file = "plans.csv"
child = "Child"
id = "Plan"
whole = true
[plans.columns]
start = "Start"
end = "End"
[plans.set]
level = "child_protection"
[actions]
file = "actions.csv"
whole = true
[actions.columns]
plan = "Plan"
kind = "Kind"
set_on = "Set"
"""


def test_links_of_exports_reach_the_row_that_both_have(tmp_path: Path) -> None:
    write(tmp_path, "", more=PLANS, plans="Child,Plan,Start,End\nC1,P1,12/05/2025,\n",
          actions="Plan,Kind,Set\nP1,visit,13/05/2025\n")  # fmt: skip
    records, _ = records_of(tmp_path)
    record = records["C1"]
    (plan,) = record["plans"]
    assert plan["category"] == "neglect"
    assert [one["plan"] for one in record["actions"]] == [plan["id"]]
    assert [one["plan"] for one in record["category_changes"]] == [plan["id"]]
    assert "from" not in record["coverage"].get("plans", {})


def test_where_both_differ_nothing_is_known_and_it_is_told(tmp_path: Path) -> None:
    write(tmp_path, "", more=PLANS, plans="Child,Plan,Start,End\nC1,P1,12/05/2025,01/02/2026\n",
          actions="Plan,Kind,Set\n")  # fmt: skip
    records, source = records_of(tmp_path)
    assert records["C1"]["plans"][0]["end"] == "unknown"
    assert any(one.startswith("plans.end differs") for one in source.notes)


@pytest.mark.parametrize("ends", [("", "01/02/2026"), ("01/02/2026", "01/02/2026"), ("", "")])
def test_rows_that_cannot_be_told_apart_are_not_joined(
    tmp_path: Path, ends: tuple[str, str]
) -> None:
    one, other = ends
    write(tmp_path, "", more=PLANS,
          plans=f"Child,Plan,Start,End\nC1,P1,12/05/2025,{one}\nC1,P2,12/05/2025,{other}\n",
          actions="Plan,Kind,Set\nP1,visit,13/05/2025\n")  # fmt: skip
    again = protection_plan("2025-05-12", "2026-02-01", "NEG", "NEG", [])
    told = child("C1", "2015-06-12", episode("2025-05-01", protection_plan(*PLAN), again))
    (tmp_path / "census.xml").write_text("".join(return_of([told], REFERENCE)))
    records, source = records_of(tmp_path)
    record = records["C1"]
    found = {one.get("end", "open") for one in record["plans"]}
    assert len(record["plans"]) == 2
    assert (
        found
        == {
            ("", "01/02/2026"): {"open", "2026-02-01"},
            ("01/02/2026", "01/02/2026"): {"unknown", "2026-02-01"},
            ("", ""): {"open", "unknown"},
        }[ends]
    )
    assert record["coverage"]["plans"]["incomplete"] is True
    assert record["actions"] == []
    assert record["coverage"]["actions"]["incomplete"] is True
    assert any("2 rows of the CSV file cannot be told apart" in one for one in source.notes)


def lone_conference(folder: Path) -> None:
    """Let the return tell of a conference that followed no enquiry; another child had one."""
    file = folder / "census.xml"
    lone = "<DateOfInitialCPC>2025-05-12</DateOfInitialCPC><ReferralNFA>"
    asked = enquiry("2025-06-02", "2025-06-16")
    others = child("C3", "2016-06-12", episode("2025-05-01", asked))
    first = child("C1", "2015-06-12", episode("2025-05-01", protection_plan(*PLAN)))
    text = "".join(return_of([first, others], REFERENCE))
    file.write_text(text.replace("<ReferralNFA>", lone, 1))


@pytest.mark.parametrize("more", [[], ["initial_conference"]])
def test_a_conference_that_exports_call_one_of_a_family_that_moved_in_is_one(
    tmp_path: Path, more: list[str]
) -> None:
    told = [f"C1,{kind},12/05/2025,School\n" for kind in ("transfer_in_conference", *more)]
    write(tmp_path, "".join(told), 'only = ["strategy", "transfer_in_conference"]')
    lone_conference(tmp_path)
    meetings = records_of(tmp_path)[0]["C1"]["meetings"]
    came = {one["kind"]: one.get("attended") for one in meetings}
    assert came.pop("review_conference") is None
    assert came == {kind: ["school"] for kind in ("transfer_in_conference", *more)}


@pytest.mark.parametrize(
    ("how", "row", "is_known"),
    [
        ('only = ["strategy"]', "", False),
        ('only = ["strategy"]\nfrom = 2025-06-01', "", False),
        ('only = ["strategy", "transfer_in_conference"]', "", True),
        ('only = ["strategy", "transfer_in_conference"]\nfrom = 2025-06-01', "", False),
        ('only = ["strategy"]', "C1,initial conference,12/05/2025,School\n", True),
    ],
)
def test_that_a_conference_followed_no_enquiry_is_known_if_it_is_no_transfer(
    tmp_path: Path, how: str, row: str, is_known: bool
) -> None:
    write(tmp_path, row + "C1,strategy,14/07/2025,School\n", how)
    lone_conference(tmp_path)
    covered = records_of(tmp_path)[0]["C1"]["coverage"]["meetings"]["only"]
    assert ("strategy" in covered) is is_known


RISKS = """
[risks]
file = "risks.csv"
child = "Child"
whole = true
[risks.columns]
kind = "Kind"
identified_on = "Known"
resolved_on = "Ended"
"""


@pytest.mark.parametrize(("kind", "number"), [("parental alcohol misuse", 1), ("neglect", 2)])
def test_a_risk_that_factors_show_is_told_once(tmp_path: Path, kind: str, number: int) -> None:
    write(tmp_path, "", more=RISKS, risks=f"Child,Kind,Known,Ended\nC2,{kind},03/05/2025,\n")
    record = records_of(tmp_path)[0]["C2"]
    assert len(record["risks"]) == number
    assert ("risks" in record["coverage"]) is (number == 2)  # the file was said to be whole
    told = next(one for one in record["risks"] if one["identified_on"] == "2025-05-03")
    assert told.get("resolved_on") is None


def test_the_conference_of_a_return_keeps_the_plan_that_began_there(tmp_path: Path) -> None:
    write(tmp_path, "C1,core group,20/05/2025,School\n")
    file = tmp_path / "census.xml"
    lone = "<DateOfInitialCPC>2025-05-12</DateOfInitialCPC><ReferralNFA>"
    file.write_text(file.read_text().replace("<ReferralNFA>", lone, 1))
    plans = {one["kind"]: one.get("plan") for one in records_of(tmp_path)[0]["C1"]["meetings"]}
    assert plans["initial_conference"] == "plan1"
    assert plans["core_group"] is None


def test_exports_by_family_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "")
    mapping = tmp_path / "exports" / "mapping.toml"
    text = mapping.read_text().replace('kind = "Kind"', 'kind = "Kind"\nsubject = "Who"')
    mapping.write_text("family = true\n" + text)
    (tmp_path / "exports" / "meetings.csv").write_text("Child,Kind,On,Came,Who\n")
    with pytest.raises(SourceRefused, match="by family cannot be joined"):
        records_of(tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"only": ["strategy"]}, {"only": ["core_group"]}, {"only": ["strategy", "core_group"]}),
        ({"only": ["strategy"], "from": "2025-04-01"}, {}, {}),
        ({"incomplete": True}, {}, {}),
        ({"incomplete": True}, {"incomplete": True, "from": "2025-01-01"}, {"incomplete": True}),
        (
            {"only": ["strategy"], "from": "2025-04-01"},
            {"only": ["core_group"], "from": "2024-04-01"},
            {"only": ["strategy", "core_group"], "from": "2025-04-01"},
        ),
        (
            {"only": ["strategy"], "from": "2025-04-01"},
            {"only": ["strategy"], "from": "2024-04-01"},
            {"only": ["strategy"], "from": "2024-04-01"},
        ),
        ({"only": ["strategy"], "from": "2025-04-01"}, {"incomplete": True},
         {"only": ["strategy"], "from": "2025-04-01"}),
        ({"without": ["chair_waived_quorum_on"]}, {}, {}),
    ],
)  # fmt: skip
def test_coverage_of_both(one: dict[str, Any], other: dict[str, Any], told: dict[str, Any]) -> None:
    assert together("meetings", one, other) == told
    assert together("meetings", other, one) == told


def test_coverage_of_a_section_without_kinds() -> None:
    assert together("mitigations", {"incomplete": True}, {}) == {}
    assert together("mitigations", {"incomplete": True}, {"incomplete": True}) == {
        "incomplete": True
    }


def test_the_command_joins_and_never_overwrites_what_it_reads(here: Here, tmp_path: Path) -> None:
    write(tmp_path, "C1,core group,20/05/2025,School\n")
    new_key(key := tmp_path / "k.key")
    exports = tmp_path / "exports"
    given = ["import", "cin-census", tmp_path / "census.xml", "--key", key, "--with-csv", exports]
    ended = here(*given, "--output", tmp_path / "o.jsonl")
    assert ended.status == 0, ended.told
    assert "1 in both sources" in " ".join(ended.text.split())
    before = (exports / "meetings.csv").read_bytes()
    assert here(*given, "--output", exports / "meetings.csv").status == 2
    assert (exports / "meetings.csv").read_bytes() == before
