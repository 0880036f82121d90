"""What a reader can work out of cells that are not shown, by integer programming (HiGHS).

The reader knows the rule, and all sums that hold: a cell that is shown has its value, one that is
not shown is a whole number of at least 1, since 0 is always shown. Who does not rely on that takes
0 for possible. A cell is safe where the most that the first may think of lies further from the
least that the second may think of than the rule allows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from casecheck.qag.extras import need

TIMES = 2
"""So many times the width a cell is moved, when another table is looked for that looks the same.

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
        self.furthest = TIMES * width
        self.matrix = self._numpy.zeros((len(sums), len(values)))
        for row, (total, parts) in enumerate(sums):
            self.matrix[row, total] += 1
            for part in parts:
                self.matrix[row, part] -= 1
        self._nothing = self._numpy.zeros(len(sums))

    def down(self, place: int, least: int) -> int:
        """Return how far a cell that is not shown may be lowered, if it is at least so large."""
        return min(self.values[place] - least, self.furthest)

    def exposed(
        self, hidden: Collection[int], asked: Sequence[int], enough: int | None = None
    ) -> list[int]:
        """Return which of the hidden cells that are asked for are not safe, in that order.

        Where so many are found that it is `enough`, the rest is not asked.
        """
        ranges = _Ranges(len(self.values), self.width)
        left = self._together(hidden, asked, ranges)
        found: list[int] = []
        for place in left:
            for way in (1, -1):
                if not ranges.safe(place):
                    ranges.add(self._moved(hidden, {place: way}, max(way, 0)), way > 0)
            if not ranges.safe(place):
                found.append(place)
                if len(found) == enough:
                    break
        return found

    def _together(
        self, hidden: Collection[int], asked: Sequence[int], ranges: _Ranges
    ) -> list[int]:
        """Move many cells at once, half of them up and half down, and return those left unsafe.

        Ever other halves are taken, as long as that shows another cell to be safe.
        """
        left, before, bit = list(asked), len(asked) + 1, 0
        while len(left) > 1 and len(left) < before:
            before = len(left)
            halves = {place: 1 if (number >> bit) & 1 else -1 for number, place in enumerate(left)}
            for turned in (1, -1):
                ways = {place: turned * way for place, way in halves.items()}
                ranges.add(self._moved(hidden, ways, 1), True)
            left = [place for place in left if not ranges.safe(place)]
            bit += 1
        return left

    def _moved(self, hidden: Collection[int], ways: Mapping[int, int], least: int) -> Any:
        """Return how far each cell moves, in whole numbers, where those asked move furthest."""
        goal = self._numpy.zeros(len(self.values))
        for place, way in ways.items():
            goal[place] = -way
        low, high = self._numpy.zeros(len(self.values)), self._numpy.zeros(len(self.values))
        for place in hidden:
            low[place], high[place] = -self.down(place, least), self.furthest
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
        full = [(-self.down(other, least), self.furthest) for other in range(len(self.values))]
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

    def add(self, move: Sequence[float], upwards: bool) -> None:
        """Take a move; one that may have made cells 0 shows no way upwards."""
        for place, by in enumerate(move):
            if upwards:
                self._up[place] = max(self._up[place], int(by))
            self._down[place] = min(self._down[place], int(by))

    def safe(self, place: int) -> bool:
        return self._up[place] - self._down[place] >= self._width
