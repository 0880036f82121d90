"""Turn a lesson into rulesets for the engine and the layout of the facts that they read.

Every condition has two readings: *must* (true whatever the unknowns are) and *may* (true for some
of what they could be). A quantity is a fact's property with a lower and an upper bound, and each
reading of a comparison looks at the bound that decides it; a test of codes or flags is a property
of 0 (false), 1 (unknown) or 2 (true). So the engine needs no `not`, no `or` and no arithmetic:
each rule is a plain conjunction, and what is missing is found afterwards, by set arithmetic.

Where a record leaves nothing of what the lesson reads unknown, both readings are one, and the
`EXACT` ruleset asks it once with one number a quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from casecheck.engine.compiled import CompiledLesson
from casecheck.engine.folding import folded
from casecheck.engine.limits import TooMuch, refuse_too_many_rules, refuse_too_much
from casecheck.engine.properties import SELF
from casecheck.engine.rule_rows import Conjunction, ReadTest, RowWriter
from casecheck.engine.ruleset import (
    Combinations,
    DerivedRule,
    Kind,
    LastRule,
    MemberRule,
    OfMember,
    OnceRule,
    PopulationRules,
    Reading,
    ReadingRules,
    Rule,
    Ruleset,
)
from casecheck.lessons.alternative import Alternative, LastRow, Once
from casecheck.lessons.condition import Condition
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Lesson, Population
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import (
    Comparison,
    Identity,
    Quantity,
    RowPath,
    Test,
    Zero,
    bindings_of,
    bindings_of_base,
)
from casecheck.truth.bounds import FAR


def compile_lesson(lesson: Lesson, *, all_evidence: bool = False) -> CompiledLesson:
    """Compile a lesson's checks into its two rulesets.

    `all_evidence`: also what may be met of rows that only may be asked about. No outcome hangs on
    it, so that lessons do without; a measure counts such rows apart.
    """
    try:
        exact, bounded = (
            _RulesetWriter(lesson, exact=one, all_evidence=all_evidence).ruleset()
            for one in (True, False)
        )
        for ruleset in (exact, bounded):
            refuse_too_much(ruleset)
    except TooMuch as error:
        raise RulesError([lesson.checks[0].place.error(str(error))]) from None
    return CompiledLesson(lesson, exact, bounded)


class _RulesetWriter:
    """Writes the rules of one lesson for one way of reading."""

    def __init__(self, lesson: Lesson, *, exact: bool, all_evidence: bool) -> None:
        self.lesson = lesson
        self._other = {**_OTHER, Reading.MAY: Reading.MAY} if all_evidence else _OTHER
        self.kinds: dict[str, Kind] = {}
        self.readings = (Reading.EXACT,) if exact else (Reading.MUST, Reading.MAY)
        self.names: dict[Rule, str] = {}
        self.derived: dict[DerivedRule, str] = {}

    def ruleset(self) -> Ruleset:
        checks = tuple(
            tuple(self._population(population) for population in check.populations)
            for check in self.lesson.checks
        )
        rules = {name: rule for rule, name in self.names.items()}
        derived = {name: rule for rule, name in self.derived.items()}
        return Ruleset(self.kinds, rules, checks, derived)

    def _population(self, population: Population) -> PopulationRules:
        names = tuple(population.for_each)
        rows = tuple(map(RowPath, names))
        if self.readings == (Reading.EXACT,):
            population, rows = folded(population)
        must, *may = (self._reading_rules(population, reading) for reading in self.readings)
        if any(one.last for one in population.ways) and not may:
            # Of two rows of one day either may be the last, though nothing is unknown.
            may = [self._reading_rules(population, Reading.EXACT, perhaps=True)]
        once = None
        if population.once:
            once = _once(population.once, dict(zip(names, rows, strict=True)))
        return PopulationRules(must, may[0] if may else must, rows, once)

    def _reading_rules(
        self, population: Population, reading: Reading, perhaps: bool = False
    ) -> ReadingRules:
        """Write the rules for a reading; `perhaps`: of what is unsure in an exact one, too."""
        perhaps = perhaps or reading is Reading.MAY
        unless, met_by = (
            tuple(self._evidence_rules(population, ways, reading, perhaps))
            for ways in (population.unless, population.met_by)
        )
        members = tuple(self._population_rules(population, reading, perhaps))
        return ReadingRules(members, excluded=unless, met=met_by)

    def _population_rules(
        self, population: Population, reading: Reading, perhaps: bool
    ) -> Iterator[str]:
        """Write the rules that find the population: one for each alternative of it."""
        for alternative in population.given or (Alternative("", {}, ()),):
            if not alternative.is_plain:
                yield self._derived(_whole(population, reading), alternative, reading, perhaps)
                continue
            where = (*population.where, *alternative.where)
            # Where nothing is unknown, every row may be asked about.
            about = frozenset(population.for_each if reading is not Reading.EXACT else ())
            # The exact rules say too which records a lesson may apply to.
            for find, tests in _searches(alternative.find, where, reading is not Reading.MUST):
                rows = {**population.for_each, **find}
                asked = Conjunction(rows, _read(tests, reading), _certain(rows, reading), about)
                yield self._add(asked, len(population.for_each))

    def _evidence_rules(
        self,
        population: Population,
        alternatives: Iterable[Alternative],
        reading: Reading,
        perhaps: bool,
    ) -> Iterator[MemberRule]:
        """Write the rules for each alternative, joined to those members that it speaks of.

        Evidence in one reading is wanted for the population in the other, so the members are read
        the other way than what is found for them.
        """
        other = self._other[reading]
        names = list(population.for_each)
        for alternative in alternatives:
            if not alternative.is_plain:
                asked = _named_by(population, alternative, other)
                rule_name = self._derived(asked, alternative, reading, perhaps)
                yield MemberRule(rule_name, _columns(names, asked.rows))
                continue
            may = reading is Reading.MAY
            for find, tests in _searches(alternative.find, alternative.where, may):
                members = _members_named(population, tests)
                rows = {**{name: population.for_each[name] for name in members}, **find}
                must = members if other is Reading.MUST else []
                must = [*must, *(find if reading is Reading.MUST else ())]
                read = [(test, reading) for test in tests]
                read += [(test, other) for test in _tests_alone_of(population, members)]
                rule = Conjunction(rows, tuple(read), frozenset(must))
                yield MemberRule(self._add(rule, len(members)), _columns(names, members))

    def _derived(
        self, asked: _Asked, alternative: Alternative, reading: Reading, perhaps: bool
    ) -> str:
        """Write the rules for an alternative that asks more than that there are some rows."""
        last = None
        if alternative.last:
            last = self._last(asked, alternative, alternative.last, reading)
        derived = DerivedRule(
            len(asked.rows),
            self._combinations(asked, alternative, _widest(reading) if last else reading),
            alternative.at_least.number if alternative.at_least else 1,
            last,
            perhaps,
        )
        return self.derived.setdefault(derived, f"d{len(self.derived)}")

    def _combinations(
        self, asked: _Asked, alternative: Alternative, reading: Reading
    ) -> Combinations:
        """Write the rules that find the rows of an alternative, beside those of an instance.

        What must not be there is read the other way: evidence is sure where surely nothing is.
        """
        only_first = alternative.at_least and not alternative.without

        def rule(
            rows: Mapping[str, str], found: int, certain: Iterable[str], *tests: ReadTest
        ) -> str:
            told = len(asked.rows) + (1 if only_first else found)
            rows, sure = {**asked.rows, **rows}, asked.certain | frozenset(certain)
            return self._add(Conjunction(rows, tests, sure, asked.about), told)

        may = reading is Reading.MAY or (asked.is_whole and reading is Reading.EXACT)
        searches = list(_searches(alternative.find, alternative.where, may))
        rules = [
            rule(find, len(find), _certain(find, reading), *members, *_read(tests, reading))
            for find, tests in searches
            for members in asked.conjunctions
        ]
        without = []
        if absence := alternative.without:
            find, other = alternative.find, _OTHER[reading]
            # Of what they say of the rows found no more is needed than what spares matches.
            alone = (*asked.alone, *_read(_certain_tests(alternative.where), reading))
            without = [
                rule(
                    {**find, **beside},
                    len(find),
                    _certain(find, reading) | _certain(beside, other),
                    *alone,
                    *_read(tests, other),
                )
                for beside, tests in _searches(absence.find, absence.where, other is Reading.MAY)
            ]
        return Combinations(tuple(rules), tuple(without))

    def _last(
        self, asked: _Asked, alternative: Alternative, last: LastRow, reading: Reading
    ) -> LastRule:
        """Write the rules that find the rows of which holds what must hold of the last of them."""
        rows = {**asked.rows, **alternative.find}
        alone = (*asked.alone, *_read(_certain_tests(alternative.where), _widest(reading)))
        then = tuple(
            self._add(
                Conjunction(rows, (*alone, *_read(tests, reading)), asked.certain, asked.about),
                len(rows),
            )
            for tests in _conjunctions(last.then)
        )
        day = Substitution(last.day.row.binding, SELF).field(last.day)
        surely = self._combinations(asked, alternative, _narrowest(reading))
        return LastRule(last.kind, day, surely, then)

    def _add(self, conjunction: Conjunction, members: int) -> str:
        """Return the name of a rule, written now or before; its first rows are the members."""
        rule = Rule(RowWriter(self.kinds, conjunction).rows(), members)
        return self.names.setdefault(rule, f"r{len(self.names)}")


def _once(once: Once, reached: Mapping[str, RowPath]) -> OnceRule:
    """Return how instances are put into clusters, by the rows that the rules tell of them.

    `reached` says of each of an instance's rows how it is reached from those.
    """
    members = [row.binding for row in reached.values() if not row.references]

    def of_member(quantity: Quantity) -> OfMember:
        (name,) = bindings_of_base(quantity.base)
        row = reached[name]
        put = Substitution(name, SELF, through=row.references)
        return OfMember(members.index(row.binding), put.quantity(quantity))

    return OnceRule(once.days, of_member(once.day), of_member(Quantity(Identity(once.same))))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The rows of an instance that an alternative is joined to, and what is asked of them.

    `conjunctions` are ways in which it may hold, `alone` what holds in all of them. `is_whole`:
    they are all rows of the instance, with all that says who is asked.
    """

    rows: Mapping[str, str]
    conjunctions: tuple[tuple[ReadTest, ...], ...]
    alone: tuple[ReadTest, ...]
    certain: frozenset[str]
    about: frozenset[str]
    is_whole: bool


def _whole(population: Population, reading: Reading) -> _Asked:
    """Return all rows of an instance, with all that is asked of them, read in one way."""
    rows = population.for_each
    return _Asked(
        rows,
        tuple(_read(tests, reading) for tests in _conjunctions(population.where)),
        _read(_certain_tests(population.where), reading),
        _certain(rows, reading),
        frozenset(rows if reading is not Reading.EXACT else ()),
        is_whole=True,
    )


def _named_by(population: Population, alternative: Alternative, reading: Reading) -> _Asked:
    """Return the rows of an instance that evidence speaks of, with what is asked of them alone."""
    tests = [test for one in alternative.conditions for tests in one.alternatives for test in tests]
    members = _members_named(population, tests)
    alone = _read(_tests_alone_of(population, members), reading)
    rows = {name: population.for_each[name] for name in members}
    return _Asked(rows, (alone,), alone, _certain(rows, reading), frozenset(), is_whole=False)


def _read(tests: Iterable[Test], reading: Reading) -> tuple[ReadTest, ...]:
    return tuple((test, reading) for test in tests)


def _certain(rows: Iterable[str], reading: Reading) -> frozenset[str]:
    """Return those rows that must be in the record for certain."""
    return frozenset(rows if reading is Reading.MUST else ())


def _widest(reading: Reading) -> Reading:
    return reading if reading is Reading.EXACT else Reading.MAY


def _narrowest(reading: Reading) -> Reading:
    return reading if reading is Reading.EXACT else Reading.MUST


def _columns(names: Sequence[str], members: Iterable[str]) -> tuple[int, ...] | None:
    """Return the positions of some rows of an instance; None where they are all, in order."""
    columns = tuple(map(names.index, members))
    return None if len(columns) == len(names) else columns


def _members_named(population: Population, tests: Iterable[Test]) -> list[str]:
    """Return the rows of an instance that some tests of evidence speak of.

    What speaks of no row of the instance holds for all: it is joined to the first.
    """
    named = {binding for test in tests for binding in bindings_of(test)}
    members = [name for name in population.for_each if name in named]
    return members or list(population.for_each)[:1]


def _tests_alone_of(population: Population, members: Sequence[str]) -> Iterator[Test]:
    """Yield the population's own tests of some of its rows.

    They only spare the engine matches that no instance would use: the sets are cut with the
    population's afterwards.
    """
    for test in _certain_tests(population.where):
        if bindings_of(test) and bindings_of(test) <= set(members):
            yield test


def _certain_tests(where: Iterable[Condition]) -> Iterator[Test]:
    """Yield the tests that must hold whichever alternative of each condition does."""
    for condition in where:
        if len(condition.alternatives) == 1:
            yield from condition.alternatives[0]


_OTHER = {
    Reading.EXACT: Reading.EXACT,
    Reading.MUST: Reading.MAY,
    Reading.MAY: Reading.MUST,
}


def _searches(
    find: Mapping[str, str], where: Sequence[Condition], may: bool
) -> Iterator[tuple[Mapping[str, str], tuple[Test, ...]]]:
    """Yield the rows that are looked for, with each way in which all that is asked of them holds.

    `may`: also the first of them alone, the section of the last of these being unknown. Then there
    may be such a row, whatever is recorded of those named after it: they are conditions of it.
    """
    for tests in _conjunctions(where):
        yield find, tests
    names = list(find)
    for number in range(1, len(names) if may else 1):
        first, later = names[:number], frozenset(names[number:])
        asked = [condition for condition in where if later.isdisjoint(condition.names)]
        for tests in _conjunctions(asked):
            yield {name: find[name] for name in first}, (*tests, _is_of_unknown_section(first[-1]))


def _is_of_unknown_section(name: str) -> Test:
    """Ask of a row whether it is the one that an unknown section stands for.

    That one alone may have any number: a row that may be missing has none of those that are there.
    """
    row = Quantity(Identity(RowPath(name)))
    return Comparison(row, "<=", Quantity(Zero(), -FAR), when_null=False)


def _conjunctions(conditions: Iterable[Condition]) -> Iterator[tuple[Test, ...]]:
    """Yield each way to choose one alternative of every condition, as one list of tests."""
    alternatives = [condition.alternatives for condition in conditions]
    refuse_too_many_rules(prod(map(len, alternatives)))
    for chosen in product(*alternatives):
        yield tuple(dict.fromkeys(test for tests in chosen for test in tests))
