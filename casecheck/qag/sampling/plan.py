"""The plan of a sample: what, beside the list and the seed, decides who is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from casecheck.qag.sampling.weights import Weights
from casecheck.results import Outcome

PROCEDURE = "casecheck-sample/1"
"""Names the procedure of docs/samples.md; another would have another number."""

Allocation = Literal["proportional", "neyman"]
Field = Literal["district", "team", "lead_agency", "outcome"]
ALLOCATIONS: tuple[Allocation, ...] = get_args(Allocation)
FIELDS: tuple[Field, ...] = get_args(Field)

MINIMUM = 2
"""The least of each stratum unless a plan says otherwise; with one there is no variance."""
WITHOUT_FINDINGS_PERCENT = 20
"""How much of a risk sample is without findings, unless a plan says otherwise."""


class CannotDraw(ValueError):  # noqa: N818 - says why
    """A sample cannot be drawn as asked; the message says why, and the cure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides a sample beside the list and the seed.

    `design` is a name in `designs.py::DESIGNS`. `outcomes` are those, over `lessons`, of the cases
    that can be drawn. `by` are the fields that make the strata, or the order of a systematic
    sample's list. `minimum` is the least of each stratum; `without_findings` how many in a hundred
    of a risk sample have no finding. `first` is the size that a systematic sample had when it was
    drawn.
    """

    design: str
    size: int
    lessons: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    by: tuple[Field, ...] = ()
    allocation: Allocation = "proportional"
    minimum: int = MINIMUM
    weights: Weights = field(default_factory=Weights)
    without_findings: int = WITHOUT_FINDINGS_PERCENT
    first: int = 0

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Plan:
        """Return the plan that was saved as JSON's values (`designs.py::plan_json`).

        Raises:
            CannotDraw: where it is of another procedure.
        """
        if saved.get("procedure") != PROCEDURE:
            message = f"The sample was drawn by {saved.get('procedure')!r}, not by {PROCEDURE!r}:"
            raise CannotDraw(f"{message} use the version of casecheck that drew it")
        known = {name: saved[name] for name in cls.__dataclass_fields__ if name in saved}
        for name in ("lessons", "by"):
            known[name] = tuple(known.get(name, ()))
        known["outcomes"] = tuple(Outcome(outcome) for outcome in known["outcomes"])
        if "weights" in known:
            known["weights"] = Weights(**known["weights"])
        return cls(**known)
