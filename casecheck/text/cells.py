"""Cells of every CSV file that is written: text stays text in a spreadsheet, numbers are exact.

A spreadsheet reads a CSV cell as if somebody had typed it. `=1+1` becomes a formula, `3/10` the
tenth of March, `MAR1` a day, `007` seven, and a number of 77 digits keeps 15 of them. Such a cell
begins with an apostrophe, which Excel, LibreOffice and Google Sheets all take for the beginning of
a text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TextIO

from casecheck.text.printable import printable

EXACT_DIGITS = 15
"""Significant digits that every spreadsheet keeps of a number."""
_FORMULA = re.compile("(^|[,;|])(?=[ \"']*[=+\\-@＝＋－＠])")
"""Where a spreadsheet would see a formula: at a cell's start, or after what some settings take
for the end of a cell (in much of Europe, a semicolon)."""
_MONTHS = (
    "january february march april may june july august september october november december sept"
)
_DAYS = "monday tuesday wednesday thursday friday saturday sunday tues wednes thur thurs"
_PARTS = {"e", "d", "t", "z", "a", "p", "am", "pm", "h", "m", "s", "st", "nd", "rd", "th"}
"""What may stand between the digits of a number, a day or a time."""
_CALENDAR = {
    word[:length] for word in (*_MONTHS.split(), *_DAYS.split()) for length in (3, len(word))
}
_TRUTH = {"true", "false", "wahr", "falsch", "vrai", "faux"}
_LONGEST = 99
"""Characters of the longest text that is read as anything else, with room to spare."""
_WORDS = re.compile(r"[^\W\d_]+")
_DAY_OF_A_MONTH = re.compile(r"\d{1,4}(?: |-|/|\. )[^\W\d_]{3,}\.?(?:[ /-]\d{1,4})?")
"""A day with its month in any language, `5. Mai 2026`."""


def table(
    stream: TextIO, columns: Iterable[str], *, harmed: bool = True
) -> Callable[[Iterable[object]], None]:
    """Begin a CSV table, and return what writes a row of it: texts, numbers, None for no cell.

    `harmed`: texts may still begin a formula; not so those that are `harmless` already. `stream`
    must be UTF-8 and must not translate line ends (`newline=""`). It begins with the byte
    order mark without which Excel misreads every letter that is not ASCII; quotes and line ends are
    those of RFC 4180.
    """
    stream.write("\ufeff")
    rows = csv.writer(stream)
    rows.writerow(columns)

    def write(cells: Iterable[object]) -> None:
        rows.writerow([cell(one, harmed=harmed) for one in cells])

    return write


def cell(value: object, *, harmed: bool = True) -> str:
    """Write one cell: None is empty, a number stays one where no digit of it can get lost."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.{EXACT_DIGITS}g}"
    if isinstance(value, int) and not isinstance(value, bool):
        number = str(value)
        return number if len(number.lstrip("-")) <= EXACT_DIGITS else f"'{number}"
    return kept(harmless(str(value)) if harmed else str(value))


@lru_cache(maxsize=1 << 10)
def harmless(text: str) -> str:
    """Write a text with an apostrophe wherever a spreadsheet would begin a formula."""
    return _FORMULA.sub(r"\1'", printable(text))


@lru_cache(maxsize=1 << 12)
def kept(text: str) -> str:
    """Write a text with an apostrophe before it where a spreadsheet would change it."""
    return f"'{text}" if _changes(text) else text


def unkept(text: str) -> str:
    """Return a text without an apostrophe before it, if it has one: as it was before `kept`."""
    return text.removeprefix("'")


def _changes(text: str) -> bool:
    """Say whether a spreadsheet may read a text as a number, a day, a time or a truth.

    Rather once too often: what it knows depends on its language and its release.
    """
    bare = text.strip(' "').casefold()
    if bare in _TRUTH or bare.startswith("#"):
        return True
    if text.startswith("'") or not any(map(str.isdigit, bare)):
        return False
    words = _WORDS.findall(bare)
    if len(bare) > _LONGEST or not words:
        return not words
    if all(word in _PARTS or word in _CALENDAR for word in words):
        # A letter that leads, as in `P1`, is no part of a number; a month or a weekday is of a day.
        return not bare.startswith(words[0]) or words[0] in _CALENDAR
    return _DAY_OF_A_MONTH.fullmatch(bare) is not None
