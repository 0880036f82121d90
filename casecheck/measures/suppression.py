"""Which further cells to hide, as few as can be, so that those that must be hidden stay so.

An integer program chooses the cells. What it chose is attacked; each cell that a reader could work
out gives a sum that no choice may fall short of, and the program is asked again. So is the optimum
found without all ways to attack being written down (Fischetti and Salazar, "Models and algorithms
for optimizing cell suppression in tabular data with linear constraints", JASA 95, 2000, 916-928).
Both programs are solved by HiGHS, through scipy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from casecheck.measures.attack import Linked, short_of
from casecheck.qag.extras import need

SMALL = 60
"""Of so many linked cells and fewer, the fewest are looked for; of more, nearly the fewest."""
ROUNDS, ROUNDS_OF_MANY = 80, 60
"""After so many rounds, what is near the optimum is taken."""
NODES = 200
"""So many nodes the program that chooses may look at: a bound that no clock moves."""
GAP = 0.1
"""Of many cells, the program may choose so much more than the fewest."""
AT_ONCE = 12
"""So many cells that are not safe are looked at before the program is asked again."""
_TIE = 0.25
"""What all totals together weigh more than other cells: less than one cell."""


@dataclass(frozen=True)
class _Cut:
    """Of all cells hidden, these prices must add up to at least `least`."""

    prices: tuple[float, ...]
    least: float


def hidden_cells(linked: Linked, primary: Collection[int]) -> frozenset[int]:
    """Return the places of all cells to hide, the primary ones among them."""
    cuts = list(_neighbours(linked, primary))
    hidden: frozenset[int] | None = frozenset()
    for _ in range(ROUNDS if len(linked.values) <= SMALL else ROUNDS_OF_MANY):
        hidden = _chosen(linked, primary, cuts)
        if hidden is None:
            break
        exposed = linked.exposed(hidden, sorted(primary), AT_ONCE) or linked.exposed(
            hidden, sorted(hidden - set(primary)), AT_ONCE
        )
        if not exposed:
            return hidden
        cuts += [cut for place in exposed for cut in _cuts(linked, primary, hidden, place)]
    return _thinned(linked, primary, hidden or frozenset())


def _neighbours(linked: Linked, primary: Collection[int]) -> Iterable[_Cut]:
    """Yield what is plain: in no sum may one cell alone be hidden."""
    for total, parts in linked.sums:
        cells = {total, *parts}
        for place in sorted(cells.intersection(primary)):
            others = cells - {place}
            yield _Cut(tuple(float(n in others) for n in range(len(linked.values))), 1)


def _cuts(
    linked: Linked, primary: Collection[int], hidden: frozenset[int], place: int
) -> Iterable[_Cut]:
    """Yield what a choice must have more than this one, in which the cell is exposed."""
    found = False
    # Where the cell is not one that must be hidden, a choice may also show it.
    always = place in primary
    for prices, least in linked.wanted(hidden, place):
        if short_of(prices, hidden, least):
            clipped = [min(price, least) for price in prices]
            if not always:
                clipped[place] -= least
            yield _Cut(tuple(clipped), least if always else 0)
            found = True
    if not found:
        # In fractions it is safe and in whole numbers not: something else must be hidden too.
        beyond = [float(n not in hidden) for n in range(len(linked.values))]
        if not always:
            beyond[place] -= 1
        yield _Cut(tuple(beyond), float(always))


def _chosen(
    linked: Linked, primary: Collection[int], cuts: Sequence[_Cut]
) -> frozenset[int] | None:
    """Return the fewest cells that satisfy all cuts, None where there are none to be found."""
    numpy, optimize = need("numpy"), need("scipy.optimize")
    totals = {total for total, _ in linked.sums}
    cells = range(len(linked.values))
    tie = _TIE / (len(totals) or 1)
    weights = [1 + tie * (place in totals) for place in cells]
    constraint: Any = ()
    if cuts:
        matrix = numpy.array([cut.prices for cut in cuts])
        constraint = optimize.LinearConstraint(matrix, [cut.least for cut in cuts], numpy.inf)
    found = optimize.milp(
        weights,
        integrality=numpy.ones(len(cells)),
        bounds=optimize.Bounds([float(place in primary) for place in cells], 1),
        constraints=constraint,
        options={"node_limit": NODES, "mip_rel_gap": 0 if len(cells) <= SMALL else GAP},
    )
    if found.x is None:
        return None
    return frozenset(place for place in cells if found.x[place] > 0.5)


def _thinned(linked: Linked, primary: Collection[int], likely: Collection[int]) -> frozenset[int]:
    """Return a choice from which no cell can be shown again: all are hidden first.

    Those that are not likely to be needed are shown again first, and larger ones before smaller.
    """
    others = set(range(len(linked.values))).difference(primary)
    order = sorted(others, key=lambda n: (n in likely, -linked.values[n], n))
    unlikely = len(others.difference(likely))
    hidden = frozenset(range(len(linked.values)))
    for some in (order[:unlikely], order[unlikely:]):
        hidden = _shown_again(linked, hidden, some)
    return hidden


def _shown_again(linked: Linked, hidden: frozenset[int], some: Sequence[int]) -> frozenset[int]:
    """Return what stays hidden where as many of some cells are shown as can be, halves at once."""
    rest = hidden.difference(some)
    if not linked.exposed(rest, sorted(rest), 1):
        return rest
    if len(some) <= 1:
        return hidden
    middle = len(some) // 2
    hidden = _shown_again(linked, hidden, some[:middle])
    return _shown_again(linked, hidden, some[middle:])
