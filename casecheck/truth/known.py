"""What one record tells, in three values: rows, bounds of days, tests true, false or unknown.

This is `docs/outcomes.md` word for word: an unknown section is one row of which everything is
unknown, an unknown day has no bounds, a month of birth is a range, an event that has not happened
compares false. The engine gets its facts from here, and `explain` its account of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, assert_never

from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    Comparison,
    DayOf,
    Distinct,
    FactTest,
    Field,
    Flag,
    Happened,
    Holds,
    Identity,
    OneOf,
    OpenedOn,
    Order,
    Quantity,
    RowPath,
    Test,
    Zero,
)
from casecheck.record.contradictions import Contradictions
from casecheck.record.model import FIELDS, CaseRecord, FieldSpec
from casecheck.record.rows import RowData
from casecheck.record.values import NO_RISK
from casecheck.record.working_days import working_day_number
from casecheck.truth.kleene import Truth, all_of, negation

FAR = 10_000_000
"""Further from today, in days, than any day or row number: the bounds of what is unknown."""
UNKNOWN_BOUNDS = (-FAR, FAR)
ANY_CATEGORY = "multiple"
"""A plan's category that may be any single one of them."""

Bounds = tuple[int, int]


class _Unknown:
    """The value of a fact that the record does not tell."""


UNKNOWN = _Unknown()
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class KnownRow:
    """A row of a section, as far as the record tells.

    `data` is the row in the record; None where everything of it is unknown: the one row that an
    unknown section stands for (`index` and `id` None), or a row reached by a reference that leads
    nowhere known (`id` where the reference gives it).
    """

    section: str
    index: int | None
    id: str | None
    data: RowData | None
    contradicted: frozenset[str] = _NONE

    @property
    def pointer(self) -> str:
        """The row's JSON Pointer, or its section's where the row is not in the record."""
        return f"/{self.section}" if self.index is None else f"/{self.section}/{self.index}"

    def value(self, spec: FieldSpec) -> Any:
        """Return the field's value, `UNKNOWN`, or None for an event that has not happened."""
        if self.data is None or spec.name in self.contradicted:
            return UNKNOWN
        value = self.data.get(spec.name)
        return UNKNOWN if value is None and spec.role != "event" else value


BoundRows = Mapping[str, KnownRow]
"""The rows that a check binds, by the names it gives them."""


class _Numbers(dict[str, int]):
    """A number for each id in one record: the same for the same id, wherever it stands."""

    def __missing__(self, identifier: str) -> int:
        self[identifier] = number = len(self)
        return number


class _ById(dict[str, dict[str, RowData]]):
    """The rows of each section by their ids."""

    def __init__(self, record: CaseRecord) -> None:
        super().__init__()
        self._record = record

    def __missing__(self, section: str) -> dict[str, RowData]:
        rows = self._record.sections[section] or ()
        self[section] = by_id = {row["id"]: row for row in rows}
        return by_id


class Known:
    """One record, and what it tells."""

    def __init__(self, record: CaseRecord, contradictions: Contradictions) -> None:
        self.record = record
        self.today = record.extracted_on.toordinal()
        self.opened_on = record.opened_on.toordinal() - self.today
        self.unknown_dates = {(section, name) for section, _, name in contradictions.unknown}
        self._contradicted: dict[tuple[str, int], set[str]] = {}
        for section, index, name in contradictions.unknown:
            self._contradicted.setdefault((section, index), set()).add(name)
        self._rows: dict[str, Sequence[KnownRow]] = {}
        self.numbers = _Numbers({NO_RISK: 0})
        self.by_id = _ById(record)
        self._positions: dict[str, dict[str, int]] = {}

    def is_known(self, section: str) -> bool:
        """Say whether the record carries the section, or it is read as empty."""
        return self.record.rows(section) is not None

    def rows(self, section: str) -> Sequence[KnownRow]:
        """Return the section's rows; for an unknown section, the one row it stands for."""
        if section not in self._rows:
            rows = self.record.rows(section)
            if rows is None:
                self._rows[section] = [KnownRow(section, None, None, None)]
            else:
                self._rows[section] = [self.row_at(section, at) for at in range(len(rows))]
        return self._rows[section]

    def row_at(self, section: str, index: int) -> KnownRow:
        """Return one row of a section; for an unknown section, the one row it stands for."""
        rows = self.record.sections[section]
        if rows is None:
            return KnownRow(section, None, None, None)
        row = rows[index]
        unknown = _NONE
        if self._contradicted:
            unknown = frozenset(self._contradicted.get((section, index), ()))
        return KnownRow(section, index, row["id"], row, unknown)

    def follow(self, row: KnownRow, references: Iterable[str]) -> KnownRow | None:
        """Return the row at the end of the references; None where an event link leads to none."""
        for name in references:
            spec = FIELDS[row.section][name]
            target = spec.target or ""
            identifier = row.value(spec)
            if identifier is None:
                return None
            row = self._row_with_id(target, identifier)
        return row

    def _row_with_id(self, section: str, identifier: Any) -> KnownRow:
        if identifier is UNKNOWN:
            return KnownRow(section, None, None, None)
        if section not in self._positions:
            ids = self.by_id[section]
            self._positions[section] = {id_: at for at, id_ in enumerate(ids)}
        at = self._positions[section].get(identifier)
        return KnownRow(section, None, identifier, None) if at is None else self.row_at(section, at)

    # --- quantities ---

    def bounds(self, quantity: Quantity, rows: BoundRows) -> Bounds | None:
        """Return the least and the greatest that a quantity can be; None for no such event.

        Days are counted from today, which is 0.
        """
        bounds = self._base_bounds(quantity.base, rows)
        if bounds is None or bounds == UNKNOWN_BOUNDS:
            return bounds
        return bounds[0] + quantity.plus, bounds[1] + quantity.plus

    def _base_bounds(  # noqa: PLR0911 - one for each case
        self, base: Base, rows: BoundRows
    ) -> Bounds | None:
        match base:
            case Zero():
                return 0, 0
            case OpenedOn():
                return self.opened_on, self.opened_on
            case Calendar(ordinal=ordinal):
                return ordinal - self.today, ordinal - self.today
            case DayOf(field=field, or_today=or_today):
                return self._day_bounds(self.field(field, rows), or_today)
            case Birthday(person=person, years=years):
                return self._birthday_bounds(self.row(person, rows), years)
            case Distinct(field=field):
                codes = self.field(field, rows)
                return UNKNOWN_BOUNDS if codes is UNKNOWN else (len(set(codes)), len(set(codes)))
            case Identity(row=row):
                return self._identity_bounds(self.row(row, rows))
            case _:
                return self._working_day_bounds(self.bounds(base.day, rows))

    def _day_bounds(self, value: Any, or_today: bool) -> Bounds | None:
        if value is UNKNOWN:
            return UNKNOWN_BOUNDS
        if value is None:
            return (0, 0) if or_today else None
        day = value.toordinal() - self.today
        return day, day

    def _birthday_bounds(self, person: KnownRow | None, years: int) -> Bounds:
        born = person.value(FIELDS["people"]["born"]) if person else UNKNOWN
        if born is UNKNOWN:
            return UNKNOWN_BOUNDS
        first, last = birthdays(born, years)
        return first - self.today, last - self.today

    def _identity_bounds(self, row: KnownRow | None) -> Bounds | None:
        if row is None:
            return None
        if row.id is None:
            return UNKNOWN_BOUNDS
        number = self.numbers[row.id]
        return number, number

    def _working_day_bounds(self, bounds: Bounds | None) -> Bounds | None:
        if bounds is None or bounds == UNKNOWN_BOUNDS:
            return bounds
        now = working_day_number(self.today)
        first, last = (working_day_number(self.today + day) - now for day in bounds)
        return first, last

    # --- values and tests ---

    def row(self, row: RowPath, rows: BoundRows) -> KnownRow | None:
        """Return the row that a path leads to; None where an event link leads to none."""
        bound = rows[row.binding]
        return self.follow(bound, row.references) if row.references else bound

    def field(self, field: Field, rows: BoundRows) -> Any:
        """Return a field's value, `UNKNOWN`, or None for an event that has not happened."""
        row = self.row(field.row, rows)
        return UNKNOWN if row is None else row.value(field.spec)

    def truth(self, test: Test, rows: BoundRows) -> Truth:
        """Return whether a test holds: True, False, or None where the record cannot tell."""
        if isinstance(test, Comparison):
            left, right = self.bounds(test.left, rows), self.bounds(test.right, rows)
            if left is None or right is None:
                return test.when_null
            return compare(left, test.order, right)
        holds = self._fact(test, rows)
        return negation(holds) if test.negated else holds

    def _fact(self, test: FactTest, rows: BoundRows) -> Truth:
        value = self.field(test.fact.field, rows)
        if value is UNKNOWN:
            return None
        match test.fact:
            case Flag():
                return bool(value)
            case OneOf(codes=codes):
                return one_of(value, codes)
            case Holds(code=code):
                return code in value
            case Happened():
                return value is not None
            case _:
                assert_never(test.fact)

    def all_of(self, tests: Iterable[Test], rows: BoundRows) -> Truth:
        """Return whether all tests hold, by Kleene's logic."""
        return all_of(self.truth(test, rows) for test in tests)


def compare(left: Bounds, order: Order, right: Bounds) -> Truth:
    """Compare two numbers of which the bounds are known: True, False, or None for either."""
    match order:
        case "<":
            return True if left[1] < right[0] else False if left[0] >= right[1] else None
        case "<=":
            return True if left[1] <= right[0] else False if left[0] > right[1] else None
        case ">" | ">=":
            return compare(right, "<" if order == ">" else "<=", left)
        case "==":
            if left[0] == left[1] == right[0] == right[1]:
                return True
            return False if left[1] < right[0] or left[0] > right[1] else None
        case _:
            raise AssertionError("conditions bring != to < or >")


def one_of(code: str, codes: frozenset[str]) -> Truth:
    """Say whether a known code is one of these; `multiple` may be any single category."""
    if code == ANY_CATEGORY:
        return True if ANY_CATEGORY in codes else None
    return code in codes


@cache
def birthdays(born: str, years: int) -> Bounds:
    """Return the earliest and the latest day (ordinals) on which someone may turn that age.

    `born` is a year or a year and month. Someone born on 29 February has the birthday on 1 March
    in a common year.
    """
    year, month = int(born[:4]), born[5:]
    first = date(year, int(month or 1), 1)
    after_last = date(year + 1, 1, 1) if month in ("", "12") else date(year, int(month) + 1, 1)
    last = date.fromordinal(after_last.toordinal() - 1)
    return _anniversary(first, years), _anniversary(last, years)


def _anniversary(day: date, years: int) -> int:
    if (day.month, day.day) == (2, 29):
        # The day after 28 February: 29 February in a leap year, 1 March in a common one.
        return date(day.year + years, 2, 28).toordinal() + 1
    return day.replace(year=day.year + years).toordinal()
