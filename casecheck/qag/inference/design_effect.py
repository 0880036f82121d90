"""How many plainly drawn cases a sample of unequal chances is worth."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def kish(chances: Sequence[Fraction]) -> float:
    """Return the design effect of unequal chances to be drawn: 1 where all are the same.

    It is 1 plus the squared coefficient of variation of the weights, 1 over each chance: so many
    times as many cases as of a plain sample say the same of a rate that has nothing to do with the
    chances. Kish (1965), Survey Sampling, 11.7; Kish (1992), Journal of Official Statistics 8. It
    holds for no rate exactly: what is rare among the heavy cases is known worse.

    >>> kish([Fraction(1, 2), Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)])
    1.1111111111111112
    """
    weights = [1 / chance for chance in chances]
    return float(len(weights) * sum(weight**2 for weight in weights) / sum(weights) ** 2)
