"""No outcome of an imported file of the DfE's API contradicts that of the whole record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from api_views import ApiView, NoReturn, api_view, whole_record
from contradicted import ENOUGH, PSEUDONYMS, RECORDS, assert_none_contradicted, imported_records

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.dfe_api import DfeApi
from casecheck.intake.sources.dirt import Faults
from casecheck.results import Outcome


def views(number: int) -> Iterator[ApiView]:
    for seed in range(number):
        try:
            yield api_view(whole_record(seed), Random(seed))
        except NoReturn:
            continue


def records_of(view: ApiView, folder: Path) -> Iterator[tuple[ReadRecord, Collection[str]]]:
    """The record of each child of a file, with the child's identifier."""
    file = folder / "children.json"
    file.write_text(view.text, encoding="utf-8")
    source = DfeApi(file, date.fromisoformat(view.record["extracted_on"]), Faults())
    of = {PSEUDONYMS.of("child", name): name for name in view.children}
    for case_id, record in imported_records(source).items():
        if case_id in of:
            yield record, [of[case_id]]


@pytest.mark.slow
def test_no_outcome_of_the_api_contradicts_the_whole_record(tmp_path: Path) -> None:
    every = list(views(RECORDS))
    told = assert_none_contradicted(
        every, lambda view: records_of(view, tmp_path), lambda view: (view.record, view.text)
    )
    if RECORDS >= ENOUGH:  # else there would be nothing to contradict
        assert told[Outcome.BREACH]
        assert told[Outcome.COMPLIANT]
