"""No outcome of a record imported from a return of looked after children contradicts the whole's.

The mechanism is that of `contradicted.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from contradicted import AT_ONCE, BLOCKS, PSEUDONYMS, RECORDS, audited, lay_before, read
from csv_views import NoExport, whole_record
from csv_views import View as Whole
from ssda903_views import NoReturn, Return, view_of
from test_import_csv_no_contradiction import contradicted

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.ssda903 import Ssda903
from casecheck.record.validation import read_record


def returns(seeds: range) -> Iterator[Return]:
    for seed in seeds:
        try:
            yield view_of(whole_record(seed), Random(seed))
        except (NoReturn, NoExport):
            continue


def record_of(made: Return, folder: Path) -> ReadRecord:
    made.write(folder)
    faults = Faults()
    source = Ssda903(folder, date.fromisoformat(made.record["extracted_on"]), faults)
    lines = {one.case_id: one.line for one in imported(source, PSEUDONYMS)}
    assert faults.lost == 0, list(faults.met())
    line = lines[PSEUDONYMS.of("child", made.child)]
    return ReadRecord(read_record(line.encode()), "x", None, "")


def as_view(made: Return) -> Whole:
    """The view as exports have one: what lay wholly before the year is not asked about."""
    first = str(date.fromisoformat(made.record["extracted_on"]).replace(month=4, day=1))
    today = made.record["extracted_on"]
    first = first if first <= today else f"{int(first[:4]) - 1}-04-01"
    cut = frozenset(
        (section, row["id"])
        for section in ("plans", "meetings")
        for row in made.record[section]
        if lay_before(row, first)
    )
    return Whole(made.record, [], False, cut)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_outcome_of_a_return_contradicts_the_whole_record(block: int, tmp_path: Path) -> None:
    size = RECORDS // BLOCKS
    every = list(returns(range(block * size, (block + 1) * size)))
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        parts = [record_of(one, tmp_path / f"{start + at}") for at, one in enumerate(some)]
        views = [as_view(one) for one in some]
        wholes = audited([read(view.record) for view in views])
        audits = audited(parts)
        for made, view, audit, of_part in zip(some, views, wholes, audits, strict=True):
            assert contradicted(made.child, view, audit, of_part) == [], made.files
