"""Estimates for machines: one JSON object, or CSV with a row for each number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import casecheck
from casecheck.qag.estimates.agreeing import Coefficient, LessonAgreement
from casecheck.qag.estimates.doubting import Doubt, Doubts
from casecheck.qag.estimates.estimate import SAID_FINE, AtMost, Estimate, StratumEstimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.readings import Question
from casecheck.qag.estimates.remarks import Remarks
from casecheck.qag.inference.verdict import verdict
from casecheck.qag.sampling.samples import SampleView
from casecheck.results import Outcome
from casecheck.text.percent import rounded, rounded_down, rounded_up

COLUMNS = (
    "lesson", "check", "measure", "value", "lower", "upper", "confidence", "found", "n",
    "population", "method", "refused", "stratum",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What an estimate says: of a sample, since an earlier one if asked, with notes in words.

    `doubts` are what speaks against rules; `design_effect` is that of the chances to be drawn.
    """

    view: SampleView
    before: SampleView | None
    confidence: Fraction
    estimates: Sequence[Estimate]
    remarks: Sequence[Remarks]
    agreements: Sequence[LessonAgreement]
    notes: Sequence[str]
    doubts: Doubts
    design_effect: float
    tolerable: Fraction | None = None


class Statement(NamedTuple):
    """A measure with its name; `numerator` of its `n` judged cases are what it counts."""

    name: str
    measure: Measure
    numerator: int | None


def measures(estimate: Estimate) -> Iterator[Statement]:
    """Yield the measures of an estimate."""
    compliant = estimate.judged["compliant"]
    yield Statement("compliance", estimate.compliance, compliant)
    yield Statement("compliance_at_worst", estimate.at_worst, compliant)
    yield Statement("breaches_upheld", estimate.upheld, estimate.not_compliant(Outcome.BREACH))
    yield Statement("breaches_missed", estimate.missed, estimate.not_compliant(*SAID_FINE))
    doubt = estimate.not_compliant(Outcome.INSUFFICIENT_EVIDENCE)
    yield Statement("cannot_tell_not_compliant", estimate.undecided, doubt)
    if estimate.allowing is not None:
        yield Statement("compliance_allowing_for_slips", estimate.allowing, None)
    if estimate.change is not None:
        yield Statement("change", estimate.change, None)


def json_object(report: Report) -> dict[str, Any]:
    """Return the object of the JSON format."""
    view = report.view
    return {
        "casecheck": casecheck.__version__,
        "sample": view.sample.name,
        "since": report.before and report.before.sample.name,
        "run": {"id": view.run.id, "label": view.run.label, "digest": view.run.digest},
        "design": view.plan.design,
        "population": len(view.members),
        "design_effect": rounded(report.design_effect),
        "confidence": rounded(float(report.confidence)),
        "tolerable": report.tolerable and rounded(float(report.tolerable)),
        "notes": list(report.notes),
        "estimates": [
            {
                "lesson": estimate.lesson,
                "check": estimate.check or None,
                "drawn": estimate.drawn,
                "unjudged": estimate.unjudged,
                "readers_differ": estimate.differ,
                "judgments": dict(estimate.judged),
                "judgments_by_engine": {
                    str(said): dict(by) for said, by in estimate.engine.items()
                },
                **{stated.name: _measure_object(stated) for stated in measures(estimate)},
                "breaches_not_upheld_at_most": _bound_object(estimate.not_upheld_at_most),
                "breaches_missed_at_most": _bound_object(estimate.missed_at_most),
                **_verdict_object(estimate.compliance, report.tolerable),
                **(
                    {"strata": list(map(_stratum_object, estimate.strata))}
                    if estimate.strata
                    else {}
                ),
            }
            for estimate in report.estimates
        ],
        "auditors_slips": _slips_object(report),
        "rules_to_look_at": [_doubt_object(doubt) for doubt in report.doubts.rules],
        "to_read_next": [
            {"case": case, "checks": [" ".join(question) for question in questions]}
            for case, questions in to_read_next(report)
        ],
        "remarks": [asdict(lesson_remarks) for lesson_remarks in report.remarks],
        "agreement": [_agreement_object(agreement) for agreement in report.agreements],
    }


def rows(report: Report) -> Iterator[Sequence[object]]:
    """Yield the rows of the CSV format.

    A row of an agreement, a reason or a grade has its name in the place of the method. Of an
    agreement after corrections, the number found is that of the checks that were corrected.
    """
    confidence = rounded(float(report.confidence))
    for estimate in report.estimates:
        stated_of = [(stated, "") for stated in measures(estimate)]
        stated_of += [(of_stratum(one), one.name) for one in estimate.strata]
        for stated, stratum in stated_of:
            cells, measure = _measure_object(stated), stated.measure
            bounds = (cells["value"], cells["lower"], cells["upper"])
            numbers = (*bounds, confidence, stated.numerator)
            basis = (measure.n, measure.population, measure.method, measure.refused, stratum)
            yield estimate.lesson, estimate.check, stated.name, *numbers, *basis
    for lesson_remarks in report.remarks:
        for what, counts in (("reason", lesson_remarks.reasons), ("grade", lesson_remarks.grades)):
            for name, count in counts.items():
                blank = (None,) * 4
                yield (
                    lesson_remarks.lesson,
                    lesson_remarks.check,
                    what,
                    *blank,
                    count,
                    lesson_remarks.judged,
                    None,
                    name,
                    "",
                    "",
                )
    for agreed in report.agreements:
        for what, coefficients in (
            ("agreement", agreed.coefficients),
            ("agreement_settled", agreed.settled),
            ("agreement_of_grades", agreed.grades),
        ):
            for coefficient in coefficients:
                cells = _coefficient_object(coefficient)
                corrected = agreed.corrected if what == "agreement_settled" else None
                bounds = (cells["value"], cells["lower"], cells["upper"])
                numbers = (*bounds, confidence, corrected)
                name, why = coefficient.name, coefficient.refused
                judged = agreed.graded if what == "agreement_of_grades" else agreed.judged
                yield agreed.lesson, "", what, *numbers, judged, "", name, why, ""


def _measure_object(stated: Statement) -> dict[str, Any]:
    measure = stated.measure
    numbers = _numbers(measure.value, measure.within)
    if measure.score:
        numbers["wilson"] = [
            rounded_down(measure.score.lower),
            rounded_up(measure.score.upper),
        ]
    if measure.one_sided:
        numbers["at_least"] = rounded_down(measure.one_sided.lower)
        numbers["at_most"] = rounded_up(measure.one_sided.upper)
    if measure.lost_within:
        numbers["lost"] = measure.lost
        numbers["lost_either_way"] = [
            rounded_down(measure.lost_within.lower),
            rounded_up(measure.lost_within.upper),
        ]
    if stated.numerator is not None:
        numbers["found"] = stated.numerator
    basis = {"n": measure.n, "population": measure.population, "method": measure.method}
    return numbers | basis | {"refused": measure.refused or None}


def _verdict_object(compliance: Measure, tolerable: Fraction | None) -> dict[str, Any]:
    if tolerable is None:
        return {}
    limits = compliance.one_sided
    return {"verdict": verdict(limits, tolerable) if limits else "not_shown"}


def of_stratum(stratum: StratumEstimate) -> Statement:
    """Return what is stated of a stratum: its rate of compliance."""
    return Statement("compliance", stratum.compliance, stratum.judged["compliant"])


def _stratum_object(stratum: StratumEstimate) -> dict[str, Any]:
    return {
        "stratum": stratum.name,
        "listed": stratum.listed,
        "drawn": stratum.drawn,
        "judgments": dict(stratum.judged),
        "compliance": _measure_object(of_stratum(stratum)),
    }


def _bound_object(bound: AtMost | None) -> dict[str, int] | None:
    return bound and bound._asdict()


def _slips_object(report: Report) -> dict[str, Any]:
    slips = report.doubts.slips
    return {
        "judged_twice": slips.pairs,
        "differing": slips.differing,
        "rate": None if slips.rate is None else rounded(slips.rate),
        "reckoned_with": rounded_up(report.doubts.at_most),
    }


def to_read_next(report: Report) -> Iterator[tuple[str, Sequence[Question]]]:
    """Yield the cases to be read a second time, with the checks in which the engine differs."""
    names = {case.position: case.case_id for case in report.view.sample.drawn}
    for position, questions in report.doubts.to_read.items():
        yield names[position], questions


def _doubt_object(doubt: Doubt) -> dict[str, Any]:
    return {
        "lesson": doubt.lesson,
        "check": doubt.check,
        "measure": doubt.measure,
        "found": doubt.number,
        "n": doubt.n,
        "in_all": None if doubt.in_all is None else rounded(doubt.in_all),
        "confirmed": doubt.confirmed,
        "by_slips_at_most": rounded_up(doubt.by_slips),
    }


def _agreement_object(agreement: LessonAgreement) -> dict[str, Any]:
    return {
        "lesson": agreement.lesson or None,
        "judged_twice": agreement.judged,
        "cases": agreement.cases,
        "auditors": agreement.auditors,
        "words": "first",
        "coefficients": _coefficient_objects(agreement.coefficients),
        "corrected": agreement.corrected,
        "settled": _coefficient_objects(agreement.settled) if agreement.corrected else None,
        "graded_twice": agreement.graded,
        "grades": _coefficient_objects(agreement.grades) if agreement.graded else None,
    }


def _coefficient_objects(coefficients: Sequence[Coefficient]) -> list[dict[str, Any]]:
    return [
        {
            "name": coefficient.name,
            **_coefficient_object(coefficient),
            "method": (coefficient.agreement and coefficient.agreement.method) or None,
            "refused": coefficient.refused or None,
        }
        for coefficient in coefficients
    ]


def _coefficient_object(coefficient: Coefficient) -> dict[str, float | None]:
    if coefficient.agreement is None:
        return _numbers(None, None)
    return _numbers(coefficient.agreement.value, coefficient.agreement.within)


def _numbers(value: float | None, within: tuple[float, float] | None) -> dict[str, Any]:
    lower, upper = within or (None, None)
    return {
        "value": None if value is None else rounded(value),
        "lower": None if lower is None else rounded_down(lower),
        "upper": None if upper is None else rounded_up(upper),
    }
