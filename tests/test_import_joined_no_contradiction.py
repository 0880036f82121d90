"""No outcome of a census with exports beside it contradicts that of the whole record.

Both are cut from one record: the return of all its children, the exports of one of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from census_views import NoReturn, view_of
from census_views import View as Return
from contradicted import (
    AT_ONCE,
    BLOCKS,
    PSEUDONYMS,
    RECORDS,
    SINCE,
    audited,
    lay_before,
    read,
)
from csv_views import NoExport, View, child_view, whole_record
from test_import_csv_no_contradiction import contradicted

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.joined import Joined
from casecheck.record.validation import read_record


def both_of(seed: int) -> tuple[str, Return, View] | None:
    """A child, a return with that child in it, and exports of the child."""
    record = whole_record(seed)
    made = view_of(record, Random(seed))
    child, exports = child_view(record, Random(seed))
    if child not in made.children or record.get("closed_on"):
        return None
    cut = exports.cut | {
        (section, row["id"])
        for section in SINCE
        for row in record[section]
        if lay_before(row, made.first_day)
    }
    return child, made, View(record, exports.tables, False, frozenset(cut))


def record_of(child: str, made: Return, exports: View, folder: Path) -> ReadRecord:
    folder.mkdir()
    file = folder / "census.xml"
    file.write_text(made.xml, encoding="utf-8")
    exports.write(folder / "exports")
    as_of = date.fromisoformat(made.record["extracted_on"])
    source = Joined(CinCensus([file], as_of, Faults()), folder / "exports")
    lines = {one.case_id: one.line for one in imported(source, PSEUDONYMS)}
    line = lines[PSEUDONYMS.of("child", child)]
    return ReadRecord(read_record(line.encode()), "x", None, "")


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_outcome_of_both_contradicts_the_whole_record(block: int, tmp_path: Path) -> None:
    size = RECORDS // BLOCKS
    every = []
    for seed in range(block * size, (block + 1) * size):
        try:
            every.append(both_of(seed))
        except (NoExport, NoReturn):
            continue
    told = [one for one in every if one is not None]
    for start in range(0, len(told), AT_ONCE):
        some = told[start : start + AT_ONCE]
        parts = [record_of(*one, tmp_path / f"{start + at}") for at, one in enumerate(some)]
        wholes = audited([read(view.record) for _, _, view in some])
        audits = audited(parts)
        for (child, made, view), audit, of_part in zip(some, wholes, audits, strict=True):
            assert contradicted(child, view, audit, of_part) == [], (made.xml, view.tables)
