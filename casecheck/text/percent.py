"""Rates as people read them: a percentage to one place, which never claims all or none wrongly.

What is estimated is rounded to the nearest. A bound is rounded to the safe side, away from what it
bounds: a lower bound down, an upper one up. Else it would claim what nobody has shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from casecheck.text.page import Page

_UNPARTED = "\ue000"
"""Stands for the space before a sign while a text is folded: rich folds at U+00A0 too."""

_MACHINE_PLACES = 10
_SURE_PLACES = 13
"""Places to which a bound is what it was computed to be; those beyond are errors of rounding."""


def percent(rate: float | Fraction) -> str:
    """Write a rate (1 is all) to one place: `68.8 %`, `5 %`, `over 99.9 %` where not quite all."""
    value = round(float(rate) * 100, 9)
    if 0 < value < 0.05:
        return "under 0.1 %"
    if 99.95 < value < 100:
        return "over 99.9 %"
    written = f"{value:.1f}"
    return f"{written.removesuffix('.0')} %"


def exactly(rate: Fraction) -> str:
    """Write a rate that somebody chose, with all its places: `3.25 %`."""
    return f"{float(rate * 100):.10g} %"


def at_least(rate: float) -> str:
    """Write a lower bound of a rate, rounded down to 0.1 %: `94.9 %` of 0.94966."""
    return f"{_plain(bound_below(rate * 100, 1))} %"


def at_most(rate: float) -> str:
    """Write an upper bound of a rate, rounded up to 0.1 %: `95 %` of 0.94966."""
    return f"{_plain(bound_above(rate * 100, 1))} %"


def between(lower: float, upper: float) -> str:
    """Write an interval of a rate, rounded outwards to 0.1 %: `94.9 to 99.8 %`."""
    low, high = bound_below(lower * 100, 1), bound_above(upper * 100, 1)
    return f"{_plain(low)} to {_plain(high)} %"


def bound_below(value: float, places: int) -> Decimal:
    """Return a lower bound, rounded down to so many places; every printed one goes through here.

    Floating point has errors in the 14th place and beyond: 0.3 may come as 0.29999999999999998.
    What is within such an error of a rounded value is taken for it.
    """
    return _rounded_to(value, places, ROUND_FLOOR)


def bound_above(value: float, places: int) -> Decimal:
    """Return an upper bound, rounded up to so many places, as `bound_below` rounds down."""
    return _rounded_to(value, places, ROUND_CEILING)


def _rounded_to(value: float, places: int, way: str) -> Decimal:
    # `repr` has no exponent that `Decimal` cannot read; 0.0 takes the sign from -0.0.
    exact = Decimal(repr(round(value, _SURE_PLACES) + 0.0))
    return exact.quantize(Decimal(1).scaleb(-places), way) + Decimal(0)


def _plain(value: Decimal) -> str:
    """Write a number without a `.0` at its end."""
    return str(value).removesuffix(".0")


def rounded(value: float) -> float:
    """Return a number for machines, to ten places: the last bits differ between machines."""
    return round(value, _MACHINE_PLACES) + 0.0


def rounded_down(bound: float) -> float:
    """Return a lower bound for machines, to ten places, rounded down."""
    return float(bound_below(bound, _MACHINE_PLACES))


def rounded_up(bound: float) -> float:
    """Return an upper bound for machines, to ten places, rounded up."""
    return float(bound_above(bound, _MACHINE_PLACES))


def folded(page: Page, text: str, indent: int, style: str = "") -> Iterator[str]:
    """Fold a paragraph so that no number is parted from its sign."""
    for line in page.lines(unparted(text), indent, 2, style):
        yield parted(line)


def unparted(text: str) -> str:
    """Return a text that is folded nowhere between a number and its sign."""
    return text.replace(" %", f"{_UNPARTED}%")


def parted(text: str) -> str:
    """Return a folded text with plain spaces again."""
    return text.replace(f"{_UNPARTED}%", " %")
