"""A record's timeline: its rows that have days, as a report draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from casecheck.record.model import FIELDS, OWN_DAYS
from casecheck.record.values import DayRange
from casecheck.results import Dated, Timeline, TimelineRow
from casecheck.truth.known import Known
from casecheck.truth.known_row import UNKNOWN, KnownRow


class Shown(NamedTuple):
    """Which fields of a section's rows a timeline shows.

    `of` are those that say whom or what a row is about, the first that does; `ends` the events that
    end it, likewise; `start` its own day, where that is not the one of `OWN_DAYS`. `lasting`: it
    lasts until then.
    """

    codes: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    start: str = ""
    due: str = ""
    lasting: bool = False


SHOWN: Mapping[str, Shown] = MappingProxyType(
    {
        "plans": Shown(("level", "category"), ("subject",), ("end",), lasting=True),
        "category_changes": Shown(("from_category", "to_category"), ("plan",)),
        "chair_agreements": Shown(of=("category_change",)),
        "risks": Shown(("kind",), ("subject",), ("resolved_on",), lasting=True),
        "mitigations": Shown(of=("risk",)),
        "actions": Shown(
            ("kind",), ("for_person",), ("completed_on", "closed_on"), due="due", lasting=True
        ),
        "assessments": Shown(("kind",), ("subject",), ("completed_on",), lasting=True),
        "tools": Shown(("kind",), ("subject",)),
        "meetings": Shown(("kind",), ("plan", "subject")),
        "incidents": Shown(("kind",), ("victim",)),
        "referrals": Shown(("service",), ("subject",), ("made_on",)),
        "marac_decisions": Shown(of=("referral",)),
        "court_orders": Shown(
            ("law", "kind"), ("child",), ("granted_on", "ended_on"), lasting=True
        ),
        "best_interest_reviews": Shown(of=("order",)),
        "court_notices": Shown(of=("order",)),
        "threshold_decisions": Shown(("level",), ("person",)),
        "workers": Shown(("role",), (), ("end",), lasting=True),
        "contacts": Shown(("source", "outcome"), ("subject",)),
        "visits": Shown((), ("subject",)),
        "return_interviews": Shown((), ("incident",), ("held_on",), start="offered_on"),
        "training": Shown(("topic",), ("worker",)),
    }
)
"""The sections of a timeline, in the order of the format; people and relationships have no part."""


def timeline_of(known: Known) -> Timeline:
    """Return the rows of a record that have days, as far as the record tells them.

    A day is as it is recorded, also where it is taken as unknown since another denies it: then it
    is marked.
    """
    record = known.record
    opened = record.opened_on
    first, last = opened if isinstance(opened, DayRange) else (opened, opened)
    return Timeline(
        opened=Dated(first, last),
        today=record.today,
        rows=tuple(_rows(known)),
        absent=tuple(section for section in SHOWN if record.sections[section] is None),
        partial=tuple(section for section in SHOWN if section in record.perhaps),
    )


def _rows(known: Known) -> Iterator[TimelineRow]:
    for section, shown in SHOWN.items():
        for at in range(len(known.record.sections[section] or ())):
            yield _row(known.row_at(section, at), at, shown)


def _row(row: KnownRow, at: int, shown: Shown) -> TimelineRow:
    start = _dated(row, shown.start or OWN_DAYS[row.section].name)
    happened = {name: day for name in shown.ends if (day := _dated(row, name)) is not None}
    ended_by = next(
        (name for name, day in happened.items() if day[:2] != _NO_BOUNDS), next(iter(happened), "")
    )
    return TimelineRow(
        section=row.section,
        row=at,
        id=row.id or "",
        of=next((id_ for name in shown.of if (id_ := _text(row, name))), ""),
        codes=tuple(_text(row, name) for name in shown.codes),
        start=start or Dated(*_NO_BOUNDS),
        end=happened.get(ended_by),
        ended_by=ended_by,
        lasting=shown.lasting,
        due=_dated(row, shown.due) if shown.due else None,
    )


_NO_BOUNDS = (None, None)


def _dated(row: KnownRow, name: str) -> Dated | None:
    """Return a day as it is recorded; None for an event that has not happened."""
    value: Any = row.value(FIELDS[row.section][name])
    denied = name in row.unknown
    if denied:
        assert row.data is not None  # or nothing of it could contradict anything
        value = row.data[name]
    if value is None:
        return None
    if value is UNKNOWN:
        return Dated(*_NO_BOUNDS)
    first, last = value if isinstance(value, DayRange) else (value, value)
    return Dated(first, last, denied)


def _text(row: KnownRow, name: str) -> str:
    value = row.value(FIELDS[row.section][name])
    return value if isinstance(value, str) else ""
