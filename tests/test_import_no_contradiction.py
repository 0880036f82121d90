"""No outcome of a record that was imported contradicts that of the whole record it came from.

Whole records are cut down to what a source tells of them, written in its format and imported back.
What the import calls a breach the whole record may not call met or not asked, and the other way
round: a pass of the import may not stand where the whole record has a breach of the same child.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import shipped
from amounts import PROFILE, few
from census_views import NoReturn, View, view_of, whole_record
from once import auditor_of

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit, Finding, Outcome

RECORDS = int(os.environ.get("CASECHECK_IMPORTED_RECORDS", "5000" if PROFILE == "proof" else "60"))
BLOCKS = 5
ENOUGH = 200
"""Of so many records some are told to be in breach, and some to be compliant."""
AT_ONCE = 50
SINCE = ("plans", "assessments", "meetings")
PASSES = {Outcome.COMPLIANT, Outcome.NOT_APPLICABLE}
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))


@cache
def auditor() -> Auditor:
    """Of all lessons: those of the statutory set decide the most."""
    return auditor_of(shipped.every_rule())


def views(seeds: range) -> Iterator[View]:
    for seed in seeds:
        try:
            yield view_of(whole_record(seed), Random(seed))
        except NoReturn:
            continue


def records_of(view: View, folder: Path) -> dict[str, ReadRecord]:
    """The record of each child of a return, by the child's identifier."""
    file = folder / "census.xml"
    file.write_text(view.xml, encoding="utf-8")
    source = CinCensus([file], date.fromisoformat(view.record["extracted_on"]), Faults())
    of = {PSEUDONYMS.of("child", name): name for name in view.children}
    return {
        of[one.case_id]: ReadRecord(read_record(one.line.encode()), "x", None, "")
        for one in imported(source, PSEUDONYMS)
        if one.case_id in of
    }


def whole(view: View) -> ReadRecord:
    return ReadRecord(read_record(json.dumps(view.record).encode()), "x", None, "")


def outcomes(audit: CaseAudit) -> dict[tuple[str, str], Outcome]:
    assert not audit.errors
    return {
        (lesson, check): outcome
        for lesson, result in audit.lessons.items()
        for check, outcome in result.checks.items()
    }


def asked_since(view: View, finding: Finding) -> bool:
    """Whether all that a finding is about lay in the year, at least in part.

    What lay wholly before a first day that the record names is never asked about: outcomes speak of
    the time since (docs/outcomes.md).
    """
    rows = [row_of(view.record, pointer) for pointer in finding.pointers]
    return not any(section in SINCE and lay_before(row, view.first_day) for section, row in rows)


def row_of(record: dict[str, Any], pointer: str) -> tuple[str, dict[str, Any]]:
    _, section, *index = pointer.split("/")
    return section, record[section][int(index[0])] if index else {}


def lay_before(row: dict[str, Any], first: str) -> bool:
    days = [row.get(name) for name in ("start", "started_on", "on", "end", "completed_on")]
    is_open = ("start" in row and not row.get("end")) or (
        "started_on" in row and not row.get("completed_on")
    )
    return not is_open and all(day < first for day in days if day)


def contradicted(view: View, whole: CaseAudit, part: CaseAudit, child: str) -> list[object]:
    """What the import says of a child, and the whole record says otherwise for certain."""
    said, found = outcomes(whole), []
    breaches = {
        (one.lesson, one.check)
        for one in whole.findings
        if one.outcome is Outcome.BREACH and one.about.person == child and asked_since(view, one)
    }
    for check, outcome in outcomes(part).items():
        if outcome is Outcome.BREACH and said[check] in PASSES:
            found.append((check, "a false breach", said[check]))
        if outcome in PASSES and check in breaches:
            found.append((check, "a false pass", outcome))
    return found


@pytest.mark.parametrize("block", few(range(BLOCKS), 0, 1))
def test_no_outcome_of_a_census_contradicts_the_whole_record(block: int, tmp_path: Path) -> None:
    size = RECORDS // BLOCKS
    every = list(views(range(block * size, (block + 1) * size)))
    told: Counter[Outcome] = Counter()
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        parts = [records_of(view, tmp_path) for view in some]
        wholes = auditor().audit([whole(view) for view in some])
        audits = iter(auditor().audit([record for part in parts for record in part.values()]))
        for view, audit, part in zip(some, wholes, parts, strict=True):
            for child in part:
                of_child = next(audits)
                told.update(outcomes(of_child).values())
                assert contradicted(view, audit, of_child, child) == [], view.xml
    if size >= ENOUGH:  # else there would be nothing to contradict
        assert told[Outcome.BREACH]
        assert told[Outcome.COMPLIANT]
