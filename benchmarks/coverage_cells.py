"""Lists to draw from by strata or by risk, in cells of how practice is; and R's interval of them.

A list has classes: cases of one stratum and weight, of which any two are as likely to be drawn. So
what a sample gives is drawn by class, for many samples at once, as `casecheck sample` draws it:
by elimination where the weights of a stratum differ, and going on for each lost file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from casecheck.qag.estimates.rates import JudgedCase, Part, rate
from casecheck.qag.inference.intervals import Interval

CONFIDENCE = Fraction(19, 20)
SHARES = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99)
_NO_SPREAD = 1e-15
_WEIGHTS = np.array([3, 5, 7, 9, 13, 17, 25])

Array = Any


class List(NamedTuple):
    """The classes of a list, as arrays: their stratum, weight, size, and those met and missed.

    `places` are those of each stratum; of the files, a share is `lost`.
    """

    stratum: Array
    weight: Array
    size: Array
    met: Array
    missed: Array
    places: Sequence[int]
    lost: float = 0.0

    @property
    def true(self) -> float:
        """The rate that is estimated."""
        return float(self.met.sum() / (self.met.sum() + self.missed.sum()))


class Cell(NamedTuple):
    """A list in words, and what of it is told beside."""

    words: str
    design: str
    practice: str
    of: List


class Drawn(NamedTuple):
    """What many samples gave, a row for each: usable cases by class, met, missed, and chances."""

    usable: Array
    met: Array
    missed: Array
    chance: Array


def risk_cells() -> Iterator[Cell]:
    """Yield lists to draw from by risk: with findings, without, and the size of the sample."""
    for found, without, size in ((60, 60, 26), (100, 300, 40), (150, 50, 40)):
        portions = np.exp(-0.45 * np.arange(len(_WEIGHTS)))
        portions = np.maximum(1, np.round(found * portions / portions.sum())).astype(int)
        weight, sizes = np.append(_WEIGHTS, 1), np.append(portions, without)
        stratum = np.array([0] * len(_WEIGHTS) + [1])
        fine = -(-size // 5)
        likely = {
            "alike": np.ones(len(weight)),
            "bad where heavy": np.where(stratum, 0.3, weight / _WEIGHTS.mean()),
            "bad where light": np.where(stratum, 1, 1 - 0.8 * weight / weight.max()),
            "as the engine says": np.where(stratum, 0.0, 1.0),
        }
        name = f"risk, {size} of {found} + {without}"
        yield from _cells(name, stratum, weight, sizes, likely, (size - fine, fine))


def strata_cells() -> Iterator[Cell]:
    """Yield lists to draw from by strata: small ones, such as were drawn whole, and lonely ones."""
    for name, of, places in (
        ("10 strata of 12, 3 of each", [12] * 10, [3] * 10),
        ("12 strata of 8, 3 of each", [8] * 12, [3] * 12),
        ("5 strata of 30, 3 of each", [30] * 5, [3] * 5),
        ("6 strata of 20, 5 of each, 8 all", [20] * 6 + [8], [5] * 6 + [8]),
        ("strata of 3, all", [3] * 12 + [60], [3] * 12 + [12]),
        ("200, 50 and 10: 20, 10 and 10", [200, 50, 10], [20, 10, 10]),
        ("100, 30 and 10: 10, 2 and 2", [100, 30, 10], [10, 2, 2]),
        ("10 strata of 6, 1 of each", [6] * 10, [1] * 10),
        ("100, 8 and 9: 20, 1 and 1", [100, 8, 9], [20, 1, 1]),
    ):
        number = len(of)
        likely = {
            "alike": np.ones(number),
            "bad where small": np.linspace(0.2, 1.8, number),
            "bad where large": np.linspace(1.8, 0.2, number),
        }
        yield from _cells(
            name, np.arange(number), np.ones(number, int), np.array(of), likely, places
        )


def _cells(  # noqa: PLR0913, PLR0917 - the parts of a list
    name: str, stratum: Array, weight: Array, size: Array, likely: dict[str, Array], places: Any
) -> Iterator[Cell]:
    for practice, rates in likely.items():
        for applies in (1.0, 0.5):
            counts = np.maximum(1, np.round(size * applies)).astype(int)
            for lost in (0.0, 0.15):
                for share in SHARES:
                    missed = _spread(round((1 - share) * counts.sum()), counts, rates)
                    of = List(stratum, weight, size, counts - missed, missed, places, lost)
                    said = f"{name}; {practice}; applies to {applies:.0%}; lost {lost:.0%}"
                    yield Cell(f"{said}; compliant {share:.0%}", name, practice, of)


def _spread(number: int, counts: Array, rates: Array) -> Array:
    """Spread so many cases over classes by rates, as whole numbers; a class is full before."""
    low, high = 0.0, 1e6
    for _ in range(100):
        middle = (low + high) / 2
        full = (counts * np.minimum(1, middle * rates)).sum() >= number
        low, high = (low, middle) if full else (middle, high)
    portions = counts * np.minimum(1, high * rates)
    whole = np.floor(portions + 1e-9).astype(int)
    for at in np.argsort(whole - portions, kind="stable"):
        whole[at] += whole.sum() < number and whole[at] < counts[at]
    return whole


def chances(weight: Array, size: Array, number: int) -> Array:
    """Return what `inclusion_probabilities` gives, of classes and in floating point."""
    heavy = np.argsort(-weight, kind="stable")
    weights, sizes = weight[heavy].astype(float), size[heavy]
    certain = 0
    while certain < len(weights):
        left = number - sizes[:certain].sum()
        rest = (weights[certain:] * sizes[certain:]).sum()
        if left <= 0 or weights[certain] * left < rest:
            break
        certain += 1
    found = np.ones(len(weights))
    left = max(0, number - sizes[:certain].sum())
    found[certain:] = weights[certain:] * left / (weights[certain:] * sizes[certain:]).sum()
    chance = np.ones(len(weights))
    chance[heavy] = found
    return chance


def drawn(of: List, rng: Any, draws: int) -> Drawn:
    """Draw many samples of a list."""
    columns = [np.zeros((draws, len(of.size)), int) for _ in range(3)]
    chance = np.ones((draws, len(of.size)))
    for stratum, places in enumerate(of.places):
        those = np.flatnonzero(of.stratum == stratum)
        whole = int(of.size[those].sum())
        order = _order(of.weight[those], of.size[those], 0 if of.lost else places, rng, draws)
        kinds = _kinds(of, those, order, rng)
        usable = rng.random((draws, whole)) >= of.lost
        number = np.minimum((np.cumsum(usable, 1) < places).sum(1) + 1, whole)
        within = (np.arange(whole) < number[:, None]) & usable
        for at, one in enumerate(those):
            its = within & (order == at)
            columns[0][:, one] = its.sum(1)
            columns[1][:, one] = (its & (kinds == 1)).sum(1)
            columns[2][:, one] = (its & (kinds == 2)).sum(1)
        table = {n: chances(of.weight[those], of.size[those], n) for n in set(number.tolist())}
        answered = within.sum(1) / number
        chance[:, those] = np.array([table[n] for n in number.tolist()]) * answered[:, None]
    return Drawn(*columns, chance)


def _order(weight: Array, size: Array, least: int, rng: Any, draws: int) -> Array:
    """Return the classes in the order of drawing, by elimination; the first `least` by class."""
    order = np.zeros((draws, int(size.sum())), int)
    if len(size) == 1:
        return order
    left, every = np.tile(size, (draws, 1)), np.arange(draws)
    before = np.ones(len(size))
    for k in range(int(size.sum()) - 1, least - 1, -1):
        after = chances(weight, size, k) if k else np.zeros(len(size))
        passed = np.cumsum(left * (1 - after / before), 1)
        point = rng.random(draws) * passed[:, -1]
        aside = np.minimum((point[:, None] >= passed).sum(1), len(size) - 1)
        order[:, k] = aside
        left[every, aside] -= 1
        before = after
    if least:
        order[:, :least] = [np.repeat(np.arange(len(size)), row) for row in left]
    return order


def _kinds(of: List, those: Array, order: Array, rng: Any) -> Array:
    """Return who is met (1), missed (2) or neither (0): by chance among those of a class."""
    kinds = np.zeros(order.shape, int)
    places, begin = np.argsort(order, axis=1, kind="stable"), 0
    for one in those:
        met, missed, size = (int(column[one]) for column in (of.met, of.missed, of.size))
        its = np.array([1] * met + [2] * missed + [0] * (size - met - missed))
        shuffled = rng.permuted(np.tile(its, (len(order), 1)), axis=1)
        np.put_along_axis(kinds, places[:, begin : begin + size], shuffled, 1)
        begin += size
    return kinds


def told(of: List, sample: Drawn, row: int) -> Interval | None:
    """Return the interval that `casecheck estimate` tells of one of the samples."""
    parts = []
    for stratum in range(len(of.places)):
        those = np.flatnonzero(of.stratum == stratum).tolist()
        exact = {one: Fraction(float(sample.chance[row, one])) for one in those}
        counted, out = [], []
        for one in those:
            usable, met, missed = (int(column[row, one]) for column in sample[:3])
            counted += [JudgedCase(at < met, exact[one]) for at in range(met + missed)]
            out += [exact[one]] * (usable - met - missed)
        every = [exact[one] for one in those for _ in range(int(of.size[one]))]
        size = int(of.size[those].sum())
        parts.append(Part(size, counted, out, every=every if len(those) > 1 else ()))
    return rate(parts, CONFIDENCE).within


def svyciprop_beta(of: List, sample: Drawn, finite: bool) -> tuple[Array, Array]:
    """Return the bounds of R's `svyciprop(method="beta")`, NaN where it has none.

    As of survey 4.1: of `svydesign(ids=~1, strata=, probs=)`, with `fpc=` where `finite`, of the
    cases that count (`subset`), with `options(survey.lonely.psu = "certainty")`. The method is
    Korn & Graubard's (1998), Survey Methodology 24:193-201.
    """
    share, variance, degrees = _linearized(of, sample, finite)
    number = (sample.met + sample.missed).sum(1)
    with np.errstate(all="ignore"):
        quantiles = [stats.t.ppf(0.025, np.maximum(n, 1)) for n in (number - 1, degrees)]
        worth = share * (1 - share) / variance * (quantiles[0] / quantiles[1]) ** 2
        worth = np.where(variance > _NO_SPREAD, worth, np.nan)
        lower = np.where(
            share > 0, stats.beta.ppf(0.025, worth * share, worth * (1 - share) + 1), 0
        )
        upper = np.where(
            share < 1, stats.beta.ppf(0.975, worth * share + 1, worth * (1 - share)), 1
        )
    return np.where(np.isnan(worth), np.nan, lower), np.where(np.isnan(worth), np.nan, upper)


def has_interval(of: List, sample: Drawn, finite: bool) -> Array:
    """Return of which samples R has an interval: those whose judgments are not all the same."""
    counted = (sample.met + sample.missed).sum(1) > 0
    with np.errstate(all="ignore"):
        return counted & (_linearized(of, sample, finite)[1] > _NO_SPREAD)


def _linearized(of: List, sample: Drawn, finite: bool) -> tuple[Array, Array, Array]:
    """Return R's rates, their variances by linearization, and the degrees of freedom."""
    weight = 1 / np.maximum(sample.chance, 1e-12)
    whole = (weight * (sample.met + sample.missed)).sum(1)
    share = (weight * sample.met).sum(1) / whole
    variance, degrees = np.zeros(len(share)), np.zeros(len(share))
    for stratum in range(len(of.places)):
        those = of.stratum == stratum
        number = sample.usable[:, those].sum(1)
        met, missed = sample.met[:, those], sample.missed[:, those]
        up = weight[:, those] * (1 - share[:, None]) / whole[:, None]
        down = -weight[:, those] * share[:, None] / whole[:, None]
        first, second = ((met * up**power + missed * down**power).sum(1) for power in (1, 2))
        left = 1 - number / of.size[those].sum() if finite else 1.0
        spread = second - first**2 / np.maximum(number, 1)
        variance += np.where(number > 1, left * number / np.maximum(number - 1, 1) * spread, 0)
        counting = (met + missed).sum(1)
        degrees += np.where(counting > 0, counting - 1, 0)
    return share, variance, degrees


class Beside(NamedTuple):
    """How often an interval covers in a cell, and R's; and the mean widths where R has one.

    `r_covers` is among the samples of which R has an interval, `r_told` their share.
    """

    covers: float
    r_covers: float
    r_told: float
    width: float
    r_width: float

    @property
    def ratio(self) -> float:
        """How many times as wide as R's, on the same samples."""
        return self.width / self.r_width


def beside(cell: Cell, rng: Any, draws: int) -> Beside:
    """Draw samples of a cell, and hold the intervals told of them to R's."""
    sample = drawn(cell.of, rng, draws)
    counts = (sample.met + sample.missed).sum(1) > 0
    sample = Drawn(*(column[counts] for column in sample))
    known: dict[bytes, Interval] = {}
    rows = []
    for row in range(len(sample.usable)):
        key = b"".join(column[row].tobytes() for column in sample)
        if key not in known:
            within = told(cell.of, sample, row)
            assert within
            known[key] = within
        rows.append(known[key])
    ours = np.array(rows)
    lower, upper = svyciprop_beta(cell.of, sample, not cell.design.startswith("risk"))
    has = ~np.isnan(lower)
    true = cell.of.true

    def covers(low: Array, high: Array) -> float:
        return float(((low - 1e-9 <= true) & (true <= high + 1e-9)).mean()) if len(low) else 1.0

    widths = [float((b - a)[has].mean()) if has.any() else float("nan")
              for a, b in ((ours[:, 0], ours[:, 1]), (lower, upper))]  # fmt: skip
    return Beside(
        covers(ours[:, 0], ours[:, 1]), covers(lower[has], upper[has]), float(has.mean()), *widths
    )
