"""Ask measures of records: some at a time by the engine, added up by period."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Literal

from casecheck.engine.batches import Batches
from casecheck.engine.durable import EngineFailure
from casecheck.intake.records import read_each
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.measures.adding import (
    NO_STRATUM,
    WHOLE,
    Adder,
    Cell,
    Cover,
    cover_of,
    last_days,
)
from casecheck.measures.as_it_stood import record_on
from casecheck.measures.asking import AskedMeasure
from casecheck.measures.counting import median_of
from casecheck.measures.loading import measures_of
from casecheck.measures.measure import Measure, Measures
from casecheck.measures.member_days import NEVER
from casecheck.measures.periods import Length, Period, period_of, periods_from
from casecheck.measures.report import (
    Failed,
    MeasuresReport,
    NotAsked,
    PeriodResult,
    SeriesResult,
)
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord
from casecheck.record.validation import read_record
from casecheck.truth.known import Known

Split = Literal["", "district", "team"]
RECORDS_AT_ONCE = 256
"""So many records are asked at a time, or such as they stood on a day."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How measures are added up: by which length of period, from and to which day, split by what.

    The periods in which `first` and `last` lie are whole ones.
    """

    by: Length = "quarter"
    first: date | None = None
    last: date | None = None
    split: Split = ""

    @property
    def whole(self) -> tuple[date | None, date | None]:
        """The first day of the first period, and the last of the last; None for no limit."""
        first = None if self.first is None else period_of(self.first, self.by).start
        return first, None if self.last is None else period_of(self.last, self.by).end


def measure_records(  # noqa: PLR0913 - how it is added up
    records: Iterable[CaseRecord | Mapping[str, object] | str | bytes],
    rules: Rules,
    by: Length = "quarter",
    *,
    first: date | None = None,
    last: date | None = None,
    split: Split = "",
    measures: Measures | None = None,
) -> MeasuresReport:
    """Return what the measures of some rules come to over records.

    `measures` are by default all that stand beside the lessons of `rules`.

    Raises:
        RulesError: a page of a measure cannot be read.
        NotACaseRecord: what is handed over is no record.
    """
    asked = measures_of(rules) if measures is None else measures
    measuring = Measuring(asked, rules, Asking(by, first, last, split))
    every = iter(records)
    while chunk := [_record(one) for one in islice(every, RECORDS_AT_ONCE)]:
        measuring.add(chunk)
    return measuring.report()


def measure_texts(
    texts: Iterable[RecordText | Unreadable], measures: Measures, rules: Rules, asking: Asking
) -> MeasuresReport:
    """Return what measures come to over the records of texts; what cannot be read is counted."""
    measuring = Measuring(measures, rules, asking)
    unreadable = 0
    every = read_each(texts)
    while chunk := list(islice(every, RECORDS_AT_ONCE)):
        records = [one.record for one in chunk if not isinstance(one, Unreadable)]
        unreadable += sum(one.count for one in chunk if isinstance(one, Unreadable))
        measuring.add(records)
    return replace(measuring.report(), unreadable=unreadable)


def _record(record: CaseRecord | Mapping[str, object] | str | bytes) -> CaseRecord:
    if isinstance(record, CaseRecord):
        return record
    if isinstance(record, Mapping):
        record = json.dumps(record)
    return read_record(record.encode() if isinstance(record, str) else record)


def in_the_engine(measures: Measures, rules: Rules) -> Sequence[AskedMeasure]:
    """Return those of some measures that are asked of records, compiled."""
    asked = (one for one in measures.measures if one.is_asked and not one.because)
    return [AskedMeasure(one, rules.concepts) for one in asked]


class Measuring:
    """Measures in the engine, and what they have come to so far.

    `asked` are the measures in the engine, where they are at hand.
    """

    def __init__(
        self,
        measures: Measures,
        rules: Rules,
        asking: Asking,
        asked: Sequence[AskedMeasure] | None = None,
    ) -> None:
        self._measures, self._rules, self._asking = measures, rules, asking
        self._asked = in_the_engine(measures, rules) if asked is None else asked
        self._adders = [Adder(one.measure, asking.by, *asking.whole) for one in self._asked]
        self._records = 0
        self._ids: Counter[str] = Counter()
        self._strata: set[str] = set()
        self._failed: list[Failed] = []
        self._first, self._last, self._extracted = NEVER, -NEVER, -NEVER

    def add(self, records: Sequence[CaseRecord]) -> None:
        """Ask all measures of some records."""
        noted = [contradictions(record) for record in records]
        known = [Known(record, found) for record, found in zip(records, noted, strict=True)]
        covers = [cover_of(record) for record in records]
        for record, cover in zip(records, covers, strict=True):
            self._note(record, cover)
        self._ask("events", known, records, covers, list(range(len(records))), None)
        on_days: list[tuple[int, Period]] = []
        if any(one.measure.by == "states" for one in self._asked):
            whole = self._asking.whole
            for at, cover in enumerate(covers):
                on_days += ((at, one) for one in last_days(cover, self._asking.by, *whole))
        for start in range(0, len(on_days), RECORDS_AT_ONCE):
            part = on_days[start : start + RECORDS_AT_ONCE]
            then = [Known(record_on(records[at], day.end), noted[at]) for at, day in part]
            self._ask("states", then, records, covers, [at for at, _ in part], [p for _, p in part])
        self._records += len(records)

    def _note(self, record: CaseRecord, cover: Cover) -> None:
        self._ids[record.case_id] += 1
        self._strata.update(self._stratum(record))
        self._first = min(self._first, cover.first)
        self._last = max(self._last, cover.today)
        self._extracted = max(self._extracted, record.extracted_on.toordinal())

    def _stratum(self, record: CaseRecord) -> tuple[str, ...]:
        split = self._asking.split
        if not split:
            return ()
        named = record.district if split == "district" else record.team
        return (named or NO_STRATUM,)

    def _ask(  # noqa: PLR0913, PLR0917 - records as they are, or as they stood on days
        self,
        by: str,
        known: Sequence[Known],
        records: Sequence[CaseRecord],
        covers: Sequence[Cover],
        places: Sequence[int],
        periods: Sequence[Period] | None,
    ) -> None:
        for asked, adder in zip(self._asked, self._adders, strict=True):
            if asked.measure.by != by:
                continue
            batches = Batches(asked)
            for number, one in enumerate(known):
                batches.add(number, one)
            for number, found in batches.results(known, met=True):
                at = places[number]
                if isinstance(found, EngineFailure):
                    self._fail(records[at].case_id, asked.measure.id, str(found))
                    continue
                period = None if periods is None else periods[number]
                strata = self._stratum(records[at])
                adder.add(found, covers[at], strata, self._records + at, period)

    def _fail(self, case_id: str, measure: str, why: str) -> None:
        failed = Failed(case_id, measure, why)
        if failed not in self._failed:
            self._failed.append(failed)

    def report(self) -> MeasuresReport:
        """Return what the measures have come to; no records are added afterwards."""
        for adder in self._adders:
            adder.finish()
        periods = self._periods()
        strata = [WHOLE, *sorted(self._strata)]
        series = [one for adder in self._adders for one in self._series(adder, periods, strata)]
        return MeasuresReport(
            self._asking.by,
            self._asking.split,
            self._records,
            self._rules.digest,
            self._measures.digest,
            tuple(series),
            tuple(_not_asked(self._measures.measures)),
            tuple(sorted(self._failed, key=lambda one: (one.measure, one.case_id))),
            sum(1 for number in self._ids.values() if number > 1),
        )

    def _periods(self) -> list[Period]:
        """Return the periods that are told of: all from the first that a record covers, in order.

        And those before it in which there may be a member: the day of opening may be a range.
        """
        if not self._records:
            return []
        first, last = self._asking.whole
        begin = date.fromordinal(self._first) if first is None else first
        end = date.fromordinal(self._last)
        end = end if last is None else min(end, last)
        found = {one.label: one for one in periods_from(begin, end, self._asking.by)}
        before = {label for adder in self._adders for _, _, label in adder.cells} - found.keys()
        if before:
            start = _first_day(min(before))
            found = {one.label: one for one in periods_from(start, end, self._asking.by)}
        return [found[label] for label in sorted(found)]

    def _series(
        self, adder: Adder, periods: Sequence[Period], strata: Sequence[str]
    ) -> Iterator[SeriesResult]:
        measure = adder.measure
        means = {"": "", **{one.name: one.means for one in measure.apart}}
        for series, of_it in means.items():
            for stratum in strata:
                results = (
                    self._result(measure, one, adder.cells.get((series, stratum, one.label)))
                    for one in periods
                )
                undated = adder.undated.get((series, stratum), 0)
                yield SeriesResult(measure, series, of_it, stratum, tuple(results), undated)

    def _result(self, measure: Measure, period: Period, cell: Cell | None) -> PeriodResult:
        cell = cell or Cell()
        median = median_of(cell.spells) if measure.kind == "median_days" else None
        partial = period.bounds[1] > self._extracted
        return PeriodResult(period.label, cell.tally, partial, median, cell.open, cell.open_perhaps)


def _first_day(label: str) -> date:
    year, _, rest = label.partition("-")
    month = 1 if not rest else int(rest[1:]) * 3 - 2 if rest[0] == "Q" else int(rest)
    return date(int(year), month, 1)


def _not_asked(measures: Iterable[Measure]) -> Iterator[NotAsked]:
    for one in measures:
        if one.because:
            yield NotAsked(one.id, one.title, one.because)
        elif one.kind == "entered":
            why = "answered by an outside source, entered by `casecheck register enter`"
            yield NotAsked(one.id, one.title, why)
