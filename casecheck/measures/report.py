"""What measures come to: for each series and stratum its periods, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from casecheck.measures.counting import Median, Tally
from casecheck.measures.measure import Measure
from casecheck.measures.periods import Length
from casecheck.measures.signals import Signal

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """One period of one series.

    `partial`: the records end within it. `open` and `open_perhaps` are members of a median to whom
    the second day has not come at the period's end. `hidden` names, as JSON does, the numbers that
    are not shown: what is there of them is for nobody who reads the output.
    """

    label: str
    tally: Tally
    partial: bool = False
    median: Median | None = None
    open: int = 0
    open_perhaps: int = 0
    hidden: frozenset[str] = frozenset()

    @property
    def suppressed(self) -> bool:
        """Whether some number of it is not shown."""
        return bool(self.hidden)

    def shown(self, name: str, value: Number) -> Number | None:
        """Return a number by its name in JSON; None where it is not shown."""
        return None if name in self.hidden else value


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """One series of a measure, of all records or of one stratum: `split` names it, else "".

    `apart` is the name of what is shown apart, "" for the measure itself. `undated` is None where
    it is not shown.
    """

    measure: Measure
    apart: str
    means: str
    split: str
    periods: tuple[PeriodResult, ...]
    undated: int | None
    signal: Signal | None = None

    @property
    def id(self) -> str:
        """The measure's id, and the name of what is shown apart behind a point."""
        return f"{self.measure.id}.{self.apart}" if self.apart else self.measure.id

    @property
    def title(self) -> str:
        """The measure's title, and what is shown apart."""
        return f"{self.measure.title}: {self.means}" if self.apart else self.measure.title


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A measure that is not asked of records, and why; `kind` where that lies in its kind."""

    id: str
    title: str
    why: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A record of which the engine could not work out a measure; it is counted nowhere."""

    case_id: str
    measure: str
    why: str


@dataclass(frozen=True, slots=True)
class MeasuresReport:
    """All that measures come to. `repeated` case ids stand in more than one record.

    `disclosure` is the profile by which it is shown, and `protected` says what that withheld.
    `settings` say in words what a board has set otherwise than the pages.
    """

    by: Length
    split_by: str
    records: int
    rules_digest: str
    measures_digest: str
    series: tuple[SeriesResult, ...]
    not_asked: Sequence[NotAsked] = ()
    failed: Sequence[Failed] = ()
    repeated: int = 0
    unreadable: int = 0
    disclosure: str = "none"
    protected: str = ""
    settings: Sequence[str] = ()
