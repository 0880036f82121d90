"""No outcome of a record that was imported contradicts that of the whole record it came from.

How that is seen: `contradicted.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from amounts import few
from census_views import NoReturn, View, view_of, whole_record
from contradicted import (
    BLOCKS,
    PSEUDONYMS,
    RECORDS,
    assert_none_contradicted,
    assert_some_of_each,
    imported_records,
)

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults


def views(seeds: range) -> Iterator[View]:
    for seed in seeds:
        try:
            yield view_of(whole_record(seed), Random(seed))
        except NoReturn:
            continue


def records_of(view: View, folder: Path) -> Iterator[tuple[ReadRecord, set[str]]]:
    """The record of each child of a return, with the child that it is about."""
    file = folder / "census.xml"
    file.write_text(view.xml, encoding="utf-8")
    source = CinCensus([file], date.fromisoformat(view.record["extracted_on"]), Faults())
    found = imported_records(source)
    for name in view.children:
        if (record := found.get(PSEUDONYMS.of("child", name))) is not None:
            yield record, {name}


@pytest.mark.parametrize("block", few(range(BLOCKS), 0))
def test_no_outcome_of_a_census_contradicts_the_whole_record(block: int, tmp_path: Path) -> None:
    size = RECORDS // BLOCKS
    every = list(views(range(block * size, (block + 1) * size)))
    told = assert_none_contradicted(
        every, lambda view: records_of(view, tmp_path), lambda view: view.xml
    )
    assert_some_of_each(told, size)
