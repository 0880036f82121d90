"""`casecheck import ssda903`: periods of care, reviews, young mothers, and what is dirty."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Here
from make_looked_after import HEADS

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused
from casecheck.intake.sources.ssda903 import Ssda903

AS_OF = date(2026, 3, 31)
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))


def write(folder: Path, **files: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        text = ",".join(HEADS[name]) + "\n" + rows
        (folder / f"SSDA903_2026_{name}.csv").write_text(text)


def record_of(folder: Path, child: str = "C1") -> tuple[dict[str, Any], Faults]:
    faults = Faults()
    source = Ssda903(folder, AS_OF, faults)
    made = {one.case_id: json.loads(one.line) for one in imported(source, PSEUDONYMS)}
    return made[PSEUDONYMS.of("child", child)], faults


def plans_of(folder: Path, episodes: str) -> list[dict[str, Any]]:
    write(folder, episodes=episodes)
    told = record_of(folder)[0]["plans"]
    return [{name: row.get(name) for name in ("start", "end")} for row in told]


@pytest.mark.parametrize(
    ("episodes", "told"),
    [
        ("C1,01/05/2025,S,C2,N1,,\n", [("2025-05-01", None)]),
        ("C1,01/05/2025,P,C2,N1,,\n", [("../2025-05-01", None)]),
        (
            "C1,01/05/2025,S,C2,N1,03/06/2025,X1\nC1,03/06/2025,P,C2,N1,04/09/2025,E4A\n",
            [("2025-05-01", "2025-09-04")],
        ),
        (
            "C1,01/05/2025,S,C2,N1,03/06/2025,E8\nC1,03/06/2025,S,C2,N1,,\n",
            [("2025-05-01", "2025-06-03"), ("2025-06-03", None)],
        ),
        ("C1,01/05/2025,S,C2,N1,03/06/2025,X1\n", [("2025-05-01", "unknown")]),
        ("C1,01/05/2025,S,C2,N1,03/06/2025,\n", [("2025-05-01", "unknown")]),
        ("C1,01/05/2025,S,C2,N1,,E8\n", [("2025-05-01", "unknown")]),
        ("C1,01/05/2025,S,C2,N1,03/06/25,E8\n", [("2025-05-01", "unknown")]),
        ("C1,01/05/2025,S,V4,N1,03/06/2025,E8\n", []),
    ],
)
def test_episodes_become_periods_of_care(
    tmp_path: Path, episodes: str, told: list[tuple[str, str | None]]
) -> None:
    assert plans_of(tmp_path, episodes) == [{"start": one, "end": two} for one, two in told]


def test_a_young_mother_has_her_first_child(tmp_path: Path) -> None:
    write(
        tmp_path,
        episodes="C1,01/05/2025,S,C2,N1,,\n",
        header="C1,2,12/06/2009,NOBT,,1,02/11/2025\n",
    )
    record, _ = record_of(tmp_path)
    assert sorted(one["born"] for one in record["people"]) == ["2009-06", "2025-11"]
    (link,) = record["relationships"]
    born = {one["id"]: one["born"] for one in record["people"]}
    assert link["kind"] == "parent_of"
    assert (born[link["from"]], born[link["to"]]) == ("2009-06", "2025-11")
    assert record["coverage"]["relationships"]["incomplete"] is True


def test_reviews_tell_the_childs_views_by_their_code(tmp_path: Path) -> None:
    codes = {"PN0": None, "PN1": True, "pn 5": True, "PN7": False, "": None, "PN9": None}
    rows = "".join(f"C1,,{at:02}/05/2025,{code}\n" for at, code in enumerate(codes, 1))
    write(tmp_path, episodes="C1,01/05/2025,S,C2,N1,,\n", reviews=rows)
    record, faults = record_of(tmp_path)
    told = {one["on"]: one.get("child_views") for one in record["meetings"]}
    assert [told[f"2025-05-{at:02}"] for at in range(1, 7)] == list(codes.values())
    assert faults.count(44) == 1
    assert record["coverage"]["meetings"] == {
        "only": ["looked_after_review"],
        "from": "2025-04-01",
        "without": ["chair_waived_quorum_on"],
    }


def test_who_is_away_is_not_missing(tmp_path: Path) -> None:
    rows = "C1,,M,03/05/2025,04/05/2025\nC1,,A,05/05/2025,\nC1,,m ,06/05/2025,\n"
    write(tmp_path, episodes="C1,01/05/2025,S,C2,N1,,\n", missing=rows)
    incidents = record_of(tmp_path)[0]["incidents"]
    days = {(one["on"], one.get("returned_on")) for one in incidents}
    assert days == {("2025-05-03", "2025-05-04"), ("2025-05-06", None)}


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, episodes="C1,01/05/2025,S,C2,N1,,\n")
    record, _ = record_of(tmp_path)
    assert not {"meetings", "incidents", "workers", "relationships"} & record.keys()


@pytest.mark.parametrize(
    ("rows", "fault", "incomplete"),
    [
        ("C1,01/05/2025,S,C2,N1,,\n,02/05/2025,S,C2,N1,,\n", 35, True),
        ("C1,01/05/2025,S,C2,N1,,\nC1,when,S,C2,N1,,\n", 45, True),
        ("C1,01/05/2025,S,C2,N1,,\nC1,01/05/2025,S,C2,N1,,\n", 52, False),
        ("C1,01/05/2025,S,C2,N1,01/04/2025,E8\n", 22, False),
        ("C1,01/05/2025,S,C2,N1,01/04/2027,E8\n", 20, False),
    ],
)
def test_dirt_is_told(tmp_path: Path, rows: str, fault: int, incomplete: bool) -> None:
    write(tmp_path, episodes=rows)
    record, faults = record_of(tmp_path)
    assert faults.count(fault) == 1
    assert ("incomplete" in record["coverage"]["plans"]) is incomplete


def test_two_children_of_one_number_are_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        episodes="C1,01/05/2025,S,C2,N1,,\nC2,01/05/2025,S,C2,N1,,\n",
        header="C1,2,12/06/2009,NOBT,,,\nC1,2,12/06/2011,NOBT,,,\n",
    )
    _, faults = record_of(tmp_path, "C2")
    assert faults.count(36) == faults.lost == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: (folder / "SSDA903_2026_episodes.csv").unlink(), "no CSV file .* episodes"),
        (
            lambda folder: (folder / "b.csv").write_text(",".join(HEADS["episodes"]) + "\n"),
            r"SSDA903_2026_episodes\.csv and b\.csv both have episodes",
        ),
        (
            lambda folder: (folder / "SSDA903_2026_episodes.csv").write_text("CHILD,DECOM,RNE\n"),
            "has no column DEC",
        ),
    ],
)
def test_what_is_no_return_is_refused(tmp_path: Path, change: Any, told: str) -> None:
    write(tmp_path, episodes="C1,01/05/2025,S,C2,N1,,\n")
    change(tmp_path)
    with pytest.raises(SourceRefused, match=told):
        record_of(tmp_path)


def test_the_command_asks_for_the_day_and_tells_no_content(here: Here, tmp_path: Path) -> None:
    folder, key, output = tmp_path / "r", tmp_path / "k.key", tmp_path / "o.jsonl"
    write(folder, episodes="C123456,01/05/2025,S,C2,N1,,\n", header="C123456,2,12/06/2009,,,,\n")
    new_key(key)
    ended = here("import", "ssda903", folder, "--key", key, "--output", output)
    assert ended.status == 2
    assert "--as-of" in ended.told
    ended = here("import", "ssda903", folder, "--key", key, "--output", output,
                 "--as-of", "2026-03-31")  # fmt: skip
    assert ended.status == 0, ended.told
    assert "C123456" not in output.read_text() + ended.text + ended.told
    case = json.loads(output.read_text())["case_id"]
    found = here("whois", case, "--key", key, "--source", folder / "SSDA903_2026_header.csv",
                 "--column", "CHILD")  # fmt: skip
    assert found.text.split()[-1] == "C123456"
