"""Finds the dates of one record that cannot both be right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import attrgetter

from casecheck.record import CONTRADICTORY_PAIRS, FIELDS, CaseRecord, Row
from casecheck.results import Contradiction

Place = tuple[str, int, str]
"""A row's field: its section, its index in the section from 0, and the field's name in JSON."""


@dataclass(frozen=True, slots=True)
class Contradictions:
    """What contradicts itself in one record, and the dates that are therefore unknown."""

    found: tuple[Contradiction, ...] = ()
    unknown: frozenset[Place] = frozenset()


_NONE = Contradictions()
_MAY_LIE_AHEAD = {("actions", "due")}
_Day = Callable[[Row], date | None]
_DATES: tuple[tuple[str, str, _Day], ...] = tuple(
    (section, spec.name, attrgetter(spec.attribute))
    for section, fields in FIELDS.items()
    for spec in fields.values()
    if spec.kind == "date" and (section, spec.name) not in _MAY_LIE_AHEAD
)
_PAIRS: tuple[tuple[str, str, str, _Day, _Day], ...] = tuple(
    (section, start, end, attrgetter(start), attrgetter(end))
    for section, pairs in CONTRADICTORY_PAIRS.items()
    for start, end in pairs
)


def contradictions(record: CaseRecord) -> Contradictions:
    """Return the record's contradictions, each kind by section, field and row.

    First the dates after the day of the extract, each of which alone becomes unknown; then, of
    the other dates as recorded, each end before its start in one row, where both become unknown.
    """
    return _NONE if _is_consistent(record) else _contradictions(record)


def _is_consistent(record: CaseRecord) -> bool:
    """Return whether there is nothing to find, in a fraction of the time that finding takes."""
    today = record.extracted_on
    values = record.__dict__
    columns = [map(day_of, values[section]) for section, _, day_of in _DATES if values[section]]
    if max(filter(None, chain.from_iterable(columns)), default=today) > today:
        return False
    for section, _, _, start_of, end_of in _PAIRS:
        for row in values[section] or ():
            end = end_of(row)
            if end is not None:
                start = start_of(row)
                if start is not None and end < start:
                    return False
    return True


def _contradictions(record: CaseRecord) -> Contradictions:
    found: list[Contradiction] = []
    unknown: set[Place] = set()
    for section, name, day_of in _DATES:
        for index, row in enumerate(record.__dict__[section] or ()):
            day = day_of(row)
            if day is not None and day > record.extracted_on:
                pointers = (f"/{section}/{index}/{name}", "/extracted_on")
                message = f"{name} is after the day of the extract; it is taken as unknown"
                found.append(Contradiction(record.case_id, pointers, message))
                unknown.add((section, index, name))
    late = frozenset(unknown)
    for section, first, last, start_of, end_of in _PAIRS:
        for index, row in enumerate(record.__dict__[section] or ()):
            places = (section, index, first), (section, index, last)
            start, end = start_of(row), end_of(row)
            if start is not None and end is not None and end < start and late.isdisjoint(places):
                pointers = (f"/{section}/{index}/{first}", f"/{section}/{index}/{last}")
                message = f"{last} is before {first}; both are taken as unknown"
                found.append(Contradiction(record.case_id, pointers, message))
                unknown.update(places)
    return Contradictions(tuple(found), frozenset(unknown))
