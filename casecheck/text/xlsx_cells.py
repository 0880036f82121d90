"""What a workbook writes of a cell: its column, the escapes of its text, its number."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_SERIAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,15})?", re.ASCII)
_ZERO, _ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_SECONDS = 86_400
_WHOLE = re.compile(r"-?[0-9]{1,15}\.0+|-?[0-9](?:\.[0-9]{1,14})?[Ee]\+?[0-9]{1,2}", re.ASCII)


def column_number(letters: str) -> int:
    """Return the number, from 0, of the column of these letters: A is 0, XFD the last; else -1."""
    if not _LETTERS.fullmatch(letters):
        return -1
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of the column of this number, from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def unescaped(text: str) -> str:
    """Undo the escapes of a text: `_x000D_` is a carriage return, `_x005F_` a `_` (ST_Xstring)."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    # Two escapes may be the halves of one character; half of one is none.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@lru_cache(maxsize=1 << 14)
def day_of_serial(text: str, from_1904: bool) -> str | None:
    """Return the day, and the time if it has one, that a number is in a workbook; None of none.

    >>> day_of_serial("44090", False), day_of_serial("42628.5", True), day_of_serial("1", False)
    ('2020-09-16', '2020-09-16T12:00:00', '1900-01-01')
    """
    if not _SERIAL.fullmatch(text):
        return None
    whole, _, part = text.partition(".")
    number = int(whole)
    # Spreadsheets count a 29 February 1900, which there was not.
    zero = _ZERO_1904 if from_1904 else _ZERO if number > 60 else _ZERO + timedelta(1)
    try:
        made = zero + timedelta(number, round(float(f"0.{part or 0}") * _SECONDS))
    except OverflowError:
        return None
    return made.date().isoformat() if made.time() == time() else made.isoformat()


def number_as_typed(text: str) -> str:
    """Return a number as it was typed: some programs save 12 as `12.0` or `1.2E1`."""
    if not _WHOLE.fullmatch(text):
        return text
    number = float(text)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text
