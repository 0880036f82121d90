"""Put a condition in words.

Of `not (action.completed_on <= change.on + 28)` that is "the action had not been completed by 28
days after the day of the change". The words follow the text of the page, part by part, so that
whoever signs a lesson off reads what the author wrote. What has no words is shown as it is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping

from casecheck.record.model import FieldSpec
from casecheck.report.lessons.field_words import (
    ADJECTIVES,
    CODES,
    DAYS,
    EVENTS,
    LINKS,
    LISTS,
    NOUNS,
    ON,
    REFERENCES,
)

_FROM = re.compile(r"(?<=\.)from\b")
_STAND_IN = "fr0m"
_ORDERS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "before", ast.LtE: "on or before", ast.Gt: "after", ast.GtE: "on or after",
    ast.Eq: "on", ast.NotEq: "on another day than",
}  # fmt: skip
# The same with days added to the day, or taken from it.
_AFTER: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "less than {} after", ast.LtE: "no later than {} after", ast.Gt: "more than {} after",
    ast.GtE: "{} or more after",
}  # fmt: skip
_BEFORE: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "more than {} before", ast.LtE: "{} or more before", ast.Gt: "less than {} before",
    ast.GtE: "no earlier than {} before",
}  # fmt: skip
_NUMBERS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "fewer than {}", ast.LtE: "at most {}", ast.Gt: "more than {}", ast.GtE: "at least {}",
    ast.Eq: "{}", ast.NotEq: "a number other than {} of",
}  # fmt: skip
_PASSED: Mapping[type[ast.cmpop], str] = {
    ast.LtE: "{} or more", ast.Lt: "more than {}",
    ast.Gt: "less than {}", ast.GtE: "no more than {}",
}  # fmt: skip
Fields = Callable[[str], Mapping[str, FieldSpec]]


class _NoWords(Exception):  # noqa: N818 - says that a part is shown as it is written
    """There are no words for a part of a condition."""


class ConditionInWords:
    """Puts conditions in words; `fields` gives a kind's fields, `numbers` parameters in words."""

    def __init__(self, fields: Fields, numbers: Mapping[str, str]) -> None:
        self._fields = fields
        self._numbers = numbers

    def words(self, text: str, names: Mapping[str, str]) -> str:
        """Return what a condition asks, "" where there are no words for it.

        `names` maps each row that it may name to its section or concept.
        """
        try:
            node = ast.parse(_FROM.sub(_STAND_IN, text), mode="eval").body
            return _Sentence(self._fields, self._numbers, names).of(node)
        except (_NoWords, SyntaxError):
            return ""


class _Sentence:
    """The sentence for one condition."""

    def __init__(
        self, fields: Fields, numbers: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        self._fields = fields
        self._numbers = numbers
        self._names = names

    # --- what is true or false ---

    def of(self, node: ast.expr) -> str:
        """Return the sentence for what is true or false."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._not(operand)
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return f", {word} ".join(self._part(value) for value in values)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(left, op, right)
            case ast.Compare(left=left, ops=[first, second], comparators=[middle, right]):
                return self._between(left, first, middle, second, right)
            case ast.Call():
                return self._call(node, negated=False)
            case ast.Attribute():
                return self._flag(node, "yes")
            case _:
                raise _NoWords

    def _part(self, node: ast.expr) -> str:
        words = self.of(node)
        return f"({words})" if isinstance(node, ast.BoolOp) else words

    def _not(self, node: ast.expr) -> str:
        match node:
            case ast.Attribute():
                return self._flag(node, "no")
            case ast.Call():
                return self._call(node, negated=True)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if self._is_event(left):
                row, field = self._row_and_field(left)
                when = self._when(op, right)
                if isinstance(op, ast.LtE):
                    when = f"by {self._day(right)}"
                return f"{self._event(field)[1].format(row)} {when}"
            case _:
                return f"it is not so that {self._part(node)}"

    def _flag(self, node: ast.Attribute, answer: str) -> str:
        row, field = self._row_and_field(node)
        if self._spec(node).kind != "flag":
            raise _NoWords
        return f"“{_plain(field)}” is {answer} for {row}"

    def _call(self, node: ast.Call, *, negated: bool) -> str:  # noqa: PLR0911 - one a function
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        not_ = "not " if negated else ""
        match name, node.args:
            case "happened", [event]:
                row, field = self._row_and_field(event)
                happened, had_not = self._event(field)
                return had_not.format(row) if negated else happened.format(row)
            case "before", [event, day]:
                row, field = self._row_and_field(_unmoved(event))
                words = f"{self._lies(day)} before {self._day(event)}"
                if negated:
                    return f"it is not so that {words}, or that {self._event(field)[1].format(row)}"
                return f"{words}, or {self._event(field)[1].format(row)}"
            case "lasted", [since, until, days]:
                row, field = self._row_and_field(until)
                passed = f"{self._number(days)} or more had {not_}passed from {self._day(since)}"
                return f"{passed} until {self._the_day(row, field)}, or until today if it goes on"
            case "overlaps", [first, second]:
                pair = f"{self._row(first)} and {self._row(second)}"
                return f"{pair} have {'no' if negated else 'a'} day in common"
            case "under", [age, person, day]:
                years = self._number(age, "")
                return f"{self._row(person)} is {not_}under {years} on {self._day(day)}"
            case "older", [age, first, second]:
                years = self._number(age, "")
                pair = f"{self._row(first)} is {not_}older than {self._row(second)}"
                return f"{pair} by {years} years or more"
            case "recorded", [flag]:
                row, field = self._row_and_field(flag)
                return f"“{_plain(field)}” is {not_}recorded as yes for {row}"
            case "same_code", [first, second]:
                return f"{self._code(first)} is {not_}written as {self._code(second)}"
            case _:
                raise _NoWords

    # --- comparisons ---

    def _comparison(  # noqa: PLR0911 - one for each kind
        self, left: ast.expr, op: ast.cmpop, right: ast.expr
    ) -> str:
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(left, op, right)
        if isinstance(right, ast.Call) and _name_of(right) in ("workdays", "count"):
            left, right, op = right, left, _turned(op)
        if isinstance(left, ast.Call) and _name_of(left) == "workdays" and len(left.args) == 2:
            start, end = map(self._day, left.args)
            many = _NUMBERS[type(op)].format(self._number(right, "working days"))
            return f"from {start} to {end} it is {many}"
        if isinstance(left, ast.Call) and _name_of(left) == "count" and len(left.args) == 1:
            row, field = self._row_and_field(left.args[0])
            many = _NUMBERS[type(op)].format(self._number(right, ""))
            return f"{_list_words(field)[1].format(row=row)} are {many}"
        kind = self._kind(left)
        if kind in ("code", "row"):
            is_ = {ast.Eq: "is", ast.NotEq: "is not"}.get(type(op))
            if is_ is None:
                raise _NoWords
            if kind == "row" and (words := self._link(left, is_, right)):
                return words
            side = self._code if kind == "code" else self._row
            return f"{side(left)} {is_} {side(right)}"
        if not isinstance(left, ast.Attribute) and self._kind(right) == "date":
            left, op, right = right, _turned(op), left
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add) and type(op) in _PASSED:
            passed = _PASSED[type(op)].format(self._number(left.right))
            return f"{passed} had passed from {self._day(left.left)} by {self._day(right)}"
        return f"{self._lies(left)} {self._when(op, right)}"

    def _when(self, op: ast.cmpop, day: ast.expr) -> str:
        """Return when something was: `on or before the day of the change`."""
        if isinstance(day, ast.BinOp):
            words = _AFTER if isinstance(day.op, ast.Add) else _BEFORE
            if type(op) in words:
                return f"{words[type(op)].format(self._number(day.right))} {self._day(day.left)}"
        return f"{self._order(op)} {self._day(day)}"

    def _link(self, left: ast.expr, is_: str, right: ast.expr) -> str:
        """Return `the action addresses the risk`, `the meeting is of the plan`; "" for others."""
        if not isinstance(left, ast.Attribute):
            left, right = right, left
        if not isinstance(left, ast.Attribute) or not isinstance(right, ast.Name):
            return ""
        row, field = self._row_and_field(left)
        if field in LINKS and is_ == "is":
            return f"{row} {LINKS[field]} {self._row(right)}"
        return f"{row} {is_} of {self._row(right)}" if field == right.id else ""

    def _between(
        self, left: ast.expr, first: ast.cmpop, middle: ast.expr, second: ast.cmpop, right: ast.expr
    ) -> str:
        start = self._when(_turned(first), left)
        return f"{self._lies(middle)} {start}, and {self._when(second, right)}"

    def _membership(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        none = isinstance(op, ast.NotIn)
        if isinstance(right, ast.Attribute) and self._spec(right).kind == "codes":
            row, field = self._row_and_field(right)
            held, what = _list_words(field)
            if isinstance(left, ast.Attribute):
                return f"{self._code(left)} is {'not ' if none else ''}among {what.format(row=row)}"
            codes = self._codes_held(left)
            words = held.format(codes=codes, row=row)
            return f"it is not so that {words}" if none else words
        codes = self._listed(right)
        return f"{self._code(left)} is {'none' if none else 'one'} of {codes}"

    def _codes_held(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str(code)):
                return _plain(code)
            case ast.Call(func=ast.Name(id="any"), args=codes):
                return f"any of {_joined(map(self._one_code, codes), 'or')}"
            case ast.Call(func=ast.Name(id="all"), args=codes):
                return f"all of {_joined(map(self._one_code, codes), 'and')}"
            case _:
                raise _NoWords

    def _listed(self, node: ast.expr) -> str:
        if isinstance(node, ast.Tuple | ast.List):
            return _joined(map(self._one_code, node.elts), "or")
        return self._one_code(node)

    def _one_code(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str(code)):
                return _plain(code)
            case ast.Name(id=name):
                return f"the group “{_plain(name)}”"
            case _:
                raise _NoWords

    def _code(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return self._one_code(node)
        row, field = self._row_and_field(node)
        return CODES.get(field, f"the {_plain(field)} of {{}}").format(row)

    # --- days ---

    def _lies(self, node: ast.expr) -> str:
        """Return a day as what a sentence is about: `the action was set`, `today is`."""
        if isinstance(node, ast.Attribute) and self._spec(node).kind == "date":
            row, field = self._row_and_field(node)
            if field in EVENTS and self._spec(node).role == "event":
                return EVENTS[field][0].format(row)
            if field == "on":
                kind = self._kind_of_row(node.value)
                return ON.get(kind, "{} was").format(row)
            return self._day_said(field).format(row)
        return f"{self._day(node)} is"

    def _day(self, node: ast.expr) -> str:  # noqa: PLR0911 - one for each form
        match node:
            case ast.Name(id="today"):
                return "today"
            case ast.Name(id="opened_on"):
                return "the day services became involved"
            case ast.BinOp(left=day, op=ast.Add() | ast.Sub() as op, right=number):
                when = "after" if isinstance(op, ast.Add) else "before"
                return f"{self._number(number)} {when} {self._day(day)}"
            case ast.Call(func=ast.Name(id="or_today"), args=[event]):
                return f"{self._day(event)} (or today)"
            case ast.Call(func=ast.Name(id="later" | "earlier" as which), args=[first, second]):
                return f"the {which} of {self._day(first)} and {self._day(second)}"
            case ast.Call(func=ast.Name(id="known"), args=[row]):
                return f"the day services knew of {self._row(row)}"
            case ast.Call(func=ast.Name(id="birthday"), args=[age, person]):
                return f"birthday {self._number(age, '')} of {self._row(person)}"
            case ast.Attribute() if self._spec(node).kind == "born":
                return f"the birth of {self._row_and_field(node)[0]}"
            case ast.Attribute() if self._spec(node).kind == "date":
                return self._the_day(*self._row_and_field(node))
            case _:
                raise _NoWords

    def _the_day(self, row: str, field: str) -> str:
        """Return a day as a noun: `the change`, `the day the action was set`."""
        if field == "on":
            return f"the day of {row}"
        said = EVENTS[field][0] if field in EVENTS else self._day_said(field)
        return f"the day {said.format(row)}"

    def _day_said(self, field: str) -> str:
        return DAYS.get(field) or f"the “{_plain(field)}” of {{}} was"

    def _event(self, field: str) -> tuple[str, str]:
        return EVENTS.get(field) or (
            f"the “{_plain(field)}” of {{}} has come",
            f"the “{_plain(field)}” of {{}} had not come",
        )

    def _number(self, node: ast.expr, unit: str = "days") -> str:
        """Return a number with its unit; a parameter as it is set."""
        match node:
            case ast.Constant(value=int(number)):
                return f"{number} {unit}".strip()
            case ast.Name(id=name) if name in self._numbers:
                return self._numbers[name] if unit else self._numbers[name].split()[0]
            case _:
                raise _NoWords

    def _order(self, op: ast.cmpop) -> str:
        if type(op) not in _ORDERS:
            raise _NoWords
        return _ORDERS[type(op)]

    # --- rows and fields ---

    def _row(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name) if name in self._names:
                kind = self._names[name]
                noun = f" {NOUNS.get(kind, kind.removesuffix('s'))}" if name in ADJECTIVES else ""
                return f"the {_plain(name)}{_plain(noun)}"
            case ast.Call(func=ast.Name(id="whose"), args=[meeting]):
                return f"the person {self._row(meeting)} is about"
            case ast.Attribute(value=owner) if self._kind(node) == "row":
                field = _field(node)
                words = REFERENCES.get(field, f"the {_plain(field)} of {{}}")
                return words.format(self._row(owner))
            case _:
                raise _NoWords

    def _row_and_field(self, node: ast.expr) -> tuple[str, str]:
        if not isinstance(node, ast.Attribute):
            raise _NoWords
        return self._row(node.value), _field(node)

    def _kind(self, node: ast.expr) -> str:
        """Say what a side of a comparison is: a row, or a field by its kind; "" for another."""
        if isinstance(node, ast.Name):
            return "row" if node.id in self._names else ""
        if isinstance(node, ast.Call):
            return "row" if _name_of(node) == "whose" else ""
        if isinstance(node, ast.Constant):
            return "code" if isinstance(node.value, str) else ""
        if not isinstance(node, ast.Attribute):
            return ""
        kind = self._spec(node).kind
        return "row" if kind == "reference" else kind

    def _is_event(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and self._spec(node).role == "event"

    def _spec(self, node: ast.Attribute) -> FieldSpec:
        spec = self._fields(self._kind_of_row(node.value)).get(_field(node))
        if spec is None:
            raise _NoWords
        return spec

    def _kind_of_row(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._names[node.id]
        if isinstance(node, ast.Attribute):
            return self._spec(node).target or ""
        raise _NoWords


def _name_of(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _field(node: ast.Attribute) -> str:
    return "from" if node.attr == _STAND_IN else node.attr


def _unmoved(node: ast.expr) -> ast.expr:
    return node.left if isinstance(node, ast.BinOp) else node


def _turned(op: ast.cmpop) -> ast.cmpop:
    turned: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Lt: ast.Gt(), ast.LtE: ast.GtE(), ast.Gt: ast.Lt(), ast.GtE: ast.LtE(),
    }  # fmt: skip
    return turned.get(type(op), op)


def _list_words(field: str) -> tuple[str, str]:
    plain = _plain(field)
    return LISTS.get(field) or (f"the {plain} of {{row}} hold {{codes}}", f"the {plain} of {{row}}")


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _joined(words: Iterable[str], word: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {word} {last}" if first else last
