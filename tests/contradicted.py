"""Whether the audit of an import says what that of the whole record denies: shared by all sources.

Whole records are cut down to what a source tells of them, written in its format and imported back.
What the import calls a breach the whole record may not call met or not asked, and the other way
round: a pass of the import may not stand where the whole record has a breach of the same persons.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any, Protocol, TypeVar
from unittest.mock import patch

import shipped
from amounts import PROFILE
from once import auditor_of

from casecheck.audit.auditor import Auditor
from casecheck.audit.unknown_finder import UnknownFinder
from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.importing import Source, imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit, Finding, Outcome

RECORDS = int(os.environ.get("CASECHECK_IMPORTED_RECORDS", "5000" if PROFILE == "proof" else "30"))
BLOCKS = 5
ENOUGH = 200
"""Of so many records some are told to be in breach, and some to be compliant."""
AT_ONCE = 50
SINCE = ("plans", "assessments", "meetings")
PASSES = {Outcome.COMPLIANT, Outcome.NOT_APPLICABLE}
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))


class AnyView(Protocol):
    """A source made of a whole record, and the first day that it covers."""

    @property
    def record(self) -> dict[str, Any]: ...

    @property
    def first_day(self) -> str: ...


V = TypeVar("V", bound=AnyView)


@cache
def auditor() -> Auditor:
    """Of all lessons: those of the statutory set decide the most."""
    return auditor_of(shipped.every_rule())


def audited(records: Sequence[ReadRecord]) -> list[CaseAudit]:
    """The audit of each record, but for what its findings hang on: three quarters of the time."""
    with patch.object(UnknownFinder, "unknowns", lambda *_, **__: ()):
        return auditor().audit(records)


def read(record: dict[str, Any]) -> ReadRecord:
    return ReadRecord(read_record(json.dumps(record).encode()), "x", None, "")


def imported_records(source: Source) -> dict[str, ReadRecord]:
    """The records of a source by their case ids."""
    return {
        one.case_id: ReadRecord(read_record(one.line.encode()), "x", None, "")
        for one in imported(source, PSEUDONYMS)
    }


def outcomes(audit: CaseAudit) -> dict[tuple[str, str], Outcome]:
    assert not audit.errors
    return {
        (lesson, check): outcome
        for lesson, result in audit.lessons.items()
        for check, outcome in result.checks.items()
    }


def asked_since(view: AnyView, finding: Finding) -> bool:
    """Whether all that a finding is about lay in the window, at least in part.

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


def contradicted(
    view: AnyView, whole: CaseAudit, part: CaseAudit, persons: Collection[str]
) -> list[object]:
    """What the import says of some persons, and the whole record says otherwise for certain."""
    said, found = outcomes(whole), []
    breaches = {
        (one.lesson, one.check)
        for one in whole.findings
        if one.outcome is Outcome.BREACH and one.about.person in persons and asked_since(view, one)
    }
    for check, outcome in outcomes(part).items():
        if outcome is Outcome.BREACH and said[check] in PASSES:
            found.append((check, "a false breach", said[check]))
        if outcome in PASSES and check in breaches:
            found.append((check, "a false pass", outcome))
    return found


def assert_none_contradicted(
    views: Sequence[V],
    records_of: Callable[[V], Iterable[tuple[ReadRecord, Collection[str]]]],
    describe: Callable[[V], object],
) -> Counter[Outcome]:
    """Import each view and compare; return how often which outcome was told.

    `records_of` gives of a view the records of its import, each with the persons it is about.
    """
    told: Counter[Outcome] = Counter()
    for start in range(0, len(views), AT_ONCE):
        some = views[start : start + AT_ONCE]
        parts = [list(records_of(view)) for view in some]
        wholes = audited([read(view.record) for view in some])
        audits = iter(audited([record for part in parts for record, _ in part]))
        for view, audit, part in zip(some, wholes, parts, strict=True):
            for _, persons in part:
                one = next(audits)
                told.update(outcomes(one).values())
                assert contradicted(view, audit, one, persons) == [], describe(view)
    return told


def assert_some_of_each(told: Counter[Outcome], records: int) -> None:
    """Of enough records some are in breach and some compliant; else nothing was contradicted."""
    if records >= ENOUGH:
        assert told[Outcome.BREACH]
        assert told[Outcome.COMPLIANT]
