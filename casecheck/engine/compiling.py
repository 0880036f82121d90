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
from dataclasses import dataclass, field
from enum import Enum
from itertools import product
from math import prod
from typing import Any

from casecheck.engine.folding import folded
from casecheck.engine.limits import TooMuch, refuse_too_many_rules, refuse_too_much
from casecheck.lessons.conditions import Condition
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Alternative, Lesson, Population
from casecheck.lessons.terms import (
    FLIPPED,
    Base,
    Comparison,
    Fact,
    FactTest,
    Identity,
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
    nullable,
)

ORDERS: tuple[Order, ...] = ("<", "<=", ">", ">=", "==")
FALSE, UNSURE, TRUE = 0, 1, 2
"""A truth as a number in a fact."""
SENTINEL = 0
"""The kind of a batch's last fact."""
SELF = "_"
"""The name of a fact's own row in the terms of its properties."""
MATCHES_AT_ONCE = 1_000
_LETTERS = "abcdefghijklmnopqsuvwy"
END = "end"
"""The rule of the sentinel: a batch whose last fact does not fire it was cut short."""


class Reading(Enum):
    """How a condition with unknowns in it is read."""

    EXACT = "x"
    MUST = "m"
    MAY = "y"


@dataclass(frozen=True, slots=True)
class Value:
    """A property that holds a number: a quantity of the fact's row.

    `null_above` says on which side of all days an event lies that has not happened, so that the
    comparison comes out as it must; None where the quantity is never such an event.
    """

    base: Base
    plus: int
    null_above: bool | None


@dataclass(frozen=True, slots=True)
class TruthOf:
    """A property that holds a truth: 0 false, 1 unknown, 2 true."""

    test: Fact | Comparison


Property = Value | TruthOf


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a rule asks of one fact, by the names of its properties.

    `truths` must hold, or not hold where the second is True; `limits` bind a number; `joined` are
    numbers compared with another fact's. A fact that certainly fails a truth or a limit of every
    pattern matters to no rule, and what is unknown of it matters only to the patterns that it may
    pass.
    """

    truths: tuple[tuple[str, bool], ...]
    limits: tuple[tuple[str, Order, int], ...]
    joined: tuple[str, ...]

    def read(self) -> tuple[str, ...]:
        """Return the properties that the pattern reads."""
        truths, limits = (name for name, _ in self.truths), (name for name, _, _ in self.limits)
        return (*truths, *limits, *self.joined)


@dataclass(slots=True)
class Kind:
    """The facts of one section or concept: their number as `t`, and their properties' names."""

    name: str
    number: int
    properties: dict[Property, str] = field(default_factory=dict)
    patterns: dict[Pattern, None] = field(default_factory=dict)

    def property(self, asked: Property) -> str:
        """Return the name of a property, which every fact of this kind then carries."""
        if asked not in self.properties:
            # Short, because a match repeats its facts in full; never `id`, `r`, `t`, `x` or `z`.
            first, rest = (
                len(self.properties) % len(_LETTERS),
                len(self.properties) // len(_LETTERS),
            )
            self.properties[asked] = _LETTERS[first] * (rest + 1)
        return self.properties[asked]


MemberRule = tuple[str, tuple[int, ...] | None]
"""A rule, and the positions in `for_each` of the rows that its matches tell; None for all."""


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """The rules, by name, that find one population's instances in one reading."""

    members: tuple[str, ...]
    excluded: tuple[MemberRule, ...]
    met: tuple[MemberRule, ...]


@dataclass(frozen=True, slots=True)
class PopulationRules:
    """The rules that find one population's instances; the exact reading is both at once.

    `rows` say for each row of an instance how it is reached from those that the rules tell.
    """

    must: ReadingRules
    may: ReadingRules
    rows: tuple[RowPath, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of a rule: its kind, and what is asked of it."""

    kind: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A definition for the engine, and what its rules mean.

    `places` gives for each rule its rows in their order, and `members` how many of them, the first,
    stand for rows of the instance; `checks` holds the rules of each population, and `kinds`
    the facts that the rules read.
    """

    kinds: Mapping[str, Kind]
    definition: Mapping[str, Any]
    members: Mapping[str, int]
    places: Mapping[str, tuple[RuleRow, ...]]
    checks: tuple[tuple[PopulationRules, ...], ...]


@dataclass(frozen=True, slots=True)
class CompiledLesson:
    """A lesson for the engine: one ruleset for each way of reading."""

    lesson: Lesson
    exact: Ruleset
    bounded: Ruleset


def compile_lesson(lesson: Lesson) -> CompiledLesson:
    """Compile a lesson's checks into its two rulesets."""
    try:
        exact, bounded = (_RulesetWriter(lesson, exact=one).ruleset() for one in (True, False))
        for ruleset in (exact, bounded):
            # With `id`, `r`, `t`, `x` and `z`; a quantity has two bounds.
            kinds = ruleset.kinds.values()
            refuse_too_much(
                ruleset.definition, {kind.name: 5 + 2 * len(kind.properties) for kind in kinds}
            )
    except TooMuch as error:
        raise RulesError([lesson.checks[0].place.error(str(error))]) from None
    return CompiledLesson(lesson, exact, bounded)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A conjunction over rows: names to kinds in join order, and tests with their readings.

    `certain` names the rows that must be in the record for certain, not perhaps.
    """

    bindings: Mapping[str, str]
    tests: tuple[tuple[Test, Reading], ...]
    certain: frozenset[str]


class _RulesetWriter:
    """Writes the rules of one lesson for one way of reading."""

    def __init__(self, lesson: Lesson, *, exact: bool) -> None:
        self.lesson = lesson
        self.kinds: dict[str, Kind] = {}
        self.readings = (Reading.EXACT,) if exact else (Reading.MUST, Reading.MAY)
        self.definition: dict[str, Any] = {}
        self.members: dict[str, int] = {}
        self.places: dict[str, tuple[RuleRow, ...]] = {}
        self.names: dict[str, str] = {}

    def ruleset(self) -> Ruleset:
        checks = tuple(
            tuple(self._population(population) for population in check.populations)
            for check in self.lesson.checks
        )
        self.definition[END] = {"all": [{"m": {"t": SENTINEL}}]}
        return Ruleset(self.kinds, self.definition, self.members, self.places, checks)

    def _population(self, population: Population) -> PopulationRules:
        rows = tuple(map(RowPath, population.for_each))
        if self.readings == (Reading.EXACT,):
            population, rows = folded(population)
        must, *may = (self._reading_rules(population, reading) for reading in self.readings)
        return PopulationRules(must, may[0] if may else must, rows)

    def _reading_rules(self, population: Population, reading: Reading) -> ReadingRules:
        return ReadingRules(
            members=tuple(self._members(population, reading)),
            excluded=tuple(self._told(population, population.unless, reading)),
            met=tuple(self._told(population, population.met_by, reading)),
        )

    def _members(self, population: Population, reading: Reading) -> list[str]:
        """Write the rules that find the population: one for each alternative of it."""
        rules = []
        for alternative in population.given or (Alternative("", {}, ()),):
            rows = {**population.for_each, **alternative.find}
            for tests in _conjunctions((*population.where, *alternative.where)):
                read = tuple((test, reading) for test in tests)
                certain = frozenset(rows if reading is Reading.MUST else ())
                rules.append(self._add(_Rule(rows, read, certain), len(population.for_each)))
        return rules

    def _told(
        self, population: Population, alternatives: Iterable[Alternative], reading: Reading
    ) -> list[MemberRule]:
        """Write the rules for each alternative, joined to those members that it speaks of.

        Evidence in one reading is wanted for the population in the other, so the population's own
        conditions on those members are read the other way. They only spare matches that no
        instance would use: the sets are cut with the population's afterwards.
        """
        told: list[MemberRule] = []
        other = _OTHER[reading]
        for alternative in alternatives:
            for tests in _conjunctions(alternative.where):
                named = {binding for test in tests for binding in bindings_of(test)}
                members = [name for name in population.for_each if name in named]
                # What speaks of no row of the instance holds for all: it is joined to the first.
                members = members or list(population.for_each)[:1]
                rows = {name: population.for_each[name] for name in members}
                rows |= alternative.find
                sparing = [
                    (test, other)
                    for condition in population.where
                    if len(condition.alternatives) == 1
                    for test in condition.alternatives[0]
                    if bindings_of(test) and bindings_of(test) <= set(members)
                ]
                certain = {
                    name for name in rows if (other if name in members else reading) is Reading.MUST
                }
                read = (*((test, reading) for test in tests), *sparing)
                rule = self._add(_Rule(rows, read, frozenset(certain)), len(members))
                columns = tuple(list(population.for_each).index(name) for name in members)
                told.append((rule, None if len(columns) == len(population.for_each) else columns))
        return told

    def _add(self, rule: _Rule, members: int) -> str:
        """Return the name of a rule, written now or before; its first rows are the members."""
        patterns, places = _PatternWriter(self.kinds, rule).patterns()
        asked = repr((patterns, members))
        if asked not in self.names:
            name = self.names[asked] = f"r{len(self.names)}"
            self.definition[name] = {"all": patterns, "cap": MATCHES_AT_ONCE, "dist": 0}
            self.members[name] = members
            self.places[name] = places
        return self.names[asked]


class _PatternWriter:
    """Writes the patterns of one rule, row by row: tests of the row alone, then its joins."""

    def __init__(self, kinds: dict[str, Kind], rule: _Rule) -> None:
        self.rule = rule
        # Number 0 is the sentinel's.
        self.kinds = {
            name: kinds.setdefault(kind, Kind(kind, len(kinds) + 1))
            for name, kind in rule.bindings.items()
        }
        self.aliases = {name: f"m{position}" for position, name in enumerate(rule.bindings)}

    def patterns(self) -> tuple[list[dict[str, Any]], tuple[RuleRow, ...]]:
        written, places = [], []
        seen: set[str] = set()
        for name in self.rule.bindings:
            first = not seen
            seen.add(name)
            tests = [
                (test, reading)
                for test, reading in self.rule.tests
                if (name in (named := bindings_of(test)) and named <= seen) or (first and not named)
            ]
            pattern, place = self._pattern(name, tests, first)
            written.append({self.aliases[name]: pattern})
            places.append(place)
        return written, tuple(places)

    def _pattern(
        self, name: str, tests: Sequence[tuple[Test, Reading]], first: bool
    ) -> tuple[dict[str, Any], RuleRow]:
        """Return one pattern for the engine, and what it is.

        Facts of different records never join: every fact carries its record's number, `r`. And a
        join of several tests reads out of bounds in the engine where the last fails; so every fact
        carries `z`, which is 1 everywhere, and the last test is one that always holds. It is no
        equality, which the engine would write out and hash for each fact.
        """
        kind = self.kinds[name]
        alone: list[dict[str, Any]] = [{"t": kind.number}]
        if name in self.rule.certain:
            alone.append({"x": TRUE})
        joining: list[dict[str, Any]] = []
        truths: list[tuple[str, bool]] = []
        limits: list[tuple[str, Order, int]] = []
        joined: list[str] = []
        for test, reading in tests:
            if len(bindings_of(test)) > 1:
                facing = _facing(test, name)
                joining.extend(self._join(name, facing, reading))
                joined.append(self._own_side(name, facing))
            elif truth := _truth_of(test, name):
                truths.append((kind.property(truth[0]), truth[1]))
                alone.append(_truth_test(*truths[-1], reading))
            else:
                assert isinstance(test, Comparison)
                limits.append(self._limit(name, test))
                own, order, number = limits[-1]
                for bound, bound_order in _LIMITS[reading][order]:
                    alone.append(_ordered(own + bound, bound_order, number))
        pattern = Pattern(tuple(truths), tuple(limits), (*joined, *self._carried(name)))
        kind.patterns[pattern] = None
        if not first:
            joining += [{"r": {"m0": "r"}}, {"$gte": {"z": {"m0": "z"}}}]
        return {"$and": alone + joining}, RuleRow(kind.name, pattern)

    def _carried(self, name: str) -> list[str]:
        """Return the properties of this row that a later row of the rule is compared with."""
        names = list(self.rule.bindings)
        later = set(names[names.index(name) + 1 :])
        return [
            self._other_side(name, _facing(test, other))
            for test, _ in self.rule.tests
            for other in bindings_of(test) & later
            if name in bindings_of(test)
        ]

    def _limit(self, name: str, test: Comparison) -> tuple[str, Order, int]:
        """Return a comparison of one quantity of the row with a fixed number."""
        test = _constant_right(test)
        value = Value(_own(test.left.base, name), 0, null_above(test, left=True))
        return self.kinds[name].property(value), test.order, test.right.plus - test.left.plus

    def _join(self, name: str, test: Comparison, reading: Reading) -> Iterator[dict[str, Any]]:
        """Yield the tests of one quantity of the row against one of an earlier row."""
        (earlier,) = bindings_of_base(test.right.base)
        own, other = self._own_side(name, test), self._other_side(earlier, test)
        bounds = _JOINS[reading][test.order]
        if isinstance(test.left.base, Identity) and reading is Reading.MUST:
            # A row is known or not at all: one equality of a lower and an upper bound will do.
            bounds = bounds[:1]
        for own_bound, order, other_bound in bounds:
            yield _ordered(own + own_bound, order, {self.aliases[earlier]: other + other_bound})

    def _own_side(self, name: str, test: Comparison) -> str:
        """Return the property that this row is compared by; it stands on the left."""
        value = Value(_own(test.left.base, name), 0, null_above(test, left=True))
        return self.kinds[name].property(value)

    def _other_side(self, name: str, test: Comparison) -> str:
        """Return the property that a later row is compared with; it carries the days added."""
        plus = test.right.plus - test.left.plus
        value = Value(_own(test.right.base, name), plus, null_above(test, left=False))
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
_SYMBOLS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def _ordered(name: str, order: Order, value: object) -> dict[str, Any]:
    return {name: value} if order == "==" else {_SYMBOLS[order]: {name: value}}


def _truth_test(name: str, negated: bool, reading: Reading) -> dict[str, Any]:
    """Ask a truth: in the *may* reading unknown will do."""
    if reading is Reading.MAY:
        return _ordered(name, "<=" if negated else ">=", UNSURE)
    return {name: FALSE if negated else TRUE}


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


def null_above(test: Comparison, *, left: bool) -> bool | None:
    """Say on which side of all days an event that has not happened makes the test `when_null`."""
    if not nullable((test.left if left else test.right).base):
        return None
    rising = test.order in ("<", "<=", "==")
    return (rising == left) != test.when_null


def _conjunctions(conditions: Iterable[Condition]) -> Iterator[tuple[Test, ...]]:
    """Yield each way to choose one alternative of every condition, as one list of tests."""
    alternatives = [condition.alternatives for condition in conditions]
    refuse_too_many_rules(prod(map(len, alternatives)))
    for chosen in product(*alternatives):
        yield tuple(dict.fromkeys(test for tests in chosen for test in tests))
