"""The cells that the tables of estimates have in common."""

from __future__ import annotations

from casecheck.qag.estimates.rates import Measure
from casecheck.text.counted import counted
from casecheck.text.percent import between, bound_above, bound_below, percent

NONE = "-"


def of(number: int, measure: Measure) -> str:
    """Write a plain count: so many of the judged cases that a measure rests on."""
    return f"{number} of {measure.n}" if measure.n else NONE


def rate(measure: Measure) -> str:
    """Write a rate, or that there is none."""
    return NONE if measure.value is None else percent(measure.value)


def within(measure: Measure) -> str:
    """The bounds of a rate in %, rounded outwards, so that no more is claimed than is known.

    They are one where every case was judged.
    """
    if measure.within is None:
        return NONE
    if measure.known:
        return "known"
    return between(*measure.within)


def cases(measure: Measure) -> str:
    """Write a number of cases, to a whole one."""
    return NONE if measure.value is None else counted(round(measure.value), "case")


def cases_within(measure: Measure) -> str:
    """Write the bounds of a number of cases, rounded outwards to whole ones."""
    if measure.within is None:
        return NONE
    lower, upper = bound_below(measure.within.lower, 0), bound_above(measure.within.upper, 0)
    return f"{lower:,} to {upper:,}"


def points(value: float | None) -> str:
    """Write a difference of rates in percentage points, or that there is none."""
    return NONE if value is None else f"{value * 100:+.1f}"


def points_within(measure: Measure) -> str:
    """Write the bounds of a difference in percentage points, rounded outwards."""
    if measure.within is None:
        return NONE
    lower, upper = (bound * 100 for bound in measure.within)
    return f"{bound_below(lower, 1):+} to {bound_above(upper, 1):+}"
