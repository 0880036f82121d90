"""`casecheck estimate`: from judged samples in a store to what is printed, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from qag_judged import LESSONS, as_the_engine, drawn, judge, judged
from qag_sealed import resealed
from qag_store import LABELS, prepared

from casecheck.cli import cli
from casecheck.qag.estimates.agreeing import agreements
from casecheck.qag.estimates.readings import of_lesson
from casecheck.qag.inference.intervals import clopper_pearson, finite_counts, wilson
from casecheck.qag.judgments.log import chained
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import replace_case
from casecheck.qag.sampling.weights import Weights
from casecheck.qag.store.store import FrameCase, Judged, Store
from casecheck.results import Outcome
from casecheck.text.percent import rounded_down, rounded_up

CONFIDENCE = Fraction(19, 20)
EVERY = tuple(Outcome)
RISK = Plan("risk", 20, LESSONS, EVERY)
FLAT_RISK = Plan("risk", 18, LESSONS, EVERY, weights=Weights(base=10, breach=1, cannot_tell=1))
"""Three of the four breaches of actions-implemented are in it, none of them for certain."""
STRATIFIED = Plan("stratified", 20, LESSONS, EVERY, by=("district",))


@pytest.fixture
def store_file(tmp_path: Path) -> Path:
    return judged(tmp_path)


_told: dict[tuple[bytes, bytes, tuple[str, ...]], str] = {}


def told(store_file: Path, *arguments: str) -> str:
    """What `estimate` says of a store: of what holds the same to the byte, it is asked once.

    While a store is open elsewhere, what was written last is in its journal alone.
    """
    journal = store_file.with_name(f"{store_file.name}-wal")
    written = journal.read_bytes() if journal.exists() else b""
    asked = store_file.read_bytes(), written, arguments
    if asked not in _told:
        done = CliRunner().invoke(cli, ["estimate", *arguments, "--store", str(store_file)])
        assert done.exit_code == 0, done.output
        _told[asked] = done.stdout
    return _told[asked]


def data(store_file: Path, *arguments: str) -> Any:
    return json.loads(told(store_file, *arguments, "--format", "json"))


def refused(store_file: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["estimate", *arguments, "--store", str(store_file)])
    assert done.exit_code in {1, 2}, done.output  # the whole command line makes either 2
    return " ".join(done.output.split())


def of(estimates: Any, lesson: str, check: str | None) -> Any:
    (found,) = [
        one for one in estimates["estimates"] if (one["lesson"], one["check"]) == (lesson, check)
    ]
    return found


def sampled(folder: Path, plan: Plan, says: Callable[[FrameCase, str, str], Judged]) -> Path:
    """A store with one sample, `s`, of the later run."""
    file = prepared(folder)
    with Store.open(file, create=False) as store:
        judge(store, drawn(store, LABELS[1], "s", plan), says)
    return file


def test_a_simple_sample_has_the_exact_interval(tmp_path: Path) -> None:
    file = sampled(tmp_path, Plan("simple", 24, LESSONS, EVERY), as_the_engine)
    one = of(data(file, "s"), "P7.1", "plan-scrutinised")
    assert one["judgments"] == {
        "compliant": 7, "not_compliant": 2, "cannot_tell": 5, "not_applicable": 10,
    }  # fmt: skip
    rate = one["compliance"]
    assert (rate["value"], rate["n"]) == (round(7 / 9, 10), 9)
    assert rate["population"] == 57 - 10 - 5
    counts = finite_counts(7, 9, 42, CONFIDENCE)
    bounds = [(counts.lower - 1) / 42, min(counts.upper + 1, 40) / 42]
    wider = [rounded_down(bounds[0]), rounded_up(bounds[1])]
    assert [rate["lower"], rate["upper"]] == wider
    assert rate["wilson"] == pytest.approx(wilson(7, 9, CONFIDENCE), abs=1e-10)
    assert rate["lower"] > clopper_pearson(7, 9, CONFIDENCE).lower
    assert one["compliance_at_worst"]["value"] == round(7 / 14, 10)


def test_the_engine_is_held_to_the_auditors(tmp_path: Path) -> None:
    """Auditors uphold none of the engine's breaches of a check, and find what it missed."""

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        if check != "plan-scrutinised":
            return as_the_engine(case, lesson, check)
        outcome = case.outcomes[lesson, check]
        return "not_compliant" if outcome is Outcome.COMPLIANT else "compliant"

    file = sampled(tmp_path, Plan("simple", 57, LESSONS, EVERY), says)
    one = of(data(file, "s"), "P7.1", "plan-scrutinised")
    assert one["breaches_upheld"]["value"] == 0
    assert one["breaches_upheld"]["method"] == "every case was judged"
    assert one["breaches_missed"]["value"] == one["judgments"]["not_compliant"] > 0
    assert of(data(file, "s"), "P7.1", "child-views")["breaches_missed"]["value"] == 0
    text = " ".join(told(file, "s").split())
    looked_at = text.partition("Rules to look at")[2].partition("Lesson by")[0]
    breaches = one["breaches_upheld"]["n"]
    assert f"P7.1 plan-scrutinised: 0 of {breaches} judged breaches were upheld; by" in looked_at
    assert f"plan-scrutinised 0 of {breaches} 0 % known" in text
    missed = one["breaches_missed"]
    told_of = f"{missed['found']} of {missed['n']} judged cases in which the engine found nothing"
    assert (
        f"P7.1 plan-scrutinised: {told_of} are not compliant; in the whole list about" in looked_at
    )
    assert "child-views" not in looked_at


def test_a_rule_that_is_most_plainly_wrong_is_named(tmp_path: Path) -> None:
    """None of its breaches upheld, of a risk sample: the bound is that of none found."""

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        return "compliant" if check == "actions-implemented" else as_the_engine(case, lesson, check)

    file = sampled(tmp_path, FLAT_RISK, says)
    estimates = data(file, "s")
    upheld = of(estimates, "P7.1", "actions-implemented")["breaches_upheld"]
    assert (upheld["value"], upheld["found"], upheld["lower"]) == (0, 0, 0)
    assert 0 < upheld["upper"] < 1
    assert upheld["n"] >= 3
    named = estimates["rules_to_look_at"][0]
    assert 0 < named.pop("by_slips_at_most") <= 0.04
    assert named == {
        "lesson": "P7.1", "check": "actions-implemented", "measure": "breaches_upheld",
        "found": 0, "n": upheld["n"], "in_all": 0, "confirmed": 0,
    }  # fmt: skip
    told_of = f"P7.1 actions-implemented: 0 of {upheld['n']} judged breaches were upheld;"
    assert told_of in " ".join(told(file, "s").split())


@pytest.mark.slow
def test_a_weighted_rate_stands_apart_from_the_plain_count(tmp_path: Path) -> None:
    """Of breaches that had different chances, one upheld is not so many in a hundred of those."""
    upheld = 1

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        nonlocal upheld
        if check != "actions-implemented" or case.outcomes[lesson, check] is not Outcome.BREACH:
            return as_the_engine(case, lesson, check)
        upheld -= 1
        return "not_compliant" if upheld >= 0 else "compliant"

    file = sampled(tmp_path, FLAT_RISK, says)
    one = of(data(file, "s"), "P7.1", "actions-implemented")
    rate = one["breaches_upheld"]
    assert rate["found"] == one["judgments_by_engine"]["breach"]["not_compliant"] == 1
    assert rate["value"] != pytest.approx(1 / rate["n"], abs=0.001)
    # Two slips of three: nothing that slips alone would hardly do.
    assert "None is named." in told(file, "s")
    rows = csv.DictReader(io.StringIO(told(file, "s", "--format", "csv").removeprefix("\ufeff")))
    (row,) = [
        row
        for row in rows
        if (row["check"], row["measure"]) == ("actions-implemented", "breaches_upheld")
    ]
    assert (row["found"], row["n"]) == ("1", str(rate["n"]))


def test_what_is_missed_in_each_case_that_was_read_is_named(tmp_path: Path) -> None:
    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        return (
            "not_compliant" if check == "plan-scrutinised" else as_the_engine(case, lesson, check)
        )

    file = sampled(tmp_path, RISK, says)
    missed = of(data(file, "s"), "P7.1", "plan-scrutinised")["breaches_missed"]
    assert missed["found"] == missed["n"]
    assert missed["lower"] < missed["upper"] == missed["value"] == missed["population"]
    count = f"{missed['n']} of {missed['n']} judged cases in which the engine found nothing"
    assert f"P7.1 plan-scrutinised: {count} are not compliant" in " ".join(told(file, "s").split())


def test_reasons_and_grades_are_counted(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 5, LESSONS, EVERY))
        judge(store, view, as_the_engine, remark=("seen on paper, by J. Doe", "good"))
        judge(store, view, as_the_engine, most=4, remark=("done late", ""))
        judge(store, view, as_the_engine, second=True, remark=("Not done", "good"))
    remarks = data(file, "s")["remarks"]
    (one,) = [one for one in remarks if one["check"] == "plan-scrutinised"]
    assert one == {
        "lesson": "P7.1", "check": "plan-scrutinised", "judged": 10,
        "reasons": {"Not done": 5, "Done late": 4, "in own words": 1}, "grades": {"good": 6},
    }  # fmt: skip
    text = told(file, "s")
    assert "J. Doe" not in text
    reasons, _, grades = text.partition("Reasons given")[2].partition("Grades given")
    assert "  all, 150 judgments: Not done 75, Done late 60, in own words 15\n" in reasons
    assert "  all, 150 judgments: Good 90, none 60\n" in grades
    rows = csv.DictReader(io.StringIO(told(file, "s", "--format", "csv").removeprefix("\ufeff")))
    assert [
        (row["measure"], row["method"], row["found"], row["n"])
        for row in rows
        if row["check"] == "plan-scrutinised" and row["measure"] in {"reason", "grade"}
    ] == [
        ("reason", "Not done", "5", "10"), ("reason", "Done late", "4", "10"),
        ("reason", "in own words", "1", "10"), ("grade", "good", "6", "10"),
    ]  # fmt: skip


def test_no_reason_and_no_grade_are_told(store_file: Path) -> None:
    text = told(store_file, "now")
    assert "No reason was given." in text
    assert "No grade was given." in text


def test_misses_are_estimated_for_the_whole_list(store_file: Path) -> None:
    one = of(data(store_file, "now"), "P1.1", "chair-agreement")["breaches_missed"]
    counts = finite_counts(0, one["n"], one["population"], CONFIDENCE)
    assert (one["value"], one["lower"], one["upper"]) == (0, 0, counts.upper)
    assert one["population"] > one["n"]


def test_engines_doubt_is_told_apart(tmp_path: Path) -> None:
    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        doubt = case.outcomes[lesson, check] is Outcome.INSUFFICIENT_EVIDENCE
        return "not_compliant" if doubt else as_the_engine(case, lesson, check)

    file = sampled(tmp_path, Plan("simple", 57, LESSONS, EVERY), says)
    one = of(data(file, "s"), "P7.1", "plan-scrutinised")
    assert one["cannot_tell_not_compliant"]["value"] == 1
    assert one["breaches_upheld"]["value"] == 1
    assert one["breaches_missed"]["value"] == 0
    doubt = one["cannot_tell_not_compliant"]
    assert doubt["found"] == doubt["n"] > 0
    text = " ".join(told(file, "s").partition("it could not tell")[2].split())
    assert f"plan-scrutinised {doubt['n']} of {doubt['n']} 100 % known" in text


@pytest.mark.slow
def test_a_change_has_newcombes_interval(store_file: Path) -> None:
    one = of(data(store_file, "now", "--since", "before"), "P7.1", "plan-scrutinised")
    assert one["change"]["method"] == "Newcombe's difference (method 10)"
    assert one["change"]["lower"] < one["change"]["value"] < one["change"]["upper"]
    text = told(store_file, "now", "--since", "before")
    assert "\nchange of the rate " in text
    assert "\nsince before " in text
    assert "no change shown" in text
    assert "In both samples, which are not wholly independent of each other: " in " ".join(
        text.split()
    )


def test_no_change_within_one_run(store_file: Path) -> None:
    assert "both samples are of run 2" in refused(store_file, "now", "--since", "now")


AS_OF = "UPDATE run SET as_of = ? WHERE label = ?"


@pytest.mark.slow
def test_a_change_needs_an_earlier_day(store_file: Path) -> None:
    same = "Both runs are as of the same day: what differs is no change of practice over time."
    assert same in " ".join(told(store_file, "now", "--since", "before").split())
    resealed(store_file, (AS_OF, ("2027-01-31", LABELS[0])))
    assert "as of 2027-01-31, which is after 2026-" in refused(
        store_file, "now", "--since", "before"
    )
    resealed(store_file, (AS_OF, ("2026-01-31", LABELS[0])))
    assert same not in " ".join(told(store_file, "now", "--since", "before").split())


def test_a_change_needs_samples_of_the_same_kind(tmp_path: Path) -> None:
    file = judged(tmp_path)
    with Store.open(file, create=False) as store:
        plan = Plan("simple", 5, LESSONS, EVERY[:1])
        judge(store, drawn(store, LABELS[1], "breaches", plan), as_the_engine)
    assert "drawn from cases with other outcomes" in refused(file, "breaches", "--since", "before")


def test_a_change_needs_lists_of_the_same_lessons(tmp_path: Path) -> None:
    """A list by P1.1 has the cases to which P1.1 applies: its rates of P7.1 are of others."""
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        for label, lessons in zip(LABELS, (("P7.1",), LESSONS), strict=True):
            plan = Plan("simple", 5, lessons, EVERY[:3])
            judge(store, drawn(store, label, label, plan), as_the_engine)
    message = refused(file, LABELS[1], "--since", LABELS[0])
    assert "its list was made by other lessons than that of" in message
    assert "(P1.1 in one of them only)" in message


def test_judgments_of_another_sample_are_refused(store_file: Path) -> None:
    """Two samples whose numbers were swapped by another program."""
    with Store.open(store_file, create=False) as store:
        now = store.sample("now").id
        less = drawn(store, LABELS[1], "less", Plan("simple", 20, LESSONS, EVERY)).sample.id
    swaps = ((99, now), (now, less), (less, 99))
    both = ("UPDATE sample SET id = ? WHERE id = ?", "UPDATE drawn SET sample = ? WHERE sample = ?")
    resealed(store_file, *((one, swap) for swap in swaps for one in both))
    assert "which is not a case of less: the store was changed" in refused(store_file, "less")


def test_of_whom_nobody_can_tell_is_no_pass(tmp_path: Path) -> None:
    """A miss may be among them: not every case was judged, and the interval leaves them open."""
    silent = 0

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        nonlocal silent
        if (
            check != "plan-scrutinised"
            or case.outcomes[lesson, check] is not Outcome.COMPLIANT
            or silent > 1
        ):
            return as_the_engine(case, lesson, check)
        silent += 1
        return "cannot_tell"

    file = sampled(tmp_path, Plan("simple", 57, LESSONS, EVERY), says)
    missed = of(data(file, "s"), "P7.1", "plan-scrutinised")["breaches_missed"]
    assert missed["population"] - missed["n"] == 2
    assert (missed["value"], missed["lower"], missed["upper"]) == (0, 0, 2)
    assert missed["method"].endswith(", 2 of whom nobody can tell taken either way")


def test_cases_that_could_not_be_drawn_are_told(tmp_path: Path) -> None:
    """No rate of a list holds for the cases left out of it."""
    applies = Plan("simple", 5, LESSONS, EVERY[:1])
    text = " ".join(told(sampled(tmp_path, applies, as_the_engine), "s").split())
    assert "of the run's 57 cases were not in the list that the sample was drawn from" in text
    assert "`casecheck sample show s --list` names them" in text


def test_every_case_in_the_list_leaves_nothing_to_tell(store_file: Path) -> None:
    assert "were not in the list" not in " ".join(told(store_file, "now").split())


def test_a_judgment_of_a_case_of_no_use_is_told(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 20, LESSONS, EVERY))
        first = view.sample.drawn[0].case_id
        replace_case(store, "s", first, "the file is lost")
        judge(store, view, as_the_engine)
    text = " ".join(told(file, "s").split())
    assert f"{first}: marked as of no use, and judged all the same." in text


def test_each_number_says_what_it_rests_on(store_file: Path) -> None:
    text = " ".join(told(store_file, "now").split())
    assert "P7.1 plan-scrutinised 10 of 43" in text.partition("compliance, exact for a finite")[2]


@pytest.mark.parametrize(("judged_breaches", "named"), [(2, False), (3, True)])
def test_a_rule_is_doubted_from_what_slips_would_hardly_do(
    tmp_path: Path, judged_breaches: int, named: bool
) -> None:
    left = judged_breaches

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        nonlocal left
        if check != "plan-scrutinised" or case.outcomes[lesson, check] is not Outcome.BREACH:
            return as_the_engine(case, lesson, check)
        left -= 1
        return "compliant" if left >= 0 else "cannot_tell"

    file = sampled(tmp_path, Plan("simple", 57, LESSONS, EVERY), says)
    assert (
        of(data(file, "s"), "P7.1", "plan-scrutinised")["breaches_upheld"]["n"] == judged_breaches
    )
    assert ("P7.1 plan-scrutinised: 0 of 3 judged breaches" in told(file, "s")) is named


def test_a_check_that_was_not_asked_before_has_no_change(tmp_path: Path) -> None:
    file = judged(tmp_path)
    with Store.open(file, create=False) as store:
        plan = Plan("simple", 20, ("P2.1", *LESSONS), EVERY)
        judge(store, drawn(store, LABELS[1], "more", plan), as_the_engine)
    one = of(data(file, "more", "--since", "before"), "P2.1", None)
    assert one["change"]["refused"] in {
        "there is no rate before: the earlier sample did not ask it",
        f"there is no rate now: {one['compliance']['refused']}",
    }


def test_agreement_is_told_of_all_and_of_each_lesson(store_file: Path) -> None:
    agreement = data(store_file, "now")["agreement"]
    assert [one["lesson"] for one in agreement] == [None, *LESSONS]
    assert agreement[0]["judged_twice"] == 5 * 15
    assert agreement[0]["coefficients"][0]["value"] == 4 / 5
    assert agreement[0]["auditors"] == 2
    names = [one["name"] for one in agreement[0]["coefficients"]]
    assert names == [
        "Share the same",
        "Cohen's kappa",
        "Fleiss' kappa",
        "Gwet's AC1",
        "Krippendorff's alpha",
    ]
    assert all(-1 <= one["value"] <= 1 for one in agreement[0]["coefficients"])


def test_cohen_is_for_two_auditors(store_file: Path) -> None:
    with Store.open(store_file, create=False) as store:
        entries = store.entries(store.sample("now").id)
    third = [replace(one, auditor="C") for one in entries if one.second][:3]
    told = agreements([*entries, *third], LESSONS, CONFIDENCE)[0]
    assert told.auditors == 3
    assert "for two auditors" in told.coefficients[1].refused
    assert "same number of judgments" in told.coefficients[2].refused
    assert told.coefficients[4].agreement


def test_without_second_judgments_nothing_is_said_of_agreement(tmp_path: Path) -> None:
    file = sampled(tmp_path, RISK, as_the_engine)
    assert "No check of a case was judged by two: nothing can be said." in told(file, "s")


@pytest.mark.parametrize(
    ("plan", "methods"),
    [
        (RISK, {"by risk, effective size (beta)"}),
        (STRATIFIED, {"stratified, variance estimates recovery"}),
        (
            Plan("systematic", 20, LESSONS, EVERY, by=("district",), first=20),
            {"exact for a finite population (hypergeometric), one case wider: how many count is"
             " not known"},
        ),
    ],
    ids=["risk", "stratified", "systematic"],
)  # fmt: skip
def test_each_design_has_its_interval(tmp_path: Path, plan: Plan, methods: set[str]) -> None:
    estimates = data(sampled(tmp_path, plan, as_the_engine), "s")["estimates"]
    rates = [one["compliance"] for one in estimates]
    told = [one for one in rates if not one["refused"]]
    assert told
    assert {one["method"] for one in told} == methods
    assert all(0 <= one["lower"] <= one["value"] <= one["upper"] <= 1 for one in told)
    assert all(one["value"] is None for one in rates if one["refused"])


def test_the_note_on_systematic_samples(tmp_path: Path) -> None:
    plan = Plan("systematic", 20, LESSONS, EVERY, by=("district",), first=20)
    text = told(sampled(tmp_path, plan, as_the_engine), "s")
    assert "A systematic sample is estimated as if it were a simple one." in text


def test_strata_of_which_none_was_judged_are_bounded_and_told(tmp_path: Path) -> None:
    told_of = data(sampled(tmp_path, STRATIFIED, as_the_engine), "s")["estimates"]
    upheld = [one["breaches_upheld"] for one in told_of]
    either = [one for one in upheld if "none was judged taken either way" in one["method"]]
    assert either
    assert all(one["lower"] <= one["value"] <= one["upper"] for one in either)
    assert any(one["upper"] - one["lower"] > 0.3 for one in either)


def test_cases_without_a_judgment_are_told(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 20, LESSONS, EVERY))
        judge(store, view, as_the_engine, most=12)
    assert "8 of 20 drawn cases have no judgment yet." in told(file, "s")
    one = of(data(file, "s"), "P7.1", "plan-scrutinised")
    assert one["unjudged"] == 8
    assert sum(one["judgments"].values()) == 12


def test_unusable_cases_do_not_count(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 20, LESSONS, EVERY))
        view = replace_case(store, "s", view.sample.drawn[0].case_id, "the file is lost")
        judge(store, view, as_the_engine)
    text = told(file, "s")
    assert "Of no use, and replaced by others: 1 drawn case." in text
    one = of(data(file, "s"), "P7.1", "plan-scrutinised")
    assert (one["drawn"], one["unjudged"]) == (20, 0)
    assert "Rates of compliance take them to be like the judged ones" in " ".join(text.split())
    out = one["judgments"]["not_applicable"] + one["judgments"]["cannot_tell"]
    assert one["compliance"]["population"] == 57 - out


@pytest.mark.slow
def test_a_stratum_weighs_the_same_however_many_of_it_are_of_no_use(tmp_path: Path) -> None:
    """A lost file is a case of which nothing is known: it takes no weight from its stratum."""

    def says(case: FrameCase, *_: str) -> Judged:
        return "not_compliant" if case.district == "COAST" else "compliant"

    plan = replace(STRATIFIED, size=12)
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", plan)
        districts = {one.position: one.district for one in store.frame(view.run.id)}
        lost = [one.case_id for one in view.sample.drawn if districts[one.position] == "COAST"]
        for case_id in lost[:2]:
            view = replace_case(store, "s", case_id, "the file is lost")
        judge(store, view, says)
    size = sum(one.size for one in view.strata if one.name == "COAST")
    rate = of(data(file, "s"), "P7.1", "plan-scrutinised")["compliance"]
    assert rate["value"] == pytest.approx(1 - size / 57)


@pytest.mark.parametrize(
    ("checks", "lesson"),
    [
        (["compliant", "not_compliant", None], "not_compliant"),
        (["compliant", "cannot_tell"], "cannot_tell"),
        (["compliant", None], None),
        (["compliant", "not_applicable"], "compliant"),
        (["not_applicable"], "not_applicable"),
    ],
)
def test_a_lesson_is_judged_as_its_gravest_check(
    checks: list[Judged | None], lesson: Judged | None
) -> None:
    assert of_lesson(checks) == lesson


def test_of_two_judgments_the_later_counts(store_file: Path) -> None:
    before = of(data(store_file, "now"), "P7.1", "plan-scrutinised")["judgments"]
    with Store.open(store_file, create=False) as store, store.writing():
        sample = store.sample("now").id
        twice = {one.position for one in store.entries(sample) if one.second}
        old = next(
            one for one in store.entries(sample)
            if (one.check, one.judgment, one.second) == ("plan-scrutinised", "compliant", False)
            and one.position not in twice
        )  # fmt: skip
        corrected = replace(old, judgment="not_compliant", reason="looked again")
        store.append_entries(chained(store.last_entry(), [corrected]))
    after = of(data(store_file, "now"), "P7.1", "plan-scrutinised")["judgments"]
    assert after["compliant"] == before["compliant"] - 1
    assert after["not_compliant"] == before["not_compliant"] + 1


def test_csv_has_a_row_for_each_number(store_file: Path) -> None:
    output = told(store_file, "now", "--since", "before", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(output.removeprefix("\ufeff"))))
    scrutiny = {one["measure"]: one for one in rows if one["check"] == "plan-scrutinised"}
    assert list(scrutiny) == [
        "compliance", "compliance_at_worst", "breaches_upheld", "breaches_missed",
        "cannot_tell_not_compliant", "change",
    ]  # fmt: skip
    assert scrutiny["compliance"]["value"] == str(round((7 / 9 + 8 / 10) / 2, 10))
    assert scrutiny["compliance"]["n"] == "10"
    assert scrutiny["compliance"]["confidence"] == "0.95"
    assert scrutiny["cannot_tell_not_compliant"]["refused"]
    assert scrutiny["change"]["lower"].startswith("-0.")  # a number, and no formula to fear
    assert [one["method"] for one in rows if one["measure"] == "agreement"][:2] == [
        "Share the same", "Cohen's kappa",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_same_store_prints_the_same(store_file: Path) -> None:
    for how in ("text", "json", "csv"):
        assert told(store_file, "now", "--format", how) == told(store_file, "2", "--format", how)


@pytest.mark.slow
def test_more_confidence_is_a_wider_interval(store_file: Path) -> None:
    def bounds(*arguments: str) -> tuple[float, float]:
        rate = of(data(store_file, "now", *arguments), "P7.1", "plan-scrutinised")["compliance"]
        return rate["lower"], rate["upper"]

    (low, high), (lower, higher) = bounds("--confidence", "80%"), bounds("--confidence", "0.99")
    assert lower < low < high <= higher
    assert "80 %" in told(store_file, "now", "--confidence", "80%")


def test_an_output_is_a_file(store_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "estimate.txt"
    assert told(store_file, "now", "--output", str(file)) == ""
    assert file.read_text(encoding="utf-8").startswith(
        "Sample now: 24 of 57 cases (42.1 %), simple"
    )


def test_a_sample_without_judgments_is_refused_with_the_cure(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        drawn(store, LABELS[1], "s", Plan("simple", 20, LESSONS, EVERY))
    assert "s has no judgments: `casecheck pack`" in refused(file, "s")
    assert "no sample 'other'" in refused(file, "other")


def test_nothing_is_estimated_from_a_log_that_is_not_whole(store_file: Path) -> None:
    with sqlite3.connect(store_file) as opened:
        for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            opened.execute(f'DROP TRIGGER "{name}"')
        opened.execute("UPDATE entry SET judgment = 'compliant' WHERE number = 3")
        opened.execute("UPDATE entry SET judgment = 'not_compliant' WHERE number = 4")
    opened.close()
    message = refused(store_file, "now")
    assert "The judgment log: entry 3" in message or "The judgment log: entry 4" in message
    assert "judge --verify" in message


def test_a_verdict_is_told_of_each_check_where_it_is_asked_for(store_file: Path) -> None:
    asked = data(store_file, "now", "--tolerable", "5%")
    assert asked["tolerable"] == 0.05
    rank = {"shown": 0, "not_shown": 1, "shown_to_be_worse": 2}
    for one in asked["estimates"]:
        least, most = one["compliance"]["at_least"], one["compliance"]["at_most"]
        expected = "shown" if least > 0.95 else "not_shown" if most > 0.95 else "shown_to_be_worse"
        assert rank[one["verdict"]] == rank[expected]
    assert "verdict" not in data(store_file, "now")["estimates"][0]
