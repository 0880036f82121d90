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
    NEVER,
    PARAMETERS,
    UNKNOWN,
    Born,
    Case,
    CheckResult,
    Truth,
    anniversary,
    audit,
    by,
    category_is,
    contradictions,
    count_workdays,
    findings,
    happened,
    k_and,
    k_not,
    k_or,
    lesson_outcome,
    one_of,
    parse_born,
    same,
    under,
    under_18_not_13,
)
from random_records import (
    FIELDS,
    Record,
    add_unrelated_rows,
    known_ids,
    outcome_counts,
    random_record,
    records,
    reduced,
    rename_ids,
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
    return audit(record)[lesson][check]


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
        (date(2026, 1, 1), date(2026, 1, 1), True),
        (date(2026, 1, 2), date(2026, 1, 1), False),
        (UNKNOWN, date(2026, 1, 1), None),
        (NEVER, date(2026, 1, 1), False),
        (date(2026, 1, 1), NEVER, False),
        (NEVER, UNKNOWN, False),
        (UNKNOWN, NEVER, False),
    ],
)
def test_a_date_that_has_not_happened_compares_false_even_with_the_unknown(
    left: Any, right: Any, expected: Truth
) -> None:
    assert by(left, right) is expected


def test_happened_same_and_categories() -> None:
    assert [happened(day) for day in (date(2026, 1, 1), NEVER, UNKNOWN)] == [True, False, None]
    assert [same(value, "a") for value in ("a", "b", UNKNOWN)] == [True, False, None]
    assert one_of(UNKNOWN, "a", "b") is None
    assert category_is("multiple", "neglect") is None
    assert category_is("neglect", "neglect") is True
    assert category_is("physical_abuse", "neglect") is False


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2008-05", date(2026, 4, 30), True),
        ("2008-05", date(2026, 5, 1), None),
        ("2008-05", date(2026, 5, 12), None),
        ("2008-05", date(2026, 5, 30), None),
        ("2008-05", date(2026, 5, 31), False),
        ("2008-05", date(2026, 6, 1), False),
        ("2008", date(2025, 12, 31), True),
        ("2008", date(2026, 1, 1), None),
        ("2008", date(2026, 12, 30), None),
        ("2008", date(2026, 12, 31), False),
        # Someone born on 29 February 2008 turns 18 on 1 March 2026.
        ("2008-02", date(2026, 1, 31), True),
        ("2008-02", date(2026, 2, 28), None),
        ("2008-02", date(2026, 3, 1), False),
        ("2007-02", date(2025, 2, 28), False),
    ],
)
def test_under_18_on_a_day(born: str, on: date, expected: Truth) -> None:
    assert under(18, parse_born(born), on) is expected


def test_under_18_at_a_birth_takes_both_months_as_ranges() -> None:
    parent = parse_born("2008-05")
    assert under(18, parent, parse_born("2026-04")) is True
    assert under(18, parent, parse_born("2026-05")) is None
    assert under(18, parent, parse_born("2026-06")) is False
    assert under(18, parent, parse_born("2026")) is None
    assert under(18, parent, UNKNOWN) is None
    assert under(18, UNKNOWN, date(2026, 1, 1)) is None


def test_a_teenager_is_13_to_17() -> None:
    born = Born(date(2010, 3, 1), date(2010, 3, 31))
    days = {date(2023, 2, 28): False, date(2023, 3, 15): None, date(2023, 3, 31): True}
    days |= {date(2028, 2, 29): True, date(2028, 3, 15): None, date(2028, 3, 31): False}
    assert {day: under_18_not_13(born, day) for day in days} == days


def test_29_february_has_its_anniversary_on_1_march_of_a_common_year() -> None:
    assert anniversary(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert anniversary(date(2008, 2, 29), 16) == date(2024, 2, 29)
    assert anniversary(date(2007, 3, 31), 18) == date(2025, 3, 31)


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


# ---------------------------------------------------------------- each check, worked by hand

CHILD = row("K", born="2015-03", history=[])
PLAN = row(
    "P", subject="K", level="child_protection", category="physical_abuse", start="2025-06-02"
)
CHANGE = row(
    "C", plan="P", on="2026-01-10", from_category="physical_abuse", to_category="emotional_abuse"
)
CHANGED: dict[str, Any] = {"people": [CHILD], "plans": [PLAN], "category_changes": [CHANGE]}
ACTION = row("A", plan="P", kind="service", for_person="K", addresses="none", set_on="2026-01-01")
ASSESSMENT = row("S", subject="K", kind="risk", started_on="2026-01-01", agencies=[], considers=[])
RISK = row("R", subject="K", kind="domestic_abuse", identified_on="2025-12-01")
HARM = row("H", subject="K", kind="sexual_abuse", identified_on="2026-01-01")
NEGLECT = row("N", subject="K", kind="neglect", identified_on="2025-06-01")
DRINK = row("R", subject="K", kind="parental_alcohol_misuse", identified_on="2026-03-02")
WORKER = row("W", role="manager", start="2025-01-01")
ORDER = row("O", child="K", law="private", applied_on="2025-06-01", supported_on="2025-07-01")
INCIDENT = row("I", kind="police", on="2026-03-01", victim=None)
REVIEW = row("V", order="O", on="2026-03-01", still_in_interest=True)
NOTED = {**REVIEW, "still_in_interest": False}
MEETING = row("M", kind="core_group", plan="P", on="2026-01-10", attended=[])
TEENAGER = row("X", born="2010-03", history=[])
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

# Lesson, check, the sections that make it a breach, and those, put over them, that make it met.
WORKED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "P1.1",
        "chair-agreement",
        {
            **CHANGED,
            "chair_agreements": [
                row("G", category_change="C", recorded_on="2026-01-11", risks_mitigated=True)
            ],
        },
        {
            "chair_agreements": [
                row("G", category_change="C", recorded_on="2026-01-10", risks_mitigated=True)
            ]
        },
    ),
    (
        "P1.1",
        "risks-carried",
        {
            **CHANGED,
            "risks": [RISK],
            "actions": [{**ACTION, "addresses": "R", "set_on": "2026-02-08"}],
        },
        {"actions": [{**ACTION, "addresses": "R", "set_on": "2026-02-07"}]},
    ),
    (
        "P1.1",
        "actions-carried",
        {
            **CHANGED,
            "actions": [
                {**ACTION, "due": "2026-02-07"},
                row("A2", plan="P", kind="other", set_on="2026-02-08", continues="A"),
            ],
        },
        {
            "actions": [
                {**ACTION, "due": "2026-02-07"},
                row("A2", plan="P", kind="other", set_on="2026-02-07", continues="A", due=TODAY),
            ]
        },
    ),
    (
        "P1.1",
        "assessments-carried",
        {**CHANGED, "assessments": [{**ASSESSMENT, "completed_on": "2026-02-08"}]},
        {"assessments": [{**ASSESSMENT, "completed_on": "2026-02-07"}]},
    ),
    *(
        (
            "P2.1",
            check,
            {
                "people": [CHILD],
                "risks": [HARM],
                "workers": [WORKER],
                "training": [row("T", worker="W", topic=topic, completed_on="2023-05-31")],
            },
            {"training": [row("T", worker="W", topic=topic, completed_on="2023-06-01")]},
        )
        for check, topic in (
            ("child-sexual-abuse-training", "child_sexual_abuse"),
            ("sexual-behaviour-training", "age_appropriate_sexual_behaviour"),
        )
    ),
    (
        "P2.2",
        "history-in-risk-assessment",
        {
            "people": [CHILD, row("A", born="1980", history=["sexual_abuse_victim"])],
            "relationships": [row("L", kind="carer_of", **{"from": "A", "to": "K"})],
            "assessments": [
                {
                    **ASSESSMENT,
                    "considers": ["sexual_abuse_history"],
                    "parenting_capacity": True,
                }
            ],
        },
        {
            "assessments": [
                {
                    **ASSESSMENT,
                    "considers": ["sexual_abuse_history"],
                    "parenting_capacity": True,
                    "completed_on": "2026-02-01",
                }
            ]
        },
    ),
    *(
        (
            "P3.1",
            check,
            {
                "people": [CHILD],
                "risks": [DRINK],
                "assessments": [
                    {
                        **ASSESSMENT,
                        "considers": ["substance_misuse"],
                        "completed_on": "2026-05-07",
                        "agencies": ["childrens_services", "adult_substance_misuse"],
                        "impact_on_child": True,
                        **wrong,
                    }
                ],
            },
            {
                "assessments": [
                    {
                        **ASSESSMENT,
                        "considers": ["substance_misuse"],
                        "completed_on": "2026-05-07",
                        "agencies": ["childrens_services", "adult_substance_misuse"],
                        "impact_on_child": True,
                    }
                ]
            },
        )
        for check, wrong in (
            ("multi-agency", {"agencies": ["childrens_services"]}),
            ("timely", {"completed_on": "2026-05-08"}),
            ("impact-on-child", {"completed_on": "2026-03-01"}),
        )
    ),
    (
        "P3.1",
        "child-focused-plan",
        {
            "people": [CHILD],
            "plans": [PLAN],
            "risks": [DRINK],
            "actions": [{**ACTION, "addresses": "none"}],
        },
        {"actions": [{**ACTION, "addresses": "R"}]},
    ),
    *(
        (
            "P4.1",
            check,
            {
                "people": [CHILD],
                "risks": [NEGLECT],
                "tools": [row("T", kind=kind, subject="K", on=late)],
            },
            {"tools": [row("T", kind=kind, subject="K", on=good)]},
        )
        for check, kind, late, good in (
            ("chronology-current", "chronology", "2026-02-28", "2026-03-01"),
            ("graded-care-profile-used", "graded_care_profile", "2025-09-02", "2025-09-01"),
            ("graded-care-profile-repeated", "graded_care_profile", "2025-11-29", "2025-11-30"),
        )
    ),
    (
        "P5.1",
        "child-focused-assessment",
        {
            "people": [CHILD],
            "risks": [NEGLECT],
            "assessments": [
                {
                    **ASSESSMENT,
                    "started_on": "2025-02-01",
                    "completed_on": "2025-02-28",
                    "child_seen": True,
                    "child_views": True,
                    "impact_on_child": True,
                }
            ],
        },
        {
            "assessments": [
                {
                    **ASSESSMENT,
                    "started_on": "2025-02-01",
                    "completed_on": "2025-03-01",
                    "child_seen": True,
                    "child_views": True,
                    "impact_on_child": True,
                }
            ]
        },
    ),
    (
        "P5.1",
        "parenting-capacity",
        {
            "people": [CHILD],
            "risks": [NEGLECT],
            "assessments": [
                {**ASSESSMENT, "completed_on": "2026-02-01", "parenting_capacity": False}
            ],
        },
        {"assessments": [{**ASSESSMENT, "completed_on": "2026-02-01", "parenting_capacity": True}]},
    ),
    (
        "P5.1",
        "no-drift",
        {
            "people": [CHILD],
            "plans": [{**PLAN, "start": "2025-03-02", "category": "neglect"}],
        },
        {"meetings": [row("M", kind="legal_planning", plan="P", on="2026-06-01")]},
    ),
    (
        "P6.1",
        "reviewed-after-incident",
        {
            "people": [CHILD],
            "court_orders": [ORDER],
            "incidents": [INCIDENT],
            "best_interest_reviews": [{**REVIEW, "on": "2026-03-30"}],
        },
        {"best_interest_reviews": [{**REVIEW, "on": "2026-03-29"}]},
    ),
    (
        "P6.1",
        "reviewed-before-grant",
        {
            "people": [CHILD],
            "court_orders": [{**ORDER, "granted_on": "2026-06-01"}],
            "best_interest_reviews": [{**REVIEW, "on": "2026-02-28"}],
        },
        {"best_interest_reviews": [{**REVIEW, "on": "2026-03-01"}]},
    ),
    (
        "P6.1",
        "court-informed",
        {
            "people": [CHILD],
            "court_orders": [ORDER],
            "best_interest_reviews": [NOTED],
            "court_notices": [row("N", order="O", on="2026-03-16")],
        },
        {"court_notices": [row("N", order="O", on="2026-03-15")]},
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
    (
        "P7.1",
        "first-core-group",
        {
            "people": [CHILD],
            "plans": [{**PLAN, "start": "2026-04-02"}],
            "meetings": [{**MEETING, "on": "2026-04-21"}],
        },
        # Ten working days after Thursday 2 April, over Easter.
        {"meetings": [{**MEETING, "on": "2026-04-20"}]},
    ),
    (
        "P7.1",
        "review-conference-timely",
        {
            "people": [CHILD],
            "plans": [{**PLAN, "start": "2026-01-01"}],
            "meetings": [{**MEETING, "kind": "review_conference", "on": "2026-04-04"}],
        },
        {"meetings": [{**MEETING, "kind": "review_conference", "on": "2026-04-03"}]},
    ),
    (
        "P7.1",
        "quorum",
        {
            "people": [CHILD],
            "plans": [PLAN],
            "meetings": [{**MEETING, "attended": ["childrens_services", "police"]}],
        },
        {"meetings": [{**MEETING, "attended": ["school", "childrens_services", "police"]}]},
    ),
    (
        "P7.1",
        "plan-scrutinised",
        {
            "people": [CHILD],
            "plans": [PLAN],
            "meetings": [{**MEETING, "plan_updated": True, "progress_reviewed": False}],
        },
        {"meetings": [{**MEETING, "plan_updated": True, "progress_reviewed": True}]},
    ),
    (
        "P7.1",
        "child-views",
        {
            "people": [CHILD],
            "plans": [PLAN],
            "meetings": [{**MEETING, "kind": "initial_conference", "child_views": False}],
        },
        {"meetings": [{**MEETING, "kind": "initial_conference", "child_views": True}]},
    ),
    (
        "P7.1",
        "actions-implemented",
        {
            "people": [CHILD],
            "plans": [PLAN],
            "actions": [{**ACTION, "due": "2026-02-01", "completed_on": "2026-02-16"}],
        },
        {"actions": [{**ACTION, "due": "2026-02-01", "completed_on": "2026-02-15"}]},
    ),
    (
        "P7.1",
        "child-focused-plan",
        {
            "people": [CHILD, TEENAGER],
            "plans": [PLAN],
            "actions": [{**ACTION, "for_person": "X"}],
        },
        {"actions": [ACTION]},
    ),
    *(
        (
            "P8.1",
            check,
            {
                **COUPLED,
                "assessments": [
                    {
                        **ASSESSMENT,
                        "subject": "X",
                        "started_on": "2025-02-01",
                        "completed_on": "2025-02-28",
                        "considers": [topic],
                    }
                ],
            },
            {
                "assessments": [
                    {
                        **ASSESSMENT,
                        "subject": "X",
                        "started_on": "2025-02-01",
                        "completed_on": "2025-03-01",
                        "considers": [topic],
                    }
                ]
            },
        )
        for check, topic in (
            ("intergenerational-abuse", "intergenerational_domestic_abuse"),
            ("older-partner", "older_partner"),
            ("exposure-to-abuse", "exposure_to_abuse"),
        )
    ),
    (
        "P8.2",
        "referral-considered",
        {
            "people": [TEENAGER],
            "incidents": [ABUSED],
            "referrals": [{**REFERRAL, "made_on": None, "reason_recorded": False}],
        },
        {"referrals": [{**REFERRAL, "made_on": None, "reason_recorded": True}]},
    ),
    (
        "P8.2",
        "marac-reflects-age",
        {
            "people": [TEENAGER],
            "referrals": [REFERRAL],
            "marac_decisions": [{**DECISION, "age_considered": False}],
        },
        {"marac_decisions": [DECISION]},
    ),
    ("P9.1", "own-plan", FAMILY, {"threshold_decisions": [THRESHOLD]}),
    (
        "P9.1",
        "threshold-for-parent",
        {**FAMILY, "threshold_decisions": [{**THRESHOLD, "rationale_recorded": False}]},
        {"threshold_decisions": [{**THRESHOLD, "level": "looked_after"}]},
    ),
    (
        "P9.1",
        "threshold-for-child",
        {**FAMILY, "threshold_decisions": [THRESHOLD]},
        {"threshold_decisions": [{**THRESHOLD, "person": "B"}]},
    ),
    (
        "P9.1",
        "assessed-as-child",
        {**FAMILY, "assessments": [{**ASSESSMENT, "subject": "X", "kind": "own_needs"}]},
        {
            "assessments": [
                {
                    **ASSESSMENT,
                    "subject": "X",
                    "kind": "own_needs",
                    "completed_on": "2026-02-01",
                }
            ]
        },
    ),
    (
        "P9.1",
        "family-history",
        {**FAMILY, "assessments": [{**ASSESSMENT, "subject": "X", "completed_on": TODAY}]},
        {
            "assessments": [
                {
                    **ASSESSMENT,
                    "subject": "X",
                    "completed_on": TODAY,
                    "considers": ["family_history"],
                }
            ]
        },
    ),
    *(
        (
            "P9.1",
            kind,
            {**FAMILY, "tools": [row("T", kind=kind, subject="B", on="2026-01-01")]},
            {"tools": [row("T", kind=kind, subject="X", on="2026-01-01")]},
        )
        for kind in ("chronology", "genogram")
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
    checks = [(lesson, check) for lesson, found in CHECKS.items() for check in found]
    assert [(lesson, check) for lesson, check, _, _ in WORKED] == checks
    assert len(checks) == 40
    assert list(PARAMETERS) == list(CHECKS)


def test_nothing_looked_for_and_nothing_found_applies_to_nothing() -> None:
    assert {lesson_outcome(checks) for checks in audit(record_of()).values()} == {"not_applicable"}


def test_nothing_known_is_never_a_pass() -> None:
    record = {key: value for key, value in record_of().items() if key not in FIELDS}
    outcomes = {result.outcome for checks in audit(record).values() for result in checks.values()}
    assert outcomes == {"insufficient_evidence"}
    assert ("P1.1", "risks-carried", "insufficient_evidence", ("/category_changes", "/risks")) in (
        findings(record)
    )


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


def test_the_phantom_row_of_an_unknown_section_combines_with_each_row_of_the_others() -> None:
    record = record_of(people=[CHILD], plans=[PLAN], category_changes=None, risks=[RISK, HARM])
    assert said(record, "P1.1", "risks-carried").instances == [
        ("insufficient_evidence", ("/category_changes", "/risks/0")),
        ("insufficient_evidence", ("/category_changes", "/risks/1")),
    ]


def test_a_combination_needs_a_row_of_each_section() -> None:
    record = record_of(people=[CHILD], plans=[PLAN], category_changes=None)
    assert said(record, "P1.1", "risks-carried").outcome == "not_applicable"
    assert said(record, "P1.1", "chair-agreement").outcome == "insufficient_evidence"


def test_a_phantom_is_no_instance_where_what_is_known_is_false() -> None:
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
    assert still_unknown == {"meetings", "incidents", "workers", "training"}


def test_an_unknown_target_does_not_empty_a_section() -> None:
    case = Case(record_of(plans=None, category_changes=None, people=None))
    assert case.sections["category_changes"] is None
    assert case.sections["chair_agreements"] == []


def test_a_known_reference_into_an_unknown_section_gives_the_id_and_no_more() -> None:
    agreed = row("G", category_change="C", recorded_on="2026-01-10", risks_mitigated=True)
    record = record_of(
        people=None, plans=None, category_changes=[CHANGE], chair_agreements=[agreed]
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


def test_multiple_may_be_any_category() -> None:
    record = record_of(people=[CHILD], plans=[{**PLAN, "category": "multiple"}])
    assert said(record, "P4.1", "chronology-current").instances == [
        ("insufficient_evidence", ("/plans/0",))
    ]


def test_a_change_to_neglect_is_a_concern_only_on_a_protection_plan() -> None:
    change = {**CHANGE, "to_category": "neglect"}
    for level, expected in (("child_protection", "breach"), ("child_in_need", "not_applicable")):
        plan = {**PLAN, "level": level}
        record = record_of(people=[CHILD], plans=[plan], category_changes=[change])
        assert said(record, "P4.1", "chronology-current").outcome == expected


def test_an_action_that_is_due_when_the_plan_ends_is_not_asked_for() -> None:
    for end, expected in (("2026-02-01", "not_applicable"), ("2026-02-02", "breach")):
        record = record_of(
            people=[CHILD],
            plans=[{**PLAN, "end": end}],
            actions=[{**ACTION, "due": "2026-02-01"}],
        )
        assert said(record, "P7.1", "actions-implemented").outcome == expected


# ---------------------------------------------------------------- contradictions


def test_a_date_after_the_extract_is_unknown_and_takes_part_in_no_pair() -> None:
    plan = {**PLAN, "start": "2026-06-02", "end": "2026-05-01"}
    record = record_of(people=[CHILD], plans=[plan])
    assert contradictions(record) == [("/plans/0/start", "/extracted_on")]
    (read,) = Case(record).rows("plans")
    assert read["start"] is UNKNOWN
    assert read["end"] == date(2026, 5, 1)


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


# ---------------------------------------------------------------- random records


def problems(record: Record) -> Iterator[str]:
    """Name each way in which a record is not a valid one."""
    known = [section for section in FIELDS if record.get(section) is not None]
    ids = [found["id"] for section in known for found in record[section]]
    if len(ids) != len(set(ids)) or "none" in ids:
        yield "ids"
    if not record["opened_on"] <= record["extracted_on"]:
        yield "opened_on"
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
                elif not is_valid(field.holds, value, field.codes, targets.get(field.target)):
                    yield f"{section}.{name} {value}"


def is_valid(holds: str, value: Any, codes: tuple[str, ...], targets: set[str] | None) -> bool:
    if holds == "date":
        return date(1900, 1, 1) <= date.fromisoformat(value) <= date(2100, 1, 1)
    if holds == "reference":
        return targets is None or value in targets or value == "none"
    if holds == "codes":
        return set(value) <= set(codes) and len(value) == len(set(value))
    if holds == "born":
        return re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", value) is not None
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


def named(record: Record) -> dict[tuple[str, str], list[Any]]:
    """Give each check's instances with rows named by id, so that they can be compared."""
    return {
        (lesson, check): sorted(
            (result, [str(row_of(record, pointer)) for pointer in pointers])
            for result, pointers in found.instances
        )
        for lesson, checks in audit(record).items()
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
    poorer = audit(take_away(record, rng))
    for lesson, checks in audit(record).items():
        for check, found in checks.items():
            assert poorer[lesson][check].outcome in (found.outcome, "insufficient_evidence")


def test_random_records_reach_every_outcome_of_every_check() -> None:
    number = tries(1500, fewest=500)
    for check, counted in outcome_counts(number).items():
        for outcome in ("breach", "insufficient_evidence", "compliant", "not_applicable"):
            assert counted[outcome] >= number // 500, (check, outcome)


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
