"""Agreement beyond chance: against well-kept libraries, and refused where it would mislead."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from casecheck.qag.inference.agreement import (
    Ratings,
    Undecidable,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)

CONFIDENCE = Fraction(19, 20)


def random_ratings(seed: int, auditors: int, missing: bool) -> list[list[int | None]]:
    """Ratings that lean to agreement, by a small generator that is the same everywhere."""
    state = seed
    rows: list[list[int | None]] = []
    for _ in range(25):
        row: list[int | None] = []
        for _ in range(auditors):
            state = (state * 1103515245 + 12345) % 2**31
            code: int | None = (state >> 16) % 4 if (state >> 10) % 3 == 0 else len(rows) % 4
            row.append(None if missing and (state >> 20) % 5 == 0 else code)
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(8))
def test_alpha_is_that_of_the_krippendorff_package(seed: int) -> None:
    package: Any = pytest.importorskip("krippendorff", reason="a cross-check only")
    numpy: Any = pytest.importorskip("numpy")
    ratings = random_ratings(seed, 3, missing=True)
    table = numpy.array(
        [[numpy.nan if one is None else one for one in row] for row in ratings], dtype=float
    ).T
    theirs = package.alpha(reliability_data=table, level_of_measurement="nominal")
    assert krippendorff_alpha(ratings).value == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_kappas_are_those_of_statsmodels(seed: int) -> None:
    package: Any = pytest.importorskip("statsmodels.stats.inter_rater", reason="a cross-check only")
    ratings = random_ratings(seed, 3, missing=False)
    counted = [[row.count(code) for code in range(4)] for row in ratings]
    assert fleiss_kappa(ratings).value == pytest.approx(package.fleiss_kappa(counted), abs=1e-12)
    table = [[0] * 4 for _ in range(4)]
    for first, second, _ in ratings:
        assert first is not None
        assert second is not None
        table[first][second] += 1
    theirs, ours = package.cohens_kappa(table), cohen_kappa(table, CONFIDENCE)
    assert ours.value == pytest.approx(theirs.kappa)
    assert ours.error == pytest.approx(theirs.std_kappa)
    assert ours.within == pytest.approx((theirs.kappa_low, theirs.kappa_upp))


def test_full_agreement_is_one() -> None:
    ratings: Ratings = [["a", "a"], ["b", "b"], ["c", "c"]]
    assert percent_agreement(ratings) == 1
    assert fleiss_kappa(ratings).value == 1
    assert krippendorff_alpha(ratings).value == 1
    assert gwet_ac1(ratings, CONFIDENCE)[:2] == (1, 0)
    assert cohen_kappa([[3, 0], [0, 4]], CONFIDENCE)[:2] == (1, 0)


def test_ac1_holds_where_nearly_all_are_of_one_code() -> None:
    """The paradox of kappa: 18 of 20 the same, of one code, and kappa is below nothing."""
    ratings: Ratings = [["a", "a"]] * 18 + [["a", "b"], ["b", "a"]]
    assert cohen_kappa([[18, 1], [1, 0]], CONFIDENCE).value < 0
    assert gwet_ac1(ratings, CONFIDENCE).value > 0.85
    assert percent_agreement(ratings) == 0.9


def test_intervals_stay_between_minus_one_and_one() -> None:
    within = gwet_ac1([["a", "a"]] * 9 + [["b", "b"], ["a", "b"]], CONFIDENCE).within
    assert within
    assert within.upper == 1
    within = cohen_kappa([[0, 3], [2, 0]], CONFIDENCE).within
    assert within
    assert within.lower == -1


def test_one_case_has_no_error() -> None:
    assert gwet_ac1([["a", "b"]], CONFIDENCE).error is None


def test_cases_with_one_judgment_say_nothing_of_agreement() -> None:
    ratings: Ratings = [["a", "a"], ["b", "b"], ["a", "b"]]
    alone: Ratings = [*ratings, ["a", None], [None, None]]
    assert krippendorff_alpha(alone) == krippendorff_alpha(ratings)
    assert percent_agreement(alone) == percent_agreement(ratings)


@pytest.mark.parametrize(
    "measure", [fleiss_kappa, krippendorff_alpha, lambda ratings: gwet_ac1(ratings, CONFIDENCE)]
)
@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        ([], "no case was judged by two"),
        ([["a", None], [None, "b"]], "no case was judged by two"),
        ([["a", "a"], ["a", "a"]], "one code only was given"),
    ],
)
def test_what_would_mislead_is_refused(measure: Any, ratings: Ratings, why: str) -> None:
    with pytest.raises(Undecidable, match=why):
        measure(ratings)


def test_fleiss_needs_as_many_judgments_of_each() -> None:
    with pytest.raises(Undecidable, match="the same number of judgments"):
        fleiss_kappa([["a", "a", "b"], ["a", "b", None]])


def test_cohen_needs_two_codes_and_a_case() -> None:
    with pytest.raises(Undecidable, match="one code only"):
        cohen_kappa([[5, 0], [0, 0]], CONFIDENCE)
    with pytest.raises(Undecidable, match="no case"):
        cohen_kappa([[0, 0], [0, 0]], CONFIDENCE)
