"""Puts plans in order: doubles, overlaps, and changes of category that first and last one show."""

from __future__ import annotations

from datetime import date
from typing import Any

from casecheck.intake.sources.case import Case, Draft
from casecheck.intake.sources.dirt import Faults
from casecheck.record.values import DayRange

_SAME = ("subject", "level", "category", "latest_category", "start", "end")


def doubles(case: Case, faults: Faults) -> None:
    """Let a plan that stands twice be one, and name those that overlap."""
    case.merge_doubles("plans", _SAME, "start", faults)
    _name_overlaps(case, faults)


def _name_overlaps(case: Case, faults: Faults) -> None:
    every = case.of("plans")
    if len(every) < 2:
        return
    groups: dict[Any, list[tuple[date, date, Draft]]] = {}
    for plan in every:
        start = case.sure(plan, "start")
        if start is not None:
            end = case.sure(plan, "end") or date.max
            groups.setdefault((plan.values.get("subject"), plan.values.get("level")), []).append(
                (start, end, plan)
            )
    for group in groups.values():
        group.sort(key=lambda one: one[:2])
        latest = date.min
        for start, end, plan in group:
            if start < latest:
                faults.add(24, plan.item("start"), plan.place)
            latest = max(latest, end)


def category_changes(case: Case, faults: Faults) -> None:
    """Make one change of each plan whose latest category is not its first.

    It was made on some day of the plan. A category of `multiple` is a code like another here; one
    that is missing shows no change.
    """
    for plan in case.of("plans"):
        if "latest_category" not in plan.items:
            continue
        first, latest = plan.values.get("category"), plan.values.get("latest_category")
        if latest is None:
            faults.add(48, plan.item("latest_category"), plan.place)
        if not isinstance(first, str) or not isinstance(latest, str) or first == latest:
            continue
        made: dict[str, Any] = {"plan": plan.key, "from_category": first, "to_category": latest}
        within = _days_of(case, plan)
        if within is not None:
            made["on"] = within
        case.add([Draft("category_changes", plan.place, made, plan.items)])


def _days_of(case: Case, plan: Draft) -> DayRange | None:
    """Return the days on which a plan ran; None where they are in doubt."""
    start = case.sure(plan, "start")
    if start is None:
        return None
    return DayRange(start, case.sure(plan, "end") or case.extract.day)
