"""Draws what an estimate says of one lesson or check on a scale, to compare it with the others.

One drawing a row of the table that says the same in numbers: a line from bound to bound, and a
mark where the estimate is. So the table is the picture's text.
"""

from __future__ import annotations

from casecheck.qag.estimates.rates import Measure
from casecheck.report.html.markup import Html, tag
from casecheck.report.qag.estimate_parts import Scale

_WIDTH, _HEIGHT = 200, 16
_MIDDLE = _HEIGHT // 2
_ENDS: dict[Scale, tuple[float, float]] = {"share": (0, 1), "difference": (-1, 1)}
SCALE_WORDS: dict[Scale, tuple[str, str, str]] = {
    "share": ("0", "50", "100 %"),
    "difference": ("-100", "0", "+100"),
}
"""What stands at the ends and in the middle of a scale."""


def drawn(measure: Measure, scale: Scale) -> Html:
    """Return the drawing of a measure; only the scale where it is refused."""
    marks = [
        _upright(end, scale, 0, _HEIGHT, "g") for end in (*_ENDS[scale], sum(_ENDS[scale]) / 2)
    ]
    if measure.within is not None and not measure.known:
        lower, upper = measure.within
        line = f"M{_across(lower, scale)} {_MIDDLE}H{_across(upper, scale)}"
        marks.append(tag("path", class_="ci", d=line))
        marks += [_upright(end, scale, _MIDDLE - 3, _MIDDLE + 3, "ci") for end in (lower, upper)]
    if measure.value is not None:
        marks.append(_upright(measure.value, scale, _MIDDLE - 5, _MIDDLE + 5, "pt"))
    return tag(
        "svg",
        *marks,
        class_="forest",
        viewBox=f"-2 0 {_WIDTH + 4} {_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _upright(value: float, scale: Scale, top: int, bottom: int, class_: str) -> Html:
    return tag("path", class_=class_, d=f"M{_across(value, scale)} {top}V{bottom}")


def _across(value: float, scale: Scale) -> str:
    """Return how far from the left a value stands."""
    first, last = _ENDS[scale]
    return f"{(value - first) / (last - first) * _WIDTH:.1f}"
