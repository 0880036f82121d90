"""Lays out the reasons and the grades that auditors gave with their judgments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill

from casecheck.qag.pack_form import GRADES, REASONS
from casecheck.qag.remarks import OWN_WORDS, Remarks, together
from casecheck.report.estimate_cells import title
from casecheck.report.page import Column, Page
from casecheck.report.percent import folded

_REASONS = {reason: reason for reason in (*REASONS, OWN_WORDS)}
_WIDEST = 9
"""Columns that a head may take before it goes on in the next line."""


def remarks_text(remarks: Sequence[Remarks], page: Page) -> Iterator[str]:
    """Yield a table of the reasons given and one of the grades, by lesson.

    The other formats have them by check.
    """
    lessons = dict.fromkeys(one.lesson for one in remarks)
    of_lessons = [
        together(lesson, [one for one in remarks if one.lesson == lesson]) for lesson in lessons
    ]
    told = [together("all", remarks), *of_lessons]
    reasons = [(one.lesson, one.judged, one.reasons) for one in told]
    yield from _given("reason", _REASONS, reasons, page)
    yield from _given("grade", GRADES, [(one.lesson, one.judged, one.grades) for one in told], page)


def _given(
    what: str,
    names: Mapping[str, str],
    rows: Sequence[tuple[str, int, Mapping[str, int]]],
    page: Page,
) -> Iterator[str]:
    yield from title(page, f"{what.capitalize()}s given with judgments")
    given = [one for one in names if any(one in counts for _, _, counts in rows)]
    if not given:
        yield from folded(page, f"No {what} was given.", 0)
        return
    heads = [Column(fill(names[one], _WIDEST)) for one in given]
    yield from page.table(
        [Column("lesson", number=False), *heads, Column("none")],
        [
            [lesson, *(str(counts.get(one, 0)) for one in given),
             str(judged - sum(counts.values()))]
            for lesson, judged, counts in rows
        ],
    )  # fmt: skip
