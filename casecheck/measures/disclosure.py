"""Small numbers: which cells of linked tables are not shown, so that nobody can work them out.

A profile says which counts are not shown. Where sums would give one away, further cells are hidden
with it. `casecheck.measures.withheld` does so for the tables of measures.
"""

from __future__ import annotations

import tomllib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

from casecheck.measures.attack import Linked
from casecheck.measures.suppression import hidden_cells
from casecheck.text.counted import counted

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True)
class Profile:
    """What is not shown, and to whom."""

    name: str
    audience: str
    rule: str
    """In words, as an output says it."""
    most: int = 0
    """Counts from 1 to so many are not shown; 0 where all are."""
    base: int = 0
    """A share or median of fewer is not shown."""
    source: str | None = None

    def hides(self, count: int) -> bool:
        """Return whether a count is not shown for its own sake."""
        return 0 < count <= self.most


@dataclass(frozen=True)
class Relation(Generic[Cell]):
    """A sum that holds, and that a reader knows to hold."""

    total: Cell
    parts: tuple[Cell, ...]
    twice: int = 0
    """By how much the parts are more than the total, such as persons who are in two groups."""


@dataclass(frozen=True)
class Suppressed(Generic[Cell]):
    """The cells that are not shown: `primary` for their own sake, `secondary` for theirs."""

    primary: frozenset[Cell]
    secondary: frozenset[Cell]
    profile: Profile

    @property
    def cells(self) -> frozenset[Cell]:
        """All cells that are not shown. An output does not tell which are which."""
        return self.primary | self.secondary

    def words(self) -> str:
        """Say that the output is protected, by which rule, and how many cells are not shown."""
        return withheld_words(len(self.cells), self.profile)


def withheld_words(number: int, profile: Profile) -> str:
    """Say how many cells are not shown, by which rule; empty for a profile that hides nothing."""
    if not profile.most:
        return ""
    cells = counted(number, "cell is", "cells are")
    more = "; further cells are, where they would give those away" if number else ""
    return f"{cells} withheld, by the rule {profile.name}: {profile.rule}{more}."


@cache
def profiles() -> Mapping[str, Profile]:
    """Return the profiles that casecheck ships, by name."""
    text = files("casecheck.measures").joinpath("profiles.toml").read_text(encoding="utf-8")
    return read_profiles(text)


def read_profiles(text: str) -> dict[str, Profile]:
    """Return the profiles of a TOML text, a table each.

    Raises:
        ValueError: where it is no TOML, or a profile lacks what it must have or has it wrongly.
    """
    found = {}
    for name, table in tomllib.loads(text).items():
        try:
            profile = Profile(name, **table)
        except TypeError as error:
            raise ValueError(f"profile {name}: {_plain(error)}") from None
        for field in ("most", "base"):
            value: Any = getattr(profile, field)
            if type(value) is not int or value < 0:
                raise ValueError(f"profile {name}: {field} must be a whole number, 0 or more")
        found[name] = profile
    return found


def _plain(error: TypeError) -> str:
    """Return what a call missed or did not know, without the name of the function."""
    return str(error).partition("() ")[2]


def protect(
    cells: Mapping[Cell, int], relations: Iterable[Relation[Cell]], profile: Profile
) -> Suppressed[Cell]:
    """Return which cells are not shown, as few as can be.

    The order of cells and relations changes nothing; cells are told apart by their `repr` where two
    choices are equally good.

    Raises:
        ValueError: where a count is negative, or a sum does not hold or names no cell.
        MissingExtra: where scipy is needed and not there.
    """
    ordered = sorted(cells, key=repr)
    sums = sorted(set(relations), key=repr)
    _check(cells, sums)
    primary = frozenset(cell for cell in ordered if profile.hides(cells[cell]))
    hidden: set[Cell] = set(primary)
    for group, within in _groups(ordered, sums, cells):
        if not primary.isdisjoint(group):
            hidden |= _hidden_of(group, within, cells, profile)
    return Suppressed(primary, frozenset(hidden - primary), profile)


def _check(cells: Mapping[Cell, int], sums: Iterable[Relation[Cell]]) -> None:
    for cell, count in cells.items():
        if count < 0:
            raise ValueError(f"the count of {cell!r} is negative")
    for relation in sums:
        missing = [cell for cell in (relation.total, *relation.parts) if cell not in cells]
        if missing:
            raise ValueError(f"a sum names {missing[0]!r}, which is no cell")
        parts = sum(cells[part] for part in relation.parts)
        # Where a total is 0 there is nobody to be counted twice.
        if cells[relation.total] + relation.twice != parts or (parts and not cells[relation.total]):
            raise ValueError(f"the parts of {relation.total!r} do not add up to it")


def _groups(
    ordered: Iterable[Cell], sums: Iterable[Relation[Cell]], cells: Mapping[Cell, int]
) -> Iterable[tuple[list[Cell], list[Relation[Cell]]]]:
    """Yield cells that sums link with each other, none of them 0, with these sums less what is 0.

    A count of 0 is shown, and links nothing.
    """
    kept = [
        Relation(one.total, tuple(part for part in one.parts if cells[part]))
        for one in sums
        if cells[one.total]
    ]
    leader = {cell: cell for cell in ordered if cells[cell]}

    def first(cell: Cell) -> Cell:
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    for relation in kept:
        for part in relation.parts:
            leader[first(part)] = first(relation.total)
    groups: dict[Cell, tuple[list[Cell], list[Relation[Cell]]]] = {}
    for cell in leader:
        groups.setdefault(first(cell), ([], []))[0].append(cell)
    for relation in kept:
        groups[first(relation.total)][1].append(relation)
    yield from groups.values()


def _hidden_of(
    group: list[Cell], sums: list[Relation[Cell]], cells: Mapping[Cell, int], profile: Profile
) -> set[Cell]:
    if not sums:
        return set()
    place = {cell: number for number, cell in enumerate(group)}
    chosen = _choice(
        tuple(cells[cell] for cell in group),
        tuple((place[one.total], tuple(place[part] for part in one.parts)) for one in sums),
        profile.most,
    )
    return {group[number] for number in chosen}


@lru_cache(maxsize=4096)
def _choice(
    values: tuple[int, ...], sums: tuple[tuple[int, tuple[int, ...]], ...], most: int
) -> frozenset[int]:
    """Return the places to hide: many measures have periods with the same few counts."""
    primary = [place for place, value in enumerate(values) if value <= most]
    return hidden_cells(Linked(values, sums, most + 1), primary)
