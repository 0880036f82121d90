"""Measures as one page of HTML: tables that print well, no script, no request."""

from __future__ import annotations

import casecheck
from casecheck.measures.report import MeasuresReport, SeriesResult
from casecheck.report.html.frame import Frame
from casecheck.report.html.markup import Html, tag
from casecheck.report.html.tables import table
from casecheck.report.measures.measure_words import (
    cells_of,
    heads_of,
    notes_of,
    shown_periods,
    title_of,
    undated_of,
    verdict_of,
)
from casecheck.text.counted import counted


def measures_page(report: MeasuresReport) -> str:
    """Return the page of a report."""
    title = f"Measures of {counted(report.records, 'record')}, by {report.by}"
    made = (
        f"casecheck {casecheck.__version__}, rules {report.rules_digest[:19]}, measures"
        f" {report.measures_digest[:19]}."
    )
    body = tag(
        "main",
        tag("h1", title),
        tag("p", made),
        *map(_series, report.series),
        tag("h2", "Notes"),
        tag("ul", *[tag("li", note) for note in notes_of(report)]),
        id="measures",
    )
    frame = Frame(title)
    return f"{frame.begin('Skip to the measures', 'measures')}\n{body}\n{frame.end()}"


def _series(series: SeriesResult) -> Html:
    title = title_of(series)
    told = [tag("p", words) for words in (verdict_of(series), undated_of(series)) if words]
    shown = shown_periods(series)
    rows = [cells_of(series, one) for one in shown]
    if rows:
        told.append(table(title, heads_of(series), rows, "numbers"))
    else:
        told.append(tag("p", "No member in any period."))
    return tag("section", tag("h2", title), *told)
