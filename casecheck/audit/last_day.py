"""Find the last day on which the evidence of an instance would have been in time.

A page says it by what its evidence must not come after (`meeting.on <= plan.start + 15`,
`workdays(change.on, agreement.recorded_on) <= 1`), so nothing more is written on it. Of several
ways in which a check is met the latest counts; where one of them may come at any time, there is no
last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from casecheck.engine.sources import Source
from casecheck.lessons.alternative import Alternative
from casecheck.lessons.conditions import Condition
from casecheck.lessons.lesson import Population
from casecheck.lessons.needs import to_source
from casecheck.lessons.terms import (
    FLIPPED,
    Comparison,
    DayOf,
    Order,
    Quantity,
    Test,
    WorkingDay,
    bindings_of_base,
)
from casecheck.record.working_days import working_day_number
from casecheck.truth.known import Known, KnownRow

_ENDLESS = 10**7
"""A day further away than any."""
_LAST_DAY = date.max.toordinal()


class _Limit(NamedTuple):
    """A day that evidence must not come after: `quantity`, less `days`, or the day before (`strict`).

    `counted`: the quantity is the running number of a working day, which the evidence may have.
    `when_null`: where the quantity's event has not happened, nothing limits the evidence.
    """

    quantity: Quantity
    days: int
    strict: bool
    counted: bool
    when_null: bool


_Way = Sequence[Sequence[Sequence[_Limit]]]
"""All of these limits hold, each being any of some, each of which is all of some."""


class LastDay:
    """Says of the instances of one population until when their evidence would have been in time."""

    def __init__(self, population: Population) -> None:
        self._names = tuple(population.for_each)
        self._ways: list[_Way] = []
        self._endless = False
        for one in population.met_by:
            way = [limits for condition in one.where if (limits := self._limits(condition, one))]
            if way:
                self._ways.append(way)
            elif one.find:
                self._endless = True
        self._read = frozenset(
            name
            for way in self._ways
            for limit in _all(way)
            for name in bindings_of_base(limit.quantity.base)
        )
        self._put: dict[tuple[int, ...], list[_Way]] = {}

    def day(self, facts: Sequence[tuple[Source, KnownRow]], known: Known) -> date | None:
        """Return the last day of an instance; None where it has none, or it is not known."""
        if self._endless or not self._ways:
            return None
        rows = {name: row for name, (_, row) in zip(self._names, facts, strict=True)}
        if any(rows[name].data is None for name in self._read):
            return None
        reader = _Reader(rows, known)
        latest = -_ENDLESS
        for way in self._of(facts):
            last = reader.of_way(way)
            if last is None or last >= _ENDLESS:
                return None
            latest = max(latest, last)
        ordinal = known.today + latest
        return date.fromordinal(ordinal) if 0 < ordinal <= _LAST_DAY else None

    def _of(self, facts: Sequence[tuple[Source, KnownRow]]) -> list[_Way]:
        """Return the limits as they are read of rows that come from these sources."""
        key = tuple([source.number for source, _ in facts])
        if key not in self._put:
            own = [
                to_source(name, source.way)
                for name, (source, _) in zip(self._names, facts, strict=True)
                if source.way
            ]

            def put(limit: _Limit) -> _Limit:
                quantity = limit.quantity
                for one in own:
                    quantity = one.quantity(quantity)
                return limit._replace(quantity=quantity)

            self._put[key] = [
                [[[put(limit) for limit in tests] for tests in any_of] for any_of in way]
                for way in self._ways
            ]
        return self._put[key]

    def _limits(self, condition: Condition, one: Alternative) -> list[list[_Limit]]:
        """Return what a condition says that evidence must not come after; nothing of others."""
        found = []
        for tests in condition.alternatives:
            limits = [limit for test in tests if (limit := self._limit(test, one)) is not None]
            if not limits:
                return []
            found.append(limits)
        return found

    def _limit(self, test: Test, one: Alternative) -> _Limit | None:
        if not isinstance(test, Comparison):
            return None
        sides: tuple[tuple[Quantity, Order, Quantity], ...] = (
            (test.left, test.order, test.right),
            (test.right, FLIPPED[test.order], test.left),
        )
        for evidence, order, quantity in sides:
            if order not in ("<", "<=", "=="):
                continue
            days = self._evidence(evidence, one)
            names = bindings_of_base(quantity.base)
            if days is not None and names <= set(self._names):
                counted = isinstance(evidence.base, WorkingDay)
                if counted:
                    quantity = Quantity(quantity.base, quantity.plus - evidence.plus)  # noqa: PLW2901
                return _Limit(quantity, days, order == "<", counted, test.when_null)
        return None

    def _evidence(self, quantity: Quantity, one: Alternative) -> int | None:
        """Return by how many days a quantity is after the day of evidence; None of any other."""
        base, plus = quantity.base, quantity.plus
        if isinstance(base, WorkingDay):
            base, plus = base.day.base, base.day.plus
        if not isinstance(base, DayOf) or base.or_today or base.field.row.references:
            return None
        is_found = base.field.row.binding in one.find
        # Of the instance's own rows it is what happens to them that meets a check.
        is_event = not one.find and base.field.spec.role == "event"
        return plus if is_found or is_event else None


def _all(way: _Way) -> Iterable[_Limit]:
    return (limit for any_of in way for tests in any_of for limit in tests)


class _Reader:
    """Reads the limits of one instance, each quantity once."""

    def __init__(self, rows: Mapping[str, KnownRow], known: Known) -> None:
        self._rows = rows
        self._known = known
        self._read: dict[_Limit, int | None] = {}

    def of_way(self, way: _Way) -> int | None:
        """Return the last day by one way, from today; None where it is not known."""
        last = _ENDLESS
        for any_of in way:
            latest = -_ENDLESS
            for tests in any_of:
                days = [self._day(limit) for limit in tests]
                if None in days:
                    return None
                latest = max(latest, min(day for day in days if day is not None))
            last = min(last, latest)
        return last

    def _day(self, limit: _Limit) -> int | None:
        if limit not in self._read:
            self._read[limit] = self._worked_out(limit)
        return self._read[limit]

    def _worked_out(self, limit: _Limit) -> int | None:
        bounds = self._known.bounds(limit.quantity, self._rows)
        if bounds is None:
            return _ENDLESS if limit.when_null else -_ENDLESS
        if bounds[0] != bounds[1]:
            return None
        if limit.counted:
            today = self._known.today
            number = working_day_number(today) + bounds[0] - limit.strict
            return _last_with(number, today) - today - limit.days
        return bounds[0] - limit.days - limit.strict


def _last_with(number: int, near: int) -> int:
    """Return the last day (an ordinal) by which there are no more than so many working days."""
    day = near + (number - working_day_number(near)) * 7 // 5
    while working_day_number(day) > number:
        day -= 1
    while working_day_number(day + 1) <= number:
        day += 1
    return day
