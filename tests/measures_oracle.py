"""An independent reading of the measures, plain and slow, to compare the product's answers with.

It stands on the plain reading of the lessons (`oracle.py`), shares nothing with the product, and
was written from the contract alone. Each measure is a function that walks a record and yields its
members: whether one belongs, whether its evidence is there, and its day. `counted` puts them into
periods.

Where the contract is silent, this reading chose:

- Whether a member belongs to a period is three-valued as all else: of a day that is a range over
  the end of a period it is unknown, in both. `undated` counts those that belong for certain, and to
  no period for certain.
- A record contributes nothing of days certainly before `opened_on`, nor after `today`; so months
  add up to quarters, and quarters to years.
- What a measure gives so many days to be done is no member until those days are over.
- "A year later" is 365 days later.
- On `day`, a row whose own day is certainly later is not there, and an event that is certainly
  later has not happened; of one that may be later both are unknown.
- "16 or 17" is true or false: one who may be so is not sure to be so.
- A measure that speaks of a check (P1.1 `chair-agreement` met) has its instances.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from oracle import (
    CONFERENCES,
    DATES,
    EVENTS,
    NEGLECT_TOOLS,
    NEVER,
    OWN_DAYS,
    PARAMETERS,
    UNKNOWN,
    Case,
    Days,
    Row,
    Truth,
    before,
    birthday,
    by,
    category_is,
    concerns,
    days_of,
    has,
    is_another,
    is_child_protection,
    k_and,
    k_not,
    k_or,
    known_day,
    later,
    one_day,
    one_of,
    p1_1_chair_agreement,
    p1_1_risks_carried,
    p2_1_policy_tools_used,
    p6_1_court_informed,
    p6_1_court_told_of_withdrawal,
    p7_1_quorum,
    p8_2_referral_considered,
    p9_1_assessed_as_child,
    p9_1_threshold_for_child,
    p9_1_threshold_for_parent,
    plus,
    same,
    teenage_parents,
    tool_was_used,
    under,
    until_today,
    whose,
    within,
    workdays_at_least,
    yes,
)

SUBSTANCES = ("parental_alcohol_misuse", "parental_drug_misuse")
LEVELS = ("early_help", "child_in_need", "child_protection", "looked_after")
YEAR = 365


class Member(NamedTuple):
    """One that may be a member: is it, is its evidence there, on which day, and who is it."""

    belongs: Truth
    met: Truth
    day: Any
    person: Any = None


class Counts(NamedTuple):
    """What one period comes to: certain members by evidence, and perhaps-members."""

    met: int = 0
    not_met: int = 0
    cannot_tell: int = 0
    perhaps_not_met: int = 0
    perhaps_met: int = 0

    @property
    def members(self) -> int:
        return self.met + self.not_met + self.cannot_tell


Members = Iterator[Member]
Measure = Callable[[Case], Members]


def sure(truth: Truth) -> bool:
    return truth is True


def is_16_or_17(born: Any, on: Any) -> bool:
    return sure(k_and(k_not(under(16, born, on)), under(18, born, on)))


def _of_check(case: Case, check: Any, lesson: str, day: Callable[[Row], Any]) -> Members:
    """The instances of a lesson's check, each by a day of the row it is about first."""
    rows = _by_pointer(case)
    for member, evidence, pointers in check(case, PARAMETERS[lesson]):
        yield Member(member, evidence, day(rows[pointers[0]]))


def _by_pointer(case: Case) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for section in DATES:
        for row in case.rows(section):
            rows[row.pointer] = row
    return rows


# ---------------------------------------------------------------- by the day of each


def m1a(case: Case) -> Members:
    yield from _of_check(case, p1_1_chair_agreement, "P1.1", lambda c: c["on"])


def m1b(case: Case) -> Members:
    yield from _of_check(case, p1_1_risks_carried, "P1.1", lambda c: c["on"])


def m2a(case: Case) -> Members:
    yield from _of_concerns(case, p2_1_policy_tools_used, "P2.1", "sexual_abuse")


def _of_concerns(case: Case, check: Any, lesson: str, kind: str) -> Members:
    found = concerns(case, kind)
    checked = list(check(case, PARAMETERS[lesson]))
    assert len(found) == len(checked)  # the check asks about each concern once, in order
    for concern, (member, evidence, _pointers) in zip(found, checked, strict=True):
        yield Member(member, evidence, concern.since, person_of(case, concern.child))


def m2b(case: Case) -> Members:
    numbers = PARAMETERS["P2.1"]
    for w in case.rows("workers"):
        for n in concerns(case, "sexual_abuse"):
            end = until_today(n.until, case.today)
            day = later(plus(w["start"], numbers["start_days"]), n.since)
            belongs = k_and(
                case.asked("workers", w),
                n.is_one,
                by(w["start"], end),
                k_not(before(w["end"], n.since)),
                by(day, end),
                by(day, case.today),
                k_not(before(w["end"], day)),
            )
            first = plus(day, -numbers["training_days"])
            met = k_and(
                *(
                    case.there_is(
                        "training",
                        lambda t, w=w, first=first, day=day, topic=topic: k_and(
                            same(t["worker"], w["id"]),
                            same(t["topic"], topic),
                            within(t["completed_on"], first, day),
                        ),
                    )
                    for topic in ("child_sexual_abuse", "age_appropriate_sexual_behaviour")
                )
            )
            yield Member(belongs, met, day)


def is_substance_risk(r: Row) -> Truth:
    return one_of(r["kind"], *SUBSTANCES)


def m3a(case: Case) -> Members:
    for a in case.rows("actions"):
        last = plus(a["due"], 14)

        def addressed(r: Row, a: Row = a) -> Truth:
            if a["addresses"] == "none":
                return False
            return k_and(is_substance_risk(r), same(a["addresses"], r["id"]))

        belongs = k_and(
            case.asked("actions", a), case.there_is("risks", addressed), by(last, case.today)
        )
        met = k_and(
            None if a["owner"] is UNKNOWN else True,
            None if a["due"] is UNKNOWN else True,
            case.there_is(
                "risks",
                lambda r, a=a, addressed=addressed: k_and(
                    addressed(r), same(a["for_person"], r["subject"])
                ),
            ),
            k_or(
                by(a["completed_on"], last),
                k_and(by(a["closed_on"], last), yes(a["closure_reason_recorded"])),
            ),
        )
        yield Member(belongs, met, a["set_on"])


def m3b(case: Case) -> Members:
    for m in case.rows("meetings"):
        p = case.follow("plans", m["plan"])
        at_risk = case.there_is(
            "risks",
            lambda r, m=m, p=p: k_and(
                is_substance_risk(r),
                same(r["subject"], p["subject"]),
                by(r["identified_on"], m["on"]),
                k_not(by(r["resolved_on"], m["on"])),
            ),
        )
        belongs = k_and(
            case.asked("meetings", m), one_of(m["kind"], "core_group", *CONFERENCES), at_risk
        )
        yield Member(belongs, has(m["attended"], "adult_substance_misuse"), m["on"])


def m3c(case: Case, kind: str | None = None) -> Members:
    for s in case.rows("assessments"):
        belongs = k_and(
            case.asked("assessments", s),
            by(s["completed_on"], case.today),
            True if kind is None else same(s["kind"], kind),
        )
        identified = case.there_is(
            "risks",
            lambda r, s=s: k_and(
                is_substance_risk(r),
                same(r["subject"], s["subject"]),
                by(r["identified_on"], s["completed_on"]),
            ),
        )
        met = k_and(has(s["considers"], "substance_misuse"), identified)
        yield Member(belongs, met, s["completed_on"])


def m3d(case: Case) -> Members:
    for c in case.rows("contacts"):
        met = k_or(*(has(c["factors"], kind) for kind in SUBSTANCES))
        yield Member(case.asked("contacts", c), met, c["on"])


def m3e(case: Case) -> Members:
    for r in case.rows("risks"):
        day = plus(r["identified_on"], YEAR)
        belongs = k_and(case.asked("risks", r), is_substance_risk(r), by(day, case.today))
        yield Member(belongs, by(r["resolved_on"], day), day)


GRADES = ("grade_1", "grade_2", "grade_3", "grade_4", "grade_5")


def graded(t: Row) -> Truth:
    return k_and(one_of(t["kind"], *NEGLECT_TOOLS), one_of(t["grade"], *GRADES))


def grade_is_better(first: Row, second: Row) -> Truth:
    """Tell whether the second of two grades is the better, as grade 1 is the best."""
    return k_or(
        *(
            k_and(same(second["grade"], better), one_of(first["grade"], *GRADES[at + 1 :]))
            for at, better in enumerate(GRADES)
        )
    )


def m4b(case: Case) -> Members:
    """Each graded neglect tool that has another of the child before it, held to the last such."""

    def precedes(t: Row, u: Row) -> Truth:
        same_child = same(t["subject"], u["subject"])
        return k_and(t.exists, graded(t), same_child, before(t["on"], u["on"]))

    for u in case.rows("tools"):
        belongs = k_and(
            case.asked("tools", u), graded(u), case.there_is("tools", lambda t, u=u: precedes(t, u))
        )
        before_it = [t for t in case.all_rows("tools") if precedes(t, u) is not False]
        last = [
            t
            for t in before_it
            if not any(
                precedes(other, u) is True and before(t["on"], other["on"]) is True
                for other in before_it
            )
        ]
        known = [grade_is_better(t, u) for t in last]
        met: Truth = None
        if not last or set(known) == {False}:
            met = False
        elif set(known) == {True} and any(precedes(t, u) is True for t in before_it):
            met = True
        yield Member(belongs, met, u["on"], person_of(case, u["subject"]))


def decided_on(order: Row) -> Any:
    """Give the day on which an order was granted, refused or withdrawn, the earlier of them."""
    days = [order[name] for name in ("granted_on", "ended_on") if order[name] is not NEVER]
    if not days:
        return NEVER
    found = [days_of(day) for day in days]
    happened_ = k_or(*(one.happened for one in found))
    return Days(min(one.first for one in found), min(one.last for one in found), happened_)


def m6(case: Case, law: str) -> Members:
    for o in case.rows("court_orders"):
        day = decided_on(o)
        belongs = k_and(case.asked("court_orders", o), same(o["law"], law), by(day, case.today))
        yield Member(belongs, by(day, plus(o["applied_on"], 182)), day)


def m6a(case: Case) -> Members:
    yield from m6(case, "public")


def m6b(case: Case) -> Members:
    yield from m6(case, "private")


def m5b(case: Case) -> Members:
    for p in case.rows("plans"):
        first = plus(p["start"], -730)
        met = case.there_is(
            "plans",
            lambda q, p=p, first=first: k_and(
                is_another(q, p),
                is_child_protection(q),
                same(q["subject"], p["subject"]),
                within(q["end"], first, p["start"]),
            ),
        )
        yield Member(k_and(case.asked("plans", p), is_child_protection(p)), met, p["start"])


def m6d(case: Case) -> Members:
    rows = _by_pointer(case)
    for member, evidence, pointers in p6_1_court_informed(case, PARAMETERS["P6.1"]):
        yield Member(member, evidence, rows[pointers[1]]["on"])
    for member, evidence, pointers in p6_1_court_told_of_withdrawal(case, PARAMETERS["P6.1"]):
        yield Member(member, evidence, rows[pointers[0]]["support_ended_on"])


def m7a(case: Case) -> Members:
    rows = _by_pointer(case)
    for member, evidence, pointers in p7_1_quorum(case, PARAMETERS["P7.1"]):
        yield Member(member, evidence, rows[pointers[1]]["on"])


def m8a(case: Case) -> Members:
    for f in case.rows("referrals"):
        person = case.follow("people", f["subject"])
        belongs = k_and(
            case.asked("referrals", f),
            same(f["service"], "marac"),
            by(f["made_on"], case.today),
            is_16_or_17(person["born"], f["made_on"]),
        )
        yield Member(belongs, True, f["made_on"], person_of(case, f["subject"]))


def m8b(case: Case) -> Members:
    rows = _by_pointer(case)
    for member, evidence, pointers in p8_2_referral_considered(case, PARAMETERS["P8.2"]):
        i = rows[pointers[0]]
        known = known_day(i, "on")
        born = case.follow("people", i["victim"])["born"]
        yield Member(k_and(member, is_16_or_17(born, known)), evidence, known)


def m8c(case: Case) -> Members:
    for d in case.rows("marac_decisions"):
        f = case.follow("referrals", d["referral"])
        born = case.follow("people", f["subject"])["born"]
        belongs = k_and(case.asked("marac_decisions", d), is_16_or_17(born, d["on"]))
        yield Member(belongs, yes(d["age_considered"]), d["on"])


def m10(case: Case) -> Members:
    for p in case.rows("plans"):
        day = plus(p["end"], YEAR)
        belongs = k_and(
            case.asked("plans", p),
            one_of(p["level"], "child_in_need", "child_protection"),
            by(day, case.today),
        )
        met = case.there_is(
            "plans",
            lambda q, p=p, day=day: k_and(
                is_another(q, p),
                same(q["subject"], p["subject"]),
                within(q["start"], p["end"], day),
                k_or(
                    *(
                        k_and(same(p["level"], level), one_of(q["level"], *LEVELS[number:]))
                        for number, level in enumerate(LEVELS)
                    )
                ),
            ),
        )
        yield Member(belongs, met, day)


# ---------------------------------------------------------------- as it was on a day


REFERENCES = {
    ("category_changes", "plans"): "plan",
    ("chair_agreements", "category_changes"): "category_change",
    ("mitigations", "risks"): "risk",
    ("actions", "plans"): "plan",
    ("marac_decisions", "referrals"): "referral",
    ("best_interest_reviews", "court_orders"): "order",
    ("court_notices", "court_orders"): "order",
    ("return_interviews", "incidents"): "incident",
    ("training", "workers"): "worker",
}
"""The required references to rows that have a day of their own, in an order of sections in which
what is referred to comes first."""


def as_at(case: Case, day: date) -> Case:
    """The case as it was on a day: only what had happened by then."""
    on = one_day(day)
    then = Case.__new__(Case)
    then.extracted = then.today = on
    then.opened = case.opened
    then.sections, then.perhaps, then.earlier = {}, {}, {}
    for section in DATES:
        rows = case.sections[section]
        then.sections[section] = None if rows is None else _as_at(section, rows, on)
        then.perhaps[section] = _as_at(section, case.perhaps[section], on)
        then.earlier[section] = _as_at(section, case.earlier[section], on)
    _remove_what_refers_to_what_was_not_there(case, then)
    _doubt_what_refers_to_what_was_perhaps_not_there(then)
    return then


def _remove_what_refers_to_what_was_not_there(case: Case, then: Case) -> None:
    """Leave out rows whose required reference is to a row that came later, again and again."""
    gone = {
        row["id"]
        for section, rows in case.sections.items()
        for row in rows or ()
        if row["id"] not in {one["id"] for one in then.sections[section] or ()}
    }
    for (section, _), name in REFERENCES.items():
        if (rows := then.sections[section]) is None:
            continue
        lost = [row for row in rows if row[name] in gone]
        gone |= {row["id"] for row in lost}
        then.sections[section] = [row for row in rows if row not in lost]


def _doubt_what_refers_to_what_was_perhaps_not_there(then: Case) -> None:
    """Let rows perhaps be there whose required reference is to a row that perhaps came later."""
    for (section, _), name in REFERENCES.items():
        exists = {
            row["id"]: row.exists
            for rows in then.sections.values()
            for row in rows or ()
            if row["id"]
        }
        for row in then.sections[section] or ():
            row.exists = k_and(row.exists, exists.get(row[name], True))


def _as_at(section: str, rows: list[Row], on: Days) -> list[Row]:
    left = []
    for row in rows:
        own = row[OWN_DAYS[section]] if section in OWN_DAYS else None
        is_there = True if own is None else None if own is UNKNOWN else by(own, on)
        if is_there is False:
            continue
        fields = dict(row.fields)
        for name in DATES[section]:
            if name in fields and name != "due":
                fields[name] = _by_then(fields[name], on, name in EVENTS.get(section, ()))
        left.append(Row(row.pointer, k_and(row.exists, is_there), fields))
    return left


def _by_then(value: Any, on: Days, is_event: bool) -> Any:
    if value is UNKNOWN or value is NEVER or value.last <= on.first:
        return value
    if value.first > on.first:
        return NEVER if is_event else value
    return Days(value.first, on.last, None if is_event else value.happened)


def m4a(case: Case, day: date) -> Members:
    then, on = as_at(case, day), one_day(day)
    for n in concerns(then, "neglect"):
        in_care = then.there_is(
            "plans",
            lambda p, n=n: k_and(
                same(p["level"], "looked_after"),
                same(p["subject"], n.child),
                by(p["start"], on),
                k_not(before(p["end"], on)),
            ),
        )
        belongs = k_and(
            n.is_one,
            under(18, then.follow("people", n.child)["born"], on),
            by(plus(n.since, 92), on),
            k_not(by(n.until, on)),
            k_not(in_care),
        )
        met = tool_was_used(
            then, NEGLECT_TOOLS, n.child, lambda t: within(t["on"], plus(on, -184), on)
        )
        yield Member(belongs, met, on, person_of(then, n.child))


def m5a(case: Case, day: date) -> Members:
    then, on = as_at(case, day), one_day(day)
    for p in then.rows("plans"):
        planned = then.there_is(
            "meetings",
            lambda m, p=p: k_and(
                same(m["kind"], "legal_planning"),
                same(whose(then, m), p["subject"]),
                within(m["on"], p["start"], on),
            ),
        )
        in_court = then.there_is(
            "court_orders",
            lambda o, p=p: k_and(
                same(o["law"], "public"),
                same(o["child"], p["subject"]),
                within(o["applied_on"], p["start"], on),
            ),
        )
        belongs = k_and(
            p.exists,
            is_child_protection(p),
            category_is(p["category"], "neglect"),
            by(p["start"], on),
            k_not(by(p["end"], on)),
        )
        met = k_and(by(plus(p["start"], 456), on), k_not(planned), k_not(in_court))
        yield Member(belongs, met, on)


def _parents(case: Case, day: date, checks: tuple[Any, ...]) -> Members:
    then, on = as_at(case, day), one_day(day)
    numbers = PARAMETERS["P9.1"]
    pairs = teenage_parents(then, numbers)
    evidence = [[one.evidence for one in check(then, numbers)] for check in checks]
    for number, pair in enumerate(pairs):
        belongs = k_and(pair.is_one, under(18, pair.x["born"], on))
        yield Member(
            belongs,
            k_and(*(of_check[number] for of_check in evidence)),
            on,
            person_of(then, pair.x["id"]),
        )


def m9a(case: Case, day: date) -> Members:
    yield from _parents(case, day, (p9_1_assessed_as_child,))


def m9b(case: Case, day: date) -> Members:
    yield from _parents(case, day, (p9_1_threshold_for_parent, p9_1_threshold_for_child))


def m9c(case: Case, day: date, level: str | None = None) -> Members:
    then, on = as_at(case, day), one_day(day)
    numbers = {**PARAMETERS["P9.1"]}
    for tie in then.rows("relationships"):
        x, y = then.follow("people", tie["from"]), then.follow("people", tie["to"])
        since = later(then.opened, plus(y["born"], -numbers["before_birth_days"]))
        planned = then.there_is(
            "plans",
            lambda p, x=x: k_and(
                same(p["subject"], x["id"]),
                True if level is None else same(p["level"], level),
                by(p["start"], on),
                k_not(by(p["end"], on)),
            ),
        )
        belongs = k_and(
            tie.exists,
            same(tie["kind"], "parent_of"),
            workdays_at_least(since, birthday(x["born"], 18), numbers["assess_workdays"]),
            by(since, on),
            under(18, x["born"], on),
            planned,
        )
        yield Member(belongs, True, on, person_of(then, tie["from"]))


EVENT_MEASURES: dict[str, Measure] = {
    "M1a": m1a,
    "M1b": m1b,
    "M2a": m2a,
    "M2b": m2b,
    "M3a": m3a,
    "M3b": m3b,
    "M3c": m3c,
    "M3d": m3d,
    "M3e": m3e,
    "M4b": m4b,
    "M5b": m5b,
    "M6a": m6a,
    "M6b": m6b,
    "M6d": m6d,
    "M7a": m7a,
    "M8a": m8a,
    "M8b": m8b,
    "M8c": m8c,
    "M10": m10,
}
STATE_MEASURES: dict[str, Callable[[Case, date], Members]] = {
    "M4a": m4a,
    "M5a": m5a,
    "M9a": m9a,
    "M9b": m9b,
    "M9c": m9c,
}


# ---------------------------------------------------------------- periods


def once(members: list[tuple[Truth, Truth, Any]]) -> list[tuple[Truth, Truth]]:
    """Put together what is said of one person: a member where one is, and met where each is."""
    persons: dict[Any, list[tuple[Truth, Truth]]] = {}
    for number, (belongs, met, person) in enumerate(members):
        if belongs is False:
            continue
        key = person if isinstance(person, str) else number
        persons.setdefault(key, []).append((belongs, met))
    found = []
    for said in persons.values():
        sure = [met for belongs, met in said if belongs is True]
        perhaps = [met for belongs, met in said if belongs is None]
        if not sure:
            found.append((None, perhaps[0] if len(set(perhaps)) == 1 else None))
            continue
        met = k_and(*sure)
        found.append(
            (True, None if met is not False and k_and(True, *perhaps) is not True else met)
        )
    return found


def counts_of(members: list[Member], first: date, last: date, case: Case) -> Counts:
    """Count the members of one record in one period, both days included."""
    start = one_day(first)
    end = Days(*(min(one_day(last).first, case.today.first),) * 2)
    said = []
    for member in members:
        inside = k_and(within(member.day, start, end), k_not(before(member.day, case.opened)))
        day = days_of(member.day) if member.day is not NEVER else Days(0, 0)
        if day.first == case.opened.first == -math.inf:
            # Both may lie in any year: told of from the last day on which both may lie.
            since = min(case.opened.last, day.last, case.today.last)
            inside = k_and(inside, last.toordinal() >= since)
        said.append((k_and(member.belongs, inside), member.met, member.person))
    of_each = [(belongs, met) for belongs, met, _ in said]
    if any(person is not None for _, _, person in said):
        of_each = once(said)
    met = not_met = cannot_tell = perhaps_not = perhaps_met = 0
    for belongs, is_met in of_each:
        if belongs is True:
            met += is_met is True
            not_met += is_met is False
            cannot_tell += is_met is None
        elif belongs is None:
            perhaps_not += is_met is False
            perhaps_met += is_met is not False
    return Counts(met, not_met, cannot_tell, perhaps_not, perhaps_met)


def person_of(case: Case, reference: Any) -> Any:
    """Return who is counted: a pseudonym, or the id; UNKNOWN is somebody, another each time."""
    pseudonym = case.follow("people", reference)["pseudonym"]
    return pseudonym if isinstance(pseudonym, str) else reference


def covers(case: Case, first: date, last: date) -> bool:
    """Say whether the record can cover anything of a period."""
    return not (last.toordinal() < case.opened.first or first.toordinal() > case.today.first)
