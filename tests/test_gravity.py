"""One order of gravity, by checks and not by their instances, in the report and in the sample."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest
from report_fakes import audited, finding, written

from casecheck.audit.gravity import CaseWeights, Gravity, gravest_lesson, gravity
from casecheck.qag.sampling.weights import Weights
from casecheck.qag.store.store import FrameCase, StoredFinding
from casecheck.results import CaseAudit, EngineError, Finding, Outcome, Waiver

BREACH, UNKNOWN = Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE
WAIVER = Waiver("", "known", "the board", date(2027, 1, 1))


LESSONS = {"risks-carried": "P1.1"}


def case(case_id: str, *found: tuple[str, Outcome, int], accepted: bool = False) -> CaseAudit:
    """A case with so many findings of each check, of P7.1 where nothing else is said."""
    findings: list[Finding] = [
        finding(case_id, LESSONS.get(check, "P7.1"), check, outcome, f"/meetings/{row}")._replace(
            waiver=WAIVER if accepted else None
        )
        for check, outcome, times in found
        for row in range(times)
    ]
    return audited(case_id, f"{case_id}.json", findings=findings)


LONG = case("C-1", ("quorum", BREACH, 100))
TWO = case("C-2", ("quorum", BREACH, 1), ("child-views", BREACH, 1))
DOUBTS = case(
    "C-3", ("quorum", UNKNOWN, 1), ("child-views", UNKNOWN, 1), ("risks-carried", UNKNOWN, 1)
)
BOTH = case("C-4", ("quorum", BREACH, 3), ("quorum", UNKNOWN, 9))
ACCEPTED = case("C-0", ("quorum", BREACH, 9), ("child-views", BREACH, 9), accepted=True)
ERROR = audited("C-5", "C-5.json", errors=[EngineError("C-5", "P1.1", "could not")])


@pytest.mark.parametrize(
    ("audit", "expected", "weight"),
    [
        (LONG, Gravity(1, 0, 0), 5),
        (TWO, Gravity(2, 0, 0), 9),
        (DOUBTS, Gravity(0, 3, 0), 7),
        (BOTH, Gravity(1, 0, 0), 5),
        (ACCEPTED, Gravity(0, 0, 0), 1),
        (ERROR, Gravity(0, 0, 1), 3),
    ],
)
def test_checks_count_and_not_their_instances(
    audit: CaseAudit, expected: Gravity, weight: int
) -> None:
    standing = [
        (one.lesson, one.check, one.outcome, one.severity)
        for one in audit.findings
        if one.waiver is None
    ]
    assert gravity(standing, len(audit.errors)) == expected
    assert expected.weight() == CaseWeights().of(audit) == weight


def test_the_report_puts_a_long_record_after_one_with_more_checks() -> None:
    text = written("text", [LONG, ACCEPTED, DOUBTS, BOTH, TWO])
    assert re.findall("^(C-.)  ", text, re.MULTILINE) == ["C-2", "C-3", "C-1", "C-4", "C-0"]
    assert "C-1  100 breaches of 1 check, weight 5  C-1.json" in text
    assert "C-2  2 breaches, weight 9  C-2.json" in text
    assert "casecheck explain C-2 C-2.json" in text


def _framed(audit: CaseAudit) -> FrameCase:
    outcomes: Mapping[tuple[str, str], Outcome] = {("P1.1", ""): BREACH, ("P7.1", ""): BREACH}
    findings = tuple(
        StoredFinding(
            one.lesson, one.check, one.outcome, one.fingerprint, one.pointers, bool(one.waiver)
        )
        for one in audit.findings
    )
    return FrameCase(
        1, audit.case_id, audit.file, None, "", "2026-06-30", None, None, None, outcomes, findings
    )


def test_the_sample_weighs_as_the_report_orders() -> None:
    audits = [LONG, ACCEPTED, DOUBTS, BOTH, TWO]
    for audit in audits:
        assert Weights().of(_framed(audit), ["P1.1", "P7.1"])[0] == CaseWeights().of(audit)
    order = re.findall("^(C-.)  ", written("text", audits), re.MULTILINE)
    weights = {one.case_id: CaseWeights().of(one) for one in audits}
    assert [weights[one] for one in order] == sorted(weights.values(), reverse=True)


def test_the_gravest_lesson_is_that_of_a_breach_then_of_a_doubt_then_of_the_extract() -> None:
    assert gravest_lesson(audited("C-6", "C-6.json")) is None
    both = case("C-7", ("risks-carried", UNKNOWN, 1), ("quorum", BREACH, 1))
    assert gravest_lesson(both) == "P7.1"
    doubt = case("C-8", ("quorum", UNKNOWN, 1))
    assert gravest_lesson(doubt) == "P7.1"
    lacking = frozenset({("P7.1", "quorum")})
    of_extract = doubt._replace(unanswerable=lacking)
    assert not of_extract.own
    assert gravest_lesson(of_extract) == "P7.1"
    own = case("C-9", ("risks-carried", UNKNOWN, 1), ("quorum", UNKNOWN, 1))
    assert gravest_lesson(own._replace(unanswerable=lacking)) == "P1.1"
    other = case("C-10", ("quorum", UNKNOWN, 1), ("risks-carried", UNKNOWN, 1))
    own_later = other._replace(unanswerable=frozenset({("P1.1", "risks-carried")}))
    assert gravest_lesson(own_later) == "P7.1"


def test_a_board_is_told_by_what_it_weighs() -> None:
    words = CaseWeights().in_words()
    assert words.startswith("A case weighs 1, and for each check 4 where it is in breach and 2")
    assert words.endswith("half of low.")
    told = CaseWeights(breach=9, times={"P7.1": 3, "P1.1/quorum": 0}).in_words()
    assert "for each check 9 where it is in breach" in told
    assert told.endswith("; as the board weighs them, P7.1 3 times, P1.1/quorum 0 times.")
