"""Puts meetings in order: conferences told twice, and the plan of which each meeting was."""

from __future__ import annotations

from datetime import date
from typing import Any

from casecheck.intake.sources.case import Case, Draft, unite
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.values import UNKNOWN

_SATURDAY = 5


def doubles(case: Case, faults: Faults) -> None:
    """Let a meeting that stands twice be one; a meeting without its day makes its kind incomplete.

    A conference that is told of an enquiry and again of the episode is one, where the day is one.
    """
    every = case.of("meetings")
    if case.united or not every:
        return
    kept: dict[tuple[Any, ...], Draft] = {}
    for meeting in list(every):
        kind, on = meeting.values.get("kind"), meeting.values.get("on")
        if kind == "review_conference" and not isinstance(on, date):
            case.drafts["meetings"].remove(meeting)
            case.not_only.add(("meetings", kind))
            faults.add(30, meeting.item("on"), meeting.place, lost=True)
            continue
        plan = case.target(meeting, "plan")
        known = (kind, on, meeting.values.get("subject"), id(plan) if plan else None)
        if isinstance(on, date) and known in kept:
            case.drafts["meetings"].remove(meeting)
            unite(kept[known], meeting)
            # That it followed an enquiry is known of it, whichever of the two says so.
            if not _follows_none(meeting):
                kept[known].values["without_enquiry"] = False
            faults.add(30 if kind == "review_conference" else 52, meeting.item("on"), meeting.place)
        else:
            kept[known] = meeting


def conferences(case: Case, faults: Faults) -> None:
    """Give each initial conference the plan that started on its day, and say what is odd of it.

    Of one that followed no enquiry of the source, the enquiry is not told: then strategy meetings
    may be missing.
    """
    every = [one for one in case.of("meetings") if one.values.get("kind") == "initial_conference"]
    if not every:
        return
    starts = {
        (plan.values.get("subject"), start): plan
        for plan in case.of("plans")
        if plan.values.get("level") == "child_protection"
        if (start := case.sure(plan, "start")) is not None
    }
    days: dict[Any, set[date]] = {}
    for meeting in every:
        if _follows_none(meeting):
            case.not_only.add(("meetings", "strategy"))
        on = meeting.values.get("on")
        if not isinstance(on, date):
            continue
        plan = starts.get((meeting.values.get("subject"), on))
        if "plan" in meeting.values:
            continue  # the source tells of which plan it was, or that nobody knows
        if plan is not None and plan.key is not None:
            meeting.values["plan"] = plan.key
        elif starts:
            faults.add(27, meeting.item("on"), meeting.place)
        if on.weekday() >= _SATURDAY:
            faults.add(27, meeting.item("on"), meeting.place)
        of = days.setdefault(meeting.values.get("episode"), set())
        of.add(on)
        if len(of) > 1:
            faults.add(26, meeting.item("on"), meeting.place)


def is_lone(meeting: Draft) -> bool:
    """Say whether this is an initial conference that followed no enquiry of the source."""
    return meeting.values.get("kind") == "initial_conference" and _follows_none(meeting)


def _follows_none(conference: Draft) -> bool:
    """Say whether the source has enquiries, and says of none that this conference followed it."""
    told = conference.values.get("without_enquiry")
    if told is not None:
        return bool(told)
    return "enquiry" in conference.items and "enquiry" not in conference.values


def strategies(case: Case, faults: Faults) -> None:
    """Count the enquiries that are read as strategy meetings."""
    for meeting in case.of("meetings"):
        if meeting.values.get("of_enquiry"):
            faults.add(29, meeting.item("on"), meeting.place)


def reviews(case: Case, faults: Faults) -> None:
    """Take from a review outside its plan's days the plan: it may be another's."""
    for meeting in case.of("meetings"):
        if meeting.values.get("kind") != "review_conference":
            continue
        plan = case.target(meeting, "plan")
        if plan is None:
            continue
        on = meeting.values.get("on")
        start, end = plan.values.get("start"), plan.values.get("end")
        before = isinstance(start, date) and isinstance(on, date) and on < start
        after = isinstance(end, date) and isinstance(on, date) and on > end
        if before or after:
            meeting.values["plan"] = UNKNOWN
            faults.add(24, meeting.item("on"), meeting.place)
