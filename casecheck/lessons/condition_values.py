"""Read what a part of a condition stands for from its text, down to days, numbers and names."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from casecheck.lessons import slips
from casecheck.lessons.condition_words import (
    _STAND_IN,
    FUNCTIONS,
    SHOWN,
    ConditionError,
    Scope,
)
from casecheck.lessons.errors import closest, did_you_mean
from casecheck.lessons.part_values import (
    KINDS_OF_FIELDS,
    Chosen,
    Codes,
    Day,
    Number,
    Person,
    RowValue,
    Span,
    Value,
    days_of,
    has_dates,
    name_of,
    same_base,
)
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


class _ValueReader:
    """Reads the values of one condition, from days and numbers down to the names."""

    def __init__(self, scope: Scope, text: str, *, path: bool = False) -> None:
        self.scope = scope
        self.text = text
        self.path = path
        self.used: set[str] = set()
        self.counted: set[tuple[str, str]] = set()

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=constant):
                return self._constant(node, constant)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return Codes(tuple(self._code(element) for element in elements))
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

    def _constant(self, node: ast.Constant, value: object) -> Value:
        if isinstance(value, str):
            return Codes((value,))
        if isinstance(value, bool):
            raise ConditionError(node, slips.NO_TRUTH)
        if value is None:
            raise ConditionError(node, slips.NO_NULL)
        return Number(Quantity(Zero(), self._whole_number(node)))

    def _name(self, node: ast.Name, name: str) -> Value:
        if name in self.scope.bindings:
            self.used.add(name)
            return RowValue(RowPath(name), self.scope.bindings[name])
        if name in self.scope.numbers:
            self.used.add(name)
            return Number(Quantity(Zero(), self.scope.numbers[name]), frozenset({name}))
        if name in self.scope.groups:
            return Codes(self.scope.groups[name], name)
        if name == "today" or (name == "day" and self.scope.day):
            return Day(Quantity(Zero()))
        if name == "opened_on":
            return Day(Quantity(OpenedOn()))
        if name in ("true", "false", "yes", "no"):
            raise ConditionError(node, slips.NO_TRUTH)
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

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self.value(node.value)
        offset = (node.value.end_col_offset or 0) + 1
        if not isinstance(owner, RowValue):
            raise ConditionError(offset, f"{name_of(owner)} has no fields")
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
            return RowValue(RowPath(owner.row.binding, references, optional), spec.target or "")
        field = Field(owner.row, spec)
        if spec.kind == "date":
            return Day(Quantity(DayOf(field)))
        if spec.kind == "born":
            return Day(Quantity(Birthday(owner.row, 0)))
        return field

    def _shifted(
        self, node: ast.BinOp, left: ast.expr, operator: ast.operator, right: ast.expr
    ) -> Value:
        start, days = self.value(left), self.value(right)
        if isinstance(start, Chosen) and isinstance(days, Number):
            return self._shifted_days(node, start, days, operator)
        if isinstance(start, Number) and isinstance(days, Day) and isinstance(operator, ast.Add):
            start, days = days, start
        if not isinstance(start, Day | Number) or not isinstance(days, Number):
            raise ConditionError(node, "only a number of days is added to or taken from a day")
        if not isinstance(days.quantity.base, Zero):
            raise ConditionError(node, "only a fixed number or a parameter is added")
        parameters = days.parameters
        if isinstance(start, Day):
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
        return Day(shifted) if isinstance(start, Day) else Number(shifted, parameters)

    def _shifted_days(
        self, node: ast.BinOp, days: Chosen, number: Number, operator: ast.operator
    ) -> Chosen:
        if not isinstance(number.quantity.base, Zero):
            raise ConditionError(node, "only a fixed number or a parameter is added")
        self._refuse_days(node, number.parameters, "only days are added to a day or taken from it")
        self.counted.update((name, "days") for name in number.parameters)
        plus = number.quantity.plus if isinstance(operator, ast.Add) else -number.quantity.plus
        moved = (Quantity(day.base, day.plus + plus) for day in days.days)
        return Chosen(tuple(moved), days.latest)

    def _function(self, node: ast.Call) -> Value:  # noqa: PLR0911 - one for each function
        name, arguments = self._call(node)
        if name == "workdays":
            start, end = self._day_or_chosen(arguments[0]), self._day_or_chosen(arguments[1])
            if same_base(start, end):
                raise ConditionError(arguments[1], slips.ITSELF)
            return Span(start, end)
        if name in ("later", "earlier"):
            return self._choice(node, arguments, latest=name == "later")
        if name == "birthday":
            person = self._row(arguments[1], "people")
            return Day(Quantity(Birthday(person, self._age(arguments[0]))))
        if name == "known":
            return self._day_known(node, arguments[0])
        if name == "whose":
            return Person(Quantity(Whose(self._row(arguments[0], "meetings"))))
        if name == "count":
            return Number(Quantity(Distinct(self._field(arguments[0], "codes"))))
        if name == "or_today":
            field = self._field(arguments[0], "date")
            if field.spec.role != "event":
                raise ConditionError(node, f"`{field}` is not an event: write it without or_today")
            return Day(Quantity(DayOf(field, or_today=True)))
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

    def _choice(self, node: ast.Call, arguments: Iterable[ast.expr], *, latest: bool) -> Chosen:
        """Read the later or the earlier of two days; one in another of its kind is of three."""
        days = [(each, self._day_or_chosen(each)) for each in arguments]
        if any(isinstance(day, Chosen) and day.latest != latest for _, day in days):
            raise ConditionError(node, "later() and earlier() do not stand in one another")
        every = tuple(dict.fromkeys(quantity for _, day in days for quantity in days_of(day)))
        if len({quantity.base for quantity in every}) < len(every) or len(every) < 2:
            raise ConditionError(days[-1][0], slips.ITSELF)
        return Chosen(every, latest)

    def _day_known(self, node: ast.Call, argument: ast.expr) -> Day:
        value = self.value(argument)
        fields = self.scope.fields(value.kind) if isinstance(value, RowValue) else {}
        if not isinstance(value, RowValue) or "known_on" not in fields:
            message = "known() is asked of a row that has `known_on`: an incident or a relationship"
            raise ConditionError(node, message)
        own = fields.get("on") or fields["start"]
        return Day(Quantity(DayKnown(Field(value.row, fields["known_on"]), Field(value.row, own))))

    def _day_or_chosen(self, node: ast.expr) -> Day | Chosen:
        value = self.value(node)
        return value if isinstance(value, Chosen) else Day(self.day(node))

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
        if not isinstance(value, Day):
            if has_dates(value):
                raise ConditionError(node, slips.NO_DATE)
            raise ConditionError(node, f"a day is needed here, this is {name_of(value)}")
        return value.quantity

    def _field(self, node: ast.expr, kind: str) -> Field:
        value = self.value(node)
        if kind == "date" and isinstance(value, Day):
            base = value.quantity.base
            if isinstance(base, DayOf) and not base.or_today and value.quantity.plus == 0:
                return base.field
        if isinstance(value, Field) and value.spec.kind == kind:
            return value
        if kind == "date" and isinstance(value, Day):
            message = "a row's event is needed here, such as plan.end: neither `today` nor a sum"
            raise ConditionError(node, message)
        needed = "a date" if kind == "date" else KINDS_OF_FIELDS[kind]
        raise ConditionError(node, f"{needed} is needed here, this is {name_of(value)}")

    def _row(self, node: ast.expr, kind: str) -> RowPath:
        value = self.value(node)
        if not isinstance(value, RowValue) or value.kind != kind:
            raise ConditionError(node, f"a row of {kind} is needed here, this is {name_of(value)}")
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

    def _refuse_count(self, node: ast.AST, number: Number, parameters: Iterable[str]) -> None:
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
