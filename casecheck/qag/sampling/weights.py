"""The weight of a case in a risk sample: the more checks find something, the likelier it is drawn.

A weight counts checks and not their instances, so that one long record does not crowd out the
rest; and each case has the weight `base` at least, so that none is out of reach.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from casecheck.qag.store.store import FrameCase
from casecheck.results import Outcome

MOST = 1000
"""No weight may be more: with one so great, the others would hardly count."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a case weighs to begin with, and what each check in breach, or in doubt, adds.

    A check counts by the gravest of its findings that the board has not accepted (by a waiver). A
    lesson that the engine could not evaluate adds what one check in doubt adds.
    """

    base: int = 1
    breach: int = 4
    cannot_tell: int = 2

    def of(self, case: FrameCase, lessons: Collection[str]) -> tuple[int, str]:
        """Return a case's weight for some lessons, and how it came to it, in words."""
        standing = [one for one in case.findings if one.lesson in lessons and not one.accepted]
        breach = {(one.lesson, one.check) for one in standing if one.outcome is Outcome.BREACH}
        doubt = {(one.lesson, one.check) for one in standing} - breach
        missing = sum((lesson, "") not in case.outcomes for lesson in lessons)
        weight = self.base + self.breach * len(breach) + self.cannot_tell * (len(doubt) + missing)
        words = [str(self.base)]
        words += [f"{len(breach)} x {self.breach} in breach"] * bool(breach)
        words += [f"{len(doubt)} x {self.cannot_tell} cannot tell"] * bool(doubt)
        words += [f"{missing} x {self.cannot_tell} not evaluated"] * bool(missing)
        return weight, " + ".join(words)
