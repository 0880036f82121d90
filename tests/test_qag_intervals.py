"""Intervals hold what they state: exact ones always, by enumeration of all that can be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import comb

import pytest

from casecheck.qag.estimates.rates import JudgedCase, Part, rate
from casecheck.qag.inference.intervals import (
    Counts,
    Interval,
    clopper_pearson,
    difference,
    finite_counts,
    finite_upper,
    lower_limit,
    upper_limit,
    wilson,
)
from casecheck.qag.inference.tails import (
    binomial_at_most,
    hypergeometric_at_most,
    hypergeometric_exactly,
)

CONFIDENCE = Fraction(19, 20)
counts = cache(finite_counts)
_NEARLY = Fraction(1, 10**12)


def ways(found: int, drawn: int, marked: int, population: int) -> int:
    return comb(marked, found) * comb(population - marked, drawn - found)


def coverage(drawn: int, marked: int, population: int, covering: Iterable[bool]) -> Fraction:
    """The probability of a sample whose interval covers, `covering` telling it of each number."""
    hits = sum(
        ways(found, drawn, marked, population) for found, does in enumerate(covering) if does
    )
    return Fraction(hits, comb(population, drawn))


def least_coverage(populations: Iterable[int]) -> Fraction:
    least = Fraction(1)
    for population in populations:
        for drawn in range(1, population + 1):
            within = [counts(one, drawn, population, CONFIDENCE) for one in range(drawn + 1)]
            for marked in range(population + 1):
                covering = [one.lower <= marked <= one.upper for one in within]
                least = min(least, coverage(drawn, marked, population, covering))
    return least


def test_the_exact_interval_of_a_finite_population_never_covers_less_than_it_states() -> None:
    assert least_coverage([*range(1, 21), 33]) >= CONFIDENCE


@pytest.mark.slow
@pytest.mark.longest
def test_the_exact_interval_never_covers_less_for_any_population_up_to_60() -> None:
    assert CONFIDENCE <= least_coverage(range(1, 61)) < Fraction(96, 100)


def least_of_unknown_size(populations: Iterable[int], beyond: int) -> Fraction:
    """The coverage of rates of which `rate` knows at most how many cases count."""
    least = Fraction(1)
    for size in populations:
        for drawn in range(1, size):
            for most in range(size, size + beyond + 1):
                within = [_rate_within(found, drawn, most) for found in range(drawn + 1)]
                for marked in range(size + 1):
                    true = marked / size
                    covering = [one.lower - 1e-9 <= true <= one.upper + 1e-9 for one in within]
                    least = min(least, coverage(drawn, marked, size, covering))
    return least


@cache
def _rate_within(found: int, drawn: int, most: int) -> Interval:
    part = Part(most, [JudgedCase(one < found, Fraction(1, 2)) for one in range(drawn)])
    within = rate([part], CONFIDENCE).within
    assert within
    return within


@pytest.mark.slow
def test_a_rate_among_a_number_of_cases_that_is_not_known_covers_as_much() -> None:
    assert least_of_unknown_size(range(2, 13), beyond=8) >= CONFIDENCE


@pytest.mark.slow
@pytest.mark.longest
def test_a_rate_among_an_unknown_number_covers_as_much_for_all_up_to_40() -> None:
    assert least_of_unknown_size(range(2, 31), beyond=10) >= CONFIDENCE


def test_without_the_case_more_it_would_not() -> None:
    """26 cases count, at most 27 are known to; 24 are drawn, 2 marked."""
    within = [counts(found, 24, 27, CONFIDENCE) for found in range(25)]
    covering = [one.lower / 27 <= 2 / 26 <= one.upper / 27 for one in within]
    assert coverage(24, 2, 26, covering) < Fraction(86, 100)


@pytest.mark.parametrize("population", [40, 150, 400])
@pytest.mark.parametrize("drawn", [5, 8, 20, 35])
def test_stated_intervals_cover_over_a_grid(population: int, drawn: int) -> None:
    """The exact one at each number of the grid; Wilson's on average over the rates."""
    exact = [counts(found, drawn, population, CONFIDENCE) for found in range(drawn + 1)]
    score = [wilson(found, drawn, CONFIDENCE) for found in range(drawn + 1)]
    covered = []
    for marked in range(0, population + 1, population // 40):
        covering = [one.lower <= marked <= one.upper for one in exact]
        assert coverage(drawn, marked, population, covering) >= CONFIDENCE
        true = marked / population
        covering = [one.lower - 1e-9 <= true <= one.upper + 1e-9 for one in score]
        covered.append(coverage(drawn, marked, population, covering))
    assert sum(covered) / len(covered) >= Fraction(945, 1000)


def test_clopper_pearson_covers_at_every_rate_of_a_grid() -> None:
    for drawn in (1, 2, 5, 8, 20, 33):
        within = [clopper_pearson(found, drawn, CONFIDENCE) for found in range(drawn + 1)]
        for percent in range(101):
            true = Fraction(percent, 100)
            covered = sum(
                (
                    comb(drawn, found) * true**found * (1 - true) ** (drawn - found)
                    for found, one in enumerate(within)
                    if one.lower - 1e-12 <= true <= one.upper + 1e-12
                ),
                Fraction(),
            )
            assert covered >= CONFIDENCE - _NEARLY, (drawn, percent)


def test_bounds_are_as_brute_force_finds_them() -> None:
    risk = (1 - CONFIDENCE) / 2
    for population, drawn in ((5, 2), (11, 4), (20, 10), (20, 20)):
        for found in range(drawn + 1):
            likely = [
                marked
                for marked in range(found, population - drawn + found + 1)
                if sum(hypergeometric_exactly(x, drawn, marked, population)
                       for x in range(found + 1)) > risk
                and sum(hypergeometric_exactly(x, drawn, marked, population)
                        for x in range(found, drawn + 1)) > risk
            ]  # fmt: skip
            assert counts(found, drawn, population, CONFIDENCE) == (likely[0], likely[-1])


def test_what_was_seen_bounds_what_there_is() -> None:
    assert finite_counts(10, 10, 10, CONFIDENCE) == Counts(10, 10)
    assert finite_counts(2, 2, 5, CONFIDENCE).lower == 2
    assert finite_upper(0, 8, 8, CONFIDENCE) == 0


def test_one_side_has_all_of_the_risk() -> None:
    assert lower_limit(8, 8, CONFIDENCE) == pytest.approx(0.05 ** (1 / 8))
    assert lower_limit(0, 8, CONFIDENCE) == 0
    assert upper_limit(8, 8, CONFIDENCE) == 1
    assert upper_limit(0, 8, CONFIDENCE) == pytest.approx(1 - 0.05 ** (1 / 8))
    both = clopper_pearson(8, 8, CONFIDENCE)
    assert both == (pytest.approx(0.025 ** (1 / 8)), 1)


def test_wilson_is_whole_at_the_ends() -> None:
    assert wilson(0, 7, CONFIDENCE).lower == 0
    assert wilson(7, 7, CONFIDENCE).upper == 1


def test_a_difference_turned_round_is_the_same_turned_round() -> None:
    now, before = (0.8, Interval(0.6, 0.9)), (0.5, Interval(0.3, 0.75))
    there, back = difference(*now, *before), difference(*before, *now)
    assert back == (pytest.approx(-there.upper), pytest.approx(-there.lower))


def test_tails_are_exact() -> None:
    assert binomial_at_most(0, 1, Fraction(9, 10)) == Fraction(1, 10)
    assert binomial_at_most(3, 3, Fraction(1)) == 1
    assert binomial_at_most(2, 3, Fraction(1)) == 0
    assert binomial_at_most(-1, 3, Fraction(1, 2)) == 0
    for found in range(-1, 6):
        tail = sum((hypergeometric_exactly(one, 5, 4, 9) for one in range(found + 1)), Fraction())
        assert hypergeometric_at_most(found, 5, 4, 9) == tail
    assert hypergeometric_at_most(2, 5, 9, 9) == 0
    assert hypergeometric_at_most(1, 5, 7, 9) == 0
    assert hypergeometric_exactly(-1, 5, 4, 9) == 0


def test_a_large_population_comes_near_to_the_binomial() -> None:
    finite = finite_counts(500, 1_000, 100_000, CONFIDENCE)
    binomial = clopper_pearson(500, 1_000, CONFIDENCE)
    assert binomial.lower < finite.lower / 100_000 < binomial.lower + 0.001
    assert binomial.upper - 0.001 < finite.upper / 100_000 < binomial.upper
