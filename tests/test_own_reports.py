"""A report that was saved among the records is no record the next time."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from pathlib import Path

import pytest
from amounts import few
from command_line import SAMPLES, Here
from qag_store import prepared

from casecheck.intake.files import PassedOver, find_texts
from casecheck.intake.own_reports import is_own_report
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    folder = tmp_path / "extract"
    folder.mkdir()
    shutil.copy(SAMPLES / "c-0104.json", folder)
    shutil.copy(SAMPLES / "small-families.jsonl", folder)
    return folder


@pytest.mark.parametrize("how", few(FORMATS, "text", "json", "html"))
@pytest.mark.parametrize(
    "name", few(["report.{}", "report.json", "report.jsonl", "REPORT.NDJSON"], "report.{}")
)
def test_a_report_of_an_audit(here: Here, extract: Path, how: str, name: str) -> None:
    if how == "xlsx":  # nobody calls a workbook so, and its own name is no record's
        name = "report.{}"
    before = here("audit", extract, "--format", "jsonl")
    output = extract / name.format("txt" if how == "text" else how)
    assert here("audit", extract, "--format", how, "--output", output).status == 0
    again = here("audit", extract, "--format", "jsonl")
    assert (again.status, again.out) == (0, before.out)
    assert again.told.count(output.name) == (how != "xlsx")
    assert ("Passed over, reports that casecheck wrote" in again.told) is (how != "xlsx")
    # And the same command can be given again, as every month.
    assert here("audit", extract, "--format", how, "--output", output).status == 0


@pytest.mark.parametrize(
    "words",
    few(
        [("check",), ("audit", "--rules", "statutory"), ("audit", "--set", "P1.1.carry_days=3")],
        ("check",),
    ),
)
def test_reports_of_other_kinds_as_json(here: Here, extract: Path, words: tuple[str, ...]) -> None:
    told = here(words[0], extract, *words[1:], "--format", "json")
    extract.joinpath("told.json").write_bytes(told.out)
    extract.joinpath("told.json.gz").write_bytes(gzip.compress(told.out))
    again = here("audit", extract)
    assert again.status == 0
    assert "told.json" in again.told
    assert "told.json.gz" in again.told


def test_what_the_audit_cycle_writes(here: Here, extract: Path, tmp_path: Path) -> None:
    store = prepared(tmp_path)
    sample = ("sample", "--store", store, "--size", "5", "--seed", "a b")
    told = {
        "sample.json": here(*sample, "--format", "json"),
        "compared.json": here("compare", "1", "2", "--store", store, "--format", "json"),
        "log.jsonl": here("judge", "--store", store, "--export", "-"),
        "schema.json": here("schema"),
    }
    for name, ended in told.items():
        assert ended.status == 0, ended.told
        extract.joinpath(name).write_bytes(ended.out)
    again = here("audit", extract)
    assert again.status == 0, again.text[-500:]
    for name in told:
        assert name in again.told


def test_a_report_of_unreadable_records_only(here: Here, extract: Path) -> None:
    extract.joinpath("bad.json").write_bytes(b"{")
    report = here("audit", extract / "bad.json", "--format", "jsonl")
    extract.joinpath("bad.json").unlink()
    extract.joinpath("report.jsonl").write_bytes(report.out)
    assert here("audit", extract).status == 0


def test_a_report_that_is_named_is_read_and_is_no_record(here: Here, extract: Path) -> None:
    report = extract / "report.json"
    here("audit", extract, "--output", report)
    ended = here("audit", report)
    assert ended.status == 3
    assert "a report that casecheck wrote, and no case record; give the records" in ended.text


def test_a_folder_of_reports_alone_holds_no_record(here: Here, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    here("audit", SAMPLES / "c-0104.json", "--output", folder / "report.json")
    ended = here("audit", folder)
    assert ended.status == 3
    assert "a folder without a record file" in ended.text


def test_no_record_is_taken_for_a_report() -> None:
    """Whatever stands first in it: a report begins with what the format does not have."""
    record = json.loads(SAMPLES.joinpath("c-0104.json").read_bytes())
    for first in record:
        turned = {first: record[first], **record}
        assert not is_own_report(json.dumps(turned).encode())
        assert not is_own_report(b"\xef\xbb\xbf" + json.dumps(turned, indent=2).encode())


def test_every_sample_case_is_read() -> None:
    passed = PassedOver()
    assert sum(1 for _ in find_texts([str(SAMPLES)], io.BytesIO(), passed)) == 58
    assert passed.notes() == []
