"""What the tables of measures do not show to whoever a profile is for.

Counts of a period, of all and of each group (a district, a team), are cells; sums link them: the
three outcomes and their members, the groups and all of them, the periods and a longer one. A share
is shown only where it says no more than counts that are shown. So nothing hangs on its rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casecheck.measures.disclosure import Profile, Relation, protect, withheld_words

ALL = ""
"""The group of a row that counts all groups together."""
OUTCOMES = ("met", "not_met", "cannot_tell")
PERHAPS = ("perhaps_not_met", "perhaps_may_be_met")
"""x and y of the contract: perhaps-members not met for certain, and the others. Not shown as such,
but `low` and `high` would tell them."""
PUBLISHED = ("members", *OUTCOMES, "perhaps", "high")


class Key(NamedTuple):
    """One cell: a count of a measure, in a period, of a group."""

    measure: str
    group: str
    period: str
    name: str


@dataclass(frozen=True)
class Row:
    """One line of a measure's table: whole numbers by name, those that it has.

    `members`, `met`, `not_met`, `cannot_tell`, `perhaps`, `perhaps_not_met`, `perhaps_may_be_met`;
    of a count also `high`, which is members and perhaps-members. Other names stand alone.
    """

    measure: str
    period: str
    counts: Mapping[str, int]
    group: str = ALL

    def key(self, name: str) -> Key:
        """Return the cell of one of its counts."""
        return Key(self.measure, self.group, self.period, name)


@dataclass(frozen=True)
class Withheld:
    """Which cells are not shown."""

    cells: frozenset[Key]
    profile: Profile
    number: int
    """How many cells of the output are not shown: counts, shares, their bounds."""

    def shows(self, row: Row, *counts: str) -> bool:
        """Return whether all these counts of a row are shown."""
        return all(row.key(count) not in self.cells for count in counts)

    def shows_share(self, row: Row) -> bool:
        """Return whether the share, met of members, is shown."""
        return _share(row, self.cells, self.profile)

    def shows_low(self, row: Row) -> bool:
        """Return whether the lower bound of the share is shown."""
        return _low(row, self.cells, self.profile)

    def shows_high(self, row: Row) -> bool:
        """Return whether the upper bound of the share is shown."""
        return _high(row, self.cells, self.profile)

    def shows_median(self, row: Row) -> bool:
        """Return whether a median of the members is shown."""
        members = row.counts["members"]
        return self.shows(row, "members") and members >= self.profile.base

    def words(self) -> str:
        """Say that the output is protected, by which rule, and how many cells are not shown."""
        return withheld_words(self.number, self.profile)


def withheld(
    rows: Iterable[Row],
    profile: Profile,
    longer: Mapping[str, Sequence[str]] | None = None,
    links: Iterable[Relation[Key]] = (),
) -> Withheld:
    """Return what of one output is not shown; give all its rows at once, since they are linked.

    Args:
        rows: every line of every table of the output, each once.
        profile: for whom it is.
        longer: a longer period of the output to the periods that make it up.
        links: further sums that hold between cells, such as those of a measure and its parts.
    """
    every = list(rows)
    cells = {row.key(name): number for row in every for name, number in row.counts.items()}
    sums = [*_within(every, cells), *links]
    for total, parts in list(_across(cells, longer or {})):
        sums += _sum(total, parts, cells)
    hidden = protect(cells, sums, profile).cells
    number = sum(key.name in PUBLISHED for key in hidden)
    for row in every:
        number += sum(not shown(row, hidden, profile) for shown in _rates(row))
    return Withheld(hidden, profile, number)


def _rates(row: Row) -> Sequence[Callable[[Row, frozenset[Key], Profile], bool]]:
    """Return what says whether each rate of a row is shown, of those that it has."""
    if "met" not in row.counts or not row.counts["members"]:
        return ()
    return (_share, _low, _high) if "not_met" in row.counts else (_share, _low)


def _within(rows: Iterable[Row], cells: dict[Key, int]) -> Iterable[Relation[Key]]:
    """Yield the sums of each row, and add a cell for outcomes of members that it does not name."""
    for row in rows:
        names = row.counts
        outcomes = [row.key(name) for name in OUTCOMES if name in names]
        if outcomes:
            rest = names["members"] - sum(cells[key] for key in outcomes)
            if len(outcomes) < len(OUTCOMES):
                outcomes.append(row.key("other outcomes"))
                cells[outcomes[-1]] = rest
            yield Relation(row.key("members"), tuple(outcomes))
        for total, parts in (("perhaps", PERHAPS), ("high", ("members", "perhaps"))):
            if all(name in names for name in (total, *parts)):
                yield Relation(row.key(total), tuple(row.key(part) for part in parts))


def _across(
    cells: Mapping[Key, int], longer: Mapping[str, Sequence[str]]
) -> Iterable[tuple[Key, list[Key]]]:
    """Yield each cell that adds up others, of groups or of periods, with those that there are."""
    groups: dict[tuple[str, str, str], list[Key]] = {}
    for key in cells:
        if key.group != ALL:
            groups.setdefault((key.measure, key.period, key.name), []).append(key)
    for key in cells:
        if key.group == ALL and (parts := groups.get((key.measure, key.period, key.name))):
            yield key, parts
        parts = [key._replace(period=period) for period in longer.get(key.period, ())]
        if there := [part for part in parts if part in cells]:
            yield key, there


def _sum(total: Key, parts: Sequence[Key], cells: dict[Key, int]) -> Iterable[Relation[Key]]:
    """Return the sum by which the parts make the total, and add the cell that this may need.

    Persons may be in two groups: by how much they are more is taken to be known to a reader. Who is
    in no group is a cell of its own.
    """
    twice = sum(cells[part] for part in parts) - cells[total]
    if twice >= 0:
        return [Relation(total, tuple(parts), twice)]
    rest = total._replace(name=f"{total.name} in none of {len(parts)} parts")
    cells[rest] = -twice
    return [Relation(total, (*parts, rest))]


def _share(row: Row, hidden: frozenset[Key], profile: Profile) -> bool:
    """Whether met of members is shown.

    Were the rest of the members too small to be shown, one of these two would be hidden.
    """
    return _shown(row, hidden, "members", "met") and row.counts["members"] >= profile.base


def _low(row: Row, hidden: frozenset[Key], profile: Profile) -> bool:
    """Whether m of m + b + u + x is shown: beside the members it tells x."""
    of = row.counts["members"] + row.counts.get("perhaps_not_met", 0)
    return _shown(row, hidden, "members", "met", "perhaps_not_met") and of >= profile.base


def _high(row: Row, hidden: frozenset[Key], profile: Profile) -> bool:
    """Whether all but b of m + b + u + y is shown: beside the members it tells b and y."""
    of = row.counts["members"] + row.counts.get("perhaps_may_be_met", 0)
    return _shown(row, hidden, "members", "not_met", "perhaps_may_be_met") and of >= profile.base


def _shown(row: Row, hidden: frozenset[Key], *names: str) -> bool:
    return not any(row.key(name) in hidden for name in names)
