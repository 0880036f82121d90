"""How far the auditors agree in the checks that two of them judged, of all lessons and of each.

It is told of what each auditor said first. Who has heard what another said, and corrects a judgment
(`judge --correct`), settles a difference: that all agree then says nothing of how far they did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, get_args

from casecheck.qag.inference.agreement import (
    Agreement,
    Apart,
    Ratings,
    Undecidable,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from casecheck.qag.inference.agreement_interval import jackknifed, wider
from casecheck.qag.inference.graded_agreement import ordinal_alpha, weighted_kappa
from casecheck.qag.packs.form import GRADES
from casecheck.qag.store.rows import Entry, Judged

CODES: tuple[Judged, ...] = get_args(Judged)
_TWO_AUDITORS = "it is for two auditors who judge the same cases, and here are more"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A measure of agreement by name, or why it is refused."""

    name: str
    agreement: Agreement | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class LessonAgreement:
    """Agreement in the checks that two or more judged; `lesson` "" is all lessons together.

    `judged` counts the checks of cases that were judged twice, `cases` the cases of which they are,
    and `auditors` who judged them. `coefficients` are of first words. `corrected` counts the checks
    among them of which somebody's last word is another than the first, and `settled` are the
    coefficients of last words, where there is such a check. `grades` are of the grades that each
    gave first, where two or more graded the same: `graded` times.

    Checks of one case are not independent of each other. An interval allows for that: it comes from
    leaving out one case after the other, and is no narrower than if the checks were independent.
    """

    lesson: str
    judged: int
    cases: int
    auditors: int
    coefficients: tuple[Coefficient, ...]
    corrected: int = 0
    settled: tuple[Coefficient, ...] = ()
    graded: int = 0
    grades: tuple[Coefficient, ...] = ()


def agreements(
    entries: Sequence[Entry], lessons: Sequence[str], confidence: Fraction
) -> list[LessonAgreement]:
    """Return the agreement of all lessons together, and of each that was judged twice."""
    of_all = _agreement("", entries, confidence)
    of_lessons = [
        _agreement(lesson, [entry for entry in entries if entry.lesson == lesson], confidence)
        for lesson in lessons
    ]
    return [of_all, *(agreement for agreement in of_lessons if agreement.judged)]


_Words = dict[tuple[int, str, str], dict[str, Judged]]
"""By position, lesson and check: what each auditor said."""


class _Twice(NamedTuple):
    """What was judged by two or more: a row a check, with the position of its case."""

    ratings: Ratings
    positions: Sequence[int]
    auditors: Sequence[str]

    def apart(self, common: Judged | None = None) -> Apart:
        """Count the cases, and those of the rarest kind; for kappa, by the commonest code."""
        kinds: list[set[int]] = [set(), set()]
        if common:
            kinds += [set() for _ in self.auditors]
        for row, position in zip(self.ratings, self.positions, strict=True):
            given = [code for code in row if code is not None]
            if len(set(given)) > 1:
                kinds[0].add(position)
            if len(set(given)) < len(given):
                kinds[1].add(position)
            for own, code in zip(kinds[2:], row, strict=False):
                if code not in {None, common}:
                    own.add(position)
        return Apart(len(set(self.positions)), min(map(len, kinds)))

    def without(self, position: int) -> _Twice:
        """Leave out a case."""
        kept = [at for at, one in enumerate(self.positions) if one != position]
        ratings = [self.ratings[at] for at in kept]
        return self._replace(ratings=ratings, positions=[self.positions[at] for at in kept])


def _agreement(lesson: str, entries: Sequence[Entry], confidence: Fraction) -> LessonAgreement:
    graded = _graded(entries)
    first: _Words = {}
    last: _Words = {}
    for entry in entries:  # in the order in which they were taken
        question = (entry.position, entry.lesson, entry.check)
        first.setdefault(question, {}).setdefault(entry.auditor, entry.judgment)
        last.setdefault(question, {})[entry.auditor] = entry.judgment
    twice = _twice(first)
    corrected = sum(1 for question, by in first.items() if len(by) > 1 and by != last[question])
    return LessonAgreement(
        lesson,
        judged=len(twice.ratings),
        cases=len(set(twice.positions)),
        auditors=len(twice.auditors),
        coefficients=_coefficients(twice, confidence),
        corrected=corrected,
        settled=_coefficients(_twice(last), confidence) if corrected else (),
        graded=len(graded),
        grades=_of_grades(graded, confidence) if graded else (),
    )


def _graded(entries: Sequence[Entry]) -> list[list[int | None]]:
    """Return the places of the grades that auditors gave first to what two or more graded."""
    order = list(GRADES)
    first: dict[tuple[int, str, str], dict[str, int]] = {}
    for entry in entries:
        if entry.grade:
            by = first.setdefault((entry.position, entry.lesson, entry.check), {})
            by.setdefault(entry.auditor, order.index(entry.grade))
    twice = [by for _, by in sorted(first.items()) if len(by) > 1]
    auditors = sorted({auditor for by in twice for auditor in by})
    return [[by.get(auditor) for auditor in auditors] for by in twice]


def _of_grades(graded: list[list[int | None]], confidence: Fraction) -> tuple[Coefficient, ...]:
    def kappa() -> Agreement:
        if len(graded[0]) > 2:
            raise Undecidable(_TWO_AUDITORS)
        table = [[0] * len(GRADES) for _ in GRADES]
        for first, second in graded:
            assert first is not None and second is not None  # noqa: PT018 - two graded it
            table[first][second] += 1
        return weighted_kappa(table, confidence)

    return (
        Coefficient("Share the same", Agreement(percent_agreement(graded))),
        _unless_undecidable("Weighted kappa", kappa),
        _unless_undecidable("Ordinal alpha", lambda: ordinal_alpha(graded)),
    )


def _unless_undecidable(name: str, measure: Callable[[], Agreement]) -> Coefficient:
    try:
        return Coefficient(name, measure())
    except Undecidable as why:
        return Coefficient(name, None, str(why))


def _twice(words: _Words) -> _Twice:
    those = [question for question in sorted(words) if len(words[question]) > 1]
    auditors = sorted({auditor for question in those for auditor in words[question]})
    ratings = [[words[question].get(auditor) for auditor in auditors] for question in those]
    return _Twice(ratings, [position for position, _, _ in those], auditors)


def _coefficients(twice: _Twice, confidence: Fraction) -> tuple[Coefficient, ...]:
    measures: dict[str, Callable[[_Twice], Agreement]] = {
        "Share the same": lambda of: Agreement(percent_agreement(of.ratings)),
        "Cohen's kappa": lambda of: _cohen(of, confidence),
        "Fleiss' kappa": lambda of: fleiss_kappa(of.ratings),
        "Gwet's AC1": lambda of: gwet_ac1(of.ratings, confidence, of.apart()),
        "Krippendorff's alpha": lambda of: krippendorff_alpha(of.ratings),
    }
    return tuple([_coefficient(name, one, twice, confidence) for name, one in measures.items()])


def _coefficient(
    name: str, measure: Callable[[_Twice], Agreement], twice: _Twice, confidence: Fraction
) -> Coefficient:
    return _unless_undecidable(name, lambda: _by_case(measure, twice, confidence))


def _by_case(
    measure: Callable[[_Twice], Agreement], twice: _Twice, confidence: Fraction
) -> Agreement:
    """Return a measure whose interval allows for several checks of one case."""
    found = measure(twice)
    cases = sorted(set(twice.positions))
    if found.within is None or len(cases) in {1, len(twice.positions)}:
        return found
    try:
        without = [measure(twice.without(position)).value for position in cases]
    except Undecidable:
        return found  # without one case there is one code only: it has exact bounds already
    error, within = jackknifed(found.value, without, confidence)
    method = f"{found.method}; no narrower than leaving out one case after the other gives"
    return Agreement(found.value, error, wider(found.within, within), method)


def _cohen(twice: _Twice, confidence: Fraction) -> Agreement:
    if len(twice.auditors) > 2:
        raise Undecidable(_TWO_AUDITORS)
    table = [[0] * len(CODES) for _ in CODES]
    for first, second in twice.ratings:
        table[_code(first)][_code(second)] += 1
    common = max(CODES, key=lambda code: sum(row.count(code) for row in twice.ratings))
    return cohen_kappa(table, confidence, twice.apart(common))


def _code(judgment: object) -> int:
    return next(at for at, code in enumerate(CODES) if code == judgment)
