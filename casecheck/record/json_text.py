"""JSON text, read strictly: where it breaks, and which names an object repeats."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Sequence
from typing import Any

import jiter


class NotJson(Exception):  # noqa: N818 - it is not an error of the program
    """A text that is not JSON; `line` and `column` (bytes) count from 1, where they are known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class RepeatingObject(dict[str, Any]):
    """A JSON object that gives some names more than once; it holds the last value of each."""

    repeated: tuple[str, ...]


def decode(data: bytes) -> Any:
    """Return the value that the text `data` holds, an object that repeats a name as such.

    Raises:
        NotJson: with a message that holds nothing of the text.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start) from None
    try:
        # jiter first: it is stricter than json, bounds the depth, and says line and column.
        jiter.from_json(data, allow_inf_nan=False, cache_mode="none")
        return json.loads(text, object_pairs_hook=_object)
    except ValueError as error:
        raise _not_json(data, str(error)) from None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    repeating = RepeatingObject(plain)
    times = Counter(name for name, _ in pairs)
    repeating.repeated = tuple(name for name in plain if times[name] > 1)
    return repeating


def _not_utf8(data: bytes, offset: int) -> NotJson:
    line, column = _place(data, offset)
    return NotJson("not UTF-8 text: export it as UTF-8", line, column)


def _place(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1


# What jiter says, by a part of its words, and what we say of it. Never its words: some of them
# repeat the text.
_FAULTS = (
    ("EOF", "the text ends before the record does; is the file cut short?"),
    ("trailing comma", "a comma with nothing after it"),
    ("trailing characters", "something follows the end of the record"),
    ("control character", "a control character inside a string; write it as an escape"),
    ("surrogate", "an escape \\u that is only half of a character"),
    ("hex escape", "an escape \\u without four hexadecimal digits, or only half of a character"),
    ("invalid escape", "a backslash before a character that JSON does not escape"),
    ("recursion", "objects or lists nested far deeper than a case record"),
    ("number", "a number that JSON does not allow, or one too long"),
    ("key must be a string", "a field name that is not in double quotes"),
    ("expected `:`", "a field name without a colon after it"),
    ("expected `,`", "a comma or a closing bracket is missing"),
)


def _not_json(data: bytes, said: str) -> NotJson:
    place = re.search(r"at line (\d+) column (\d+)$", said)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    if b"\x00" in data:
        return NotJson("holds NUL bytes; is it UTF-16? Export it as UTF-8", line, column)
    if data.startswith(BOM_UTF8):
        return NotJson("a byte order mark inside the file; remove it", line, column)
    fault = next((ours for theirs, ours in _FAULTS if theirs in said), "no JSON value stands here")
    return NotJson(f"not JSON: {fault}", line, column)
