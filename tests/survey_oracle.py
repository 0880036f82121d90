"""Linearised errors of survey rates, as R's survey package and Stata have them.

What `casecheck estimate` tells rests on effective sizes, and is held to these beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atanh, sqrt, tanh
from typing import NamedTuple

from casecheck.qag.inference.surveys import horvitz_thompson


class Drawn(NamedTuple):
    """One drawn case: its probability, its value, and whether it counts (1) or not (0)."""

    probability: float
    value: float
    counts: float = 1.0


class Ratio(NamedTuple):
    """An estimated ratio and its standard error."""

    value: float
    error: float


def hajek_ratio(strata: Sequence[Sequence[Drawn]]) -> Ratio:
    """Return the mean of the cases that count, each weighing 1 over its probability (Hájek 1971).

    The error is as if drawn with replacement, corrected for a finite stratum where all its cases
    had one probability (Cochran 1977, 5.3-5.4 and 6.11).
    """
    cases = [case for stratum in strata for case in stratum]
    counting = horvitz_thompson([(case.counts, case.probability) for case in cases])
    value = horvitz_thompson([(case.value, case.probability) for case in cases]) / counting
    variance = 0.0
    for stratum in strata:
        chances = {case.probability for case in stratum}
        rest = [(case.value - value * case.counts) / case.probability for case in stratum]
        middle = sum(rest) / len(rest)
        spread = sum((one - middle) ** 2 for one in rest) / (len(rest) - 1)
        variance += (1 - min(chances) if len(chances) == 1 else 1.0) * len(rest) * spread
    return Ratio(value, sqrt(variance) / counting)


def logit_interval(ratio: Ratio, quantile: float) -> tuple[float, float]:
    """Return R's `svyciprop(method="logit")`: symmetric on the scale of log-odds."""
    middle = 2 * atanh(2 * ratio.value - 1)
    spread = quantile * ratio.error / (ratio.value * (1 - ratio.value))
    lower, upper = ((1 + tanh((middle + side * spread) / 2)) / 2 for side in (-1, 1))
    return lower, upper
