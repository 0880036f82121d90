"""Write the quantities of one row as expressions: days, ages, counts, codes and rows by number."""

from __future__ import annotations

from casecheck.engine.properties import NEVER, Value
from casecheck.engine.row_fields import Expression, RowFields
from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    CodeOf,
    DayKnown,
    DayOf,
    Distinct,
    Field,
    Identity,
    OpenedOn,
    Quantity,
    RowPath,
    Whose,
    WorkingDay,
    Zero,
    is_range,
)
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.model import FIELDS

_DAY = "{x}.toordinal() - today"
_UNKNOWN = Expression("None", perhaps=True)


class QuantityCode:
    """Writes the quantities of one row; in a `settled` fact each is one number, or unknown."""

    def __init__(self, fields: RowFields, *, settled: bool) -> None:
        self._fields = fields
        self._settled = settled

    def value(self, value: Value) -> Expression:
        """Return the value of a property; an event that has not happened is out of all bounds."""
        never = str(NEVER if value.null_above else -NEVER)
        return self.of_base(value.base, value.plus, never)

    def of_base(  # noqa: PLR0911 - one for each case
        self, base: Base, plus: int, never: str
    ) -> Expression:
        """Return a base with days added; `never` stands for an event that has not happened."""
        if self.is_range(base):
            if self._settled:
                return _UNKNOWN
            return Expression(self.range_of(base, plus), perhaps=False)
        more = _more(plus)
        match base:
            case Zero():
                return Expression(str(plus), perhaps=False)
            case OpenedOn():
                return Expression(f"(opened{more})", perhaps=False)
            case Calendar(ordinal=ordinal):
                return Expression(f"({ordinal} - today{more})", perhaps=False)
            case DayOf(field=field, or_today=or_today):
                null = str(plus) if or_today else never
                # Of a case that was closed an event may be later than today.
                day = f"min({{x}}, 0){more}" if or_today else f"{{x}}{more}"
                return self._fields.of_field(field.row, field.spec, day, null, _DAY)
            case WorkingDay(day=day):
                return self._working(day, plus, never)
            case DayKnown(event=event, own=own):
                return self._day_known(event, own, plus)
            case CodeOf():
                return self._code(base)
            case Whose(meeting=meeting):
                return self._whose(meeting)
            case Distinct(field=field):
                return self._fields.of_field(field.row, field.spec, f"len(set({{x}})){more}")
            case _:
                assert isinstance(base, Identity)  # a birthday is a range
                return self._identity(base.row, never)

    def _working(self, day: Quantity, plus: int, never: str) -> Expression:
        tail = f"{_more(day.plus)}) - now{_more(plus)}"
        match day.base:
            case Zero():
                return Expression(f"(working(today{tail})", perhaps=False)
            case OpenedOn():
                return Expression(f"(working(today + opened{tail})", perhaps=False)
            case DayKnown(event=event, own=own):
                known, perhaps = self._day_known(event, own, 0)
                if not perhaps:
                    return Expression(f"(working(today + {known}{tail})", perhaps)
                name = self._fields.named(known)
                counted = f"working(today + {name}{tail}"
                return Expression(f"(None if {name} is None else {counted})", perhaps)
            case base:
                assert isinstance(base, DayOf)  # of whatever else no days are counted
                null = f"working(today{tail}" if base.or_today else never
                moment = "min({x}, 0)" if base.or_today else "{x}"
                told = f"working(today + {moment}{tail}"
                return self._fields.of_field(base.field.row, base.field.spec, told, null, _DAY)

    def _code(self, base: CodeOf) -> Expression:
        """Return a code's place; one that may be several is unknown to a settled fact."""
        field, place = base.field, f"{base.among!r}.index({{x}})"
        if base.as_written or ANY_CATEGORY not in field.spec.codes:
            return self._fields.of_field(field.row, field.spec, place)
        place = f"None if {{x}} == {ANY_CATEGORY!r} else {place}"
        return self._fields.of_field(field.row, field.spec, place)._replace(perhaps=True)

    def is_range(self, base: Base) -> bool:
        """Say whether a quantity is written by its bounds, however well it is known.

        That is a birth, and the day of an event or today where the event's row may not be known:
        of such a row it is some day up to today. And a category that may be `multiple`. A settled
        fact leaves what is unknown to others.
        """
        if isinstance(base, WorkingDay):
            return self.is_range(base.day.base)
        if isinstance(base, DayOf) and base.or_today and base.field.row.references:
            return not self._settled
        if isinstance(base, CodeOf) and not base.as_written:
            return not self._settled and ANY_CATEGORY in base.field.spec.codes
        return is_range(base)

    def range_of(self, base: Base, plus: int) -> str:
        """Return the bounds of a quantity that is written by its bounds."""
        if isinstance(base, CodeOf):
            code = self._fields.looked_up(base.field.row, base.field.spec)
            return f"code_bounds({code}, {base.among!r})"
        if isinstance(base, WorkingDay):
            return f"working_bounds({self.range_of(base.day.base, base.day.plus)}, today, {plus})"
        if isinstance(base, DayOf):
            field, day = base.field, f"{{x}}{_more(plus)}"
            known = self._fields.of_field(field.row, field.spec, day, str(plus), _DAY)
            return f"today_at_latest({known.text}, {plus})"
        assert isinstance(base, Birthday)
        return f"birthday_bounds({self.born(base.person)}, {base.years}, {plus} - today)"

    def born(self, person: RowPath) -> str:
        """Return the variable that holds a person's month or year of birth."""
        return self._fields.looked_up(person, FIELDS["people"]["born"])

    def _identity(self, row: RowPath, never: str) -> Expression:
        if not row.references:
            return Expression("numbers[of['id']]", perhaps=False)
        owner = RowPath(row.binding, row.references[:-1])
        _, section = self._fields.row(owner.references)
        spec = FIELDS[section][row.references[-1]]
        return self._fields.of_field(owner, spec, "numbers[{x}]", never)

    def _day_known(self, event: Field, own: Field, plus: int) -> Expression:
        """Return the day from which services knew of a row: `event` if it has one, else `own`."""
        later = self._fields.looked_up(event.row, event.spec, _DAY)
        day, perhaps = self._fields.of_field(own.row, own.spec, "{x}", form=_DAY)
        known = f"({day} if {later} is None else {later})"
        if not plus:
            return Expression(known, perhaps)
        if not perhaps:
            return Expression(f"({known}{_more(plus)})", perhaps)
        name = self._fields.named(known)
        return Expression(f"(None if {name} is None else {name}{_more(plus)})", perhaps)

    def _whose(self, meeting: RowPath) -> Expression:
        """Return which person a meeting is about: its subject, else that of its plan."""
        _, section = self._fields.row(meeting.references)
        subject = self._fields.looked_up(meeting, FIELDS[section]["subject"])
        plan = RowPath(meeting.binding, (*meeting.references, "plan"))
        of_plan = self._fields.looked_up(plan, FIELDS["plans"]["subject"])
        person = self._fields.named(f"{of_plan} if {subject} is None else {subject}")
        return Expression(f"(None if {person} is None else numbers[{person}])", perhaps=True)


def _more(plus: int) -> str:
    return f" + {plus}" if plus else ""
