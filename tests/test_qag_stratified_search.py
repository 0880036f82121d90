"""The exact interval of a stratified sample: as by looking at each total, with much less work."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from qag_judged import LESSONS, as_the_engine, drawn, judge
from qag_store import LABELS, prepared

from casecheck.cli import cli
from casecheck.qag.inference import stratified_exact
from casecheck.qag.inference.intervals import Counts
from casecheck.qag.inference.stratified_exact import (
    Counted,
    TooMuch,
    chance_of_so_few,
    stratified_counts,
)
from casecheck.qag.inference.tails import hypergeometric_exactly
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.store import Store
from casecheck.results import Outcome

P95 = Fraction(19, 20)


def by_each_total(strata: list[Counted], confidence: Fraction) -> Counts:
    """Return the interval from its definition: each split of each total, in fractions."""
    risk = (1 - confidence) / 2
    weights = [Fraction(one.population, one.drawn) for one in strata]
    seen = sum(one.number * weight for one, weight in zip(strata, weights, strict=True))
    outcomes = list(product(*(range(one.drawn + 1) for one in strata)))
    estimates = [sum(x * w for x, w in zip(one, weights, strict=True)) for one in outcomes]
    marks = [range(one.number, one.population - one.drawn + one.number + 1) for one in strata]
    likely = set()
    many, few = set(), set()
    for split in product(*marks):
        chances = [Fraction(1)] * len(outcomes)
        for at, (stratum, marked) in enumerate(zip(strata, split, strict=True)):
            own = [hypergeometric_exactly(x, stratum.drawn, marked, stratum.population)
                   for x in range(stratum.drawn + 1)]  # fmt: skip
            chances = [one * own[x[at]] for one, x in zip(chances, outcomes, strict=True)]
        if sum(c for c, e in zip(chances, estimates, strict=True) if e <= seen) > risk:
            few.add(sum(split))
        if sum(c for c, e in zip(chances, estimates, strict=True) if e >= seen) > risk:
            many.add(sum(split))
    likely = few & many
    return Counts(min(likely), max(likely))


@pytest.mark.parametrize(
    "strata",
    [
        [(1, 4, 11)],
        [(0, 3, 9), (1, 4, 7)],
        [(2, 5, 12), (3, 3, 5)],
        [(0, 2, 6), (0, 2, 5), (1, 2, 4)],
        [(2, 2, 6), (1, 2, 5), (1, 1, 4)],
        [(0, 1, 4), (1, 2, 4), (0, 1, 3), (0, 1, 3)],
    ],
)
def test_the_interval_is_that_of_looking_at_each_total(strata: list[tuple[int, int, int]]) -> None:
    counted = [Counted(*one) for one in strata]
    for confidence in (P95, Fraction(3, 4)):
        assert stratified_counts(counted, confidence) == by_each_total(counted, confidence)


def test_the_order_of_strata_is_of_no_matter_and_they_are_worked_out_once() -> None:
    strata = [Counted(1, 6, 30), Counted(0, 4, 21), Counted(2, 7, 33), Counted(0, 5, 12)]
    first = stratified_counts(strata, P95)
    worked_out = stratified_exact._counts.cache_info().misses
    for again in (strata, strata):
        assert stratified_counts(again, P95) == first
    assert stratified_counts(strata[::-1], P95) == first
    assert stratified_exact._counts.cache_info().misses <= worked_out + 1


def test_what_was_too_much_work_is_worked_out() -> None:
    """Of three districts a check's 460 cases, 15 of 60 found: beyond a million steps before."""
    strata = [Counted(4, 19, 160), Counted(6, 16, 130), Counted(6, 15, 120)]
    assert stratified_counts(strata, P95) == Counts(84, 183)


@pytest.mark.slow
def test_a_report_of_many_checks_takes_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty checks of sixty cases in three and four strata, as judgments may be of them."""
    steps = 0
    count = stratified_exact._Tails._count

    def counting(self: stratified_exact._Tails, number: int) -> None:
        nonlocal steps
        steps += number
        count(self, number)

    monkeypatch.setattr(stratified_exact._Tails, "_count", counting)
    stratified_exact._counts.cache_clear()
    for found in range(40):
        strata = [Counted(found % 7, 20, 160), Counted(found % 3, 16, 130), Counted(0, 14, 110)]
        strata += [Counted(found % 2, 7, 50)] * (found % 2)
        try:
            stratified_counts(strata, P95)
        except TooMuch:
            continue
    assert steps < 50_000_000


@pytest.mark.slow
def test_many_checks_in_ten_strata_take_few_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty checks of sixty cases in ten strata: each array takes about a millisecond."""
    arrays = 0
    last = stratified_exact._Tails._of_last

    def counting(self: stratified_exact._Tails, *arguments: Any) -> Any:
        nonlocal arrays
        arrays += 1
        return last(self, *arguments)

    monkeypatch.setattr(stratified_exact._Tails, "_of_last", counting)
    stratified_exact._counts.cache_clear()
    for found in range(20):
        strata = [Counted(int(at < found % 5), 6, 20 + 4 * at) for at in range(10)]
        with suppress(TooMuch):
            stratified_counts(strata, P95)
    assert arrays < 3_000


@pytest.mark.slow
def test_numbers_beyond_the_machines_are_told_exactly() -> None:
    """With so many cases a stratum that the estimates do not fit in 64 bits."""
    drawn = (59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107)
    strata = [Counted(one, one, one) for one in drawn[:-1]] + [Counted(1, 2, 5)]
    whole = sum(drawn[:-1])
    assert stratified_counts(strata, P95) == Counts(whole + 1, whole + 4)
    assert chance_of_so_few(strata, whole + 1) == pytest.approx(1)


def test_progress_is_told_on_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 6, LESSONS, tuple(Outcome)))
        judge(store, view, as_the_engine)
    quiet = CliRunner().invoke(cli, ["estimate", "s", "--store", str(file)])
    assert quiet.stderr == ""
    monkeypatch.setattr("casecheck.cli.progress.on_terminal", lambda: True)
    monkeypatch.setattr("casecheck.cli.progress.EVERY", 1)
    told = CliRunner().invoke(cli, ["estimate", "s", "--store", str(file)])
    assert told.stdout == quiet.stdout
    assert "\r1 of 17 checks estimated" in told.stderr
    assert "\r17 of 17 checks estimated" in told.stderr
    assert told.stderr.endswith("\r")
