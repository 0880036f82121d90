"""Measures and an independent reading of them say the same of random records.

A quick run tries a share of RECORDS. To try more of them:
`CASECHECK_RANDOM_RECORDS=20000 pytest tests/test_measures_oracle.py`.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import measures_oracle as oracle
import pytest
import random_records
import shipped
from amounts import tries
from once import made_once, measures_once

from casecheck.measures.measuring import measure_records
from casecheck.measures.periods import LENGTHS, Length, named
from casecheck.measures.report import SeriesResult

RECORDS = int(os.environ.get("CASECHECK_RANDOM_RECORDS", tries(600)))
BLOCKS = 4
NOT_READ = {"ML", "M6c", "M11"}
"""Of stored runs, or entered by people."""


def read(case: oracle.Case, measure: str, label: str) -> oracle.Counts:
    """What the independent reading counts in a period."""
    period = named(label)
    if measure in oracle.EVENT_MEASURES:
        members = list(oracle.EVENT_MEASURES[measure](case))
        return oracle.counts_of(members, period.start, period.end, case)
    # Where it may have been opened in any year, it is told of from the last day that may be.
    opened = case.opened.last if case.opened.first == -math.inf else case.opened.first
    if not opened <= period.end.toordinal() <= case.today.last:
        return oracle.Counts()
    members = list(oracle.STATE_MEASURES[measure](case, period.end))
    return oracle.counts_of(members, period.start, period.end, case)


def counted(series: SeriesResult, at: int) -> tuple[int, ...]:
    tally = series.periods[at].tally
    return tally.met, tally.not_met, tally.cannot_tell, tally.perhaps_not, tally.perhaps_met


def differences(record: Mapping[str, Any], by: Length) -> list[object]:
    rules = shipped.rules()
    with made_once():
        report = measure_records([record], rules, by, measures=measures_once(rules))
    assert not report.failed
    case, found = oracle.Case(record), []
    for series in report.series:
        if series.apart or series.measure.kind == "lessons":
            continue
        for at, period in enumerate(series.periods):
            said, reads = counted(series, at), tuple(read(case, series.id, period.label))
            if series.measure.kind == "count":  # nothing is asked of its members
                said, reads = _in_two(said), _in_two(reads)
            if said != reads:
                found.append((series.id, period.label, "measured", said, "read", reads))
    return found


def _in_two(counts: tuple[int, ...]) -> tuple[int, ...]:
    return sum(counts[:3]), sum(counts[3:])


@pytest.mark.parametrize("block", range(BLOCKS))
def test_measures_say_what_the_independent_reading_says(block: int) -> None:
    for seed in range(block, RECORDS, BLOCKS):
        record = random_records.random_record(random.Random(seed))
        assert differences(record, LENGTHS[seed % 3]) == [], seed


def test_every_measure_that_is_asked_of_records_is_read() -> None:
    asked = {one.id for one in measures_once(shipped.rules()).measures} - NOT_READ
    assert asked == oracle.EVENT_MEASURES.keys() | oracle.STATE_MEASURES.keys()


RECORD = {
    "schema": "casecheck/1",
    "case_id": "CASE-1",
    "opened_on": "2024-01-02",
    "extracted_on": "2024-12-31",
    "people": [{"id": "child", "born": "2016-03"}],
    "contacts": [{"id": "contact", "subject": "child", "on": "2024-03-01", "factors": []}],
}


def test_a_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert differences(RECORD, "year") == []
    other = oracle.Member(True, True, oracle.one_day(date(2024, 3, 1)))
    monkeypatch.setitem(oracle.EVENT_MEASURES, "M3d", lambda _: iter([other]))
    assert differences(RECORD, "year") == [
        ("M3d", "2024", "measured", (0, 1, 0, 0, 0), "read", (1, 0, 0, 0, 0))
    ]
