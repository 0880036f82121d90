"""Intervals of samples by strata and by risk, beside R's: whether they cover, and how wide."""

from __future__ import annotations

import coverage_cells
import numpy as np
import pytest

from casecheck.qag.sampling.selection import inclusion_probabilities


def test_the_intervals_held_to_are_rs() -> None:
    """R 4.2.2, survey 4.1-1, svyciprop(~y, subset(design, k == 1), method = "beta").

    svydesign(ids = ~1, strata = ~h, probs = ~p): 3 cases of p = 1, 4 of .4 and 3 of .1 in one
    stratum, 6 of .05 in the other; and of simple strata, 10 of 40 and 6 of 60, with fpc = ~N.
    """

    def bounds(chances: list[float], counts: list[list[int]], *, simple: bool) -> list[float]:
        strata = np.array([0, 1] if simple else [0, 0, 0, 1])
        sizes = np.array([40, 60] if simple else [10, 10, 20, 60])
        of = coverage_cells.List(strata, np.ones(len(strata)), sizes, None, None, (10, 6))
        sample = coverage_cells.Drawn(*(np.array([one]) for one in counts), np.array([chances]))
        return [float(end[0]) for end in coverage_cells.svyciprop_beta(of, sample, simple)]

    counts = [[3, 4, 3, 6], [2, 2, 2, 4], [1, 1, 1, 1]]
    assert bounds([1, 0.4, 0.1, 0.05], counts, simple=False) == pytest.approx(
        [0.3478036573, 0.9745429746]
    )
    assert bounds([0.25, 0.1], [[10, 6], [6, 4], [3, 1]], simple=True) == pytest.approx(
        [0.4253591094, 0.9412830807]
    )


def test_chances_are_those_of_the_procedure() -> None:
    weight, size = np.array([3, 5, 9, 25]), np.array([30, 10, 5, 4])
    for number in (1, 10, 30, 48):
        exact = inclusion_probabilities(weight.repeat(size).tolist(), number)
        assert coverage_cells.chances(weight, size, number).repeat(size) == pytest.approx(
            [float(one) for one in exact]
        )


@pytest.mark.slow
def test_intervals_cover_in_cells_and_are_not_much_wider_than_rs() -> None:
    """Of practice that has nothing to do with strata and weights, one cell in six."""
    rng = np.random.default_rng(1)
    every = [*coverage_cells.risk_cells(), *coverage_cells.strata_cells()]
    some = [cell for cell in every if cell.practice == "alike"][::6]
    told = [coverage_cells.beside(cell, rng, 150) for cell in some]
    assert min(one.covers for one in told) >= 0.94  # of 150 draws, chance is some 1.9 %
    ratios = [one.ratio for one in told if one.r_covers >= 0.945 and one.r_told]
    assert sum(ratios) / len(ratios) < 1.25
