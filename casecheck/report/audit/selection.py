"""What a reader asked to see of an audit: it shapes the reports for people, and no other.

JSON, JSON Lines, CSV and SARIF hold everything, so that no program takes a part for the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from casecheck.audit.gravity import CaseWeights

By = Literal["case", "lesson", "team", "district"]
BY: tuple[By, ...] = get_args(By)
"""By what a report can be put in order."""

IN_FULL = 10
"""How many cases are told in full where nobody asks for more or fewer."""

SHAPED = ("text", "html", "xlsx")
"""The formats that a selection shapes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of an audit to tell, and in which order.

    `by`: cases one after the other, the weightiest first, or gathered by lesson, team or district.
    `cases`: these alone, by their ids; empty for all of them. `top`: only so many cases, the
    weightiest, of each group where they are gathered; None where nobody said how many. `every`:
    each case in full. `summary`: only how the audit came out. `weights`: what puts cases in order.
    `lessons`: those that were named, for what is to be typed next; empty where all are asked.

    Counts of the whole audit stay those of the whole audit, whatever is shown of its cases.
    """

    by: By = "case"
    cases: frozenset[str] = frozenset()
    top: int | None = None
    every: bool = False
    summary: bool = False
    weights: CaseWeights = field(default_factory=CaseWeights)
    lessons: tuple[str, ...] = ()

    def takes(self, case_id: str) -> bool:
        """Whether a case is one of those to be shown."""
        return not self.cases or case_id in self.cases

    @property
    def in_full(self) -> int | None:
        """How many cases to tell in full, the weightiest; None for all of them."""
        if self.every or (self.cases and self.top is None):
            return None
        return IN_FULL if self.top is None else self.top

    def options(self) -> list[str]:
        """Return the options, as typed, that ask for this; none where it is what all see."""
        typed = [f"--by {self.by}"] if self.by != "case" else []
        typed += [f"--case {case}" for case in sorted(self.cases)]
        typed += [f"--top {self.top}"] if self.top is not None else []
        return typed + ["--all"] * self.every + ["--summary"] * self.summary


WHOLE = Selection()
"""What a report tells where nobody asks for a part of it."""
