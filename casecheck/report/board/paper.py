"""What a board paper holds, gathered before it is laid out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from casecheck.measures.signal_words import Kind
from casecheck.measures.signals import Signal
from casecheck.qag.register.state import ActionState, RegisterState
from casecheck.report.board.template import Template
from casecheck.report.html.markup import Html
from casecheck.response.model import FindingLine, How, Response, Theme


class Period(NamedTuple):
    """One period of a measure as it is shown; None for a number that is withheld, or is none.

    Shares are from 0 to 1, medians in days. `perhaps` may be members. `withheld`: the value is;
    `in_part`: some number of it is.
    """

    label: str
    members: int | None
    perhaps: int | None
    met: int | None
    cannot_tell: int | None
    value: float | None
    low: float | None
    high: float | None
    complete: bool
    withheld: bool = False
    in_part: bool = False


class MeasureShown(NamedTuple):
    """A measure as it is shown, with what its periods say."""

    id: str
    title: str
    asks: str
    kind: Kind
    unit: str
    hoped: str
    periods: Sequence[Period]
    undated: int | None
    signal: Signal

    @property
    def has_members(self) -> bool:
        """Whether some period has a member, or may have one."""
        return any(one.withheld or one.members or one.perhaps for one in self.periods)

    @property
    def latest(self) -> Period | None:
        """The last complete period whose value is shown, or else the last that is."""
        shown = [one for one in self.periods if one.value is not None]
        complete = [one for one in shown if one.complete]
        return (complete or shown)[-1] if shown else None


class SampleRate(NamedTuple):
    """What a sample says of a lesson, in words; or why it is not told."""

    lesson: str
    words: str


class Extract(NamedTuple):
    """The records that measures were asked of: how many, until which day, lacking what.

    `asked_for` are the sections that would answer most, first the most useful.
    """

    records: int
    last_day: date | None
    days: int
    asked_for: Sequence[str]
    not_answered: Sequence[str]


@dataclass(frozen=True)
class Paper:
    """A board paper. `notes` are the QAG's own words, by part."""

    template: Template
    register: RegisterState
    measures: Mapping[str, MeasureShown]
    not_asked: Mapping[str, str]
    rates: Mapping[str, SampleRate]
    rates_basis: str
    extract: Extract | None
    notes: Mapping[str, Html]
    protected: str
    rules: str

    def themes(self) -> Iterator[tuple[Response, Theme]]:
        """Yield the themes of all responses, in their order."""
        for response in self.register.responses:
            for theme in response.themes:
                yield response, theme

    def actions(self, finding: str | None) -> list[ActionState]:
        """Return the actions of a finding; of None those that are of all."""
        return [one for one in self.register.actions if one.action.finding == finding]


def findings_of(response: Response, theme: Theme) -> list[FindingLine]:
    """Return the findings of a theme."""
    return [one for one in response.findings if one.theme == theme.number]


def how_of(response: Response, finding: str | None) -> list[How]:
    """Return how one will know of a finding; of None, of all."""
    return [one for one in response.how if one.finding == finding]


def parts_of(responses: Sequence[Response]) -> list[str]:
    """Return the names under which notes can be set into the paper."""
    names = ["Summary"]
    for response in responses:
        names += [f"Theme {one.number}" for one in response.themes]
        names += [one.id for one in response.findings]
    return list(dict.fromkeys(names))
