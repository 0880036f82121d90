"""One case id in two records is told in every report, and neither record is dropped."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from command_line import SAMPLES, Here

from casecheck.audit.case_ids import CaseIds
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS
from casecheck.report.audit.text import MOST_REPEATED

LINE = json.dumps(json.loads(SAMPLES.joinpath("c-0104.json").read_bytes())).encode()


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    folder = tmp_path / "extract"
    folder.mkdir()
    shutil.copy(SAMPLES / "c-0104.json", folder / "a.json")
    shutil.copy(SAMPLES / "c-0103.json", folder / "b.json")
    folder.joinpath("c.jsonl").write_bytes(LINE + b"\n")
    return folder


@pytest.mark.parametrize("how", FORMATS)
def test_every_format_tells_it(here: Here, extract: Path, how: str) -> None:
    ended = here("audit", extract, "--format", how)
    assert ended.status == 0
    first, second = extract / "a.json", extract / "c.jsonl"
    if how == "text":
        told = " ".join(ended.text.split())
        assert "1 record with the case id of another" in told
        assert "Case ids that stand twice (1 record): each record was audited and counted" in told
        assert f"C-0104 {second} line 1 this case id stands in {first} too" in told
        assert "3 records audited" in told
    elif how in ("json", "jsonl"):
        whole = json.loads(ended.out) if how == "json" else {}
        cases = whole.get("cases") or [json.loads(line) for line in ended.out.splitlines()]
        assert [one.get("repeats") for one in cases if one["case_id"] == "C-0104"] == [
            None, {"file": str(first), "line": None},
        ]  # fmt: skip
        assert how == "jsonl" or whole["summary"]["repeated"] == 1
        assert ("1 record with the case id of another" in ended.told) is (how == "jsonl")
    elif how == "csv":
        rows = csv.DictReader(io.StringIO(ended.text.removeprefix("\ufeff")))
        (told,) = [row for row in rows if row["kind"] == "repeated"]
        assert (told["case_id"], told["file"], told["line"]) == ("C-0104", str(second), "1")
        assert str(first) in told["message"]
    elif how == "html":
        assert "with the case id of another" in ended.text
        assert f"this case id stands in {first} too" in ended.text
    elif how == "xlsx":
        assert "1 record with the case id of another: see the column Note" in ended.text
        assert f"This case id stands in {first} too" in ended.text
    else:
        (run,) = json.loads(ended.out)["runs"]
        (invocation,) = run["invocations"]
        (told,) = invocation["toolExecutionNotifications"]
        assert (told["level"], invocation["executionSuccessful"]) == ("warning", True)
        assert f"C-0104: this case id stands in {first} too" in told["message"]["text"]


def test_both_are_counted(here: Here, extract: Path) -> None:
    told = json.loads(here("audit", extract, "--format", "json").out)
    assert told["summary"]["records"] == 3
    assert told["summary"]["lessons"]["P1.1"]["breach"] == 2
    assert len([one for one in told["findings"] if one["case_id"] == "C-0104"]) % 2 == 0


def test_check_tells_it(here: Here, extract: Path) -> None:
    text = " ".join(here("check", extract).text.split())
    assert "Case ids that stand twice (1 record)" in text
    told = json.loads(here("check", extract, "--format", "json").out)
    assert told["summary"]["repeated"] == 1
    assert told["repeated"] == [
        {
            "case_id": "C-0104",
            "file": str(extract / "c.jsonl"),
            "line": 1,
            "repeats": {"file": str(extract / "a.json"), "line": None},
        }
    ]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["audit", "check"])
def test_many_are_counted_and_some_shown(here: Here, tmp_path: Path, command: str) -> None:
    file = tmp_path / "a.jsonl"
    small = json.loads(SAMPLES.joinpath("c-0103.json").read_bytes())
    small = {key: value for key, value in small.items() if not isinstance(value, list)}
    file.write_bytes((json.dumps(small).encode() + b"\n") * (MOST_REPEATED + 50))
    text = here(command, file, *(["--all"] if command == "audit" else [])).text
    assert text.count("this case id stands in") == MOST_REPEATED
    assert f"({MOST_REPEATED + 49} records)" in " ".join(text.split())


@pytest.mark.slow
def test_the_number_of_processes_does_not_matter(here: Here, extract: Path) -> None:
    one, two = (here("audit", extract, "--format", "jsonl", "--jobs", n) for n in ("1", "2"))
    assert one == two


def test_a_file_s_name_need_not_be_text() -> None:
    ids = CaseIds()
    assert ids.add("C-1", "\udcff.json", 3) is None
    assert ids.add("C-2", "b.json", None) is None
    assert ids.add("C-1", "b.json", None) == ("\udcff.json", 3)


def test_a_full_disk_is_told() -> None:
    ids = CaseIds()
    ids._database.execute("PRAGMA max_page_count = 2")
    with pytest.raises(OSError, match="the audit's temporary file cannot be written"):
        any(ids.add(f"C-{number}", "a", number) for number in range(10_000))
