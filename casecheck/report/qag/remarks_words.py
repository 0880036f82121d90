"""Says which reasons and grades auditors gave with their judgments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casecheck.qag.estimates.remarks import Remarks, together
from casecheck.qag.packs.form import GRADES
from casecheck.report.qag.estimate_parts import Part, Title, Words
from casecheck.text.counted import counted


def remarks_parts(remarks: Sequence[Remarks]) -> Iterator[Part]:
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
    yield from _given("reason", reasons)
    yield from _given("grade", [(one.lesson, one.judged, one.grades) for one in tables])


def _given(what: str, rows: Sequence[tuple[str, int, Mapping[str, int]]]) -> Iterator[Part]:
    yield Title(f"{what.capitalize()}s given with judgments")
    if not any(counts for _, _, counts in rows):
        yield Words(f"No {what} was given.")
        return
    for lesson, judged, counts in rows:
        given = [f"{GRADES.get(name, name)} {count:,}" for name, count in counts.items()]
        without = judged - sum(counts.values())
        if without:
            given.append(f"none {without:,}")
        yield Words(f"{lesson}, {counted(judged, 'judgment')}: {', '.join(given)}", "item")
