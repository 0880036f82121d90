"""The sample families as a council's usual export has them: seven sections, and no more."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

from command_line import SAMPLES
from once import made_once
from openpyxl import load_workbook

from casecheck import api
from casecheck.report.audit.formats import open_report
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.results import CaseAudit

KEPT = ("people", "plans", "assessments", "referrals", "risks", "meetings", "incidents")
"""What most case management systems export."""
with made_once():
    RULES = api.load_rules()


@cache
def records(cut: bool) -> tuple[str, ...]:
    """The sample families, whole or cut to these sections, as texts."""
    whole = (json.loads(file.read_bytes()) for file in sorted(SAMPLES.glob("*.json")))
    return tuple(json.dumps(_cut(one) if cut else one) for one in whole)


def _cut(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in record.items() if name in KEPT or not isinstance(value, list)
    }


@cache
def audits(cut: bool, *lessons: str) -> tuple[CaseAudit, ...]:
    with made_once():
        rules = api.load_rules(lessons=lessons) if lessons else RULES
        found = api.audit_records((json.loads(text) for text in records(cut)), rules)
        return tuple(one for one in found if isinstance(one, CaseAudit))


_made: dict[tuple[str, bool, str], bytes] = {}


def report(how: str, cut: bool, selection: Selection = WHOLE) -> bytes:
    """The report in a format, of the cut extract or of the whole; each is made once."""
    key = how, cut, repr(selection)
    if key not in _made:
        _made[key] = _report(how, cut, selection)
    return _made[key]


def _report(how: str, cut: bool, selection: Selection) -> bytes:
    below, words = BytesIO(), StringIO(newline="")
    rules = api.load_rules(lessons=selection.lessons) if selection.lessons else RULES
    stream = TextIOWrapper(below, "utf-8", newline="") if how == "xlsx" else words
    made = open_report(how, stream, rules, (), selection=selection)
    for one in audits(cut, *selection.lessons):
        made.add(one)
    made.finish()
    return below.getvalue() if how == "xlsx" else words.getvalue().encode()


def text(cut: bool, selection: Selection = WHOLE) -> str:
    return report("text", cut, selection).decode()


def page(cut: bool, selection: Selection = WHOLE) -> str:
    """What stands on the HTML page, one text after the other with `|` between them."""
    markup = report("html", cut, selection).decode()
    for gone in ("svg", "style", "script"):
        markup = re.sub(rf"<{gone}\b.*?</{gone}>", "", markup, flags=re.DOTALL)
    return re.sub(r"(\s*\|\s*)+", "|", unescape(re.sub(r"<[^>]+>", "|", markup)))


@dataclass(frozen=True)
class Sheets:
    """The workbook: the texts of its first sheet, and the rows of the others by their heads."""

    summary: list[list[Any]]
    rows: dict[str, list[dict[str, Any]]]


@cache
def sheets(cut: bool) -> Sheets:
    first, *others = load_workbook(BytesIO(report("xlsx", cut)))
    rows = {}
    for sheet in others:
        heads, *below = sheet.values
        rows[sheet.title] = [dict(zip(map(str, heads), row, strict=True)) for row in below]
    told = [[cell for cell in row if cell is not None] for row in first.values]
    return Sheets([row for row in told if row], rows)
