"""From what measures and a sample come to, to what the board paper shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casecheck.measures.disclosure import Profile
from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult
from casecheck.measures.signal_words import Kind
from casecheck.qag.estimates.estimate import Estimate
from casecheck.qag.estimates.report import Report
from casecheck.report.board.paper import MeasureShown, Period, SampleRate
from casecheck.report.measures.to_json import KIND_WORDS, period_object
from casecheck.text.counted import counted
from casecheck.text.percent import between, exactly, percent

_KINDS: dict[str, Kind] = {"count": "count", "share": "share", "median": "median"}
_VALUES: dict[Kind, tuple[str, str, str]] = {
    "count": ("members", "low", "high"),
    "share": ("share", "low", "high"),
    "median": ("median", "median_low", "median_high"),
}


def measures_shown(report: MeasuresReport) -> dict[str, MeasureShown]:
    """Return the series of a report that stand for all records, by their ids, in their order."""
    return {one.id: _shown(one) for one in report.series if not one.split}


def not_asked(report: MeasuresReport) -> dict[str, str]:
    """Return why other measures say nothing, by their ids, for who does not run commands."""
    return {one.id: _SILENT.get(one.kind, one.why) for one in report.not_asked}


def _shown(series: SeriesResult) -> MeasureShown:
    measure = series.measure
    assert series.signal is not None  # `with_signals` gives each one
    kind = _KINDS[KIND_WORDS.get(measure.kind, measure.kind)]
    return MeasureShown(
        series.id,
        series.title,
        measure.asks,
        kind,
        measure.unit,
        measure.hoped,
        [_period(series, one, kind) for one in _told(series)],
        series.undated,
        series.signal,
    )


def _told(series: SeriesResult) -> Iterable[PeriodResult]:
    """Return the periods from the first to the last in which somebody is, or may be."""
    periods = list(series.periods)
    there = [
        at
        for at, one in enumerate(periods)
        if one.suppressed or one.tally.members or one.tally.perhaps or one.open
    ]
    return periods[there[0] : there[-1] + 1] if there else []


def _period(series: SeriesResult, one: PeriodResult, kind: Kind) -> Period:
    told = period_object(series, one)
    value, low, high = (told[name] for name in _VALUES[kind])
    # Of nobody there is no share, and nothing is withheld; nor of those who may all be none.
    withheld = value is None and bool(one.hidden)
    return Period(
        one.label,
        told["members"],
        told["perhaps"],
        told["met"],
        told["cannot_tell"],
        value,
        low,
        high,
        complete=not one.partial,
        withheld=withheld,
        in_part=bool(one.hidden),
    )


_SILENT = {"entered": "no figures have been entered yet", "lessons": "no audit has been saved yet"}


# What auditors found in files


def rates_shown(report: Report, profile: Profile) -> Mapping[str, SampleRate]:
    """Return what a sample says of each lesson, with small numbers withheld."""
    return {
        one.lesson: SampleRate(one.lesson, _rate(one, report, profile))
        for one in report.estimates
        if not one.check
    }


def _rate(estimate: Estimate, report: Report, profile: Profile) -> str:
    compliant, not_compliant = estimate.judged["compliant"], estimate.judged["not_compliant"]
    decided = compliant + not_compliant
    if not decided:
        return "no file could be judged compliant or not."
    if decided < profile.base or profile.hides(compliant) or profile.hides(not_compliant):
        return "withheld, for the numbers are small."
    seen = f"{compliant:,} of {counted(decided, 'file')} compliant"
    measure = estimate.compliance
    if measure.value is None or measure.within is None:
        return f"{seen}; of all cases nothing can be said: {measure.refused}."
    if measure.known:
        return f"{seen}: every case was read."
    return (
        f"{seen}; of all to which it applies about {percent(measure.value)},"
        f" {between(*measure.within)} ({exactly(report.confidence)} sure)."
    )


def basis_of_rates(report: Report) -> str:
    """Say how many files were drawn to be read, of how many."""
    usable = sum(not case.unusable for case in report.view.sample.drawn)
    return f"{usable:,} of {counted(len(report.view.members), 'case')} were drawn to be read."
