"""The tables for data tools: what they hold, and that the same input makes the same bytes."""

from __future__ import annotations

import doctest
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, casecheck
from report_fakes import RULES, small_audit, written

from casecheck.report.audit import parquet
from casecheck.report.audit.formats import open_report
from casecheck.report.audit.ordering import findings_in_order
from casecheck.results import CaseAudit, Waiver

pytestmark = pytest.mark.slow
WHY = "pyarrow is not installed: pip install 'casecheck[parquet]'"
arrow = pytest.importorskip("pyarrow.parquet", reason=WHY)


def tables(notices: tuple[str, ...] = ()) -> dict[str, bytes]:
    files = parquet.TableFiles(io.BytesIO(), io.BytesIO(), io.BytesIO())
    report = open_report("parquet", files, RULES, ["a setting"])
    for item in small_audit():
        report.add(item)
    report.finish(notices, ["a note"])
    return {name: getattr(files, name).getvalue() for name in files._fields}


def rows(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = arrow.read_table(io.BytesIO(content)).to_pylist()
    return found


def _in_force(waiver: Waiver) -> dict[str, object]:
    return {"reason": waiver.reason, "who": waiver.who, "until": waiver.until}


@pytest.mark.parametrize("at_once", [1, 2, 20_000])
def test_rows_say_what_the_json_report_says(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", at_once)
    whole = json.loads(written("json", small_audit()))
    held = {name: rows(content) for name, content in tables().items()}
    keys = ("case_id", "lesson", "check", "outcome", "message", "pointers", "fingerprint", "about")
    found = [tuple(map(str, map(one.get, keys))) for one in held["findings"]]
    assert sorted(found) == sorted(tuple(map(str, map(one.get, keys))) for one in whole["findings"])
    for told in held["findings"]:
        (same,) = [
            one for item in small_audit() if isinstance(item, CaseAudit)
            for one in findings_in_order(item.findings)
            if (one.fingerprint, one.case_id) == (told["fingerprint"], told["case_id"])
        ]  # fmt: skip
        assert (told["due"], told["shortfall"]) == (same.due, same.shortfall or None)
        assert told["unknown"] == [one._asdict() for one in same.unknown]
        assert told["waiver"] == (same.waiver and _in_force(same.waiver))
    outcomes = {
        (one["case_id"], one["lesson"], one["check"]): one["outcome"]
        for one in held["outcomes"] if one["error"] is None
    }  # fmt: skip
    for case in whole["cases"]:
        for lesson, result in case["lessons"].items():
            assert outcomes.pop((case["case_id"], lesson, None)) == result["outcome"]
            for check, outcome in result["checks"].items():
                assert outcomes.pop((case["case_id"], lesson, check)) == outcome
    assert not outcomes
    errors = [one for one in held["outcomes"] if one["error"]]
    assert len(errors) == len(whole["errors"])
    assert all(one["outcome"] is None for one in errors)


def test_what_could_not_be_read_is_a_row_without_a_case_id() -> None:
    cases = rows(tables()["cases"])
    whole = json.loads(written("json", small_audit()))
    unreadable = [one for one in cases if one["case_id"] is None]
    assert [(one["file"], one["line"], one["unreadable"]) for one in unreadable] == [
        (one["file"], one["line"], one["errors"]) for one in whole["unreadable"]
    ]
    assert len(cases) == len(whole["cases"]) + len(unreadable)
    assert {type(one["extracted_on"]) for one in cases if one["case_id"]} == {date}


def test_each_file_says_by_which_rules_and_what_was_counted() -> None:
    whole = json.loads(written("json", small_audit()))
    for content in tables(("a waiver",)).values():
        about = json.loads(arrow.read_metadata(io.BytesIO(content)).metadata[b"casecheck"])
        assert (about["settings"], about["waivers"]) == (["a setting"], ["a waiver"])
        assert about["digest"] == whole["rules"]["digest"]
        assert about["summary"]["records"] == whole["summary"]["records"]
        assert about["summary"]["lessons"] == whole["summary"]["lessons"]


def test_the_same_input_makes_the_same_bytes() -> None:
    assert tables() == tables()


def test_the_queries_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("duckdb", "pandas"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install {name}")
    results = tmp_path / "results"
    other = results / "other.txt"
    results.mkdir()
    other.write_text("kept")
    audit = ("audit", "sample_cases/", "--format", "parquet", "--output", results)
    assert casecheck(*audit).status == 0
    before = {file.name: file.read_bytes() for file in results.iterdir()}
    assert casecheck(*audit).status == 0
    assert {file.name: file.read_bytes() for file in results.iterdir()} == before
    assert sorted(before) == sorted([other.name, *parquet.FILES])
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "columnar.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried > 10
    assert not failed


def test_tables_need_a_folder(tmp_path: Path) -> None:
    ended = casecheck("audit", "sample_cases/", "--format", "parquet")
    assert ended.status == 2
    assert "name a folder" in ended.told
    file = tmp_path / "a.txt"
    file.write_text("")
    ended = casecheck("audit", "sample_cases/", "--format", "parquet", "--output", file)
    assert ended.status == 2
    assert "needs a folder" in ended.told
