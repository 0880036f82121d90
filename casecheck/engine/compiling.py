"""Turn a lesson into rulesets for the engine and the layout of the facts that they read.

Every condition has two readings: *must* (true whatever the unknowns are) and *may* (true for some
of what they could be). A quantity is a fact's property with a lower and an upper bound, and each
reading of a comparison looks at the bound that decides it; a test of codes or flags is a property
of 0 (false), 1 (unknown) or 2 (true). So the engine needs no `not`, no `or` and no arithmetic:
each rule is a plain conjunction, and what is missing is found afterwards, by set arithmetic.

Where a record leaves nothing of what the lesson reads unknown, both readings are one, and the
`EXACT` ruleset asks it once with one number a quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from casecheck.engine.folding import folded
from casecheck.engine.limits import TooMuch, refuse_too_many_rules, refuse_too_much
from casecheck.engine.ruleset import (
    FALSE,
    ORDERS,
    SELF,
    TRUE,
    UNSURE,
    CompiledLesson,
    Join,
    Kind,
    Limit,
    MemberRule,
    Pattern,
    PopulationRules,
    Reading,
    ReadingRules,
    Rule,
    RuleRow,
    Ruleset,
    TruthOf,
    Value,
    null_above,
)
from casecheck.lessons.conditions import Condition
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Alternative, Lesson, Population
from casecheck.lessons.terms import (
    FLIPPED,
    Base,
    Comparison,
    FactTest,
    Order,
    Quantity,
    RowPath,
    Substitution,
    Test,
    WorkingDay,
    Zero,
    bindings_of,
    bindings_of_base,
    is_range,
    is_row,
)


def compile_lesson(lesson: Lesson) -> CompiledLesson:
    """Compile a lesson's checks into its two rulesets."""
    try:
        exact, bounded = (_RulesetWriter(lesson, exact=one).ruleset() for one in (True, False))
        for ruleset in (exact, bounded):
            refuse_too_much(ruleset)
    except TooMuch as error:
        raise RulesError([lesson.checks[0].place.error(str(error))]) from None
    return CompiledLesson(lesson, exact, bounded)


_ReadTest = tuple[Test, Reading]


@dataclass(frozen=True, slots=True)
class _Conjunction:
    """What a rule asks: names to kinds in join order, and tests with their readings.

    `certain` names the rows that must be in the record for certain, not perhaps; `about` those that
    a check asks about.
    """

    bindings: Mapping[str, str]
    tests: tuple[_ReadTest, ...]
    certain: frozenset[str]
    about: frozenset[str] = frozenset()


class _RulesetWriter:
    """Writes the rules of one lesson for one way of reading."""

    def __init__(self, lesson: Lesson, *, exact: bool) -> None:
        self.lesson = lesson
        self.kinds: dict[str, Kind] = {}
        self.readings = (Reading.EXACT,) if exact else (Reading.MUST, Reading.MAY)
        self.names: dict[Rule, str] = {}

    def ruleset(self) -> Ruleset:
        checks = tuple(
            tuple(self._population(population) for population in check.populations)
            for check in self.lesson.checks
        )
        rules = {name: rule for rule, name in self.names.items()}
        return Ruleset(self.kinds, rules, checks)

    def _population(self, population: Population) -> PopulationRules:
        rows = tuple(map(RowPath, population.for_each))
        if self.readings == (Reading.EXACT,):
            population, rows = folded(population)
        must, *may = (self._reading_rules(population, reading) for reading in self.readings)
        return PopulationRules(must, may[0] if may else must, rows)

    def _reading_rules(self, population: Population, reading: Reading) -> ReadingRules:
        return ReadingRules(
            members=tuple(self._population_rules(population, reading)),
            excluded=tuple(self._evidence_rules(population, population.unless, reading)),
            met=tuple(self._evidence_rules(population, population.met_by, reading)),
        )

    def _population_rules(self, population: Population, reading: Reading) -> Iterator[str]:
        """Write the rules that find the population: one for each alternative of it."""
        for alternative in population.given or (Alternative("", {}, ()),):
            rows = {**population.for_each, **alternative.find}
            certain = frozenset(rows if reading is Reading.MUST else ())
            # Where nothing is unknown, every row may be asked about.
            about = frozenset(population.for_each if reading is not Reading.EXACT else ())
            for tests in _conjunctions((*population.where, *alternative.where)):
                read = tuple((test, reading) for test in tests)
                yield self._add(_Conjunction(rows, read, certain, about), len(population.for_each))

    def _evidence_rules(
        self, population: Population, alternatives: Iterable[Alternative], reading: Reading
    ) -> Iterator[MemberRule]:
        """Write the rules for each alternative, joined to those members that it speaks of.

        Evidence in one reading is wanted for the population in the other, so the members are read
        the other way than what is found for them.
        """
        other = _OTHER[reading]
        names = list(population.for_each)
        for alternative in alternatives:
            for tests in _conjunctions(alternative.where):
                members = _members_named(population, tests)
                rows = {name: population.for_each[name] for name in members}
                rows |= alternative.find
                must = members if other is Reading.MUST else []
                must = [*must, *(alternative.find if reading is Reading.MUST else ())]
                read = [(test, reading) for test in tests]
                read += [(test, other) for test in _tests_alone_of(population, members)]
                rule = _Conjunction(rows, tuple(read), frozenset(must))
                columns = None if members == names else tuple(map(names.index, members))
                yield MemberRule(self._add(rule, len(members)), columns)

    def _add(self, conjunction: _Conjunction, members: int) -> str:
        """Return the name of a rule, written now or before; its first rows are the members."""
        rule = Rule(_RowWriter(self.kinds, conjunction).rows(), members)
        return self.names.setdefault(rule, f"r{len(self.names)}")


def _members_named(population: Population, tests: Iterable[Test]) -> list[str]:
    """Return the rows of an instance that some tests of evidence speak of.

    What speaks of no row of the instance holds for all: it is joined to the first.
    """
    named = {binding for test in tests for binding in bindings_of(test)}
    members = [name for name in population.for_each if name in named]
    return members or list(population.for_each)[:1]


def _tests_alone_of(population: Population, members: Sequence[str]) -> Iterator[Test]:
    """Yield the population's own tests of some of its rows.

    They only spare the engine matches that no instance would use: the sets are cut with the
    population's afterwards.
    """
    for condition in population.where:
        if len(condition.alternatives) == 1:
            for test in condition.alternatives[0]:
                if bindings_of(test) and bindings_of(test) <= set(members):
                    yield test


class _RowWriter:
    """Writes one rule, row by row: tests of the row alone, then its joins with earlier rows."""

    def __init__(self, kinds: dict[str, Kind], conjunction: _Conjunction) -> None:
        self.conjunction = conjunction
        # Number 0 is the sentinel's.
        self.kinds = {
            name: kinds.setdefault(kind, Kind(kind, len(kinds) + 1))
            for name, kind in conjunction.bindings.items()
        }
        self.names = list(conjunction.bindings)

    def rows(self) -> tuple[RuleRow, ...]:
        seen: set[str] = set()
        rows = []
        for name in self.names:
            first = not seen
            seen.add(name)
            tests = [
                (test, reading)
                for test, reading in self.conjunction.tests
                if (name in (named := bindings_of(test)) and named <= seen) or (first and not named)
            ]
            rows.append(self._row(name, tests))
        return tuple(rows)

    def _row(self, name: str, tests: Sequence[_ReadTest]) -> RuleRow:
        kind = self.kinds[name]
        alone = [Limit("x", "==", TRUE)] if name in self.conjunction.certain else []
        alone += [Limit("p", "==", 1)] if name in self.conjunction.about else []
        joins: list[Join] = []
        truths: list[tuple[str, bool]] = []
        limits: list[tuple[str, Order, int]] = []
        joined: list[str] = []
        for test, reading in tests:
            if len(bindings_of(test)) > 1:
                facing = _facing(test, name)
                joins.extend(self._joins(name, facing, reading))
                joined.append(self._own_side(name, facing))
            elif truth := _truth_of(test, name):
                truths.append((kind.property(truth[0]), truth[1]))
                alone.append(_truth_test(*truths[-1], reading))
            else:
                assert isinstance(test, Comparison)
                limits.append(self._limit(name, test))
                own, order, number = limits[-1]
                for bound, bound_order in _LIMITS[reading][order]:
                    alone.append(Limit(own + bound, bound_order, number))
        pattern = Pattern(tuple(truths), tuple(limits), (*joined, *self._carried(name)))
        kind.patterns[pattern] = None
        return RuleRow(kind.name, pattern, tuple(alone), tuple(joins))

    def _carried(self, name: str) -> list[str]:
        """Return the properties of this row that a later row of the rule is compared with."""
        later = set(self.names[self.names.index(name) + 1 :])
        return [
            self._other_side(name, _facing(test, other))
            for test, _ in self.conjunction.tests
            for other in bindings_of(test) & later
            if name in bindings_of(test)
        ]

    def _limit(self, name: str, test: Comparison) -> tuple[str, Order, int]:
        """Return a comparison of one quantity of the row with a fixed number."""
        test = _constant_right(test)
        value = Value(_own(test.left.base, name), 0, null_above(test, "left"))
        return self.kinds[name].property(value), test.order, test.right.plus - test.left.plus

    def _joins(self, name: str, test: Comparison, reading: Reading) -> Iterator[Join]:
        """Yield the tests of one quantity of the row against one of an earlier row."""
        (earlier,) = bindings_of_base(test.right.base)
        own, other = self._own_side(name, test), self._other_side(earlier, test)
        bounds = _JOINS[reading][test.order]
        if is_row(test.left.base) and reading is Reading.MUST:
            # A row is known or not at all: one equality of a lower and an upper bound will do.
            bounds = bounds[:1]
        for own_bound, order, other_bound in bounds:
            yield Join(own + own_bound, order, self.names.index(earlier), other + other_bound)

    def _own_side(self, name: str, test: Comparison) -> str:
        """Return the property that this row is compared by; it stands on the left."""
        value = Value(_own(test.left.base, name), 0, null_above(test, "left"))
        return self.kinds[name].property(value)

    def _other_side(self, name: str, test: Comparison) -> str:
        """Return the property that a later row is compared with; it carries the days added."""
        plus = test.right.plus - test.left.plus
        value = Value(_own(test.right.base, name), plus, null_above(test, "right"))
        return self.kinds[name].property(value)


_OTHER = {
    Reading.EXACT: Reading.EXACT,
    Reading.MUST: Reading.MAY,
    Reading.MAY: Reading.MUST,
}
# Which bounds (0 lower, 1 upper) decide a comparison with a fixed number, in each reading.
_LIMITS: Mapping[Reading, Mapping[Order, tuple[tuple[str, Order], ...]]] = {
    Reading.EXACT: {order: (("", order),) for order in ORDERS},
    Reading.MUST: {
        "<": (("1", "<"),),
        "<=": (("1", "<="),),
        ">": (("0", ">"),),
        ">=": (("0", ">="),),
        "==": (("0", "=="), ("1", "==")),
    },
    Reading.MAY: {
        "<": (("0", "<"),),
        "<=": (("0", "<="),),
        ">": (("1", ">"),),
        ">=": (("1", ">="),),
        "==": (("0", "<="), ("1", ">=")),
    },
}
# The same for two quantities: this row's bound, the order, the other row's bound.
_JOINS: Mapping[Reading, Mapping[Order, tuple[tuple[str, Order, str], ...]]] = {
    Reading.EXACT: {order: (("", order, ""),) for order in ORDERS},
    Reading.MUST: {
        "<": (("1", "<", "0"),),
        "<=": (("1", "<=", "0"),),
        ">": (("0", ">", "1"),),
        ">=": (("0", ">=", "1"),),
        "==": (("0", "==", "1"), ("1", "==", "0")),
    },
    Reading.MAY: {
        "<": (("0", "<", "1"),),
        "<=": (("0", "<=", "1"),),
        ">": (("1", ">", "0"),),
        ">=": (("1", ">=", "0"),),
        "==": (("0", "<=", "1"), ("1", ">=", "0")),
    },
}


def _truth_test(name: str, negated: bool, reading: Reading) -> Limit:
    """Ask a truth: in the *may* reading unknown will do."""
    if reading is Reading.MAY:
        return Limit(name, "<=" if negated else ">=", UNSURE)
    return Limit(name, "==", FALSE if negated else TRUE)


def _truth_of(test: Test, name: str) -> tuple[TruthOf, bool] | None:
    """Return a test of one row as a truth to be told with the fact, and whether it is negated.

    None for a quantity against a fixed number, which the engine compares. A birthday is a range
    even where the record is complete, so its truth is told: it is mostly settled.
    """
    to_self = Substitution(name, SELF)
    if isinstance(test, FactTest):
        return TruthOf(to_self.fact(test.fact)), test.negated
    fixed = _constant_right(test)
    if isinstance(fixed.right.base, Zero) and not is_range(fixed.left.base):
        return None
    told = to_self.test(test)
    assert isinstance(told, Comparison)
    return TruthOf(told), False


def _own(base: Base, name: str) -> Base:
    return Substitution(name, SELF).base(base)


def _flipped(test: Comparison) -> Comparison:
    return Comparison(test.right, FLIPPED[test.order], test.left, test.when_null)


def _facing(test: Test, name: str) -> Comparison:
    """Return a comparison of two rows with this one's quantity on the left."""
    assert isinstance(test, Comparison)  # a fact is about one row
    return test if name in bindings_of_base(test.left.base) else _flipped(test)


def _constant_right(test: Comparison) -> Comparison:
    """Return the comparison with a fixed number, where one side is one, on the right."""
    left, right = _settled(test.left), _settled(test.right)
    test = Comparison(left, test.order, right, test.when_null)
    return _flipped(test) if isinstance(left.base, Zero) else test


def _settled(quantity: Quantity) -> Quantity:
    """Return today's running number among the working days, from which they count, as nought."""
    if quantity.base == WorkingDay(Quantity(Zero())):
        return Quantity(Zero(), quantity.plus)
    return quantity


def _conjunctions(conditions: Iterable[Condition]) -> Iterator[tuple[Test, ...]]:
    """Yield each way to choose one alternative of every condition, as one list of tests."""
    alternatives = [condition.alternatives for condition in conditions]
    refuse_too_many_rules(prod(map(len, alternatives)))
    for chosen in product(*alternatives):
        yield tuple(dict.fromkeys(test for tests in chosen for test in tests))
