"""The designs of a sample: all in which one differs from another, and the table of their names.

To add a design, write a class and put it into `DESIGNS`: the list, the drawing, the report, the
notices and the options of `casecheck sample` ask nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from math import ceil, sqrt
from typing import Any, NamedTuple

from casecheck.qag.sampling.allocation import TooSmall, neyman, proportional, shares
from casecheck.qag.sampling.members import Chosen, Member, field_values
from casecheck.qag.sampling.plan import PROCEDURE, CannotDraw, Plan
from casecheck.qag.sampling.selection import Placed, by_elimination, by_ticket, systematic
from casecheck.qag.store.rows import FrameCase
from casecheck.results import OF_FINDINGS, Outcome
from casecheck.text.counted import counted
from casecheck.text.percent import percent

WITH_FINDINGS = "with findings"
WITHOUT_FINDINGS = "without findings"
_OF_EVERY_PLAN = frozenset({"design", "size", "lessons", "outcomes"})
_ALLOCATIONS = {"proportional": "in proportion to size", "neyman": "Neyman's"}

Groups = Mapping[str, Sequence[Member]]
"""The cases of each stratum by its name, in the order of the list; all in "" where there is one."""


class Standing(NamedTuple):
    """Where a case stands in the list: its stratum, its weight, and how it came to that, in words.

    The weight is 1 and has no words where it plays no part.
    """

    stratum: str = ""
    weight: int = 1
    weighed: str = ""


class Places(NamedTuple):
    """How many places a stratum has; `share`: how many, were cases divisible.

    `share` is None where nothing was shared out.
    """

    number: int
    share: float | None = None


class Design:
    """How a sample is drawn. What is here is a simple random sample; the others differ from it."""

    name = "simple"
    """What it is called, in plans and after `--design`."""
    uses: frozenset[str] = frozenset()
    """What of a plan it uses, beside size, lessons and outcomes; the rest has no meaning for it."""
    needs_by = False
    """Whether it cannot be drawn without the plan's `by`."""
    note = ""
    """What a reader of its estimates must know."""

    def words(self, plan: Plan) -> str:  # noqa: ARG002
        """Return how the sample is drawn, in words."""
        return "simple random"

    def standing(self, case: FrameCase, outcome: Outcome, plan: Plan) -> Standing:  # noqa: ARG002
        """Return the stratum and weight of a case with this gravest outcome."""
        return Standing()

    def list_key(self, case: FrameCase, plan: Plan) -> tuple[str, ...]:  # noqa: ARG002
        """Return what the list is ordered by, before case ids."""
        return ()

    def places(self, groups: Groups, plan: Plan) -> dict[str, Places]:
        """Share the plan's size out among the strata, by name.

        Raises:
            CannotDraw: where it does not reach for the least that each must have.
        """
        return dict.fromkeys(groups, Places(plan.size))

    def order(self, group: Sequence[Member], plan: Plan, seed: str) -> list[Placed]:  # noqa: ARG002
        """Return all cases of a stratum in the order in which they are drawn."""
        return by_ticket((member.case_id for member in group), seed)

    def where(self, stratum: str) -> str:
        """Return "in STRATUM", or "" where there is only one."""
        return f"in {stratum}" if stratum else ""

    def why(self, chosen: Chosen, plan: Plan) -> str:  # noqa: ARG002
        """Return why a case is in the sample, in words, with its chance."""
        return f"number {chosen.place} {self._among(chosen)} by ticket; each had {_chance(chosen)}"

    def _among(self, chosen: Chosen) -> str:
        return f"of {chosen.stratum_size} {self.where(chosen.member.stratum)}".rstrip()


class Stratified(Design):
    """So many of each stratum, all alike in it."""

    name = "stratified"
    uses = frozenset({"by", "allocation", "minimum"})
    needs_by = True

    def words(self, plan: Plan) -> str:
        """Return how the sample is drawn, in words."""
        return f"stratified by {_by(plan)}, allocation {_ALLOCATIONS[plan.allocation]}"

    def standing(self, case: FrameCase, outcome: Outcome, plan: Plan) -> Standing:  # noqa: ARG002
        """Return the stratum of a case: its fields, crossed."""
        return Standing(" / ".join(field_values(case, plan)))

    def places(self, groups: Groups, plan: Plan) -> dict[str, Places]:
        """Share the size out by the plan's allocation."""
        if len(groups) == 1:
            return super().places(groups, plan)
        sizes = [len(group) for group in groups.values()]
        try:
            if plan.allocation == "proportional":
                counts = proportional(sizes, plan.size, plan.minimum)
                spreads = [1.0] * len(sizes)
            else:
                variances = [_expected_variance(group) for group in groups.values()]
                counts = neyman(sizes, variances, plan.size, plan.minimum)
                spreads = [sqrt(variance) for variance in variances]
        except TooSmall as error:
            raise _too_small(plan, len(groups), error.least) from None
        portions = shares(sizes, spreads, plan.size)
        return {
            name: Places(count, share)
            for name, count, share in zip(groups, counts, portions, strict=True)
        }


class Systematic(Design):
    """One in each N/n down a list; those drawn later by ticket."""

    name = "systematic"
    uses = frozenset({"by", "first"})
    note = "A systematic sample is estimated as if it were a simple one."

    def words(self, plan: Plan) -> str:
        """Return how the sample is drawn, in words."""
        return "systematic down the list by " + (
            f"{_by(plan)} and case id" if plan.by else "case id"
        )

    def list_key(self, case: FrameCase, plan: Plan) -> tuple[str, ...]:
        """Return a case's fields."""
        return field_values(case, plan)

    def order(self, group: Sequence[Member], plan: Plan, seed: str) -> list[Placed]:
        """Return the cases at equal steps down the list, and then the others."""
        return systematic([member.case_id for member in group], seed, plan.first)

    def why(self, chosen: Chosen, plan: Plan) -> str:
        """Return why a case is in the sample: by the step down the list, or later by ticket."""
        if chosen.place > plan.first:
            return super().why(chosen, plan)
        step = float(Fraction(chosen.stratum_size, plan.first))
        among = f"down the list {self._among(chosen)}"
        return f"one in each {step:.4g} {among}; each had {_chance(chosen)}"


class Risk(Design):
    """The likelier the more is found, with places kept for cases without a finding."""

    name = "risk"
    uses = frozenset({"minimum", "weights", "without_findings"})

    def words(self, plan: Plan) -> str:
        """Return how the sample is drawn, in words."""
        weights = plan.weights
        return (
            f"by risk: weight {weights.base}, and {weights.breach} for each check in breach,"
            f" {weights.cannot_tell} for each in doubt; {plan.without_findings} %"
            f" {WITHOUT_FINDINGS}"
        )

    def standing(self, case: FrameCase, outcome: Outcome, plan: Plan) -> Standing:
        """Return whether a case has findings, and if so its weight."""
        if outcome not in OF_FINDINGS:
            return Standing(WITHOUT_FINDINGS)
        return Standing(WITH_FINDINGS, *plan.weights.of(case, plan.lessons))

    def places(self, groups: Groups, plan: Plan) -> dict[str, Places]:
        """Keep some places for cases without a finding, or what the engine misses is never seen."""
        if len(groups) == 1:
            return super().places(groups, plan)
        most = {name: len(group) for name, group in groups.items()}
        least = {name: min(count, plan.minimum) for name, count in most.items()}
        if plan.size < sum(least.values()):
            raise _too_small(plan, len(groups), sum(least.values()))
        kept = ceil(Fraction(plan.size * plan.without_findings, 100))
        without = max(kept, least[WITHOUT_FINDINGS])
        without = min(without, most[WITHOUT_FINDINGS], plan.size - least[WITH_FINDINGS])
        without = max(without, plan.size - most[WITH_FINDINGS])
        return {WITH_FINDINGS: Places(plan.size - without), WITHOUT_FINDINGS: Places(without)}

    def order(self, group: Sequence[Member], plan: Plan, seed: str) -> list[Placed]:
        """Return cases with findings by elimination, the others by ticket."""
        if group[0].stratum == WITH_FINDINGS:
            return by_elimination([(member.case_id, member.weight) for member in group], seed)
        return super().order(group, plan, seed)

    def where(self, stratum: str) -> str:
        """Return the stratum, whose name says it already."""
        return stratum

    def why(self, chosen: Chosen, plan: Plan) -> str:
        """Return why a case is in the sample: by its weight, or without findings by ticket."""
        member = chosen.member
        if not member.weighed:
            return super().why(chosen, plan)
        weight = f"weight {member.weight} ({member.weighed})"
        if chosen.probability == 1:
            return f"certain for its weight {self._among(chosen)}: {weight}"
        among = f"number {chosen.place} {self._among(chosen)} by weight"
        return f"{among}: {weight} had {_chance(chosen)}"

    def _among(self, chosen: Chosen) -> str:
        return f"of the {chosen.stratum_size} {chosen.member.stratum}"


DESIGNS: Mapping[str, Design] = {
    design.name: design for design in (Design(), Stratified(), Systematic(), Risk())
}


def design_of(plan: Plan) -> Design:
    """Return the design of a plan."""
    return DESIGNS[plan.design]


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return what `Plan.from_json` takes, as JSON's values; only what the design uses."""
    uses = _OF_EVERY_PLAN | design_of(plan).uses
    values = {name: value for name, value in asdict(plan).items() if name in uses}
    return {"procedure": PROCEDURE} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def _by(plan: Plan) -> str:
    return " and ".join(name.replace("_", " ") for name in plan.by)


def _chance(chosen: Chosen) -> str:
    """Tell a chance; where cases were replaced, it hangs on how many of the list can be used."""
    chance = percent(chosen.probability)
    if chosen.usable == chosen.drawn:
        return f"a chance of {chance}"
    drawn = f"{chosen.drawn} were drawn until {chosen.usable} could be used"
    return f"a chance of about {chance} ({drawn}; exact only if as many of the rest can be)"


def _expected_variance(group: Sequence[Member]) -> Fraction:
    """Expect the share with findings to be the engine's, with one of each kind added.

    So no stratum counts as certain: then it would get no more than the minimum, and what the engine
    misses there would not be seen.
    """
    with_findings = sum(member.outcome in OF_FINDINGS for member in group)
    rate = Fraction(with_findings + 1, len(group) + 2)
    return rate * (1 - rate)


def _too_small(plan: Plan, strata: int, least: int) -> CannotDraw:
    cure = f"--size {least} or more"
    if plan.minimum > 1:
        cure += ", or a smaller --minimum"
    message = f"{strata} strata with at least {plan.minimum} of each need {counted(least, 'case')}"
    return CannotDraw(f"{message}, more than {plan.size}: {cure}")
