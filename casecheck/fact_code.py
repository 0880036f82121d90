"""Write facts quickly: one Python function generated for each lesson, as dataclasses generates.

Straight code costs a tenth of the plain way in `facts`, which it must equal (a test holds the two
together). Its text is made of the record model's own attribute names and codes and of whole
numbers, never of anything else that a page says.

Each lesson has two functions. `settled` writes one number a quantity, and gives up where something
unknown matters; `bounded` writes both bounds. Where a date
that the lesson reads contradicts another, the plain way is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from casecheck.compiling import (
    FALSE,
    TRUE,
    UNSURE,
    CompiledLesson,
    Pattern,
    Property,
    TruthOf,
    Value,
    null_above,
)
from casecheck.facts import (
    NEVER,
    NO_FACTS,
    Batch,
    Source,
    Way,
    any_of,
    batch_text,
    phantom_fact,
    single_row_rules,
    sources_of,
    ways_to_apply,
    write_facts,
)
from casecheck.known import (
    ANY_CATEGORY,
    FAR,
    UNKNOWN_BOUNDS,
    Bounds,
    Known,
    Truth,
    birthdays,
    compare,
)
from casecheck.lessons.lesson import Concept
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
    OpenedOn,
    Order,
    Quantity,
    Row,
    Test,
    WorkingDay,
    Zero,
    is_range,
    nullable,
)
from casecheck.record import FIELDS, FieldSpec
from casecheck.working_days import working_day_number

Written = tuple[list[str], list[tuple[Source, int]], list[tuple[str, str]]] | None


class FactWriter:
    """Writes the batches of one lesson, as settled as a record allows.

    Its facts come from other sources where nothing is unknown (`exact`) than else (`bounded`);
    `sources` are both, by their numbers.
    """

    def __init__(self, compiled: CompiledLesson, concepts: Mapping[str, Concept]) -> None:
        self.exact = sources_of(compiled.exact, concepts)
        self.bounded = sources_of(compiled.bounded, concepts, len(self.exact))
        self.sources = [*self.exact, *self.bounded]
        self.exact_ways = ways_to_apply(compiled.exact)
        self.ways = ways_to_apply(compiled.bounded)
        self._dates: set[tuple[str, str]] = set()
        name, single = compiled.lesson.id, single_row_rules(compiled)
        self._settled = self._compiled(name, self.exact, _Flags(self.exact_ways, single))
        self._bounded = self._compiled(name, self.bounded, _Flags(self.ways, {}), settled=False)

    def write(self, known: Known) -> Batch:
        """Return the facts of one record; none where the lesson does not apply to it."""
        if known.unknown_dates and not self._dates.isdisjoint(known.unknown_dates):
            return write_facts(known, self.bounded, self.ways)
        settled = self._settled(known)
        written = self._bounded(known) if settled is None else settled
        assert written is not None  # only `settled` gives up
        facts, origins, doubts = written
        if not facts:
            return NO_FACTS
        return Batch(batch_text(facts), origins, settled is not None, doubts)

    def _compiled(
        self, lesson: str, sources: Sequence[Source], flags: _Flags, *, settled: bool = True
    ) -> Callable[[Known], Written]:
        names: dict[str, Any] = {
            "working": working_day_number,
            "compare_bounds": _compare_bounds,
            "birthday_bounds": _birthday_bounds,
            "working_bounds": _working_bounds,
            "point": _point,
            "under": _under,
            "any_of": any_of,
            "all_of": _all_of,
            "phantom": phantom_fact,
            **{f"S{number}": source for number, source in enumerate(sources)},
        }
        code = _function(sources, flags, settled)
        self._dates |= flags.dates
        exec(compile(code, f"<facts of {lesson}>", "exec"), names)  # noqa: S102 - see above
        write: Callable[[Known], Written] = names["write"]
        return write


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
    if bounds == UNKNOWN_BOUNDS:
        return bounds
    shift = plus - working_day_number(today)
    first, last = (working_day_number(today + day) + shift for day in bounds)
    return first, last


def _point(number: int | None) -> Bounds | None:
    if number is None:
        return UNKNOWN_BOUNDS
    return None if abs(number) >= NEVER else (number, number)


def _all_of(truths: Sequence[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


# The generated code.


def _function(sources: Sequence[Source], flags: _Flags, settled: bool) -> str:
    """Return the text of the function that writes a lesson's facts.

    The kinds that an instance needs come first: as soon as each way to one lacks a row, the lesson
    does not apply, and no more is written.
    """
    lines = [
        "def write(known):",
        "    sections = known.record.sections",
        "    by_id = known.by_id",
        "    numbers = known.numbers",
        "    today = known.today",
        "    opened = known.opened_on",
        "    now = working(today)",
        "    facts = []",
        "    origins = []",
        "    doubts = []",
        "    id = 0",
    ]
    lines += [f"    {flag} = False" for flag in flags.names.values()]
    needed = Counter(kind for way in flags.ways for kind in {kind for kind, _ in way})
    kinds = dict.fromkeys([kind for kind, _ in needed.most_common()])
    kinds |= dict.fromkeys(source.kind.name for source in sources)
    written: set[str] = set()
    for kind in kinds:
        for number, source in enumerate(sources):
            if source.kind.name == kind:
                body = _source_lines(number, source, flags, settled)
                lines += [f"    {line}" for line in body]
        written.add(kind)
        if kind in needed and (possible := flags.possible(written)):
            lines += [f"    if not ({possible}):", "        return [], [], []"]
    lines.append("    return facts, origins, doubts")
    return "\n".join(lines) + "\n"


class _Flags:
    """The variables that say whether some fact may pass a pattern that an instance needs.

    `single` are the rules of evidence on a single row, which a fact may be in doubt of; `dates`
    gathers the date fields that the lesson reads, by section.
    """

    def __init__(
        self, ways: Sequence[Way], single: Mapping[tuple[str, Pattern], Sequence[str]]
    ) -> None:
        self.ways = ways
        self.single = single
        self.dates: set[tuple[str, str]] = set()
        places = dict.fromkeys(place for way in ways for place in way)
        self.names = {place: f"q{number}" for number, place in enumerate(places)}

    def of(self, source: Source, patterns: Iterable[Pattern]) -> list[str]:
        """Return the variables of those of a source's patterns that an instance needs."""
        names = (self.names.get((source.kind.name, pattern)) for pattern in patterns)
        return [name for name in names if name]

    def possible(self, written: Collection[str]) -> str:
        """Return the condition that some way is still open, or "" where one needs none of these."""
        parts = []
        for way in self.ways:
            known = [self.names[place] for place in way if place[0] in written]
            if not known:
                return ""
            parts.append(f"({' and '.join(dict.fromkeys(known))})")
        return " or ".join(dict.fromkeys(parts))


def _source_lines(number: int, source: Source, flags: _Flags, settled: bool) -> list[str]:
    """Return the lines that write the facts of one source."""
    code = _RowCode(source.section, settled)
    body: list[str] = []
    for alternatives in source.where:
        body += _certain_lines(code, alternatives)
    body += _property_lines(code, source)
    body += _pattern_lines(code, source, flags)
    body += [*_note_lines(number), f"facts.append({_fact_text(code, source)})"]
    if settled:
        unknown = ["if rows is None: return None"]
    else:
        unknown = ["if rows is None:", "    rows, position = (), 0"]
        unknown.append(f"    if fact := phantom(known, S{number}, id + 1):")
        unknown += [f"        {line}" for line in _note_lines(number)]
        unknown += [f"        {flag} = True" for flag in flags.of(source, source.kind.patterns)]
        unknown.append("        facts.append(fact)")
    flags.dates |= code.dates
    start = ["unsure = False"] if code.perhaps_unsure else []
    return [
        f"rows = sections[{source.section!r}]",
        *unknown,
        "for position, of in enumerate(rows):",
        *(f"    {line}" for line in [*start, *body]),
    ]


def _note_lines(number: int) -> list[str]:
    """Return the lines that number a fact and note where it comes from."""
    return ["id += 1", f"origins.append((S{number}, position))"]


def _certain_lines(code: _RowCode, alternatives: Sequence[Sequence[Test]]) -> list[str]:
    """Return the lines that pass over a row which is certainly not of this kind."""
    each = [_together("all_of", [code.test(test) for test in tests]) for tests in alternatives]
    text, perhaps = _together("any_of", each)
    if not perhaps:
        return [*code.take_lines(), f"if not {text}: continue"]
    code.perhaps_unsure = True
    return [
        *code.take_lines(),
        f"w = {text}",
        "if w is False: continue",
        "if w is None: unsure = True",
    ]


def _together(function: str, parts: Sequence[_Told]) -> _Told:
    if len(parts) == 1:
        return parts[0]
    return _Told(f"{function}(({', '.join(text for text, _ in parts)}))", perhaps=True)


def _property_lines(code: _RowCode, source: Source) -> list[str]:
    """Return the lines that tell each property, passing over a row as soon as no pattern is left.

    First the truths that every pattern asks, then the others, then the numbers.
    """
    patterns = list(source.kind.patterns)
    everywhere = dict(set(patterns[0].truths).intersection(*(one.truths for one in patterns)))
    truths = [item for item in source.properties if isinstance(item[1], TruthOf)]
    numbers = [item for item in source.properties if isinstance(item[1], Value)]
    first = [item for item in truths if item[0] in everywhere]
    rest = [item for item in truths if item[0] not in everywhere]
    lines = []
    for name, asked in first:
        lines += [*code.property_lines(name, asked), code.must_line(name, everywhere[name])]
    for name, asked in rest:
        lines += code.property_lines(name, asked)
    if rest:
        left = dict.fromkeys(code.may_pass(pattern.truths) for pattern in patterns)
        if "True" not in left:
            lines.append(f"if not ({_any(left)}): continue")
    for name, asked in numbers:
        lines += code.property_lines(name, asked)
    return lines


def _any(conditions: Iterable[str]) -> str:
    return " or ".join(f"({one})" for one in conditions)


def _pattern_lines(code: _RowCode, source: Source, flags: _Flags) -> list[str]:
    """Return the lines that see which patterns may pass; settled, they give up on unknowns."""
    by_condition: dict[str, list[Pattern]] = {}
    for pattern in source.kind.patterns:
        condition = code.may_pass(pattern.truths, pattern.limits)
        by_condition.setdefault(condition, []).append(pattern)
    lines: list[str] = []
    if "True" not in by_condition and any(one.limits for one in source.kind.patterns):
        # Without limits the properties' lines have seen to it already.
        lines += [*code.take_lines(), f"if not ({_any(by_condition)}): continue"]
    for condition, patterns in by_condition.items():
        passed = [f"{flag} = True" for flag in flags.of(source, patterns)]
        if code.settled:
            passed += _give_up_lines(code, source, flags, patterns)
        if passed and condition != "True":
            lines += [f"if {condition}:", *(f"    {line}" for line in passed)]
        else:
            lines += passed
    return lines


def _give_up_lines(
    code: _RowCode, source: Source, flags: _Flags, patterns: Iterable[Pattern]
) -> list[str]:
    """Return the lines that give up, or note a doubt, where what some patterns read is unknown."""
    doubted = {one: flags.single.get((source.kind.name, one)) for one in patterns}
    lines = []
    if unknown := code.unknown([one for one, rules in doubted.items() if rules is None]):
        lines.append(f"if {unknown}: return None")
    for pattern, rules in doubted.items():
        if rules and (unknown := code.unknown([pattern])):
            lines.append(f"if {unknown}:")
            lines += [f"    doubts.append(({rule!r}, str(id + 1)))" for rule in rules]
    return lines


def _fact_text(code: _RowCode, source: Source) -> str:
    """Return the f-string of a fact.

    What is unknown in a settled fact matters to no rule, and is nought.
    """
    parts = ['"id":{id}', f'"t":{source.kind.number}', '"z":1']
    if not code.settled:
        certain = f"{{'{UNSURE}' if unsure else '{TRUE}'}}" if code.perhaps_unsure else f"{TRUE}"
        parts.append(f'"x":{certain}')
    for name, asked in source.properties:
        if isinstance(asked, TruthOf):
            parts.append(f'"{name}":{code.truth_number(name)}')
        elif code.settled:
            parts.append(f'"{name}":{code.number(name, "0")}')
        elif is_range(asked.base):
            parts.append(f'"{name}0":{{p_{name}[0]}},"{name}1":{{p_{name}[1]}}')
        else:
            low, high = code.number(name, str(-FAR)), code.number(name, str(FAR))
            parts.append(f'"{name}0":{low},"{name}1":{high}')
    # Quoted threefold, since it holds quotation marks of both kinds, also in its expressions.
    return f"f'''{{{{{','.join(parts)}}}}}'''"


class _Told(NamedTuple):
    """An expression of the generated code, and whether it may come to None: unknown."""

    text: str
    perhaps: bool


_DAY = "{x}.toordinal() - today"


def _more(plus: int) -> str:
    return f" + {plus}" if plus else ""


class _RowCode:
    """Writes expressions about one row; None stands for unknown.

    The row's fields are `of`; the rows reached by reference, and each field that is read, are
    looked up once, in lines of their own, when they are first needed. `perhaps_unsure` says that
    the row may perhaps not be of its kind.
    """

    def __init__(self, section: str, settled: bool) -> None:
        self.settled = settled
        self.perhaps_unsure = False
        self.dates: set[tuple[str, str]] = set()
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
        """Return the lines that tell a property."""
        told = self.truth_of(asked) if isinstance(asked, TruthOf) else self.value(asked)
        if told.perhaps:
            self._perhaps_unknown.add(name)
        return [*self.take_lines(), f"p_{name} = {told.text}"]

    def must_line(self, name: str, negated: bool) -> str:
        """Return the line that passes over a row that certainly fails a truth it must pass."""
        self._must[name] = negated
        if name in self._perhaps_unknown:
            return f"if p_{name} is {negated}: continue"
        return f"if {'' if negated else 'not '}p_{name}: continue"

    def may_pass(
        self, truths: Sequence[tuple[str, bool]], limits: Sequence[tuple[str, Order, int]] = ()
    ) -> str:
        """Return the condition that a fact certainly fails none of these, of those yet unseen."""
        parts = []
        for name, negated in truths:
            if name in self._must:
                continue
            if name in self._perhaps_unknown:
                parts.append(f"p_{name} is not {negated}")
            else:
                parts.append(f"not p_{name}" if negated else f"p_{name}")
        for name, order, number in limits:
            unknown = f"p_{name} is None or " if name in self._perhaps_unknown else ""
            parts.append(f"({unknown}p_{name} {order} {number})")
        return " and ".join(parts) or "True"

    def unknown(self, patterns: Sequence[Pattern]) -> str:
        """Return the condition that something the patterns read is unknown; "" for never."""
        unknown = ["unsure"] if self.perhaps_unsure and patterns else []
        read = dict.fromkeys(name for pattern in patterns for name in pattern.read())
        unknown += [f"p_{name} is None" for name in read if name in self._perhaps_unknown]
        return " or ".join(unknown)

    def truth_number(self, name: str) -> str:
        """Return what a fact's text says of a truth: its number, or how to format it."""
        if name in self._perhaps_unknown:
            unknown = "" if self.settled else f"'{UNSURE}' if p_{name} is None else "
            return f"{{{unknown}'{TRUE}' if p_{name} else '{FALSE}'}}"
        if name in self._must:
            return str(FALSE if self._must[name] else TRUE)
        return f"{{'{TRUE}' if p_{name} else '{FALSE}'}}"

    def number(self, name: str, unknown: str) -> str:
        """Return how a fact's text says a number."""
        if name in self._perhaps_unknown:
            return f"{{{unknown} if p_{name} is None else p_{name}}}"
        return f"{{p_{name}}}"

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
            found = f"by_id[{spec.target!r}].get({_read(start, spec)})"
            unknown = "" if start == "of" else f"None if {start} is None else "
            self._rows[references] = self._named(unknown + found), spec.target or ""
        return self._rows[references]

    def _looked_up(self, row: Row, spec: FieldSpec, form: str = "{x}") -> str:
        """Return the variable that holds a field's value in some form; None where it is null.

        It is None too of a row that is not known.
        """
        name, section = self._row(row.references)
        if spec.kind == "date":
            self.dates.add((section, spec.name))
        source = _read(name, spec)
        if spec.role != "required" and form != "{x}":
            told = f"None if (x := {source}) is None else {form.format(x='x')}"
        else:
            told = form.format(x=source)
        return self._named(told if name == "of" else f"None if {name} is None else {told}")

    def _of_field(
        self, row: Row, spec: FieldSpec, told: str, null: str = "None", form: str = "{x}"
    ) -> _Told:
        """Return `told`, in which {x} is the field's value in some form.

        `null` is told of an event that has not happened.
        """
        value = self._looked_up(row, spec, form)
        name, _ = self._row(row.references)
        known = told.format(x=value)
        absent = null if spec.role == "event" else "None"
        if name == "of" and spec.role == "required":
            return _Told(f"({known})", perhaps=False)
        if name == "of":
            return _Told(f"({absent} if {value} is None else {known})", absent == "None")
        if absent != "None":
            known = f"{absent} if {value} is None else {known}"
            return _Told(f"(None if {name} is None else {known})", perhaps=True)
        return _Told(f"(None if {value} is None else {known})", perhaps=True)

    # --- quantities ---

    def value(self, value: Value) -> _Told:
        """Return the value of a property; an event that has not happened is out of all bounds."""
        never = str(NEVER if value.null_above else -NEVER)
        return self._base(value.base, value.plus, never)

    def _base(self, base: Base, plus: int, never: str) -> _Told:  # noqa: PLR0911 - one a case
        if is_range(base):
            return _UNKNOWN if self.settled else _Told(self._range(base, plus), perhaps=False)
        more = _more(plus)
        match base:
            case Zero():
                return _Told(str(plus), perhaps=False)
            case OpenedOn():
                return _Told(f"(opened{more})", perhaps=False)
            case Calendar(ordinal=ordinal):
                return _Told(f"({ordinal} - today{more})", perhaps=False)
            case DayOf(field=field, or_today=or_today):
                null = str(plus) if or_today else never
                return self._of_field(field.row, field.spec, f"{{x}}{more}", null, _DAY)
            case WorkingDay(day=day):
                return self._working(day, plus, never)
            case Distinct(field=field):
                return self._of_field(field.row, field.spec, f"len(set({{x}})){more}")
            case _:
                assert isinstance(base, Identity)  # a birthday is a range
                return self._identity(base.row, never)

    def _working(self, day: Quantity, plus: int, never: str) -> _Told:
        tail = f"{_more(day.plus)}) - now{_more(plus)}"
        match day.base:
            case Zero():
                return _Told(f"(working(today{tail})", perhaps=False)
            case OpenedOn():
                return _Told(f"(working(today + opened{tail})", perhaps=False)
            case base:
                assert isinstance(base, DayOf)  # of whatever else no days are counted
                null = f"working(today{tail}" if base.or_today else never
                told = f"working(today + {{x}}{tail}"
                return self._of_field(base.field.row, base.field.spec, told, null, _DAY)

    def _range(self, base: Base, plus: int) -> str:
        """Return the bounds of a quantity that is a range, however well it is known."""
        if isinstance(base, WorkingDay):
            return f"working_bounds({self._range(base.day.base, base.day.plus)}, today, {plus})"
        assert isinstance(base, Birthday)
        return f"birthday_bounds({self._born(base.person)}, {base.years}, {plus} - today)"

    def _born(self, person: Row) -> str:
        return self._looked_up(person, FIELDS["people"]["born"])

    def _identity(self, row: Row, never: str) -> _Told:
        if not row.references:
            return _Told("numbers[of['id']]", perhaps=False)
        owner = Row(row.binding, row.references[:-1])
        _, section = self._row(owner.references)
        spec = FIELDS[section][row.references[-1]]
        return self._of_field(owner, spec, "numbers[{x}]", never)

    # --- truths ---

    def truth_of(self, asked: TruthOf) -> _Told:
        """Return the truth of a property: True, False, or None where it is unknown."""
        if isinstance(asked.test, Comparison):
            return self._comparison(asked.test)
        return self._fact(FactTest(asked.test))

    def test(self, test: Test) -> _Told:
        """Return the truth of a test."""
        if isinstance(test, Comparison):
            return self._comparison(test)
        told = self._fact(test)
        if not test.negated:
            return told
        if not told.perhaps:
            return _Told(f"(not {told.text})", perhaps=False)
        return _Told(f"(None if (y := {told.text}) is None else not y)", perhaps=True)

    def _fact(self, test: FactTest) -> _Told:
        fact = test.fact
        match fact:
            case Flag(field=field):
                return self._of_field(field.row, field.spec, "{x}")
            case Holds(field=field, code=code):
                return self._of_field(field.row, field.spec, f"{code!r} in {{x}}")
            case Happened(field=field):
                return self._of_field(field.row, field.spec, "True", "False")
            case _:
                return self._one_of(fact.field, fact.codes)

    def _one_of(self, field: Field, codes: frozenset[str]) -> _Told:
        among = f"{{x}} in {tuple(sorted(codes))!r}"
        if len(codes) == 1:
            among = f"{{x}} == {next(iter(codes))!r}"
        if ANY_CATEGORY not in field.spec.codes or ANY_CATEGORY in codes:
            return self._of_field(field.row, field.spec, among)
        among = f"None if {{x}} == {ANY_CATEGORY!r} else {among}"
        return self._of_field(field.row, field.spec, among)._replace(perhaps=True)

    def _comparison(self, test: Comparison) -> _Told:
        left, right = test.left, test.right
        if _is_under(test):
            assert isinstance(right.base, Birthday)
            born = self._born(right.base.person)
            day = self._number(test, left=True).text
            told = f"under({day}, {born}, {right.base.years}, {right.plus} - today)"
            return _Told(told, perhaps=True)
        if is_range(left.base) or is_range(right.base):
            bounds = (
                f"{self._bounds(test, left=True)}, {test.order!r}, {self._bounds(test, left=False)}"
            )
            return _Told(f"compare_bounds({bounds}, {test.when_null})", perhaps=True)
        names, unknown, nulls = [], [], []
        for side, is_left in ((left, True), (right, False)):
            text, perhaps = self._number(test, left=is_left)
            names.append(self._named(text) if perhaps or nullable(side.base) else text)
            unknown += [f"{names[-1]} is None"] if perhaps else []
            nulls += [f"{names[-1]} in ({NEVER}, {-NEVER})"] if nullable(side.base) else []
        compared = f"{names[0]} {test.order} {names[1]}"
        if not unknown:
            return _Told(f"({compared})", perhaps=False)
        # An event that has not happened decides the comparison, unknown as the other side may be.
        otherwise = f"({test.when_null} if {' or '.join(nulls)} else None)" if nulls else "None"
        return _Told(f"({otherwise} if {' or '.join(unknown)} else {compared})", perhaps=True)

    def _number(self, test: Comparison, *, left: bool) -> _Told:
        """Return one side of a comparison as a number, an event that is not out of all bounds."""
        side = test.left if left else test.right
        never = NEVER if null_above(test, left=left) else -NEVER
        return self._base(side.base, side.plus, str(never))

    def _bounds(self, test: Comparison, *, left: bool) -> str:
        """Return one side of a comparison as its bounds."""
        side = test.left if left else test.right
        if is_range(side.base):
            return self._range(side.base, side.plus)
        return f"point({self._number(test, left=left).text})"


_UNKNOWN = _Told("None", perhaps=True)


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
