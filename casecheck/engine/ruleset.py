"""What a lesson is for the engine: rules over facts, and what they ask of each.

`compiling` makes them, `durable` writes them as the engine's JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from casecheck.engine.properties import Property
from casecheck.lessons.alternative import LastKind
from casecheck.lessons.terms import (
    Field,
    Order,
    Quantity,
    RowPath,
)

ORDERS: tuple[Order, ...] = ("<", "<=", ">", ">=", "==")
_LETTERS = "abcdefghijklmnoqsuvwy"


class Reading(Enum):
    """How a condition with unknowns in it is read."""

    EXACT = "x"
    MUST = "m"
    MAY = "y"


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
            # Short, because a match repeats its facts in full; never id, p, r, t, x or z.
            first, rest = (
                len(self.properties) % len(_LETTERS),
                len(self.properties) // len(_LETTERS),
            )
            self.properties[asked] = _LETTERS[first] * (rest + 1)
        return self.properties[asked]


class MemberRule(NamedTuple):
    """A rule, and the positions in `for_each` of the rows that its matches name; None for all."""

    rule: str
    columns: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """The rules, by name, that find one population's instances in one reading."""

    members: tuple[str, ...]
    excluded: tuple[MemberRule, ...]
    met: tuple[MemberRule, ...]


class OfMember(NamedTuple):
    """A quantity of one of the rows that a population's rules tell: its place among them.

    It speaks of that row as `SELF`.
    """

    member: int
    quantity: Quantity


class OnceRule(NamedTuple):
    """Instances are told once in so many days: the own day of each, and what must be the same."""

    days: int
    day: OfMember
    same: OfMember


@dataclass(frozen=True, slots=True)
class PopulationRules:
    """The rules that find one population's instances; the exact reading is both at once.

    `rows` say for each row of an instance how it is reached from those that the rules tell. With
    `once` the instances of a cluster of days are told as one.
    """

    must: ReadingRules
    may: ReadingRules
    rows: tuple[RowPath, ...]
    once: OnceRule | None = None


@dataclass(frozen=True, slots=True)
class Combinations:
    """Rows of an instance with those found beside them: matches of rules, less those of others."""

    rules: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastRule:
    """What must hold of the last of the rows found: the rules that match those of which it does.

    `surely` are those that are surely among the rows found; `day` is the day of one, as `SELF`.
    """

    kind: LastKind
    day: Field
    surely: Combinations
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedRule:
    """What is worked out of the matches of rules, as if one rule had matched it.

    The first `members` rows of those `found` are told: where there are `at_least` so many for the
    next row, or where it holds of the `last`. `perhaps`: also where it may be so.
    """

    members: int
    found: Combinations
    at_least: int = 1
    last: LastRule | None = None
    perhaps: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """The rules whose matches it is worked out of."""
        read = (*self.found.rules, *self.found.without)
        if self.last is None:
            return read
        return (*read, *self.last.surely.rules, *self.last.surely.without, *self.last.then)


class Limit(NamedTuple):
    """A test of one fact alone: a property in order with a number."""

    name: str
    order: Order
    number: int


class Join(NamedTuple):
    """A test of a fact against an earlier one of its rule: `row` is that one's position."""

    name: str
    order: Order
    row: int
    other: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of a rule: its kind, what is asked of it alone, and what against earlier rows.

    `pattern` is what is asked of it by the names of its properties, whatever the reading.
    """

    kind: str
    pattern: Pattern
    alone: tuple[Limit, ...]
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A conjunction over rows; the first `members` of them stand for the rows of an instance."""

    rows: tuple[RuleRow, ...]
    members: int


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of one way of reading, by name, and the kinds of facts that they read.

    `checks` holds, for each check, the rules of each of its populations. Among those by name are
    some that the engine is not given: `derived` says how they come about.
    """

    kinds: Mapping[str, Kind]
    rules: Mapping[str, Rule]
    checks: tuple[tuple[PopulationRules, ...], ...]
    derived: Mapping[str, DerivedRule] = field(default_factory=dict)

    def behind(self, name: str) -> tuple[str, ...]:
        """Return the rules that the engine must match something of for one to hold."""
        return self.derived[name].found.rules if name in self.derived else (name,)
