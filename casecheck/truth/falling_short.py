"""Say in which way an instance that is in breach falls short: it is late, or it is incomplete.

This is asked of findings alone, by the plain reading of the record: no outcome hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casecheck.lessons.lesson import Message, Population, Shortfall
from casecheck.lessons.terms import Field, RowPath, Shown
from casecheck.truth.plain_reading import Bound, PlainReading, to_row
from casecheck.truth.shown_values import show_row, show_worked_out


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


def evidence_of(
    population: Population, bound: Bound, reading: PlainReading
) -> tuple[Shortfall, str, tuple[str, ...]] | None:
    """Return the same with the pointers of the evidence that is told, the rows that were found."""
    for shortfall in population.shortfalls:
        evidence = shortfall.evidence
        found = reading.combinations(evidence.find, evidence.where, bound)
        nearest = _nearest(shortfall.breach, [rows for rows, holds in found if holds], reading)
        if nearest:
            sentence, pointers = min(
                (
                    _worded(shortfall.breach, rows, reading),
                    tuple(rows[name].row.pointer for name in evidence.find),
                )
                for rows in nearest
            )
            return shortfall, sentence, pointers
    return None


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
