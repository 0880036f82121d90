"""Save with a run what the measures of its records come to, and read it back: counts alone.

For each series and stratum all periods of each length in which somebody is, or may be, and once for
each length the periods that the run covers: in others it has nothing to say.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from operator import attrgetter
from typing import NamedTuple

from casecheck.intake.records import parse
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.measures.counting import Median, Tally
from casecheck.measures.measure import Measures
from casecheck.measures.measuring import RECORDS_AT_ONCE, Asking, Measuring, Split
from casecheck.measures.periods import LENGTHS, named, periods_from
from casecheck.measures.report import Failed, MeasuresReport, PeriodResult, SeriesResult
from casecheck.qag.store.measured_rows import MeasuredRow
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord
from casecheck.text.counted import counted

_SPLITS: tuple[Split, ...] = ("", "district", "team")
FAILED = "(failed)"
"""Stands in place of a series for how many records it could not be worked out of."""
NO_PERIOD = ""
"""Stands in place of a period for what is of none."""


class Watching:
    """Asks measures of the records that an audit reads, as their texts pass."""

    def __init__(self, measures: Measures, rules: Rules) -> None:
        askings = [Asking(by, split=split) for by in LENGTHS for split in _SPLITS]
        self._measuring = Measuring(measures, rules, askings)
        self._records: list[CaseRecord] = []

    def over(self, texts: Iterable[RecordText | Unreadable]) -> Iterator[RecordText | Unreadable]:
        """Yield texts, and ask of the records in them."""
        for text in texts:
            yield text
            record = text if isinstance(text, Unreadable) else parse(text, explained=False)
            if isinstance(record, CaseRecord):
                self._records.append(record)
            if len(self._records) == RECORDS_AT_ONCE:
                self._ask()
        self._ask()

    def _ask(self) -> None:
        if self._records:
            self._measuring.add(self._records)
            self._records = []

    def rows(self) -> Iterator[MeasuredRow]:
        """Yield what the measures have come to."""
        reports = self._measuring.reports()
        for report in reports:
            yield from _rows(report)
        for name, number in Counter(one.measure for one in reports[0].failed).items():
            yield MeasuredRow(name, FAILED, "", "", "", NO_PERIOD, json.dumps([number]))


def _rows(report: MeasuresReport) -> Iterator[MeasuredRow]:
    labels = [one.label for one in report.series[0].periods] if report.series else []
    if not report.split_by:
        counts = json.dumps([labels[0], labels[-1]] if labels else [])
        yield MeasuredRow("", "", report.by, "", "", NO_PERIOD, counts)
    for series in report.series:
        if report.split_by and not series.split:  # the whole is saved once
            continue
        named = (series.measure.id, series.apart, report.by, report.split_by, series.split)
        if series.undated:
            yield MeasuredRow(*named, NO_PERIOD, json.dumps([series.undated]))
        for period in series.periods:
            if _is_there(period):
                yield MeasuredRow(*named, period.label, _counts(period))


def _is_there(period: PeriodResult) -> bool:
    tally = period.tally
    return bool(tally.members or tally.perhaps or period.open or period.open_perhaps)


def _counts(period: PeriodResult) -> str:
    median = period.median and astuple(period.median)
    counts = (int(period.partial), period.open, period.open_perhaps, median)
    return json.dumps([_OF_TALLY(period.tally), *counts])


_OF_TALLY = attrgetter(*(field.name for field in fields(Tally)))


def period_of_row(row: MeasuredRow) -> PeriodResult:
    """Return the period that a row is of."""
    tally, partial, is_open, open_perhaps, median = json.loads(row.counts)
    return PeriodResult(
        row.period,
        Tally(*tally),
        bool(partial),
        None if median is None else Median(*median),
        is_open,
        open_perhaps,
    )


class SavedRun(NamedTuple):
    """What one run keeps of measures: its day, how many records, and its rows."""

    as_of: str
    number: int
    records: int
    rows: Sequence[MeasuredRow]


def failed_of(run: SavedRun) -> Iterator[Failed]:
    """Yield the measures that could not be worked out of some records of a run."""
    for row in run.rows:
        if row.apart == FAILED:
            (number,) = json.loads(row.counts)
            records = counted(number, "record")
            why = f"the engine could not work it out of {records}, which are counted nowhere"
            yield Failed(f"run {run.number}", row.measure, why)


def saved_series(
    runs: Sequence[SavedRun], measures: Measures, asking: Asking
) -> list[SeriesResult]:
    """Return the series of measures over stored runs.

    A period is told as the latest run has it that covers it; runs of one day as they were saved.
    """
    found: list[SeriesResult] = []
    latest_first = sorted(runs, key=lambda one: (one.as_of, one.number), reverse=True)
    books = [_Book(one, asking) for one in latest_first]
    labels = sorted({label for book in books for label in book.covered})
    strata = sorted({stratum for book in books for stratum in book.strata})
    for measure in measures.measures:
        if not measure.is_asked:
            continue
        for name in measure.series:
            means = next((one.means for one in measure.apart if one.name == name), "")
            for stratum in ["", *strata]:
                key = measure.id, name, stratum
                periods = [_of_latest(books, key, label, measure.kind) for label in labels]
                undated = next((book.undated.get(key, 0) for book in books), 0)
                found.append(SeriesResult(measure, name, means, stratum, tuple(periods), undated))
    return found


_Series = tuple[str, str, str]


class _Book:
    """What one run keeps of periods of one length, by series and stratum."""

    def __init__(self, run: SavedRun, asking: Asking) -> None:
        self.periods: dict[tuple[_Series, str], PeriodResult] = {}
        self.undated: dict[_Series, int] = {}
        self.strata: set[str] = set()
        covered: list[str] = []
        for row in run.rows:
            if row.length != asking.by:
                continue
            if not row.measure:
                covered = json.loads(row.counts)
            elif row.split in ("", asking.split):
                series = row.measure, row.apart, row.stratum
                self.strata |= {row.stratum} - {""}
                if row.period == NO_PERIOD:
                    (self.undated[series],) = json.loads(row.counts)
                else:
                    self.periods[series, row.period] = period_of_row(row)
        self.as_of = run.as_of
        self.covered: dict[str, None] = {}
        if covered:
            first, last = asking.whole
            start, end = named(covered[0]).start, named(covered[1]).end
            days = (max(start, first or start), min(end, last or end))
            self.covered = dict.fromkeys(one.label for one in periods_from(*days, asking.by))


def _of_latest(books: Sequence[_Book], series: _Series, label: str, kind: str) -> PeriodResult:
    """Return a period as the latest run has it that covers it."""
    for book in books:
        if label in book.covered:
            found = book.periods.get((series, label))
            if found is not None:
                return found
            partial = named(label).end.isoformat() > book.as_of
            median = Median(None, None, None) if kind == "median_days" else None
            return PeriodResult(label, Tally(), partial, median)
    return PeriodResult(label, Tally())
