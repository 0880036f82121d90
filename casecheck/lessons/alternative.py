"""One way in which a check is met: rows that are looked for, and what is asked of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from casecheck.lessons.condition import Condition
from casecheck.lessons.terms import FactTest, Field, Happened, Quantity, RowPath


@dataclass(frozen=True, slots=True)
class Absence:
    """Rows of which none may be there: one for each name in `find`, for which all of `where` hold.

    The conditions may name the instance's rows, those that are found, and its own.
    """

    find: Mapping[str, str]
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """How many rows there must be, and the parameter that says so, "" where the page does."""

    number: int
    parameter: str = ""

    def __str__(self) -> str:
        return self.parameter or str(self.number)


LastKind = Literal["latest", "earliest"]
"""Which of some rows is spoken of: the one whose day comes last, or first."""
LASTS: tuple[LastKind, ...] = get_args(LastKind)


@dataclass(frozen=True, slots=True)
class LastRow:
    """Of the rows found the one whose `day` is the latest, or the earliest: `then` holds of it."""

    kind: LastKind
    day: Field
    then: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a check is met, its exclusion applies, or its population is given.

    It holds where there are rows, one for each name in `find` (name to section or concept), for
    which all conditions hold; with no `find`, where the conditions hold. Each row of `find` is a
    condition of those before it: where the section of one is unknown it may hold, whatever is
    recorded of those after it. Rows beside which there is
    one of `without` are none of these. With `at_least` it holds where there are so many different
    rows for the first name in `find`; with `last`, where that holds of the last of them.
    """

    means: str
    find: Mapping[str, str]
    where: tuple[Condition, ...]
    without: Absence | None = None
    at_least: AtLeast | None = None
    last: LastRow | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it asks no more than that there are rows for which the conditions hold."""
        return self.without is None and self.at_least is None and self.last is None

    @property
    def rows(self) -> Mapping[str, str]:
        """All rows that it names beside those of the instance, also those of `without`."""
        return {**self.find, **self.without.find} if self.without else self.find

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All its conditions, wherever they stand."""
        without = self.without.where if self.without else ()
        then = self.last.then if self.last else ()
        return (*self.where, *without, *then) if without or then else self.where

    @property
    def reads(self) -> tuple[Condition, ...]:
        """All that it reads, as conditions: its own, and one that reads the day of the last row."""
        if self.last is None:
            return self.conditions
        test = FactTest(Happened(self.last.day))
        day = Condition(str(self.last.day), self.where[0].place, ((test,),), frozenset())
        return (*self.conditions, day)

    @property
    def question(self) -> Hashable:
        """What is equal for two alternatives that ask the same, whatever they are said to mean.

        The only row of its kind that is looked for may have any name.
        """
        kinds = list(self.rows.values())
        names = {name: f"({kind})" for name, kind in self.rows.items() if kinds.count(kind) == 1}

        def asked(find: Mapping[str, str], where: tuple[Condition, ...]) -> Hashable:
            # In their order: each is a condition of those before it.
            rows = tuple((names.get(name, name), kind) for name, kind in find.items())
            return rows, frozenset(one.question(names) for one in where)

        without = self.without and asked(self.without.find, self.without.where)
        number = self.at_least.number if self.at_least else 1
        last = self.last and (self.last.kind, self.last.day.spec.name, asked({}, self.last.then))
        return asked(self.find, self.where), without, number, last


@dataclass(frozen=True, slots=True)
class Once:
    """Instances are told once in so many days, those whose row `same` is the same; `day` is theirs.

    `parameter` says how many, "" where the page does.
    """

    days: int
    parameter: str
    same: RowPath
    day: Quantity
