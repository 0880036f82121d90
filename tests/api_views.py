"""Whole records cut down to what the DfE's API would be told of their children.

A record that no file could be made of is passed over: one whose days contradict each other, or
where something happened after the case was closed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from census_views import FACTOR, TOPIC, NoReturn, whole_record
from make_api import text_of, without_blanks
from oracle import contradictions
from ssd_views import age, birth_of, day

__all__ = ["ApiView", "NoReturn", "api_view", "whole_record"]

Row = dict[str, Any]


@dataclass
class ApiView:
    """A file made of a whole record: its text, and the children in it by their identifiers.

    `first_day` is that of the window.
    """

    record: Row
    first_day: str
    text: str
    children: tuple[str, ...]


def window(today: date) -> date:
    """The 1 April on or before the day two years back."""
    back = date(today.year - 2, today.month, min(today.day, 28))
    return date(back.year if back.month >= 4 else back.year - 1, 4, 1)


def api_view(record: Row, rng: Random) -> ApiView:
    """Return what the API would be told of a whole record."""
    if contradictions(record):
        raise NoReturn
    today = day(record["extracted_on"])
    made = {}
    for person in record["people"]:
        born = birth_of(person, rng)
        if born is not None and age(born, today) < 26:
            made[person["id"]] = _Writer(record, person["id"], born, window(today), rng).child()
    if not made:
        raise NoReturn
    children = list(made.values())
    if rng.random() < 0.8:
        children.append(_carrier(window(today)))
    rng.shuffle(children)
    one_a_line = "\n".join(map(json.dumps, children)) + "\n"
    text = text_of(children) if rng.random() < 0.8 else one_a_line
    return ApiView(record, window(today).isoformat(), text, tuple(made))


def _carrier(first: date) -> Row:
    """A child who has one of everything: so that the file is known to carry it."""
    on = str(first)
    span = {"start_date": on, "end_date": on}
    return {
        "la_child_id": "CARRIER",
        "child_details": {"date_of_birth": on},
        "social_care_episodes": [
            {
                "referral_date": on, "closure_date": on, "closure_reason": "RC7",
                "referral_no_further_action_flag": False,
                "care_worker_details": [{"worker_id": "W", **span}],
                "child_and_family_assessments": [
                    {"start_date": on, "authorisation_date": on, "factors": ["4A"]}
                ],
                "child_in_need_plans": [span],
                "section_47_assessments": [{**span, "icpc_date": on}],
                "child_protection_plans": [span],
                "child_looked_after_placements": [
                    {**span, "start_reason": "S", "end_reason": "E4A"}
                ],
            }
        ],
    }  # fmt: skip


class _Writer:
    """Writes one child of a whole record as the API has it."""

    def __init__(self, record: Row, name: str, born: date, first: date, rng: Random) -> None:
        self.record, self.name, self.born, self.first, self.rng = record, name, born, first, rng
        self.today = day(record["extracted_on"])
        self.closed = record.get("closed_on")
        self.plans = {plan["id"]: plan for plan in record["plans"]}

    def often(self, share: float = 0.8) -> bool:
        return self.rng.random() < share

    def mine(self, section: str, field: str = "subject") -> list[Row]:
        return [row for row in self.record[section] if row.get(field) == self.name]

    def in_window(self, end: str | None) -> bool:
        return end is None or day(end) >= self.first or self.often(0.2)

    def before_closing(self, *days: str | None) -> None:
        """Pass a record over where something came after its closing."""
        if self.closed and any(one and one > self.closed for one in days):
            raise NoReturn

    def child(self) -> Row:
        opened, ahead = self.record["opened_on"], self.born > self.today
        details = {"expected_date_of_birth" if ahead else "date_of_birth": str(self.born)}
        reason = self.rng.choice(("RC7", "RC7", "RC8")) if self.closed else None
        lists: dict[str, list[Row]] = {
            "care_worker_details": self._workers(),
            "child_and_family_assessments": self._assessments(),
            "section_47_assessments": self._enquiries(),
            "child_in_need_plans": self._plans("child_in_need"),
            "child_protection_plans": self._plans("child_protection"),
            "child_looked_after_placements": self._plans("looked_after"),
        }
        # Some systems leave out a list that they do not write, be it empty or not.
        told = {name: rows for name, rows in lists.items() if self.often(0.95)}
        episode = without_blanks(
            referral_date=opened, closure_date=self.closed, closure_reason=reason,
            referral_no_further_action_flag=False, **told,
        )  # fmt: skip
        return {"la_child_id": self.name, "child_details": details,
                "social_care_episodes": [episode], "purge": False}  # fmt: skip

    def _workers(self) -> list[Row]:
        return [
            without_blanks(worker_id=row["id"], start_date=row["start"], end_date=row.get("end"))
            for row in self.record["workers"]
            if row["role"] == "practitioner"
            and row.get("agency") == "childrens_services"
            and self.often()
        ]

    def _assessments(self) -> list[Row]:
        made = []
        for row in self.mine("assessments"):
            begun, done = row["started_on"], row.get("completed_on")
            self.before_closing(begun, done)
            if row["kind"] != "child_and_family" or not self.in_window(done):
                continue
            none = self.rng.choice(("1900-01-01", None))
            made.append(
                without_blanks(
                    start_date=begun, authorisation_date=done or none, factors=self._factors(row)
                )
            )
        return made

    def _factors(self, row: Row) -> list[str]:
        done = row.get("completed_on")
        if done is None:
            return []
        found = {FACTOR[one["kind"]] for one in self.mine("risks") if one["identified_on"] <= done}
        considered = row.get("considers") or []
        told = [
            one for one in sorted(found)
            if TOPIC.get(one[0] * (len(one) == 2)) in (None, *considered) and self.often()
        ]  # fmt: skip
        return told or self.rng.choice(([], ["21"], ["20"], ["4A"]))

    def _plans(self, level: str) -> list[Row]:
        made: list[Row] = []
        for plan in self.mine("plans"):
            start, end = plan["start"], plan.get("end")
            self.before_closing(start, end)
            if self.closed and not end:
                raise NoReturn
            if plan["level"] != level or not self.in_window(end):
                continue
            if level == "looked_after":
                made += self._placements(start, end)
            else:
                made.append(without_blanks(start_date=start, end_date=end))
        return made

    def _placements(self, start: str, end: str | None) -> list[Row]:
        """A period of care as one placement or two; of some the first is not told."""
        span = (day(end) if end else self.today) - day(start)
        reason = "E4A" if end else None
        if span.days < 3 or self.often(0.5):
            return [without_blanks(start_date=start, start_reason="S", end_date=end,
                                   end_reason=reason)]  # fmt: skip
        moved = str(day(start) + timedelta(self.rng.randrange(1, span.days)))
        first = without_blanks(start_date=start, start_reason="S", end_date=moved, end_reason="X1")
        then = without_blanks(start_date=moved, start_reason="P", end_date=end, end_reason=reason)
        return [first, then] if day(moved) >= self.first or self.often(0.5) else [then]

    def whose(self, meeting: Row) -> str | None:
        plan = self.plans.get(str(meeting.get("plan")))
        return meeting.get("subject") or (plan["subject"] if plan else None)

    def _of_kind(self, kind: str) -> list[Row]:
        found = [row for row in self.record["meetings"] if row["kind"] == kind]
        mine = [row for row in found if self.whose(row) == self.name]
        for row in mine:
            self.before_closing(row["on"])
            plan = self.plans.get(str(row.get("plan")))
            if plan is not None and plan["subject"] != self.name:
                raise NoReturn  # about one child's plan, and of another child
        return [row for row in mine if self.in_window(row["on"])]

    def _enquiries(self) -> list[Row]:
        """Enquiries with the conferences that followed; others are told nowhere."""
        starts = {plan["start"]: plan for plan in self.mine("plans")
                  if plan["level"] == "child_protection"}  # fmt: skip
        waiting = sorted(self._of_kind("initial_conference"), key=lambda row: row["on"])
        for row in waiting:
            same = starts.get(row["on"])
            if same and row.get("plan") not in (None, same["id"]):
                raise NoReturn  # the import gives it to the plan that began on its day
        made = []
        for on in sorted({row["on"] for row in self._of_kind("strategy")}):
            followed = next((one for one in waiting if one["on"] >= on), None)
            if followed is not None:
                waiting.remove(followed)
            made.append(
                without_blanks(
                    start_date=on,
                    icpc_required_flag=followed is not None,
                    icpc_date=followed["on"] if followed else None,
                )
            )
        return made
