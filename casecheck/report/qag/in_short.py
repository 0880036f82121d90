"""Says in a minute what judgments show, for whoever chairs the meeting and reads no statistics."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.qag.estimates.estimating import SAID_FINE, Estimate
from casecheck.qag.estimates.report import Report
from casecheck.report.qag.estimate_parts import Part, Title, Words
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.percent import between, exactly, percent

_WIDE = 0.4
"""How far apart the bounds of a rate may be before they say little."""


def in_short(report: Report) -> Iterator[Part]:
    """Yield of each lesson what was seen, and what that says of all cases."""
    lessons = [estimate for estimate in report.estimates if not estimate.check]
    if not lessons:
        return
    yield Title("In short")
    view = report.view
    usable = sum(not case.unusable for case in view.sample.drawn)
    yield Words(
        f"{usable} of {counted(len(view.members), 'case')} were drawn to be read. Of each lesson:"
        " how many that auditors could judge were compliant, and what that says of all cases, with"
        f" the bounds between which it lies ({exactly(report.confidence)} sure)."
    )
    for estimate in lessons:
        yield Words(f"{estimate.lesson}: {of_lesson(estimate)}", "item")
    yield Words(_of_engine(lessons))


def of_lesson(estimate: Estimate) -> str:
    """Say how a lesson came out, with the counts that it rests on."""
    judged, measure = estimate.judged, estimate.compliance
    decided = judged["compliant"] + judged["not_compliant"]
    beside = [
        f"{number:,} {words}"
        for number, words in (
            (judged["cannot_tell"], "cannot be told"),
            (estimate.unjudged, "not judged yet"),
        )
        if number
    ]
    more = f"; besides, {' and '.join(beside)}" if beside else ""
    if not decided:
        return f"no case could be judged compliant or not{more}."
    seen = f"{judged['compliant']:,} of {decided:,} compliant"
    if measure.value is None or measure.within is None:
        return f"{seen}; of all cases nothing can be said{more}."
    if measure.known:
        return f"{seen}, {percent(measure.value)}: every case was judged{more}."
    lower, upper = measure.within
    wide = ", which is too wide to act on" if upper - lower > _WIDE else ""
    of_all = f"of all to which it applies about {percent(measure.value)}"
    return f"{seen}; {of_all}, {between(*measure.within)}{wide}{more}."


def _of_engine(lessons: list[Estimate]) -> str:
    """Say in plain counts how far auditors found what casecheck found."""
    told = []
    for outcomes, words in (
        ((Outcome.BREACH,), "found a breach"),
        (SAID_FINE, "found nothing"),
    ):
        judged = sum(
            number
            for one in lessons
            for outcome in outcomes
            for code, number in one.engine[outcome].items()
            if code != "cannot_tell"
        )
        wrong = sum(one.not_compliant(*outcomes) for one in lessons)
        told.append(f"where it {words}, {wrong:,} of {judged:,} were not compliant")
    return f"casecheck beside the auditors, lesson by lesson of each case: {'; '.join(told)}."
