"""Bounds are rounded to the safe side: a lower one down, an upper one up, in every report."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from casecheck.cli import cli
from casecheck.qag.estimates.agreeing import Coefficient
from casecheck.qag.estimates.rates import JudgedCase, Measure, Part, rate_of_all
from casecheck.qag.inference.agreement import Agreement
from casecheck.qag.inference.intervals import Interval
from casecheck.qag.inference.sizing import shown
from casecheck.report.qag import estimate_cells, estimate_words
from casecheck.text.percent import (
    at_least,
    at_most,
    between,
    bound_above,
    bound_below,
    rounded_down,
    rounded_up,
)

P95 = Fraction(19, 20)


def size(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["size", *arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def number(text: str) -> float:
    return float(text.removesuffix(" %")) / 100


@given(st.floats(0, 1))
def test_no_bound_claims_more_than_is_so(bound: float) -> None:
    assert number(at_least(bound)) <= bound + 1e-12 < number(at_least(bound)) + 0.001 + 2e-12
    assert number(at_most(bound)) >= bound - 1e-12 > number(at_most(bound)) - 0.001 - 2e-12
    assert bound - 1.1e-10 < rounded_down(bound) <= bound + 1e-13
    assert bound - 1e-13 <= rounded_up(bound) < bound + 1.1e-10


def test_what_is_rounded_already_stays() -> None:
    for whole in range(1001):
        share = whole / 1000
        assert at_least(share) == at_most(share) == f"{whole / 10:g} %"
        assert rounded_down(share) == rounded_up(share) == share
    assert between(0.3, 0.1 + 0.2) == "30 to 30 %"
    assert (at_least(0.9496599), at_most(0.9496599)) == ("94.9 %", "95 %")
    assert (at_least(0.9999), at_most(0.0001)) == ("99.9 %", "0.1 %")
    assert str(bound_above(-0.001, 1)) == str(bound_below(0.001, 1)) == "0.0"


@pytest.mark.parametrize("cases", [8, 29, 58, 59, 60, 93, 149, 300, 500])
def test_what_a_size_shows_is_enough_for_it(cases: int) -> None:
    """`--cases` and `--tolerable` agree: what one says is shown needs no more cases."""
    told = re.findall(r"at least ([0-9.]+) %", size("--cases", str(cases)))
    tolerable = 100 - Fraction(told[0])
    asked = size("--tolerable", f"{float(tolerable):g}%")
    assert int(asked.split(" ")[0].replace(",", "")) <= cases


def test_58_cases_do_not_show_what_59_do() -> None:
    assert "at least 94.9 %" in size("--cases", "58")
    assert "at least 95 %" in size("--cases", "59")
    assert size("--tolerable", "5%").startswith("59 cases")
    assert "It cannot show that more than 95 % are compliant." in size("--cases", "58")


def test_bounds_of_a_finite_population_are_told_with_their_number() -> None:
    told = size("--cases", "85", "--population", "400")
    least = shown(0, 85, P95, 400).at_least
    assert f"at least {at_least(least)} ({round(least * 400)} of the 400)" in told


def test_what_nobody_looked_at_may_be_otherwise() -> None:
    told = size("--cases", "39", "--population", "40")
    assert "It cannot rule out that a case which nobody looked at is not compliant." in told
    assert "It cannot rule out" not in size("--cases", "40", "--population", "40")


def test_margins_and_tables_are_rounded_outwards() -> None:
    likely = shown(179 - 125, 179, P95, 400)
    told = size("--margin", "5%", "--expected", "30%", "--population", "400")
    assert f"interval is {at_least(likely.lower)} to {at_most(likely.upper)}." in told
    done = CliRunner().invoke(cli, ["size", "--cases", "58", "--format", "json"])
    for row in json.loads(done.output)["shows"]:
        exact = shown(row["not_compliant"], 58, P95)
        assert row["compliant_at_least"] <= exact.at_least + 1e-13
        assert row["compliant_lower"] <= exact.lower + 1e-13
        assert row["compliant_upper"] >= exact.upper - 1e-13


def test_changes_and_numbers_are_rounded_outwards() -> None:
    change = Measure(5, 9, "", 0.0, Interval(-0.12341, 0.12341))
    assert estimate_cells.points_within(change) == "-12.4 to +12.4"
    assert estimate_cells.points_within(change._replace(within=None)) == "-"
    assert estimate_cells.points(None) == "-"
    missed = Measure(5, 9, "", 3.2, Interval(1.0, 7.0))
    assert estimate_cells.cases_within(missed) == "1 to 7"
    assert estimate_cells.cases_within(missed._replace(within=None)) == "-"


def test_one_number_is_known_only_where_every_case_was_judged() -> None:
    """39 of 40 without a miss: the exact interval would be 0 alone, which the last may deny."""
    chance = Fraction(39, 40)
    told = rate_of_all([Part(40, [JudgedCase(False, chance)] * 39)], P95)
    assert told.within == (0, 1 / 40)
    assert estimate_cells.within(told) == "0 to 2.5 %"
    every = rate_of_all([Part(40, [JudgedCase(False, Fraction(1))] * 40)], P95)
    assert estimate_cells.within(every) == "known"
    strata = [
        Part(20, [JudgedCase(False, Fraction(1))] * 20),
        Part(40, [JudgedCase(False, chance)] * 39),
    ]
    told = rate_of_all(strata, P95)
    assert told.within == (0, 1 / 60)
    strata[1] = Part(40, [JudgedCase(False, Fraction(1))] * 40)
    assert estimate_cells.within(rate_of_all(strata, P95)) == "known"


@pytest.mark.parametrize(
    "asked",
    [
        ("5%",),
        ("8%", "--expected", "2%"),
        ("10%", "--population", "46"),
        ("5%", "--stop-or-go", "3"),
    ],
)
def test_a_risk_is_told_as_no_less_than_it_is(asked: tuple[str, ...]) -> None:
    """59 cases leave a risk of 4.849 %, which is no 4.8 %."""
    done = CliRunner().invoke(cli, ["size", "--tolerable", *asked, "--format", "json"])
    assert done.exit_code == 0, done.output
    risk = json.loads(done.output)["risk"]
    told = re.findall(r"The risk [^.]* is ([0-9.]+) % at most", size("--tolerable", *asked))
    assert [Fraction(one) / 100 >= Fraction(risk) - Fraction(1, 10**9) for one in told] == [True]
    assert Fraction(told[0]) <= 5


@pytest.mark.parametrize(
    ("value", "told"), [(1.0, "1.00"), (299 / 300, "over 0.99"), (0.994, "0.99"), (-0.2, "-0.20")]
)
def test_agreement_is_full_only_where_all_is_the_same(value: float, told: str) -> None:
    assert estimate_words._coefficient(Coefficient("", Agreement(value, None))) == told
