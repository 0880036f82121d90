"""Totals of samples in which cases had different chances, and what may have stayed unseen."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def horvitz_thompson(weighed: Sequence[tuple[float, float]]) -> float:
    """Return the estimated total of a list, of (value, probability) of each case drawn.

    Horvitz & Thompson (1952), Journal of the American Statistical Association 47:663-685.
    """
    return sum(value / chance for value, chance in weighed)


def most_unseen(
    strata: Sequence[tuple[int, int]], risk: Fraction, chances: Sequence[float] = ()
) -> int:
    """Return how many marked cases there may be where none was drawn.

    `strata` are (drawn, population) of simple samples, and exact; `chances` those of other cases,
    each to be drawn, which are taken to be drawn independently of each other: two cases of a risk
    sample are never likelier together than so (docs/samples.md). It is the largest number that,
    lying wherever it is likeliest to stay unseen, does so with more than the risk: the test of
    Wendell & Schmee (1996), Journal of the American Statistical Association 91:825-830, for none
    found. Each further marked case stays unseen with a falling probability, so the worst place for
    all of them is found by placing one after the other at its worst.
    """
    rest = [*((population, drawn) for drawn, population in strata), (0, 0)]
    likeliest = sorted(chances, reverse=True)
    unseen: Fraction | float = Fraction(1)
    marked = 0
    while True:
        places = [Fraction(left - drawn, left) if left else Fraction(0) for left, drawn in rest]
        worst = max(range(len(rest)), key=lambda at: places[at])
        if likeliest and 1 - likeliest[-1] > places[worst]:
            unseen = float(unseen) * (1 - likeliest.pop())
        else:
            unseen *= places[worst]
            rest[worst] = (rest[worst][0] - 1, rest[worst][1])
        if unseen <= risk:
            return marked
        marked += 1
