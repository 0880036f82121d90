"""The reference reading for a few instances of many records, as the reasons of findings need it.

It says exactly what `plain_reading` says (a test holds the two together). What follows from a page
alone is worked out once for all records (`PageNotes`): which names a test reads, what it is when it
is asked of the rows that concepts come from, and the steps of a search. Of the rows that are looked
for, those are passed over that refer to another row than the one asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from casecheck.lessons.conditions import Condition
from casecheck.lessons.lesson import Concept
from casecheck.lessons.terms import Comparison, FactTest, Identity, RowPath, Test, bindings_of
from casecheck.record.values import UNKNOWN_WORD
from casecheck.truth.kleene import Truth
from casecheck.truth.known import UNKNOWN, Known, KnownRow
from casecheck.truth.plain_reading import (
    Bound,
    Candidate,
    PlainReading,
    Step,
    put_on_rows,
)


class _Tie(NamedTuple):
    """A test that a step's own row refers, by this field, to the row at the end of a path."""

    reference: str
    other: RowPath


class PageNotes:
    """What follows from the pages of a lesson alone; its parts outlive it, so ids stand for them."""

    def __init__(self) -> None:
        self.steps: dict[tuple[object, ...], Sequence[Step]] = {}
        self.names: dict[int, tuple[str, ...]] = {}
        self.tests: dict[tuple[int, ...], Test] = {}
        self.ties: dict[int, Sequence[_Tie]] = {}


class QuickReading(PlainReading):
    """One record, read by the concepts and conditions of a lesson."""

    def __init__(
        self, known: Known, concepts: Mapping[str, Concept], notes: PageNotes | None = None
    ) -> None:
        super().__init__(known, concepts)
        self._notes = notes or PageNotes()
        self._referring: dict[tuple[str, str], dict[str | None, list[int]]] = {}

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
            own = notes.tests[key] = put_on_rows(test, bound)
        return own, rows

    def test(self, test: Test, bound: Bound) -> Truth:
        """Say whether one test of a condition holds."""
        own, rows = self.on_rows(test, bound)
        return self.known.truth(own, rows)

    def worth_trying(self, step: Step, bound: Bound) -> Sequence[Candidate]:
        """Return the rows that may be tied to those bound: all of a kind, or far fewer."""
        every = self.candidates(step.kind)
        if step.kind in self.concepts or len(every) < 2:
            return every
        ties = self._notes.ties.get(id(step))
        if ties is None:
            ties = self._notes.ties[id(step)] = list(_ties(step))
        for reference, other in ties:
            candidate = bound[other.binding]
            if candidate.source is not None:
                continue
            wanted = self.known.row(other, {other.binding: candidate.row})
            if wanted is None or wanted.id is None:
                continue
            referring = self._by_reference(step.kind, reference)
            tied = sorted([*referring.get(wanted.id, ()), *referring.get(None, ())])
            return [every[at] for at in tied]
        return every

    def _by_reference(self, section: str, reference: str) -> Mapping[str | None, list[int]]:
        """Return the positions of a section's rows by what they refer to; None: by what is open."""
        key = (section, reference)
        if key not in self._referring:
            found = self._referring[key] = {}
            for at, candidate in enumerate(self.candidates(section)):
                data = candidate.row.data
                value = None if data is None else data.get(reference)
                if value == UNKNOWN_WORD or reference in candidate.row.unknown:
                    value = None
                found.setdefault(value, []).append(at)
        return self._referring[key]


def _ties(step: Step) -> Iterable[_Tie]:
    """Yield the tests of a step that ask its own row to refer to a row that is named before."""
    for condition in step.conditions:
        tests = condition.alternatives[0] if len(condition.alternatives) == 1 else ()
        for test in tests:
            if isinstance(test, FactTest) or test.order != "==":
                continue
            for own, other in ((test.left, test.right), (test.right, test.left)):
                mine, yours = own.base, other.base
                if (
                    isinstance(mine, Identity)
                    and isinstance(yours, Identity)
                    and mine.row.binding == step.name != yours.row.binding
                    and len(mine.row.references) == 1
                ):
                    yield _Tie(mine.row.references[0], yours.row)
