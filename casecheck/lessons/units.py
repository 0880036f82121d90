"""What a parameter counts: days, working days, agencies, years or rows; and what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from casecheck.lessons.periods import MAX_NUMBER, NUMBER, is_number
from casecheck.record.codes import Agency

Unit = Literal["days", "working days", "agencies", "years", "rows"]
UNITS: Mapping[Unit, str] = {
    "days": "Days, added to a day or taken from it.",
    "working days": "Working days, which workdays() is compared with.",
    "agencies": "Agencies, of which count() counts those in a list.",
    "years": "An age, as under() asks it.",
    "rows": "Rows, so many of which `at_least` asks for.",
}
"""Each unit, and where a condition uses a parameter of it."""
DAYS = ("days", "working days")
AGENCIES = get_args(Agency)
MAX_AGE = 130
_LIMITS = {"agencies": (0, len(AGENCIES)), "years": (1, MAX_AGE)}
_MEANT = {
    **dict.fromkeys(("day", "calendar days", "weeks", "months"), "days"),
    **dict.fromkeys(("workdays", "working day", "workday", "business days"), "working days"),
    **dict.fromkeys(("agency", "codes", "people", "professionals"), "agencies"),
    **dict.fromkeys(("year", "age", "ages"), "years"),
}
"""What is often written for a unit."""


def as_unit(text: str) -> Unit | Literal[""]:
    """Return a unit as what it is; "" where there is none such."""
    return next((one for one in UNITS if one == text), "")


def value_fault(value: object, unit: str) -> str:
    """Return why a parameter of a unit cannot have this value; "" where it can."""
    least, most = _LIMITS.get(unit, (0, MAX_NUMBER))
    if is_number(value) and isinstance(value, int) and least <= value <= most:
        return ""
    if unit in _LIMITS:
        return f"a number of {unit} is a whole number from {least} to {most}"
    return NUMBER


def unit_fault(unit: str) -> str:
    """Return what to say of a unit that there is not, with the one that is likely meant."""
    *others, last = (f"`{one}`" for one in UNITS)
    said = f"a unit is {', '.join(others)} or {last}"
    meant = _MEANT.get(unit.casefold())
    return f"{said}: did you mean `{meant}`?" if meant else said


def is_of_agencies(codes: object) -> bool:
    """Say whether the codes that a field may hold are those of agencies."""
    return codes == AGENCIES
