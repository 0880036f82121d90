"""Reads the factors at the end of assessments: the risks to the child, and what was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from casecheck.intake.sources.case import Case, Draft
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.mapping import factors
from casecheck.intake.sources.values import UNKNOWN

_NONE_FOUND = "21"
_OLD = {"18A": ("18B", "18C"), "19A": ("19B", "19C")}
_SAME = ("subject", "kind", "started_on", "completed_on")


def doubles(case: Case, faults: Faults) -> None:
    """Let an assessment that stands twice be one, with the factors of both."""
    case.merge_doubles("assessments", _SAME, "started_on", faults)


def risks(case: Case, faults: Faults) -> None:
    """Make a risk of each kind that factors show, identified no later than the assessment's end."""
    told: dict[int, list[Any]] = {}
    names: Mapping[str, str] = {}
    for factor in case.of("factors"):
        assessment = case.target(factor, "assessment")
        names = factor.items
        if assessment is not None:
            told.setdefault(id(assessment), []).append(factor.values.get("factor"))
    earliest: dict[tuple[Any, str], tuple[date, Draft]] = {}
    for assessment in case.of("assessments"):
        its = told.get(id(assessment), ())
        codes = _in_order(assessment, {one for one in its if type(one) is str}, faults, names)
        _missing(case, assessment, len(its), faults, names)
        if not codes:
            continue
        topics, kinds = _shown_by(codes)
        if topics:
            assessment.values["considers"] = [*topics, "unknown"]
        known_by = case.sure(assessment, "completed_on") or case.extract.day
        subject = assessment.values.get("subject")
        for kind in kinds:
            before = earliest.get((subject, kind))
            if before is None or known_by < before[0]:
                earliest[subject, kind] = known_by, assessment
    for (subject, kind), (day, assessment) in earliest.items():
        values = {"subject": subject, "kind": kind, "identified_on": case.no_later(day)}
        case.add([Draft("risks", assessment.place, values)])


def _in_order(
    assessment: Draft, codes: set[str], faults: Faults, names: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the factors in order; `none` beside others is told, and says nothing."""
    if len(codes) < 2:
        return tuple(codes)
    item = names.get("factor", "factor")
    if _NONE_FOUND in codes:
        faults.add(46, item, assessment.place)
    for old, new in _OLD.items():
        if old in codes and codes.intersection(new):
            faults.add(47, item, assessment.place)
    return tuple(sorted(codes))


@lru_cache(maxsize=4096)
def _shown_by(codes: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the topics that factors show to have been looked at, and the kinds of risk."""
    known = [factors()[code] for code in codes]
    topics = {one.topic for one in known if one.topic}
    return sorted(topics), sorted({one.risk for one in known if one.risk})


def _missing(
    case: Case, assessment: Draft, number: int, faults: Faults, names: Mapping[str, str]
) -> None:
    """Say where a completed assessment has no factors, or one that is not completed has some.

    Factors are found at the end: an assessment that has some has perhaps been completed.
    """
    completed = assessment.values.get("completed_on")
    if "risks" not in case.carries or "factors" not in case.maps:
        return  # the extract has no factors anywhere
    if case.beside is not None and id(assessment) in case.beside.rows:
        return  # exports have none
    if bool(number) != (completed is not None and completed is not UNKNOWN):
        faults.add(46, names.get("factor", "factors"), assessment.place)
        if completed is None:
            assessment.values["completed_on"] = UNKNOWN
