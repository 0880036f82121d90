"""Rows that are looked for together, in the order in which a page names them.

Each is a condition of those before it. So where the extract lacks the section of one, nobody knows
whether there is that row, whatever is recorded of those named after it. Where a section is `[]`, or
has no such row, nothing after it matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import oracle
import pytest
import shipped
from amounts import few, tries
from partial_records import (
    case,
    explained,
    held_rule_by_rule,
    held_together,
    outcome_of,
    random_case,
    random_record,
    rules,
)

from casecheck.audit.auditor import Auditor
from casecheck.record.contradictions import contradictions
from casecheck.record.model import CaseRecord
from casecheck.results import Finding, Outcome, Unknown
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import PlainReading, Result

BREACH, CANNOT_TELL = Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE
MET, NOT_ASKED = Outcome.COMPLIANT, Outcome.NOT_APPLICABLE
Record = dict[str, Any]

# --- the shipped page that needs it: a referral of a person who is parent or carer

PERSON = {"id": "r1", "from": "other", "to": "child", "kind": "parent_of"}
NOBODYS = {
    "none recorded": [],
    "a brother": [{**PERSON, "kind": "sibling_of"}],
    "the child's own child": [{**PERSON, "from": "child", "to": "other"}],
}
REFERRAL = {
    "id": "f1", "subject": "other", "service": "substance_misuse",
    "considered_on": "2025-09-20", "made_on": "2025-09-20",
}  # fmt: skip
DRAWN = [
    {
        "extracted_on": "2025-02-08", "opened_on": "2022-05-04", "relationships": [],
        "risks": [{"id": "RI2", "subject": "PE1", "kind": "parental_alcohol_misuse",
                   "identified_on": "2024-11-08"}],
        "assessments": [{"id": "AS3", "subject": "PE1", "kind": "domestic_abuse",
                         "started_on": "2024-12-08", "completed_on": "unknown",
                         "agencies": ["childrens_services"]}],
    },
    {
        "extracted_on": "2026-06-07", "opened_on": "2025-02-15", "relationships": [],
        "risks": [{"id": "RI2", "subject": "PE1", "kind": "parental_drug_misuse",
                   "identified_on": "2025-09-09"}],
        "assessments": [{"id": "AS3", "subject": "PE1", "kind": "parenting",
                         "started_on": "2025-09-23", "completed_on": "2025-10-09",
                         "agencies": ["childrens_services"]}],
    },
    {
        "extracted_on": "2020-07-06", "opened_on": "../2020-04-30", "relationships": [],
        "risks": [{"id": "RI2", "subject": "PE1", "kind": "parental_alcohol_misuse",
                   "identified_on": "2019-10-28/2019-10-29"}],
        "assessments": [{"id": "AS3", "subject": "PE1", "kind": "own_needs",
                         "started_on": "2019-11-14", "completed_on": "2019-11-18/2019-12-18",
                         "agencies": ["probation", "school_nursing", "childrens_services"]}],
    },
]  # fmt: skip
"""Random records in which the engine once called a breach what nobody can know."""


def misuse(**sections: Any) -> Record:
    """A risk assessed by children's services alone."""
    return {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-06-07",
        "opened_on": "2025-02-15", "people": [{"id": "child"}, {"id": "other"}],
        "risks": [{"id": "k1", "subject": "child", "kind": "parental_drug_misuse",
                   "identified_on": "2025-09-09"}],
        "assessments": [{"id": "a1", "subject": "child", "kind": "parenting",
                         "started_on": "2025-09-23", "completed_on": "2025-10-09",
                         "considers": ["substance_misuse"], "agencies": ["childrens_services"]}],
        **sections,
    }  # fmt: skip


def multi_agency(record: Record) -> tuple[str, tuple[Unknown, ...]]:
    """What is said of P3.1 `multi-agency`, and what it hangs on; the oracle says the same."""
    audited = shipped.audit(record)
    outcome = str(audited.lessons["P3.1"].checks["multi-agency"])
    assert outcome == oracle.audit(record)["P3.1"]["multi-agency"].outcome
    found: list[Finding] = [one for one in audited.findings if one.check == "multi-agency"]
    return outcome, found[0].unknown if found else ()


REFERRALS = (Unknown("/referrals", "not_in_extract"),)


@pytest.mark.parametrize("links", NOBODYS.values(), ids=NOBODYS)
def test_nobody_knows_of_a_referral_where_the_extract_has_none(links: list[Record]) -> None:
    assert multi_agency(misuse(relationships=links)) == (CANNOT_TELL, REFERRALS)
    assert multi_agency(misuse(relationships=links, referrals=None)) == (CANNOT_TELL, REFERRALS)


@pytest.mark.parametrize("links", NOBODYS.values(), ids=NOBODYS)
def test_nobody_was_referred_where_none_is_recorded(links: list[Record]) -> None:
    assert multi_agency(misuse(relationships=links, referrals=[])) == (BREACH, ())
    assert multi_agency(misuse(relationships=links, referrals=[REFERRAL])) == (BREACH, ())


@pytest.mark.parametrize("links", NOBODYS.values(), ids=NOBODYS)
def test_a_referral_that_may_be_missing_is_of_a_parent_or_carer_or_is_none(
    links: list[Record],
) -> None:
    covered = {"referrals": {"incomplete": True}}
    record = misuse(relationships=links, referrals=[], coverage=covered)
    assert multi_agency(record) == (BREACH, ())
    assert multi_agency({**record, "relationships": [PERSON]})[0] == CANNOT_TELL


def test_a_referral_of_a_parent_is_found() -> None:
    record = misuse(relationships=[PERSON], referrals=[REFERRAL])
    assert multi_agency(record) == (MET, ())
    assert multi_agency({**record, "referrals": None}) == (CANNOT_TELL, REFERRALS)
    assert multi_agency({**record, "assessments": []}) == (BREACH, ())
    assert multi_agency({**record, "assessments": [], "referrals": None}) == (BREACH, ())


@pytest.mark.parametrize("drawn", DRAWN, ids=["unknown", "known", "ranges"])
def test_records_that_were_drawn(drawn: Record) -> None:
    record = {"schema": "casecheck/1", "case_id": "C-1", **drawn}
    outcome, unknown = multi_agency(record)
    assert outcome == CANNOT_TELL
    assert REFERRALS[0] in unknown
    assert multi_agency({**record, "referrals": []})[0] == BREACH


# --- wherever rows are looked for

HEAD = """
lesson: T1.1
title: Rows in their order
source: {review: test, finding: T1, theme: 1, cite: Invented for a test}
asks: It asks for a meeting with an incident on its day.
checks:
"""
TAIL = """
    breach: Not met.
    cannot_tell: The record cannot tell.
"""
ASKED = """
    for_each: {risk: risks}
    where: [risk.identified_on <= today]
"""
ALWAYS = """
    met_by:
      - means: it is long ago
        where: [risk.identified_on <= today]
"""
MEETING_FIRST = """
      - means: a meeting on the day of an incident
        find: {meeting: meetings, incident: incidents}
        where: [meeting.subject == risk.subject, incident.victim == risk.subject,
                      incident.on <= meeting.on]
"""
INCIDENT_FIRST = """
      - means: an incident on the day of a meeting
        find: {incident: incidents, meeting: meetings}
        where: [meeting.subject == risk.subject, incident.victim == risk.subject,
                incident.on <= meeting.on]
"""
OF_THREE = """
      - means: a plan with an action, and a worry before it
        find: {plan: plans, worry: worry, action: actions}
        where:
          - plan.subject == risk.subject
          - worry.child == risk.subject
          - action.plan == plan or (happened(worry.until) and action.set_on >= worry.since)
        {more}
"""
NOTHING_BESIDE = """
      - means: a plan with no meeting on the day of an incident
        find: {plan: plans}
        where: [plan.subject == risk.subject]
        without:
          find: {meeting: meetings, incident: incidents}
          where: [meeting.subject == plan.subject, incident.on == meeting.on]
"""
FOUND_AND_NOTHING_BESIDE = """
      - means: a meeting with an incident, and no action that day
        find: {meeting: meetings, incident: incidents}
        where: [meeting.subject == risk.subject, incident.on == meeting.on]
        without:
          find: {action: actions, worry: worry}
          where: [action.set_on == meeting.on, worry.since <= incident.on]
"""
WAYS = {
    "meeting-first": MEETING_FIRST,
    "incident-first": INCIDENT_FIRST,
    "of-three": OF_THREE.replace("{more}", ""),
    "of-three-counted": OF_THREE.replace("{more}", "at_least: 2"),
    "nothing-beside": NOTHING_BESIDE,
    "found-and-nothing-beside": FOUND_AND_NOTHING_BESIDE,
}
PARTS = ("met_by", "unless", "given")


def checks(names: Iterable[str] = WAYS, parts: Iterable[str] = PARTS) -> str:
    """Each way as what is evidence, what excludes, and what is given."""
    told = []
    for name in names:
        for part in parts:
            way = WAYS[name]
            ways = f"    {part}:{way}" + ("" if part == "met_by" else ALWAYS)
            identifier = f"{name}-{part.replace('_', '-')}"
            told.append(f"  - id: {identifier}\n    asks: Is it so?{ASKED}{ways}{TAIL}")
    return "".join(told)


EXAMPLES = """
examples:
  background: {extracted_on: 2026-04-30, opened_on: 2026-01-01}
  cases:
    - name: nothing
      expect: {meeting-first-met-by: not_applicable}
"""
PAGE = rules(HEAD + checks() + EXAMPLES)
AUDITOR = Auditor(PAGE)
MEETING = {"id": "m1", "kind": "strategy", "on": "2026-03-10", "subject": "p0"}
INCIDENT = {"id": "i1", "kind": "missing", "on": "2026-03-09", "victim": "p0"}
RISK = {"id": "k1", "subject": "p0", "kind": "sexual_abuse", "identified_on": "2026-03-02"}


def a_record(**sections: Any) -> Record:
    """A record that has all sections that are asked, but for those given as None."""
    empty = ("plans", "meetings", "incidents", "actions")
    return {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-04-30",
        "opened_on": "2026-01-01", "people": [{"id": "p0"}, {"id": "p1"}], "risks": [RISK],
        **{section: [] for section in empty}, **sections,
    }  # fmt: skip


def told(check: str, **sections: Any) -> Outcome:
    return outcome_of(PAGE, AUDITOR, check, a_record(**sections))


@pytest.mark.parametrize("incidents", [[], [{**INCIDENT, "victim": "p1"}]], ids=["none", "other"])
@pytest.mark.parametrize(
    ("part", "expected"), [("met-by", CANNOT_TELL), ("unless", CANNOT_TELL), ("given", CANNOT_TELL)]
)
def test_a_row_of_a_section_that_is_not_there_may_be_there(
    part: str, expected: Outcome, incidents: list[Record]
) -> None:
    assert told(f"meeting-first-{part}", meetings=None, incidents=incidents) == expected


@pytest.mark.parametrize(
    ("part", "expected"), [("met-by", BREACH), ("unless", MET), ("given", NOT_ASKED)]
)
def test_nothing_after_a_row_that_is_not_there_matters(part: str, expected: Outcome) -> None:
    assert told(f"incident-first-{part}", meetings=None) == expected
    assert told(f"meeting-first-{part}", incidents=None) == expected
    others = [{**MEETING, "subject": "p1"}]
    assert told(f"meeting-first-{part}", meetings=others, incidents=None) == expected


@pytest.mark.parametrize("name", ["of-three", "of-three-counted"])
@pytest.mark.parametrize(
    ("plans", "incidents", "expected"),
    [
        ([], None, BREACH),
        (None, [], CANNOT_TELL),
        ("p0", None, CANNOT_TELL),
        ("p0", [], BREACH),
        ("p1", None, BREACH),
    ],
)
def test_a_concept_is_unknown_where_some_section_of_its_rows_is(
    name: str, plans: Any, incidents: Any, expected: Outcome
) -> None:
    if isinstance(plans, str):
        plans = [
            {"id": f"l{at}", "subject": plans, "level": "child_in_need", "start": "2026-03-02"}
            for at in range(2)
        ]
    assert told(f"{name}-met-by", plans=plans, incidents=incidents) == expected


@pytest.mark.parametrize("name", ["meeting-first", "of-three-counted"])
def test_a_lesson_may_apply_for_what_is_not_there(name: str) -> None:
    """Where all that a lesson asks is given by rows of which the first may be there."""
    example = EXAMPLES.replace("meeting-first-met-by", f"{name}-given")
    page = rules(HEAD + checks([name], ["given"]) + example)
    record = a_record(**{"meetings": None} if name == "meeting-first" else {"plans": None})
    auditor = Auditor(page)
    assert outcome_of(page, auditor, f"{name}-given", record) == CANNOT_TELL
    whole = {**record, "meetings": [], "plans": []}
    assert outcome_of(page, auditor, f"{name}-given", whole) == NOT_ASKED


def test_what_must_not_be_there_may_be_there() -> None:
    plan = {"id": "l1", "subject": "p0", "level": "child_in_need", "start": "2026-03-02"}
    assert told("nothing-beside-met-by", plans=[plan]) == MET
    assert told("nothing-beside-met-by", plans=[plan], incidents=None) == MET
    assert told("nothing-beside-met-by", plans=[plan], meetings=None) == CANNOT_TELL
    assert told("nothing-beside-met-by", plans=None) == CANNOT_TELL


def test_explain_says_why_it_cannot_be_told() -> None:
    record = a_record(meetings=None, incidents=[{**INCIDENT, "victim": "p1"}])
    words = (
        "/meetings is not in the extract: whether there is such a meeting cannot be told, whatever"
        " is recorded of incident."
    )
    assert words in explained(PAGE, AUDITOR, record)
    for beside in ({"incidents": None}, {"incidents": [INCIDENT]}):
        assert words not in explained(PAGE, AUDITOR, {**record, **beside})


def sparse_case(seed: int) -> CaseRecord:
    """A random record of which some sections are `[]`, and others not there."""
    rng = Random(seed)
    record = random_record(rng, rng.choice((0, 0, 0.1)))
    for section in ("plans", "meetings", "incidents", "actions"):
        fate = rng.choice(("kept", "kept", "empty", "gone"))
        if fate == "gone":
            record[section] = None
        elif fate == "empty" and section != "plans":
            record[section] = []
            record.get("coverage", {}).pop(section, None)
        elif fate == "empty":
            record |= {"plans": [], "meetings": [], "actions": []}
    if record.get("coverage") == {}:
        del record["coverage"]
    return case(record)


@pytest.mark.parametrize("part", few(range(2), 0))
def test_the_readings_and_the_engine_agree(part: int) -> None:
    number = tries(150)
    seeds = range(part * number, (part + 1) * number)
    assert len(held_together(PAGE, AUDITOR, list(map(sparse_case, seeds)))) == len(Result)
    held_together(PAGE, AUDITOR, list(map(random_case, seeds[: number // 3])))


def test_a_large_record_is_asked_the_same() -> None:
    held_rule_by_rule(AUDITOR, tries(60))


def test_what_is_open_is_named() -> None:
    """Every instance that cannot be told hangs on something, if only on what is not there."""
    open_ones = 0
    for seed in range(tries(60)):
        record = sparse_case(seed)
        hangs = HangsOn(PlainReading(Known(record, contradictions(record)), PAGE.concepts))
        for population in (one for check in PAGE.lessons[0].checks for one in check.populations):
            for instance in hangs.reading.instances(population):
                if instance.result is Result.INSUFFICIENT_EVIDENCE:
                    open_ones += 1
                    assert hangs.unknowns(population, instance.bound), (seed, population)
    assert open_ones
