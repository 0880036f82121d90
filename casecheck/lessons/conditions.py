"""Read the text of a condition into typed tests, or say what is wrong with it and where.

The language is a small part of Python's expressions, parsed by the standard library and never
evaluated: `docs/writing-a-lesson.md` describes it.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from casecheck.lessons import slips, terms
from casecheck.lessons.condition_values import (
    _ITSELF,
    _NO_TRUTH,
    _Chosen,
    _Codes,
    _dates,
    _Day,
    _each,
    _name,
    _Number,
    _Person,
    _RowValue,
    _Span,
    _Value,
    _ValueReader,
)
from casecheck.lessons.condition_words import FUNCTIONS, ConditionError, Scope, _parse
from casecheck.lessons.errors import PageError
from casecheck.lessons.terms import (
    Alternatives,
    Birthday,
    CodeOf,
    Comparison,
    FactTest,
    Field,
    Happened,
    Holds,
    Identity,
    OneOf,
    Order,
    Quantity,
    Recorded,
    Substitution,
    WorkingDay,
    Written,
    Zero,
    question_of,
)
from casecheck.lessons.yaml_nodes import Place

MAX_ALTERNATIVES = 16
_ORDERS: dict[type[ast.cmpop], Order] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a page: its text, its place, its tests, and the names that it used.

    `counted` says of each parameter by which unit it is counted here: days or working days.
    """

    text: str
    place: Place
    alternatives: Alternatives
    used: frozenset[str]
    counted: frozenset[tuple[str, str]] = frozenset()

    def question(self, names: Mapping[str, str] = MappingProxyType({})) -> Hashable:
        """Return what is equal for two conditions that ask the same, rows having other `names`.

        A parameter is not the number that it happens to have: a board may set another.
        """
        alternatives = self.alternatives
        for name, other in names.items():
            put = Substitution(name, other)
            alternatives = tuple(tuple(map(put.test, tests)) for tests in alternatives)
        return question_of(alternatives), frozenset(names.get(one, one) for one in self.used)


def read_condition(text: str, place: Place, scope: Scope) -> Condition | PageError:
    """Return the condition, typed, or the first fault in it."""
    reader = _Reader(scope, text)
    try:
        alternatives = reader.tests(_parse(text), negated=False)
    except ConditionError as error:
        return place.error(error.message, offset=error.offset)
    return Condition(text, place, alternatives, frozenset(reader.used), frozenset(reader.counted))


class _Reader(_ValueReader):
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
            raise ConditionError(arguments[2], _ITSELF)
        comparison = Comparison(day, "<", Quantity(Birthday(person, years)))
        return comparison.negated() if negated else comparison

    def _older(self, arguments: list[ast.expr], negated: bool) -> Comparison:
        years = self._age(arguments[0])
        first, second = (self._row(person, "people") for person in arguments[1:])
        if first == second:
            raise ConditionError(arguments[2], _ITSELF)
        birth, other = Birthday(first, years), Birthday(second, 0)
        comparison = Comparison(Quantity(birth), "<=", Quantity(other))
        return comparison.negated() if negated else comparison

    def _same_code(self, node: ast.Call, negated: bool) -> Alternatives:
        """Compare codes as they are written: with a code of the page, or of two fields."""
        _, arguments = self._call(node)
        first, second = (self.value(argument) for argument in arguments)
        if isinstance(first, _Codes):
            first, second = second, first
        if not (isinstance(first, Field) and first.spec.kind == "code"):
            raise ConditionError(node, "same_code() compares a field of one code with another")
        if isinstance(second, _Codes) and len(second.codes) == 1:
            self._known_codes(node, first, second.codes)
            return ((FactTest(Written(first, frozenset(second.codes)), negated),),)
        if not (isinstance(second, Field) and second.spec.kind == "code"):
            raise ConditionError(node, "same_code() compares a field of one code with another")
        if first == second:
            raise ConditionError(arguments[1], _ITSELF)
        among = tuple(dict.fromkeys((*first.spec.codes, *second.spec.codes)))
        codes = [Quantity(CodeOf(field, among)) for field in (first, second)]
        return _unequal(Comparison(codes[0], "==", codes[1]), negated)

    def _comparisons(self, node: ast.Compare, negated: bool) -> Alternatives:
        """Read `a <= b <= c` as `a <= b and b <= c`."""
        parts = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            parts.append(self._comparison(node, left, operator, right, negated))
            left = right
        return _any(node, parts) if negated else _all(node, parts)

    def _comparison(  # noqa: PLR0912 - one for each pair of kinds
        self, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr, negated: bool
    ) -> Alternatives:
        if isinstance(operator, ast.In | ast.NotIn):
            return ((self._membership(left, right, isinstance(operator, ast.NotIn) != negated),),)
        order = self._order(node, left, operator, right)
        self._refuse_bare(left, right)
        first, second = self.value(left), self.value(right)
        if isinstance(first, Field) or isinstance(second, Field):
            return ((self._code_test(node, first, order, second, negated),),)
        if isinstance(first, _RowValue | _Person) or isinstance(second, _RowValue | _Person):
            if first == second:
                raise ConditionError(right, _ITSELF)
            return _unequal(self._same_row(node, first, order, second), negated)
        if isinstance(second, _Span):
            first, second, order = second, first, terms.FLIPPED[order]
        if isinstance(first, _Span):
            return self._working_days(node, first, order, second, negated)
        if isinstance(first, _Chosen) or isinstance(second, _Chosen):
            return self._chosen(node, first, order, second, negated)
        if type(first) is not type(second):
            date = _dates(first) or _dates(second)
            message = f"{_name(first)} cannot be compared with {_name(second)}"
            raise ConditionError(node, slips.NO_DATE if date else message)
        if isinstance(first, _Codes) or isinstance(second, _Codes):
            raise ConditionError(node, "two codes are compared: one side must be a field")
        if isinstance(first.quantity.base, Zero) and isinstance(second.quantity.base, Zero):
            raise ConditionError(node, "this asks nothing of the record: one side must be a field")
        if first.quantity.base == second.quantity.base:
            raise ConditionError(right, _ITSELF)
        for one, other in ((first, second), (second, first)):
            if isinstance(one, _Number) and isinstance(other, _Number):
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
                raise ConditionError(right, _NO_TRUTH)
            instead = "`is not` does not compare here: write `!=`"
            if isinstance(operator, ast.Is):
                instead = "`is` does not compare here: write `==`"
            raise ConditionError(node, instead)
        return order

    def _refuse_bare(self, left: ast.expr, right: ast.expr) -> None:
        """Refuse a bare word on one side in the words that suit the field on the other."""
        for field, word in ((left, right), (right, left)):
            if self._is_null(word):
                self._refuse_null(field, word)
            elif names := self._strange(word):
                value = self.value(field)
                if isinstance(value, Field):
                    self._refuse_bare_codes(names, value)

    def _is_null(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id.lower() in ("null", "none") and node.id not in self._known()
        return isinstance(node, ast.Constant) and node.value is None

    def _refuse_null(self, side: ast.expr, null: ast.expr) -> None:
        """Refuse `action.addresses == none`, which `happened` does not ask either."""
        value = self.value(side)
        if isinstance(value, _RowValue) and value.row.optional:
            message = (
                f"whether `{value.row}` leads to no row cannot be asked: find a row of"
                f" {value.kind}, and compare it with that"
            )
            raise ConditionError(null, message)

    def _strange(self, node: ast.expr) -> list[ast.Name]:
        """Return the names that nothing here has: a word alone, or those of a list."""
        names = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
        known = self._known()
        return [one for one in names if isinstance(one, ast.Name) and one.id not in known]

    def _refuse_bare_codes(self, names: Iterable[ast.Name], field: Field) -> None:
        for name in names:
            if cure := slips.bare_code(name.id, field.spec.codes, self._known()):
                raise ConditionError(name, cure)

    def _membership(self, left: ast.expr, right: ast.expr, negated: bool) -> FactTest:
        self._refuse_bare(left, right)
        member, whole = self.value(left), self.value(right)
        if isinstance(member, _Codes) and isinstance(whole, Field) and whole.spec.kind == "codes":
            if len(member.codes) != 1:
                raise ConditionError(left, "one code on this side: write one `in` for each")
            self._known_codes(left, whole, member.codes)
            return FactTest(Holds(whole, member.codes[0]), negated)
        if isinstance(member, Field) and member.spec.kind == "code" and isinstance(whole, _Codes):
            if not whole.codes:
                raise ConditionError(right, "at least one code is needed here")
            self._known_codes(right, member, whole.codes)
            return FactTest(OneOf(member, frozenset(whole.codes)), negated)
        message = "`in` asks either 'code' in a list field, or a code field in ('code', 'code')"
        raise ConditionError(left, message)

    def _code_test(
        self, node: ast.Compare, first: _Value, order: Order, second: _Value, negated: bool
    ) -> FactTest:
        field, codes = (first, second) if isinstance(first, Field) else (second, first)
        assert isinstance(field, Field)  # the caller asks for a field on one side
        if field.spec.kind == "flag":
            raise ConditionError(node, f"`{field}` is a flag: write it alone, or `not {field}`")
        if field.spec.kind == "codes":
            raise ConditionError(node, f"`{field}` is a list of codes: write 'code' in {field}")
        if field.spec.kind != "code" or not isinstance(codes, _Codes) or len(codes.codes) != 1:
            raise ConditionError(node, f"{_name(first)} cannot be compared with {_name(second)}")
        if order not in ("==", "!="):
            raise ConditionError(node, "codes have no order: use == or !=")
        self._known_codes(node, field, codes.codes)
        return FactTest(OneOf(field, frozenset(codes.codes)), negated != (order == "!="))

    def _same_row(
        self, node: ast.Compare, first: _Value, order: Order, second: _Value
    ) -> Comparison:
        if isinstance(first, _Person) or isinstance(second, _Person):
            return self._same_person(node, first, order, second)
        if not (isinstance(first, _RowValue) and isinstance(second, _RowValue)):
            raise ConditionError(node, f"{_name(first)} cannot be compared with {_name(second)}")
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
        self, node: ast.Compare, first: _Value, order: Order, second: _Value
    ) -> Comparison:
        """Compare the person whose meeting it is with a person, or with that of another meeting."""
        sides = []
        for value in (first, second):
            if isinstance(value, _Person):
                sides.append(value.quantity)
            elif isinstance(value, _RowValue) and value.kind == "people" and not value.row.optional:
                sides.append(Quantity(Identity(value.row)))
            else:
                raise ConditionError(node, "whose() is a person: compare it with a person")
        if order not in ("==", "!="):
            raise ConditionError(node, "rows have no order: use == or !=")
        return Comparison(sides[0], order, sides[1])

    def _chosen(
        self, node: ast.Compare, first: _Value, order: Order, second: _Value, negated: bool
    ) -> Alternatives:
        """Compare the later or the earlier of two days with a day, one day at a time."""
        if not (isinstance(first, _Day | _Chosen) and isinstance(second, _Day | _Chosen)):
            date = _dates(first) or _dates(second)
            message = f"{_name(first)} cannot be compared with {_name(second)}"
            raise ConditionError(node, slips.NO_DATE if date else message)
        if order in ("==", "!="):
            raise ConditionError(node, "compare later() and earlier() by <=, <, >= or >")
        return _by_days(node, first, order, second, negated)

    def _working_days(
        self, node: ast.Compare, span: _Span, order: Order, limit: _Value, negated: bool
    ) -> Alternatives:
        """`workdays(a, b) <= n` is: b's running number <= a's running number + n.

        Where b comes before a there are no working days between them, but the running numbers
        differ by less than nought: so n must be 1 or more for >= and <, and == is not offered.
        """
        if not (isinstance(limit, _Number) and isinstance(limit.quantity.base, Zero)):
            raise ConditionError(node, "compare workdays() with a number or a parameter")
        number = limit.quantity.plus
        if order in ("==", "!=") or number < (1 if order in (">=", "<") else 0):
            message = f"compare workdays() by <=, >=, < or > with 1 or more; this is {number}"
            raise ConditionError(node, message)
        self._refuse_days(node, limit.parameters, "workdays() counts days")
        self.counted.update((name, "working days") for name in limit.parameters)
        start = _each(span.start, lambda day: Quantity(WorkingDay(day), number))
        end = _each(span.end, lambda day: Quantity(WorkingDay(day)))
        return _by_days(node, end, order, start, negated)


def _refuse_repeated(values: Iterable[ast.expr], parts: Iterable[Alternatives]) -> None:
    """Refuse `a or a`, each part with its tests; two names for one number are not the same."""
    before: set[Hashable] = set()
    for value, tests in zip(values, parts, strict=True):
        names = frozenset(node.id for node in ast.walk(value) if isinstance(node, ast.Name))
        asked = question_of(tests), names
        if asked in before:
            message = "the same stands in this condition already: remove it, or ask something else"
            raise ConditionError(value, message)
        before.add(asked)


def _by_days(
    node: ast.AST, left: _Day | _Chosen, order: Order, right: _Day | _Chosen, negated: bool
) -> Alternatives:
    """Compare days, or the latest or earliest of several, one pair at a time.

    The latest of some days is before a day where each of them is, and after one where any is. The
    bounds of the latest are the latest of the bounds, so the three values come out the same.
    """
    if isinstance(left, _Chosen):
        parts = [_by_days(node, _Day(day), order, right, negated) for day in left.days]
        needs_all = left.latest == (order in ("<", "<="))
    elif isinstance(right, _Chosen):
        parts = [_by_days(node, left, order, _Day(day), negated) for day in right.days]
        needs_all = right.latest == (order in (">", ">="))
    else:
        comparison = Comparison(left.quantity, order, right.quantity)
        return ((comparison.negated() if negated else comparison,),)
    return _all(node, parts) if needs_all != negated else _any(node, parts)


def _unequal(comparison: Comparison, negated: bool) -> Alternatives:
    """Bring a comparison to <, <=, >, >= and an == that is false where an event has not happened.

    What is not equal comes before or after; `not (a != b)` is neither before nor after.
    """
    wanted = comparison.negated() if negated else comparison
    if wanted.order == "==" and wanted.when_null:
        at_least = Comparison(wanted.left, ">=", wanted.right, when_null=True)
        at_most = Comparison(wanted.left, "<=", wanted.right, when_null=True)
        return ((at_least, at_most),)
    if wanted.order != "!=":
        return ((wanted,),)
    before = Comparison(wanted.left, "<", wanted.right, wanted.when_null)
    after = Comparison(wanted.left, ">", wanted.right, wanted.when_null)
    return ((before,), (after,))


def _any(node: ast.AST, parts: list[Alternatives]) -> Alternatives:
    return _limited(node, tuple(alternative for part in parts for alternative in part))


def _all(node: ast.AST, parts: list[Alternatives]) -> Alternatives:
    combined: Alternatives = ((),)
    for part in parts:
        combined = _limited(node, tuple(left + right for left, right in product(combined, part)))
    return combined


def _limited(node: ast.AST, alternatives: Alternatives) -> Alternatives:
    if len(alternatives) > MAX_ALTERNATIVES:
        message = (
            f"`or` and `!=` make more than {MAX_ALTERNATIVES} alternatives of this condition:"
            " write several items of `met_by`, `unless` or `given`"
        )
        raise ConditionError(node, message)
    return alternatives
