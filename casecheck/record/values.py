"""The values that a field of a case record can hold, as they are read.

What needs pydantic stands in `field_types.py`: to audit records that are right imports none of it.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)
NO_RISK = "none"
"""What `actions.addresses` says where an action addresses no risk; so no row has it as its id."""
UNKNOWN_WORD = "unknown"
"""What an event, an event link or a list says of what is unknown; so no row has it as its id."""


class DayRange(NamedTuple):
    """Some day from the first to the last, both included; None is no bound."""

    first: date | None
    last: date | None


def no_number(value: object) -> object:
    """Hand on what is true or false: to Python, and to pydantic, the number 1 is true as well.

    Raises:
        ValueError: where it is neither.
    """
    if not isinstance(value, bool):
        raise ValueError
    return value


def range_in_words(first: date | str | None, last: date | str | None) -> str:
    """Return a range in words; an end that is None is open.

    >>> range_in_words("2026-01-05", "2026-03-31")
    'some day from 2026-01-05 to 2026-03-31'
    >>> range_in_words(None, "2026-03-31"), range_in_words("2026-01-05", None)
    ('some day up to 2026-03-31', 'some day from 2026-01-05 on')
    """
    if first is None:
        return f"some day up to {last}"
    if last is None:
        return f"some day from {first} on"
    return f"some day from {first} to {last}"


def earliest(value: date | DayRange | str | None) -> date:
    """Return the earliest day that a field's value may be; the first of all where none is known."""
    if isinstance(value, DayRange):
        return value.first or date.min
    return value if isinstance(value, date) else date.min


def latest(value: date | DayRange | str | None) -> date:
    """Return the latest day that a field's value may be; the last of all where none is known."""
    if isinstance(value, DayRange):
        return value.last or date.max
    return value if isinstance(value, date) else date.max


OPEN_END = ".."
"""What stands in a range for no bound."""


def day_in_json(value: date | DayRange | str | None) -> str | None:
    """Return a day, a range or what stands for an event as a record has it."""
    if isinstance(value, DayRange):
        first, last = value
        begins = OPEN_END if first is None else first.isoformat()
        return f"{begins}/{OPEN_END if last is None else last.isoformat()}"
    return value.isoformat() if isinstance(value, date) else value


# The forms of texts, as regular expressions

ID = r"^[A-Za-z][A-Za-z0-9_-]{0,31}$"
PSEUDONYM = r"^[A-Z][A-Z0-9-]{2,31}$"
SOURCE = r"^[a-z][a-z0-9_-]{0,31}$"
STRATUM = r"^[A-Z][A-Z0-9-]{0,31}$"
BORN = r"^(19[0-9]{2}|20[0-9]{2}|2100)(-(0[1-9]|1[0-2]))?$"
