"""`casecheck size`: sizes by their own definition, and what it says of them."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from itertools import product
from math import ceil, comb
from pathlib import Path

import pytest
from click.testing import CliRunner

from casecheck.cli import cli
from casecheck.qag.extras import MissingExtra
from casecheck.qag.inference import sizing
from casecheck.qag.inference.sizing import (
    Aim,
    NoSize,
    attribute_size,
    margin_size,
    misprint,
    shown,
    stop_or_go,
)

CONFIDENCE = Fraction(19, 20)
HALF = Fraction(1, 2)


def size(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["size", *arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["size", *arguments])
    assert done.exit_code == 2, done.output
    return " ".join(done.output.split())


@pytest.mark.parametrize("population", [None, 30, 100, 117])
@pytest.mark.parametrize("tolerable", ["0.03", "0.1", "0.25"])
@pytest.mark.parametrize("expected", ["0", "0.01", "0.02", "0.06"])
def test_the_size_is_the_least_that_keeps_to_the_risk(
    population: int | None, tolerable: str, expected: str
) -> None:
    aim, likely = Aim(Fraction(tolerable), CONFIDENCE, population), Fraction(expected)
    if likely >= aim.tolerable:
        with pytest.raises(NoSize, match="below the tolerable"):
            attribute_size(aim, likely)
        return
    sizes = range(1, (population or 1_500) + 1)
    keeping = (n for n in sizes if aim.chance(ceil(likely * n), n) <= Fraction(1, 20))
    least = next(keeping, None)
    if least is None:
        with pytest.raises(NoSize, match="not even all 30 cases would show it"):
            attribute_size(aim, likely)
        return
    found = attribute_size(aim, likely)
    assert found.cases == least
    assert found.allowed == ceil(likely * found.cases)
    assert found.risk == pytest.approx(float(aim.chance(found.allowed, found.cases)))


def test_a_tie_is_settled_exactly() -> None:
    """One case shows, with 90 %, that not 90 % are wrong; as floating point 0.1 is over 1 - 0.9."""
    assert attribute_size(Aim(Fraction(9, 10), Fraction(9, 10))).cases == 1
    assert attribute_size(Aim(HALF, Fraction(7, 8))).cases == 3


def test_too_many_of_a_population_is_rounded_up() -> None:
    """5 % of 46 is 2.3: with 3 it is 5 % or more, with 2 it is less."""
    aim = Aim(Fraction(1, 20), CONFIDENCE, 46)
    assert aim.too_many == 3
    assert attribute_size(aim).cases == min(
        n for n in range(1, 47) if comb(43, n) / comb(46, n) <= 0.05
    )


def test_a_size_beyond_reason_is_refused() -> None:
    with pytest.raises(NoSize, match="more than 5,000 cases"):
        attribute_size(Aim(Fraction(1, 20), CONFIDENCE), Fraction(499, 10_000))
    with pytest.raises(NoSize, match="more than 5,000 cases"):
        attribute_size(Aim(Fraction(1, 10_000), CONFIDENCE))
    every = attribute_size(Aim(Fraction(1, 10_000), CONFIDENCE, 400))
    assert (every.cases, every.risk) == (400 * 19 // 20, pytest.approx(0.05))


def stepped(sizes: tuple[int, ...], rate: float) -> float:
    """The chance to stop content, over every way in which cases can come out."""
    content = 0.0
    for cases in product((0, 1), repeat=sizes[-1]):
        if any(sum(cases[:size]) <= allowed for allowed, size in enumerate(sizes)):
            content += rate ** sum(cases) * (1 - rate) ** (sizes[-1] - sum(cases))
    return content


def test_the_risk_of_all_steps_together_is_as_stated() -> None:
    plan = stop_or_go(Aim(HALF, Fraction(4, 5)), 3)
    assert plan.sizes[0] < plan.sizes[1] < plan.sizes[2]
    assert plan.risk == pytest.approx(stepped(plan.sizes, 0.5))
    assert plan.single_risk == pytest.approx(stepped(plan.single, 0.5))
    assert plan.risk <= 0.2 < plan.single_risk


def test_the_steps_of_a_finite_population_hold_too() -> None:
    """Of 12 cases 6 are too many: over every order in which they can be drawn."""
    plan = stop_or_go(Aim(HALF, Fraction(4, 5), 12), 2)
    orders = [one for one in product((0, 1), repeat=12) if sum(one) == 6]
    content = sum(
        any(sum(one[:size]) <= allowed for allowed, size in enumerate(plan.sizes)) for one in orders
    )
    assert plan.risk == pytest.approx(content / len(orders))
    assert plan.risk <= 0.2


def test_steps_need_cases() -> None:
    with pytest.raises(NoSize, match="choose fewer steps"):
        stop_or_go(Aim(Fraction(1, 20), CONFIDENCE, 30), 4)


def test_margins() -> None:
    size = margin_size(Fraction(1, 20), HALF, CONFIDENCE, 10)
    assert (size.cases, size.raw) == (10, pytest.approx(9.77, abs=0.01))
    with pytest.raises(NoSize, match="known population"):
        margin_size(Fraction(1, 20), HALF, CONFIDENCE, None, "nhs")
    with pytest.raises(NoSize, match="95 %"):
        margin_size(Fraction(1, 20), HALF, Fraction(9, 10), 10, "nhs")


def test_all_of_a_population_shows_all() -> None:
    best = shown(0, 8, CONFIDENCE, 8)
    assert (best.at_least, best.lower, best.upper) == (1, 1, 1)


def test_a_misprint_is_of_one_table_only() -> None:
    confidence, expected, tolerable = Fraction(9, 10), Fraction(13, 400), Fraction(7, 100)
    assert misprint(attribute_size(Aim(tolerable, confidence), expected))
    assert not misprint(attribute_size(Aim(tolerable, confidence, 1000), expected))
    assert not misprint(attribute_size(Aim(tolerable, CONFIDENCE), expected))


def test_it_says_what_a_perfect_score_of_a_small_audit_leaves() -> None:
    told = size("--cases", "8")
    assert "8 of 8 compliant, shows no more than: at least 68.7 % are compliant" in told
    assert "with 95 % confidence" in told
    assert "It cannot show that more than 68.8 % are compliant." in told
    assert "at least 54.9 %" in size("--cases", "5")
    assert "of 59 compliant, shows no more" in size("--tolerable", "5%")
    assert "shows no more" not in size("--tolerable", "4%")


def test_it_says_what_a_size_shows_and_what_not() -> None:
    told = size("--population", "400", "--tolerable", "5%", "--expected", "1%")
    assert told.startswith("85 cases of the 400 Method: hypergeometric distribution")
    assert (
        "If at most 1 of them is not compliant, it can be said with 95 % confidence: fewer" in told
    )
    assert "fewer than 5 % of the 400 cases are not compliant (19 at most)" in told
    assert "Where 4 of the 400 cases are not compliant, it finds none of them with a" in told
    assert "If in truth 4 of the 400 cases are not compliant, the probability that it" in told
    few = size("--population", "46", "--tolerable", "10%")
    assert "Where 1 of the 46 cases is not compliant, it finds none of them with a" in few
    assert "a probability of 56.5 %" in few
    assert "If in truth" not in size("--population", "46", "--tolerable", "1%")
    assert "Where 1 % of cases are not compliant, it finds" in size("--tolerable", "5%")
    assert "--expected" not in told
    assert "say what you expect (--expected)" in size("--tolerable", "0.05")


def test_it_says_that_the_printed_table_is_wrong() -> None:
    told = size("--tolerable", "7%", "--expected", "3.25%", "--confidence", "90%")
    assert told.startswith("113 cases")
    assert "table A-2 prints 112 here. That is a misprint: with 112 the risk is 10.07 %" in told


def test_it_says_that_printed_steps_are_too_small() -> None:
    told = size("--tolerable", "5%", "--stop-or-go", "4")
    assert told.startswith("75 cases")
    assert "smaller sizes for such steps: 59, 93, 124, 153." in told
    assert "their risk comes to 10.6 %, not 5 %" in told
    assert "After 75: if all of them are compliant, stop" in told
    assert "Else stop: it cannot be said." in told


def test_margins_are_held_to_the_exact_interval() -> None:
    told = size("--margin", "5%", "--expected", "30%", "--population", "400")
    assert "With 125 of 179 compliant, the exact interval is 64.5 % to 74.8 %." in told
    assert size("--margin", "3%").startswith("1,068 cases Method: Cochran's formula.")


def test_machines_are_told_the_same() -> None:
    told = json.loads(size("--tolerable", "5%", "--format", "json"))
    assert (told["cases"], told["allowed"], told["tolerable"]) == (59, 0, 0.05)
    shown_at_least = told["shows"][0]["compliant_at_least"]
    assert 0 <= 0.05 ** (1 / 59) - shown_at_least < 1e-10
    steps = json.loads(size("--tolerable", "5%", "--stop-or-go", "2", "--format", "json"))
    assert [one["allowed"] for one in steps["steps"]] == [0, 1]
    told = json.loads(size("--margin", "3%", "--format", "json"))
    assert (told["cases"], told["raw"]) == (1068, pytest.approx(1067.07, abs=0.01))
    done = CliRunner().invoke(cli, ["size", "--cases", "2", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(done.output.removeprefix("\ufeff"))))
    assert [one["not_compliant"] for one in rows] == ["0", "1", "2"]


def test_an_output_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "size.txt"
    assert size("--cases", "8", "--output", str(file)) == ""
    assert file.read_text(encoding="utf-8").startswith("8 cases\n")


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (
            [],
            "give one of --tolerable, --discover, --engine-misses, --change, --margin and --cases",
        ),
        (["--cases", "8", "--margin", "5%"], "give one of"),
        (["--tolerable", "5"], "write 5% or 0.05, more than 0% and less than 100%"),
        (["--tolerable", "0%"], "more than 0%"),
        (["--tolerable", "100%"], "less than 100%"),
        (["--tolerable", "5%", "--expected", "-1%"], "0% or more"),
        (["--tolerable", "5%", "--expected", "5%"], "must be below the tolerable"),
        (["--cases", "8", "--stop-or-go", "2"], "--stop-or-go is for --tolerable"),
        (["--cases", "8", "--formula", "nhs"], "--formula is for --margin"),
        (["--cases", "8", "--expected", "1%"], "--expected is for --tolerable"),
        (["--cases", "8", "--population", "7"], "there are only 7"),
        (["--margin", "5%", "--expected", "0%"], "needs a share above 0%"),
        (["--margin", "5%", "--formula", "nhs"], "known population"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_cure(arguments: list[str], cure: str) -> None:
    assert cure in refused(*arguments)


@pytest.mark.parametrize("written", ["95", "99.5"])
def test_a_share_without_its_sign_is_asked_about(written: str) -> None:
    told = refused("--cases", "8", "--confidence", written)
    assert f"less than 100%; did you mean {written}%?" in told


def test_a_missing_package_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise MissingExtra(f"{name} is not installed: so install it")

    monkeypatch.setattr("casecheck.qag.inference.intervals.need", missing)
    assert "so install it" in refused("--cases", "8")


@pytest.mark.parametrize("population", [None, 40])
def test_no_step_finds_more_than_it_looks_at(population: int | None) -> None:
    aim = sizing.Aim(Fraction(1, 10), Fraction(95, 100), population)
    chances = [sizing._in_step(aim, 5, 1, 3, more) for more in range(6)]
    assert sum(chances[:4]) == pytest.approx(1)
    assert chances[4:] == [0.0, 0.0]
