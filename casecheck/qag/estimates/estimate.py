"""What the judgments of a sample say of one check, or of a lesson."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from casecheck.qag.estimates.rates import Measure
from casecheck.qag.store.rows import Judged
from casecheck.results import Outcome

SAID_FINE = (Outcome.COMPLIANT, Outcome.NOT_APPLICABLE)
"""The outcomes of the engine by which it found nothing."""


class AtMost(NamedTuple):
    """A bound that holds in every design: at most `number` of `of` cases, one-sided."""

    number: int
    of: int


class Tally(NamedTuple):
    """How many cases were judged how, in all and for each outcome of the engine."""

    judged: Mapping[Judged, int]
    engine: Mapping[Outcome, Mapping[Judged, int]]


class StratumEstimate(NamedTuple):
    """What the judgments say of one stratum: its cases on the list, those drawn, and the rate.

    `drawn` are the usable ones; `judged` counts them by judgment. Within a stratum every case had
    the same chance, so that `compliance` is that of a simple sample of it.
    """

    name: str
    listed: int
    drawn: int
    judged: Mapping[Judged, int]
    compliance: Measure


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the judgments say of one check, or of a lesson (`check` "").

    `drawn` are the usable cases of the sample, `judged` counts them by judgment, `engine` the same
    apart for each outcome of the engine (a lesson not evaluated is one that cannot tell):
    plain counts, of no design. `compliance` is
    the compliant among the cases to which it applies, `at_worst` the same with those of which the
    auditors cannot tell counted as not compliant. Of the engine: `upheld` are the not compliant
    among its breaches, `missed` is the number not compliant among the cases where it found nothing,
    and `undecided` the share not compliant among those of which it could not tell. `change` is that
    of `compliance` since an earlier sample. `strata`, of a lesson, are those that the
    sample was drawn from, where it was stratified.

    Of `differ` judged cases readers differ: those are in no count. `not_upheld_at_most` of the
    engine's breaches are not upheld, and `missed_at_most` are missed: bounds for one side, where
    the list has such cases and one was judged. `allowing` is `compliance` with the auditors' slips
    allowed for, where enough was read twice.
    """

    lesson: str
    check: str
    drawn: int
    judged: Mapping[Judged, int]
    engine: Mapping[Outcome, Mapping[Judged, int]]
    compliance: Measure
    at_worst: Measure
    upheld: Measure
    missed: Measure
    undecided: Measure
    differ: int = 0
    not_upheld_at_most: AtMost | None = None
    missed_at_most: AtMost | None = None
    allowing: Measure | None = None
    change: Measure | None = None
    strata: tuple[StratumEstimate, ...] = ()

    @property
    def unjudged(self) -> int:
        """How many drawn cases have no judgment of it."""
        return self.drawn - sum(self.judged.values()) - self.differ

    def not_compliant(self, *outcomes: Outcome) -> int:
        """How many judged cases are not compliant, of those of which the engine said this."""
        return sum(self.engine[outcome]["not_compliant"] for outcome in outcomes)
