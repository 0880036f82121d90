"""Agreement of few cases is not told as certain, and agreement is of what was said first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from qag_judged import LESSONS, as_the_engine, drawn, judge
from qag_store import LABELS, prepared

from casecheck.cli import cli
from casecheck.qag.estimates.agreeing import Coefficient, LessonAgreement, agreements
from casecheck.qag.inference.agreement import Agreement, Apart, Undecidable, cohen_kappa, gwet_ac1
from casecheck.qag.inference.agreement_interval import kappa_bounds
from casecheck.qag.inference.intervals import Interval
from casecheck.qag.judgments.log import chained
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.store import Entry, FrameCase, Judged, Store
from casecheck.report.qag import estimate_words
from casecheck.results import Outcome

P95 = Fraction(19, 20)


def ac1_within(both: int, first: int, second: int, neither: int) -> Interval:
    ratings = [[0, 0]] * both + [[0, 1]] * first + [[1, 0]] * second + [[1, 1]] * neither
    within = gwet_ac1(ratings, P95).within
    assert within
    return within


def kappa_within(both: int, first: int, second: int, neither: int) -> Interval:
    within = cohen_kappa([[both, first], [second, neither]], P95).within
    assert within
    return within


def test_two_cases_that_agree_show_next_to_nothing() -> None:
    assert kappa_within(1, 0, 0, 1) == (-1, 1)
    assert ac1_within(1, 0, 0, 1) == (pytest.approx(1 - 2 * (1 - 0.025**0.5)), 1)


def test_forty_cases_with_one_difference_are_not_certain_either() -> None:
    within = kappa_within(39, 1, 0, 0)
    assert within.lower < -0.1
    assert within.upper > 0.9
    within = ac1_within(39, 1, 0, 0)
    assert 0.7 < within.lower < 0.8
    assert within.upper > 0.99


@pytest.mark.parametrize("cases", [1, 2, 3, 10, 60, 400])
def test_full_agreement_is_as_wide_as_its_cases_are_few(cases: int) -> None:
    if cases > 1:
        within = kappa_within(cases - cases // 2, 0, 0, cases // 2)
        assert within.lower < 1 == within.upper
    within = ac1_within(cases, 0, 0, 1)
    assert within.upper == 1
    assert within.lower <= 1 - 2 * (1 - 0.025 ** (1 / (cases + 1))) + 1e-12


def test_full_disagreement_is_not_certain() -> None:
    assert kappa_within(0, 1, 1, 0) == (-1, pytest.approx(0.9087, abs=1e-4))
    assert ac1_within(0, 2, 1, 0).upper > 0.5


def test_one_case_has_bounds_and_no_error() -> None:
    told = gwet_ac1([["a", "b"]], P95)
    assert told.error is None
    assert told.within == (-1, pytest.approx(1 - 0.025))


def test_bounds_hold_where_nobody_gave_another_code() -> None:
    within = kappa_bounds(0.0, (0.0, 0.0), 5, P95)
    assert -1 <= within.lower < within.upper == 1


def test_many_cases_have_the_published_interval() -> None:
    told = cohen_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]], P95)
    assert told.method == "large-sample standard error"
    assert told.within == pytest.approx((0.2137, 0.7547), abs=5e-05)
    few = cohen_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]], P95, Apart(6, 2))
    assert few.method.startswith("exact bounds")


def tables(cases: int) -> Iterator[tuple[int, int, int, int]]:
    for both in range(cases + 1):
        for first in range(cases + 1 - both):
            for second in range(cases + 1 - both - first):
                yield both, first, second, cases - both - first - second


@pytest.mark.parametrize("cases", [4, 14])
def test_intervals_hold_whatever_is_drawn(cases: int) -> None:
    """By enumeration: a true value is outside a told interval with 5 % at most."""
    told: dict[tuple[int, int, int, int], tuple[Interval, Interval] | None] = {}
    for table in tables(cases):
        try:
            told[table] = kappa_within(*table), ac1_within(*table)
        except Undecidable:
            told[table] = None
    for differing in (0.005, 0.05, 0.2, 0.5):
        for rare in (0.03, 0.2, 0.5):
            for leaning in (0.5, 0.99):
                chances = ((1 - differing) * (1 - rare), differing * leaning,
                           differing * (1 - leaning), (1 - differing) * rare)  # fmt: skip
                missed = [0.0, 0.0]
                for table, both in told.items():
                    for at, true in enumerate(true_values(chances)):
                        if both and not both[at].lower - 1e-9 <= true <= both[at].upper + 1e-9:
                            missed[at] += probability(table, chances)
                assert max(missed) <= 0.05, (differing, rare, leaning)


def true_values(chances: Sequence[float]) -> tuple[float, float]:
    both, first, second, neither = chances
    one, other = both + first, both + second
    chance = one * other + (1 - one) * (1 - other)
    share = (one + other) / 2
    by_gwet = 2 * share * (1 - share)
    same = both + neither
    return (same - chance) / (1 - chance), (same - by_gwet) / (1 - by_gwet)


def probability(table: Sequence[int], chances: Sequence[float]) -> float:
    left, ways = sum(table), 1.0
    for number, chance in zip(table, chances, strict=True):
        ways *= comb(left, number) * chance**number
        left -= number
    return ways


def entry(auditor: str, position: int, check: str, judgment: Judged) -> Entry:
    return Entry(1, 1, auditor, f"C-{position}", position, "L", check, judgment, "", "", "p",
                 auditor != "A", "", "")  # fmt: skip


def told_of(entries: Sequence[Entry]) -> LessonAgreement:
    return agreements(entries, ["L"], P95)[0]


def by_name(told: LessonAgreement, name: str) -> Any:
    (found,) = [one for one in told.coefficients if one.name == name]
    return found.agreement


def test_many_checks_of_few_cases_are_few_cases() -> None:
    """Forty checks of each of two cases, all judged alike: as little as two cases show."""
    entries = [
        entry(auditor, position, f"c{check}", "compliant" if check % 2 else "not_compliant")
        for auditor in "AB" for position in (1, 2) for check in range(40)
    ]  # fmt: skip
    told = told_of(entries)
    assert (told.judged, told.cases) == (80, 2)
    assert by_name(told, "Cohen's kappa").within == (-1, 1)
    assert by_name(told, "Gwet's AC1").within.lower < 0


def clustered(alike: bool) -> LessonAgreement:
    """Of 20 cases with 6 checks each, a quarter differs: whole cases, or some of each."""
    entries = []
    for position in range(1, 21):
        for check in range(6):
            code: Judged = "compliant" if (position + check) % 2 else "not_compliant"
            other: Judged = "not_compliant" if code == "compliant" else "compliant"
            differs = position % 4 == 0 if alike else (position * 6 + check) % 4 == 0
            entries.append(entry("A", position, f"c{check}", code))
            entries.append(entry("B", position, f"c{check}", other if differs else code))
    return told_of(entries)


def test_checks_that_hang_together_have_wider_intervals() -> None:
    for name in ("Cohen's kappa", "Gwet's AC1"):
        one, other = by_name(clustered(True), name), by_name(clustered(False), name)
        assert one.value == pytest.approx(other.value, abs=0.01)
        width = one.within.upper - one.within.lower
        assert width > 1.5 * (other.within.upper - other.within.lower)
        assert "leaving out one case" in one.method


def test_a_case_without_which_there_is_one_code_leaves_the_bounds() -> None:
    entries = [
        entry(auditor, position, check, "not_compliant" if position == 1 else "compliant")
        for auditor in "AB" for position in (1, 2, 3) for check in ("c1", "c2")
    ]  # fmt: skip
    found = by_name(told_of(entries), "Cohen's kappa")
    assert found.method.startswith("exact bounds")
    assert found.within.lower < 0


SAME: list[Judged] = ["compliant", "not_compliant"] * 5


def half_settled() -> list[Entry]:
    """Two auditors who differ in half of ten checks, and then are of one mind."""
    other: dict[Judged, Judged] = {"compliant": "not_compliant", "not_compliant": "compliant"}
    first = [entry("A", at, "c", one) for at, one in enumerate(SAME)]
    second = [entry("B", at, "c", other[one] if at < 5 else one) for at, one in enumerate(SAME)]
    return first + second + [entry("B", at, "c", one) for at, one in enumerate(SAME[:5])]


def test_agreement_is_told_of_first_words_and_settled_ones_beside_them() -> None:
    told = told_of(half_settled())
    assert (told.judged, told.corrected) == (10, 5)
    assert by_name(told, "Share the same").value == 0.5
    assert [one.agreement.value for one in told.settled if one.agreement][:2] == [1, 1]
    assert told_of(half_settled()[:20]).settled == ()


def test_a_word_that_was_taken_back_settles_nothing() -> None:
    entries = half_settled()[:20]
    again = [replace(entries[0], judgment="cannot_tell"), entries[0]]
    told = told_of([*entries, *again, replace(entries[1], reason="Done late")])
    assert (told.corrected, told.settled) == (0, ())
    assert told.coefficients == told_of(entries).coefficients


def estimate(store_file: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["estimate", "s", *arguments, "--store", str(store_file)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def settled_file(tmp_path: Path) -> Path:
    """Two auditors differ in quorum, and the second then says what the first said."""

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        return "cannot_tell" if check == "quorum" else as_the_engine(case, lesson, check)

    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 12, LESSONS, tuple(Outcome)))
        judge(store, view, as_the_engine)
        judge(store, view, says, second=True)
        entries = store.entries(view.sample.id)
        said = {(one.position, one.check): one for one in entries if not one.second}
        with store.writing():
            drafts = [
                replace(one, judgment=said[one.position, one.check].judgment, reason="settled")
                for one in entries if one.second and one.check == "quorum"
            ]  # fmt: skip
            store.append_entries(chained(store.last_entry(), drafts))
    return file


@pytest.mark.slow
def test_reports_tell_what_was_settled(settled_file: Path) -> None:
    told = json.loads(estimate(settled_file, "--format", "json"))
    every = told["agreement"][0]
    corrected = every["corrected"]
    assert corrected > 3
    assert every["words"] == "first"
    assert every["cases"] == 12
    assert every["coefficients"][0]["value"] == pytest.approx(1 - corrected / (12 * 15))
    assert every["settled"][0]["value"] == 1
    assert every["coefficients"][1]["method"]
    (untouched,) = [one for one in told["agreement"] if one["lesson"] == "P1.1"]
    assert (untouched["corrected"], untouched["settled"]) == (0, None)
    note = f"{corrected} judgments were corrected: rates go by what an auditor said last"
    assert any(note in one for one in told["notes"])

    text = " ".join(estimate(settled_file).split())
    assert "By what each auditor said first." in text
    assert f"settled, {corrected} 1.00" in text
    assert f"Settled: after {corrected} checks judged twice were corrected" in text

    output = estimate(settled_file, "--format", "csv").removeprefix("\ufeff")
    rows = [one for one in csv.DictReader(io.StringIO(output)) if one["lesson"] == ""]
    (first,) = [one for one in rows
                if (one["measure"], one["method"]) == ("agreement", "Share the same")]  # fmt: skip
    (last,) = [one for one in rows if (one["measure"], one["method"])
               == ("agreement_settled", "Share the same")]  # fmt: skip
    assert float(first["value"]) < 1 == float(last["value"])
    assert (first["found"], last["found"]) == ("", str(corrected))


def test_bounds_of_agreement_are_rounded_outwards() -> None:
    within = Interval(-0.15213, 0.99117)
    told = estimate_words._coefficient(Coefficient("", Agreement(0.114, None, within)))
    assert told == "0.11 (-0.16 to 1.00)"
