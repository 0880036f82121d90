"""Find in which way instances in breach fall short, as an audit of many records must: quickly.

It says what `falling_short.py` says, the plain reading, and the tests hold it to that. Only what
surely holds is asked for, so that a test is true or it is not. What the instance's own rows come to
is worked out once, and a generated expression then compares each row that is looked at with that:
one that is made of names of fields, known codes and whole numbers only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from casecheck.audit.message_words import NO_SOURCE, PreparedMessage, Told, bounds_reader
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Population, Shortfall, ShortfallKind
from casecheck.lessons.needs import to_source
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import (
    FLIPPED,
    Alternatives,
    Comparison,
    DayOf,
    FactTest,
    Flag,
    Happened,
    Holds,
    Identity,
    OneOf,
    RowPath,
    Test,
    WorkingDay,
    bindings_of,
    bindings_of_base,
)
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.model import FIELDS
from casecheck.record.working_days import working_day_number
from casecheck.truth.bounds import Bounds
from casecheck.truth.falling_short import evidence_of, late_day
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.known import Known
from casecheck.truth.known_row import UNKNOWN, KnownRow
from casecheck.truth.plain_reading import Candidate, PlainReading

Rows = Mapping[str, KnownRow]
Prepare = Callable[[Rows, Known], Any]
"""What works out of the instance's own rows what each row looked at is compared with."""

Facts = Sequence[tuple[Source, KnownRow]]


class Fallen(NamedTuple):
    """In which way an instance falls short, in a sentence, and the evidence that this tells of.

    `nearest` are the rows of it, `done_on` the day of what was done late.
    """

    sentence: str = ""
    kind: ShortfallKind | Literal[""] = ""
    nearest: tuple[str, ...] = ()
    done_on: date | None = None


NOT_TOLD = Fallen()


class ShortfallFinder:
    """Says of the instances of one population in which way they fall short."""

    def __init__(self, population: Population, sources: Sequence[Source]) -> None:
        self._population = population
        self._ways = [_Way(population, one, sources) for one in population.shortfalls]
        self._quick = all(map(_is_quick, population.shortfalls))

    def told(
        self,
        facts: Facts,
        told: Sequence[Told],
        known: Known,
        hangs_on: Callable[[], HangsOn],
    ) -> Fallen:
        """Return how an instance in breach falls short; all "" where nothing says it.

        `told` are its rows as messages show them. `hangs_on` gives the plain reading of the
        record, for what is too rare to be made quick.
        """
        # What is quick reads rows as they stand; of some fields they do not say all.
        if known.unusual or not self._quick:
            return self._plainly(facts, hangs_on().reading)
        bound = dict(zip(self._population.for_each, [row for _, row in facts], strict=True))
        for way in self._ways:
            if fallen := way.fallen(facts, bound, told, known):
                return fallen
        return NOT_TOLD

    def _plainly(self, facts: Facts, reading: PlainReading) -> Fallen:
        names = self._population.for_each.items()
        bound = {
            name: Candidate(kind, row, source.way, there=True)
            for (name, kind), (source, row) in zip(names, facts, strict=True)
        }
        found = evidence_of(self._population, bound, reading)
        if found is None:
            return NOT_TOLD
        done_on = _known_day(found.day, reading.known)
        return Fallen(found.sentence, found.shortfall.kind, found.nearest, done_on)


def _known_day(day: Bounds | None, known: Known) -> date | None:
    """Return a day where it is known, of its bounds from today."""
    return date.fromordinal(known.today + day[0]) if day and day[0] == day[1] else None


def _is_quick(shortfall: Shortfall) -> bool:
    kinds = list(shortfall.evidence.find.values())
    return len(kinds) < 2 and FIELDS.keys() >= set(kinds)


class _Way:
    """One item of `late` or `incomplete` that looks for a row of a section, or for none."""

    def __init__(
        self, population: Population, shortfall: Shortfall, sources: Sequence[Source]
    ) -> None:
        self._names = list(population.for_each)
        self.kind = shortfall.kind
        self._evidence = evidence = shortfall.evidence
        self._name, self._section = next(iter(evidence.find.items()), ("", ""))
        self._message = PreparedMessage(
            shortfall.breach, {**population.for_each, **evidence.find}, sources, list(evidence.find)
        )
        late = late_day(shortfall)
        self._late = self._message.reads(late) if late else None
        self._asked: dict[tuple[int, ...], _Asked] = {}

    def fallen(
        self, facts: Facts, bound: Rows, told: Sequence[Told], known: Known
    ) -> Fallen | None:
        """Return what is told of the nearest row of which it holds; None where there is none."""
        key = tuple([source for source, _ in told])
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = self._asked_of(facts)
        if not all(_surely(alternatives, bound, known) for alternatives in asked.alone):
            return None
        if not self._section:
            return self._told(told, (), known)
        found = [
            [*told, (NO_SOURCE, known.row_at(self._section, at))]
            for at in asked.found(known.record.sections[self._section] or (), bound, known)
        ]
        if len(found) > 1:
            far = [self._message.distances(rows, known) for rows in found]
            least = min(far)
            found = [rows for rows, one in zip(found, far, strict=True) if one == least]
        ways = (self._told(rows, (rows[-1][1].pointer,), known) for rows in found)
        return min(ways, key=lambda one: (one.sentence, one.nearest), default=None)

    def _told(self, rows: Sequence[Told], nearest: tuple[str, ...], known: Known) -> Fallen:
        done_on = _known_day(self._late(rows, known), known) if self._late else None
        return Fallen(self._message.worded(rows, known), self.kind, nearest, done_on)

    def _asked_of(self, facts: Facts) -> _Asked:
        """Return what is asked of instances whose rows come from the sources of these facts."""
        own = [
            to_source(name, source.way)
            for name, (source, _) in zip(self._names, facts, strict=True)
            if source.way
        ]
        every = [_put(one.alternatives, own) for one in self._evidence.where]
        return _Asked(every, self._name, self._section)


def _put(alternatives: Alternatives, own: Iterable[Substitution]) -> Alternatives:
    for one in own:
        alternatives = tuple(tuple(map(one.test, tests)) for tests in alternatives)
    return alternatives


def _bindings(alternatives: Alternatives) -> frozenset[str]:
    return frozenset().union(*(bindings_of(test) for tests in alternatives for test in tests))


def _surely(alternatives: Alternatives, rows: Rows, known: Known) -> bool:
    return any(known.all_of(tests, rows) for tests in alternatives)


class _Asked:
    """Conditions on the instance's own rows (`alone`), and those on the row that is looked for."""

    def __init__(self, every: Sequence[Alternatives], name: str, section: str) -> None:
        self.alone = [one for one in every if name not in _bindings(one)]
        self._code = _RowCode(name, section)
        asked = " and ".join(self._code.condition(one) for one in every if name in _bindings(one))
        names = ", ".join(("rows", *self._code.own))
        text = f"lambda {names}: [at for at, row in enumerate(rows) if {asked or True}]"
        self._matching = eval(text, self._code.fixed)  # noqa: S307 - of our own making, see above

    def found(self, rows: Sequence[Mapping[str, Any]], bound: Rows, known: Known) -> list[int]:
        """Return the positions of the rows of which all conditions surely hold."""
        if not rows:
            return []
        found: list[int] = self._matching(
            rows, *[prepare(bound, known) for prepare in self._code.own.values()]
        )
        return found


_NOWHERE = object()
"""In place of an id that leads to no row, or of which it is unknown to which."""


class _RowCode:
    """Writes what asks a condition of the row `name` of a section, as an expression on `row`.

    `own` are the names of what is worked out of the instance's own rows, `fixed` of what is always
    the same. The forms in which rows are mostly asked are written out, others are asked plainly.
    """

    def __init__(self, name: str, section: str) -> None:
        self._name = name
        self._section = section
        self.own: dict[str, Prepare] = {}
        self.fixed: dict[str, Any] = {"number": working_day_number}

    def condition(self, alternatives: Alternatives) -> str:
        """Return an expression that is true where the condition surely holds."""
        ways = (" and ".join(map(self._test, tests)) for tests in alternatives)
        return f"({' or '.join(f'({way})' for way in ways)})"

    def _test(self, test: Test) -> str:
        if isinstance(test, FactTest):
            return self._plain(test) if test.fact.field.row.references else self._fact(test)
        left, order, right = test.left, test.order, test.right
        if self._name not in bindings_of_base(left.base):
            left, order, right = right, FLIPPED[order], left
        asked = Comparison(left, order, right, test.when_null)
        if self._name not in bindings_of_base(right.base):
            if isinstance(left.base, Identity):
                return self._reference(asked, left.base.row, test)
            inner = left.base.day.base if isinstance(left.base, WorkingDay) else left.base
            if isinstance(inner, DayOf) and not (inner.or_today or inner.field.row.references):
                return self._day(asked, inner)
        return self._plain(test)

    def _plain(self, test: Test) -> str:
        name, section = self._name, self._section

        def prepare(bound: Rows, known: Known) -> Callable[[dict[str, Any]], bool]:
            def holds(row: dict[str, Any]) -> bool:
                looked_at = KnownRow(section, None, row["id"], row)
                return known.truth(test, {**bound, name: looked_at}) is True

            return holds

        return f"{self._own(prepare)}(row)"

    def _fact(self, test: FactTest) -> str:
        value, negated = f"row.get({test.fact.field.spec.name!r})", test.negated
        match test.fact:
            case Flag():
                return f"{value} is {not negated}"
            case Holds(code=code):
                held = f"{code!r} {'not in' if negated else 'in'} v"
            case OneOf(codes=codes):
                # What may be any category is surely none of these only if it is one of them.
                held = f"v {'not in' if negated else 'in'} {self._fixed(codes)}"
                held += f" and v != {ANY_CATEGORY!r}" * negated
            case Happened():
                return f"{value} is {'' if negated else 'not '}None"
            case _:
                return self._plain(test)
        return f"(v := {value}) is not None and {held}"

    def _day(self, asked: Comparison, day: DayOf) -> str:
        """Ask a day of the row looked for, on the left, or the running number of a working day."""
        base, plus, order = asked.left.base, asked.left.plus, asked.order
        counted = isinstance(base, WorkingDay)
        later = base.day.plus if isinstance(base, WorkingDay) else 0
        owner = next(iter(bindings_of_base(asked.right.base)), "")
        read = bounds_reader(asked.right, owner)

        def prepare(bound: Rows, known: Known) -> int | None:
            limit = read(bound[owner], known) if owner else known.bounds(asked.right, bound)
            if limit is None or (order == "==" and limit[0] != limit[1]):
                return None
            now = working_day_number(known.today) if counted else known.today
            return now - plus + limit[order in (">", ">=")]

        name = self._own(prepare)
        number = f"number(v.toordinal() + {later})" if counted else "v.toordinal()"
        value = f"(v := row.get({day.field.spec.name!r}))"
        stands = f"{number} {order} {name}"
        if not asked.when_null:
            return f"({name} is not None and {value} is not None and {stands})"
        if day.field.spec.role == "event":
            return f"({name} is None or {value} is None or {stands})"
        return f"({name} is None or {value} is not None and {stands})"

    def _reference(self, asked: Comparison, row: RowPath, test: Comparison) -> str:
        """Ask whether the row looked for refers to a row of the instance, or to one from there."""
        other = asked.right.base
        if asked.order != "==" or len(row.references) != 1 or not isinstance(other, Identity):
            return self._plain(test)
        name, references = other.row.binding, other.row.references

        def prepare(bound: Rows, known: Known) -> object:
            if not references:
                return bound[name].id or _NOWHERE
            owner = known.follow(bound[name], references[:-1])
            assert owner is not None  # what may be no row is not followed
            found = owner.value(FIELDS[owner.section][references[-1]])
            return _NOWHERE if found is None or found is UNKNOWN else found

        return f"row.get({row.references[0]!r}) == {self._own(prepare)}"

    def _own(self, prepare: Prepare) -> str:
        name = f"own{len(self.own)}"
        self.own[name] = prepare
        return name

    def _fixed(self, value: object) -> str:
        name = f"fixed{len(self.fixed)}"
        self.fixed[name] = value
        return name
