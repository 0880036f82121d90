"""Read what a message shows in braces: a row, a field, or what is worked out of days."""

from __future__ import annotations

import ast
import re

from casecheck.lessons import slips, terms
from casecheck.lessons.condition_values import _ValueReader
from casecheck.lessons.condition_words import SHOWN, ConditionError, Scope, _parse
from casecheck.lessons.errors import PageError
from casecheck.lessons.nodes import Place
from casecheck.lessons.part_values import Day, Number, RowValue, Span, name_of
from casecheck.lessons.terms import (
    Birthday,
    DayOf,
    Field,
    Quantity,
    RowPath,
    Shown,
    WorkingDay,
    Zero,
)

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_NO_PATH = (
    "here a path to a row or its field is needed, such as `risk.kind`: no blank, sum or parameter,"
    " and neither `today` nor `opened_on`"
)


def read_path(text: str, place: Place, scope: Scope) -> RowPath | Field | PageError:
    """Return the row or field that a path such as `change.plan.subject` names."""
    try:
        if cure := slips.why_no_path(text):
            raise ConditionError(0, cure)
        node = _parse(text)
        if not _PATH.fullmatch(text):
            raise ConditionError(0, _NO_PATH)
        value = _ValueReader(scope, text, path=True).value(node)
        if isinstance(value, RowValue):
            return value.row
        if isinstance(value, Field):
            return value
        if isinstance(value, Day) and value.quantity.plus == 0:
            base = value.quantity.base
            if isinstance(base, DayOf) and not base.or_today:
                return base.field
        if isinstance(value, Day) and isinstance(value.quantity.base, Birthday):
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
        return _shown(_parse(text), text, _ValueReader(scope, text, path=True))
    except ConditionError as error:
        return place.error(error.message, offset=error.offset)


_WORKED_OUT = re.compile(r"[(+-]")
_NO_BIRTH = "a birth is not shown: it may identify a child"


def _shown(node: ast.expr, text: str, reader: _ValueReader) -> Shown:
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if isinstance(node, ast.Call) and name in SHOWN:
        shown = _of_two(node, name, text, reader)
    else:
        match reader.value(node):
            case Day(quantity=day):
                shown = Shown("day", (day,), text)
            case Number(quantity=number):
                shown = Shown("number", (number,), text)
            case Span(start=Day(quantity=start), end=Day(quantity=end)):
                span = (Quantity(WorkingDay(start)), Quantity(WorkingDay(end)))
                shown = Shown("working days", span, text)
            case other:
                raise ConditionError(node, f"this is {name_of(other)}: write its path alone")
    if any(terms.is_range(one.base) for one in shown.quantities):
        raise ConditionError(node, _NO_BIRTH)
    return shown


def _of_two(node: ast.Call, name: str, text: str, reader: _ValueReader) -> Shown:
    if len(node.args) != 2 or node.keywords:
        raise ConditionError(node, f"it is written {SHOWN[name]}")
    first, second = node.args
    start = reader.day(first)
    if name == "days":
        return Shown("days", (start, reader.day(second)), text)
    number = reader.value(second)
    if not (isinstance(number, Number) and isinstance(number.quantity.base, Zero)):
        raise ConditionError(second, "a number or a parameter is needed here")
    reader._refuse_days(second, number.parameters, "working_day() counts days")
    return Shown("working day", (start, number.quantity), text)


def path_kind(row: RowPath, scope: Scope) -> str:
    """Return the kind of the row at the end of a path."""
    kind = scope.bindings[row.binding]
    for reference in row.references:
        kind = scope.fields(kind)[reference].target or ""
    return kind
