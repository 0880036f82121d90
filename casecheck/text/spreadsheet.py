"""What every workbook that is written has in common: how large its cells are, and its one date."""

from __future__ import annotations

from datetime import UTC, datetime

MADE = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A workbook must say when it was made. Ours says always the same, the first day that its archive
knows: so it depends on nothing but what is in it, and one that nobody has saved since is known."""
A4 = 9
"""What Excel calls paper of this size."""
MAX_CELL = 32_767
"""Characters that a cell holds, as Excel counts them."""
LINE = 15.0
"""How high a line of text is, in points."""
HIGHEST = 27 * LINE
"""No row can be higher than 409 points."""
_LETTERS = 1.1
"""How many letters of a sentence stand where a digit does: rather too few."""


def lines_in(text: str, width: float) -> int:
    """Return in how many lines a text stands in a column: rather one too many.

    `width` is the column's, in digits, as a spreadsheet counts it.
    """
    width *= _LETTERS
    lines, left = 1, width
    for word in text.split():
        if left < len(word):
            lines, left = lines + (left < width) + int(len(word) // (width + 1)), width
        left -= len(word) + 1
    return lines


def fits_cell(text: str) -> bool:
    """Say whether a cell can hold a text."""
    # Excel counts a character beyond the first plane as two.
    return len(text) * 2 <= MAX_CELL or len(text.encode("utf-16-le")) // 2 <= MAX_CELL


def cut_to_cell(text: str, says: str) -> str:
    """Return the beginning of a text that fits no cell, and what `says` that it was cut."""
    units = text.encode("utf-16-le")[: (MAX_CELL - len(says)) * 2]
    return units.decode("utf-16-le", "ignore") + says


def row_height(lines: int) -> float:
    """Return how high a row of so many lines is to be, in points.

    Spreadsheets that print without showing a sheet leave a row as high as it is told to be.
    """
    return min(HIGHEST, LINE * lines)
