"""Limits of cases that had different chances: by hand, and bounded by the design alone."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log

import pytest

from casecheck.qag.inference.intervals import clopper_pearson
from casecheck.qag.inference.surveys import most_unseen
from casecheck.qag.inference.weighed_group import WeighedGroup

CONFIDENCE = Fraction(19, 20)


def test_by_hand() -> None:
    """Weights 2, 4 and 10; of the two that count, the one of weight 2 is met."""
    group = WeighedGroup([0.5], [0.25], [0.1], [0.5] * 4 + [0.25] * 4 + [0.1])
    share = 2 / 16
    assert group.share(group.met) == pytest.approx(share)
    spread = 3 / 2 * (2 * (1 - share) ** 2 + 4 * 3 * share**2 + 10 * 9 * share**2) / 16**2
    of_all = 9**2 / (4 * 1 + 4 * 3 + 9)
    of_drawn = 16**2 / (2 * 1 + 4 * 3 + 10 * 9)
    worth = min(share * (1 - share) / spread, of_all, of_drawn)
    within = clopper_pearson(share * worth, worth, CONFIDENCE)
    value, below, above = group.reach(group.met, CONFIDENCE)
    assert value == pytest.approx(9 * share)
    assert value - below == pytest.approx(9 * within.lower - 1)
    assert value + above == pytest.approx(9 * within.upper + 1)
    assert group.correlation() == pytest.approx(
        ((1 + 3 * 2 / 16) * (1 + 3 * 4 / 16) / ((4 - 6 / 16) * (4 - 12 / 16))) ** 0.5
    )


def test_of_half_that_were_drawn_the_spread_leaves_twice_as_many_but_for_one() -> None:
    """Eight of sixteen, all alike: 7/8 of the 16 simple cases of a large list that err as much."""
    group = WeighedGroup([0.5] * 3, [0.5] * 5, [], [0.5] * 16)
    within = clopper_pearson(14 * 3 / 8, 14, CONFIDENCE)
    value, below, above = group.reach(group.met, CONFIDENCE)
    assert value - below == pytest.approx(16 * within.lower - 1)
    assert value + above == pytest.approx(16 * within.upper + 1)


def test_where_all_came_out_the_same_the_limit_is_no_case_wider() -> None:
    group = WeighedGroup([], [0.25] * 5, [], [0.25] * 20)
    unseen = most_unseen((), Fraction(1, 40), [0.25] * 20)
    assert 0.75**unseen > 0.025 >= 0.75 ** (unseen + 1)
    worth = min(log(0.025) / log(1 - unseen / 20), 20**2 / (20 * 3))
    assert group.reach(group.met, CONFIDENCE).above == pytest.approx(
        20 * clopper_pearson(0, worth, CONFIDENCE).upper
    )


def test_cases_that_were_all_certain_leave_nothing_to_chance() -> None:
    group = WeighedGroup([1.0] * 3, [1.0], [], [1.0] * 4)
    assert group.reach(group.met, CONFIDENCE) == (3, 0, 0)


def test_certain_cases_add_nothing_to_the_error_that_the_design_allows() -> None:
    rest = WeighedGroup([0.2] * 4, [0.2] * 4, [], [0.2] * 40)
    more = WeighedGroup([0.2] * 4 + [1.0] * 5, [0.2] * 4 + [1.0] * 5, [], [0.2] * 40 + [1.0] * 10)
    assert more.reach(more.met, CONFIDENCE)[1] < 1.1 * rest.reach(rest.met, CONFIDENCE)[1]


def test_where_all_came_out_the_same_the_light_may_have_stayed_unseen() -> None:
    """None of two hundred and forty was found: those of a chance of 1 in 20 may all be."""
    every = [0.05] * 40 + [0.5] * 40
    unseen = most_unseen((), Fraction(1, 40), every)
    assert 0.95**40 * 0.5**2 > 0.025 > 0.95**40 * 0.5**3
    assert unseen == 42
    group = WeighedGroup([], [0.5] * 18 + [0.05] * 2, [], every)
    worth = log(0.025) / log(1 - 42 / 80)
    assert worth < 80**2 / (40 * 19 + 40)
    assert group.reach(group.met, CONFIDENCE).above == pytest.approx(42)


def test_none_found_is_bounded_over_strata_and_chances_together() -> None:
    strata, chances = [(3, 12)], [0.2] * 6
    risk = Fraction(1, 20)

    def unseen(total: int) -> float:
        splits = range(max(0, total - 6), min(total, 9) + 1)
        return max(comb(12 - at, 3) / comb(12, 3) * 0.8 ** (total - at) for at in splits)

    most = most_unseen(strata, risk, chances)
    assert unseen(most) > 0.05 >= unseen(most + 1)
    assert most_unseen((), risk, [1.0]) == 0


def test_one_case_bounds_nearly_nothing() -> None:
    group = WeighedGroup([0.1], [], [], [0.1] * 10)
    value, below, above = group.reach(group.met, CONFIDENCE)
    assert value == pytest.approx(10)
    assert value - below < 1
    assert above == pytest.approx(0)


def test_where_only_certain_cases_were_drawn_the_others_are_not_certain() -> None:
    """Twenty others had a chance of 1 in 20 each, and happened not to be drawn."""
    group = WeighedGroup([1.0] * 5, [1.0] * 5, [], [1.0] * 10 + [0.05] * 20)
    value, below, above = group.reach(group.met, CONFIDENCE)
    assert value == pytest.approx(15)
    assert min(below, above) > 10
