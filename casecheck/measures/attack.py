"""What a reader can work out of cells that are not shown, by integer programming (HiGHS).

The reader knows the rule, and all sums that hold: a cell that is shown has its value, one that is
not shown is a whole number of at least 1, since 0 is always shown. Who does not rely on that takes
0 for possible. A cell is safe where the most that the first may think of lies further from the
least that the second may think of than the rule allows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from casecheck.qag.extras import need

FURTHEST = 60
"""So far a cell is moved from its value, when another table is looked for that would look the same.

A reader has no such bound. Tables further away would only show more cells to be safe.
"""


class Linked:
    """Cells that sums link, none of them 0, by their places; all cells of the sums are here."""

    def __init__(
        self, values: Sequence[int], sums: Sequence[tuple[int, Sequence[int]]], width: int
    ) -> None:
        """Take the values, each sum as the place of its total and of its parts, and the width.

        `width` is how far apart a reader's bounds must lie.
        """
        self._numpy, self._optimize = need("numpy"), need("scipy.optimize")
        self.values, self.sums, self.width = tuple(values), tuple(sums), width
        self.matrix = self._numpy.zeros((len(sums), len(values)))
        for row, (total, parts) in enumerate(sums):
            self.matrix[row, total] += 1
            for part in parts:
                self.matrix[row, part] -= 1
        self._nothing = self._numpy.zeros(len(sums))

    def down(self, place: int, least: int) -> int:
        """Return how far a cell that is not shown may be lowered, if it is at least so large."""
        return min(self.values[place] - least, FURTHEST)

    def exposed(self, hidden: Collection[int], asked: Sequence[int]) -> list[int]:
        """Return which of the hidden cells that are asked for are not safe, in that order."""
        ranges = _Ranges(len(self.values), self.width)
        for way in (1, -1):
            left = [place for place in asked if not ranges.safe(place)]
            if left:
                ranges.add(self._moved(hidden, left, way), way)
        for place in asked:
            for way in (1, -1):
                if not ranges.safe(place):
                    ranges.add(self._moved(hidden, [place], way), way)
        return [place for place in asked if not ranges.safe(place)]

    def _moved(self, hidden: Collection[int], asked: Sequence[int], way: int) -> Any:
        """Return how far each cell moves, in whole numbers, when those asked move furthest."""
        least = 1 if way > 0 else 0
        goal = self._numpy.zeros(len(self.values))
        goal[list(asked)] = -way
        low, high = self._numpy.zeros(len(self.values)), self._numpy.zeros(len(self.values))
        for place in hidden:
            low[place], high[place] = -self.down(place, least), FURTHEST
        found = self._optimize.milp(
            goal,
            integrality=self._numpy.ones(len(self.values)),
            bounds=self._optimize.Bounds(low, high),
            constraints=self._optimize.LinearConstraint(self.matrix, self._nothing, self._nothing),
        )
        return self._numpy.rint(found.x)

    def prices(self, hidden: Collection[int], place: int, way: int) -> Any:
        """Return what each cell adds to how far one may move, were it hidden: an upper bound.

        These are the dual values of the attack as a linear program, in which what is shown may move
        a little, so that few cells have a price.
        """
        least = 1 if way > 0 else 0
        full = [(-self.down(other, least), FURTHEST) for other in range(len(self.values))]
        bounds = [
            pair if other in hidden else (-_LITTLE * (pair[0] < 0), _LITTLE)
            for other, pair in enumerate(full)
        ]
        goal = self._numpy.zeros(len(self.values))
        goal[place] = -way
        found = self._optimize.linprog(
            goal, A_eq=self.matrix, b_eq=self._nothing, bounds=bounds, method="highs"
        )
        reduced = goal - self.matrix.T @ found.eqlin.marginals
        reduced[abs(reduced) < _NOTHING] = 0
        low, high = self._numpy.array(full, dtype=float).T
        return self._numpy.where(reduced < 0, -reduced * high, -reduced * low)


_LITTLE = 1e-3
_NOTHING = 1e-7


class _Ranges:
    """How far each cell is known to move, of all moves seen so far."""

    def __init__(self, cells: int, width: int) -> None:
        self._up, self._down, self._width = [0] * cells, [0] * cells, width

    def add(self, move: Sequence[float], way: int) -> None:
        """Take a move; one on the way down may have made other cells 0, and shows no way up."""
        for place, by in enumerate(move):
            if way > 0:
                self._up[place] = max(self._up[place], int(by))
            self._down[place] = min(self._down[place], int(by))

    def safe(self, place: int) -> bool:
        return self._up[place] - self._down[place] >= self._width
