"""Reads days in a format that a person says, such as `dd/mm/yyyy` or `dd-mmm-yyyy`.

A format has one each of the day (`d` or `dd`), the month (`m`, `mm` or `mmm`) and the year of four
digits (`yyyy`). A year of two digits is never read.
"""

from __future__ import annotations

import re
from functools import lru_cache

from casecheck.intake.sources import values

_PARTS = {
    "yyyy": r"(?P<y>\d{4})", "mmm": r"(?P<n>[A-Za-z]{3,9})\.?", "mm": r"(?P<m>\d{1,2})",
    "m": r"(?P<m>\d{1,2})", "dd": r"(?P<d>\d{1,2})", "d": r"(?P<d>\d{1,2})",
}  # fmt: skip
_PART = re.compile("yyyy|mmm|mm|m|dd|d|[^a-zA-Z]|.", re.DOTALL)
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class NoFormat(Exception):  # noqa: N818 - says what it is
    """A text is no format of days."""


class DayFormat:
    """A format of days.

    >>> DayFormat("mm/dd/yyyy").day("05/13/2025")
    (datetime.date(2025, 5, 13), None)

    Raises:
        NoFormat: where the text is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip().lower()
        pieces = _PART.findall(self.text)
        kinds = sorted(one[0] for one in pieces if one in _PARTS)
        others = "".join(one for one in pieces if one not in _PARTS)
        if kinds != ["d", "m", "y"] or re.search(r"[^-/. ]", others):
            raise NoFormat("no format of days, such as dd/mm/yyyy or yyyy-mm-dd")
        pattern = "".join(_PARTS.get(one) or re.escape(one) for one in pieces)
        self._pattern = re.compile(pattern + _TIME, re.ASCII)
        self.day = lru_cache(1024)(self._day)

    def _day(self, text: str) -> values.Read:
        """Return the day that a text is, and the fault met, as `values.day` does."""
        found = self._pattern.fullmatch(text.strip())
        if found is None:
            value, fault = values.day(text)
            # A day in another format than the one that is said is no day.
            return values.UNKNOWN, fault if value is values.UNKNOWN else values.WRONG_ORDER
        parts = found.groupdict()
        month = parts.get("m") or self._named(parts.get("n") or "")
        if month == "0":
            return values.UNKNOWN, values.OTHER_TEXT
        return values.day(f"{parts['y']}-{int(month):02}-{int(parts['d']):02}")

    def _named(self, name: str) -> str:
        begun = name[:3].lower()
        return str(_MONTHS.index(begun) + 1) if begun in _MONTHS else "0"
