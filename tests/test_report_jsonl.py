"""The JSON Lines report: a line a record, at once, and each line whole in itself."""

from __future__ import annotations

import io
import json

from amounts import tries
from hypothesis import given, settings
from report_fakes import RULES, items, small_audit, written

from casecheck.record.faults import Unreadable
from casecheck.report.audit.formats import open_report
from casecheck.results import CaseAudit


def test_a_line_is_the_element_of_cases_with_what_is_its_own() -> None:
    whole = json.loads(written("json", small_audit()))
    lines = [json.loads(line) for line in written("jsonl", small_audit()).splitlines()]
    cases = [line for line in lines if "case_id" in line]
    for case, element in zip(cases, whole["cases"], strict=True):
        own = {
            part: [one for one in whole[part] if one["case_id"] == case["case_id"]]
            for part in ("findings", "contradictions", "errors")
        }
        if not own["errors"]:
            del own["errors"]
        assert case == {**element, **own}
    assert [line for line in lines if "case_id" not in line] == whole["unreadable"]


def test_lines_come_in_reading_order_and_at_once() -> None:
    stream = io.StringIO()
    report = open_report("jsonl", stream, RULES, ())
    for number, item in enumerate(small_audit(), start=1):
        report.add(item)
        assert stream.getvalue().count("\n") == number
    report.finish()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["file"], line["line"]) for line in lines] == [
        (item.file, item.line) for item in small_audit()
    ]


def test_other_parameters_are_said_on_each_line() -> None:
    for line in written("jsonl", small_audit(), ["one", "two"]).splitlines():
        assert json.loads(line)["settings"] == ["one", "two"]
    assert "settings" not in written("jsonl", small_audit())


@settings(max_examples=tries(50))
@given(audit=items())
def test_no_content_breaks_a_line(audit: list[CaseAudit | Unreadable]) -> None:
    text = written("jsonl", audit)
    assert text.isascii()
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    assert len(lines) == len(audit)
    for line, item in zip(lines, audit, strict=True):
        if isinstance(item, CaseAudit):
            keys = [(one["lesson"], one["check"], one["pointers"]) for one in line["findings"]]
            assert keys == sorted(keys)
            assert len(keys) == len(item.findings)
            assert list(line["lessons"]) == list(item.lessons)
