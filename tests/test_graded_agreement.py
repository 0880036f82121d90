"""Weighted kappa, ordinal alpha and Kish's design effect, held to others' and by definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations, product

import pytest

from casecheck.qag.inference.agreement import Undecidable, cohen_kappa
from casecheck.qag.inference.design_effect import kish
from casecheck.qag.inference.graded_agreement import Grades, ordinal_alpha, weighted_kappa

P95 = Fraction(95, 100)


Table = Sequence[Sequence[int]]
# SAS/STAT User's Guide, The FREQ Procedure, "Agreement Study": two dermatologists.
SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
# The data SexualFun of R's vcd, which has them from Hout, Duncan & Sobel (1987).
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]


@pytest.mark.parametrize(
    ("table", "plain", "weighted"),
    [
        (
            SKIN,
            (0.344875, 0.072397, 0.202980, 0.486770),
            (0.508160, 0.065508, 0.379766, 0.636554),
        ),
        (
            COUPLES,
            (0.129330, 0.068599, -0.005120, 0.263781),
            (0.237381, 0.078316, 0.083883, 0.390878),
        ),
    ],
    ids=["skin", "couples"],
)
def test_weighted_kappa_is_what_r_and_statsmodels_give(
    table: Table, plain: tuple[float, ...], weighted: tuple[float, ...]
) -> None:
    """As `Kappa` of vcd 1.4-11 (R 4.2.2) printed when it was run on these tables, and as
    `cohens_kappa` of statsmodels 0.15.0 did, with `wt="linear"`."""
    for found, given in ((cohen_kappa(table, P95), plain), (weighted_kappa(table, P95), weighted)):
        assert found.within is not None
        assert (found.value, found.error, *found.within) == pytest.approx(given, abs=5.1e-07)


def by_definition(shares: Sequence[float], grades: int) -> float:
    """Weighted kappa of a table's shares, row by row: 1 less the steps apart over those by chance.

    Cohen (1968) defines it by how far two disagree; the module works it out by how near they are.
    """
    cells = list(product(range(grades), repeat=2))
    rows, columns = [0.0] * grades, [0.0] * grades
    for (row, column), share in zip(cells, shares, strict=True):
        rows[row] += share
        columns[column] += share
    apart = sum(abs(i - j) * share for (i, j), share in zip(cells, shares, strict=True))
    return 1 - apart * sum(shares) / sum(abs(i - j) * rows[i] * columns[j] for i, j in cells)


@pytest.mark.parametrize("table", [SKIN, COUPLES, [[9, 3, 0], [6, 20, 7], [1, 2, 5]]])
def test_weighted_kappa_is_that_of_its_definition_and_its_error_that_of_the_delta_method(
    table: Table,
) -> None:
    """The error of any function of shares: its slopes, here by small steps, and their variance."""
    cases, grades = sum(map(sum, table)), len(table)
    shares = [count / cases for row in table for count in row]
    step, slopes = 1e-6, []
    for at in range(len(shares)):
        more, less = list(shares), list(shares)
        more[at], less[at] = more[at] + step, less[at] - step
        slopes.append((by_definition(more, grades) - by_definition(less, grades)) / (2 * step))
    mean = sum(share * slope for share, slope in zip(shares, slopes, strict=True))
    spread = sum(share * (slope - mean) ** 2 for share, slope in zip(shares, slopes, strict=True))
    found = weighted_kappa(table, P95)
    assert found.value == pytest.approx(by_definition(shares, grades))
    assert found.error == pytest.approx((spread / cases) ** 0.5, rel=1e-6)


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


def test_ordinal_alpha_is_what_the_krippendorff_package_gives() -> None:
    """Data of Krippendorff (2011), with the figure of the package krippendorff 0.9.0."""
    assert ordinal_alpha(KRIPPENDORFF).value == pytest.approx(0.8153875037548814, abs=1e-12)


@pytest.mark.parametrize("grades", [KRIPPENDORFF, [[0, 1, 1], [2, 2, N], [3, 1, 3], [0, N, 0]]])
def test_ordinal_alpha_is_that_of_its_definition(grades: Grades) -> None:
    """By the matrix of coincidences, as Krippendorff (2011) sets it out."""
    rows = [[one for one in row if one is not None] for row in grades]
    together: defaultdict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for row in rows:
        for pair in permutations(row, 2):
            together[pair] += Fraction(1, len(row) - 1)
    given = {at: sum(n for (one, _), n in together.items() if one == at) for at, _ in together}
    total = sum(given.values())

    def apart(one: int, other: int) -> Fraction:
        low, high = sorted((one, other))
        between = sum(number for at, number in given.items() if low <= at <= high)
        return (between - Fraction(given[low] + given[high]) / 2) ** 2

    seen = sum(number * apart(*pair) for pair, number in together.items())
    chance = sum(given[i] * given[j] * apart(i, j) for i, j in product(given, repeat=2))
    expected = 1 - (total - 1) * seen / chance
    assert ordinal_alpha(grades).value == pytest.approx(float(expected))


def test_a_near_grade_counts_for_more_than_a_far_one() -> None:
    near, far = [[0, 1], [1, 1], [2, 2], [3, 3]], [[0, 3], [1, 1], [2, 2], [3, 3]]
    assert ordinal_alpha(near).value > ordinal_alpha(far).value


def test_the_design_effect_is_one_plus_the_relative_variance_of_the_weights() -> None:
    """As `deffK` of R's PracTools has it: 1 + sum((w - mean(w))^2) / n / mean(w)^2."""
    weights = [1, 2, 3, 4, 10]
    mean = sum(weights) / 5
    expected = 1 + sum((one - mean) ** 2 for one in weights) / 5 / mean**2
    assert kish([Fraction(1, one) for one in weights]) == pytest.approx(expected)
    assert kish([Fraction(1, 7)] * 9) == 1
