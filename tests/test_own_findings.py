"""Which findings are a case's own: each report for people tells the same, and weighs them alone."""

from __future__ import annotations

import json
from datetime import date

import pytest
from command_line import SAMPLES
from once import made_once
from report_fakes import BREACH, UNKNOWN, audited, finding, written

from casecheck import api
from casecheck.audit import check_answers
from casecheck.audit.check_answers import ChecksByCarried, Unanswerable
from casecheck.audit.either_way import OneWay
from casecheck.audit.gravity import CaseWeights
from casecheck.record.carried import WHOLE, Carried, PartOf
from casecheck.record.coverage import PerhapsRow
from casecheck.report.audit.sheets import look_up_rows
from casecheck.results import CaseAudit, Finding, Outcome, Unknown

with made_once():
    RULES = api.load_rules()


def blank(check: str, message: str, *unknown: Unknown) -> Finding:
    found = finding("C-1", "P7.1", check, UNKNOWN, "/meetings/0", message=message)
    return found._replace(unknown=unknown)


NOTHING_RECORDED = Unknown("/meetings/0/attended", "not_recorded")
LACKING = Unknown("/actions", "not_in_extract")
OF_EXTRACT = blank("quorum", "Only the extract leaves this open.", LACKING)
NEVER = blank("child-views", "No answer to this is ever there.", NOTHING_RECORDED, LACKING)
OWN = finding("C-1", "P1.1", "risks-carried", UNKNOWN, "/risks/0", message="Ask the file this.")
BREACHED = finding("C-1", "P7.1", "child-views", BREACH, "/meetings/1", message="This was missed.")


def case(*findings: Finding) -> CaseAudit:
    """A record that can never answer whether the views of children were heard."""
    audit = audited("C-1", "a.json", findings=findings)
    return audit._replace(unanswerable=frozenset({("P7.1", "child-views")}))


def test_a_breach_is_a_cases_own_and_what_no_blank_settles_is_not() -> None:
    assert case(OF_EXTRACT, NEVER, OWN, BREACHED).own == (OWN, BREACHED)
    assert audited("C-1", "a.json", findings=[NEVER]).own == (NEVER,)


@pytest.mark.parametrize("format_name", ["text", "html", "xlsx", "sarif"])
def test_each_report_tells_of_the_case_what_is_its_own(format_name: str) -> None:
    text = written(format_name, [case(OF_EXTRACT, NEVER, OWN, BREACHED)])
    for told in (OWN, BREACHED):
        assert told.message in text
    for of_extract in (OF_EXTRACT, NEVER):
        assert of_extract.message not in text


def test_sarif_counts_what_it_tells_of_no_case() -> None:
    (run,) = json.loads(written("sarif", [case(OF_EXTRACT, NEVER, OWN)]))["runs"]
    (invocation,) = run["invocations"]
    counted = {
        one["properties"]["check"]: one["properties"]["count"]
        for one in invocation["toolExecutionNotifications"]
    }
    assert counted == {"quorum": 1, "child-views": 1}


def test_a_blank_that_settles_nothing_is_not_to_be_looked_up() -> None:
    assert list(look_up_rows(case(OF_EXTRACT, NEVER))) == []
    assert len(list(look_up_rows(audited("C-1", "a.json", findings=[NEVER])))) == 1


def test_a_case_weighs_by_its_own_findings() -> None:
    assert CaseWeights().of(case(OF_EXTRACT, NEVER)) == 1
    assert CaseWeights().of(case(OF_EXTRACT, NEVER, OWN, BREACHED)) == 1 + 2 + 4


@pytest.mark.parametrize("format_name", ["text", "html", "xlsx"])
def test_what_the_extract_lacks_puts_no_case_before_another(format_name: str) -> None:
    lacking = case(OF_EXTRACT, NEVER, OWN)
    other = finding("C-2", "P1.1", "chair-agreement", BREACH, "/plans/0", message="No chair.")
    text = written(format_name, [lacking, audited("C-2", "b.json", findings=[other])])
    assert 0 <= text.index(other.message) < text.index(OWN.message)


def test_a_record_that_is_whole_may_answer_every_check() -> None:
    assert Unanswerable(RULES).of(WHOLE) == frozenset()


def test_what_a_record_can_never_answer_hangs_on_what_it_carries() -> None:
    unanswerable = Unanswerable(RULES)
    without = unanswerable.of(Carried(("meetings",)))
    assert ("P7.1", "quorum") in without
    assert without < unanswerable.of(Carried(("meetings", "plans")))
    assert unanswerable.of(Carried(("meetings",))) is without


@pytest.mark.parametrize("of", [Unanswerable(RULES), OneWay(RULES)])
def test_records_that_differ_by_their_first_days_are_worked_out_once(of: ChecksByCarried) -> None:
    """Each record of an extract may have its own; what has none is another matter."""

    def since(day: date | None) -> Carried:
        return Carried(("meetings",), (PartOf("plans", (PerhapsRow(before=day),)),))

    first = of.of(since(date(2025, 4, 1)))
    assert of.of(since(date(2026, 1, 5))) is first
    assert first
    assert of.of(since(None)) is not first
    assert first == type(of)(RULES).of(since(date(2026, 1, 5)))


def test_no_more_forms_are_kept_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_answers, "_MOST_KEPT", 2)
    unanswerable = Unanswerable(RULES)
    sections = ("meetings", "plans", "visits", "meetings")
    said = [unanswerable.of(Carried((section,))) for section in sections]
    assert said[0] == said[3]
    assert said[0] is not said[3]


def test_an_audit_says_what_its_record_can_never_answer() -> None:
    data = json.loads((SAMPLES / "c-0101.json").read_text(encoding="utf-8"))
    without = {name: rows for name, rows in data.items() if name != "meetings"}
    with made_once():
        whole, lacking = api.audit_records([data, without], RULES)
    assert isinstance(whole, CaseAudit)
    assert isinstance(lacking, CaseAudit)
    assert whole.unanswerable == Unanswerable(RULES).of(whole.carried)
    assert lacking.unanswerable == Unanswerable(RULES).of(lacking.carried)
    assert ("P7.1", "quorum") in lacking.unanswerable - whole.unanswerable
    doubts = [one for one in lacking.own if one.outcome is not Outcome.BREACH]
    assert not [one for one in doubts if (one.lesson, one.check) in lacking.unanswerable]
