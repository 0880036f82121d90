"""Find the last day on which the evidence of an instance would have been in time.

A page says it by what its evidence must not come after (`meeting.on <= plan.start + 15`,
`workdays(change.on, agreement.recorded_on) <= 1`), so nothing more is written on it. Of several
ways in which a check is met the latest counts; where one of them may come at any time, there is no
last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from casecheck.audit.message_words import ReadBounds, bounds_reader
from casecheck.engine.sources import Source
from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Population
from casecheck.lessons.terms import (
    FLIPPED,
    Comparison,
    Order,
    Quantity,
    Test,
    WorkingDay,
    bindings_of_base,
)
from casecheck.record.working_days import working_day_number
from casecheck.truth.bounds import Bounds
from casecheck.truth.falling_short import day_of_evidence
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow

_ENDLESS = 10**7
"""A day further away than any."""
_LAST_DAY = date.max.toordinal()


class _Limit(NamedTuple):
    """A day that evidence must not come after: `quantity` less `days`; where `strict`, a day less.

    `counted`: the quantity is the running number of a working day, which the evidence may have.
    `when_null`: where the quantity's event has not happened, nothing limits the evidence.
    """

    quantity: Quantity
    days: int
    strict: bool
    counted: bool
    when_null: bool


_Way = Sequence[Sequence[Sequence[int]]]
"""All of these limits hold, each being any of some, each of which is all of some, by numbers."""


class LastDay:
    """Says of the instances of one population until when their evidence would have been in time."""

    def __init__(self, population: Population, sources: Sequence[Source]) -> None:
        self._names = list(population.for_each)
        self._numbers: dict[_Limit, int] = {}
        self._ways: list[_Way] = []
        endless = False
        for one in population.met_by:
            way = [limits for condition in one.where if (limits := self._limits(condition, one))]
            if way:
                self._ways.append(way)
            elif one.find:
                endless = True
        if endless:
            self._ways = []
        self._readers = [
            self._reader(limit, population, sources)
            for limit in (self._numbers if self._ways else ())
        ]

    def day(self, facts: Sequence[tuple[Source, KnownRow]], known: Known) -> date | None:
        """Return the last day of an instance; None where it has none, or it is not known."""
        if not self._ways:
            return None
        days: list[int | None] = []
        for limit, place, read in self._readers:
            source, row = facts[place]
            if row.data is None:
                return None
            days.append(_worked_out(limit, read[source.number](row, known), known))
        latest = -_ENDLESS
        for way in self._ways:
            last = _of_way(way, days)
            if last is None or last >= _ENDLESS:
                return None
            latest = max(latest, last)
        ordinal = known.today + latest
        return date.fromordinal(ordinal) if 0 < ordinal <= _LAST_DAY else None

    def with_days_off(self, sentence: str, due: date | None) -> str:
        """Return a sentence that says both where it names the last working day and `due` is later.

        After a Friday that is allowed also the Sunday is in time, since it is no working day more.
        """
        if due is None or not any(limit.counted for limit in self._numbers):
            return sentence
        number = working_day_number(due.toordinal())
        last = due
        while working_day_number(last.toordinal() - 1) == number:
            last -= timedelta(days=1)
        if last == due or str(last) not in sentence or str(due) in sentence:
            return sentence
        stop = "" if sentence.endswith(".") else "."
        return f"{sentence}{stop} No working day followed until {due}, so that day was in time too."

    def _reader(
        self, limit: _Limit, population: Population, sources: Sequence[Source]
    ) -> tuple[_Limit, int, Mapping[int, ReadBounds]]:
        """Return of which row of an instance a limit is read, and how, by the row's source."""
        # What is no row's is read of the first, as of any.
        name = next(iter(bindings_of_base(limit.quantity.base)), self._names[0])
        kind = population.for_each[name]
        read = {
            one.number: bounds_reader(one.own(name).quantity(limit.quantity))
            for one in sources
            if one.kind.name == kind
        }
        return limit, self._names.index(name), read

    def _limits(self, condition: Condition, one: Alternative) -> list[list[int]]:
        """Return what a condition says that evidence must not come after; nothing of others."""
        found = []
        for tests in condition.alternatives:
            limits = [limit for test in tests if (limit := self._limit(test, one)) is not None]
            if not limits:
                return []
            found.append(limits)
        return [
            [self._numbers.setdefault(limit, len(self._numbers)) for limit in limits]
            for limits in found
        ]

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
            day = day_of_evidence(evidence, one)
            names = bindings_of_base(quantity.base)
            if day is not None and names <= set(self._names):
                counted = isinstance(evidence.base, WorkingDay)
                if counted:
                    quantity = Quantity(quantity.base, quantity.plus - evidence.plus)  # noqa: PLW2901
                return _Limit(quantity, day.plus, order == "<", counted, test.when_null)
        return None


def _of_way(way: _Way, days: Sequence[int | None]) -> int | None:
    """Return the last day by one way, from today; None where it is not known."""
    last = _ENDLESS
    for any_of in way:
        latest = -_ENDLESS
        for limits in any_of:
            first = _ENDLESS
            for number in limits:
                day = days[number]
                if day is None:
                    return None
                first = min(first, day)
            latest = max(latest, first)
        last = min(last, latest)
    return last


def _worked_out(limit: _Limit, bounds: Bounds | None, known: Known) -> int | None:
    """Return the last day that a limit allows, from today; None where it is not known."""
    if bounds is None:
        return _ENDLESS if limit.when_null else -_ENDLESS
    if bounds[0] != bounds[1]:
        return None
    if limit.counted:
        number = working_day_number(known.today) + bounds[0] - limit.strict
        return _last_with(number, known.today) - known.today - limit.days
    return bounds[0] - limit.days - limit.strict


@lru_cache(maxsize=1 << 12)
def _last_with(number: int, near: int) -> int:
    """Return the last day (an ordinal) by which there are no more than so many working days."""
    day = near + (number - working_day_number(near)) * 7 // 5
    while working_day_number(day) > number:
        day -= 1
    while working_day_number(day + 1) <= number:
        day += 1
    return day
