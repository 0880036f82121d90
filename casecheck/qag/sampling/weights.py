"""The weight of a case in a risk sample: the more checks find something, the likelier it is drawn.

A weight counts checks and not their instances (`gravity.py`, by which the report puts its cases in
order, too); and each case has the weight `base` at least, so that none is out of reach.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from casecheck.audit.gravity import BASE, BREACH, CANNOT_TELL, amount, gravity
from casecheck.qag.store.rows import FrameCase
from casecheck.results import MEDIUM, SEVERITIES

MOST = 1000
"""No weight may be more: with one so great, the others would hardly count."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a case weighs to begin with, and what each check in breach, or in doubt, adds.

    A check counts by the gravest of its findings that the board has not accepted (by a waiver). A
    lesson that the engine could not evaluate adds what one check in doubt adds. A check of high
    severity adds twice as much, one of low severity half.
    """

    base: int = BASE
    breach: int = BREACH
    cannot_tell: int = CANNOT_TELL

    def of(self, case: FrameCase, lessons: Collection[str]) -> tuple[int, str]:
        """Return a case's weight for some lessons, and how it came to it, in words."""
        standing = (
            (finding.lesson, finding.check, finding.outcome, finding.severity)
            for finding in case.findings
            if finding.lesson in lessons and not finding.accepted
        )
        missing = sum((lesson, "") not in case.outcomes for lesson in lessons)
        found = gravity(standing, missing)
        weight = found.weight(self.base, self.breach, self.cannot_tell)
        words = [str(self.base)]
        amounts = ((self.breach, "in breach"), (self.cannot_tell, "cannot tell"))
        for at, (of, said) in enumerate(amounts):
            for severity in SEVERITIES:
                checks = found.of_severity(severity)[at]
                which = "" if severity == MEDIUM else f", {severity} severity"
                words += [f"{checks} x {amount(of, severity)} {said}{which}"] * bool(checks)
        words += [f"{missing} x {self.cannot_tell} not evaluated"] * bool(missing)
        return weight, " + ".join(words)
