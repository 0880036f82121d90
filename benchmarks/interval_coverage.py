"""Searches for designs whose intervals cover less than they state, and prints the worst.

`python benchmarks/interval_coverage.py --designs 1000 --climb 100` draws designs of two to four
strata of 10 to 600 cases, in which a check applies to few or to all and practice is good or bad
alike or not at all; works out how often the interval that `casecheck estimate` would tell covers;
and changes the worst of them step by step towards less. With `--risk` the same of risk samples.

`--cells` holds intervals of samples by risk and by strata to R's `svyciprop(method="beta")`, on the
same samples: for each design, how practice hangs together with it, 5 to 99 % compliant, a check
that applies to all or to half, and files of which none or 15 % are lost (`coverage_cells.py`).
`--quick` takes one cell in nine. Widths are compared in the cells in which R's covers 94.5 %.

Coverage is "told" among the samples whose rate is told, of designs where these are more than 15 %,
and "of all" with a refusal taken for covered. It is first that of some seeded draws, and for the
worst exact, by all that can be drawn, or where that is too much that of 20,000 draws more.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import comb, prod
from typing import Any, NamedTuple

import coverage_cells
import numpy as np

from casecheck.qag.estimates.rates import JudgedCase, Part, rate
from casecheck.qag.inference.intervals import Interval

CONFIDENCE = Fraction(19, 20)
STATED, WIDEST = 0.945, 1.25
SELDOM = 0.15
MOST_OUTCOMES = 60_000
MANY_DRAWS = 20_000
REFINED = 20

Rng = Any


class Stratum(NamedTuple):
    """How many cases there are, are compliant, and are not, and how many are drawn."""

    population: int
    good: int
    bad: int
    drawn: int


Design = tuple[Stratum, ...]
Outcome = tuple[tuple[int, int], ...]
"""The compliant and the not compliant among those drawn, of each stratum."""


class Coverage(NamedTuple):
    """How often a design's rate is told, how often it then covers, and how wide it is."""

    told: float
    covered: float
    width: float

    @property
    def among_told(self) -> float:
        """The share that covers of those told, 1 where that is seldom."""
        return self.covered / self.told if self.told > SELDOM else 1.0

    @property
    def of_all(self) -> float:
        """The same, with a refusal taken for covered."""
        return 1 - self.told + self.covered


def random_design(rng: Rng) -> Design:
    """Draw a design: sizes, an allocation, and practice in each stratum, each of several kinds."""
    number = int(rng.choice([2, 2, 3, 4]))
    sizes = np.exp(rng.uniform(np.log(10), np.log(600), number)).astype(int)
    wanted = (
        sizes.astype(float),
        np.ones(number),
        sizes * rng.uniform(0.05, 0.5, number),
        rng.dirichlet(np.full(number, 0.5)) + 1e-6,
        sizes**0.5 * rng.uniform(0.2, 1, number),
    )[rng.integers(5)]
    whole, least = rng.choice([12, 20, 30, 40, 60, 100]), rng.choice([2, 2, 3, 5])
    drawn = np.maximum(least, np.round(whole * wanted / wanted.sum()))
    drawn = np.maximum(2, np.minimum(np.minimum(drawn, sizes), 60))
    edge = rng.choice([1, 1, 0.9, 0.02, 0.05], number)
    applies = np.where(rng.random(number) < 0.3, edge, np.exp(rng.uniform(np.log(0.02), 0, number)))
    counting = np.maximum(np.round(sizes * applies), rng.integers(0, 2, number))
    counting[0] += not counting.any()
    share = (
        rng.uniform(0, 1, number),
        rng.beta(0.4, 0.4, number),
        1 - np.exp(rng.uniform(np.log(0.005), np.log(0.3), number)),
        rng.choice([0, 0, 1, 1, 0.5, 0.9, 0.1], number),
    )[rng.integers(4)]
    good = np.round(counting * share)
    if rng.random() < 0.5:
        good = counting - good
    columns = zip(sizes, good, counting - good, drawn, strict=True)
    return tuple(Stratum(*map(int, one)) for one in columns)


def changed(design: Design, rng: Rng) -> Design:
    """Change one to three numbers of a design a little."""
    rows = [list(one) for one in design]
    for _ in range(rng.integers(1, 4)):
        row, at = rows[rng.integers(len(rows))], int(rng.integers(4))
        step = max(1, round(rng.exponential(max(1, row[at] * 0.15))))
        row[at] += int(rng.choice([-1, 1])) * step
    strata = []
    for population, good, bad, drawn in rows:
        size = min(max(population, 5), 600)
        met = min(max(good, 0), size)
        strata.append(
            Stratum(size, met, min(max(bad, 0), size - met), min(max(drawn, 2), 60, size))
        )
    return tuple(strata) if any(one.good + one.bad for one in strata) else design


def drawn_outcomes(design: Design, rng: Rng, draws: int) -> Mapping[Outcome, float]:
    """Return what seeded draws of a design gave, with its share of them."""
    columns = [
        rng.multivariate_hypergeometric(
            [one.good, one.bad, one.population - one.good - one.bad], one.drawn, draws
        )[:, :2]
        for one in design
    ]
    rows, numbers = np.unique(np.concatenate(columns, 1), axis=0, return_counts=True)
    return {
        tuple(zip(row[::2], row[1::2], strict=True)): number / draws
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True)
    }


def all_outcomes(design: Design) -> Mapping[Outcome, float] | None:
    """Return all that can be drawn of a design, with its probability; None where that is too much.

    What has less than one in 10^10 in its stratum is left out.
    """
    ways = [list(_ways(one)) for one in design]
    if prod(map(len, ways)) > MOST_OUTCOMES:
        return None
    return {
        tuple(found for found, _ in draw): prod(chance for _, chance in draw)
        for draw in product(*ways)
    }


def _ways(stratum: Stratum) -> Iterator[tuple[tuple[int, int], float]]:
    population, good, bad, drawn = stratum
    for met, missed in product(range(drawn + 1), repeat=2):
        rest = drawn - met - missed
        if rest >= 0:
            number = comb(good, met) * comb(bad, missed) * comb(population - good - bad, rest)
            chance = number / comb(population, drawn)
            if chance > 1e-10:
                yield (met, missed), chance


def coverage(design: Design, outcomes: Mapping[Outcome, float]) -> Coverage:
    """Return how often the rate of a stratified sample is told and covers."""
    good, bad = (sum(one[at] for one in design) for at in (1, 2))
    return _coverage(
        good / (good + bad),
        ((rate(_parts(design, one), CONFIDENCE).within, its) for one, its in outcomes.items()),
    )


def _coverage(true: float, told: Iterator[tuple[Interval | None, float]]) -> Coverage:
    often = covered = width = 0.0
    for within, chance in told:
        if within:
            often += chance
            covered += chance * (within.lower - 1e-9 <= true <= within.upper + 1e-9)
            width += chance * (within.upper - within.lower)
    return Coverage(often, covered, width / often if often else 0.0)


def _parts(design: Design, outcome: Outcome) -> list[Part]:
    parts = []
    for stratum, (met, missed) in zip(design, outcome, strict=True):
        chance = Fraction(stratum.drawn, stratum.population)
        counted = [JudgedCase(one < met, chance) for one in range(met + missed)]
        out = [chance] * (stratum.drawn - met - missed)
        parts.append(Part(stratum.population, counted, out))
    return parts


def refined(design: Design, rng: Rng) -> Coverage:
    """Return the exact coverage of a design, or where that is too much that of many draws."""
    return coverage(design, all_outcomes(design) or drawn_outcomes(design, rng, MANY_DRAWS))


class RiskDesign(NamedTuple):
    """Weights of the cases with findings and how they are; a stratum of those without.

    Printed: how many of each weight are compliant, are not, and do not count.
    """

    weights: Sequence[int]
    judged: Sequence[bool | None]
    drawn: int
    without: Stratum

    def __str__(self) -> str:
        of_each = Counter(zip(self.weights, self.judged, strict=True))
        rows = [
            f"{weight}: {[of_each[weight, one] for one in (True, False, None)]}"
            for weight in sorted(set(self.weights))
        ]
        return f"{self.drawn} of {', '.join(rows)}; {tuple(self.without)}"


def random_risk_design(rng: Rng) -> RiskDesign:
    """Draw a risk sample's list; practice is as the weight has it, or against it, or neither."""
    kinds = rng.choice(np.arange(3, 30, 2), int(rng.choice([2, 3, 4, 6])), replace=False)
    size, others = (int(np.exp(rng.uniform(np.log(10), np.log(most)))) for most in (150, 300))
    likely = rng.dirichlet(1.5 * np.exp(-np.arange(len(kinds)) * 0.35))
    weights = [*map(int, kinds[:2]), *rng.choice(np.sort(kinds), size, p=likely).tolist()]
    applies = float(rng.choice([1, 0.8, 0.5, 0.3, 0.1]))
    wrong = float(rng.choice([0.02, 0.05, 0.1, 0.2, 0.4, 0.6]))
    heavy = np.array(weights) / np.mean(weights)
    bad = wrong * (heavy, heavy.max() - heavy, np.ones(len(weights)))[rng.integers(3)]
    counting, not_met = rng.random(len(weights)) < applies, rng.random(len(weights)) < bad
    judged = [not miss if one else None for one, miss in zip(counting, not_met, strict=True)]
    judged[0] = judged[0] is not False
    of_them = round(others * applies)
    missed = round(of_them * min(1, wrong * rng.uniform(0, 2)))
    whole = int(rng.choice([8, 12, 20, 30, 40, 60]))
    fine = min(others, max(2, round(whole * rng.choice([0.1, 0.2, 0.25, 0.5]))))
    drawn = min(len(weights), max(2, whole - fine))
    return RiskDesign(weights, judged, drawn, Stratum(others, of_them - missed, missed, fine))


def risk_coverage(design: RiskDesign, rng: Rng, draws: int) -> Coverage:
    """Return how often the rate of a risk sample is told and covers, by selections at random."""
    of_each = Counter(zip(design.weights, design.judged, strict=True))
    kinds, without = sorted(set(design.weights)), design.without
    met, missed, out = ([of_each[weight, one] for weight in kinds] for one in (True, False, None))
    of = coverage_cells.List(
        np.array([0] * len(kinds) + [1]),
        np.array([*kinds, 1]),
        np.array([*map(sum, zip(met, missed, out, strict=True)), without.population]),
        np.array([*met, without.good]),
        np.array([*missed, without.bad]),
        (design.drawn, without.drawn),
    )
    sample = coverage_cells.drawn(of, rng, draws)
    told = (coverage_cells.told(of, sample, row) for row in range(draws))
    return _coverage(of.true, ((within, 1 / draws) for within in told))


def beside_r(cells: Sequence[coverage_cells.Cell], rng: Rng, draws: int) -> Iterator[str]:
    """Yield the lines of a table of what intervals cover, and how wide they are beside R's."""
    told = [(cell, coverage_cells.beside(cell, rng, draws)) for cell in cells]
    yield "| cells | number | least coverage | R's least | width, R's | ratio, mean | to 1.25 |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    groups = [("all", told)]
    for kind in ("design", "practice"):
        names = dict.fromkeys(getattr(cell, kind) for cell, _ in told)
        groups += [(name, [one for one in told if getattr(one[0], kind) == name]) for name in names]
    for name, those in groups:
        held = [one for _, one in those if one.r_told and one.r_covers >= STATED]
        least = [min(getattr(one, what) for _, one in those) for what in ("covers", "r_covers")]
        cells_of = f"| {name} | {len(those)} | {least[0]:.1%} | {least[1]:.1%} |"
        if not held:
            yield f"{cells_of} | | |"
            continue
        ours, theirs = (
            np.mean([getattr(one, what) for one in held]) for what in ("width", "r_width")
        )
        ratios = np.array([one.ratio for one in held])
        within = f"{(ratios <= WIDEST).sum()} of {len(held)}"
        yield f"{cells_of} {ours:.3f}, {theirs:.3f} | {ratios.mean():.2f} | {within} |"


def worst(
    number: int,
    draw: Callable[[], Any],
    screen: Callable[[Any], Coverage],
    refine: Callable[[Any], Coverage],
) -> tuple[list[Coverage], list[tuple[Coverage, Any]]]:
    """Return the coverage of so many designs by some draws, and that of the worst, refined."""
    found = [(screen(design), design) for design in (draw() for _ in range(number))]
    least = sorted(found, key=lambda one: _least(one[0]))[:REFINED]
    again = [(refine(design), design) for _, design in least]
    return [one for one, _ in found], sorted(again, key=lambda one: _least(one[0]))


def _least(one: Coverage) -> float:
    return min(one.among_told, one.of_all)


def main() -> None:
    """Search as asked, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--designs", type=int, default=2000)
    parser.add_argument("--draws", type=int, default=400, help="of each design, to find the worst")
    parser.add_argument("--climb", type=int, default=0, help="changes tried of each of the worst 5")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--risk", action="store_true")
    parser.add_argument("--cells", action="store_true", help="beside R's, in a table")
    parser.add_argument("--quick", action="store_true", help="one cell in nine")
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    if asked.cells:
        for cells in (coverage_cells.risk_cells(), coverage_cells.strata_cells()):
            for line in beside_r([*cells][:: 9 if asked.quick else 1], rng, asked.draws):
                print(line)
        return
    if asked.risk:
        found, least = worst(
            asked.designs,
            lambda: random_risk_design(rng),
            lambda one: risk_coverage(one, rng, asked.draws),
            lambda one: risk_coverage(one, rng, 10 * asked.draws),
        )
    else:
        found, least = worst(
            asked.designs,
            lambda: random_design(rng),
            lambda one: coverage(one, drawn_outcomes(one, rng, asked.draws)),
            lambda one: refined(one, rng),
        )
    told = sum(one.told for one in found) / len(found)
    width = sum(one.width * one.told for one in found) / sum(one.told for one in found)
    print(f"{len(found)} designs, told {told:.1%}, mean width {width:.3f}; the worst, refined:")
    for one, design in least[:5]:
        print(f"  told {one.told:.1%}, {_covers(one)}", _words(design))
    for one, design in least[: 5 if asked.climb and not asked.risk else 0]:
        for _ in range(asked.climb):
            other = changed(design, rng)
            instead = refined(other, rng)
            if _least(instead) < _least(one):
                one, design = instead, other  # noqa: PLW2901
        print(f"  climbed to where it {_covers(one)}", _words(design))


def _covers(one: Coverage) -> str:
    return f"covers {one.among_told:.4f} (of all {one.of_all:.4f}), width {one.width:.2f}:"


def _words(design: Design | RiskDesign) -> str:
    return str(design if isinstance(design, RiskDesign) else tuple(map(tuple, design)))


if __name__ == "__main__":
    main()
