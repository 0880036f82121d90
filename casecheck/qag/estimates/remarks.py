"""Counts what auditors gave beside their judgments: the reasons and the grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casecheck.qag.packs.form import GRADES, REASONS
from casecheck.qag.store.rows import Entry, Sample

OWN_WORDS = "in own words"
"""What stands for a reason that is not one of the usual: it is in the log, and in no report."""
_USUAL = {reason.casefold(): reason for reason in REASONS}


@dataclass(frozen=True, slots=True)
class Remarks:
    """The reasons and grades given with the judgments of one check, by how often.

    `judged` are the judgments in all: any may be without a reason, or a grade.
    """

    lesson: str
    check: str
    judged: int
    reasons: Mapping[str, int]
    grades: Mapping[str, int]


def remarks(
    sample: Sample, entries: Iterable[Entry], asked: Sequence[tuple[str, str]]
) -> list[Remarks]:
    """Return the remarks of each (lesson, check): of each reader the last, on usable cases."""
    usable = {case.position for case in sample.drawn if not case.unusable}
    last = {
        (entry.auditor, entry.position, entry.lesson, entry.check): entry
        for entry in entries
        if entry.position in usable
    }
    return [
        _counted(lesson, check, [one for (_, _, *of), one in last.items() if of == [lesson, check]])
        for lesson, check in asked
    ]


def together(lesson: str, those: Iterable[Remarks]) -> Remarks:
    """Return the remarks on several checks as one."""
    reasons: Counter[str] = Counter()
    grades: Counter[str] = Counter()
    judged = 0
    for one in those:
        judged += one.judged
        reasons.update(one.reasons)
        grades.update(one.grades)
    return Remarks(lesson, "", judged, _in_order(reasons), _in_order(grades))


def _counted(lesson: str, check: str, entries: Sequence[Entry]) -> Remarks:
    reasons = Counter(
        _USUAL.get(entry.reason.casefold(), OWN_WORDS)
        for entry in entries
        if entry.reason or entry.digest
    )
    grades = Counter(entry.grade for entry in entries if entry.grade)
    return Remarks(lesson, check, len(entries), _in_order(reasons), _in_order(grades))


def _in_order(counts: Mapping[str, int]) -> dict[str, int]:
    return {one: counts[one] for one in (*REASONS, OWN_WORDS, *GRADES) if one in counts}
