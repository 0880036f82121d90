"""How often the engine may be wrong: a bound in every design, and what slips alone cannot explain.

Both need no standard error, so that they hold for few cases, where none was found wrong, and
whatever chances the cases had to be drawn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from casecheck.qag.extras import need


def most_marked(chances: Sequence[Fraction], found: int, risk: Fraction) -> int:
    """Return how many of a list may be marked, where `found` marked cases were drawn and judged.

    `chances` are those of each case of the list to be drawn and judged. It is the largest number of
    which so few, or fewer, are found with more than the risk wherever they are: the least likely
    ones to be drawn are taken for the marked. Each is taken to be drawn by itself; of a sample of
    fixed size so few are found less often than that (Hoeffding 1956, Annals of Mathematical
    Statistics 27:713-721), so that it errs on the wide side.

    Of 40 cases that each had the chance 1/2, none of the marked was drawn; 4 would stay unseen with
    1/16, 5 with 1/32:

    >>> most_marked([Fraction(1, 2)] * 40, 0, Fraction(1, 20))
    4
    """
    numpy = need("numpy")
    tail = numpy.zeros(found + 1)
    tail[0] = 1.0
    for marked, chance in enumerate(sorted(chances)):
        drawn = tail * float(chance)
        tail -= drawn
        tail[1:] += drawn[:-1]
        if tail.sum() <= risk:
            return marked
    return len(chances)


class Evidence(NamedTuple):
    """Of how many `cases` the engine is contradicted, and in how many of these by two readers."""

    cases: int
    contradicted: int
    confirmed: int


def together(tests: Sequence[Evidence], slip: float) -> list[float]:
    """Return for each test how likely any of them says as much where the engine is always right.

    Of each case a reader slips with the chance `slip`, and two of them with its square, whoever
    reads which a second time, and for whatever reason: so a second reading may be of those cases in
    which the first contradicts. Of each test both counts are binomial then, at most. What is
    returned is the sum, over both counts of all tests, of how likely each is as rare as the rarer
    of this one (Tarone 1990, Biometrics 46:515-522: Bonferroni, but a count that cannot be so rare
    adds nothing). If rules are named where it is 5 % or less, any is named wrongly as rarely.
    """
    numbers = Counter(test.cases for test in tests)
    rising = {
        (cases, chance): at_least(cases, chance) for cases in numbers for chance in (slip, slip**2)
    }
    likely = []
    for test in tests:
        own = min(
            rising[test.cases, slip][test.cases - test.contradicted],
            rising[test.cases, slip**2][test.cases - test.confirmed],
        )
        # What is the same but for an error of rounding is the same.
        as_rare = [
            numbers[cases] * tail[at - 1]
            for (cases, _), tail in rising.items()
            if (at := bisect_left(tail, own * (1 + 1e-9)))
        ]
        likely.append(min(1.0, sum(as_rare)))
    return likely


def at_least(cases: int, chance: float) -> list[float]:
    """Return P(X >= k) for each k from all cases down to none, X binomial.

    >>> [round(one, 12) for one in at_least(3, 0.5)]
    [0.125, 0.5, 0.875, 1.0]
    """
    fewer = need("numpy").arange(cases - 1, -2, -1)
    tails: list[float] = need("scipy.special").bdtrc(fewer, cases, chance).tolist()
    return tails
