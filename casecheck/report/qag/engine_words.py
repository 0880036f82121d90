"""Says in words and tables how far the engine can be trusted, by what auditors judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from casecheck.qag.estimates.doubting import Doubt
from casecheck.qag.estimates.estimate import SAID_FINE, Estimate
from casecheck.qag.estimates.report import Report, to_read_next
from casecheck.report.qag.estimate_cells import cases, cases_within, of, rate, within
from casecheck.report.qag.estimate_parts import Head, Part, Table, Title, Words, name_of
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.percent import at_least, at_most, exactly, percent


def engine_tables(estimates: Sequence[Estimate], confidence: Fraction) -> Iterator[Part]:
    """Yield what was upheld, what was missed, and what became of what it could not tell."""
    sure = exactly(confidence)
    columns = [
        Head("casecheck\n  check", number=False), Head("breaches\nupheld"), Head("\nin all"),
        Head(f"within,\n{sure}"), Head("no finding,\nmissed"),
        Head("missed in\nall, about"), Head(f"within,\n{sure}"),
    ]  # fmt: skip
    yield Table(
        columns,
        [
            [name_of(one), of(one.not_compliant(Outcome.BREACH), one.upheld), rate(one.upheld),
             _upheld(one), of(one.not_compliant(*SAID_FINE), one.missed),
             cases(one.missed), _missed(one)]
            for one in estimates
        ],
        [one.upheld for one in estimates],
    )  # fmt: skip
    shown = [one for one in estimates if one.undecided.n]
    if not shown:
        return
    columns = [
        Head("it could not tell\n  check", number=False), Head("not\ncompliant"),
        Head("\nin all"), Head(f"within,\n{sure}"),
    ]  # fmt: skip
    yield Table(
        columns,
        [
            [name_of(one), of(one.not_compliant(Outcome.INSUFFICIENT_EVIDENCE), one.undecided),
             rate(one.undecided), within(one.undecided)]
            for one in shown
        ],
        [one.undecided for one in shown],
    )  # fmt: skip


def _upheld(estimate: Estimate) -> str:
    """Write the bounds of the breaches upheld, or one that holds in any design."""
    bound = estimate.not_upheld_at_most
    if estimate.upheld.within is not None or bound is None:
        return within(estimate.upheld)
    return f"at least {at_least(1 - bound.number / bound.of)}"


def _missed(estimate: Estimate) -> str:
    bound = estimate.missed_at_most
    if estimate.missed.within is not None or bound is None:
        return cases_within(estimate.missed)
    return f"at most {bound.number:,}"


def to_look_at(report: Report) -> Iterator[Part]:
    """Name the checks whose rule may be wrong, by plain counts, and the cases to read again."""
    doubts = report.doubts
    yield Title("Rules to look at")
    slips, answers = doubts.slips, counted(doubts.judged, "answer")
    told = (
        f"casecheck is contradicted in {doubts.contradicted:,} of {answers} on"
        f" {counted(doubts.checks, 'check')}. Auditors slip too: of {slips.pairs:,} that two gave,"
        f" {slips.differing:,} differ; slips of up to {at_most(doubts.at_most)} are reckoned with."
        " A rule is named where slips alone would hardly contradict any of all as much."
    )
    yield Words(told)
    if not doubts.rules:
        yield Words("None is named.")
    for doubt in doubts.rules:
        said = _of_upheld(doubt) if doubt.measure == "breaches_upheld" else _of_missed(doubt)
        two = f"; two auditors contradict it in {doubt.confirmed:,}" if doubt.confirmed else ""
        likely = f"; by slips alone with {at_most(doubt.by_slips)} at most"
        yield Words(f"{doubt.lesson} {doubt.check}: {said}{two}{likely}.", "item")
    for case, questions in to_read_next(report):
        checks = "; ".join(f"{lesson} {check}" for lesson, check in questions)
        yield Words(f"to be read by another auditor: {case} ({checks})", "item")


def _of_upheld(doubt: Doubt) -> str:
    counts = f"{doubt.number} of {doubt.n} judged breaches were upheld"
    if doubt.in_all is None or percent(doubt.in_all) == percent(doubt.number / doubt.n):
        return counts
    return f"{counts}; weighted for all: {percent(doubt.in_all)}"


def _of_missed(doubt: Doubt) -> str:
    counts = (
        f"{doubt.number} of {counted(doubt.n, 'judged case')} in which the engine found nothing"
        f" {'is' if doubt.number == 1 else 'are'} not compliant"
    )
    if doubt.in_all is None:
        return counts
    return f"{counts}; in the whole list about {counted(round(doubt.in_all), 'case')}"
