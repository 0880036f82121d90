"""What the engine is not asked, worked out of what it matched: no such row, so many, the last one.

durable-rules joins rows. Its `none` and its `count` cannot be trusted, and to join a row with each
that comes after it costs the square of their number. So it matches the rows that are found, those
of them beside which there is a row that should not be, and those of which something further holds;
the rest is arithmetic on these sets. What comes of it is put among the matches as if a rule had
matched it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from casecheck.engine.batch import Batch
from casecheck.engine.matches import Matches, Members
from casecheck.engine.properties import SELF
from casecheck.engine.ruleset import Combinations, DerivedRule, LastRule, Ruleset
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import DayOf, Field, Quantity
from casecheck.truth.bounds import UNKNOWN_BOUNDS, Bounds
from casecheck.truth.known import Known

_Rows = tuple[str, ...]
"""The numbers of the facts of an instance, and of those found beside it."""


class FoundRows:
    """What the records of a batch say of the rows that its facts come from, by their numbers.

    `known` are the records, those of the batch among them.
    """

    def __init__(self, batch: Batch, known: Sequence[Known]) -> None:
        self._batch = batch
        self._known = known

    def place(self, fact: str) -> tuple[str, int] | None:
        """Return the section of a fact's row and its position; None for one that may be missing.

        A row may have several facts: it is one row all the same.
        """
        source, position = self._batch.origins[int(fact) - 1]
        known = self._known[self._batch.record_of[fact]]
        row = known.row_at(source.section, position)
        return None if row.index is None else (source.section, position)

    def bounds(self, fact: str, day: Field) -> Bounds:
        """Return the bounds of a day of a fact's row, `SELF`."""
        return self.quantity(fact, Quantity(DayOf(day))) or UNKNOWN_BOUNDS

    def quantity(self, fact: str, quantity: Quantity) -> Bounds | None:
        """Return the bounds of a quantity of a fact's row, `SELF`; None for no such event."""
        source, position = self._batch.origins[int(fact) - 1]
        known = self._known[self._batch.record_of[fact]]
        own = Substitution(SELF, SELF, source.fields).quantity(quantity)
        return known.bounds(own, {SELF: known.row_at(source.section, position)})

    def record(self, fact: str) -> int:
        """Return the number of the record that a fact is of."""
        return self._batch.record_of[fact]


def with_derived(ruleset: Ruleset, matches: Matches, rows: FoundRows) -> Matches:
    """Return the matches of a ruleset's rules with those of its derived rules."""
    if not ruleset.derived:
        return matches
    every = dict(matches)
    for name, rule in ruleset.derived.items():
        if found := set(_matches_of(rule, matches, rows)):
            every[name] = found
    return every


def _matches_of(derived: DerivedRule, matches: Matches, rows: FoundRows) -> Iterator[Members]:
    found = _combinations(derived.found, matches)
    by_instance: dict[_Rows, list[_Rows]] = {}
    for one in found:
        by_instance.setdefault(one[: derived.members], []).append(one)
    holds = _test_of(derived, matches, rows)
    for members, of_it in by_instance.items():
        if holds(of_it):
            yield members[0] if len(members) == 1 else members


def _test_of(
    derived: DerivedRule, matches: Matches, rows: FoundRows
) -> Callable[[Sequence[_Rows]], bool]:
    """Return what says of the rows found beside an instance whether they are what is asked for."""
    if derived.last:
        return _LastTest(derived.last, derived.perhaps, matches, rows)
    if derived.at_least > 1:
        return lambda found: _are_enough(derived, found, rows)
    return bool


def _are_enough(derived: DerivedRule, found: Iterable[_Rows], rows: FoundRows) -> bool:
    """Say whether so many different rows were found, each counted once.

    A row that may be missing may be any number of them. It is among those perhaps found alone.
    """
    places = {rows.place(fact) for fact in {one[derived.members] for one in found}}
    return None in places or len(places) >= derived.at_least


class _LastTest:
    """Says whether something holds of the last of the rows found, whichever may be that."""

    def __init__(self, last: LastRule, perhaps: bool, matches: Matches, rows: FoundRows) -> None:
        self._last = last
        self._perhaps = perhaps
        self._rows = rows
        self._surely = _combinations(last.surely, matches)
        self._then = _combinations(Combinations(last.then), matches)

    def __call__(self, found: Sequence[_Rows]) -> bool:
        surely = [self._ends(one) for one in found if one in self._surely]
        # Where the last of those begins that are surely found: what ends before is not the last.
        least = max((first for first, _ in surely), default=None)
        may_be_last = [one for one in found if least is None or self._ends(one)[1] >= least]
        holds = (one in self._then for one in may_be_last)
        return any(holds) if self._perhaps else bool(surely) and all(holds)

    def _ends(self, found: _Rows) -> Bounds:
        """Return the bounds of a row's day, turned round where the earliest is asked for."""
        first, last = self._rows.bounds(found[-1], self._last.day)
        return (first, last) if self._last.kind == "latest" else (-last, -first)


def _combinations(combinations: Combinations, matches: Matches) -> set[_Rows]:
    found = _together(combinations.rules, matches)
    if found and combinations.without:
        found -= _together(combinations.without, matches)
    return {(one,) if isinstance(one, str) else one for one in found}


def _together(rules: Iterable[str], matches: Mapping[str, set[Members]]) -> set[Members]:
    return set().union(*[matches[rule] for rule in rules if rule in matches])
