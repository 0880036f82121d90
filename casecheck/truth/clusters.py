"""Tell instances of one cluster of days once: which of them speaks for the others.

A cluster begins with its first instance, by its own day, and goes on for a number of days. An
instance is of it where its day surely lies in those days, and what must be the same surely is; any
other stands alone. The gravest of a cluster speaks for all, so that no breach is lost; of several
as grave, the first by its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from casecheck.truth.bounds import Bounds

T = TypeVar("T", bound=Hashable)


class Dated(NamedTuple, Generic[T]):
    """An instance with how grave it is (0 is gravest), its day, and what must be the same.

    The bounds of both; None where there is no such row.
    """

    instance: T
    gravity: int
    day: Bounds | None
    same: Bounds | None


def told_once(instances: Iterable[Dated[T]], days: int) -> Mapping[T, int]:
    """Return the instances that are told, and how many others are told with each."""
    told: dict[T, int] = {}
    by_same: dict[int, list[tuple[int, Dated[T]]]] = defaultdict(list)
    for one in instances:
        if one.day and one.same and one.day[0] == one.day[1] and one.same[0] == one.same[1]:
            by_same[one.same[0]].append((one.day[0], one))
        else:
            told[one.instance] = 0
    for alike in by_same.values():
        for cluster in _clusters(alike, days):
            # Two of one day, as grave: nothing but the order of rows would choose between them.
            gravest = min((one.gravity, day) for day, one in cluster)
            speak = [one.instance for day, one in cluster if (one.gravity, day) == gravest]
            told |= dict.fromkeys(speak, len(cluster) - len(speak))
    return told


def _clusters(
    dated: Iterable[tuple[int, Dated[T]]], days: int
) -> Iterator[Sequence[tuple[int, Dated[T]]]]:
    cluster: list[tuple[int, Dated[T]]] = []
    for one in sorted(dated, key=lambda of: of[0]):
        if cluster and one[0] > cluster[0][0] + days:
            yield cluster
            cluster = []
        cluster.append(one)
    yield cluster
