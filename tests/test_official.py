"""Published statistics stand beside a measure only where both count the same."""

from __future__ import annotations

import csv

import pytest
from beside import beside

from casecheck.measures.official import Comparison, compare, counterpart, why_none

CONTRACT = [
    *("M1a", "M1b", "M2a", "M2b", "M3a", "M3b", "M3c", "M3d", "M3e", "M4a", "M4b", "M5a", "M5b"),
    *("M6a", "M6b", "M6c", "M6d", "M7a", "M8a", "M8b", "M8c", "M9a", "M9b", "M9c", "M10", "M11"),
    "ML",
]
STATISTICS = beside("data", "statistics", "d2_cpps_starting_by_category_of_abuse_2013_to_2024.csv")


def test_every_measure_has_a_counterpart_or_a_reason() -> None:
    with_one = [measure for measure in CONTRACT if counterpart(measure)]
    assert with_one == ["M5b"]
    for measure in CONTRACT:
        if measure not in with_one:
            assert "nobody has looked" not in why_none(measure)


def test_a_measure_of_another_review_says_that_nobody_looked() -> None:
    assert counterpart("X1") is None
    assert why_none("X1") == "nobody has looked whether one is published by its definition"


def test_there_is_no_reason_where_there_is_one() -> None:
    with pytest.raises(KeyError):
        why_none("M5b")


def test_factors_of_assessments_are_never_beside_assessments_that_considered_them() -> None:
    assert counterpart("M3c") is None
    assert "factor" in why_none("M3c")


def test_four_quarters_to_march_are_a_reporting_year() -> None:
    found = counterpart("M5b")
    assert found is not None
    assert (found.of, "CPP_start" in found.source) == ("members", True)
    quarters = {"2022-Q1": 99, "2022-Q2": 1, "2022-Q3": 2, "2022-Q4": 3, "2023-Q1": 4}
    assert compare(found, quarters) == [Comparison(2023, 10, {"England": 63870, "Cumbria": 604})]
    assert compare(found, {**quarters, "2023-Q2": 5}) == compare(found, quarters)


def test_the_successors_stand_by_themselves() -> None:
    found = counterpart("M5b")
    assert found is not None
    quarters = {"2023-Q2": 1, "2023-Q3": 1, "2023-Q4": 1, "2024-Q1": 1}
    assert compare(found, quarters)[0].published == {
        "England": 62110, "Cumberland": 400, "Westmorland and Furness": 284
    }  # fmt: skip


@pytest.mark.skipif(not STATISTICS.exists(), reason="the published files are not beside the clone")
def test_the_figures_are_the_published_ones() -> None:
    found = counterpart("M5b")
    assert found is not None
    carried = {(area, year, n) for area, of in found.figures.items() for year, n in of.items()}
    with STATISTICS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    published = {
        (row["la_name"] or row["country_name"], int(row["time_period"]), int(row["CPP_start"]))
        for row in rows
        if row["geographic_level"] != "Regional"
    }
    assert carried == published
