"""Writes a pack as one page to print on A4 and fill in by hand: no script, nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from casecheck.qag.packs.form import (
    CONFIRMED,
    GRADES,
    JUDGMENTS,
    PARTS,
    columns,
    instructions,
    locked_cells,
    name_of,
)
from casecheck.qag.packs.packs import Pack

_STYLE = """
@page { size: A4 landscape; margin: 12mm; }
body { font: 9pt/1.3 sans-serif; margin: 1em; color: #000; }
h1 { font-size: 16pt; }
h2 { font-size: 12pt; margin: 0 0 .2em; }
.cover { break-after: page; }
table { border-collapse: collapse; width: 100%; margin: 1.2em 0; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 1px solid #888; padding: .3em; text-align: left; vertical-align: top; }
th { background: #eee; }
.case { background: none; border: 0; font-weight: normal; }
.fill { width: 26%; }
.line { display: block; border-bottom: 1px solid #888; height: 1.6em; }
code { overflow-wrap: anywhere; }
"""
_OF_CASE = ("case_id", "record", "file", "as_of", "part")
"""The columns that are the same in each row of a table, and stand above it."""


def pack_html(pack: Pack) -> bytes:
    """Return the page: a cover, then a table for each case."""
    cells = locked_cells(pack)
    return "\n".join(_lines(pack, cells)).encode() + b"\n"


def _lines(pack: Pack, cells: Sequence[Mapping[str, str]]) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">'
    yield f"<title>Pack of {escape(pack.sample)} for {escape(pack.auditor)}</title>"
    yield f"<style>{_STYLE}</style>\n</head>\n<body>"
    yield '<section class="cover">\n<h1>Audit of case records</h1>'
    yield f"<p>Sample {escape(pack.sample)}, auditor {escape(pack.auditor)}. Confidential.</p>"
    for paragraph in instructions(blind=pack.blind, on_paper=True):
        yield f"<p>{escape(paragraph)}</p>"
    yield f"<p>Pack <code>{escape(str(name_of(pack, cells)))}</code></p>\n</section>"
    for _, rows in groupby(cells, lambda row: (row["record"], row["part"] == PARTS["spare"])):
        yield from _case(pack, list(rows))
    yield "</body>\n</html>"


def _case(pack: Pack, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield a case's table; its heads, which a browser repeats on each page, say whose it is."""
    case = rows[0]
    shown = [column for column in columns(pack.blind) if column.key not in _OF_CASE]
    heads = "".join(f"<th>{escape(column.title)}</th>" for column in shown)
    yield f'<table>\n<thead><tr><th class="case" colspan="{len(shown) + 1}">'
    yield f"<h2>Case {escape(case['case_id'])}, as it stood on {escape(case['as_of'])}</h2>"
    yield f"Record {escape(case['record'])}, {escape(case['file'])}. Confidential."
    if case["part"] == PARTS["spare"]:
        yield "<br>Only where one of the lessons named last of this case applies after all."
    yield "</th></tr>"
    yield f'<tr>{heads}<th class="fill">Your judgment</th></tr></thead>\n<tbody>'
    for row in rows:
        texts = "".join(f"<td>{escape(row[column.key])}</td>" for column in shown)
        fill = _FILL_OTHERS if row["part"] == PARTS["others"] else _FILL
        yield f"<tr>{texts}<td>{fill}</td></tr>"
    yield "</tbody>\n</table>"


def _boxes(choices: Iterable[str]) -> str:
    return " ".join(f"☐&nbsp;{words.replace(' ', '&nbsp;')}" for words in choices)


_FILL = (
    f"{_boxes(JUDGMENTS.values())}<br>Reason:<span class='line'></span><span class='line'></span>"
    f"Grade: {_boxes(GRADES.values())}"
)
_FILL_OTHERS = (
    f"{_boxes(CONFIRMED.values())}<br>Reason:<span class='line'></span><span class='line'></span>"
)
