"""Reads what stands in a source: days, codes and flags in their many spellings.

Each function returns the value and the number of the fault that it met (`dirt.py`), or None. What
cannot be read is `UNKNOWN`, and never "no"; no text of the source is kept or shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Final

from casecheck.intake.sources.identifiers import spelt
from casecheck.record.values import FIRST_DAY, LAST_DAY, UNKNOWN_WORD


class Unknown(Enum):
    """Stands where something is given that tells nothing."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

TIME_CUT, WRONG_ORDER, NO_DAY, AHEAD = 16, 17, 19, 20
NO_SUCH_WORDING, NO_SUCH_CODE, NONE_WORD, OTHER_TEXT = 43, 44, 53, 55
NO_RESULT = 14
"""The faults that are seen in a single value."""

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(?:Z|[+-]\d{2}:\d{2})?"
)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}:\d{2}(?::\d{2})?))?")
_TWO_DIGITS = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_MIDNIGHT = re.compile(r"[0:.]+")
_AS_CODES_ARE = re.compile(r"[a-z0-9]{1,6}")
_APART = re.compile(r"[;,|]")
_MONTH = re.compile(r"(19[0-9]{2}|20[0-9]{2}|2100)(-(0[1-9]|1[0-2]))?", re.ASCII)
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_PLACEHOLDERS = {date(1900, 1, 1), date(1899, 12, 30), date(1970, 1, 1), date(9999, 12, 31)}
"""Days that supplier systems write for none."""
_NONE_WORDS = frozenset(
    {"none", "n/a", "na", "notrecorded", "notknown", "unknown", "nope", "-", "--", "0", "null",
     "nil", ".", "notapplicable", "nan", "c)unknown"}
)  # fmt: skip
_ERRORS = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!",
     "#getting_data"}
)  # fmt: skip
"""What a spreadsheet shows where it could work out nothing."""
_YES = frozenset({"1", "true", "y", "yes", "t", "a)yes"})
_NO = frozenset({"0", "false", "n", "no", "f", "b)no"})
FLAGS = ("yes", "no", "true", "false", "1", "0")
"""What is told of the words of which one is wanted where something is so, or not."""

Read = tuple[object, int | None]


def folded(text: str) -> str:
    """Return a text without blanks and in one case, as codes are compared.

    >>> folded(" a)\\xa0Neglect ")
    'a)neglect'
    """
    return _BLANKS.sub("", text).replace("\u2019", "'").casefold()


def says_none(text: str) -> bool:
    """Say whether a text is a word for nothing recorded, which is never "no"."""
    word = folded(text)
    return word in _NONE_WORDS or word in _ERRORS


@lru_cache(maxsize=2**15)
def day(text: str, in_order: bool = True) -> Read:
    """Return the day that a text is: ISO, with or without a time, or dd/mm/yyyy.

    Not `in_order`: days with slashes in this column are doubtful, since one has a month above 12.

    >>> day("31/03/2024")
    (datetime.date(2024, 3, 31), None)
    """
    text = text.strip()
    time: str | None
    if found := _ISO.fullmatch(text):
        year, month, number, time = found.groups()
    elif found := _BRITISH.fullmatch(text):
        number, month, year, time = found.groups()
    else:
        return UNKNOWN, _no_day(text)
    if "/" in text and (not in_order or int(month) > 12):
        return UNKNOWN, WRONG_ORDER
    try:
        read = date(int(year), int(month), int(number))
    except ValueError:
        return UNKNOWN, OTHER_TEXT
    if read in _PLACEHOLDERS or not FIRST_DAY <= read <= LAST_DAY:
        return UNKNOWN, AHEAD if read > LAST_DAY and read not in _PLACEHOLDERS else NO_DAY
    return read, TIME_CUT if time and not _MIDNIGHT.fullmatch(time) else None


def day_or_never(text: str, never: frozenset[date], in_order: bool = True) -> Read:
    """Return the day that a text is; None for one of those by which a system says "not yet".

    >>> day_or_never("1900-01-01 00:00:00", frozenset({date(1900, 1, 1)}))
    (None, 19)
    """
    found = _ISO.fullmatch(text.strip()) or _BRITISH.fullmatch(text.strip())
    if found is not None:
        year, month, number = found.groups()[:3] if "-" in text else found.groups()[2::-1]
        with suppress(ValueError):
            if date(int(year), int(month), int(number)) in never:
                return None, NO_DAY
    return day(text, in_order)


def _no_day(text: str) -> int:
    """Return the fault of a text that is no day."""
    if _TWO_DIGITS.fullmatch(text):
        return WRONG_ORDER
    return _no_code(folded(text)) if says_none(text) else OTHER_TEXT


def has_month_second(text: str) -> bool:
    """Say whether a text can only be a day in the American order, its month first."""
    found = _BRITISH.fullmatch(text.strip())
    return bool(found and int(found[1]) <= 12 < int(found[2]))


def code(text: str, known: Mapping[str, str], unknown: int | None = None) -> Read:
    """Return the code that a text stands for; `known` has the source's by their folded spelling.

    `unknown` is the fault of any other text, where it does not depend on how the text looks.
    """
    word = folded(text)
    found = known.get(word)
    if found is not None:
        return (found, None) if found != UNKNOWN_WORD else (UNKNOWN, None)
    if unknown is not None and word not in _NONE_WORDS and word not in _ERRORS:
        return UNKNOWN, unknown
    return UNKNOWN, _no_code(word)


def codes(text: str, known: Mapping[str, str], unknown: int | None = None) -> Read:
    """Return the codes that a list stands for, its parts apart by `;`, `,` or `|`.

    One that is not known leaves open what else the list holds.
    """
    read = [code(part, known, unknown) for part in _APART.split(text) if part.strip()]
    found = list(dict.fromkeys(value for value, _ in read if isinstance(value, str)))
    fault = next((fault for _, fault in read if fault is not None), None)
    is_open = any(value is UNKNOWN for value, _ in read)
    if not found and is_open:
        return UNKNOWN, fault
    return [*found, UNKNOWN_WORD] if is_open else found, fault


def month(text: str) -> Read:
    """Return a birth as a record has it: of a day, its month.

    >>> month("2015-06"), month("12/06/2015"), month("2015")
    (('2015-06', None), ('2015-06', None), ('2015', None))
    """
    if _MONTH.fullmatch(text.strip()):
        return text.strip(), None
    found, fault = day(text)
    return (f"{found:%Y-%m}" if isinstance(found, date) else UNKNOWN), fault


def flag(text: str) -> Read:
    """Return whether a text says yes or no."""
    word = folded(text)
    if word in _YES or word in _NO:
        return word in _YES, None
    return UNKNOWN, _no_code(word)


def coded_flag(text: str, known: Mapping[str, str]) -> Read:
    """Return whether a code says yes or no; `known` has "yes", "no" or "unknown" for each."""
    found, fault = code(text, known)
    return (found == "yes", None) if found in ("yes", "no") else (UNKNOWN, fault)


def _no_code(word: str) -> int:
    """Return the fault of a folded text that is no code."""
    if word in _NONE_WORDS or word in _ERRORS:
        return NONE_WORD if word in _NONE_WORDS else NO_RESULT
    return NO_SUCH_CODE if _AS_CODES_ARE.fullmatch(word) else OTHER_TEXT


def identifier(text: str | None) -> str | None:
    """Return an identifier as every source is to write it; None where there is none.

    >>> identifier(" 123.0 ")
    '123'
    """
    written = spelt(text or "")
    return written if written and "\n" not in written else None
