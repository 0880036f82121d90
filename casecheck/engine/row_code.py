"""Write Python that tells one row of a record: its fields, quantities and truths, as expressions.

What a generated expression is made of is said in `code_lines`; None in it stands for unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from casecheck.engine.facts import NEVER
from casecheck.engine.ruleset import FALSE, TRUE, UNSURE, Property, Side, TruthOf, Value, null_above
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
    OpenedOn,
    Order,
    Quantity,
    Recorded,
    RowPath,
    Test,
    Whose,
    WorkingDay,
    Written,
    Zero,
    is_range,
    nullable,
)
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.record.working_days import working_day_number
from casecheck.truth.bounds import FAR, UNKNOWN_BOUNDS, Bounds, birthdays, compare
from casecheck.truth.kleene import Truth, all_of, any_of

# What the generated code calls.


def _under(day: int | None, born: str | None, years: int, shift: int) -> Truth:
    if day is None or born is None:
        return None
    first, last = birthdays(born, years)
    return True if day < first + shift else False if day >= last + shift else None


def _compare_bounds(
    left: Bounds | None, order: Any, right: Bounds | None, when_null: bool
) -> Truth:
    if left is None or right is None:
        return when_null
    return compare(left, order, right)


def _birthday_bounds(born: str | None, years: int, shift: int) -> Bounds:
    if born is None:
        return UNKNOWN_BOUNDS
    first, last = birthdays(born, years)
    return first + shift, last + shift


def _working_bounds(bounds: Bounds, today: int, plus: int) -> Bounds:
    shift = plus - working_day_number(today)
    first, last = (
        day if abs(day) >= FAR else working_day_number(today + day) + shift for day in bounds
    )
    return first, last


def _code_bounds(code: str | None, among: tuple[str, ...]) -> Bounds:
    """Return among which places a code lies: `multiple` at any before its own.

    >>> _code_bounds("neglect", ("abuse", "neglect", "multiple"))
    (1, 1)
    >>> _code_bounds("multiple", ("abuse", "neglect", "multiple"))
    (0, 1)
    """
    if code is None:
        return UNKNOWN_BOUNDS
    place = among.index(code)
    return (0, place - 1) if code == ANY_CATEGORY else (place, place)


def _today_at_latest(day: int | None, plus: int) -> Bounds:
    """Return the bounds of the day of an event or today: unknown, it is some day up to today."""
    return (-FAR, plus) if day is None else (day, day)


def _point(number: int | None) -> Bounds | None:
    if number is None:
        return UNKNOWN_BOUNDS
    return None if abs(number) >= NEVER else (number, number)


CALLED: Mapping[str, Any] = {
    "working": working_day_number,
    "compare_bounds": _compare_bounds,
    "birthday_bounds": _birthday_bounds,
    "working_bounds": _working_bounds,
    "code_bounds": _code_bounds,
    "today_at_latest": _today_at_latest,
    "point": _point,
    "under": _under,
    "any_of": any_of,
    "all_of": all_of,
}
"""What the expressions call, by the names they call it by."""


# The expressions.


class Expression(NamedTuple):
    """An expression of the generated code, and whether it may come to None: unknown."""

    text: str
    perhaps: bool


class _Guard(NamedTuple):
    """A condition under which an expression is not evaluated, and what it comes to instead."""

    when: str
    instead: str


def _guarded(guards: Sequence[_Guard], known: str) -> Expression:
    """Return an expression for what is known, after the guards against what is not.

    >>> _guarded([_Guard("row is None", "None"), _Guard("day is None", "False")], "day < 3")
    Expression(text='(None if row is None else False if day is None else day < 3)', perhaps=True)
    """
    text = _after_guards(guards, known)
    return Expression(f"({text})", any(guard.instead == "None" for guard in guards))


def _after_guards(guards: Sequence[_Guard], known: str) -> str:
    text = known
    for guard in reversed(guards):
        text = f"{guard.instead} if {guard.when} else {text}"
    return text


Requirement = tuple[str, bool | tuple[Order, int]]
"""What a pattern asks of a property: that it holds, or does not (True), or its limit."""
_DAY = "{x}.toordinal() - today"


def _more(plus: int) -> str:
    return f" + {plus}" if plus else ""


class RowCode:
    """Writes expressions about one row; None stands for unknown.

    The row's fields are `of`; the rows reached by reference, and each field that is read, are
    looked up once, in lines of their own, when they are first needed. `perhaps_unsure` says that
    the row may perhaps not be of its kind. `reads` gathers the fields that are read,
    by section, and `indexes` the sections whose rows are looked up by id, each by its variable.
    """

    def __init__(self, section: str, settled: bool) -> None:
        self.settled = settled
        self.perhaps_unsure = False
        self.reads: set[tuple[str, str]] = set()
        self.indexes: dict[str, str] = {}
        self._variables: dict[str, str] = {}
        self._perhaps_unknown: set[str] = set()
        self._must: dict[str, bool] = {}
        self._lines: list[str] = []
        self._rows: dict[tuple[str, ...], tuple[str, str]] = {(): ("of", section)}
        self._names: dict[str, str] = {}

    def take_lines(self) -> list[str]:
        """Return the lines that look up what was written since they were last taken."""
        lines, self._lines = self._lines, []
        return lines

    def property_lines(self, name: str, asked: Property) -> list[str]:
        """Return the lines that tell a property, if it has not been told."""
        if name in self._variables:
            return []
        told = self.truth_of(asked) if isinstance(asked, TruthOf) else self.value(asked)
        if told.perhaps:
            self._perhaps_unknown.add(name)
        if told.text in self._names.values():
            self._variables[name] = told.text
            return self.take_lines()
        self._variables[name] = f"p_{name}"
        return [*self.take_lines(), f"p_{name} = {told.text}"]

    def must_line(self, name: str, negated: bool) -> str:
        """Return the line that passes over a row that certainly fails a truth it must pass."""
        self._must[name] = negated
        variable = self._variables[name]
        if name in self._perhaps_unknown:
            return f"if {variable} is {negated}: continue"
        return f"if {'' if negated else 'not '}{variable}: continue"

    def may_pass(self, asked: Iterable[Requirement]) -> str:
        """Return the condition that a fact certainly fails none of these, of those yet unseen."""
        parts = []
        for name, test in asked:
            variable = self._variables[name]
            perhaps = name in self._perhaps_unknown
            if isinstance(test, bool):
                negated = test
                if name not in self._must:
                    known = f"not {variable}" if negated else variable
                    parts.append(f"{variable} is not {negated}" if perhaps else known)
            else:
                unknown = f"{variable} is None or " if perhaps else ""
                parts.append(f"({unknown}{variable} {test[0]} {test[1]})")
        return " and ".join(parts) or "True"

    def unknown(self, names: Iterable[str]) -> str:
        """Return the condition that the row, or one of some properties, is unknown; "" for never.

        Several properties may have one variable.
        """
        variables = [self._variables[name] for name in names if name in self._perhaps_unknown]
        unsure = ["unsure"] if self.perhaps_unsure else []
        return " or ".join([*unsure, *(f"{one} is None" for one in dict.fromkeys(variables))])

    def nought_lines(self, names: Iterable[str]) -> list[str]:
        """Return the lines that put nought for those of some properties that are unknown."""
        variables = [self._variables[name] for name in names if name in self._perhaps_unknown]
        return [f"if {one} is None: {one} = 0" for one in dict.fromkeys(variables)]

    def truth_number(self, name: str) -> str:
        """Return what a fact's text says of a truth: its number, or how to format it."""
        variable = self._variables[name]
        if name in self._perhaps_unknown and not self.settled:
            told = f"'{UNSURE}' if {variable} is None else '{TRUE}' if {variable} else '{FALSE}'"
            return f"{{{told}}}"
        if name in self._must and name not in self._perhaps_unknown:
            return str(FALSE if self._must[name] else TRUE)
        return f"{{'{TRUE}' if {variable} else '{FALSE}'}}"

    def number(self, name: str) -> str:
        """Return how a fact's text says a number, where it is known or nought is put for it."""
        return f"{{{self._variables[name]}}}"

    def bounds(self, name: str, base: Base) -> tuple[str, str]:
        """Return how a fact's text says the two bounds of a quantity."""
        variable = self._variables[name]
        if self._is_range(base):
            return f"{{{variable}[0]}}", f"{{{variable}[1]}}"
        if name not in self._perhaps_unknown:
            return f"{{{variable}}}", f"{{{variable}}}"
        low, high = UNKNOWN_BOUNDS
        return (
            f"{{{low} if {variable} is None else {variable}}}",
            f"{{{high} if {variable} is None else {variable}}}",
        )

    def _named(self, text: str) -> str:
        """Return the variable that holds what an expression comes to: the same for the same."""
        if text not in self._names:
            self._names[text] = f"n{len(self._names)}"
            self._lines.append(f"{self._names[text]} = {text}")
        return self._names[text]

    def _row(self, references: tuple[str, ...]) -> tuple[str, str]:
        """Return the variable that holds the row at the end of a path, and its section."""
        if references not in self._rows:
            start, section = self._row(references[:-1])
            spec = FIELDS[section][references[-1]]
            assert spec.target  # only references lead to rows
            index = self.indexes.setdefault(spec.target, f"i{len(self.indexes)}")
            self.reads.add((section, spec.name))
            identifier = _read(start, spec)
            if start == "of":
                found = f"{index}.get({self._named(identifier)})"
            else:
                found = f"None if {start} is None else {index}.get({identifier})"
            self._rows[references] = self._named(found), spec.target
        return self._rows[references]

    def _looked_up(self, row: RowPath, spec: FieldSpec, form: str = "{x}") -> str:
        """Return the variable that holds a field's value in some form; None where it is null.

        It is None too of a row that is not known.
        """
        name, section = self._row(row.references)
        self.reads.add((section, spec.name))
        value = _read(name, spec)
        guards = [] if name == "of" else [_Guard(f"{name} is None", "None")]
        if spec.role != "required" and form != "{x}":
            guards.append(_Guard(f"(x := {value}) is None", "None"))
            value = "x"
        return self._named(_after_guards(guards, form.format(x=value)))

    def _of_field(
        self, row: RowPath, spec: FieldSpec, known: str, null: str = "None", form: str = "{x}"
    ) -> Expression:
        """Return `known`, in which {x} is the field's value in some form.

        `null` stands for an event that has not happened.
        """
        value = self._looked_up(row, spec, form)
        name, _ = self._row(row.references)
        absent = null if spec.role == "event" else "None"
        guards = []
        # Of a row that is not known the value is None, too: one guard for both says the same.
        if name != "of" and absent != "None":
            guards.append(_Guard(f"{name} is None", "None"))
        if name != "of" or spec.role != "required":
            guards.append(_Guard(f"{value} is None", absent))
        text, perhaps = _guarded(guards, known.format(x=value))
        if known == "{x}" and absent == "None":
            return Expression(value, perhaps)
        return Expression(text, perhaps)

    # --- quantities ---

    def value(self, value: Value) -> Expression:
        """Return the value of a property; an event that has not happened is out of all bounds."""
        never = str(NEVER if value.null_above else -NEVER)
        return self._base(value.base, value.plus, never)

    def _base(self, base: Base, plus: int, never: str) -> Expression:  # noqa: PLR0911 - one a case
        if self._is_range(base):
            return _UNKNOWN if self.settled else Expression(self._range(base, plus), perhaps=False)
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
                return self._of_field(field.row, field.spec, day, null, _DAY)
            case WorkingDay(day=day):
                return self._working(day, plus, never)
            case DayKnown(event=event, own=own):
                return self._day_known(event, own, plus)
            case CodeOf():
                return self._code(base)
            case Whose(meeting=meeting):
                return self._whose(meeting)
            case Distinct(field=field):
                return self._of_field(field.row, field.spec, f"len(set({{x}})){more}")
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
                name = self._named(known)
                counted = f"working(today + {name}{tail}"
                return Expression(f"(None if {name} is None else {counted})", perhaps)
            case base:
                assert isinstance(base, DayOf)  # of whatever else no days are counted
                null = f"working(today{tail}" if base.or_today else never
                moment = "min({x}, 0)" if base.or_today else "{x}"
                told = f"working(today + {moment}{tail}"
                return self._of_field(base.field.row, base.field.spec, told, null, _DAY)

    def _code(self, base: CodeOf) -> Expression:
        """Return a code's place; one that may be several is unknown to a settled fact."""
        field, place = base.field, f"{base.among!r}.index({{x}})"
        if base.as_written or ANY_CATEGORY not in field.spec.codes:
            return self._of_field(field.row, field.spec, place)
        place = f"None if {{x}} == {ANY_CATEGORY!r} else {place}"
        return self._of_field(field.row, field.spec, place)._replace(perhaps=True)

    def _is_range(self, base: Base) -> bool:
        """Say whether a quantity is written by its bounds, however well it is known.

        That is a birth, and the day of an event or today where the event's row may not be known:
        of such a row it is some day up to today. And a category that may be `multiple`. A settled
        fact leaves what is unknown to others.
        """
        if isinstance(base, WorkingDay):
            return self._is_range(base.day.base)
        if isinstance(base, DayOf) and base.or_today and base.field.row.references:
            return not self.settled
        if isinstance(base, CodeOf) and not base.as_written:
            return not self.settled and ANY_CATEGORY in base.field.spec.codes
        return is_range(base)

    def _range(self, base: Base, plus: int) -> str:
        """Return the bounds of a quantity that is written by its bounds."""
        if isinstance(base, CodeOf):
            code = self._looked_up(base.field.row, base.field.spec)
            return f"code_bounds({code}, {base.among!r})"
        if isinstance(base, WorkingDay):
            return f"working_bounds({self._range(base.day.base, base.day.plus)}, today, {plus})"
        if isinstance(base, DayOf):
            field, day = base.field, f"{{x}}{_more(plus)}"
            known = self._of_field(field.row, field.spec, day, str(plus), _DAY)
            return f"today_at_latest({known.text}, {plus})"
        assert isinstance(base, Birthday)
        return f"birthday_bounds({self._born(base.person)}, {base.years}, {plus} - today)"

    def _born(self, person: RowPath) -> str:
        return self._looked_up(person, FIELDS["people"]["born"])

    def _identity(self, row: RowPath, never: str) -> Expression:
        if not row.references:
            return Expression("numbers[of['id']]", perhaps=False)
        owner = RowPath(row.binding, row.references[:-1])
        _, section = self._row(owner.references)
        spec = FIELDS[section][row.references[-1]]
        return self._of_field(owner, spec, "numbers[{x}]", never)

    def _day_known(self, event: Field, own: Field, plus: int) -> Expression:
        """Return the day from which services knew of a row: `event` if it has one, else `own`."""
        later = self._looked_up(event.row, event.spec, _DAY)
        day, perhaps = self._of_field(own.row, own.spec, "{x}", form=_DAY)
        known = f"({day} if {later} is None else {later})"
        if not plus:
            return Expression(known, perhaps)
        if not perhaps:
            return Expression(f"({known}{_more(plus)})", perhaps)
        name = self._named(known)
        return Expression(f"(None if {name} is None else {name}{_more(plus)})", perhaps)

    def _whose(self, meeting: RowPath) -> Expression:
        """Return which person a meeting is about: its subject, else that of its plan."""
        _, section = self._row(meeting.references)
        subject = self._looked_up(meeting, FIELDS[section]["subject"])
        plan = RowPath(meeting.binding, (*meeting.references, "plan"))
        of_plan = self._looked_up(plan, FIELDS["plans"]["subject"])
        person = self._named(f"{of_plan} if {subject} is None else {subject}")
        return Expression(f"(None if {person} is None else numbers[{person}])", perhaps=True)

    # --- truths ---

    def truth_of(self, asked: TruthOf) -> Expression:
        """Return the truth of a property: True, False, or None where it is unknown."""
        if isinstance(asked.test, Comparison):
            return self._comparison(asked.test)
        return self._fact(FactTest(asked.test))

    def test(self, test: Test) -> Expression:
        """Return the truth of a test."""
        if isinstance(test, Comparison):
            return self._comparison(test)
        told = self._fact(test)
        if not test.negated:
            return told
        if not told.perhaps:
            return Expression(f"(not {told.text})", perhaps=False)
        return Expression(f"(None if (y := {told.text}) is None else not y)", perhaps=True)

    def _fact(self, test: FactTest) -> Expression:  # noqa: PLR0911 - one for each case
        fact = test.fact
        match fact:
            case Flag(field=field):
                return self._of_field(field.row, field.spec, "{x}")
            case Recorded(field=field):
                return self._recorded(field)
            case Written(field=field, codes=codes):
                return self._of_field(field.row, field.spec, f"{{x}} in {tuple(sorted(codes))!r}")
            case Holds(field=field, code=code):
                return self._of_field(field.row, field.spec, f"{code!r} in {{x}}")
            case HoldsAny(field=field, codes=codes):
                held = f"not {{{{{', '.join(map(repr, sorted(codes)))}}}}}.isdisjoint({{x}})"
                return self._of_field(field.row, field.spec, held)
            case Happened(field=field):
                return self._of_field(field.row, field.spec, "True", "False")
            case _:
                return self._one_of(fact.field, fact.codes)

    def _recorded(self, field: Field) -> Expression:
        """Return whether a flag is set; unknown only of a row that is not known."""
        value = self._looked_up(field.row, field.spec)
        name, _ = self._row(field.row.references)
        guards = [] if name == "of" else [_Guard(f"{name} is None", "None")]
        return _guarded(guards, f"{value} is True")

    def _one_of(self, field: Field, codes: frozenset[str]) -> Expression:
        among = f"{{x}} in {tuple(sorted(codes))!r}"
        if len(codes) == 1:
            among = f"{{x}} == {next(iter(codes))!r}"
        if ANY_CATEGORY not in field.spec.codes or ANY_CATEGORY in codes:
            return self._of_field(field.row, field.spec, among)
        among = f"None if {{x}} == {ANY_CATEGORY!r} else {among}"
        return self._of_field(field.row, field.spec, among)._replace(perhaps=True)

    def _comparison(self, test: Comparison) -> Expression:
        if _is_under(test) and not self._is_range(test.left.base):
            return self._under(test)
        if self._is_range(test.left.base) or self._is_range(test.right.base):
            return self._ranges(test)
        return self._numbers(test)

    def _under(self, test: Comparison) -> Expression:
        """Compare a day with a birthday, of which only the month or the year is known."""
        birthday = test.right.base
        assert isinstance(birthday, Birthday)
        day, born = self._number(test, "left").text, self._born(birthday.person)
        shift = f"{test.right.plus} - today"
        return Expression(f"under({day}, {born}, {birthday.years}, {shift})", perhaps=True)

    def _ranges(self, test: Comparison) -> Expression:
        """Compare two quantities of which one is a range however well it is known."""
        left, right = self._bounds(test, "left"), self._bounds(test, "right")
        arguments = f"{left}, {test.order!r}, {right}, {test.when_null}"
        return Expression(f"compare_bounds({arguments})", perhaps=True)

    def _numbers(self, test: Comparison) -> Expression:
        """Compare two numbers, each of which may be unknown, or an event that has not happened.

        Such an event decides the comparison, unknown as the other side may be.
        """
        names, unknown, never = [], [], []
        sides: tuple[tuple[Side, Quantity], ...] = (("left", test.left), ("right", test.right))
        for side, quantity in sides:
            text, perhaps = self._number(test, side)
            names.append(self._named(text) if perhaps or nullable(quantity.base) else text)
            unknown += [f"{names[-1]} is None"] if perhaps else []
            never += [f"{names[-1]} in ({NEVER}, {-NEVER})"] if nullable(quantity.base) else []
        compared = f"{names[0]} {test.order} {names[1]}"
        if not unknown:
            return Expression(f"({compared})", perhaps=False)
        either_unknown = " or ".join(unknown)
        guards = [_Guard(either_unknown, "None")]
        if never:
            decided = f"({test.when_null} if {' or '.join(never)} else None)"
            guards = [_Guard(either_unknown, decided)]
        return _guarded(guards, compared)._replace(perhaps=True)

    def _number(self, test: Comparison, side: Side) -> Expression:
        """Return one side of a comparison as a number, an event that is not out of all bounds."""
        quantity = test.left if side == "left" else test.right
        never = NEVER if null_above(test, side) else -NEVER
        return self._base(quantity.base, quantity.plus, str(never))

    def _bounds(self, test: Comparison, side: Side) -> str:
        """Return one side of a comparison as its bounds."""
        quantity = test.left if side == "left" else test.right
        if self._is_range(quantity.base):
            return self._range(quantity.base, quantity.plus)
        return f"point({self._number(test, side).text})"


_UNKNOWN = Expression("None", perhaps=True)


def _read(row: str, spec: FieldSpec) -> str:
    """Return the expression that reads a row's field; None where it was not given."""
    return f"{row}[{spec.name!r}]" if spec.role == "required" else f"{row}.get({spec.name!r})"


def _is_under(test: Comparison) -> bool:
    """Say whether a comparison asks `under(years, person, day)` of a day that there is."""
    return (
        test.order == "<"
        and isinstance(test.right.base, Birthday)
        and not isinstance(test.left.base, Birthday)
        and not nullable(test.left.base)
    )
