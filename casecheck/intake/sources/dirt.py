"""The faults that files of councils have, what an import does with each, and how often it met one.

A fault is named by its number, counted by the item in which it stands, and told once with its
first places: never with what stands there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from casecheck.intake.sources.rows import Place

PLACES = 5
"""So many places of each fault are told; the number tells of the others."""


class Action(StrEnum):
    """What is done with a fault."""

    REFUSED = "refused"
    UNKNOWN = "taken as unknown"
    TOLD = "kept, and told"
    LEFT = "left out, and told"
    MENDED = "mended"


class Fault(NamedTuple):
    """What a fault is, in words, and what is done with it."""

    name: str
    action: Action


_R, _U, _T, _L, _M = tuple(Action)
FAULTS = MappingProxyType(
    {
        1: Fault("a text in another encoding than it declares", _T),
        2: Fault("a table that is not UTF-8", _T),
        3: Fault("a document type or entity, which no return needs", _R),
        4: Fault("XML that breaks off or is not well formed", _R),
        5: Fault("another root or a namespace", _M),
        6: Fault("an element or column that this version does not know", _T),
        7: Fault("a header whose day cannot be relied on", _T),
        8: Fault("headers that do not stand in the first row", _T),
        9: Fault("a header spelt otherwise", _M),
        10: Fault("two columns with one header", _R),
        11: Fault("a column that is not there", _U),
        12: Fault("a column that is not read", _M),
        13: Fault("a sheet of another name, missing or empty", _T),
        14: Fault("a formula, an error value, a hidden row or sheet", _T),
        15: Fault("a workbook that would unpack to more than any", _R),
        16: Fault("a day with a time of day, which is cut", _M),
        17: Fault("a day in American order or with a year of two digits", _U),
        18: Fault("a day as a spreadsheet's number", _T),
        19: Fault("a day that stands for none, such as 1900-01-01", _U),
        20: Fault("a day after that of the extract", _U),
        21: Fault("a day outside the return's year", _M),
        22: Fault("an end before its start", _U),
        23: Fault("a start and an end on one day", _T),
        24: Fault("periods that overlap, or a review outside its plan", _T),
        25: Fault("an event before the referral that led to it", _T),
        26: Fault("two conferences of one enquiry on different days", _T),
        27: Fault("a conference at a weekend, or on another day than its plan starts", _T),
        28: Fault("a target day, which is not read", _M),
        29: Fault("a section 47 enquiry, read as a strategy meeting on its first day", _T),
        30: Fault("a review without its day, or twice", _U),
        31: Fault("no day of birth, or a birth expected and given", _T),
        32: Fault("a person over 18, or over 25 and therefore of unknown birth", _T),
        33: Fault("something that began more than 40 weeks before the birth", _U),
        34: Fault("an age, which tells no birth", _M),
        35: Fault("a child without an identifier", _R),
        36: Fault("an identifier that stands twice", _R),
        37: Fault("an identifier spelt as a number", _M),
        38: Fault("an identifier that stands in one source only", _T),
        39: Fault("a sex, which is not carried", _M),
        40: Fault("a pupil number, which is not carried", _M),
        41: Fault("a child or a row that was to be left out", _L),
        42: Fault("a code with blanks or in another case", _M),
        43: Fault("a wording that is not known", _U),
        44: Fault("a code that does not exist", _U),
        45: Fault("a value in a wrong place", _U),
        46: Fault("factors missing, or 'none' beside others, or before the end", _U),
        47: Fault("a factor in its old and its new code", _M),
        48: Fault("a plan without its latest category", _U),
        49: Fault("a referral that led to nothing, and to something", _T),
        50: Fault("activity after the closing of a case, or a closing in part", _T),
        51: Fault("a child of whom nothing is told", _T),
        52: Fault("a row that stands twice", _M),
        53: Fault("a word for nothing in place of a blank", _U),
        54: Fault("yes or no in another spelling", _M),
        55: Fault("another text where a day, a code or a flag belongs", _U),
        56: Fault("a supplier's placeholder", _U),
        57: Fault("a section that is told from a first day on", _T),
        58: Fault("a list that shows only the latest", _U),
    }
)  # fmt: skip
"""All faults, by number; some are seen only in sources of other kinds than a census."""


LEFT_OUT, DOUBLE_ROW = 41, 52
"""The second is mended, and yet told at the end: how many rows became fewer."""


class Met(NamedTuple):
    """A fault that was met: its number, in which item, how many times, and where first."""

    number: int
    item: str
    times: int
    places: tuple[Place, ...]

    def where(self) -> str:
        """Return the first places in words: `census.xml line 12, 40, ...`."""
        parts: dict[tuple[str, str], list[str]] = {}
        for place in dict.fromkeys(self.places):
            parts.setdefault((place.file, place.part), []).append(f"{place.number}")
        words = ", ".join(f"{file} {part} {', '.join(at)}" for (file, part), at in parts.items())
        return words + ", ..." * (self.times > len(self.places))

    @property
    def fault(self) -> Fault:
        """What it is."""
        return FAULTS[self.number]


class Faults:
    """Counts the faults of a source by number and item, and keeps the first places of each.

    `lost` says how many children or rows could not be read at all.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str]] = Counter()
        self._places: dict[tuple[int, str], list[Place]] = {}
        self.lost = 0

    def add(self, number: int, item: str, place: Place, *, lost: bool = False) -> None:
        """Count one fault; `lost` where a child or a row could not be read for it."""
        key = (number, item)
        self._counts[key] += 1
        self.lost += lost
        places = self._places.setdefault(key, [])
        if len(places) < PLACES:
            places.append(place)

    def taken(self) -> Faults:
        """Return what was counted, and count anew."""
        told = Faults()
        told.__dict__, self.__dict__ = self.__dict__, told.__dict__
        return told

    def add_all(self, later: Faults) -> None:
        """Count what was counted of a later part of the source."""
        self.lost += later.lost
        self._counts.update(later._counts)
        for key, places in later._places.items():
            mine = self._places.setdefault(key, [])
            mine += places[: PLACES - len(mine)]

    def count(self, number: int, item: str | None = None) -> int:
        """Return how often a fault was met, in an item or in whatever item."""
        if item is not None:
            return self._counts[number, item]
        return sum(count for (one, _), count in self._counts.items() if one == number)

    def met(self) -> Iterator[Met]:
        """Yield what was met: what was refused or lost first, then by number and item."""
        order = list(Action)
        for key in sorted(self._counts, key=lambda key: (order.index(FAULTS[key[0]].action), key)):
            number, item = key
            yield Met(number, item, self._counts[key], tuple(self._places[key]))
