"""The reference reading with an index beside it, so that large families are read in good time.

It says exactly what `plain_reading` says (a test holds the two together). What it keeps is of one
row at most, but for the steps of a search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept
from casecheck.lessons.terms import Comparison, Quantity, bindings_of_base, is_row
from casecheck.truth.bounds import Bounds
from casecheck.truth.kleene import Truth
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import Bound, Candidate, PlainReading, Step


class IndexedReading(PlainReading):
    """One record, read by the concepts and conditions of a lesson.

    The parts of a page outlive a reading, so their ids stand for them in what is kept: hashing a
    term takes longer than reading it.
    """

    def __init__(self, known: Known, concepts: Mapping[str, Concept]) -> None:
        super().__init__(known, concepts)
        self._steps: dict[tuple[object, ...], Sequence[Step]] = {}
        self._names: dict[int, frozenset[str]] = {}
        self._positions: dict[tuple[int, str], dict[Bounds | None, list[int]]] = {}
        self._bounds: dict[tuple[int, Candidate | None], Bounds | None] = {}
        self._alone: dict[tuple[int, Candidate | None], Truth] = {}

    def steps(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Sequence[Step]:
        """Return the steps of a search, worked out once for each search of a page."""
        key = (id(where), *names.items(), None, *bound)
        if key not in self._steps:
            self._steps[key] = super().steps(names, where, bound)
        return self._steps[key]

    def worth_trying(self, step: Step, bound: Bound) -> Sequence[Candidate]:
        """Return the rows that may be tied to those bound: all of a kind, or far fewer."""
        fewest = self.candidates(step.kind)
        for own, other in _ties(step):
            wanted = self.side(other, bound)
            if wanted is None or wanted[0] != wanted[1]:
                continue
            positions = self._positions_of(own, step)
            # A row of which it is unknown to what it belongs may belong to this one.
            unsure = [at for came_to, ats in positions.items() if _is_unsure(came_to) for at in ats]
            tied = sorted([*positions.get(wanted, ()), *unsure])
            if len(tied) < len(fewest):
                candidates = self.candidates(step.kind)
                fewest = [candidates[position] for position in tied]
        return fewest

    def _positions_of(self, own: Quantity, step: Step) -> Mapping[Bounds | None, Sequence[int]]:
        """Return the positions of a step's rows by the row that each comes to."""
        key = (id(own), step.kind)
        if key not in self._positions:
            positions = self._positions[key] = {}
            for position, candidate in enumerate(self.candidates(step.kind)):
                reached = self.side(own, {step.name or "": candidate})
                positions.setdefault(reached, []).append(position)
        return self._positions[key]

    def truth(self, condition: Condition, bound: Bound) -> Truth:
        """Say whether a condition holds; of one of a single row, worked out once for the row."""
        if id(condition) not in self._names:
            self._names[id(condition)] = condition.names
        names = self._names[id(condition)]
        if len(names) > 1:
            return super().truth(condition, bound)
        key = (id(condition), bound[next(iter(names))] if names else None)
        if key not in self._alone:
            self._alone[key] = super().truth(condition, bound)
        return self._alone[key]

    def side(self, quantity: Quantity, bound: Bound) -> Bounds | None:
        """Return the bounds of one side of a comparison, worked out once for each row."""
        name = next(iter(bindings_of_base(quantity.base)), None)
        key = (id(quantity), None if name is None else bound[name])
        if key not in self._bounds:
            self._bounds[key] = self.bounds(quantity, bound)
        return self._bounds[key]


def _is_unsure(bounds: Bounds | None) -> bool:
    return bounds is not None and bounds[0] != bounds[1]


def _ties(step: Step) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield what a step's own row must come to, and what of an earlier row it must equal.

    They are those of its conditions that ask for one and the same row.
    """
    for condition in step.conditions:
        for test in condition.alternatives[0] if len(condition.alternatives) == 1 else ():
            if not isinstance(test, Comparison) or test.order != "==":
                continue
            left, right = test.left.base, test.right.base
            if is_row(left) and is_row(right):
                own, other = (bindings_of_base(side) == {step.name} for side in (left, right))
                if own is not other:
                    yield (test.left, test.right) if own else (test.right, test.left)
