"""Estimates as plain text: their parts laid out for one width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from casecheck.qag.estimates.report import Report
from casecheck.report.qag.estimate_parts import Headline, Name, Part, Table, Title, Words
from casecheck.report.qag.estimate_words import estimate_parts
from casecheck.report.qag.forest_text import HEADS, drawn_in_text
from casecheck.text.page import Column, Page
from casecheck.text.percent import folded

_LONGEST_NAME = 17
"""Columns that the name of a check may take before it goes on in the next line."""


def estimate_text(report: Report, page: Page) -> Iterator[str]:
    """Yield the lines of a report."""
    for part in estimate_parts(report):
        yield from _lines(part, page)


def _lines(part: Part, page: Page) -> Iterator[str]:
    match part:
        case Headline(words):
            yield from page.lines(words, 0, 2, "heading")
        case Title(words):
            yield ""
            yield from folded(page, words, 0, "heading")
        case Words(words, kind, lead):
            told = f"{lead} {words}" if lead else words
            yield from folded(page, told, 2 if kind == "item" else 0, _STYLES[kind])
        case Table():
            yield from _table(part, page)
        case _:
            assert_never(part)


def _table(table: Table, page: Page) -> list[str]:
    """Lay out a table; with a drawing of what its rows state, where there is room."""
    columns = [Column(head.lines, head.number) for head in table.heads]
    rows = [list(map(_cell, row)) for row in table.rows]
    if table.measures:
        drawn = [drawn_in_text(measure, table.scale) for measure in table.measures]
        with_drawn = [*columns, Column(HEADS[table.scale], number=False)]
        wider = [[*row, line] for row, line in zip(rows, drawn, strict=True)]
        if _width(with_drawn, wider) <= page.width:
            columns, rows = with_drawn, wider
    return page.table(columns, rows)


def _width(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    cells = zip([column.head for column in columns], *rows, strict=True)
    longest = [max(len(line) for cell in of for line in cell.split("\n")) for of in cells]
    return sum(longest) + 2 * len(longest) - 1


_STYLES = {"plain": "", "aside": "aside", "item": ""}


def _cell(cell: str | Name) -> str:
    """Write a cell; a check's name on two lines where it is long: a table would cut it off."""
    if isinstance(cell, str):
        return cell
    if not cell.check:
        return cell.lesson
    if len(cell.check) <= _LONGEST_NAME:
        return f"  {cell.check}"
    at = cell.check.rfind("-", 0, _LONGEST_NAME) + 1 or _LONGEST_NAME
    return f"  {cell.check[:at]}\n    {cell.check[at:]}"
