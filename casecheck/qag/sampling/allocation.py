"""Shares a sample's size out among strata: in proportion to their size, or by Neyman's allocation.

Both fill one place after the other, always where it does most good, so that a larger sample never
has fewer of a stratum than a smaller one, and a sample can be extended. All arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import fsum


class TooSmall(ValueError):  # noqa: N818 - what the sample is
    """A size does not reach for the least that each stratum must have."""

    def __init__(self, least: int) -> None:
        super().__init__(f"the least of each stratum comes to {least}")
        self.least = least


def proportional(sizes: Sequence[int], n: int, minimum: int) -> list[int]:
    """Allocate n by size, by the method of Webster and Sainte-Laguë.

    Each stratum has `minimum` (or all of it) first, and never more than there are. n is at most
    the sum of the sizes.

    Raises:
        TooSmall: where n does not reach for the minimums.
    """
    return _allocated(sizes, n, minimum, lambda i, had: Fraction(sizes[i], 2 * had + 1))


def neyman(sizes: Sequence[int], variances: Sequence[Fraction], n: int, minimum: int) -> list[int]:
    """Allocate n so that the variance of a stratified mean is least, in whole numbers.

    `variances` are those expected within the strata, all above 0; `minimum` is at least 1. The
    whole-number optimum is Wright, "The Equivalence of Neyman Optimum Allocation for Sampling and
    Equal Proportions for Apportioning the U.S. House of Representatives" (2012), The American
    Statistician 66(4).

    Raises:
        TooSmall: as of `proportional`.
    """
    return _allocated(
        sizes, n, minimum, lambda i, had: sizes[i] ** 2 * variances[i] / (had * (had + 1))
    )


def shares(sizes: Sequence[int], spreads: Sequence[float], n: int) -> list[float]:
    """Return what each stratum would have were cases divisible: n N S / sum(N S).

    The spreads are standard deviations (Neyman 1934), or all the same (proportional).
    """
    # Not `sum`, whose last digit differs between versions of Python.
    total = fsum(size * spread for size, spread in zip(sizes, spreads, strict=True))
    return [n * size * spread / total for size, spread in zip(sizes, spreads, strict=True)]


def _allocated(
    sizes: Sequence[int], n: int, minimum: int, worth: Callable[[int, int], Fraction]
) -> list[int]:
    """Fill n places; `worth` is that of one place more to a stratum which has some already."""
    places = [min(size, minimum) for size in sizes]
    if n < sum(places):
        raise TooSmall(sum(places))
    # Of equal worth, the stratum that stands first in the list has the place.
    waiting = [(-worth(i, had), i) for i, had in enumerate(places) if had < sizes[i]]
    heapify(waiting)
    for _ in range(n - sum(places)):
        _, i = heappop(waiting)
        places[i] += 1
        if places[i] < sizes[i]:
            heappush(waiting, (-worth(i, places[i]), i))
    return places
