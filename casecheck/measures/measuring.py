"""Ask measures of records: some at a time by the engine, added up by period."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Literal, NamedTuple

from casecheck.engine.asked_lesson import Prepared
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
    Stratum,
    cover_of,
    last_days,
    members_of,
)
from casecheck.measures.as_it_stood import record_on
from casecheck.measures.asking import AskedMeasure, prepared_of
from casecheck.measures.counting import median_of
from casecheck.measures.loading import made_of, measures_of
from casecheck.measures.measure import By, Measure, Measures
from casecheck.measures.member_days import NEVER
from casecheck.measures.periods import Length, Period, named, period_of, periods_from
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
from casecheck.text.kept import kept
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
    measuring = Measuring(asked, rules, [Asking(by, first, last, split)])
    every = iter(records)
    while chunk := [_record(one) for one in islice(every, RECORDS_AT_ONCE)]:
        measuring.add(chunk)
    return measuring.reports()[0]


def measure_texts(
    texts: Iterable[RecordText | Unreadable], measures: Measures, rules: Rules, asking: Asking
) -> MeasuresReport:
    """Return what measures come to over the records of texts; what cannot be read is counted."""
    measuring = Measuring(measures, rules, [asking])
    unreadable = 0
    every = read_each(texts)
    while chunk := list(islice(every, RECORDS_AT_ONCE)):
        records = [one.record for one in chunk if not isinstance(one, Unreadable)]
        unreadable += sum(one.count for one in chunk if isinstance(one, Unreadable))
        measuring.add(records)
    return replace(measuring.reports()[0], unreadable=unreadable)


def _record(record: CaseRecord | Mapping[str, object] | str | bytes) -> CaseRecord:
    if isinstance(record, CaseRecord):
        return record
    if isinstance(record, Mapping):
        record = json.dumps(record)
    return read_record(record.encode() if isinstance(record, str) else record)


def in_the_engine(measures: Measures, rules: Rules) -> Sequence[AskedMeasure]:
    """Return those of some measures that are asked of records, compiled."""
    asked = [one for one in measures.measures if one.is_asked and not one.because]

    def prepared() -> dict[str, Prepared]:
        return {one.id: prepared_of(one, rules.concepts) for one in asked}

    what = repr((made_of(rules), [one.id for one in asked]))
    at_hand = kept("asked", what, prepared)
    return [AskedMeasure(one, rules.concepts, at_hand[one.id]) for one in asked]


class _Then(NamedTuple):
    """A record, by its place, as it is; or as it stood on a day, the last of these periods."""

    at: int
    day: date = date.min
    periods: Mapping[int, Period] = MappingProxyType({})


class Measuring:
    """Measures in the engine, and what they have come to so far, in one way or several.

    `asked` are the measures in the engine, where they are at hand.
    """

    def __init__(
        self,
        measures: Measures,
        rules: Rules,
        askings: Sequence[Asking],
        asked: Sequence[AskedMeasure] | None = None,
    ) -> None:
        self._measures, self._rules, self._askings = measures, rules, askings
        self._asked = in_the_engine(measures, rules) if asked is None else asked
        # Who is split by team is added up as who is not: each adder has all strata.
        self._wholes = list(dict.fromkeys((one.by, *one.whole) for one in askings))
        self._adders = [
            [Adder(asked.measure, *one) for one in self._wholes] for asked in self._asked
        ]
        self._splits = sorted({one.split for one in askings if one.split})
        self._records = 0
        self._ids: Counter[str] = Counter()
        self._strata: set[Stratum] = set()
        self._failed: list[Failed] = []
        self._first, self._last, self._extracted = NEVER, -NEVER, -NEVER

    def add(self, records: Sequence[CaseRecord]) -> None:
        """Ask all measures of some records."""
        noted = [contradictions(record) for record in records]
        covers = [cover_of(record) for record in records]
        for record, cover in zip(records, covers, strict=True):
            self._note(record, cover)
        known = [Known(record, found) for record, found in zip(records, noted, strict=True)]
        self._ask("events", known, [_Then(at) for at in range(len(records))], records, covers)
        if any(one.measure.by == "states" for one in self._asked):
            days = [
                _Then(at, day, dict(periods))
                for at, cover in enumerate(covers)
                for day, periods in self._days(cover)
            ]
            for start in range(0, len(days), RECORDS_AT_ONCE):
                some = days[start : start + RECORDS_AT_ONCE]
                stood = [Known(record_on(records[one.at], one.day), noted[one.at]) for one in some]
                self._ask("states", stood, some, records, covers)
        self._records += len(records)

    def _days(self, cover: Cover) -> Iterator[tuple[date, list[tuple[int, Period]]]]:
        """Yield the last days of periods that a record covers, and by which adder each is one."""
        days: dict[date, list[tuple[int, Period]]] = defaultdict(list)
        for number, whole in enumerate(self._wholes):
            for period in last_days(cover, *whole):
                days[period.end].append((number, period))
        yield from sorted(days.items())

    def _note(self, record: CaseRecord, cover: Cover) -> None:
        self._ids[record.case_id] += 1
        self._strata.update(self._strata_of(record))
        self._first = min(self._first, cover.first)
        self._last = max(self._last, cover.today)
        self._extracted = max(self._extracted, record.extracted_on.toordinal())

    def _strata_of(self, record: CaseRecord) -> list[Stratum]:
        of_it = {"district": record.district, "team": record.team}
        return [(split, of_it[split] or NO_STRATUM) for split in self._splits]

    def _ask(
        self,
        by: By,
        known: Sequence[Known],
        thens: Sequence[_Then],
        records: Sequence[CaseRecord],
        covers: Sequence[Cover],
    ) -> None:
        """Ask the measures of events, or of states, of records: as they are, or stood on days."""
        for asked, adders in zip(self._asked, self._adders, strict=True):
            if asked.measure.by != by:
                continue
            batches = Batches(asked)
            for number, one in enumerate(known):
                batches.add(number, one)
            for number, found in batches.results(known, met=True):
                then = thens[number]
                record, cover = records[then.at], covers[then.at]
                if isinstance(found, EngineFailure):
                    self._fail(record.case_id, asked.measure.id, str(found))
                    continue
                strata, place = self._strata_of(record), self._records + then.at
                members = members_of(found)
                for which, adder in enumerate(adders):
                    if by == "events":
                        adder.add(members, cover, strata, place)
                    elif which in then.periods:
                        adder.add(members, cover, strata, place, then.periods[which])

    def _fail(self, case_id: str, measure: str, why: str) -> None:
        failed = Failed(case_id, measure, why)
        if failed not in self._failed:
            self._failed.append(failed)

    def finish(self) -> None:
        """Count each person once in a period; no records are added afterwards."""
        for adders in self._adders:
            for adder in adders:
                adder.finish()

    def reports(self) -> list[MeasuresReport]:
        """Return what the measures have come to, for each asking."""
        self.finish()
        return list(map(self._report, self._askings))

    def _report(self, asking: Asking) -> MeasuresReport:
        number = self._wholes.index((asking.by, *asking.whole))
        adders = [of_measure[number] for of_measure in self._adders]
        periods = self._periods(asking, adders)
        strata = sorted(one for one in self._strata if one[0] == asking.split)
        series = [one for adder in adders for one in self._series(adder, periods, [WHOLE, *strata])]
        return MeasuresReport(
            asking.by,
            asking.split,
            self._records,
            self._rules.digest,
            self._measures.digest,
            tuple(series),
            tuple(not_asked(self._measures.measures)),
            tuple(sorted(self._failed, key=lambda one: (one.measure, one.case_id))),
            sum(1 for times in self._ids.values() if times > 1),
            settings=self._rules.deviations(),
        )

    def _periods(self, asking: Asking, adders: Iterable[Adder]) -> list[Period]:
        """Return the periods that are told of: all from the first that a record covers, in order.

        And those before it in which there may be a member: the day of opening may be a range.
        """
        if not self._records:
            return []
        first, last = asking.whole
        begin = date.fromordinal(self._first) if first is None else first
        end = date.fromordinal(self._last)
        end = end if last is None else min(end, last)
        found = {one.label: one for one in periods_from(begin, end, asking.by)}
        before = {label for adder in adders for _, _, label in adder.cells} - found.keys()
        if before:
            start = named(min(before)).start
            found = {one.label: one for one in periods_from(start, end, asking.by)}
        return [found[label] for label in sorted(found)]

    def _series(
        self, adder: Adder, periods: Sequence[Period], strata: Sequence[Stratum]
    ) -> Iterator[SeriesResult]:
        measure = adder.measure
        means = {"": "", **{one.name: one.means for one in measure.apart}}
        # Most periods of most teams have nobody, which is worked out once for all of them.
        nobody = [self._result(measure, one, Cell()) for one in periods]
        for series, of_it in means.items():
            for stratum in strata:
                cells = (adder.cells.get((series, stratum, one.label)) for one in periods)
                results = (
                    nobody[at] if cell is None else self._result(measure, periods[at], cell)
                    for at, cell in enumerate(cells)
                )
                undated = adder.undated.get((series, stratum), 0)
                yield SeriesResult(measure, series, of_it, stratum[1], tuple(results), undated)

    def _result(self, measure: Measure, period: Period, cell: Cell) -> PeriodResult:
        median = median_of(cell.spells) if measure.kind == "median_days" else None
        partial = period.bounds[1] > self._extracted
        return PeriodResult(period.label, cell.tally, partial, median, cell.open, cell.open_perhaps)


def not_asked(measures: Iterable[Measure]) -> Iterator[NotAsked]:
    """Yield the measures that are not asked of records, each with the reason."""
    for one in measures:
        if one.because:
            yield NotAsked(one.id, one.title, one.because)
        elif one.kind == "entered":
            why = "answered by an outside source, entered by `casecheck register enter`"
            yield NotAsked(one.id, one.title, why, one.kind)
        elif one.kind == "lessons":
            why = "asked of stored runs, by `casecheck measures --store FILE`"
            yield NotAsked(one.id, one.title, why, one.kind)
