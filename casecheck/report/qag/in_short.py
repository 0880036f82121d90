"""Says in a minute what judgments show, for whoever chairs the meeting and reads no statistics.

Five questions that a chair asks, each answered in words, on no more than 25 lines of 100 columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from casecheck.qag.estimates.estimate import SAID_FINE, AtMost, Estimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.report import Report, measures, to_read_next
from casecheck.qag.inference.verdict import Verdict, verdict
from casecheck.report.qag.estimate_cells import points
from casecheck.report.qag.estimate_parts import Part, Title, Words
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.percent import bound_above, bound_below, exactly, percent

_WIDE = 0.4
"""How far apart the bounds of a rate may be before they say little."""
_MOST_LESSONS = 11
"""Lessons that are told one by one; of more those with the lowest rates."""
_MOST_NAMES = 4
"""Names that a sentence lists before it says how many more there are."""


def in_short(report: Report) -> Iterator[Part]:
    """Yield the answers: how practice is, how sure, what changed, of the engine, what to read."""
    lessons = [estimate for estimate in report.estimates if not estimate.check]
    if not lessons:
        return
    yield Title("In short")
    sure = exactly(report.confidence)
    asks = "Is practice good enough?"
    enough = ""
    if report.tolerable is not None:
        enough = f"It is where fewer than {exactly(report.tolerable)} are not compliant. "
    told = f"{enough}Of the cases judged so many were compliant; and of all, {sure} sure:"
    yield Words(told, lead=asks)
    shown = _lowest(lessons)
    for estimate in shown:
        yield Words(f"{estimate.lesson}: {of_lesson(estimate, report.tolerable)}", "item")
    if left := len(lessons) - len(shown):
        yield Words(f"{counted(left, 'lesson')} more, with higher rates: see below.", "item")
    yield Words(_how_sure(report), lead="How sure is that?")
    yield Words(_changed(report, lessons), lead="Has it changed?")
    yield Words(_of_engine(report, lessons), lead="Can casecheck be trusted?")
    yield Words(_to_read(report, lessons), lead="What to read next?")


def _lowest(lessons: Sequence[Estimate]) -> Sequence[Estimate]:
    if len(lessons) <= _MOST_LESSONS:
        return lessons
    rates = {one.lesson: one.compliance.value for one in lessons}
    by_rate = sorted(lessons, key=lambda one: (rates[one.lesson] is None, rates[one.lesson] or 0))
    kept = {one.lesson for one in by_rate[: _MOST_LESSONS - 1]}
    return [one for one in lessons if one.lesson in kept]


def of_lesson(estimate: Estimate, tolerable: Fraction | None = None) -> str:
    """Say how a lesson came out, with the counts that it rests on, and whether it is enough."""
    judged, measure = estimate.judged, estimate.compliance
    decided = judged["compliant"] + judged["not_compliant"]
    beside = [
        f"{number:,} {words}"
        for number, words in (
            (judged["cannot_tell"], "cannot be told"),
            (estimate.differ, "disputed"),
            (estimate.unjudged, "not judged yet"),
        )
        if number
    ]
    if len(beside) > 1:  # so that a lesson takes one line
        left = judged["cannot_tell"] + estimate.differ + estimate.unjudged
        beside = [f"{left:,} not decided"]
    more = "".join(f"; {one}" for one in beside)
    if not decided:
        return f"no case could be judged compliant or not{more}."
    seen = f"{judged['compliant']:,} of {decided:,} compliant"
    if measure.value is None or measure.within is None:
        return f"{seen}; of all cases nothing can be said{more}."
    enough = _enough(measure, tolerable)
    if measure.known:
        return f"{seen}, {percent(measure.value)}: every case was judged{enough}{more}."
    lower, upper = measure.within
    wide = ", too wide to act on" if upper - lower > _WIDE else ""
    return f"{seen}; of all {_whole(lower, upper)}{enough or wide}{more}."


def _enough(measure: Measure, tolerable: Fraction | None) -> str:
    if tolerable is None or measure.one_sided is None:
        return ""
    return _VERDICTS[verdict(measure.one_sided, tolerable)]


_VERDICTS: Mapping[Verdict, str] = {
    "shown": ", shown good enough",
    "not_shown": ", not shown good enough",
    "shown_to_be_worse": ", shown not good enough",
}


def _whole(lower: float, upper: float) -> str:
    """Write bounds in whole percent, rounded outwards: more places say nothing to a meeting."""
    return f"{bound_below(lower * 100, 0)} to {bound_above(upper * 100, 0)} %"


def _how_sure(report: Report) -> str:
    number = sum(
        stated.measure.within is not None and not stated.measure.known
        for estimate in report.estimates
        for stated in measures(estimate)
    )
    wrong = number * (1 - report.confidence)
    about = f"about {round(wrong)}" if wrong >= 1.5 else "perhaps one"
    sure = exactly(report.confidence)
    drawn = sum(not case.unusable for case in report.view.sample.drawn)
    worth = round(drawn / report.design_effect)
    told = (
        f"Each range holds with {sure}: there are {number:,} in this report, and {about} will not."
    )
    if number == 0:
        told = "No range is given here: what is told is known, or cannot be said."
    if worth < drawn:
        told += (
            f" The {counted(drawn, 'case')} read had different chances to be drawn, and say as much"
            f" of a rate as about {worth:,} drawn plainly."
        )
    return told


def _changed(report: Report, lessons: Sequence[Estimate]) -> str:
    if report.before is None:
        return "Nothing is compared here: `--since` names an earlier sample."
    by_way: dict[str, list[str]] = {"better": [], "worse": [], "": []}
    for one in lessons:
        change = one.change
        way = "" if change is None else _way(change)
        named = f"{one.lesson} ({points(change.value)})" if change and way else one.lesson
        by_way[way].append(named)
    told = [f"{way}: {_names(those)}" for way, those in by_way.items() if way and those]
    if by_way[""]:
        told.append(f"no change is shown of {_names(by_way[''])}")
    return f"Since {report.before.sample.name}, in percentage points: {'; '.join(told)}."


def _way(change: Measure) -> str:
    if change.within is None or change.within.lower <= 0 <= change.within.upper:
        return ""
    return "better" if change.within.lower > 0 else "worse"


def _of_engine(report: Report, lessons: Sequence[Estimate]) -> str:
    """Say in plain counts how far auditors found what casecheck found, and what that can show."""
    told = []
    for outcomes, words in (((Outcome.BREACH,), "a breach"), (SAID_FINE, "nothing")):
        judged = sum(
            number
            for one in lessons
            for outcome in outcomes
            for code, number in one.engine[outcome].items()
            if code != "cannot_tell"
        )
        wrong = sum(one.not_compliant(*outcomes) for one in lessons)
        told.append(f"where it found {words}, {wrong:,} of {judged:,} were not compliant")
    said = f"Each lesson of a case counted, {'; '.join(told)}."
    bounds = [(one.missed_at_most, one.lesson) for one in lessons if one.missed_at_most]
    bounds.sort(key=lambda bound: -bound[0].number / bound[0].of)
    most = ""
    if bounds:
        bound, lesson = bounds[0]
        most = f" As few as were judged, up to {one_in(bound)} of these may be ({lesson})."
    rules = list(dict.fromkeys(f"{one.lesson} {one.check}" for one in report.doubts.rules))
    if rules:
        verdict = f"Rules to look at: {_names(rules)}."
    elif report.doubts.contradicted:
        verdict = "No rule is shown to be wrong: slips of auditors may explain what differs."
    else:
        verdict = "No auditor contradicts it."
    return f"{verdict} {said}{most}"


def one_in(bound: AtMost) -> str:
    """Write a bound as people say it: `1 in 12`, never less than it is.

    >>> one_in(AtMost(3, 39)), one_in(AtMost(30, 39)), one_in(AtMost(39, 39)), one_in(AtMost(0, 9))
    ('1 in 13', '30 in 39', 'all', 'none')
    """
    if bound.number == 0:
        return "none"
    if bound.number == bound.of:
        return "all"
    if 2 * bound.number > bound.of:
        return f"{bound.number:,} in {bound.of:,}"
    return f"1 in {bound.of // bound.number:,}"


def _to_read(report: Report, lessons: Sequence[Estimate]) -> str:
    cases = [case for case, _ in to_read_next(report)]
    told = []
    waiting = max(one.unjudged for one in lessons)
    if waiting:
        told.append(f"First {counted(waiting, 'case')} drawn and not judged yet.")
    if cases:
        told.append(
            f"By another auditor {_names(cases)}: there one auditor alone contradicts casecheck,"
            " or readers differ."
        )
    unknown = [one.lesson for one in lessons if _says_little(one)]
    if unknown and not waiting:
        told.append(f"More cases for {_names(unknown)}: `casecheck sample extend`.")
    return " ".join(told) or "Nothing more is needed for this."


def _says_little(estimate: Estimate) -> bool:
    within = estimate.compliance.within
    return within is None or within.upper - within.lower > _WIDE


def _names(those: Sequence[str]) -> str:
    listed = ", ".join(those[:_MOST_NAMES])
    left = len(those) - _MOST_NAMES
    return f"{listed} and {left:,} more" if left > 0 else listed
