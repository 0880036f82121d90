"""What a workbook writes of a cell: its column, the escapes of its text, its number."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile(r"[A-Z]{1,3}")
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


def number_as_typed(text: str) -> str:
    """Return a number as it was typed: some programs save 12 as `12.0` or `1.2E1`."""
    if not _WHOLE.fullmatch(text):
        return text
    number = float(text)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text
