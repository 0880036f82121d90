"""How often the engine may be wrong: bounds in any design, slips, and what they cannot explain."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import pytest
from scipy.stats import binom

from casecheck.qag.inference.engine_error import Evidence, most_marked, together
from casecheck.qag.inference.intervals import Interval, finite_upper
from casecheck.qag.inference.slips import ASSUMED, Slips, allowing, slip_rate

RISK, ONE = Fraction(5, 100), Fraction(1)


# --- a bound in any design ---


def chance_of_so_few(chances: list[Fraction], found: int) -> Fraction:
    """P(so few or fewer of them are drawn), by all that can be drawn."""
    return sum(
        (
            prod(
                (p if one else 1 - p for one, p in zip(drawn, chances, strict=True)),
                start=Fraction(1),
            )
            for drawn in product((False, True), repeat=len(chances))
            if sum(drawn) <= found
        ),
        Fraction(),
    )


@pytest.mark.parametrize("found", [0, 1, 2])
def test_one_more_marked_than_the_bound_would_seldom_stay_so_unseen(found: int) -> None:
    chances = [Fraction(1, 2)] * 4 + [Fraction(3, 4)] * 3 + [Fraction(1, 3)] * 2
    most = most_marked(chances, found, RISK)
    rarest = sorted(chances)
    assert most >= found
    assert chance_of_so_few(rarest[:most], found) > RISK
    if most < len(chances):
        assert chance_of_so_few(rarest[: most + 1], found) <= RISK


def test_the_bound_holds_for_a_sample_of_fixed_size() -> None:
    """It is no less than the exact one where all had the same chance."""
    for found, drawn, population in product((0, 1, 3), (10, 20, 39), (40, 60)):
        chances = [Fraction(drawn, population)] * population
        exact = finite_upper(found, drawn, population, 1 - RISK)
        assert most_marked(chances, found, RISK) >= exact


def test_where_none_could_be_drawn_all_may_be_marked() -> None:
    assert most_marked([Fraction(0)] * 7, 0, RISK) == 7
    assert most_marked([Fraction(1)] * 7, 2, RISK) == 2
    assert most_marked([], 0, RISK) == 0


# --- slips ---


def test_slips_are_estimated_from_what_was_judged_twice() -> None:
    assert Slips(0, 0).rate is None
    assert Slips(0, 0).at_most(RISK) == ASSUMED
    assert Slips(10, 0).at_most(RISK) == ASSUMED  # so few show nothing
    assert Slips(10, 4).at_most(RISK) == Slips(10, 4).rate == slip_rate(0.4)
    assert 0 < Slips(1000, 0).at_most(RISK) < 0.002
    assert 0.02 < Slips(1000, 39).at_most(RISK) < 0.03
    assert slip_rate(0.7) == 0.5


def test_a_rate_with_slips_allowed_for_is_what_is_so() -> None:
    """Of a true rate of 0.8 auditors who slip in 1 of 20 words find 0.77."""
    found = 0.8 * 0.95 + 0.2 * 0.05
    value, within = allowing(found, Interval(0.6, 0.9), Interval(0.01, 0.1), 0.05)
    assert value == pytest.approx(0.8)
    assert within.lower == pytest.approx(min((0.6 - s) / (1 - 2 * s) for s in (0.01, 0.1)))
    assert within.upper == pytest.approx((0.9 - 0.1) / 0.8)


def test_slips_widen_a_rate_and_never_beyond_all_or_none() -> None:
    value, within = allowing(0.99, Interval(0.9, 1.0), Interval(0.0, 0.06), 0.03)
    assert (value, within.upper) == (1.0, 1.0)
    assert within.lower <= 0.9
    assert allowing(0.4, Interval(0.3, 0.5), Interval(0.1, 0.5), 0.3) == (0.4, Interval(0.0, 1.0))


# --- what slips alone cannot explain ---


def test_the_chances_of_all_counts_together_are_summed() -> None:
    one = Evidence(60, 6, 0)
    alone = binom.sf(5, 60, 0.02)
    (likely,) = together([one], 0.02)
    # What two slips do as rarely is added: P(2 or more confirmed) is under that of 6 contradicted.
    rarer = binom.sf(range(-1, 60), 60, 0.02**2)
    assert likely == pytest.approx(alone + max(chance for chance in rarer if chance <= alone))
    forty = together([one] * 40, 0.02)
    assert forty == pytest.approx([min(1.0, 40 * likely)] * 40)


def test_a_check_that_can_say_little_costs_the_others_nothing() -> None:
    many = together([Evidence(60, 8, 0), *[Evidence(1, 0, 0)] * 50], 0.02)
    assert many[0] == pytest.approx(together([Evidence(60, 8, 0)], 0.02)[0])
    assert many[1] == 1.0


def test_two_readers_say_more_than_one_alone() -> None:
    alone = together([Evidence(60, 3, 0)], 0.04)[0]
    confirmed = together([Evidence(60, 3, 3)], 0.04)[0]
    assert confirmed < 0.01
    assert alone > 0.3


def test_without_slips_one_contradiction_is_enough_and_none_is_nothing() -> None:
    assert together([Evidence(60, 1, 0), Evidence(60, 0, 0)], 0.0) == [0.0, 1.0]
