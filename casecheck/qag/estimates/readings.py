"""What the readers of a case say of a check, whoever's pack came first.

Of each reader the last word counts. Where all readers say the same, whether at once or after they
settled it (`judge --correct`), that is what is said. Where they differ, all are as good: a rate is
then between what it would be by the milder and by the graver word of each such case, as far along
as readers went, which of two is the mean of both. Its bounds hold by either word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from casecheck.qag.store.rows import Entry, Judged

_MILDEST_FIRST: tuple[Judged, ...] = (
    "compliant",
    "not_applicable",
    "cannot_tell",
    "not_compliant",
)


class Question(NamedTuple):
    """What was asked; with "" as check, the lesson, of all its checks together."""

    lesson: str
    check: str


class CaseQuestion(NamedTuple):
    """A question asked of the case at a position of the run."""

    position: int
    lesson: str
    check: str


ByReader = Mapping[str, Judged]
"""What each reader said, by the reader's code."""


class Said(NamedTuple):
    """What readers say of one check of one case: the mildest and the gravest of their words.

    `graver` is the share of readers whose word is the gravest.
    """

    mildest: Judged
    gravest: Judged
    graver: Fraction = Fraction(1)

    @property
    def differ(self) -> bool:
        """Whether readers differ."""
        return self.mildest != self.gravest


class Readings:
    """The first and the last words of each reader of a sample's cases, by what was asked."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.first: dict[CaseQuestion, dict[str, Judged]] = {}
        self.last: dict[CaseQuestion, dict[str, Judged]] = {}
        for entry in entries:  # in the order in which they were taken
            asked = CaseQuestion(entry.position, entry.lesson, entry.check)
            self.first.setdefault(asked, {}).setdefault(entry.auditor, entry.judgment)
            self.last.setdefault(asked, {})[entry.auditor] = entry.judgment

    def said(self, question: Question, checks: Sequence[str]) -> dict[int, Said]:
        """Return what is said of a question, by position; `checks` are all of its lesson."""
        words = of_question(self.last, question, checks)
        return {position: said_by(by) for position, by in words.items()}


def of_question(
    words: Mapping[CaseQuestion, ByReader], question: Question, checks: Sequence[str]
) -> dict[int, ByReader]:
    """Return each reader's word on a question, by position.

    A reader's word on a lesson is the gravest of those on its checks, and there is none while one
    of these is open, unless another is not compliant already.
    """
    lesson, check = question
    if check:
        return {at.position: by for at, by in words.items() if at[1:] == question}
    found: dict[int, dict[str, Judged]] = {}
    for position in sorted({at.position for at in words if at.lesson == lesson}):
        by_check = [words.get(CaseQuestion(position, lesson, one), {}) for one in checks]
        for reader in sorted({reader for by in by_check for reader in by}):
            word = of_lesson([by.get(reader) for by in by_check])
            if word is not None:
                found.setdefault(position, {})[reader] = word
    return dict(found)


def of_lesson(checks: Sequence[Judged | None]) -> Judged | None:
    """Return the judgment of a lesson from those of its checks: the gravest.

    It is open while a check has none, unless another is not compliant already.
    """
    if "not_compliant" in checks:
        return "not_compliant"
    if None in checks:
        return None
    if "cannot_tell" in checks:
        return "cannot_tell"
    return "compliant" if "compliant" in checks else "not_applicable"


def said_by(readers: ByReader) -> Said:
    """Return what readers say together.

    >>> said_by({"anna": "compliant", "ben": "not_compliant"})
    Said(mildest='compliant', gravest='not_compliant', graver=Fraction(1, 2))
    """
    words = sorted(readers.values(), key=_MILDEST_FIRST.index)
    return Said(words[0], words[-1], Fraction(words.count(words[-1]), len(words)))
