"""Write the truths of one row as expressions: facts of its fields, and comparisons."""

from __future__ import annotations

from casecheck.engine.properties import NEVER, Side, TruthOf, null_above
from casecheck.engine.quantity_code import QuantityCode
from casecheck.engine.row_fields import Expression, Guard, RowFields, guarded
from casecheck.lessons.terms import (
    Birthday,
    Comparison,
    FactTest,
    Field,
    Flag,
    Happened,
    Holds,
    HoldsAny,
    Quantity,
    Recorded,
    Test,
    Written,
    nullable,
)
from casecheck.record.codes import ANY_CATEGORY


class TruthCode:
    """Writes the truths of one row: True, False, or None where a truth is unknown."""

    def __init__(self, fields: RowFields, quantities: QuantityCode) -> None:
        self._fields = fields
        self._quantities = quantities

    def truth_of(self, asked: TruthOf) -> Expression:
        """Return the truth of a property: True, False, or None where it is unknown."""
        if isinstance(asked.test, Comparison):
            return self._comparison(asked.test)
        return self._fact(FactTest(asked.test))

    def test(self, test: Test) -> Expression:
        """Return the truth of a test."""
        if isinstance(test, Comparison):
            return self._comparison(test)
        told = self._fact(test)
        if not test.negated:
            return told
        if not told.perhaps:
            return Expression(f"(not {told.text})", perhaps=False)
        return Expression(f"(None if (y := {told.text}) is None else not y)", perhaps=True)

    def _fact(self, test: FactTest) -> Expression:  # noqa: PLR0911 - one for each case
        fact = test.fact
        match fact:
            case Flag(field=field):
                return self._fields.of_field(field.row, field.spec, "{x}")
            case Recorded(field=field):
                return self._recorded(field)
            case Written(field=field, codes=codes):
                return self._fields.of_field(
                    field.row, field.spec, f"{{x}} in {tuple(sorted(codes))!r}"
                )
            case Holds(field=field, code=code):
                return self._fields.of_field(field.row, field.spec, f"{code!r} in {{x}}")
            case HoldsAny(field=field, codes=codes):
                held = f"not {{{{{', '.join(map(repr, sorted(codes)))}}}}}.isdisjoint({{x}})"
                return self._fields.of_field(field.row, field.spec, held)
            case Happened(field=field):
                return self._fields.of_field(field.row, field.spec, "True", "False")
            case _:
                return self._one_of(fact.field, fact.codes)

    def _recorded(self, field: Field) -> Expression:
        """Return whether a flag is set; unknown only of a row that is not known."""
        value = self._fields.looked_up(field.row, field.spec)
        name, _ = self._fields.row(field.row.references)
        guards = [] if name == "of" else [Guard(f"{name} is None", "None")]
        return guarded(guards, f"{value} is True")

    def _one_of(self, field: Field, codes: frozenset[str]) -> Expression:
        among = f"{{x}} in {tuple(sorted(codes))!r}"
        if len(codes) == 1:
            among = f"{{x}} == {next(iter(codes))!r}"
        if ANY_CATEGORY not in field.spec.codes or ANY_CATEGORY in codes:
            return self._fields.of_field(field.row, field.spec, among)
        among = f"None if {{x}} == {ANY_CATEGORY!r} else {among}"
        return self._fields.of_field(field.row, field.spec, among)._replace(perhaps=True)

    def _comparison(self, test: Comparison) -> Expression:
        if _is_under(test) and not self._quantities.is_range(test.left.base):
            return self._under(test)
        if self._quantities.is_range(test.left.base) or self._quantities.is_range(test.right.base):
            return self._ranges(test)
        return self._numbers(test)

    def _under(self, test: Comparison) -> Expression:
        """Compare a day with a birthday, of which only the month or the year is known."""
        birthday = test.right.base
        assert isinstance(birthday, Birthday)
        day, born = self._number(test, "left").text, self._quantities.born(birthday.person)
        shift = f"{test.right.plus} - today"
        return Expression(f"under({day}, {born}, {birthday.years}, {shift})", perhaps=True)

    def _ranges(self, test: Comparison) -> Expression:
        """Compare two quantities of which one is a range however well it is known."""
        left, right = self._bounds(test, "left"), self._bounds(test, "right")
        arguments = f"{left}, {test.order!r}, {right}, {test.when_null}"
        return Expression(f"compare_bounds({arguments})", perhaps=True)

    def _numbers(self, test: Comparison) -> Expression:
        """Compare two numbers, each of which may be unknown, or an event that has not happened.

        Such an event decides the comparison, unknown as the other side may be.
        """
        names, unknown, never = [], [], []
        sides: tuple[tuple[Side, Quantity], ...] = (("left", test.left), ("right", test.right))
        for side, quantity in sides:
            text, perhaps = self._number(test, side)
            names.append(self._fields.named(text) if perhaps or nullable(quantity.base) else text)
            unknown += [f"{names[-1]} is None"] if perhaps else []
            never += [f"{names[-1]} in ({NEVER}, {-NEVER})"] if nullable(quantity.base) else []
        compared = f"{names[0]} {test.order} {names[1]}"
        if not unknown:
            return Expression(f"({compared})", perhaps=False)
        either_unknown = " or ".join(unknown)
        guards = [Guard(either_unknown, "None")]
        if never:
            decided = f"({test.when_null} if {' or '.join(never)} else None)"
            guards = [Guard(either_unknown, decided)]
        return guarded(guards, compared)._replace(perhaps=True)

    def _number(self, test: Comparison, side: Side) -> Expression:
        """Return one side of a comparison as a number, an event that is not out of all bounds."""
        quantity = test.left if side == "left" else test.right
        never = NEVER if null_above(test, side) else -NEVER
        return self._quantities.of_base(quantity.base, quantity.plus, str(never))

    def _bounds(self, test: Comparison, side: Side) -> str:
        """Return one side of a comparison as its bounds."""
        quantity = test.left if side == "left" else test.right
        if self._quantities.is_range(quantity.base):
            return self._quantities.range_of(quantity.base, quantity.plus)
        return f"point({self._number(test, side).text})"


def _is_under(test: Comparison) -> bool:
    """Say whether a comparison asks `under(years, person, day)` of a day that there is."""
    return (
        test.order == "<"
        and isinstance(test.right.base, Birthday)
        and not isinstance(test.left.base, Birthday)
        and not nullable(test.left.base)
    )
