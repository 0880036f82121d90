"""The interval of a stratified rate among an unknown number of cases: by hand, and covering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import comb, hypot, prod, sqrt

import interval_coverage as search
import numpy as np
import pytest

from casecheck.qag.estimates.rates import JudgedCase, Part, rate
from casecheck.qag.inference.intervals import finite_counts, normal_quantile
from casecheck.qag.inference.stratified_ratio import JudgedStratum, stratified_ratio
from casecheck.qag.inference.surveys import most_unseen

CONFIDENCE = Fraction(19, 20)
STATED = Fraction(945, 1000)

Design = tuple[tuple[int, int, int, int], ...]
"""Population, compliant, not compliant, and drawn; to the rest of a stratum it does not apply."""
HARD: Sequence[Design] = (
    # a check that applies to few cases of a large stratum
    ((300, 0, 20, 10), (40, 36, 4, 30)),
    ((300, 0, 30, 10), (60, 55, 5, 30)),
    ((200, 0, 20, 4), (60, 58, 2, 20)),
    ((400, 400, 0, 20), (120, 18, 42, 2)),
    # a logit interval with Student's t covered 88 and 91 %
    ((362, 11, 351, 10), (10, 0, 8, 2)),
    ((277, 6, 271, 13), (146, 0, 3, 7)),
    # limits that are no case wider covered 66, 79, 86 and 88 %; the bound of none found, too
    ((14, 8, 3, 13), (20, 7, 13, 19)),
    ((12, 0, 2, 12), (14, 3, 10, 13), (12, 0, 2, 12)),
    ((13, 0, 4, 13), (55, 1, 1, 46)),
    ((61, 2, 1, 51), (8, 2, 0, 8)),
    # lower limits nearer than Wald's covered 91.5 %
    ((28, 27, 1, 8), (12, 0, 0, 12), (91, 90, 1, 27)),
    # a correlation of 0 where none of a kind was found covered 93.6 %
    ((416, 150, 163, 6), (10, 0, 0, 2)),
    # what is left: the least found by changing designs step by step
    ((14, 2, 0, 13), (45, 1, 0, 16), (593, 406, 187, 20)),
    ((430, 319, 111, 36), (16, 3, 0, 13)),
    ((525, 308, 217, 7), (57, 0, 57, 6)),
)


@pytest.mark.parametrize("design", HARD, ids=str)
def test_the_worst_designs_that_were_found_cover(design: Design) -> None:
    told, covered = coverage(design)
    assert told > 0.15
    assert covered / told >= STATED


def coverage(design: Design) -> tuple[float, float]:
    """How often a rate is told, and is told and covers, over all that can be drawn."""
    good, bad = (sum(stratum[at] for stratum in design) for at in (1, 2))
    covered = told = 0.0
    for draw in product(*(list(_splits(stratum)) for stratum in design)):
        chance = prod(one for _, one in draw)
        within = rate([one for one, _ in draw], CONFIDENCE).within
        if within:
            told += chance
            covered += chance * (within.lower - 1e-9 <= good / (good + bad) <= within.upper + 1e-9)
    return told, covered


def _splits(stratum: tuple[int, int, int, int]) -> Iterator[tuple[Part, float]]:
    """Each way that a stratum's drawn cases can come out, with its probability."""
    population, good, bad, drawn = stratum
    for met, missed in product(range(drawn + 1), repeat=2):
        rest = drawn - met - missed
        number = 0
        if rest >= 0:
            number = comb(good, met) * comb(bad, missed) * comb(population - good - bad, rest)
        if number / comb(population, drawn) > 1e-9:
            part = judged(met, missed, drawn, population)
            yield part, number / comb(population, drawn)


def judged(met: int, missed: int, drawn: int, population: int) -> Part:
    chance = Fraction(drawn, population)
    counted = [JudgedCase(one < met, chance) for one in range(met + missed)]
    return Part(population, counted, [chance] * (drawn - met - missed))


@pytest.mark.slow
@pytest.mark.longest
def test_random_designs_cover() -> None:
    rng = np.random.default_rng(7)
    _, least = search.worst(
        600,
        lambda: search.random_design(rng),
        lambda one: search.coverage(one, search.drawn_outcomes(one, rng, 400)),
        lambda one: search.refined(one, rng),
    )
    assert min(one.among_told for one, _ in least) >= STATED
    assert min(one.of_all for one, _ in least) >= STATED


@pytest.mark.slow
@pytest.mark.longest
def test_random_risk_designs_cover() -> None:
    rng = np.random.default_rng(7)
    _, least = search.worst(
        40,
        lambda: search.random_risk_design(rng),
        lambda one: search.risk_coverage(one, rng, 100),
        lambda one: search.risk_coverage(one, rng, 1_000),
    )
    assert min(one.among_told for one, _ in least) >= STATED


def test_by_hand() -> None:
    """Two strata, of which one was drawn whole: only the other leaves anything to chance."""
    value, within = stratified_ratio(
        [JudgedStratum(12, 6, 20, 40), JudgedStratum(3, 1, 5, 5)], CONFIDENCE
    )
    assert value == pytest.approx((24 + 3) / (24 + 3 + 12 + 1))
    z = normal_quantile(Fraction(39, 40))
    met, missed = (finite_counts(found, 20, 40, CONFIDENCE) for found in (12, 6))
    errors = [40 * sqrt(0.5 * share * (1 - share) / 19) for share in (0.6, 0.3)]
    reach = {
        "met": (max(24 - met.lower + 1, z * errors[0]), met.upper + 1 - 24),
        "missed": (max(12 - missed.lower + 1, z * errors[1]), missed.upper + 1 - 12),
    }
    together = sqrt(13 * 7 / (9 * 15))

    def beyond(odds: float, up: float, down: float) -> float:
        """How far met * odds - missed lies from 0, in units of its limits."""
        far = (up * odds) ** 2 + down**2 + 2 * together * up * odds * down
        return (27 * odds - 13) ** 2 / far

    upper, lower = (1 / end - 1 for end in (within.upper, within.lower))
    assert beyond(upper, reach["met"][1], reach["missed"][0]) == pytest.approx(1)
    assert beyond(lower, reach["met"][0], reach["missed"][1]) == pytest.approx(1)
    assert upper < 13 / 27 < lower


def test_where_none_was_found_all_strata_together_bound_it() -> None:
    """The square root of three squares is more than the bound that is known of all."""
    strata = [JudgedStratum(6, 0, 10, 100)] * 3
    value, within = stratified_ratio(strata, CONFIDENCE)
    assert value == within.upper == 1
    each = finite_counts(0, 10, 100, CONFIDENCE).upper + 1
    known = most_unseen([(10, 100)] * 3, Fraction(1, 40)) + 1
    assert known < hypot(each, each, each)
    assert 1 - known / (180 - known) < within.lower + 0.1
    assert within.lower > 0.8
    turned = stratified_ratio([one._replace(met=0, missed=6) for one in strata], CONFIDENCE)
    assert turned == (0, (0, pytest.approx(1 - within.lower)))


def test_where_it_may_be_that_none_is_missed_the_limit_is_all() -> None:
    assert (
        stratified_ratio([JudgedStratum(3, 1, 5, 50), JudgedStratum(4, 0, 5, 50)], CONFIDENCE)[
            1
        ].upper
        == 1
    )


def test_a_stratum_drawn_nearly_whole_bounds_none_by_a_case() -> None:
    """Of 1000, 990 were drawn: one more could hardly have stayed unseen, and is allowed for."""
    strata = [JudgedStratum(400, 0, 990, 1000), JudgedStratum(5, 0, 10, 10)]
    within = stratified_ratio(strata, CONFIDENCE)[1]
    assert 0.99 < within.lower < within.upper == 1


def test_most_samples_are_told_and_not_uselessly_wide() -> None:
    """40 of 400 cases in four strata, 24 of which the check applies to."""
    for missed, most in ((0, 0.15), (1, 0.30), (2, 0.35)):
        strata = [judged(6 - missed, missed, 10, 100)] + [judged(6, 0, 10, 100)] * 3
        within = rate(strata, CONFIDENCE).within
        assert within
        assert within.upper - within.lower < most
