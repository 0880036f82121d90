"""Says in a minute what judgments show, for whoever chairs the meeting and reads no statistics.

Five questions that a chair asks, each answered in words, on no more than 25 lines of 100 columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from casecheck.qag.estimates.estimate import SAID_FINE, AtMost, Estimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.report import Report, measures, to_read_next
from casecheck.qag.inference.intervals import Interval
from casecheck.qag.inference.verdict import Verdict, verdict
from casecheck.report.qag.estimate_cells import points
from casecheck.report.qag.estimate_parts import Part, Title, Words
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.percent import bound_above, bound_below, exactly, percent

_WIDE = 0.4
"""How far apart the bounds of a rate may be before they say little."""
_FEW = Fraction(1, 10)
"""What share may be wrong of what casecheck says, and be called few, if the limit is no lower."""
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
    enough = "No limit was set (`--tolerable`)."
    if report.tolerable is not None:
        enough = f"It is where fewer than {exactly(report.tolerable)} of cases are not compliant."
    yield Words(f"{enough} So much is {sure} sure:", lead=asks)
    shown = _lowest(lessons)
    for estimate in shown:
        yield Words(f"{estimate.lesson}: {of_lesson(estimate, report.tolerable)}", "item")
    if left := len(lessons) - len(shown):
        yield Words(f"{counted(left, 'lesson')} more, with higher rates: see below.", "item")
    yield Words(_how_sure(report), lead="How sure is that?")
    yield Words(_changed(report, lessons), lead="Has it changed?")
    yield Words(_of_engine(report, lessons), lead="Can casecheck be trusted?")
    yield Words(" ".join(_to_read(report, lessons)), lead="What to read next?")


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
        beside = [f"{left:,} more not decided"]
    more = "".join(f"; {one}" for one in beside)
    if not decided:
        return f"not known yet: no case could be judged compliant or not{more}."
    were = "was" if judged["compliant"] == 1 else "were"
    seen = f"{judged['compliant']:,} of {decided:,} judged {were} compliant"
    if measure.value is None or measure.within is None:
        return f"not known yet. {seen}; of all cases nothing can be said{more}."
    said = verdict_of(measure, tolerable)
    answer = f"{_ANSWERS[said]}. " if said else ""
    if _may_hide_more(estimate, tolerable):
        answer = "yes, of what could be told. "
    if measure.known:
        return f"{answer}{seen}, {percent(measure.value)}: every case was judged{more}."
    lower, upper = measure.within
    wide = ", too wide to act on" if not said and upper - lower > _WIDE else ""
    return f"{answer}{seen}; of all {_whole(lower, upper)}{wide}{more}."


def verdict_of(measure: Measure, tolerable: Fraction | None) -> Verdict | None:
    """Return whether practice is shown to be good enough, where a limit was set."""
    if tolerable is None or measure.one_sided is None:
        return None
    return verdict(measure.one_sided, tolerable)


def _may_hide_more(estimate: Estimate, tolerable: Fraction | None) -> bool:
    """Tell whether practice is good enough by what could be told alone.

    Silence in a file is no pass, and more cases of the kind would not end it.
    """
    return (
        verdict_of(estimate.compliance, tolerable) == "shown"
        and estimate.judged["cannot_tell"] > 0
        and verdict_of(estimate.at_worst, tolerable) != "shown"
    )


_ANSWERS: Mapping[Verdict, str] = {
    "shown": "yes",
    "not_shown": "not known yet",
    "shown_to_be_worse": "no",
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
    if number == 0:
        return "No range is given here: what is told is known, or cannot be said."
    told = f"Each range is right with {sure}: of the {number:,} in this report {about} will not be."
    told += f" They are wide where few cases were read: {drawn:,} here"
    if worth < drawn:
        told += f", which say as much as about {worth:,} that all had the same chance to be drawn"
    return f"{told}."


def _changed(report: Report, lessons: Sequence[Estimate]) -> str:
    if report.before is None:
        return "That is not said: `--since` names the sample of an earlier audit, if there is one."
    by_way: dict[str, list[str]] = {"better": [], "worse": [], "the same": []}
    unclear, refused, most = [], [], 0.0
    for one in lessons:
        change = one.change
        if change is None or change.within is None:
            refused.append(one.lesson)
        elif way := _way(change.within):
            by_way[way].append(f"{one.lesson} ({points(change.value)} percentage points)")
        else:
            unclear.append(one.lesson)
            most = max(most, *map(abs, change.within))
    told = [f"{way}: {_names(those)}" for way, those in by_way.items() if those]
    if unclear:
        told.append(
            f"not known of {_names(unclear)}, which may be better or worse by up to"
            f" {bound_above(most * 100, 0)} percentage points"
        )
    if refused:
        told.append(f"nothing to compare of {_names(refused)}")
    earlier = report.before
    return f"Since {earlier.sample.name} of {earlier.run.as_of}: {'; '.join(told)}."


def _way(within: Interval) -> str:
    """Say which way a rate went; nothing where either may be."""
    if within.lower == within.upper == 0:
        return "the same"
    if within.lower <= 0 <= within.upper:
        return ""
    return "better" if within.lower > 0 else "worse"


def _of_engine(report: Report, lessons: Sequence[Estimate]) -> str:
    """Say in plain counts how far auditors found what casecheck found, and what that can show."""
    breaches, fine = _against(lessons, Outcome.BREACH), _against(lessons, *SAID_FINE)
    told = f"where it found a breach, {breaches} were not compliant; where nothing, {fine}"
    missed = [(one.missed_at_most, one.lesson) for one in lessons if one.missed_at_most]
    if missed:
        bound, lesson = max(missed, key=lambda one: one[0].number / one[0].of)
        told += f", and of {lesson} up to {one_in(bound)} may be"
    return f"{_trusted(report, lessons)} Each lesson of a case counted, {told}."


def _against(lessons: Sequence[Estimate], *outcomes: Outcome) -> str:
    by_code = [one.engine[outcome] for one in lessons for outcome in outcomes]
    judged = sum(sum(by.values()) - by["cannot_tell"] for by in by_code)
    return f"{sum(by['not_compliant'] for by in by_code):,} of {judged:,}"


def _trusted(report: Report, lessons: Sequence[Estimate]) -> str:
    """Answer by the rules that are named; without any, by how many may be wrong and unseen."""
    rules = list(dict.fromkeys(f"{one.lesson} {one.check}" for one in report.doubts.rules))
    if rules:
        return f"Not in all. Rules to look at: {_names(rules)}."
    # A board that accepts much of practice does not accept more errors of a tool for that.
    most = _FEW if report.tolerable is None else min(_FEW, report.tolerable)
    bounds = [bound for one in lessons for bound in (one.not_upheld_at_most, one.missed_at_most)]
    seen = "what auditors contradict may be slips of theirs"
    if not report.doubts.contradicted:
        seen = "no auditor contradicts it"
    if all(bound and bound.number <= most * bound.of for bound in bounds):
        return f"Yes, by what was read: {seen}."
    return f"Not known yet: {seen}, and what was read does not show it right."


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


def _to_read(report: Report, lessons: Sequence[Estimate]) -> Iterator[str]:
    waiting = max(one.unjudged for one in lessons)
    if waiting:
        yield f"{counted(waiting, 'case')} drawn and not judged yet."
    cases = [case for case, _ in to_read_next(report)]
    if cases:
        yield (
            f"{_names(cases)}, by a second auditor: one alone contradicts casecheck there, or two"
            " differ."
        )
    unknown = [one.lesson for one in lessons if _is_open(one, report.tolerable)]
    if unknown and not waiting:
        yield f"More cases for what is not known yet, {_names(unknown)}: `casecheck sample extend`."
    hidden = [one.lesson for one in lessons if _may_hide_more(one, report.tolerable)]
    if hidden:
        yield f"What could not be told of {_names(hidden)}: it may hide more than the limit."
    if not (waiting or cases or unknown or hidden):
        yield "Nothing more is needed for this."


def _is_open(estimate: Estimate, tolerable: Fraction | None) -> bool:
    """Tell whether practice is not known to be good enough or not; without a limit, how it is."""
    said, within = verdict_of(estimate.compliance, tolerable), estimate.compliance.within
    if said:
        return said == "not_shown"
    return within is None or within.upper - within.lower > _WIDE


def _names(those: Sequence[str]) -> str:
    listed = ", ".join(those[:_MOST_NAMES])
    left = len(those) - _MOST_NAMES
    return f"{listed} and {left:,} more" if left > 0 else listed
