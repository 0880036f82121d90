"""Whatever casecheck writes is known again: among records, and among the packs that came back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command_line import SAMPLES, Here
from openpyxl import load_workbook
from qag_cycle import whole

from casecheck.intake.own_reports import is_own_report
from casecheck.qag.packs.files import find_packs

CASE = SAMPLES / "c-0104.json"
OF_A_STORE = (
    ("estimate", "latest"),
    ("compare", "1", "2"),
    ("sample", "--size", "5", "--seed", "a"),
    ("sample", "show", "latest"),
    ("sample", "list"),
    ("runs", "list"),
    ("judge", "--verify"),
)
OTHERS = (
    ("audit", CASE),
    ("check", CASE),
    ("size", "--cases", "58"),
    ("size", "--population", "500", "--tolerable", "5%"),
    ("rules", "list"),
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return whole(tmp_path)


def told_by(here: Here, words: tuple[str | Path, ...], how: str) -> bytes | None:
    """What a command writes in a format, None where it has no such format."""
    ended = here(*words, "--format", how)
    assert ended.status == 0 or "is not one of" in ended.told, ended.told
    return ended.out if ended.status == 0 else None


@pytest.mark.slow
@pytest.mark.parametrize("how", ["json", "csv", "jsonl", "sarif", "html"])
def test_every_command_is_known_by_what_it_writes(here: Here, store: Path, how: str) -> None:
    commands = [*OTHERS, *((*words, "--store", store) for words in OF_A_STORE)]
    found = [(words, told) for words in commands if (told := told_by(here, words, how))]
    assert found
    for words, told in found:
        assert is_own_report(told), words
    if how == "csv":  # as a spreadsheet with other separators saves it
        for words, told in found:
            assert is_own_report(told.replace(b",", b";")), words


def test_an_untaken_pack_is_told_as_json_and_known(here: Here, store: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"no,pack\r\n1,2\r\n")
    ended = here("judge", bad, "--store", store, "--format", "json")
    assert ended.status == 3
    assert is_own_report(ended.out)


@pytest.mark.slow
def test_judge_passes_over_each_report_in_a_folder_and_takes_the_packs(
    here: Here, store: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "came back"
    folder.mkdir()
    packs = tmp_path / "packs"
    assert here("pack", "--store", store, "--auditor", "zoe", "--output", packs).status == 0
    (pack,) = packs.glob("*.xlsx")
    shutil.copy(pack, folder)
    for name, words in {
        "audit": ("audit", CASE),
        "estimate": ("estimate", "latest", "--store", store),
        "compared": ("compare", "1", "2", "--store", store),
        "sample": ("sample", "show", "latest", "--store", store),
        "samples": ("sample", "list", "--store", store),
        "size": ("size", "--cases", "58"),
    }.items():
        folder.joinpath(f"{name}.csv").write_bytes(told_by(here, words, "csv") or b"")
    assert here("audit", CASE, "--output", folder / "audit.xlsx").status == 0
    workbook = load_workbook(folder / "audit.xlsx")
    workbook.save(folder / "saved since.xlsx")  # with its title, and another day on it
    shutil.copy(folder / "audit.xlsx", folder / "a workbook in the name of a table.csv")
    found = find_packs([folder])
    assert found.files == [folder / pack.name]
    assert len(found.reports) == 9
    ended = here("judge", folder, "--store", store, "--partial")
    assert ended.status == 0, ended.told
    assert "Passed over, reports that casecheck wrote" in ended.told


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04", b"PK\x03\x04 and no archive", b"", b"\xff\xfe", b"case_id,kind\r\n"]
)
def test_what_is_no_report_is_left_to_be_judged(tmp_path: Path, content: bytes) -> None:
    tmp_path.joinpath("x.xlsx").write_bytes(content)
    assert find_packs([tmp_path]).files == [tmp_path / "x.xlsx"]
