"""The reference reading: what a lesson says of one record, worked out plainly, row by row.

It is `docs/outcomes.md` as code, and keeps nothing to be quicker: `indexed_reading` does, and the
engine is held to the two. `explain` gives its account from this reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casecheck.lessons.alternative import Alternative, LastRow
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, ConceptRows, Population
from casecheck.lessons.needs import to_source
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import (
    Base,
    DayOf,
    FactTest,
    Identity,
    Quantity,
    RowPath,
    Test,
    bindings_of_base,
)
from casecheck.results import Outcome
from casecheck.truth.bounds import UNKNOWN_BOUNDS, Bounds, compare
from casecheck.truth.clusters import Dated, told_once
from casecheck.truth.kleene import Truth, all_of, any_of, negation
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow, enough


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


_BY_OUTCOME = (Result.BREACH, Result.INSUFFICIENT_EVIDENCE, Result.MET, Result.UNSETTLED)
"""What instances say, as it weighs in an outcome: beside others unsettled ones weigh nothing."""
Bound = Mapping[str, Candidate]
"""What each name of a page stands for."""


@dataclass(frozen=True, slots=True, eq=False)
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
class Step:
    """Give a name its row (None: no more than those given), then ask these conditions."""

    name: str | None
    kind: str
    conditions: tuple[Condition, ...]


class PlainReading:
    """One record, read by the concepts and conditions of a lesson."""

    def __init__(self, known: Known, concepts: Mapping[str, Concept]) -> None:
        self.known = known
        self.concepts = concepts
        # One candidate a row: the same row is the same object wherever it is looked at.
        self._candidates: dict[str, Sequence[Candidate]] = {}

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
                yield self.candidate(kind, row, None)
            return
        for source in self.concepts[kind].rows:
            for row in self.known.rows(source.section):
                yield self.candidate(kind, row, source)

    def candidate(self, kind: str, row: KnownRow, source: ConceptRows | None) -> Candidate:
        """Return what a row is as one of a kind, by a way of a concept."""
        if source is None:
            return Candidate(kind, row, None, row.is_there)
        rows = {source.binding: row}
        truth = all_of(
            any_of(self.known.all_of(tests, rows) for tests in condition.alternatives)
            for condition in source.where
        )
        return Candidate(kind, row, source, all_of([truth, row.is_there]))

    def combinations(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Iterator[tuple[Bound, Truth]]:
        """Yield the rows for some names, beside those bound, for which conditions may all hold.

        Conditions of other names are not asked.
        """
        return self._descend(self.steps(names, where, bound), bound, True)

    def steps(
        self, names: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Sequence[Step]:
        """Return a step for each name, with the conditions that can be asked from there on."""
        steps = []
        left = list(where)
        known_names = set(bound)
        for name, kind in [(None, ""), *names.items()]:
            if name is not None:
                known_names.add(name)
            now = [one for one in left if one.names <= known_names]
            left = [one for one in left if one not in now]
            # Those of one row first: they rule out most.
            now.sort(key=lambda condition: len(condition.names) > 1)
            steps.append(Step(name, kind, tuple(now)))
        return steps

    def _descend(
        self, steps: Sequence[Step], bound: Bound, so_far: Truth
    ) -> Iterator[tuple[Bound, Truth]]:
        if not steps:
            yield bound, so_far
            return
        step = steps[0]
        if step.name is None:
            truth = all_of([so_far, self.all_of(step.conditions, bound)])
            if truth is not False:
                yield from self._descend(steps[1:], bound, truth)
            return
        for candidate in self.worth_trying(step, bound):
            if candidate.there is False:
                continue
            wider = {**bound, step.name: candidate}
            truth = self.all_of(step.conditions, wider)
            if truth is not False:
                together = all_of([so_far, candidate.there, truth])
                yield from self._descend(steps[1:], wider, together)

    def worth_trying(self, step: Step, bound: Bound) -> Sequence[Candidate]:
        """Return the rows that may stand for a step's name: here, all of its kind."""
        del bound
        return self.candidates(step.kind)

    # --- populations ---

    def instances(self, population: Population) -> Iterator[Instance]:
        """Yield each combination of rows of which a check asks, or may ask, and what it says."""
        for bound, truth in self.combinations(population.for_each, population.where, {}):
            asked = all_of(self.known.asked_about(one.row) for one in bound.values())
            member = all_of([asked, self.membership(population, bound, truth)])
            if member is not False:
                evidence = self.any_of(population.met_by, bound)
                yield Instance(bound, member, evidence, _result(member, evidence))

    def told(self, population: Population) -> Mapping[Instance, int]:
        """Return the instances that are told, and how many others are told with each."""
        instances, once = list(self.instances(population)), population.once
        if once is None:
            return dict.fromkeys(instances, 0)
        dated = (
            Dated(
                one,
                _BY_OUTCOME.index(one.result),
                self.bounds(once.day, one.bound),
                self.bounds(Quantity(Identity(once.same)), one.bound),
            )
            for one in instances
        )
        told = told_once(dated, once.days)
        return {one: told[one] for one in instances if one in told}

    def membership(self, population: Population, bound: Bound, where: Truth) -> Truth:
        """Say whether rows are asked about, and not left out; `where` of their conditions."""
        given = self.any_of(population.given, bound) if population.given else True
        excluded = self.any_of(population.unless, bound)
        return all_of([where, given, negation(excluded)])

    def any_of(self, alternatives: Iterable[Alternative], bound: Bound) -> Truth:
        """Say whether one of some alternatives holds."""
        return any_of(self.holds(alternative, bound) for alternative in alternatives)

    def holds(self, alternative: Alternative, bound: Bound) -> Truth:
        """Say whether there are rows that make an alternative hold."""
        found = self.found(alternative, bound)
        if alternative.at_least:
            first = next(iter(alternative.find))
            counted = ((rows[first].row, truth) for rows, truth in found)
            return enough(alternative.at_least.number, counted)
        if alternative.last:
            return self._of_last(alternative.last, list(found))
        return any_of(truth for _, truth in found)

    def found(self, alternative: Alternative, bound: Bound) -> Iterator[tuple[Bound, Truth]]:
        """Yield the rows that may be what an alternative looks for, and whether they are."""
        absence = alternative.without
        for rows, truth in self.combinations(alternative.find, alternative.where, bound):
            if absence is None:
                yield rows, truth
                continue
            beside = any_of(one for _, one in self.looked_for(absence.find, absence.where, rows))
            if beside is not True:
                yield rows, all_of([truth, negation(beside)])
        for rows in self.left_open(alternative.find, alternative.where, bound):
            yield rows, None

    def looked_for(
        self, find: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Iterator[tuple[Bound, Truth]]:
        """Yield the rows that may be those looked for, and whether they are."""
        yield from self.combinations(find, where, bound)
        yield from ((rows, None) for rows in self.left_open(find, where, bound))

    def left_open(
        self, find: Mapping[str, str], where: Sequence[Condition], bound: Bound
    ) -> Iterator[Bound]:
        """Yield the rows at which a search ends, for the record lacks the section of the last.

        Whether that row is there is unknown, whatever the record tells of those named after it:
        what is asked of them is a condition of it. They are rows of which everything is unknown.
        """
        kinds = list(find.items())
        for at, (last, kind) in enumerate(kinds[:-1], 1):
            if any(one.row.is_of_unknown_section for one in self.candidates(kind)):
                later = {name: self._unknown(kind) for name, kind in kinds[at:]}
                for rows, _ in self.combinations(dict(kinds[:at]), where, bound):
                    if rows[last].row.is_of_unknown_section:
                        yield {**rows, **later}

    def _unknown(self, kind: str) -> Candidate:
        """Return a row of a kind of which everything is unknown, even whether it is there."""
        source = self.concepts[kind].rows[0] if kind in self.concepts else None
        section = source.section if source else kind
        return Candidate(kind, KnownRow(section, None, None, None), source, None)

    def _of_last(self, last: LastRow, found: Sequence[tuple[Bound, Truth]]) -> Truth:
        """Say whether something holds of the last row of those found, whichever that may be."""
        truths = [self.all_of(last.then, rows) for rows, _ in self.may_be_last(last, found)]
        if any(truth for _, truth in found) and all(truths):
            return True
        return None if any(truth is not False for truth in truths) else False

    def may_be_last(
        self, last: LastRow, found: Sequence[tuple[Bound, Truth]]
    ) -> Sequence[tuple[Bound, Truth]]:
        """Return those of the rows found that may be the last: of which no other surely is later.

        Of two rows of one day either may be.
        """
        days = [self._ends(last, rows) for rows, _ in found]
        surely = [day for day, (_, truth) in zip(days, found, strict=True) if truth]
        return [
            one
            for day, one in zip(days, found, strict=True)
            if all(day[1] >= first for first, _ in surely)
        ]

    def _ends(self, last: LastRow, rows: Bound) -> Bounds:
        """Return the bounds of a row's day, turned round where the earliest is asked for."""
        first, end = self.bounds(Quantity(DayOf(last.day)), rows) or UNKNOWN_BOUNDS
        return (first, end) if last.kind == "latest" else (-end, -first)

    # --- conditions ---

    def all_of(self, conditions: Iterable[Condition], bound: Bound) -> Truth:
        """Say whether all of some conditions hold."""
        return all_of(self.truth(condition, bound) for condition in conditions)

    def truth(self, condition: Condition, bound: Bound) -> Truth:
        """Say whether a condition holds."""
        return any_of(
            all_of(self.test(test, bound) for test in tests) for tests in condition.alternatives
        )

    def test(self, test: Test, bound: Bound) -> Truth:
        """Say whether one test of a condition holds."""
        if isinstance(test, FactTest):
            return self._fact(test, bound)
        left, right = self.side(test.left, bound), self.side(test.right, bound)
        if left is None or right is None:
            return test.when_null
        return compare(left, test.order, right)

    def on_rows(self, test: Test, bound: Bound) -> tuple[Test, Mapping[str, KnownRow]]:
        """Return a test as one of the rows that candidates come from, and those rows."""
        for name, candidate in bound.items():
            if candidate.source is not None:
                test = to_source(name, candidate.source).test(test)
        return test, {name: one.row for name, one in bound.items()}

    def side(self, quantity: Quantity, bound: Bound) -> Bounds | None:
        """Return the bounds of one side of a comparison that stands on the page."""
        return self.bounds(quantity, bound)

    def _fact(self, test: FactTest, bound: Bound) -> Truth:
        name = test.fact.field.row.binding
        candidate = bound[name]
        of_row = FactTest(to_row(name, candidate).fact(test.fact), test.negated)
        return self.known.truth(of_row, {name: candidate.row})

    def bounds(self, quantity: Quantity, bound: Bound) -> Bounds | None:
        """Return the least and the greatest that a quantity can be; None for no such event."""
        name = next(iter(bindings_of_base(quantity.base)), None)
        if name is None:
            return self.known.bounds(quantity, {})
        candidate = bound[name]
        base: Base = to_row(name, candidate).base(quantity.base)
        return self.known.bounds(Quantity(base, quantity.plus), {name: candidate.row})

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
            if isinstance(path, RowPath)
        ]
        return tuple(row for row in ends if row is not None) if ends else (candidate.row,)


def to_row(name: str, candidate: Candidate) -> Substitution:
    """Return what turns a term of a name into one of the row that the name stands for."""
    if candidate.source is None:
        return Substitution(name, name)
    return to_source(name, candidate.source)


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
