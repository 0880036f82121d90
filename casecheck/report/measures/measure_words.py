"""The words for what measures come to, whatever lays them out."""

from __future__ import annotations

from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult
from casecheck.text.counted import counted

WITHHELD = "withheld"
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
    tally, kind = period.tally, series.measure.kind

    def number(name: str, value: int) -> str:
        return WITHHELD if name in period.hidden else str(value)

    def share(name: str, value: float | None) -> str:
        return WITHHELD if name in period.hidden else _percent(value)

    members, perhaps = number("members", tally.members), number("perhaps", tally.perhaps)
    if kind == "count":
        return (label, members, perhaps)
    between = _between(share("low", tally.low), share("high", tally.high))
    if kind == "median_days":
        return (label, members, perhaps, number("open", period.open), *_days(period),
                share("share", tally.share))  # fmt: skip
    counts = ("met", tally.met), ("not_met", tally.not_met), ("cannot_tell", tally.cannot_tell)
    told = [number(name, value) for name, value in counts]
    return (label, members, *told, perhaps, share("share", tally.share), between)


def _days(period: PeriodResult) -> tuple[str, str]:
    """Return a median, and between what it lies."""
    found = period.median
    named = ("median", "median_low", "median_high")
    values = (found.days, found.low, found.high) if found else (None, None, None)
    median, low, high = (
        WITHHELD if name in period.hidden else "-" if one is None else f"{one:g}"
        for name, one in zip(named, values, strict=True)
    )
    return median, _between(low, high)


def _between(low: str, high: str) -> str:
    return low if low == high == WITHHELD else f"{low} to {high}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def verdict_of(series: SeriesResult) -> str:
    """Return what the periods of a series say, in words."""
    return series.signal.words if series.signal else ""


def undated_of(series: SeriesResult) -> str:
    """Say how many members have no day that is known, if any."""
    if not series.undated:
        return ""
    members = counted(series.undated, "member has", "members have")
    return f"{members} no day that is known, and may be of any period."


def notes_of(report: MeasuresReport) -> list[str]:
    """Return what is to be said of all together."""
    notes = [report.protected] if report.protected else []
    notes += [f"Set for this board: {one}." for one in report.settings]
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
