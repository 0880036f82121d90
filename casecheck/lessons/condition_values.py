"""What a part of a condition stands for, and how it is read from the text."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from casecheck.lessons import slips
from casecheck.lessons.condition_words import (
    _STAND_IN,
    FUNCTIONS,
    SHOWN,
    ConditionError,
    Scope,
)
from casecheck.lessons.errors import closest, did_you_mean
from casecheck.lessons.periods import MAX_NUMBER
from casecheck.lessons.terms import (
    Birthday,
    DayOf,
    Distinct,
    Field,
    OpenedOn,
    Quantity,
    RowPath,
    Zero,
)
from casecheck.lessons.units import DAYS, UNITS, is_of_agencies
from casecheck.record.model import FIELDS

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


class _ValueReader:
    """Reads the values of one condition, from days and numbers down to the names."""

    def __init__(self, scope: Scope, text: str, *, path: bool = False) -> None:
        self.scope = scope
        self.text = text
        self.path = path
        self.used: set[str] = set()
        self.counted: set[tuple[str, str]] = set()

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
            self._refuse_days(node, parameters, "only days are added to a day or taken from it")
            self.counted.update((name, "days") for name in parameters)
        else:
            parameters |= start.parameters
            self._refuse_count(node, start, parameters)
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

    def _refuse_units(
        self, node: ast.AST, parameters: Iterable[str], units: Collection[str], why: str, cure: str
    ) -> None:
        """Refuse parameters that count something else than one of these units."""
        for name in sorted(parameters):
            unit = self.scope.units.get(name, "days")
            if unit in UNITS and unit not in units:  # a unit that there is not is told where it is
                message = f"{why}, and the parameter `{name}` is a number of {unit}: {cure}"
                raise ConditionError(node, message)

    def _refuse_days(self, node: ast.AST, parameters: Iterable[str], why: str) -> None:
        """Refuse parameters that are no number of days, by the calendar or working days."""
        cure = "make a parameter of its own for them, with `unit: days` or `unit: working days`"
        self._refuse_units(node, parameters, DAYS, why, cure)

    def _refuse_count(self, node: ast.AST, number: _Number, parameters: Iterable[str]) -> None:
        """Refuse a count of codes that is held to a parameter of another unit."""
        if not isinstance(number.quantity.base, Distinct):
            return
        field = number.quantity.base.field
        cure = f"write the number itself, as in `count({field}) >= 3`"
        if is_of_agencies(field.spec.codes):
            cure += ", or give the parameter `unit: agencies`"
            self._refuse_units(node, parameters, ("agencies",), "count() counts codes", cure)
        else:
            self._refuse_units(node, parameters, (), f"`{field}` lists no agencies", cure)

    def _known_codes(self, node: ast.expr, field: Field, codes: Iterable[str]) -> None:
        for code in codes:
            if code not in field.spec.codes:
                hint = did_you_mean(code, field.spec.codes)
                raise ConditionError(node, f"`{field}` has no code '{code[:64]}': {hint}")


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
