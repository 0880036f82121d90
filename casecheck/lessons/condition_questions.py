"""The functions of conditions that ask of periods: what they are brought to is plain comparisons.

So the engine, the reference reading and every report know them without being told.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from casecheck.lessons import slips
from casecheck.lessons.condition_logic import _all, _any, _by_days
from casecheck.lessons.condition_values import _ValueReader
from casecheck.lessons.condition_words import ConditionError
from casecheck.lessons.part_values import Day, Number, RowValue, days_of, each_day, name_of
from casecheck.lessons.terms import (
    Alternatives,
    DayOf,
    FactTest,
    Field,
    Happened,
    Quantity,
    Zero,
    nullable,
)
from casecheck.record.model import FieldSpec

PERIODS = (
    ("start", "end"),
    ("since", "until"),
    ("identified_on", "resolved_on"),
    ("started_on", "completed_on"),
)
"""The names that the first and the last day of a thing go by."""


class _QuestionReader(_ValueReader):
    """Reads what is asked of periods."""

    def _of_periods(self, node: ast.Call, negated: bool) -> Alternatives:
        name, arguments = self._call(node)
        if name == "before":
            return self._before(node, arguments, negated)
        if name == "lasted":
            return self._lasted(node, arguments, negated)
        return self._overlaps(node, arguments, negated)

    def _before(self, node: ast.Call, arguments: Sequence[ast.expr], negated: bool) -> Alternatives:
        """`before(event, day)`: the day lies before the event, or that has not happened.

        That is `not (event <= day)`, but for a day that is itself an event: where that has not
        happened, it lies before nothing.
        """
        event = self._event(arguments[0], "before() asks of an event", "`day < {}`")
        day = self._day_or_chosen(arguments[1])
        if any(one.base == event.base for one in days_of(day)):
            raise ConditionError(arguments[1], slips.ITSELF)
        if not any(nullable(one.base) for one in days_of(day)):
            return _by_days(node, Day(event), "<=", day, not negated)
        assert isinstance(event.base, DayOf)
        not_yet: Alternatives = ((FactTest(Happened(event.base.field), not negated),),)
        earlier = _by_days(node, day, "<", Day(event), negated)
        return _all(node, [not_yet, earlier]) if negated else _any(node, [not_yet, earlier])

    def _lasted(self, node: ast.Call, arguments: Sequence[ast.expr], negated: bool) -> Alternatives:
        """`lasted(since, until, days)`: it went on for so many days, or has so far."""
        since = self._day_or_chosen(arguments[0])
        until = self._event(arguments[1], "lasted() asks of what may go on", "`since + 28 <= {}`")
        if until.plus:
            raise ConditionError(arguments[1], "name the event alone: days are the third value")
        assert isinstance(until.base, DayOf)
        if any(one.base == until.base for one in days_of(since)):
            raise ConditionError(arguments[1], slips.ITSELF)
        days = self.value(arguments[2])
        if not isinstance(days, Number):
            raise ConditionError(
                arguments[2], f"a number of days is needed, this is {name_of(days)}"
            )
        if not isinstance(days.quantity.base, Zero) or days.quantity.plus < 1:
            raise ConditionError(arguments[2], "a number of days, 1 or more, or a parameter")
        self._refuse_days(arguments[2], days.parameters, "lasted() counts days")
        self.counted.update((name, "days") for name in days.parameters)
        length = days.quantity.plus
        end = Day(Quantity(DayOf(until.base.field, or_today=True)))
        due = each_day(since, lambda day: Quantity(day.base, day.plus + length))
        return _by_days(node, due, "<=", end, negated)

    def _overlaps(
        self, node: ast.Call, arguments: Sequence[ast.expr], negated: bool
    ) -> Alternatives:
        """`overlaps(a, b)`: neither ends before the other starts; what has not ended goes on."""
        first, second = (self._period(argument) for argument in arguments)
        if first == second:
            raise ConditionError(arguments[1], slips.ITSELF)
        parts = [
            _by_days(node, Day(end), "<", Day(start), not negated)
            for (_, end), (start, _) in ((first, second), (second, first))
        ]
        return _any(node, parts) if negated else _all(node, parts)

    def _event(self, node: ast.expr, asked: str, instead: str) -> Quantity:
        """Return the day of an event; refuse what always has a day, and say how to ask of that."""
        day = self.day(node)
        if isinstance(day.base, DayOf) and day.base.field.spec.role == "event":
            if not day.base.or_today:
                return day
            message = f"write the event without or_today: `{day.base.field}`"
            raise ConditionError(node, message)
        shown = self.text[node.col_offset : node.end_col_offset]
        message = f"{asked}, and `{shown[:64]}` is none: compare it, {instead.format(shown[:64])}"
        raise ConditionError(node, message)

    def _period(self, node: ast.expr) -> tuple[Quantity, Quantity]:
        """Return the first and the last day of a thing that goes on for some time."""
        value = self.value(node)
        if not isinstance(value, RowValue):
            raise ConditionError(node, f"a row with a start is needed, this is {name_of(value)}")
        if value.row.optional:
            message = f"`{value.row}` may be no row at all: find the row, and ask of that"
            raise ConditionError(node, message)
        fields = self.scope.fields(value.kind)
        for first, last in PERIODS:
            if _is_period(fields, first, last):
                start, end = (DayOf(Field(value.row, fields[name])) for name in (first, last))
                return Quantity(start), Quantity(end)
        pairs = ", ".join(f"`{start}` and `{end}`" for start, end in PERIODS)
        message = f"{value.kind} has no start and end: overlaps() reads {pairs}"
        raise ConditionError(node, f"{message}; compare other days yourself, `a.x <= b.y`")


def _is_period(fields: Mapping[str, FieldSpec], first: str, last: str) -> bool:
    """Say whether two names are those of the days from which and until which something goes on."""
    if not {first, last} <= fields.keys():
        return False
    start, end = fields[first], fields[last]
    return start.kind == end.kind == "date" and start.role != "event"
