"""An independent reading of the lessons, plain and slow, to compare the engine's answers with.

It shares nothing with the product. A truth is `True`, `False` or `None` (unknown). A row's field is
its value, or `UNKNOWN`, or `NEVER` (an event that has not happened); a day is `Days`, the first and
the last that it may be. Each check is one function that walks the rows and yields, for each
combination, whether it is a member, whether its evidence is there, and the pointers of its rows.

Where the contract is silent, or says two things, this reading chose:

- A row whose own day is certainly after today is not asked about. A range that reaches from before
  today to after it leaves that unknown: were it asked about for certain, to widen a day could make
  a breach. What is no more than unknown (a contradiction, a null) is asked about. No day reaches
  past `extracted_on`, so that a range without an end makes this doubt only where there is a
  `closed_on`.
- The own day of a category change is its `on`, although that is no longer required. A relationship
  has none: its `start` never was. Each row of a combination has to be one that is asked about.
- A section that is both `incomplete` and `only` stands in a `for each` with one perhaps-row, of
  which nothing is known.
- A perhaps-row, or the row of an unknown section, may be "another" than itself: it stands for any
  number of rows.
- A day is compared with itself by its bounds, as with any other: a meeting that was held on some
  day of a range may, by this, be held after itself. So is an unknown subject with itself.
- `known_on` that a contradiction has made unknown has no bounds, not even `on`.
- "There is a row such that" of an unknown section is unknown, even where what is known makes it
  impossible. The row of a condition within a condition is looked for last: a referral of a person
  who is a parent asks first for the referral.
- An incident whose `by` is null was done by nobody of the record, and so by no parent or carer,
  even where the relationships are unknown.
- A date after `closed_on` has happened: an order granted after it is granted.
- "A meeting of p" is one whose `plan` is p; its `subject` does not tell.
- What a row of an unknown kind of relationship (P2.2) is asked for counts from a day that may be
  either kind's.
- Of two relationships `parent_of` from x to y the instance (x, y) of P9.1 is one. Where a
  relationship may not be there, the section's pointer stands for its people too.
- The days before a neglect concern in which a tool counts are those after it: `profile_days`. The
  63 days of P8.1 are its `assess_days`.
- The strategy meeting that began an enquiry (ST2.1) was not after the conference.

ST1.1 is left out: the contract does not say it in full.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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


class Days(NamedTuple):
    """Some day from the first to the last, as ordinals; of an open end, an infinity.

    `happened` is None where it is unknown whether there is such a day at all.
    """

    first: float
    last: float
    happened: Truth = True


ANY_DAY = Days(-math.inf, math.inf, None)


class OneOf(NamedTuple):
    """A code that is one of these, unknown which."""

    codes: frozenset[str]


class NoneOf(NamedTuple):
    """An id that is none of these."""

    ids: frozenset[str]


# ---------------------------------------------------------------- the record's tables

# Every day of a row. `born` is none: a future month is an expected birth.
DATES: dict[str, tuple[str, ...]] = {
    "people": (),
    "relationships": ("start", "end", "known_on"),
    "plans": ("start", "end"),
    "category_changes": ("on",),
    "chair_agreements": ("recorded_on",),
    "risks": ("identified_on", "resolved_on"),
    "mitigations": ("recorded_on",),
    "actions": ("set_on", "due", "completed_on", "closed_on"),
    "assessments": ("started_on", "completed_on"),
    "tools": ("on", "begun_on"),
    "meetings": ("on", "chair_waived_quorum_on"),
    "incidents": ("on", "known_on", "returned_on"),
    "referrals": ("considered_on", "made_on"),
    "marac_decisions": ("on",),
    "court_orders": ("applied_on", "supported_on", "support_ended_on", "granted_on", "ended_on"),
    "best_interest_reviews": ("on",),
    "court_notices": ("on",),
    "threshold_decisions": ("on",),
    "workers": ("start", "end"),
    "contacts": ("on",),
    "visits": ("on",),
    "return_interviews": ("offered_on", "held_on"),
    "training": ("completed_on",),
}

# Marked D: null says that it has not happened. Every other field that is null is unknown.
EVENTS: dict[str, tuple[str, ...]] = {
    "relationships": ("end", "known_on"),
    "plans": ("end",),
    "risks": ("resolved_on",),
    "actions": ("completed_on", "closed_on", "continues"),
    "assessments": ("completed_on",),
    "meetings": ("chair_waived_quorum_on",),
    "incidents": ("by", "known_on", "returned_on"),
    "referrals": ("made_on",),
    "court_orders": ("supported_on", "support_ended_on", "granted_on", "ended_on"),
    "workers": ("end",),
    "return_interviews": ("offered_on", "held_on"),
}

# A row is not asked about if this day of it is after today.
OWN_DAYS: dict[str, str] = {
    "plans": "start",
    "category_changes": "on",
    "chair_agreements": "recorded_on",
    "risks": "identified_on",
    "mitigations": "recorded_on",
    "actions": "set_on",
    "assessments": "started_on",
    "tools": "on",
    "meetings": "on",
    "incidents": "on",
    "referrals": "considered_on",
    "marac_decisions": "on",
    "court_orders": "applied_on",
    "best_interest_reviews": "on",
    "court_notices": "on",
    "threshold_decisions": "on",
    "workers": "start",
    "contacts": "on",
    "visits": "on",
    "training": "completed_on",
}

# A start and its end: the second before the first is a contradiction.
PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "relationships": (("start", "end"),),
    "plans": (("start", "end"),),
    "workers": (("start", "end"),),
    "risks": (("identified_on", "resolved_on"),),
    "actions": (("set_on", "completed_on"), ("set_on", "closed_on")),
    "assessments": (("started_on", "completed_on"),),
    "tools": (("begun_on", "on"),),
    "incidents": (("on", "known_on"),),
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
    "contacts": ("people",),
    "visits": ("people",),
    "return_interviews": ("incidents",),
    "training": ("workers",),
}

LEVELS = frozenset({"early_help", "child_in_need", "child_protection", "looked_after"})
RISKS = frozenset(
    {
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
    }
)

# The field of which coverage's `only` speaks, and all its codes.
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "relationships": ("kind", frozenset({"parent_of", "carer_of", "partner_of", "sibling_of"})),
    "plans": ("level", LEVELS),
    "risks": ("kind", RISKS),
    "actions": ("kind", frozenset({"assessment", "service", "visit", "other"})),
    "assessments": (
        "kind",
        frozenset(
            {
                "child_and_family",
                "risk",
                "parenting",
                "substance_misuse",
                "domestic_abuse",
                "own_needs",
                "early_help",
                "pre_birth",
            }
        ),
    ),
    "tools": (
        "kind",
        frozenset(
            {
                "graded_care_profile",
                "local_neglect_tool",
                "genogram",
                "chronology",
                "sexual_behaviour_tool",
                "dash",
            }
        ),
    ),
    "meetings": (
        "kind",
        frozenset(
            {
                "strategy",
                "initial_conference",
                "review_conference",
                "core_group",
                "legal_planning",
                "child_in_need_review",
                "transfer_in_conference",
                "looked_after_review",
                "family_group_decision",
            }
        ),
    ),
    "incidents": ("kind", RISKS | {"missing", "police", "injury", "other"}),
    "referrals": (
        "service",
        frozenset(
            {
                "early_help",
                "marac",
                "child_and_adolescent_mental_health",
                "sexual_assault_referral_centre",
                "substance_misuse",
                "childrens_social_care",
                "other",
            }
        ),
    ),
    "court_orders": ("law", frozenset({"private", "public"})),
    "threshold_decisions": ("level", LEVELS | {"no_further_action"}),
    "workers": ("role", frozenset({"practitioner", "manager", "conference_chair"})),
    "training": (
        "topic",
        frozenset(
            {
                "child_sexual_abuse",
                "age_appropriate_sexual_behaviour",
                "parental_substance_misuse",
                "neglect",
                "domestic_abuse",
            }
        ),
    ),
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


# ---------------------------------------------------------------- codes, ids, lists, flags


def same(left: Any, right: Any) -> Truth:
    """Tell whether two codes, or two ids, are the same."""
    if left is NEVER or right is NEVER:
        return False
    if isinstance(left, OneOf | NoneOf):
        left, right = right, left
    if left is UNKNOWN or right is UNKNOWN or isinstance(left, OneOf | NoneOf):
        return None
    if isinstance(right, OneOf):
        return None if left in right.codes else False
    if isinstance(right, NoneOf):
        return False if left in right.ids else None
    return bool(left == right)


def one_of(value: Any, *codes: str) -> Truth:
    return k_or(*(same(value, code) for code in codes))


def category_is(value: Any, category: str) -> Truth:
    """`multiple` may be any category, so whether it is this one is unknown."""
    return None if value == "multiple" else same(value, category)


def has(codes: Any, code: str) -> Truth:
    """Tell whether a list has a code; one that has `unknown` may have any that it does not show."""
    if codes is UNKNOWN:
        return None
    if code in codes:
        return True
    return None if "unknown" in codes else False


def has_others(codes: Any, code: str, number: int) -> Truth:
    """Tell whether a list has so many codes other than one."""
    if codes is UNKNOWN:
        return None
    if len(set(codes) - {code, "unknown"}) >= number:
        return True
    return None if "unknown" in codes else False


def yes(flag: Any) -> Truth:
    return None if flag is UNKNOWN else flag is True


# ---------------------------------------------------------------- days


def days_of(value: Any) -> Days:
    """Give the bounds of a day; the unknown has none."""
    return ANY_DAY if value is UNKNOWN else value


def one_day(day: date) -> Days:
    return Days(day.toordinal(), day.toordinal())


def parse_day(text: str) -> Days:
    """Read a day, or a range of days."""
    first, separator, last = text.partition("/")
    if not separator:
        return one_day(date.fromisoformat(text))
    return Days(
        -math.inf if first == ".." else date.fromisoformat(first).toordinal(),
        math.inf if last == ".." else date.fromisoformat(last).toordinal(),
    )


def _settled(left: Days, right: Days, truth: Truth) -> Truth:
    """A comparison is true only of days that there are."""
    return k_and(truth, left.happened, right.happened)


def before(left: Any, right: Any) -> Truth:
    """Tell whether one day is before another; what has not happened compares false."""
    if left is NEVER or right is NEVER:
        return False
    a, b = days_of(left), days_of(right)
    if a.last < b.first:
        return _settled(a, b, True)
    return False if a.first >= b.last else None


def by(left: Any, right: Any) -> Truth:
    """Tell whether `left` is on or before `right`."""
    if left is NEVER or right is NEVER:
        return False
    a, b = days_of(left), days_of(right)
    if a.last <= b.first:
        return _settled(a, b, True)
    return False if a.first > b.last else None


def same_day(left: Any, right: Any) -> Truth:
    return k_and(by(left, right), by(right, left))


def within(day: Any, first: Any, last: Any) -> Truth:
    return k_and(by(first, day), by(day, last))


def happened(day: Any) -> Truth:
    return False if day is NEVER else days_of(day).happened


def plus(day: Any, number: int) -> Any:
    if isinstance(day, Missing):
        return day
    return Days(day.first + number, day.last + number, day.happened)


def later(left: Any, right: Any) -> Days:
    """Give the later of two days, each of which is a day, known or not: both have happened.

    So what comes by the earliest that it may be comes by it, though one of the two is unknown.
    """
    a, b = days_of(left), days_of(right)
    return Days(max(a.first, b.first), max(a.last, b.last), True)


def either(left: Days, right: Days) -> Days:
    """Give a day that is one of two, unknown which."""
    return Days(
        min(left.first, right.first),
        max(left.last, right.last),
        k_and(left.happened, right.happened),
    )


def until_today(end: Any, today: Days) -> Days:
    """T: the earlier of an end and today; today, if it has not ended."""
    if end is NEVER:
        return today
    ended = days_of(end)
    if ended.happened is None:
        return Days(-math.inf, today.last)
    return Days(min(ended.first, today.first), min(ended.last, today.last))


# ---------------------------------------------------------------- ages


def anniversary(day: date, years: int) -> date:
    """Give the birthday; that of 29 February is 1 March in a common year."""
    if (day.month, day.day) == (2, 29) and not _is_leap(day.year + years):
        return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def _is_leap(year: int) -> bool:
    return monthrange(year, 2)[1] == 29


def parse_born(text: str) -> Days:
    year = int(text[:4])
    first_month, last_month = (1, 12) if len(text) == 4 else (int(text[5:]), int(text[5:]))
    last = date(year, last_month, monthrange(year, last_month)[1])
    return Days(date(year, first_month, 1).toordinal(), last.toordinal())


def birthday(born: Any, years: int) -> Any:
    """Give the birthday at an age, as early and as late as it may be."""
    if born is UNKNOWN:
        return UNKNOWN
    first, last = (
        anniversary(date.fromordinal(int(end)), years).toordinal()
        for end in (born.first, born.last)
    )
    return Days(first, last)


def under(age: int, born: Any, on: Any) -> Truth:
    """Tell whether a person of that birth is under that age on a day."""
    return before(on, birthday(born, age))


def under_18_not_13(born: Any, on: Any) -> Truth:
    return k_and(under(18, born, on), k_not(under(13, born, on)))


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


def workdays(start: Days, end: Days) -> tuple[float, float]:
    """Count the fewest and the most working days that there may be from one day to another."""

    def count(first: float, last: float) -> float:
        if last <= first:
            return 0
        return count_workdays(date.fromordinal(int(first)), date.fromordinal(int(last)))

    fewest = 0.0 if math.inf in (start.last, -end.first) else count(start.last, end.first)
    most = math.inf if math.inf in (-start.first, end.last) else count(start.first, end.last)
    return fewest, most


def workdays_at_least(start: Any, end: Any, number: int) -> Truth:
    if start is NEVER or end is NEVER:
        return False
    a, b = days_of(start), days_of(end)
    fewest, most = workdays(a, b)
    if fewest >= number:
        return _settled(a, b, True)
    return False if most < number else None


def workdays_at_most(start: Any, end: Any, number: int) -> Truth:
    if start is NEVER or end is NEVER:
        return False
    a, b = days_of(start), days_of(end)
    fewest, most = workdays(a, b)
    if most <= number:
        return _settled(a, b, True)
    return False if fewest > number else None


# ---------------------------------------------------------------- the record, with its unknowns


class Row:
    """One row: its pointer, whether it exists (`None` if it may not), its fields."""

    def __init__(self, pointer: str, exists: Truth, fields: Mapping[str, Any]) -> None:
        self.pointer = pointer
        self.exists = exists
        self.fields = fields

    def __getitem__(self, field: str) -> Any:
        return self.fields.get(field, UNKNOWN)


def is_another(left: Row, right: Row) -> Truth:
    """Tell whether two rows are two: a row that may be there stands for any number of them."""
    if left.exists and right.exists:
        return left is not right
    return True if left.exists or right.exists else None


def recorded(row: Row, flag: str) -> Truth:
    """Tell whether a flag is true; null is as false, but of a row that may not be there."""
    return None if row.exists is None else row[flag] is True


def contradictions(record: Record) -> list[tuple[str, str]]:
    """Give the two pointers of each pair of dates that cannot both be right."""
    found: list[tuple[str, str]] = []
    extracted = parse_day(record["extracted_on"])
    for section, fields in DATES.items():
        for index, raw in enumerate(record.get(section) or []):
            place = f"/{section}/{index}"
            days = {
                field: parse_day(raw[field])
                for field in fields
                if raw.get(field) is not None and raw[field] != "unknown"
            }
            late = [
                field
                for field, day in days.items()
                if field != "due" and day.first > extracted.first
            ]
            found.extend((f"{place}/{field}", "/extracted_on") for field in late)
            for start, end in PAIRS.get(section, ()):
                if not {start, end} <= days.keys() or start in late or end in late:
                    continue
                if days[end].last < days[start].first:
                    found.append((f"{place}/{start}", f"{place}/{end}"))
    return found


class Case:
    """The record as the checks read it."""

    def __init__(self, record: Record) -> None:
        self.extracted = parse_day(record["extracted_on"])
        self.today = parse_day(record.get("closed_on") or record["extracted_on"])
        self.opened = parse_day(record["opened_on"])
        untrue = {pointer for pair in contradictions(record) for pointer in pair}
        coverage = record.get("coverage") or {}
        # The rows that are there (None: an unknown section); those that may be, asked about in a
        # "for each" too; those that may be, from before the section's first day.
        self.sections: dict[str, list[Row] | None] = {}
        self.perhaps: dict[str, list[Row]] = {}
        self.earlier: dict[str, list[Row]] = {}
        for section in DATES:
            self.perhaps[section], self.earlier[section] = [], []
            raws = record.get(section)
            if raws is None:
                self.sections[section] = None
                continue
            covered = coverage.get(section, {})
            self.sections[section] = [
                read_row(section, f"/{section}/{index}", raw, untrue, covered.get("without", ()))
                for index, raw in enumerate(raws)
            ]
            self.read_coverage(section, covered)
        self.read_impossible_sections_as_empty()

    def read_coverage(self, section: str, covered: Mapping[str, Any]) -> None:
        """Add the rows that may be there beside those that are."""
        ids = frozenset(row["id"] for row in self.sections[section] or [])
        if covered.get("incomplete"):
            row = Row(f"/{section}", None, {"id": NoneOf(ids)})
            self.perhaps[section].append(row)
        elif "only" in covered:
            kind, codes = KINDS[section]
            others = OneOf(codes - set(covered["only"]))
            row = Row(f"/{section}", None, {"id": NoneOf(ids), kind: others})
            self.perhaps[section].append(row)
        if "from" in covered:
            eve = plus(parse_day(covered["from"]), -1)
            days = dict.fromkeys(DATES[section], Days(-math.inf, eve.last))
            self.earlier[section].append(Row(f"/{section}", None, {"id": NoneOf(ids), **days}))

    def is_empty(self, section: str) -> bool:
        return not (
            self.sections[section] is None
            or self.sections[section]
            or self.perhaps[section]
            or self.earlier[section]
        )

    def read_impossible_sections_as_empty(self) -> None:
        """Empty what would have nothing to refer to, again and again."""
        changed = True
        while changed:
            changed = False
            for section, targets in REQUIRED_REFERENCES.items():
                if self.is_empty(section) or not any(map(self.is_empty, targets)):
                    continue
                self.sections[section] = []
                self.perhaps[section], self.earlier[section] = [], []
                changed = True

    def rows(self, section: str) -> list[Row]:
        """Give the rows that a check asks about: those there, and any that may be beside them."""
        rows = self.sections[section]
        if rows is None:
            return [Row(f"/{section}", None, {})]
        return rows + self.perhaps[section]

    def all_rows(self, section: str) -> list[Row]:
        """Give the rows that may be evidence."""
        return self.rows(section) + self.earlier[section]

    def asked(self, section: str, row: Row) -> Truth:
        """Tell whether a row is there, and of a day that the audit may ask about."""
        own_day = row[OWN_DAYS[section]]
        if own_day is UNKNOWN:
            return row.exists
        own_day = Days(own_day.first, min(own_day.last, self.extracted.last))
        return k_and(row.exists, by(own_day, self.today))

    def follow(self, section: str, reference: Any) -> Row:
        """Give the row that a reference names; all but a known id is unknown where it must be."""
        if not isinstance(reference, str):
            return Row(f"/{section}", True, {})
        for row in self.sections[section] or []:
            if row["id"] == reference:
                return row
        return Row(f"/{section}", True, {"id": reference})

    def there_is(self, section: str, test: Callable[[Row], Truth]) -> Truth:
        """Tell whether any row of the section passes a test."""
        if self.sections[section] is None:
            return None
        return k_or(*(k_and(row.exists, test(row)) for row in self.all_rows(section)))


def read_row(
    section: str, pointer: str, raw: Mapping[str, Any], untrue: set[str], without: Collection[str]
) -> Row:
    fields: dict[str, Any] = {}
    events = EVENTS.get(section, ())
    for name in {*raw, *events}:
        value = raw.get(name)
        if f"{pointer}/{name}" in untrue:
            fields[name] = UNKNOWN
        elif name in events and (value == "unknown" or (value is None and name in without)):
            fields[name] = ANY_DAY if name in DATES[section] else UNKNOWN
        elif value is None:
            fields[name] = NEVER if name in events else UNKNOWN
        elif name in DATES[section]:
            fields[name] = parse_day(value)
        elif name == "born":
            fields[name] = parse_born(value)
        else:
            fields[name] = value
    return Row(pointer, True, fields)


# ---------------------------------------------------------------- concepts that lessons share


class Concern(NamedTuple):
    """A neglect or sexual abuse concern, and the row that it comes from."""

    is_one: Truth
    child: Any
    since: Any
    until: Any
    pointer: str


def is_child_protection(plan: Row) -> Truth:
    return same(plan["level"], "child_protection")


def risk_concern(r: Row, kind: str, is_there: Truth) -> Concern:
    is_one = k_and(is_there, same(r["kind"], kind))
    return Concern(is_one, r["subject"], r["identified_on"], r["resolved_on"], r.pointer)


def plan_concern(p: Row, kind: str, is_there: Truth) -> Concern:
    is_one = k_and(is_there, is_child_protection(p), category_is(p["category"], kind))
    return Concern(is_one, p["subject"], p["start"], p["end"], p.pointer)


def change_concern(case: Case, c: Row, kind: str, is_there: Truth) -> Concern:
    p = case.follow("plans", c["plan"])
    is_one = k_and(is_there, is_child_protection(p), category_is(c["to_category"], kind))
    return Concern(is_one, p["subject"], c["on"], p["end"], c.pointer)


def concerns(case: Case, kind: str) -> list[Concern]:
    """List the concerns of a kind that a check asks about."""
    return [
        *(risk_concern(r, kind, case.asked("risks", r)) for r in case.rows("risks")),
        *(plan_concern(p, kind, case.asked("plans", p)) for p in case.rows("plans")),
        *(
            change_concern(case, c, kind, case.asked("category_changes", c))
            for c in case.rows("category_changes")
        ),
    ]


def there_is_concern(case: Case, kind: str, test: Callable[[Concern], Truth]) -> Truth:
    """Tell whether any concern of a kind passes a test."""

    def passes(n: Concern) -> Truth:
        return k_and(n.is_one, test(n))

    return k_or(
        case.there_is("risks", lambda r: passes(risk_concern(r, kind, True))),
        case.there_is("plans", lambda p: passes(plan_concern(p, kind, True))),
        case.there_is("category_changes", lambda c: passes(change_concern(case, c, kind, True))),
    )


def known_day(row: Row, own_day: str) -> Any:
    """Give the day from which services knew of an incident, or of a relationship."""
    if row["known_on"] is NEVER:
        return row[own_day]
    if row["known_on"] == ANY_DAY:
        # It is not carried: they knew then or later, or on the day itself.
        return Days(days_of(row[own_day]).first, math.inf, days_of(row[own_day]).happened)
    return row["known_on"]


def whose(case: Case, meeting: Row) -> Any:
    """Give the person whose meeting it is."""
    if meeting["subject"] is not UNKNOWN:
        return meeting["subject"]
    return case.follow("plans", meeting["plan"])["subject"]


def is_parent_or_carer(case: Case, person: Any, child: Any) -> Truth:
    return case.there_is(
        "relationships",
        lambda tie: k_and(
            one_of(tie["kind"], "parent_of", "carer_of"),
            same(tie["from"], person),
            same(tie["to"], child),
        ),
    )


def made_or_reasoned(referral: Row) -> Truth:
    return k_or(happened(referral["made_on"]), yes(referral["reason_recorded"]))


def assessed(case: Case, *tests: Callable[[Row], Truth]) -> Truth:
    """Tell whether any one assessment passes all the tests."""
    return case.there_is("assessments", lambda s: k_and(*(test(s) for test in tests)))


# ---------------------------------------------------------------- the checks


class Candidate(NamedTuple):
    """One combination of rows: is it a member, and is the evidence there?"""

    member: Truth
    evidence: Truth
    pointers: tuple[str, ...]


Parameters = Mapping[str, int]
Candidates = Iterator[Candidate]


# P1.1 A changed category must not hide the old risks


def changes_that_count(case: Case) -> Iterator[tuple[Row, Row, Truth]]:
    """List each category change with its plan: does it count?"""
    for c in case.rows("category_changes"):
        p = case.follow("plans", c["plan"])
        counts = k_and(
            case.asked("category_changes", c),
            is_child_protection(p),
            k_not(same(c["to_category"], "multiple")),
            k_not(same(c["to_category"], c["from_category"])),
        )
        yield c, p, counts


def p1_1_decided_at_conference(case: Case, _numbers: Parameters) -> Candidates:
    """P1.1: a conference of the plan made the change."""
    for c, p, counts in changes_that_count(case):
        evidence = case.there_is(
            "meetings",
            lambda m, c=c, p=p: k_and(
                same(m["plan"], p["id"]),
                one_of(
                    m["kind"], "initial_conference", "review_conference", "transfer_in_conference"
                ),
                same_day(m["on"], c["on"]),
            ),
        )
        yield Candidate(counts, evidence, (c.pointer,))


def p1_1_chair_agreement(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: the chair agreed to the change by the next working day, and said why."""
    number = numbers["record_workdays"]
    for c, _p, counts in changes_that_count(case):
        member = k_and(counts, workdays_at_least(c["on"], case.today, number))
        evidence = case.there_is(
            "chair_agreements",
            lambda g, c=c: k_and(
                same(g["category_change"], c["id"]),
                workdays_at_most(c["on"], g["recorded_on"], number),
                k_or(yes(g["risks_mitigated"]), yes(g["risks_carried"])),
            ),
        )
        yield Candidate(member, evidence, (c.pointer,))


def of_the_childs_plans(case: Case, action: Row, child: Any) -> Truth:
    return same(case.follow("plans", action["plan"])["subject"], child)


def risk_is_carried(case: Case, r: Row, child: Any, day: Any, carry_days: int) -> Truth:
    """Tell whether a risk is resolved, mitigated or kept in an action, about a day of change."""
    last = plus(day, carry_days)
    mitigated = case.there_is(
        "mitigations", lambda m: k_and(same(m["risk"], r["id"]), by(m["recorded_on"], day))
    )
    in_an_action = case.there_is(
        "actions",
        lambda a: k_and(
            of_the_childs_plans(case, a, child),
            same(a["addresses"], r["id"]),
            by(a["set_on"], last),
            k_or(
                k_and(k_not(by(a["completed_on"], last)), k_not(by(a["closed_on"], last))),
                by(day, a["completed_on"]),
                k_and(by(day, a["closed_on"]), yes(a["closure_reason_recorded"])),
            ),
        ),
    )
    return k_or(by(r["resolved_on"], last), mitigated, in_an_action)


def is_open_risk(case: Case, r: Row, child: Any, day: Any) -> Truth:
    """Tell whether a risk of the child was open on a day."""
    return k_and(
        case.asked("risks", r),
        same(r["subject"], child),
        by(r["identified_on"], day),
        k_not(by(r["resolved_on"], day)),
    )


def p1_1_risks_carried(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: each open risk of the child is resolved, mitigated, or kept in an action."""
    days = numbers["carry_days"]
    for c, p, counts in changes_that_count(case):
        for r in case.rows("risks"):
            member = k_and(
                counts,
                is_open_risk(case, r, p["subject"], c["on"]),
                by(plus(c["on"], days), case.today),
            )
            evidence = risk_is_carried(case, r, p["subject"], c["on"], days)
            yield Candidate(member, evidence, (c.pointer, r.pointer))


def p1_1_actions_carried(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: each open action is completed, closed with a reason, taken over, or goes on."""
    for c, p, counts in changes_that_count(case):
        last = plus(c["on"], numbers["carry_days"])
        for a in case.rows("actions"):
            member = k_and(
                counts,
                case.asked("actions", a),
                same(a["plan"], p["id"]),
                before(a["set_on"], c["on"]),
                k_not(by(a["completed_on"], c["on"])),
                k_not(before(a["closed_on"], c["on"])),
                by(last, case.today),
            )
            completed = by(a["completed_on"], last)
            closed = by(a["closed_on"], last)
            taken_over = case.there_is(
                "actions",
                lambda b, a=a, c=c, last=last: k_and(
                    same(b["continues"], a["id"]), within(b["set_on"], c["on"], last)
                ),
            )
            evidence = k_or(
                completed,
                k_and(closed, yes(a["closure_reason_recorded"])),
                taken_over,
                k_and(before(last, a["due"]), k_not(completed), k_not(closed)),
            )
            yield Candidate(member, evidence, (c.pointer, a.pointer))


def p1_1_assessments_carried(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: each unfinished assessment of the child is completed, or a plan asks for one."""
    for c, p, counts in changes_that_count(case):
        last = plus(c["on"], numbers["carry_days"])
        asked_for = case.there_is(
            "actions",
            lambda a, c=c, p=p, last=last: k_and(
                of_the_childs_plans(case, a, p["subject"]),
                same(a["kind"], "assessment"),
                within(a["set_on"], c["on"], last),
            ),
        )
        for s in case.rows("assessments"):
            member = k_and(
                counts,
                case.asked("assessments", s),
                same(s["subject"], p["subject"]),
                by(s["started_on"], c["on"]),
                k_not(by(s["completed_on"], c["on"])),
                by(last, case.today),
            )
            evidence = k_or(by(s["completed_on"], last), asked_for)
            yield Candidate(member, evidence, (c.pointer, s.pointer))


def p1_1_replacement_carries_risks(case: Case, numbers: Parameters) -> Candidates:
    """P1.1: a plan that soon replaces one of another category carries its risks."""
    days = numbers["carry_days"]
    for q in case.rows("plans"):
        replaces = case.there_is(
            "plans",
            lambda p, q=q: k_and(
                is_another(p, q),
                is_child_protection(p),
                same(p["subject"], q["subject"]),
                happened(p["end"]),
                within(q["start"], p["end"], plus(p["end"], numbers["replace_days"])),
                k_not(same(p["category"], q["category"])),
            ),
        )
        for r in case.rows("risks"):
            member = k_and(
                case.asked("plans", q),
                is_child_protection(q),
                k_not(same(q["category"], "multiple")),
                replaces,
                is_open_risk(case, r, q["subject"], q["start"]),
                by(plus(q["start"], days), case.today),
            )
            evidence = risk_is_carried(case, r, q["subject"], q["start"], days)
            yield Candidate(member, evidence, (q.pointer, r.pointer))


# P2.1 Those who hold the case know about child sexual abuse


def p2_1_training(case: Case, numbers: Parameters, topic: str) -> Candidates:
    """P2.1: who held the case in a sexual abuse concern had been trained not long before."""
    for w in case.rows("workers"):
        for n in concerns(case, "sexual_abuse"):
            end = until_today(n.until, case.today)
            day = later(plus(w["start"], numbers["start_days"]), n.since)
            member = k_and(
                case.asked("workers", w),
                n.is_one,
                by(w["start"], end),
                k_not(before(w["end"], n.since)),
                by(day, end),
                by(day, case.today),
                k_not(before(w["end"], day)),
            )
            evidence = case.there_is(
                "training",
                lambda t, w=w, day=day: k_and(
                    same(t["worker"], w["id"]),
                    same(t["topic"], topic),
                    within(t["completed_on"], plus(day, -numbers["training_days"]), day),
                ),
            )
            yield Candidate(member, evidence, (w.pointer, n.pointer))


def p2_1_child_sexual_abuse_training(case: Case, numbers: Parameters) -> Candidates:
    """P2.1: the training in child sexual abuse."""
    return p2_1_training(case, numbers, "child_sexual_abuse")


def p2_1_sexual_behaviour_training(case: Case, numbers: Parameters) -> Candidates:
    """P2.1: the training in age-appropriate sexual behaviour."""
    return p2_1_training(case, numbers, "age_appropriate_sexual_behaviour")


def p2_1_policy_tools_used(case: Case, numbers: Parameters) -> Candidates:
    """P2.1: a tool for sexual behaviour was used, or a sexual assault centre considered."""
    for n in concerns(case, "sexual_abuse"):
        born = case.follow("people", n.child)["born"]
        first = plus(n.since, -numbers["lookback_days"])
        last = plus(n.since, numbers["tool_days"])
        member = k_and(
            n.is_one,
            under(18, born, n.since),
            by(born, n.since),
            by(last, until_today(n.until, case.today)),
        )
        tool = case.there_is(
            "tools",
            lambda t, n=n, first=first, last=last: k_and(
                same(t["kind"], "sexual_behaviour_tool"),
                same(t["subject"], n.child),
                within(t["on"], first, last),
            ),
        )
        referral = case.there_is(
            "referrals",
            lambda f, n=n, first=first, last=last: k_and(
                same(f["subject"], n.child),
                same(f["service"], "sexual_assault_referral_centre"),
                within(f["considered_on"], first, last),
                made_or_reasoned(f),
            ),
        )
        yield Candidate(member, k_or(tool, referral), (n.pointer,))


# P2.2 A history of sexual abuse counts when a carer's ability to protect is judged


class Carer(NamedTuple):
    """A relationship of a parent or carer to a child, and the day from which it matters."""

    tie: Row
    carer: Row
    child: Row
    day: Days
    is_one: Truth


def carers(case: Case) -> Iterator[Carer]:
    """List each relationship: is it one of a parent or carer to a child?"""
    for tie in case.rows("relationships"):
        child = case.follow("people", tie["to"])
        day = {
            True: case.opened,
            False: later(case.opened, tie["start"]),
            None: either(case.opened, later(case.opened, tie["start"])),
        }[same(tie["kind"], "parent_of")]
        is_one = k_and(
            tie.exists,
            one_of(tie["kind"], "parent_of", "carer_of"),
            under(18, child["born"], day),
        )
        yield Carer(tie, case.follow("people", tie["from"]), child, day, is_one)


def p2_2_is_due(case: Case, numbers: Parameters, carer: Carer, since: Days) -> Truth:
    """P2.2: there has been time to assess since a day, and the relationship lasted so long."""
    number = numbers["assess_workdays"]
    end = carer.tie["end"]
    ended_sooner = k_and(happened(end), k_not(workdays_at_least(since, end, number)))
    return k_and(workdays_at_least(since, case.today, number), k_not(ended_sooner))


def p2_2_assessed_from(case: Case, carer: Carer, day: Any) -> Truth:
    return assessed(
        case,
        lambda s: k_or(
            same(s["subject"], carer.carer["id"]), same(s["subject"], carer.child["id"])
        ),
        lambda s: one_of(
            s["kind"], "risk", "parenting", "child_and_family", "pre_birth", "early_help"
        ),
        lambda s: has(s["considers"], "sexual_abuse_history"),
        lambda s: yes(s["parenting_capacity"]),
        lambda s: by(day, s["completed_on"]),
    )


def p2_2_history(
    case: Case, numbers: Parameters, has_history: Callable[[Any], Truth]
) -> Candidates:
    """P2.2: a carer with such a history was assessed with it."""
    for carer in carers(case):
        member = k_and(
            carer.is_one,
            has_history(carer.carer["history"]),
            p2_2_is_due(case, numbers, carer, carer.day),
        )
        evidence = p2_2_assessed_from(case, carer, plus(carer.day, -numbers["lookback_days"]))
        yield Candidate(member, evidence, (carer.tie.pointer,))


def p2_2_perpetrator_history_assessed(case: Case, numbers: Parameters) -> Candidates:
    """P2.2: the history of one who is said to have abused."""
    return p2_2_history(case, numbers, lambda history: has(history, "sexual_abuse_perpetrator"))


def p2_2_survivor_history_considered(case: Case, numbers: Parameters) -> Candidates:
    """P2.2: the history of one who was abused, and is not said to have abused."""
    return p2_2_history(
        case,
        numbers,
        lambda history: k_and(
            has(history, "sexual_abuse_victim"), k_not(has(history, "sexual_abuse_perpetrator"))
        ),
    )


def p2_2_abuse_considered_for_carer(case: Case, numbers: Parameters) -> Candidates:
    """P2.2: where there is a sexual abuse concern for the child, its carer was assessed with it."""
    for carer in carers(case):
        for n in concerns(case, "sexual_abuse"):
            since = later(carer.day, n.since)
            member = k_and(
                carer.is_one,
                n.is_one,
                same(n.child, carer.child["id"]),
                by(since, until_today(n.until, case.today)),
                p2_2_is_due(case, numbers, carer, since),
            )
            first = plus(n.since, -numbers["concern_lookback_days"])
            evidence = p2_2_assessed_from(case, carer, first)
            yield Candidate(member, evidence, (carer.tie.pointer, n.pointer))


# P3.1 Parental alcohol and substance misuse: multi-agency, timely, child focused


def is_substance_misuse(case: Case, r: Row) -> Truth:
    return k_and(
        case.asked("risks", r),
        one_of(r["kind"], "parental_alcohol_misuse", "parental_drug_misuse"),
    )


def p3_1_lasting_risks(case: Case, numbers: Parameters) -> Iterator[tuple[Row, Truth]]:
    """List each risk: is it a substance misuse risk that lasted long enough to assess?"""
    for r in case.rows("risks"):
        end = until_today(r["resolved_on"], case.today)
        number = numbers["assessment_workdays"]
        yield (
            r,
            k_and(is_substance_misuse(case, r), workdays_at_least(r["identified_on"], end, number)),
        )


def p3_1_assessed(
    case: Case, numbers: Parameters, r: Row, quality: Callable[[Row], Truth]
) -> Truth:
    """P3.1: the child was assessed for the misuse, with that quality."""
    return assessed(
        case,
        lambda s: same(s["subject"], r["subject"]),
        lambda s: has(s["considers"], "substance_misuse"),
        lambda s: by(plus(r["identified_on"], -numbers["lookback_days"]), s["completed_on"]),
        quality,
    )


def p3_1_multi_agency(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: the adult substance misuse service took part, or a parent or carer was referred."""
    for r, member in p3_1_lasting_risks(case, numbers):
        together = p3_1_assessed(
            case,
            numbers,
            r,
            lambda s: k_and(
                has(s["agencies"], "childrens_services"),
                has(s["agencies"], "adult_substance_misuse"),
            ),
        )
        alone = p3_1_assessed(case, numbers, r, lambda s: has(s["agencies"], "childrens_services"))
        referred = case.there_is(
            "referrals",
            lambda f, r=r: k_and(
                same(f["service"], "substance_misuse"),
                by(plus(r["identified_on"], -numbers["lookback_days"]), f["considered_on"]),
                made_or_reasoned(f),
                is_parent_or_carer(case, f["subject"], r["subject"]),
            ),
        )
        yield Candidate(member, k_or(together, k_and(alone, referred)), (r.pointer,))


def p3_1_timely(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: the assessment was completed within the working days allowed."""
    for r, member in p3_1_lasting_risks(case, numbers):
        evidence = p3_1_assessed(
            case,
            numbers,
            r,
            lambda s, r=r: workdays_at_most(
                r["identified_on"], s["completed_on"], numbers["assessment_workdays"]
            ),
        )
        yield Candidate(member, evidence, (r.pointer,))


def p3_1_impact_on_child(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: the assessment says what the misuse does to the child."""
    for r, member in p3_1_lasting_risks(case, numbers):
        evidence = p3_1_assessed(case, numbers, r, lambda s: yes(s["impact_on_child"]))
        yield Candidate(member, evidence, (r.pointer,))


def p3_1_child_seen_and_heard(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: the assessment saw and heard a child who was born."""
    for r, lasting in p3_1_lasting_risks(case, numbers):
        born = case.follow("people", r["subject"])["born"]
        evidence = p3_1_assessed(
            case, numbers, r, lambda s: k_and(yes(s["child_seen"]), yes(s["child_views"]))
        )
        yield Candidate(k_and(lasting, by(born, r["identified_on"])), evidence, (r.pointer,))


def p3_1_child_focused_plan(case: Case, numbers: Parameters) -> Candidates:
    """P3.1: an action set in time addresses the risk and serves the child's own outcome."""
    for r in case.rows("risks"):
        last = plus(r["identified_on"], numbers["plan_days"])
        member = k_and(
            is_substance_misuse(case, r), by(last, until_today(r["resolved_on"], case.today))
        )
        evidence = case.there_is(
            "actions",
            lambda a, r=r, last=last: k_and(
                same(a["addresses"], r["id"]),
                same(a["for_person"], r["subject"]),
                by(a["set_on"], last),
            ),
        )
        yield Candidate(member, evidence, (r.pointer,))


# P4.1 Chronologies and neglect tools show the pattern over time


class Neglect(NamedTuple):
    """A neglect concern of a child who lives at home, its T(n), and B."""

    n: Concern
    is_one: Truth
    end: Days
    begun: Days


def p4_1_neglect(case: Case) -> Iterator[Neglect]:
    """List each neglect concern of a child who is, on its last day, under 18 and not in care."""
    for n in concerns(case, "neglect"):
        end = until_today(n.until, case.today)
        born = case.follow("people", n.child)["born"]
        in_care = case.there_is(
            "plans",
            lambda p, n=n, end=end: k_and(
                same(p["level"], "looked_after"),
                same(p["subject"], n.child),
                by(p["start"], end),
                k_not(before(p["end"], end)),
            ),
        )
        is_one = k_and(n.is_one, under(18, born, end), k_not(in_care))
        yield Neglect(n, is_one, end, later(n.since, born))


def tool_was_used(
    case: Case, kinds: tuple[str, ...], child: Any, when: Callable[[Row], Truth]
) -> Truth:
    return case.there_is(
        "tools",
        lambda t: k_and(one_of(t["kind"], *kinds), same(t["subject"], child), when(t)),
    )


NEGLECT_TOOLS = ("graded_care_profile", "local_neglect_tool")


def p4_1_chronology_current(case: Case, numbers: Parameters) -> Candidates:
    """P4.1: a chronology was fresh at the end of the concern, or was already begun."""
    for n, is_one, end, _begun in p4_1_neglect(case):
        member = k_and(is_one, by(plus(n.since, numbers["start_days"]), end))
        first = plus(end, -numbers["refresh_days"])
        evidence = tool_was_used(
            case,
            ("chronology",),
            n.child,
            lambda t, first=first, end=end: k_or(
                within(t["on"], first, end),
                k_and(before(end, t["on"]), by(t["begun_on"], end)),
            ),
        )
        yield Candidate(member, evidence, (n.pointer,))


def p4_1_neglect_tool_used(case: Case, numbers: Parameters) -> Candidates:
    """P4.1: a neglect tool was done near the start of the concern, before or after."""
    for n, is_one, end, begun in p4_1_neglect(case):
        first = plus(n.since, -numbers["profile_days"])
        last = plus(begun, numbers["profile_days"])
        evidence = tool_was_used(
            case,
            NEGLECT_TOOLS,
            n.child,
            lambda t, first=first, last=last: within(t["on"], first, last),
        )
        yield Candidate(k_and(is_one, by(last, end)), evidence, (n.pointer,))


def p4_1_neglect_tool_repeated(case: Case, numbers: Parameters) -> Candidates:
    """P4.1: in a long concern, a neglect tool was done again towards its end."""
    for n, is_one, end, begun in p4_1_neglect(case):
        member = k_and(is_one, by(plus(begun, numbers["repeat_after_days"]), end))
        first = plus(end, -numbers["repeat_days"])
        evidence = tool_was_used(
            case,
            NEGLECT_TOOLS,
            n.child,
            lambda t, first=first, end=end: within(t["on"], first, end),
        )
        yield Candidate(member, evidence, (n.pointer,))


# P5.1 Neglect: child-focused risk assessment and decisions, without drift


def p5_1_lasting_concerns(case: Case, numbers: Parameters) -> Iterator[tuple[Concern, Truth]]:
    """List each neglect concern: did it last long enough to assess?"""
    for n in concerns(case, "neglect"):
        end = until_today(n.until, case.today)
        lasted = workdays_at_least(n.since, end, numbers["assessment_workdays"])
        yield n, k_and(n.is_one, lasted)


def p5_1_assessed(
    case: Case, numbers: Parameters, n: Concern, quality: Callable[[Row], Truth]
) -> Truth:
    """P5.1: the child was assessed, with that quality."""
    return assessed(
        case,
        lambda s: same(s["subject"], n.child),
        lambda s: one_of(s["kind"], "child_and_family", "risk", "parenting", "pre_birth"),
        lambda s: by(plus(n.since, -numbers["lookback_days"]), s["completed_on"]),
        quality,
    )


def p5_1_child_focused_assessment(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: it saw the child, has its views and the impact on it; before birth, the impact."""
    for n, member in p5_1_lasting_concerns(case, numbers):
        born = case.follow("people", n.child)["born"]
        evidence = p5_1_assessed(
            case,
            numbers,
            n,
            lambda s, born=born: k_or(
                k_and(yes(s["child_seen"]), yes(s["child_views"]), yes(s["impact_on_child"])),
                k_and(
                    same(s["kind"], "pre_birth"),
                    yes(s["impact_on_child"]),
                    by(s["completed_on"], born),
                ),
            ),
        )
        yield Candidate(member, evidence, (n.pointer,))


def p5_1_parenting_capacity(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: it judges the parents' capacity; or an assessment of a parent or carer does."""
    for n, member in p5_1_lasting_concerns(case, numbers):
        of_child = p5_1_assessed(case, numbers, n, lambda s: yes(s["parenting_capacity"]))
        of_parent = assessed(
            case,
            lambda s: same(s["kind"], "parenting"),
            lambda s: yes(s["parenting_capacity"]),
            lambda s, n=n: by(plus(n.since, -numbers["lookback_days"]), s["completed_on"]),
            lambda s, n=n: is_parent_or_carer(case, s["subject"], n.child),
        )
        yield Candidate(member, k_or(of_child, of_parent), (n.pointer,))


def legal_planning(case: Case, child: Any, first: Any, last: Any) -> Truth:
    return case.there_is(
        "meetings",
        lambda m: k_and(
            same(m["kind"], "legal_planning"),
            same(whose(case, m), child),
            within(m["on"], first, last),
        ),
    )


def p5_1_no_drift(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: a long protection plan with neglect in its time came to legal planning or to court."""
    for p in case.rows("plans"):
        end = until_today(p["end"], case.today)
        last = plus(p["start"], numbers["drift_days"])
        neglect_in_its_time = there_is_concern(
            case,
            "neglect",
            lambda n, p=p, end=end: k_and(
                same(n.child, p["subject"]),
                by(n.since, end),
                k_not(before(n.until, p["start"])),
            ),
        )
        member = k_and(
            case.asked("plans", p), is_child_protection(p), neglect_in_its_time, by(last, end)
        )
        in_court = case.there_is(
            "court_orders",
            lambda o, p=p, last=last: k_and(
                same(o["law"], "public"),
                same(o["child"], p["subject"]),
                within(o["applied_on"], p["start"], last),
            ),
        )
        evidence = k_or(legal_planning(case, p["subject"], p["start"], last), in_court)
        yield Candidate(member, evidence, (p.pointer,))


def p5_1_repeat_plan_weighed(case: Case, numbers: Parameters) -> Candidates:
    """P5.1: a plan for neglect soon after another plan was weighed."""
    for p in case.rows("plans"):
        first = plus(p["start"], -numbers["weigh_days"])
        last = plus(p["start"], numbers["weigh_days"])
        is_repeat = case.there_is(
            "plans",
            lambda q, p=p: k_and(
                is_another(q, p),
                is_child_protection(q),
                same(q["subject"], p["subject"]),
                within(q["end"], plus(p["start"], -numbers["repeat_days"]), p["start"]),
            ),
        )
        member = k_and(
            case.asked("plans", p),
            is_child_protection(p),
            category_is(p["category"], "neglect"),
            k_not(before(until_today(p["end"], case.today), last)),
            is_repeat,
        )
        history_assessed = assessed(
            case,
            lambda s, p=p: same(s["subject"], p["subject"]),
            lambda s: yes(s["parenting_capacity"]),
            lambda s: has(s["considers"], "family_history"),
            lambda s, first=first, last=last: within(s["completed_on"], first, last),
        )
        evidence = k_or(legal_planning(case, p["subject"], first, last), history_assessed)
        yield Candidate(member, evidence, (p.pointer,))


# P6.1 Support for a private law order is kept under review, and the court is told


TROUBLING = (
    "sexual_abuse",
    "physical_abuse",
    "emotional_abuse",
    "neglect",
    "domestic_abuse",
    "injury",
    "parental_alcohol_misuse",
    "parental_drug_misuse",
)
TROUBLING_OF_THE_CHILD = ("missing", "police", "parental_mental_health")


def is_supported_private_order(case: Case, o: Row) -> Truth:
    return k_and(
        case.asked("court_orders", o), same(o["law"], "private"), happened(o["supported_on"])
    )


def p6_1_reviewed_after_incident(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: each troubling incident while the order is supported led to a review in time."""
    for o in case.rows("court_orders"):
        for i in case.rows("incidents"):
            known = known_day(i, "on")
            last = plus(known, numbers["review_days"])
            troubling = k_or(
                one_of(i["kind"], *TROUBLING),
                k_and(one_of(i["kind"], *TROUBLING_OF_THE_CHILD), same(i["victim"], o["child"])),
            )
            member = k_and(
                is_supported_private_order(case, o),
                case.asked("incidents", i),
                troubling,
                by(o["supported_on"], known),
                k_not(by(o["granted_on"], known)),
                k_not(by(o["ended_on"], known)),
                k_not(by(o["support_ended_on"], known)),
                by(last, case.today),
            )
            reviewed = case.there_is(
                "best_interest_reviews",
                lambda v, o=o, known=known, last=last: k_and(
                    same(v["order"], o["id"]),
                    within(v["on"], known, last),
                    k_not(before(o["granted_on"], v["on"])),
                ),
            )
            evidence = k_or(reviewed, within(o["support_ended_on"], known, last))
            yield Candidate(member, evidence, (o.pointer, i.pointer))


def p6_1_reviewed_before_grant(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: an order granted while supported was reviewed, or first supported, not long before."""
    for o in case.rows("court_orders"):
        member = k_and(
            is_supported_private_order(case, o),
            happened(o["granted_on"]),
            k_not(by(o["support_ended_on"], o["granted_on"])),
        )
        first = plus(o["granted_on"], -numbers["before_grant_days"])
        reviewed = case.there_is(
            "best_interest_reviews",
            lambda v, o=o, first=first: k_and(
                same(v["order"], o["id"]), within(v["on"], first, o["granted_on"])
            ),
        )
        evidence = k_or(reviewed, within(o["supported_on"], first, o["granted_on"]))
        yield Candidate(member, evidence, (o.pointer,))


def p6_1_court_was_told(case: Case, numbers: Parameters, o: Row, day: Any) -> Truth:
    """P6.1: a court notice about that day, before the order was granted."""
    first = plus(day, -numbers["notice_before_days"])
    last = plus(day, numbers["notice_days"])
    return case.there_is(
        "court_notices",
        lambda k: k_and(
            same(k["order"], o["id"]),
            within(k["on"], first, last),
            k_not(before(o["granted_on"], k["on"])),
        ),
    )


def p6_1_court_informed(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: the court was told of each review that found the order no longer in the interest."""
    for o in case.rows("court_orders"):
        for v in case.rows("best_interest_reviews"):
            member = k_and(
                is_supported_private_order(case, o),
                case.asked("best_interest_reviews", v),
                same(v["order"], o["id"]),
                by(o["supported_on"], v["on"]),
                k_not(yes(v["still_in_interest"])),
                by(plus(v["on"], numbers["notice_days"]), case.today),
                k_not(before(o["granted_on"], v["on"])),
                k_not(before(o["ended_on"], v["on"])),
            )
            evidence = p6_1_court_was_told(case, numbers, o, v["on"])
            yield Candidate(member, evidence, (o.pointer, v.pointer))


def p6_1_court_told_of_withdrawal(case: Case, numbers: Parameters) -> Candidates:
    """P6.1: the court was told when the support ended before the order did."""
    for o in case.rows("court_orders"):
        ended = o["support_ended_on"]
        member = k_and(
            is_supported_private_order(case, o),
            happened(ended),
            k_not(before(o["granted_on"], ended)),
            k_not(before(o["ended_on"], ended)),
            by(plus(ended, numbers["notice_days"]), case.today),
        )
        yield Candidate(member, p6_1_court_was_told(case, numbers, o, ended), (o.pointer,))


# P7.1 Multi-agency meetings scrutinise, update and implement the plan


CONFERENCES = ("initial_conference", "review_conference", "transfer_in_conference")
REVIEWS = ("review_conference", "looked_after_review")


def protection_plans(case: Case) -> Iterator[tuple[Row, Truth, Days]]:
    """List each plan, whether it is a protection plan, and its T(p)."""
    for p in case.rows("plans"):
        is_one = k_and(case.asked("plans", p), is_child_protection(p))
        yield p, is_one, until_today(p["end"], case.today)


def meetings_of_plans(case: Case, kinds: tuple[str, ...]) -> Iterator[tuple[Row, Row, Truth, Days]]:
    """Combine each plan with each meeting: is it a protection plan's meeting of the kinds?"""
    for p, is_one, end in protection_plans(case):
        for m in case.rows("meetings"):
            member = k_and(
                is_one,
                case.asked("meetings", m),
                same(m["plan"], p["id"]),
                one_of(m["kind"], *kinds),
            )
            yield p, m, member, end


def plan_met(case: Case, p: Row, kinds: tuple[str, ...], day: Any, days: int) -> Truth:
    """Tell whether the plan had a meeting of one of the kinds in the days after a day."""
    return case.there_is(
        "meetings",
        lambda m: k_and(
            same(m["plan"], p["id"]),
            one_of(m["kind"], *kinds),
            within(m["on"], plus(day, 1), plus(day, days)),
        ),
    )


def p7_1_meeting_frequency(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: from the plan's start, and from each meeting, the next one follows in time."""
    days = numbers["core_group_days"]
    next_kinds = ("core_group", "review_conference")
    for p, is_one, end in protection_plans(case):
        member = k_and(is_one, by(plus(p["start"], days), end))
        yield Candidate(member, plan_met(case, p, next_kinds, p["start"], days), (p.pointer,))
    for p, m, is_meeting, end in meetings_of_plans(case, (*CONFERENCES, "core_group")):
        member = k_and(is_meeting, by(plus(m["on"], days), end))
        evidence = plan_met(case, p, next_kinds, m["on"], days)
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_first_core_group(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: the first core group follows the plan's start within the working days allowed."""
    number = numbers["first_core_group_workdays"]
    for p, is_one, end in protection_plans(case):
        member = k_and(is_one, workdays_at_least(p["start"], end, number))
        evidence = case.there_is(
            "meetings",
            lambda m, p=p: k_and(
                same(m["plan"], p["id"]),
                same(m["kind"], "core_group"),
                before(p["start"], m["on"]),
                workdays_at_most(p["start"], m["on"], number),
            ),
        )
        yield Candidate(member, evidence, (p.pointer,))


def p7_1_review_conference_timely(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: a first review in time after the start, and the next after each."""
    for p, is_one, end in protection_plans(case):
        days = numbers["first_review_days"]
        member = k_and(is_one, by(plus(p["start"], days), end))
        yield Candidate(member, plan_met(case, p, REVIEWS, p["start"], days), (p.pointer,))
    for p, m, is_review, end in meetings_of_plans(case, REVIEWS):
        days = numbers["review_days"]
        member = k_and(is_review, by(plus(m["on"], days), end))
        evidence = plan_met(case, p, REVIEWS, m["on"], days)
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_quorum(case: Case, _numbers: Parameters) -> Candidates:
    """P7.1: each conference had its quorum, or the chair recorded why it went ahead."""
    for p, m, member, _end in meetings_of_plans(case, CONFERENCES):
        evidence = k_or(
            k_and(
                has(m["attended"], "childrens_services"),
                has_others(m["attended"], "childrens_services", 2),
            ),
            recorded(m, "quorate"),
            happened(m["chair_waived_quorum_on"]),
        )
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_core_group_multi_agency(case: Case, _numbers: Parameters) -> Candidates:
    """P7.1: children's services and another agency came to each core group."""
    for p, m, member, _end in meetings_of_plans(case, ("core_group",)):
        evidence = k_and(
            has(m["attended"], "childrens_services"),
            has_others(m["attended"], "childrens_services", 1),
        )
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_plan_scrutinised(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: each review conference and core group reviewed progress and updated the plan.

    There is no progress yet for the first core groups to review.
    """
    number = numbers["first_core_group_workdays"]
    for p, m, is_meeting, _end in meetings_of_plans(case, ("review_conference", "core_group")):
        member = k_and(is_meeting, k_not(by(p["end"], m["on"])))
        is_first = k_and(
            same(m["kind"], "core_group"), workdays_at_most(p["start"], m["on"], number)
        )
        evidence = k_and(yes(m["plan_updated"]), k_or(yes(m["progress_reviewed"]), is_first))
        yield Candidate(member, evidence, (p.pointer, m.pointer))


def p7_1_child_views(case: Case, _numbers: Parameters) -> Candidates:
    """P7.1: each meeting heard the views of a child who was born."""
    for p, m, is_meeting, _end in meetings_of_plans(case, (*CONFERENCES, "core_group")):
        born = case.follow("people", p["subject"])["born"]
        member = k_and(is_meeting, by(born, m["on"]))
        yield Candidate(member, yes(m["child_views"]), (p.pointer, m.pointer))


def p7_1_actions_implemented(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: each action due in the plan's time was completed, closed with a reason, or taken over.

    All with some days of grace.
    """
    for p, is_one, _end in protection_plans(case):
        for a in case.rows("actions"):
            last = plus(a["due"], numbers["grace_days"])
            member = k_and(
                is_one,
                case.asked("actions", a),
                same(a["plan"], p["id"]),
                by(last, case.today),
                k_not(by(p["end"], last)),
            )
            taken_over = case.there_is(
                "actions",
                lambda b, a=a, last=last: k_and(
                    same(b["continues"], a["id"]), by(b["set_on"], last)
                ),
            )
            evidence = k_or(
                by(a["completed_on"], last),
                k_and(by(a["closed_on"], last), yes(a["closure_reason_recorded"])),
                taken_over,
            )
            yield Candidate(member, evidence, (p.pointer, a.pointer))


def p7_1_child_focused_plan(case: Case, numbers: Parameters) -> Candidates:
    """P7.1: a plan of some weeks has an action that serves the child's own outcome."""
    for p, is_one, end in protection_plans(case):
        last = plus(p["start"], numbers["plan_days"])
        evidence = case.there_is(
            "actions",
            lambda a, p=p, last=last: k_and(
                same(a["plan"], p["id"]),
                same(a["for_person"], p["subject"]),
                by(a["set_on"], last),
            ),
        )
        yield Candidate(k_and(is_one, by(last, end)), evidence, (p.pointer,))


# P8.1 Domestic abuse is assessed in teenage intimate relationships


class Teenager(NamedTuple):
    """One of the two people of a partnership, and the day from which services could act."""

    x: Row
    partner: Row
    day: Days
    is_one: Truth
    pointers: tuple[str, ...]


def teenage_relationships(case: Case, numbers: Parameters) -> Iterator[Teenager]:
    """List each person of each relationship: is it a teenager to be assessed?"""
    for tie in case.rows("relationships"):
        sides = [(tie["from"], tie["to"])]
        if tie["to"] != tie["from"]:
            sides.append((tie["to"], tie["from"]))
        for reference, other in sides:
            x, partner = case.follow("people", reference), case.follow("people", other)
            day = later(case.opened, known_day(tie, "start"))
            number = numbers["assess_workdays"]
            ended_sooner = k_and(
                happened(tie["end"]), k_not(workdays_at_least(day, tie["end"], number))
            )
            is_one = k_and(
                tie.exists,
                same(tie["kind"], "partner_of"),
                under(18, x["born"], day),
                k_not(before(tie["end"], case.opened)),
                workdays_at_least(day, case.today, number),
                k_not(ended_sooner),
                under(18, x["born"], plus(day, numbers["assess_days"])),
            )
            # A relationship that may not be there is one, whoever its people are.
            pointers = (x.pointer, tie.pointer) if tie.exists else (tie.pointer,)
            yield Teenager(x, partner, day, is_one, pointers)


def p8_1_considered(case: Case, numbers: Parameters, teenager: Teenager, topic: str) -> Truth:
    """P8.1: the teenager was assessed, and the topic considered."""
    x = teenager.x
    return assessed(
        case,
        lambda s: same(s["subject"], x["id"]),
        lambda s: one_of(
            s["kind"], "domestic_abuse", "child_and_family", "risk", "own_needs", "pre_birth"
        ),
        lambda s: by(plus(teenager.day, -numbers["lookback_days"]), s["completed_on"]),
        lambda s: under(18, x["born"], s["started_on"]),
        lambda s: has(s["considers"], topic),
    )


def p8_1_domestic_abuse_assessed(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: domestic abuse was considered, or a dash done."""
    for teenager in teenage_relationships(case, numbers):
        first = plus(teenager.day, -numbers["lookback_days"])
        evidence = k_or(
            p8_1_considered(case, numbers, teenager, "domestic_abuse"),
            tool_was_used(
                case, ("dash",), teenager.x["id"], lambda t, first=first: by(first, t["on"])
            ),
        )
        yield Candidate(teenager.is_one, evidence, teenager.pointers)


def p8_1_intergenerational_abuse(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: domestic abuse across generations was considered."""
    for teenager in teenage_relationships(case, numbers):
        evidence = p8_1_considered(case, numbers, teenager, "intergenerational_domestic_abuse")
        yield Candidate(teenager.is_one, evidence, teenager.pointers)


def p8_1_older_partner(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: that the partner is older by two years was considered."""
    for teenager in teenage_relationships(case, numbers):
        is_older = by(birthday(teenager.partner["born"], 2), teenager.x["born"])
        evidence = p8_1_considered(case, numbers, teenager, "older_partner")
        yield Candidate(k_and(teenager.is_one, is_older), evidence, teenager.pointers)


def p8_1_exposure_to_abuse(case: Case, numbers: Parameters) -> Candidates:
    """P8.1: the teenager's exposure to abuse was considered."""
    for teenager in teenage_relationships(case, numbers):
        evidence = p8_1_considered(case, numbers, teenager, "exposure_to_abuse")
        yield Candidate(teenager.is_one, evidence, teenager.pointers)


# P8.2 A teenage victim is considered for Early Help or MARAC, and MARAC sees the age


def p8_2_victims(case: Case, numbers: Parameters) -> Iterator[tuple[Row, Row, Any, Truth]]:
    """List each incident, its victim and the day it was known: is it asked about?"""
    for i in case.rows("incidents"):
        v = case.follow("people", i["victim"])
        known = known_day(i, "on")
        member = k_and(
            case.asked("incidents", i),
            same(i["kind"], "domestic_abuse"),
            under_18_not_13(v["born"], i["on"]),
            k_not(k_and(i["by"] is not NEVER, is_parent_or_carer(case, i["by"], v["id"]))),
            by(plus(known, numbers["consider_days"]), case.today),
        )
        yield i, v, known, member


def p8_2_referral_considered(case: Case, numbers: Parameters) -> Candidates:
    """P8.2: after each domestic abuse of a teenager a referral was made, or refused with reason."""
    for i, v, known, member in p8_2_victims(case, numbers):
        first = plus(known, -numbers["standing_days"])
        last = plus(known, numbers["consider_days"])
        referred = case.there_is(
            "referrals",
            lambda f, v=v, first=first, last=last: k_and(
                same(f["subject"], v["id"]),
                one_of(f["service"], "early_help", "marac", "childrens_social_care"),
                made_or_reasoned(f),
                within(f["considered_on"], first, last),
            ),
        )
        strategy = case.there_is(
            "meetings",
            lambda m, v=v, known=known, last=last: k_and(
                same(m["kind"], "strategy"),
                same(whose(case, m), v["id"]),
                within(m["on"], known, last),
            ),
        )
        evidence = k_or(referred, k_and(under(16, v["born"], i["on"]), strategy))
        yield Candidate(member, evidence, (i.pointer,))


def p8_2_risk_assessed(case: Case, numbers: Parameters) -> Candidates:
    """P8.2: a dash was done of a victim who is 16 or 17."""
    for i, v, known, member in p8_2_victims(case, numbers):
        first = plus(known, -numbers["standing_days"])
        last = plus(known, numbers["consider_days"])
        evidence = tool_was_used(
            case,
            ("dash",),
            v["id"],
            lambda t, first=first, last=last: within(t["on"], first, last),
        )
        yield Candidate(k_and(member, k_not(under(16, v["born"], i["on"]))), evidence, (i.pointer,))


def p8_2_repeat_victim_to_marac(case: Case, numbers: Parameters) -> Candidates:
    """P8.2: a victim of 16 or 17 who was one before was considered for MARAC."""
    for i, v, known, member in p8_2_victims(case, numbers):
        is_repeat = case.there_is(
            "incidents",
            lambda j, i=i, v=v: k_and(
                is_another(j, i),
                same(j["kind"], "domestic_abuse"),
                same(j["victim"], v["id"]),
                within(j["on"], plus(i["on"], -numbers["repeat_days"]), i["on"]),
            ),
        )
        first = plus(known, -numbers["repeat_days"])
        last = plus(known, numbers["consider_days"])
        evidence = case.there_is(
            "referrals",
            lambda f, v=v, first=first, last=last: k_and(
                same(f["subject"], v["id"]),
                same(f["service"], "marac"),
                made_or_reasoned(f),
                within(f["considered_on"], first, last),
            ),
        )
        asked = k_and(member, k_not(under(16, v["born"], i["on"])), is_repeat)
        yield Candidate(asked, evidence, (i.pointer,))


def is_marac_of_teenager(case: Case, f: Row) -> Truth:
    subject = case.follow("people", f["subject"])
    return k_and(same(f["service"], "marac"), under_18_not_13(subject["born"], f["considered_on"]))


def p8_2_marac_decides(case: Case, numbers: Parameters) -> Candidates:
    """P8.2: MARAC decided on each referral of a teenager in time."""
    for f in case.rows("referrals"):
        last = plus(f["made_on"], numbers["decide_days"])
        member = k_and(
            case.asked("referrals", f),
            is_marac_of_teenager(case, f),
            happened(f["made_on"]),
            by(last, case.today),
        )
        evidence = case.there_is(
            "marac_decisions",
            lambda d, f=f, last=last: k_and(same(d["referral"], f["id"]), by(d["on"], last)),
        )
        yield Candidate(member, evidence, (f.pointer,))


def p8_2_marac_reflects_age(case: Case, _numbers: Parameters) -> Candidates:
    """P8.2: each MARAC decision on a teenager took the age into account."""
    for d in case.rows("marac_decisions"):
        f = case.follow("referrals", d["referral"])
        member = k_and(case.asked("marac_decisions", d), is_marac_of_teenager(case, f))
        yield Candidate(member, yes(d["age_considered"]), (d.pointer,))


# P9.1 A parent under 18 is a child in their own right


class TeenageParent(NamedTuple):
    """A parent and a child, E, and whether the parent is one who is asked about."""

    x: Row
    y: Row
    conceived: Any
    is_one: Truth
    pointers: tuple[str, ...]


def teenage_parents(case: Case, numbers: Parameters) -> list[TeenageParent]:
    """List each pair of parent and child once: is it a teenage parent, known long enough?"""
    pairs: list[TeenageParent] = []
    seen = set()
    for tie in case.rows("relationships"):
        if same(tie["kind"], "parent_of") is False or (tie["from"], tie["to"]) in seen:
            continue
        seen.add((tie["from"], tie["to"]))
        x = case.follow("people", tie["from"])
        y = case.follow("people", tie["to"])
        day = later(case.opened, plus(y["born"], -numbers["before_birth_days"]))
        number = numbers["assess_workdays"]
        is_one = k_and(
            tie.exists,
            same(tie["kind"], "parent_of"),
            workdays_at_least(day, birthday(x["born"], 18), number),
            workdays_at_least(day, case.today, number),
        )
        # A relationship that may not be there is one, whoever its people are.
        pointers = (x.pointer, y.pointer) if tie.exists else (tie.pointer,)
        conceived = plus(y["born"], -numbers["conception_days"])
        pairs.append(TeenageParent(x, y, conceived, is_one, pointers))
    return pairs


def decided_for_parent(case: Case, pair: TeenageParent, level: str | None = None) -> Truth:
    """P9.1: a reasoned threshold decision on the young parent, while they were under 18."""
    return case.there_is(
        "threshold_decisions",
        lambda d: k_and(
            same(d["person"], pair.x["id"]),
            True if level is None else same(d["level"], level),
            yes(d["rationale_recorded"]),
            by(pair.conceived, d["on"]),
            under(18, pair.x["born"], d["on"]),
        ),
    )


def p9_1_own_plan(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: the young parent has a plan of their own, or a reasoned decision that none is due."""
    for pair in teenage_parents(case, numbers):
        planned = case.there_is(
            "plans",
            lambda p, pair=pair: k_and(
                same(p["subject"], pair.x["id"]),
                under(18, pair.x["born"], p["start"]),
                k_not(before(p["end"], pair.conceived)),
            ),
        )
        evidence = k_or(planned, decided_for_parent(case, pair, "no_further_action"))
        yield Candidate(pair.is_one, evidence, pair.pointers)


def p9_1_threshold_for_parent(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a reasoned threshold decision on the young parent."""
    for pair in teenage_parents(case, numbers):
        yield Candidate(pair.is_one, decided_for_parent(case, pair), pair.pointers)


def p9_1_threshold_for_child(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a reasoned threshold decision on the young parent's child."""
    for pair in teenage_parents(case, numbers):
        evidence = case.there_is(
            "threshold_decisions",
            lambda d, pair=pair: k_and(
                same(d["person"], pair.y["id"]), yes(d["rationale_recorded"])
            ),
        )
        yield Candidate(pair.is_one, evidence, pair.pointers)


def p9_1_assessed_as_child(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: an assessment of the young parent's own needs, started before they were 18."""
    for pair in teenage_parents(case, numbers):
        evidence = assessed(
            case,
            lambda s, pair=pair: same(s["subject"], pair.x["id"]),
            lambda s: one_of(s["kind"], "own_needs", "child_and_family", "early_help"),
            lambda s, pair=pair: under(18, pair.x["born"], s["started_on"]),
            lambda s, pair=pair: by(pair.conceived, s["completed_on"]),
        )
        yield Candidate(pair.is_one, evidence, pair.pointers)


def of_parent_or_child(pair: TeenageParent, subject: Any) -> Truth:
    return k_or(same(subject, pair.x["id"]), same(subject, pair.y["id"]))


def p9_1_family_history(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: an assessment of the young parent, or of the child, considered the family's history."""
    for pair in teenage_parents(case, numbers):
        evidence = assessed(
            case,
            lambda s, pair=pair: of_parent_or_child(pair, s["subject"]),
            lambda s: has(s["considers"], "family_history"),
            lambda s, pair=pair: by(pair.conceived, s["completed_on"]),
        )
        yield Candidate(pair.is_one, evidence, pair.pointers)


def p9_1_tool(case: Case, numbers: Parameters, kind: str) -> Candidates:
    """P9.1: the young parent, or the child, has a tool of that kind."""
    for pair in teenage_parents(case, numbers):
        evidence = case.there_is(
            "tools",
            lambda t, pair=pair: k_and(
                same(t["kind"], kind),
                of_parent_or_child(pair, t["subject"]),
                by(pair.conceived, t["on"]),
            ),
        )
        yield Candidate(pair.is_one, evidence, pair.pointers)


def p9_1_chronology(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a chronology."""
    return p9_1_tool(case, numbers, "chronology")


def p9_1_genogram(case: Case, numbers: Parameters) -> Candidates:
    """P9.1: a genogram."""
    return p9_1_tool(case, numbers, "genogram")


# The statutory set


def st2_1_conference_in_time(case: Case, numbers: Parameters) -> Candidates:
    """ST2.1: the initial conference followed the strategy meeting that began the enquiry."""

    def is_strategy(s: Row, m: Row) -> Truth:
        return k_and(same(s["kind"], "strategy"), same(whose(case, s), whose(case, m)))

    for m in case.rows("meetings"):

        def began_the_enquiry(s: Row, m: Row = m) -> Truth:
            first = plus(s["on"], -numbers["same_enquiry_days"])
            earlier_one = case.there_is(
                "meetings",
                lambda e: k_and(is_strategy(e, m), within(e["on"], first, plus(s["on"], -1))),
            )
            return k_and(is_strategy(s, m), by(s["on"], m["on"]), k_not(earlier_one))

        evidence = case.there_is(
            "meetings",
            lambda s, m=m, began=began_the_enquiry: k_and(
                began(s), workdays_at_most(s["on"], m["on"], numbers["conference_workdays"])
            ),
        )
        member = k_and(case.asked("meetings", m), same(m["kind"], "initial_conference"))
        yield Candidate(member, evidence, (m.pointer,))


def st3_1_interview_offered(case: Case, numbers: Parameters) -> Candidates:
    """ST3.1: a child who was missing was offered an interview, or had one, soon after."""
    for i in case.rows("incidents"):
        victim = case.follow("people", i["victim"])
        returned = i["returned_on"]
        last = plus(returned, numbers["interview_days"])
        member = k_and(
            case.asked("incidents", i),
            same(i["kind"], "missing"),
            under(18, victim["born"], returned),
            by(last, case.today),
        )
        evidence = case.there_is(
            "return_interviews",
            lambda r, i=i, returned=returned, last=last: k_and(
                same(r["incident"], i["id"]),
                k_or(within(r["offered_on"], returned, last), within(r["held_on"], returned, last)),
            ),
        )
        yield Candidate(member, evidence, (i.pointer,))


# ---------------------------------------------------------------- lessons and their numbers

Check = Callable[[Case, Parameters], Candidates]

CHECKS: dict[str, dict[str, Check]] = {
    "P1.1": {
        "decided-at-conference": p1_1_decided_at_conference,
        "chair-agreement": p1_1_chair_agreement,
        "risks-carried": p1_1_risks_carried,
        "actions-carried": p1_1_actions_carried,
        "assessments-carried": p1_1_assessments_carried,
        "replacement-carries-risks": p1_1_replacement_carries_risks,
    },
    "P2.1": {
        "child-sexual-abuse-training": p2_1_child_sexual_abuse_training,
        "sexual-behaviour-training": p2_1_sexual_behaviour_training,
        "policy-tools-used": p2_1_policy_tools_used,
    },
    "P2.2": {
        "perpetrator-history-assessed": p2_2_perpetrator_history_assessed,
        "survivor-history-considered": p2_2_survivor_history_considered,
        "abuse-considered-for-carer": p2_2_abuse_considered_for_carer,
    },
    "P3.1": {
        "multi-agency": p3_1_multi_agency,
        "timely": p3_1_timely,
        "impact-on-child": p3_1_impact_on_child,
        "child-seen-and-heard": p3_1_child_seen_and_heard,
        "child-focused-plan": p3_1_child_focused_plan,
    },
    "P4.1": {
        "chronology-current": p4_1_chronology_current,
        "neglect-tool-used": p4_1_neglect_tool_used,
        "neglect-tool-repeated": p4_1_neglect_tool_repeated,
    },
    "P5.1": {
        "child-focused-assessment": p5_1_child_focused_assessment,
        "parenting-capacity": p5_1_parenting_capacity,
        "no-drift": p5_1_no_drift,
        "repeat-plan-weighed": p5_1_repeat_plan_weighed,
    },
    "P6.1": {
        "reviewed-after-incident": p6_1_reviewed_after_incident,
        "reviewed-before-grant": p6_1_reviewed_before_grant,
        "court-informed": p6_1_court_informed,
        "court-told-of-withdrawal": p6_1_court_told_of_withdrawal,
    },
    "P7.1": {
        "meeting-frequency": p7_1_meeting_frequency,
        "first-core-group": p7_1_first_core_group,
        "review-conference-timely": p7_1_review_conference_timely,
        "quorum": p7_1_quorum,
        "core-group-multi-agency": p7_1_core_group_multi_agency,
        "plan-scrutinised": p7_1_plan_scrutinised,
        "child-views": p7_1_child_views,
        "actions-implemented": p7_1_actions_implemented,
        "child-focused-plan": p7_1_child_focused_plan,
    },
    "P8.1": {
        "domestic-abuse-assessed": p8_1_domestic_abuse_assessed,
        "intergenerational-abuse": p8_1_intergenerational_abuse,
        "older-partner": p8_1_older_partner,
        "exposure-to-abuse": p8_1_exposure_to_abuse,
    },
    "P8.2": {
        "referral-considered": p8_2_referral_considered,
        "risk-assessed": p8_2_risk_assessed,
        "repeat-victim-to-marac": p8_2_repeat_victim_to_marac,
        "marac-decides": p8_2_marac_decides,
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

# The contract names no check of these: the names are this module's own.
STATUTORY: dict[str, dict[str, Check]] = {
    "ST2.1": {"conference-in-time": st2_1_conference_in_time},
    "ST3.1": {"interview-offered": st3_1_interview_offered},
}

PARAMETERS: dict[str, dict[str, int]] = {
    "P1.1": {"carry_days": 28, "record_workdays": 1, "replace_days": 7},
    "P2.1": {"start_days": 91, "training_days": 1096, "tool_days": 45, "lookback_days": 92},
    "P2.2": {"lookback_days": 365, "assess_workdays": 45, "concern_lookback_days": 92},
    "P3.1": {"assessment_workdays": 45, "lookback_days": 92, "plan_days": 91},
    "P4.1": {
        "start_days": 45,
        "refresh_days": 92,
        "profile_days": 92,
        "repeat_after_days": 275,
        "repeat_days": 184,
    },
    "P5.1": {
        "assessment_workdays": 45,
        "lookback_days": 92,
        "drift_days": 484,
        "repeat_days": 730,
        "weigh_days": 92,
    },
    "P6.1": {
        "review_days": 28,
        "before_grant_days": 92,
        "notice_days": 14,
        "notice_before_days": 28,
    },
    "P7.1": {
        "core_group_days": 42,
        "first_core_group_workdays": 10,
        "first_review_days": 92,
        "review_days": 184,
        "grace_days": 14,
        "plan_days": 28,
    },
    "P8.1": {"assess_workdays": 45, "assess_days": 63, "lookback_days": 92},
    "P8.2": {"consider_days": 14, "standing_days": 28, "repeat_days": 365, "decide_days": 42},
    "P9.1": {"before_birth_days": 182, "assess_workdays": 45, "conception_days": 280},
    "ST2.1": {"conference_workdays": 15, "same_enquiry_days": 28},
    "ST3.1": {"interview_days": 3},
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


def outcome_of(results: Iterable[str]) -> str:
    found = set(results)
    for worst in ("breach", "insufficient_evidence"):
        if worst in found:
            return worst
    if "met" in found:
        return "compliant"
    if "unsettled" in found:
        return "insufficient_evidence"
    return "not_applicable"


def audit(
    record: Record,
    parameters: Mapping[str, Mapping[str, int]] | None = None,
    lessons: Mapping[str, Mapping[str, Check]] = CHECKS,
) -> dict[str, dict[str, CheckResult]]:
    """Give each lesson's checks and what each says of the record, a valid one.

    `parameters` overrides numbers, by lesson and name; `lessons` may be `STATUTORY`.
    """
    case = Case(record)
    audited: dict[str, dict[str, CheckResult]] = {}
    for lesson, checks in lessons.items():
        numbers = {**PARAMETERS[lesson], **(parameters or {}).get(lesson, {})}
        audited[lesson] = {}
        for name, check in checks.items():
            instances = []
            for member, evidence, pointers in check(case, numbers):
                result = result_of(member, evidence)
                if result != "no instance":
                    instances.append((result, pointers))
            outcome = outcome_of(result for result, _ in instances)
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
    record: Record,
    parameters: Mapping[str, Mapping[str, int]] | None = None,
    lessons: Mapping[str, Mapping[str, Check]] = CHECKS,
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """List (lesson, check, outcome, pointers) of each breach and insufficient instance, sorted."""
    return findings_of(audit(record, parameters, lessons))


def findings_of(
    audited: Mapping[str, Mapping[str, CheckResult]],
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """List the findings of what was audited.

    A check that has nothing but unsettled instances has those, as insufficient.
    """
    found = []
    for lesson, checks in audited.items():
        for name, checked in checks.items():
            only_unsettled = all(result == "unsettled" for result, _ in checked.instances)
            for result, pointers in checked.instances:
                if result in ("breach", "insufficient_evidence"):
                    found.append((lesson, name, result, pointers))
                elif only_unsettled:
                    found.append((lesson, name, "insufficient_evidence", pointers))
    return sorted(found)
