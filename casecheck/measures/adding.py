"""Add up the instances of one measure over records: by period, and by district or team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from casecheck.engine.outcomes import Said
from casecheck.measures.asking import BY_ID, NOBODY, Instance
from casecheck.measures.counting import Spell, Tally, each_met, together
from casecheck.measures.measure import Measure
from casecheck.measures.member_days import NEVER, KnownDay
from casecheck.measures.periods import Length, Period, period_of, periods_from
from casecheck.record.model import CaseRecord
from casecheck.record.values import DayRange
from casecheck.truth.kleene import Truth, all_of, negation

Stratum = tuple[str, str]
"""By what records are split, and a value of it."""
WHOLE: Stratum = ("", "")
"""The stratum of all records together."""
NO_STRATUM = "none"
"""The stratum of records that name no district, or no team; a code begins with a capital."""


class Cover(NamedTuple):
    """The days that a record covers: from the day it was opened, perhaps a range, up to `today`."""

    opened: KnownDay
    today: int

    @property
    def first(self) -> int:
        """The first day of which it is asked, as an ordinal."""
        return self.opened.last if self.opened.first <= -NEVER else self.opened.first


def cover_of(record: CaseRecord) -> Cover:
    """Return the days that a record covers."""
    opened = record.opened_on
    if isinstance(opened, DayRange):
        first = -NEVER if opened.first is None else opened.first.toordinal()
        last = NEVER if opened.last is None else opened.last.toordinal()
        return Cover(KnownDay(first, last), record.today.toordinal())
    return Cover(KnownDay(opened.toordinal(), opened.toordinal()), record.today.toordinal())


@dataclass(slots=True)
class Cell:
    """One series in one period and stratum: its tally, and of a median the days and who is open."""

    tally: Tally = field(default_factory=Tally)
    spells: list[Spell] = field(default_factory=list)
    open: int = 0
    open_perhaps: int = 0


Place = tuple[str, Stratum, str]
"""A series, a stratum and the label of a period."""


class Adder:
    """Adds up one measure, of all records and of each stratum."""

    def __init__(self, measure: Measure, by: Length, first: date | None, last: date | None) -> None:
        self.measure = measure
        self.by = by
        self._first = -NEVER if first is None else first.toordinal()
        self._last = NEVER if last is None else last.toordinal()
        self.cells: dict[Place, Cell] = defaultdict(Cell)
        self.undated: dict[tuple[str, Stratum], int] = defaultdict(int)
        self._persons: dict[Place, dict[Hashable, list[Said]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._nobody = 0

    def add(
        self,
        members: Iterable[tuple[str, Instance, Said]],
        cover: Cover,
        strata: Iterable[Stratum],
        record: int,
        at: Period | None = None,
    ) -> None:
        """Add the members of one record; of states those on the last day of the period `at`."""
        strata = (WHOLE, *strata)
        for series, one, said in members:
            belongs = said.belongs
            if self.measure.kind == "median_days":
                self._add_spell(one, series, cover, strata)
                continue
            if one.day is not None and one.day.is_unknown and belongs:
                for stratum in strata:
                    self.undated[series, stratum] += 1
            periods = (
                self._periods(one, belongs, cover)
                if at is None
                else [(at, all_of([belongs, cover.opened.by(at.bounds[1])]))]
            )
            for period, inside in periods:
                for stratum in strata:
                    self._count(
                        one, Said(inside, said.met), (series, stratum, period.label), record
                    )

    def _count(self, one: Instance, said: Said, place: Place, record: int) -> None:
        if one.person is None:
            self.cells[place].tally.add(said)
            return
        key: Hashable = one.person
        if one.person == NOBODY:  # each may be another
            self._nobody += 1
            key = self._nobody
        elif one.person[0] == BY_ID:
            key = (*one.person, record)
        self._persons[place][key].append(said)

    def finish(self) -> None:
        """Count each person once in a period; nothing is added afterwards."""
        for place, persons in self._persons.items():
            tally = self.cells[place].tally
            for said in persons.values():
                tally.add(together(said))
        self._persons.clear()

    def _periods(
        self, one: Instance, belongs: Truth, cover: Cover
    ) -> Iterator[tuple[Period, Truth]]:
        """Yield the periods in which an instance is, or may be, and whether it is."""
        day = one.day
        assert day is not None  # a member of a measure of events has one
        last = min(day.last, cover.today, self._last)
        first = max(day.first, cover.opened.first, self._first)
        if first <= -NEVER:
            first = min(cover.first, last)
        if day.comes is False or first > last:
            return
        since_opened = _not_before(day, cover.opened)
        for period in periods_from(date.fromordinal(first), date.fromordinal(last), self.by):
            start, end = period.bounds
            inside = all_of(
                [
                    belongs,
                    since_opened,
                    day.by(min(end, cover.today)),
                    negation(day.by(start - 1)),
                ]
            )
            if inside is not False:
                yield period, inside

    def _add_spell(
        self, one: Instance, series: str, cover: Cover, strata: Iterable[Stratum]
    ) -> None:
        """Add the days between two days of a member, or that the second has not come."""
        day, since = one.day, one.since
        assert day is not None
        assert since is not None  # such is a median of days
        said = Said(one.belongs, None)
        if day.is_unknown and day.comes and one.belongs:
            for stratum in strata:
                self.undated[series, stratum] += 1
        for period, inside in self._periods(one, one.belongs, cover):
            least, most = max(day.first - since.last, 0), day.last - since.first
            unbounded = most >= NEVER // 2
            within = self.measure.within
            met: Truth = None
            if within is not None and not unbounded and most <= within:
                met = True
            elif within is not None and least > within:
                met = False
            for stratum in strata:
                cell = self.cells[series, stratum, period.label]
                cell.tally.add(Said(inside, met))
                cell.spells.append(Spell(inside, least, None if unbounded else most))
        self._add_open(one, said.belongs, series, cover, strata)

    def _add_open(
        self, one: Instance, belongs: Truth, series: str, cover: Cover, strata: Iterable[Stratum]
    ) -> None:
        """Count a member at the end of each period in which it had begun and not come to its end.

        Of the last period that is on the last day that the record covers.
        """
        day, since = one.day, one.since
        assert day is not None
        assert since is not None  # such is a median of days
        first = max(since.first, cover.first, self._first)
        last = min(cover.today, self._last)
        if first > last:
            return
        for period in periods_from(date.fromordinal(first), date.fromordinal(last), self.by):
            end = min(period.bounds[1], cover.today)
            is_open = all_of([belongs, cover.opened.by(end), since.by(end), negation(day.by(end))])
            for stratum in strata if is_open is not False else ():
                cell = self.cells[series, stratum, period.label]
                cell.open += is_open is True
                cell.open_perhaps += is_open is None


def _not_before(day: KnownDay, opened: KnownDay) -> Truth:
    """Say whether a day does not lie before the one on which a record was opened."""
    if not day.by(opened.last - 1) and day.by(opened.last - 1) is not None:
        return True
    return False if opened.first > -NEVER and day.by(opened.first - 1) else None


_Key = tuple[str, tuple[object, ...]]


def members_of(instances: Iterable[Instance]) -> list[tuple[str, Instance, Said]]:
    """Return the members of one record: a series, the first of the same rows, what is said of them.

    Several checks that one item of members names must each be met; of populations of one check, as
    of values that change with time, an instance is in one.
    """
    found: dict[_Key, dict[int, list[Instance]]] = defaultdict(lambda: defaultdict(list))
    for one in instances:
        found[one.series, (one.asked.item, *one.rows)][one.asked.joined].append(one)
    members = []
    for (series, _), checks in found.items():
        said = each_met(
            together(Said(one.belongs, one.met) for one in of_check) for of_check in checks.values()
        )
        members.append((series, next(iter(checks.values()))[0], said))
    return members


def last_days(cover: Cover, by: Length, first: date | None, last: date | None) -> Iterator[Period]:
    """Yield the periods whose last day a record covers."""
    begin, end = cover.first, cover.today
    if first is not None:
        begin = first.toordinal() if cover.opened.first <= -NEVER else max(begin, first.toordinal())
    if last is not None:
        end = min(end, period_of(last, by).bounds[1])
    if begin > end:
        return
    for period in periods_from(date.fromordinal(begin), date.fromordinal(end), by):
        if period.bounds[1] <= end:
            yield period
