"""A pack that came back, as it was read: its rows, where each cell is, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

MAX_BYTES = 32 << 20
"""How large a file may be: no pack is."""


class Unusable(Exception):  # noqa: N818 - says why
    """A file is no pack that can be read; the message says why, after the file's name."""


class Line(NamedTuple):
    """One row of a file: its number there, its cells by column, and where each of them is.

    `beyond` are the cells that hold something where the form has none, `formulas` the columns of
    those that hold a formula.
    """

    row: int
    cells: Mapping[str, str]
    places: Mapping[str, str]
    beyond: tuple[str, ...] = ()
    formulas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Returned:
    """A pack that came back, as read: its name and its rows; `sheet` is "" where it has none.

    `changed` are the places, apart from its rows, that are not as they were sent; `unread` is what
    else is in the file, which nobody will read.
    """

    file: str
    sheet: str
    name: str
    name_at: str
    lines: tuple[Line, ...]
    changed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong, in which file and where in it."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


def place_of(returned: Returned, line: Line, column: str) -> str:
    """Return where a cell is, in words: sheet, row and cell."""
    sheet = f"sheet {returned.sheet}, " if returned.sheet else ""
    return f"{sheet}row {line.row}, {line.places[column]}"


def place_of_rows(returned: Returned, rows: Iterable[int], column: str) -> str:
    """Return where the cells of a column are in several rows, in words."""
    sheet = f"sheet {returned.sheet}, " if returned.sheet else ""
    return f"{sheet}rows {ranges(rows)}, column {column}"


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers in words: `2 to 8, 12`."""
    ordered = sorted(numbers)
    starts = [ordered[0], *(two for one, two in pairwise(ordered) if two != one + 1)]
    ends = [*(one for one, two in pairwise(ordered) if two != one + 1), ordered[-1]]
    return ", ".join(
        f"{one} to {two}" if one < two else f"{one}" for one, two in zip(starts, ends, strict=True)
    )
