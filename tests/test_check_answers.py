"""Which checks an extract answers: counted by what its records carry, and kept by what is found."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from datetime import date
from typing import Any

import put_back
import pytest
import random_records
import shipped
from amounts import tries
from random_records import Record
from test_hangs_on import auditor, record

from casecheck.audit.check_answers import ExtractAnswers, answer_of
from casecheck.lessons.check_reads import reads_of
from casecheck.record.carried import WHOLE, Carried, PartOf
from casecheck.record.coverage import PerhapsRow
from casecheck.record.validation import read_record
from casecheck.report.audit.formats import open_report
from casecheck.results import CaseAudit, Outcome

COUNCIL = {"people", "plans", "assessments", "referrals", "risks", "meetings", "incidents"}
"""What most case management systems export."""


def carried(of: Record) -> Carried:
    return read_record(json.dumps(of).encode()).carried


def answers(*records: Record | Carried) -> dict[str, Any]:
    counted = ExtractAnswers(shipped.every_rule())
    for one in records:
        counted.add(one if isinstance(one, Carried) else carried(one))
    checks: dict[str, Any] = counted.as_json()["checks"]
    return checks


LACKING = tuple(name for name in random_records.FIELDS if name not in COUNCIL)
COUNCILS = Carried(LACKING)


@pytest.mark.parametrize(
    ("check", "answer", "settle"),
    [
        ("P1.1 chair-agreement", "not", ["category_changes", "chair_agreements"]),
        ("P1.1 replacement-carries-risks", "partly", ["mitigations", "actions"]),
        ("P2.1 child-sexual-abuse-training", "not", ["workers", "training", "category_changes"]),
        ("P3.1 timely", "answered", []),
        ("P3.1 child-focused-plan", "finds_whom_to_ask", ["actions"]),
        ("P4.1 chronology-current", "finds_whom_to_ask", ["tools", "category_changes"]),
        ("P5.1 no-drift", "partly", ["court_orders", "category_changes"]),
        ("P7.1 quorum", "answered", []),
        ("P8.2 marac-decides", "finds_whom_to_ask", ["marac_decisions"]),
    ],
)
def test_what_a_councils_usual_export_answers(check: str, answer: str, settle: list[str]) -> None:
    told = answers(COUNCILS)[check]
    assert {name for name, number in told.items() if number == 1} == {answer}
    assert told["would_settle"] == settle


def test_records_are_counted_and_a_whole_one_is_answered() -> None:
    told = answers(record(), COUNCILS, COUNCILS)["P7.1 actions-implemented"]
    assert (told["answered"], told["not"]) == (1, 2)
    assert all(one["would_settle"] == [] for one in answers(record()).values())
    assert carried(record()) is WHOLE


def test_kinds_that_a_check_does_not_read_may_be_missing() -> None:
    kinds = sorted(set(random_records.MEETINGS) - {"strategy", "legal_planning"})
    told = answers(record(coverage={"meetings": {"only": kinds}}))
    assert told["P7.1 first-core-group"]["answered"] == 1
    assert told["P5.1 no-drift"]["partly"] == 1


def test_a_field_that_is_not_carried_leaves_those_in_part_that_read_it() -> None:
    told = answers(record(coverage={"actions": {"without": ["closed_on"]}}))
    assert told["P7.1 actions-implemented"]["partly"] == 1
    assert told["P7.1 child-focused-plan"]["answered"] == 1


def test_sections_are_counted_as_absent_or_partial() -> None:
    counted = ExtractAnswers(None)
    counted.add(carried(record(risks=None)))
    counted.add(carried(record(coverage={"meetings": {"incomplete": True}})))
    assert counted.as_json() == {
        "records": 2,
        "sections": {"risks": {"absent": 1, "partial": 0}, "meetings": {"absent": 0, "partial": 1}},
        "checks": {},
    }


@pytest.mark.slow
def test_what_is_never_answered_is_never_found() -> None:
    """No record tells anything of a check of which its answer is `not`, or whom to ask only."""
    rules = shipped.every_rule()
    reads = {
        (lesson.id, check.id): reads_of(check, rules.concepts)
        for lesson in rules.lessons
        for check in lesson.checks
    }
    told = (Outcome.BREACH, Outcome.COMPLIANT)
    seen: Counter[str] = Counter()
    for seed in range(tries(250)):
        rng = random.Random(f"answers {seed}")
        part = put_back.parted(put_back.whole(rng), rng)
        has = carried(part)
        audited = shipped.audit(part, auditor())
        for check, outcome in outcomes(audited).items():
            answer = answer_of(reads[check], has)
            seen[answer] += 1
            assert answer not in ("not", "finds_whom_to_ask") or outcome not in told, (seed, check)
        for finding in audited.findings:
            if answer_of(reads[finding.lesson, finding.check], has) == "answered":
                assert not any(one.reason == "not_in_extract" for one in finding.unknown), seed
    assert min(seen[one] for one in ("answered", "partly", "finds_whom_to_ask", "not")) > 0


def outcomes(audited: CaseAudit) -> dict[tuple[str, str], Outcome]:
    return {
        (lesson, check): outcome
        for lesson, result in audited.lessons.items()
        for check, outcome in result.checks.items()
    }


def test_sarif_says_once_what_the_extract_leaves_open() -> None:
    lacking = record(category_changes=None, chair_agreements=None)
    audits = [shipped.audit({**lacking, "case_id": f"C-{number}"}) for number in (101, 102)]
    stream = io.StringIO()
    report = open_report("sarif", stream, shipped.rules(), ())
    for audited in audits:
        report.add(audited)
    report.finish()
    (run,) = json.loads(stream.getvalue())["runs"]
    assert not any(one["ruleId"] == "P1.1/chair-agreement" for one in run["results"])
    told = run["invocations"][0]["toolExecutionNotifications"]
    (once,) = [
        one
        for one in told
        if one["properties"] == {"lesson": "P1.1", "check": "chair-agreement", "count": 2}
    ]
    assert once["associatedRule"] == {"id": "P1.1/chair-agreement"}


def test_first_days_are_left_out_once_for_all_records_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Carried] = []

    def dateless(one: Carried) -> Carried:
        asked.append(one)
        return one

    monkeypatch.setattr(Carried, "dateless", property(dateless))
    counted = ExtractAnswers(None)
    two = [
        Carried((), (PartOf("plans", (PerhapsRow(before=date(2025, 4, day)),)),)) for day in (1, 2)
    ]
    for _ in range(50):
        for one in two:
            counted.add(one)
    assert counted.records == 100
    assert counted.sections() == {"plans": {"absent": 0, "partial": 100}}
    assert asked == two
