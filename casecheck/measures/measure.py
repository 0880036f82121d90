"""A measure as read from its page, typed: what the engine is asked, and how it is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Equivalent, Parameter, Population
from casecheck.lessons.nodes import Place
from casecheck.lessons.part_values import Chosen, Day
from casecheck.lessons.terms import RowPath

Kind = Literal["count", "share", "median_days", "entered", "lessons"]
"""What a measure is: a count of members, the share of them that is met, the median of days between
two days of each; `entered` by people from another source; or `lessons`, of stored runs."""
KINDS: tuple[Kind, ...] = get_args(Kind)
By = Literal["events", "states"]
"""Whether each instance has a day of its own, or is asked about on the last day of each period."""
BYS: tuple[By, ...] = get_args(By)
Hoped = Literal["up", "down", "none"]
"""The direction in which the response hopes that it goes."""
HOPED: tuple[Hoped, ...] = get_args(Hoped)
Unit = Literal["instance", "person"]
"""What is counted once in a period: each instance, or each person."""
UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True)
class Asked:
    """One population whose instances are members, and its evidence.

    `day` is that of an instance: None where it is asked about on the last day of each period.
    `person` is who is counted; None where instances are. `surely` are conditions of the instance
    that must be true for certain: where the record cannot tell, it is no member. `since` is the day
    from which days are counted. `inverted`: what is counted as met is that none of the evidence is
    there. What several checks ask of the same rows, `joined`, is met where each of them is. `check`
    names the lesson's check whose members they are, "" for none, and `more` what is asked beside
    it. `days` are `day` and `since` as they are written.
    """

    population: Population
    day: Day | Chosen | None = None
    person: RowPath | None = None
    surely: tuple[Condition, ...] = ()
    since: Day | None = None
    inverted: bool = False
    item: int = 0
    joined: int = 0
    check: str = ""
    more: tuple[Condition, ...] = ()
    days: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Apart:
    """Members that a measure shows apart, beside its own: `name`, and what they are."""

    name: str
    means: str
    members: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What an example must come to: counts by their names; `period` names the one they lie in.

    Without a period they are those of all periods together. What is not named is 0.
    """

    counts: Mapping[str, int | None]
    period: str = ""
    series: str = ""


@dataclass(frozen=True, slots=True)
class MeasureExample:
    """A record on the page, and what it must come to."""

    name: str
    record: Mapping[str, Any]
    expect: tuple[Expected, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Measure:
    """One page: what is asked, of whom, by when, and what the response hopes.

    `answers` are the lines of the source that it answers, by their places. `within` is a number of
    days of which the share is told beside a median. `because` says why it cannot be asked of these
    rules; "" where it can.
    """

    id: str
    title: str
    asks: str
    answers: tuple[str, ...]
    basis: str
    kind: Kind
    hoped: Hoped
    file: str
    place: Place
    by: By = "events"
    unit: Unit = "instance"
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    members: tuple[Asked, ...] = ()
    apart: tuple[Apart, ...] = ()
    within: int | None = None
    background: Mapping[str, Any] = field(default_factory=dict)
    examples: Sequence[MeasureExample] = ()
    equivalent: tuple[Equivalent, ...] = ()
    because: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether it is asked of records: it is neither entered nor of stored runs."""
        return bool(self.members)

    @property
    def series(self) -> Mapping[str, tuple[Asked, ...]]:
        """Its own members, under "", and those that it shows apart."""
        return {"": self.members, **{one.name: one.members for one in self.apart}}


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of a folder, in the order of their ids; `digest` is that of their pages."""

    measures: tuple[Measure, ...]
    digest: str
