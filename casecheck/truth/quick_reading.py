"""The reference reading for a few instances of many records, as the reasons of findings need it.

It says exactly what `plain_reading` says (a test holds the two together). What follows from a page
alone is worked out once for all records (`PageNotes`): which names a test reads, what it is when it
is asked of the rows that concepts come from, and the steps of a search. Of many rows that are
looked for, those are passed over that surely do not fit (`row_index`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, ConceptRows
from casecheck.lessons.terms import (
    Alternatives,
    Comparison,
    Quantity,
    Test,
    bindings_of,
    bindings_of_base,
)
from casecheck.results import Unknown
from casecheck.truth.bounds import Bounds, compare
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.kleene import Truth, all_hold
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow
from casecheck.truth.plain_reading import (
    Bound,
    Candidate,
    PlainReading,
    Step,
    to_row,
)
from casecheck.truth.row_index import Axis, StepIndex, axes_of

FEW = 8
"""Fewer rows of a kind are tried one by one: to put them in order would take longer."""


class PageNotes:
    """What follows from the pages of a lesson alone; ids stand for its parts, which outlive it."""

    def __init__(self) -> None:
        self.steps: dict[tuple[object, ...], Sequence[Step]] = {}
        self.names: dict[int, tuple[str, ...]] = {}
        self.tests: dict[tuple[int, ...], Test] = {}
        self.axes: dict[int, Sequence[Axis]] = {}
        self._of_quantities: dict[int, str | None] = {}
        self._of_sources: dict[tuple[int, int], Quantity] = {}
        self._of_conditions: dict[int, tuple[str, ...]] = {}
        self._of_questions: dict[int, int] = {}
        self._numbers: dict[Alternatives, int] = {}

    def condition_names(self, condition: Condition) -> tuple[str, ...]:
        """Return the names of the rows that a condition reads."""
        names = self._of_conditions.get(id(condition))
        if names is None:
            names = self._of_conditions[id(condition)] = tuple(sorted(condition.names))
        return names

    def question(self, condition: Condition) -> int:
        """Return a number that is the same for conditions that ask the same by the same names."""
        number = self._of_questions.get(id(condition))
        if number is None:
            number = self._numbers.setdefault(condition.alternatives, len(self._numbers))
            self._of_questions[id(condition)] = number
        return number

    def name_of(self, quantity: Quantity) -> str | None:
        """Return the name of the row that a quantity reads; None where it reads none."""
        key = id(quantity)
        if key not in self._of_quantities:
            self._of_quantities[key] = next(iter(bindings_of_base(quantity.base)), None)
        return self._of_quantities[key]

    def of_source(self, quantity: Quantity, name: str, candidate: Candidate) -> Quantity:
        """Return a quantity as one of the row that a candidate of a concept comes from."""
        key = (id(quantity), id(candidate.source))
        own = self._of_sources.get(key)
        if own is None:
            base = to_row(name, candidate).base(quantity.base)
            own = self._of_sources[key] = Quantity(base, quantity.plus)
        return own


class QuickReading(PlainReading):
    """One record, read by the concepts and conditions of a lesson."""

    def __init__(
        self, known: Known, concepts: Mapping[str, Concept], notes: PageNotes | None = None
    ) -> None:
        super().__init__(known, concepts)
        self._notes = notes or PageNotes()
        self._indexes: dict[int, StepIndex] = {}
        self._once: dict[tuple[str, str, int | None, int], Candidate] = {}
        self._alone: dict[tuple[int, Candidate], Truth] = {}
        self._sides: dict[tuple[int, Candidate | None], Bounds | None] = {}

    def steps(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Sequence[Step]:
        """Return the steps of a search, worked out once for each search of a page."""
        key = (id(where), *names.items(), None, *bound)
        steps = self._notes.steps.get(key)
        if steps is None:
            steps = self._notes.steps[key] = super().steps(names, where, bound)
        return steps

    def on_rows(self, test: Test, bound: Bound) -> tuple[Test, Mapping[str, KnownRow]]:
        """Return a test as one of the rows that candidates come from, and those rows."""
        notes = self._notes
        names = notes.names.get(id(test))
        if names is None:
            names = notes.names[id(test)] = tuple(sorted(bindings_of(test)))
        rows = {name: bound[name].row for name in names}
        sources = [id(source) for name in names if (source := bound[name].source) is not None]
        if not sources:
            return test, rows
        key = (id(test), *[id(bound[name].source) for name in names])
        own = notes.tests.get(key)
        if own is None:
            own = notes.tests[key] = super().on_rows(test, bound)[0]
        return own, rows

    def test(self, test: Test, bound: Bound) -> Truth:
        """Say whether one test of a condition holds."""
        if isinstance(test, Comparison):
            left, right = self.side(test.left, bound), self.side(test.right, bound)
            if left is None or right is None:
                return test.when_null
            return compare(left, test.order, right)
        own, rows = self.on_rows(test, bound)
        return self.known.truth(own, rows)

    def candidate(self, kind: str, row: KnownRow, source: ConceptRows | None) -> Candidate:
        """Return what a row is as one of a kind: the same object each time.

        Of rows that may be missing each is made anew; so is one that a reference leads to nowhere.
        """
        if row.index is None and not row.is_of_unknown_section:
            return super().candidate(kind, row, source)
        key = (kind, row.section, row.index, id(source))
        found = self._once.get(key)
        if found is None:
            found = self._once[key] = super().candidate(kind, row, source)
        return found

    def truth(self, condition: Condition, bound: Bound) -> Truth:
        """Say whether a condition holds; of one of a single row, worked out once for the row."""
        names = self._notes.condition_names(condition)
        if len(names) != 1:
            return self._truth(condition, bound)
        key = (self._notes.question(condition), bound[names[0]])
        if key not in self._alone:
            self._alone[key] = self._truth(condition, bound)
        return self._alone[key]

    def _truth(self, condition: Condition, bound: Bound) -> Truth:
        """Say the same without looking it up; in loops, since most conditions are one test."""
        holds: Truth = False
        for tests in condition.alternatives:
            together: Truth = True
            for test in tests:
                truth = self.test(test, bound)
                if truth is False:
                    together = False
                    break
                if truth is None:
                    together = None
            if together is True:
                return True
            if together is None:
                holds = None
        return holds

    def all_of(self, conditions: Iterable[Condition], bound: Bound) -> Truth:
        """Say whether all of some conditions hold."""
        return all_hold(self.truth, conditions, bound)

    def combinations(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Iterator[tuple[Bound, Truth]]:
        """Yield the rows for some names, beside those bound, for which conditions may all hold.

        Of one name without descending: that is what most searches look for.
        """
        if len(names) != 1:
            yield from super().combinations(names, where, bound)
            return
        before, step = self.steps(names, where, bound)
        so_far = self.all_of(before.conditions, bound)
        if so_far is False:
            return
        for candidate in self.worth_trying(step, bound):
            if candidate.there is False:
                continue
            wider = {**bound, step.name or "": candidate}
            truth = self.all_of(step.conditions, wider)
            if truth is not False:
                sure = so_far and candidate.there and truth
                yield wider, True if sure else None

    def side(self, quantity: Quantity, bound: Bound) -> Bounds | None:
        """Return the bounds of one side of a comparison, worked out once for each row."""
        name = self._notes.name_of(quantity)
        candidate = None if name is None else bound[name]
        key = (id(quantity), candidate)
        if key not in self._sides:
            self._sides[key] = self._side(quantity, name, candidate)
        return self._sides[key]

    def _side(
        self, quantity: Quantity, name: str | None, candidate: Candidate | None
    ) -> Bounds | None:
        if name is None or candidate is None:
            return self.known.bounds(quantity, {})
        if candidate.source is not None:
            quantity = self._notes.of_source(quantity, name, candidate)
        return self.known.bounds(quantity, {name: candidate.row})

    def worth_trying(self, step: Step, bound: Bound) -> Sequence[Candidate]:
        """Return the rows that may fit those bound: all of a kind, or far fewer."""
        every = self.candidates(step.kind)
        if len(every) < FEW:
            return every
        index = self._indexes.get(id(step))
        if index is None:
            index = self._indexes[id(step)] = self._index(step, every)
        return index.worth_trying(lambda quantity: self.side(quantity, bound))

    def _index(self, step: Step, every: Sequence[Candidate]) -> StepIndex:
        name = step.name or ""
        alone = [one for one in step.conditions if self._notes.condition_names(one) == (name,)]
        possible = [
            at
            for at, one in enumerate(every)
            if one.there is not False and self.all_of(alone, {name: one}) is not False
        ]
        index = StepIndex(every, possible)
        axes = self._notes.axes.get(id(step))
        if axes is None:
            axes = self._notes.axes[id(step)] = axes_of(step)
        for axis in axes:
            index.add(axis, [self.side(axis.own, {name: every[at]}) for at in possible])
        return index


class QuickHangsOn(HangsOn):
    """What outcomes hang on where many hang on the same rows: each condition is read once."""

    def __init__(self, reading: PlainReading, notes: PageNotes) -> None:
        super().__init__(reading)
        self._notes = notes
        self._told: dict[tuple[object, ...], Sequence[Unknown]] = {}
        self._sections: dict[int, Sequence[Unknown]] = {}

    def by_sections(self, one: Alternative, bound: Bound) -> Sequence[Unknown]:
        """Return the sections of which something is open that is read in looking for rows."""
        told = self._sections.get(id(one))
        if told is None:
            told = self._sections[id(one)] = tuple(set(super().by_sections(one, bound)))
        return told

    def of_condition(self, condition: Condition, bound: Bound) -> Sequence[Unknown]:
        """Return what leaves a condition open, if it is unknown."""
        names = self._notes.condition_names(condition)
        # Checks that share a population have conditions of their own that ask the same.
        key = (self._notes.question(condition), *[bound[name] for name in names])
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = tuple(super().of_condition(condition, bound))
        return told
