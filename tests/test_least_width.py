"""How wide any interval must be that covers: by hand, beside the best there is, and in cells."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, inf, log
from typing import Any

import coverage_cells
import least_width
import numpy as np
import pytest
from scipy import optimize

STATED = 0.945
IMPOSSIBLE = (
    "risk, 40 of 100 + 300; as the engine says; applies to 100%; lost 0%; compliant 95%",
    "risk, 40 of 100 + 300; bad where light; applies to 50%; lost 15%; compliant 5%",
    "strata of 3, all; bad where small; applies to 50%; lost 0%; compliant 5%",
)
"""Cells in which no interval is at most 1.25 times as wide as R's, as docs/estimates.md has it."""


def test_by_hand() -> None:
    """Of four cases two are drawn. All are met, or all but one, which half of the samples show.

    The other half looks like samples of the four: to cover in 94.5 %, an interval must include the
    rate of three in four in .445 of that half, which is .89 of it.
    """
    under_a = np.full(200, log(0.5))
    under_b = np.tile([log(0.5), inf], 100)
    none = np.zeros(200, bool)
    halves = least_width.least_inclusion(under_a, under_b, (none, none), 1 - STATED)
    assert [half.mean() for half in halves] == pytest.approx([0.89, 0.89])
    every = np.ones(200, bool)
    free = least_width.least_inclusion(under_a, under_b, (every, every), 1 - STATED)
    assert not any(half.any() for half in free)


def test_of_a_rate_the_furthest_and_of_nearer_ones_only_what_is_more() -> None:
    included = {0.75: 0.9, 0.5: 0.6, 0.625: 0.5}
    known = [least_width.Known(rate, often, often) for rate, often in included.items()]
    width, steps = least_width._furthest(known, 1.0)
    assert width == pytest.approx(0.25 * 0.9 + 0.25 * 0.6)
    assert steps == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize("own", [(4, 2, 0), (5, 0, 1), (3, 1, 2)], ids=str)
def test_no_procedure_at_all_is_narrower(
    own: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the narrowest there is for six cases of which three are drawn: a linear programme."""
    of = coverage_cells.List(*(np.array([one]) for one in (0, 1, 6, own[0], own[1])), (3,))
    monkeypatch.setattr(
        least_width, "has_interval", lambda _, sample, __: np.ones(len(sample.met), bool)
    )
    monkeypatch.setattr(
        coverage_cells,
        "svyciprop_beta",
        lambda _, sample, __: [np.full(len(sample.met), end) for end in (0, 1)],
    )
    narrowest = narrowest_of_all(own)
    for by_halves in (False, True):
        cell = coverage_cells.Cell("", "", "", of)
        least = least_width.least_width(cell, np.random.default_rng(1), 20_000, by_halves=by_halves)
        assert least.width > 0.6 * narrowest
        assert by_halves or least.width < narrowest + 3 * least.error


def narrowest_of_all(own: tuple[int, int, int]) -> float:
    """Return the least mean width under one population, of any intervals that cover under each.

    An interval is drawn by chance for each outcome; its ends are rates that can be.
    """
    populations = [one for one in product(range(7), repeat=3) if sum(one) == 6 and one[2] < 6]
    outcomes = [one for one in product(range(4), repeat=3) if sum(one) == 3]
    rates = sorted({Fraction(one[0], one[0] + one[1]) for one in populations})
    intervals = [(low, high) for low in rates for high in rates if low <= high]
    each = [(outcome, within) for outcome in outcomes for within in intervals]

    def chance(population: Any, outcome: Any) -> float:
        ways = [comb(of, found) for of, found in zip(population, outcome, strict=True)]
        return ways[0] * ways[1] * ways[2] / comb(6, 3)

    def misses(population: Any) -> list[float]:
        """What counts against covering: none is asked for where no case counts."""
        true = Fraction(population[0], population[0] + population[1])
        return [-chance(population, at) * (low <= true <= high or at[2] == 3)
                for at, (low, high) in each]  # fmt: skip

    width = [chance(own, at) * float(high - low) for at, (low, high) in each]
    one_each = [[float(at == outcome) for at, _ in each] for outcome in outcomes]
    return float(
        optimize.linprog(
            width,
            [misses(one) for one in populations],
            [-STATED] * len(populations),
            one_each,
            [1] * len(outcomes),
        ).fun
    )


@pytest.mark.parametrize("words", IMPOSSIBLE)
def test_cells_in_which_none_is_as_narrow_as_asked(words: str) -> None:
    every = [*least_width.risk_cells(), *least_width.strata_cells()]
    (cell,) = (one for one in every if one.words == words)
    any_at_all = least_width.least_width(cell, np.random.default_rng(1), 1000)
    assert any_at_all.impossible
    assert any_at_all.width > 1.25 * any_at_all.r_width
