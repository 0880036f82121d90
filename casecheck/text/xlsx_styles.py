"""Reads of a workbook's styles which of them show a number as a day.

Source of the format: ECMA-376, part 1, 18.8.30 (the formats that every program knows by number) and
18.8.31 (the codes of others).
"""

from __future__ import annotations

import re

from casecheck.text.xlsx_archive import Unusable
from casecheck.text.xlsx_markup import TOO_MUCH, Reader

MOST = 1 << 16
"""Styles, and formats, that a workbook may have."""
_KNOWN = frozenset(map(str, (*range(14, 18), 22, *range(27, 37), *range(50, 59))))
"""The formats of days that have a number of their own; those of times alone are not among them."""
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', re.DOTALL)
"""What in the code of a format stands for itself, or for a colour, a language, a width."""
_OF_A_DAY = re.compile("[yd]", re.IGNORECASE)


class DayStyles(Reader):
    """Takes the styles of cells, in order: cells name them by their number from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._formats: dict[str, str] = {}
        self._styles: list[str] = []
        self._within = ""

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Take a format, or a style of cells."""
        if self.depth == 2:
            self._within = name
        elif self.depth == 3 and self._within == "numFmts":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif self.depth == 3 and self._within == "cellXfs":
            self._styles.append(attributes.get("numFmtId", ""))
        if len(self._styles) > MOST or len(self._formats) > MOST:
            raise Unusable(TOO_MUCH)

    def found(self) -> frozenset[str]:
        """Return the styles that show a day, by their numbers as cells write them."""
        days = _KNOWN.difference(self._formats) | {
            number for number, code in self._formats.items() if _shows_a_day(code)
        }
        return frozenset(str(at) for at, number in enumerate(self._styles) if number in days)


def _shows_a_day(code: str) -> bool:
    return bool(_OF_A_DAY.search(_NOT_CODE.sub("", code)))
