"""What one record tells, in three values: rows, bounds of days, tests true, false or unknown.

This is `docs/outcomes.md` word for word: an unknown section is one row of which everything is
unknown, an unknown day has no bounds, a month of birth is a range, an event that has not happened
compares false. The engine gets its facts from here, and `explain` its account of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, assert_never

from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    CodeOf,
    Comparison,
    DayKnown,
    DayOf,
    Distinct,
    FactTest,
    Field,
    Flag,
    Happened,
    Holds,
    HoldsAny,
    Identity,
    OneOf,
    OpenedOn,
    Quantity,
    Recorded,
    RowPath,
    Test,
    Whose,
    Written,
    Zero,
)
from casecheck.record.carried import number_of
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.contradictions import Contradictions
from casecheck.record.model import FIELDS, OWN_DAYS, CaseRecord, FieldSpec
from casecheck.record.values import UNKNOWN_WORD, DayRange, earliest, latest
from casecheck.record.working_days import working_day_number
from casecheck.truth.bounds import FAR, NOT_THERE, UNKNOWN_BOUNDS, Bounds, birthdays, compare, moved
from casecheck.truth.kleene import Truth, all_hold, negation
from casecheck.truth.known_row import UNKNOWN, BoundRows, KnownRow, kinds_of, may_be_one_of
from casecheck.truth.row_ids import RowNumbers, RowsById

_NONE: frozenset[str] = frozenset()


class Known:
    """One record, and what it tells."""

    def __init__(self, record: CaseRecord, contradictions: Contradictions) -> None:
        self.record = record
        self.today = record.today.toordinal()
        opened = record.opened_on
        # What generated code reads; a range it leaves to the plain way.
        self.opened_on = latest(opened).toordinal() - self.today
        self.unusual = record.unusual
        self.carried = number_of(record.carried)
        if contradictions.unknown:
            self.unusual |= {(section, name) for section, _, name in contradictions.unknown}
        self._contradicted: dict[tuple[str, int], set[str]] = {}
        for section, index, name in contradictions.unknown:
            self._contradicted.setdefault((section, index), set()).add(name)
        self._rows: dict[str, Sequence[KnownRow]] = {}
        self.numbers = RowNumbers(record)
        self.by_id = RowsById(record)
        self._positions: dict[str, dict[str, int]] = {}
        self._arranged: dict[CodeOf, Sequence[str]] = {}

    @cached_property
    def open_places(self) -> frozenset[tuple[str, str]]:
        """Each field that some row leaves open, with its section."""
        return self.record.blanks.places | self.unusual

    def is_known(self, section: str) -> bool:
        """Say whether the record carries the section, or it is read as empty."""
        return self.record.rows(section) is not None

    def rows(self, section: str) -> Sequence[KnownRow]:
        """Return the section's rows, and those that may be missing.

        For an unknown section that is the one row it stands for.
        """
        if section not in self._rows:
            rows = self.record.rows(section)
            if rows is None:
                self._rows[section] = [KnownRow(section, None, None, None)]
            else:
                missing = self.record.perhaps.get(section, ())
                self._rows[section] = [
                    *(self._row_there(section, at) for at in range(len(rows))),
                    *(KnownRow(section, None, None, None, perhaps=row) for row in missing),
                ]
        return self._rows[section]

    def row_at(self, section: str, index: int) -> KnownRow:
        """Return one of a section's `rows`."""
        rows = self.record.sections[section]
        if rows is None or index >= len(rows):
            return self.rows(section)[index]
        return self._row_there(section, index)

    def _row_there(self, section: str, index: int) -> KnownRow:
        row = (self.record.sections[section] or ())[index]
        unknown = _NONE
        if self._contradicted:
            unknown = frozenset(self._contradicted.get((section, index), ()))
        return KnownRow(section, index, row["id"], row, unknown, self.record.not_carried)

    def asked_about(self, row: KnownRow) -> Truth:
        """Say whether a check asks about a row: not about one that is after today.

        Nor about one of which only evidence may be missing, before the extract's first day. A day
        that is no more than unknown leaves its row asked about; of a range that reaches past today
        it is unknown, else a wider day could make a breach. No day lies after the extract's.
        """
        if row.perhaps is not None and not row.perhaps.asked:
            return False
        spec = OWN_DAYS.get(row.section)
        value = None if spec is None else row.value(spec)
        if value is None or value is UNKNOWN:
            return True
        last = min(latest(value), self.record.extracted_on)
        if last.toordinal() <= self.today:
            return True
        return False if earliest(value).toordinal() > self.today else None

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
        if bounds is None or not quantity.plus:
            return bounds
        return moved(bounds[0], quantity.plus), moved(bounds[1], quantity.plus)

    def _base_bounds(  # noqa: PLR0911 - one for each case
        self, base: Base, rows: BoundRows
    ) -> Bounds | None:
        match base:
            case DayOf(field=field, or_today=or_today):  # most often, as is the next
                return self._day_bounds(self.field(field, rows), or_today)
            case Identity(row=path):
                return self._identity_bounds(self.row(path, rows))
            case Zero():
                return 0, 0
            case OpenedOn():
                return self.bounds_of_day(self.record.opened_on)
            case Calendar(ordinal=ordinal):
                return ordinal - self.today, ordinal - self.today
            case Birthday(person=person, years=years):
                return self._birthday_bounds(self.row(person, rows), years)
            case Distinct(field=field):
                return _distinct_bounds(self.field(field, rows))
            case DayKnown(event=event, own=own):
                row = self.row(event.row, rows)
                return self._known_bounds(row, event.spec, own.spec)
            case CodeOf():
                return self._code_bounds(base, rows)
            case Whose(meeting=row):
                return self._identity_bounds(self._whose(self.row(row, rows)))
            case _:
                return self._working_day_bounds(self.bounds(base.day, rows))

    def _day_bounds(self, value: Any, or_today: bool) -> Bounds | None:
        if not or_today:
            return (
                UNKNOWN_BOUNDS
                if value is UNKNOWN
                else None
                if value is None
                else self.bounds_of_day(value)
            )
        if value is UNKNOWN:
            return -FAR, 0
        first, last = (0, 0) if value is None else self.bounds_of_day(value)
        return min(first, 0), min(last, 0)

    def bounds_of_day(self, value: date | DayRange) -> Bounds:
        """Return the bounds of a day; an open end of a range is no bound."""
        if isinstance(value, DayRange):
            first = -FAR if value.first is None else value.first.toordinal() - self.today
            return first, FAR if value.last is None else value.last.toordinal() - self.today
        day = value.toordinal() - self.today
        return day, day

    def _known_bounds(self, row: KnownRow | None, event: FieldSpec, own: FieldSpec) -> Bounds:
        """Return the bounds of the day from which services knew of something with a day of its own.

        Where it is unknown whether they came to know later, it is some day from then on; what a
        contradiction has made unknown has no bounds.
        """
        if row is None or event.name in row.unknown:
            return UNKNOWN_BOUNDS
        known_on, day = row.value(event), row.value(own)
        first, last = UNKNOWN_BOUNDS if day is UNKNOWN else self.bounds_of_day(day)
        if known_on is None:
            return first, last
        return (first, FAR) if known_on is UNKNOWN else self.bounds_of_day(known_on)

    def _code_bounds(self, base: CodeOf, rows: BoundRows) -> Bounds:
        """Return among which places a code lies; of a row that may be missing, by its kinds."""
        code = self.field(base.field, rows)
        if code is not UNKNOWN:
            codes = _may_be(code, base)
        else:
            row = self.row(base.field.row, rows)
            codes = (row and kinds_of(row, base.field.spec)) or _NONE
        if not codes:
            return UNKNOWN_BOUNDS
        if base not in self._arranged:
            self._arranged[base] = self._arrange(base)
        places = [self._arranged[base].index(one) for one in codes]
        return min(places), max(places)

    def _arrange(self, base: CodeOf) -> Sequence[str]:
        """Return the codes of a comparison, in an order in which no bounds hold one too many.

        Those of which a row may be that may be missing stand side by side, and so do those of which
        `multiple` may be any: what is none of them lies outside. Of two such sets, and there are no
        more where two fields are compared, what both hold lies between what only one does.
        """
        sets = [
            row.kinds
            for section in base.kinds_of
            for row in self.record.perhaps.get(section, ())
            if row.kinds is not None
        ]
        if sets and not base.as_written and ANY_CATEGORY in base.among:
            sets.append(_may_be(ANY_CATEGORY, base))
        first, second, *more = (*sets, _NONE, _NONE)
        assert not any(more)
        stretches = ((True, False), (True, True), (False, True), (False, False))
        return sorted(base.among, key=lambda code: stretches.index((code in first, code in second)))

    def _whose(self, meeting: KnownRow | None) -> KnownRow | None:
        """Return the person whose meeting it is."""
        assert meeting is not None  # a meeting is never reached by a link that may lead to none
        fields = FIELDS[meeting.section]
        if meeting.value(fields["subject"]) is not UNKNOWN:
            return self.follow(meeting, ("subject",))
        return self.follow(meeting, ("plan", "subject"))

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
            return UNKNOWN_BOUNDS if row.perhaps is None else (NOT_THERE, FAR)
        number = self.numbers[row.id]
        return number, number

    def _working_day_bounds(self, bounds: Bounds | None) -> Bounds | None:
        if bounds is None:
            return bounds
        now = working_day_number(self.today)
        first, last = (
            day if abs(day) >= FAR else working_day_number(self.today + day) - now for day in bounds
        )
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

    def _fact(self, test: FactTest, rows: BoundRows) -> Truth:  # noqa: PLR0911 - one a case
        value = self.field(test.fact.field, rows)
        match test.fact:
            case OneOf(field=field, codes=codes) if value is UNKNOWN:
                row = self.row(field.row, rows)
                return None if row is None else may_be_one_of(row, field.spec, codes)
            case Recorded(field=field) if value is UNKNOWN:
                row = self.row(field.row, rows)
                return None if row is None or row.data is None else False
            case Written(field=field, codes=codes) if value is UNKNOWN:
                row = self.row(field.row, rows)
                return None if row is None else may_be_one_of(row, field.spec, codes)
            case _ if value is UNKNOWN:
                return None
            case Flag() | Recorded():
                return bool(value)
            case Written(codes=codes):
                return value in codes
            case OneOf(codes=codes):
                return one_of(value, codes)
            case Holds(code=code):
                return code in value or (None if UNKNOWN_WORD in value else False)
            case HoldsAny(codes=codes):
                return not codes.isdisjoint(value) or (None if UNKNOWN_WORD in value else False)
            case Happened():
                return value is not None
            case _:
                assert_never(test.fact)

    def all_of(self, tests: Iterable[Test], rows: BoundRows) -> Truth:
        """Return whether all tests hold, by Kleene's logic."""
        return all_hold(self.truth, tests, rows)


def _distinct_bounds(codes: Any) -> Bounds:
    if codes is UNKNOWN:
        return UNKNOWN_BOUNDS
    shown = len(set(codes) - {UNKNOWN_WORD})
    return shown, FAR if UNKNOWN_WORD in codes else shown


def _may_be(code: str, base: CodeOf) -> frozenset[str]:
    """Return the codes that a known one may stand for: `multiple` for those before it."""
    if base.as_written or code != ANY_CATEGORY:
        return frozenset((code,))
    return frozenset(base.among[: base.among.index(code)])


def one_of(code: str, codes: frozenset[str]) -> Truth:
    """Say whether a known code is one of these; `multiple` may be any single category."""
    if code == ANY_CATEGORY:
        return True if ANY_CATEGORY in codes else None
    return code in codes
