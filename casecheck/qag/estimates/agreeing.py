"""How far the auditors agree in the checks that two of them judged, of all lessons and of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from casecheck.qag.inference.agreement import (
    Agreement,
    Ratings,
    Undecidable,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from casecheck.qag.store.store import Entry, Judged

CODES: tuple[Judged, ...] = ("compliant", "not_compliant", "cannot_tell", "not_applicable")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A measure of agreement by name, or why it is refused."""

    name: str
    agreement: Agreement | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class AgreementTold:
    """Agreement in the checks that two or more judged; `lesson` "" is all lessons together.

    `judged` counts the checks of cases that were judged twice, and `auditors` who judged them.
    Checks of one case are not independent of each other, so that the intervals are, if anything,
    too narrow.
    """

    lesson: str
    judged: int
    auditors: int
    coefficients: tuple[Coefficient, ...]


def agreements(
    entries: Sequence[Entry], lessons: Sequence[str], confidence: Fraction
) -> list[AgreementTold]:
    """Return the agreement of all lessons together, and of each that was judged twice."""
    told = [_told("", entries, confidence)]
    told += [
        _told(lesson, [one for one in entries if one.lesson == lesson], confidence)
        for lesson in lessons
    ]
    return [one for one in told if one.judged or not one.lesson]


def _told(lesson: str, entries: Iterable[Entry], confidence: Fraction) -> AgreementTold:
    judged: dict[tuple[int, str, str], dict[str, Judged]] = {}
    for one in entries:
        judged.setdefault((one.position, one.lesson, one.check), {})[one.auditor] = one.judgment
    twice = [judged[at] for at in sorted(judged) if len(judged[at]) > 1]
    auditors = sorted({auditor for by in twice for auditor in by})
    ratings: Ratings = [[by.get(auditor) for auditor in auditors] for by in twice]
    measures: dict[str, Callable[[], Agreement]] = {
        "Share the same": lambda: Agreement(percent_agreement(ratings)),
        "Cohen's kappa": lambda: _cohen(ratings, auditors, confidence),
        "Fleiss' kappa": lambda: fleiss_kappa(ratings),
        "Gwet's AC1": lambda: gwet_ac1(ratings, confidence),
        "Krippendorff's alpha": lambda: krippendorff_alpha(ratings),
    }
    coefficients = tuple([_coefficient(name, measure) for name, measure in measures.items()])
    return AgreementTold(lesson, len(twice), len(auditors), coefficients)


def _cohen(ratings: Ratings, auditors: Sequence[str], confidence: Fraction) -> Agreement:
    if len(auditors) > 2:
        raise Undecidable("it is for two auditors who judge the same cases, and here are more")
    table = [[0] * len(CODES) for _ in CODES]
    for first, second in ratings:
        if first is not None and second is not None:
            table[_code(first)][_code(second)] += 1
    return cohen_kappa(table, confidence)


def _code(judgment: object) -> int:
    return next(at for at, code in enumerate(CODES) if code == judgment)


def _coefficient(name: str, measure: Callable[[], Agreement]) -> Coefficient:
    try:
        return Coefficient(name, measure())
    except Undecidable as why:
        return Coefficient(name, None, str(why))
