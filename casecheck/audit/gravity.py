"""How grave what was found of a case is: the order of the report, and the weight in a risk sample.

Checks are counted and not their instances, so that one long record does not crowd out the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from casecheck.results import CaseAudit, Outcome

BASE = 1
BREACH = 4
CANNOT_TELL = 2
"""What a case weighs to begin with, and what each check in breach, or in doubt, adds."""


class Gravity(NamedTuple):
    """How many checks of a case are in breach, how many in doubt, and how many lessons missing.

    A check counts by the gravest of its findings that the board has not accepted. A missing lesson,
    which the engine could not evaluate, weighs what one check in doubt does.
    """

    breach: int
    doubt: int
    missing: int

    def weight(self, base: int = BASE, breach: int = BREACH, cannot_tell: int = CANNOT_TELL) -> int:
        """Return what the case weighs."""
        return base + breach * self.breach + cannot_tell * (self.doubt + self.missing)


def gravity(standing: Iterable[tuple[str, str, Outcome]], missing: int) -> Gravity:
    """Return how grave findings are, each given by its lesson, check and outcome.

    `standing` are those that the board has not accepted.
    """
    found = set(standing)
    breach = {(lesson, check) for lesson, check, outcome in found if outcome is Outcome.BREACH}
    doubt = {(lesson, check) for lesson, check, _ in found} - breach
    return Gravity(len(breach), len(doubt), missing)


def gravity_of(audit: CaseAudit) -> Gravity:
    """Return how grave what an audit found of a record is, over all lessons."""
    standing = (
        (one.lesson, one.check, one.outcome) for one in audit.findings if one.waiver is None
    )
    return gravity(standing, len({one.lesson for one in audit.errors}))
