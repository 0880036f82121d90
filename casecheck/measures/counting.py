"""Count the members of a measure in one period, in three values; nothing unknown is left out.

>>> Tally(met=3, not_met=1, perhaps_met=1).share, Tally(met=3, not_met=1, perhaps_met=1).high
(0.75, 0.8)
>>> Tally(perhaps_met=2).share, Tally(perhaps_met=2).low, Tally(perhaps_met=2).high
(None, None, 1.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from casecheck.engine.outcomes import Said
from casecheck.truth.kleene import Truth, all_of, any_of


@dataclass(slots=True)
class Tally:
    """Members for certain by whether they are met, and those that may be members.

    `perhaps_not` are not met for certain, `perhaps_met` may be met.
    """

    met: int = 0
    not_met: int = 0
    cannot_tell: int = 0
    perhaps_not: int = 0
    perhaps_met: int = 0

    def add(self, said: Said) -> None:
        """Count one, which is a member or may be one."""
        if said.belongs is None:
            if said.met is False:
                self.perhaps_not += 1
            else:
                self.perhaps_met += 1
        elif said.met is None:
            self.cannot_tell += 1
        elif said.met:
            self.met += 1
        else:
            self.not_met += 1

    @property
    def members(self) -> int:
        """Those that are members for certain."""
        return self.met + self.not_met + self.cannot_tell

    @property
    def perhaps(self) -> int:
        """Those of which it is unknown whether they belong."""
        return self.perhaps_not + self.perhaps_met

    @property
    def share(self) -> float | None:
        """The share that is met of the members for certain; None where there are none."""
        return _share(self.met, self.members)

    @property
    def low(self) -> float | None:
        """The least that the share can be: all that is unknown is against it."""
        return _share(self.met, self.members + self.perhaps_not)

    @property
    def high(self) -> float | None:
        """The most that it can be: all that is unknown is for it."""
        met = self.met + self.cannot_tell + self.perhaps_met
        return _share(met, self.members + self.perhaps_met)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def each_met(said: Iterable[Said]) -> Said:
    """Return what is said of rows of which several checks ask: met where each of them is."""
    every = list(said)
    return Said(any_of(one.belongs for one in every), all_of(one.met for one in every))


def together(said: Iterable[Said]) -> Said:
    """Return what is said of a person, of all that is said of instances about that person.

    The person is a member where one of them is, and met where each that is a member is met.

    >>> together([Said(True, True), Said(None, False)])
    Said(belongs=True, met=None)
    >>> together([Said(None, True), Said(None, False)]), together([Said(None, False)])
    (Said(belongs=None, met=None), Said(belongs=None, met=False))
    """
    every = [one for one in said if one.belongs is not False]
    if len(every) == 1:
        return every[0]
    sure = [one.met for one in every if one.belongs]
    perhaps = [one.met for one in every if not one.belongs]
    if not sure:
        same = perhaps[0] if len(set(perhaps)) == 1 else None
        return Said(None if every else False, same)
    met = all_of(sure)
    if met is not False and all_of(perhaps) is not True:
        met = None
    return Said(True, met)


@dataclass(frozen=True, slots=True)
class Spell:
    """The days between two days of a member: the least and the most; None where without bound."""

    belongs: Truth
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Median:
    """A median of days, and the least and the most that it can be; None where nothing is known."""

    days: float | None
    low: float | None
    high: float | None


def median_of(spells: Sequence[Spell]) -> Median:
    """Return the median of the members for certain, and its bounds.

    A member whose days are not known exactly counts in the bounds alone, and so does one that may
    be none.

    >>> median_of([Spell(True, 10, 10), Spell(True, 30, 30), Spell(None, 5, 8)])
    Median(days=20.0, low=10, high=20.0)
    """
    sure = [one for one in spells if one.belongs]
    perhaps = [one for one in spells if not one.belongs]
    exact = [one.least for one in sure if one.least == one.most]
    far = 10**9
    low = _extreme([one.least for one in sure], [one.least for one in perhaps], least=True)
    tops = [[far if one.most is None else one.most for one in group] for group in (sure, perhaps)]
    high = _extreme(*tops, least=False)
    return Median(
        median(exact) if exact and len(exact) == len(sure) else None,
        low,
        None if high is None or high >= far / 2 else high,
    )


def _extreme(sure: Sequence[int], perhaps: Sequence[int], *, least: bool) -> float | None:
    """Return the least, or the most, that a median can be with any of those that may be there."""
    ordered = sorted(perhaps, reverse=not least)
    medians = [
        median([*sure, *ordered[:number]]) for number in range(len(ordered) + 1) if sure or number
    ]
    if not medians:
        return None
    return min(medians) if least else max(medians)
