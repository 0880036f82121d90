"""No outcome of an imported Standard Safeguarding Dataset contradicts that of the whole record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from contradicted import ENOUGH, PSEUDONYMS, RECORDS, assert_none_contradicted, imported_records
from make_ssd import write_folder, write_sqlite
from ssd_views import NoReturn, SsdView, ssd_view, whole_record

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.ssd import FAMILIES, Family, Ssd
from casecheck.results import Outcome


def views(seeds: range) -> Iterator[SsdView]:
    for seed in seeds:
        try:
            yield ssd_view(whole_record(seed), Random(seed))
        except NoReturn:
            continue


def records_of(
    view: SsdView, folder: Path, family: Family
) -> Iterator[tuple[ReadRecord, Collection[str]]]:
    """The records of an import, each with the persons of the whole record in it."""
    if len(view.persons) % 2:
        path = folder / "ssd.sqlite"
        write_sqlite(view.tables, path)
    else:
        path = folder / "ssd"
        shutil.rmtree(path, ignore_errors=True)  # the tables of another record
        write_folder(view.tables, path)
    as_of = date.fromisoformat(view.record["extracted_on"])
    source = Ssd(path, as_of, Faults(), family, since=date.fromisoformat(view.first_day))
    by_pseudonym = {PSEUDONYMS.of("person", name): name for name in view.persons}
    for record in imported_records(source).values():
        people = record.record.sections["people"] or ()
        persons = {by_pseudonym.get(str(one.get("pseudonym"))) for one in people} - {None}
        if persons:
            yield record, [name for name in persons if name]


def describe(view: SsdView) -> str:
    tables = {name: rows for name, rows in view.tables.items() if rows}
    return json.dumps({"record": view.record, "tables": tables}, default=str, indent=1)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.slow
def test_no_outcome_of_a_dataset_contradicts_the_whole_record(
    family: Family, tmp_path: Path
) -> None:
    size = RECORDS // len(FAMILIES)
    first = FAMILIES.index(family) * size
    every = list(views(range(first, first + size)))
    told = assert_none_contradicted(
        every, lambda view: records_of(view, tmp_path, family), describe
    )
    if size >= ENOUGH:  # else there would be nothing to contradict
        assert told[Outcome.BREACH]
        assert told[Outcome.COMPLIANT]
