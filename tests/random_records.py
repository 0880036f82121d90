"""Random valid case records that dwell on boundaries and unknowns, and ways to transform them.

A record is built from a few scenarios, each about one lesson: its rows are laid on the edges of
that lesson's windows, or a day to either side. Then rows are copied and slightly spoilt, facts are
lost, dates are left to contradict each other, days become ranges, events and codes unknown, parts
of sections and whole sections go missing. Some cases are closed before the day of the extract.

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
from oracle import PAIRS, STATUTORY, audit, bank_holidays, contradictions

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
    "child_alcohol_misuse",
    "child_drug_misuse",
    "household_alcohol_misuse",
    "household_drug_misuse",
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
    "childrens_social_care",
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
TOOLS = (
    "graded_care_profile",
    "local_neglect_tool",
    "genogram",
    "chronology",
    "sexual_behaviour_tool",
    "dash",
)
MEETINGS = (
    "strategy",
    "initial_conference",
    "review_conference",
    "core_group",
    "legal_planning",
    "child_in_need_review",
    "transfer_in_conference",
    "looked_after_review",
    "family_group_decision",
)
END_REASONS = (
    "no_longer_needed",
    "stepped_down",
    "stepped_up",
    "looked_after",
    "moved_area",
    "turned_18",
    "died",
    "other",
)
ORDERS = (
    "child_arrangements",
    "special_guardianship",
    "care",
    "supervision",
    "placement",
    "other",
)
GRADES = ("grade_1", "grade_2", "grade_3", "grade_4", "grade_5")
SOURCES = ("cin_census", "annex_a", "ssd", "csv")


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
    "people": {
        "pseudonym": Field("pseudonym", "F"),
        "born": Field("born", "F"),
        "history": _codes(*HISTORY),
    },
    "relationships": {
        "kind": _code("R", "parent_of", "carer_of", "partner_of", "sibling_of"),
        "from": _to("people"),
        "to": _to("people"),
        "start": FACT_DAY,
        "end": EVENT,
        "known_on": EVENT,
    },
    "plans": {
        "subject": _to("people"),
        "level": _code("R", *LEVELS),
        "category": _code("F", *CATEGORIES),
        "start": DAY,
        "end": EVENT,
        "end_reason": _code("F", *END_REASONS),
    },
    "category_changes": {
        "plan": _to("plans"),
        "on": FACT_DAY,
        "from_category": _code("F", *CATEGORIES),
        "to_category": _code("F", *CATEGORIES),
    },
    "chair_agreements": {
        "category_change": _to("category_changes"),
        "recorded_on": DAY,
        "risks_mitigated": FLAG,
        "risks_carried": FLAG,
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
    "tools": {
        "kind": _code("R", *TOOLS),
        "subject": _to("people"),
        "on": DAY,
        "begun_on": FACT_DAY,
        "grade": _code("F", *GRADES),
    },
    "meetings": {
        "kind": _code("R", *MEETINGS),
        "plan": _to("plans", "F"),
        "subject": _to("people", "F"),
        "on": DAY,
        "attended": _codes(*AGENCIES),
        "plan_updated": FLAG,
        "progress_reviewed": FLAG,
        "child_views": FLAG,
        "quorate": FLAG,
        "chair_waived_quorum_on": EVENT,
    },
    "incidents": {
        "kind": _code("R", *RISKS, "missing", "police", "injury", "other"),
        "on": DAY,
        "victim": _to("people", "F"),
        "by": _to("people", "D"),
        "known_on": EVENT,
        "returned_on": EVENT,
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
        "kind": _code("F", *ORDERS),
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
    "contacts": {
        "subject": _to("people"),
        "on": DAY,
        "source": _code("F", *AGENCIES, "family", "public"),
        "factors": _codes(*RISKS),
        "outcome": _code(
            "F", "no_further_action", "information", "early_help", "assessment", "strategy"
        ),
    },
    "visits": {
        "subject": _to("people"),
        "plan": _to("plans", "F"),
        "on": DAY,
        "child_seen": FLAG,
        "seen_alone": FLAG,
    },
    "return_interviews": {
        "incident": _to("incidents"),
        "offered_on": EVENT,
        "held_on": EVENT,
        "independent": FLAG,
    },
    "training": {
        "worker": _to("workers"),
        "topic": _code("R", *TRAINING),
        "completed_on": DAY,
    },
}

# The field of which coverage's `only` speaks.
KIND_FIELDS = {
    section: name
    for section, fields in FIELDS.items()
    for name in ("kind", "level", "service", "law", "role", "topic")
    if name in fields and not (section == "court_orders" and name == "kind")
}

# A row that has none of these was open on a day: `from` leaves it in the record.
ENDS = {
    "plans": ("end",),
    "workers": ("end",),
    "risks": ("resolved_on",),
    "assessments": ("completed_on",),
    "actions": ("completed_on", "closed_on"),
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
    """A record in the making: its rows hold dates, and lack the fields that do not matter yet.

    `today` is the day that the lessons call so: the case is closed on it, or extracted.
    """

    def __init__(self, rng: Random, today: date, closed: bool) -> None:
        self.rng = rng
        self.today = today
        self.closed = closed
        self.extracted = shift(today, rng.choice((0, 1, 10, 60, 300))) if closed else today
        self.opened = self._opening()
        self.care = rng.choice((0.55, 0.85, 0.97))
        self.contradicting = rng.choice((0.0, 0.0, 0.0, 0.1, 0.3))
        self.sections: dict[str, list[Row]] = {section: [] for section in FIELDS}
        self.count = 0

    def _opening(self) -> date:
        if self.rng.random() < 0.3:
            return shift(workday_before(self.today, 45), self.rng.choice((-1, 0, 1)))
        days = self.rng.choice((self.rng.randrange(62), *[self.rng.randrange(65, 1500)] * 4))
        return shift(self.today, -days)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def well(self) -> bool:
        """Say whether this bit of practice is as it should be; a record is mostly one or other."""
        return self.chance(self.care)

    def edge(self, anchor: date, days: int = 0) -> date:
        """Give the day so many days from the anchor, or one to either side."""
        return shift(anchor, days + self.rng.choice((-1, 0, 0, 1)))

    def workday_edge(self, anchor: date, number: int) -> date:
        """Give the day so many working days from the anchor, or a day to either side."""
        return self.edge(workday_after(anchor, number))

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

    def child_on(self, day: date) -> str:
        """Give a child who is about to be born or to be 18 on a day, now and then."""
        if self.chance(0.75):
            return self.some(
                "people", lambda: self.person(self.born_at_age(day, 1, 15)), reuse=0.15
            )
        return self.person(self.born_about(day, self.rng.choice((0, 0, 18))))

    def teenager(self, day: date, reuse: float = 0.15, ages: Sequence[int] = (13, 18)) -> str:
        """Give a person of some age from 13 to 17 on the day, often about to be of one of some."""

        def new() -> str:
            if self.chance(0.5):
                return self.person(self.born_at_age(day, 14, 17))
            return self.person(self.born_about(day, self.rng.choice(ages)))

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

    def parent(self, child: str, **fields: Any) -> str:
        """Give a new parent or carer of a child."""
        parent = self.person(self.born_at_age(self.opened, 20, 45))
        kind = "parent_of" if self.chance(0.6) else "carer_of"
        self.add("relationships", **{"kind": kind, "from": parent, "to": child, **fields})
        return parent


# ---------------------------------------------------------------- scenarios, a few a lesson


def changed_category(d: Draft) -> None:
    """P1.1: a change of category, who agreed to it, and what was open on its day."""
    on = d.edge(d.today, -28) if d.chance(0.2) else d.back(29, 400)
    if d.chance(0.1):
        on = workday_before(d.today, 1)
    plan = d.some(
        "plans", lambda: d.protection_plan(d.between(shift(on, -300), shift(on, -5))), reuse=0.15
    )
    subject = d.row("plans", plan)["subject"]
    before, after = d.rng.sample(CATEGORIES[:4], 2)
    if d.chance(0.2):
        before, after = d.rng.choice(((before, before), ("multiple", after), (before, "multiple")))
    change = d.add("category_changes", plan=plan, on=on, from_category=before, to_category=after)
    if d.well():
        kinds = ("initial_conference", "review_conference", "transfer_in_conference", "core_group")
        day = d.edge(on) if d.chance(0.3) else on
        kind = d.rng.choice(kinds[:3]) if d.chance(0.9) else kinds[3]
        d.add("meetings", kind=kind, plan=plan_or_other(d, plan), on=day)
    if d.well():
        day = d.workday_edge(on, 1) if d.chance(0.5) else shift(on, -d.rng.randint(0, 40))
        d.add(
            "chair_agreements",
            category_change=change,
            recorded_on=day,
            risks_mitigated=d.flag(),
            risks_carried=d.chance(0.3),
        )
    for _ in range(d.rng.randint(1, 2)):
        opened = d.rng.choice((open_risk, open_action, open_assessment))
        opened(d, subject, plan, on)


def replaced_plan(d: Draft) -> None:
    """P1.1: a plan that ends, the plan that replaces it, and an open risk."""
    start = d.edge(d.today, -28) if d.chance(0.2) else d.back(29, 400)
    ended = d.rng.choice((d.edge(start), d.edge(start, -7), shift(start, -3)))
    child = d.child()
    before, after = d.rng.sample(CATEGORIES[:4], 2)
    if d.chance(0.2):
        before, after = d.rng.choice(((before, before), ("multiple", after), (before, "multiple")))
    d.protection_plan(
        shift(ended, -d.rng.randint(30, 300)), subject=child, category=before, end=ended
    )
    subject = child if d.chance(0.95) else d.child()
    plan = d.protection_plan(start, subject=subject, category=after)
    open_risk(d, child, plan, start)


def open_risk(d: Draft, subject: str, plan: str, on: date) -> None:
    found = d.edge(on) if d.chance(0.25) else shift(on, -d.rng.randint(2, 200))
    resolved = d.rng.choice((None, None, None, d.edge(on), d.edge(on, 28), shift(on, 60)))
    risk = d.add(
        "risks",
        subject=subject if d.chance(0.93) else d.child(),
        kind=d.rng.choice(RISKS),
        identified_on=found,
        resolved_on=resolved,
    )
    if d.chance(0.3):
        d.add("mitigations", risk=risk, recorded_on=d.edge(on))
        return
    if not d.well():
        return
    set_on = d.rng.choice((d.edge(on, 28), d.edge(on), shift(on, -30)))
    d.add(
        "actions",
        plan=plan_or_other(d, plan),
        addresses=risk,
        set_on=set_on,
        completed_on=d.rng.choice((None, None, d.edge(on), d.edge(on, 28), d.edge(on, 40))),
        closed_on=d.rng.choice((None, None, d.edge(on), d.edge(on, 28))),
        closure_reason_recorded=d.chance(0.6),
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
        due=d.edge(on, 28) if d.chance(0.5) else d.between(shift(on, -10), shift(on, 90)),
        completed_on=d.rng.choice((None, None, None, d.edge(on), d.edge(on, 28))),
        closed_on=d.rng.choice((None, None, None, d.edge(on), d.edge(on, 28))),
        closure_reason_recorded=d.chance(0.6),
    )
    if d.chance(0.5):
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
    last = until or d.today
    if d.chance(0.95):
        concern(d, "sexual_abuse", d.child(), since, until)
    for _ in range(d.rng.randint(1, 2)):
        start = d.rng.choice(
            (shift(since, -100), d.edge(since, -91), d.edge(last, -91), d.edge(last), d.edge(since))
        )
        asked = max(since, shift(start, 91))
        end = d.rng.choice((None, None, None, d.edge(since), d.edge(asked), shift(asked, 60)))
        worker = d.add(
            "workers",
            role=d.rng.choice(("practitioner", "practitioner", "manager", "conference_chair")),
            start=min(start, end or start) if d.chance(0.9) else start,
            end=end,
        )
        for topic in TRAINING[:2]:
            if d.well():
                day = d.rng.choice((d.edge(asked), d.edge(asked, -1096), shift(asked, -300)))
                d.add("training", worker=worker, topic=topic, completed_on=day)


def sexual_behaviour(d: Draft) -> None:
    """P2.1: a sexual abuse concern, and the tool or the centre that should have been thought of."""
    since = d.edge(d.today, -45) if d.chance(0.25) else d.back(46, 600)
    until = d.rng.choice((None, None, d.edge(since, 45), shift(since, 100)))
    child = d.child_on(since)
    concern(d, "sexual_abuse", child, since, until)
    if not d.well():
        return
    day = d.rng.choice((d.edge(since, -92), d.edge(since, 45), shift(since, 10)))
    if d.chance(0.6):
        kind = "sexual_behaviour_tool" if d.chance(0.9) else "chronology"
        d.add("tools", kind=kind, subject=child, on=day)
    else:
        centre = "sexual_assault_referral_centre" if d.chance(0.9) else "other"
        made = day if d.chance(0.5) else None
        d.add("referrals", subject=child, service=centre, considered_on=day, made_on=made)


def carer_with_history(d: Draft) -> None:
    """P2.2: a carer with a history, or a child with a sexual abuse concern, and its assessment."""
    start = d.rng.choice((None, shift(d.opened, -200), d.edge(d.opened), d.back(20, 400)))
    about = max(d.opened, start or d.opened)
    child = d.some(
        "people",
        lambda: d.person(d.born_about(about, 18) if d.chance(0.2) else d.born_at_age(about, 0, 16)),
    )
    carer = d.add(
        "people",
        born=d.born_at_age(d.opened, 20, 50),
        history=d.with_codes(HISTORY, *d.rng.choice(((), HISTORY[:1], HISTORY[1:2], HISTORY[:2]))),
    )
    kind = d.rng.choice(("parent_of", "carer_of", "parent_of", "carer_of", "sibling_of"))
    end = d.workday_edge(about, 45) if d.chance(0.15) else None
    d.add("relationships", kind=kind, start=start, end=end, **{"from": carer, "to": child})
    day = d.edge(about, -365) if d.chance(0.4) else d.between(shift(about, -100), d.today)
    if d.chance(0.4):
        since = d.edge(workday_before(d.today, 45)) if d.chance(0.3) else d.back(65, 500)
        until = d.rng.choice((None, None, None, d.edge(about), d.back(0, 60)))
        concern(d, "sexual_abuse", child, since, until)
        if d.chance(0.6):
            day = d.rng.choice((d.edge(since, -92), shift(since, 20)))
    if d.well():
        kinds = ("risk", "parenting", "child_and_family", "pre_birth", "early_help", "own_needs")
        d.add(
            "assessments",
            subject=d.rng.choice((carer, child)),
            kind=d.rng.choice(kinds),
            started_on=shift(day, -d.rng.randrange(40)),
            completed_on=day if d.well() else None,
            considers=d.with_codes(TOPICS, "sexual_abuse_history"),
            parenting_capacity=d.flag(),
        )


def substance_misuse(d: Draft) -> None:
    """P3.1: a parent's drinking or drug taking, its assessment, the action for the child."""
    until = None if d.chance(0.7) else d.back(0, 200)
    last = until or d.today
    found = d.rng.choice(
        (d.edge(workday_before(last, 45)), d.edge(last, -91), shift(last, -d.rng.randint(95, 400)))
    )
    child = d.child_on(found)
    risk = d.add(
        "risks",
        subject=child,
        kind=d.rng.choice(RISKS[5:7]) if d.chance(0.95) else d.rng.choice(RISKS),
        identified_on=found,
        resolved_on=until,
    )
    for _ in range(d.rng.randrange(1, 3)):
        if d.well():
            done = d.rng.choice(
                (d.edge(found, -92), d.workday_edge(found, 45), shift(found, 30), shift(found, 20))
            )
            d.add(
                "assessments",
                subject=child,
                started_on=shift(done, -d.rng.randrange(20)),
                completed_on=done if d.well() else None,
                considers=d.with_codes(TOPICS, "substance_misuse"),
                agencies=d.with_codes(AGENCIES, "childrens_services", "adult_substance_misuse"),
                child_seen=d.flag(),
                child_views=d.flag(),
                impact_on_child=d.flag(),
            )
    if d.chance(0.5):
        parent = d.parent(child)
        considered = d.rng.choice((d.edge(found, -92), shift(found, 10)))
        service = "substance_misuse" if d.chance(0.9) else "other"
        made = considered if d.chance(0.4) else None
        d.add("referrals", subject=parent, service=service, considered_on=considered, made_on=made)
    if d.well():
        plan = d.some("plans", lambda: d.protection_plan(shift(found, -20), subject=child), 0.5)
        set_on = d.edge(found, 91) if d.chance(0.5) else shift(found, d.rng.randrange(80))
        for_person = child if d.well() else d.child()
        d.add("actions", plan=plan, addresses=risk, for_person=for_person, set_on=set_on)


def neglect_tools(d: Draft) -> None:
    """P4.1: a neglect concern of a telling length, and its tools."""
    until = None if d.chance(0.6) else d.back(0, 300)
    end = until or d.today
    since = shift(end, -d.rng.randint(100, 700))
    if d.chance(0.6):
        since = d.edge(end, -d.rng.choice((45, 92, 275)))
    child = d.person(d.born_about(end, 18)) if d.chance(0.1) else d.child_on(since)
    concern(d, "neglect", child, since, until)
    if d.well():
        on = d.between(shift(end, -92), end)
        begun = None
        if d.chance(0.2):
            on, begun = shift(end, d.rng.randint(1, 40)), d.edge(end)
        d.add("tools", kind="chronology", subject=child, on=on, begun_on=begun)
    for day in (
        d.rng.choice((d.edge(since, -92), d.edge(since, 92), d.edge(since))),
        d.between(shift(end, -184), end),
    ):
        if d.well():
            kind = d.rng.choice(TOOLS[:2]) if d.chance(0.95) else d.rng.choice(TOOLS)
            d.add("tools", kind=kind, subject=child, on=day)
    if d.chance(0.15):
        start = d.edge(end) if d.chance(0.5) else shift(end, -40)
        left = None if d.chance(0.5) else d.edge(end)
        d.add("plans", subject=child, level="looked_after", start=start, end=left)


def neglect_assessed(d: Draft) -> None:
    """P5.1: a neglect concern, an assessment of the child, and one of a parent."""
    until = None if d.chance(0.6) else d.back(0, 300)
    end = until or d.today
    since = (
        d.edge(workday_before(end, 45)) if d.chance(0.4) else shift(end, -d.rng.randint(70, 400))
    )
    child = d.child_on(since)
    concern(d, "neglect", child, since, until)
    if d.well():
        done = d.rng.choice((d.edge(since, -92), shift(since, d.rng.randrange(60))))
        kinds = ("child_and_family", "risk", "parenting", "pre_birth", "pre_birth", "own_needs")
        d.add(
            "assessments",
            subject=child,
            kind=d.rng.choice(kinds),
            started_on=shift(done, -d.rng.randrange(30)),
            completed_on=done if d.well() else None,
            child_seen=d.flag(),
            child_views=d.flag(),
            impact_on_child=d.flag(),
            parenting_capacity=d.flag(),
        )
    if d.chance(0.35):
        done = d.rng.choice((d.edge(since, -92), shift(since, 30)))
        d.add(
            "assessments",
            subject=d.parent(child) if d.well() else d.person(),
            kind="parenting" if d.well() else "risk",
            started_on=shift(done, -20),
            completed_on=done,
            parenting_capacity=d.flag(),
        )


def drifting_plan(d: Draft) -> None:
    """P5.1: a protection plan about as long as drift, with neglect before, in or after it."""
    child = d.child()
    end = None if d.chance(0.6) else d.back(0, 200)
    last = end or d.today
    start = d.edge(last, -484) if d.chance(0.4) else shift(last, -d.rng.randint(486, 700))
    category = d.rng.choice(("neglect", "physical_abuse", "emotional_abuse"))
    plan = d.protection_plan(start, subject=child, end=end, category=category)
    if d.chance(0.8):
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
        on = d.rng.choice((d.edge(start, 484), d.edge(start), shift(start, d.rng.randrange(484))))
        weighed(d, plan, child, on)


def weighed(d: Draft, plan: str, child: str, on: date) -> None:
    """Lay a legal planning meeting, told by plan or by child, or proceedings."""
    if d.chance(0.25):
        law = "public" if d.chance(0.9) else "private"
        d.add("court_orders", child=child, law=law, applied_on=on)
    elif d.chance(0.4):
        subject = child if d.chance(0.9) else d.child()
        other = None if d.chance(0.5) else plan
        d.add("meetings", kind="legal_planning", plan=other, subject=subject, on=on)
    else:
        d.add("meetings", kind="legal_planning", plan=plan_or_other(d, plan), on=on)


def repeated_plan(d: Draft) -> None:
    """P5.1: a plan for neglect soon after another, and how it was weighed."""
    child = d.child()
    end = None if d.chance(0.7) else d.back(0, 100)
    start = d.edge(end or d.today, -92) if d.chance(0.3) else shift(end or d.today, -200)
    before = d.rng.choice((d.edge(start), d.edge(start, -730), shift(start, -300)))
    d.protection_plan(shift(before, -200), subject=child, end=before)
    category = "neglect" if d.chance(0.9) else d.rng.choice(CATEGORIES)
    plan = d.protection_plan(start, subject=child, category=category, end=end)
    if not d.well():
        return
    on = d.rng.choice((d.edge(start, -92), d.edge(start, 92), d.edge(start)))
    if d.chance(0.5):
        weighed(d, plan, child, on)
    else:
        d.add(
            "assessments",
            subject=child,
            started_on=shift(on, -30),
            completed_on=on,
            considers=d.with_codes(TOPICS, "family_history"),
            parenting_capacity=d.flag(),
        )


def supported_order(d: Draft) -> None:
    """P6.1: a private law order with support, then what one of the four checks is about."""
    applied = d.back(100, 500)
    supported = d.rng.choice((None, *[d.edge(applied), shift(applied, 20)] * 4))
    begun = supported or applied
    granted, ended = d.rng.choice(((1, 0), (1, 0), (0, 0), (0, 1), (1, 1)))
    last = d.between(shift(begun, 30), d.today)
    order = d.add(
        "court_orders",
        child=d.child(),
        law="private" if d.chance(0.95) else "public",
        applied_on=applied,
        supported_on=supported,
        granted_on=last if granted else None,
        ended_on=d.edge(last, granted) if ended else None,
        support_ended_on=d.rng.choice((*[None] * 6, d.edge(last), d.between(begun, d.today))),
    )
    about = d.rng.sample(
        (incident_in_support, grant_in_support, doubtful_review, withdrawal), d.rng.choice((1, 2))
    )
    for add_to in about:
        add_to(d, order)


def incident_in_support(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    stops = [o[name] for name in ("granted_on", "ended_on", "support_ended_on") if o[name]]
    begun = o["supported_on"] or o["applied_on"]
    late = shift(d.today, -28)
    near = d.rng.choice((begun, late, *stops, *stops))
    known = d.edge(near) if d.chance(0.6) else d.between(begun, min([late, *stops]))
    if stops and d.chance(0.3):
        known = shift(min(stops), -d.rng.randint(1, 20))
    on = known if d.chance(0.7) else shift(known, -d.rng.randint(1, 40))
    kinds = ("injury", "neglect", "missing", "police", "parental_mental_health")
    d.add(
        "incidents",
        kind=d.rng.choice(kinds)
        if d.chance(0.85)
        else d.rng.choice(FIELDS["incidents"]["kind"].codes),
        on=on,
        known_on=known if known != on else None,
        victim=o["child"] if d.chance(0.85) else d.child(),
    )
    if d.chance(0.8):
        ends = [d.edge(known), d.edge(known, 28), shift(known, 10)]
        ends += [d.edge(stop) for stop in stops]
        d.add("best_interest_reviews", order=order, on=d.rng.choice(ends), still_in_interest=True)
    elif d.chance(0.4):
        o["support_ended_on"] = d.rng.choice((d.edge(known), d.edge(known, 28), shift(known, 5)))


def grant_in_support(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    granted = o["granted_on"] or o["ended_on"] or d.today
    if d.chance(0.2):
        o["supported_on"] = d.edge(granted, -92)
    if d.chance(0.75):
        reviewed = d.rng.choice((d.edge(granted, -92), d.edge(granted), shift(granted, -20)))
        d.add("best_interest_reviews", order=order, on=reviewed, still_in_interest=d.flag())


def notice(d: Draft, order: str, about: date) -> None:
    """Tell the court, mostly in time, of what happened on a day."""
    o = d.row("court_orders", order)
    stops = [o[name] for name in ("granted_on", "ended_on") if o[name]]
    if d.chance(0.8):
        told = [d.edge(about, -28), d.edge(about, 14), shift(about, 7), shift(about, -3)]
        told += [d.edge(stop) for stop in stops]
        d.add("court_notices", order=order, on=d.rng.choice(told))


def doubtful_review(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    stops = [o[name] for name in ("granted_on", "ended_on") if o[name]]
    begun = o["supported_on"] or o["applied_on"]
    late = shift(d.today, -14)
    on = d.edge(d.rng.choice((late, begun, *stops, *stops)))
    if d.chance(0.5):
        on = d.between(begun, min([late, *stops]))
    elif stops and d.chance(0.4):
        on = shift(min(stops), -d.rng.randint(1, 12))
    d.add("best_interest_reviews", order=order, on=on, still_in_interest=d.chance(0.1))
    notice(d, order, on)


def withdrawal(d: Draft, order: str) -> None:
    o = d.row("court_orders", order)
    stops = [o[name] for name in ("granted_on", "ended_on") if o[name]]
    begun = o["supported_on"] or o["applied_on"]
    late = shift(d.today, -14)
    ended = d.edge(d.rng.choice((late, *stops))) if d.chance(0.4) else None
    o["support_ended_on"] = ended or d.between(begun, min([late, *stops]))
    notice(d, order, o["support_ended_on"])


def add_meeting(d: Draft, kind: str, plan: str, on: date) -> str:
    """Lay a meeting of a plan as it mostly should be."""
    attended = d.with_codes(AGENCIES, *AGENCIES[:1], *d.rng.sample(AGENCIES[1:], 3))
    if d.chance(0.15):
        attended = ["childrens_services", *d.rng.sample(AGENCIES[1:], d.rng.randrange(3))]
    return d.add(
        "meetings",
        kind=kind,
        plan=plan,
        on=on,
        attended=attended,
        plan_updated=d.flag(),
        progress_reviewed=d.flag(),
        child_views=d.flag(),
        chair_waived_quorum_on=on if d.chance(0.08) else None,
    )


def plan_meetings(d: Draft) -> None:
    """P7.1: a protection plan, with meetings that follow one another about as they should."""
    end = None if d.chance(0.6) else d.back(0, 200)
    last = end or d.today
    start = shift(last, -d.rng.choice((10, 28, 41, 42, 43, 91, 92, 93, 130, 276, 290)))
    if d.chance(0.15):
        start = d.edge(workday_before(last, 10))
    child = d.child_on(start)
    plan = d.protection_plan(start, subject=child, end=end)
    day = d.workday_edge(start, 10) if d.chance(0.5) else shift(start, 5)
    kind = "core_group"
    while day <= last and d.chance(0.97):
        add_meeting(d, kind, plan, day)
        day = d.edge(day, 42) if d.chance(0.4) else shift(day, d.rng.randint(20, 42))
        kind = d.rng.choice(("core_group", "core_group", "review_conference"))
    if d.chance(0.6):
        review = d.edge(start, 92) if d.chance(0.5) else shift(start, 60)
        add_meeting(d, d.rng.choice(("review_conference", "looked_after_review")), plan, review)
        if d.chance(0.5):
            add_meeting(d, "review_conference", plan, d.edge(review, 184))
    if d.chance(0.4):
        kinds = ("initial_conference", "transfer_in_conference")
        add_meeting(d, d.rng.choice(kinds), plan, d.edge(start))
    if end and d.chance(0.4):
        add_meeting(d, "review_conference", plan, d.edge(end))
    plan_actions(d, plan, child, start, end)


def sparse_meetings(d: Draft) -> None:
    """P7.1: a protection plan with one or two meetings, each on the edge of a window."""
    end = None if d.chance(0.6) else d.back(0, 200)
    last = end or d.today
    kinds = ("core_group", "review_conference", "looked_after_review", "initial_conference")
    met = d.edge(last, -d.rng.choice((42, 184, 184, 230)))
    start = d.rng.choice((met, shift(met, -1), d.edge(met, -42), d.edge(met, -92)))
    if d.chance(0.15):
        start = met = d.edge(last, -28)
    plan = d.protection_plan(start, end=end)
    add_meeting(d, d.rng.choice(kinds), plan, met)
    if d.chance(0.7):
        again = d.rng.choice((met, shift(met, 1), d.edge(met, 42), d.edge(met, 184)))
        add_meeting(d, d.rng.choice(kinds), plan_or_other(d, plan), again)
    if d.chance(0.3):
        add_meeting(d, "core_group", plan, d.workday_edge(start, 10))
    if d.chance(0.5):
        child = d.row("plans", plan)["subject"] if d.well() else d.child()
        set_on = d.edge(start, 28) if d.chance(0.5) else start
        d.add("actions", plan=plan_or_other(d, plan), for_person=child, set_on=set_on)


def plan_actions(d: Draft, plan: str, child: str, start: date, end: date | None) -> None:
    for _ in range(d.rng.randrange(3)):
        near = (d.edge(d.today, -14), d.edge(end or d.today, -14), shift(start, 30))
        due = d.rng.choice(near)
        action = d.add(
            "actions",
            plan=plan,
            for_person=child if d.well() else None,
            set_on=shift(start, d.rng.choice((0, 5, 27, 28, 29))),
            due=due,
            completed_on=d.rng.choice((None, None, d.edge(due, 14), shift(due, -3))),
            closed_on=d.rng.choice((None, None, None, d.edge(due, 14))),
            closure_reason_recorded=d.chance(0.6),
        )
        if d.chance(0.3):
            d.add("actions", plan=plan, set_on=d.edge(due, 14), continues=action)


def teenage_relationship(d: Draft) -> None:
    """P8.1: a young couple, and what was considered in their assessments."""
    due = workday_before(d.today, 45)
    known = d.rng.choice((d.edge(due), d.back(64, 500), d.back(64, 500), d.edge(d.opened)))
    day = max(known, d.opened)
    x = d.teenager(d.rng.choice((day, shift(day, 63), shift(day, 63), d.leap_day())), ages=(18,))
    younger = d.row("people", x)["born"]
    months = int(younger[:4]) * 12 + int(younger[5:] or 6) - 25 + d.rng.choice((-1, 0, 1))
    older = f"{months // 12:04d}-{months % 12 + 1:02d}"
    if d.chance(0.5):
        older = d.born_at_age(day, 15, 30)
    y = d.person(older)
    people = [x, y]
    d.rng.shuffle(people)
    start = known if d.chance(0.7) else shift(known, -d.rng.randint(1, 200))
    d.add(
        "relationships",
        kind="partner_of" if d.chance(0.95) else "sibling_of",
        start=start,
        end=d.rng.choice((*[None] * 4, d.edge(d.opened), d.workday_edge(day, 45))),
        known_on=known if known != start or d.chance(0.3) else None,
        **dict(zip(("from", "to"), people, strict=True)),
    )
    kinds = ("domestic_abuse", "child_and_family", "risk", "own_needs", "pre_birth", "parenting")
    for person in people:
        if d.well():
            done = d.edge(day, -92) if d.chance(0.3) else d.between(day, d.today)
            d.add(
                "assessments",
                subject=person,
                kind=d.rng.choice(kinds),
                started_on=shift(done, -d.rng.randrange(50)),
                completed_on=done if d.well() else None,
                considers=d.with_codes(TOPICS, *TOPICS[2:5], "domestic_abuse"),
            )
        if d.chance(0.15):
            on = d.rng.choice((d.edge(day, -92), shift(day, 30)))
            d.add("tools", kind="dash", subject=person, on=on)


def teenage_victim(d: Draft) -> None:
    """P8.2: domestic abuse of a teenager, the referral, and what MARAC made of the age."""
    known = d.edge(d.today, -14) if d.chance(0.2) else d.back(15, 400)
    on = known if d.chance(0.75) else shift(known, -d.rng.randint(1, 60))
    if d.chance(0.15):
        on = known = d.leap_day()
    victim = d.teenager(on, ages=(13, 16, 16, 18))
    incident = d.add(
        "incidents",
        kind="domestic_abuse" if d.chance(0.95) else "police",
        on=on,
        victim=victim,
        known_on=known if known != on else None,
    )
    if d.chance(0.25):
        kind = d.rng.choice(("parent_of", "carer_of", "partner_of"))
        by = d.person()
        d.add("relationships", kind=kind, **{"from": by, "to": victim})
        d.row("incidents", incident)["by"] = by if d.chance(0.8) else d.person()
    if d.chance(0.4):
        before = d.rng.choice((d.edge(on, -365), on, shift(on, -60)))
        d.add("incidents", kind="domestic_abuse", on=before, victim=victim)
    if d.well():
        tool = d.rng.choice((d.edge(known, -28), d.edge(known, 14), shift(known, 3)))
        d.add("tools", kind="dash", subject=victim, on=tool)
    if d.chance(0.3):
        met = d.rng.choice((d.edge(known), d.edge(known, 14), shift(known, 2)))
        subject = victim if d.chance(0.9) else d.child()
        d.add("meetings", kind="strategy", plan=None, subject=subject, on=met)
    for _ in range(d.rng.randrange(1, 3)):
        if d.well():
            referred(d, victim, known)


def referred(d: Draft, victim: str, known: date) -> None:
    """Lay a referral of a victim, and what MARAC decided on it."""
    near = (d.edge(known, -28), d.edge(known, 14), d.edge(known, -365), shift(known, 5))
    considered = d.rng.choice((*near, shift(known, 3)))
    services = ("marac", "marac", "marac", "early_help", "childrens_social_care", "other")
    made = d.rng.choice((None, d.edge(considered), shift(considered, 3), shift(considered, 3)))
    referral = d.add(
        "referrals",
        subject=victim,
        service=d.rng.choice(services),
        considered_on=considered,
        made_on=made,
        reason_recorded=d.flag(),
    )
    if d.chance(0.75):
        on = d.edge(made or considered, 42) if d.chance(0.4) else shift(considered, 12)
        d.add("marac_decisions", referral=referral, on=on, age_considered=d.chance(0.75))


def teenage_parent(d: Draft) -> None:
    """P9.1: a parent under 18, and what was done for them as a child and for their child."""
    due = workday_before(d.today, 45)
    birth = d.rng.choice((d.edge(due, 182), d.back(-100, 400), d.back(-100, 400), d.leap_day()))
    day = max(shift(birth, -182), d.opened)
    x = d.teenager(workday_after(day, 45) if d.chance(0.4) else day, ages=(18, 17))
    y = d.person(d.born_about(birth, 0) if d.chance(0.5) else f"{birth:%Y-%m}")
    kind = "parent_of" if d.chance(0.95) else "carer_of"
    for _ in range(1 if d.chance(0.85) else 2):
        d.add("relationships", kind=kind, **{"from": x, "to": y})
    born = d.row("people", x)["born"]
    turns_18 = date(int(born[:4]) + 18, int(born[5:] or 6), 1)
    own_records(d, x, y, turns_18, shift(birth, -280))
    if d.well():
        flag = d.flag()
        d.add("threshold_decisions", person=y, on=d.back(0, 300), rationale_recorded=flag)


def own_records(d: Draft, x: str, y: str, turns_18: date, conceived: date) -> None:
    def some_day() -> date:
        """Give a day about the conception, about x's coming of age, or between the two."""
        kind = d.rng.randrange(5)
        if kind == 0:
            return min(shift(turns_18, d.rng.randrange(-2, 33)), d.today)
        if kind == 1:
            return min(shift(conceived, d.rng.randrange(-20, 20)), d.today)
        first, last = sorted((conceived, min(turns_18, d.today)))
        return min(shift(first, d.rng.randint(0, (last - first).days)), d.today)

    if d.well() and d.chance(0.6):
        start = some_day()
        end = d.rng.choice((None, None, d.edge(conceived), shift(start, 200)))
        d.add("plans", subject=x, level=d.rng.choice(LEVELS), start=start, end=end)
    if d.well():
        d.add(
            "threshold_decisions",
            person=x,
            on=some_day(),
            level=d.rng.choice(("no_further_action", "child_in_need")),
            rationale_recorded=d.flag(),
        )
    if d.well():
        done = some_day()
        d.add(
            "assessments",
            subject=x if d.chance(0.8) else y,
            kind=d.rng.choice(("own_needs", "child_and_family", "early_help", "parenting")),
            started_on=shift(done, -d.rng.randrange(40)),
            completed_on=done if d.well() else None,
            considers=d.with_codes(TOPICS, "family_history"),
        )
    for kind in ("chronology", "genogram"):
        if d.well():
            d.add("tools", kind=kind, subject=d.rng.choice((x, x, y)), on=some_day())


def enquiry(d: Draft) -> None:
    """ST2.1: strategy meetings, and the initial conference that follows."""
    on = d.back(0, 300)
    child = d.child()
    plan = d.protection_plan(on, subject=child)
    d.add("meetings", kind="initial_conference", plan=plan, on=on)
    if not d.well():
        return
    begun = d.edge(workday_before(on, 15)) if d.chance(0.5) else shift(on, -d.rng.randint(0, 18))
    d.add("meetings", kind="strategy", plan=None, subject=child, on=begun)
    if d.chance(0.4):
        earlier = d.rng.choice((d.edge(begun, -28), shift(begun, -1), begun, shift(begun, -10)))
        other = plan if d.chance(0.5) else None
        subject = None if other else child
        d.add("meetings", kind="strategy", plan=other, subject=subject, on=earlier)


def missing_child(d: Draft) -> None:
    """ST3.1: a child who was missing and came back, and the interview."""
    returned = d.edge(d.today, -3) if d.chance(0.25) else d.back(4, 300)
    child = d.teenager(returned, ages=(18,))
    incident = d.add(
        "incidents",
        kind="missing" if d.chance(0.95) else "police",
        on=shift(returned, -d.rng.randrange(4)),
        victim=child,
        returned_on=returned if d.chance(0.9) else None,
    )
    if d.well():
        day = d.rng.choice((d.edge(returned), d.edge(returned, 3), shift(returned, 2)))
        offered, held = d.rng.choice(((day, None), (None, day), (day, shift(day, 2))))
        d.add("return_interviews", incident=incident, offered_on=offered, held_on=held)


def contacts_and_visits(d: Draft) -> None:
    """Lay rows that no check reads."""
    for section in ("contacts", "visits"):
        for _ in range(d.rng.randrange(3)):
            d.add(section, subject=d.child(), on=d.back(0, 300))


SCENARIOS: dict[str, Callable[[Draft], None]] = {
    scenario.__name__: scenario
    for scenario in (
        changed_category,
        replaced_plan,
        trained_workers,
        sexual_behaviour,
        carer_with_history,
        substance_misuse,
        neglect_tools,
        neglect_assessed,
        drifting_plan,
        repeated_plan,
        supported_order,
        plan_meetings,
        sparse_meetings,
        teenage_relationship,
        teenage_victim,
        teenage_parent,
        enquiry,
        missing_child,
        contacts_and_visits,
    )
}

# How often each is laid: more where few instances come of one.
OFTEN = {
    "changed_category": 5,
    "supported_order": 4,
    "carer_with_history": 4,
    "teenage_relationship": 4,
    "teenage_victim": 3,
    "contacts_and_visits": 0.5,
}
WEIGHTS = [OFTEN.get(name, 2) for name in SCENARIOS]


# ---------------------------------------------------------------- spoiling what was built


def fill_in(d: Draft) -> None:
    """Give each field that no scenario set some likely value."""
    for section, rows in d.sections.items():
        for row in rows:
            for name, field in FIELDS[section].items():
                if name not in row and field.null != "D":
                    row[name] = likely_value(d, section, name, row)


# What an export seldom tells, and what would make much unlikely if it were random.
SELDOM = {("meetings", "subject"), ("meetings", "quorate"), ("tools", "begun_on")}


def likely_value(d: Draft, section: str, name: str, row: Row) -> Any:
    field = FIELDS[section][name]
    if (section, name) == ("plans", "category") and d.chance(0.8):
        return d.rng.choice(("physical_abuse", "emotional_abuse"))
    if (section, name) in SELDOM and d.chance(0.85):
        return None
    if (section, name) == ("tools", "begun_on"):
        return shift(row["on"], -d.rng.randrange(60)) if row.get("on") else None
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
        "pseudonym": lambda: f"P-{d.rng.randrange(1000):04d}" if d.chance(0.3) else None,
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
                if field.holds != "date" or name == "due" or day is None or day <= d.extracted:
                    continue
                if not d.chance(d.contradicting):
                    row[name] = None if field.null == "D" and d.chance(0.6) else d.extracted
            for start, end in PAIRS.get(section, ()):
                if row.get(start) is None or row.get(end) is None or row[start] <= row[end]:
                    continue
                if not d.chance(d.contradicting):
                    row[end] = row[start]


def contradict(d: Draft) -> None:
    """Set a few dates after the extract, or an end before its start."""
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
                row[d.rng.choice(dates)] = shift(d.extracted, d.rng.choice((1, 1, 40)))


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


def empty_sections(d: Draft, rate: float) -> None:
    """Empty that share of the sections; but people, on whom all other rows depend."""
    for section in FIELDS:
        if section != "people" and d.chance(rate):
            empty_section(d, section)


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
                if field.holds != "reference" or reference in (None, "none", "unknown"):
                    continue
                if field.target not in ids or reference in ids[field.target]:
                    continue
                if field.null != "R":
                    row[name] = None
                    continue
                sections[section].remove(row)
                drop_dangling(sections)
                return


def required_targets(section: str) -> set[str]:
    return {field.target for field in FIELDS[section].values() if field.null == "R"} - {""}


def may_lack_rows(record: Mapping[str, Any], section: str) -> bool:
    covered = (record.get("coverage") or {}).get(section, {})
    return any(key in covered for key in ("only", "incomplete", "from"))


def known_ids(record: Mapping[str, Any]) -> dict[str, set[str]]:
    """Give the ids of each section that is whole, or that reads as `[]` for want of a target.

    A reference into any other section stands, whatever it names.
    """
    ids = {
        section: {row["id"] for row in record[section]}
        for section in FIELDS
        if record.get(section) is not None and not may_lack_rows(record, section)
    }
    for _ in FIELDS:
        for section in FIELDS:
            if section not in ids and any(
                ids.get(target) == set() for target in required_targets(section)
            ):
                ids[section] = {row["id"] for row in record.get(section) or []}
    return ids


def lose_sections(rng: Random, record: Record, rate: float) -> None:
    for section in FIELDS:
        if rng.random() < rate:
            if rng.random() < 0.5:
                del record[section]
            else:
                record[section] = None


# ---------------------------------------------------------------- knowing less


def widened(day: str, rng: Random) -> str:
    """Give a range in which a day lies, or one that is wider than a range."""
    first, _, last = day.partition("/")
    last = last or first
    before, after = rng.choice(((0, 1), (1, 0), (2, 3), (0, 30), (30, 0), (20, 20), (0, 0)))
    if first != ".." and (before or rng.random() < 0.3):
        first = shift(date.fromisoformat(first), -before).isoformat()
    if last != "..":
        last = shift(date.fromisoformat(last), after).isoformat()
    if rng.random() < 0.15 and last != "..":
        first = ".."
    elif rng.random() < 0.15 and first != "..":
        last = ".."
    return f"{first}/{last}"


def settled_days(record: Record) -> list[tuple[str, Row, str]]:
    """List (section, row, field) of each day that contradicts no other, and is not unknown."""
    untrue = {pointer for pair in contradictions(record) for pointer in pair}
    return [
        (section, row, name)
        for section, fields in FIELDS.items()
        for index, row in enumerate(record.get(section) or [])
        for name, field in fields.items()
        if field.holds == "date" and row.get(name) not in (None, "unknown")
        if f"/{section}/{index}/{name}" not in untrue
    ]


def is_event(section: str, name: str) -> bool:
    return FIELDS[section][name].null == "D"


def widen_days(rng: Random, record: Record, rate: float) -> None:
    """Give some days as ranges."""
    for _section, row, name in settled_days(record):
        if rng.random() < rate:
            row[name] = widened(row[name], rng)
    if rng.random() < rate:
        record["opened_on"] = f"../{record['opened_on']}"


def forget(rng: Random, record: Record, rate: float) -> None:
    """Make some events, and some codes of lists, unknown."""
    for section, fields in FIELDS.items():
        for row in record.get(section) or []:
            for name, field in fields.items():
                if rng.random() >= rate:
                    continue
                if field.null == "D":
                    row[name] = "unknown"
                elif field.holds == "codes" and row.get(name) is not None:
                    forget_codes(rng, row, name)


def forget_codes(rng: Random, row: Row, name: str) -> None:
    row[name] = [code for code in row[name] if code != "unknown" and rng.random() < 0.7]
    row[name].insert(rng.randint(0, len(row[name])), "unknown")


def cover(record: Record, section: str) -> dict[str, Any]:
    coverage: dict[str, Any] = record.setdefault("coverage", {})
    covered: dict[str, Any] = coverage.setdefault(section, {})
    return covered


def carry_only(rng: Random, record: Record, section: str) -> None:
    """Leave the rows of some kinds only, and say so."""
    name = KIND_FIELDS[section]
    codes = FIELDS[section][name].codes
    already = cover(record, section).get("only", codes)
    there = sorted({row[name] for row in record[section]})
    # Mostly one kind goes that a row has: it is the loss that may tell.
    gone = {rng.choice(there)} if there and rng.random() < 0.8 else {rng.choice(codes)}
    gone |= {code for code in codes if rng.random() < rng.choice((0.1, 0.1, 0.6))}
    kept = [code for code in codes if code in already and code not in gone]
    rng.shuffle(kept)
    cover(record, section)["only"] = kept
    record[section] = [row for row in record[section] if row[name] in kept]


def carry_some(rng: Random, record: Record, section: str) -> None:
    """Leave out some rows, and say that rows may be missing."""
    cover(record, section)["incomplete"] = True
    share = rng.choice((0.2, 0.5, 1.0))
    record[section] = [row for row in record[section] if rng.random() >= share]


def carry_from(rng: Random, record: Record, section: str) -> None:
    """Leave out most of what lay wholly before some day, and say which."""
    extracted = date.fromisoformat(record["extracted_on"])
    first = shift(extracted, -rng.choice((30, 100, 200, 400))).isoformat()
    first = max(first, cover(record, section).get("from", first))

    def lay_before(row: Row) -> bool:
        ends = ENDS.get(section, ())
        if ends and all(row.get(name) is None for name in ends):
            return False
        days = [
            row[name]
            for name, field in FIELDS[section].items()
            if field.holds == "date" and row.get(name) is not None
        ]
        if not days or "unknown" in days:
            return False
        return all(day.rpartition("/")[2] < first and day[-1] != "." for day in days)

    cover(record, section)["from"] = first
    record[section] = [row for row in record[section] if not lay_before(row) or rng.random() < 0.3]


def carry_without(rng: Random, record: Record, section: str) -> None:
    """Leave out some event fields of all rows, and say which."""
    events = [name for name in FIELDS[section] if is_event(section, name)]
    left_out = {*cover(record, section).get("without", ())}
    left_out |= set(rng.sample(events, rng.randint(1, len(events))))
    cover(record, section)["without"] = sorted(left_out)
    for row in record[section]:
        for name in sorted(left_out):
            # What a row tells all the same stands.
            if rng.random() < 0.9:
                row.pop(name, None)


Carry = Callable[[Random, Record, str], None]


def ways_to_carry(section: str) -> list[Carry]:
    """List the ways in which a section may be there in part."""
    ways: list[Carry] = [carry_some]
    if section in KIND_FIELDS:
        ways.append(carry_only)
    if section not in ("people", "relationships"):
        ways.append(carry_from)
    if any(is_event(section, name) for name in FIELDS[section]):
        ways.append(carry_without)
    return ways


def carry_in_part(rng: Random, record: Record, rate: float) -> None:
    """Leave parts of some sections out, and say so in the coverage."""
    for section in FIELDS:
        while record.get(section) is not None and rng.random() < rate:
            rng.choice(ways_to_carry(section))(rng, record, section)
            if rng.random() < 0.7:
                break


# ---------------------------------------------------------------- the record


NULL_RATES = (0.0, 0.0, 0.1, 0.35)
MISSING_RATES = (0.0, 0.0, 0.0, 0.05, 0.15, 0.5)
COVERAGE_RATES = (0.0, 0.0, 0.0, 0.05, 0.15, 0.4)
RANGE_RATES = (0.0, 0.0, 0.0, 0.05, 0.2, 0.5)
UNKNOWN_RATES = (0.0, 0.0, 0.0, 0.05, 0.2)
CLOSED_RATE = 0.2
# A share of records in which nothing is unknown but what a scenario made so.
WHOLE_RATE = 0.35


def random_record(
    rng: Random,
    scenarios: Iterable[str] | None = None,
    null_rate: float | None = None,
    missing_rate: float | None = None,
    years: tuple[int, int] = (2019, 2026),
    *,
    coverage_rate: float | None = None,
    range_rate: float | None = None,
    unknown_rate: float | None = None,
    closed_rate: float = CLOSED_RATE,
    empty_rate: float = 0.0,
) -> Record:
    """Build a valid record, as plain JSON values.

    `scenarios` names those to lay (default: one to three at random); `null_rate` is the share of
    F and D fields that are null, `missing_rate` of sections that are unknown, `coverage_rate` of
    those that are there in part, `range_rate` of days that are ranges, `unknown_rate` of events
    and lists that are unknown; `closed_rate` is how often the case is closed, `empty_rate` the
    share of sections that are `[]`. `years` bounds the year of "today", with other dates up to five
    years earlier. Rates of 0 make whole records.
    """
    d = Draft(rng, random_today(rng, years), rng.random() < closed_rate)
    is_whole = rng.random() < WHOLE_RATE
    if scenarios is None:
        number = rng.choice((0, 1, 1, 1, 2, 2, 2, 3, 3, 3))
        scenarios = rng.choices(list(SCENARIOS), WEIGHTS, k=number)
    for name in scenarios:
        SCENARIOS[name](d)
    fill_in(d)
    spoil(d)
    settle_dates(d)
    contradict(d)

    def rate(given: float | None, rates: Sequence[float]) -> float:
        chosen = 0.0 if is_whole else rng.choice(rates)
        return chosen if given is None else given

    lose_facts(d, rate(null_rate, NULL_RATES))
    if rng.random() < 0.12:
        empty_section(d, rng.choice(list(FIELDS)))
    if empty_rate:
        empty_sections(d, empty_rate)
    record = written(d)
    carry_in_part(rng, record, rate(coverage_rate, COVERAGE_RATES))
    widen_days(rng, record, rate(range_rate, RANGE_RATES))
    forget(rng, record, rate(unknown_rate, UNKNOWN_RATES))
    lose_sections(rng, record, rate(missing_rate, MISSING_RATES))
    return record


def sparse_record(rng: Random) -> Record:
    """Build a record most of whose sections are `[]`, or not there, or there in part."""
    return random_record(
        rng,
        missing_rate=rng.choice((0.1, 0.3, 0.5)),
        coverage_rate=rng.choice((0.0, 0.0, 0.1, 0.3)),
        empty_rate=rng.choice((0.1, 0.3, 0.5)),
    )


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
        "extracted_on": d.extracted.isoformat(),
        "opened_on": d.opened.isoformat(),
    }
    if d.closed:
        record["closed_on"] = d.today.isoformat()
    if d.chance(0.2):
        record["source"] = d.rng.choice(SOURCES)
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
    for covered in (shuffled.get("coverage") or {}).values():
        for value in covered.values():
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
    if shuffled.get("coverage"):
        shuffled["coverage"] = reordered(shuffled["coverage"])
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
                if old in (None, "none", "unknown"):
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

    No section that is unknown, or `[]` and so makes others `[]`, is touched: that would tell. Nor
    is one that holds some kinds only, where the row is of another.
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

    def may_hold(section: str, kind: str | None = None) -> bool:
        if added.get(section) is None or rng.random() < 0.2:
            return False
        covered = (added.get("coverage") or {}).get(section, {})
        return kind is None or "only" not in covered or kind in covered["only"]

    people = ["UNRELATED-X", "UNRELATED-Y"]
    if added.get("people"):
        people = [add("people", born="1990-01", history=[]) for _ in people]
    if "people" not in (ids := known_ids(added)) or ids["people"]:
        if added.get("referrals") and may_hold("referrals", "other"):
            add("referrals", subject=people[0], service="other", considered_on=day, made_on=day)
        if may_hold("relationships", "sibling_of"):
            ends = dict(zip(("from", "to"), people, strict=True))
            add("relationships", kind="sibling_of", start=day, **ends)
        for section in ("contacts", "visits"):
            if may_hold(section):
                add(section, subject=people[0], on=day)
    if may_hold("meetings", "child_in_need_review"):
        add("meetings", kind="child_in_need_review", on=day, attended=[])
    if added.get("workers") and may_hold("training", "neglect"):
        worker = rng.choice(added["workers"])["id"]
        add("training", worker=worker, topic="neglect", completed_on=day)
    return added


def take_away(record: Record, rng: Random) -> Record:
    """Give the record with less known: never does that make a pass, nor a breach.

    A section or a part of it is gone, a fact is, a day is a range, an event or a code unknown. A
    start that its row's end depends on stays: without it, a contradicted end would come back.
    `quorate` stays too: it is read as recorded or not.
    """
    poorer = copy.deepcopy(record)
    sections = [section for section in FIELDS if poorer.get(section) is not None]
    facts = [
        (row, name)
        for section in sections
        for row in poorer[section]
        for name, field in FIELDS[section].items()
        if field.null == "F" and row.get(name) is not None and name != "quorate"
        if not any(name == start and row.get(end) for start, end in PAIRS.get(section, ()))
    ]
    lists = [(row, name) for row, name in facts if isinstance(row[name], list)]
    days = [(row, name) for _section, row, name in settled_days(poorer)]
    events = [(row, name) for section, row, name in settled_days(poorer) if is_event(section, name)]
    events += [
        (row, name)
        for section in sections
        for row in poorer[section]
        for name in FIELDS[section]
        if is_event(section, name)
        if row.get(name) is None or FIELDS[section][name].holds == "reference"
    ]
    ways: list[Callable[[], None]] = []
    if facts:
        ways.append(lambda: _set(rng.choice(facts), None))
    if days:
        ways.append(lambda: _widen(rng.choice(days), rng))
    if events:
        ways.append(lambda: _set(rng.choice(events), "unknown"))
    if lists:
        ways.append(lambda: forget_codes(rng, *rng.choice(lists)))
    if sections:
        ways.append(lambda: poorer.__setitem__(rng.choice(sections), None))
        ways.append(lambda: _take_a_part_away(poorer, rng.choice(sections), rng))
    if "/" not in poorer["opened_on"]:
        ways.append(lambda: poorer.__setitem__("opened_on", f"../{poorer['opened_on']}"))
    rng.choice(ways)()
    return poorer


def _set(place: tuple[Row, str], value: Any) -> None:
    row, name = place
    row[name] = value


def _widen(place: tuple[Row, str], rng: Random) -> None:
    row, name = place
    row[name] = widened(row[name], rng)


def _take_a_part_away(record: Record, section: str, rng: Random) -> None:
    ways = [way for way in ways_to_carry(section) if way in (carry_only, carry_some)]
    rng.choice(ways)(rng, record, section)


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
    for section in record.get("coverage") or {}:
        smaller = copy.deepcopy(record)
        del smaller["coverage"][section]
        if not smaller["coverage"]:
            del smaller["coverage"]
        drop_dangling(smaller)
        yield smaller
    if "closed_on" in record:
        yield {key: value for key, value in record.items() if key != "closed_on"}
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
    rates = {
        "null_rate": draw(st.sampled_from((0.0, 0.1, 0.35))),
        "missing_rate": draw(st.sampled_from((0.0, 0.1, 0.5))),
        "coverage_rate": draw(st.sampled_from((0.0, 0.1, 0.4))),
        "range_rate": draw(st.sampled_from((0.0, 0.1, 0.5))),
        "unknown_rate": draw(st.sampled_from((0.0, 0.1))),
        "closed_rate": draw(st.sampled_from((0.0, 1.0))),
    }
    seed = draw(st.integers(0, 2**32 - 1))
    record = random_record(Random(seed), scenarios, **rates)
    rows = [(section, row["id"]) for section in FIELDS for row in record.get(section) or []]
    kept = draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows)))
    for (section, identity), keep in zip(rows, kept, strict=True):
        if keep == 0 and record.get(section):
            remove_row(record, section, identity)
    return record


# ---------------------------------------------------------------- what the records reach


def outcome_counts(number: int, statutory: bool = False) -> dict[tuple[str, str], Counter[str]]:
    """Count each check's outcomes, by the oracle, over that many seeds."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for seed in range(number):
        record = random_record(Random(seed))
        audited = audit(record)
        if statutory:
            audited |= audit(record, lessons=STATUTORY)
        for lesson, checks in audited.items():
            for check, result in checks.items():
                counts.setdefault((lesson, check), Counter())[result.outcome] += 1
    return counts


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    outcomes = ("breach", "insufficient_evidence", "compliant", "not_applicable")
    sys.stdout.write(f"{'':38}" + "".join(f"{name[:12]:>14}" for name in outcomes) + "\n")
    for (lesson, check), counted in outcome_counts(number, statutory=True).items():
        shares = "".join(f"{100 * counted[name] / number:13.1f}%" for name in outcomes)
        sys.stdout.write(f"{lesson + ' ' + check:38}{shares}\n")


if __name__ == "__main__":
    main()
