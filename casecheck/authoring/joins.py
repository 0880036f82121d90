"""Count how rows are put together on some records: how many are tried, what each condition leaves.

It follows a page as its author wrote it: a check's rows in their order, then for each instance the
rows that are looked for beside it. So it speaks of the names and conditions of the page. What the
engine makes of them costs less: it folds rows that are referred to, and looks rows up by value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Check, Population
from casecheck.lessons.terms import Comparison, Identity
from casecheck.truth.kleene import Truth, all_of
from casecheck.truth.plain_reading import Bound, PlainReading, Step

MOST_TRIED = 20_000
"""So many combinations of rows are tried for a check on one record; then counting stops there."""
FEWEST_TRIED = 20
"""Of fewer combinations nothing is said: a small family has only rows that belong together."""


@dataclass(slots=True)
class JoinStep:
    """One row that is put beside those before it, on all records.

    `of` is the part of the check, with the way that it is of; `name` and `kind` are the row's.
    `tried` counts the combinations of rows before it with the rows of its kind, `kept` those that
    all its conditions leave. `passed` counts for each condition that reads a row before it those
    that this one leaves. `by_reference`: one of them asks that a reference lead to one certain row,
    so that in a larger family it leaves no more.
    """

    of: str
    name: str
    kind: str
    tried: int = 0
    kept: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    by_reference: bool = False

    @property
    def tied(self) -> bool:
        """Whether some condition reads a row before it."""
        return bool(self.passed)

    @property
    def poor(self) -> bool:
        """Whether it leaves more than half of what is tried, where there is much, and always will.

        A family of one plan has no other meetings than those of the plan: a reference is no poor
        join, however much it leaves there.
        """
        return not self.by_reference and self.tried >= FEWEST_TRIED and 2 * self.kept > self.tried

    @property
    def weak(self) -> list[str]:
        """The conditions that read a row before it and leave more than half."""
        return [text for text, number in self.passed.items() if 2 * number > self.tried]


class CheckJoins:
    """Counts how the rows of one check are put together, record by record.

    `cut` counts the records in which counting stopped before its end.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._steps: dict[tuple[str, str], JoinStep] = {}
        self._left = MOST_TRIED
        self.cut = 0

    def add(self, reading: PlainReading) -> None:
        """Count one record."""
        self._left = MOST_TRIED
        for population in self._check.populations:
            for bound, truth in self._search(
                reading, "for_each", population.for_each, population.where, {}
            ):
                if reading.membership(population, bound, truth) is not False:
                    self._look_for(reading, population, bound)
        self.cut += self._left <= 0

    def _look_for(self, reading: PlainReading, population: Population, bound: Bound) -> None:
        for part, ways in _ways(population).items():
            for way in ways:
                if way.find:
                    self._look_for_way(reading, f"{part}, {way.means}", way, bound)

    def _look_for_way(self, reading: PlainReading, of: str, way: Alternative, bound: Bound) -> None:
        absence = way.without
        for rows, _ in self._search(reading, of, way.find, way.where, bound):
            if absence:
                for _beside in self._search(
                    reading, f"{of}, without", absence.find, absence.where, rows
                ):
                    pass

    def _search(
        self,
        reading: PlainReading,
        of: str,
        names: Mapping[str, str],
        where: Sequence[Condition],
        bound: Bound,
    ) -> Iterator[tuple[Bound, Truth]]:
        steps = reading.steps(names, where, bound)
        if all(reading.truth(one, bound) is not False for one in steps[0].conditions):
            yield from self._descend(reading, of, steps[1:], bound, True)

    def _descend(
        self, reading: PlainReading, of: str, steps: Sequence[Step], bound: Bound, so_far: Truth
    ) -> Iterator[tuple[Bound, Truth]]:
        if not steps:
            yield bound, so_far
            return
        (step, *others) = steps
        assert step.name is not None
        count = self._steps.setdefault((of, step.name), JoinStep(of, step.name, step.kind))
        joining = [one for one in step.conditions if len(one.names) > 1]
        count.by_reference = count.by_reference or any(map(_is_reference, joining))
        # The first row of a check is put beside none, and is no join.
        counted = bool(bound)
        for candidate in reading.candidates(step.kind):
            if candidate.there is False:
                continue
            if self._left <= 0:
                return
            self._left -= 1
            wider = {**bound, step.name: candidate}
            truths = {one.text: reading.truth(one, wider) for one in step.conditions}
            holds = all_of([so_far, candidate.there, *truths.values()])
            if counted:
                count.tried += 1
                count.kept += holds is not False
                for one in joining:
                    before = count.passed.setdefault(one.text, 0)
                    count.passed[one.text] = before + (truths[one.text] is not False)
            if holds is not False:
                yield from self._descend(reading, of, others, wider, holds)

    def __iter__(self) -> Iterator[JoinStep]:
        """Yield each row that was put beside others."""
        return iter([one for one in self._steps.values() if one.tried])


def _ways(population: Population) -> Mapping[str, Sequence[Alternative]]:
    return {"given": population.given, "unless": population.unless, "met_by": population.met_by}


def _is_reference(condition: Condition) -> bool:
    """Say whether a condition asks that two ways lead to one row, and nothing else instead."""
    return len(condition.alternatives) == 1 and any(
        isinstance(test, Comparison)
        and test.order == "=="
        and isinstance(test.left.base, Identity)
        and isinstance(test.right.base, Identity)
        for test in condition.alternatives[0]
    )
