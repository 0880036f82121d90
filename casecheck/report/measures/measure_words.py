"""The words for what measures come to, whatever lays them out."""

from __future__ import annotations

from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult
from casecheck.text.counted import counted

HOPED = {"up": "should rise", "down": "should fall", "none": "no direction is hoped for"}
HEADS = {
    "count": ("period", "members", "perhaps more"),
    "share": ("period", "members", "met", "not met", "cannot tell", "perhaps", "share", "between"),
    "median_days": ("period", "members", "perhaps", "open", "median days", "between", "in time"),
}


def title_of(series: SeriesResult) -> str:
    """Return the line above a series."""
    where = f" [{series.split}]" if series.split else ""
    return f"{series.id}{where}: {series.title} ({HOPED[series.measure.hoped]})"


def heads_of(series: SeriesResult) -> tuple[str, ...]:
    """Return the heads of a series' table."""
    return HEADS.get(series.measure.kind, HEADS["share"])


def shown_periods(series: SeriesResult) -> list[PeriodResult]:
    """Return the periods that are listed: those in which somebody is, or may be."""
    return [
        one
        for one in series.periods
        if one.suppressed or one.tally.members or one.tally.perhaps or one.open
    ]


def cells_of(series: SeriesResult, period: PeriodResult) -> tuple[str, ...]:
    """Return a period's row; a period that is not complete has an asterisk."""
    label = f"{period.label}*" if period.partial else period.label
    if period.suppressed:
        return (label, *["withheld"] * (len(heads_of(series)) - 1))
    tally, kind = period.tally, series.measure.kind
    if kind == "count":
        return (label, str(tally.members), str(tally.perhaps))
    share, between = _percent(tally.share), f"{_percent(tally.low)} to {_percent(tally.high)}"
    if kind == "median_days":
        median = period.median
        days, low, high = (
            "-" if one is None else f"{one:g}"
            for one in ((median.days, median.low, median.high) if median else (None, None, None))
        )
        numbers = (str(tally.members), str(tally.perhaps), str(period.open))
        return (label, *numbers, days, f"{low} to {high}", share)
    counts = (tally.members, tally.met, tally.not_met, tally.cannot_tell, tally.perhaps)
    return (label, *map(str, counts), share, between)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def verdict_of(series: SeriesResult) -> str:
    """Return what the periods of a series say, in words."""
    return str(series.signal.words) if series.signal else ""


def undated_of(series: SeriesResult) -> str:
    """Say how many members have no day that is known, if any."""
    if not series.undated:
        return ""
    members = counted(series.undated, "member has", "members have")
    return f"{members} no day that is known, and may be of any period."


def notes_of(report: MeasuresReport) -> list[str]:
    """Return what is to be said of all together."""
    notes = [report.protected] if report.protected else []
    if any(period.partial for series in report.series for period in series.periods):
        notes.append("* The records end within this period: it is shown, and not used.")
    if report.repeated:
        ids = counted(report.repeated, "case id stands", "case ids stand")
        notes.append(f"{ids} in more than one record: each record is counted.")
    if report.unreadable:
        notes.append(f"{counted(report.unreadable, 'input')} could not be read.")
    notes += [f"{one.id} was not asked: {one.why}." for one in report.not_asked]
    notes += [
        f"{one.measure} could not be worked out of {one.case_id}: {one.why}"
        for one in report.failed
    ]
    return notes
