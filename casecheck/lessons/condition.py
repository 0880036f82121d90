"""A condition as read: its text, its tests, and what it asks whatever its rows are called."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from casecheck.lessons.nodes import Place
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import Alternatives, bindings_of, question_of


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a page: its text, its place, its tests, and the names that it used.

    `counted` says of each parameter by which unit it is counted here: days or working days.
    """

    text: str
    place: Place
    alternatives: Alternatives
    used: frozenset[str]
    counted: frozenset[tuple[str, str]] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """The names of the rows that it reads."""
        tests = chain.from_iterable(self.alternatives)
        return frozenset().union(*map(bindings_of, tests))

    def question(self, names: Mapping[str, str] = MappingProxyType({})) -> Hashable:
        """Return what is equal for two conditions that ask the same, rows having other `names`.

        A parameter is not the number that it happens to have: a board may set another.
        """
        alternatives = self.alternatives
        for name, other in names.items():
            put = Substitution(name, other)
            alternatives = tuple(tuple(map(put.test, tests)) for tests in alternatives)
        return question_of(alternatives), frozenset(names.get(one, one) for one in self.used)
