"""The checks in plain Python, by hand: what a programmer would write who knows three values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import (
    MAYBE,
    NO,
    YES,
    Found,
    Instance,
    asked_of,
    birthday,
    born_between,
    day,
    each_record,
    rows_of,
    working_days,
)

Row = dict[str, Any]
Part = tuple[list[Row], bool]


def find(file: Path) -> Found:
    """Return what the checks find in a file of records."""
    return each_record(file, instances_of)


def truth(value: bool) -> int:
    """Return what is known for certain as one of three values."""
    return YES if value else NO


def same(one: object, other: object) -> int:
    """Say whether two ids are the same, of which either may be unknown."""
    return MAYBE if one is None or other is None else truth(one == other)


def some(part: Part, holds: Callable[[Row], int]) -> int:
    """Say whether there is such a row: where rows may be missing, there may be one."""
    rows, others = part
    best = MAYBE if others else NO
    for row in rows:
        is_one = holds(row)
        if is_one == YES:
            return YES
        best = max(best, is_one)
    return best


def each(
    section: str, part: Part, asked: Callable[[Row], int], met: Callable[[Row], int]
) -> list[Instance]:
    """Return the instances of a check that asks about each row of a section."""
    rows, others = part
    found = list[Instance](asked_of(section, others))
    for at, row in enumerate(rows):
        is_asked = asked(row)
        if is_asked != NO:
            found.append((f"/{section}/{at}", is_asked, met(row)))
    return found


def under(years: int, person: Row, on: int) -> int:
    """Say whether a person is under an age on a day."""
    born = born_between(person.get("born"))
    if born is None:
        return MAYBE
    first, last = birthday(born[0], years), birthday(born[1], years)
    return YES if on < first else NO if on >= last else MAYBE


def happened_by(event: str | None, last: int | None) -> int:
    """Say whether an event was by a day; one that has not happened was not, whatever the day."""
    if event is None:
        return NO
    return MAYBE if last is None else truth(day(event) <= last)


def instances_of(record: Row) -> dict[str, list[Instance]]:
    """Return the instances of each check."""
    today = day(record["extracted_on"])
    part = {name: rows_of(record, name) for name in _SECTIONS}
    meetings, assessments, mitigations = part["meetings"], part["assessments"], part["mitigations"]

    def protected(plan: Row, since: int) -> int:
        return truth(plan["level"] == "child_protection" and since >= 0)

    def held(kind: str, plan: Row, until: Callable[[int], bool]) -> int:
        start = day(plan["start"])

        def fits(meeting: Row) -> int:
            on = day(meeting["on"])
            if meeting["kind"] != kind or on < start or not until(on):
                return NO
            return same(meeting.get("plan"), plan["id"])

        return some(meetings, fits)

    def reviewed(plan: Row) -> int:
        return held("review_conference", plan, lambda on: on <= day(plan["start"]) + 92)

    def core_group(plan: Row) -> int:
        start = working_days(day(plan["start"]))
        return held("core_group", plan, lambda on: working_days(on) - start <= 10)

    def answered(risk: Row) -> int:
        last = day(risk["identified_on"]) + 90
        mitigated = some(
            mitigations,
            lambda one: truth(one["risk"] == risk["id"] and day(one["recorded_on"]) <= last),
        )
        return max(mitigated, happened_by(risk.get("resolved_on"), last))

    def not_repeated(meeting: Row) -> int:
        on = day(meeting["on"])

        def repeats(other: Row) -> int:
            if other["kind"] != "review_conference" or not on < day(other["on"]) <= on + 160:
                return NO
            return same(other.get("plan"), meeting.get("plan"))

        return YES - some(meetings, repeats)

    def assessed(person: Row) -> int:
        return some(
            assessments,
            lambda one: truth(one["kind"] == "child_and_family" and one["subject"] == person["id"]),
        )

    def quorate(meeting: Row) -> int:
        attended = meeting.get("attended")
        if attended is None:
            return MAYBE
        return truth(len(set(attended)) >= 3 and "police" in attended)

    def due(action: Row) -> int:
        return MAYBE if action.get("due") is None else truth(day(action["due"]) + 14 <= today)

    def done(action: Row) -> int:
        last = action.get("due")
        return happened_by(action.get("completed_on"), None if last is None else day(last) + 14)

    def trained(worker: Row) -> int:
        return some(
            part["training"],
            lambda one: truth(
                one["worker"] == worker["id"] and one["topic"] == "neglect"
                and day(one["completed_on"]) + 1095 >= today
            ),
        )  # fmt: skip

    def in_time(assessment: Row) -> int:
        completed = assessment.get("completed_on")
        start = working_days(day(assessment["started_on"]))
        return truth(completed is not None and working_days(day(completed)) - start <= 45)

    def considered(risk: Row) -> int:
        def considers(assessment: Row) -> int:
            if assessment["subject"] != risk["subject"]:
                return NO
            topics = assessment.get("considers")
            return MAYBE if topics is None else truth("domestic_abuse" in topics)

        return some(assessments, considers)

    def views(meeting: Row) -> int:
        shown = meeting.get("child_views")
        return MAYBE if shown is None else truth(shown)

    def of_kind(*kinds: str) -> Callable[[Row], int]:
        return lambda row: truth(row["kind"] in kinds)

    by_now = working_days(today)
    return {
        check: each(section, part[section], asked, met)
        for check, section, asked, met in (
            ("reviewed", "plans", lambda p: protected(p, today - day(p["start"]) - 92), reviewed),
            ("core-group", "plans",
             lambda p: protected(p, by_now - working_days(day(p["start"])) - 10), core_group),
            ("answered", "risks", lambda r: truth(day(r["identified_on"]) + 90 <= today), answered),
            ("not-repeated", "meetings", of_kind("review_conference"), not_repeated),
            ("young-assessed", "people", lambda p: under(5, p, today), assessed),
            ("child-views", "meetings",
             of_kind("review_conference", "child_in_need_review"), views),
            ("quorum", "meetings", of_kind("initial_conference"), quorate),
            ("done-in-time", "actions", due, done),
            ("trained", "workers", lambda w: truth(w["role"] == "practitioner"), trained),
            ("in-45-days", "assessments",
             lambda a: truth(by_now - working_days(day(a["started_on"])) >= 45), in_time),
            ("violence-considered", "risks", of_kind("domestic_abuse"), considered),
        )
    }  # fmt: skip


_SECTIONS = (
    "people", "plans", "meetings", "risks", "mitigations", "assessments", "actions", "workers",
    "training",
)  # fmt: skip
