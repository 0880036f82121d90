"""Tables of a page, and bars beside their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from casecheck.report.html.markup import Html, tag

_BAR = 100


def bar(parts: Sequence[tuple[int, str]]) -> Html:
    """Return shares as one bar. It shows what the table beside it says, so it is hidden from those
    who listen.
    """
    whole = sum(count for count, _ in parts)
    rects, at = [], 0.0
    for count, class_ in parts:
        width = _BAR * count / whole if whole else 0
        if width:
            x, wide = f"{at:.2f}".rstrip("0").rstrip("."), f"{width:.2f}".rstrip("0").rstrip(".")
            rects.append(tag("rect", class_=class_, x=x, width=wide, height=10))
        at += width
    return tag(
        "svg",
        *rects,
        class_="bar",
        viewBox=f"0 0 {_BAR} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], class_: str) -> Html:
    """Return a table whose first column names its rows; the table can be scrolled sideways."""
    head = tag("tr", *[tag("th", words, scope="col") for words in heads])
    body = [
        tag("tr", tag("th", row[0], scope="row"), *[tag("td", cell) for cell in row[1:]])
        for row in rows
    ]
    whole = tag(
        "table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_=class_
    )
    return tag("div", whole, class_="wide", role="region", tabindex=0, aria_label=caption)
