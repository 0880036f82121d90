"""The sample cases show what their stories say, and every check both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import oracle
import pytest
import shipped
import yaml

from casecheck.intake.files import find_texts
from casecheck.intake.records import ReadRecord, parse
from casecheck.intake.texts import RecordText
from casecheck.record.model import CaseRecord
from casecheck.results import CaseAudit

FOLDER = shipped.ROOT / "sample_cases"
EXPECTED = yaml.safe_load(
    (Path(__file__).parent / "sample_cases_expected.yaml").read_text(encoding="utf-8")
)


def texts() -> Iterator[RecordText]:
    for text in find_texts([str(FOLDER)], BytesIO()):
        assert isinstance(text, RecordText), text
        yield text


@pytest.fixture(scope="module")
def audits() -> dict[str, CaseAudit]:
    read = []
    for text in texts():
        record = parse(text)
        assert isinstance(record, CaseRecord), record
        read.append(ReadRecord(record, text.file, text.line))
    return {one.case_id: one for one in shipped.auditor().audit(read)}


def test_there_are_enough_and_all_are_told_of(audits: dict[str, CaseAudit]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert len(audits) >= 30
    for case_id, audited in audits.items():
        assert case_id in readme or Path(audited.file).name in readme
        assert case_id in EXPECTED


@pytest.mark.parametrize("case_id", EXPECTED)
def test_each_story_comes_out_as_worked_by_hand(case_id: str, audits: dict[str, CaseAudit]) -> None:
    found = {
        f"{lesson}/{check}": outcome
        for (lesson, check), outcome in shipped.outcomes(audits[case_id]).items()
    }
    assert {name: found[name] for name in EXPECTED[case_id]} == EXPECTED[case_id]


def test_the_oracle_agrees(audits: dict[str, CaseAudit]) -> None:
    for text in texts():
        record: dict[str, Any] = json.loads(text.data)
        audited = audits[record["case_id"]]
        for lesson, checks in oracle.audit(record).items():
            for check, said in checks.items():
                assert audited.lessons[lesson].checks[check] == said.outcome, (text.file, check)


def test_every_check_is_shown_breached_and_compliant(audits: dict[str, CaseAudit]) -> None:
    shown = {
        (*check, outcome)
        for audited in audits.values()
        for check, outcome in shipped.outcomes(audited).items()
    }
    for lesson in shipped.rules().lessons:
        for check in lesson.checks:
            for outcome in ("breach", "compliant"):
                assert (lesson.id, check.id, outcome) in shown


def test_there_is_a_contradiction_and_a_missing_section(audits: dict[str, CaseAudit]) -> None:
    assert any(audited.contradictions for audited in audits.values())
    assert any(
        pointer.count("/") == 1
        for audited in audits.values()
        for finding in audited.findings
        for pointer in finding.pointers
    )
