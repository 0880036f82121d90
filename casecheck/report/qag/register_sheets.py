"""Writes the register as an Excel workbook: sheets of rows to filter, sort and count."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, TextIO

from casecheck.qag.extras import need
from casecheck.qag.register.state import STANDINGS, RegisterState
from casecheck.report.audit.sheets import Cell, Column, Sheet
from casecheck.report.audit.workbook_cells import written_to
from casecheck.report.qag.register_text import answer_words, figures_words, said_words

ACTIONS = Sheet(
    "Actions",
    (
        Column("Action", 8),
        Column("Finding", 8),
        Column("Lesson", 8),
        Column("Kind", 14),
        Column("What is done", 58, "words"),
        Column("Owner", 22, "words"),
        Column("Deadline in the source", 20, "words"),
        Column("Last day", 11, "day"),
        Column("Status", 9),
        Column("How it stands", 22),
        Column("Days left", 9, "number"),
        Column("Evidence", 44, "words"),
        Column("Place in the source", 20),
        Column("How the last day was read", 30, "words"),
    ),
    printed=12,
)
HOW = Sheet(
    "How will we know",
    (
        Column("Line", 8),
        Column("Finding", 8),
        Column("How we will know", 70, "words"),
        Column("Answered by", 24, "words"),
        Column("Deadline in the source", 14),
        Column("Last day", 11, "day"),
        Column("Place in the source", 20),
    ),
)
LEARNT = Sheet(
    "Findings and lessons",
    (
        Column("Theme", 8, "number"),
        Column("Title of the theme", 40, "words"),
        Column("Finding", 8),
        Column("Lesson", 8),
        Column("What was found, or is to be learnt", 70, "words"),
        Column("Place in the source", 20),
    ),
    kept=4,
)
WHOLE = Sheet(
    "Of the whole",
    (
        Column("Statement", 10),
        Column("Kind", 11),
        Column("What the source says", 80, "words"),
        Column("Place in the source", 30, "words"),
    ),
)
AGENCIES = Sheet("Agencies", (Column("Agency", 46, "words"), Column("What it is", 46, "words")))
ENTERED = Sheet(
    "Entered figures",
    (
        Column("Measure", 9),
        Column("Source", 44, "words"),
        Column("As of", 11, "day"),
        Column("Figures", 60, "words"),
        Column("By", 22, "words"),
        Column("Entry", 7, "number"),
    ),
)


def write_workbook(state: RegisterState, stream: TextIO) -> None:
    """Write the register to a stream of text that has one of bytes below it.

    Raises:
        MissingExtra: where XlsxWriter is not installed.
        ValueError: where there is no stream of bytes below.
    """
    need("xlsxwriter", "the register as a workbook")
    with written_to(_below(stream)) as book:
        book.rows(ACTIONS, _actions(state))
        book.rows(HOW, _how(state))
        book.rows(LEARNT, _learnt(state))
        book.rows(ENTERED, _entered(state))
        book.rows(WHOLE, _whole(state))
        book.rows(AGENCIES, _agencies(state))


def _below(stream: TextIO) -> IO[bytes]:
    if isinstance(stream, io.TextIOWrapper):
        below: IO[bytes] = stream.buffer
        return below
    raise ValueError("a workbook is bytes: it needs a stream of text that writes to one of bytes")


def _actions(state: RegisterState) -> Iterator[list[Cell]]:
    for one in state.actions:
        action, timed = one.action, one.action.timed
        yield [
            action.id,
            action.finding,
            action.lesson,
            action.kind,
            action.text,
            action.owner,
            timed.deadline,
            timed.due,
            one.status,
            STANDINGS[one.standing],
            one.days,
            "; ".join(map(said_words, one.said)),
            action.cite,
            timed.read_as,
        ]


def _how(state: RegisterState) -> Iterator[list[Cell]]:
    for response in state.responses:
        for one in response.how:
            answer = ", ".join(one.answered_by) or answer_words(one)
            timed = one.timed
            yield [one.id, one.finding, one.text, answer, timed.deadline, timed.due, one.cite]


def _learnt(state: RegisterState) -> Iterator[list[Cell]]:
    for response in state.responses:
        titles = {theme.number: theme.title for theme in response.themes}
        for one in response.findings:
            title = titles[one.theme]
            yield [one.theme, title, one.id, None, one.text, one.cite]
            for lesson in response.lessons:
                if lesson.finding == one.id:
                    yield [one.theme, title, one.id, lesson.id, lesson.text, lesson.cite]


def _entered(state: RegisterState) -> Iterator[list[Cell]]:
    for one in state.entered:
        words = figures_words(one.fields)
        yield [one.measure, one.title, one.on, words, one.by, one.entry]


def _whole(state: RegisterState) -> Iterator[list[Cell]]:
    for response in state.responses:
        for one in response.letter:
            yield [one.id, one.kind, one.text, one.cite]


def _agencies(state: RegisterState) -> Iterator[list[Cell]]:
    for response in state.responses:
        for one in response.agencies:
            yield [one.name, one.note]
