"""Measures as JSON."""

from __future__ import annotations

from typing import Any

from casecheck import __version__
from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult

KIND_WORDS = {"median_days": "median", "lessons": "share"}


def measures_object(report: MeasuresReport) -> dict[str, Any]:
    """Return a report as `json.dumps` takes it."""
    return {
        "casecheck": __version__,
        "rules": {"digest": report.rules_digest, "measures": report.measures_digest},
        "settings": list(report.settings),
        "by": report.by,
        "split_by": report.split_by or None,
        "disclosure": report.disclosure,
        "protected": report.protected or None,
        "records": report.records,
        "unreadable": report.unreadable,
        "repeated": report.repeated,
        "measures": [_series(one) for one in report.series],
        "not_asked": [
            {"id": one.id, "title": one.title, "why": one.why} for one in report.not_asked
        ],
        "errors": [
            {"case_id": one.case_id, "measure": one.measure, "why": one.why}
            for one in report.failed
        ],
    }


def _series(series: SeriesResult) -> dict[str, Any]:
    measure = series.measure
    return {
        "id": series.id,
        "title": series.title,
        "kind": KIND_WORDS.get(measure.kind, measure.kind),
        "unit": measure.unit,
        "hoped": measure.hoped,
        "split": series.split or None,
        "periods": [period_object(series, one) for one in series.periods],
        "undated": series.undated,
        "signal": series.signal.as_json() if series.signal else None,
    }


def period_object(series: SeriesResult, period: PeriodResult) -> dict[str, Any]:
    """Return one period; of what is withheld there are nulls."""
    kind, tally = series.measure.kind, period.tally
    found: dict[str, Any] = {
        "period": period.label,
        "members": tally.members,
        "perhaps": tally.perhaps,
        "met": tally.met,
        "not_met": tally.not_met,
        "cannot_tell": tally.cannot_tell,
        "share": tally.share,
        "low": tally.low,
        "high": tally.high,
    }
    if kind == "count":
        of_shares = ("met", "not_met", "cannot_tell", "share")
        found |= dict.fromkeys(of_shares)
        found |= {"low": tally.members, "high": tally.members + tally.perhaps}
    if kind == "median_days":
        median = period.median
        found |= {
            "median": median and median.days,
            "median_low": median and median.low,
            "median_high": median and median.high,
            "open": period.open,
            "open_perhaps": period.open_perhaps,
        }
        if series.measure.within is None:
            found |= dict.fromkeys(("met", "not_met", "cannot_tell", "share", "low", "high"))
    found |= dict.fromkeys(period.hidden & found.keys())
    return {**found, "suppressed": period.suppressed, "partial": period.partial}
