"""How to read the timelines of the HTML report."""

from __future__ import annotations

from casecheck.report.html.markup import Html, joined, tag

HATCH = Html(
    '<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0v5"/></pattern></defs></svg>'
)


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
