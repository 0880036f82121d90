"""The five questions of a chair, each answered in words, from what an estimate says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from shipped import ROOT

from casecheck.qag.estimates.agreeing import CODES
from casecheck.qag.estimates.doubting import Doubt, Doubts
from casecheck.qag.estimates.estimate import AtMost, Estimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.readings import Question
from casecheck.qag.estimates.report import Report
from casecheck.qag.inference.intervals import Interval
from casecheck.qag.inference.slips import Slips
from casecheck.report.qag import in_short
from casecheck.report.qag.estimate_parts import Words
from casecheck.results import Outcome


@pytest.mark.parametrize(
    ("within", "wide"), [((0.5, 0.9), False), ((0.5, 0.91), True), ((0.0, 1.0), True)]
)
def test_bounds_that_are_far_apart_are_too_wide_to_act_on(
    within: tuple[float, float], wide: bool
) -> None:
    assert ("too wide to act on" in in_short.of_lesson(estimate(Interval(*within)))) is wide


def estimate(within: Interval) -> Any:
    """What is told of a lesson, of which 7 of 10 cases are compliant."""
    seen = {"compliant": 7, "not_compliant": 3, "cannot_tell": 0}
    measure = Measure(10, 50, "exact", 0.7, within)
    return SimpleNamespace(judged=seen, unjudged=0, differ=0, compliance=measure, at_worst=measure)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((0.91, 1.0), "yes. 7 of 10 judged were compliant; of all 20 to 90 %."),
        ((0.7, 0.95), "not known yet. 7 of 10 judged were compliant; of all 20 to 90 %."),
        ((0.3, 0.9), "no. 7 of 10 judged were compliant; of all 20 to 90 %."),
    ],
)
def test_with_a_tolerable_share_it_is_said_whether_practice_is_good_enough(
    bounds: tuple[float, float], words: str
) -> None:
    lesson = estimate(Interval(0.2, 0.9))
    lesson.compliance = lesson.compliance._replace(one_sided=Interval(*bounds))
    tolerable = Fraction(1, 10)
    assert in_short.of_lesson(lesson, tolerable) == words
    without = in_short.of_lesson(estimate(Interval(0.2, 0.9)), tolerable)
    assert without == "7 of 10 judged were compliant; of all 20 to 90 %, too wide to act on."


@pytest.mark.parametrize(
    ("worst", "cannot_tell", "word"),
    [
        (Interval(0.43, 0.57), 100, "yes, of what could be told"),
        (Interval(0.90, 1.0), 100, "yes, of what could be told"),
        (Interval(0.91, 1.0), 1, "yes"),
        (None, 1, "yes, of what could be told"),
        (None, 0, "yes"),
    ],
)
def test_what_could_not_be_told_is_no_pass(
    report: Report, worst: Interval | None, cannot_tell: int, word: str
) -> None:
    (lesson,) = report.estimates
    shown = lesson.compliance._replace(one_sided=Interval(0.91, 1.0))
    counts = {**lesson.judged, "cannot_tell": cannot_tell}
    lesson = replace(
        lesson, judged=counts, compliance=shown, at_worst=shown._replace(one_sided=worst)
    )
    assert in_short.of_lesson(lesson, report.tolerable).partition(". ")[0] == word
    doubts = report.doubts._replace(to_read={})
    told = of_lessons(replace(report, doubts=doubts), [replace(lesson, drawn=sum(counts.values()))])
    hides = word != "yes"
    assert answers(told)["What to read next?"] == (
        "What could not be told of P7.1: it may hide more than the limit."
        if hides
        else "Nothing more is needed for this."
    )


def answers(report: Report) -> dict[str, str]:
    """What is said in short, by the question that it answers."""
    parts = [one for one in in_short.in_short(report) if isinstance(one, Words)]
    return {one.lead: one.words for one in parts if one.lead}


@pytest.fixture
def report() -> Report:
    """Of the lesson P7.1 and 10 cases, since an earlier sample."""
    rate, codes = Measure(10, 50, "exact", 0.7, Interval(0.2, 0.9)), dict.fromkeys(CODES, 2)
    engine = dict.fromkeys(Outcome, codes)
    lesson = Estimate("P7.1", "", 8, codes, engine, rate, rate, rate, rate, rate)
    drawn = [SimpleNamespace(position=at, case_id=f"C-{at}", unusable=False) for at in range(8)]
    view: Any = SimpleNamespace(sample=SimpleNamespace(drawn=drawn))
    before: Any = SimpleNamespace(
        sample=SimpleNamespace(name="before"), run=SimpleNamespace(as_of="2025-06-30")
    )
    to_read = {3: [Question("P7.1", "quorum")]}
    doubts = Doubts([], to_read, Slips(0, 0), 0.05, 1, 1, 8)
    confidence, tolerable = Fraction(95, 100), Fraction(1, 10)
    return Report(view, before, confidence, [lesson], [], [], [], doubts, 1.0, tolerable)


def of_lessons(report: Report, lessons: list[Estimate]) -> Report:
    return replace(report, estimates=lessons)


@pytest.mark.parametrize(
    ("within", "words"),
    [
        (Interval(0.05, 0.3), "better: P7.1 (+20.0 percentage points)."),
        (Interval(-0.3, -0.05), "worse: P7.1 (+20.0 percentage points)."),
        (Interval(-0.3, 0.611), "not known of P7.1, which may be better or worse by up to 62"),
        (Interval(-0.611, 0.3), "not known of P7.1, which may be better or worse by up to 62"),
        (Interval(0.0, 0.3), "not known of P7.1"),
        (Interval(0.0, 0.0), "the same: P7.1"),
        (None, "nothing to compare of P7.1."),
    ],
)
def test_a_change_is_told_only_where_chance_does_not_explain_it(
    report: Report, within: Interval | None, words: str
) -> None:
    (lesson,) = report.estimates
    changed = Measure(10, 50, "difference", 0.2, within)
    said = of_lessons(report, [replace(lesson, change=changed)])
    assert answers(said)["Has it changed?"].startswith(f"Since before of 2025-06-30: {words}")


def test_without_an_earlier_sample_nothing_is_said_of_change(report: Report) -> None:
    said = answers(replace(report, before=None))["Has it changed?"]
    assert said.startswith("That is not said: `--since`")


@pytest.mark.parametrize(
    ("upheld", "missed", "contradicted", "words"),
    [
        (AtMost(1, 10), AtMost(1, 10), 0, "Yes, by what was read: no auditor contradicts it."),
        (AtMost(1, 10), AtMost(1, 10), 1, "Yes, by what was read: what auditors contradict may"),
        (AtMost(1, 10), AtMost(2, 10), 0, "Not known yet: no auditor contradicts it, and what was"),
        (AtMost(2, 10), AtMost(1, 10), 1, "Not known yet: what auditors contradict may be"),
        (None, AtMost(1, 10), 0, "Not known yet: no auditor"),
        (AtMost(1, 10), None, 0, "Not known yet: no auditor"),
    ],
)
def test_casecheck_is_to_be_trusted_where_few_can_be_wrong_unseen(
    report: Report, upheld: AtMost | None, missed: AtMost | None, contradicted: int, words: str
) -> None:
    (lesson,) = report.estimates
    lesson = replace(lesson, not_upheld_at_most=upheld, missed_at_most=missed)
    doubts = report.doubts._replace(rules=[], contradicted=contradicted)
    said = of_lessons(replace(report, doubts=doubts), [lesson])
    assert answers(said)["Can casecheck be trusted?"].startswith(words)
    # Without a limit one in ten is.
    assert answers(replace(said, tolerable=None))["Can casecheck be trusted?"].startswith(words)
    strict = answers(replace(said, tolerable=Fraction(1, 100)))["Can casecheck be trusted?"]
    assert strict.startswith("Not known yet")
    # Who accepts much of practice accepts no worse tool for that.
    lax = answers(replace(said, tolerable=Fraction(40, 100)))["Can casecheck be trusted?"]
    assert lax.startswith(words)


def test_where_a_rule_is_to_be_looked_at_casecheck_is_not_to_be_trusted_in_all(
    report: Report,
) -> None:
    rule = Doubt("P7.1", "quorum", "breaches_missed", 5, 9, None, 2, 0.001)
    said = answers(replace(report, doubts=report.doubts._replace(rules=[rule])))
    words = "Not in all. Rules to look at: P7.1 quorum. "
    assert said["Can casecheck be trusted?"].startswith(words)


@pytest.mark.parametrize(
    ("bounds", "open_"),
    [((0.91, 1.0), False), ((0.7, 0.95), True), ((0.3, 0.9), False), (None, True)],
)
def test_more_cases_are_asked_for_where_it_is_not_known_yet_and_nowhere_else(
    report: Report, bounds: tuple[float, float] | None, open_: bool
) -> None:
    (lesson,) = report.estimates
    one_sided = Interval(*bounds) if bounds else None
    compliance = lesson.compliance._replace(within=Interval(0.2, 0.9), one_sided=one_sided)
    said = of_lessons(report, [replace(lesson, compliance=compliance, at_worst=compliance)])
    more = "More cases for what is not known yet, P7.1: `casecheck sample extend`."
    assert (more in answers(said)["What to read next?"]) is open_
    nothing = replace(said, doubts=report.doubts._replace(to_read={}))
    told = answers(nothing)["What to read next?"]
    assert told == (more if open_ else "Nothing more is needed for this.")


def test_the_worked_example_answers_all_five() -> None:
    """Its outputs are kept by tools/outputs.py; this holds what a chair must find in them."""
    page = (ROOT / "docs" / "audit-cycle.md").read_text(encoding="utf-8")
    short = " ".join(page.partition("\nIn short\n")[2].partition("\n\n")[0].split())
    for answer in (
        "P7.1: no. 3 of 7 judged were compliant;",
        "How sure is that? Each range is right with 95 %",
        "Has it changed? Since sample-1 of 2025-06-30: not known of P1.1, P4.1, P7.1",
        "Can casecheck be trusted? Not known yet:",
        "What to read next? C-0115,",
        "More cases for what is not known yet, P1.1, P4.1:",
    ):
        assert answer in short
