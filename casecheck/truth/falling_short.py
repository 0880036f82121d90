"""Say in which way an instance that is in breach falls short: it is late, or it is incomplete.

This is asked of findings alone, by the plain reading of the record: no outcome hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.lesson import Message, Population, Shortfall
from casecheck.lessons.terms import (
    FLIPPED,
    Comparison,
    DayOf,
    Field,
    Quantity,
    RowPath,
    Shown,
    WorkingDay,
    bindings_of_base,
)
from casecheck.truth.bounds import Bounds
from casecheck.truth.plain_reading import Bound, PlainReading, to_row
from casecheck.truth.shown_values import show_row, show_worked_out


class Short(NamedTuple):
    """In which way an instance falls short, the sentence, and the evidence that this tells of.

    `nearest` are the pointers of the rows that were found; `day` the bounds of the day of what was
    done late, from today, None where it tells of none.
    """

    shortfall: Shortfall
    sentence: str
    nearest: tuple[str, ...]
    day: Bounds | None


def shortfall_of(
    population: Population, bound: Bound, reading: PlainReading
) -> tuple[Shortfall, str] | None:
    """Return how an instance in breach falls short, and its sentence; None where nothing says so.

    Only what surely holds counts. Of several rows that do, those are told that lie nearest, by the
    time between two days that the sentence shows; of those as near, the first in the sentence's
    own order, so that the order of rows changes nothing.
    """
    found = evidence_of(population, bound, reading)
    return found and found[:2]


def evidence_of(population: Population, bound: Bound, reading: PlainReading) -> Short | None:
    """Return the same with the evidence that is told."""
    for shortfall in population.shortfalls:
        evidence = shortfall.evidence
        found = reading.combinations(evidence.find, evidence.where, bound)
        nearest = _nearest(shortfall.breach, [rows for rows, holds in found if holds], reading)
        if nearest:
            told = (
                (
                    _worded(shortfall.breach, rows, reading),
                    tuple(rows[name].row.pointer for name in evidence.find),
                    rows,
                )
                for rows in nearest
            )
            sentence, pointers, rows = min(told, key=lambda one: one[:2])
            late = late_day(shortfall)
            day = reading.bounds(late, rows) if late else None
            return Short(shortfall, sentence, pointers, day)
    return None


def late_day(shortfall: Shortfall) -> Quantity | None:
    """Return the day that its conditions put after a limit: when the evidence was there, too late.

    `meeting.on > plan.start + 15` puts the day of the meeting there, and so does
    `workdays(plan.start, meeting.on) > 10`. None where they put no day there.
    """
    if shortfall.kind != "late":
        return None
    evidence = shortfall.evidence
    # Of several ways in which a condition may hold nobody knows which it was.
    certain = [one.alternatives[0] for one in evidence.where if len(one.alternatives) == 1]
    for test in (test for tests in certain for test in tests):
        if not isinstance(test, Comparison):
            continue
        sides = (
            (test.left, test.order, test.right),
            (test.right, FLIPPED[test.order], test.left),
        )
        for side, order, limit in sides:
            day = day_of_evidence(side, evidence)
            is_limit = bindings_of_base(limit.base).isdisjoint(evidence.find)
            if day and is_limit and order in (">", ">="):
                return Quantity(day.base)
    return None


def day_of_evidence(quantity: Quantity, one: Alternative) -> Quantity | None:
    """Return the day of evidence that a quantity is, or of which it is the running number.

    Evidence is what is looked for; of the instance's own rows it is what happens to them.
    """
    day = quantity.base.day if isinstance(quantity.base, WorkingDay) else quantity
    base = day.base
    if not isinstance(base, DayOf) or base.or_today or base.field.row.references:
        return None
    is_found = base.field.row.binding in one.find
    is_event = not one.find and base.field.spec.role == "event"
    return day if is_found or is_event else None


def _nearest(message: Message, found: Sequence[Bound], reading: PlainReading) -> Sequence[Bound]:
    if len(found) < 2:
        return found
    far = [list(_distances(message, rows, reading)) for rows in found]
    least = min(far)
    return [rows for rows, one in zip(found, far, strict=True) if one == least]


def _distances(message: Message, rows: Bound, reading: PlainReading) -> Iterator[int]:
    """Yield the times between two days that a message shows."""
    for part in message.parts:
        if isinstance(part, Shown) and part.what in ("days", "working days"):
            start, end = part.quantities
            first, last = reading.bounds(start, rows), reading.bounds(end, rows)
            yield abs(last[0] - first[0]) if first and last else 0


def _worded(message: Message, rows: Bound, reading: PlainReading) -> str:
    return "".join(
        part if isinstance(part, str) else _shown(part, rows, reading) for part in message.parts
    )


def _shown(part: RowPath | Field | Shown, rows: Bound, reading: PlainReading) -> str:
    if isinstance(part, Shown):
        quantities = [reading.bounds(one, rows) for one in part.quantities]
        return show_worked_out(part, quantities, reading.known.today)
    name = part.binding if isinstance(part, RowPath) else part.row.binding
    candidate = rows[name]
    own = to_row(name, candidate)
    path = own.row(part) if isinstance(part, RowPath) else own.field(part)
    row, spec = (path, None) if isinstance(path, RowPath) else (path.row, path.spec)
    return show_row(reading.known.follow(candidate.row, row.references), spec)
