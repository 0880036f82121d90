"""Whole records cut down to what the lists of Annex A would tell of their children.

A record that no lists could be made of is passed over: one whose days contradict each other, or
where something happened after the case was closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from census_views import NoReturn, day
from make_lists import HEADERS, TITLES, Cell, Lists, Row, who, write
from oracle import contradictions

from casecheck.intake.sources.annex_a_day import months_before

Record = dict[str, Any]
PREGNANCY = timedelta(days=280)
CATEGORY = {
    "neglect": ("a) Neglect", "Neglect"),
    "physical_abuse": ("b) Physical abuse", "PHYSICAL ABUSE "),
    "sexual_abuse": ("c) Sexual abuse", "Sexual\u00a0abuse"),
    "emotional_abuse": ("d) Emotional abuse", "EMO"),
    "multiple": ("e) Multiple/not recommended", "Multiple"),
}  # fmt: skip
SOURCE = {
    "family": "a) 1A: Individual", "public": "d) 1D: Individual", "school": "e) 2A: Schools",
    "general_practice": "g) 3A: Health services", "health_visiting": "3B",
    "hospital": "k) 3E: Health services", "housing": "m) 4: Housing", "police": "q) 6: Police",
}  # fmt: skip
YES, NO = ("a) Yes", "Yes", "Y"), ("b) No", "No", "n")
OTHERWISE = {
    "Child Unique ID": "CHILD ID", "Date of Birth": "DOB", "Date of Contact": "2. Contact Date",
    "Case status": "Case  Status*", "Child Protection Plan End Date": "CP Plan End Date",
    "Date of latest review conference": "Date of Latest\nReview Conference (dd/mm/yyyy)",
}  # fmt: skip


@dataclass
class View:
    """What the lists of a whole record hold, and the children in them by their identifiers."""

    record: Record
    lists: Lists
    rng: Random
    children: tuple[str, ...]
    first_day: str = ""

    def write(self, path: Path) -> None:
        """Write the workbook, in one of the many ways in which councils lay it out."""
        rng = self.rng
        order = [name for name in HEADERS if self.lists[name] or rng.random() < 0.5]
        rng.shuffle(order)
        as_text, from_1904 = rng.random() < 0.3, rng.random() < 0.2
        sheets: dict[str, list[list[Cell]]] = {}
        for at, name in enumerate(order):
            called = rng.choice(
                (name, name.replace(" ", "_"), f"{at} {TITLES[name][:20]}", f"S{at}")
            )
            sheets[called] = self._rows(name, as_text)
        if rng.random() < 0.3:
            sheets["Guidance"] = [["Field Heading"], ["Child Unique ID"], ["Date of Contact"]]
        write(path, sheets, from_1904=from_1904)

    def _rows(self, name: str, as_text: bool) -> list[list[Cell]]:
        rng, headers = self.rng, list(HEADERS[name])
        rng.shuffle(headers)
        title: list[list[Cell]] = [[f"{name}: {TITLES[name]}"], []] * rng.randint(0, 1)
        named: list[Cell] = [
            OTHERWISE.get(one, one) if rng.random() < 0.5 else one for one in headers
        ]
        rows = list(self.lists[name])
        rng.shuffle(rows)
        cells: list[list[Cell]] = [
            [_written(row.get(one), as_text) for one in headers] for row in rows
        ]
        return [*title, named, *cells]


def _written(value: Cell, as_text: bool) -> Cell:
    return f"{value:%d/%m/%Y}" if as_text and isinstance(value, date) else value


def view_of(record: Record, rng: Random) -> View:
    """Return what the lists of Annex A would tell of a whole record."""
    if contradictions(record):
        raise NoReturn
    today = day(record["extracted_on"])
    lists: Lists = {name: [] for name in HEADERS}
    children = []
    for person in record["people"]:
        born = _born(person, rng)
        if born is not None and _age(born, today) < 18:
            children.append(person["id"])
            _Writer(record, person["id"], born, rng, lists).write()
    if not children:
        raise NoReturn
    if rng.random() < 0.7:
        _carrier(lists, today)
    named = {row["Child Unique ID"] for rows in lists.values() for row in rows}
    told = tuple(child for child in children if child in named)
    if not told:
        raise NoReturn
    return View(record, lists, rng, told)


def _born(person: Row, rng: Random) -> date | None:
    text = person.get("born")
    if not isinstance(text, str):
        return None
    month = int(text[5:]) if len(text) > 4 else rng.randint(1, 12)
    return date(int(text[:4]), month, rng.randint(1, 28))


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _carrier(lists: Lists, today: date) -> None:
    """Add a child who has one of everything: so that the lists are known to carry it."""
    first = months_before(today, 6)
    child = who("CARRIER", first)
    told: dict[str, Row] = {
        "List 1": {"Date of Contact": first, "Contact Source": "Police"},
        "List 3": {"Date of referral": first, "Referral NFA?": "b) No"},
        "List 4": {
            "Continuous Assessment Start Date": first,
            "Continuous Assessment Date of Authorisation": first,
        },
        "List 5": {
            "Strategy discussion initiating Section 47 Enquiry Start Date": first,
            "Date of Initial Child Protection Conference": first,
        },
        "List 6": {"CIN Start Date": first, "Case status": "b) Child Protection plan"},
        "List 7": {
            "Child Protection Plan Start Date": first, "Initial Category of Abuse": "a) Neglect",
            "Latest Category of Abuse": "a) Neglect",
            "Date of latest review conference": first + timedelta(30),
        },
        "List 8": {"Date Started to be Looked After": first, "Child's Legal Status": "C2: FCO"},
    }  # fmt: skip
    for name, row in told.items():
        lists[name].append({**child, **row})


@dataclass
class _Writer:
    """Writes the rows of one child of a whole record."""

    record: Record
    name: str
    born: date
    rng: Random
    lists: Lists
    plans: dict[str, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = day(self.record["extracted_on"])
        self.first = months_before(self.today, 6)
        self.closed = self.record.get("closed_on")
        self.plans = {plan["id"]: plan for plan in self.record["plans"]}
        unborn = self.born > self.today
        age = -1 if unborn else _age(self.born, self.today)
        self.child = who(self.name, self.born, **{"Age of Child (Years)": age})

    def add(self, name: str, row: Row) -> None:
        columns = HEADERS[name]
        child = {key: value for key, value in self.child.items() if key in columns}
        self.lists[name].append({**child, **row})

    def mine(self, section: str, field: str = "subject") -> list[Record]:
        return [row for row in self.record[section] if row.get(field) == self.name]

    def in_window(self, on: str) -> bool:
        return day(on) >= self.first

    def before_closing(self, *days: str | None) -> None:
        """Pass a record over where something came after its closing."""
        if self.closed and any(one and one > self.closed for one in days):
            raise NoReturn

    def flag(self, value: bool | None) -> str | None:
        if value is None:
            return self.rng.choice((None, "c) Unknown"))
        return self.rng.choice(YES if value else NO)

    def after_conception(self) -> None:
        """Pass a record over where something began more than forty weeks before the birth.

        It cannot have been about this child: lists as they should be have no such row.
        """
        began = [
            *(row["start"] for row in self.mine("plans")),
            *(row["started_on"] for row in self.mine("assessments")),
            *(row["on"] for row in self.record["meetings"] if self.whose(row) == self.name),
        ]
        if any(day(one) < self.born - PREGNANCY for one in began):
            raise NoReturn

    def write(self) -> None:
        self.after_conception()
        for row in self.mine("contacts"):
            if self.in_window(row["on"]):
                source = SOURCE.get(str(row.get("source")), "u) 10: Unknown")
                self.add("List 1", {"Date of Contact": day(row["on"]), "Contact Source": source})
        self._early_help()
        opened = self.record["opened_on"]
        if self.in_window(opened) and self.rng.random() < 0.8:
            self.add("List 3", {"Date of referral": day(opened), "Referral NFA?": self._nfa()})
        self._assessments()
        self._enquiries()
        status = self._looked_after() or self._protected()
        self._in_need(status)

    def _nfa(self) -> str | None:
        if any(
            row["level"] == "no_further_action"
            for row in self.mine("threshold_decisions", "person")
        ):
            return None
        return self.rng.choice((None, *NO))

    def _early_help(self) -> None:
        for row in self.mine("assessments"):
            done = row.get("completed_on")
            if row["kind"] != "early_help" or (done and not self.in_window(done)):
                continue
            ended = self.rng.choice((done, str(self.today), None)) if done else None
            told = {"Assessment start date": day(row["started_on"]),
                    "Assessment completion date": ended and day(ended)}  # fmt: skip
            self.add("List 2", told)

    def _assessments(self) -> None:
        for row in self.mine("assessments"):
            done = row.get("completed_on")
            self.before_closing(row["started_on"], done)
            if row["kind"] != "child_and_family" or (done and not self.in_window(done)):
                continue
            decided = any(
                one["level"] == "no_further_action" and one["on"] == done
                for one in self.mine("threshold_decisions", "person")
            )
            support = self.rng.choice(NO) if decided else self.rng.choice((None, "a) Yes"))
            self.add("List 4", {
                "Continuous Assessment Start Date": day(row["started_on"]),
                "Child Seen During Continuous Assessment": self.flag(row.get("child_seen")),
                "Continuous Assessment Date of Authorisation": done and day(done),
                "Was the child assessed as requiring LA children\u2019s social care support":
                    support if done else None,
            })  # fmt: skip

    def whose(self, meeting: Record) -> str | None:
        plan = self.plans.get(str(meeting.get("plan")))
        return meeting.get("subject") or (plan["subject"] if plan else None)

    def of_kind(self, kind: str) -> list[Record]:
        found = [one for one in self.record["meetings"] if one["kind"] == kind]
        mine = [one for one in found if self.whose(one) == self.name]
        for one in mine:
            self.before_closing(one["on"])
        return sorted(mine, key=lambda one: str(one["on"]))

    def _enquiries(self) -> None:
        """Write the enquiries of the window, each with the conference that followed it."""
        starts = {
            one["start"]: one for one in self.mine("plans") if one["level"] == "child_protection"
        }
        waiting = self.of_kind("initial_conference")
        for one in waiting:
            same = starts.get(one["on"])
            if same and one.get("plan") not in (None, same["id"]):
                raise NoReturn  # the lists would give it to the plan that began on its day
        enquiries = sorted({one["on"] for one in self.of_kind("strategy")})
        for at, on in enumerate(enquiries):
            followed = next((one for one in waiting if one["on"] >= on), None)
            if followed is not None and self.rng.random() < 0.8:
                waiting.remove(followed)
            else:
                followed = None
            if self.in_window(on):
                self.add("List 5", {
                    "Strategy discussion initiating Section 47 Enquiry Start Date": day(on),
                    "Date of Initial Child Protection Conference": followed and day(followed["on"]),
                    "Number of Section 47 Enquiries in the last 12 months": at,
                })  # fmt: skip

    def latest(self, level: str) -> Record | None:
        """Return the latest plan of a level, if the lists have it."""
        every = [one for one in self.mine("plans") if one["level"] == level]
        for one in every:
            self.before_closing(one["start"], one.get("end"))
            if self.closed and not one.get("end"):
                raise NoReturn
        if not every:
            return None
        plan = max(every, key=lambda one: str(one["start"]))
        return plan if not plan.get("end") or self.in_window(plan["end"]) else None

    def last(self, section: str, plan: Record, kind: str | None = None) -> Record | None:
        """Return the latest row of a plan by its day."""
        rows = [
            row for row in self.record[section]
            if row.get("plan") == plan["id"] and (kind is None or row["kind"] == kind)
        ]  # fmt: skip
        if any((row.get("subject") or self.name) != self.name for row in rows):
            raise NoReturn
        return max(rows, key=lambda row: str(row["on"]), default=None)

    def _protected(self) -> str | None:
        plan = self.latest("child_protection")
        if plan is None:
            return None
        start, end = plan["start"], plan.get("end")
        latest = category = plan.get("category")
        changes = [row for row in self.record["category_changes"] if row["plan"] == plan["id"]]
        for change in sorted(changes, key=lambda row: str(row.get("on"))):
            on = change.get("on")
            if on is None or on < start or (end and on > end) or on > str(self.today):
                raise NoReturn
            latest = change.get("to_category")
        review = self.last("meetings", plan, "review_conference")
        visit = self.last("visits", plan)
        if visit is not None and self.closed and visit["on"] > self.closed:
            raise NoReturn
        if review is not None:
            self.before_closing(review["on"])
        self.add("List 7", {
            "Child Protection Plan Start Date": day(start),
            "Child Protection Plan End Date": end and day(end),
            "Initial Category of Abuse": category and self.rng.choice(CATEGORY[category]),
            "Latest Category of Abuse": latest and self.rng.choice(CATEGORY[latest]),
            "Date of latest review conference": review and day(review["on"]),
            "Date of the Last Statutory Visit": visit and day(visit["on"]),
            "Was the Child Seen Alone?": visit and self.flag(visit.get("seen_alone")),
        })  # fmt: skip
        return None if end else "b) Child Protection plan"

    def _looked_after(self) -> str | None:
        plan = self.latest("looked_after")
        if plan is None:
            return None
        end = plan.get("end")
        review = self.last("meetings", plan, "looked_after_review")
        visit = self.last("visits", plan)
        orders = [
            one for one in self.mine("court_orders", "child")
            if one["law"] == "public" and one.get("kind") == "care" and one.get("granted_on")
        ]  # fmt: skip
        order = max(orders, key=lambda one: str(one["granted_on"]), default=None)
        self.add("List 8", {
            "Date Started to be Looked After": day(plan["start"]),
            "Date Ceased to be Looked After": end and day(end),
            "Start date of current legal status": order and day(order["granted_on"]),
            "Child's Legal Status": "C2: FCO" if order else "V2: Single period under S20",
            "Date of Latest Statutory Review": review and day(review["on"]),
            "Date of Last Social Work Visit": visit and day(visit["on"]),
        })  # fmt: skip
        protected = self._protected()
        return "a) Looked after child" if not end else protected

    def _in_need(self, status: str | None) -> None:
        closed = self.closed
        if closed and not self.in_window(closed):
            return
        self.latest("child_in_need")
        opened = self.record["opened_on"]
        needs = [
            one for one in self.mine("plans")
            if one["level"] == "child_in_need" and not one.get("end") and one["start"] >= opened
        ]  # fmt: skip
        if closed:
            status = "e) Closed episode"
        elif status is None and needs:
            status = "c) Child in need plan"
        seen = [row["on"] for row in self.mine("visits") if row.get("child_seen")]
        self.add("List 6", {
            "CIN Start Date": day(opened), "CIN Closure Date": closed and day(closed),
            "Reason for Closure": "RC7 - Services ceased for any other reason" if closed else None,
            "Case status": status or self.rng.choice((None, "d) Open assessment")),
            "Date Child Was Last Seen": max(map(day, seen), default=None),
        })  # fmt: skip
