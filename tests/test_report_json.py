"""The JSON report: the fixed keys, the fixed order, and fragments that are JSON."""

from __future__ import annotations

import io
import json

import pytest
from amounts import tries
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fakes import (
    BREACH,
    COMPLIANT,
    RULES,
    UNKNOWN,
    audited,
    finding,
    hostile_text,
    items,
    small_audit,
    written,
)

import casecheck
from casecheck.record.faults import Unreadable
from casecheck.report.audit import fragments
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS
from casecheck.report.audit.formats import Summary, open_report
from casecheck.results import CaseAudit


def test_holds_the_fixed_keys_and_nothing_of_the_audit_is_lost() -> None:
    report = json.loads(written("json", small_audit(), ["P1.1 carry_days is 14 (shipped: 28)."]))
    assert list(report) == [
        "casecheck",
        "rules",
        "settings",
        "waivers",
        "summary",
        "extract",
        "cases",
        "findings",
        "contradictions",
        "errors",
        "unreadable",
    ]
    assert report["casecheck"] == casecheck.__version__
    assert report["rules"] == {"digest": RULES.digest, "lessons": ["P1.1", "P2.2", "P7.1"]}
    assert report["settings"] == ["P1.1 carry_days is 14 (shipped: 28)."]
    assert report["summary"] == {
        "records": 4,
        "unreadable": 2,
        "contradictory": 1,
        "errors": 1,
        "lessons": {
            "P1.1": {
                "breach": 1,
                "insufficient_evidence": 1,
                "compliant": 2,
                "not_applicable": 0,
            },
            "P2.2": {
                "breach": 0,
                "insufficient_evidence": 0,
                "compliant": 4,
                "not_applicable": 0,
            },
            "P7.1": {
                "breach": 1,
                "insufficient_evidence": 0,
                "compliant": 2,
                "not_applicable": 0,
            },
        },
        "accepted": {
            lesson: {"breach": 0, "insufficient_evidence": 0} for lesson in ("P1.1", "P2.2", "P7.1")
        },
    }
    assert report["cases"][1] == {
        "case_id": "C-0102",
        "file": "cases/c-0102.json",
        "line": None,
        "lessons": {
            "P1.1": {
                "outcome": "insufficient_evidence",
                "checks": {
                    "chair-agreement": "compliant",
                    "risks-carried": "insufficient_evidence",
                },
            },
            "P2.2": {
                "outcome": "compliant",
                "checks": {"perpetrator-history-assessed": "compliant"},
            },
            "P7.1": {
                "outcome": "compliant",
                "checks": {"quorum": "compliant", "child-views": "compliant"},
            },
        },
    }
    assert "P7.1" not in report["cases"][3]["lessons"]
    assert report["findings"][1] == {
        "case_id": "C-0101",
        "lesson": "P1.1",
        "check": "risks-carried",
        "outcome": "breach",
        "message": "The risk of sexual_abuse identified on 2025-11-20 was still open when the "
        "category changed, and nothing carried it over within 28 days",
        "pointers": ["/category_changes/0", "/risks/1"],
        "fingerprint": "0000000000020d8e",
        "about": {"person": None, "pseudonym": None, "age": None},
        "due": None,
    }
    assert len(report["findings"]) == 6
    assert report["contradictions"] == [
        {
            "case_id": "C-0102",
            "pointers": ["/plans/0/start", "/plans/0/end"],
            "message": "the plan ends before it starts; both dates are taken as unknown",
        }
    ]
    assert report["errors"] == [
        {
            "case_id": "C-0104",
            "lesson": "P7.1",
            "message": "the engine could not evaluate this lesson on this record",
        }
    ]
    assert report["unreadable"] == [
        {
            "file": "cases/many.jsonl",
            "line": 2,
            "errors": [
                {"pointer": "/plans/0/level", "message": "not one of the levels of a plan"},
                {"pointer": "/opened_on", "message": "is after extracted_on"},
            ],
        },
        {
            "file": "cases/torn.json",
            "line": None,
            "errors": [{"pointer": "", "message": "the text ends too early"}],
        },
    ]


def test_an_empty_audit_is_an_object_too() -> None:
    report = json.loads(written("json", []))
    assert report["summary"]["records"] == 0
    assert report["cases"] == report["findings"] == report["unreadable"] == []


def test_rows_sort_as_plain_strings_and_fewer_pointers_come_first() -> None:
    found = [
        finding("C-1", "P7.1", "quorum", BREACH, *pointers)
        for pointers in (("/meetings/2",), ("/meetings/10",), ("/meetings",), ("/a", "/b"), ("/a",))
    ]
    report = json.loads(written("json", [audited("C-1", "a.json", findings=found)]))
    assert [one["pointers"] for one in report["findings"]] == [
        ["/a"],
        ["/a", "/b"],
        ["/meetings"],
        ["/meetings/10"],
        ["/meetings/2"],
    ]


def test_two_records_of_one_case_id_are_both_there() -> None:
    one = finding("C-1", "P7.1", "quorum", BREACH, "/meetings/0")
    two = finding("C-1", "P1.1", "chair-agreement", UNKNOWN, "/category_changes/0")
    both = [
        audited("C-1", "b.jsonl", 2, findings=[one]),
        audited("C-1", "b.jsonl", 10, findings=[two]),
    ]
    report = json.loads(written("json", both))
    assert [case["line"] for case in report["cases"]] == [2, 10]
    assert [one["lesson"] for one in report["findings"]] == ["P1.1", "P7.1"]


@settings(max_examples=tries(50))
@given(audit=items(), data=st.data())
def test_the_order_of_adding_changes_no_byte(
    audit: list[CaseAudit | Unreadable], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(audit))
    assert written("json", audit) == written("json", shuffled)


@settings(max_examples=tries(50))
@given(audit=items())
def test_everything_is_in_the_fixed_order(audit: list[CaseAudit | Unreadable]) -> None:
    text = written("json", audit)
    assert text.isascii()
    report = json.loads(text)

    findings = report["findings"]
    assert findings == sorted(
        findings, key=lambda f: (f["case_id"], f["lesson"], f["check"], f["pointers"])
    )
    pairs = report["contradictions"]
    assert pairs == sorted(pairs, key=lambda c: (c["case_id"], c["pointers"]))
    errors = report["errors"]
    assert errors == sorted(errors, key=lambda e: (e["case_id"], e["lesson"]))

    read = [item for item in audit if isinstance(item, CaseAudit)]
    by_case = sorted(read, key=lambda item: (item.case_id, item.file, item.line or 0))
    assert [(case["case_id"], case["line"]) for case in report["cases"]] == [
        (item.case_id, item.line) for item in by_case
    ]
    assert len(findings) == sum(len(item.findings) for item in read)
    assert len(pairs) == sum(len(item.contradictions) for item in read)
    assert len(errors) == sum(len(item.errors) for item in read)
    assert len(report["unreadable"]) == len(audit) - len(read)


@settings(max_examples=tries(50))
@given(audit=items())
def test_each_fragment_is_what_the_json_module_writes(audit: list[CaseAudit | Unreadable]) -> None:
    for line in written("jsonl", audit, ["a sentence"]).splitlines():
        assert json.dumps(json.loads(line)) == line


@given(text=hostile_text())
def test_a_string_is_quoted_so_that_any_json_reader_takes_it(text: str) -> None:
    quoted = fragments.quoted(text)
    assert quoted.isascii()
    json.loads(quoted).encode("utf-8")
    if "\udcff" not in text and text.isprintable():
        assert json.loads(quoted) == text


def test_the_byte_of_an_undecodable_name_is_written_as_its_escape() -> None:
    assert json.loads(fragments.quoted("caf\udce9.json")) == "caf\\xe9.json"


def test_the_summary_counts_what_the_exit_status_needs() -> None:
    summary = Summary(RULES)
    assert summary.complete
    assert summary.total(BREACH) == 0
    for item in small_audit()[:3]:
        summary.add(item)
    assert summary.complete
    assert (summary.total(BREACH), summary.total(UNKNOWN), summary.total(COMPLIANT)) == (2, 1, 6)
    summary.add(small_audit()[4])
    assert (summary.complete, summary.errors, summary.unreadable) == (False, 1, 0)


def test_an_unreadable_input_alone_makes_the_audit_incomplete() -> None:
    summary = Summary(RULES)
    summary.add(small_audit()[3])
    assert (summary.complete, summary.records, summary.unreadable) == (False, 0, 1)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_counts_the_same(name: str) -> None:
    report = open_report(name, io.TextIOWrapper(io.BytesIO()), RULES, ())
    for item in small_audit():
        report.add(item)
    counts = report.summary
    assert (counts.records, counts.unreadable, counts.contradictory, counts.errors) == (4, 2, 1, 1)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_that_parameters_are_not_as_shipped(name: str) -> None:
    for audit in ([], small_audit()):
        sentence = "P1.1 carry_days is 14 days (shipped: 28 days)."
        shown = sentence in written(name, audit, [sentence])
        assert shown is (name != "jsonl" or bool(audit))
        assert sentence not in written(name, audit)


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="text, json, jsonl, csv, sarif, html"):
        open_report("pdf", io.StringIO(), RULES, ())
