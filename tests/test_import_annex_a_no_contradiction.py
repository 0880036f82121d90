"""No outcome of a record that was imported from lists contradicts that of the whole record.

As `test_import_no_contradiction.py` holds it of the census, by the same comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from annex_views import View, view_of
from census_views import NoReturn, whole_record
from contradicted import (
    BLOCKS,
    PSEUDONYMS,
    RECORDS,
    assert_none_contradicted,
    assert_some_of_each,
    imported_records,
)

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.annex_a import AnnexA
from casecheck.intake.sources.dirt import Faults

NEVER_MET = {7, 10, 11, 17, 33, 35, 36, 43, 44, 45, 55}
"""Faults that lists do not have which are written as they should be."""


def views(seeds: range) -> Iterator[View]:
    for seed in seeds:
        try:
            yield view_of(whole_record(seed), Random(seed))
        except NoReturn:
            continue


def records_of(view: View, folder: Path) -> dict[str, ReadRecord]:
    """The record of each child of the lists, by the child's identifier."""
    file = folder / "lists.xlsx"
    view.write(file)
    source = AnnexA([file], date.fromisoformat(view.record["extracted_on"]), Faults())
    assert source.extract.first_day is not None
    view.first_day = source.extract.first_day.isoformat()
    of = {PSEUDONYMS.of("child", name): name for name in view.children}
    every = imported_records(source)
    found = {name: every[case_id] for case_id, name in of.items() if case_id in every}
    assert found.keys() == set(view.children)
    assert not source.faults.lost
    assert not {one.number for one in source.faults.met()} & NEVER_MET
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.slow
def test_no_outcome_of_lists_contradicts_the_whole_record(block: int, tmp_path: Path) -> None:
    size = RECORDS // BLOCKS
    every = list(views(range(block * size, (block + 1) * size)))
    told = assert_none_contradicted(
        every,
        lambda view: ((record, {name}) for name, record in records_of(view, tmp_path).items()),
        lambda view: view.lists,
    )
    assert_some_of_each(told, size)
