"""Put a condition in words.

Of `not (action.completed_on <= change.on + 28)` that is "the action had not been completed by 28
days after the day of the change". The words follow the text of the page, part by part, so that
whoever signs a lesson off reads what the author wrote. What has no words is shown as it is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from casecheck.report.lessons.condition_nouns import (
    STAND_IN,
    Fields,
    Nouns,
    NoWords,
    list_words,
    name_of,
    plain,
)
from casecheck.report.lessons.field_words import LINKS

_FROM = re.compile(r"(?<=\.)from\b")
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
            node = ast.parse(_FROM.sub(STAND_IN, text), mode="eval").body
            return _Sentence(Nouns(self._fields, self._numbers, names)).of(node)
        except (NoWords, SyntaxError):
            return ""


class _Sentence:
    """The sentence for one condition."""

    def __init__(self, nouns: Nouns) -> None:
        self.say = nouns

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
                raise NoWords

    def _part(self, node: ast.expr) -> str:
        words = self.of(node)
        return f"({words})" if isinstance(node, ast.BoolOp) else words

    def _not(self, node: ast.expr) -> str:
        match node:
            case ast.Attribute():
                return self._flag(node, "no")
            case ast.Call():
                return self._call(node, negated=True)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if self.say.is_event(left):
                row, field = self.say.row_and_field(left)
                when = self._when(op, right)
                if isinstance(op, ast.LtE):
                    when = f"by {self.say.day(right)}"
                return f"{self.say.event(field)[1].format(row)} {when}"
            case _:
                return f"it is not so that {self._part(node)}"

    def _flag(self, node: ast.Attribute, answer: str) -> str:
        row, field = self.say.row_and_field(node)
        if self.say.spec(node).kind != "flag":
            raise NoWords
        return f"“{plain(field)}” is {answer} for {row}"

    def _call(self, node: ast.Call, *, negated: bool) -> str:  # noqa: PLR0911 - one a function
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        not_ = "not " if negated else ""
        match name, node.args:
            case "happened", [event]:
                row, field = self.say.row_and_field(event)
                happened, had_not = self.say.event(field)
                return had_not.format(row) if negated else happened.format(row)
            case "before", [event, day]:
                row, field = self.say.row_and_field(_unmoved(event))
                words = f"{self.say.lies(day)} before {self.say.day(event)}"
                had_not = self.say.event(field)[1].format(row)
                if negated:
                    return f"it is not so that {words}, or that {had_not}"
                return f"{words}, or {had_not}"
            case "lasted", [since, until, days]:
                row, field = self.say.row_and_field(until)
                passed = f"{self.say.number(days)} or more had {not_}passed"
                period = f"from {self.say.day(since)} until {self.say.the_day(row, field)}"
                return f"{passed} {period}, or until today if it goes on"
            case "overlaps", [first, second]:
                pair = f"{self.say.row(first)} and {self.say.row(second)}"
                return f"{pair} have {'no' if negated else 'a'} day in common"
            case "under", [age, person, day]:
                years = self.say.number(age, "")
                return f"{self.say.row(person)} is {not_}under {years} on {self.say.day(day)}"
            case "older", [age, first, second]:
                years = self.say.number(age, "")
                pair = f"{self.say.row(first)} is {not_}older than {self.say.row(second)}"
                return f"{pair} by {years} years or more"
            case "recorded", [flag]:
                row, field = self.say.row_and_field(flag)
                return f"“{plain(field)}” is {not_}recorded as yes for {row}"
            case "same_code", [first, second]:
                return f"{self.say.code(first)} is {not_}written as {self.say.code(second)}"
            case _:
                raise NoWords

    # --- comparisons ---

    def _comparison(  # noqa: PLR0911 - one for each kind
        self, left: ast.expr, op: ast.cmpop, right: ast.expr
    ) -> str:
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(left, op, right)
        if isinstance(right, ast.Call) and name_of(right) in ("workdays", "count"):
            left, right, op = right, left, _turned(op)
        if isinstance(left, ast.Call) and name_of(left) == "workdays" and len(left.args) == 2:
            start, end = map(self.say.day, left.args)
            many = _NUMBERS[type(op)].format(self.say.number(right, "working days"))
            return f"from {start} to {end} it is {many}"
        if isinstance(left, ast.Call) and name_of(left) == "count" and len(left.args) == 1:
            row, field = self.say.row_and_field(left.args[0])
            many = _NUMBERS[type(op)].format(self.say.number(right, ""))
            return f"{list_words(field)[1].format(row=row)} are {many}"
        kind = self.say.kind(left)
        if kind in ("code", "row"):
            is_ = {ast.Eq: "is", ast.NotEq: "is not"}.get(type(op))
            if is_ is None:
                raise NoWords
            if kind == "row" and (words := self._link(left, is_, right)):
                return words
            side = self.say.code if kind == "code" else self.say.row
            return f"{side(left)} {is_} {side(right)}"
        if not isinstance(left, ast.Attribute) and self.say.kind(right) == "date":
            left, op, right = right, _turned(op), left
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add) and type(op) in _PASSED:
            passed = _PASSED[type(op)].format(self.say.number(left.right))
            return f"{passed} had passed from {self.say.day(left.left)} by {self.say.day(right)}"
        return f"{self.say.lies(left)} {self._when(op, right)}"

    def _when(self, op: ast.cmpop, day: ast.expr) -> str:
        """Return when something was: `on or before the day of the change`."""
        if isinstance(day, ast.BinOp):
            words = _AFTER if isinstance(day.op, ast.Add) else _BEFORE
            if type(op) in words:
                number = self.say.number(day.right)
                return f"{words[type(op)].format(number)} {self.say.day(day.left)}"
        return f"{self._order(op)} {self.say.day(day)}"

    def _link(self, left: ast.expr, is_: str, right: ast.expr) -> str:
        """Return `the action addresses the risk`, `the meeting is of the plan`; "" for others."""
        if not isinstance(left, ast.Attribute):
            left, right = right, left
        if not isinstance(left, ast.Attribute) or not isinstance(right, ast.Name):
            return ""
        row, field = self.say.row_and_field(left)
        if field in LINKS and is_ == "is":
            return f"{row} {LINKS[field]} {self.say.row(right)}"
        return f"{row} {is_} of {self.say.row(right)}" if field == right.id else ""

    def _between(
        self, left: ast.expr, first: ast.cmpop, middle: ast.expr, second: ast.cmpop, right: ast.expr
    ) -> str:
        start = self._when(_turned(first), left)
        return f"{self.say.lies(middle)} {start}, and {self._when(second, right)}"

    def _membership(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        none = isinstance(op, ast.NotIn)
        if isinstance(right, ast.Attribute) and self.say.spec(right).kind == "codes":
            row, field = self.say.row_and_field(right)
            held, what = list_words(field)
            if isinstance(left, ast.Attribute):
                among = f"{'not ' if none else ''}among {what.format(row=row)}"
                return f"{self.say.code(left)} is {among}"
            codes = self.say.codes_held(left)
            words = held.format(codes=codes, row=row)
            return f"it is not so that {words}" if none else words
        codes = self.say.listed(right)
        return f"{self.say.code(left)} is {'none' if none else 'one'} of {codes}"

    def _order(self, op: ast.cmpop) -> str:
        if type(op) not in _ORDERS:
            raise NoWords
        return _ORDERS[type(op)]


def _unmoved(node: ast.expr) -> ast.expr:
    return node.left if isinstance(node, ast.BinOp) else node


def _turned(op: ast.cmpop) -> ast.cmpop:
    turned: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Lt: ast.Gt(), ast.LtE: ast.GtE(), ast.Gt: ast.Lt(), ast.GtE: ast.LtE(),
    }  # fmt: skip
    return turned.get(type(op), op)
