"""Puts the episodes of care of one child together into periods of being looked after.

Sources tell a change of placement or of legal status as the end of one episode and the start of the
next (reason X1); the period goes on. What a period's first or last day cannot be, is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from casecheck.intake.sources import values
from casecheck.intake.sources.rows import SourceRow
from casecheck.intake.sources.values import folded

_GOES_ON = "x1"
_STARTS = "s"


class CareItems(NamedTuple):
    """The source's names of what it tells of an episode of care, and of what is made of it.

    `entered` is the period's own first day, and `period` its name, where a source has them.
    """

    start: str
    start_reason: str
    end: str
    end_reason: str
    entered: str | None = None
    period: str | None = None
    made_start: str = "care_start"
    made_end: str = "care_end"


def periods(rows: Iterable[SourceRow], names: CareItems) -> list[SourceRow]:
    """Return a row for each period of the episodes of one child, with its start and end."""
    every = sorted(rows, key=lambda row: (_day(row, names.start) or date.max, row.place))
    joined: list[list[SourceRow]] = []
    for row in every:
        if joined and _same_period(joined[-1], row, names):
            joined[-1].append(row)
        else:
            joined.append([row])
    return [_period(group, names) for group in joined]


def _day(row: SourceRow, item: str | None) -> date | None:
    """Return a day that is told, and known."""
    found = values.day(row.items.get(item) or "")[0] if item else None
    return found if isinstance(found, date) else None


def _reason(row: SourceRow, item: str) -> str:
    return folded(row.items.get(item) or "")


def _same_period(group: list[SourceRow], row: SourceRow, names: CareItems) -> bool:
    last = group[-1]
    if names.period:
        before, after = last.items.get(names.period), row.items.get(names.period)
        if before and after:
            return before == after
    ended, start = _day(last, names.end), _day(row, names.start)
    if start is None:
        return False
    return _reason(last, names.end_reason).startswith(_GOES_ON) or ended == start


def _period(group: list[SourceRow], names: CareItems) -> SourceRow:
    """Return one row for a period: it ends as its last episode, unless that one goes on.

    A start that is not known is blank; of an end that is not known there is no item.
    """
    first = group[0]
    last = max(group, key=lambda row: (_open(row, names), _day(row, names.end) or date.min))
    start = first.items.get(names.entered) if names.entered else None
    if start is None and _reason(first, names.start_reason).startswith(_STARTS):
        start = first.items.get(names.start)  # else an episode before it is not told
    items = {**first.items, names.made_start: start}
    if names.end in last.items and not _reason(last, names.end_reason).startswith(_GOES_ON):
        items[names.made_end] = last.items[names.end]
    return SourceRow(first.table, first.place, items)


def _open(row: SourceRow, names: CareItems) -> bool:
    return row.items.get(names.end) is None
