"""How grave what was found of a case is: the order of the report, and the weight in a risk sample.

Checks are counted and not their instances, so that one long record does not crowd out the rest. A
check of high severity weighs twice what others do, one of low severity half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from casecheck.results import MEDIUM, OF_FINDINGS, WEIGHTS, CaseAudit, Outcome, Severity

BASE = 1
BREACH = 4
CANNOT_TELL = 2
"""What a case weighs to begin with, and what each check in breach, or in doubt, adds."""


_BY_SEVERITY: Mapping[Severity, tuple[int, int]] = {"high": (2, 1), "medium": (1, 1), "low": (1, 2)}
"""By what an amount is multiplied, and then divided."""


def amount(of: int, severity: Severity) -> int:
    """Return what a check adds where one of medium severity adds `of`; halves are rounded up."""
    times, parts = _BY_SEVERITY[severity]
    return -(-of * times // parts)


class Gravity(NamedTuple):
    """How many checks of a case are in breach, how many in doubt, and how many lessons missing.

    A check counts by the gravest of its findings that the board has not accepted. A missing lesson,
    which the engine could not evaluate, weighs what one check in doubt does. `high` and `low` are
    how many of those in breach, and of those in doubt, are of that severity.
    """

    breach: int
    doubt: int
    missing: int
    high: tuple[int, int] = (0, 0)
    low: tuple[int, int] = (0, 0)

    def of_severity(self, severity: Severity) -> tuple[int, int]:
        """Return how many checks of a severity are in breach, and how many in doubt."""
        if severity == "high":
            return self.high
        if severity == "low":
            return self.low
        (high, high_doubt), (low, low_doubt) = self.high, self.low
        return self.breach - high - low, self.doubt - high_doubt - low_doubt

    def weight(self, base: int = BASE, breach: int = BREACH, cannot_tell: int = CANNOT_TELL) -> int:
        """Return what the case weighs."""
        weight = base + cannot_tell * self.missing
        for severity in _BY_SEVERITY:
            in_breach, in_doubt = self.of_severity(severity)
            weight += in_breach * amount(breach, severity)
            weight += in_doubt * amount(cannot_tell, severity)
        return weight


def gravity(standing: Iterable[tuple[str, str, Outcome, Severity]], missing: int) -> Gravity:
    """Return how grave findings are, each given by its lesson, check, outcome and severity.

    `standing` are those that the board has not accepted.
    """
    found: dict[tuple[str, str], tuple[bool, Severity]] = {}
    for lesson, check, outcome, severity in standing:
        before = found.get((lesson, check), (False, MEDIUM))[0]
        found[lesson, check] = before or outcome is Outcome.BREACH, severity
    checks = list(found.values())

    def counts(severity: Severity) -> tuple[int, int]:
        return checks.count((True, severity)), checks.count((False, severity))

    breach = sum(in_breach for in_breach, _ in checks)
    doubt = len(checks) - breach
    return Gravity(breach, doubt, missing, counts("high"), counts("low"))


@dataclass(frozen=True, slots=True)
class CaseWeights:
    """What the findings of a case weigh in the order of a report, as shipped or as a board has it.

    `breach` and `cannot_tell` are what each check in breach, or in doubt, adds; `times` says of
    some lessons (`P7.1`) and checks (`P7.1/quorum`) by how much that is multiplied. A check that is
    named itself counts by its own number and not by its lesson's.
    """

    breach: int = BREACH
    cannot_tell: int = CANNOT_TELL
    times: Mapping[str, int] = field(default_factory=dict)

    def in_words(self) -> str:
        """Say how a weight comes about."""
        words = (
            f"A case weighs {BASE}, and for each check {self.breach} where it is in breach and "
            f"{self.cannot_tell} where it cannot be told: twice that of high severity, half of low"
        )
        if self.times:
            told = (f"{name} {number} times" for name, number in self.times.items())
            words += f"; as the board weighs them, {', '.join(told)}"
        return f"{words}."

    def of(self, audit: CaseAudit) -> int:
        """Return what a case weighs, by its own findings that the board has not accepted."""
        of_checks: dict[tuple[str, str], int] = {}
        for one in audit.own:
            if one.waiver is None:
                of = self.breach if one.outcome is Outcome.BREACH else self.cannot_tell
                key = one.lesson, one.check
                of_checks[key] = max(of_checks.get(key, 0), amount(of, one.severity))
        missing = len({one.lesson for one in audit.errors}) * self.cannot_tell
        return BASE + missing + sum(of * self._times(*key) for key, of in of_checks.items())

    def _times(self, lesson: str, check: str) -> int:
        return self.times.get(f"{lesson}/{check}", self.times.get(lesson, 1))


def case_weights(said: Mapping[str, int]) -> CaseWeights:
    """Return what findings weigh where a board has said so (`[weights]` in its settings)."""
    times = {name: value for name, value in said.items() if name not in WEIGHTS}
    return CaseWeights(said.get("breach", BREACH), said.get("cannot_tell", CANNOT_TELL), times)


def gravest_lesson(audit: CaseAudit) -> str | None:
    """Return the lesson of a record's gravest finding; None where it has none.

    What is the case's own goes before what only the extract leaves open.
    """
    own = {(one.lesson, one.outcome) for one in audit.own}
    for outcome in OF_FINDINGS:
        for lesson in audit.lessons:
            if (lesson, outcome) in own:
                return lesson
    for lesson, result in audit.lessons.items():
        if result.outcome in OF_FINDINGS:
            return lesson
    return None
