"""Whether a tail keeps to a risk: as the exact fractions say, in few steps for any population."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from click.testing import CliRunner

from casecheck.cli import cli
from casecheck.qag.inference import tail_limits
from casecheck.qag.inference.intervals import finite_counts
from casecheck.qag.inference.sizing import Aim, NoSize, attribute_size, shown, stop_or_go
from casecheck.qag.inference.tail_limits import binomial_keeps, hypergeometric_keeps
from casecheck.qag.inference.tails import (
    binomial_at_most,
    hypergeometric_at_most,
    hypergeometric_exactly,
    hypergeometric_first,
)

MILLIONS = 10_000_000


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many terms were summed at a time, while a test runs."""
    counted: list[int] = []
    summed = tail_limits._summed

    def counting(number: int, ratios: tail_limits._Ratios) -> tail_limits._Sum:
        def told(at: Any) -> Any:
            counted.append(len(at))
            return ratios(at)

        return summed(number, told)

    monkeypatch.setattr(tail_limits, "_summed", counting)
    return counted


@pytest.mark.slow
def test_a_finite_tail_is_decided_as_the_fraction_is_also_at_ties() -> None:
    for population in (1, 2, 7, 12, 20):
        for marked in range(population + 1):
            for drawn in range(1, population + 1):
                for found in range(-1, drawn + 1):
                    exact = hypergeometric_at_most(found, drawn, marked, population)
                    for risk in {Fraction(1, 20), Fraction(1, 2), exact}:
                        if 0 < risk < 1:
                            told = hypergeometric_keeps(risk, found, drawn, marked, population)
                            assert told == (exact <= risk), (found, drawn, marked, population)


def test_a_tail_of_a_large_population_is_decided_as_the_fraction_is() -> None:
    for found, drawn, marked in ((3, 200, 90), (40, 900, 200), (250, 300, 2_500), (0, 2_900, 1)):
        exact = hypergeometric_at_most(found, drawn, marked, 3_000)
        for risk in (exact, exact * Fraction(999_999, 10**6), exact * Fraction(1_000_001, 10**6)):
            told = hypergeometric_keeps(risk, found, drawn, marked, 3_000)
            assert told == (exact <= risk)


def test_a_tail_without_end_is_decided_as_the_fraction_is() -> None:
    for rate in (Fraction(1, 20), Fraction(1, 2), Fraction(9, 10), Fraction(1)):
        for drawn in (1, 2, 9, 60):
            for found in range(drawn + 1):
                exact = binomial_at_most(found, drawn, rate)
                for risk in {Fraction(1, 20), Fraction(1, 8), exact}:
                    if 0 < risk < 1:
                        assert binomial_keeps(risk, found, drawn, rate) == (exact <= risk)


def test_the_first_probabilities_are_those_one_by_one() -> None:
    for drawn, marked, population in ((5, 4, 9), (5, 7, 9), (3, 0, 3), (9, 9, 9), (2, 5, 30)):
        each = [hypergeometric_exactly(one, drawn, marked, population) for one in range(12)]
        assert hypergeometric_first(12, drawn, marked, population) == tuple(map(float, each))


def brute_force(aim: Aim, expected: Fraction) -> int | None:
    """The least size, by looking at each."""
    for cases in range(1, aim.most + 1):
        if aim.chance(ceil(expected * cases), cases) <= aim.risk:
            return cases
    return None


def searched() -> Iterator[tuple[Aim, Fraction]]:
    for population in (None, 1, 13, 40, 90):
        for tolerable in ("0.1", "0.3", "0.5", "0.9"):
            for part in ("0", "0.2", "0.6", "0.9"):
                for confidence in ("0.5", "0.8", "0.95"):
                    rate = Fraction(tolerable)
                    yield Aim(rate, Fraction(confidence), population), rate * Fraction(part)


def test_the_search_finds_what_looking_at_each_size_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casecheck.qag.inference.sizing.MOST_CASES", 150)
    for aim, expected in searched():
        least = brute_force(aim, expected)
        if least is None:
            with pytest.raises(NoSize):
                attribute_size(aim, expected)
        else:
            assert attribute_size(aim, expected).cases == least, (aim, expected)


@pytest.mark.parametrize(
    ("tolerable", "expected", "population"),
    [("0.05", "0.045", 20_000), ("0.05", "0.045", MILLIONS), ("0.5", "0.488", MILLIONS),
     ("0.9", "0.893", MILLIONS), ("0.999999", "0.99999", MILLIONS), ("0.5", "0.488", None)],
)  # fmt: skip
def test_a_size_takes_few_steps_whatever_is_asked(
    steps: list[int], tolerable: str, expected: str, population: int | None
) -> None:
    aim = Aim(Fraction(tolerable), Fraction(19, 20), population)
    try:
        found = attribute_size(aim, Fraction(expected))
    except NoSize:
        pass
    else:
        assert found.risk <= 0.05
    assert len(steps) < 15_000
    assert sum(steps) < 4_000_000


@pytest.mark.parametrize("drawn", [1, 5_000, 2_500_000, 5_000_000, 9_500_000, MILLIONS])
def test_bounds_of_ten_million_take_few_steps(steps: list[int], drawn: int) -> None:
    for found in (0, 3, drawn // 3, drawn):
        if found <= drawn:
            counts = finite_counts(found, drawn, MILLIONS, Fraction(19, 20))
            assert found <= counts.lower <= counts.upper <= MILLIONS - (drawn - found)
            shown(found, drawn, Fraction(19, 20), MILLIONS)
    assert len(steps) < 4_000
    assert sum(steps) < 8_000_000


def test_steps_of_ten_million_take_few_steps(steps: list[int]) -> None:
    plan = stop_or_go(Aim(Fraction(1, 200), Fraction(19, 20), MILLIONS), 10)
    assert plan.risk <= 0.05 < plan.single_risk
    assert len(steps) < 10_000


def test_of_ten_million_the_command_tells_a_table_that_can_be_read() -> None:
    asked = ["--population", str(MILLIONS), "--tolerable", "50%", "--expected", "48.8%"]
    done = CliRunner().invoke(cli, ["size", *asked, "--format", "csv"])
    assert done.exit_code == 0
    rows = [line.split(",")[1] for line in done.output.splitlines()[1:]]
    assert rows[0] == "0"
    assert rows[-3:] == ["2339", "2340", "2341"]
    assert len(rows) <= 12
