"""How often the engine may be wrong: a bound in every design, and what slips alone cannot explain.

Both need no standard error, so that they hold for few cases, where none was found wrong, and
whatever chances the cases had to be drawn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from casecheck.qag.extras import need

CONFIRMED = 4
"""What a case weighs in which two readers contradict the engine; one alone weighs 1.

The weights that tell an engine missing 10 % from slips of 2 to 4 % best are about 1 to 4: the
logarithms of how many times as likely either is then (`benchmarks/engine_doubts.py`)."""


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
    """In how many of `cases` the engine is contradicted: by `single` readings, or `confirmed`."""

    cases: int
    single: int
    confirmed: int

    @property
    def score(self) -> int:
        """What the contradictions weigh together."""
        return self.single + CONFIRMED * self.confirmed


def by_slips(cases: int, slip: float) -> Any:
    """Return the chances that slips alone reach each score, or more, where the engine is right.

    Of each case a reader slips with the chance `slip`, and two of them with its square, whoever
    reads which a second time, and for whatever reason: so a second reading may be of those cases in
    which the first contradicts. The array begins with score 0, and only falls.
    """
    numpy = need("numpy")
    one = numpy.zeros(CONFIRMED + 1)
    one[0], one[1], one[CONFIRMED] = 1 - slip, slip - slip**2, slip**2
    chances = numpy.ones(1)
    for bit in f"{cases:b}":
        chances = numpy.convolve(chances, chances)
        if bit == "1":
            chances = numpy.convolve(chances, one)
    return numpy.minimum(chances[::-1].cumsum()[::-1], 1.0)


def together(tests: Sequence[Evidence], slip: float) -> list[float]:
    """Return for each test how likely any of them says as much where the engine is always right.

    That is at most the sum, over all tests, of how likely each reaches a score as rare as this one
    (Tarone 1990, Biometrics 46:515-522: Bonferroni, but a test that cannot say so much adds
    nothing). Where rules are named of which it is at most 5 %, any is named wrongly as rarely.
    """
    tails = {cases: by_slips(cases, slip)[::-1] for cases in {test.cases for test in tests}}
    numbers = {cases: sum(test.cases == cases for test in tests) for cases in tails}
    chances = []
    for test in tests:
        own = float(tails[test.cases][-1 - test.score])
        likely = 0.0
        for cases, rising in tails.items():
            # What is the same but for an error of rounding is the same.
            at = bisect_left(rising, own * (1 + 1e-9))
            likely += numbers[cases] * float(rising[at - 1]) if at else 0.0
        chances.append(min(1.0, likely))
    return chances
