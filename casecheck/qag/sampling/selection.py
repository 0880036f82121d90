"""Puts a population into the order in which its cases are drawn: a sample is the first n of it.

So a sample is extended, and a case replaced, by going on in the same order; and for every n it is
known exactly with what probability each case is among the first n.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from casecheck.qag.sampling.tickets import STREAM_END, stream, ticket


class Placed(NamedTuple):
    """A case in the order of drawing, and the number that decided its place."""

    case_id: str
    number: str


def by_ticket(case_ids: Iterable[str], seed: str) -> list[Placed]:
    """Order cases by their tickets, the lowest first: simple random sampling.

    A case is among the first n of N with probability n / N.
    """
    tickets = sorted((ticket(seed, case_id), case_id) for case_id in case_ids)
    return [Placed(case_id, number) for number, case_id in tickets]


def systematic(case_ids: Sequence[str], seed: str, n: int) -> list[Placed]:
    """Put every (N/n)th case of a list first, from a start within the first N/n.

    The start is N/n times the first number of the seed's stream. The other cases follow by ticket:
    n cases with equal chances, then m more of the rest with equal chances, give each the
    probability (n + m) / N.
    """
    number = next(stream(seed))
    start = Fraction(len(case_ids), n) * Fraction(number + 1, STREAM_END)
    first = [case_ids[i] for i in every(Fraction(len(case_ids), n), start, [1] * len(case_ids))]
    chosen = set(first)
    rest = by_ticket((case_id for case_id in case_ids if case_id not in chosen), seed)
    return [Placed(case_id, decimal(number)) for case_id in first] + rest


def every(interval: Fraction, start: Fraction, sizes: Sequence[int]) -> list[int]:
    """Return which items of a list are hit by start, start + interval, ...; 0 < start <= interval.

    The items lie end to end, each as long as its size; none is longer than the interval. Madow
    (1949), "On the theory of systematic sampling, II", Annals of Mathematical Statistics 20.
    """
    hits = []
    end = 0
    for i, size in enumerate(sizes):
        end += size
        if start <= end:
            hits.append(i)
            start += interval
    return hits


def by_elimination(weights: Sequence[tuple[str, int]], seed: str) -> list[Placed]:
    """Order cases so that the first n hold each with `inclusion_probabilities(weights, n)`.

    From all cases, one after the other is put aside; the last one left is the first in the order.
    When k + 1 are left, one of them is put aside with probability 1 - p(k) / p(k + 1), where p(k)
    is its inclusion probability in a sample of k. What is left then has the probabilities p(k),
    since p(k + 1) times p(k) / p(k + 1) is p(k). The numbers of the seed's stream decide, one
    a step; for this the cases stand by weight, the heaviest first, then by id.

    Tillé (1996), "An elimination procedure for unequal probability sampling without replacement",
    Biometrika 83(1); Deville and Tillé (1998), "Unequal probability sampling without replacement
    through a splitting method", Biometrika 85(1).
    """
    cases = sorted(weights, key=lambda case: (-case[1], case[0]))
    certain = _Certain([weight for _, weight in cases])
    numbers = stream(seed)
    order: list[Placed] = []
    doubtful: list[str] = []
    known, rate_before = len(cases), Fraction(1)
    for k in reversed(range(len(cases))):
        number = next(numbers)
        point = Fraction(number, STREAM_END)
        still, rate = certain.at(k)
        leaving = cases[still:known]
        place = 0
        while place < len(leaving) and point >= 1 - rate * leaving[place][1]:
            point -= 1 - rate * leaving[place][1]
            place += 1
        if place == len(leaving):  # those in doubt before all have the same p(k) / p(k + 1)
            place += int(point / (1 - rate / rate_before))
        doubtful[:0] = [case_id for case_id, _ in leaving]
        order.append(Placed(doubtful.pop(place), decimal(number)))
        known, rate_before = still, rate
    return order[::-1]


def inclusion_probabilities(weights: Sequence[int], n: int) -> list[Fraction]:
    """Return each case's probability to be in a sample of n, in proportion to its weight.

    A case whose weight would give it more than 1 is certain, and the rest share what is left.
    """
    ranked = sorted(weights, reverse=True)
    certain, rate = _Certain(ranked).at(n)
    least = ranked[certain - 1] if certain else 0
    return [Fraction(1) if certain and weight >= least else weight * rate for weight in weights]


def decimal(number: int) -> str:
    """Write a number of a stream as a fraction of 1, to 20 digits, cut off and not rounded."""
    return f"0.{number * 10**20 // STREAM_END:020d}"


class _Certain:
    """How many of the heaviest cases are certain at each size, asked of falling sizes."""

    def __init__(self, weights: Sequence[int]) -> None:
        self._weights = weights
        self._count = len(weights)
        self._rest = 0

    def at(self, n: int) -> tuple[int, Fraction]:
        """Return how many are certain in a sample of n, and what of its weight each other has."""
        while self._count and self._in_doubt(n):
            self._count -= 1
            self._rest += self._weights[self._count]
        return self._count, Fraction(n - self._count, self._rest) if self._rest else Fraction(1)

    def _in_doubt(self, n: int) -> bool:
        """Whether the last that was certain of a larger sample would have less than 1 of this."""
        weight = self._weights[self._count - 1]
        return (n - self._count + 1) * weight < self._rest + weight
