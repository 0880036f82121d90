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
    "P2.2": ("risk", "parenting", "child_and_family", "pre_birth", "early_help"),
    "P5.1": ("child_and_family", "risk", "parenting", "pre_birth"),
    "P8.1": ("domestic_abuse", "child_and_family", "risk", "own_needs", "pre_birth"),
    "P9.1": ("own_needs", "child_and_family", "early_help"),
}
CONFERENCES = ("initial_conference", "review_conference", "transfer_in_conference")
NEGLECT_TOOLS = ("graded_care_profile", "local_neglect_tool")


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

    def of_child(self, section: str, child: str, **wanted: Any) -> bool:
        """Whether there is such a row of any of the child's plans."""
        plans = tuple(row["id"] for row in self.all("plans", subject=child))
        return self.any(section, plan=plans, **wanted)

    def meeting_of(self, child: str, kind: str, on: Callable[[Any], bool]) -> bool:
        """Whether there is such a meeting, the child's by its subject or by its plan."""
        return any(self.whose(row) == child for row in self.all("meetings", kind=kind, on=on))

    def whose(self, meeting: Row) -> str | None:
        """The person whose meeting it is, where the record tells."""
        plans = {row["id"]: row["subject"] for row in self.all("plans")}
        return meeting.get("subject") or plans.get(meeting.get("plan"))

    def concern(self) -> str:
        """The child of a concern."""
        row = self.rows[0]
        if row["section"] in ("risks", "plans"):
            return str(row["subject"])
        (plan,) = self.all("plans", id=row["plan"])
        return str(plan["subject"])


def _has(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, tuple):
        return found in wanted
    if callable(wanted):
        return found is not None and wanted(found)
    return bool(found == wanted)


def earliest(found: str | None) -> str:
    """The first day that a day, or a range, can be."""
    first = (found or "unknown").split("/")[0]
    return "" if first in ("..", "unknown") else first


def latest(found: str | None) -> str:
    """The last day that a day, or a range, can be."""
    last = (found or "unknown").split("/")[-1]
    return "9999" if last in ("..", "unknown") else last


def holds(*codes: str) -> Callable[[Any], bool]:
    return lambda found: set(codes) <= set(found)


def since(day: str | None) -> Callable[[Any], bool]:
    """Certainly on that day or after it."""
    return lambda found: earliest(found) >= latest(day)


def after(day: str | None) -> Callable[[Any], bool]:
    return lambda found: earliest(found) > latest(day)


def about(day: str, before: int, behind: int) -> Callable[[Any], bool]:
    """Certainly from so many days before a day to so many after it."""
    first = str(date.fromisoformat(latest(day)) - timedelta(before))
    last = str(date.fromisoformat(earliest(day)) + timedelta(behind))
    return lambda found: first <= earliest(found) and latest(found) <= last


def happened(found: Any) -> bool:
    return bool(found != "unknown")


def known(incident: Row) -> str:
    """The day on which services came to know of an incident."""
    return str(incident.get("known_on") or incident["on"])


def decided(case: Case) -> bool:
    (change,) = case.rows
    return case.any("meetings", plan=change["plan"], kind=CONFERENCES, on=since(change.get("on")))


def child_of_change(case: Case) -> str:
    (plan,) = case.all("plans", id=case.rows[0]["plan"])
    return str(plan["subject"])


def risk_carried(case: Case) -> bool:
    risk = case.rows[1]
    return (
        _has(risk.get("resolved_on"), happened)
        or case.any("mitigations", risk=risk["id"])
        or case.of_child("actions", risk["subject"], addresses=risk["id"])
    )


def action_ended(case: Case) -> bool:
    action = case.rows[-1]
    ended = any(_has(action.get(name), happened) for name in ("completed_on", "closed_on"))
    return ended or case.any("actions", continues=action["id"])


def assessments_carried(case: Case) -> bool:
    return _has(case.rows[1].get("completed_on"), happened) or case.of_child(
        "actions", child_of_change(case), kind="assessment"
    )


def trained(topic: str) -> Callable[[Case], bool]:
    return lambda case: case.any("training", worker=case.rows[0]["id"], topic=topic)


def behaviour_looked_at(case: Case) -> bool:
    child = case.concern()
    return case.any("tools", kind="sexual_behaviour_tool", subject=child) or case.any(
        "referrals", service="sexual_assault_referral_centre", subject=child
    )


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


def tool(*kinds: str) -> Callable[[Case], bool]:
    return lambda case: case.any("tools", kind=kinds, subject=case.concern())


def neglect(*flags: str) -> Callable[[Case], bool]:
    return lambda case: case.any(
        "assessments", subject=case.concern(), kind=KINDS["P5.1"], **dict.fromkeys(flags, True)
    )


def decided_against_drift(case: Case) -> bool:
    (plan,) = case.rows
    start = since(plan["start"])
    return case.meeting_of(plan["subject"], "legal_planning", start) or case.any(
        "court_orders", law="public", child=plan["subject"], applied_on=start
    )


def weighed_again(case: Case) -> bool:
    (plan,) = case.rows
    window = about(plan["start"], 92, 92)
    return case.meeting_of(plan["subject"], "legal_planning", window) or case.any(
        "assessments",
        subject=plan["subject"],
        parenting_capacity=True,
        considers=holds("family_history"),
        completed_on=window,
    )


def reviewed(case: Case) -> bool:
    order, incident = case.rows
    then = since(known(incident))
    return case.any("best_interest_reviews", order=order["id"], on=then) or _has(
        order.get("support_ended_on"), then
    )


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


def abuse_considered(case: Case) -> bool:
    dash = case.any("tools", subject=case.rows[0]["id"], kind="dash")
    return dash or considered("domestic_abuse")(case)


def referred(before: int, *services: str) -> Callable[[Case], bool]:
    def counted(case: Case) -> bool:
        (incident,) = case.rows
        return any(
            _has(row.get("made_on"), happened) or row.get("reason_recorded")
            for row in case.all(
                "referrals",
                subject=incident["victim"],
                service=services,
                considered_on=about(known(incident), before, 14),
            )
        )

    return counted


def own_plan(case: Case) -> bool:
    parent = case.rows[0]["id"]
    return case.any("plans", subject=parent) or case.any(
        "threshold_decisions", person=parent, level="no_further_action"
    )


def of_row(section: str, field: str, place: int, **more: Any) -> Callable[[Case], bool]:
    return lambda case: case.any(section, **{field: case.rows[place]["id"]}, **more)


def of_either(section: str, **more: Any) -> Callable[[Case], bool]:
    """Of the young parent or of the child."""
    return lambda case: case.any(section, subject=tuple(row["id"] for row in case.rows), **more)


def discussed(case: Case) -> bool:
    """Of a conference of nobody known the sentence denies a discussion about anybody."""
    (conference,) = case.rows
    if child := case.whose(conference):
        return case.meeting_of(child, "strategy", happened)
    return case.any("meetings", kind="strategy")


def interviewed(case: Case) -> bool:
    (missing,) = case.rows
    back = since(missing["returned_on"])
    return any(
        _has(row.get("offered_on"), back) or _has(row.get("held_on"), back)
        for row in case.all("return_interviews", incident=missing["id"])
    )


NOT_SHOWN: Mapping[tuple[str, str], Callable[[Case], bool]] = {
    ("P1.1", "decided-at-conference"): decided,
    ("P1.1", "chair-agreement"): of_row("chair_agreements", "category_change", 0),
    ("P1.1", "risks-carried"): risk_carried,
    ("P1.1", "actions-carried"): action_ended,
    ("P1.1", "assessments-carried"): assessments_carried,
    ("P1.1", "replacement-carries-risks"): risk_carried,
    ("P2.1", "child-sexual-abuse-training"): trained("child_sexual_abuse"),
    ("P2.1", "sexual-behaviour-training"): trained("age_appropriate_sexual_behaviour"),
    ("P2.1", "policy-tools-used"): behaviour_looked_at,
    ("P2.2", "perpetrator-history-assessed"): history_weighed,
    ("P2.2", "survivor-history-considered"): history_weighed,
    ("P2.2", "abuse-considered-for-carer"): history_weighed,
    ("P3.1", "multi-agency"): misuse(
        agencies=holds("childrens_services", "adult_substance_misuse")
    ),
    ("P3.1", "timely"): misuse(),
    ("P3.1", "impact-on-child"): misuse(impact_on_child=True),
    ("P3.1", "child-seen-and-heard"): misuse(child_seen=True, child_views=True),
    ("P3.1", "child-focused-plan"): of_row("actions", "addresses", 0),
    ("P4.1", "chronology-current"): tool("chronology"),
    ("P4.1", "neglect-tool-used"): tool(*NEGLECT_TOOLS),
    ("P4.1", "neglect-tool-repeated"): tool(*NEGLECT_TOOLS),
    ("P5.1", "child-focused-assessment"): neglect("child_seen", "child_views", "impact_on_child"),
    ("P5.1", "parenting-capacity"): neglect("parenting_capacity"),
    ("P5.1", "no-drift"): decided_against_drift,
    ("P5.1", "repeat-plan-weighed"): weighed_again,
    ("P6.1", "reviewed-after-incident"): reviewed,
    ("P6.1", "reviewed-before-grant"): of_row("best_interest_reviews", "order", 0),
    ("P6.1", "court-informed"): of_row("court_notices", "order", 0),
    ("P6.1", "court-told-of-withdrawal"): of_row("court_notices", "order", 0),
    ("P7.1", "meeting-frequency"): met("core_group", "review_conference"),
    ("P7.1", "first-core-group"): met("core_group"),
    ("P7.1", "review-conference-timely"): met("review_conference", "looked_after_review"),
    ("P7.1", "actions-implemented"): action_ended,
    ("P7.1", "child-focused-plan"): own_action,
    ("P8.1", "domestic-abuse-assessed"): abuse_considered,
    ("P8.1", "intergenerational-abuse"): considered("intergenerational_domestic_abuse"),
    ("P8.1", "older-partner"): considered("older_partner"),
    ("P8.1", "exposure-to-abuse"): considered("exposure_to_abuse"),
    ("P8.2", "referral-considered"): referred(28, "early_help", "marac", "childrens_social_care"),
    ("P8.2", "risk-assessed"): lambda case: case.any(
        "tools", kind="dash", subject=case.rows[0]["victim"]
    ),
    ("P8.2", "repeat-victim-to-marac"): referred(365, "marac"),
    ("P8.2", "marac-decides"): of_row("marac_decisions", "referral", 0),
    ("P9.1", "own-plan"): own_plan,
    ("P9.1", "threshold-for-parent"): of_row("threshold_decisions", "person", 0),
    ("P9.1", "threshold-for-child"): of_row("threshold_decisions", "person", 1),
    ("P9.1", "assessed-as-child"): of_row("assessments", "subject", 0, kind=KINDS["P9.1"]),
    ("P9.1", "family-history"): of_either("assessments", considers=holds("family_history")),
    ("P9.1", "chronology"): of_either("tools", kind="chronology"),
    ("P9.1", "genogram"): of_either("tools", kind="genogram"),
    ("ST1.1", "completed-in-time"): lambda case: _has(case.rows[0].get("completed_on"), happened),
    ("ST2.1", "conference-in-time"): discussed,
    ("ST3.1", "interview-offered"): interviewed,
}
"""What the sentence of each check says is not shown, where it says that anything is not."""

# Of these the row itself is looked at, and what it shows stands in the sentence.
OF_THE_ROW = {
    ("P7.1", "quorum"): r"agencies shown: (\d+)\)",
    ("P7.1", "core-group-multi-agency"): r"agencies shown: (\d+)\)",
    ("P7.1", "plan-scrutinised"): r"\(progress reviewed: (.*); plan updated: (.*)\)",
    ("P7.1", "child-views"): r"does not show that the child's views",
    ("P8.2", "marac-reflects-age"): r"does not show that the age",
}
# Some sentences say that nothing is shown in time, and then what is: those are not of this kind.
NOTHING = re.compile(
    r"\b([Nn]o|neither)\b[^;.]* (is|are) shown"
    r"(?! on that day; one was| from that day on; the support)"
    r"|record shows (neither|none|no )|as completed; the last of"
)
DAY = r"\d{4}-\d\d-\d\d"
FAR = re.compile(
    rf"({DAY}), (some|[\d,]+) days? (before|after) (?:it\b|(?:the|that) [a-z ]+)(?:\(({DAY})[;)])?"
)
# What a sentence says of evidence that is there and falls short, where it does not count the days.
SHORT = re.compile(
    r"not shown|does not show|shown to be for|and it is not|working days? after"
    r"|when the (parent|young person) was 18|by \d+ working days|, before the pregnancy"
    r"|too long before to count|more than [\d,]+ days before|, after the last day that counts"
    r"|, before the first day that counts|The record has a .* and shows neither"
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
        first, last = (done, limit) if way == "before" else (limit, done)
        between = timedelta(0 if number == "some" else int(number.replace(",", "")))
        assert number == "some" or between > timedelta(0)
        if limit and number != "some":
            assert date.fromisoformat(last) - date.fromisoformat(first) == between, finding
        assert "not shown" not in finding.message, finding
    else:
        assert days.intersection(re.findall(DAY, finding.message)), finding
        assert SHORT.search(finding.message), finding


@cache
def _auditor() -> Auditor:
    return auditor_of(shipped.every_rule())


def test_no_sentence_of_the_sample_cases_is_denied_by_the_record() -> None:
    seen: Counter[str] = Counter()
    for file in sorted((shipped.ROOT / "sample_cases").glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        _read(record, shipped.audit(record, _auditor()), seen)
    assert min(seen["shown"], seen["not shown"]) > 5


@pytest.mark.slow
@pytest.mark.parametrize("block", range(tries(4, fewest=1)))
def test_no_sentence_of_random_records_is_denied_by_the_record(block: int) -> None:
    seen: Counter[str] = Counter()
    seeds = range(block * 300, block * 300 + 300)
    records = [random_records.random_record(random.Random(seed)) for seed in seeds]
    for record, audited in zip(records, shipped.audit_together(records, _auditor()), strict=True):
        _read(record, audited, seen)
    assert min(seen["shown"], seen["not shown"]) > 50


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_sentence_that_the_record_denies_is_found() -> None:
    """Without `late` and `incomplete` the pages say of much that it is not shown at all."""
    plain = shipped.auditor_of(shipped.without_examples(without_shortfalls()), {})
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
