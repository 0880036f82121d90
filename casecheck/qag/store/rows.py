"""What the store holds, as values: runs and their cases, samples, judgments; read from its rows.

Of a row that nobody saved so, Python raises whatever it does (`sealed.py::SENSELESS`): the store,
which knows the seals, says that it was changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from casecheck.qag.store.file import SqlRow
from casecheck.results import MEDIUM, SEVERITIES, MetInstance, Outcome, Severity

NO_ENTRY = "0" * 64
"""What the first entry of the log names as the one before it."""
NOT_SEEN = "The file was not seen"
"""The reason by which a case counts as one that nobody could judge."""
Judged = Literal["compliant", "not_compliant", "cannot_tell", "not_applicable"]
REDACTION = "redacted"
"""Stands in place of a judgment in an entry by which the words of another were taken out."""


class StoredFinding(NamedTuple):
    """A finding without its message, which may quote the record.

    `accepted`: a waiver was in force for it. `severity` is its check's, as the run has it.
    """

    lesson: str
    check: str
    outcome: Outcome
    fingerprint: str
    pointers: tuple[str, ...]
    accepted: bool
    severity: Severity = MEDIUM


@dataclass(frozen=True, slots=True)
class FrameCase:
    """One record of a run, as samples are drawn from it.

    `position` counts from 1 in the order of case id, file and line, whatever the order of reading.
    `outcomes` are by lesson and check, "" being the lesson's own; of a lesson that the engine could
    not evaluate there are none. The instances that are `met` are there where they were asked for.
    """

    position: int
    case_id: str
    file: str
    line: int | None
    record_digest: str
    extracted_on: str
    district: str | None
    team: str | None
    lead_agency: str | None
    outcomes: Mapping[tuple[str, str], Outcome]
    findings: tuple[StoredFinding, ...]
    met: tuple[MetInstance, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """An audit that was saved.

    `settings` say in words what deviated from the pages; `parameters` (`P1.1.carry_days`) are all
    that were in force, in words; `as_of` is the latest day of an extract, "" of a run without
    records. `not_evaluated` counts the lessons that the engine could not evaluate on a record. Not
    `sealed`: an older casecheck saved it, and nobody can say whether it is as it was saved.
    `meanings` are the digests of what each check asked, by `LESSON/check`; none of a run that was
    saved before there were such. `marks` are what checks said of themselves by then, those that
    said anything (`check_marks.py::marks_json`).
    """

    id: int
    label: str
    digest: str
    settings: tuple[str, ...]
    lessons: tuple[str, ...]
    as_of: str
    records: int
    unreadable: int
    not_evaluated: int = 0
    parameters: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    sealed: bool = True
    marks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A case in a sample: in which place it was drawn, with what probability, and why.

    `probability` is exact, as text (`3/8` or `0.375`); `unusable` is the reason, "" while it is
    usable; `replaces` is the rank of the case in whose place it stands.
    """

    rank: int
    position: int
    case_id: str
    stratum: str
    probability: str
    ticket: str
    why: str
    unusable: str = ""
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of a run's cases; `design` is all that is needed to draw it again, as of JSON."""

    id: int
    name: str
    run: int
    seed: str
    design: Mapping[str, Any]
    drawn: tuple[DrawnCase, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One judgment in the log; `previous` is the hash of the entry before it, or `NO_ENTRY`.

    `sample` is the sample's id, `pack` the digest of the pack it came in; `second`: a second
    auditor's judgment of the same check of the same case.

    A reason in the auditor's own words has a `salt`, random letters by which its digest cannot be
    guessed. Where the words were taken out, both are "" and `digest` stands in their place. An
    entry that says so is no judgment (`is_redaction`): its `auditor` is who took them out, its
    reason says why, its `pack` which entry's they were (`log.py::redacted_by`).
    """

    number: int
    sample: int
    auditor: str
    case_id: str
    position: int
    lesson: str
    check: str
    judgment: Judged
    reason: str
    grade: str
    pack: str
    second: bool
    previous: str
    hash: str
    salt: str = ""
    digest: str = ""

    @property
    def is_redaction(self) -> bool:
        """Whether it is no judgment, but says that the words of another entry were taken out."""
        return str(self.judgment) == REDACTION

    @property
    def not_seen(self) -> bool:
        """Whether it says that nobody could judge: the case's file was not seen."""
        usual = self.reason.casefold() == NOT_SEEN.casefold()
        return usual and self.judgment == "cannot_tell"


def finding_of(row: SqlRow, severities: Mapping[str, Severity]) -> StoredFinding:
    """Return a finding from its row, without the case's position; severities by `LESSON/check`."""
    lesson, check, outcome, fingerprint, pointers, accepted = row
    where = tuple(json.loads(pointers))
    severity = severities.get(f"{lesson}/{check}", MEDIUM)
    found = StoredFinding(lesson, check, Outcome(outcome), fingerprint, where, bool(accepted))
    return found._replace(severity=severity)


def met_of(row: SqlRow) -> MetInstance:
    """Return an instance that is met from its row, without the case's position."""
    lesson, check, pointers, fingerprint, certain = row
    return MetInstance(lesson, check, tuple(json.loads(pointers)), fingerprint, bool(certain))


def run_of(row: SqlRow, *, sealed: bool) -> Run:
    """Return a run from its row."""
    number, label, digest, settings, lessons, *counts, parameters, meanings = row
    texts = tuple(json.loads(settings)), tuple(json.loads(lessons))
    asked, marks = meanings_and_marks(meanings)
    return Run(
        *(number, label, digest, *texts, *counts, json.loads(parameters), asked, sealed, marks)
    )


def saved_meanings(
    meanings: Mapping[str, str], marks: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what a run saves of its checks: the digest of what each asks, with its marks if any.

    They stand in one place, so that a store of before there were marks is one of today.
    """
    return {
        name: {"asked": asked, **marks[name]} if marks.get(name) else asked
        for name, asked in meanings.items()
    }


def meanings_and_marks(saved: str) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Return the digests of what checks asked, and their marks, from what a run saved of them."""
    every = json.loads(saved)
    marks = {name: dict(one) for name, one in every.items() if isinstance(one, dict)}
    asked = {
        name: marks[name].pop("asked") if name in marks else one for name, one in every.items()
    }
    return asked, marks


def severities_of(marks: Mapping[str, Mapping[str, Any]]) -> dict[str, Severity]:
    """Return the severity of each check that is not of medium severity, by `LESSON/check`."""
    return {
        name: one["severity"] for name, one in marks.items() if one.get("severity") in SEVERITIES
    }


def outcomes_of(lesson: str, outcome: str, checks: str) -> dict[tuple[str, str], Outcome]:
    """Return a lesson's outcome (check "") and those of its checks, by lesson and check."""
    of_checks = {(lesson, check): Outcome(one) for check, one in json.loads(checks).items()}
    return {(lesson, ""): Outcome(outcome), **of_checks}


def entry_of(row: SqlRow) -> Entry:
    """Return a judgment of the log from its row."""
    *before, second, previous, own, salt, digest = row
    return Entry(*(*before, bool(second), previous, own, salt, digest))
