"""Read the text of a condition into typed tests, or say what is wrong with it and where.

The language is a small part of Python's expressions, parsed by the standard library and never
evaluated: `docs/writing-a-lesson.md` describes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TypeGuard

from casecheck.lessons import slips, terms
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_codes import _CodeReader
from casecheck.lessons.condition_logic import _all, _any, _by_days, _refuse_repeated, _unequal
from casecheck.lessons.condition_words import FUNCTIONS, ConditionError, Scope, _parse
from casecheck.lessons.errors import PageError
from casecheck.lessons.nodes import Place
from casecheck.lessons.part_values import (
    Chosen,
    Codes,
    Day,
    Number,
    Person,
    RowValue,
    Span,
    Value,
    each_day,
    has_dates,
    name_of,
)
from casecheck.lessons.terms import (
    Alternatives,
    Birthday,
    Comparison,
    FactTest,
    Field,
    Happened,
    Identity,
    OneOf,
    Order,
    Quantity,
    Recorded,
    WorkingDay,
    Written,
    Zero,
)

_ORDERS: dict[type[ast.cmpop], Order] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


def read_condition(text: str, place: Place, scope: Scope) -> Condition | PageError:
    """Return the condition, typed, or the first fault in it."""
    reader = _Reader(scope, text)
    try:
        alternatives = reader.tests(_parse(text), negated=False)
    except ConditionError as error:
        return place.error(error.message, offset=error.offset)
    return Condition(text, place, alternatives, frozenset(reader.used), frozenset(reader.counted))


class _Reader(_CodeReader):
    """Reads the tests of one condition."""

    def tests(self, node: ast.expr, *, negated: bool) -> Alternatives:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.tests(operand, negated=not negated)
            case ast.BoolOp(op=op, values=values):
                if isinstance(op, ast.Or):
                    self._refuse_bare_and(values)
                parts = [self.tests(value, negated=negated) for value in values]
                _refuse_repeated(values, parts)
                any_of = isinstance(op, ast.Or) != negated
                return _any(node, parts) if any_of else _all(node, parts)
            case ast.Compare():
                return self._comparisons(node, negated)
            case ast.Call(func=ast.Name(id="same_code")):
                return self._same_code(node, negated)
            case ast.Call(func=ast.Name(id="before" | "lasted" | "overlaps")):
                return self._of_periods(node, negated)
            case _:
                return ((self._fact(node, negated),),)

    def _refuse_bare_and(self, values: Iterable[ast.expr]) -> None:
        """Refuse `a or b and c`, in which few see what belongs together."""
        for value in values:
            if isinstance(value, ast.BoolOp) and not self._in_brackets(value):
                message = "`and` and `or` stand side by side: put what belongs together in brackets"
                raise ConditionError(value, message)

    def _in_brackets(self, node: ast.expr) -> bool:
        before = self.text[: node.col_offset].rstrip()
        after = self.text[node.end_col_offset :].lstrip()
        return before.endswith("(") and after.startswith(")")

    def _fact(self, node: ast.expr, negated: bool) -> terms.Test:
        if isinstance(node, ast.Call):
            name, arguments = self._call(node)
            if name == "under":
                return self._under(node, arguments, negated)
            if name == "older":
                return self._older(arguments, negated)
            if name == "recorded":
                return FactTest(Recorded(self._field(arguments[0], "flag")), negated)
            if name == "happened":
                field = self._field(arguments[0], "date")
                if field.spec.role != "event":
                    message = f"`{field}` is not an event: happened() asks whether an event was"
                    raise ConditionError(node, message)
                return FactTest(Happened(field), negated)
            raise ConditionError(node, f"{name}() is a value: compare it with something")
        value = self.value(node)
        if isinstance(value, Field) and value.spec.kind == "flag":
            return FactTest(terms.Flag(value), negated)
        raise ConditionError(node, "this is neither true nor false: compare it with something")

    def _under(self, node: ast.Call, arguments: list[ast.expr], negated: bool) -> Comparison:
        if isinstance(arguments[0], ast.Name) and arguments[0].id not in self.scope.numbers:
            raise ConditionError(node, f"it is written {FUNCTIONS['under']}")
        years = self._age(arguments[0], node)
        person = self._row(arguments[1], "people")
        day = self.day(arguments[2])
        if isinstance(day.base, Birthday) and day.base.person == person:
            raise ConditionError(arguments[2], slips.ITSELF)
        comparison = Comparison(day, "<", Quantity(Birthday(person, years)))
        return comparison.negated() if negated else comparison

    def _older(self, arguments: list[ast.expr], negated: bool) -> Comparison:
        years = self._age(arguments[0])
        first, second = (self._row(person, "people") for person in arguments[1:])
        if first == second:
            raise ConditionError(arguments[2], slips.ITSELF)
        birth, other = Birthday(first, years), Birthday(second, 0)
        comparison = Comparison(Quantity(birth), "<=", Quantity(other))
        return comparison.negated() if negated else comparison

    def _same_code(self, node: ast.Call, negated: bool) -> Alternatives:
        """Compare codes as they are written: with a code of the page, or of two fields."""
        _, arguments = self._call(node)
        first, second = (self.value(argument) for argument in arguments)
        if isinstance(first, Codes):
            first, second = second, first
        if not (isinstance(first, Field) and first.spec.kind == "code"):
            raise ConditionError(node, "same_code() compares a field of one code with another")
        if isinstance(second, Codes) and len(second.codes) == 1:
            self._known_codes(node, first, second.codes)
            return ((FactTest(Written(first, frozenset(second.codes)), negated),),)
        if not (isinstance(second, Field) and second.spec.kind == "code"):
            raise ConditionError(node, "same_code() compares a field of one code with another")
        if first == second:
            raise ConditionError(arguments[1], slips.ITSELF)
        among = tuple(dict.fromkeys((*first.spec.codes, *second.spec.codes)))
        codes = self._codes_of(first, second, among, as_written=True)
        return _unequal(Comparison(codes[0], "==", codes[1]), negated)

    def _comparisons(self, node: ast.Compare, negated: bool) -> Alternatives:
        """Read `a <= b <= c` as `a <= b and b <= c`."""
        parts = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            parts.append(self._comparison(node, left, operator, right, negated))
            left = right
        if len(parts) == 1:  # which may have as many alternatives as a field has codes
            return parts[0]
        return _any(node, parts) if negated else _all(node, parts)

    def _comparison(  # noqa: PLR0911, PLR0912 - one for each pair of kinds
        self, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr, negated: bool
    ) -> Alternatives:
        if isinstance(operator, ast.In | ast.NotIn):
            not_in = isinstance(operator, ast.NotIn)
            return self._membership(left, right, not_in=not_in, negated=negated)
        order = self._order(node, left, operator, right)
        self._refuse_bare(left, right)
        first, second = self.value(left), self.value(right)
        if _is_code(first) and _is_code(second):
            return self._two_codes(node, first, order, second, negated)
        if isinstance(first, Field) or isinstance(second, Field):
            return ((self._code_test(node, first, order, second, negated),),)
        if isinstance(first, RowValue | Person) or isinstance(second, RowValue | Person):
            if first == second:
                raise ConditionError(right, slips.ITSELF)
            return _unequal(self._same_row(node, first, order, second), negated)
        if isinstance(second, Span):
            first, second, order = second, first, terms.FLIPPED[order]
        if isinstance(first, Span):
            return self._working_days(node, first, order, second, negated)
        if isinstance(first, Chosen) or isinstance(second, Chosen):
            return self._chosen(node, first, order, second, negated)
        if type(first) is not type(second):
            date = has_dates(first) or has_dates(second)
            message = f"{name_of(first)} cannot be compared with {name_of(second)}"
            raise ConditionError(node, slips.NO_DATE if date else message)
        if isinstance(first, Codes) or isinstance(second, Codes):
            raise ConditionError(node, "two codes are compared: one side must be a field")
        if isinstance(first.quantity.base, Zero) and isinstance(second.quantity.base, Zero):
            raise ConditionError(node, "this asks nothing of the record: one side must be a field")
        if first.quantity.base == second.quantity.base:
            raise ConditionError(right, slips.ITSELF)
        for one, other in ((first, second), (second, first)):
            if isinstance(one, Number) and isinstance(other, Number):
                self._refuse_count(node, one, other.parameters)
        return _unequal(Comparison(first.quantity, order, second.quantity), negated)

    def _order(
        self, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr
    ) -> Order:
        """Return what a comparison asks; refuse `is`, which Python has."""
        order = _ORDERS.get(type(operator))
        if order is None:
            if self._is_null(right):
                self._refuse_null(left, right)
                raise ConditionError(node, slips.NO_NULL)
            if isinstance(right, ast.Constant) and isinstance(right.value, bool):
                raise ConditionError(right, slips.NO_TRUTH)
            instead = "`is not` does not compare here: write `!=`"
            if isinstance(operator, ast.Is):
                instead = "`is` does not compare here: write `==`"
            raise ConditionError(node, instead)
        return order

    def _code_test(
        self, node: ast.Compare, first: Value, order: Order, second: Value, negated: bool
    ) -> FactTest:
        field, codes = (first, second) if isinstance(first, Field) else (second, first)
        assert isinstance(field, Field)  # the caller asks for a field on one side
        if field.spec.kind == "flag":
            raise ConditionError(node, f"`{field}` is a flag: write it alone, or `not {field}`")
        if field.spec.kind == "codes":
            raise ConditionError(node, f"`{field}` is a list of codes: write 'code' in {field}")
        if field.spec.kind != "code" or not isinstance(codes, Codes) or len(codes.codes) != 1:
            raise ConditionError(
                node, f"{name_of(first)} cannot be compared with {name_of(second)}"
            )
        if order not in ("==", "!="):
            raise ConditionError(node, "codes have no order: use == or !=")
        self._known_codes(node, field, codes.codes)
        return FactTest(OneOf(field, frozenset(codes.codes)), negated != (order == "!="))

    def _same_row(self, node: ast.Compare, first: Value, order: Order, second: Value) -> Comparison:
        if isinstance(first, Person) or isinstance(second, Person):
            return self._same_person(node, first, order, second)
        if not (isinstance(first, RowValue) and isinstance(second, RowValue)):
            raise ConditionError(
                node, f"{name_of(first)} cannot be compared with {name_of(second)}"
            )
        if first.row.optional and second.row.optional:
            message = (
                f"`{first.row}` and `{second.row}` may both be no row at all: find the row, and"
                " compare each of them with it"
            )
            raise ConditionError(node, message)
        if first.kind != second.kind:
            message = f"`{first.row}` is of {first.kind}, `{second.row}` of {second.kind}"
            raise ConditionError(node, f"{message}: they are never the same row")
        if order not in ("==", "!="):
            raise ConditionError(node, "rows have no order: use == or !=")
        return Comparison(Quantity(Identity(first.row)), order, Quantity(Identity(second.row)))

    def _same_person(
        self, node: ast.Compare, first: Value, order: Order, second: Value
    ) -> Comparison:
        """Compare the person whose meeting it is with a person, or with that of another meeting."""
        sides = []
        for value in (first, second):
            if isinstance(value, Person):
                sides.append(value.quantity)
            elif isinstance(value, RowValue) and value.kind == "people" and not value.row.optional:
                sides.append(Quantity(Identity(value.row)))
            else:
                raise ConditionError(node, "whose() is a person: compare it with a person")
        if order not in ("==", "!="):
            raise ConditionError(node, "rows have no order: use == or !=")
        return Comparison(sides[0], order, sides[1])

    def _chosen(
        self, node: ast.Compare, first: Value, order: Order, second: Value, negated: bool
    ) -> Alternatives:
        """Compare the later or the earlier of two days with a day, one day at a time."""
        if not (isinstance(first, Day | Chosen) and isinstance(second, Day | Chosen)):
            date = has_dates(first) or has_dates(second)
            message = f"{name_of(first)} cannot be compared with {name_of(second)}"
            raise ConditionError(node, slips.NO_DATE if date else message)
        if order in ("==", "!="):
            raise ConditionError(node, "compare later() and earlier() by <=, <, >= or >")
        return _by_days(node, first, order, second, negated)

    def _working_days(
        self, node: ast.Compare, span: Span, order: Order, limit: Value, negated: bool
    ) -> Alternatives:
        """`workdays(a, b) <= n` is: b's running number <= a's running number + n.

        Where b comes before a there are no working days between them, but the running numbers
        differ by less than nought: so n must be 1 or more for >= and <, and == is not offered.
        """
        if not (isinstance(limit, Number) and isinstance(limit.quantity.base, Zero)):
            raise ConditionError(node, "compare workdays() with a number or a parameter")
        number = limit.quantity.plus
        if order in ("==", "!=") or number < (1 if order in (">=", "<") else 0):
            message = f"compare workdays() by <=, >=, < or > with 1 or more; this is {number}"
            raise ConditionError(node, message)
        self._refuse_days(node, limit.parameters, "workdays() counts days")
        self.counted.update((name, "working days") for name in limit.parameters)
        start = each_day(span.start, lambda day: Quantity(WorkingDay(day), number))
        end = each_day(span.end, lambda day: Quantity(WorkingDay(day)))
        return _by_days(node, end, order, start, negated)


def _is_code(value: Value) -> TypeGuard[Field]:
    return isinstance(value, Field) and value.spec.kind == "code"
