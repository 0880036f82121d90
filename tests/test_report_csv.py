"""The CSV report: a row a finding, nothing lost, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from amounts import tries
from hypothesis import example, given, settings
from report_fakes import (
    BREACH,
    audited,
    finding,
    hostile_text,
    items,
    small_audit,
    written,
)

from casecheck.record.faults import Unreadable
from casecheck.report.audit.csv_report import COLUMNS, harmless
from casecheck.results import CaseAudit

GOLDEN = """\
kind,case_id,file,line,lesson,check,outcome,message,pointers,fingerprint,accepted,shortfall,severity,tags,\
about_person,about_pseudonym,age,due,unknown
setting,,,,,,,P1.1 carry_days is 14,,,,,,,,,,,
finding,C-1,a.jsonl,7,P7.1,quorum,breach,"Three agencies, or ""more"", were not there",\
/meetings/0 /plans/1,0000000000009a7d,,,medium,,,,,,
summary,,,,,,,"records 1, unreadable 0, contradictory 0, errors 0",,,,,,,,,,,
summary,,,,P1.1,,,"breach 0, insufficient_evidence 0, compliant 1, not_applicable 0",,,,,,,,,,,
summary,,,,P2.2,,,"breach 0, insufficient_evidence 0, compliant 1, not_applicable 0",,,,,,,,,,,
summary,,,,P7.1,,,"breach 1, insufficient_evidence 0, compliant 0, not_applicable 0",,,,,,,,,,,
"""


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def test_is_a_byte_order_mark_and_rfc_4180() -> None:
    found = finding(
        "C-1",
        "P7.1",
        "quorum",
        BREACH,
        "/meetings/0",
        "/plans/1",
        message='Three agencies, or "more", were not there',
    )
    audit = [audited("C-1", "a.jsonl", 7, findings=[found])]
    text = written("csv", audit, ["P1.1 carry_days is 14"])
    golden = re.sub("[0-9a-f]{16}", found.fingerprint, GOLDEN)
    assert text == "\ufeff" + golden.replace("\n", "\r\n")


def test_each_thing_has_its_row() -> None:
    rows = rows_of(written("csv", small_audit()))
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "finding": 6,
        "contradiction": 1,
        "unreadable": 3,
        "error": 1,
        "summary": 4,
    }
    assert [row for row in rows if row["kind"] == "error"] == [
        dict.fromkeys(COLUMNS, "")
        | {
            "kind": "error",
            "case_id": "C-0104",
            "file": "cases/many.jsonl",
            "line": "3",
            "lesson": "P7.1",
            "message": "the engine could not evaluate this lesson on this record",
        }
    ]
    assert all(bool(row["outcome"]) is (row["kind"] == "finding") for row in rows)


def test_an_unreadable_input_without_a_reason_still_has_a_row() -> None:
    rows = rows_of(written("csv", [Unreadable("a.json", None, ())]))
    assert (rows[0]["kind"], rows[0]["file"], rows[0]["line"]) == ("unreadable", "a.json", "")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("  =1", "'  =1"),
        ("'=1", "''=1"),
        ('"=1', "'\"=1"),
        ("a;=1", "a;'=1"),
        ("a, -1", "a,' -1"),
        ("\t=1", "\\t=1"),
        ("\r=1", "\\r=1"),
        ("\u3000=1", "\\u3000=1"),
        ("\u200b=1", "\\u200b=1"),
        ("a=1", "a=1"),
        ("2026-03-02", "2026-03-02"),
        ("/risks/0", "/risks/0"),
        ("", ""),
    ],
)
def test_no_cell_begins_a_formula(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


def begins_formula(cell: str) -> bool:
    return cell.strip(' \t\r\n"').startswith(tuple("=+-@＝＋－＠\t\r\n"))


@given(text=hostile_text())
@example("a|=b")
def test_no_separator_of_any_locale_makes_a_formula(text: str) -> None:
    cell = harmless(text)
    assert not any(begins_formula(part) for part in re.split("[,;|\t]", cell))
    assert cell.isprintable()


@settings(max_examples=tries(50))
@given(audit=items())
def test_reads_back_whole_and_harmless(audit: list[CaseAudit | Unreadable]) -> None:
    text = written("csv", audit)
    text.encode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    rows = rows_of(text)
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert not any(begins_formula(cell) for row in rows for cell in row.values())
    report = json.loads(written("json", audit))
    for kind, part in (
        ("finding", "findings"),
        ("contradiction", "contradictions"),
        ("error", "errors"),
    ):
        assert sum(row["kind"] == kind for row in rows) == len(report[part])
    assert sum(row["kind"] == "unreadable" for row in rows) == sum(
        max(1, len(one["errors"])) for one in report["unreadable"]
    )
