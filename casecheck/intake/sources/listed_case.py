"""Puts the rows of a child that come from lists in order: what belongs together is told nowhere.

Lists have no links. A referral and the episode that it began are two rows of one day; what was done
belongs to the episode in which its day lies; and two rows of one beginning are one, told twice and
perhaps in two ways.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from casecheck.intake.sources.case import BEGINNINGS, ENDS, Case, Draft
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.values import DayRange

_OVERLAP, _UPSIDE_DOWN, _AFTER_CLOSING = 24, 22, 50
"""The numbers of the faults."""


def put_in_order(case: Case, faults: Faults) -> None:
    """Put the drafts of a case in order, before anything is worked out of them."""
    _merge(case, "plans", ("level", "start"), faults)
    _merge(case, "assessments", ("kind", "completed_on", "started_on"), faults)
    _merge(case, "visits", ("on",))
    _merge(case, "court_orders", ("kind", "granted_on"))
    _reviews(case, faults)
    _some_day(case, faults)
    _referrals(case)
    _closings(case, faults)
    _link(case)


def _day(case: Case, draft: Draft, name: str) -> date | None:
    """Return a day that is given and does not lie ahead."""
    value = draft.values.get(name)
    return value if isinstance(value, date) and value <= case.extract.day else None


def _merge(case: Case, section: str, same: tuple[str, ...], faults: Faults | None = None) -> None:
    """Let rows with these fields alike be one, the last of them a day that is known."""
    kept: dict[tuple[Any, ...], Draft] = {}
    for draft in list(case.of(section)):
        other = kept.setdefault(tuple(draft.values.get(name) for name in same), draft)
        if other is draft or not isinstance(draft.values.get(same[-1]), date):
            continue
        case.drafts[section].remove(draft)
        if draft.key is not None:
            case.by_key[draft.key] = other
        if not _take(other, draft) and faults is not None:
            faults.add(_OVERLAP, draft.item(same[-1]), draft.place)


def _take(kept: Draft, other: Draft) -> bool:
    """Take into a row what another of the same tells; say whether they agree.

    What both tell, and in two ways, is unknown. What the list of one does not tell at all is no
    difference.
    """
    agree = True
    for name in other.values.keys() | other.items.keys():
        told = other.values.get(name)
        if kept.values.get(name) == told:
            continue
        if name in kept.items and name in other.items:
            kept.values[name] = UNKNOWN
            agree = False
        elif name in other.items or kept.values.get(name) is None:
            kept.values[name] = told
    kept.items = {**other.items, **kept.items}
    return agree


def _reviews(case: Case, faults: Faults) -> None:
    """Leave out a latest review on the first day of its plan: that is the initial conference."""
    for meeting in list(case.of("meetings")):
        plan = case.target(meeting, "plan")
        if meeting.values.get("kind") != "review_conference" or plan is None:
            continue
        on = meeting.values.get("on")
        if isinstance(on, date) and on == plan.values.get("start"):
            case.drafts["meetings"].remove(meeting)
            faults.add(_OVERLAP, meeting.item("on"), meeting.place)


def _some_day(case: Case, faults: Faults) -> None:
    """Give what is known to have happened by a day, or since one, the range of those days."""
    for plan in case.of("plans"):
        since = _day(case, plan, "since")
        if since is not None:
            plan.values["start"] = DayRange(since, case.extract.day)
    for assessment in case.of("assessments"):
        if not assessment.values.get("ends_no_later"):
            continue
        started = _day(case, assessment, "started_on")
        ended = _day(case, assessment, "completed_by")
        assessment.values["completed_on"] = UNKNOWN
        if started is not None and ended is not None:
            if started <= ended:
                assessment.values["completed_on"] = DayRange(started, ended)
            else:
                assessment.values["started_on"] = UNKNOWN
                faults.add(_UPSIDE_DOWN, assessment.item("completed_by"), assessment.place)


def _referrals(case: Case) -> None:
    """Let a referral be the episode that it began, or a part of the one in which it came.

    One that came before the latest episode was over when that began: else it would be that.
    """
    every = case.of("episodes")
    needs = [one for one in every if _tells_its_end(one)]
    starts = {day: one for one in needs if (day := _day(case, one, "referred_on")) is not None}
    for referral in [one for one in every if not _tells_its_end(one)]:
        on = _day(case, referral, "referred_on")
        if on is None:
            continue
        same = starts.get(on)
        around = (one for day, one in starts.items() if _lies_in(case, on, day, one))
        within = same or next(around, None)
        if within is not None:
            case.drafts["episodes"].remove(referral)
            if referral.key is not None:
                case.by_key[referral.key] = within
        if same is not None:
            same.values["no_further_action"] = referral.values.get("no_further_action")
            same.items = {**referral.items, **same.items}
        elif within is None and not referral.values.get("no_further_action"):
            later = min((day for day in starts if day > on), default=None)
            if later is not None:
                referral.values["closed_on"] = later


def _tells_its_end(episode: Draft) -> bool:
    return "closed_on" in episode.items


def _lies_in(case: Case, day: date, start: date, episode: Draft) -> bool:
    end = _day(case, episode, "closed_on")
    return start <= day and (episode.values.get("closed_on") is None or (end or start) >= day)


def _closings(case: Case, faults: Faults) -> None:
    """Take a closing as unknown where the case's status, or what came later, says otherwise."""
    later = [
        day
        for section, name in (("assessments", "started_on"), ("visits", "on"))
        for one in case.of(section)
        if (day := _day(case, one, name)) is not None
    ]
    for episode in case.of("episodes"):
        status, closed = episode.values.get("status"), episode.values.get("closed_on")
        if not _tells_its_end(episode):
            continue
        is_closed = isinstance(closed, date)
        says_closed = status == "closed" if isinstance(status, str) else is_closed
        after = isinstance(closed, date) and any(day > closed for day in later)
        if is_closed != says_closed or after:
            episode.values["closed_on"] = UNKNOWN
            faults.add(_AFTER_CLOSING, episode.item("closed_on"), episode.place)


def _link(case: Case) -> None:
    """Give what was done the episode in which it began: the last that had begun by then.

    What began before all episodes, and was not over when the first did, is of that one; what began
    on a day that is not known keeps the last one open.
    """
    began = [(_day(case, one, "referred_on") or date.min, at, one)
             for at, one in enumerate(case.of("episodes"))]  # fmt: skip
    if not began:
        return
    began.sort(key=lambda one: one[:2])
    for section, name in BEGINNINGS.items():
        for draft in case.of(section):
            if draft.values.get("kind") == "early_help":
                continue  # no episode of need began with it
            begun = _day(case, draft, "since" if "since" in draft.values else name)
            before = [one for day, _, one in began if begun is None or day <= begun]
            end = draft.values.get(ENDS.get(section, name))
            if before:
                draft.values["episode"] = before[-1].key
            elif not isinstance(end, date) or end >= began[0][0]:
                draft.values["episode"] = began[0][2].key
