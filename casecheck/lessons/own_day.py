"""The day by which an instance of a check is judged: from `dated`, or its first required day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_shown import read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.periods import ALWAYS, Period
from casecheck.lessons.required_events import requires
from casecheck.lessons.shapes import Shapes
from casecheck.lessons.terms import (
    Calendar,
    Comparison,
    DayOf,
    Field,
    OpenedOn,
    Order,
    Quantity,
    RowPath,
    bindings_of_base,
)

OwnDay = tuple[str, Quantity]
"""A day that stands for an instance, and its name on the page."""


def own_day(shapes: Shapes, named: Node | None, scope: Scope) -> OwnDay | None:
    """Return the day that stands for an instance of the rows of `scope`; None where none does.

    Raises:
        RulesError: what `dated` names is no day.
    """
    if named is None:
        binding, kind = next(iter(scope.bindings.items()))
        days = [spec for spec in scope.fields(kind).values() if spec.kind == "date"]
        # A day called `on` is the row's own, though it may not be recorded.
        own = next((one for one in days if one.role == "required" or one.name == "on"), None)
        if own is None:
            return None
        return f"{binding}.{own.name}", Quantity(DayOf(Field(RowPath(binding), own)))
    text = shapes.text(named, "dated")
    if text == "opened_on":
        return text, Quantity(OpenedOn())
    field = read_path(text, named.text_place or named.place, scope)
    if isinstance(field, Field) and field.spec.kind == "date":
        return text, Quantity(DayOf(field))
    if isinstance(field, PageError):
        raise RulesError([field])
    raise RulesError([named.place.error("`dated` is a day: a date field, or opened_on")])


def in_force(
    period: Period, dated: OwnDay | None, for_each: Mapping[str, str], place: Place
) -> tuple[Condition, ...]:
    """Return the condition that an instance's own day lies in the period; none for always.

    Raises:
        RulesError: no day stands for an instance.
    """
    if period == ALWAYS:
        return ()
    if dated is None:
        (kind, *_) = for_each.values()
        message = (
            f"no day stands for a row of {kind}, so that nothing here can change with time:"
            " name one by `dated: ...`; or set one number for all time"
        )
        raise RulesError([place.error(message)])
    name, day = dated
    tests, words = [], []
    orders: tuple[tuple[Order, date | None], ...] = ((">=", period.start), ("<=", period.end))
    for order, limit in orders:
        if limit is not None:
            tests.append(Comparison(day, order, Quantity(Calendar(limit.toordinal()))))
            words.append(f"{name} {order} {limit}")
    used = frozenset(bindings_of_base(day.base))
    return (Condition(" and ".join(words), place, (tuple(tests),), used),)


def refuse_unrequired(
    shapes: Shapes,
    named: Node | None,
    scope: Scope,
    where: tuple[Condition, ...],
    given: tuple[Alternative, ...],
) -> None:
    """Refuse an instance's own day that may never come, where no condition asks that it has."""
    if named is None or (text := shapes.text(named, "dated")) == "opened_on":
        return
    event = read_path(text, named.place, scope)
    if not isinstance(event, Field) or event.spec.role != "event":
        return
    if requires(where, event) or (given and all(requires(one.where, event) for one in given)):
        return
    message = (
        f"`{text}` may never come, and what has no day would not be asked about: let a"
        f" condition of `where` ask for it, as happened({text}) does, or name a day that is"
        " always there"
    )
    shapes.fault(named.place, message)
