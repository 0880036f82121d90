"""Families as large as real ones come: three children, hundreds of rows, told well or badly.

A family known for a dozen years: 500 actions, 300 meetings and 100 incidents, and of everything
else what goes with them. `told` says what the extract leaves unknown.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from random_records import FIELDS

Json = dict[str, Any]
TODAY = date(2026, 6, 30)
FIRST = date(2014, 9, 1)
TOLD = (
    "whole",
    "linked",  # each action continues the one before
    "facts unknown",  # every fact that may be null is
    "dates unknown",  # of every row the days contradict the extract's
    "one day",  # everything on one day
    "no plans",
    "no risks",
    "no people",
    "no meetings",
    "no actions",
    "no orders",
)


def _day(number: int, of: int) -> str:
    span = (TODAY - FIRST).days - 200
    return (FIRST + timedelta(days=span * number // of)).isoformat()


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def large_family(told: str = "whole", scale: float = 1) -> Json:
    """Return the record of a large family; `scale` makes it larger, or smaller, by all rows."""
    sections = _sections(scale)
    if told == "linked":
        for before, action in zip(sections["actions"], sections["actions"][1:], strict=False):
            action["continues"] = before["id"]
    spoil = {
        "facts unknown": _without_facts,
        "dates unknown": _with_days_to_come,
        "one day": _on_one_day,
    }.get(told)
    if spoil:
        for section, rows in sections.items():
            for row in rows:
                spoil(section, row)
    record: Json = {
        "schema": "casecheck/1",
        "case_id": "CASE-1",
        "extracted_on": TODAY.isoformat(),
        "opened_on": FIRST.isoformat(),
        **sections,
    }
    lost = {"no orders": "court_orders"}.get(told, told.removeprefix("no "))
    record.pop(lost, None)
    return record


def _without_facts(section: str, row: Json) -> None:
    for name, spec in FIELDS[section].items():
        if spec.null == "F":
            row.pop(name, None)


def _with_days_to_come(section: str, row: Json) -> None:
    for name, spec in FIELDS[section].items():
        if spec.holds == "date" and name in row:
            row[name] = "2027-01-04"


def _on_one_day(section: str, row: Json) -> None:
    for name, spec in FIELDS[section].items():
        if spec.holds == "date" and name in row:
            row[name] = "2025-03-03"


def _sections(scale: float) -> dict[str, list[Json]]:
    def many(number: int) -> range:
        return range(max(1, round(number * scale)))

    def day(number: int, of: int) -> str:
        return _day(number, max(1, round(of * scale)))

    children = ["child0", "child1", "child2"]
    plans, changes, risks = many(9), many(12), many(60)
    concerns = ("neglect", "sexual_abuse", "parental_alcohol_misuse", "domestic_abuse")
    return {
        "people": [
            *({"id": child, "born": f"20{10 + at}-04", "history": []}
              for at, child in enumerate(children)),
            {"id": "mother", "born": "1997-02", "history": ["sexual_abuse_victim"]},
            {"id": "father", "born": "1990-05", "history": ["sexual_abuse_perpetrator"]},
        ],
        "relationships": [
            {"id": f"l{parent}{child}", "kind": "parent_of", "from": parent, "to": child}
            for parent in ("mother", "father") for child in children
        ] + [{"id": "l", "kind": "partner_of", "from": "mother", "to": "father",
              "start": FIRST.isoformat()}],
        "plans": [
            {"id": f"plan{n}", "subject": children[n % 3], "level": "child_protection",
             "category": concerns[n % 2], "start": day(n, 9),
             **({} if n > len(plans) - 4 else {"end": _after(day(n, 9), 500)})}
            for n in plans
        ],
        "category_changes": [
            {"id": f"change{n}", "plan": f"plan{n % len(plans)}", "on": _after(day(n, 12), 90),
             "from_category": "sexual_abuse", "to_category": "neglect"}
            for n in changes
        ],
        "chair_agreements": [
            {"id": f"agreed{n}", "category_change": f"change{n}",
             "recorded_on": _after(day(n, 12), 90), "risks_mitigated": n % 2 == 0}
            for n in changes
        ],
        "risks": [
            {"id": f"risk{n}", "subject": children[n % 3], "kind": concerns[n % 4],
             "identified_on": day(n, 60),
             **({"resolved_on": _after(day(n, 60), 150)} if n % 3 else {})}
            for n in risks
        ],
        "mitigations": [
            {"id": f"mitigated{n}", "risk": f"risk{n % len(risks)}", "recorded_on": day(n, 30)}
            for n in many(30)
        ],
        "actions": [
            {"id": f"action{n}", "plan": f"plan{n % len(plans)}",
             "kind": ("assessment", "service", "visit")[n % 3], "for_person": children[n % 3],
             "addresses": f"risk{n % len(risks)}", "owner": "childrens_services",
             "set_on": day(n, 500), "due": _after(day(n, 500), 40),
             **({"completed_on": _after(day(n, 500), 30)} if n % 2 else {})}
            for n in many(500)
        ],
        "assessments": [
            {"id": f"assessment{n}", "subject": children[n % 3],
             "kind": ("child_and_family", "risk", "parenting")[n % 3], "started_on": day(n, 40),
             "completed_on": _after(day(n, 40), 45), "agencies": ["childrens_services"],
             "considers": ["substance_misuse"], "child_seen": True, "child_views": n % 2 == 0,
             "impact_on_child": True, "parenting_capacity": True}
            for n in many(40)
        ],
        "tools": [
            {"id": f"tool{n}",
             "kind": ("chronology", "graded_care_profile", "genogram", "dash")[n % 4],
             "subject": children[n % 3], "on": day(n, 60)}
            for n in many(60)
        ],
        "meetings": [
            {"id": f"meeting{n}",
             "kind": ("core_group", "core_group", "review_conference", "strategy")[n % 4],
             "plan": f"plan{n % len(plans)}", "on": day(n, 300),
             "attended": ["childrens_services", "school", "police"],
             "plan_updated": True, "progress_reviewed": n % 5 > 0, "child_views": True}
            for n in many(300)
        ],
        "incidents": [
            {"id": f"incident{n}", "kind": ("missing", "domestic_abuse", "police")[n % 3],
             "on": day(n, 100), "victim": [*children, "mother"][n % 4]}
            for n in many(100)
        ],
        "referrals": [
            {"id": f"referral{n}", "subject": [*children, "mother"][n % 4],
             "service": ("marac", "early_help", "substance_misuse")[n % 3],
             "considered_on": _after(day(n, 50), 7), "made_on": _after(day(n, 50), 9)}
            for n in many(50)
        ],
        "marac_decisions": [
            {"id": f"decision{n}", "referral": "referral0", "on": day(n, 10),
             "age_considered": True}
            for n in many(10)
        ],
        "court_orders": [
            {"id": f"order{n}", "child": children[n % 3], "law": "private",
             "applied_on": day(n, 4), "supported_on": day(n, 4)}
            for n in many(4)
        ],
        "best_interest_reviews": [
            {"id": f"review{n}", "order": "order0", "on": day(n, 60),
             "still_in_interest": n % 2 == 0}
            for n in many(60)
        ],
        "court_notices": [
            {"id": f"notice{n}", "order": "order0", "on": day(n, 20)} for n in many(20)
        ],
        "threshold_decisions": [
            {"id": f"threshold{n}", "person": [*children, "mother"][n % 4], "on": day(n, 12),
             "level": "child_in_need", "rationale_recorded": True}
            for n in many(12)
        ],
        "workers": [
            {"id": f"worker{n}", "role": "practitioner", "agency": "childrens_services",
             "start": day(n, 25), "end": _after(day(n, 25), 400)}
            for n in many(25)
        ],
        "training": [
            {"id": f"course{n}", "worker": f"worker{n % len(many(25))}",
             "topic": ("child_sexual_abuse", "age_appropriate_sexual_behaviour")[n % 2],
             "completed_on": day(n, 60)}
            for n in many(60)
        ],
    }  # fmt: skip
