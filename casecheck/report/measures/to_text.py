"""Measures as text: a table for each series, and what it says."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck import __version__
from casecheck.measures.report import MeasuresReport, SeriesResult
from casecheck.report.measures.measure_words import (
    cells_of,
    heads_of,
    notes_of,
    shown_periods,
    title_of,
    undated_of,
    verdict_of,
)
from casecheck.text.page import Column, Page, counted


def measures_text(report: MeasuresReport, page: Page) -> Iterator[str]:
    """Yield the lines of a report."""
    records = counted(report.records, "record")
    yield f"casecheck {__version__}: measures of {records}, by {report.by}"
    yield f"Rules {report.rules_digest[:19]}, measures {report.measures_digest[:19]}"
    for series in report.series:
        yield ""
        yield from _series(series, page)
    notes = notes_of(report)
    if notes:
        yield ""
    for note in notes:
        yield from page.lines(note, hanging=2)


def _series(series: SeriesResult, page: Page) -> Iterator[str]:
    yield from page.lines(title_of(series), hanging=2, style="heading")
    rows = [cells_of(series, one) for one in shown_periods(series)]
    if rows:
        first, *others = heads_of(series)
        columns = [Column(first, number=False), *map(Column, others)]
        yield from (f"  {line}" for line in page.table(columns, rows))
    else:
        yield "  no member in any period"
    for words in filter(None, (undated_of(series), verdict_of(series))):
        yield from page.lines(words, indent=2)
