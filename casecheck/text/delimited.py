"""What every reading of CSV has in common: bounded lines, and what Excel is told of separators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

SEPARATORS = (",", ";", "\t", "|")
"""What may stand between the cells of a table."""
_TOLD = re.compile(r'"?sep=([,;\t|])"?\r?\n')
"""A first line by which Excel is told what separates the cells."""


class TooLong(Exception):  # noqa: N818 - says what it is
    """A line is longer than any row of a table can be."""


def bounded_lines(text: TextIO, longest: int) -> Iterator[str]:
    """Yield the lines of a text with their ends, each of fewer than `longest` characters.

    Raises:
        TooLong: where one has as many or more.
    """
    while line := text.readline(longest):
        if len(line) >= longest:
            raise TooLong
        yield line


def separator_told(text: TextIO, longest: int) -> str | None:
    """Return the separator that the first line tells Excel, and stand after that line.

    Where it tells none, the text stands at its beginning, and None is returned.
    """
    told = _TOLD.fullmatch(text.readline(longest))
    if told is None:
        text.seek(0)
        return None
    return told[1]
