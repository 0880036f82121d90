"""The oracle against small cases worked by hand, and the random records against the format."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from amounts import tries
from hypothesis import given, settings
from oracle import (
    CHECKS,
    DATES,
    EVENTS,
    KINDS,
    NEVER,
    PARAMETERS,
    REQUIRED_REFERENCES,
    STATUTORY,
    UNKNOWN,
    Case,
    CheckResult,
    Days,
    NoneOf,
    OneOf,
    Truth,
    anniversary,
    audit,
    before,
    birthday,
    by,
    category_is,
    contradictions,
    count_workdays,
    findings,
    happened,
    has,
    has_others,
    k_and,
    k_not,
    k_or,
    known_day,
    later,
    lesson_outcome,
    one_of,
    parse_born,
    parse_day,
    same,
    same_day,
    under,
    under_18_not_13,
    until_today,
    workdays_at_least,
    workdays_at_most,
)
from random_records import (
    FIELDS,
    KIND_FIELDS,
    Record,
    add_unrelated_rows,
    known_ids,
    may_lack_rows,
    outcome_counts,
    random_record,
    records,
    reduced,
    rename_ids,
    required_targets,
    row_of,
    shuffle_keys,
    shuffle_rows,
    take_away,
)

TODAY = "2026-06-01"


def record_of(**sections: Any) -> Record:
    """Give a record in which every other section is looked for and empty."""
    return {
        "schema": "casecheck/1",
        "case_id": "C-0001",
        "extracted_on": TODAY,
        "opened_on": "2025-01-01",
        **{section: [] for section in FIELDS},
        **sections,
    }


def row(identity: str, **fields: Any) -> dict[str, Any]:
    return {"id": identity, **fields}


def said(record: Record, lesson: str, check: str) -> CheckResult:
    lessons = STATUTORY if lesson in STATUTORY else CHECKS
    return audit(record, lessons=lessons)[lesson][check]


# ---------------------------------------------------------------- logic, ages, working days

TRUTHS: tuple[Truth, ...] = (True, None, False)


def test_kleene_tables() -> None:
    # "And" is the least of its truths, "or" the greatest, unknown lying between false and true.
    rank = {False: 0, None: 1, True: 2}
    for left, right in product(TRUTHS, TRUTHS):
        assert rank[k_and(left, right)] == min(rank[left], rank[right])
        assert rank[k_or(left, right)] == max(rank[left], rank[right])
    assert [k_not(truth) for truth in TRUTHS] == [False, None, True]
    assert k_and() is True
    assert k_or() is False


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2026-01-01", "2026-01-01", True),
        ("2026-01-02", "2026-01-01", False),
        ("2026-01-01/2026-01-05", "2026-01-05", True),
        ("2026-01-01/2026-01-05", "2026-01-04", None),
        ("2026-01-02/2026-01-05", "2026-01-01", False),
        ("../2026-01-05", "2026-01-05/..", True),
        ("2026-01-05/..", "../2026-01-05", None),
        ("2026-01-06/..", "../2026-01-05", False),
        (UNKNOWN, "2026-01-01", None),
        (UNKNOWN, "../2026-01-01", None),
        (NEVER, "2026-01-01", False),
        ("2026-01-01", NEVER, False),
        (NEVER, UNKNOWN, False),
        (UNKNOWN, NEVER, False),
    ],
)
def test_days_compare_by_their_bounds_and_what_has_not_happened_compares_false(
    left: Any, right: Any, expected: Truth
) -> None:
    left, right = (parse_day(one) if isinstance(one, str) else one for one in (left, right))
    assert by(left, right) is expected


def test_before_and_on_the_same_day() -> None:
    assert before(parse_day("../2026-01-04"), parse_day("2026-01-05")) is True
    assert before(parse_day("../2026-01-05"), parse_day("2026-01-05")) is None
    assert before(parse_day("2026-01-05/.."), parse_day("2026-01-05")) is False
    assert same_day(parse_day("2026-01-05"), parse_day("2026-01-05")) is True
    assert same_day(parse_day("2026-01-05/2026-01-06"), parse_day("2026-01-05")) is None
    assert same_day(parse_day("2026-01-06/.."), parse_day("2026-01-05")) is False


def test_a_day_that_may_not_have_come_is_never_surely_before_another() -> None:
    unsure = Days(parse_day("2026-01-01").first, parse_day("2026-01-02").first, None)
    assert by(unsure, parse_day("2026-01-02")) is None
    assert by(unsure, parse_day("2025-12-31")) is False


def test_happened_same_and_categories() -> None:
    assert [happened(day) for day in (parse_day("../2026-01-01"), NEVER, UNKNOWN)] == [
        True,
        False,
        None,
    ]
    assert [same(value, "a") for value in ("a", "b", UNKNOWN)] == [True, False, None]
    assert one_of(UNKNOWN, "a", "b") is None
    assert category_is("multiple", "neglect") is None
    assert category_is("neglect", "neglect") is True
    assert category_is("physical_abuse", "neglect") is False


def test_kinds_and_ids_of_rows_that_may_be_there() -> None:
    assert one_of(OneOf(frozenset({"a", "b"})), "b", "c") is None
    assert one_of(OneOf(frozenset({"a", "b"})), "c", "d") is False
    assert same("here", NoneOf(frozenset({"here"}))) is False
    assert same("elsewhere", NoneOf(frozenset({"here"}))) is None
    assert same(NEVER, NoneOf(frozenset())) is False
    assert same(NoneOf(frozenset()), UNKNOWN) is None


def test_lists_that_may_hold_more() -> None:
    assert has(["a", "unknown"], "a") is True
    assert has(["a", "unknown"], "b") is None
    assert has(["a"], "b") is False
    assert has(UNKNOWN, "b") is None
    assert has_others(["x", "a", "b"], "x", 2) is True
    assert has_others(["x", "a", "unknown"], "x", 2) is None
    assert has_others(["x", "a", "b", "unknown"], "x", 2) is True
    assert has_others(["x", "a"], "x", 2) is False


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2008-05", "2026-04-30", True),
        ("2008-05", "2026-05-01", None),
        ("2008-05", "2026-05-12", None),
        ("2008-05", "2026-05-30", None),
        ("2008-05", "2026-05-31", False),
        ("2008-05", "2026-06-01", False),
        ("2008-05", "../2026-04-30", True),
        ("2008-05", "2026-04-30/2026-06-01", None),
        ("2008-05", "2026-05-31/..", False),
        ("2008", "2025-12-31", True),
        ("2008", "2026-01-01", None),
        ("2008", "2026-12-30", None),
        ("2008", "2026-12-31", False),
        # Someone born on 29 February 2008 turns 18 on 1 March 2026.
        ("2008-02", "2026-01-31", True),
        ("2008-02", "2026-02-28", None),
        ("2008-02", "2026-03-01", False),
        ("2007-02", "2025-02-28", False),
    ],
)
def test_under_18_on_a_day(born: str, on: str, expected: Truth) -> None:
    assert under(18, parse_born(born), parse_day(on)) is expected


def test_under_18_at_a_birth_takes_both_months_as_ranges() -> None:
    parent = parse_born("2008-05")
    assert under(18, parent, parse_born("2026-04")) is True
    assert under(18, parent, parse_born("2026-05")) is None
    assert under(18, parent, parse_born("2026-06")) is False
    assert under(18, parent, parse_born("2026")) is None
    assert under(18, parent, UNKNOWN) is None
    assert under(18, UNKNOWN, parse_day("2026-01-01")) is None


def test_a_teenager_is_13_to_17() -> None:
    born = parse_born("2010-03")
    days = {"2023-02-28": False, "2023-03-15": None, "2023-03-31": True}
    days |= {"2028-02-29": True, "2028-03-15": None, "2028-03-31": False}
    assert {day: under_18_not_13(born, parse_day(day)) for day in days} == days


def test_29_february_has_its_anniversary_on_1_march_of_a_common_year() -> None:
    assert anniversary(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert anniversary(date(2008, 2, 29), 16) == date(2024, 2, 29)
    assert anniversary(date(2007, 3, 31), 18) == date(2025, 3, 31)
    assert birthday(parse_born("2008-02"), 2) == parse_day("2010-02-01/2010-03-01")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 4, 2), date(2026, 4, 2), 0),
        (date(2026, 4, 2), date(2026, 4, 1), 0),
        # Good Friday, a weekend, Easter Monday, and then Tuesday the 7th.
        (date(2026, 4, 2), date(2026, 4, 6), 0),
        (date(2026, 4, 2), date(2026, 4, 7), 1),
        # Easter and the first Monday of May lie between.
        (date(2026, 3, 2), date(2026, 5, 6), 44),
        (date(2026, 3, 2), date(2026, 5, 7), 45),
        # Christmas Day 2021 was a Saturday: the 27th and the 28th stood in for it and Boxing Day.
        (date(2021, 12, 24), date(2021, 12, 29), 1),
    ],
)
def test_working_days(start: date, end: date, expected: int) -> None:
    assert count_workdays(start, end) == expected


def test_working_days_between_ranges_go_from_the_fewest_to_the_most() -> None:
    start, end = parse_day("2026-03-02/2026-03-03"), parse_day("2026-05-06/2026-05-07")
    assert [workdays_at_least(start, end, number) for number in (43, 44, 45, 46)] == [
        True,
        None,
        None,
        False,
    ]
    assert [workdays_at_most(start, end, number) for number in (42, 43, 44, 45)] == [
        False,
        None,
        None,
        True,
    ]
    assert workdays_at_least(parse_day("../2026-03-02"), parse_day("2026-05-07"), 45) is True
    assert workdays_at_most(parse_day("../2026-03-02"), parse_day("2026-05-07"), 44) is False
    assert workdays_at_least(UNKNOWN, parse_day("2026-05-07"), 45) is None
    assert workdays_at_least(parse_day("2026-05-07"), NEVER, 45) is False


def test_the_later_of_two_days_and_the_earlier_of_an_end_and_today() -> None:
    today = parse_day(TODAY)
    assert later(parse_day("2026-01-01"), parse_day("../2026-02-01")) == parse_day(
        "2026-01-01/2026-02-01"
    )
    assert until_today(NEVER, today) == today
    assert until_today(parse_day("2026-05-01/2026-07-01"), today) == parse_day(
        "2026-05-01/" + TODAY
    )
    assert until_today(parse_day("2026-07-01"), today) == today
    assert until_today(UNKNOWN, today) == parse_day("../" + TODAY)


# ---------------------------------------------------------------- each check, worked by hand

CHILD = row("K", born="2015-03", history=[])
PLAN = row(
    "P", subject="K", level="child_protection", category="physical_abuse", start="2025-06-02"
)
CHANGE = row(
    "C", plan="P", on="2026-01-10", from_category="physical_abuse", to_category="emotional_abuse"
)
CHANGED: dict[str, Any] = {"people": [CHILD], "plans": [PLAN], "category_changes": [CHANGE]}
AGREED = row("G", category_change="C", recorded_on="2026-01-12", risks_carried=True)
REPLACING = row(
    "Q", subject="K", level="child_protection", category="emotional_abuse", start="2026-01-17"
)
ACTION = row("A", plan="P", kind="service", for_person="K", addresses="none", set_on="2026-01-01")
ASSESSMENT = row("S", subject="K", kind="risk", started_on="2025-01-01", agencies=[], considers=[])
PROTECTIVE = {
    **ASSESSMENT,
    "considers": ["sexual_abuse_history"],
    "parenting_capacity": True,
    "started_on": "2023-06-01",
}
RISK = row("R", subject="K", kind="domestic_abuse", identified_on="2025-12-01")
HARM = row("H", subject="K", kind="sexual_abuse", identified_on="2026-01-01")
NEGLECT = row("N", subject="K", kind="neglect", identified_on="2025-06-01")
DRINK = row("R", subject="K", kind="parental_alcohol_misuse", identified_on="2026-03-02")
SOBER = {
    **ASSESSMENT,
    "considers": ["substance_misuse"],
    "completed_on": "2026-05-07",
    "agencies": ["childrens_services", "adult_substance_misuse"],
    "impact_on_child": True,
    "child_seen": True,
    "child_views": True,
}
WORKER = row("W", role="manager", start="2025-01-01")
ORDER = row("O", child="K", law="private", applied_on="2025-06-01", supported_on="2025-07-01")
INCIDENT = row("I", kind="police", on="2026-03-01", victim="K")
REVIEW = row("V", order="O", on="2026-03-01", still_in_interest=True)
NOTED = {**REVIEW, "still_in_interest": False}
MEETING = row("M", kind="core_group", plan="P", on="2026-01-10", attended=[])
CONFERENCE = {**MEETING, "kind": "review_conference"}
TEENAGER = row("X", born="2010-03", history=[])
OLDER_TEENAGER = {**TEENAGER, "born": "2008-10"}
PARTNER = row("Y", born="2000-03", history=[])
COUPLE = row("L", kind="partner_of", start="2025-03-01", **{"from": "X", "to": "Y"})
BABY = row("B", born="2025-03", history=[])
PARENT = row("L", kind="parent_of", start="2025-03-15", **{"from": "X", "to": "B"})
FAMILY: dict[str, Any] = {"people": [TEENAGER, BABY], "relationships": [PARENT]}
COUPLED: dict[str, Any] = {"people": [TEENAGER, PARTNER], "relationships": [COUPLE]}
ABUSED = row("I", kind="domestic_abuse", on="2026-03-01", victim="X")
REFERRAL = row("F", subject="X", service="marac", considered_on="2026-03-15", made_on="2026-03-20")
DECISION = row("D", referral="F", on="2026-04-01", age_considered=True)
THRESHOLD = row(
    "T", person="X", on="2025-05-01", level="no_further_action", rationale_recorded=True
)


def carer_of_child(*history: str) -> dict[str, Any]:
    carer = row("A", born="1980", history=list(history))
    tie = row("L", kind="parent_of", **{"from": "A", "to": "K"})
    return {"people": [CHILD, carer], "relationships": [tie]}


def about(section: str, base: dict[str, Any], breach: Any, met: Any) -> tuple[Any, Any]:
    """Give the section with its row as it is in the breach, and as it is when that is mended."""
    return {section: [{**base, **breach}]}, {section: [{**base, **met}]}


def worked(
    lesson: str, check: str, given_rows: dict[str, Any], differ: tuple[Any, Any]
) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    return (lesson, check, {**given_rows, **differ[0]}, differ[1])


def days(field: str, breach: str, met: str) -> tuple[dict[str, str], dict[str, str]]:
    return {field: breach}, {field: met}


TOOL = row("T", subject="K")
LEGAL = row("M", kind="legal_planning", plan="P")
TRAINED = row("T", worker="W")
TOLD = row("N", order="O")
PLANNED: dict[str, Any] = {"people": [CHILD], "plans": [PLAN]}
ORDERED: dict[str, Any] = {"people": [CHILD], "court_orders": [ORDER]}
NEGLECTED: dict[str, Any] = {"people": [CHILD], "risks": [NEGLECT]}
HARMED: dict[str, Any] = {"people": [CHILD], "risks": [HARM]}
DRUNK: dict[str, Any] = {"people": [CHILD], "risks": [DRINK]}
SEEN = {"child_seen": True, "child_views": True, "impact_on_child": True}
OLD_PLAN = {**PLAN, "id": "P0", "start": "2023-01-01", "end": "2023-06-03"}
EARLIER = {**ABUSED, "id": "J", "on": "2025-03-01"}

# Lesson, check, the sections that make it a breach, and those, put over them, that make it met.
WORKED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    worked(
        "P1.1",
        "decided-at-conference",
        CHANGED,
        about("meetings", CONFERENCE, *days("on", "2026-01-11", "2026-01-10")),
    ),
    # The change was on a Saturday.
    worked(
        "P1.1",
        "chair-agreement",
        CHANGED,
        about("chair_agreements", AGREED, *days("recorded_on", "2026-01-13", "2026-01-12")),
    ),
    worked(
        "P1.1",
        "risks-carried",
        {**CHANGED, "risks": [RISK]},
        about("actions", {**ACTION, "addresses": "R"}, *days("set_on", "2026-02-08", "2026-02-07")),
    ),
    worked(
        "P1.1",
        "actions-carried",
        CHANGED,
        about("actions", ACTION, *days("due", "2026-02-07", "2026-02-08")),
    ),
    worked(
        "P1.1",
        "assessments-carried",
        CHANGED,
        about("assessments", ASSESSMENT, *days("completed_on", "2026-02-08", "2026-02-07")),
    ),
    worked(
        "P1.1",
        "replacement-carries-risks",
        {"people": [CHILD], "plans": [{**PLAN, "end": "2026-01-10"}, REPLACING], "risks": [RISK]},
        about("mitigations", row("N", risk="R"), *days("recorded_on", "2026-01-18", "2026-01-17")),
    ),
    *(
        worked(
            "P2.1",
            check,
            {**HARMED, "workers": [WORKER]},
            about(
                "training",
                {**TRAINED, "topic": topic},
                *days("completed_on", "2022-12-31", "2023-01-01"),
            ),
        )
        for check, topic in (
            ("child-sexual-abuse-training", "child_sexual_abuse"),
            ("sexual-behaviour-training", "age_appropriate_sexual_behaviour"),
        )
    ),
    worked(
        "P2.1",
        "policy-tools-used",
        HARMED,
        about(
            "tools",
            {**TOOL, "kind": "sexual_behaviour_tool"},
            *days("on", "2026-02-16", "2026-02-15"),
        ),
    ),
    *(
        worked(
            "P2.2",
            check,
            carer_of_child(history),
            about("assessments", PROTECTIVE, *days("completed_on", "2024-01-01", "2024-01-02")),
        )
        for check, history in (
            ("perpetrator-history-assessed", "sexual_abuse_perpetrator"),
            ("survivor-history-considered", "sexual_abuse_victim"),
        )
    ),
    worked(
        "P2.2",
        "abuse-considered-for-carer",
        {**carer_of_child(), "risks": [HARM]},
        about("assessments", PROTECTIVE, *days("completed_on", "2025-09-30", "2025-10-01")),
    ),
    *(
        worked("P3.1", check, DRUNK, about("assessments", SOBER, wrong, {}))
        for check, wrong in (
            ("multi-agency", {"agencies": ["childrens_services"]}),
            ("timely", {"completed_on": "2026-05-08"}),
            ("impact-on-child", {"completed_on": "2025-11-29"}),
            ("child-seen-and-heard", {"child_views": False}),
        )
    ),
    worked(
        "P3.1",
        "child-focused-plan",
        {**DRUNK, "plans": [PLAN]},
        about("actions", ACTION, {"addresses": "none"}, {"addresses": "R"}),
    ),
    *(
        worked(
            "P4.1",
            check,
            NEGLECTED,
            about("tools", {**TOOL, "kind": kind}, *days("on", late, good)),
        )
        for check, kind, late, good in (
            ("chronology-current", "chronology", "2026-02-28", "2026-03-01"),
            ("neglect-tool-used", "local_neglect_tool", "2025-09-02", "2025-09-01"),
            ("neglect-tool-repeated", "graded_care_profile", "2025-11-28", "2025-11-29"),
        )
    ),
    worked(
        "P5.1",
        "child-focused-assessment",
        NEGLECTED,
        about(
            "assessments", {**ASSESSMENT, **SEEN}, *days("completed_on", "2025-02-28", "2025-03-01")
        ),
    ),
    worked(
        "P5.1",
        "parenting-capacity",
        NEGLECTED,
        about(
            "assessments",
            {**ASSESSMENT, "completed_on": "2026-02-01"},
            {"parenting_capacity": False},
            {"parenting_capacity": True},
        ),
    ),
    worked(
        "P5.1",
        "no-drift",
        {"people": [CHILD], "plans": [{**PLAN, "start": "2025-02-01", "category": "neglect"}]},
        about("meetings", LEGAL, *days("on", "2026-06-01", "2026-05-31")),
    ),
    worked(
        "P5.1",
        "repeat-plan-weighed",
        {"people": [CHILD], "plans": [{**PLAN, "category": "neglect"}, OLD_PLAN]},
        about("meetings", LEGAL, *days("on", "2025-09-03", "2025-09-02")),
    ),
    worked(
        "P6.1",
        "reviewed-after-incident",
        {**ORDERED, "incidents": [INCIDENT]},
        about("best_interest_reviews", REVIEW, *days("on", "2026-03-30", "2026-03-29")),
    ),
    worked(
        "P6.1",
        "reviewed-before-grant",
        {"people": [CHILD], "court_orders": [{**ORDER, "granted_on": "2026-06-01"}]},
        about("best_interest_reviews", REVIEW, *days("on", "2026-02-28", "2026-03-01")),
    ),
    worked(
        "P6.1",
        "court-informed",
        {**ORDERED, "best_interest_reviews": [NOTED]},
        about("court_notices", TOLD, *days("on", "2026-03-16", "2026-03-15")),
    ),
    worked(
        "P6.1",
        "court-told-of-withdrawal",
        {"people": [CHILD], "court_orders": [{**ORDER, "support_ended_on": "2026-03-01"}]},
        about("court_notices", TOLD, *days("on", "2026-01-31", "2026-02-01")),
    ),
    (
        "P7.1",
        "meeting-frequency",
        {
            "people": [CHILD],
            "plans": [{**PLAN, "start": "2026-04-20"}],
            "meetings": [{**MEETING, "on": "2026-04-20"}],
        },
        {
            "meetings": [
                {**MEETING, "on": "2026-04-20"},
                {**MEETING, "id": "M2", "on": "2026-06-01"},
            ]
        },
    ),
    # Ten working days after Thursday 2 April, over Easter.
    worked(
        "P7.1",
        "first-core-group",
        {"people": [CHILD], "plans": [{**PLAN, "start": "2026-04-02"}]},
        about("meetings", MEETING, *days("on", "2026-04-21", "2026-04-20")),
    ),
    worked(
        "P7.1",
        "review-conference-timely",
        {"people": [CHILD], "plans": [{**PLAN, "start": "2026-01-01"}]},
        about("meetings", CONFERENCE, *days("on", "2026-04-04", "2026-04-03")),
    ),
    worked(
        "P7.1",
        "quorum",
        PLANNED,
        about(
            "meetings",
            CONFERENCE,
            {"attended": ["childrens_services", "police"]},
            {"attended": ["school", "childrens_services", "police"]},
        ),
    ),
    worked(
        "P7.1",
        "core-group-multi-agency",
        PLANNED,
        about(
            "meetings",
            MEETING,
            {"attended": ["school", "police"]},
            {"attended": ["school", "childrens_services"]},
        ),
    ),
    worked(
        "P7.1",
        "plan-scrutinised",
        PLANNED,
        about(
            "meetings",
            {**MEETING, "plan_updated": True},
            {"progress_reviewed": False},
            {"progress_reviewed": True},
        ),
    ),
    worked(
        "P7.1",
        "child-views",
        PLANNED,
        about("meetings", CONFERENCE, {"child_views": False}, {"child_views": True}),
    ),
    worked(
        "P7.1",
        "actions-implemented",
        PLANNED,
        about(
            "actions",
            {**ACTION, "due": "2026-02-01"},
            *days("completed_on", "2026-02-16", "2026-02-15"),
        ),
    ),
    worked(
        "P7.1",
        "child-focused-plan",
        PLANNED,
        about("actions", ACTION, *days("set_on", "2025-07-01", "2025-06-30")),
    ),
    *(
        worked(
            "P8.1",
            check,
            COUPLED,
            about(
                "assessments",
                {**ASSESSMENT, "subject": "X", "started_on": "2024-11-01", "considers": [topic]},
                *days("completed_on", "2024-11-28", "2024-11-29"),
            ),
        )
        for check, topic in (
            ("domestic-abuse-assessed", "domestic_abuse"),
            ("intergenerational-abuse", "intergenerational_domestic_abuse"),
            ("older-partner", "older_partner"),
            ("exposure-to-abuse", "exposure_to_abuse"),
        )
    ),
    worked(
        "P8.2",
        "referral-considered",
        {"people": [TEENAGER], "incidents": [ABUSED]},
        about(
            "referrals",
            {**REFERRAL, "made_on": None},
            {"reason_recorded": False},
            {"reason_recorded": True},
        ),
    ),
    worked(
        "P8.2",
        "risk-assessed",
        {"people": [OLDER_TEENAGER], "incidents": [ABUSED]},
        about(
            "tools",
            row("T", kind="dash", subject="X"),
            *days("on", "2026-03-16", "2026-03-15"),
        ),
    ),
    worked(
        "P8.2",
        "repeat-victim-to-marac",
        {"people": [OLDER_TEENAGER], "incidents": [ABUSED, EARLIER]},
        about("referrals", REFERRAL, *days("considered_on", "2025-02-28", "2025-03-01")),
    ),
    worked(
        "P8.2",
        "marac-decides",
        {"people": [TEENAGER], "referrals": [REFERRAL]},
        about("marac_decisions", DECISION, *days("on", "2026-05-02", "2026-05-01")),
    ),
    worked(
        "P8.2",
        "marac-reflects-age",
        {"people": [TEENAGER], "referrals": [REFERRAL]},
        about("marac_decisions", DECISION, {"age_considered": False}, {}),
    ),
    ("P9.1", "own-plan", FAMILY, {"threshold_decisions": [THRESHOLD]}),
    worked(
        "P9.1",
        "threshold-for-parent",
        FAMILY,
        about("threshold_decisions", THRESHOLD, *days("on", "2024-05-24", "2024-06-24")),
    ),
    worked(
        "P9.1",
        "threshold-for-child",
        FAMILY,
        about("threshold_decisions", THRESHOLD, {"person": "X"}, {"person": "B"}),
    ),
    worked(
        "P9.1",
        "assessed-as-child",
        FAMILY,
        about(
            "assessments",
            {**ASSESSMENT, "subject": "X", "completed_on": TODAY},
            {"kind": "parenting"},
            {"kind": "own_needs"},
        ),
    ),
    worked(
        "P9.1",
        "family-history",
        FAMILY,
        about(
            "assessments",
            {**ASSESSMENT, "subject": "B", "completed_on": TODAY},
            {},
            {"considers": ["family_history"]},
        ),
    ),
    *(
        worked(
            "P9.1",
            kind,
            FAMILY,
            about(
                "tools", row("T", kind=kind, subject="X"), *days("on", "2024-05-24", "2024-06-24")
            ),
        )
        for kind in ("chronology", "genogram")
    ),
    # Fifteen working days after Thursday 2 April, over Easter.
    worked(
        "ST2.1",
        "conference-in-time",
        {
            **PLANNED,
            "meetings": [row("S", kind="strategy", subject="K", on="2026-04-02")],
        },
        tuple(
            {
                "meetings": [
                    row("S", kind="strategy", subject="K", on="2026-04-02"),
                    {**CONFERENCE, "kind": "initial_conference", "on": on},
                ]
            }
            for on in ("2026-04-28", "2026-04-27")
        ),
    ),
    worked(
        "ST3.1",
        "interview-offered",
        {
            "people": [CHILD],
            "incidents": [{**INCIDENT, "kind": "missing", "returned_on": "2026-05-01"}],
        },
        about(
            "return_interviews",
            row("R", incident="I"),
            *days("held_on", "2026-05-05", "2026-05-04"),
        ),
    ),
]


@pytest.mark.parametrize(
    ("lesson", "check", "breach", "mended"),
    WORKED,
    ids=[f"{lesson}-{check}" for lesson, check, _, _ in WORKED],
)
def test_a_breach_and_its_mending(
    lesson: str, check: str, breach: dict[str, Any], mended: dict[str, Any]
) -> None:
    assert said(record_of(**breach), lesson, check).outcome == "breach"
    assert said(record_of(**{**breach, **mended}), lesson, check).outcome == "compliant"


def test_each_check_is_worked_by_hand() -> None:
    lessons = {**CHECKS, **STATUTORY}
    checks = [(lesson, check) for lesson, found in lessons.items() for check in found]
    assert [(lesson, check) for lesson, check, _, _ in WORKED] == checks
    assert sum(len(found) for found in CHECKS.values()) == 53
    assert list(PARAMETERS) == list(lessons)


def test_the_tables_are_those_of_the_format() -> None:
    assert list(DATES) == list(FIELDS)
    for section, fields in FIELDS.items():
        dates = {name for name, field in fields.items() if field.holds == "date"}
        assert set(DATES[section]) == dates
        events = {name for name, field in fields.items() if field.null == "D"}
        assert set(EVENTS.get(section, ())) == events
        assert set(REQUIRED_REFERENCES.get(section, ())) == required_targets(section)
    assert {section: name for section, (name, _) in KINDS.items()} == KIND_FIELDS
    for section, (name, codes) in KINDS.items():
        assert codes == set(FIELDS[section][name].codes)


def test_nothing_looked_for_and_nothing_found_applies_to_nothing() -> None:
    assert {lesson_outcome(checks) for checks in audit(record_of()).values()} == {"not_applicable"}


def test_nothing_known_is_never_a_pass() -> None:
    record = {key: value for key, value in record_of().items() if key not in FIELDS}
    outcomes = {result.outcome for checks in audit(record).values() for result in checks.values()}
    assert outcomes == {"insufficient_evidence"}
    assert ("P1.1", "risks-carried", "insufficient_evidence", ("/category_changes", "/risks")) in (
        findings(record)
    )


def test_nothing_but_parts_is_never_a_pass() -> None:
    coverage = {section: {"incomplete": True} for section in FIELDS}
    record = {**record_of(), "coverage": coverage}
    outcomes = {result.outcome for checks in audit(record).values() for result in checks.values()}
    assert outcomes == {"insufficient_evidence"}


def test_a_parameter_moves_its_edge() -> None:
    late = record_of(
        people=[CHILD], risks=[NEGLECT], tools=[row("T", kind="chronology", subject="K", on=TODAY)]
    )
    moved = audit(late, {"P4.1": {"start_days": 366}})["P4.1"]["chronology-current"]
    assert moved.outcome == "not_applicable"
    assert audit(late, {"P4.1": {"start_days": 365}})["P4.1"]["chronology-current"].outcome == (
        "compliant"
    )


# ---------------------------------------------------------------- unknowns


def test_a_window_that_is_still_open_is_no_instance() -> None:
    for on, expected in (("2026-05-04", "breach"), ("2026-05-05", "not_applicable")):
        record = record_of(**{**CHANGED, "category_changes": [{**CHANGE, "on": on}]}, risks=[RISK])
        assert said(record, "P1.1", "risks-carried").outcome == expected


def test_an_unknown_section_of_evidence_is_insufficient() -> None:
    record = record_of(**CHANGED, chair_agreements=None)
    assert said(record, "P1.1", "chair-agreement") == CheckResult(
        "insufficient_evidence", [("insufficient_evidence", ("/category_changes/0",))]
    )


def test_the_row_of_an_unknown_section_combines_with_each_row_of_the_others() -> None:
    record = record_of(people=[CHILD], plans=[PLAN], category_changes=None, risks=[RISK, HARM])
    assert said(record, "P1.1", "risks-carried").instances == [
        ("insufficient_evidence", ("/category_changes", "/risks/0")),
        ("insufficient_evidence", ("/category_changes", "/risks/1")),
    ]


def test_a_combination_needs_a_row_of_each_section() -> None:
    record = record_of(people=[CHILD], plans=[PLAN], category_changes=None)
    assert said(record, "P1.1", "risks-carried").outcome == "not_applicable"
    assert said(record, "P1.1", "chair-agreement").outcome == "insufficient_evidence"


def test_the_row_of_an_unknown_section_is_no_instance_where_what_is_known_is_false() -> None:
    public = {**ORDER, "law": "public"}
    record = record_of(people=[CHILD], court_orders=[public], incidents=None)
    assert said(record, "P6.1", "reviewed-after-incident").outcome == "not_applicable"


def test_unsettled_alone_is_insufficient_and_its_own_finding() -> None:
    met = {**MEETING, "child_views": True}
    record = record_of(people=[CHILD], plans=None, meetings=[met])
    views = said(record, "P7.1", "child-views")
    assert views == CheckResult("insufficient_evidence", [("unsettled", ("/plans", "/meetings/0"))])
    found = ("P7.1", "child-views", "insufficient_evidence", ("/plans", "/meetings/0"))
    assert found in findings(record)


def test_unsettled_weighs_nothing_beside_others() -> None:
    met = {**MEETING, "child_views": True}
    unplaced = {**met, "id": "M2", "plan": None}
    record = record_of(people=[CHILD], plans=[PLAN], meetings=[met, unplaced])
    views = said(record, "P7.1", "child-views")
    assert views.outcome == "compliant"
    assert [result for result, _ in views.instances] == ["met", "unsettled"]
    assert not [found for found in findings(record) if found[1] == "child-views"]
    record["meetings"][0]["child_views"] = False
    assert [found for found in findings(record) if found[1] == "child-views"] == [
        ("P7.1", "child-views", "breach", ("/plans/0", "/meetings/0"))
    ]


def test_a_section_that_needs_an_empty_one_is_empty_and_so_on() -> None:
    unknown = {section: None for section in FIELDS if section != "people"}
    case = Case(record_of(**unknown))
    still_unknown = {section for section, rows in case.sections.items() if rows is None}
    # A meeting need have no plan, an incident no victim, a worker nobody.
    assert still_unknown == {"meetings", "incidents", "return_interviews", "workers", "training"}


def test_an_unknown_target_does_not_empty_a_section() -> None:
    case = Case(record_of(plans=None, category_changes=None, people=None))
    assert case.sections["category_changes"] is None
    assert case.sections["chair_agreements"] == []


def test_a_known_reference_into_an_unknown_section_gives_the_id_and_no_more() -> None:
    record = record_of(
        people=None, plans=None, category_changes=[CHANGE], chair_agreements=[AGREED]
    )
    assert said(record, "P1.1", "chair-agreement").instances == [
        ("unsettled", ("/category_changes/0",))
    ]
    case = Case(record)
    assert case.follow("plans", "P")["id"] == "P"
    assert case.follow("plans", "P")["level"] is UNKNOWN


def test_an_unknown_victim_may_be_a_teenager_even_where_no_person_is_recorded() -> None:
    record = record_of(incidents=[{**ABUSED, "victim": None}])
    assert said(record, "P8.2", "referral-considered").outcome == "insufficient_evidence"


def test_multiple_may_be_any_category_but_as_written_it_is_a_code_of_its_own() -> None:
    record = record_of(people=[CHILD], plans=[{**PLAN, "category": "multiple"}])
    assert said(record, "P4.1", "chronology-current").instances == [
        ("insufficient_evidence", ("/plans/0",))
    ]
    for change, expected in (
        ({"from_category": "multiple"}, "breach"),
        ({"to_category": "multiple"}, "not_applicable"),
        ({"from_category": "emotional_abuse"}, "not_applicable"),
        ({"from_category": None}, "insufficient_evidence"),
    ):
        changed = {**CHANGED, "category_changes": [{**CHANGE, **change}]}
        assert said(record_of(**changed), "P1.1", "chair-agreement").outcome == expected


def test_a_change_to_neglect_is_a_concern_only_on_a_protection_plan() -> None:
    change = {**CHANGE, "to_category": "neglect"}
    for level, expected in (("child_protection", "breach"), ("child_in_need", "not_applicable")):
        plan = {**PLAN, "level": level}
        record = record_of(people=[CHILD], plans=[plan], category_changes=[change])
        assert said(record, "P4.1", "chronology-current").outcome == expected


def test_an_action_whose_grace_ends_with_the_plan_is_not_asked_for() -> None:
    for end, expected in (("2026-02-15", "not_applicable"), ("2026-02-16", "breach")):
        record = record_of(
            people=[CHILD],
            plans=[{**PLAN, "end": end}],
            actions=[{**ACTION, "due": "2026-02-01"}],
        )
        assert said(record, "P7.1", "actions-implemented").outcome == expected


@pytest.mark.parametrize(
    ("meeting", "expected"),
    [
        ({"attended": None}, "insufficient_evidence"),
        ({"attended": ["childrens_services", "police", "unknown"]}, "insufficient_evidence"),
        ({"attended": ["childrens_services", "police", "school", "unknown"]}, "compliant"),
        ({"attended": [], "quorate": True}, "compliant"),
        ({"attended": None, "quorate": False}, "insufficient_evidence"),
        ({"attended": [], "chair_waived_quorum_on": "2026-01-10"}, "compliant"),
        ({"attended": [], "chair_waived_quorum_on": "unknown"}, "insufficient_evidence"),
        ({"attended": []}, "breach"),
    ],
)
def test_the_ways_to_know_of_a_quorum(meeting: dict[str, Any], expected: str) -> None:
    record = record_of(**PLANNED, meetings=[{**CONFERENCE, **meeting}])
    assert said(record, "P7.1", "quorum").outcome == expected


def test_whose_meeting_it_is() -> None:
    plan = {**PLAN, "start": "2025-02-01", "category": "neglect"}
    for meeting, expected in (
        ({"plan": None, "subject": "K"}, "compliant"),
        ({"plan": "P", "subject": None}, "compliant"),
        ({"plan": "P", "subject": "X"}, "breach"),
        ({"plan": None, "subject": None}, "insufficient_evidence"),
    ):
        held = {**LEGAL, "on": "2026-05-31", **meeting}
        record = record_of(people=[CHILD, TEENAGER], plans=[plan], meetings=[held])
        assert said(record, "P5.1", "no-drift").outcome == expected


def test_who_did_it() -> None:
    harm = row("L", kind="carer_of", **{"from": "Y", "to": "X"})
    given_rows = {"people": [TEENAGER, PARTNER], "relationships": [harm]}
    for by_whom, expected in (
        ("Y", "not_applicable"),
        ("X", "breach"),
        (None, "breach"),
        ("unknown", "insufficient_evidence"),
    ):
        record = record_of(**given_rows, incidents=[{**ABUSED, "by": by_whom}])
        assert said(record, "P8.2", "referral-considered").outcome == expected
    nobody = record_of(people=[TEENAGER], relationships=None, incidents=[ABUSED])
    assert said(nobody, "P8.2", "referral-considered").outcome == "breach"


# ---------------------------------------------------------------- parts of sections


def partly(section: str, covered: dict[str, Any], **sections: Any) -> Record:
    return {**record_of(**sections), "coverage": {section: covered}}


@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        ({"incomplete": True}, "insufficient_evidence"),
        ({"only": ["core_group"]}, "insufficient_evidence"),
        (
            {"only": ["review_conference", "initial_conference", "transfer_in_conference"]},
            "breach",
        ),
        ({"from": "2026-01-11"}, "insufficient_evidence"),
        ({"from": "2026-01-10"}, "breach"),
        ({"without": ["chair_waived_quorum_on"]}, "breach"),
    ],
)
def test_a_row_that_may_be_missing_may_be_the_evidence(
    covered: dict[str, Any], expected: str
) -> None:
    record = partly("meetings", covered, **CHANGED)
    assert said(record, "P1.1", "decided-at-conference").outcome == expected


def test_a_row_that_may_be_missing_is_asked_about_unless_it_came_before() -> None:
    for covered, instances in (
        ({"incomplete": True}, [("insufficient_evidence", ("/plans/0", "/meetings"))]),
        ({"only": ["strategy"]}, [("insufficient_evidence", ("/plans/0", "/meetings"))]),
        ({"only": [], "incomplete": True}, [("insufficient_evidence", ("/plans/0", "/meetings"))]),
        ({"only": ["core_group"]}, []),
        ({"from": "2026-01-10"}, []),
    ):
        record = partly("meetings", covered, **PLANNED)
        assert said(record, "P7.1", "core-group-multi-agency").instances == instances


def test_it_is_none_of_the_rows_that_are_there() -> None:
    # The meeting is of a plan that is there, not of one that may be.
    met = {**MEETING, "child_views": True}
    record = partly("plans", {"incomplete": True}, **PLANNED, meetings=[met])
    views = [("met", ("/plans/0", "/meetings/0"))]
    assert said(record, "P7.1", "child-views").instances == views
    # This one is of a plan that is not there.
    record["meetings"][0]["plan"] = "ELSEWHERE"
    views = [("unsettled", ("/plans", "/meetings/0"))]
    assert said(record, "P7.1", "child-views").instances == views


def test_from_narrows_what_may_have_been_by_its_days() -> None:
    # A plan in care may be missing: it ended before the section's first day, and excludes a
    # concern that ended before it too, but none that is open.
    for first, resolved_on, expected in (
        ("2026-03-01", None, "breach"),
        (TODAY, None, "breach"),
        ("2026-03-01", "2026-02-01", "insufficient_evidence"),
        ("2026-02-01", "2026-02-01", "breach"),
    ):
        risk = {**NEGLECT, "resolved_on": resolved_on}
        record = partly("plans", {"from": first}, people=[CHILD], risks=[risk])
        assert said(record, "P4.1", "chronology-current").outcome == expected


def test_an_event_that_is_not_carried_is_unknown() -> None:
    record = partly("plans", {"without": ["end"]}, **PLANNED)
    assert said(record, "P7.1", "first-core-group").outcome == "insufficient_evidence"
    # What is told all the same stands.
    told = partly("plans", {"without": ["end"]}, people=[CHILD], plans=[{**PLAN, "end": TODAY}])
    assert said(told, "P7.1", "first-core-group").outcome == "breach"


def test_an_empty_section_that_is_there_in_part_empties_no_other() -> None:
    record = partly("people", {"incomplete": True}, people=[], plans=None)
    assert Case(record).sections["plans"] is None
    # One that could hold no row, for want of a target, has none.
    case = Case(partly("plans", {"incomplete": True}, actions=None))
    assert case.perhaps["plans"] == []
    assert case.sections["actions"] == []


def test_a_reference_may_lead_out_of_a_section_that_is_there_in_part() -> None:
    record = partly("people", {"from": "2026-01-01"}, people=[], plans=[PLAN], meetings=[MEETING])
    assert said(record, "P7.1", "child-views").instances == [
        ("insufficient_evidence", ("/plans/0", "/meetings/0"))
    ]


def test_another_row_may_be_one_that_is_not_there() -> None:
    plan = {**PLAN, "category": "neglect"}
    record = partly("plans", {"only": ["child_in_need"]}, people=[CHILD], plans=[plan])
    assert said(record, "P5.1", "repeat-plan-weighed").instances == [
        ("insufficient_evidence", ("/plans/0",)),
        ("insufficient_evidence", ("/plans",)),
    ]
    whole = partly("plans", {"only": ["child_protection"]}, people=[CHILD], plans=[plan])
    assert said(whole, "P5.1", "repeat-plan-weighed").outcome == "not_applicable"


# ---------------------------------------------------------------- ranges, and closed cases


def test_a_range_that_reaches_over_an_edge_is_insufficient() -> None:
    for on, expected in (
        ("2026-01-10/2026-01-10", "compliant"),
        ("2026-01-10/2026-01-11", "insufficient_evidence"),
        ("../2026-01-09", "breach"),
        ("2026-01-11/..", "breach"),
    ):
        record = record_of(**CHANGED, meetings=[{**CONFERENCE, "on": on}])
        assert said(record, "P1.1", "decided-at-conference").outcome == expected


def test_a_case_that_opened_no_later_than_a_day() -> None:
    late = {**PROTECTIVE, "completed_on": "2024-01-01"}
    record = record_of(**carer_of_child("sexual_abuse_victim"), assessments=[late])
    assert said(record, "P2.2", "survivor-history-considered").outcome == "breach"
    record["opened_on"] = "../2025-01-01"
    assert said(record, "P2.2", "survivor-history-considered").outcome == "insufficient_evidence"


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        (None, "2026-03-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-03-15/2026-04-01", "2026-03-15/2026-04-01"),
        ("unknown", "2026-03-01/.."),
    ],
)
def test_the_day_from_which_an_incident_was_known(known_on: str | None, expected: str) -> None:
    (read,) = Case(record_of(incidents=[{**ABUSED, "known_on": known_on}])).rows("incidents")
    assert known_day(read, "on") == parse_day(expected)


def test_nothing_is_asked_of_what_came_after_a_case_closed() -> None:
    meeting = {**CONFERENCE, "on": "2026-02-01", "child_views": False}
    record = record_of(**PLANNED, meetings=[meeting])
    for closed_on, expected in (
        (None, "breach"),
        ("2026-02-01", "breach"),
        ("2026-01-31", "not_applicable"),
    ):
        assert said({**record, "closed_on": closed_on}, "P7.1", "child-views").outcome == expected
    # Nor is it known to be asked of what may have come after.
    record["meetings"][0]["on"] = "2026-01-20/2026-02-10"
    assert said(record, "P7.1", "child-views").outcome == "breach"
    closed = {**record, "closed_on": "2026-02-01"}
    assert said(closed, "P7.1", "child-views").outcome == "insufficient_evidence"


def test_what_came_after_a_case_closed_may_be_evidence() -> None:
    record = record_of(**CHANGED, chair_agreements=[AGREED])
    record["closed_on"] = "2026-01-12"
    assert said(record, "P1.1", "chair-agreement").outcome == "compliant"
    record["chair_agreements"][0] = {**AGREED, "recorded_on": "2026-01-13"}
    assert said(record, "P1.1", "chair-agreement").outcome == "breach"
    assert contradictions(record) == []


# ---------------------------------------------------------------- contradictions


def test_a_date_after_the_extract_is_unknown_and_takes_part_in_no_pair() -> None:
    plan = {**PLAN, "start": "2026-06-02", "end": "2026-05-01"}
    record = record_of(people=[CHILD], plans=[plan])
    assert contradictions(record) == [("/plans/0/start", "/extracted_on")]
    (read,) = Case(record).rows("plans")
    assert read["start"] is UNKNOWN
    assert read["end"] == parse_day("2026-05-01")


def test_an_end_before_its_start_makes_both_unknown_and_one_date_may_be_in_two_pairs() -> None:
    order = {**ORDER, "granted_on": "2025-05-01"}
    record = record_of(people=[CHILD], court_orders=[order])
    assert contradictions(record) == [
        ("/court_orders/0/applied_on", "/court_orders/0/granted_on"),
        ("/court_orders/0/supported_on", "/court_orders/0/granted_on"),
    ]
    (read,) = Case(record).rows("court_orders")
    assert {read[name] for name in ("applied_on", "supported_on", "granted_on")} == {UNKNOWN}
    assert read["ended_on"] is NEVER
    assert said(record, "P6.1", "reviewed-before-grant").outcome == "insufficient_evidence"


def test_ranges_contradict_where_no_day_of_theirs_can_be_right() -> None:
    for start, end, found in (
        ("2026-01-05/2026-02-01", "2026-01-04", True),
        ("2026-01-05/2026-02-01", "2026-01-01/2026-01-05", False),
        ("2026-01-05/..", "../2026-01-04", True),
        ("../2026-01-05", "2026-01-01", False),
        ("2026-06-02/..", "unknown", True),
        ("2026-06-01/..", None, False),
    ):
        record = record_of(people=[CHILD], plans=[{**PLAN, "start": start, "end": end}])
        assert bool(contradictions(record)) is found


def test_same_day_due_dates_and_expected_births_contradict_nothing() -> None:
    record = record_of(
        people=[row("B", born="2026-09")],
        plans=[{**PLAN, "subject": "B", "end": PLAN["start"]}],
        actions=[{**ACTION, "for_person": "B", "due": "2027-01-01"}],
    )
    assert contradictions(record) == []


# ---------------------------------------------------------------- instances and their pointers


def test_a_pair_of_parent_and_child_is_one_instance() -> None:
    record = record_of(people=[TEENAGER, BABY], relationships=[PARENT, {**PARENT, "id": "L2"}])
    assert said(record, "P9.1", "genogram").instances == [("breach", ("/people/0", "/people/1"))]


@pytest.mark.parametrize(
    ("unknown", "parent", "partner"),
    [
        ("relationships", ("/relationships",), ("/relationships",)),
        ("people", ("/people", "/people"), ("/people", "/relationships/1")),
    ],
)
def test_pointers_of_people_that_are_not_known(
    unknown: str, parent: tuple[str, ...], partner: tuple[str, ...]
) -> None:
    couple = {**COUPLE, "id": "L2"}
    record = record_of(people=[TEENAGER, BABY, PARTNER], relationships=[PARENT, couple])
    record[unknown] = None
    assert {pointers for _, pointers in said(record, "P9.1", "genogram").instances} == {parent}
    assert {pointers for _, pointers in said(record, "P8.1", "older-partner").instances} == {
        partner
    }


def test_the_plan_and_a_meeting_on_its_first_day_are_instances_of_their_own() -> None:
    plan = {**PLAN, "start": "2026-04-20"}
    record = record_of(people=[CHILD], plans=[plan], meetings=[{**MEETING, "on": "2026-04-20"}])
    assert said(record, "P7.1", "meeting-frequency").instances == [
        ("breach", ("/plans/0",)),
        ("breach", ("/plans/0", "/meetings/0")),
    ]


def test_a_worker_and_each_concern_are_instances_of_their_own() -> None:
    record = record_of(people=[CHILD], risks=[HARM, {**HARM, "id": "H2"}], workers=[WORKER])
    assert said(record, "P2.1", "child-sexual-abuse-training").instances == [
        ("breach", ("/workers/0", "/risks/0")),
        ("breach", ("/workers/0", "/risks/1")),
    ]


# ---------------------------------------------------------------- random records


def problems(record: Record) -> Iterator[str]:
    """Name each way in which a record is not a valid one."""
    known = [section for section in FIELDS if record.get(section) is not None]
    ids = [found["id"] for section in known for found in record[section]]
    if len(ids) != len(set(ids)) or {"none", "unknown"} & set(ids):
        yield "ids"
    if not record["opened_on"].removeprefix("../") <= record["extracted_on"]:
        yield "opened_on"
    closed = record.get("closed_on") or record["extracted_on"]
    if not record["opened_on"].removeprefix("../") <= closed <= record["extracted_on"]:
        yield "closed_on"
    yield from problems_of_coverage(record)
    targets = known_ids(record)
    for section in known:
        for found in record[section]:
            if not re.fullmatch("[A-Za-z][A-Za-z0-9_-]{0,31}", found["id"]):
                yield found["id"]
            if set(found) - set(FIELDS[section]) - {"id"}:
                yield f"{section} unknown field"
            for name, field in FIELDS[section].items():
                value = found.get(name)
                if value is None:
                    if field.null == "R":
                        yield f"{section}.{name} null"
                elif value == "unknown" and field.null == "D":
                    continue
                elif not is_valid(field.holds, value, field.codes, targets.get(field.target)):
                    yield f"{section}.{name} {value}"


def problems_of_coverage(record: Record) -> Iterator[str]:
    for section, covered in record.get("coverage", {}).items():
        if not covered or set(covered) - {"only", "incomplete", "from", "without"}:
            yield f"coverage of {section}"
        if "only" in covered:
            codes = FIELDS[section][KIND_FIELDS[section]].codes
            kinds = {found[KIND_FIELDS[section]] for found in record.get(section) or []}
            if not kinds <= set(covered["only"]) < set(codes):
                yield f"{section} only"
        if "from" in covered and (
            section in ("people", "relationships") or not is_day(covered["from"])
        ):
            yield f"{section} from"
        if covered.get("incomplete", True) is not True:
            yield f"{section} incomplete"
        if "without" in covered and not (
            set() < set(covered["without"]) <= set(EVENTS.get(section, ()))
        ):
            yield f"{section} without"


def is_day(text: str) -> bool:
    return date(1900, 1, 1) <= date.fromisoformat(text) <= date(2100, 12, 31)


def is_day_or_range(text: str) -> bool:
    ends = text.split("/")
    given_ends = [end for end in ends if end != ".."]
    return (
        len(ends) in (1, 2)
        and given_ends != []
        and all(is_day(end) for end in given_ends)
        and given_ends == sorted(given_ends)
    )


def is_valid(holds: str, value: Any, codes: tuple[str, ...], targets: set[str] | None) -> bool:
    if holds == "date":
        return is_day_or_range(value)
    if holds == "reference":
        return targets is None or value in targets or value == "none"
    if holds == "codes":
        return set(value) <= {*codes, "unknown"} and len(value) == len(set(value))
    if holds == "born":
        return re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", value) is not None
    if holds == "pseudonym":
        return re.fullmatch("[A-Z][A-Z0-9-]{2,31}", value) is not None
    return isinstance(value, bool) if holds == "flag" else value in codes


@pytest.mark.parametrize("seed", range(tries(300)))
def test_a_random_record_is_valid_in_every_form(seed: int) -> None:
    rng = Random(seed)
    record = random_record(rng)
    forms = [record, shuffle_rows(record, rng), shuffle_keys(record, rng)]
    forms += [rename_ids(record, rng)[0], add_unrelated_rows(record, rng), take_away(record, rng)]
    for form in forms:
        assert list(problems(form)) == []


@settings(max_examples=tries(50))
@given(record=records())
def test_a_drawn_record_is_valid(record: Record) -> None:
    assert list(problems(record)) == []


def test_a_random_record_depends_on_its_seed_alone() -> None:
    assert random_record(Random(7)) == random_record(Random(7))
    assert random_record(Random(7)) != random_record(Random(8))


def test_rates_of_nothing_make_whole_records() -> None:
    for seed in range(30):
        record = random_record(
            Random(seed),
            null_rate=0,
            missing_rate=0,
            coverage_rate=0,
            range_rate=0,
            unknown_rate=0,
            closed_rate=0,
        )
        assert "coverage" not in record
        assert "closed_on" not in record
        assert not any(may_lack_rows(record, section) for section in FIELDS)
        assert all(record[section] is not None for section in FIELDS)
        assert "/" not in str([record[section] for section in FIELDS])


def named(record: Record) -> dict[tuple[str, str], list[Any]]:
    """Give each check's instances with rows named by id, so that they can be compared."""
    return {
        (lesson, check): sorted(
            (result, [str(row_of(record, pointer)) for pointer in pointers])
            for result, pointers in found.instances
        )
        for lessons in (CHECKS, STATUTORY)
        for lesson, checks in audit(record, lessons=lessons).items()
        for check, found in checks.items()
    }


@pytest.mark.parametrize("seed", range(tries(300)))
def test_order_spelling_and_unrelated_rows_change_no_answer(seed: int) -> None:
    rng = Random(seed)
    record = random_record(rng)
    answers = named(record)
    assert named(shuffle_rows(record, rng)) == answers
    assert named(shuffle_keys(record, rng)) == answers
    assert named(add_unrelated_rows(record, rng)) == answers
    assert audit(rename_ids(record, rng)[0]) == audit(record)


@pytest.mark.parametrize("seed", range(tries(300)))
def test_knowing_less_never_makes_a_pass_nor_a_breach(seed: int) -> None:
    rng = Random(seed)
    record = random_record(rng)
    poorer_record = take_away(record, rng)
    for lessons in (CHECKS, STATUTORY):
        poorer = audit(poorer_record, lessons=lessons)
        for lesson, checks in audit(record, lessons=lessons).items():
            for check, found in checks.items():
                assert poorer[lesson][check].outcome in (found.outcome, "insufficient_evidence")


@pytest.mark.slow
def test_random_records_reach_every_outcome_of_every_check() -> None:
    number = 2000
    for check, counted in outcome_counts(number, statutory=True).items():
        for outcome in ("breach", "insufficient_evidence", "compliant", "not_applicable"):
            assert counted[outcome] >= number // 1000, (check, outcome)


def test_a_reduced_record_still_fails_and_is_small() -> None:
    def breaches(record: Record) -> bool:
        return audit(record)["P4.1"]["chronology-current"].outcome == "breach"

    record = next(
        made for made in (random_record(Random(seed)) for seed in range(500)) if breaches(made)
    )
    small = reduced(record, breaches)
    assert breaches(small)
    assert sum(len(small.get(section) or []) for section in FIELDS) <= 3
    assert list(problems(small)) == []
