"""Weighted kappa, ordinal alpha and Kish's design effect, held to printed figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from casecheck.qag.inference.agreement import Undecidable, cohen_kappa
from casecheck.qag.inference.design_effect import kish
from casecheck.qag.inference.graded_agreement import Grades, ordinal_alpha, weighted_kappa

P95 = Fraction(95, 100)


@pytest.mark.parametrize(
    ("table", "plain", "weighted"),
    [
        # SAS/STAT User's Guide, The FREQ Procedure, "Agreement Study": two dermatologists.
        (
            [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]],
            (0.3449, 0.0724, 0.2030, 0.4868),
            (0.5082, 0.0655, 0.3798, 0.6366),
        ),
        # R's vcd, Kappa(SexualFun): Hout, Duncan & Sobel (1987), in Agresti (1990), table 2.10.
        (
            [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]],
            (0.1293, 0.06860, -0.0051, 0.2638),
            (0.2374, 0.07832, 0.0839, 0.3909),
        ),
    ],
    ids=["SAS-skin", "vcd-SexualFun"],
)
def test_weighted_kappa_is_what_is_printed(
    table: list[list[int]], plain: tuple[float, ...], weighted: tuple[float, ...]
) -> None:
    for found, printed in (
        (cohen_kappa(table, P95), plain),
        (weighted_kappa(table, P95), weighted),
    ):
        assert found.within is not None
        assert (found.value, found.error, *found.within) == pytest.approx(printed, abs=5.1e-05)


def test_of_two_grades_the_weighted_kappa_is_the_plain_one() -> None:
    table = [[20, 5], [10, 15]]
    plain, weighted = cohen_kappa(table, P95), weighted_kappa(table, P95)
    assert weighted.value == pytest.approx(plain.value)
    assert weighted.error == pytest.approx(plain.error)


def test_an_interval_is_given_from_five_that_differ_and_five_that_agree() -> None:
    assert weighted_kappa([[20, 4], [0, 20]], P95).within is None
    assert weighted_kappa([[2, 20], [20, 2]], P95).within is None
    within = weighted_kappa([[20, 5], [0, 20]], P95).within
    assert within is not None
    assert -1 <= within.lower < within.upper <= 1


def test_where_nothing_or_one_grade_is_given_agreement_is_refused() -> None:
    with pytest.raises(Undecidable, match="no case was graded by both"):
        weighted_kappa([[0, 0], [0, 0]], P95)
    with pytest.raises(Undecidable, match="one grade only"):
        weighted_kappa([[9, 0], [0, 0]], P95)
    with pytest.raises(Undecidable, match="no case was graded by two"):
        ordinal_alpha([[1, None], [None, 2]])
    with pytest.raises(Undecidable, match="one grade only"):
        ordinal_alpha([[1, 1], [1, 1]])


N = None
KRIPPENDORFF: Grades = [
    [1, 1, N, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [N, 5, 5, 5], [N, N, 1, 1], [N, N, 3, N],
]  # fmt: skip


def test_ordinal_alpha_is_what_is_printed() -> None:
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, part D: 0.815."""
    assert ordinal_alpha(KRIPPENDORFF).value == pytest.approx(0.815, abs=5e-04)


def test_a_near_grade_counts_for_more_than_a_far_one() -> None:
    near, far = [[0, 1], [1, 1], [2, 2], [3, 3]], [[0, 3], [1, 1], [2, 2], [3, 3]]
    assert ordinal_alpha(near).value > ordinal_alpha(far).value


def test_the_design_effect_is_one_plus_the_relative_variance_of_the_weights() -> None:
    """R's PracTools, deffK: 1 + sum((w - mean(w))^2) / n / mean(w)^2."""
    weights = [1, 2, 3, 4, 10]
    mean = sum(weights) / 5
    expected = 1 + sum((one - mean) ** 2 for one in weights) / 5 / mean**2
    assert kish([Fraction(1, one) for one in weights]) == pytest.approx(expected)
    assert kish([Fraction(1, 7)] * 9) == 1
