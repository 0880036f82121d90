"""Reads a day that a spreadsheet may have written in its own way when it saved a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

_DATE = re.compile(
    r"(\d{1,4})([-/. ])(\d{1,2}|[A-Za-z]{3,9})\2(\d{1,4})(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?Z?)?",
    re.ASCII,
)
_SERIAL = re.compile(r"\d{5}", re.ASCII)
_SERIAL_FROM = (date(1899, 12, 30), date(1904, 1, 1))
"""The day 0 of spreadsheets, counted so that their days since March 1900 come out right; and that
of workbooks from old Macintoshes."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def days(text: str) -> list[str]:
    """Return every day, as of ISO 8601, that a text may mean: 03/08/2026 is of August or March."""
    if _SERIAL.fullmatch(text):
        return [(zero + timedelta(int(text))).isoformat() for zero in _SERIAL_FROM]
    found = _DATE.fullmatch(text)
    if not found:
        return []
    first, _, middle, last = found.groups()
    orders = [(first, middle, last), (last, middle, first)]
    if middle.isdigit():
        orders.append((last, first, middle))
    return list(dict.fromkeys(day for order in orders for day in _days(*order)))


def _days(year: str, month: str, day: str) -> Iterator[str]:
    for one, number in product(_years(year), _months(month)):
        try:
            yield date(one, number, int(day)).isoformat()
        except ValueError:
            continue


def _years(text: str) -> list[int]:
    return [int(text)] if len(text) == 4 else [2000 + int(text), 1900 + int(text)]


def _months(text: str) -> list[int]:
    if text.isdigit():
        return [int(text)]
    return [number for number, name in enumerate(_MONTHS, 1) if text[:3].casefold() == name]
