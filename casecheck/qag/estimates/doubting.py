"""Names the checks whose rule may be wrong: little of what they say was so, or they miss.

It goes by plain counts of judged cases, which need no interval: a rule that is most plainly wrong
gives judgments that are all the same, from which a weighted rate is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NamedTuple

from casecheck.qag.estimates.estimating import SAID_FINE, Estimate
from casecheck.results import Outcome

FEWEST_TO_DOUBT = 3
"""Judged breaches without which a rule is not named as doubtful: of fewer, one case decides."""


class Doubt(NamedTuple):
    """Why to look at a check: `number` of `n` judged cases were not compliant.

    Of `breaches_upheld` these are breaches of the engine, and `in_all` is the rate that the sample
    gives for all of them; of `breaches_missed` they are cases in which it found nothing, and
    `in_all` is how many there are in the whole list. It is None where it is refused.
    """

    lesson: str
    check: str
    measure: Literal["breaches_upheld", "breaches_missed"]
    number: int
    n: int
    in_all: float | None


def doubts(estimates: Iterable[Estimate]) -> list[Doubt]:
    """Return what speaks against checks: fewest breaches upheld first, then the most missed."""
    checks = [estimate for estimate in estimates if estimate.check]
    upheld = [_upheld(check) for check in checks if check.upheld.n >= FEWEST_TO_DOUBT]
    missed = [_missed(check) for check in checks]
    return [
        *sorted((one for one in upheld if _share(one) < 0.5), key=_share),
        *sorted((one for one in missed if one.number), key=lambda one: -(one.in_all or one.number)),
    ]


def _upheld(estimate: Estimate) -> Doubt:
    number, upheld = estimate.not_compliant(Outcome.BREACH), estimate.upheld
    return Doubt(estimate.lesson, estimate.check, "breaches_upheld", number, upheld.n, upheld.value)


def _missed(estimate: Estimate) -> Doubt:
    number, missed = estimate.not_compliant(*SAID_FINE), estimate.missed
    return Doubt(estimate.lesson, estimate.check, "breaches_missed", number, missed.n, missed.value)


def _share(doubt: Doubt) -> float:
    """Return the share of breaches upheld, plain or weighted: the lower."""
    plain = float(Fraction(doubt.number, doubt.n))
    return plain if doubt.in_all is None else min(plain, doubt.in_all)
