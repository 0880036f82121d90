"""Read the text of a condition into typed tests, or say what is wrong with it and where.

The language is a small part of Python's expressions, parsed by the standard library and never
evaluated: `docs/writing-a-lesson.md` describes it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from casecheck.lessons import slips, terms
from casecheck.lessons.errors import PageError, closest, did_you_mean
from casecheck.lessons.periods import MAX_NUMBER
from casecheck.lessons.terms import (
    Alternatives,
    Birthday,
    Comparison,
    DayOf,
    Distinct,
    FactTest,
    Field,
    Happened,
    Holds,
    Identity,
    OneOf,
    OpenedOn,
    Order,
    Quantity,
    RowPath,
    Shown,
    Substitution,
    WorkingDay,
    Zero,
    question_of,
)
from casecheck.lessons.yaml_nodes import Place
from casecheck.record.model import FIELDS, FieldSpec

MAX_CONDITION_CHARACTERS = 500
MAX_ALTERNATIVES = 16
MAX_AGE = 130

FUNCTIONS = {
    "under": "under(18, person, day): the person's birthday at that age is after the day",
    "workdays": "workdays(a, b): working days after a, up to and including b",
    "happened": "happened(event_date): the event has happened",
    "or_today": "or_today(event_date): the day of the event, or today where it has not happened",
    "count": "count(list): how many different codes the list holds",
}
SHOWN = {
    "days": "days(a, b): the days from a to b, in a message",
    "working_day": "working_day(a, n): the day that comes n working days after a, in a message",
}
"""What a message can work out beside what conditions can, and how it is written."""
_ORDERS: dict[type[ast.cmpop], Order] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
# No code holds a `#`, and after one the parser would read no further.
_FOREIGN = re.compile(r"[^ -~]|#")
# `from` is a word of Python, so the parser is given a stand-in of the same length.
_FROM = re.compile(r"(?<=\.)from\b")
_STAND_IN = "fr0m"


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use.

    `bindings` maps each bound row to its kind, a section or a concept; `fields` gives a kind's
    fields by name; `numbers` the lesson's parameters.
    """

    bindings: Mapping[str, str]
    fields: Callable[[str], Mapping[str, FieldSpec]]
    numbers: Mapping[str, int]


_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_NO_PATH = (
    "here a path to a row or its field is needed, such as `risk.kind`: no blank, sum or parameter,"
    " and neither `today` nor `opened_on`"
)
_NO_TRUTH = "a flag is written alone, `assessment.child_seen`, or with `not` before it"
_ITSELF = (
    "this compares a thing with itself: name another field or row on one side; whether an event"
    " has happened is asked by happened(plan.end)"
)

# What a part of an expression may stand for, besides a list of alternatives.


@dataclass(frozen=True, slots=True)
class _RowValue:
    row: RowPath
    kind: str


@dataclass(frozen=True, slots=True)
class _Span:
    start: Quantity
    end: Quantity


@dataclass(frozen=True, slots=True)
class _Day:
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Number:
    """A number: written, counted of a list, or with the named parameters in it."""

    quantity: Quantity
    parameters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Codes:
    codes: tuple[str, ...]


_Value = _RowValue | _Span | _Day | _Number | _Codes | Field


class ConditionError(Exception):
    """A fault in a condition, `offset` characters into its text."""

    def __init__(self, node: ast.AST | int, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.offset: int = node if isinstance(node, int) else getattr(node, "col_offset", 0)


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


def read_path(text: str, place: Place, scope: Scope) -> RowPath | Field | PageError:
    """Return the row or field that a path such as `change.plan.subject` names."""
    try:
        if cure := slips.why_no_path(text):
            raise ConditionError(0, cure)
        node = _parse(text)
        if not _PATH.fullmatch(text):
            raise ConditionError(0, _NO_PATH)
        value = _Reader(scope, text, path=True).value(node)
        if isinstance(value, _RowValue):
            return value.row
        if isinstance(value, Field):
            return value
        if isinstance(value, _Day) and value.quantity.plus == 0:
            base = value.quantity.base
            if isinstance(base, DayOf) and not base.or_today:
                return base.field
        if isinstance(value, _Day) and isinstance(value.quantity.base, Birthday):
            raise ConditionError(0, _NO_BIRTH)
        raise ConditionError(0, _NO_PATH)
    except ConditionError as error:
        return place.error(error.message, offset=error.offset)


def read_shown(text: str, place: Place, scope: Scope) -> RowPath | Field | Shown | PageError:
    """Return what a message shows in braces: a row, a field, or what is worked out of days."""
    alone = text in ("today", "opened_on") or text in scope.numbers
    if not (alone or _WORKED_OUT.search(text)):
        return read_path(text, place, scope)
    try:
        return _shown(_parse(text), text, _Reader(scope, text, path=True))
    except ConditionError as error:
        return place.error(error.message, offset=error.offset)


_WORKED_OUT = re.compile(r"[(+-]")
_NO_BIRTH = "a birth is not shown: it may identify a child"


def _shown(node: ast.expr, text: str, reader: _Reader) -> Shown:
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if isinstance(node, ast.Call) and name in SHOWN:
        shown = _of_two(node, name, text, reader)
    else:
        match reader.value(node):
            case _Day(quantity=day):
                shown = Shown("day", (day,), text)
            case _Number(quantity=number):
                shown = Shown("number", (number,), text)
            case _Span(start=start, end=end):
                span = (Quantity(WorkingDay(start)), Quantity(WorkingDay(end)))
                shown = Shown("working days", span, text)
            case other:
                raise ConditionError(node, f"this is {_name(other)}: write its path alone")
    if any(terms.is_range(one.base) for one in shown.quantities):
        raise ConditionError(node, _NO_BIRTH)
    return shown


def _of_two(node: ast.Call, name: str, text: str, reader: _Reader) -> Shown:
    if len(node.args) != 2 or node.keywords:
        raise ConditionError(node, f"it is written {SHOWN[name]}")
    first, second = node.args
    start = reader.day(first)
    if name == "days":
        return Shown("days", (start, reader.day(second)), text)
    number = reader.value(second)
    if not (isinstance(number, _Number) and isinstance(number.quantity.base, Zero)):
        raise ConditionError(second, "a number or a parameter is needed here")
    return Shown("working day", (start, number.quantity), text)


def path_kind(row: RowPath, scope: Scope) -> str:
    """Return the kind of the row at the end of a path."""
    kind = scope.bindings[row.binding]
    for reference in row.references:
        kind = scope.fields(kind)[reference].target or ""
    return kind


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_CONDITION_CHARACTERS:
        raise ConditionError(0, f"longer than {MAX_CONDITION_CHARACTERS} characters: split it")
    if found := _FOREIGN.search(text):
        raise ConditionError(found.start(), slips.foreign(found[0]))
    if _STAND_IN in text:
        raise ConditionError(text.index(_STAND_IN), f"no `{_STAND_IN}` here: did you mean `from`?")
    if slip := slips.always_wrong(text):
        raise ConditionError(*slip)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(_FROM.sub(_STAND_IN, text), mode="eval").body
    except SyntaxError as error:
        offset = min(max((error.offset or 1) - 1, 0), len(text))
        unclear = "this is not a condition: look for a missing operator, quote or bracket"
        raise ConditionError(*(slips.why_broken(text) or (offset, unclear))) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConditionError(0, "this is too deep or too large: split it") from None


class _Reader:
    """Reads the parts of one condition, from the tests down to the names."""

    def __init__(self, scope: Scope, text: str, *, path: bool = False) -> None:
        self.scope = scope
        self.text = text
        self.path = path
        self.used: set[str] = set()
        self.counted: set[tuple[str, str]] = set()

    # --- tests ---

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
        if isinstance(arguments[0], ast.Name):
            message = f"it is written {FUNCTIONS['under']}"
            if arguments[0].id in self.scope.numbers:
                message = "an age is written as a number: a parameter counts days"
            raise ConditionError(node, message)
        years = self._whole_number(arguments[0])
        if not 1 <= years <= MAX_AGE:
            raise ConditionError(node, f"an age is from 1 to {MAX_AGE} years")
        person = self._row(arguments[1], "people")
        day = self.day(arguments[2])
        if isinstance(day.base, Birthday) and day.base.person == person:
            raise ConditionError(arguments[2], _ITSELF)
        comparison = Comparison(day, "<", Quantity(Birthday(person, years)))
        return comparison.negated() if negated else comparison

    def _comparisons(self, node: ast.Compare, negated: bool) -> Alternatives:
        """Read `a <= b <= c` as `a <= b and b <= c`."""
        parts = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            parts.append(self._comparison(node, left, operator, right, negated))
            left = right
        return _any(node, parts) if negated else _all(node, parts)

    def _comparison(
        self, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr, negated: bool
    ) -> Alternatives:
        if isinstance(operator, ast.In | ast.NotIn):
            return ((self._membership(left, right, isinstance(operator, ast.NotIn) != negated),),)
        order = self._order(node, left, operator, right)
        self._refuse_bare(left, right)
        first, second = self.value(left), self.value(right)
        if isinstance(first, Field) or isinstance(second, Field):
            return ((self._code_test(node, first, order, second, negated),),)
        if isinstance(first, _RowValue) or isinstance(second, _RowValue):
            if first == second:
                raise ConditionError(right, _ITSELF)
            return _unequal(self._same_row(node, first, order, second), negated)
        if isinstance(second, _Span):
            first, second, order = second, first, terms.FLIPPED[order]
        if isinstance(first, _Span):
            return (((self._working_days(node, first, order, second, negated)),),)
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
                _refuse_count_of_days(node, one, other.parameters)
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

    def _working_days(
        self, node: ast.Compare, span: _Span, order: Order, limit: _Value, negated: bool
    ) -> Comparison:
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
        self.counted.update((name, "working days") for name in limit.parameters)
        start = Quantity(WorkingDay(span.start), number)
        comparison = Comparison(Quantity(WorkingDay(span.end)), order, start)
        return comparison.negated() if negated else comparison

    # --- values ---

    def value(self, node: ast.expr) -> _Value:
        match node:
            case ast.Constant(value=constant):
                return self._constant(node, constant)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return _Codes(tuple(self._code(element) for element in elements))
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Attribute():
                return self._attribute(node)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as operator, right=right):
                return self._shifted(node, left, operator, right)
            case ast.Call():
                return self._function(node)
            case _:
                raise ConditionError(node, "this is not part of the language of conditions")

    def _constant(self, node: ast.Constant, value: object) -> _Value:
        if isinstance(value, str):
            return _Codes((value,))
        if isinstance(value, bool):
            raise ConditionError(node, _NO_TRUTH)
        if value is None:
            raise ConditionError(node, slips.NO_NULL)
        return _Number(Quantity(Zero(), self._whole_number(node)))

    def _name(self, node: ast.Name, name: str) -> _Value:
        if name in self.scope.bindings:
            self.used.add(name)
            return _RowValue(RowPath(name), self.scope.bindings[name])
        if name in self.scope.numbers:
            self.used.add(name)
            return _Number(Quantity(Zero(), self.scope.numbers[name]), frozenset({name}))
        if name == "today":
            return _Day(Quantity(Zero()))
        if name == "opened_on":
            return _Day(Quantity(OpenedOn()))
        if name in ("true", "false", "yes", "no"):
            raise ConditionError(node, _NO_TRUTH)
        if name.lower() in ("null", "none"):
            raise ConditionError(node, slips.NO_NULL)
        raise ConditionError(node, f"no `{name[:64]}` here: {self._meant(name)}")

    def _known(self) -> list[str]:
        return [*self.scope.bindings, *self.scope.numbers, "today", "opened_on"]

    def _meant(self, name: str) -> str:
        rows = self.scope.bindings
        if not self.path:
            return slips.unknown_name(name, rows, self._known(), list(FIELDS))
        if close := closest(name, rows):
            return f"did you mean `{close}`?"
        named = ", ".join(f"`{row}`" for row in rows)
        return f"only {named} can be named here; a message cannot show rows of find"

    def _attribute(self, node: ast.Attribute) -> _Value:
        owner = self.value(node.value)
        offset = (node.value.end_col_offset or 0) + 1
        if not isinstance(owner, _RowValue):
            raise ConditionError(offset, f"{_name(owner)} has no fields")
        if owner.row.optional:
            message = f"`{owner.row}` may be no row at all: it can only be compared with a row"
            raise ConditionError(offset, message)
        name = "from" if node.attr == _STAND_IN else node.attr
        fields = self.scope.fields(owner.kind)
        spec = fields.get(name)
        if spec is None or spec.kind == "id":
            known = [field for field in fields if field != "id"]
            message = f"{owner.kind} has no field `{name[:64]}`: {did_you_mean(name, known)}"
            if name == "id":
                message = f"the row stands for its id: write `{owner.row}` for `{owner.row}.id`"
            raise ConditionError(offset, message)
        if spec.kind == "reference":
            references = (*owner.row.references, name)
            optional = spec.role == "event" or spec.allows_none
            return _RowValue(RowPath(owner.row.binding, references, optional), spec.target or "")
        field = Field(owner.row, spec)
        if spec.kind == "date":
            return _Day(Quantity(DayOf(field)))
        if spec.kind == "born":
            return _Day(Quantity(Birthday(owner.row, 0)))
        return field

    def _shifted(
        self, node: ast.BinOp, left: ast.expr, operator: ast.operator, right: ast.expr
    ) -> _Value:
        start, days = self.value(left), self.value(right)
        if isinstance(start, _Number) and isinstance(days, _Day) and isinstance(operator, ast.Add):
            start, days = days, start
        if not isinstance(start, _Day | _Number) or not isinstance(days, _Number):
            raise ConditionError(node, "only a number of days is added to or taken from a day")
        if not isinstance(days.quantity.base, Zero):
            raise ConditionError(node, "only a fixed number or a parameter is added")
        parameters = days.parameters
        if isinstance(start, _Day):
            self.counted.update((name, "days") for name in parameters)
        else:
            parameters |= start.parameters
            _refuse_count_of_days(node, start, parameters)
        plus = days.quantity.plus if isinstance(operator, ast.Add) else -days.quantity.plus
        total = start.quantity.plus + plus
        if abs(total) > MAX_NUMBER:
            raise ConditionError(node, f"the largest number here is {MAX_NUMBER:,}")
        shifted = Quantity(start.quantity.base, total)
        return _Day(shifted) if isinstance(start, _Day) else _Number(shifted, parameters)

    def _function(self, node: ast.Call) -> _Value:
        name, arguments = self._call(node)
        if name == "workdays":
            start, end = self.day(arguments[0]), self.day(arguments[1])
            if start.base == end.base:
                raise ConditionError(arguments[1], _ITSELF)
            return _Span(start, end)
        if name == "count":
            return _Number(Quantity(Distinct(self._field(arguments[0], "codes"))))
        if name == "or_today":
            field = self._field(arguments[0], "date")
            if field.spec.role != "event":
                raise ConditionError(node, f"`{field}` is not an event: write it without or_today")
            return _Day(Quantity(DayOf(field, or_today=True)))
        raise ConditionError(node, f"{name}() is true or false already: do not compare it")

    def _call(self, node: ast.Call) -> tuple[str, list[ast.expr]]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if cure := slips.why_no_function(name):
            raise ConditionError(node, cure)
        if name in SHOWN:
            message = f"{name}() stands in a message only: compare days, `a + 28 <= b`"
            raise ConditionError(node, message)
        if name not in FUNCTIONS:
            shown = f"no function `{name[:64]}`" if name else "this cannot be called"
            hint = did_you_mean(name, FUNCTIONS)
            if "age" in name or "year" in name:
                hint = f"an age is asked by {FUNCTIONS['under'].partition(':')[0]}"
            raise ConditionError(node, f"{shown}: {hint}")
        expected = FUNCTIONS[name].split(")")[0].count(",") + 1
        if len(node.args) != expected or node.keywords:
            raise ConditionError(node, f"it is written {FUNCTIONS[name]}")
        return name, node.args

    def day(self, node: ast.expr) -> Quantity:
        value = self.value(node)
        if not isinstance(value, _Day):
            if _dates(value):
                raise ConditionError(node, slips.NO_DATE)
            raise ConditionError(node, f"a day is needed here, this is {_name(value)}")
        return value.quantity

    def _field(self, node: ast.expr, kind: str) -> Field:
        value = self.value(node)
        if kind == "date" and isinstance(value, _Day):
            base = value.quantity.base
            if isinstance(base, DayOf) and not base.or_today and value.quantity.plus == 0:
                return base.field
        if isinstance(value, Field) and value.spec.kind == kind:
            return value
        if kind == "date" and isinstance(value, _Day):
            message = "a row's event is needed here, such as plan.end: neither `today` nor a sum"
            raise ConditionError(node, message)
        needed = "a date" if kind == "date" else _KINDS[kind]
        raise ConditionError(node, f"{needed} is needed here, this is {_name(value)}")

    def _row(self, node: ast.expr, kind: str) -> RowPath:
        value = self.value(node)
        if not isinstance(value, _RowValue) or value.kind != kind:
            raise ConditionError(node, f"a row of {kind} is needed here, this is {_name(value)}")
        return value.row

    def _whole_number(self, node: ast.expr) -> int:
        if not isinstance(node, ast.Constant) or type(node.value) is not int:
            raise ConditionError(node, "a whole number is needed here")
        if node.value > MAX_NUMBER:
            raise ConditionError(node, f"the largest number here is {MAX_NUMBER:,}")
        if self.text[node.col_offset : node.end_col_offset] != str(node.value):
            raise ConditionError(node, f"a number is written in figures alone: {node.value}")
        return node.value

    def _code(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise ConditionError(node, "a code in quotes is needed here")

    def _known_codes(self, node: ast.expr, field: Field, codes: Iterable[str]) -> None:
        for code in codes:
            if code not in field.spec.codes:
                hint = did_you_mean(code, field.spec.codes)
                raise ConditionError(node, f"`{field}` has no code '{code[:64]}': {hint}")


def _refuse_count_of_days(node: ast.AST, number: _Number, parameters: Iterable[str]) -> None:
    """Refuse a count of codes that is held to a number of days."""
    if isinstance(number.quantity.base, Distinct):
        for name in sorted(parameters):
            message = (
                f"count() counts codes, and the parameter `{name}` is a number of days: write the"
                " number itself, as in `count(meeting.attended) >= 3`"
            )
            raise ConditionError(node, message)


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


def _dates(value: _Value) -> bool:
    return isinstance(value, _Codes) and any(map(slips.is_date, value.codes))


_KINDS = {"code": "a code", "codes": "a list of codes", "flag": "a flag"}


def _name(value: _Value) -> str:
    match value:
        case _RowValue(row=row, kind=kind):
            return f"`{row}`, a row of {kind}"
        case Field(spec=spec):
            return f"`{value}`, {_KINDS[spec.kind]}"
        case _Day():
            return "a day"
        case _Number():
            return "a number"
        case _Span():
            return "a number of working days"
        case _:
            return "a code"
