"""Lays out how each lesson came out over all records: the report's first answer."""

from __future__ import annotations

from collections.abc import Sequence

from casecheck.report.audit.case_line import cut
from casecheck.report.audit.in_force import LessonInForce, RulesInForce
from casecheck.report.audit.summary import Summary
from casecheck.results import OF_FINDINGS, Outcome
from casecheck.text.page import Column, Page
from casecheck.text.printable import printable

COUNTED_WORDS = "In how many records each lesson applies or may apply, and how it came out"
"""What the table of lessons counts, in every report: where a record cannot tell, it often cannot
tell whether the lesson applies either."""

NARROWEST = 72
"""Columns below which the table would be a tangle, so that each lesson has lines of its own."""

_BETWEEN = 2
"""Columns between two columns of the table."""
_COLUMNS = (
    Column("lesson", number=False),
    Column("", number=False),
    Column("applies\nor may"),
    Column("breach", style="breach"),
    Column("cannot\ntell", style="insufficient_evidence"),
    Column("compliant"),
    Column("does not\napply"),
)


def lesson_table(page: Page, rules: RulesInForce, summary: Summary) -> list[str]:
    """Lines that tell, for each lesson, how many records have which outcome.

    A lesson applies, or may, to a record where it is neither not applicable nor an error.
    """
    lines = page.lines(COUNTED_WORDS, 0, 2, "heading")
    if page.width >= NARROWEST:
        rows = [_row(lesson, summary) for lesson in rules.lessons]
        room = _room_for_titles(page, rows)
        lines += page.table(_COLUMNS, [(row[0], cut(row[1], room), *row[2:]) for row in rows])
    else:
        for lesson in rules.lessons:
            lines += page.lines(f"{lesson.id} {printable(lesson.title)}", 0, 2)
            lines += page.lines(_sentence(lesson, summary), 2, 2)
    return lines + _accepted(page, rules, summary)


def _accepted(page: Page, rules: RulesInForce, summary: Summary) -> list[str]:
    words = accepted_words(rules, summary)
    return ["", *page.lines(words, 0, 2)] if words else []


def accepted_words(rules: RulesInForce, summary: Summary) -> str:
    """Say of how many records, counted above, the board has accepted the findings; "" of none."""
    told = []
    for lesson in rules.lessons:
        counts = summary.accepted[lesson.id]
        parts = [f"{counts[one]:,} {one.in_words}" for one in OF_FINDINGS if counts[one]]
        told += [f"{lesson.id} {' and '.join(parts)}"] if parts else []
    return f"Of these, the board has accepted: {'; '.join(told)}." if told else ""


def _row(lesson: LessonInForce, summary: Summary) -> tuple[str, ...]:
    counts = summary.lessons[lesson.id]
    numbers = (
        _applied(counts),
        counts[Outcome.BREACH],
        counts[Outcome.INSUFFICIENT_EVIDENCE],
        counts[Outcome.COMPLIANT],
        counts[Outcome.NOT_APPLICABLE],
    )
    return (lesson.id, printable(lesson.title), *[f"{number:,}" for number in numbers])


def _room_for_titles(page: Page, rows: Sequence[tuple[str, ...]]) -> int:
    """Return how many columns the other columns of a table leave, so that a lesson is one line."""
    taken = 0
    for at, column in enumerate(_COLUMNS):
        if at != 1:
            texts = [*column.head.split("\n"), *(row[at] for row in rows)]
            taken += max(map(len, texts))
    return page.width - taken - _BETWEEN * (len(_COLUMNS) - 1) - 1  # which stands at the end


def _sentence(lesson: LessonInForce, summary: Summary) -> str:
    counts = summary.lessons[lesson.id]
    return (
        f"applies, or may, to {_applied(counts):,}: {counts[Outcome.BREACH]:,} breach, "
        f"{counts[Outcome.INSUFFICIENT_EVIDENCE]:,} cannot tell, "
        f"{counts[Outcome.COMPLIANT]:,} compliant; "
        f"does not apply to {counts[Outcome.NOT_APPLICABLE]:,}"
    )


def _applied(counts: dict[Outcome, int]) -> int:
    return sum(counts.values()) - counts[Outcome.NOT_APPLICABLE]
