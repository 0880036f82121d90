"""What `estimate` says first, in short, and what it says of each stratum: text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from amounts import few
from qag_judged import LESSONS, as_the_engine, drawn, judge, judged
from qag_store import LABELS, prepared
from test_qag_estimate import CONFIDENCE, EVERY, RISK, STRATIFIED, data, of, sampled, told

from casecheck.qag.estimates.agreeing import CODES
from casecheck.qag.estimates.assembling import assembled
from casecheck.qag.inference.intervals import finite_counts
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import replace_case
from casecheck.qag.sampling.weights import Weights
from casecheck.qag.store.store import FrameCase, Judged, Store
from casecheck.report.qag.estimate_text import estimate_text
from casecheck.results import Outcome
from casecheck.text.page import Page
from casecheck.text.percent import (
    between,
    bound_above,
    bound_below,
    percent,
    rounded_down,
    rounded_up,
)

DISTRICTS = ("COAST", "NORTH", "VALLEY")


def part(text: str, title: str) -> str:
    """The part of a report below a title, as one line."""
    return " ".join(text.partition(f"\n{title}\n")[2].partition("\n\n")[0].split())


def of_one_district(file: Path, plan: Plan = STRATIFIED) -> None:
    """Judge only the cases of a sample that are drawn from the coast."""
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", plan)
        first = sum(one.stratum == "COAST" for one in view.sample.drawn)
        assert {one.stratum for one in view.sample.drawn[:first]} == {"COAST"}
        judge(store, view, as_the_engine, most=first)


def of_none(*_: object) -> Judged:
    return "cannot_tell"


# --- in short -----------------------------------------------------------------------------------


def test_a_lesson_is_told_with_its_counts_and_what_they_say_of_all(tmp_path: Path) -> None:
    file = sampled(tmp_path, Plan("simple", 24, LESSONS, EVERY), as_the_engine)
    lesson = of(data(file, "s"), "P7.1", None)
    counts, rate = lesson["judgments"], lesson["compliance"]
    decided = counts["compliant"] + counts["not_compliant"]
    seen = f"{counts['compliant']} of {decided} judged were compliant"
    of_it = f"{bound_below(rate['lower'] * 100, 0)} to {bound_above(rate['upper'] * 100, 0)} %"
    short = part(told(file, "s"), "In short")
    assert told(file, "s").startswith("Sample s: 24 of 57 cases (42.1 %), simple")
    assert f"P7.1: {seen}; of all {of_it}, too wide to act on; " in short
    assert f"{counts['cannot_tell']} cannot be told." in short
    assert "not judged yet" not in short
    assert "No limit was set (`--tolerable`). So much is 95 % sure:" in short


def test_another_confidence_is_told(tmp_path: Path) -> None:
    assert "So much is 90 % sure:" in part(
        told(judged(tmp_path), "now", "--confidence", "90%"), "In short"
    )


def test_where_every_case_was_judged_nothing_is_estimated(tmp_path: Path) -> None:
    file = sampled(tmp_path, Plan("simple", 57, LESSONS, EVERY), as_the_engine)
    short = part(told(file, "s"), "In short")
    assert short.count(": every case was judged") == len(LESSONS)
    assert "; of all " not in short


def test_where_nobody_can_tell_of_any_case_no_share_is_told(tmp_path: Path) -> None:
    short = part(told(sampled(tmp_path, STRATIFIED, of_none), "s"), "In short")
    no_case = "not known yet: no case could be judged compliant or not; 20 cannot be told."
    assert short.count(no_case) == len(LESSONS)


def test_of_half_a_sample_it_says_how_many_are_to_come(tmp_path: Path) -> None:
    """Of strata of which nothing was judged nothing is known, and they are to be read first."""
    file = prepared(tmp_path)
    of_one_district(file)
    lesson = of(data(file, "s"), "P7.1", None)
    assert lesson["compliance"]["upper"] - lesson["compliance"]["lower"] > 0.9
    counts = lesson["judgments"]
    decided = counts["compliant"] + counts["not_compliant"]
    short = part(told(file, "s"), "In short")
    assert (
        f"P7.1: {counts['compliant']} of {decided} judged was compliant; of all 1 to 99 %," in short
    )
    assert f"; {counts['cannot_tell'] + lesson['unjudged']} more not decided." in short
    assert f"What to read next? {lesson['unjudged']} cases drawn and not judged yet." in short


def test_a_case_of_no_use_is_not_one_that_was_drawn_to_be_read(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 20, LESSONS, EVERY))
        view = replace_case(store, "s", view.sample.drawn[0].case_id, "the file is lost")
        assert len(view.sample.drawn) == 21
        judge(store, view, as_the_engine)
    assert told(file, "s").startswith("Sample s: 20 of 57 cases ")


def test_the_engine_is_told_beside_the_auditors(tmp_path: Path) -> None:
    """Its breaches are judged in each way in turn, and of what it found to be met half is not."""
    of_breaches: dict[tuple[int, str], Judged] = {}

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        of_lesson = {said for (which, _), said in case.outcomes.items() if which == lesson}
        if Outcome.BREACH in of_lesson:
            return of_breaches.setdefault((case.position, lesson), CODES[len(of_breaches) % 4])
        if case.outcomes[lesson, check] is Outcome.INSUFFICIENT_EVIDENCE:
            return "cannot_tell"
        return "not_compliant" if case.position % 2 else "compliant"

    file = sampled(tmp_path, Plan("simple", 57, LESSONS, EVERY), says)
    counts: Counter[str] = Counter()
    for lesson in LESSONS:
        engine = of(data(file, "s"), lesson, None)["judgments_by_engine"]
        for outcome, by in engine.items():
            counts[f"{outcome} not"] += by["not_compliant"]
            counts[outcome] += sum(by.values()) - by["cannot_tell"]
            counts[f"{outcome} unsure"] += by["cannot_tell"]
    fine = ("compliant", "not_applicable")
    assert 0 < counts["breach not"] < counts["breach"]
    assert counts["breach unsure"] > 0
    assert (
        f"where it found a breach, {counts['breach not']} of {counts['breach']} were not compliant;"
        f" where nothing, {sum(counts[f'{one} not'] for one in fine)} of"
        f" {sum(counts[one] for one in fine)}, and of "
    ) in part(told(file, "s"), "In short")


@pytest.mark.parametrize("lessons", few([1, 11, 30], 30))
def test_what_is_said_in_short_has_25_lines_at_most(tmp_path: Path, lessons: int) -> None:
    with Store.open(judged(tmp_path), create=False) as store:
        report = assembled(store, "now", "before", CONFIDENCE, tolerable=Fraction(1, 20))
    (one,) = [
        lesson for lesson in report.estimates if (lesson.lesson, lesson.check) == ("P7.1", "")
    ]
    counts = {"compliant": 103, "not_compliant": 20, "cannot_tell": 14, "not_applicable": 0}
    many = [
        replace(one, lesson=f"P{at}.1", judged=counts, drawn=139, differ=1)
        for at in range(10, 10 + lessons)
    ]
    text = "\n".join(estimate_text(replace(report, estimates=many), Page(io.StringIO(), 100, None)))
    short = text.partition("\n\nTo bear in mind")[0]
    assert len(short.splitlines()) <= 25
    asked = re.findall(r"^[A-Z][a-z ]+\?", short, re.MULTILINE)
    assert asked == [
        "Is practice good enough?", "How sure is that?", "Has it changed?",
        "Can casecheck be trusted?", "What to read next?",
    ]  # fmt: skip
    assert ("more, with higher rates: see below" in short) is (lessons == 30)


# --- by stratum ---------------------------------------------------------------------------------


def test_each_stratum_is_estimated_as_a_simple_sample_of_it(tmp_path: Path) -> None:
    file = sampled(tmp_path, STRATIFIED, as_the_engine)
    for name in LESSONS:
        lesson = of(data(file, "s"), name, None)
        strata = lesson["strata"]
        assert [one["stratum"] for one in strata] == list(DISTRICTS)
        assert sum(one["listed"] for one in strata) == 57
        assert sum(one["drawn"] for one in strata) == lesson["drawn"] == 20
        for code, number in lesson["judgments"].items():
            assert sum(one["judgments"][code] for one in strata) == number
        for one in strata:
            counts, rate = one["judgments"], one["compliance"]
            met, number = counts["compliant"], counts["compliant"] + counts["not_compliant"]
            most = one["listed"] - counts["not_applicable"] - counts["cannot_tell"]
            assert (rate["n"], rate["population"], rate["found"]) == (number, most, met)
            assert rate["value"] == round(met / number, 10)
            exact = finite_counts(met, number, most, CONFIDENCE)
            bounds = max(exact.lower - 1, met), min(exact.upper + 1, most - (number - met))
            lower, upper = rounded_down(bounds[0] / most), rounded_up(bounds[1] / most)
            assert (rate["lower"], rate["upper"]) == (lower, upper)


def test_the_table_and_the_csv_rows_of_strata_say_the_same(tmp_path: Path) -> None:
    file = sampled(tmp_path, STRATIFIED, as_the_engine)
    table = " ".join(told(file, "s").split())
    output = told(file, "s", "--format", "csv").removeprefix("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(output)) if row["stratum"]]
    assert [(row["lesson"], row["stratum"]) for row in rows] == [
        (lesson, district) for lesson in LESSONS for district in DISTRICTS
    ]
    strata = [one for name in LESSONS for one in of(data(file, "s"), name, None)["strata"]]
    for row, one in zip(rows, strata, strict=True):
        rate, counts = one["compliance"], one["judgments"]
        assert (row["check"], row["measure"]) == ("", "compliance")
        for key in ("value", "lower", "upper", "n", "population", "found", "method"):
            assert row[key] == format(rate[key], "" if isinstance(rate[key], str) else ".15g")
        codes = ("compliant", "not_compliant", "cannot_tell", "not_applicable")
        told_of = [one["stratum"], one["listed"], one["drawn"], *(counts[code] for code in codes)]
        bounds = between(rate["lower"], rate["upper"])
        line = [*told_of, percent(rate["value"]), bounds]
        assert " ".join(map(str, line)) in table


def test_a_stratum_of_which_no_case_was_judged_has_no_rate_and_the_others_have(
    tmp_path: Path,
) -> None:
    file = prepared(tmp_path)
    of_one_district(file)
    coast, *others = of(data(file, "s"), "P7.1", None)["strata"]
    assert coast["compliance"]["value"] is not None
    table = " ".join(told(file, "s").split())
    for one in others:
        rate = one["compliance"]
        assert (one["drawn"], sum(one["judgments"].values())) == (6, 0)
        assert (rate["value"], rate["lower"], rate["upper"], rate["n"]) == (None, None, None, 0)
        assert rate["refused"] == "no case was judged that counts"
        assert f"{one['stratum']} {one['listed']} 6 0 0 0 0 - -" in table
    output = told(file, "s", "--format", "csv").removeprefix("\ufeff")
    north = [row for row in csv.DictReader(io.StringIO(output)) if row["stratum"] == "NORTH"]
    assert {(row["value"], row["refused"]) for row in north} == {
        ("", "no case was judged that counts")
    }


def test_a_case_of_no_use_is_not_drawn_from_its_stratum(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", STRATIFIED)
        for case in [one for one in view.sample.drawn if one.stratum == "NORTH"][:2]:
            view = replace_case(store, "s", case.case_id, "the file is lost")
        judge(store, view, as_the_engine)
    for one in of(data(file, "s"), "P7.1", None)["strata"]:
        assert one["drawn"] == sum(one["judgments"].values())
        assert one["drawn"] == {"COAST": 8, "NORTH": 6, "VALLEY": 6}[one["stratum"]]


SAME = replace(RISK, weights=Weights(base=10, breach=0, cannot_tell=0))


@pytest.mark.parametrize(
    ("plan", "strata"),
    [
        (Plan("simple", 20, LESSONS, EVERY), []),  # there is one
        (RISK, []),  # in one of them cases have different chances
        (SAME, ["with findings", "without findings"]),
        (STRATIFIED, list(DISTRICTS)),
    ],
    ids=["simple", "risk", "risk, all alike", "stratified"],
)
def test_strata_are_told_where_there_are_several_of_equal_chances(
    tmp_path: Path, plan: Plan, strata: list[str]
) -> None:
    file = sampled(tmp_path, plan, as_the_engine)
    for one in data(file, "s")["estimates"]:
        names = [of_it["stratum"] for of_it in one.get("strata", [])]
        assert names == ([] if one["check"] else strata)
        assert ("strata" in one) is bool(names)
    assert ("\nstratum " in told(file, "s")) is bool(strata)
    rows = csv.DictReader(io.StringIO(told(file, "s", "--format", "csv").removeprefix("\ufeff")))
    assert {row["stratum"] for row in rows} == {"", *strata}
