"""Says which reasons and grades auditors gave with their judgments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casecheck.qag.estimates.remarks import Remarks, together
from casecheck.qag.packs.form import GRADES
from casecheck.report.qag.estimate_cells import title
from casecheck.text.page import Page, counted
from casecheck.text.percent import folded


def remarks_text(remarks: Sequence[Remarks], page: Page) -> Iterator[str]:
    """Yield the reasons and the grades given, by lesson.

    The other formats have them by check.
    """
    lessons = dict.fromkeys(lesson_remarks.lesson for lesson_remarks in remarks)
    of_lessons = [
        together(
            lesson,
            [lesson_remarks for lesson_remarks in remarks if lesson_remarks.lesson == lesson],
        )
        for lesson in lessons
    ]
    tables = [together("all", remarks), *of_lessons]
    reasons = [(one.lesson, one.judged, one.reasons) for one in tables]
    yield from _given("reason", reasons, page)
    yield from _given("grade", [(one.lesson, one.judged, one.grades) for one in tables], page)


def _given(
    what: str, rows: Sequence[tuple[str, int, Mapping[str, int]]], page: Page
) -> Iterator[str]:
    yield from title(page, f"{what.capitalize()}s given with judgments")
    if not any(counts for _, _, counts in rows):
        yield from folded(page, f"No {what} was given.", 0)
        return
    for lesson, judged, counts in rows:
        given = [f"{GRADES.get(name, name)} {count:,}" for name, count in counts.items()]
        without = judged - sum(counts.values())
        if without:
            given.append(f"none {without:,}")
        yield from folded(page, f"{lesson}, {counted(judged, 'judgment')}: {', '.join(given)}", 2)
