"""Says which persons of a source belong to one record: by what they share, if few share it.

A wrong join is worse than none: a value that many share (a default, a blank one's number) joins
nobody, and neither does a chain of families that grows beyond any household.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

MOST_SHARING = 12
"""Persons that one value joins: a family, or the children of one conference."""
MOST_TOGETHER = 30
"""Persons of one record, by however many joins."""


class Families:
    """Puts persons together. `refused` counts the values and chains that too many shared."""

    def __init__(self) -> None:
        self._sharing: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._pairs: set[tuple[str, str]] = set()
        self._first: dict[str, str] = {}
        self.refused = 0

    def shares(self, person: str, what: str, value: str) -> None:
        """Take that a person has some value, such as a family's number, with whoever has it too."""
        self._sharing[what, value].add(person)

    def pair(self, one: str, other: str) -> None:
        """Take that two persons belong together."""
        self._pairs.add((min(one, other), max(one, other)))

    def join(self) -> None:
        """Put together all that was taken."""
        groups: dict[str, set[str]] = {}
        for sharing in self._sharing.values():
            if len(sharing) > MOST_SHARING:
                self.refused += 1
            else:
                _unite(groups, sharing)
        for pair in sorted(self._pairs):
            _unite(groups, pair)
        for group in {id(group): group for group in groups.values()}.values():
            if len(group) > MOST_TOGETHER:
                self.refused += 1
                continue
            first = min(group, key=_age_of_name)
            self._first.update(dict.fromkeys(group, first))
        self._sharing.clear()
        self._pairs.clear()

    def is_joined(self, person: str) -> bool:
        """Say whether a person belongs together with another."""
        return person in self._first

    def first_of(self, person: str) -> str:
        """Return the person by whom a record is named: of those put together, the first there.

        That is who has the shortest identifier, and of those the first in order: in most systems
        who was there the longest, so that a family keeps its name when others come.
        """
        return self._first.get(person, person)


def _age_of_name(identifier: str) -> tuple[int, str]:
    return len(identifier), identifier


def _unite(groups: dict[str, set[str]], persons: Iterable[str]) -> None:
    """Let persons, and all who are with one of them already, be one group."""
    persons = list(persons)
    sets = {id(found): found for one in persons if (found := groups.get(one)) is not None}
    group = max(sets.values(), key=len, default=set())
    for other in sets.values():
        if other is not group:
            group |= other
    group.update(persons)
    for one in (person for other in (*sets.values(), persons) for person in other):
        groups[one] = group
