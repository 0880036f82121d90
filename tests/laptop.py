"""What of a sheet is on a laptop's screen: how wide its columns are, as Excel measures them."""

from __future__ import annotations

from typing import Any

LAPTOP = 1366 - 30 - 20
"""Pixels that a laptop's screen leaves for cells, beside the row numbers and a bar to scroll."""


def pixels(sheet: Any, columns: int) -> int:
    """How wide the first columns of a sheet are: a character is 7 pixels."""
    widths = sheet.column_dimensions.values()
    spans = [one for one in widths for _ in range(one.min, one.max + 1)]
    return sum(int(one.width * 7) for one in spans[:columns])
