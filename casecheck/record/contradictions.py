"""Finds the dates of one record that cannot both be right."""

from __future__ import annotations

from dataclasses import dataclass

from casecheck.record.faults import Contradiction
from casecheck.record.model import CONTRADICTORY_PAIRS, FIELDS, CaseRecord
from casecheck.record.values import earliest, latest

DateField = tuple[str, int, str]
"""A row's field: its section, its index in the section from 0, and the field's name in JSON."""


@dataclass(frozen=True, slots=True)
class Contradictions:
    """What contradicts itself in one record, and the dates that are therefore unknown."""

    pairs: tuple[Contradiction, ...] = ()
    unknown: frozenset[DateField] = frozenset()


_NONE = Contradictions()
_DATES: tuple[tuple[str, str], ...] = tuple(
    (section, spec.name)
    for section, fields in FIELDS.items()
    for spec in fields.values()
    if spec.kind == "date" and not spec.may_lie_ahead
)
_PAIRS: tuple[tuple[str, str, str], ...] = tuple(
    (section, start, end) for section, pairs in CONTRADICTORY_PAIRS.items() for start, end in pairs
)


def contradictions(record: CaseRecord) -> Contradictions:
    """Return the record's contradictions, each kind by section, field and row.

    First the dates after the day of the extract, each of which alone becomes unknown; then, of
    the other dates as recorded, each end before its start in one row, where both become unknown.
    A range is after a day if its earliest day is, and before another if its latest is before the
    other's earliest.
    """
    return _NONE if _is_consistent(record) else _contradictions(record)


def _is_consistent(record: CaseRecord) -> bool:
    """Return whether there is nothing to find, in a fraction of the time that finding takes.

    A day that is no plain date is left to the search.
    """
    today = record.extracted_on
    values = record.__dict__
    try:
        for section, name in _DATES:
            for row in values[section] or ():
                day = row.get(name)
                if day is not None and day > today:
                    return False
        for section, first, last in _PAIRS:
            for row in values[section] or ():
                end = row.get(last)
                if end is not None:
                    start = row.get(first)
                    if start is not None and end < start:
                        return False
    except TypeError:  # a range, or an event that is unknown
        return False
    return True


def _contradictions(record: CaseRecord) -> Contradictions:
    pairs: list[Contradiction] = []
    unknown: set[DateField] = set()
    for section, name in _DATES:
        for index, row in enumerate(record.__dict__[section] or ()):
            if earliest(row.get(name)) > record.extracted_on:
                pointers = (f"/{section}/{index}/{name}", "/extracted_on")
                message = f"{name} is after the day of the extract; it is taken as unknown"
                pairs.append(Contradiction(record.case_id, pointers, message))
                unknown.add((section, index, name))
    late = frozenset(unknown)
    for section, first, last in _PAIRS:
        for index, row in enumerate(record.__dict__[section] or ()):
            places = (section, index, first), (section, index, last)
            if latest(row.get(last)) < earliest(row.get(first)) and late.isdisjoint(places):
                pointers = (f"/{section}/{index}/{first}", f"/{section}/{index}/{last}")
                message = f"{last} is before {first}; both are taken as unknown"
                pairs.append(Contradiction(record.case_id, pointers, message))
                unknown.update(places)
    return Contradictions(tuple(pairs), frozenset(unknown))
