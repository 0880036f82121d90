"""What the conditions of a check are made of: rows, days and three-valued tests, all typed.

A condition is brought to a list of alternatives (`or`), each a list of tests (`and`); `not` is
pushed into the tests. So a test is never negated from outside, and the engine never needs `not`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from casecheck.record.model import FieldSpec

Order = Literal["<", "<=", ">", ">=", "==", "!="]
FLIPPED: dict[Order, Order] = {
    "<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=",
}  # fmt: skip
NEGATED: dict[Order, Order] = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowPath:
    """A row: one that the check binds, or one reached from it by following references.

    `optional`: the last reference may say that there is no such row.
    """

    binding: str
    references: tuple[str, ...] = ()
    optional: bool = False

    def __str__(self) -> str:
        return ".".join((self.binding, *self.references))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row."""

    row: RowPath
    spec: FieldSpec

    def __str__(self) -> str:
        return f"{self.row}.{self.spec.name}"


# --- quantities: whole numbers of which perhaps only the bounds are known -----------------------


@dataclass(frozen=True, slots=True)
class Zero:
    """Nought: as a day it is today, the day the record speaks for."""


@dataclass(frozen=True, slots=True)
class OpenedOn:
    """The day services first became involved."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day of the calendar, as its ordinal: only from and until say one."""

    ordinal: int


@dataclass(frozen=True, slots=True)
class DayOf:
    """The day a field holds; with `or_today`, today where the event has not happened."""

    field: Field
    or_today: bool = False


@dataclass(frozen=True, slots=True)
class Birthday:
    """A person's birthday at an age in years; at 0 the birth. Known as well as `born` is."""

    person: RowPath
    years: int


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different codes a list holds."""

    field: Field


@dataclass(frozen=True, slots=True)
class Identity:
    """Which row this is; equal for two ways to the same row."""

    row: RowPath


@dataclass(frozen=True, slots=True)
class DayKnown:
    """The day from which services knew: that of `event` where the row has one, else of `own`."""

    event: Field
    own: Field


@dataclass(frozen=True, slots=True)
class Whose:
    """Which person a meeting is about: its `subject` where it has one, else that of its plan."""

    meeting: RowPath


@dataclass(frozen=True, slots=True)
class CodeOf:
    """Which code a field holds: its place among the codes of `among`.

    Where it is not read `as_written`, a category of `multiple` may be any of the single ones, which
    are those that stand before it in `among`. `kinds_of` are the sections of which this field, or
    the one that it is compared with, tells the kind.
    """

    field: Field
    among: tuple[str, ...]
    as_written: bool = True
    kinds_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """The running number of a day among the working days of England and Wales."""

    day: Quantity


Base = (
    Zero
    | OpenedOn
    | Calendar
    | DayOf
    | DayKnown
    | Birthday
    | Distinct
    | CodeOf
    | Identity
    | Whose
    | WorkingDay
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A base and a whole number added to it; for days, that many days later."""

    base: Base
    plus: int = 0


# --- what a message shows -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of a message that is worked out of days, as the page writes it in braces (`text`).

    `what` says what it shows, and of how many quantities: a `day`; a `number`; the `days` between
    two; the `working days` between two, which are the running numbers of such days; the `working
    day` that comes so many, the second, after the first.
    """

    what: Literal["day", "number", "days", "working days", "working day"]
    quantities: tuple[Quantity, ...]
    text: str

    def __str__(self) -> str:
        return self.text


# --- tests: true, false or unknown of the rows that a check binds -------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two quantities in order. `when_null` is its value where an event has not happened."""

    left: Quantity
    order: Order
    right: Quantity
    when_null: bool = False

    def negated(self) -> Comparison:
        """Return the comparison that is true where this one is false."""
        return Comparison(self.left, NEGATED[self.order], self.right, not self.when_null)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag is set."""

    field: Field


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code is one of these."""

    field: Field
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holds:
    """A list of codes holds this one."""

    field: Field
    code: str


@dataclass(frozen=True, slots=True)
class HoldsAny:
    """A list of codes holds one of these, or more."""

    field: Field
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event has happened."""

    field: Field


@dataclass(frozen=True, slots=True)
class Recorded:
    """A flag is set; where it is not recorded, it is not."""

    field: Field


@dataclass(frozen=True, slots=True)
class Written:
    """A code is one of these as it is written: `multiple` is a code like another."""

    field: Field
    codes: frozenset[str]


Fact = Flag | OneOf | Holds | HoldsAny | Happened | Recorded | Written


@dataclass(frozen=True, slots=True)
class FactTest:
    """A fact about one row is so or, `negated`, is not."""

    fact: Fact
    negated: bool = False


Test = Comparison | FactTest
Alternatives = tuple[tuple[Test, ...], ...]
"""Any of these, each of which asks all of its tests."""


def question_of(alternatives: Alternatives) -> Hashable:
    """Return what is equal for conditions that ask the same, in whatever order they say it."""
    return frozenset(frozenset(map(_either_way_round, tests)) for tests in alternatives)


def _either_way_round(test: Test) -> Hashable:
    """Return what is the same for `a < b` and `b > a`."""
    if isinstance(test, FactTest):
        return test
    sides = {(test.left, test.order), (test.right, FLIPPED[test.order])}
    return frozenset(sides), test.when_null


def rows_of(test: Test) -> Iterator[RowPath]:
    """Yield the rows that a test reads."""
    if isinstance(test, FactTest):
        yield test.fact.field.row
    else:
        yield from _rows_of_base(test.left.base)
        yield from _rows_of_base(test.right.base)


def bindings_of(test: Test) -> frozenset[str]:
    """Return the names of the bound rows that a test reads."""
    return frozenset(row.binding for row in rows_of(test))


def bindings_of_base(base: Base) -> frozenset[str]:
    """Return the names of the bound rows that a quantity reads."""
    return frozenset(row.binding for row in _rows_of_base(base))


def _rows_of_base(base: Base) -> Iterator[RowPath]:
    match base:
        case DayOf(field=field) | Distinct(field=field) | CodeOf(field=field):
            yield field.row
        case DayKnown(own=field):
            yield field.row
        case Birthday(person=row) | Identity(row=row) | Whose(meeting=row):
            yield row
        case WorkingDay(day=day):
            yield from _rows_of_base(day.base)
        case Zero() | OpenedOn() | Calendar():  # are no row's
            return
        case _:
            assert_never(base)


def nullable(base: Base) -> bool:
    """Say whether a quantity may be an event that has not happened."""
    match base:
        case DayOf(field=field, or_today=or_today):
            return field.spec.role == "event" and not or_today
        case WorkingDay(day=day):
            return nullable(day.base)
        case Identity(row=row):
            return row.optional
        case Zero() | OpenedOn() | Calendar() | Birthday() | Distinct() | DayKnown() | CodeOf():
            return False
        case Whose():  # always somebody's, if not known whose
            return False
        case _:
            assert_never(base)


def is_row(base: Base) -> bool:
    """Say whether a quantity says which row something is."""
    return isinstance(base, Identity | Whose)


def is_range(base: Base) -> bool:
    """Say whether only bounds of a quantity are known at best: of a birth, its month or year."""
    return isinstance(base, Birthday) or (isinstance(base, WorkingDay) and is_range(base.day.base))
