"""How wide any interval must be on average in a cell, if it covers 94.5 % in whatever population.

`python benchmarks/least_width.py` takes the cells of `interval_coverage.py --cells` in which R's
interval covers 94.5 % and ours is more than 1.25 times as wide, and tells in how many of them no
interval at all could be as narrow as that.

The mean width of an interval is the integral, over all rates, of the chance that it includes the
rate (Pratt 1961, Journal of the American Statistical Association 56:549-567). Take a population A,
and another B with the rate b. An interval that covers in B includes b in 94.5 % of B's samples.
Then it includes it in some of A's: how many at least, is the error of the second kind of the most
powerful test of B against A (Neyman and Pearson). Whatever B is taken for each b, and whatever
number is taken for the test's limit, the bound holds: a better choice makes it greater. So each
choice is made on the first half of some draws, and the bound is what the second half says.

An interval may spend all that it may miss of B on the samples that look like A's, and so be narrow
in A alone. One that misses B on either side with half of it at most, as bounds for two sides are
meant, has to be wider; that bound is told too.

Only the judgments tell A from B, and by class: any two cases of a class were as likely to be drawn,
and to be lost. So samples are compared by how many of each class are met, and are missed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from typing import Any, NamedTuple

import coverage_cells
import numpy as np
from coverage_cells import (
    Cell,
    Drawn,
    List,
    beside,
    has_interval,
    risk_cells,
    strata_cells,
)
from interval_coverage import STATED, WIDEST
from scipy.special import gammaln

Array = Any
Cost = Callable[[Array, int], Array]
"""Of how many more of a kind there are in each class, and which kind it is: how much that shows."""

MOVES = [(one, other) for one in range(3) for other in range(3) if one != other]
POINTS = 40
"""Rates tried on either side, at most, on each path."""
NEXT_TO_NONE = 0.02


class Least(NamedTuple):
    """The least mean width in a cell, R's, by how much it is beyond 1.25 of it, and its error.

    All are of the samples of which R has an interval.
    """

    width: float
    r_width: float
    beyond: float
    error: float

    @property
    def impossible(self) -> bool:
        """Whether no interval can be as narrow as 1.25 times R's, three errors off."""
        return self.beyond > 3 * self.error


class Known(NamedTuple):
    """A rate with the chance, at least, that an interval includes it; and what of it each row says.

    `seen` is of the second half: its mean is that chance, whatever was chosen on the first.
    """

    rate: float
    included: float
    seen: Array


def counts_of(of: List) -> Array:
    """Return how many are met, are missed and do not count, of each class."""
    return np.array([of.met, of.missed, of.size - of.met - of.missed]).T


def rate_of(counts: Array) -> float:
    """Return the share that is met, of those that count."""
    met, missed, _ = counts.sum(0)
    return float(met / (met + missed))


def by_squares(counts: Array, drawn: Array, dear: float) -> Cost:
    """Return what it shows if counts move: the square of it, beside how they vary.

    A first one of a kind shows by how likely it is to be drawn, so many times.
    """
    varies = drawn / np.maximum(1 - drawn, 1e-9)
    first = -np.log(np.maximum(1 - drawn, 1e-9)) * dear

    def cost(moved: Array, at: int) -> Array:
        before = counts[:, at]
        known = varies * moved**2 / np.maximum(before, 1)
        return np.where(before > 0, known, first * np.maximum(moved, 0))

    return cost


def by_roots(counts: Array, drawn: Array, spare: float) -> Cost:
    """Return what it shows if counts move: how far their roots do, which vary all alike."""
    first = -4 * np.log(np.maximum(1 - drawn, 1e-9))

    def cost(moved: Array, at: int) -> Array:
        before = counts[:, at] + spare
        return first * (np.sqrt(np.maximum(before + moved, 0)) - np.sqrt(before)) ** 2

    return cost


COSTS = [(by_squares, 0.3), (by_squares, 3.0), (by_roots, 0.0)]
"""Ways to find populations that are hard to tell from ours: none is best everywhere."""


def path(counts: Array, cost: Cost, up: bool) -> Iterator[Array]:
    """Yield populations of ever higher rates, or lower: each is hard to tell from ours.

    One case after the other becomes of another kind, where that changes the rate most for what it
    shows.
    """
    now = counts.copy()
    while True:
        best, chosen = 0.0, None
        for one, other in MOVES:
            gain = _gain(now.sum(0), one, other) * (1 if up else -1)
            if gain <= 0:
                continue
            gone, come = now[:, one] - counts[:, one], now[:, other] - counts[:, other]
            shows = (
                cost(gone - 1, one) - cost(gone, one) + cost(come + 1, other) - cost(come, other)
            )
            worth = np.where(now[:, one] > 0, gain / np.maximum(shows, 1e-12), 0)
            if worth.max() > best:
                best, chosen = float(worth.max()), (int(worth.argmax()), one, other)
        if chosen is None:
            return
        at, one, other = chosen
        now[at, one] -= 1
        now[at, other] += 1
        yield now.copy()


def _gain(totals: Array, one: int, other: int) -> float:
    """Return how much the rate rises if a case of one kind becomes of another."""
    after = totals.copy()
    after[one] -= 1
    after[other] += 1
    (met, missed, _), (now, others, _) = totals, after
    return float(now / (now + others) - met / (met + missed)) if now + others else 0.0


def likelihood(counts: Array, sample: Drawn) -> Array:
    """Return the logarithm of how likely what was judged is, but for what all populations share."""
    found = (sample.met, sample.missed, sample.usable - sample.met - sample.missed)
    total = np.zeros(len(sample.usable))
    for kind, number in enumerate(found):
        whole = counts[:, kind]
        possible = number <= whole
        ways = gammaln(whole + 1) - gammaln(number + 1) - gammaln(np.maximum(whole - number, 0) + 1)
        total += np.where(possible, ways, -inf).sum(1)
    return total


def judged(counts: Array, sample: Drawn, rng: Any) -> Drawn:
    """Return the same files drawn and lost, of another population."""
    met, missed, rest = (counts[:, kind] for kind in range(3))
    its = rng.hypergeometric(met, missed + rest, sample.usable)
    others = rng.hypergeometric(missed, rest, sample.usable - its)
    return sample._replace(met=its, missed=others)


def least_inclusion(
    under_a: Array, under_b: Array, free: tuple[Array, Array], risk: float
) -> tuple[Array, Array]:
    """Return by row what is seen of the least chance to include B's rate under A, in two halves.

    Given are the logarithms of how much likelier B makes what was drawn of A, and of B; where the
    width does not count, of either; and how often the rate may be missed under B. The means of both
    halves are the chance, or less; the limit of the test is chosen on the first.
    """
    half = len(under_a) // 2
    sure = np.where(free[1], inf, under_b)
    limit = np.quantile(sure[:half], risk, method="lower")
    # Of what is infinitely likelier under B, nothing is in the way of A.
    seen = ((under_a > limit) & ~free[0]) + np.exp(-limit) * (1 - risk - (sure > limit))
    return seen[:half], seen[half:]


def least_width(cell: Cell, rng: Any, draws: int, *, by_halves: bool = False) -> Least:
    """Return how wide intervals must be in a cell, on average.

    `by_halves`: if they miss on each side with half of what they may at most.
    """
    risk = (1 - STATED) / (2 if by_halves else 1)
    of, finite = cell.of, _finite(cell)
    sample = coverage_cells.drawn(of, rng, draws)
    width: Array = np.zeros(draws - draws // 2)
    lost = 0.0
    for up in (False, True):
        its, steps = _furthest([*_known(cell, sample, rng, up, risk)], of.true)
        width = width + its
        # An interval that misses our own rate begins a step further out; where only the ends on
        # one side are known of it, that may be anywhere.
        lost = lost + sum(steps) if by_halves else max(lost, *steps, 0)
    width -= risk * lost
    lower, upper = coverage_cells.svyciprop_beta(
        of, Drawn(*(column[draws // 2 :] for column in sample)), finite
    )
    told = float((~np.isnan(lower)).mean())
    theirs = np.nan_to_num(upper - lower)
    beyond = width - WIDEST * theirs
    error = float(beyond.std() / len(beyond) ** 0.5)
    means = (float(one.mean()) for one in (width, theirs, beyond))
    return Least(*(one / told for one in (*means, error)))


def _finite(cell: Cell) -> bool:
    return not cell.design.startswith("risk")


def _known(cell: Cell, sample: Drawn, rng: Any, up: bool, risk: float) -> Iterator[Known]:
    """Yield rates on one side of ours, and how often they must be included."""
    of = cell.of
    counts = counts_of(of)
    drawn = sample.usable.mean(0) / of.size
    step = ((1 - of.true) if up else of.true) / POINTS
    own, without = likelihood(counts, sample), ~has_interval(of, sample, _finite(cell))
    for kind, number in COSTS:
        last = of.true
        for other in path(counts, kind(counts, drawn, number), up):
            if abs(rate_of(other) - last) < step:
                continue
            last = rate_of(other)
            under = judged(other, sample, rng)
            first, second = least_inclusion(
                likelihood(other, sample) - own,
                likelihood(other, under) - likelihood(counts, under),
                (without, ~has_interval(of, under, _finite(cell))),
                risk,
            )
            if first.mean() < NEXT_TO_NONE:
                break
            yield Known(last, float(first.mean()), second)


def _furthest(known: Sequence[Known], own: float) -> tuple[Array | float, Sequence[float]]:
    """Return how far intervals reach on one side, by row, and the steps from rate to rate.

    A rate that must be included less often than one further out says nothing.
    """
    kept: list[Known] = []
    for one in sorted(known, key=lambda one: -abs(one.rate - own)):
        if not kept or one.included > kept[-1].included:
            kept.append(one)
    rates = [own, *(one.rate for one in reversed(kept))]
    steps = np.abs(np.diff(rates)).tolist()
    width = sum(step * one.seen for step, one in zip(steps, reversed(kept), strict=True))
    return width, steps


class Wide(NamedTuple):
    """A cell in which R's covers and ours is too wide; and how wide any must be."""

    cell: Cell
    ratio: float
    least: Least
    by_halves: Least


def wide_cells(cells: Iterable[Cell], rng: Any, draws: int, more: int) -> Iterator[Wide]:
    """Yield those of some cells, found as by `interval_coverage.py --cells`."""
    for number, cell in enumerate(cells):
        its = beside(cell, rng, draws)
        if its.r_told and its.r_covers >= STATED and its.ratio > WIDEST:
            yield Wide(cell, its.ratio, *bounds(cell, number, more))


def bounds(cell: Cell, seed: int, draws: int) -> tuple[Least, Least]:
    """Return how wide any interval must be in a cell, and any that misses on both sides alike."""
    rng = np.random.default_rng(seed)
    return least_width(cell, rng, draws), least_width(cell, rng, draws, by_halves=True)


def main() -> None:
    """Print of each design in how many cells no interval can be as narrow as asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=150, help="to find the cells")
    parser.add_argument("--more", type=int, default=4000, help="to bound the width in each")
    parser.add_argument("--each", action="store_true", help="print each cell too")
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    found: list[Wide] = []
    for cells in (risk_cells(), strata_cells()):
        for one in wide_cells(cells, rng, asked.draws, asked.more):
            found.append(one)
            if asked.each:
                least = " and ".join(f"{its.width / its.r_width:.2f}" for its in one[2:])
                print(f"{one.cell.words}: {one.ratio:.2f} of R's; least {least}", flush=True)
    print("| cells | wider than 1.25 | no interval can | none that errs by halves can |")
    print("| --- | --- | --- | --- |")
    for name in ("all", *dict.fromkeys(one.cell.design for one in found)):
        those = [one for one in found if name in {"all", one.cell.design}]
        counts = [sum(one[kind].impossible for one in those) for kind in (2, 3)]
        print(f"| {name} | {len(those)} | {counts[0]} | {counts[1]} |")


if __name__ == "__main__":
    main()
