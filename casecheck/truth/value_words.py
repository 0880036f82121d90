"""Say in words what one record tells of the fields and days that a condition reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from casecheck.lessons.condition import Condition
from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    CodeOf,
    Comparison,
    DayKnown,
    DayOf,
    Distinct,
    Field,
    Identity,
    OpenedOn,
    Quantity,
    RowPath,
    Test,
    Whose,
    WorkingDay,
    Zero,
)
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.record.values import DayRange, range_in_words
from casecheck.text.counted import in_units
from casecheck.truth.bounds import FAR, UNKNOWN_BOUNDS, Bounds
from casecheck.truth.known import Known
from casecheck.truth.known_row import UNKNOWN, KnownRow
from casecheck.truth.plain_reading import Bound, Candidate, PlainReading, to_row

NOT_RECORDED = "not recorded"
NOT_HAPPENED = "has not happened"
NONE = "none"


class ValueWords:
    """Words for the values of one record, as the reference reading finds them."""

    def __init__(self, reading: PlainReading) -> None:
        self.reading = reading
        self.known: Known = reading.known

    def condition(self, condition: Condition, bound: Bound) -> tuple[str, ...]:
        """Return what each field or day that a condition reads is, each once."""
        tests = chain.from_iterable(condition.alternatives)
        words = dict.fromkeys(chain.from_iterable(self._test(test, bound) for test in tests))
        # A day is not told once more without what is added to it.
        return tuple(
            word for word in words if not any(other.startswith(word + " ") for other in words)
        )

    def fields(
        self, name: str, candidate: Candidate, names: Iterable[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the fields asked of a row, or of a concept, and the value of each."""
        for field in names:
            if candidate.source is None:
                spec = FIELDS[candidate.kind][field]
                yield field, self.value(candidate.row, spec)
                continue
            path = candidate.source.fields[field]
            if isinstance(path, RowPath):
                row = to_row(name, candidate).row(RowPath(name, (field,)))
                yield field, self._row(row, candidate, name)
            else:
                own = to_row(name, candidate).field(Field(RowPath(name), _day(field)))
                yield field, self._field(own, candidate, name)

    def value(self, row: KnownRow, spec: FieldSpec) -> str:
        """Return a field's value as the record has it, or why it has none."""
        value = row.value(spec)
        if value is UNKNOWN:
            return self._why_unknown(row, spec)
        if value is None:
            return NONE if spec.kind == "reference" else NOT_HAPPENED
        return _plain(value)

    def _why_unknown(self, row: KnownRow, spec: FieldSpec) -> str:
        if spec.name in row.unknown:
            day = _plain((row.data or {}).get(spec.name))
            return f"{day}, which a contradiction makes unknown"
        if row.data is not None:
            return NOT_RECORDED
        if not self.known.is_known(row.section):
            return f"unknown: /{row.section} is not in the extract"
        return "unknown: it is not recorded which row"

    # --- what a test reads ---

    def _test(self, test: Test, bound: Bound) -> Iterator[str]:
        if not isinstance(test, Comparison):
            yield self._named(test.fact.field, bound)
            return
        left, right = test.left, test.right
        if isinstance(left.base, WorkingDay) and isinstance(right.base, WorkingDay):
            # `workdays(a, b) <= n` has b on its left and a on its right.
            yield from self._working_days(right.base.day, left.base.day, bound)
            return
        counts = isinstance(left.base, Distinct) or isinstance(right.base, Distinct)
        for quantity in (left, right):
            if not (counts and isinstance(quantity.base, Zero)):
                yield self._quantity(quantity, bound)

    def _working_days(self, start: Quantity, end: Quantity, bound: Bound) -> Iterator[str]:
        yield self._quantity(start, bound)
        yield self._quantity(end, bound)
        first = self.reading.bounds(Quantity(WorkingDay(start)), bound)
        last = self.reading.bounds(Quantity(WorkingDay(end)), bound)
        if first is None or last is None or UNKNOWN_BOUNDS in (first, last):
            return
        least, most = max(last[0] - first[1], 0), max(last[1] - first[0], 0)
        span = "" if least == most else f"{least:,} to "
        yield f"{span}{in_units(most, 'working days')} between the two"

    def _quantity(self, quantity: Quantity, bound: Bound) -> str:
        words = self._base(quantity.base, bound)
        bounds = self.reading.bounds(quantity, bound)
        if quantity.plus and bounds is not None and bounds != UNKNOWN_BOUNDS:
            sign = "+" if quantity.plus > 0 else "-"
            words += f" {sign} {in_units(abs(quantity.plus), 'days')} = {self._days(bounds)}"
        return words

    def _base(self, base: Base, bound: Bound) -> str:  # noqa: PLR0911 - one for each case
        match base:
            case Zero() | OpenedOn() | Calendar():
                return self._fixed_day(base)
            case DayOf(field=field, or_today=or_today):
                words = self._named(field, bound)
                if not or_today:
                    return words
                return words + self._cut_at_today(
                    self.reading.bounds(Quantity(DayOf(field)), bound)
                )
            case Birthday(person=person, years=years):
                return self._birthday(person, years, bound)
            case DayKnown(event=event, own=own):
                return f"{self._named(event, bound)}, {self._named(own, bound)}"
            case CodeOf(field=field):
                return self._named(field, bound)
            case Whose(meeting=row):
                return self._whose(row, bound)
            case Distinct(field=field):
                bounds = self.reading.bounds(Quantity(base), bound)
                codes = self._named(field, bound)
                return codes if bounds in (None, UNKNOWN_BOUNDS) else f"{codes}: {bounds[0]} in all"
            case Identity(row=row):
                return self._identity(row, bound)
            case WorkingDay():
                raise AssertionError("a working day is compared with another")

    def _cut_at_today(self, bounds: Bounds | None) -> str:
        """Return what `or_today` adds to the day of an event: of none, and of one after today."""
        today = f"today, {self._days((0, 0))}"
        if bounds is None:
            return f", so {today}"
        if bounds == UNKNOWN_BOUNDS or bounds[1] <= 0:
            return ""
        return f", after today, so {today}" if bounds[0] > 0 else f", at the latest {today}"

    def _fixed_day(self, base: Zero | OpenedOn | Calendar) -> str:
        if isinstance(base, Calendar):
            return date.fromordinal(base.ordinal).isoformat()
        if isinstance(base, Zero):
            return f"today {self._days((0, 0))}"
        return f"opened_on {self._days((self.known.opened_on,) * 2)}"

    def _birthday(self, person: RowPath, years: int, bound: Bound) -> str:
        candidate = bound[person.binding]
        row = self.known.row(
            to_row(person.binding, candidate).row(person), {person.binding: candidate.row}
        )
        assert row is not None  # a row that may be none is only compared with rows
        born = self.value(row, FIELDS["people"]["born"])
        words = f"{person}.born {_at(row, 'born')}{born}"
        bounds = self.reading.bounds(Quantity(Birthday(person, years)), bound)
        if bounds is None or bounds == UNKNOWN_BOUNDS:
            return words
        if years == 0:
            return f"{words}, {self._days(bounds)}"
        return f"{words}, turns {years} on {self._days(bounds)}"

    def _identity(self, row: RowPath, bound: Bound) -> str:
        candidate = bound[row.binding]
        own = to_row(row.binding, candidate).row(row)
        return f"{row} {self._row(own, candidate, row.binding)}"

    def _whose(self, meeting: RowPath, bound: Bound) -> str:
        """Return the meeting's own subject where it has one, else its plan's."""
        own = RowPath(meeting.binding, (*meeting.references, "subject"))
        of_plan = RowPath(meeting.binding, (*meeting.references, "plan", "subject"))
        return f"{self._identity(own, bound)}, {self._identity(of_plan, bound)}"

    def _row(self, row: RowPath, candidate: Candidate, name: str) -> str:
        found = self.known.row(row, {name: candidate.row})
        if found is None:
            return NONE
        if found.id is not None:
            return found.id
        if not row.references:
            return f"unknown: /{found.section} is not in the extract"
        *before, last = row.references
        owner = self.known.follow(candidate.row, before)
        assert owner is not None  # else no row were found
        return self.value(owner, FIELDS[owner.section][last])

    def _named(self, field: Field, bound: Bound) -> str:
        name = field.row.binding
        candidate = bound[name]
        own = to_row(name, candidate).field(field)
        return f"{field} {self._field(own, candidate, name, field)}"

    def _field(
        self, own: Field, candidate: Candidate, name: str, written: Field | None = None
    ) -> str:
        """Return a field's value, after its place where the page's own words do not say that."""
        row = self.known.row(own.row, {name: candidate.row})
        assert row is not None  # a row that may be none is only compared with rows
        where = "" if own == written and not own.row.references else _at(row, own.spec.name)
        return where + self.value(row, own.spec)

    def _days(self, bounds: Bounds) -> str:
        first, last = (
            date.fromordinal(self.known.today + day).isoformat() if abs(day) < FAR else None
            for day in bounds
        )
        return first if first and first == last else range_in_words(first, last)


def _at(row: KnownRow, field: str) -> str:
    return "" if row.index is None else f"[{row.pointer}/{field}] "


def _day(name: str) -> FieldSpec:
    return FieldSpec(name, "date", "fact")


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, DayRange):
        return range_in_words(value.first, value.last)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none ([])"
    return str(value)
