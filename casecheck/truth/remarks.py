"""Say what came of an alternative where the rows that were looked at do not say it.

That is what it asks beside that there are some rows, and a row that may be there because the
extract lacks its section.
"""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.lessons.alternative import Absence, Alternative, AtLeast, LastRow
from casecheck.truth.kleene import Truth, any_of
from casecheck.truth.plain_reading import Bound, PlainReading

MOST_REMARKS = 5
"""The most rows found of which it is told what stands beside them."""


def remarks_on(alternative: Alternative, bound: Bound, reading: PlainReading) -> tuple[str, ...]:
    """Return sentences on an alternative for an instance: mostly none for one that asks no more.

    They name rows by their pointers, and quote the page.
    """
    told = list(_left_open(alternative, bound, reading))
    if alternative.without:
        told += _all_beside(alternative, alternative.without, bound, reading)
    if alternative.at_least:
        told.append(_number_of(alternative, alternative.at_least, bound, reading))
    if alternative.last:
        told += _of_last(alternative, alternative.last, bound, reading)
    return tuple(told)


def _left_open(alternative: Alternative, bound: Bound, reading: PlainReading) -> Iterator[str]:
    """Say that there may be a row, though none of those looked at after it would do."""
    find, where = alternative.find, alternative.where
    if any(True for _ in reading.combinations(find, where, bound)):
        return
    for rows in reading.left_open(find, where, bound):
        place = [rows[name].row.is_of_unknown_section for name in find].index(True)
        name, *later = list(find)[place:]
        yield (
            f"{rows[name].row.pointer} is not in the extract: whether there is such a {name} cannot"
            f" be told, whatever is recorded of {' and '.join(later)}."
        )
        return


def _number_of(
    alternative: Alternative, at_least: AtLeast, bound: Bound, reading: PlainReading
) -> str:
    name = next(iter(alternative.find))
    truths: dict[str, Truth] = {}
    for rows, truth in reading.found(alternative, bound):
        pointer = rows[name].row.pointer
        truths[pointer] = any_of([truths.get(pointer, False), truth])
    told = [f"at least {at_least.number} different rows are asked for"]
    for of, words in ((True, "there are"), (None, "there may be")):
        places = [pointer for pointer, truth in truths.items() if truth is of]
        if places:
            shown = [*places[:MOST_REMARKS], *(["..."] if len(places) > MOST_REMARKS else [])]
            told.append(f"{words} {len(places)}: {', '.join(shown)}")
    return "; ".join(told if truths else [*told, "there is none"]) + "."


def _of_last(
    alternative: Alternative, last: LastRow, bound: Bound, reading: PlainReading
) -> Iterator[str]:
    (name,) = alternative.find
    rows_found = reading.may_be_last(last, list(reading.found(alternative, bound)))
    asked = " and ".join(condition.text for condition in last.then)
    alone = len(rows_found) == 1 and rows_found[0][1]
    is_it = "is" if alone else "may be"
    for rows, _ in rows_found[:MOST_REMARKS]:
        holds = _HOLDS[reading.all_of(last.then, rows)]
        yield f"{_place(rows, name)} {is_it} the {last.kind} by {last.day}; {asked}: {holds}."


_HOLDS: dict[Truth, str] = {True: "yes", False: "no", None: "cannot tell"}


def _all_beside(
    alternative: Alternative, absence: Absence, bound: Bound, reading: PlainReading
) -> Iterator[str]:
    found = reading.combinations(alternative.find, alternative.where, bound)
    for number, (rows, _) in enumerate(found):
        if number == MOST_REMARKS:
            yield "and so on, of the others"
            return
        beside = " with ".join(_place(rows, name) for name in alternative.find)
        yield " ".join(_beside(absence, beside, rows, reading))


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
