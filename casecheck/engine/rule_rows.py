"""Write one rule of the engine, row by row, from the tests that it asks and how each is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casecheck.engine.properties import FALSE, SELF, TRUE, UNSURE, TruthOf, Value, null_above
from casecheck.engine.ruleset import ORDERS, Join, Kind, Limit, Pattern, Reading, RuleRow
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import (
    FLIPPED,
    Base,
    Comparison,
    FactTest,
    Order,
    Quantity,
    Test,
    WorkingDay,
    Zero,
    bindings_of,
    bindings_of_base,
    is_range,
    is_row,
)

ReadTest = tuple[Test, Reading]


@dataclass(frozen=True, slots=True)
class Conjunction:
    """What a rule asks: names to kinds in join order, and tests with their readings.

    `certain` names the rows that must be in the record for certain, not perhaps; `about` those that
    a check asks about.
    """

    bindings: Mapping[str, str]
    tests: tuple[ReadTest, ...]
    certain: frozenset[str]
    about: frozenset[str] = frozenset()


class RowWriter:
    """Writes one rule, row by row: tests of the row alone, then its joins with earlier rows."""

    def __init__(self, kinds: dict[str, Kind], conjunction: Conjunction) -> None:
        self.conjunction = conjunction
        # Number 0 is the sentinel's.
        self.kinds = {
            name: kinds.setdefault(kind, Kind(kind, len(kinds) + 1))
            for name, kind in conjunction.bindings.items()
        }
        self.names = list(conjunction.bindings)

    def rows(self) -> tuple[RuleRow, ...]:
        """Return the rule's rows, each with what is asked of it."""
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

    def _row(self, name: str, tests: Sequence[ReadTest]) -> RuleRow:
        kind = self.kinds[name]
        alone = [Limit("x", "==", TRUE)] if name in self.conjunction.certain else []
        if name in self.conjunction.about:
            surely = name in self.conjunction.certain
            alone.append(Limit("p", "==", TRUE) if surely else Limit("p", ">=", UNSURE))
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
