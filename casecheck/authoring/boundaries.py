"""Find, for each number of a page, whether examples stand on both sides of it.

A condition with a number (`change.on + 28 <= today`) is proved by two examples: one in which it
only just holds, and one in which it fails by a single unit. A unit is a day, a working day or a
code, and for births, of which no day is known, the month (or year) to which the birth is known. In
both, all else must be so that the outcome hangs on this one comparison. The values come from the
reference reading of the examples; a parameter counts as the number that it stands for. The first
and the last day on which something is in force are numbers too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Check, Concept, Lesson, Population
from casecheck.lessons.periods import ALWAYS, Period
from casecheck.lessons.terms import (
    Birthday,
    Calendar,
    CodeOf,
    Comparison,
    Distinct,
    Quantity,
    WorkingDay,
    Zero,
    is_range,
    is_row,
)
from casecheck.record.model import FIELDS
from casecheck.record.working_days import working_day_number
from casecheck.truth.bounds import UNKNOWN_BOUNDS, Bounds, birthdays, compare
from casecheck.truth.kleene import Truth
from casecheck.truth.plain_reading import Bound, PlainReading, to_row

UNITS = {"day": "days", "working day": "working days", "code": "codes", "month": "months"}


@dataclass(slots=True)
class Number:
    """A comparison with a number, and which sides of it the examples read so far have shown.

    `rest` are the conditions that stand beside it, `period` the days on which it is in force.
    `nearest` is, for each side, the least distance seen in an example and that example's name,
    where distances can be counted.
    """

    condition: Condition
    comparison: Comparison
    rest: list[Condition]
    period: Period
    holds: bool = False
    fails: bool = False
    nearest: dict[bool, tuple[int, str]] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """By what the comparison counts: a day, a working day, a code or a month."""
        bases = [self.comparison.left.base, self.comparison.right.base]
        if any(is_range(base) for base in bases):
            return "month"
        if any(isinstance(base, WorkingDay) for base in bases):
            return "working day"
        return "code" if any(isinstance(base, Distinct) for base in bases) else "day"


class ConceptNumbers:
    """The numbers in the conditions that make a concept's rows what they are."""

    def __init__(self, concept: Concept) -> None:
        self.concept = concept
        self._sources = [
            ({source.binding: source.section}, list(_numbers(source.where, frozenset(), ALWAYS)))
            for source in concept.rows
        ]

    @property
    def numbers(self) -> list[Number]:
        """All of them, in the page's order."""
        return [number for _, numbers in self._sources for number in numbers]

    def read(self, reading: PlainReading, example: str) -> None:
        """Note what one example shows."""
        for names, numbers in self._sources:
            for number in numbers:
                _read(number, names, [{}], reading, example)


class CheckNumbers:
    """The numbers in the conditions of a check."""

    def __init__(self, lesson: Lesson, check: Check) -> None:
        # Where a standard is nought, the number cannot be seen in what is compared.
        zero = frozenset(
            name
            for name, parameter in lesson.parameters.items()
            if any(standard.value == 0 for standard in parameter.standards)
        )
        self.check = check
        self._populations = [_PopulationNumbers(one, zero) for one in check.populations]

    @property
    def numbers(self) -> list[Number]:
        """All of them, in the page's order."""
        return [number for one in self._populations for number in one.numbers]

    def read(self, reading: PlainReading, example: str) -> None:
        """Note what one example shows."""
        for one in self._populations:
            one.read(reading, example)


class _PopulationNumbers:
    def __init__(self, population: Population, zero: frozenset[str]) -> None:
        self.population = population
        period = population.period
        self._own = list(_numbers(population.where, zero, period))
        self._others = [
            one
            for alternative in (*population.given, *population.unless)
            for one in _of_alternative(alternative, zero, period)
        ]
        self._met_by = [
            one
            for alternative in population.met_by
            for one in _of_alternative(alternative, zero, period)
        ]

    @property
    def numbers(self) -> list[Number]:
        alternatives = chain.from_iterable(numbers for _, numbers in (*self._others, *self._met_by))
        return [*self._own, *alternatives]

    def read(self, reading: PlainReading, example: str) -> None:
        population = self.population
        for number in self._own:
            _read(number, population.for_each, [{}], reading, example)
        found = reading.combinations(population.for_each, population.where, {})
        belong = [bound for bound, truth in found if truth is True]
        for find, numbers in self._others:
            for number in numbers:
                _read(number, find, belong, reading, example)
        asked = [one for one in belong if reading.membership(population, one, True) is True]
        for find, numbers in self._met_by:
            for number in numbers:
                _read(number, find, asked, reading, example)


def concepts_of(check: Check) -> set[str]:
    """Return the sections and concepts whose rows a check asks for."""
    return {
        kind
        for one in check.populations
        for names in (
            one.for_each,
            *(alternative.rows for alternative in (*one.given, *one.unless, *one.met_by)),
        )
        for kind in names.values()
    }


# --- numbers in conditions ---


def _of_alternative(
    alternative: Alternative, zero: frozenset[str], period: Period
) -> Iterator[tuple[Mapping[str, str], list[Number]]]:
    """Yield the numbers in the conditions of an alternative, and the rows that those name."""
    yield alternative.find, list(_numbers(alternative.where, zero, period))
    if alternative.without:
        numbers = list(_numbers(alternative.without.where, zero, period))
        for number in numbers:
            number.rest += alternative.where
        yield alternative.rows, numbers
    if alternative.last:
        numbers = list(_numbers(alternative.last.then, zero, period))
        for number in numbers:
            number.rest += alternative.where
        yield alternative.find, numbers


def _numbers(where: Sequence[Condition], zero: frozenset[str], period: Period) -> Iterator[Number]:
    """Yield each comparison with a number, once a condition."""
    for condition in where:
        tests = dict.fromkeys(chain.from_iterable(condition.alternatives))
        for test in tests:
            if isinstance(test, Comparison) and _has_number(test, condition, zero):
                rest = [other for other in where if other is not condition]
                yield Number(condition, test, rest, period)


def _has_number(test: Comparison, condition: Condition, zero: frozenset[str]) -> bool:
    bases = [test.left.base, test.right.base]
    if is_row(bases[0]) or isinstance(bases[0], CodeOf):
        return False
    if test.left.plus or test.right.plus or (condition.used & zero):
        return True
    if any(isinstance(base, WorkingDay | Calendar) or _has_age(base) for base in bases):
        return True
    return any(isinstance(base, Zero) for base in bases) and any(
        isinstance(base, Distinct) for base in bases
    )


def _has_age(base: object) -> bool:
    return isinstance(base, Birthday) and base.years > 0


# --- what an example shows of a number ---


def _read(
    number: Number,
    names: Mapping[str, str],
    outer: Iterable[Bound],
    reading: PlainReading,
    example: str,
) -> None:
    """Note the sides on which rows of an example stand, all else being fulfilled."""
    for bound in outer:
        for rows, truth in reading.combinations(names, number.rest, bound):
            if truth is True and _hangs_on(number, rows, reading):
                _note(number, rows, reading, example)


def _hangs_on(number: Number, rows: Bound, reading: PlainReading) -> bool:
    """Say whether the condition holds if the comparison does, and fails if that fails."""

    def condition(assumed: bool) -> Truth:
        truths = [
            [
                assumed if test == number.comparison else reading.test(test, rows)
                for test in alternative
            ]
            for alternative in number.condition.alternatives
        ]
        if any(all(truth is True for truth in one) for one in truths):
            return True
        return False if all(False in one for one in truths) else None

    return condition(True) is True and condition(False) is False


def _note(number: Number, rows: Bound, reading: PlainReading, example: str) -> None:
    comparison = number.comparison
    left, right = reading.bounds(comparison.left, rows), reading.bounds(comparison.right, rows)
    if left is None or right is None or UNKNOWN_BOUNDS in (left, right):
        return
    truth = compare(left, comparison.order, right)
    if truth is None:
        return
    if number.unit == "month":
        just = _flips(comparison, rows, reading, truth)
    else:
        distance = _distance(comparison, left, right)
        just = distance == 0
        number.nearest[truth] = min(
            number.nearest.get(truth, (distance, example)), (distance, example)
        )
    number.holds |= just and truth
    number.fails |= just and not truth


def _distance(comparison: Comparison, left: Bounds, right: Bounds) -> int:
    """Return by how many units a comparison holds, or fails, further than it only just does."""
    gap = right[0] - left[0]
    match comparison.order:
        case "==":
            return max(abs(gap) - 1, 0)
        case "<=":
            return gap if gap >= 0 else -gap - 1
        case "<":
            return gap - 1 if gap > 0 else -gap
        case ">=":
            return -gap if gap <= 0 else gap - 1
        case _:
            return -gap - 1 if gap < 0 else gap


def _flips(comparison: Comparison, rows: Bound, reading: PlainReading, truth: bool) -> bool:
    """Say whether a birth a month (or year) earlier or later would make it otherwise."""
    left, right = comparison.left, comparison.right
    sides = (
        [_moved(left, rows, reading, by) for by in (-1, 0, 1)],
        [_moved(right, rows, reading, by) for by in (-1, 0, 1)],
    )
    lefts, rights = sides
    moved = [(lefts[0], rights[1]), (lefts[2], rights[1]), (lefts[1], rights[0])]
    moved.append((lefts[1], rights[2]))
    return any(compare(one, comparison.order, other) is not truth for one, other in moved)


def _moved(quantity: Quantity, rows: Bound, reading: PlainReading, by: int) -> Bounds:
    """Return a quantity's bounds if the birth in it were known as a month (or year) later."""
    base, known = quantity.base, reading.known
    if isinstance(base, WorkingDay):
        inner = _moved(base.day, rows, reading, by)
        now = working_day_number(known.today)
        first, last = (working_day_number(known.today + day) - now for day in inner)
    elif isinstance(base, Birthday):
        name = base.person.binding
        path = to_row(name, rows[name]).row(base.person)
        person = known.row(path, {name: rows[name].row})
        assert person is not None  # its bounds are known
        born = _later(person.value(FIELDS["people"]["born"]), by)
        first, last = (day - known.today for day in birthdays(born, base.years))
    else:
        bounds = reading.bounds(Quantity(base), rows)
        assert bounds is not None  # they are known
        first, last = bounds
    return first + quantity.plus, last + quantity.plus


def _later(born: str, by: int) -> str:
    if len(born) == len("2008"):
        return f"{int(born) + by:04}"
    months = int(born[:4]) * 12 + int(born[5:]) - 1 + by
    return f"{months // 12:04}-{months % 12 + 1:02}"
