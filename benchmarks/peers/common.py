"""What every peer gives, so that it can be compared: outcomes, and instances that are findings."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

CHECKS = (
    "reviewed", "core-group", "answered", "not-repeated", "young-assessed", "child-views", "quorum",
    "done-in-time", "trained", "in-45-days", "violence-considered",
)  # fmt: skip
NO, MAYBE, YES = 0, 1, 2
"""The three values; the least of some is their `and`, the greatest their `or`."""
Instance = tuple[str, int, int]
"""The pointer to an instance's row, whether it is asked about, and whether it is met."""
Found = dict[str, dict[str, tuple[str, tuple[tuple[str, str], ...]]]]
"""By case id and check the outcome, and each finding: its pointer and what it is."""
BREACH, UNSURE, MET, NONE = "breach", "insufficient_evidence", "compliant", "not_applicable"
_HOLIDAYS = Path(__file__).parents[2] / "casecheck" / "record" / "bank_holidays.txt"
FIELDS = {
    "people": ("id", "born"),
    "plans": ("id", "level", "start"),
    "meetings": ("id", "kind", "plan", "on", "attended", "child_views"),
    "risks": ("id", "subject", "kind", "identified_on", "resolved_on"),
    "mitigations": ("risk", "recorded_on"),
    "assessments": ("subject", "kind", "started_on", "completed_on", "considers"),
    "actions": ("due", "completed_on"),
    "workers": ("id", "role"),
    "training": ("worker", "topic", "completed_on"),
}
"""The fields of each section that the checks read."""
DAYS = ("start", "on", "identified_on", "resolved_on", "recorded_on", "started_on", "completed_on",
        "due")  # fmt: skip
"""Which of these are days."""


def outcome_of(instances: Iterable[Instance]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a check's outcome and findings, as docs/outcomes.md says."""
    findings, unsettled, met = [], [], False
    for pointer, asked, is_met in instances:
        if asked == NO:
            continue
        if asked == YES and is_met == NO:
            findings.append((pointer, BREACH))
        elif is_met != YES:
            findings.append((pointer, UNSURE))
        elif asked == YES:
            met = True
        else:
            unsettled.append((pointer, UNSURE))
    if findings:
        kinds = {kind for _, kind in findings}
        return (BREACH if BREACH in kinds else UNSURE), tuple(sorted(findings))
    if met:
        return MET, ()
    return (UNSURE, tuple(sorted(unsettled))) if unsettled else (NONE, ())


@cache
def day(text: str) -> int:
    """Return a day as a whole number."""
    return date.fromisoformat(text).toordinal()


@cache
def working_days(until: int) -> int:
    """Return how many working days there are up to a day, to be subtracted from another's."""
    weeks, rest = divmod(until, 7)
    return weeks * 5 + min(rest, 5) - bisect_right(holidays(), until)


@cache
def holidays() -> list[int]:
    """Return the bank holidays, sorted."""
    lines = _HOLIDAYS.read_text(encoding="utf-8").splitlines()
    return sorted(day(one) for one in lines if one and not one.startswith("#"))


@cache
def born_between(text: str | None) -> tuple[int, int] | None:
    """Return the first and the last day that a birth may have been: of a month or a year, both."""
    if text is None:
        return None
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return day(text), day(text)
    year, month = parts[0], parts[1] if len(parts) == 2 else 0
    first = date(year, month or 1, 1)
    after = date(year + (month in {0, 12}), 1 if month in {0, 12} else month + 1, 1)
    return first.toordinal(), after.toordinal() - 1


@cache
def birthday(born: int, years: int) -> int:
    """Return the day on which somebody born on a day comes to be so many years old."""
    on = date.fromordinal(born)
    try:
        return on.replace(year=on.year + years).toordinal()
    except ValueError:  # 29 February: the day after the 28th
        return date(on.year + years, 3, 1).toordinal()


def each_record(
    file: Path, instances_of: Callable[[dict[str, Any]], dict[str, list[Instance]]]
) -> Found:
    """Return what is found in a file of records, by what gives the instances of one."""
    found: Found = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found[record["case_id"]] = {
                check: outcome_of(instances) for check, instances in instances_of(record).items()
            }
    return found


def rows_of(record: dict[str, Any], section: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the rows of a section, and whether there may be others."""
    rows = record.get(section)
    part = record.get("coverage", {}).get(section)
    return rows or [], rows is None or bool(part)


def asked_of(section: str, others: bool) -> Iterator[Instance]:
    """Yield the instance that stands for rows that may be missing: of it nothing is known."""
    if others:
        yield f"/{section}", MAYBE, MAYBE
