"""Estimates as one HTML file, for a board: in short, then each number beside a drawing of it.

The file asks nothing of a network and holds no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

import casecheck
from casecheck.qag.estimates.report import Report
from casecheck.report.html.frame import Frame
from casecheck.report.html.markup import Html, joined, tag
from casecheck.report.qag.estimate_parts import Headline, Name, Part, Table, Title, Words
from casecheck.report.qag.estimate_words import estimate_parts
from casecheck.report.qag.forest_plot import SCALE_WORDS, drawn
from casecheck.text.counted import counted
from casecheck.text.percent import exactly


def estimate_html(report: Report) -> Iterator[str]:
    """Yield the page, piece by piece."""
    frame = Frame(f"Estimates of sample {report.view.sample.name}")
    yield frame.begin("Skip to the estimates", "estimates") + "\n"
    yield tag("header", tag("h1", "What auditors found, and what it says of all cases")) + "\n"
    yield Html('<main id="estimates">\n')
    title = ""
    for kind, parts in groupby(estimate_parts(report), _is_item):
        if kind:
            items = [tag("li", *_marked(item.words)) for item in map(_words, parts)]
            yield tag("ul", *items) + "\n"
            continue
        for part in parts:
            title = part.words if isinstance(part, Title) else title
            yield from _elements(part, title, exactly(report.confidence))
    yield Html("</main>\n")
    yield tag("footer", *_foot(report))
    yield frame.end()


def _is_item(part: Part) -> bool:
    return isinstance(part, Words) and part.kind == "item"


def _words(part: Part) -> Words:
    assert isinstance(part, Words)
    return part


def _elements(part: Part, title: str, confidence: str) -> Iterator[str]:
    match part:
        case Headline(words):
            yield tag("p", tag("b", words))
        case Title(words):
            yield tag("h2", words)
        case Words(words, kind, lead):
            led = [tag("b", lead), joined([" "])] if lead else []
            yield tag("p", *led, *_marked(words), class_="soft" if kind == "aside" else "")
        case Table():
            yield _table(part, title, confidence)
        case _:
            assert_never(part)
    yield "\n"


def _marked(words: str) -> Iterator[Html]:
    """Yield words, and what stands in backticks among them as code."""
    for at, piece in enumerate(words.split("`")):
        yield tag("code", piece) if at % 2 else joined([piece])


def _table(table: Table, title: str, confidence: str) -> Html:
    heads = [tag("th", _in_one_line(head.lines), scope="col", class_=_class(head.number))
             for head in table.heads]  # fmt: skip
    if table.measures:
        words = tag("span", f"The rate, and its bounds ({confidence})", class_="unseen")
        ends = [tag("span", end, aria_hidden="true") for end in SCALE_WORDS[table.scale]]
        heads.insert(1, tag("th", words, tag("span", *ends, class_="scale"), scope="col"))
    rows = [tag("tr", *_cells(table, at)) for at in range(len(table.rows))]
    whole = tag(
        "table",
        tag("caption", title, class_="unseen"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
    )
    return tag("div", whole, class_="wide", role="group", tabindex=0, aria_label=title)


def _cells(table: Table, at: int) -> Iterator[Html]:
    first, *others = table.rows[at]
    yield tag("th", *_named(first), scope="row")
    if table.measures:
        yield tag("td", drawn(table.measures[at], table.scale))
    for head, cell in zip(table.heads[1:], others, strict=True):
        assert isinstance(cell, str)  # what a row is of stands first
        yield tag("td", cell, class_=_class(head.number))


def _named(cell: str | Name) -> Iterable[Html]:
    if isinstance(cell, str):
        return [joined([cell.strip()])]
    if not cell.check:
        return [tag("b", cell.lesson)]
    return [tag("span", f"{cell.lesson} ", class_="unseen"), tag("span", cell.check, class_="sub")]


def _class(number: bool) -> str:
    return "num" if number else ""


def _in_one_line(lines: str) -> str:
    """Write a head that was broken for a narrow page in one line.

    >>> _in_one_line("not com-\\npliant"), _in_one_line("\\nrate"), _in_one_line("lesson\\n  check")
    ('not compliant', 'rate', 'lesson, check')
    """
    return " ".join(lines.replace("-\n", "").replace("\n  ", ", ").split())


def _foot(report: Report) -> Iterator[Html]:
    view = report.view
    drawn_of = f"{counted(len(view.sample.drawn), 'case')} drawn of {len(view.members):,}"
    yield tag("p", f"casecheck {casecheck.__version__}. {drawn_of}. Confidential.")
