"""The reference reading for a few instances of many records, as the reasons of findings need it.

It says exactly what `plain_reading` says (a test holds the two together). What follows from a page
alone is worked out once for all records (`PageNotes`): which names a test reads, what it is when it
is asked of the rows that concepts come from, and the steps of a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, ConceptRows
from casecheck.lessons.terms import Alternatives, Test, bindings_of
from casecheck.results import Unknown
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.kleene import Truth
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow
from casecheck.truth.plain_reading import (
    Bound,
    Candidate,
    PlainReading,
    Step,
    names_in,
    put_on_rows,
)


FEW = 12
"""So few rows are tried one by one: an index of them would take longer to make."""


class Asked(NamedTuple):
    """What a condition asks: a number that is the same for all that ask the same; its names."""

    question: int
    names: tuple[str, ...]


class PageNotes:
    """What follows from the pages of a lesson alone; ids stand for its parts, which outlive it."""

    def __init__(self) -> None:
        self.steps: dict[tuple[object, ...], Sequence[Step]] = {}
        self.names: dict[int, tuple[str, ...]] = {}
        self.tests: dict[tuple[int, ...], Test] = {}
        self._asked: dict[int, Asked] = {}
        self._numbers: dict[Alternatives, int] = {}

    def asked(self, condition: Condition) -> Asked:
        """Return what a condition asks, and of which names."""
        asked = self._asked.get(id(condition))
        if asked is None:
            number = self._numbers.setdefault(condition.alternatives, len(self._numbers))
            asked = self._asked[id(condition)] = Asked(number, tuple(sorted(names_in(condition))))
        return asked


class QuickReading(IndexedReading):
    """One record, read by the concepts and conditions of a lesson."""

    def __init__(
        self, known: Known, concepts: Mapping[str, Concept], notes: PageNotes | None = None
    ) -> None:
        super().__init__(known, concepts)
        self._notes = notes or PageNotes()
        self._truths: dict[tuple[object, ...], Truth] = {}
        self.by_sections: dict[int, tuple[Unknown, ...]] = {}
        self.unknowns: dict[tuple[object, ...], tuple[Unknown, ...]] = {}
        self._possible: dict[int, Sequence[Candidate]] = {}
        self._as_sets: dict[int, frozenset[Candidate]] = {}
        self._of_rows: dict[tuple[object, ...], Candidate] = {}

    def steps(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Sequence[Step]:
        """Return the steps of a search, worked out once for each search of a page."""
        key = (id(where), *names.items(), None, *bound)
        steps = self._notes.steps.get(key)
        if steps is None:
            steps = self._notes.steps[key] = super().steps(names, where, bound)
        return steps

    def question(self, condition: Condition, bound: Bound) -> tuple[object, ...]:
        """Return what is the same wherever the same is asked of the same rows."""
        asked = self._notes.asked(condition)
        # A candidate stands for its row, and is the same object wherever the row is looked at.
        return (asked.question, *[bound[name] for name in asked.names])

    def truth(self, condition: Condition, bound: Bound) -> Truth:
        """Say whether a condition holds, worked out once for the same rows."""
        key = self.question(condition, bound)
        if key not in self._truths:
            self._truths[key] = PlainReading.truth(self, condition, bound)
        return self._truths[key]

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
        """Return the rows that may be tied to those bound, less those that are surely no such."""
        key = id(step)
        if key not in self._possible:
            self._possible[key] = self._that_may_be(step)
        possible = self._possible[key]
        if len(possible) <= FEW:
            return possible
        few = super().worth_trying(step, bound)
        if few is self.candidates(step.kind):
            return possible
        as_set = self._as_sets.get(key)
        if as_set is None:
            as_set = self._as_sets[key] = frozenset(possible)
        return [one for one in few if one in as_set]

    def _that_may_be(self, step: Step) -> Sequence[Candidate]:
        """Return the rows that no condition on them alone rules out."""
        name = step.name or ""
        alone = [one for one in step.conditions if self._notes.asked(one).names == (name,)]
        return [
            candidate
            for candidate in self.candidates(step.kind)
            if candidate.there is not False
            and all(self.truth(one, {name: candidate}) is not False for one in alone)
        ]

    def candidate(self, kind: str, row: KnownRow, source: ConceptRows | None) -> Candidate:
        """Return what a row is as one of a kind; the same for the same row."""
        key = (kind, row.section, row.index, row.perhaps, id(source))
        if row.index is None and row.id is not None:
            return super().candidate(kind, row, source)
        if key not in self._of_rows:
            self._of_rows[key] = super().candidate(kind, row, source)
        return self._of_rows[key]


class QuickHangsOn(HangsOn):
    """Names what outcomes of one record hang on; of a condition and rows it is worked out once."""

    def __init__(self, reading: QuickReading) -> None:
        super().__init__(reading)
        self._kept = reading.unknowns
        self._question = reading.question
        self._sections = reading.by_sections

    def by_sections(self, one: Alternative, bound: Bound) -> Iterable[Unknown]:
        """Return the sections of which something is open that is read in looking for rows."""
        if id(one) not in self._sections:
            self._sections[id(one)] = tuple(set(super().by_sections(one, bound)))
        return self._sections[id(one)]

    def of_condition(self, condition: Condition, bound: Bound) -> Iterable[Unknown]:
        """Return what leaves open a condition that is unknown."""
        key = self._question(condition, bound)
        if key not in self._kept:
            self._kept[key] = tuple(super().of_condition(condition, bound))
        return self._kept[key]
