"""Carries the auditors' own slips into the rates, where enough was read twice to know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from casecheck.qag.estimates.doubting import slips_of
from casecheck.qag.estimates.estimate import Estimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.readings import Question, Readings, of_question
from casecheck.qag.inference.slips import FEWEST_TWICE, Slips, allowing
from casecheck.text.percent import percent


def with_slips(
    estimates: Sequence[Estimate], readings: Readings, confidence: Fraction
) -> list[Estimate]:
    """Return the estimates with compliance for which the auditors' slips are allowed.

    The slips of all checks are taken together, and those of all lessons: where a lesson has many
    checks, its word is wrong more often than that of one of them.
    """
    asked = [Question(one.lesson, one.check) for one in estimates]
    of_checks = _slips([one for one in asked if one.check], asked, readings)
    of_lessons = _slips([one for one in asked if not one.check], asked, readings)
    return [
        replace(one, allowing=_allowing(one.compliance, slips, confidence))
        for one in estimates
        for slips in (of_checks if one.check else of_lessons,)
    ]


def _slips(some: Sequence[Question], asked: Sequence[Question], readings: Readings) -> Slips:
    pairs = differing = 0
    for question in some:
        checks = [one.check for one in asked if one.lesson == question.lesson and one.check]
        for by in of_question(readings.first, question, checks).values():
            counted = slips_of(by, ("compliant", "not_compliant"))
            pairs, differing = pairs + counted.pairs, differing + counted.differing
    return Slips(pairs, differing)


def _allowing(measure: Measure, slips: Slips, confidence: Fraction) -> Measure | None:
    rate = slips.rate
    if measure.value is None or measure.within is None or rate is None:
        return None
    if slips.pairs < FEWEST_TWICE:
        return None
    value, within = allowing(measure.value, measure.within, slips.within(confidence), rate)
    method = f"slips of {percent(rate)} allowed for (Rogan and Gladen), by {slips.pairs:,} pairs"
    return Measure(measure.n, measure.population, method, value, within)
