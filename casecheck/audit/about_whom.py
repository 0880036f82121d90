"""Say whom a finding is about, and how old they were: the child, or the young parent.

A page need not say it: of the rows that a check asks about, the first that leads to a person does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Population
from casecheck.lessons.terms import DayOf, Field, Quantity, RowPath
from casecheck.record.model import FIELDS, OWN_DAYS
from casecheck.results import About
from casecheck.truth.known import FAR, Bounds, Known, KnownRow, birthdays

NOBODY = About(None, None, None)
_PERSON: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "people": ((),),
    "plans": (("subject",),),
    "category_changes": (("plan", "subject"),),
    "chair_agreements": (("category_change", "plan", "subject"),),
    "risks": (("subject",),),
    "mitigations": (("risk", "subject"),),
    "actions": (("plan", "subject"),),
    "assessments": (("subject",),),
    "tools": (("subject",),),
    "meetings": (("subject",), ("plan", "subject")),
    "incidents": (("victim",),),
    "referrals": (("subject",),),
    "marac_decisions": (("referral", "subject"),),
    "court_orders": (("child",),),
    "best_interest_reviews": (("order", "child"),),
    "court_notices": (("order", "child"),),
    "threshold_decisions": (("person",),),
    "contacts": (("subject",),),
    "visits": (("subject",),),
    "return_interviews": (("incident", "victim"),),
}
"""By which references a row of each section leads to the person it is about, the nearest first."""
_OF_A_CHILD = ("parent_of", "carer_of")
"""The relationships that are about the one they lead to."""


class _Way(NamedTuple):
    """How a row leads to its person, and the field that holds its day."""

    person: tuple[tuple[str, ...], ...]
    day: Field | None


class AboutWhom:
    """Says of the instances of one population whom they are about."""

    def __init__(self, population: Population, sources: Sequence[Source]) -> None:
        kinds = set(population.for_each.values())
        self._ways = {one.number: _way(one) for one in sources if one.kind.name in kinds}

    def about(self, facts: Sequence[tuple[Source, KnownRow]], known: Known) -> About:
        """Return the person whom an instance is about, as far as the record tells."""
        person = next(self._people(facts, known), None)
        if person is None:
            return NOBODY
        if person.data is None:
            return About(person.id, None, None)
        born = person.data.get("born")
        age = None if born is None else self._age(born, facts, known)
        return About(person.id, person.data.get("pseudonym"), age)

    def _people(self, facts: Sequence[tuple[Source, KnownRow]], known: Known) -> Iterator[KnownRow]:
        """Yield the people to whom rows lead; of rows of one instance the first decides."""
        for source, row in facts:
            if row.data is None:
                if self._ways[source.number].person:
                    return
                continue
            if source.section == "relationships" and not source.way:
                if row.data["kind"] in _OF_A_CHILD:
                    yield _reached(row, ("to",), known)
                    return
                continue
            for references in self._ways[source.number].person:
                person = _reached(row, references, known)
                if person.id is not None:
                    yield person
                    return
            if self._ways[source.number].person:
                return

    def _age(self, born: str, facts: Sequence[tuple[Source, KnownRow]], known: Known) -> int | None:
        """Return the age on the day on which the last of an instance's rows came about."""
        first, last = -FAR, -FAR
        for source, row in facts:
            day = self._ways[source.number].day
            if day is None:
                continue
            bounds = known.bounds(Quantity(DayOf(day)), {day.row.binding: row})
            if bounds is None:
                return None
            first, last = max(first, bounds[0]), max(last, bounds[1])
        if first <= -FAR or last >= FAR:
            return None
        return age_between(born, (known.today + first, known.today + last))


def _way(source: Source) -> _Way:
    if source.way is None:
        day = OWN_DAYS.get(source.section)
        row = RowPath("row")
        return _Way(_PERSON.get(source.section, ()), None if day is None else Field(row, day))
    people, days = [], []
    for path in source.way.fields.values():
        if isinstance(path, Field):
            days.append(path)
        elif _end(source.section, path.references) == "people":
            people.append(path.references)
    own = OWN_DAYS.get(source.section)
    own_day = None if own is None else Field(RowPath(source.way.binding), own)
    return _Way(tuple(people[:1]), days[0] if days else own_day)


def _end(section: str, references: Sequence[str]) -> str:
    for reference in references:
        section = FIELDS[section][reference].target or ""
    return section


def _reached(row: KnownRow, references: Sequence[str], known: Known) -> KnownRow:
    reached = known.follow(row, references)
    return reached if reached is not None else KnownRow("people", None, None, None)


@cache
def age_between(born: str, days: Bounds) -> int | None:
    """Return the age in whole years on a day between two (ordinals), or None.

    None where neither birth nor days settle it, and before the birth.

    >>> from datetime import date
    >>> day = date(2026, 5, 12).toordinal()
    >>> age_between("2008-04", (day, day)), age_between("2008-05", (day, day))
    (18, None)
    """
    first, last = days
    least, most = _years(born, first, 1), _years(born, last, 0)
    return least if least == most and least >= 0 else None


def _years(born: str, day: int, end: int) -> int:
    """Return the age on a day of one born at one end of a month or year; -1 before the birth."""
    years = date.fromordinal(day).year - int(born[:4])
    while years >= 0 and birthdays(born, years)[end] > day:
        years -= 1
    return max(years, -1)
