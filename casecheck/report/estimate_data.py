"""Estimates for machines: one JSON object, or CSV with a row for each number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import casecheck
from casecheck.qag.agreeing import AgreementTold, Coefficient
from casecheck.qag.estimating import Estimate
from casecheck.qag.rates import Measure
from casecheck.qag.sampling import SampleView
from casecheck.report.percent import rounded

COLUMNS = (
    "lesson", "check", "measure", "value", "lower", "upper", "confidence", "n", "population",
    "method", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What an estimate says: of a sample, since an earlier one if asked, with notes in words."""

    view: SampleView
    before: SampleView | None
    confidence: Fraction
    estimates: Sequence[Estimate]
    agreements: Sequence[AgreementTold]
    notes: Sequence[str]


def measures(one: Estimate) -> Iterator[tuple[str, Measure]]:
    """Yield the measures of an estimate, each with its name."""
    yield "compliance", one.compliance
    yield "compliance_at_worst", one.at_worst
    yield "breaches_upheld", one.upheld
    yield "breaches_missed", one.missed
    yield "cannot_tell_not_compliant", one.undecided
    if one.change is not None:
        yield "change", one.change


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
        "confidence": rounded(float(report.confidence)),
        "notes": list(report.notes),
        "estimates": [
            {
                "lesson": one.lesson,
                "check": one.check or None,
                "drawn": one.drawn,
                "unjudged": one.unjudged,
                "judgments": dict(one.judged),
                **{name: _measure_object(measure) for name, measure in measures(one)},
            }
            for one in report.estimates
        ],
        "agreement": [_agreement_object(one) for one in report.agreements],
    }


def rows(report: Report) -> Iterator[Sequence[object]]:
    """Yield the rows of the CSV format."""
    confidence = rounded(float(report.confidence))
    for one in report.estimates:
        for name, measure in measures(one):
            found = _measure_object(measure)
            numbers = (found["value"], found["lower"], found["upper"], confidence)
            basis = (measure.n, measure.population, measure.method, measure.refused)
            yield one.lesson, one.check, name, *numbers, *basis
    for told in report.agreements:
        for coefficient in told.coefficients:
            found = _coefficient_object(coefficient)
            numbers = (found["value"], found["lower"], found["upper"], confidence)
            name, why = coefficient.name, coefficient.refused
            yield told.lesson, "", "agreement", *numbers, told.judged, "", name, why


def _measure_object(measure: Measure) -> dict[str, Any]:
    told = _numbers(measure.value, measure.within)
    if measure.score:
        told["wilson"] = list(map(rounded, measure.score))
    basis = {"n": measure.n, "population": measure.population, "method": measure.method}
    return told | basis | {"refused": measure.refused or None}


def _agreement_object(told: AgreementTold) -> dict[str, Any]:
    return {
        "lesson": told.lesson or None,
        "judged_twice": told.judged,
        "auditors": told.auditors,
        "coefficients": [
            {"name": one.name, **_coefficient_object(one), "refused": one.refused or None}
            for one in told.coefficients
        ],
    }


def _coefficient_object(one: Coefficient) -> dict[str, float | None]:
    if one.agreement is None:
        return _numbers(None, None)
    return _numbers(one.agreement.value, one.agreement.within)


def _numbers(value: float | None, within: tuple[float, float] | None) -> dict[str, Any]:
    lower, upper = within or (None, None)
    told = {"value": value, "lower": lower, "upper": upper}
    return {name: None if one is None else rounded(one) for name, one in told.items()}
