"""Reads episodes, each from a referral to its closing: the case's days, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from casecheck.intake.sources.case import BEGINNINGS, ENDS, Case, Draft
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.values import DayRange

_DAYS = {
    section: (first, *([ENDS[section]] if section in ENDS else []))
    for section, first in BEGINNINGS.items()
}
_DECIDED = {"no_further_action": "no_further_action", "early_help": "early_help"}
"""Closings that are decisions on what the child needs, and their level."""
_SAME = ("subject", "referred_on", "closed_on", "closure_reason", "no_further_action")
"""By what two episodes are one that was told twice, if nothing else."""


def episodes(case: Case, faults: Faults) -> None:
    """Work out of the episodes of a case when it was opened and closed, and what was decided."""
    case.merge_doubles("episodes", _SAME, "referred_on", faults)
    every = case.of("episodes")
    if not every:
        _nothing_told(case, faults)
        if case.opened_on is None:  # what began before a day that is told leaves that in doubt
            began = [draft for section in BEGINNINGS for draft in case.of(section)]
            case.opened_on = min(_days(case, began), default=None)
        return
    activity = _activity(case, every)
    days = {of: _days(case, drafts) for of, drafts in activity.items()}
    _opened(case, days, faults)
    closed = [_closing(case, one, activity[id(one)], days[id(one)], faults) for one in every]
    _name_overlaps(case, every, faults)
    for episode in every:
        _decisions(case, episode, activity[id(episode)], faults)
        _first_assessment(case, episode, activity[id(episode)])
    if all(closed) and not any(one.values.get("closure_reason") == "early_help" for one in every):
        case.closed_on = max(day for day in closed if day)
    _leave_ends_open(case, activity, every)


def _nothing_told(case: Case, faults: Faults) -> None:
    """Say that nothing is known of a child without an episode, if that is all there is."""
    if "episodes" not in case.maps or case.of_lists:
        return  # the source has none of anybody, or not of everybody
    if not any(case.of(section) for section in BEGINNINGS):
        case.nothing_known = True
    faults.add(51, "episodes", case.place)


def _activity(case: Case, every: list[Draft]) -> dict[int, list[Draft]]:
    """Return what was done in each episode, by its `id`."""
    activity: dict[int, list[Draft]] = {id(one): [] for one in every}
    for section in BEGINNINGS:
        for draft in case.of(section):
            within = case.target(draft, "episode")
            if within is None and section == "meetings":
                plan = case.target(draft, "plan")
                within = case.target(plan, "episode") if plan is not None else None
            its = activity.get(id(within))
            if its is not None:
                its.append(draft)
    return activity


def _days(case: Case, activity: list[Draft]) -> list[date]:
    """Return the days of what was done, but for those in doubt."""
    return [
        day
        for draft in activity
        for name in _DAYS[draft.section]
        if (day := case.sure(draft, name)) is not None
    ]


def _opened(case: Case, active: dict[int, list[date]], faults: Faults) -> None:
    """Find the first day on which services are known to have been involved."""
    days = []
    for episode in case.of("episodes"):
        referred = case.sure(episode, "referred_on")
        first = min(active[id(episode)], default=None)
        if referred is not None and first is not None and first < referred:
            faults.add(25, episode.item("referred_on"), episode.place)
        days += [day for day in (referred, first, case.sure(episode, "closed_on")) if day]
    case.opened_on = min(days, default=None)


def _closing(
    case: Case, episode: Draft, activity: list[Draft], days: list[date], faults: Faults
) -> date | None:
    """Return the day on which an episode was closed; None where it is open, or that is in doubt."""
    given, reason = episode.values.get("closed_on"), episode.values.get("closure_reason")
    closed = case.sure(episode, "closed_on")
    if (given is None) != (reason is None) and "closure_reason" in episode.items:
        faults.add(50, episode.item("closed_on"), episode.place)
    if closed is None:
        return None
    open_plan = any(one.section == "plans" and one.values.get("end") is None for one in activity)
    if open_plan or max(days, default=closed) > closed:
        faults.add(50, episode.item("closed_on"), episode.place)
        return None
    return closed


def _leave_ends_open(case: Case, activity: dict[int, list[Draft]], every: list[Draft]) -> None:
    """Make unknown whether what an episode left open has ended, where the episode perhaps has.

    Of a case that is over nothing later is asked; of one whose closing is in doubt, or of which
    another episode is open, an end that is not told would read as one that never came. The same
    holds of a child who has died.
    """
    died = any(isinstance(one.values.get("death"), date) for one in case.of("people"))
    for episode in every:
        values = episode.values
        perhaps_closed = (
            values.get("closed_on") is not None or values.get("closure_reason") is not None
        )
        if not died and (case.closed_on is not None or not perhaps_closed):
            continue
        for draft in activity[id(episode)]:
            end = ENDS.get(draft.section)
            if end is not None and draft.values.get(end) is None:
                draft.values[end] = UNKNOWN


def _name_overlaps(case: Case, every: list[Draft], faults: Faults) -> None:
    if len(every) < 2:
        return
    spans: dict[Any, list[tuple[date, date, int]]] = {}  # those of each person
    for at, one in enumerate(every):
        start = case.sure(one, "referred_on")
        if start is not None:
            span = (start, case.sure(one, "closed_on") or date.max, at)
            spans.setdefault(one.values.get("subject"), []).append(span)
    for group in spans.values():
        latest = date.min
        for start, end, at in sorted(group):
            if start < latest:
                faults.add(24, every[at].item("referred_on"), every[at].place)
            latest = max(latest, end)


def _decisions(case: Case, episode: Draft, activity: list[Draft], faults: Faults) -> None:
    """Make of a referral that led to nothing, and of some closings, the decision that it was."""
    values = episode.values
    level = _DECIDED.get(str(values.get("closure_reason")))
    if values.get("no_further_action") is True:
        if activity:
            faults.add(49, episode.item("no_further_action"), episode.place)
        else:
            referred = case.sure(episode, "referred_on")
            until = case.sure(episode, "closed_on") or case.extract.day
            _decide(case, episode, "no_further_action", DayRange(referred, until))
    closed = case.sure(episode, "closed_on") if level is not None else None
    if closed is None or level is None:
        return
    _decide(case, episode, level, closed)
    if level == "early_help":
        made = {"subject": values.get("subject"), "service": level, "considered_on": closed}
        referral = Draft("referrals", episode.place, {**made, "made_on": closed}, episode.items)
        case.add([referral])


def _decide(case: Case, episode: Draft, level: str, on: Any) -> None:
    made = {"person": episode.values.get("subject"), "on": on, "level": level}
    case.add([Draft("threshold_decisions", episode.place, made, episode.items)])


def _first_assessment(case: Case, episode: Draft, activity: list[Draft]) -> None:
    """Give the first assessment after a referral the referral's day as its start's lower bound.

    The guidance counts its days from the referral (`docs/lessons/ST1.1.md`). It is the first where
    the referral lies in the window that the source covers: else earlier ones would not show.
    """
    referred, first_day = case.sure(episode, "referred_on"), case.extract.first_day
    if referred is None or first_day is None or referred < first_day:
        return
    begun = [
        (start, at)
        for at, one in enumerate(activity)
        if one.section == "assessments" and (start := case.sure(one, "started_on")) is not None
    ]
    if not begun:
        return
    start, at = min(begun)
    if referred < start:
        activity[at].values["started_on"] = DayRange(referred, start)
