"""Take out of a report what a profile does not show, and what would give that away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from casecheck.measures.counting import Median
from casecheck.measures.disclosure import Profile, Relation
from casecheck.measures.measure import Measure
from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult
from casecheck.measures.withheld import Key, Row, Withheld, withheld

_OF_A_SHARE = ("met", "not_met", "cannot_tell")
_OTHERS = "others"
"""What a measure counts beside that which it shows apart: nobody is shown it, all can reckon it."""


def protected(report: MeasuresReport, profile: Profile) -> MeasuresReport:
    """Return a report as it is shown by a profile; by one that hides nothing it stays as it is."""
    if not profile.most:
        return replace(report, disclosure=profile.name)
    rows = {
        (series.id, series.split, period.label): _row(series, period)
        for series in report.series
        for period in series.periods
    }
    others = {row.key("members"): row for row in _others(report.series, rows)}
    links = [*_sums(report.series, rows, others), *_the_same(report.series, rows)]
    found = withheld([*rows.values(), *others.values()], profile, links=links)
    series = tuple(_shown(one, rows, found, profile) for one in report.series)
    hidden = sum(len(period.hidden) for one in series for period in one.periods)
    words = replace(found, number=hidden).words()
    return replace(report, series=series, disclosure=profile.name, protected=words)


_Rows = dict[tuple[str, str, str], Row]


def _row(series: SeriesResult, period: PeriodResult) -> Row:
    tally = period.tally
    counts = {
        "members": tally.members,
        "perhaps": tally.perhaps,
        "perhaps_not_met": tally.perhaps_not,
        "perhaps_may_be_met": tally.perhaps_met,
    }
    if series.measure.kind == "count":
        counts["high"] = tally.members + tally.perhaps
    else:
        counts |= {
            "met": tally.met, "not_met": tally.not_met, "cannot_tell": tally.cannot_tell,
        }  # fmt: skip
    if series.measure.kind == "median_days":
        counts |= {"open": period.open, "open_perhaps": period.open_perhaps}
    return Row(series.id, period.label, counts, series.split)


def _others(series: Iterable[SeriesResult], rows: _Rows) -> Iterator[Row]:
    """Yield for each measure that shows something apart how many members it has beside these."""
    for one in series:
        for period in one.periods if one.measure.apart and not one.apart else ():
            of_it = rows[one.id, one.split, period.label]
            parts = _parts(one.measure, of_it, rows)
            rest = of_it.counts["members"] - sum(part.counts["members"] for part in parts)
            if rest >= 0:  # persons may be in two parts, and then nobody can reckon it
                name = f"{one.id} {_OTHERS}"
                yield Row(name, period.label, {"members": rest}, one.split)


def _parts(measure: Measure, of_it: Row, rows: _Rows) -> list[Row]:
    """Return what is shown apart of a row: parts of it alone, so that they make no more."""
    parts = [rows[f"{measure.id}.{one.name}", of_it.group, of_it.period] for one in measure.apart]
    most = of_it.counts["members"]
    return [one for one in parts if one.counts["members"] <= most]


def _sums(
    series: Iterable[SeriesResult], rows: _Rows, others: dict[Key, Row]
) -> Iterator[Relation[Key]]:
    """Yield that a measure is what it shows apart, and others."""
    for one in series:
        for period in one.periods if one.measure.apart and not one.apart else ():
            of_it = rows[one.id, one.split, period.label]
            parts = _parts(one.measure, of_it, rows)
            rest = Key(f"{one.id} {_OTHERS}", one.split, period.label, "members")
            if rest in others:
                keys = tuple(part.key("members") for part in parts)
                yield Relation(of_it.key("members"), (*keys, rest))


def _the_same(series: Iterable[SeriesResult], rows: _Rows) -> Iterator[Relation[Key]]:
    """Yield that two measures ask of the same members, where they do."""
    before: dict[object, SeriesResult] = {}
    for one in series:
        first = before.setdefault((_asked(one), one.split), one)
        if first is one:
            continue
        for period in one.periods:
            keys = [
                rows[of_it.id, one.split, period.label].key("members") for of_it in (first, one)
            ]
            yield Relation(keys[0], (keys[1],))


def _asked(series: SeriesResult) -> object:
    """Return what says of whom a series asks, the same for two that ask of the same."""
    return repr([
        (dict(one.population.for_each), one.population.where, one.population.given,
         one.population.unless, one.day, one.person, one.surely)
        for one in series.measure.series.get(series.apart, ())
        if not one.joined
    ]) if series.measure.is_asked else series.id  # fmt: skip


def _shown(series: SeriesResult, rows: _Rows, found: Withheld, profile: Profile) -> SeriesResult:
    periods = tuple(
        _of_period(series, one, rows[series.id, series.split, one.label], found)
        for one in series.periods
    )
    undated = series.undated
    return replace(
        series,
        periods=periods,
        undated=None if undated is None or profile.hides(undated) else undated,
    )


def _of_period(
    series: SeriesResult, period: PeriodResult, row: Row, found: Withheld
) -> PeriodResult:
    """Return a period with the names of its numbers that are not shown."""
    kind = series.measure.kind
    hidden = {name for name in ("members", "perhaps") if not found.shows(row, name)}
    if kind == "count":
        hidden |= {"low"} if "members" in hidden else set()
        hidden |= set() if found.shows(row, "high") else {"high"}
    else:
        hidden |= {name for name in _OF_A_SHARE if not found.shows(row, name)}
        tally = period.tally
        shares = (
            ("share", tally.share, found.shows_share(row)),
            ("low", tally.low, found.shows_low(row)),
            ("high", tally.high, found.shows_high(row)),
        )
        hidden |= {name for name, value, shows in shares if value is not None and not shows}
    if kind == "median_days":
        hidden |= {name for name in ("open", "open_perhaps") if not found.shows(row, name)}
        if period.median != Median(None, None, None) and not found.shows_median(row):
            hidden |= {"median", "median_low", "median_high"}
    return replace(period, hidden=frozenset(hidden))
