"""What a part of a condition stands for, and how it is read from the text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
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
    DayKnown,
    DayOf,
    Distinct,
    Field,
    OpenedOn,
    Quantity,
    RowPath,
    Whose,
    Zero,
)
from casecheck.lessons.units import DAYS, MAX_AGE, UNITS, is_of_agencies
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
class _Person:
    """The person whose meeting it is."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Span:
    """The working days after the one, up to and including the other."""

    start: _Day | _Chosen
    end: _Day | _Chosen


@dataclass(frozen=True, slots=True)
class _Day:
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The latest, or the earliest, of some days."""

    days: tuple[Quantity, ...]
    latest: bool


@dataclass(frozen=True, slots=True)
class _Number:
    """A number: written, counted of a list, or with the named parameters in it."""

    quantity: Quantity
    parameters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Codes:
    """Codes as the page writes them; `group` names the group that they are."""

    codes: tuple[str, ...]
    group: str = ""


_Value = _RowValue | _Person | _Span | _Day | _Chosen | _Number | _Codes | Field


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
        if name in self.scope.groups:
            return _Codes(self.scope.groups[name], name)
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
        names = (self.scope.bindings, self.scope.numbers, self.scope.groups)
        return [*(name for each in names for name in each), "today", "opened_on"]

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
        if isinstance(start, _Chosen) and isinstance(days, _Number):
            return self._shifted_days(node, start, days, operator)
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

    def _shifted_days(
        self, node: ast.BinOp, days: _Chosen, number: _Number, operator: ast.operator
    ) -> _Chosen:
        if not isinstance(number.quantity.base, Zero):
            raise ConditionError(node, "only a fixed number or a parameter is added")
        self._refuse_days(node, number.parameters, "only days are added to a day or taken from it")
        self.counted.update((name, "days") for name in number.parameters)
        plus = number.quantity.plus if isinstance(operator, ast.Add) else -number.quantity.plus
        moved = (Quantity(day.base, day.plus + plus) for day in days.days)
        return _Chosen(tuple(moved), days.latest)

    def _function(self, node: ast.Call) -> _Value:  # noqa: PLR0911 - one for each function
        name, arguments = self._call(node)
        if name == "workdays":
            start, end = self._day_or_chosen(arguments[0]), self._day_or_chosen(arguments[1])
            if _same_base(start, end):
                raise ConditionError(arguments[1], _ITSELF)
            return _Span(start, end)
        if name in ("later", "earlier"):
            return self._choice(node, arguments, latest=name == "later")
        if name == "birthday":
            person = self._row(arguments[1], "people")
            return _Day(Quantity(Birthday(person, self._age(arguments[0]))))
        if name == "known":
            return self._day_known(node, arguments[0])
        if name == "whose":
            return _Person(Quantity(Whose(self._row(arguments[0], "meetings"))))
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
        if name in ("any", "all"):
            raise ConditionError(node, f"it is written {FUNCTIONS[name]}")
        expected = FUNCTIONS[name].split(")")[0].count(",") + 1
        if len(node.args) != expected or node.keywords:
            raise ConditionError(node, f"it is written {FUNCTIONS[name]}")
        return name, node.args

    def _choice(self, node: ast.Call, arguments: Iterable[ast.expr], *, latest: bool) -> _Chosen:
        """Read the later or the earlier of two days; one in another of its kind is of three."""
        days = [(each, self._day_or_chosen(each)) for each in arguments]
        if any(isinstance(day, _Chosen) and day.latest != latest for _, day in days):
            raise ConditionError(node, "later() and earlier() do not stand in one another")
        every = tuple(dict.fromkeys(quantity for _, day in days for quantity in _days_of(day)))
        if len({quantity.base for quantity in every}) < len(every) or len(every) < 2:
            raise ConditionError(days[-1][0], _ITSELF)
        return _Chosen(every, latest)

    def _day_known(self, node: ast.Call, argument: ast.expr) -> _Day:
        value = self.value(argument)
        fields = self.scope.fields(value.kind) if isinstance(value, _RowValue) else {}
        if not isinstance(value, _RowValue) or "known_on" not in fields:
            message = "known() is asked of a row that has `known_on`: an incident or a relationship"
            raise ConditionError(node, message)
        own = fields.get("on") or fields["start"]
        return _Day(Quantity(DayKnown(Field(value.row, fields["known_on"]), Field(value.row, own))))

    def _day_or_chosen(self, node: ast.expr) -> _Day | _Chosen:
        value = self.value(node)
        return value if isinstance(value, _Chosen) else _Day(self.day(node))

    def _age(self, node: ast.expr, at: ast.expr | None = None) -> int:
        """Return an age in years: a number, or a parameter of that unit; faults are told there."""
        if isinstance(node, ast.Name) and node.id in self.scope.numbers:
            why, cure = "an age is written as a number of years", "give it `unit: years`"
            self._refuse_units(at or node, [node.id], ("years",), why, cure)
            self.used.add(node.id)
            years = self.scope.numbers[node.id]
        else:
            years = self._whole_number(node)
        if not 1 <= years <= MAX_AGE:
            raise ConditionError(at or node, f"an age is from 1 to {MAX_AGE} years")
        return years

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


def _days_of(value: _Day | _Chosen) -> tuple[Quantity, ...]:
    return value.days if isinstance(value, _Chosen) else (value.quantity,)


def _same_base(first: _Day | _Chosen, second: _Day | _Chosen) -> bool:
    """Say whether two days, each of one thing, are of the same one; or two choices are the same."""
    if isinstance(first, _Day) and isinstance(second, _Day):
        return first.quantity.base == second.quantity.base
    return first == second


def _each(value: _Day | _Chosen, put: Callable[[Quantity], Quantity]) -> _Day | _Chosen:
    """Return the same choice among days that each are put otherwise; the order stays."""
    if isinstance(value, _Chosen):
        return _Chosen(tuple(map(put, value.days)), value.latest)
    return _Day(put(value.quantity))


def _dates(value: _Value) -> bool:
    return isinstance(value, _Codes) and any(map(slips.is_date, value.codes))


_KINDS = {"code": "a code", "codes": "a list of codes", "flag": "a flag"}


def _name(value: _Value) -> str:  # noqa: PLR0911 - one for each case
    match value:
        case _RowValue(row=row, kind=kind):
            return f"`{row}`, a row of {kind}"
        case Field(spec=spec):
            return f"`{value}`, {_KINDS[spec.kind]}"
        case _Day() | _Chosen():
            return "a day"
        case _Person():
            return "a person"
        case _Number():
            return "a number"
        case _Span():
            return "a number of working days"
        case _:
            return "a code"
