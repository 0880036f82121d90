"""Put one row in the place of another in what conditions are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    CodeOf,
    Comparison,
    DayKnown,
    DayOf,
    Distinct,
    Fact,
    FactTest,
    Field,
    Flag,
    Happened,
    Holds,
    HoldsAny,
    Identity,
    OneOf,
    OpenedOn,
    Quantity,
    Recorded,
    RowPath,
    Test,
    Whose,
    WorkingDay,
    Written,
    Zero,
)


class Substitution:
    """Puts one bound row, or a concept's source row, in the place of another in a term.

    `through` are references by which the row is reached from the one put in its place.
    """

    def __init__(
        self,
        binding: str,
        into: str,
        fields: Mapping[str, RowPath | Field] | None = None,
        through: tuple[str, ...] = (),
    ) -> None:
        self.binding = binding
        self.into = into
        self.fields = fields or {}
        self.through = through

    def row(self, row: RowPath) -> RowPath:
        """Return the same row, reached from the other binding."""
        if row.binding != self.binding:
            return row
        if row.references and row.references[0] in self.fields:
            start = self.fields[row.references[0]]
            assert isinstance(start, RowPath)  # the loader lets no reference follow a day
            return RowPath(start.binding, start.references + row.references[1:], row.optional)
        return RowPath(self.into, self.through + row.references, row.optional)

    def field(self, field: Field) -> Field:
        """Return the same field, of the row as reached from the other binding."""
        if field.row.binding == self.binding and not field.row.references:
            found = self.fields.get(field.spec.name)
            if isinstance(found, Field):
                return found
        return Field(self.row(field.row), field.spec)

    def base(self, base: Base) -> Base:  # noqa: PLR0911 - one for each case
        """Return the same quantity of the other row."""
        match base:
            case DayOf(field=field, or_today=or_today):
                return DayOf(self.field(field), or_today)
            case Birthday(person=person, years=years):
                return Birthday(self.row(person), years)
            case DayKnown(event=event, own=own):
                return DayKnown(self.field(event), self.field(own))
            case Distinct(field=field):
                return Distinct(self.field(field))
            case CodeOf(field=field):
                return replace(base, field=self.field(field))
            case Whose(meeting=row):
                return Whose(self.row(row))
            case Identity(row=row):
                return Identity(self.row(row))
            case WorkingDay(day=day):
                return WorkingDay(self.quantity(day))
            case Zero() | OpenedOn() | Calendar():  # are no row's
                return base
            case _:
                assert_never(base)

    def quantity(self, quantity: Quantity) -> Quantity:
        """Return the same quantity of the other row."""
        return Quantity(self.base(quantity.base), quantity.plus)

    def test(self, test: Test) -> Test:
        """Return the same test of the other row."""
        if isinstance(test, Comparison):
            left, right = self.quantity(test.left), self.quantity(test.right)
            return Comparison(left, test.order, right, test.when_null)
        return FactTest(self.fact(test.fact), test.negated)

    def fact(self, fact: Fact) -> Fact:  # noqa: PLR0911 - one for each case
        """Return the same fact of the other row."""
        match fact:
            case Flag(field=field):
                return Flag(self.field(field))
            case OneOf(field=field, codes=codes):
                return OneOf(self.field(field), codes)
            case Holds(field=field, code=code):
                return Holds(self.field(field), code)
            case HoldsAny(field=field, codes=codes):
                return HoldsAny(self.field(field), codes)
            case Recorded(field=field):
                return Recorded(self.field(field))
            case Written(field=field, codes=codes):
                return Written(self.field(field), codes)
            case Happened(field=field):
                return Happened(self.field(field))
            case _:
                assert_never(fact)
