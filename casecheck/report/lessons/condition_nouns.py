"""The parts of a condition as nouns: its rows, fields, codes, days and numbers.

What has no words raises `NoWords`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from casecheck.record.model import FieldSpec
from casecheck.report.lessons.field_words import (
    ADJECTIVES,
    CODES,
    DAYS,
    EVENTS,
    LISTS,
    NOUNS,
    ON,
    REFERENCES,
)

STAND_IN = "fr0m"
"""What stands for `from`, a word of Python, where a condition is parsed."""
Fields = Callable[[str], Mapping[str, FieldSpec]]


class NoWords(Exception):  # noqa: N818 - says that a part is shown as it is written
    """There are no words for a part of a condition."""


class Nouns:
    """The nouns of one condition: `names` maps each row that it may name to its section or concept.

    `fields` gives a kind's fields, `numbers` parameters in words.
    """

    def __init__(
        self, fields: Fields, numbers: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        self._fields = fields
        self._numbers = numbers
        self._names = names

    def codes_held(self, node: ast.expr) -> str:
        """Return the codes of which a list holds one, any or all."""
        match node:
            case ast.Constant(value=str(code)):
                return plain(code)
            case ast.Call(func=ast.Name(id="any"), args=codes):
                return f"any of {_joined(map(self._one_code, codes), 'or')}"
            case ast.Call(func=ast.Name(id="all"), args=codes):
                return f"all of {_joined(map(self._one_code, codes), 'and')}"
            case _:
                raise NoWords

    def listed(self, node: ast.expr) -> str:
        """Return the codes of which a field is one."""
        if isinstance(node, ast.Tuple | ast.List):
            return _joined(map(self._one_code, node.elts), "or")
        return self._one_code(node)

    def _one_code(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str(code)):
                return plain(code)
            case ast.Name(id=name):
                return f"the group “{plain(name)}”"
            case _:
                raise NoWords

    def code(self, node: ast.expr) -> str:
        """Return a code, or the field that holds one."""
        if isinstance(node, ast.Constant):
            return self._one_code(node)
        row, field = self.row_and_field(node)
        return CODES.get(field, f"the {plain(field)} of {{}}").format(row)

    # --- days ---

    def lies(self, node: ast.expr) -> str:
        """Return a day as what a sentence is about: `the action was set`, `today is`."""
        if isinstance(node, ast.Attribute) and self.spec(node).kind == "date":
            row, field = self.row_and_field(node)
            if field in EVENTS and self.spec(node).role == "event":
                return EVENTS[field][0].format(row)
            if field == "on":
                kind = self._kind_of_row(node.value)
                return ON.get(kind, "{} was").format(row)
            return self._day_said(field).format(row)
        return f"{self.day(node)} is"

    def day(self, node: ast.expr) -> str:  # noqa: PLR0911 - one for each form
        """Return a day as a noun: `today`, `28 days after the day of the change`."""
        match node:
            case ast.Name(id="today"):
                return "today"
            case ast.Name(id="opened_on"):
                return "the day services became involved"
            case ast.BinOp(left=day, op=ast.Add() | ast.Sub() as op, right=number):
                when = "after" if isinstance(op, ast.Add) else "before"
                return f"{self.number(number)} {when} {self.day(day)}"
            case ast.Call(func=ast.Name(id="or_today"), args=[event]):
                return f"{self.day(event)} (or today)"
            case ast.Call(func=ast.Name(id="later" | "earlier" as which), args=[first, second]):
                return f"the {which} of {self.day(first)} and {self.day(second)}"
            case ast.Call(func=ast.Name(id="known"), args=[row]):
                return f"the day services knew of {self.row(row)}"
            case ast.Call(func=ast.Name(id="birthday"), args=[age, person]):
                return f"birthday {self.number(age, '')} of {self.row(person)}"
            case ast.Attribute() if self.spec(node).kind == "born":
                return f"the birth of {self.row_and_field(node)[0]}"
            case ast.Attribute() if self.spec(node).kind == "date":
                return self.the_day(*self.row_and_field(node))
            case _:
                raise NoWords

    def the_day(self, row: str, field: str) -> str:
        """Return a day as a noun: `the change`, `the day the action was set`."""
        if field == "on":
            return f"the day of {row}"
        said = EVENTS[field][0] if field in EVENTS else self._day_said(field)
        return f"the day {said.format(row)}"

    def _day_said(self, field: str) -> str:
        return DAYS.get(field) or f"the “{plain(field)}” of {{}} was"

    def event(self, field: str) -> tuple[str, str]:
        """Return the words for an event that has come, and for one that had not."""
        return EVENTS.get(field) or (
            f"the “{plain(field)}” of {{}} has come",
            f"the “{plain(field)}” of {{}} had not come",
        )

    def number(self, node: ast.expr, unit: str = "days") -> str:
        """Return a number with its unit; a parameter as it is set."""
        match node:
            case ast.Constant(value=int(number)):
                return f"{number} {unit}".strip()
            case ast.Name(id=name) if name in self._numbers:
                return self._numbers[name] if unit else self._numbers[name].split()[0]
            case _:
                raise NoWords

    # --- rows and fields ---

    def row(self, node: ast.expr) -> str:
        """Return a row: `the action`, `the child of the plan`."""
        match node:
            case ast.Name(id=name) if name in self._names:
                kind = self._names[name]
                noun = f" {NOUNS.get(kind, kind.removesuffix('s'))}" if name in ADJECTIVES else ""
                return f"the {plain(name)}{plain(noun)}"
            case ast.Call(func=ast.Name(id="whose"), args=[meeting]):
                return f"the person {self.row(meeting)} is about"
            case ast.Attribute(value=owner) if self.kind(node) == "row":
                field = field_of(node)
                words = REFERENCES.get(field, f"the {plain(field)} of {{}}")
                return words.format(self.row(owner))
            case _:
                raise NoWords

    def row_and_field(self, node: ast.expr) -> tuple[str, str]:
        """Return the row of a field in words, and the field as it is named."""
        if not isinstance(node, ast.Attribute):
            raise NoWords
        return self.row(node.value), field_of(node)

    def kind(self, node: ast.expr) -> str:
        """Say what a side of a comparison is: a row, or a field by its kind; "" for another."""
        if isinstance(node, ast.Name):
            return "row" if node.id in self._names else ""
        if isinstance(node, ast.Call):
            return "row" if name_of(node) == "whose" else ""
        if isinstance(node, ast.Constant):
            return "code" if isinstance(node.value, str) else ""
        if not isinstance(node, ast.Attribute):
            return ""
        kind = self.spec(node).kind
        return "row" if kind == "reference" else kind

    def is_event(self, node: ast.expr) -> bool:
        """Say whether it is the day of an event."""
        return isinstance(node, ast.Attribute) and self.spec(node).role == "event"

    def spec(self, node: ast.Attribute) -> FieldSpec:
        """Return what a field is."""
        spec = self._fields(self._kind_of_row(node.value)).get(field_of(node))
        if spec is None:
            raise NoWords
        return spec

    def _kind_of_row(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._names[node.id]
        if isinstance(node, ast.Attribute):
            return self.spec(node).target or ""
        raise NoWords


def name_of(node: ast.Call) -> str:
    """Return the name of the function that is called."""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def field_of(node: ast.Attribute) -> str:
    """Return the name of a field."""
    return "from" if node.attr == STAND_IN else node.attr


def list_words(field: str) -> tuple[str, str]:
    """Return the words for what a list holds, with places for codes and row; and for the list."""
    name = plain(field)
    return LISTS.get(field) or (f"the {name} of {{row}} hold {{codes}}", f"the {name} of {{row}}")


def plain(name: str) -> str:
    """Return a name as words."""
    return name.replace("_", " ")


def _joined(words: Iterable[str], word: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {word} {last}" if first else last
