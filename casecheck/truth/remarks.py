"""Say what came of that which an alternative asks beside that there are some rows."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.lessons.lesson import Absence, Alternative
from casecheck.truth.plain_reading import Bound, PlainReading

MOST_REMARKS = 5
"""The most rows found of which it is told what stands beside them."""


def remarks_on(alternative: Alternative, bound: Bound, reading: PlainReading) -> tuple[str, ...]:
    """Return sentences on an alternative for an instance: none for one that asks no more.

    They name rows by their pointers, and quote the page.
    """
    if alternative.without is None:
        return ()
    told: list[str] = []
    for rows, _ in reading.combinations(alternative.find, alternative.where, bound):
        if len(told) == MOST_REMARKS:
            told.append("and so on, of the others")
            break
        beside = " with ".join(_place(rows, name) for name in alternative.find)
        told.append(" ".join(_beside(alternative.without, beside, rows, reading)))
    return tuple(told)


def _beside(absence: Absence, beside: str, rows: Bound, reading: PlainReading) -> Iterator[str]:
    names = " with ".join(absence.find)
    yield f"must not be there beside {beside}:" if beside else "must not be there:"
    yield f"{names}, {' and '.join(one.text for one in absence.where)}."
    found = list(reading.combinations(absence.find, absence.where, rows))
    surely = [one for one, truth in found if truth]
    if not found:
        yield "There is none."
        return
    shown = (surely or [one for one, _ in found])[0]
    places = " with ".join(_place(shown, name) for name in absence.find)
    yield f"There is: {places}." if surely else f"There may be: {places}."


def _place(rows: Bound, name: str) -> str:
    return f"{name} {rows[name].row.pointer}"
