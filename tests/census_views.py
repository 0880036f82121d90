"""Whole records cut down to what a Children in Need census would tell of their children.

A record that a return could not be made of is passed over: one whose days contradict each other, or
where something happened after the case was closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from make_returns import (
    Element,
    assessment,
    child,
    element,
    enquiry,
    episode,
    given,
    need_plan,
    protection_plan,
    return_of,
)
from oracle import contradictions
from random_records import random_record

Record = dict[str, Any]
Row = dict[str, Any]
CATEGORY = {
    "neglect": "NEG", "physical_abuse": "PHY", "sexual_abuse": "SAB", "emotional_abuse": "EMO",
    "multiple": "MUL",
}  # fmt: skip
FACTOR = {
    "parental_alcohol_misuse": "1B", "parental_drug_misuse": "2B", "child_alcohol_misuse": "1A",
    "child_drug_misuse": "2A", "household_alcohol_misuse": "1C", "household_drug_misuse": "2C",
    "domestic_abuse": "3B", "parental_mental_health": "4B", "neglect": "16A",
    "emotional_abuse": "17A", "physical_abuse": "18C", "sexual_abuse": "19B",
}  # fmt: skip
TOPIC = {"1": "substance_misuse", "2": "substance_misuse", "3": "domestic_abuse"}

TOLD_OF = ("enquiry", "enquiry", "plan_meetings", "neglect_assessed", "drifting_plan",
           "changed_category", "substance_misuse")  # fmt: skip
"""Scenarios of which a return carries what is asked, or who is asked about."""


class NoReturn(Exception):  # noqa: N818 - says what there is not
    """No return could tell of this record."""


@dataclass
class View:
    """A return made of a whole record: its text, and the children in it by their identifiers.

    `first_day` is that of the census year.
    """

    record: Record
    first_day: str
    xml: str
    children: tuple[str, ...]


def day(text: str) -> date:
    return date.fromisoformat(text)


def whole_record(seed: int) -> Record:
    """Return a record of which everything is known; of every other, a return can tell much."""
    rng = Random(seed)
    scenarios = rng.choices(TOLD_OF, k=2) if seed % 2 else None
    return random_record(
        rng, scenarios, null_rate=0, missing_rate=0, coverage_rate=0, range_rate=0, unknown_rate=0
    )


def view_of(record: Record, rng: Random) -> View:
    """Return what the census would tell of a whole record."""
    if contradictions(record):
        raise NoReturn
    today = day(record["extracted_on"])
    made = {}
    for person in record["people"]:
        born = _born(person, rng)
        if born is not None and _age(born, today) < 18:
            made[person["id"]] = _Writer(record, person["id"], born, rng).child()
    if not made:
        raise NoReturn
    if rng.random() < 0.7:
        made["CARRIER"] = _carrier(today)
    names = list(made)
    rng.shuffle(names)
    text = "".join(return_of((made[name] for name in names), today))
    return View(
        record,
        _first_day(today).isoformat(),
        text,
        tuple(name for name in names if name != "CARRIER"),
    )


def _born(person: Row, rng: Random) -> date | None:
    text = person.get("born")
    if text is None:
        return None
    month = int(text[5:]) if len(text) > 4 else rng.randint(1, 12)
    return date(int(text[:4]), month, rng.randint(1, 28))


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _first_day(today: date) -> date:
    return date(today.year if today >= date(today.year, 4, 1) else today.year - 1, 4, 1)


def _carrier(today: date) -> Element:
    """Return a child who has one of everything: so that the return is known to carry it."""
    first = _first_day(today)
    module = element("PreProceedingsandFGDM", given("PPStartDate", first))
    within = (
        assessment(first, first, ["4A"]), need_plan(first), enquiry(first, first), module,
        protection_plan(first, None, "PHY", "PHY", [first + timedelta(1)]),
    )  # fmt: skip
    return child("CARRIER", first, episode(first, *within))


class _Writer:
    """Writes one child of a whole record as the census has it."""

    def __init__(self, record: Record, name: str, born: date, rng: Random) -> None:
        self.record = record
        self.name = name
        self.born = born
        self.rng = rng
        self.today = day(record["extracted_on"])
        self.first = _first_day(self.today)
        self.plans = {plan["id"]: plan for plan in record["plans"]}

    def mine(self, section: str, field: str = "subject") -> list[Row]:
        return [row for row in self.record[section] if row.get(field) == self.name]

    def in_year(self, start: str, end: str | None) -> bool:
        """Say whether something lay in the year in part, so that the return has it."""
        return end is None or day(end) >= self.first or (bool(start) and self.rng.random() < 0.2)

    def child(self) -> Element:
        closed = self.record.get("closed_on")
        within = [*self._assessments(), *self._plans(), *self._enquiries(), *self._module()]
        referred = self.record["opened_on"]
        reason = self.rng.choice(("RC7", "RC7", "RC8")) if closed else None
        made = episode(
            referred, *within, closed=closed, reason=reason, conference=self._lone_conference
        )
        expected = self.born if self.born > self.today else None
        birth = None if expected else self.born
        return child(self.name, birth, made, expected=expected)

    def _assessments(self) -> list[Element]:
        made = []
        for row in self.mine("assessments"):
            self._before_closing(row["started_on"], row.get("completed_on"))
            done = row.get("completed_on")
            if row["kind"] == "child_and_family" and self.in_year(row["started_on"], done):
                made.append(assessment(row["started_on"], done, self._factors(row)))
        return made

    def _factors(self, row: Row) -> list[str]:
        """Return the factors of a completed assessment: some of what was known by then."""
        done = row.get("completed_on")
        if done is None:
            return []
        found = {
            FACTOR[risk["kind"]] for risk in self.mine("risks") if risk["identified_on"] <= done
        }
        considered = row.get("considers") or []
        told = [
            one
            for one in sorted(found)
            if TOPIC.get(one[0] * (len(one) == 2)) in (None, *considered)
        ]
        told = [one for one in told if self.rng.random() < 0.8]
        return told or self.rng.choice(([], ["21"], ["20"], ["4A"]))

    def _plans(self) -> list[Element]:
        made: list[Element] = []
        for plan in self.mine("plans"):
            start, end = plan["start"], plan.get("end")
            self._before_closing(start, end)
            if self.record.get("closed_on") and not end:
                raise NoReturn
            if not self.in_year(start, end):
                continue
            if plan["level"] == "child_in_need":
                made.append(need_plan(start, end))
            elif plan["level"] == "child_protection":
                made.append(self._protection(plan))
        return made

    def _protection(self, plan: Row) -> Element:
        start, end = plan["start"], plan.get("end")
        latest, category = plan.get("category"), plan.get("category")
        changes = [row for row in self.record["category_changes"] if row["plan"] == plan["id"]]
        for change in sorted(changes, key=lambda row: str(row.get("on"))):
            on = change.get("on")
            if on is None or on < start or (end and on > end) or on > str(self.today):
                raise NoReturn
            if change["from_category"] == change.get("to_category") != latest:
                raise NoReturn  # the return would show the change to this, which the record lacks
            latest = change.get("to_category")
        reviews = []
        for meeting in self.record["meetings"]:
            if meeting["kind"] == "review_conference" and meeting.get("plan") == plan["id"]:
                self._before_closing(meeting["on"], None)
                if (meeting.get("subject") or self.name) != self.name:
                    raise NoReturn
                if day(meeting["on"]) >= self.first or self.rng.random() < 0.3:
                    reviews.append(meeting["on"])
        first, last = (CATEGORY.get(str(one)) for one in (category, latest))
        return protection_plan(start, end, first, last, reviews)

    def whose(self, meeting: Row) -> str | None:
        plan = self.plans.get(str(meeting.get("plan")))
        return meeting.get("subject") or (plan["subject"] if plan else None)

    def _of_kind(self, *kinds: str) -> list[Row]:
        found = [row for row in self.record["meetings"] if row["kind"] in kinds]
        mine = [row for row in found if self.whose(row) == self.name]
        for row in mine:
            self._before_closing(row["on"], None)
        return [row for row in mine if day(row["on"]) >= self.first or self.rng.random() < 0.2]

    def _enquiries(self) -> list[Element]:
        """Write enquiries, and their conferences; one that follows none stands by the episode."""
        conferences = self._of_kind("initial_conference")
        starts = {
            plan["start"]: plan
            for plan in self.mine("plans")
            if plan["level"] == "child_protection"
        }
        for row in conferences:
            same = starts.get(row["on"])
            if same and row.get("plan") not in (None, same["id"]):
                raise NoReturn  # the return would give it to the plan that began on its day
        waiting = sorted(row["on"] for row in conferences)
        made = []
        for on in sorted({row["on"] for row in self._of_kind("strategy")}):
            followed = next((one for one in waiting if one >= on), None)
            if followed is not None and self.rng.random() < 0.8:
                waiting.remove(followed)
            else:
                followed = None
            made.append(enquiry(on, followed))
        moved_in = [row["on"] for row in self._of_kind("transfer_in_conference")]
        waiting += moved_in
        if len(waiting) > 1:
            raise NoReturn  # an episode has room for one
        self._lone_conference = waiting[0] if waiting else None
        return made

    def _module(self) -> list[Element]:
        rows = [given("PPStartDate", row["on"]) for row in self._of_kind("legal_planning")]
        if self._of_kind("family_group_decision"):
            rows.append(("FGDMMeetingFac", "1"))
        for order in self.mine("court_orders", "child"):
            if order["law"] == "public" and order.get("kind") == "care":
                rows.append(given("CourtAppDate", order["applied_on"]))
        return [element("PreProceedingsandFGDM", row) for row in rows if self.rng.random() < 0.8]

    def _before_closing(self, *days: str | None) -> None:
        """Pass a record over where something came after its closing."""
        closed = self.record.get("closed_on")
        if closed and any(one and one > closed for one in days):
            raise NoReturn
