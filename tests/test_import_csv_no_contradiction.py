"""No outcome of a record imported from CSV files contradicts that of the whole record.

As `test_import_no_contradiction.py` does it for the census: whole records are cut down to some
exports, written as CSV with a mapping, and imported back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from contradicted import (
    AT_ONCE,
    BLOCKS,
    ENOUGH,
    PASSES,
    PSEUDONYMS,
    RECORDS,
    audited,
    outcomes,
    read,
    row_of,
)
from csv_views import FAMILY, NoExport, View, child_view, family_view, whole_record

from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.csv_folder import CsvFolder
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit, Finding, Outcome

Cut = Callable[[int], tuple[str, View]]


def of_family(seed: int) -> tuple[str, View]:
    return FAMILY, family_view(whole_record(seed), Random(seed))


def of_child(seed: int) -> tuple[str, View]:
    return child_view(whole_record(seed), Random(seed))


def views(seeds: range, cut: Cut) -> Iterator[tuple[str, View]]:
    for seed in seeds:
        try:
            yield cut(seed)
        except NoExport:
            continue


def record_of(name: str, view: View, folder: Path) -> ReadRecord:
    view.write(folder)
    faults = Faults()
    source = CsvFolder(folder, date.fromisoformat(view.record["extracted_on"]), faults)
    (one,) = imported(source, PSEUDONYMS)
    assert one.case_id == PSEUDONYMS.of("child", name)
    # Alone a row is lost that hangs on one which a file of a part of a section does not have.
    assert faults.lost <= faults.count(38), list(faults.met())
    return ReadRecord(read_record(one.line.encode()), "x", None, "")


def asked(name: str, view: View, finding: Finding) -> bool:
    """Whether the part may be asked about what a finding of the whole is about."""
    rows = [row_of(view.record, pointer) for pointer in finding.pointers]
    if any((section, row.get("id")) in view.cut for section, row in rows):
        return False
    return view.family or finding.about.person == name


def contradicted(name: str, view: View, whole: CaseAudit, part: CaseAudit) -> list[object]:
    said, found = outcomes(whole), []
    breaches = {
        (one.lesson, one.check)
        for one in whole.findings
        if one.outcome is Outcome.BREACH and asked(name, view, one)
    }
    for check, outcome in outcomes(part).items():
        if outcome is Outcome.BREACH and said[check] in PASSES:
            found.append((check, "a false breach", said[check]))
        if outcome in PASSES and check in breaches:
            found.append((check, "a false pass", outcome))
    return found


@pytest.mark.parametrize("cut", [of_family, of_child])
@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_outcome_of_exports_contradicts_the_whole_record(
    block: int, cut: Cut, tmp_path: Path
) -> None:
    size = RECORDS // BLOCKS
    every = list(views(range(block * size, (block + 1) * size), cut))
    told: Counter[Outcome] = Counter()
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        parts = [
            record_of(name, view, tmp_path / f"{start + at}")
            for at, (name, view) in enumerate(some)
        ]
        wholes = audited([read(view.record) for _, view in some])
        audits = audited(parts)
        for (name, view), audit, of_part in zip(some, wholes, audits, strict=True):
            told.update(outcomes(of_part).values())
            assert contradicted(name, view, audit, of_part) == [], view.tables
    if size >= ENOUGH:  # else there would be nothing to contradict
        assert told[Outcome.BREACH]
        assert told[Outcome.COMPLIANT]
