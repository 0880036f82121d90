"""How often auditors slip, by what two said of the same, and what that does to a rate.

A slip is a word that another look would take back. Two readers of a case differ where one of them
slips and the other does not: of slips with a chance s, independent of each other, that is
2 s (1 - s). Both slipping in the same way is not seen, and is rare: s times s.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from casecheck.qag.inference.intervals import Interval, clopper_pearson, upper_limit

ASSUMED = 0.05
"""The slip rate that is allowed for until enough was read twice to show that it is lower."""
FEWEST_TWICE = 30
"""Judgments of the same by two, from which a rate is told with their slips allowed for."""


class Slips(NamedTuple):
    """Of how many `pairs` of judgments of the same how many differ, and the rate that this gives.

    `rate` is None where there are no pairs.
    """

    pairs: int
    differing: int

    @property
    def rate(self) -> float | None:
        """The slips in one word, estimated."""
        return slip_rate(self.differing / self.pairs) if self.pairs else None

    def at_most(self, risk: Fraction) -> float:
        """Return an upper bound of the slip rate, to reckon with.

        It is exact (Clopper & Pearson 1934) but for the risk. Where too few were read twice it
        would be far above what any auditor does: then it is `ASSUMED`, or the estimate if that is
        more.
        """
        if self.rate is None:
            return ASSUMED
        exact = slip_rate(upper_limit(self.differing, self.pairs, 1 - risk))
        return min(exact, max(ASSUMED, self.rate))

    def within(self, confidence: Fraction) -> Interval:
        """Return the two-sided exact interval of the slip rate; there must be pairs."""
        lower, upper = clopper_pearson(self.differing, self.pairs, confidence)
        return Interval(slip_rate(lower), slip_rate(upper))


def slip_rate(differing: float) -> float:
    """Return the slip rate at which two readers differ so often; at most one half.

    >>> round(slip_rate(2 * 0.04 * 0.96), 12)
    0.04
    """
    return (1 - sqrt(max(0.0, 1 - 2 * differing))) / 2


def allowing(rate: float, within: Interval, slips: Interval, slip: float) -> tuple[float, Interval]:
    """Return a rate and its bounds with slips allowed for that go both ways alike.

    Of a true rate p auditors find p (1 - s) + (1 - p) s: that is solved for p (Rogan & Gladen
    1978, American Journal of Epidemiology 107:71-76), and cut at 0 and 1. The bounds are the widest
    that any slip rate within its own bounds makes of those of the rate as judged. Slips of one half
    or more leave nothing known.
    """
    if slips.upper >= 0.5:
        return rate, Interval(0.0, 1.0)
    lower = min(_true(within.lower, one) for one in slips)
    upper = max(_true(within.upper, one) for one in slips)
    return min(max(_true(rate, slip), lower), upper), Interval(lower, upper)


def _true(rate: float, slip: float) -> float:
    return min(1.0, max(0.0, (rate - slip) / (1 - 2 * slip)))
