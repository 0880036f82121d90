"""No sentence of a finding says that something is not shown which the record shows.

Each breach of the sample cases and of many random records is read against the record's own rows, by
plain readings written for this test: of each check, what its sentence says is not there.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
import random_records
import shipped
from amounts import tries
from once import auditor_of
from test_falling_short import without_shortfalls

from casecheck.audit.auditor import Auditor
from casecheck.results import CaseAudit, Finding, Outcome

Row = Mapping[str, Any]
KINDS = {
    "P2.2": ("risk", "parenting", "child_and_family", "pre_birth"),
    "P5.1": ("child_and_family", "risk", "parenting"),
    "P8.1": ("domestic_abuse", "child_and_family", "risk", "own_needs"),
    "P9.1": ("own_needs", "child_and_family", "early_help"),
}
BOTH = ("childrens_services", "adult_substance_misuse")
CONFERENCES = ("core_group", "review_conference")


class Case:
    """A record, and the rows of one finding in the order of its pointers."""

    def __init__(self, record: Row, finding: Finding) -> None:
        self.record = record
        self.lesson = finding.lesson
        self.rows = [self._at(pointer) for pointer in finding.pointers]

    def _at(self, pointer: str) -> Row:
        _, section, index = pointer.split("/")
        row: Row = {**self.record[section][int(index)], "section": section}
        return row

    def all(self, section: str, **wanted: Any) -> Iterator[Row]:
        """Rows of a section with these values; of a list of values any, of a tuple one of these."""
        for row in self.record.get(section) or ():
            if all(_has(row.get(field), value) for field, value in wanted.items()):
                yield row

    def any(self, section: str, **wanted: Any) -> bool:
        return next(self.all(section, **wanted), None) is not None

    def concern(self) -> tuple[str, str]:
        """The child of a concern, and the day from which it was."""
        row = self.rows[0]
        if row["section"] == "risks":
            return row["subject"], row["identified_on"]
        if row["section"] == "plans":
            return row["subject"], row["start"]
        (plan,) = self.all("plans", id=row["plan"])
        return plan["subject"], row["on"]


def _has(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, tuple):
        return found in wanted
    if callable(wanted):
        return found is not None and wanted(found)
    return bool(found == wanted)


def holds(*codes: str) -> Callable[[Any], bool]:
    return lambda found: set(codes) <= set(found)


def since(day: str) -> Callable[[Any], bool]:
    return lambda found: found >= day


def after(day: str) -> Callable[[Any], bool]:
    return lambda found: found > day


def happened(_: Any) -> bool:
    return True


def risks_carried(case: Case) -> bool:
    change, risk = case.rows
    return (
        risk.get("resolved_on") is not None
        or case.any("mitigations", risk=risk["id"])
        or case.any("actions", plan=change["plan"], addresses=risk["id"])
    )


def action_ended(case: Case) -> bool:
    action = case.rows[-1]
    ended = action.get("completed_on") or action.get("closed_on")
    return bool(ended) or case.any("actions", continues=action["id"])


def assessments_carried(case: Case) -> bool:
    change, assessment = case.rows
    return assessment.get("completed_on") is not None or case.any(
        "actions", plan=change["plan"], kind="assessment"
    )


def trained(topic: str) -> Callable[[Case], bool]:
    return lambda case: case.any("training", worker=case.rows[0]["id"], topic=topic)


def history_weighed(case: Case) -> bool:
    link = case.rows[0]
    return case.any(
        "assessments",
        subject=(link["from"], link["to"]),
        kind=KINDS["P2.2"],
        considers=holds("sexual_abuse_history"),
        completed_on=happened,
        parenting_capacity=True,
    )


def misuse(**more: Any) -> Callable[[Case], bool]:
    return lambda case: case.any(
        "assessments",
        subject=case.rows[0]["subject"],
        considers=holds("substance_misuse"),
        **more,
    )


def child_planned(case: Case) -> bool:
    risk = case.rows[0]
    return case.any("actions", addresses=risk["id"], for_person=risk["subject"])


def tool(kind: str) -> Callable[[Case], bool]:
    return lambda case: case.any("tools", kind=kind, subject=case.concern()[0])


def neglect(*flags: str) -> Callable[[Case], bool]:
    return lambda case: case.any(
        "assessments",
        subject=case.concern()[0],
        kind=KINDS["P5.1"],
        **dict.fromkeys(flags, True),
    )


def reviewed(case: Case) -> bool:
    order, incident = case.rows
    return case.any("best_interest_reviews", order=order["id"], on=since(incident["on"]))


def court_told(case: Case) -> bool:
    order, review = case.rows
    return case.any("court_notices", order=order["id"], on=since(review["on"]))


def met(*kinds: str) -> Callable[[Case], bool]:
    def again(case: Case) -> bool:
        plan, last = case.rows[0], case.rows[-1]
        day = last["on"] if len(case.rows) > 1 else plan["start"]
        return case.any("meetings", plan=plan["id"], kind=kinds, on=after(day))

    return again


def own_action(case: Case) -> bool:
    plan = case.rows[0]
    return case.any("actions", plan=plan["id"], for_person=plan["subject"])


def considered(topic: str) -> Callable[[Case], bool]:
    return lambda case: case.any(
        "assessments", subject=case.rows[0]["id"], kind=KINDS["P8.1"], considers=holds(topic)
    )


def referred(case: Case) -> bool:
    incident = case.rows[0]
    return case.any(
        "referrals",
        subject=incident["victim"],
        service=("early_help", "marac"),
        considered_on=since(incident["on"]),
    )


def own_plan(case: Case) -> bool:
    parent = case.rows[0]["id"]
    return case.any("plans", subject=parent) or case.any(
        "threshold_decisions", person=parent, level="no_further_action"
    )


def of_person(section: str, field: str, place: int, **more: Any) -> Callable[[Case], bool]:
    return lambda case: case.any(section, **{field: case.rows[place]["id"]}, **more)


def discussed(case: Case) -> bool:
    subject = {row["id"]: row["subject"] for row in case.all("plans")}
    child = subject.get(case.rows[0].get("plan"))
    return any(
        subject.get(row.get("plan")) == child for row in case.all("meetings", kind="strategy")
    )


def heard(case: Case) -> bool:
    missing = case.rows[0]
    child, day = missing["victim"], missing["on"]
    plans = tuple(row["id"] for row in case.all("plans", subject=child))
    return case.any(
        "assessments", subject=child, child_views=True, started_on=since(day)
    ) or case.any("meetings", plan=plans, child_views=True, on=since(day))


NOT_SHOWN: Mapping[tuple[str, str], Callable[[Case], bool]] = {
    ("P1.1", "chair-agreement"): of_person("chair_agreements", "category_change", 0),
    ("P1.1", "risks-carried"): risks_carried,
    ("P1.1", "actions-carried"): action_ended,
    ("P1.1", "assessments-carried"): assessments_carried,
    ("P2.1", "child-sexual-abuse-training"): trained("child_sexual_abuse"),
    ("P2.1", "sexual-behaviour-training"): trained("age_appropriate_sexual_behaviour"),
    ("P2.2", "history-in-risk-assessment"): history_weighed,
    ("P3.1", "multi-agency"): misuse(
        agencies=holds("childrens_services", "adult_substance_misuse")
    ),
    ("P3.1", "timely"): misuse(),
    ("P3.1", "impact-on-child"): misuse(impact_on_child=True),
    ("P3.1", "child-focused-plan"): child_planned,
    ("P4.1", "chronology-current"): tool("chronology"),
    ("P4.1", "graded-care-profile-used"): tool("graded_care_profile"),
    ("P4.1", "graded-care-profile-repeated"): tool("graded_care_profile"),
    ("P5.1", "child-focused-assessment"): neglect("child_seen", "child_views", "impact_on_child"),
    ("P5.1", "parenting-capacity"): neglect("parenting_capacity"),
    ("P5.1", "no-drift"): of_person("meetings", "plan", 0, kind="legal_planning"),
    ("P6.1", "reviewed-after-incident"): reviewed,
    ("P6.1", "reviewed-before-grant"): of_person("best_interest_reviews", "order", 0),
    ("P6.1", "court-informed"): court_told,
    ("P7.1", "meeting-frequency"): met(*CONFERENCES),
    ("P7.1", "first-core-group"): met("core_group"),
    ("P7.1", "review-conference-timely"): met("review_conference"),
    ("P7.1", "actions-implemented"): action_ended,
    ("P7.1", "child-focused-plan"): own_action,
    ("P8.1", "intergenerational-abuse"): considered("intergenerational_domestic_abuse"),
    ("P8.1", "older-partner"): considered("older_partner"),
    ("P8.1", "exposure-to-abuse"): considered("exposure_to_abuse"),
    ("P8.2", "referral-considered"): referred,
    ("P9.1", "own-plan"): own_plan,
    ("P9.1", "threshold-for-parent"): of_person("threshold_decisions", "person", 0),
    ("P9.1", "threshold-for-child"): of_person("threshold_decisions", "person", 1),
    ("P9.1", "assessed-as-child"): of_person("assessments", "subject", 0, kind=KINDS["P9.1"]),
    ("P9.1", "family-history"): of_person(
        "assessments", "subject", 0, considers=holds("family_history")
    ),
    ("P9.1", "chronology"): of_person("tools", "subject", 0, kind="chronology"),
    ("P9.1", "genogram"): of_person("tools", "subject", 0, kind="genogram"),
    ("ST1.1", "completed-in-time"): lambda case: case.rows[0].get("completed_on") is not None,
    ("ST2.1", "conference-in-time"): discussed,
    ("ST3.1", "return-talk"): heard,
}
"""What the sentence of each check says is not shown, where it says that anything is not."""

# Of these the row itself is looked at, and what it shows stands in the sentence.
OF_THE_ROW = {
    ("P7.1", "quorum"): r"agencies shown: (\d+)\)",
    ("P7.1", "plan-scrutinised"): r"\(progress reviewed: (.*); plan updated: (.*)\)",
    ("P7.1", "child-views"): r"does not show that the child's views",
    ("P8.2", "marac-reflects-age"): r"does not show that the age",
}
NOTHING = re.compile(
    r"\bno\b.* is shown|shows neither|nothing .* is shown|as completed; the last of"
)
DAY = r"\d{4}-\d\d-\d\d"
FAR = re.compile(
    rf"({DAY}), ([\d,]+) days? (before|after) (?:the|that) (?:[a-z ]+)(?:\(({DAY})\))?"
)


def _sentences(audited: CaseAudit) -> Iterator[tuple[Finding, bool]]:
    """Each finding in breach, and whether its sentence says that something is not shown.

    Days that contradict each other are taken as unknown, so that a record with such is left out.
    """
    if audited.contradictions:
        return
    for finding in audited.findings:
        if finding.outcome is Outcome.BREACH:
            yield finding, NOTHING.search(finding.message) is not None


def _read(record: Row, audited: CaseAudit, seen: Counter[str]) -> None:
    for finding, nothing in _sentences(audited):
        key = finding.lesson, finding.check
        case = Case(record, finding)
        assert "recorded in the" not in finding.message
        if key in OF_THE_ROW:
            assert re.search(OF_THE_ROW[key], finding.message), finding
            continue
        if nothing:
            seen["not shown"] += 1
            assert not NOT_SHOWN[key](case), finding
            continue
        seen["shown"] += 1
        _says_what_is_there(record, finding)


def _says_what_is_there(record: Row, finding: Finding) -> None:
    """A sentence about what is late or incomplete tells days that stand in the record, rightly."""
    days = set(re.findall(DAY, json.dumps(record)))
    if far := FAR.search(finding.message):
        done, number, way, limit = far.groups()
        assert done in days, finding
        between = timedelta(int(number.replace(",", "")))
        assert between > timedelta(0)
        first, last = (done, limit) if way == "before" else (limit, done)
        if limit:
            assert date.fromisoformat(last) - date.fromisoformat(first) == between, finding
        assert "not shown" not in finding.message, finding
    else:
        assert days.intersection(re.findall(DAY, finding.message)), finding
        assert re.search(
            r"not shown|does not show|shown to be for|and it is not|working days? after|when the"
            r" parent was 18|by \d+ working days",
            finding.message,
        ), finding


@cache
def _auditor() -> Auditor:
    return auditor_of(shipped.every_rule())


def test_no_sentence_of_the_sample_cases_is_denied_by_the_record() -> None:
    seen: Counter[str] = Counter()
    for file in sorted((shipped.ROOT / "sample_cases").glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        _read(record, shipped.audit(record, _auditor()), seen)
    assert min(seen["shown"], seen["not shown"]) > 5


@pytest.mark.parametrize("block", range(tries(4, fewest=1)))
def test_no_sentence_of_random_records_is_denied_by_the_record(block: int) -> None:
    seen: Counter[str] = Counter()
    seeds = range(block * 300, block * 300 + 300)
    records = [random_records.random_record(random.Random(seed)) for seed in seeds]
    for record, audited in zip(records, shipped.audit_together(records, _auditor()), strict=True):
        _read(record, audited, seen)
    assert min(seen["shown"], seen["not shown"]) > 50


def test_no_sentence_of_an_example_is_denied_by_its_record() -> None:
    seen: Counter[str] = Counter()
    told: set[tuple[str, str]] = set()
    for lesson in shipped.every_rule().lessons:
        records = [example.record for example in lesson.examples]
        for record, audited in zip(
            records, shipped.audit_together(records, _auditor()), strict=True
        ):
            _read(record, audited, seen)
            told |= {(one.lesson, one.check) for one, _ in _sentences(audited)}
    assert told == NOT_SHOWN.keys() | OF_THE_ROW.keys()


def test_a_sentence_that_the_record_denies_is_found() -> None:
    """Without `late` and `incomplete` the pages say of much that it is not shown at all."""
    plain = shipped.auditor_of(without_shortfalls(), {})
    denied: set[str] = set()
    records = [random_records.random_record(random.Random(seed)) for seed in range(600)]
    for first in range(0, 600, 60):
        some = records[first : first + 60]
        for record, audited in zip(some, shipped.audit_together(some, plain), strict=True):
            for finding, nothing in _sentences(audited):
                key = finding.lesson, finding.check
                if nothing and key not in OF_THE_ROW and NOT_SHOWN[key](Case(record, finding)):
                    denied.add(finding.lesson)
        if len(denied) > 5:
            return
    pytest.fail(f"only of {denied} is a sentence denied")
