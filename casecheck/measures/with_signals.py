"""Say of each series of a report whether it became better or worse, or that nobody can tell yet."""

from __future__ import annotations

from dataclasses import replace

from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult
from casecheck.measures.signal_words import Kind
from casecheck.measures.signals import Point, signal

_KINDS: dict[str, Kind] = {
    "count": "count", "share": "share", "lessons": "share", "median_days": "median",
}  # fmt: skip


def with_signals(report: MeasuresReport) -> MeasuresReport:
    """Return a report, as it is to be shown, with the signal of each of its series."""
    return replace(report, series=tuple(map(_with_signal, report.series)))


def _with_signal(series: SeriesResult) -> SeriesResult:
    points = [_point(one, series.measure.kind in ("share", "lessons")) for one in series.periods]
    found = signal(points, _KINDS[series.measure.kind], series.measure.hoped)
    return replace(series, signal=found)


def _point(period: PeriodResult, is_share: bool) -> Point:
    wanted = {"members", "met", "share"} if is_share else {"members", "median"}
    hidden = not period.hidden.isdisjoint(wanted)
    return Point(
        period.label,
        None if hidden else period.tally.members,
        period.tally.met if is_share and not hidden else None,
        period.median.days if period.median and not hidden else None,
        not period.partial,
        hidden,
    )
