"""The exact interval of a count in a stratified sample, where the work of it is not too much.

Of a total it is not known how it lies in the strata. So each total is judged by the split of it
that speaks most for it: Wendell & Schmee (1996), Exact Inference for Proportions from a Stratified
Finite Population, Journal of the American Statistical Association 91:825-830. Splits that what was
seen rules out are left aside, which keeps the coverage and makes the interval no wider.

The more are marked, the less likely is an estimate so low, and the likelier one so high. So a bound
is looked for by halves, and a total is settled by the first split that is likely enough; the splits
of the last three strata are worked out together, as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import lcm, sqrt
from typing import Any, NamedTuple

from casecheck.qag.extras import need
from casecheck.qag.inference.intervals import Counts, normal_quantile
from casecheck.qag.inference.tails import hypergeometric_first

MOST_WORK = 250_000
"""Steps for one total, some hundredths of a second, beyond which it is given up."""

_TOGETHER = 3
"""Strata of which all splits are worked out together, as arrays."""
_PAIRS = 200_000
"""Numbers in one such array: a split that is likely enough ends the work after it."""
_OF_ARRAYS = 800
"""Steps that take as long as what it costs to work out arrays, however short (measured)."""


class TooMuch(Exception):  # noqa: N818 - says why
    """The exact interval would take too long."""


class Counted(NamedTuple):
    """A simple sample of a stratum: the number of a kind, of how many drawn, of how many."""

    number: int
    drawn: int
    population: int


def stratified_counts(strata: Sequence[Counted], confidence: Fraction) -> Counts:
    """Return the interval of the number marked in all strata together, exact.

    Raises:
        TooMuch: where one total takes more than `MOST_WORK` steps, as where many were found and
            many not.
    """
    counts = _counts(tuple(strata), confidence, MOST_WORK)
    if counts is None:
        raise TooMuch
    return counts


@cache
def _counts(strata: tuple[Counted, ...], confidence: Fraction, most_work: int) -> Counts | None:
    """Return the interval, or None where it is too much; small strata first make it less."""
    ordered = tuple(sorted(strata, key=lambda one: one[::-1]))
    if ordered != strata:
        return _counts(ordered, confidence, most_work)
    number = sum(stratum.number for stratum in strata)
    if 2 * number > sum(
        stratum.drawn for stratum in strata
    ):  # count the rarer kind, which is less work
        others = tuple(
            stratum._replace(number=stratum.drawn - stratum.number) for stratum in strata
        )
        within = _counts(others, confidence, most_work)
        population = sum(stratum.population for stratum in strata)
        return within and Counts(population - within.upper, population - within.lower)
    risk = float((1 - confidence) / 2)
    tails, z = _Tails(strata, most_work), normal_quantile((1 + confidence) / 2)
    try:
        # The upper bound is more work: where it is too much, the other is not asked for.
        most = tails.last(lambda total: tails.so_few(total, risk), number, z + 0.3)
        least = 1 + tails.last(lambda total: not tails.so_many(total, risk), number - 1, 0.5 - z)
        return Counts(least, most)
    except TooMuch:
        return None


def chance_of_so_few(strata: Sequence[Counted], total: int) -> float:
    """Return the greatest probability of an estimate so low, over the splits of a total."""
    return _Tails(strata, MOST_WORK).of_so_few(total)


class _Tails:
    """Probabilities of an estimate as low, or as high, as that seen, all as whole numbers."""

    def __init__(self, strata: Sequence[Counted], most_work: int) -> None:
        more = max(0, _TOGETHER - len(strata))
        self._strata = [*strata, *[Counted(0, 0, 0)] * more]
        self._most_work = most_work
        self._work = 0
        whole = lcm(*(stratum.drawn for stratum in strata))
        self._weights = [stratum.population * whole // stratum.drawn for stratum in strata] + [
            whole
        ] * more
        self._seen = sum(
            one.number * weight for one, weight in zip(self._strata, self._weights, strict=True)
        )
        self._exact = "int64" if self._seen < 2**62 else "object"
        self._rows: list[Any] = [[] for _ in self._strata]
        self._largest = sum(map(_largest, strata))
        self._estimate = self._seen // whole
        self._error = int(sqrt(sum(map(_variance, strata)))) + 1

    def last(self, holds: Callable[[int], bool], least: int, errors: float) -> int:
        """Return the last total of which something holds: of `least`, and of none beyond the last.

        It is looked for about so many standard errors from the estimate, on either side.

        Raises:
            TooMuch: where a total at the end of the search is too much work.
        """
        top = self._largest + 1
        low, high, step, settled = least, top, self._error // 4 + 1, True
        at = self._estimate + round(errors * self._error)
        while high - low > 1:
            if not low < at < high or (low > least and high < top):
                at = (low + high) // 2
            try:
                does, known = holds(at), True
            except TooMuch:  # the more are marked, the more splits there are: try fewer
                does, known = False, False
            if does:
                low, at = at, at + step
            else:
                high, settled, at = at, known, at - step
            step *= 2
        if not settled:
            raise TooMuch
        return low

    def so_few(self, total: int, risk: float) -> bool:
        """Tell whether an estimate no higher has more than a risk, for some split of a total."""
        self._begin(total)
        return any(
            (chances > risk).any() for chances in self._no_higher(0, total, {0: 1.0}, self._seen)
        )

    def so_many(self, total: int, risk: float) -> bool:
        """Tell whether an estimate no lower has more than a risk, for some split of a total."""
        self._begin(total)
        lower = self._no_higher(0, total, {0: 1.0}, self._seen - 1)
        return any((1 - chances > risk).any() for chances in lower)

    def of_so_few(self, total: int) -> float:
        """Return the greatest probability, over the splits of a total, of one no higher."""
        lower = self._no_higher(0, total, {0: 1.0}, self._seen)
        return max(float(chances.max()) for chances in lower)

    def _begin(self, total: int) -> None:
        """Count the steps of a total anew, and first those that it takes at least."""
        self._work = 0
        numpy = need("numpy")
        ways = numpy.ones(1)
        for one in self._strata[:-_TOGETHER]:
            ways = numpy.convolve(ways, numpy.ones(_largest(one) - one.number + 1))
        number = sum(stratum.number for stratum in self._strata)
        unplaced = sum(_largest(stratum) - stratum.number for stratum in self._strata[-_TOGETHER:])
        ways = ways[max(0, total - number - unplaced) : total - number + 1]
        self._count(int(min(ways.sum(), self._most_work) * _OF_ARRAYS))

    def _marked(self, at: int, total: int) -> range:
        """Return how many can be marked in one stratum, of a total for it and those after it."""
        stratum, rest = self._strata[at], self._strata[at + 1 :]
        least = max(stratum.number, total - sum(map(_largest, rest)))
        return range(least, min(_largest(stratum), total - sum(one.number for one in rest)) + 1)

    def _no_higher(
        self, at: int, total: int, going: Mapping[int, float], limit: int
    ) -> Iterator[Any]:
        """Yield arrays of the probabilities of an estimate within the limit, for all splits.

        They are those of the strata from `at` on; `going` are the estimates of those before, and
        their probabilities.
        """
        if len(self._strata) - at == _TOGETHER:
            yield from self._of_last(at, total, going, limit)
            return
        for marked in self._marked(at, total):
            after = self._after(at, marked, going, limit)
            yield from self._no_higher(at + 1, total - marked, after, limit)

    def _of_last(
        self, at: int, total: int, going: Mapping[int, float], limit: int
    ) -> Iterator[Any]:
        """Yield the probabilities for the splits of a total over the last three strata.

        With x, y and z found of a, b and c marked, the estimate is within the limit up to some z
        that depends on x and y only. So first the probabilities of going on are added up by x, y
        and that z; then come those of x, of y and of up to z, for all a and b at once, and c is
        what is left of the total.
        """
        numpy = need("numpy")
        first, second, last = self._strata[at:]
        a, b = self._marked(at, total), range(second.number, _largest(second) + 1)
        b = range(b.start, min(b.stop, total - a.start - last.number + 1))
        weights = self._weights[at:]
        x, y, z = (
            max(0, min(one.drawn, (limit - min(going, default=limit)) // weight) + 1)
            for one, weight in zip((first, second, last), weights, strict=True)
        )
        self._count(len(a) * len(b) * (z + 1) // 2)
        up_to = self._up_to(going, limit, weights, (x, y, z))
        own, others = self._chances(at, a, x), self._chances(at + 1, b, y)
        low = max(last.number, total - a[-1] - b[-1])
        sums = self._sums(at + 2, range(low, min(_largest(last), total - a[0] - b[0]) + 1), z)
        at_once = max(1, _PAIRS // (len(b) * (z + 1)))
        for begin in range(0, len(a), at_once):
            some = numpy.array(a[begin : begin + at_once])
            left = total - some[:, None] - numpy.array(b)
            possible = (left >= last.number) & (left <= _largest(last))
            parts = numpy.tensordot(own[begin : begin + at_once], up_to, 1)
            chances = (others @ parts) * sums[numpy.where(possible, left - low, 0)]
            yield chances.sum(axis=2)[possible]

    def _up_to(
        self,
        going: Mapping[int, float],
        limit: int,
        weights: Sequence[int],
        sizes: tuple[int, int, int],
    ) -> Any:
        """Return, by x, y and the most that z may be, the probabilities of going on.

        The last place of z is none at all.
        """
        numpy = need("numpy")
        x, y, z = sizes
        estimates = numpy.array(list(going), self._exact)[:, None, None]
        of_both = weights[0] * numpy.arange(x).astype(self._exact)[:, None]
        of_both = of_both + weights[1] * numpy.arange(y).astype(self._exact)
        room = ((limit - estimates - of_both) // weights[2]).clip(-1, z - 1).astype(int)
        place = (numpy.arange(x)[:, None] * y + numpy.arange(y)) * (z + 1) + room % (z + 1)
        shares = numpy.broadcast_to(numpy.array(list(going.values()))[:, None, None], place.shape)
        summed = numpy.bincount(place.ravel(), shares.ravel(), x * y * (z + 1))
        return summed.reshape(x, y, z + 1)

    def _chances(self, at: int, marked: range, number: int) -> Any:
        """Return the probabilities of 0, 1, ... found, a row for each number marked."""
        stratum, rows = self._strata[at], self._rows[at]
        if marked.stop - stratum.number > len(rows):
            known = range(stratum.number, marked.stop)
            rows = need("numpy").array([_chances(*stratum[1:], one) for one in known])
            self._rows[at] = rows
        return rows[marked.start - stratum.number : marked.stop - stratum.number, :number]

    def _sums(self, at: int, marked: range, number: int) -> Any:
        """Return the probabilities of up to 0, 1, ... found, and in the last place of none."""
        numpy = need("numpy")
        sums = self._chances(at, marked, number).cumsum(axis=1)
        return numpy.concatenate([sums, numpy.zeros((len(marked), 1))], axis=1)

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
            self._count(len(room) + 1)
        return after

    def _count(self, steps: int) -> None:
        self._work += steps
        if self._work > self._most_work:
            raise TooMuch


def _largest(stratum: Counted) -> int:
    return stratum.population - (stratum.drawn - stratum.number)


def _variance(stratum: Counted) -> float:
    """Return about the variance of the number estimated, as if one more of each were found."""
    number, drawn, population = stratum
    share = (number + 1) / (drawn + 2)
    return (population - drawn) * population / drawn * share * (1 - share)


@cache
def _chances(drawn: int, population: int, marked: int) -> tuple[float, ...]:
    return hypergeometric_first(drawn + 1, drawn, marked, population)
