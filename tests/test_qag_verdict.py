"""What `size` promised is what `estimate` says: bounds for one side, and the verdict."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from amounts import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from casecheck.qag.estimates.rates import JudgedCase, Part, rate, with_lost
from casecheck.qag.inference.intervals import Interval
from casecheck.qag.inference.planning import allowed_size
from casecheck.qag.inference.sizing import Aim, NoSize, shown
from casecheck.qag.inference.verdict import one_sided_limits, verdict

CONFIDENCE = Fraction(19, 20)


def simple(missed: int, drawn: int, population: int, out: int = 0) -> Part:
    chance = Fraction(drawn + out, population)
    return Part(
        population, [JudgedCase(at >= missed, chance) for at in range(drawn)], [chance] * out
    )


@settings(max_examples=tries(40), deadline=None)
@given(
    st.integers(20, 400),
    st.sampled_from(["0.02", "0.05", "0.1", "0.2"]),
    st.integers(0, 2),
    st.sampled_from(["0.8", "0.9", "0.95", "0.99"]),
)
def test_what_a_size_promises_is_what_is_said(
    population: int, tolerable: str, allowed: int, confidence: str
) -> None:
    """Of a size for 0, 1 or 2 not compliant: with so many it is shown, with one more it is not."""
    aim = Aim(Fraction(tolerable), Fraction(confidence), population)
    try:
        cases = allowed_size(aim, allowed).cases
    except NoSize:
        return
    for found in range(min(allowed + 2, cases) + 1):
        measure = rate([simple(found, cases, population)], aim.confidence)
        assert measure.one_sided
        promised = shown(found, cases, aim.confidence, population)
        assert measure.one_sided.lower == promised.at_least
        is_shown = verdict(measure.one_sided, aim.tolerable) == "shown"
        assert is_shown == aim.keeps(found, cases, aim.risk)
        assert is_shown or found > allowed


@pytest.mark.parametrize("hundredths", range(1, 100))
def test_as_many_as_are_tolerable_are_not_fewer(hundredths: int) -> None:
    """Whether the float next to a share lies above or below it: 3/10 and 3/20 lie above theirs."""
    tolerable = Fraction(hundredths, 100)
    for population in (100, 700):
        as_many = population * hundredths // 100
        limit = (population - as_many) / population
        assert verdict(Interval(limit, 1.0), tolerable) == "not_shown"
        assert verdict(Interval(0.0, limit), tolerable) == "shown_to_be_worse"
        fewer = (population - as_many + 1) / population
        assert verdict(Interval(fewer, 1.0), tolerable) == "shown"
        assert verdict(Interval(0.0, fewer), tolerable) == "not_shown"


def test_verdicts() -> None:
    tolerable = Fraction(1, 20)
    assert verdict(Interval(381 / 400, 1), tolerable) == "shown"
    assert verdict(Interval(380 / 400, 1), tolerable) == "not_shown"
    assert verdict(Interval(0.2, 380 / 400), tolerable) == "shown_to_be_worse"


@pytest.mark.parametrize(
    "population", [12, pytest.param(31, marks=[pytest.mark.slow, pytest.mark.longest])]
)
def test_bounds_for_one_side_cover_where_nobody_knows_how_many_count(population: int) -> None:
    """By all samples of all lists: the lower bound; the upper is the same of the others."""
    for drawn in range(4, population - 1, 3):
        for count in range(2, population + 1, 1 if population < 20 else 4):
            for missed in range(count + 1):
                assert _covers(population, drawn, count, missed) >= 0.95


def _covers(population: int, drawn: int, count: int, missed: int) -> float:
    covered = told = 0
    for out in range(max(0, drawn - count), min(drawn - 1, population - count) + 1):
        here = drawn - out
        for found in range(max(0, here - count + missed), min(missed, here) + 1):
            ways = comb(missed, found) * comb(count - missed, here - found)
            ways *= comb(population - count, out)
            told += ways
            limits = one_sided_limits(
                here - found, here, population - out, CONFIDENCE, int(out > 0)
            )
            covered += ways * (limits.lower <= 1 - missed / count + 1e-9)
    return covered / told


def test_one_sided_bounds_of_other_designs_are_the_ends_of_a_wider_risk() -> None:
    strata = [simple(1, 10, 40), simple(0, 12, 60)]
    measure = rate(strata, CONFIDENCE)
    assert measure.one_sided == rate(strata, Fraction(9, 10)).within
    assert rate(strata, Fraction(2, 5)).one_sided is None
    whole = rate([simple(1, 4, 4)], CONFIDENCE)
    assert whole.one_sided == whole.within == (0.75, 0.75)


def test_lost_files_are_taken_either_way() -> None:
    """Ten drawn, of which two were lost: all eight others are compliant."""
    chance = Fraction(10, 40)
    usable = [JudgedCase(True, Fraction(8, 40))] * 8
    measure = rate([Part(40, usable)], CONFIDENCE)
    all_drawn = [Part(40, [JudgedCase(True, chance)] * 8, [chance] * 2, lost=[chance] * 2)]
    told = with_lost(measure, all_drawn, CONFIDENCE)
    worst = rate([simple(2, 10, 40)], CONFIDENCE).within
    assert told.lost == 2
    assert worst
    assert measure.within
    assert told.lost_within == (pytest.approx(worst.lower, abs=1 / 40), 1)
    assert told.lost_within.lower < measure.within.lower
    assert told.within == measure.within
    assert with_lost(measure, [Part(40, usable)], CONFIDENCE) == measure
