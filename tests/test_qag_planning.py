"""Sizes for other questions: discovery, a change, precision, and who does not count."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb

import pytest
from click.testing import CliRunner

from casecheck.cli import cli
from casecheck.qag.inference.planning import (
    allowed_size,
    change_size,
    precise_size,
    to_draw,
    with_design,
)
from casecheck.qag.inference.sizing import Aim, NoSize, attribute_size, margin_size, shown

P95 = Fraction(19, 20)


def told(*arguments: str) -> dict[str, object]:
    done = CliRunner().invoke(cli, ["size", *arguments, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["size", *arguments])
    assert done.exit_code == 2, done.output
    return " ".join(done.output.split())


@pytest.mark.parametrize(("allowed", "cases"), [(0, 59), (1, 93), (2, 124), (3, 153)])
def test_an_allowed_number_has_the_printed_size(allowed: int, cases: int) -> None:
    """Touw and Hoogduin (2011), p. 126, of 5 %."""
    assert allowed_size(Aim(Fraction(1, 20), P95), allowed).cases == cases
    assert told("--tolerable", "5%", "--allowed", str(allowed))["cases"] == cases


def test_too_many_allowed_are_refused() -> None:
    with pytest.raises(NoSize, match="not even all 20 cases"):
        allowed_size(Aim(Fraction(1, 20), P95, 20), 1)


def test_discovery_finds_one_at_least() -> None:
    one = told("--discover", "2%", "--population", "300")
    cases = int(str(one["cases"]))
    none_found = [comb(294, drawn) / comb(300, drawn) for drawn in (cases - 1, cases)]
    assert none_found[1] <= 0.05 < none_found[0]
    assert one["discovers"] == 0.02
    assert "at least one of them would be found" in str(one["can_show"])


@pytest.mark.parametrize("population", [None, 400])
def test_so_many_are_drawn_that_the_check_applies_to_enough(population: int | None) -> None:
    applies = Fraction(3, 10)
    drawn = to_draw(26, applies, P95, population)

    def too_few(number: int) -> float:
        if population is None:
            ways = (comb(number, at) * 0.3**at * 0.7 ** (number - at) for at in range(26))
            return sum(ways)
        chances = (comb(120, at) * comb(280, number - at) for at in range(26))
        return sum(chances) / comb(400, number)

    assert too_few(drawn) <= 0.05 < too_few(drawn - 1)


def test_a_check_that_applies_to_few_is_refused() -> None:
    with pytest.raises(NoSize, match="applies to 12 of the 40 cases, and 26 are needed"):
        to_draw(26, Fraction(3, 10), P95, 40)
    with pytest.raises(NoSize, match="more than 5,000 cases would have to be drawn"):
        to_draw(100, Fraction(1, 100), P95)


def test_a_change_as_r_has_it() -> None:
    """R: power.prop.test(p1=.2, p2=.1, power=.8) and (p1=.5, p2=.75, power=.9): 198.96, 76.65."""
    assert change_size(Fraction(1, 5), Fraction(1, 10), P95).cases == 199
    assert change_size(Fraction(1, 2), Fraction(3, 4), P95, Fraction(9, 10)).cases == 77
    assert told("--change", "20%", "10%")["cases"] == 199
    assert "no change to be seen" in refused("--change", "5%", "5%")
    assert "name rates further apart" in refused("--change", "5%", "5.1%")


def test_a_precision_holds_for_the_exact_interval() -> None:
    margin, expected = Fraction(1, 20), Fraction(1, 10)
    size = precise_size(margin, expected, P95, 400)
    assert size.cases > margin_size(margin, expected, P95, 400).cases
    found = round(expected * size.cases)
    of = shown(found, size.cases, P95, 400)
    share = 1 - found / size.cases
    assert share - of.lower <= 0.05 + 1e-9
    assert of.upper - share <= 0.05 + 1e-9
    with pytest.raises(NoSize, match="choose a larger margin"):
        precise_size(Fraction(1, 1000), expected, P95)
    one = told("--margin", "5%", "--expected", "10%", "--population", "400", "--formula", "exact")
    assert one["cases"] == size.cases


def test_designs_need_more() -> None:
    simple = attribute_size(Aim(Fraction(1, 20), P95)).cases
    one = told("--tolerable", "5%", "--design-effect", "1.5")
    assert (one["cases"], one["draw"]) == (simple, 89)
    assert with_design(59, Fraction(3, 2), 80) == 80
    both = told(
        "--tolerable", "10%", "--applies", "30%", "--population", "400", "--design-effect", "1.3"
    )
    assert both["cases"] == attribute_size(Aim(Fraction(1, 10), P95, 120)).cases
    assert both["draw"] == to_draw(34, Fraction(3, 10), P95, 400)


def test_the_engines_misses_are_of_cases_without_a_finding() -> None:
    one = told("--engine-misses", "5%", "--population", "200")
    assert one["cases"] == attribute_size(Aim(Fraction(1, 20), P95, 200)).cases
    assert "in which the engine found nothing" in str(one["can_show"])
    assert one["risk_sample"] == -(-int(str(one["cases"])) * 5 // 1)


def test_a_census_is_told_as_one() -> None:
    for asked in (["--cases", "20"], ["--tolerable", "1%", "--confidence", "99%"]):
        can = told(*asked, "--population", "20")["can_show"]
        assert "All 20 cases are read: a census. Nothing is left to chance." in str(can)
        assert "perfect score" not in str(can)


def test_steps_stop_where_they_can_show_nothing_any_more() -> None:
    one = told("--tolerable", "5%", "--stop-or-go", "4")
    assert one["stop_beyond"] == 3
    assert "As soon as more than 3 are not compliant, stop" in str(one["can_show"])


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["--cases", "8", "--applies", "30%"], "--applies is for --tolerable"),
        (["--discover", "5%", "--allowed", "1"], "--allowed is for --tolerable or --engine-misses"),
        (["--tolerable", "5%", "--allowed", "1", "--expected", "1%"], "give one of --allowed"),
        (["--cases", "9", "--design-effect", "2"], "--design-effect is for"),
        (["--change", "5%", "x"], "is no share"),
    ],
)
def test_what_makes_no_sense_together_is_refused(arguments: list[str], cure: str) -> None:
    assert cure in refused(*arguments)
