"""Whether a sample shows that practice is good enough, by the bounds for one side.

`casecheck size` says beforehand what a sample would show; of a simple sample to all of whose cases
the check applies, `casecheck estimate` says the same afterwards.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from casecheck.qag.inference.intervals import Interval, finite_upper

Verdict = Literal["shown", "not_shown", "shown_to_be_worse"]


def one_sided_limits(
    met: int, drawn: int, population: int, confidence: Fraction, wider: int = 0
) -> Interval:
    """Return what share is met at least, and what share at most, each with the confidence.

    Of a simple sample of a population of which all count, exact; `wider` by so many cases where
    some turned out not to count, as how many do is then not known (enumerated in
    tests/test_qag_verdict.py). What was seen bounds both.
    """
    missed = drawn - met
    most_missed = finite_upper(missed, drawn, population, confidence) + wider
    most_met = finite_upper(met, drawn, population, confidence) + wider
    least = max(met, population - most_missed)
    return Interval(least / population, min(population - missed, most_met) / population)


def verdict(limits: Interval, tolerable: Fraction) -> Verdict:
    """Tell whether fewer cases are shown to be missed than a tolerable share, or no fewer.

    `limits` are those of the share met, each for one side.
    """
    # As a float too: the one next to 3/10 lies below it, and what is no less would be shown.
    share = round(float(tolerable), 9)
    if round(1 - limits.lower, 9) < share:
        return "shown"
    return "shown_to_be_worse" if round(1 - limits.upper, 9) >= share else "not_shown"
