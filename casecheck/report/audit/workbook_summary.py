"""Lays out the first sheet of the workbook: what was audited, how it came out, where to go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import casecheck
from casecheck.audit.gravity import BASE, BREACH, CANNOT_TELL
from casecheck.report.audit.case_counts import Worst, worst_words
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.lesson_table import accepted_words
from casecheck.report.audit.rates import Rates
from casecheck.report.audit.sheets import (
    COUNTED,
    DOES_NOT_APPLY,
    EXTRACT,
    FINDINGS,
    LOOK_UP,
    NOT_AUDITED,
    NOT_EVALUATED,
    OUTCOMES,
    TEAMS,
    Cell,
    Kind,
    Sheet,
)
from casecheck.report.audit.summary import Summary
from casecheck.report.audit.workbook_cells import Workbook, shown
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.spreadsheet import lines_in, row_height

_WIDTHS = (11, 58, 9, 9, 9, 11, 9, 9, 16)
"""The columns, in characters: all of them are on the screen of a laptop together."""
_FIRST_NUMBER = 2
"""The first of the columns that hold numbers."""
_ABOUT = {
    NOT_AUDITED.name: "what could not be read or evaluated: nothing is known of it",
    "Cases": "a row a case, the heaviest first, with the outcome of each lesson",
    FINDINGS.name: "a row a finding, in the order of the cases: what the record says, the deadline",
    LOOK_UP.name: "what to look up in each case's file, and which checks it may settle",
    OUTCOMES.name: "a row for each case and check that applies, or may, also where it is met",
    TEAMS.name: "how each lesson came out, by team",
    EXTRACT.name: "which checks the extract can answer, and which sections would settle the rest",
}
_HOW_TO_READ = (
    "Cannot tell: the record does not hold what the check needs. It is not a pass. A finding is a"
    " question for an auditor, not a verdict on a worker.",
    f"In the sheet Cases, {DOES_NOT_APPLY} says that a lesson does not apply to a case, and"
    f" {NOT_EVALUATED} that it could not be evaluated. A case weighs"
    f" {BASE}, and {BREACH} more for each check in breach and {CANNOT_TELL} for each in doubt that"
    " the board has not accepted, or as the board's settings weigh them; a check of high severity"
    " counts twice, one of low severity half. What only the extract leaves open is said once, on"
    " the sheet Extract, and is no finding here.",
    "Rates of your own: on the sheet Outcomes choose Insert, PivotTable. Put Team and Lesson in the"
    " rows, For a rate in the filter (choose 1), and the sums of Breach and Compliant in the"
    " values. A rate of breach is Breach over Breach and Compliant: say beside it how many could"
    " not be told (without that filter). For a rate is 0 where the check cannot be told, and where"
    " the extract lacks what it needs, so that it could come out one way only.",
)


class Told(NamedTuple):
    """What the sheet tells of an audit.

    `worst` counts records by what is gravest in them; `rates` are those of the whole audit.
    `sentences` stand under headings of their own, where there are any.
    """

    summary: Summary
    worst: Counter[Worst]
    rates: Rates
    sentences: Mapping[str, Sequence[str]]


def write_summary(
    book: Workbook,
    rules: RulesInForce,
    told: Told,
    sheets: Sequence[Sheet],
) -> None:
    """Write the sheet."""
    summary = told.summary
    page = _Page(book, book.page("Summary", _WIDTHS))
    page.line("Audit of case records", bold=True, font_size=16)
    page.line(
        f"casecheck {casecheck.__version__}: {counted(summary.records, 'record')} audited,"
        f" {summary.unreadable:,} unreadable, {summary.contradictory:,} with contradictory dates."
        f" Rules {rules.digest}."
    )
    if not summary.complete:
        page.line(
            f"This audit is not complete: {counted(summary.unreadable, 'input')} could not be read,"
            f" and in {counted(summary.errors, 'place')} a lesson could not be evaluated. See the"
            f" sheet {NOT_AUDITED.name}.",
            bold=True,
            font_color="#7B1E00",
        )
    if not summary.records:
        page.line("No record was audited: this says nothing of practice.", bold=True)
    if summary.repeated:
        page.line(
            f"{counted(summary.repeated, 'record')} with the case id of another: see the column"
            " Note of the sheet Cases.",
            bold=True,
        )
    if summary.records:
        page.line(f"{worst_words(told.worst)}.")
    page.gap()
    _lessons(page, rules, told)
    page.gap()
    page.line("The sheets", bold=True)
    for sheet in sheets:
        page.pair(sheet.name, _ABOUT[sheet.name], link=f"internal:'{sheet.name}'!A1")
    page.gap()
    for paragraph in _HOW_TO_READ:
        page.line(paragraph)
    for heading, paragraphs in told.sentences.items():
        if paragraphs:
            page.gap()
            page.line(heading, bold=True)
            for sentence in paragraphs:
                page.line(sentence)


def _lessons(page: _Page, rules: RulesInForce, told_of: Told) -> None:
    """Write the table of lessons: to how many cases each applies, and how it came out."""
    summary = told_of.summary
    heads = ("Lesson", "What it asks", "Applies, or may", "Breach", "Cannot tell", "Compliant")
    page.heads((*heads, "Does not apply", "Of so many told", "Breach, of those that can be told"))
    for lesson in rules.lessons:
        counts = summary.lessons[lesson.id]
        told = [counts[one] for one in COUNTED]
        rate = told_of.rates.of(lesson.id)
        numbers = (sum(told), *told, counts[Outcome.NOT_APPLICABLE], rate.told or None)
        page.row(lesson.id, lesson.title, numbers, rate.share)
    for words in told_of.rates.notes():
        page.line(words)
    if words := accepted_words(rules, summary):
        page.line(words)


class _Page:
    """A sheet that is filled from its top, line by line."""

    def __init__(self, book: Workbook, sheet: Any) -> None:
        self._book = book
        self._sheet = sheet
        self._at = 0
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 0)

    def gap(self) -> None:
        """Leave a line free."""
        self._at += 1

    def line(self, text: str, **look: object) -> None:
        """Write a paragraph over all columns."""
        told = shown(text)
        size = look.get("font_size")
        lines = lines_in(told, sum(_WIDTHS))
        self._sheet.set_row(self._at, 24.0 if size else row_height(lines))
        self._sheet.merge_range(
            self._at, 0, self._at, len(_WIDTHS) - 1, "", self._book.look(text_wrap=True, **look)
        )
        self._sheet.write_string(self._at, 0, told, self._book.look(text_wrap=True, **look))
        self._at += 1

    def pair(self, name: str, text: str, link: str) -> None:
        """Write the name of a sheet, which leads to it, and what it holds."""
        look = self._book.look(font_color="#0563C1", underline=1)
        self._sheet.write_url(self._at, 0, link, look, name)
        self._sheet.write_string(self._at, 1, text, self._book.look())
        self._at += 1

    def heads(self, heads: Sequence[str]) -> None:
        """Write the heads of a table."""
        self._sheet.set_row(self._at, row_height(2))
        for place, head in enumerate(heads):
            side = {"align": "right"} if place >= _FIRST_NUMBER else {}
            look = self._book.look(bold=True, text_wrap=True, bg_color="#D9E1F2", bottom=1, **side)
            self._sheet.write_string(self._at, place, head, look)
        self._at += 1

    def row(
        self, lesson: str, title: str, numbers: Sequence[int | None], share: float | None
    ) -> None:
        """Write how a lesson came out."""
        self._sheet.set_row(self._at, row_height(lines_in(title, _WIDTHS[1])))
        cells: list[tuple[Kind, Cell]] = [("text", lesson), ("words", title)]
        cells += [("number", number) for number in numbers]
        cells += [("share", share)] if share is not None else []
        for place, (kind, value) in enumerate(cells):
            if value is not None:
                self._book.cell(self._sheet, self._at, place, kind, value)
        self._at += 1
