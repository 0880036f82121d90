"""Says in words and tables how far the engine can be trusted, by what auditors judged."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.qag.estimates.doubting import Doubt, doubts
from casecheck.qag.estimates.estimating import SAID_FINE
from casecheck.qag.estimates.report import Report
from casecheck.report.qag.estimate_cells import cases, cases_within, of, rate, within
from casecheck.report.qag.estimate_parts import Head, Part, Table, Title, Words, name_of
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.percent import exactly, percent


def engine_parts(report: Report) -> Iterator[Part]:
    """Yield what was upheld, what was missed, and which rules to look at."""
    yield from _engine(report)
    yield from _doubt(report)
    yield from _to_look_at(report)


def _engine(report: Report) -> Iterator[Part]:
    confidence = exactly(report.confidence)
    yield Title("The engine against the auditors")
    columns = [
        Head("lesson\n  check", number=False), Head("breaches\nupheld"), Head("\nin all"),
        Head(f"within,\n{confidence}"), Head("no finding,\nmissed"),
        Head("missed in\nall, about"), Head(f"within,\n{confidence}"),
    ]  # fmt: skip
    yield Table(
        columns,
        [
            [name_of(one), of(one.not_compliant(Outcome.BREACH), one.upheld), rate(one.upheld),
             within(one.upheld), of(one.not_compliant(*SAID_FINE), one.missed),
             cases(one.missed), cases_within(one.missed)]
            for one in report.estimates
        ],
        [one.upheld for one in report.estimates],
    )  # fmt: skip
    legend = (
        "Upheld: of the engine's breaches that were judged, those not compliant; in all: of all of"
        " the list, as the sample was drawn. Missed: cases not compliant of those judged in which"
        " the engine found nothing; about how many there are in the whole list."
    )
    yield Words(legend, "aside")


def _doubt(report: Report) -> Iterator[Part]:
    """Tell of the cases of which the engine could not tell: little recorded, or little done."""
    lessons = {one.lesson for one in report.estimates if one.undecided.n}
    if not lessons:
        return
    shown = [
        one
        for one in report.estimates
        if one.undecided.n or (not one.check and one.lesson in lessons)
    ]
    yield Title("Where the engine could not tell")
    columns = [
        Head("lesson\n  check", number=False), Head("not\ncompliant"), Head("\nin all"),
        Head(f"within,\n{exactly(report.confidence)}"),
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


def _to_look_at(report: Report) -> Iterator[Part]:
    """Name the checks whose rule may be wrong, by plain counts."""
    doubtful = doubts(report.estimates)
    if doubtful:
        yield Title("Rules to look at")
    for doubt in doubtful:
        said = _of_upheld(doubt) if doubt.measure == "breaches_upheld" else _of_missed(doubt)
        yield Words(f"{doubt.lesson} {doubt.check}: {said}.", "item")


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
