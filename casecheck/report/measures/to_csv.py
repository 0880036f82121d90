"""Measures as CSV: a row for each period of each series."""

from __future__ import annotations

from typing import TextIO

from casecheck.measures.report import MeasuresReport
from casecheck.report.measures.to_json import KIND_WORDS, period_object
from casecheck.text.cells import table

WITHHELD = "c"
"""What stands in a cell that is not shown."""
_NUMBERS = (
    "members", "perhaps", "met", "not_met", "cannot_tell", "share", "low", "high", "median",
    "median_low", "median_high", "open", "open_perhaps",
)  # fmt: skip
COLUMNS = (
    "measure", "title", "kind", "unit", "hoped", "split", "period", "partial", *_NUMBERS, "verdict",
)  # fmt: skip


def write_csv(report: MeasuresReport, stream: TextIO) -> None:
    """Write a report as a table; the verdict of a series stands in each of its rows."""
    write = table(stream, COLUMNS)
    for series in report.series:
        measure = series.measure
        kind = KIND_WORDS.get(measure.kind, measure.kind)
        verdict = series.signal.verdict if series.signal else None
        for period in series.periods:
            found = period_object(series, period)
            numbers = [WITHHELD if name in period.hidden else found.get(name) for name in _NUMBERS]
            named = (series.id, series.title, kind, measure.unit, measure.hoped)
            partial = "yes" if period.partial else ""
            write((*named, series.split, period.label, partial, *numbers, verdict))
