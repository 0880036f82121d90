"""Read what a page asks of rows beside that there are some: so many, the last, told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casecheck.lessons.alternative import LASTS, AtLeast, LastKind, LastRow, Once
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_shown import read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.nodes import Node
from casecheck.lessons.parts import Parts
from casecheck.lessons.periods import MAX_NUMBER
from casecheck.lessons.shapes import is_absent
from casecheck.lessons.terms import FactTest, Field, Happened, Quantity, RowPath, bindings_of_base

MOST_ROWS = 1_000
_OF_THE_LAST = (
    "write under `where` what `then` was to say; of several rows the one is told that lies nearest"
    " by the `days()` that the sentence shows, so of the last before a day show `days()` up to it"
)
_OF_WHAT_IS_THERE = (
    "it tells of rows that are there: leave it out, since the check is in breach already"
)
NOT_IN_A_SHORTFALL: Mapping[str, str] = {
    **dict.fromkeys((*LASTS, "then"), _OF_THE_LAST),
    **dict.fromkeys(("at_least", "without"), _OF_WHAT_IS_THERE),
}
"""What to do with keys of an alternative that an item of `late` or `incomplete` does not have."""
"""The greatest number of rows that a page may ask for."""


def read_at_least(node: Node, numbers: Mapping[str, int]) -> AtLeast:
    """Return how many rows there must be; raise `RulesError` where that cannot be read.

    `numbers` are the values of the page's parameters.
    """
    value = node.value
    if isinstance(value, str) and value in numbers:
        if not 1 <= numbers[value] <= MOST_ROWS:
            message = f"`{value}` is {numbers[value]}: a number of rows is 1 to {MOST_ROWS:,}"
            raise RulesError([node.place.error(message)])
        return AtLeast(numbers[value], value)
    if value == 1 and not isinstance(value, bool):
        raise RulesError([node.place.error("one row is what `find` asks anyhow: leave it out")])
    if not isinstance(value, int) or isinstance(value, bool) or not 1 < value <= MOST_ROWS:
        message = f"at_least is a number of rows, 2 to {MOST_ROWS:,}, or a parameter's name"
        raise RulesError([node.place.error(message)])
    return AtLeast(value)


def last_kind(parts: Mapping[str, Node]) -> LastKind | None:
    """Return whether an alternative speaks of the latest of some rows, or of the earliest."""
    return next((kind for kind in LASTS if kind in parts), None)


def read_last(
    loader: Parts, parts: Mapping[str, Node], kind: LastKind, find: Mapping[str, str], scope: Scope
) -> LastRow:
    """Return of which row an alternative speaks, and what must hold of it.

    Raises:
        RulesError: where the rows found are not of one name, or their day is none of theirs.
    """
    node = parts[kind]
    if len(find) != 1:
        message = f"`{kind}` is the day of the one row that `find` names: name one"
        raise RulesError([node.place.error(message)])
    (name,) = find
    text = loader.text(node, kind)
    day = read_path(text, node.text_place or node.place, scope)
    if isinstance(day, PageError):
        raise RulesError([day])
    if not isinstance(day, Field) or day.spec.kind != "date" or str(day.row) != name:
        message = f"`{kind}` is a day of the row that `find` names, such as `{name}.on`"
        raise RulesError([node.place.error(message)])
    return LastRow(kind, day, loader.conditions(parts.get("then"), scope))


def with_a_day(where: tuple[Condition, ...], last: LastRow, node: Node) -> tuple[Condition, ...]:
    """Return the conditions of rows of which the last is asked: that their day has come, too."""
    day = last.day
    if day.spec.role != "event":
        return where
    text, test = f"happened({day})", FactTest(Happened(day))
    condition = Condition(text, node.place, ((test,),), frozenset({day.row.binding}))
    return where if condition.question() in _questions(where) else (*where, condition)


def _questions(where: Iterable[Condition]) -> set[object]:
    return {one.question() for one in where}


def read_once(loader: Parts, node: Node, day: Quantity | None, scope: Scope) -> Once:
    """Return in how many days instances are told once, and which; `day` is an instance's own.

    Raises:
        RulesError: where that cannot be read.
    """
    parts = loader.members(node, "once_per", ["days", "same"])
    if is_absent(parts["days"]) or is_absent(parts["same"]):
        raise RulesError(())
    if day is None or not bindings_of_base(day.base):
        message = "instances without a day of their own are in no cluster of days: see `dated`"
        raise RulesError([node.place.error(message)])
    value, parameter = parts["days"].value, ""
    if isinstance(value, str) and value in scope.numbers:
        parameter = value
        value = scope.numbers[parameter]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        message = "days is a number of days, or a parameter's name"
        raise RulesError([parts["days"].place.error(message)])
    same = parts["same"]
    row = read_path(loader.text(same, "same"), same.text_place or same.place, scope)
    if isinstance(row, PageError):
        raise RulesError([row])
    if not isinstance(row, RowPath):
        message = "same is a row of which an instance is, such as `incident.victim`"
        raise RulesError([same.place.error(message)])
    return Once(value, parameter, row, day)
