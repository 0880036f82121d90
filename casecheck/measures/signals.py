"""What a measure's periods say: improved, worse, no signal yet, or too few to say.

The verdict rests on the rules of the run chart, and on what the control chart says of the latest
period. Asked of every point, the rules of a control chart find something in one chance series of
six; `marks` has them all, for a chart to show.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from casecheck.measures.control_chart import (
    RULES,
    ControlChart,
    Level,
    Limits,
    Rule,
    c_chart,
    level,
    p_chart,
    xmr_chart,
)
from casecheck.measures.run_chart import RunChart, run_chart
from casecheck.measures.signal_words import (
    Fired,
    Hoped,
    Kind,
    Shown,
    found_words,
    none_words,
    nothing_words,
    too_few_words,
)

Verdict = Literal["improved", "worse", "no_signal", "too_few"]

FEWEST_MEMBERS = 5
"""A measure most of whose periods rest on fewer has no verdict."""


@dataclass(frozen=True)
class Point:
    """One period of a measure, as it is shown: what is suppressed has no numbers."""

    period: str
    members: int | None
    """Members for certain: a share's m + b + u, a count itself, those of whom a median is."""
    met: int | None = None
    """Of a share alone: the numerator m."""
    value: float | None = None
    """Of a median alone: the days."""
    complete: bool = True
    suppressed: bool = False


@dataclass(frozen=True)
class Signal:
    """What the periods say; `as_json` is the contract's block, the rest is for charts."""

    verdict: Verdict | None
    """None: the measure has no verdict, since most of its periods are withheld or too small."""
    rules: tuple[str, ...]
    """What fired: `shift`, `crossings`, `outside`, `trend`, `near_limit`."""
    since: str | None
    center: float | None
    """The median of the periods used."""
    limits: Level
    words: str
    used: tuple[str, ...] = ()
    """The periods that were used: complete, shown, with a value."""
    mean: float | None = None
    """The center of the control chart; None where there are no limits."""
    limit_of: Mapping[str, Limits] = field(default_factory=dict)
    """Period to its limits; empty where there are none."""
    marks: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    """Period to the rules of the control chart whose pattern it is part of, verdict or not."""

    def as_json(self) -> dict[str, Any]:
        """Return the block `signal` of a measure."""
        return {
            "verdict": self.verdict,
            "rules": list(self.rules),
            "since": self.since,
            "center": self.center,
            "limits": self.limits,
            "words": self.words,
        }


def signal(points: Iterable[Point], kind: Kind, hoped: Hoped) -> Signal:
    """Return what the periods of a measure say, given in order of time, each once.

    Give points as they are shown: then the signal gives nothing away that they do not. Periods that
    are not complete, or without a value, are not used.
    """
    complete = [point for point in points if point.complete]
    weak = sum(_weak(point) for point in complete)
    refused = 2 * weak > len(complete)
    why_none = none_words(len(complete), weak, FEWEST_MEMBERS)
    used = [point for point in complete if _value(point, kind) is not None]
    if not used:
        return Signal(None if refused else "too_few", (), None, None, "none", why_none)
    shown = _charts(used, kind, hoped)
    if refused:
        return _signal(shown, None, why_none)
    latest = list(_latest(shown.chart))
    if not shown.runs.enough:
        return _signal(shown, "too_few", too_few_words(shown, latest), latest)
    fired = [*_runs(shown.runs), *latest]
    if not fired:
        return _signal(shown, "no_signal", nothing_words(shown))
    rises = _direction(fired, hoped)
    since = min(one.since for one in fired if one.rises == rises)
    verdict: Verdict = "improved" if rises == (hoped == "up") else "worse"
    words = found_words(shown, fired, rises, since)
    return _signal(shown, "no_signal" if hoped == "none" else verdict, words, fired, since)


def _weak(point: Point) -> bool:
    return point.suppressed or point.members is None or point.members < FEWEST_MEMBERS


def _value(point: Point, kind: Kind) -> Fraction | None:
    """Return what a point shows, None where that is nothing."""
    if point.suppressed or point.members is None:
        return None
    if kind == "count":
        return Fraction(point.members)
    if kind == "median":
        return None if point.value is None else Fraction(point.value)
    return None if point.met is None or not point.members else Fraction(point.met, point.members)


def _charts(used: Sequence[Point], kind: Kind, hoped: Hoped) -> Shown:
    values = [_value(point, kind) or Fraction(0) for point in used]
    members = [point.members or 0 for point in used]
    firm, chart = level(len(used)), None
    if firm != "none":
        if kind == "share":
            chart = p_chart([point.met or 0 for point in used], members)
        elif kind == "count":
            chart = c_chart(members)
        else:
            chart = xmr_chart([float(value) for value in values])
    periods = tuple(point.period for point in used)
    return Shown(kind, hoped, periods, run_chart(values), chart, firm)


def _runs(runs: RunChart) -> Iterable[Fired]:
    if runs.long_run:
        yield Fired("shift", runs.turn, runs.rises)
    if runs.few_crossings:
        yield Fired("crossings", runs.turn, runs.rises)


def _latest(chart: ControlChart | None) -> Iterable[Fired]:
    """Yield the rules of the control chart that the latest period is part of.

    Seven on one side of the mean is not among them: the run chart asks the same, more strictly.
    """
    if chart is None:
        return
    last = len(chart.sides) - 1
    higher = chart.sides[last] > 0
    if last in chart.fires["outside"]:
        yield Fired("outside", _first(chart.fires["outside"], chart.sides), higher)
    if last in chart.fires["trend"]:
        # One step fewer than there are points: the step before a point has the place before it.
        yield Fired("trend", _first(range(last), chart.steps), chart.steps[-1] > 0)
    if last in chart.fires["near_limit"]:
        near = min(place for place in chart.fires["near_limit"] if place >= last - 2)
        yield Fired("near_limit", near, higher)


def _first(places: Container[int], alike: Sequence[int]) -> int:
    """Return the first of the places in a row up to the last one that are like the last."""
    first = len(alike) - 1
    while first - 1 in places and alike[first - 1] == alike[-1]:
        first -= 1
    return first


def _direction(fired: Sequence[Fired], hoped: Hoped) -> bool:
    """Return whether it rose: where rules differ, what was not hoped for, or else the latest."""
    ways = {one.rises for one in fired}
    if hoped != "none" and len(ways) == 2:
        return hoped == "down"
    return max(fired, key=lambda one: one.since).rises


def _signal(
    shown: Shown,
    verdict: Verdict | None,
    words: str,
    fired: Sequence[Fired] = (),
    since: int | None = None,
) -> Signal:
    chart, periods = shown.chart, shown.periods
    marks = {
        period: tuple(rule for rule in RULES if chart and place in chart.fires[rule])
        for place, period in enumerate(periods)
    }
    return Signal(
        verdict=verdict,
        rules=tuple(one.rule for one in fired),
        since=None if since is None else periods[since],
        center=float(shown.runs.center),
        limits=shown.firm,
        words=words,
        used=periods,
        mean=chart.mean if chart else None,
        limit_of=dict(zip(periods, chart.limits, strict=True)) if chart else {},
        marks={period: rules for period, rules in marks.items() if rules},
    )
