"""Read a lesson's conditions on one record a second time, plainly: row by row, without the engine.

`explain` gives its account from this reading, and holds it against what the engine found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casecheck.audit.answerable import to_source
from casecheck.lessons.conditions import Condition
from casecheck.lessons.lesson import Alternative, Concept, ConceptRows, Population
from casecheck.lessons.terms import (
    Base,
    Comparison,
    FactTest,
    Identity,
    Quantity,
    Row,
    Substitution,
    Test,
    bindings_of,
    bindings_of_base,
)
from casecheck.results import Outcome
from casecheck.truth.known import UNKNOWN_BOUNDS, Bounds, Known, KnownRow, Truth, compare


class Result(StrEnum):
    """What one instance says, gravest first."""

    BREACH = "breach"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    UNSETTLED = "unsettled"
    """If the check applies to it, it is met; but the record cannot tell whether it applies."""
    MET = "met"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A row that a name of a page may stand for.

    `kind` is a section or a concept; of a concept, `row` is the row that it comes from and `source`
    the way in which it does. `there` says whether the row is there and of that kind.
    """

    kind: str
    row: KnownRow
    source: ConceptRows | None
    there: Truth


Bound = Mapping[str, Candidate]
"""What each name of a page stands for."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One combination of rows of which a check asks, and what it says.

    `member`: whether it belongs to the population and is not excluded; `evidence`: whether it is
    met.
    """

    bound: Bound
    member: Truth
    evidence: Truth
    result: Result


@dataclass(frozen=True, slots=True)
class _Step:
    """Give a name its row (None: no more than those given), then ask these conditions.

    `ties` are, among them, those that ask for one and the same row: what the name's own row must
    come to, and what it must equal.
    """

    name: str | None
    kind: str
    conditions: tuple[Condition, ...]
    ties: tuple[tuple[Quantity, Quantity], ...]


class SecondReading:
    """One record, read by the concepts and conditions of a lesson."""

    def __init__(self, known: Known, concepts: Mapping[str, Concept]) -> None:
        self.known = known
        self.concepts = concepts
        self._candidates: dict[str, Sequence[Candidate]] = {}
        # The parts of a page outlive this reading, so that their ids stand for them: hashing a
        # term takes longer than reading it. A kept value is of one row at most.
        self._steps: dict[tuple[object, ...], list[_Step]] = {}
        self._names: dict[int, frozenset[str]] = {}
        self._positions: dict[tuple[int, str], dict[Bounds | None, list[int]]] = {}
        self._bounds: dict[tuple[int, Candidate | None], Bounds | None] = {}
        self._alone: dict[tuple[int, Candidate | None], Truth] = {}

    # --- rows ---

    def candidates(self, kind: str) -> Sequence[Candidate]:
        """Return the rows of a section, or those that a concept may come from, in order.

        Among a concept's are rows that are surely not of its kind (`there` False).
        """
        if kind not in self._candidates:
            self._candidates[kind] = list(self._candidates_of(kind))
        return self._candidates[kind]

    def _candidates_of(self, kind: str) -> Iterator[Candidate]:
        if kind not in self.concepts:
            for row in self.known.rows(kind):
                yield Candidate(kind, row, None, _is_there(row))
            return
        for source in self.concepts[kind].rows:
            for row in self.known.rows(source.section):
                rows = {source.binding: row}
                truth = _all(
                    _any(self.known.all_of(tests, rows) for tests in condition.alternatives)
                    for condition in source.where
                )
                yield Candidate(kind, row, source, _all([truth, _is_there(row)]))

    def combinations(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Iterator[tuple[Bound, Truth]]:
        """Yield the rows for some names, beside those bound, for which conditions may all hold."""
        key = (id(where), *names.items(), None, *bound)
        if key not in self._steps:
            self._steps[key] = list(self._steps_for(names, where, set(bound)))
        return self._descend(self._steps[key], bound, True)

    def _steps_for(
        self, names: Mapping[str, str], where: Sequence[Condition], told: set[str]
    ) -> Iterator[_Step]:
        """Yield a step for each name, with the conditions that can be asked from there on."""
        asked: set[int] = set()
        for name, kind in [(None, ""), *names.items()]:
            if name is not None:
                told.add(name)
            now = [
                condition
                for condition in where
                if id(condition) not in asked and self.names(condition) <= told
            ]
            asked.update(map(id, now))
            # Those of one row first: each is read once a row.
            now.sort(key=lambda one: len(self.names(one)) > 1)
            yield _Step(name, kind, tuple(now), tuple(_ties(name, now)))

    def _descend(
        self, steps: Sequence[_Step], bound: Bound, so_far: Truth
    ) -> Iterator[tuple[Bound, Truth]]:
        if not steps:
            yield bound, so_far
            return
        step = steps[0]
        if step.name is None:
            truth = _all([so_far, self.all_of(step.conditions, bound)])
            if truth is not False:
                yield from self._descend(steps[1:], bound, truth)
            return
        for candidate in self._tied(step, bound):
            if candidate.there is False:
                continue
            wider = {**bound, step.name: candidate}
            truth = self.all_of(step.conditions, wider)
            if truth is not False:
                together = _all([so_far, candidate.there, truth])
                yield from self._descend(steps[1:], wider, together)

    def _tied(self, step: _Step, bound: Bound) -> Sequence[Candidate]:
        """Return the rows of a step that may be tied to those bound: all of them, or far fewer."""
        fewest = self.candidates(step.kind)
        for own, other in step.ties:
            wanted = self._page_bounds(other, bound)
            if wanted is None or wanted == UNKNOWN_BOUNDS:
                continue
            by_row = self._by_row(own, step)
            # A row of which it is unknown to what it belongs may belong to this one.
            tied = sorted([*by_row.get(wanted, ()), *by_row.get(UNKNOWN_BOUNDS, ())])
            if len(tied) < len(fewest):
                candidates = self.candidates(step.kind)
                fewest = [candidates[position] for position in tied]
        return fewest

    def _by_row(self, own: Quantity, step: _Step) -> Mapping[Bounds | None, Sequence[int]]:
        """Return the positions of a step's rows by the row that each comes to."""
        key = (id(own), step.kind)
        if key not in self._positions:
            name = step.name or ""
            by_row = self._positions[key] = {}
            for position, candidate in enumerate(self.candidates(step.kind)):
                came_to = self._page_bounds(own, {name: candidate})
                by_row.setdefault(came_to, []).append(position)
        return self._positions[key]

    # --- populations ---

    def instances(self, population: Population) -> Iterator[Instance]:
        """Yield each combination of rows of which a check asks, or may ask, and what it says."""
        for bound, truth in self.combinations(population.for_each, population.where, {}):
            member = self.membership(population, bound, truth)
            if member is not False:
                evidence = self.any_of(population.met_by, bound)
                yield Instance(bound, member, evidence, _result(member, evidence))

    def membership(self, population: Population, bound: Bound, where: Truth) -> Truth:
        """Say whether rows are asked about, and not left out; `where` of their conditions."""
        given = self.any_of(population.given, bound) if population.given else True
        excluded = self.any_of(population.unless, bound)
        return _all([where, given, None if excluded is None else not excluded])

    def any_of(self, alternatives: Iterable[Alternative], bound: Bound) -> Truth:
        """Say whether one of some alternatives holds."""
        return _any(self.holds(alternative, bound) for alternative in alternatives)

    def holds(self, alternative: Alternative, bound: Bound) -> Truth:
        """Say whether there are rows that make an alternative hold."""
        found = self.combinations(alternative.find, alternative.where, bound)
        return _any(truth for _, truth in found)

    # --- conditions ---

    def names(self, condition: Condition) -> frozenset[str]:
        """Return the names of the rows that a condition reads."""
        if id(condition) not in self._names:
            tests = (test for tests in condition.alternatives for test in tests)
            self._names[id(condition)] = frozenset().union(*map(bindings_of, tests))
        return self._names[id(condition)]

    def all_of(self, conditions: Iterable[Condition], bound: Bound) -> Truth:
        """Say whether all of some conditions hold."""
        return _all(self.truth(condition, bound) for condition in conditions)

    def truth(self, condition: Condition, bound: Bound) -> Truth:
        """Say whether a condition holds."""
        names = self.names(condition)
        if len(names) > 1:
            return self._truth(condition, bound)
        key = (id(condition), bound[next(iter(names))] if names else None)
        if key not in self._alone:
            self._alone[key] = self._truth(condition, bound)
        return self._alone[key]

    def _truth(self, condition: Condition, bound: Bound) -> Truth:
        return _any(
            _all(self.test(test, bound) for test in tests) for tests in condition.alternatives
        )

    def test(self, test: Test, bound: Bound) -> Truth:
        """Say whether one test of a condition holds."""
        if isinstance(test, FactTest):
            return self._fact(test, bound)
        left, right = self._page_bounds(test.left, bound), self._page_bounds(test.right, bound)
        if left is None or right is None:
            return test.when_null
        return compare(left, test.order, right)

    def _fact(self, test: FactTest, bound: Bound) -> Truth:
        name = test.fact.field.row.binding
        candidate = bound[name]
        told = FactTest(to_row(name, candidate).fact(test.fact), test.negated)
        return self.known.truth(told, {name: candidate.row})

    def bounds(self, quantity: Quantity, bound: Bound) -> Bounds | None:
        """Return the least and the greatest that a quantity can be; None for no such event."""
        name = next(iter(bindings_of_base(quantity.base)), None)
        if name is None:
            return self.known.bounds(quantity, {})
        candidate = bound[name]
        base: Base = to_row(name, candidate).base(quantity.base)
        return self.known.bounds(Quantity(base, quantity.plus), {name: candidate.row})

    def _page_bounds(self, quantity: Quantity, bound: Bound) -> Bounds | None:
        """Return the bounds of a quantity that stands on the page, read once for each row."""
        name = next(iter(bindings_of_base(quantity.base)), None)
        key = (id(quantity), None if name is None else bound[name])
        if key not in self._bounds:
            self._bounds[key] = self.bounds(quantity, bound)
        return self._bounds[key]

    def reported(self, candidate: Candidate) -> tuple[KnownRow, ...]:
        """Return the rows that a candidate is reported with in an instance."""
        if candidate.source is None or candidate.row.data is None:
            return (candidate.row,)
        paths = [
            candidate.source.fields[name] for name in self.concepts[candidate.kind].reported_as
        ]
        ends = [
            self.known.follow(candidate.row, path.references)
            for path in paths
            if isinstance(path, Row)
        ]
        return tuple(row for row in ends if row is not None) if ends else (candidate.row,)


def to_row(name: str, candidate: Candidate) -> Substitution:
    """Return what turns a term of a name into one of the row that the name stands for."""
    if candidate.source is None:
        return Substitution(name, name)
    return to_source(name, candidate.source)


def _ties(name: str | None, conditions: Iterable[Condition]) -> Iterator[tuple[Quantity, Quantity]]:
    for condition in conditions:
        for test in condition.alternatives[0] if len(condition.alternatives) == 1 else ():
            if not isinstance(test, Comparison) or test.order != "==":
                continue
            left, right = test.left.base, test.right.base
            if isinstance(left, Identity) and isinstance(right, Identity):
                own, other = left.row.binding == name, right.row.binding == name
                if own is not other:
                    yield (test.left, test.right) if own else (test.right, test.left)


def _is_there(row: KnownRow) -> Truth:
    return None if row.data is None else True


def _all(truths: Iterable[Truth]) -> Truth:
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def _any(truths: Iterable[Truth]) -> Truth:
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def _result(member: Truth, evidence: Truth) -> Result:
    """Return what an instance says, by the table of `docs/outcomes.md`."""
    if evidence is True:
        return Result.MET if member else Result.UNSETTLED
    if evidence is False and member:
        return Result.BREACH
    return Result.INSUFFICIENT_EVIDENCE


def outcome_of(results: Iterable[Result]) -> Outcome:
    """Return a check's outcome in a case: the worst of its instances."""
    seen = set(results)
    if Result.BREACH in seen:
        return Outcome.BREACH
    if Result.INSUFFICIENT_EVIDENCE in seen:
        return Outcome.INSUFFICIENT_EVIDENCE
    if Result.MET in seen:
        return Outcome.COMPLIANT
    # Unsettled instances weigh nothing beside others, but alone they are no pass.
    return Outcome.INSUFFICIENT_EVIDENCE if seen else Outcome.NOT_APPLICABLE


def finding_of(result: Result, *, only_unsettled: bool) -> Outcome | None:
    """Return as what an instance is reported, or None where it is no finding.

    An unsettled instance is a finding only where its check has no other.
    """
    if result is Result.BREACH:
        return Outcome.BREACH
    if result is Result.INSUFFICIENT_EVIDENCE or (result is Result.UNSETTLED and only_unsettled):
        return Outcome.INSUFFICIENT_EVIDENCE
    return None
