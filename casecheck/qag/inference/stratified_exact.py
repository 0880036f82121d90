"""The exact interval of a count in a stratified sample, where the work of it is not too much.

Of a total it is not known how it lies in the strata. So each total is judged by the split of it
that speaks most for it: Wendell & Schmee (1996), Exact Inference for Proportions from a Stratified
Finite Population, Journal of the American Statistical Association 91:825-830. Splits that what was
seen rules out are left aside, which keeps the coverage and makes the interval no wider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import comb, lcm
from typing import NamedTuple

from casecheck.qag.inference.intervals import Counts

MOST_WORK = 1_000_000
"""Steps, a fifth of a second, after which an exact interval is given up and another is used."""


class TooMuch(Exception):  # noqa: N818 - says why
    """The exact interval would take too long."""


class Counted(NamedTuple):
    """A simple sample of a stratum: how many were found, of how many drawn, of how many."""

    found: int
    drawn: int
    population: int


def stratified_counts(strata: Sequence[Counted], confidence: Fraction) -> Counts:
    """Return the interval of the number marked in all strata together, exact.

    Raises:
        TooMuch: where it takes more than `MOST_WORK` steps, as where many were found and many not.
    """
    found = sum(one.found for one in strata)
    if 2 * found > sum(one.drawn for one in strata):  # count the rarer kind, which is less work
        others = [one._replace(found=one.drawn - one.found) for one in strata]
        within = stratified_counts(others, confidence)
        population = sum(one.population for one in strata)
        return Counts(population - within.upper, population - within.lower)
    risk = float((1 - confidence) / 2)
    tails = _Tails(strata)
    least = most = found
    while tails.of_so_many(least) <= risk:
        least += 1
    while most < tails.largest and tails.of_so_few(most + 1) > risk:
        most += 1
    return Counts(least, most)


def chance_of_so_few(strata: Sequence[Counted], total: int) -> float:
    """Return the greatest probability of an estimate so low, over the splits of a total."""
    return _Tails(strata).of_so_few(total)


class _Tails:
    """Probabilities of an estimate as low, or as high, as that seen, all as whole numbers."""

    def __init__(self, strata: Sequence[Counted]) -> None:
        self._strata = strata
        self._work = 0
        whole = lcm(*(one.drawn for one in strata))
        self._weights = [one.population * whole // one.drawn for one in strata]
        self._seen = sum(
            one.found * weight for one, weight in zip(strata, self._weights, strict=True)
        )
        self.largest = sum(map(_largest, strata))

    def of_so_few(self, total: int) -> float:
        """Return the greatest probability, over the splits of a total, of one no higher."""
        return max(self._no_higher(0, total, {0: 1.0}, self._seen))

    def of_so_many(self, total: int) -> float:
        """Return the greatest probability, over the splits of a total, of one no lower."""
        return 1 - min(self._no_higher(0, total, {0: 1.0}, self._seen - 1))

    def _no_higher(
        self, at: int, total: int, going: Mapping[int, float], limit: int
    ) -> Iterator[float]:
        """Yield the probability of an estimate within the limit, for each split from `at` on."""
        stratum, rest = self._strata[at], self._strata[at + 1 :]
        if not rest:
            yield sum(self._after(at, total, going, limit).values())
            return
        least = max(stratum.found, total - sum(map(_largest, rest)))
        most = min(_largest(stratum), total - sum(one.found for one in rest))
        for marked in range(least, most + 1):
            after = self._after(at, marked, going, limit)
            yield from self._no_higher(at + 1, total - marked, after, limit)

    def _after(
        self, at: int, marked: int, going: Mapping[int, float], limit: int
    ) -> dict[int, float]:
        """Return the estimates within the limit, and their probabilities, with a stratum more."""
        after: dict[int, float] = {}
        stratum, weight = self._strata[at], self._weights[at]
        chances = _chances(stratum.drawn, stratum.population, marked)
        for estimate, chance in going.items():
            room = chances[: max(0, (limit - estimate) // weight + 1)]
            for found, its in enumerate(room):
                higher = estimate + found * weight
                after[higher] = after.get(higher, 0.0) + chance * its
            self._work += len(room) + 1
        if self._work > MOST_WORK:
            raise TooMuch
        return after


def _largest(stratum: Counted) -> int:
    return stratum.population - (stratum.drawn - stratum.found)


@cache
def _chances(drawn: int, population: int, marked: int) -> tuple[float, ...]:
    whole = comb(population, drawn)
    return tuple(
        comb(marked, found) * comb(population - marked, drawn - found) / whole
        for found in range(drawn + 1)
    )
