"""The frame of the HTML report: one file, which asks nothing of any network.

Its policy (Content-Security-Policy) allows the one style and the one script that stand in it, by
their SHA-256, and nothing else: no other script, no request, no form, no frame.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

import casecheck
from casecheck.report.audit.html_markup import Html, joined, tag


def begin(title: str) -> Html:
    """Return the page up to its body's first element."""
    style, script = _file("html_report.css"), _file("html_report.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("title", title),
        tag("meta", name="generator", content=f"casecheck {casecheck.__version__}"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="color-scheme", content="light dark"),
        Html(f"<style>{style}</style>"),
    )
    skip = tag("a", "Skip to the cases", class_="skip", href="#cases")
    return Html(f'<!DOCTYPE html>\n<html lang="en-GB">{head}\n<body>{skip}{_HATCH}\n')


def end() -> Html:
    """Return the page's end, with its script."""
    return Html(f"<script>{_file('html_report.js')}</script>\n</body></html>\n")


def legend() -> Html:
    """Return how to read a timeline: each shape, and what it says."""
    shapes = (
        ('<path class="p" d="M0 8h44"/>', "from its first day to its last"),
        (
            '<path class="a" d="M0 8h38"/><path class="v" d="M40 4l4 4-4 4"/>',
            "not ended by the day of the extract",
        ),
        ('<path class="m" d="M6 8h3M22 8h3M37 8h3"/>', "something that took place on one day"),
        ('<path class="i" d="M22 3l5 5-5 5-5-5z"/>', "an incident"),
        (
            '<path class="u" d="M0 8h44"/>',
            "some day within these, or not known whether it went on so long",
        ),
        (
            '<path class="x" d="M1 4h42v9H1z"/>',
            "dates that contradict each other, as recorded; the audit takes them as unknown",
        ),
        (
            '<path class="w" d="M4 8h30"/><path class="d" d="M34 2v13"/>'
            '<path class="e" d="M40 3l4 4-4 4-4-4z"/>',
            "days within which something was to be done and its record does not show it, "
            "up to the last day allowed; a diamond is the nearest evidence",
        ),
        ('<path class="d" d="M22 2v13"/>', "the day by which it was due"),
        ('<path class="n" d="M22 0v17"/>', "the day for which the record speaks"),
        (
            '<path class="v" d="M24 4l-4 4 4 4"/>',
            "at the left edge: what lies before the first day that is drawn",
        ),
    )
    entries = [
        joined(
            (
                tag("dt", Html(f'<svg viewBox="0 0 48 17" aria-hidden="true">{shape}</svg>')),
                tag("dd", words),
            )
        )
        for shape, words in shapes
    ]
    words = (
        "In the table below a timeline [2] names the row /meetings/2, the third of its section: "
        "rows are counted from 0."
    )
    return joined((tag("dl", *entries, class_="legend"), tag("p", words)))


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


_HATCH = Html(
    '<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0v5"/></pattern></defs></svg>'
)
