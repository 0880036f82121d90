"""Random valid case records that dwell on boundaries and unknowns, and ways to transform them.

A record is built from a few scenarios, each about one lesson: its rows are laid on the edges of
that lesson's windows, or a day to either side. Then rows are copied and slightly spoilt, facts are
lost, dates are left to contradict each other, and whole sections go missing.

`python tests/random_records.py [N]` counts each check's outcomes over N seeds, by the oracle.
"""

from __future__ import annotations

import copy
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from oracle import PAIRS, audit, bank_holidays

Row = dict[str, Any]
Record = dict[str, Any]

# ---------------------------------------------------------------- the format's fields

CATEGORIES = ("neglect", "physical_abuse", "sexual_abuse", "emotional_abuse", "multiple")
AGENCIES = (
    "childrens_services",
    "adult_substance_misuse",
    "health_visiting",
    "school_nursing",
    "school",
    "general_practice",
    "police",
    "probation",
    "ambulance",
    "hospital",
    "maternity",
    "child_and_adolescent_mental_health",
    "adult_mental_health",
    "voluntary_sector",
    "housing",
    "early_help",
)
TOPICS = (
    "sexual_abuse_history",
    "family_history",
    "intergenerational_domestic_abuse",
    "older_partner",
    "exposure_to_abuse",
    "substance_misuse",
    "domestic_abuse",
)
HISTORY = (
    "sexual_abuse_victim",
    "sexual_abuse_perpetrator",
    "domestic_abuse_victim",
    "domestic_abuse_perpetrator",
    "neglect_in_childhood",
    "care_experienced",
    "substance_misuse",
)
RISKS = (
    "sexual_abuse",
    "physical_abuse",
    "emotional_abuse",
    "neglect",
    "domestic_abuse",
    "parental_alcohol_misuse",
    "parental_drug_misuse",
    "parental_mental_health",
)
LEVELS = ("early_help", "child_in_need", "child_protection", "looked_after")
TRAINING = (
    "child_sexual_abuse",
    "age_appropriate_sexual_behaviour",
    "parental_substance_misuse",
    "neglect",
    "domestic_abuse",
)
SERVICES = (
    "early_help",
    "marac",
    "child_and_adolescent_mental_health",
    "sexual_assault_referral_centre",
    "substance_misuse",
    "other",
)
ASSESSMENTS = (
    "child_and_family",
    "risk",
    "parenting",
    "substance_misuse",
    "domestic_abuse",
    "own_needs",
    "early_help",
    "pre_birth",
)
TOOLS = ("graded_care_profile", "genogram", "chronology", "sexual_behaviour_tool", "dash")
MEETINGS = (
    "strategy",
    "initial_conference",
    "review_conference",
    "core_group",
    "legal_planning",
    "child_in_need_review",
)


@dataclass(frozen=True)
class Field:
    """A field: what it holds, what null means (R may not be, F unknown, D never), its codes."""

    holds: str
    null: str
    codes: tuple[str, ...] = ()
    target: str = ""


def _code(null: str, *codes: str) -> Field:
    return Field("code", null, codes)


def _codes(*codes: str) -> Field:
    return Field("codes", "F", codes)


def _to(target: str, null: str = "R") -> Field:
    return Field("reference", null, target=target)


DAY, FACT_DAY, EVENT = Field("date", "R"), Field("date", "F"), Field("date", "D")
FLAG = Field("flag", "F")

FIELDS: dict[str, dict[str, Field]] = {
    "people": {"born": Field("born", "F"), "history": _codes(*HISTORY)},
    "relationships": {
        "kind": _code("R", "parent_of", "carer_of", "partner_of", "sibling_of"),
        "from": _to("people"),
        "to": _to("people"),
        "start": FACT_DAY,
        "end": EVENT,
    },
    "plans": {
        "subject": _to("people"),
        "level": _code("R", *LEVELS),
        "category": _code("F", *CATEGORIES),
        "start": DAY,
        "end": EVENT,
    },
    "category_changes": {
        "plan": _to("plans"),
        "on": DAY,
        "from_category": _code("F", *CATEGORIES),
        "to_category": _code("F", *CATEGORIES),
    },
    "chair_agreements": {
        "category_change": _to("category_changes"),
        "recorded_on": DAY,
        "risks_mitigated": FLAG,
    },
    "risks": {
        "subject": _to("people"),
        "kind": _code("R", *RISKS),
        "identified_on": DAY,
        "resolved_on": EVENT,
    },
    "mitigations": {"risk": _to("risks"), "recorded_on": DAY},
    "actions": {
        "plan": _to("plans"),
        "kind": _code("R", "assessment", "service", "visit", "other"),
        "for_person": _to("people", "F"),
        "addresses": _to("risks", "F"),
        "owner": _code("F", *AGENCIES),
        "set_on": DAY,
        "due": FACT_DAY,
        "completed_on": EVENT,
        "closed_on": EVENT,
        "closure_reason_recorded": FLAG,
        "continues": _to("actions", "D"),
    },
    "assessments": {
        "subject": _to("people"),
        "kind": _code("R", *ASSESSMENTS),
        "started_on": DAY,
        "completed_on": EVENT,
        "agencies": _codes(*AGENCIES),
        "considers": _codes(*TOPICS),
        "child_seen": FLAG,
        "child_views": FLAG,
        "impact_on_child": FLAG,
        "parenting_capacity": FLAG,
    },
    "tools": {"kind": _code("R", *TOOLS), "subject": _to("people"), "on": DAY},
    "meetings": {
        "kind": _code("R", *MEETINGS),
        "plan": _to("plans", "F"),
        "on": DAY,
        "attended": _codes(*AGENCIES),
        "plan_updated": FLAG,
        "progress_reviewed": FLAG,
        "child_views": FLAG,
    },
    "incidents": {
        "kind": _code("R", *RISKS, "missing", "police", "injury", "other"),
        "on": DAY,
        "victim": _to("people", "F"),
    },
    "referrals": {
        "subject": _to("people"),
        "service": _code("R", *SERVICES),
        "considered_on": DAY,
        "made_on": EVENT,
        "reason_recorded": FLAG,
    },
    "marac_decisions": {"referral": _to("referrals"), "on": DAY, "age_considered": FLAG},
    "court_orders": {
        "child": _to("people"),
        "law": _code("R", "private", "public"),
        "applied_on": DAY,
        "supported_on": EVENT,
        "support_ended_on": EVENT,
        "granted_on": EVENT,
        "ended_on": EVENT,
    },
    "best_interest_reviews": {
        "order": _to("court_orders"),
        "on": DAY,
        "still_in_interest": FLAG,
    },
    "court_notices": {"order": _to("court_orders"), "on": DAY},
    "threshold_decisions": {
        "person": _to("people"),
        "on": DAY,
        "level": _code("R", "no_further_action", *LEVELS),
        "rationale_recorded": FLAG,
    },
    "workers": {
        "role": _code("R", "practitioner", "manager", "conference_chair"),
        "agency": _code("F", *AGENCIES),
        "start": DAY,
        "end": EVENT,
    },
    "training": {
        "worker": _to("workers"),
        "topic": _code("R", *TRAINING),
        "completed_on": DAY,
    },
}


# ---------------------------------------------------------------- days


def shift(day: date, days: int) -> date:
    return day + timedelta(days=days)


def workday_after(start: date, number: int) -> date:
    """Give the first day by which that many working days have gone by since `start`."""
    day, count = start, 0
    while count < number:
        day = shift(day, 1)
        count += day.weekday() < 5 and day not in bank_holidays(day.year)
    return day


def workday_before(end: date, number: int) -> date:
    """Give the last day from which that many working days have gone by until `end`."""
    day, count = end, 0
    while count < number:
        count += day.weekday() < 5 and day not in bank_holidays(day.year)
        day = shift(day, -1)
    return day


# ---------------------------------------------------------------- building a record


class Draft:
    """A record in the making: its rows hold dates, and lack the fields that do not matter yet."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self.opened = self._opening()
        self.care = rng.choice((0.55, 0.85, 0.97))
        self.contradicting = rng.choice((0.0, 0.0, 0.0, 0.1, 0.3))
        self.sections: dict[str, list[Row]] = {section: [] for section in FIELDS}
        self.count = 0

    def _opening(self) -> date:
        days = self.rng.choice((62, 63, 64, self.rng.randrange(62), self.rng.randrange(65, 1500)))
        return shift(self.today, -days)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def well(self) -> bool:
        """Say whether this bit of practice is as it should be; a record is mostly one or other."""
        return self.chance(self.care)

    def edge(self, anchor: date, days: int = 0) -> date:
        """Give the day so many days from the anchor, or one to either side."""
        return shift(anchor, days + self.rng.choice((-1, 0, 0, 1)))

    def between(self, first: date, last: date) -> date:
        """Give a day of the span, often its first or last, or one just outside."""
        if last < first:
            first, last = last, first
        if self.chance(0.5):
            return shift(first, self.rng.randrange((last - first).days + 1))
        return self.rng.choice((first, last, shift(first, -1), shift(last, 1)))

    def back(self, least: int, most: int) -> date:
        return shift(self.today, -self.rng.randint(least, most))

    def flag(self) -> bool:
        return self.chance(0.5 + self.care / 2.1)

    def with_codes(self, codes: Sequence[str], *wanted: str) -> list[str]:
        """Give a list with the wanted codes if practice was good, and a few others."""
        chosen = [code for code in wanted if self.well()]
        others = [code for code in codes if code not in wanted]
        chosen += self.rng.sample(others, self.rng.randrange(min(3, len(others) + 1)))
        self.rng.shuffle(chosen)
        return chosen

    def add(self, section: str, **fields: Any) -> str:
        self.count += 1
        identity = f"{section[:2].upper()}{self.count}"
        self.sections[section].append({"id": identity, **fields})
        return identity

    def some(self, section: str, new: Callable[[], str], reuse: float = 0.3) -> str:
        """Give a row already there, or a new one."""
        rows = self.sections[section]
        if rows and self.chance(reuse):
            return str(self.rng.choice(rows)["id"])
        return new()

    def born_about(self, day: date, age: int) -> str:
        """Give a birth whose birthday at that age is near the day, or in the day's own month."""
        months = day.year * 12 + day.month - 1 - age * 12
        months += self.rng.choice((-1, 0, 0, 1, 1))
        if self.chance(0.15):
            return str(months // 12 + self.rng.choice((-1, 0, 1)))
        return f"{months // 12:04d}-{months % 12 + 1:02d}"

    def born_at_age(self, day: date, youngest: int, oldest: int) -> str:
        months = day.year * 12 + day.month - 1
        months -= self.rng.randint(youngest * 12, oldest * 12)
        return f"{months // 12:04d}-{months % 12 + 1:02d}"

    def person(self, born: str | None = None) -> str:
        born = born or self.born_at_age(self.opened, 0, 40)
        return self.add("people", born=born)

    def child(self) -> str:
        return self.some(
            "people", lambda: self.person(self.born_at_age(self.opened, 0, 16)), reuse=0.25
        )

    def teenager(self, day: date, reuse: float = 0.15) -> str:
        """Give a person of some age from 12 to 18 on the day, often about to be 13 or 18."""

        def new() -> str:
            about = self.rng.choice((None, None, 13, 18, 18))
            if about is None:
                return self.person(self.born_at_age(day, 14, 17))
            return self.person(self.born_about(day, about))

        return self.some("people", new, reuse)

    def leap_day(self) -> date:
        """Give a day about 1 March on which someone born in a leap February turns 13 or 18."""
        years = [y for y in range(self.today.year - 4, self.today.year) if y % 4 in (1, 2)]
        year = self.rng.choice(years)
        return date(year, 3, 1) - timedelta(days=self.rng.randrange(2))

    def protection_plan(self, start: date, **fields: Any) -> str:
        given: Row = {
            "subject": self.child(),
            "level": "child_protection" if self.chance(0.93) else self.rng.choice(LEVELS),
            "start": start,
        }
        return self.add("plans", **{**given, **fields})

    def row(self, section: str, identity: str) -> Row:
        return next(row for row in self.sections[section] if row["id"] == identity)


# ---------------------------------------------------------------- scenarios, one a lesson


def changed_category(d: Draft) -> None:
    """P1.1: a change of category, and what was open on its day."""
    on = d.edge(d.today, -28) if d.chance(0.25) else d.back(29, 400)
    plan = d.some(
        "plans", lambda: d.protection_plan(d.between(shift(on, -300), shift(on, -5))), reuse=0.15
    )
    subject = d.row("plans", plan)["subject"]
    change = d.add("category_changes", plan=plan, on=on)
    if d.well():
        day = d.edge(on) if d.chance(0.4) else shift(on, -d.rng.randint(1, 40))
        d.add("chair_agreements", category_change=change, recorded_on=day, risks_mitigated=d.flag())
    for _ in range(d.rng.randint(1, 2)):
        opened = d.rng.choice((open_risk, open_action, open_assessment))
        opened(d, subject, plan, on)


def open_risk(d: Draft, subject: str, plan: str, on: date) -> None:
    found = d.edge(on) if d.chance(0.3) else shift(on, -d.rng.randint(2, 200))
    resolved = d.rng.choice((None, None, None, d.edge(on), d.edge(on, 28), shift(on, 60)))
    risk = d.add(
        "risks",
        subject=subject if d.chance(0.93) else d.child(),
        kind=d.rng.choice(RISKS),
        identified_on=found,
        resolved_on=resolved,
    )
    if d.chance(0.4):
        d.add("mitigations", risk=risk, recorded_on=d.edge(on))
        return
    set_on = d.edge(on, 28) if d.chance(0.5) else d.edge(on)
    d.add(
        "actions",
        plan=plan_or_other(d, plan),
        addresses=risk,
        set_on=set_on,
        completed_on=d.rng.choice((None, None, d.edge(on), d.edge(on, 40))),
        closed_on=d.rng.choice((None, None, None, d.edge(on))),
    )


def plan_or_other(d: Draft, plan: str) -> str:
    """Give the plan, or now and then another, on which evidence is out of place."""
    if d.chance(0.9):
        return plan
    return d.some("plans", lambda: d.protection_plan(d.back(50, 300)), reuse=0.5)


def open_action(d: Draft, subject: str, plan: str, on: date) -> None:
    action = d.add(
        "actions",
        plan=plan,
        for_person=subject,
        set_on=d.edge(on) if d.chance(0.3) else shift(on, -d.rng.randint(2, 60)),
        due=d.edge(on, 28) if d.chance(0.4) else d.between(shift(on, -10), shift(on, 28)),
        completed_on=d.rng.choice((None, None, None, d.edge(on), d.edge(on, 28))),
        closed_on=d.rng.choice((None, None, None, d.edge(on), d.edge(on, 28))),
        closure_reason_recorded=d.chance(0.6),
    )
    if d.chance(0.6):
        set_on = d.rng.choice((d.edge(on), d.edge(on, 28), shift(on, 10)))
        d.add("actions", plan=plan, set_on=set_on, continues=action)


def open_assessment(d: Draft, subject: str, plan: str, on: date) -> None:
    d.add(
        "assessments",
        subject=subject if d.chance(0.93) else d.child(),
        started_on=d.edge(on) if d.chance(0.4) else shift(on, -d.rng.randint(2, 60)),
        completed_on=d.rng.choice((None, None, d.edge(on), d.edge(on, 28), shift(on, 10))),
    )
    if d.chance(0.6):
        set_on = d.rng.choice((d.edge(on), d.edge(on, 28), shift(on, 10)))
        kind = "assessment" if d.chance(0.9) else "other"
        d.add("actions", plan=plan_or_other(d, plan), kind=kind, set_on=set_on)


def concern(d: Draft, kind: str, child: str, since: date, until: date | None) -> None:
    """Lay a neglect or sexual abuse concern, by one of its three kinds of row."""
    category = "multiple" if d.chance(0.08) else kind
    source = d.rng.choice(("risks", "plans", "category_changes"))
    if source == "risks":
        d.add("risks", subject=child, kind=kind, identified_on=since, resolved_on=until)
    elif source == "plans":
        d.protection_plan(since, subject=child, category=category, end=until)
    else:
        plan = d.protection_plan(shift(since, -d.rng.randrange(60)), subject=child, end=until)
        d.add("category_changes", plan=plan, on=since, to_category=category)


def trained_workers(d: Draft) -> None:
    """P2.1: who held the case while there was a sexual abuse concern, and their training."""
    since = d.back(30, 700)
    until = d.rng.choice((None, None, d.between(since, d.today)))
    if d.chance(0.9):
        concern(d, "sexual_abuse", d.child(), since, until)
    for _ in range(d.rng.randint(1, 2)):
        start = d.rng.choice((shift(since, -100), d.edge(until or d.today), d.edge(since)))
        end = d.rng.choice((None, None, d.edge(since), d.between(since, d.today)))
        worker = d.add(
            "workers",
            role=d.rng.choice(("practitioner", "practitioner", "manager", "conference_chair")),
            start=min(start, end or start) if d.chance(0.9) else start,
            end=end,
        )
        last = end or d.today
        for topic in TRAINING[:2]:
            if d.well():
                day = d.rng.choice((d.edge(last), d.edge(last, -1096), shift(last, -300)))
                d.add("training", worker=worker, topic=topic, completed_on=day)


def carer_with_history(d: Draft) -> None:
    """P2.2: a carer with a history, or a child with a sexual abuse concern, and its assessment."""
    child = d.some(
        "people",
        lambda: d.person(
            d.born_about(d.opened, 18) if d.chance(0.3) else d.born_at_age(d.opened, 0, 16)
        ),
    )
    carer = d.add(
        "people",
        born=d.born_at_age(d.opened, 20, 50),
        history=d.with_codes(HISTORY, *HISTORY[: d.rng.randrange(3)]),
    )
    kind = d.rng.choice(("parent_of", "carer_of", "parent_of", "sibling_of"))
    d.add("relationships", kind=kind, **{"from": carer, "to": child})
    if d.chance(0.4):
        concern(d, "sexual_abuse", child, d.back(10, 500), None)
    if d.well():
        d.add(
            "assessments",
            subject=d.rng.choice((carer, child)),
            kind=d.rng.choice(("risk", "parenting", "child_and_family", "pre_birth", "own_needs")),
            completed_on=d.back(-1, 300) if d.well() else None,
            considers=d.with_codes(TOPICS, "sexual_abuse_history"),
            parenting_capacity=d.flag(),
        )


def substance_misuse(d: Draft) -> None:
    """P3.1: a parent's drinking or drug taking, its assessment, the action for the child."""
    child = d.child()
    found = d.rng.choice(
        (d.edge(workday_before(d.today, 45)), d.edge(d.today, -91), d.back(100, 500))
    )
    risk = d.add(
        "risks",
        subject=child,
        kind=d.rng.choice(("parental_alcohol_misuse", "parental_drug_misuse")),
        identified_on=found,
    )
    for _ in range(d.rng.randrange(1, 3)):
        if d.well():
            done = d.rng.choice((d.edge(found), d.edge(workday_after(found, 45)), shift(found, 30)))
            d.add(
                "assessments",
                subject=child,
                started_on=shift(found, -d.rng.randrange(20)),
                completed_on=done if d.well() else None,
                considers=d.with_codes(TOPICS, "substance_misuse"),
                agencies=d.with_codes(AGENCIES, "childrens_services", "adult_substance_misuse"),
                impact_on_child=d.flag(),
            )
    if d.well():
        plan = d.some("plans", lambda: d.protection_plan(shift(found, -20), subject=child), 0.5)
        set_on = d.edge(found, 91) if d.chance(0.6) else shift(found, d.rng.randrange(80))
        for_person = child if d.well() else d.child()
        d.add("actions", plan=plan, addresses=risk, for_person=for_person, set_on=set_on)


def neglect_tools(d: Draft) -> None:
    """P4.1 and P5.1: a neglect concern of a telling length, its tools and its assessment."""
    until = None if d.chance(0.6) else d.back(0, 300)
    end = until or d.today
    since = d.rng.choice(
        (
            d.edge(end, -45),
            d.edge(end, -92),
            d.edge(end, -275),
            d.edge(workday_before(end, 45)),
            shift(end, -d.rng.randint(100, 700)),
        )
    )
    child = d.child()
    concern(d, "neglect", child, since, until)
    if d.well():
        d.add("tools", kind="chronology", subject=child, on=d.between(shift(end, -92), end))
    if d.well():
        on = d.rng.choice((d.edge(since, -92), d.edge(since, 92), d.edge(since)))
        d.add("tools", kind="graded_care_profile", subject=child, on=on)
    if d.well():
        on = d.between(shift(end, -183), end)
        d.add("tools", kind="graded_care_profile", subject=child, on=on)
    if d.well():
        done = d.rng.choice((d.edge(since, -92), shift(since, d.rng.randrange(60))))
        d.add(
            "assessments",
            subject=child,
            kind=d.rng.choice(("child_and_family", "risk", "parenting", "own_needs")),
            started_on=shift(done, -d.rng.randrange(30)),
            completed_on=done if d.well() else None,
            child_seen=d.flag(),
            child_views=d.flag(),
            impact_on_child=d.flag(),
            parenting_capacity=d.flag(),
        )


def drifting_plan(d: Draft) -> None:
    """P5.1: a protection plan about as long as drift, with neglect before, in or after it."""
    child = d.child()
    end = None if d.chance(0.6) else d.back(0, 200)
    last = end or d.today
    start = d.edge(last, -456) if d.chance(0.5) else shift(last, -d.rng.randint(458, 700))
    category = d.rng.choice(("neglect", "physical_abuse", "emotional_abuse"))
    plan = d.protection_plan(start, subject=child, end=end, category=category)
    if d.chance(0.7):
        since, until = d.rng.choice(
            (
                (d.edge(last), None),
                (shift(start, -50), d.edge(start)),
                (shift(start, -50), d.edge(start)),
                (shift(start, 50), shift(start, 100)),
            )
        )
        subject = child if d.chance(0.9) else d.child()
        d.add("risks", subject=subject, kind="neglect", identified_on=since, resolved_on=until)
    if d.well():
        on = d.rng.choice((d.edge(start, 456), shift(start, d.rng.randrange(-30, 456))))
        d.add("meetings", kind="legal_planning", plan=plan_or_other(d, plan), on=on)


def supported_order(d: Draft) -> None:
    """P6.1: a private law order with support, then what one of the three checks is about."""
    applied = d.back(100, 500)
    supported = d.rng.choice((None, *[d.edge(applied), shift(applied, 20)] * 4))
    begun = supported or applied
    granted, ended = d.rng.choice(((1, 0), (1, 0), (0, 0), (0, 1), (1, 1)))
    last = d.between(shift(begun, 30), d.today)
    order = d.add(
        "court_orders",
        child=d.child(),
        law="private" if d.chance(0.9) else "public",
        applied_on=applied,
        supported_on=supported,
        granted_on=last if granted else None,
        ended_on=d.edge(last, granted) if ended else None,
        support_ended_on=d.rng.choice((*[None] * 4, d.edge(last), d.between(begun, d.today))),
    )
    about = d.rng.sample(
        (incident_in_support, grant_in_support, doubtful_review), d.rng.choice((1, 2))
    )
    for add_to in about:
        add_to(d, order)


def incident_in_support(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    stops = [o[name] for name in ("granted_on", "ended_on", "support_ended_on") if o[name]]
    begun = o["supported_on"] or o["applied_on"]
    late = shift(d.today, -28)
    near = d.rng.choice((begun, late, *stops, *stops))
    on = d.edge(near) if d.chance(0.6) else d.between(begun, min([late, *stops]))
    if stops and d.chance(0.3):
        on = shift(min(stops), -d.rng.randint(1, 20))
    d.add("incidents", on=on)
    if d.chance(0.8):
        ends = [d.edge(on), d.edge(on, 28), shift(on, 10), *[d.edge(stop) for stop in stops]]
        d.add("best_interest_reviews", order=order, on=d.rng.choice(ends), still_in_interest=True)


def grant_in_support(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    granted = o["granted_on"] or o["ended_on"] or d.today
    if d.chance(0.85):
        reviewed = d.rng.choice((d.edge(granted, -92), d.edge(granted), shift(granted, -20)))
        d.add("best_interest_reviews", order=order, on=reviewed, still_in_interest=d.flag())


def doubtful_review(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    stops = [o[name] for name in ("granted_on", "ended_on") if o[name]]
    begun = o["supported_on"] or o["applied_on"]
    late = shift(d.today, -14)
    on = d.edge(d.rng.choice((late, *stops, *stops)))
    if d.chance(0.5):
        on = d.between(begun, min([late, *stops]))
    elif stops and d.chance(0.4):
        on = shift(min(stops), -d.rng.randint(1, 12))
    d.add("best_interest_reviews", order=order, on=on, still_in_interest=d.chance(0.1))
    if d.chance(0.8):
        told = [d.edge(on), d.edge(on, 14), shift(on, 7), *[d.edge(stop) for stop in stops]]
        d.add("court_notices", order=order, on=d.rng.choice(told))


def plan_meetings(d: Draft) -> None:
    """P7.1: a protection plan, with meetings that follow one another about as they should."""
    end = None if d.chance(0.6) else d.back(0, 200)
    last = end or d.today
    start = shift(last, -d.rng.choice((10, 28, 41, 42, 43, 91, 92, 93, 130, 275, 290)))
    if d.chance(0.15):
        start = d.edge(workday_before(last, 10))
    child = d.child()
    plan = d.protection_plan(start, subject=child, end=end)
    day = d.edge(workday_after(start, 10)) if d.chance(0.5) else shift(start, 5)
    kind = "core_group"
    while day <= last and d.chance(0.97):
        d.add(
            "meetings",
            kind=kind,
            plan=plan,
            on=day,
            attended=d.with_codes(AGENCIES, *AGENCIES[:1], *d.rng.sample(AGENCIES[1:], 3)),
            plan_updated=d.flag(),
            progress_reviewed=d.flag(),
            child_views=d.flag(),
        )
        day = d.edge(day, 42) if d.chance(0.5) else shift(day, d.rng.randint(20, 42))
        kind = d.rng.choice(("core_group", "core_group", "review_conference"))
    if d.chance(0.6):
        review = d.edge(start, 92) if d.chance(0.5) else shift(start, 60)
        d.add("meetings", kind="review_conference", plan=plan, on=review)
        if d.chance(0.5):
            d.add("meetings", kind="review_conference", plan=plan, on=d.edge(review, 183))
    if d.chance(0.4):
        d.add("meetings", kind="initial_conference", plan=plan, on=d.edge(start))
    plan_actions(d, plan, child, start, end)


def sparse_meetings(d: Draft) -> None:
    """P7.1: a protection plan with one or two meetings, each on the edge of a window."""
    end = None if d.chance(0.6) else d.back(0, 200)
    last = end or d.today
    kinds = ("core_group", "review_conference", "review_conference", "initial_conference")
    met = d.edge(last, -d.rng.choice((42, 183, 183, 230)))
    start = d.rng.choice((met, shift(met, -1), d.edge(met, -42), d.edge(met, -92)))
    if d.chance(0.15):
        start = met = d.edge(last, -28)
    plan = d.protection_plan(start, end=end)
    d.add("meetings", kind=d.rng.choice(kinds), plan=plan, on=met)
    if d.chance(0.7):
        again = d.rng.choice((met, shift(met, 1), d.edge(met, 42), d.edge(met, 183)))
        d.add("meetings", kind=d.rng.choice(kinds), plan=plan_or_other(d, plan), on=again)
    if d.chance(0.3):
        d.add("meetings", kind="core_group", plan=plan, on=d.edge(workday_after(start, 10)))
    if d.chance(0.5):
        child = d.row("plans", plan)["subject"] if d.well() else d.child()
        d.add("actions", plan=plan_or_other(d, plan), for_person=child, set_on=start)


def plan_actions(d: Draft, plan: str, child: str, start: date, end: date | None) -> None:
    for _ in range(d.rng.randrange(3)):
        due = d.rng.choice((d.edge(d.today, -14), d.edge(end or d.today), shift(start, 30)))
        action = d.add(
            "actions",
            plan=plan,
            for_person=child if d.well() else None,
            set_on=shift(start, d.rng.randrange(10)),
            due=due,
            completed_on=d.rng.choice((None, None, d.edge(due, 14), shift(due, -3))),
            closed_on=d.rng.choice((None, None, None, d.edge(due, 14))),
            closure_reason_recorded=d.chance(0.6),
        )
        if d.chance(0.3):
            d.add("actions", plan=plan, set_on=d.edge(due, 14), continues=action)


def teenage_relationship(d: Draft) -> None:
    """P8.1: a young couple, and what was considered in their assessments."""
    start = d.rng.choice((d.edge(d.today, -63), d.back(64, 500), d.edge(d.opened), d.leap_day()))
    x = d.teenager(d.rng.choice((start, max(start, d.opened))))
    y = d.some("people", lambda: d.person(d.born_at_age(start, 15, 30)), 0.2)
    if x == y:
        y = d.person(d.born_at_age(start, 15, 30))
    ends = (None, None, d.edge(d.opened), d.between(start, d.today))
    people = [x, y]
    d.rng.shuffle(people)
    d.add(
        "relationships",
        kind="partner_of" if d.chance(0.93) else "sibling_of",
        start=start,
        end=d.rng.choice(ends),
        **dict(zip(("from", "to"), people, strict=True)),
    )
    for person in people:
        if d.well():
            done = d.edge(start) if d.chance(0.4) else d.between(start, d.today)
            d.add(
                "assessments",
                subject=person,
                kind=d.rng.choice(
                    ("domestic_abuse", "child_and_family", "risk", "own_needs", "parenting")
                ),
                completed_on=done if d.well() else None,
                considers=d.with_codes(
                    TOPICS,
                    "intergenerational_domestic_abuse",
                    "older_partner",
                    "exposure_to_abuse",
                ),
            )


def teenage_victim(d: Draft) -> None:
    """P8.2: domestic abuse of a teenager, the referral, and what MARAC made of the age."""
    on = d.rng.choice((d.edge(d.today, -14), d.back(15, 400), d.back(15, 400), d.leap_day()))
    victim = d.teenager(on)
    kind = "domestic_abuse" if d.chance(0.9) else "police"
    d.add("incidents", kind=kind, on=on, victim=victim)
    for _ in range(d.rng.randrange(1, 3)):
        if not d.well():
            continue
        considered = d.rng.choice((d.edge(on), d.edge(on, 14), shift(on, 5)))
        referral = d.add(
            "referrals",
            subject=victim,
            service=d.rng.choice(("marac", "marac", "early_help", "other")),
            considered_on=considered,
            made_on=d.rng.choice((None, d.edge(considered), shift(considered, 3))),
            reason_recorded=d.flag(),
        )
        if d.chance(0.7):
            on_marac = shift(considered, d.rng.randrange(1, 20))
            d.add("marac_decisions", referral=referral, on=on_marac, age_considered=d.chance(0.75))


def teenage_parent(d: Draft) -> None:
    """P9.1: a parent under 18, and what was done for them as a child and for their child."""
    birthday = d.rng.choice((d.edge(d.today, -63), d.back(64, 400), d.opened, d.leap_day()))
    x = d.teenager(max(birthday, d.opened) if d.chance(0.8) else birthday)
    y = d.some("people", lambda: d.person(d.born_about(birthday, 0)), 0.1)
    if x == y:
        y = d.person(d.born_about(birthday, 0))
    kind = "parent_of" if d.chance(0.95) else "carer_of"
    for _ in range(1 if d.chance(0.85) else 2):
        d.add("relationships", kind=kind, **{"from": x, "to": y})
    born = d.row("people", x)["born"]
    turns_18 = date(int(born[:4]) + 18, int(born[5:] or 6), 1)
    own_records(d, x, turns_18)
    if d.well():
        flag = d.flag()
        d.add("threshold_decisions", person=y, on=d.back(0, 300), rationale_recorded=flag)


def own_records(d: Draft, x: str, turns_18: date) -> None:
    def about_18() -> date:
        """Give a day of the month in which x turns 18, of one beside it, or earlier."""
        if d.chance(0.4):
            return min(shift(turns_18, d.rng.randrange(-2, 33)), d.today)
        return min(shift(turns_18, -d.rng.randint(2, 300)), d.today)

    if d.well() and d.chance(0.6):
        d.add("plans", subject=x, level=d.rng.choice(LEVELS), start=about_18())
    if d.well():
        level = d.rng.choice(("no_further_action", "child_in_need"))
        d.add(
            "threshold_decisions",
            person=x,
            on=about_18(),
            level=level,
            rationale_recorded=d.flag(),
        )
    if d.well():
        started = about_18()
        d.add(
            "assessments",
            subject=x,
            kind=d.rng.choice(("own_needs", "child_and_family", "early_help", "parenting")),
            started_on=started,
            completed_on=d.between(started, d.today) if d.well() else None,
            considers=d.with_codes(TOPICS, "family_history"),
        )
    for kind in ("chronology", "genogram"):
        if d.well():
            d.add("tools", kind=kind, subject=x)


SCENARIOS: dict[str, Callable[[Draft], None]] = {
    scenario.__name__: scenario
    for scenario in (
        changed_category,
        trained_workers,
        carer_with_history,
        substance_misuse,
        neglect_tools,
        drifting_plan,
        supported_order,
        plan_meetings,
        sparse_meetings,
        teenage_relationship,
        teenage_victim,
        teenage_parent,
    )
}

# How often each is laid: more where few instances come of one.
WEIGHTS = [
    2 if name in ("changed_category", "supported_order", "teenage_relationship") else 1
    for name in SCENARIOS
]


# ---------------------------------------------------------------- spoiling what was built


def fill_in(d: Draft) -> None:
    """Give each field that no scenario set some likely value."""
    for section, rows in d.sections.items():
        for row in rows:
            for name, field in FIELDS[section].items():
                if name not in row and field.null != "D":
                    row[name] = likely_value(d, field)


def likely_value(d: Draft, field: Field) -> Any:
    if field.holds == "reference":
        rows = d.sections[field.target]
        if field.target == "risks" and field.null == "F" and (not rows or d.chance(0.4)):
            return "none"
        return d.rng.choice(rows)["id"] if rows else None
    likely: dict[str, Callable[[], Any]] = {
        "code": lambda: d.rng.choice(field.codes),
        "codes": lambda: d.rng.sample(field.codes, d.rng.randrange(4)),
        "flag": lambda: d.chance(0.6),
        "date": lambda: d.back(0, 400),
        "born": lambda: d.born_at_age(d.opened, 0, 40),
    }
    return likely[field.holds]()


def spoil(d: Draft) -> None:
    """Copy some rows, then change one field of some: evidence that nearly matches."""
    for _ in range(d.rng.choice((0, 0, 1, 2))):
        section = d.rng.choice([name for name, rows in d.sections.items() if rows] or ["people"])
        if d.sections[section]:
            row = copy.deepcopy(d.rng.choice(d.sections[section]))
            del row["id"]
            identity = d.add(section, **row)
            if d.chance(0.7):
                spoil_field(d, section, d.row(section, identity))
    for _ in range(d.rng.choice((0, 0, 1, 2, 3))):
        section = d.rng.choice([name for name, rows in d.sections.items() if rows] or ["people"])
        if d.sections[section]:
            spoil_field(d, section, d.rng.choice(d.sections[section]))


def spoil_field(d: Draft, section: str, row: Row) -> None:
    name = d.rng.choice(list(FIELDS[section]))
    field, value = FIELDS[section][name], row.get(name)
    if field.holds == "date" and value is not None:
        row[name] = shift(value, d.rng.choice((-1, 1, -1, 1, -30, 30)))
    elif field.holds == "date" and field.null == "D":
        row[name] = d.back(0, 300)
    elif field.holds == "flag":
        row[name] = not value
    elif field.holds == "code":
        row[name] = d.rng.choice(field.codes)
    elif field.holds == "codes" and value:
        row[name] = value[1:]
    elif field.holds == "reference" and d.sections[field.target]:
        if (section, name) == ("relationships", "to"):
            return
        others = [other["id"] for other in d.sections[field.target]]
        row[name] = d.rng.choice(others)
        if section == "relationships" and row["from"] == row["to"]:
            row[name] = value


def settle_dates(d: Draft) -> None:
    """Let few dates contradict each other: bring back most that lie ahead or end too early."""
    for section, rows in d.sections.items():
        for row in rows:
            for name, field in FIELDS[section].items():
                day = row.get(name)
                if field.holds != "date" or name == "due" or day is None or day <= d.today:
                    continue
                if not d.chance(d.contradicting):
                    row[name] = None if field.null == "D" and d.chance(0.6) else d.today
            for start, end in PAIRS.get(section, ()):
                if row.get(start) is None or row.get(end) is None or row[start] <= row[end]:
                    continue
                if not d.chance(d.contradicting):
                    row[end] = row[start]


def contradict(d: Draft) -> None:
    """Set a few dates after today, or an end before its start."""
    for section, rows in d.sections.items():
        for row in rows:
            if not d.chance(d.contradicting / 2):
                continue
            dates = [n for n, f in FIELDS[section].items() if f.holds == "date" and row.get(n)]
            if PAIRS.get(section) and d.chance(0.6):
                start, end = d.rng.choice(PAIRS[section])
                if row.get(start):
                    row[end] = shift(row[start], -d.rng.choice((1, 1, 20)))
            elif dates:
                row[d.rng.choice(dates)] = shift(d.today, d.rng.choice((1, 1, 40)))


def lose_facts(d: Draft, rate: float) -> None:
    for section, rows in d.sections.items():
        for row in rows:
            for name, field in FIELDS[section].items():
                if field.null != "R" and d.chance(rate):
                    row[name] = None


def empty_section(d: Draft, section: str) -> None:
    """Take every row out, and every row that cannot be without one of them."""
    d.sections[section].clear()
    drop_dangling(d.sections)


def remove_row(sections: dict[str, Any], section: str, identity: str) -> None:
    """Take out a row, and every row that cannot be without it."""
    sections[section] = [row for row in sections[section] if row["id"] != identity]
    drop_dangling(sections)


def drop_dangling(sections: Mapping[str, Any]) -> None:
    """Take out the rows, or forget the facts, that refer to what the record lacks."""
    ids = known_ids(sections)
    for section, fields in FIELDS.items():
        for row in list(sections.get(section) or []):
            for name, field in fields.items():
                reference = row.get(name)
                if field.holds != "reference" or reference in (None, "none"):
                    continue
                if field.target not in ids or reference in ids[field.target]:
                    continue
                if field.null != "R":
                    row[name] = None
                    continue
                sections[section].remove(row)
                drop_dangling(sections)
                return


def known_ids(sections: Mapping[str, Any]) -> dict[str, set[str]]:
    """Give the ids of each section that is known, or that reads as `[]` for want of a target."""
    ids = {
        section: {row["id"] for row in sections[section]}
        for section in FIELDS
        if sections.get(section) is not None
    }
    for _ in FIELDS:
        for section, fields in FIELDS.items():
            needed = {field.target for field in fields.values() if field.null == "R"} - {""}
            if section not in ids and any(ids.get(target) == set() for target in needed):
                ids[section] = set()
    return ids


def lose_sections(d: Draft, record: Record, rate: float) -> None:
    for section in FIELDS:
        if d.chance(rate):
            if d.chance(0.5):
                del record[section]
            else:
                record[section] = None


# ---------------------------------------------------------------- the record


NULL_RATES = (0.0, 0.0, 0.1, 0.35)
MISSING_RATES = (0.0, 0.0, 0.0, 0.05, 0.15, 0.5)


def random_record(
    rng: Random,
    scenarios: Iterable[str] | None = None,
    null_rate: float | None = None,
    missing_rate: float | None = None,
    years: tuple[int, int] = (2019, 2026),
) -> Record:
    """Build a valid record, as plain JSON values.

    `scenarios` names those to lay (default: one to three at random); `null_rate` is the share of
    F and D fields that are null, `missing_rate` of sections that are unknown; `years` bounds the
    year of `extracted_on`, with other dates up to five years earlier.
    """
    d = Draft(rng, random_today(rng, years))
    if scenarios is None:
        number = rng.choice((0, 1, 1, 1, 2, 2, 2, 3, 3, 3))
        scenarios = rng.choices(list(SCENARIOS), WEIGHTS, k=number)
    for name in scenarios:
        SCENARIOS[name](d)
    fill_in(d)
    spoil(d)
    settle_dates(d)
    contradict(d)
    lose_facts(d, rng.choice(NULL_RATES) if null_rate is None else null_rate)
    if rng.random() < 0.12:
        empty_section(d, rng.choice(list(FIELDS)))
    record = written(d)
    lose_sections(d, record, rng.choice(MISSING_RATES) if missing_rate is None else missing_rate)
    return record


def random_today(rng: Random, years: tuple[int, int]) -> date:
    """Give a day of those years, often soon after bank holidays, or about a leap day."""
    year = rng.randint(*years)
    kind = rng.randrange(5)
    if kind == 0:
        return shift(rng.choice(sorted(bank_holidays(year))), rng.randrange(70))
    if kind == 1:
        return shift(date(year, 3, 1), rng.randint(-2, 2))
    return shift(date(year, 1, 1), rng.randrange(365))


def written(d: Draft) -> Record:
    """Write the draft down as JSON values; a null is as often left out."""
    record: Record = {
        "schema": "casecheck/1",
        "case_id": f"C-{d.rng.randrange(10000):04d}",
        "extracted_on": d.today.isoformat(),
        "opened_on": d.opened.isoformat(),
    }
    for name, code in (("district", "D1"), ("team", "T-2"), ("lead_agency", "LA")):
        if d.chance(0.3):
            record[name] = code if d.chance(0.7) else None
    for section, rows in d.sections.items():
        record[section] = [written_row(d, section, row) for row in rows]
    return record


def written_row(d: Draft, section: str, row: Row) -> Row:
    out: Row = {"id": row["id"]}
    for name in FIELDS[section]:
        value = row.get(name)
        if value is None:
            if d.chance(0.5):
                out[name] = None
        else:
            out[name] = value.isoformat() if isinstance(value, date) else value
    return out


# ---------------------------------------------------------------- the same record, otherwise


def row_of(record: Record, pointer: str) -> tuple[str, str | None]:
    """Name what a pointer points at by section and id: it stays when rows move."""
    section, _, index = pointer.strip("/").partition("/")
    return (section, str(record[section][int(index)]["id"]) if index else None)


def shuffle_rows(record: Record, rng: Random) -> Record:
    """Give the record with the rows of each section, and the codes of each list, reordered."""
    shuffled = copy.deepcopy(record)
    for section in FIELDS:
        rows = shuffled.get(section) or []
        rng.shuffle(rows)
        for row in rows:
            for value in row.values():
                if isinstance(value, list):
                    rng.shuffle(value)
    return shuffled


def shuffle_keys(record: Record, rng: Random) -> Record:
    """Give the record with its sections, and the fields of each row, in another order."""

    def reordered(mapping: Mapping[str, Any]) -> dict[str, Any]:
        keys = list(mapping)
        rng.shuffle(keys)
        return {key: copy.deepcopy(mapping[key]) for key in keys}

    shuffled = reordered(record)
    for section in FIELDS:
        if shuffled.get(section):
            shuffled[section] = [reordered(row) for row in shuffled[section]]
    return shuffled


def references(section: str) -> list[str]:
    return [name for name, field in FIELDS[section].items() if field.holds == "reference"]


def rename_ids(record: Record, rng: Random) -> tuple[Record, dict[str, str]]:
    """Give the record with every id spelt otherwise, and the new spelling of each old one."""
    renamed = copy.deepcopy(record)
    names: dict[str, str] = {}
    letters = "abcABCxyzXYZ019_-"
    for section in FIELDS:
        for row in renamed.get(section) or []:
            for field in ("id", *references(section)):
                old = row.get(field)
                if old is None or (field == "addresses" and old == "none"):
                    continue
                while old not in names:
                    length = rng.choice((1, 2, 5, 31))
                    new = rng.choice("aZkQ") + "".join(rng.choices(letters, k=length))
                    if new not in names.values():
                        names[old] = new
                row[field] = names[old]
    return renamed, names


def add_unrelated_rows(record: Record, rng: Random) -> Record:
    """Give the record with more rows that no check reads, at the ends of their sections.

    No section that is unknown, or `[]` and so makes others `[]`, is touched: that would tell.
    """
    added = copy.deepcopy(record)
    day = record["extracted_on"]
    number = 0

    def add(section: str, **fields: Any) -> str:
        nonlocal number
        number += 1
        identity = f"UNRELATED-{number}"
        added[section].append({"id": identity, **fields})
        return identity

    people = ["UNRELATED-X", "UNRELATED-Y"]
    if added.get("people"):
        people = [add("people", born="1990-01", history=[]) for _ in people]
    if added.get("people") != []:
        if added.get("tools") is not None and rng.random() < 0.8:
            add("tools", kind="dash", subject=people[0], on=day)
        if added.get("referrals") and rng.random() < 0.8:
            add("referrals", subject=people[0], service="other", considered_on=day, made_on=day)
        if added.get("relationships") is not None and rng.random() < 0.8:
            ends = dict(zip(("from", "to"), people, strict=True))
            add("relationships", kind="sibling_of", start=day, **ends)
    if added.get("meetings") is not None and rng.random() < 0.8:
        add("meetings", kind="child_in_need_review", on=day, attended=[])
    if added.get("workers") and rng.random() < 0.8:
        worker = add("workers", role="conference_chair", start=day)
        if added.get("training") is not None:
            add("training", worker=worker, topic="neglect", completed_on=day)
    return added


def take_away(record: Record, rng: Random) -> Record:
    """Give the record with one section unknown, or one fact: never more is known than before.

    A start that its row's end depends on stays: without it, a contradicted end would come back.
    """
    poorer = copy.deepcopy(record)
    sections = [section for section in FIELDS if poorer.get(section) is not None]
    facts = [
        (row, name)
        for section in sections
        for row in poorer[section]
        for name, field in FIELDS[section].items()
        if field.null == "F" and row.get(name) is not None
        if not any(name == start and row.get(end) for start, end in PAIRS.get(section, ()))
    ]
    if facts and (not sections or rng.random() < 0.5):
        row, name = rng.choice(facts)
        row[name] = None
    elif sections:
        poorer[rng.choice(sections)] = None
    return poorer


def without_row(record: Record, section: str, identity: str) -> Record:
    """Give the record without a row, and without what cannot be without it."""
    smaller = copy.deepcopy(record)
    remove_row(smaller, section, identity)
    return smaller


def reduced(record: Record, still_fails: Callable[[Record], bool]) -> Record:
    """Give a small record that still fails: without rows, sections and facts that do not matter."""
    smaller, shrinking = record, True
    while shrinking:
        shrinking = False
        for candidate in _smaller_records(smaller):
            if still_fails(candidate):
                smaller, shrinking = candidate, True
                break
    return smaller


def _smaller_records(record: Record) -> Iterable[Record]:
    for section in FIELDS:
        for row in record.get(section) or []:
            yield without_row(record, section, row["id"])
    for section, fields in FIELDS.items():
        if record.get(section, []) is None:
            yield {key: value for key, value in record.items() if key != section}
        for index, row in enumerate(record.get(section) or []):
            for name, field in fields.items():
                if name in row and field.null != "R":
                    smaller = copy.deepcopy(record)
                    del smaller[section][index][name]
                    yield smaller


# ---------------------------------------------------------------- for hypothesis


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Draw a valid record; it shrinks by losing rows, and the rates at which facts are lost."""
    scenarios = draw(st.lists(st.sampled_from(sorted(SCENARIOS)), max_size=3))
    null_rate = draw(st.sampled_from((0.0, 0.1, 0.35)))
    missing_rate = draw(st.sampled_from((0.0, 0.1, 0.5)))
    seed = draw(st.integers(0, 2**32 - 1))
    record = random_record(Random(seed), scenarios, null_rate, missing_rate)
    rows = [(section, row["id"]) for section in FIELDS for row in record.get(section) or []]
    kept = draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows)))
    for (section, identity), keep in zip(rows, kept, strict=True):
        if keep == 0:
            remove_row(record, section, identity)
    return record


# ---------------------------------------------------------------- what the records reach


def outcome_counts(number: int) -> dict[tuple[str, str], Counter[str]]:
    """Count each check's outcomes, by the oracle, over that many seeds."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for seed in range(number):
        for lesson, checks in audit(random_record(Random(seed))).items():
            for check, result in checks.items():
                counts.setdefault((lesson, check), Counter())[result.outcome] += 1
    return counts


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    outcomes = ("breach", "insufficient_evidence", "compliant", "not_applicable")
    sys.stdout.write(f"{'':38}" + "".join(f"{name[:12]:>14}" for name in outcomes) + "\n")
    for (lesson, check), counted in outcome_counts(number).items():
        shares = "".join(f"{100 * counted[name] / number:13.1f}%" for name in outcomes)
        sys.stdout.write(f"{lesson + ' ' + check:38}{shares}\n")


if __name__ == "__main__":
    main()
