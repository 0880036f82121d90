"""A reader who works out what tables do not show, and the fewest cells that stop them.

Independent of `casecheck.measures`: bounds by integer programming on the cells themselves, the
optimum by trying all choices.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import combinations, product
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Cell = Hashable
Sums = Sequence[tuple[Cell, Sequence[Cell]]]
FAR = 500


def bounds(
    cells: Mapping[Cell, int], sums: Sums, hidden: Collection[Cell], cell: Cell, least: int
) -> tuple[int, int]:
    """The least and the most that a hidden cell may be, all hidden ones being `least` or more."""
    names = list(cells)
    place = {name: number for number, name in enumerate(names)}
    low = np.array([least if name in hidden else cells[name] for name in names], float)
    high = np.array([cells[name] + FAR if name in hidden else cells[name] for name in names], float)
    matrix = np.zeros((len(sums), len(names)))
    for row, (total, parts) in enumerate(sums):
        matrix[row, place[total]] += 1
        for part in parts:
            matrix[row, place[part]] -= 1
    goal = np.zeros(len(names))
    goal[place[cell]] = 1
    found = []
    for way in (1, -1):
        result = milp(
            way * goal,
            integrality=np.ones(len(names)),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(matrix, 0, 0) if sums else (),
        )
        assert result.success
        found.append(round(way * result.fun))
    return found[0], found[1]


def recovered(
    cells: Mapping[Cell, int], sums: Sums, hidden: Collection[Cell], most: int = 5
) -> list[tuple[Cell, int, int]]:
    """Hidden cells that a reader bounds to within `most`, or knows to be no larger than it."""
    found = []
    for cell in hidden:
        low, high = bounds(cells, sums, hidden, cell, 0)
        informed = bounds(cells, sums, hidden, cell, 1)
        if high - low <= most or informed[1] <= most or low == high:
            found.append((cell, low, high))
    return found


def fewest(cells: Mapping[Cell, int], sums: Sums, most: int = 5) -> int:
    """The number of cells in the smallest choice of which nothing is recovered."""
    primary = {cell for cell, count in cells.items() if 0 < count <= most}
    others = [cell for cell, count in cells.items() if count > most]
    for number in range(len(others) + 1):
        for more in combinations(others, number):
            if not recovered(cells, sums, primary | set(more), most):
                return len(primary) + number
    raise AssertionError("not even all")


def grid(chance: Random, rows: int, columns: int, most: int = 12) -> tuple[dict[Cell, int], Sums]:
    """A table of two ways with its totals; a third of its cells small, some 0."""
    counts = {
        (r, c): chance.choice((0, chance.randint(1, 5), chance.randint(6, most)))
        for r, c in product(range(rows), range(columns))
    }
    return totalled(counts, rows, columns)


def totalled(counts: dict[Any, int], rows: int, columns: int) -> tuple[dict[Cell, int], Sums]:
    cells: dict[Cell, int] = dict(counts)
    sums: list[tuple[Cell, Sequence[Cell]]] = []

    def add(total: Cell, parts: Iterable[Cell]) -> None:
        parts = list(parts)
        cells[total] = sum(cells[part] for part in parts)
        sums.append((total, parts))

    for r in range(rows):
        add((r, "all"), [(r, c) for c in range(columns)])
    for c in range(columns):
        add(("all", c), [(r, c) for r in range(rows)])
    add(("all", "all"), [(r, "all") for r in range(rows)])
    sums.append((("all", "all"), [("all", c) for c in range(columns)]))
    return cells, sums


def measure(chance: Random, splits: int, periods: int, year: bool) -> tuple[dict[Cell, int], Sums]:
    """Linked tables: members and outcomes; of all and of splits; of periods and a year."""
    cells: dict[Cell, int] = {}
    sums: list[tuple[Cell, Sequence[Cell]]] = []
    kinds = ("met", "not", "unknown")
    groups = [*range(splits), "all"]
    every = [*range(periods), *(["year"] if year else [])]
    for g, p, k in product(range(splits), range(periods), kinds):
        cells[g, p, k] = chance.choice((0, chance.randint(0, 6), chance.randint(0, 25)))
    for p, k in product(range(periods), kinds):
        sums.append((("all", p, k), [(g, p, k) for g in range(splits)]))
    if year:
        for g, k in product(groups, kinds):
            sums.append(((g, "year", k), [(g, p, k) for p in range(periods)]))
    for g, p in product(groups, every):
        sums.append(((g, p, "members"), [(g, p, k) for k in kinds]))
    for total, parts in sums:
        cells[total] = sum(cells[part] for part in parts)
    for p in range(periods):
        sums.append((("all", p, "members"), [(g, p, "members") for g in range(splits)]))
    if year:
        for g in groups:
            sums.append(((g, "year", "members"), [(g, p, "members") for p in range(periods)]))
    return cells, sums
