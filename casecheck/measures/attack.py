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
        self._furthest = TIMES * width
        self._matrix = self._numpy.zeros((len(sums), len(values)))
        for row, (total, parts) in enumerate(sums):
            self._matrix[row, total] += 1
            for part in parts:
                self._matrix[row, part] -= 1
        # Of a table that goes up, and of another one that goes down.
        self._twice = self._numpy.kron(self._numpy.eye(2), self._matrix)
        self._moves = _Moves(self._numpy, self.values)
        self._priced: dict[tuple[frozenset[int], int], _Priced] = {}

    def exposed(
        self, hidden: Collection[int], asked: Sequence[int], enough: int | None = None
    ) -> list[int]:
        """Return which of the hidden cells that are asked for are not safe, in that order.

        Where so many are found that it is `enough`, the rest is not asked.
        """
        places = frozenset(hidden)
        found: list[int] = []
        for place in self._together(places, asked):
            if not self._safe(places, place):
                found.append(place)
                if len(found) == enough:
                    break
        return found

    def _together(self, hidden: frozenset[int], asked: Sequence[int]) -> list[int]:
        """Move many cells at once, half of them up and half down, and return those left unsafe.

        Ever other halves are taken, as long as that shows another cell to be safe.
        """
        left, before, bit = self._narrow(hidden, asked), len(asked) + 1, 0
        while len(left) > 1 and len(left) < before:
            before = len(left)
            halves = {place: 1 if (number >> bit) & 1 else -1 for number, place in enumerate(left)}
            for turned in (1, -1):
                self._move(hidden, {place: turned * way for place, way in halves.items()}, 1)
            left = self._narrow(hidden, left)
            bit += 1
        return left

    def _safe(self, hidden: frozenset[int], place: int) -> bool:
        """Say whether a cell is safe: bounds of linear programs first, then in whole numbers."""
        if not self._narrow(hidden, [place]):
            return True
        if any(short_of(prices, hidden, least) for prices, least in self.wanted(hidden, place)):
            return False
        for way in (1, -1):
            self._move(hidden, {place: way}, max(way, 0))
            if not self._narrow(hidden, [place]):
                return True
        return False

    def _narrow(self, hidden: frozenset[int], places: Sequence[int]) -> list[int]:
        """Return the cells that no moves seen so far show to be safe."""
        ranges = self._moves.ranges(hidden)
        return [place for place in places if ranges[place] < self.width]

    def _move(self, hidden: frozenset[int], ways: Mapping[int, int], least: int) -> None:
        """Look how far cells move, in whole numbers, where those asked move furthest."""
        places = sorted(hidden)
        found = self._optimize.milp(
            [-ways.get(place, 0) for place in places],
            integrality=self._numpy.ones(len(places)),
            bounds=self._optimize.Bounds(
                [-self._down(place, least) for place in places], self._furthest
            ),
            constraints=self._optimize.LinearConstraint(self._matrix[:, places], 0, 0),
        )
        move = self._numpy.zeros(len(self.values), dtype=int)
        move[places] = self._numpy.rint(found.x)
        self._moves.add(move)

    def _down(self, place: int, least: int) -> int:
        """Return how far a cell that is not shown may be lowered, if it is at least so large."""
        return min(self.values[place] - least, self._furthest)

    def wanted(self, hidden: frozenset[int], place: int) -> Sequence[_Price]:
        """Return what must hold of all cells hidden, where one is hidden and safe.

        Each of these is a price of each cell, and what the prices of those hidden must add up to at
        least. They are the sharpest for the cells that are hidden now.
        """
        known = self._priced.get((hidden, place))
        if known is None:
            value, width = self.values[place], self.width
            up, down = self._prices(hidden, place)
            known = [(up + down, width)]
            if value < width:  # it goes down by its value at most
                known.append((up, width - value))
            self._priced[hidden, place] = known
        return known

    def _prices(self, hidden: frozenset[int], place: int) -> Any:
        """Return what each cell adds to how far one may go up, and down, were it hidden.

        These are upper bounds: the dual values of both attacks as a linear program, in which what
        is shown may move a little, so that few cells have a price.
        """
        numpy, cells = self._numpy, len(self.values)
        low = [-self._down(other, least) for least in (1, 0) for other in range(cells)]
        high = [self._furthest] * len(low)
        bounds = [
            ends if number % cells in hidden else (-_LITTLE * (ends[0] < 0), _LITTLE)
            for number, ends in enumerate(zip(low, high, strict=True))
        ]
        goal = numpy.zeros(len(low))
        goal[[place, cells + place]] = -1, 1
        found = self._optimize.linprog(
            goal, A_eq=self._twice, b_eq=numpy.zeros(len(self._twice)), bounds=bounds
        )
        reduced = goal - self._twice.T @ found.eqlin.marginals
        reduced[abs(reduced) < _NOTHING] = 0
        prices = -reduced * numpy.where(reduced < 0, high, low)
        return prices.reshape(2, cells)


_Price = tuple[Any, int]
_Priced = Sequence[_Price]
_LITTLE = 1e-3
_NOTHING = 1e-7


def short_of(prices: Sequence[float], hidden: Collection[int], least: float) -> bool:
    """Say whether the prices of the cells hidden add up to less than they must."""
    return sum(prices[place] for place in hidden) < least - 1e-6


class _Moves:
    """Moves of cells by which another table looks the same; one that is known is not sought again.

    A move holds wherever all cells that it moves are hidden; so does its opposite, if no cell falls
    below 0 by it. One that makes a cell 0 shows no way upwards.
    """

    def __init__(self, numpy: Any, values: Sequence[int]) -> None:
        self._numpy, self._values = numpy, numpy.array(values)
        self._up, self._down = (numpy.zeros((1, len(values)), dtype=int) for _ in range(2))
        self._moved = numpy.zeros((1, len(values)), dtype=bool)

    def add(self, move: Any) -> None:
        for way in (move, -move):
            least = (self._values + way).min()
            if least >= 0:
                self._up = self._numpy.vstack([self._up, way if least else 0 * way])
                self._down = self._numpy.vstack([self._down, way])
                self._moved = self._numpy.vstack([self._moved, way != 0])

    def ranges(self, hidden: Collection[int]) -> Any:
        """Return how far each cell is known to move, with these cells hidden."""
        shown = self._numpy.ones(len(self._values), dtype=bool)
        shown[list(hidden)] = False
        holds = ~self._moved[:, shown].any(axis=1)
        return self._up[holds].max(axis=0) - self._down[holds].min(axis=0)
