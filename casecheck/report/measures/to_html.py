"""Measures as one page of HTML: tables that print well, no script, no request."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

import casecheck
from casecheck.measures.report import MeasuresReport, SeriesResult
from casecheck.report.audit.html_markup import Html, joined, tag
from casecheck.report.measures.measure_words import (
    cells_of,
    heads_of,
    notes_of,
    title_of,
    undated_of,
    verdict_of,
)
from casecheck.text.counted import counted


def measures_page(report: MeasuresReport) -> str:
    """Return the page of a report."""
    records = counted(report.records, "record")
    title = f"Measures of {records}, by {report.by}"
    body = (
        tag("h1", title),
        tag(
            "p",
            f"casecheck {casecheck.__version__}, rules {report.rules_digest[:19]}, measures"
            f" {report.measures_digest[:19]}.",
        ),
        *[_series(one) for one in report.series],
        tag("h2", "Notes"),
        tag("ul", *[tag("li", note) for note in notes_of(report)]),
    )
    return f"{_head(title)}<body>{tag('main', *body)}</body></html>\n"


def _series(series: SeriesResult) -> Html:
    shown = [
        one
        for one in series.periods
        if one.suppressed or one.tally.members or one.tally.perhaps or one.open
    ]
    told = [verdict_of(series), undated_of(series)]
    parts = [tag("h2", title_of(series)), *[tag("p", words) for words in told if words]]
    if not shown:
        return tag("section", *parts, tag("p", "No member in any period."))
    heads = tag("tr", *[tag("th", one, scope="col") for one in heads_of(series)])
    rows = []
    for period in shown:
        first, *others = cells_of(series, period)
        rows.append(tag("tr", tag("th", first, scope="row"), *[tag("td", one) for one in others]))
    table = tag("table", tag("caption", series.title), tag("thead", heads), tag("tbody", *rows))
    return tag("section", *parts, tag("div", table, class_="wide", tabindex="0"))


def _head(title: str) -> Html:
    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("title", title),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="color-scheme", content="light dark"),
        Html(f"<style>{style}</style>"),
    )
    return joined((Html('<!DOCTYPE html>\n<html lang="en-GB">'), head, Html("\n")))


@cache
def _style() -> str:
    return files(__package__).joinpath("measures.css").read_text(encoding="utf-8")
