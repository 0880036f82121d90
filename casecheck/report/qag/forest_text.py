"""Draws a rate and its bounds on a line of text, to compare it with the lines above and below."""

from __future__ import annotations

from math import ceil, floor

from casecheck.qag.estimates.rates import Measure
from casecheck.report.qag.estimate_parts import Scale

_CELLS = 11
_ENDS: dict[Scale, tuple[float, float]] = {"share": (0, 1), "difference": (-1, 1)}
HEADS: dict[Scale, str] = {"share": "\n0   50  100", "difference": "\n-100 0 +100"}
"""What stands above the lines, as wide as they are."""


def drawn_in_text(measure: Measure, scale: Scale) -> str:
    """Return a line of blocks: = within the bounds, # where the rate is; all dots if refused.

    >>> from casecheck.qag.inference.intervals import Interval
    >>> drawn_in_text(Measure(10, 40, "exact", 0.8, Interval(0.5, 0.95)), "share")
    '.....===#=='
    """
    line = ["."] * _CELLS
    if measure.value is not None:
        first, last = _ENDS[scale]
        places = [(one - first) / (last - first) * _CELLS
                  for one in (measure.within or (measure.value, measure.value))]  # fmt: skip
        lower, upper = min(floor(places[0]), _CELLS - 1), max(ceil(places[1]), 1)
        line[lower:upper] = "=" * (upper - lower)
        at = floor((measure.value - first) / (last - first) * _CELLS)
        line[min(max(at, 0), _CELLS - 1)] = "#"
    return "".join(line)
