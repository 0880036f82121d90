"""Readings of a case count alike, whoever's pack came first; slips of auditors name no rule."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from engine_doubts import doubted, falsely, read, rightly, simulated
from qag_judged import LESSONS, as_the_engine, drawn, judge, judged
from qag_store import LABELS, prepared
from test_qag_estimate import CONFIDENCE, EVERY, RISK, STRATIFIED, data, of, told

from casecheck.qag.estimates.agreeing import agreements
from casecheck.qag.estimates.readings import Question, Readings, Said, said_by
from casecheck.qag.judgments.log import chained
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.store import Entry, FrameCase, Judged, Store
from casecheck.results import Outcome

SIMPLE = Plan("simple", 20, LESSONS, EVERY)


def read_by_two(folder: Path, plan: Plan, *, first: str) -> Path:
    """Let A judge as the engine, and B the first cases otherwise, in either order."""
    folder.mkdir()
    file = prepared(folder)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", plan)
        graver = {case.position for case in view.sample.drawn[:4]}

        def otherwise(case: FrameCase, *_: str) -> Judged:
            return "not_compliant" if case.position in graver else "compliant"

        for who in (first, "A" if first == "B" else "B"):
            if who == "A":
                judge(store, view, as_the_engine)
            else:
                judge(store, view, otherwise, second=True, most=8)
    return file


@pytest.mark.slow
@pytest.mark.parametrize("plan", few([SIMPLE, STRATIFIED, RISK], RISK))
def test_it_does_not_matter_whose_pack_came_first(tmp_path: Path, plan: Plan) -> None:
    one, other = (
        data(read_by_two(tmp_path / first, plan, first=first), "s") for first in ("A", "B")
    )
    for part in ("estimates", "remarks", "rules_to_look_at", "to_read_next", "auditors_slips"):
        assert one[part] == other[part]
    lesson = of(one, "P7.1", None)
    assert lesson["readers_differ"] > 0
    rate = lesson["compliance"]
    assert rate["refused"] or rate["lower"] <= rate["value"] <= rate["upper"]


def test_where_readers_differ_the_rate_is_the_mean_and_settled_it_is_the_word(
    tmp_path: Path,
) -> None:
    file = judged(tmp_path)
    before = of(data(file, "now"), "P7.1", "plan-scrutinised")
    assert (before["readers_differ"], before["unjudged"]) == (1, 0)
    assert before["compliance"]["value"] == round((7 / 9 + 8 / 10) / 2, 10)
    assert "Of 15 checks of a case its readers differ" in " ".join(told(file, "now").split())
    settle(file, "now")
    after = of(data(file, "now"), "P7.1", "plan-scrutinised")
    assert after["readers_differ"] == 0
    assert after["compliance"]["value"] == round(8 / 10, 10)
    assert after["compliance"]["lower"] >= before["compliance"]["lower"]


def settle(file: Path, name: str) -> None:
    """Let the first reader of all cases come to what the second says."""
    with Store.open(file, create=False) as store, store.writing():
        sample = store.sample(name).id
        entries = store.entries(sample)
        second = {(one.position, one.check): one.judgment for one in entries if one.second}
        drafts = [
            replace(one, judgment=second[one.position, one.check])
            for one in entries
            if not one.second
            and second.get((one.position, one.check), one.judgment) != one.judgment
        ]
        store.append_entries(chained(store.last_entry(), drafts))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compliant"], Said("compliant", "compliant")),
        (["compliant", "not_compliant"], Said("compliant", "not_compliant", Fraction(1, 2))),
        (
            ["cannot_tell", "not_applicable", "not_applicable"],
            Said("not_applicable", "cannot_tell", Fraction(1, 3)),
        ),
    ],
)
def test_readers_together_say_the_mildest_and_the_gravest(words: list[Judged], said: Said) -> None:
    assert said_by({f"reader {at}": word for at, word in enumerate(words)}) == said


def test_a_reader_says_of_a_lesson_the_gravest_of_his_own_checks() -> None:
    entries = [
        entry("A", "one", "compliant"), entry("A", "two", "not_compliant"),
        entry("B", "one", "compliant"), entry("B", "two", "compliant"),
        entry("C", "one", "compliant"),
    ]  # fmt: skip
    said = Readings(entries).said(Question("P1.1", ""), ["one", "two"])
    assert said == {1: Said("compliant", "not_compliant", Fraction(1, 2))}


def entry(auditor: str, check: str, judgment: Judged, grade: str = "") -> Entry:
    return Entry(0, 1, auditor, "C-1", 1, "P1.1", check, judgment, "", grade, "", False, "", "")


def test_grades_have_a_weighted_kappa_and_an_ordinal_alpha(tmp_path: Path) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", SIMPLE)
        judge(store, view, as_the_engine, remark=("", "good"))
        judge(store, view, as_the_engine, second=True, most=3, remark=("", "outstanding"))
    all_of = data(file, "s")["agreement"][0]
    assert all_of["graded_twice"] == 3 * 15
    assert [one["name"] for one in all_of["grades"]] == [
        "Share the same", "Weighted kappa", "Ordinal alpha",
    ]  # fmt: skip
    assert all_of["grades"][0]["value"] == 0
    assert all_of["grades"][1]["value"] == 0  # as much as by chance
    assert "Weighted" in told(file, "s").partition("Agreement of the auditors")[2]


@pytest.mark.slow
def test_of_a_breach_two_readers_who_contradict_it_are_told(tmp_path: Path) -> None:
    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        breach = case.outcomes[lesson, check] is Outcome.BREACH
        return "compliant" if breach else as_the_engine(case, lesson, check)

    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 57, LESSONS, EVERY))
        judge(store, view, says)
        alone = data(file, "s")["to_read_next"]
        judge(store, view, says, second=True)
    assert alone
    found = data(file, "s")
    assert found["to_read_next"] == []
    assert found["rules_to_look_at"]
    for rule in found["rules_to_look_at"]:
        assert rule["confirmed"] == rule["n"] > 0
        assert rule["by_slips_at_most"] <= 0.04
    bound = of(found, "P7.1", "actions-implemented")["breaches_not_upheld_at_most"]
    assert bound["number"] == bound["of"]


def test_a_second_reader_who_contradicts_the_engine_too_never_speaks_for_it() -> None:
    """Of one case or of all: a case that two contradict is still one that is contradicted."""
    audit = simulated(random.Random(1), 0.0, 0.0)
    first = audit.frame[-1].position - 30
    missed = [
        at for at, bad in audit.bad.items() if at.check == "c0" and not bad and at.position > first
    ][:6]
    audit.bad.update(dict.fromkeys(missed, True))
    for at in missed:
        audit.readings.last[at]["anna"] = audit.readings.first[at]["anna"] = "not_compliant"
    likely = []
    for twice in range(len(missed) + 1):
        read(audit, [at.position for at in missed[:twice]], "ben", random.Random(1), 0.0)
        (rule,) = doubted(audit).rules
        assert rule.confirmed == twice
        likely.append(rule.by_slips)
    assert likely == sorted(likely, reverse=True)


@pytest.mark.slow
@pytest.mark.parametrize("slip", [0.0, 0.04])
def test_slips_seldom_name_a_rule_and_what_is_missed_is_named(slip: float) -> None:
    """A few of the 1,000 audits of `benchmarks/engine_doubts.py`."""
    assert falsely(20, slip, "few") <= 2
    _, after, _ = rightly(20, slip, "few")
    assert after >= 16


def test_of_three_who_graded_there_is_no_weighted_kappa_and_an_ordinal_alpha() -> None:
    graded = [("A", "good"), ("B", "good"), ("C", "outstanding")]
    entries = [
        replace(entry(auditor, "one", "compliant", grade), position=at)
        for at in range(3)
        for auditor, grade in graded[: 2 + (at == 0)]
    ]
    found = agreements(entries, ["P1.1"], CONFIDENCE)[0]
    _, kappa, alpha = found.grades
    assert kappa.agreement is None
    assert "two auditors" in kappa.refused
    assert alpha.agreement is not None


def test_where_readers_of_a_stratum_differ_its_rate_is_the_mean_by_their_words(
    tmp_path: Path,
) -> None:
    file = prepared(tmp_path)

    def of_stratum(name: str) -> tuple[Any, Any]:
        """A stratum of P7.1 of which a case was read twice, before and after that."""
        with Store.open(file, create=False) as store:
            view = drawn(store, LABELS[1], name, STRATIFIED)
            judge(store, view, lambda *_: "compliant")
            first = view.sample.drawn[0]
            once = of(data(file, name), "P7.1", None)["strata"]
            judge(store, view, lambda *_: "not_compliant", second=True, most=1)
        at = [one["stratum"] for one in once].index(first.stratum)
        return once[at], of(data(file, name), "P7.1", None)["strata"][at]

    once, twice = of_stratum("s")
    number = once["judgments"]["compliant"]
    assert once["compliance"]["value"] == 1
    assert twice["judgments"]["compliant"] == number - 1
    assert twice["judgments"]["not_compliant"] == 0  # of which they differ is in no count
    assert twice["compliance"]["value"] == round((1 + (number - 1) / number) / 2, 10)
    assert twice["compliance"]["lower"] < once["compliance"]["lower"]
    assert twice["compliance"]["upper"] == 1
