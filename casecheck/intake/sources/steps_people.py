"""Works out of days of birth what a record may hold of them, and what they make doubtful."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from casecheck.intake.sources.case import BEGINNINGS, Case, Draft, PersonRef
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.values import UNKNOWN

_PREGNANCY = timedelta(days=280)
"""Forty weeks: what began earlier before a birth cannot be about that child."""


def births(case: Case, faults: Faults) -> None:
    """Give each person the month of their birth, where the source tells it rightly.

    A child who is expected has a month to come; an expected day that has gone by tells no birth.
    """
    for person in case.of("people"):
        if "born" in person.values:
            continue  # the source tells a month, or says of this person nothing
        born = _birth(case, person, faults)
        if born is not None:
            person.values["born"] = born.isoformat()[:7]
            if person.key is not None:
                case.births[person.key.key] = born


def _birth(case: Case, person: Draft, faults: Faults) -> date | None:
    birth, expected = person.values.get("birth"), person.values.get("expected_birth")
    today = case.extract.day
    if birth is not None and expected is not None:
        faults.add(31, person.item("expected_birth"), person.place)
    if isinstance(birth, date):
        if birth > today:
            faults.add(20, person.item("birth"), person.place)
            return None
        age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
        if age >= 18:
            faults.add(32, person.item("birth"), person.place)
        return birth if age <= 25 else None
    if birth is None and isinstance(expected, date) and today <= expected <= today + _PREGNANCY:
        return expected
    faults.add(31, person.item("birth"), person.place)
    return None


def before_birth(case: Case, faults: Faults) -> None:
    """Make unknown the first day of what began more than forty weeks before its child's birth."""
    limits: dict[Any, date] = {
        PersonRef(name): born - _PREGNANCY for name, born in case.births.items()
    }
    if not limits:
        return
    for section, name in BEGINNINGS.items():
        for draft in case.of(section):
            limit, begun = limits.get(draft.values.get("subject")), draft.values.get(name)
            if limit is not None and isinstance(begun, date) and begun < limit:
                faults.add(33, draft.item(name), draft.place)
                draft.values[name] = UNKNOWN
