"""An independent reading of the lessons, plain and slow, to compare the engine's answers with.

It shares nothing with the product. A truth is `True`, `False` or `None` (unknown). A row's field is
its value, or `UNKNOWN`, or `NEVER` (an event that has not happened). Each check is one function
that walks the rows and yields, for each combination, whether it is a member, whether its evidence
is there, and the pointers of its rows.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import holidays

Truth = bool | None
Record = Mapping[str, Any]


class Missing(Enum):
    """The two ways in which a field has no value."""

    UNKNOWN = "unknown"
    NEVER = "has not happened"


UNKNOWN = Missing.UNKNOWN
NEVER = Missing.NEVER


class Born(NamedTuple):
    """The first and the last day on which a person may have been born."""

    earliest: date
    latest: date


# ---------------------------------------------------------------- the record's tables

# Every date of a row. `born` is none: a future month is an expected birth.
DATES: dict[str, tuple[str, ...]] = {
    "people": (),
    "relationships": ("start", "end"),
    "plans": ("start", "end"),
    "category_changes": ("on",),
    "chair_agreements": ("recorded_on",),
    "risks": ("identified_on", "resolved_on"),
    "mitigations": ("recorded_on",),
    "actions": ("set_on", "due", "completed_on", "closed_on"),
    "assessments": ("started_on", "completed_on"),
    "tools": ("on",),
    "meetings": ("on",),
    "incidents": ("on",),
    "referrals": ("considered_on", "made_on"),
    "marac_decisions": ("on",),
    "court_orders": ("applied_on", "supported_on", "support_ended_on", "granted_on", "ended_on"),
    "best_interest_reviews": ("on",),
    "court_notices": ("on",),
    "threshold_decisions": ("on",),
    "workers": ("start", "end"),
    "training": ("completed_on",),
}

# Marked D: null says that it has not happened. Every other field that is null is unknown.
EVENTS: dict[str, tuple[str, ...]] = {
    "relationships": ("end",),
    "plans": ("end",),
    "risks": ("resolved_on",),
    "actions": ("completed_on", "closed_on", "continues"),
    "assessments": ("completed_on",),
    "referrals": ("made_on",),
    "court_orders": ("supported_on", "support_ended_on", "granted_on", "ended_on"),
    "workers": ("end",),
}

# A start and its end: the second before the first is a contradiction.
PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "relationships": (("start", "end"),),
    "plans": (("start", "end"),),
    "workers": (("start", "end"),),
    "risks": (("identified_on", "resolved_on"),),
    "actions": (("set_on", "completed_on"), ("set_on", "closed_on")),
    "assessments": (("started_on", "completed_on"),),
    "referrals": (("considered_on", "made_on"),),
    "court_orders": (
        ("applied_on", "granted_on"),
        ("applied_on", "ended_on"),
        ("supported_on", "granted_on"),
        ("supported_on", "support_ended_on"),
    ),
}

# References that every row of the section must have.
REQUIRED_REFERENCES: dict[str, tuple[str, ...]] = {
    "relationships": ("people",),
    "plans": ("people",),
    "category_changes": ("plans",),
    "chair_agreements": ("category_changes",),
    "risks": ("people",),
    "mitigations": ("risks",),
    "actions": ("plans",),
    "assessments": ("people",),
    "tools": ("people",),
    "referrals": ("people",),
    "marac_decisions": ("referrals",),
    "court_orders": ("people",),
    "best_interest_reviews": ("court_orders",),
    "court_notices": ("court_orders",),
    "threshold_decisions": ("people",),
    "training": ("workers",),
}


# ---------------------------------------------------------------- Kleene's logic


def k_not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def k_and(*truths: Truth) -> Truth:
    if any(truth is False for truth in truths):
        return False
    if any(truth is None for truth in truths):
        return None
    return True


def k_or(*truths: Truth) -> Truth:
    if any(truth is True for truth in truths):
        return True
    if any(truth is None for truth in truths):
        return None
    return False


# ---------------------------------------------------------------- conditions on values


def compare(left: Any, right: Any, test: Callable[[Any, Any], bool]) -> Truth:
    """Compare two values; what has not happened compares false, even with the unknown."""
    if left is NEVER or right is NEVER:
        return False
    if left is UNKNOWN or right is UNKNOWN:
        return None
    return test(left, right)


def same(left: Any, right: Any) -> Truth:
    return compare(left, right, lambda a, b: bool(a == b))


def before(left: Any, right: Any) -> Truth:
    return compare(left, right, lambda a, b: bool(a < b))


def by(left: Any, right: Any) -> Truth:
    """Tell whether `left` is on or before `right`."""
    return compare(left, right, lambda a, b: bool(a <= b))


def within(day: Any, first: Any, last: Any) -> Truth:
    return k_and(by(first, day), by(day, last))


def happened(day: Any) -> Truth:
    if day is UNKNOWN:
        return None
    return day is not NEVER


def one_of(value: Any, *codes: str) -> Truth:
    return k_or(*(same(value, code) for code in codes))


def category_is(value: Any, category: str) -> Truth:
    """`multiple` may be any category, so whether it is this one is unknown."""
    return None if value == "multiple" else same(value, category)


def has(codes: Any, code: str) -> Truth:
    return None if codes is UNKNOWN else code in codes


def yes(flag: Any) -> Truth:
    return None if flag is UNKNOWN else flag is True


def plus(day: Any, days: int) -> Any:
    return day if isinstance(day, Missing) else day + timedelta(days=days)


def or_today(day: Any, today: date) -> Any:
    return today if day is NEVER else day


# ---------------------------------------------------------------- ages


def anniversary(day: date, years: int) -> date:
    """Give the birthday; that of 29 February is 1 March in a common year."""
    if (day.month, day.day) == (2, 29) and not _is_leap(day.year + years):
        return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def _is_leap(year: int) -> bool:
    return monthrange(year, 2)[1] == 29


def parse_born(text: str) -> Born:
    if len(text) == 4:
        return Born(date(int(text), 1, 1), date(int(text), 12, 31))
    year, month = int(text[:4]), int(text[5:])
    return Born(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def under(age: int, born: Any, on: Any) -> Truth:
    """Tell whether a person of that birth is under that age on a day, or at another's birth."""
    if born is UNKNOWN or on is UNKNOWN:
        return None
    first_day, last_day = (on.earliest, on.latest) if isinstance(on, Born) else (on, on)
    if anniversary(born.earliest, age) > last_day:
        return True
    if anniversary(born.latest, age) <= first_day:
        return False
    return None


def under_18_not_13(born: Any, on: Any) -> Truth:
    return k_and(under(18, born, on), k_not(under(13, born, on)))


def birth_by(born: Any, day: date) -> Truth:
    """Tell whether a birth was on or before a day."""
    if born is UNKNOWN:
        return None
    if born.latest <= day:
        return True
    if born.earliest > day:
        return False
    return None


# ---------------------------------------------------------------- working days


@cache
def bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@cache
def count_workdays(start: date, end: date) -> int:
    """Count the working days after `start`, up to and including `end`, one by one."""
    count = 0
    day = start + timedelta(days=1)
    while day <= end:
        if day.weekday() < 5 and day not in bank_holidays(day.year):
            count += 1
        day += timedelta(days=1)
    return count


def workdays_at_least(start: Any, end: Any, number: int) -> Truth:
    return compare(start, end, lambda a, b: count_workdays(a, b) >= number)


def workdays_at_most(start: Any, end: Any, number: int) -> Truth:
    return compare(start, end, lambda a, b: count_workdays(a, b) <= number)


# ---------------------------------------------------------------- the record, with its unknowns


class Row:
    """One row: its pointer, whether it exists (`None` for an unknown section's), its fields."""

    def __init__(self, pointer: str, exists: Truth, fields: Mapping[str, Any]) -> None:
        self.pointer = pointer
        self.exists = exists
        self.fields = fields

    def __getitem__(self, field: str) -> Any:
        return self.fields.get(field, UNKNOWN)


def contradictions(record: Record) -> list[tuple[str, str]]:
    """Give the two pointers of each pair of dates that cannot both be right."""
    found: list[tuple[str, str]] = []
    today = date.fromisoformat(record["extracted_on"])
    for section, fields in DATES.items():
        for index, raw in enumerate(record.get(section) or []):
            place = f"/{section}/{index}"
            late = set()
            for field in fields:
                if field == "due" or raw.get(field) is None:
                    continue
                if date.fromisoformat(raw[field]) > today:
                    late.add(field)
                    found.append((f"{place}/{field}", "/extracted_on"))
            for start, end in PAIRS.get(section, ()):
                if raw.get(start) is None or raw.get(end) is None or start in late or end in late:
                    continue
                if date.fromisoformat(raw[end]) < date.fromisoformat(raw[start]):
                    found.append((f"{place}/{start}", f"{place}/{end}"))
    return found


class Case:
    """The record as the checks read it."""

    def __init__(self, record: Record) -> None:
        self.today = date.fromisoformat(record["extracted_on"])
        self.opened = date.fromisoformat(record["opened_on"])
        untrue = {pointer for pair in contradictions(record) for pointer in pair}
        self.sections: dict[str, list[Row] | None] = {}
        for section in DATES:
            raws = record.get(section)
            if raws is None:
                self.sections[section] = None
                continue
            self.sections[section] = [
                read_row(section, f"/{section}/{index}", raw, untrue)
                for index, raw in enumerate(raws)
            ]
        self.read_impossible_sections_as_empty()

    def read_impossible_sections_as_empty(self) -> None:
        """Empty an unknown section whose rows would have nothing to refer to, again and again."""
        changed = True
        while changed:
            changed = False
            for section, targets in REQUIRED_REFERENCES.items():
                if self.sections[section] is not None:
                    continue
                if any(self.sections[target] == [] for target in targets):
                    self.sections[section] = []
                    changed = True

    def rows(self, section: str) -> list[Row]:
        """Give the section's rows; of an unknown section, one row that may not even exist."""
        rows = self.sections[section]
        return [Row(f"/{section}", None, {})] if rows is None else rows

    def follow(self, section: str, reference: Any) -> Row:
        """Give the row that a reference names; all but a known id is unknown where it must be."""
        if reference is UNKNOWN:
            return Row(f"/{section}", True, {})
        rows = self.sections[section]
        if rows is None:
            return Row(f"/{section}", True, {"id": reference})
        for row in rows:
            if row["id"] == reference:
                return row
        raise LookupError("a valid record has no dangling reference")

    def there_is(self, section: str, truths: Iterable[Truth]) -> Truth:
        """Tell whether any row of the section makes it true, from what each row makes it."""
        return None if self.sections[section] is None else k_or(*truths)


def read_row(section: str, pointer: str, raw: Mapping[str, Any], untrue: set[str]) -> Row:
    fields: dict[str, Any] = {}
    for name in {*raw, *EVENTS.get(section, ())}:
        value = raw.get(name)
        if value is None:
            fields[name] = NEVER if name in EVENTS.get(section, ()) else UNKNOWN
        elif name in DATES[section]:
            contradicted = f"{pointer}/{name}" in untrue
            fields[name] = UNKNOWN if contradicted else date.fromisoformat(value)
        elif name == "born":
            fields[name] = parse_born(value)
        else:
            fields[name] = value
    return Row(pointer, True, fields)


# ---------------------------------------------------------------- concerns that lessons share


class Concern(NamedTuple):
    """A neglect or sexual abuse concern, and the row that it comes from."""

    is_one: Truth
    child: Any
    since: Any
    until: Any
    pointer: str


def concerns(case: Case, kind: str) -> list[Concern]:
    """List each risk of the kind, each protection plan for it, each change of such a plan to it."""
    found = []
    for r in case.rows("risks"):
        is_one = k_and(r.exists, same(r["kind"], kind))
        found.append(Concern(is_one, r["subject"], r["identified_on"], r["resolved_on"], r.pointer))
    for p in case.rows("plans"):
        is_one = k_and(p.exists, is_child_protection(p), category_is(p["category"], kind))
        found.append(Concern(is_one, p["subject"], p["start"], p["end"], p.pointer))
    for c in case.rows("category_changes"):
        p = case.follow("plans", c["plan"])
        is_one = k_and(c.exists, category_is(c["to_category"], kind), is_child_protection(p))
        found.append(Concern(is_one, p["subject"], c["on"], p["end"], c.pointer))
    return found


def there_is_concern(case: Case, truths: Iterable[Truth]) -> Truth:
    """Tell whether any concern makes it true, from what each concern makes it."""
    found = k_or(*truths)
    a_source_is_unknown = any(
        case.sections[section] is None for section in ("risks", "plans", "category_changes")
    )
    return k_or(found, None) if a_source_is_unknown else found


def is_child_protection(plan: Row) -> Truth:
    return same(plan["level"], "child_protection")


# ---------------------------------------------------------------- the checks


class Candidate(NamedTuple):
    """One combination of rows: is it a member, and is the evidence there?"""

    member: Truth
    evidence: Truth
    pointers: tuple[str, ...]


Parameters = Mapping[str, int]
Candidates = Iterator[Candidate]


# P1.1 A changed category must not hide the old risks


def p1_1_chair_agreement(case: Case, _numbers: Parameters) -> Candidates:
    """P1.1: the chair agreed to each change of a protection plan, no later than it was made."""
    for c in case.rows("category_changes"):
        p = case.follow("plans", c["plan"])
        member = k_and(c.exists, is_child_protection(p))
        evidence = case.there_is(
            "chair_agreements",
            (
                k_and(
                    same(g["category_change"], c["id"]),
                    by(g["recorded_on"], c["on"]),
                    yes(g["risks_mitigated"]),
                )
                for g in case.rows("chair_agreements")
            ),
        )
        yield Candidate(member, evidence, (c.pointer,))


def p1_1_risks_carried(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: each open risk of the child is resolved, mitigated, or kept in the plan's actions."""
    for c in case.rows("category_changes"):
        p = case.follow("plans", c["plan"])
        window_end = plus(c["on"], numbers["carry_days"])
        for r in case.rows("risks"):
            member = k_and(
                c.exists,
                r.exists,
                is_child_protection(p),
                same(r["subject"], p["subject"]),
                by(r["identified_on"], c["on"]),
                k_not(by(r["resolved_on"], c["on"])),
                by(window_end, case.today),
            )
            resolved = by(r["resolved_on"], window_end)
            mitigated = case.there_is(
                "mitigations",
                (
                    k_and(same(m["risk"], r["id"]), by(m["recorded_on"], c["on"]))
                    for m in case.rows("mitigations")
                ),
            )
            in_an_action = case.there_is(
                "actions",
                (
                    k_and(
                        same(a["plan"], p["id"]),
                        same(a["addresses"], r["id"]),
                        by(a["set_on"], window_end),
                        k_not(before(a["completed_on"], c["on"])),
                        k_not(before(a["closed_on"], c["on"])),
                    )
                    for a in case.rows("actions")
                ),
            )
            evidence = k_or(resolved, mitigated, in_an_action)
            yield Candidate(member, evidence, (c.pointer, r.pointer))


def p1_1_actions_carried(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: each open action soon due is completed, closed with a reason, or taken over."""
    for c in case.rows("category_changes"):
        p = case.follow("plans", c["plan"])
        window_end = plus(c["on"], numbers["carry_days"])
        for a in case.rows("actions"):
            member = k_and(
                c.exists,
                a.exists,
                is_child_protection(p),
                same(a["plan"], p["id"]),
                before(a["set_on"], c["on"]),
                by(a["due"], window_end),
                k_not(by(a["completed_on"], c["on"])),
                k_not(by(a["closed_on"], c["on"])),
                by(window_end, case.today),
            )
            completed = by(a["completed_on"], window_end)
            closed = k_and(by(a["closed_on"], window_end), yes(a["closure_reason_recorded"]))
            taken_over = case.there_is(
                "actions",
                (
                    k_and(same(b["continues"], a["id"]), within(b["set_on"], c["on"], window_end))
                    for b in case.rows("actions")
                ),
            )
            evidence = k_or(completed, closed, taken_over)
            yield Candidate(member, evidence, (c.pointer, a.pointer))


def p1_1_assessments_carried(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: each unfinished assessment of the child is completed, or the plan asks for one."""
    for c in case.rows("category_changes"):
        p = case.follow("plans", c["plan"])
        window_end = plus(c["on"], numbers["carry_days"])
        for s in case.rows("assessments"):
            member = k_and(
                c.exists,
                s.exists,
                is_child_protection(p),
                same(s["subject"], p["subject"]),
                by(s["started_on"], c["on"]),
                k_not(by(s["completed_on"], c["on"])),
                by(window_end, case.today),
            )
            asked_for = case.there_is(
                "actions",
                (
                    k_and(
                        same(a["plan"], p["id"]),
                        same(a["kind"], "assessment"),
                        within(a["set_on"], c["on"], window_end),
                    )
                    for a in case.rows("actions")
                ),
            )
            evidence = k_or(by(s["completed_on"], window_end), asked_for)
            yield Candidate(member, evidence, (c.pointer, s.pointer))


# P2.1 Those who hold the case know about child sexual abuse


def p2_1_training(case: Case, numbers: Parameters, topic: str) -> Candidates:
    """P2.1: who held the case during a sexual abuse concern was trained in the last three years."""
    for w in case.rows("workers"):
        held_during_a_concern = there_is_concern(
            case,
            (
                k_and(
                    n.is_one,
                    by(w["start"], or_today(n.until, case.today)),
                    k_not(before(w["end"], n.since)),
                )
                for n in concerns(case, "sexual_abuse")
            ),
        )
        member = k_and(
            w.exists,
            one_of(w["role"], "practitioner", "manager"),
            held_during_a_concern,
        )
        end = or_today(w["end"], case.today)
        evidence = case.there_is(
            "training",
            (
                k_and(
                    same(t["worker"], w["id"]),
                    same(t["topic"], topic),
                    within(t["completed_on"], plus(end, -numbers["training_days"]), end),
                )
                for t in case.rows("training")
            ),
        )
        yield Candidate(member, evidence, (w.pointer,))


def p2_1_child_sexual_abuse_training(case: Case, numbers: Parameters) -> Candidates:
    """P2.1: the training in child sexual abuse."""
    return p2_1_training(case, numbers, "child_sexual_abuse")


def p2_1_sexual_behaviour_training(case: Case, numbers: Parameters) -> Candidates:
    """P2.1: the training in age-appropriate sexual behaviour."""
    return p2_1_training(case, numbers, "age_appropriate_sexual_behaviour")


# P2.2 A history of sexual abuse counts when a carer's ability to protect is judged


def p2_2_history_in_risk_assessment(case: Case, numbers: Parameters) -> Candidates:
    """P2.2: where a carer has such a history, or the child such a concern, it was assessed."""
    for tie in case.rows("relationships"):
        a = case.follow("people", tie["from"])
        b = case.follow("people", tie["to"])
        history = k_or(
            has(a["history"], "sexual_abuse_victim"),
            has(a["history"], "sexual_abuse_perpetrator"),
        )
        child_has_concern = there_is_concern(
            case,
            (k_and(n.is_one, same(n.child, b["id"])) for n in concerns(case, "sexual_abuse")),
        )
        member = k_and(
            tie.exists,
            one_of(tie["kind"], "parent_of", "carer_of"),
            under(18, b["born"], case.opened),
            by(plus(case.opened, numbers["assess_days"]), case.today),
            k_or(history, child_has_concern),
        )
        evidence = case.there_is(
            "assessments",
            (
                k_and(
                    k_or(same(s["subject"], a["id"]), same(s["subject"], b["id"])),
                    one_of(s["kind"], "risk", "parenting", "child_and_family", "pre_birth"),
                    happened(s["completed_on"]),
                    has(s["considers"], "sexual_abuse_history"),
                    yes(s["parenting_capacity"]),
                )
                for s in case.rows("assessments")
            ),
        )
        yield Candidate(member, evidence, (tie.pointer,))


# P3.1 Parental alcohol and substance misuse: multi-agency, timely, child focused


def is_substance_misuse(r: Row) -> Truth:
    return one_of(r["kind"], "parental_alcohol_misuse", "parental_drug_misuse")


def p3_1_assessed(
    case: Case, numbers: Parameters, quality: Callable[[Row, Row], Truth]
) -> Candidates:
    """P3.1: each substance misuse risk old enough has an assessment of the child of that quality.

    It is one that considers the misuse, completed no earlier than the risk was identified.
    """
    for r in case.rows("risks"):
        member = k_and(
            r.exists,
            is_substance_misuse(r),
            workdays_at_least(r["identified_on"], case.today, numbers["assessment_workdays"]),
        )
        evidence = case.there_is(
            "assessments",
            (
                k_and(
                    same(s["subject"], r["subject"]),
                    has(s["considers"], "substance_misuse"),
                    by(r["identified_on"], s["completed_on"]),
                    quality(r, s),
                )
                for s in case.rows("assessments")
            ),
        )
        yield Candidate(member, evidence, (r.pointer,))


def p3_1_multi_agency(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: children's services and the adult substance misuse service both took part in it."""
    return p3_1_assessed(
        case,
        numbers,
        lambda _r, s: k_and(
            has(s["agencies"], "childrens_services"),
            has(s["agencies"], "adult_substance_misuse"),
        ),
    )


def p3_1_timely(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: it was completed within the working days allowed."""
    return p3_1_assessed(
        case,
        numbers,
        lambda r, s: workdays_at_most(
            r["identified_on"], s["completed_on"], numbers["assessment_workdays"]
        ),
    )


def p3_1_impact_on_child(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: it says what the misuse does to the child."""
    return p3_1_assessed(case, numbers, lambda _r, s: yes(s["impact_on_child"]))


def p3_1_child_focused_plan(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: an action set in time addresses the risk and serves the child's own outcome."""
    for r in case.rows("risks"):
        window_end = plus(r["identified_on"], numbers["plan_days"])
        member = k_and(r.exists, is_substance_misuse(r), by(window_end, case.today))
        evidence = case.there_is(
            "actions",
            (
                k_and(
                    same(a["addresses"], r["id"]),
                    same(a["for_person"], r["subject"]),
                    by(a["set_on"], window_end),
                )
                for a in case.rows("actions")
            ),
        )
        yield Candidate(member, evidence, (r.pointer,))


# P4.1 Chronologies and neglect tools show the pattern over time


def tool_was_used(case: Case, kind: str, child: Any, first: Any, last: Any) -> Truth:
    return case.there_is(
        "tools",
        (
            k_and(same(t["kind"], kind), same(t["subject"], child), within(t["on"], first, last))
            for t in case.rows("tools")
        ),
    )


def p4_1_chronology_current(case: Case, numbers: Parameters) -> Candidates:
    """P4.1: a neglect concern that lasted has a chronology, fresh at its end or today."""
    for n in concerns(case, "neglect"):
        end = or_today(n.until, case.today)
        member = k_and(n.is_one, by(plus(n.since, numbers["start_days"]), end))
        first = plus(end, -numbers["refresh_days"])
        evidence = tool_was_used(case, "chronology", n.child, first, end)
        yield Candidate(member, evidence, (n.pointer,))


def p4_1_graded_care_profile_used(case: Case, numbers: Parameters) -> Candidates:
    """P4.1: a graded care profile was done near the start of the concern, before or after."""
    for n in concerns(case, "neglect"):
        first = plus(n.since, -numbers["profile_days"])
        last = plus(n.since, numbers["profile_days"])
        member = k_and(n.is_one, by(last, or_today(n.until, case.today)))
        evidence = tool_was_used(case, "graded_care_profile", n.child, first, last)
        yield Candidate(member, evidence, (n.pointer,))


def p4_1_graded_care_profile_repeated(case: Case, numbers: Parameters) -> Candidates:
    """P4.1: in a long concern, a graded care profile was done again towards its end or today."""
    for n in concerns(case, "neglect"):
        end = or_today(n.until, case.today)
        member = k_and(n.is_one, by(plus(n.since, numbers["repeat_after_days"]), end))
        first = plus(end, -numbers["repeat_days"])
        evidence = tool_was_used(case, "graded_care_profile", n.child, first, end)
        yield Candidate(member, evidence, (n.pointer,))


# P5.1 Neglect: child-focused risk assessment and decisions, without drift


def p5_1_assessed(case: Case, numbers: Parameters, quality: Callable[[Row], Truth]) -> Candidates:
    """P5.1: each neglect concern that lasted has an assessment of the child of that quality."""
    for n in concerns(case, "neglect"):
        end = or_today(n.until, case.today)
        member = k_and(n.is_one, workdays_at_least(n.since, end, numbers["assessment_workdays"]))
        evidence = case.there_is(
            "assessments",
            (
                k_and(
                    same(s["subject"], n.child),
                    one_of(s["kind"], "child_and_family", "risk", "parenting"),
                    by(plus(n.since, -numbers["lookback_days"]), s["completed_on"]),
                    quality(s),
                )
                for s in case.rows("assessments")
            ),
        )
        yield Candidate(member, evidence, (n.pointer,))


def p5_1_child_focused_assessment(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: one assessment saw the child, has its views, and says what the neglect does to it."""
    return p5_1_assessed(
        case,
        numbers,
        lambda s: k_and(yes(s["child_seen"]), yes(s["child_views"]), yes(s["impact_on_child"])),
    )


def p5_1_parenting_capacity(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: it judges the parents' capacity."""
    return p5_1_assessed(case, numbers, lambda s: yes(s["parenting_capacity"]))


def p5_1_no_drift(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: a long protection plan with neglect in its time had a legal planning meeting."""
    for p in case.rows("plans"):
        end = or_today(p["end"], case.today)
        window_end = plus(p["start"], numbers["drift_days"])
        neglect_in_its_time = there_is_concern(
            case,
            (
                k_and(
                    n.is_one,
                    same(n.child, p["subject"]),
                    by(n.since, end),
                    k_not(before(n.until, p["start"])),
                )
                for n in concerns(case, "neglect")
            ),
        )
        member = k_and(p.exists, is_child_protection(p), neglect_in_its_time, by(window_end, end))
        evidence = case.there_is(
            "meetings",
            (
                k_and(
                    same(m["kind"], "legal_planning"),
                    same(m["plan"], p["id"]),
                    by(m["on"], window_end),
                )
                for m in case.rows("meetings")
            ),
        )
        yield Candidate(member, evidence, (p.pointer,))


# P6.1 Support for a private law order is kept under review, and the court is told


def is_supported_private_order(o: Row) -> Truth:
    return k_and(same(o["law"], "private"), happened(o["supported_on"]))


def p6_1_reviewed_after_incident(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: each incident while the order is sought and supported led to a review in time."""
    for o in case.rows("court_orders"):
        for i in case.rows("incidents"):
            window_end = plus(i["on"], numbers["review_days"])
            member = k_and(
                o.exists,
                i.exists,
                is_supported_private_order(o),
                by(o["supported_on"], i["on"]),
                k_not(by(o["granted_on"], i["on"])),
                k_not(by(o["ended_on"], i["on"])),
                k_not(by(o["support_ended_on"], i["on"])),
                by(window_end, case.today),
            )
            evidence = case.there_is(
                "best_interest_reviews",
                (
                    k_and(
                        same(v["order"], o["id"]),
                        within(v["on"], i["on"], window_end),
                        k_not(before(o["granted_on"], v["on"])),
                    )
                    for v in case.rows("best_interest_reviews")
                ),
            )
            yield Candidate(member, evidence, (o.pointer, i.pointer))


def p6_1_reviewed_before_grant(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: an order granted while supported had a review shortly before."""
    for o in case.rows("court_orders"):
        member = k_and(
            o.exists,
            is_supported_private_order(o),
            happened(o["granted_on"]),
            k_not(by(o["support_ended_on"], o["granted_on"])),
        )
        first = plus(o["granted_on"], -numbers["before_grant_days"])
        evidence = case.there_is(
            "best_interest_reviews",
            (
                k_and(same(v["order"], o["id"]), within(v["on"], first, o["granted_on"]))
                for v in case.rows("best_interest_reviews")
            ),
        )
        yield Candidate(member, evidence, (o.pointer,))


def p6_1_court_informed(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: the court was told of each review that found the order no longer in the interest."""
    for o in case.rows("court_orders"):
        for v in case.rows("best_interest_reviews"):
            window_end = plus(v["on"], numbers["notice_days"])
            member = k_and(
                o.exists,
                v.exists,
                is_supported_private_order(o),
                same(v["order"], o["id"]),
                k_not(yes(v["still_in_interest"])),
                by(window_end, case.today),
                k_not(before(o["granted_on"], v["on"])),
                k_not(before(o["ended_on"], v["on"])),
            )
            evidence = case.there_is(
                "court_notices",
                (
                    k_and(
                        same(k["order"], o["id"]),
                        within(k["on"], v["on"], window_end),
                        k_not(before(o["granted_on"], k["on"])),
                    )
                    for k in case.rows("court_notices")
                ),
            )
            yield Candidate(member, evidence, (o.pointer, v.pointer))


# P7.1 Multi-agency meetings scrutinise, update and implement the plan


CONFERENCES_AND_CORE_GROUPS = ("initial_conference", "review_conference", "core_group")


def plan_met(case: Case, plan: Row, kinds: tuple[str, ...], when: Callable[[Any], Truth]) -> Truth:
    """Tell whether the plan had a meeting of one of the kinds, on such a day."""
    return case.there_is(
        "meetings",
        (
            k_and(same(m["plan"], plan["id"]), one_of(m["kind"], *kinds), when(m["on"]))
            for m in case.rows("meetings")
        ),
    )


def meetings_of_protection_plans(
    case: Case, kinds: tuple[str, ...]
) -> Iterator[tuple[Row, Row, Truth]]:
    """Combine each plan with each meeting: is it a protection plan's meeting of the kinds?"""
    for p in case.rows("plans"):
        for m in case.rows("meetings"):
            member = k_and(
                p.exists,
                m.exists,
                is_child_protection(p),
                same(m["plan"], p["id"]),
                one_of(m["kind"], *kinds),
            )
            yield p, m, member


def p7_1_meeting_frequency(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: from the plan's start, and from each meeting, the next one follows in time."""
    days = numbers["core_group_days"]
    follow_ups = ("core_group", "review_conference")

    def met_after(p: Row, day: Any) -> Truth:
        first, last = plus(day, 1), plus(day, days)
        return plan_met(case, p, follow_ups, lambda on: within(on, first, last))

    for p in case.rows("plans"):
        end = or_today(p["end"], case.today)
        member = k_and(p.exists, is_child_protection(p), by(plus(p["start"], days), end))
        yield Candidate(member, met_after(p, p["start"]), (p.pointer,))
    for p, m, is_meeting in meetings_of_protection_plans(case, CONFERENCES_AND_CORE_GROUPS):
        end = or_today(p["end"], case.today)
        member = k_and(is_meeting, by(plus(m["on"], days), end))
        yield Candidate(member, met_after(p, m["on"]), (p.pointer, m.pointer))


def p7_1_first_core_group(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: the first core group follows the plan's start within the working days allowed."""
    number = numbers["first_core_group_workdays"]
    for p in case.rows("plans"):
        start, end = p["start"], or_today(p["end"], case.today)
        member = k_and(p.exists, is_child_protection(p), workdays_at_least(start, end, number))
        evidence = case.there_is(
            "meetings",
            (
                k_and(
                    same(m["plan"], p["id"]),
                    same(m["kind"], "core_group"),
                    before(start, m["on"]),
                    workdays_at_most(start, m["on"], number),
                )
                for m in case.rows("meetings")
            ),
        )
        yield Candidate(member, evidence, (p.pointer,))


def p7_1_review_conference_timely(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: a first review conference in time after the start, and the next after each."""

    def reviewed(p: Row, day: Any, days: int) -> Truth:
        first, last = plus(day, 1), plus(day, days)
        return plan_met(case, p, ("review_conference",), lambda on: within(on, first, last))

    for p in case.rows("plans"):
        end = or_today(p["end"], case.today)
        days = numbers["first_review_days"]
        member = k_and(p.exists, is_child_protection(p), by(plus(p["start"], days), end))
        yield Candidate(member, reviewed(p, p["start"], days), (p.pointer,))
    for p, m, is_review in meetings_of_protection_plans(case, ("review_conference",)):
        end = or_today(p["end"], case.today)
        days = numbers["review_days"]
        member = k_and(is_review, by(plus(m["on"], days), end))
        yield Candidate(member, reviewed(p, m["on"], days), (p.pointer, m.pointer))


def p7_1_quorum(case: Case, _numbers: Parameters) -> Candidates:
    """P7.1: children's services and at least two more agencies came to each meeting."""
    for p, m, member in meetings_of_protection_plans(case, CONFERENCES_AND_CORE_GROUPS):
        attended = m["attended"]
        evidence: Truth = None
        if attended is not UNKNOWN:
            others = set(attended) - {"childrens_services"}
            evidence = "childrens_services" in attended and len(others) >= 2
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_plan_scrutinised(case: Case, _numbers: Parameters) -> Candidates:
    """P7.1: each review conference and core group reviewed progress and updated the plan."""
    for p, m, member in meetings_of_protection_plans(case, ("review_conference", "core_group")):
        evidence = k_and(yes(m["plan_updated"]), yes(m["progress_reviewed"]))
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_child_views(case: Case, _numbers: Parameters) -> Candidates:
    """P7.1: each meeting heard the child's views."""
    for p, m, member in meetings_of_protection_plans(case, CONFERENCES_AND_CORE_GROUPS):
        yield Candidate(member, yes(m["child_views"]), (p.pointer, m.pointer))


def p7_1_actions_implemented(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: each action due in the plan's time was completed, closed with a reason, or taken over.

    All with some days of grace.
    """
    for p in case.rows("plans"):
        for a in case.rows("actions"):
            window_end = plus(a["due"], numbers["grace_days"])
            member = k_and(
                p.exists,
                a.exists,
                is_child_protection(p),
                same(a["plan"], p["id"]),
                by(window_end, case.today),
                k_not(by(p["end"], a["due"])),
            )
            completed = by(a["completed_on"], window_end)
            closed = k_and(by(a["closed_on"], window_end), yes(a["closure_reason_recorded"]))
            taken_over = case.there_is(
                "actions",
                (
                    k_and(same(b["continues"], a["id"]), by(b["set_on"], window_end))
                    for b in case.rows("actions")
                ),
            )
            evidence = k_or(completed, closed, taken_over)
            yield Candidate(member, evidence, (p.pointer, a.pointer))


def p7_1_child_focused_plan(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: a plan of some weeks has an action that serves the child's own outcome."""
    for p in case.rows("plans"):
        member = k_and(
            p.exists,
            is_child_protection(p),
            by(plus(p["start"], numbers["plan_days"]), case.today),
        )
        evidence = case.there_is(
            "actions",
            (
                k_and(same(a["plan"], p["id"]), same(a["for_person"], p["subject"]))
                for a in case.rows("actions")
            ),
        )
        yield Candidate(member, evidence, (p.pointer,))


# P8.1 Domestic abuse is assessed in teenage intimate relationships


def p8_1_considered(case: Case, numbers: Parameters, topic: str) -> Candidates:
    """P8.1: each teenager with a partner was assessed since, and the topic considered."""
    for tie in case.rows("relationships"):
        references = [tie["from"]]
        if tie["to"] is not UNKNOWN and tie["to"] != tie["from"]:
            references.append(tie["to"])
        for reference in references:
            x = case.follow("people", reference)
            member = k_and(
                tie.exists,
                same(tie["kind"], "partner_of"),
                under(18, x["born"], case.opened),
                under(18, x["born"], tie["start"]),
                k_not(before(tie["end"], case.opened)),
                by(plus(tie["start"], numbers["assess_days"]), case.today),
                by(plus(case.opened, numbers["assess_days"]), case.today),
            )
            evidence = case.there_is(
                "assessments",
                (
                    k_and(
                        same(s["subject"], x["id"]),
                        one_of(
                            s["kind"], "domestic_abuse", "child_and_family", "risk", "own_needs"
                        ),
                        by(tie["start"], s["completed_on"]),
                        has(s["considers"], topic),
                    )
                    for s in case.rows("assessments")
                ),
            )
            # An unknown section of relationships is one phantom, whoever its people are.
            pointers = (x.pointer, tie.pointer) if tie.exists else (tie.pointer,)
            yield Candidate(member, evidence, pointers)


def p8_1_intergenerational_abuse(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: domestic abuse across generations."""
    return p8_1_considered(case, numbers, "intergenerational_domestic_abuse")


def p8_1_older_partner(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: a partner who is older."""
    return p8_1_considered(case, numbers, "older_partner")


def p8_1_exposure_to_abuse(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: the teenager's exposure to abuse."""
    return p8_1_considered(case, numbers, "exposure_to_abuse")


# P8.2 A teenage victim is considered for Early Help or MARAC, and MARAC sees the age


def p8_2_referral_considered(case: Case, numbers: Parameters) -> Candidates:
    """P8.2: after each domestic abuse of a teenager a referral was made, or refused with reason."""
    for i in case.rows("incidents"):
        victim = case.follow("people", i["victim"])
        window_end = plus(i["on"], numbers["consider_days"])
        member = k_and(
            i.exists,
            same(i["kind"], "domestic_abuse"),
            under_18_not_13(victim["born"], i["on"]),
            by(window_end, case.today),
        )
        evidence = case.there_is(
            "referrals",
            (
                k_and(
                    same(f["subject"], victim["id"]),
                    one_of(f["service"], "early_help", "marac"),
                    within(f["considered_on"], i["on"], window_end),
                    k_or(happened(f["made_on"]), yes(f["reason_recorded"])),
                )
                for f in case.rows("referrals")
            ),
        )
        yield Candidate(member, evidence, (i.pointer,))


def p8_2_marac_reflects_age(case: Case, _numbers: Parameters) -> Candidates:
    """P8.2: each MARAC decision on a teenager took the age into account."""
    for d in case.rows("marac_decisions"):
        f = case.follow("referrals", d["referral"])
        subject = case.follow("people", f["subject"])
        member = k_and(
            d.exists,
            same(f["service"], "marac"),
            under_18_not_13(subject["born"], f["considered_on"]),
        )
        yield Candidate(member, yes(d["age_considered"]), (d.pointer,))


# P9.1 A parent under 18 is a child in their own right


def teenage_parents(
    case: Case, numbers: Parameters
) -> list[tuple[Row, Row, Truth, tuple[str, ...]]]:
    """List each pair of parent and child once: is it a teenage parent, known long enough?"""
    pairs: list[tuple[Row, Row, Truth, tuple[str, ...]]] = []
    seen = set()
    for tie in case.rows("relationships"):
        if same(tie["kind"], "parent_of") is False or (tie["from"], tie["to"]) in seen:
            continue
        seen.add((tie["from"], tie["to"]))
        x = case.follow("people", tie["from"])
        y = case.follow("people", tie["to"])
        days = numbers["assess_days"]
        member = k_and(
            tie.exists,
            same(tie["kind"], "parent_of"),
            under(18, x["born"], case.opened),
            under(18, x["born"], y["born"]),
            by(plus(case.opened, days), case.today),
            birth_by(y["born"], plus(case.today, -days)),
        )
        # An unknown section of relationships is one phantom, whoever its people are.
        pointers = (x.pointer, y.pointer) if tie.exists else (tie.pointer,)
        pairs.append((x, y, member, pointers))
    return pairs


def p9_1_own_plan(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: the young parent has a plan of their own, or a reasoned decision that none is due."""
    for x, _y, member, pointers in teenage_parents(case, numbers):
        planned = case.there_is(
            "plans",
            (
                k_and(same(p["subject"], x["id"]), under(18, x["born"], p["start"]))
                for p in case.rows("plans")
            ),
        )
        decided = case.there_is(
            "threshold_decisions",
            (
                k_and(
                    same(d["person"], x["id"]),
                    same(d["level"], "no_further_action"),
                    yes(d["rationale_recorded"]),
                    under(18, x["born"], d["on"]),
                )
                for d in case.rows("threshold_decisions")
            ),
        )
        yield Candidate(member, k_or(planned, decided), pointers)


def p9_1_threshold_for_parent(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a reasoned threshold decision on the young parent, made before they were 18."""
    for x, _y, member, pointers in teenage_parents(case, numbers):
        evidence = case.there_is(
            "threshold_decisions",
            (
                k_and(
                    same(d["person"], x["id"]),
                    yes(d["rationale_recorded"]),
                    under(18, x["born"], d["on"]),
                )
                for d in case.rows("threshold_decisions")
            ),
        )
        yield Candidate(member, evidence, pointers)


def p9_1_threshold_for_child(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a reasoned threshold decision on the young parent's child."""
    for _x, y, member, pointers in teenage_parents(case, numbers):
        evidence = case.there_is(
            "threshold_decisions",
            (
                k_and(same(d["person"], y["id"]), yes(d["rationale_recorded"]))
                for d in case.rows("threshold_decisions")
            ),
        )
        yield Candidate(member, evidence, pointers)


def p9_1_assessed_as_child(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: an assessment of the young parent's own needs, started before they were 18."""
    for x, _y, member, pointers in teenage_parents(case, numbers):
        evidence = case.there_is(
            "assessments",
            (
                k_and(
                    same(s["subject"], x["id"]),
                    one_of(s["kind"], "own_needs", "child_and_family", "early_help"),
                    happened(s["completed_on"]),
                    under(18, x["born"], s["started_on"]),
                )
                for s in case.rows("assessments")
            ),
        )
        yield Candidate(member, evidence, pointers)


def p9_1_family_history(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: an assessment of the young parent considered the family's history."""
    for x, _y, member, pointers in teenage_parents(case, numbers):
        evidence = case.there_is(
            "assessments",
            (
                k_and(
                    same(s["subject"], x["id"]),
                    happened(s["completed_on"]),
                    has(s["considers"], "family_history"),
                )
                for s in case.rows("assessments")
            ),
        )
        yield Candidate(member, evidence, pointers)


def p9_1_tool(case: Case, numbers: Parameters, kind: str) -> Candidates:
    """P9.1: the young parent has a tool of that kind, of any day."""
    for x, _y, member, pointers in teenage_parents(case, numbers):
        evidence = case.there_is(
            "tools",
            (k_and(same(t["kind"], kind), same(t["subject"], x["id"])) for t in case.rows("tools")),
        )
        yield Candidate(member, evidence, pointers)


def p9_1_chronology(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a chronology."""
    return p9_1_tool(case, numbers, "chronology")


def p9_1_genogram(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a genogram."""
    return p9_1_tool(case, numbers, "genogram")


# ---------------------------------------------------------------- lessons and their numbers

CHECKS: dict[str, dict[str, Callable[[Case, Parameters], Candidates]]] = {
    "P1.1": {
        "chair-agreement": p1_1_chair_agreement,
        "risks-carried": p1_1_risks_carried,
        "actions-carried": p1_1_actions_carried,
        "assessments-carried": p1_1_assessments_carried,
    },
    "P2.1": {
        "child-sexual-abuse-training": p2_1_child_sexual_abuse_training,
        "sexual-behaviour-training": p2_1_sexual_behaviour_training,
    },
    "P2.2": {"history-in-risk-assessment": p2_2_history_in_risk_assessment},
    "P3.1": {
        "multi-agency": p3_1_multi_agency,
        "timely": p3_1_timely,
        "impact-on-child": p3_1_impact_on_child,
        "child-focused-plan": p3_1_child_focused_plan,
    },
    "P4.1": {
        "chronology-current": p4_1_chronology_current,
        "graded-care-profile-used": p4_1_graded_care_profile_used,
        "graded-care-profile-repeated": p4_1_graded_care_profile_repeated,
    },
    "P5.1": {
        "child-focused-assessment": p5_1_child_focused_assessment,
        "parenting-capacity": p5_1_parenting_capacity,
        "no-drift": p5_1_no_drift,
    },
    "P6.1": {
        "reviewed-after-incident": p6_1_reviewed_after_incident,
        "reviewed-before-grant": p6_1_reviewed_before_grant,
        "court-informed": p6_1_court_informed,
    },
    "P7.1": {
        "meeting-frequency": p7_1_meeting_frequency,
        "first-core-group": p7_1_first_core_group,
        "review-conference-timely": p7_1_review_conference_timely,
        "quorum": p7_1_quorum,
        "plan-scrutinised": p7_1_plan_scrutinised,
        "child-views": p7_1_child_views,
        "actions-implemented": p7_1_actions_implemented,
        "child-focused-plan": p7_1_child_focused_plan,
    },
    "P8.1": {
        "intergenerational-abuse": p8_1_intergenerational_abuse,
        "older-partner": p8_1_older_partner,
        "exposure-to-abuse": p8_1_exposure_to_abuse,
    },
    "P8.2": {
        "referral-considered": p8_2_referral_considered,
        "marac-reflects-age": p8_2_marac_reflects_age,
    },
    "P9.1": {
        "own-plan": p9_1_own_plan,
        "threshold-for-parent": p9_1_threshold_for_parent,
        "threshold-for-child": p9_1_threshold_for_child,
        "assessed-as-child": p9_1_assessed_as_child,
        "family-history": p9_1_family_history,
        "chronology": p9_1_chronology,
        "genogram": p9_1_genogram,
    },
}

PARAMETERS: dict[str, dict[str, int]] = {
    "P1.1": {"carry_days": 28},
    "P2.1": {"training_days": 1096},
    "P2.2": {"assess_days": 63},
    "P3.1": {"assessment_workdays": 45, "plan_days": 91},
    "P4.1": {
        "start_days": 45,
        "refresh_days": 92,
        "profile_days": 92,
        "repeat_after_days": 275,
        "repeat_days": 183,
    },
    "P5.1": {"assessment_workdays": 45, "lookback_days": 92, "drift_days": 456},
    "P6.1": {"review_days": 28, "before_grant_days": 92, "notice_days": 14},
    "P7.1": {
        "core_group_days": 42,
        "first_core_group_workdays": 10,
        "first_review_days": 92,
        "review_days": 183,
        "grace_days": 14,
        "plan_days": 28,
    },
    "P8.1": {"assess_days": 63},
    "P8.2": {"consider_days": 14},
    "P9.1": {"assess_days": 63},
}


# ---------------------------------------------------------------- outcomes


@dataclass(frozen=True)
class CheckResult:
    """A check's outcome in the case, and each of its instances: its result and its pointers.

    A result is `met`, `unsettled`, `insufficient_evidence` or `breach`.
    """

    outcome: str
    instances: list[tuple[str, tuple[str, ...]]]


def result_of(member: Truth, evidence: Truth) -> str:
    if member is False:
        return "no instance"
    if member is True:
        if evidence is None:
            return "insufficient_evidence"
        return "met" if evidence else "breach"
    return "unsettled" if evidence is True else "insufficient_evidence"


def outcome_of(results: list[str]) -> str:
    for worst in ("breach", "insufficient_evidence"):
        if worst in results:
            return worst
    if "met" in results:
        return "compliant"
    if "unsettled" in results:
        return "insufficient_evidence"
    return "not_applicable"


def audit(
    record: Record, parameters: Mapping[str, Mapping[str, int]] | None = None
) -> dict[str, dict[str, CheckResult]]:
    """Give each lesson's checks and what each says of the record, a valid one.

    `parameters` overrides numbers, by lesson and name.
    """
    case = Case(record)
    audited: dict[str, dict[str, CheckResult]] = {}
    for lesson, checks in CHECKS.items():
        numbers = {**PARAMETERS[lesson], **(parameters or {}).get(lesson, {})}
        audited[lesson] = {}
        for name, check in checks.items():
            instances = []
            for member, evidence, pointers in check(case, numbers):
                result = result_of(member, evidence)
                if result != "no instance":
                    instances.append((result, pointers))
            outcome = outcome_of([result for result, _ in instances])
            audited[lesson][name] = CheckResult(outcome, instances)
    return audited


def lesson_outcome(checks: Mapping[str, CheckResult]) -> str:
    """Give the worst outcome of a lesson's checks."""
    outcomes = {result.outcome for result in checks.values()}
    for worst in ("breach", "insufficient_evidence", "compliant"):
        if worst in outcomes:
            return worst
    return "not_applicable"


def findings(
    record: Record, parameters: Mapping[str, Mapping[str, int]] | None = None
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """List (lesson, check, outcome, pointers) of each breach and insufficient instance, sorted.

    A check that has nothing but unsettled instances has those, as insufficient.
    """
    found = []
    for lesson, checks in audit(record, parameters).items():
        for name, checked in checks.items():
            only_unsettled = all(result == "unsettled" for result, _ in checked.instances)
            for result, pointers in checked.instances:
                if result in ("breach", "insufficient_evidence"):
                    found.append((lesson, name, result, pointers))
                elif only_unsettled:
                    found.append((lesson, name, "insufficient_evidence", pointers))
    return sorted(found)
