"""Reports one row a finding, for a spreadsheet, which leaves every cell as it is (`cells`).

The column `kind` says what a row is:

- `finding`: a breach, or an instance of which the record cannot tell;
- `contradiction`: two dates that cannot both be right;
- `error`: a lesson that the engine could not evaluate on a record;
- `unreadable`: what was wrong with an input that could not be read, one row an error;
- `rules`: at the start, where the rules come from, whether they are those that casecheck ships, and
  the settings file;
- `repeated`: a record with the case id of one before it;
- `note`: what there is to say of the inputs as a whole;
- `setting`: a setting of the board, which is not as the pages have it;
- `waiver`: a waiver that has ended, ends soon, or met no finding;
- `summary`: at the end, what was audited, and how each lesson came out over all records. A table
  without those rows was cut off.

A record without findings has no row of its own, and no row but `finding` has an `outcome`, so
that counting by outcome counts findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from casecheck.record.faults import FieldError, Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import (
    contradictions_in_order,
    errors_in_order,
    findings_in_order,
)
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.repeated import repeated_words
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit, Unknown, Waiver
from casecheck.text.cells import harmless, table

__all__ = ["COLUMNS", "CsvReport", "harmless"]

COLUMNS = (
    "kind",
    "case_id",
    "file",
    "line",
    "lesson",
    "check",
    "outcome",
    "message",
    "pointers",
    "fingerprint",
    "accepted",
    "shortfall",
    "severity",
    "tags",
    "about_person",
    "about_pseudonym",
    "age",
    "due",
    "unknown",
)


class CsvReport:
    """Writes each record's rows at once and keeps nothing of them but counts.

    `stream` must be UTF-8 and must not translate line ends (`newline=""`).
    """

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        self.summary = Summary(rules)
        self._write = table(stream, COLUMNS)
        for sentence in origin.sentences() if origin else ():
            self._row(kind="rules", message=sentence)
        for sentence in settings:
            self._row(kind="setting", message=sentence)

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Write the rows of one record, or of one input that could not be read."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            self._add_unreadable(item)
        else:
            self._add_case(item)

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write what was audited, and how each lesson came out."""
        for sentence in notices:
            self._row(kind="waiver", message=sentence)
        for sentence in notes:
            self._row(kind="note", message=sentence)
        counts = self.summary
        self._row(
            kind="summary",
            message=f"records {counts.records}, unreadable {counts.unreadable}, "
            f"contradictory {counts.contradictory}, errors {counts.errors}",
        )
        for lesson, outcomes in counts.lessons.items():
            told = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.items())
            for outcome, count in counts.accepted[lesson].items():
                told += f", {outcome} accepted {count}" if count else ""
            self._row(kind="summary", lesson=lesson, message=told)

    def _add_case(self, audit: CaseAudit) -> None:
        place = {"case_id": audit.case_id, "file": audit.file, "line": audit.line}
        if audit.repeats:
            self._row(kind="repeated", message=repeated_words(audit.repeats), **place)
        for found in findings_in_order(audit.findings):
            self._row(
                kind="finding",
                lesson=found.lesson,
                check=found.check,
                outcome=found.outcome,
                message=found.message,
                pointers=_listed(found.pointers),
                fingerprint=found.fingerprint,
                accepted=_accepted(found.waiver),
                shortfall=found.shortfall,
                severity=found.severity,
                tags=" ".join(found.tags),
                about_person=found.about.person,
                about_pseudonym=found.about.pseudonym,
                age=found.about.age,
                due=None if found.due is None else str(found.due),
                unknown=_hangs_on(found.unknown),
                **place,
            )
        for two in contradictions_in_order(audit.contradictions):
            pointers = _listed(two.pointers)
            self._row(kind="contradiction", message=two.message, pointers=pointers, **place)
        for failed in errors_in_order(audit.errors):
            self._row(kind="error", lesson=failed.lesson, message=failed.in_words, **place)

    def _add_unreadable(self, item: Unreadable) -> None:
        for wrong in item.errors or (FieldError("", "could not be read"),):
            self._row(
                kind="unreadable",
                file=item.file,
                line=item.line,
                message=wrong.message,
                pointers=wrong.pointer,
            )

    def _row(self, **cells: str | int | None) -> None:
        self._write(cells.get(column) for column in COLUMNS)


def _accepted(waiver: Waiver | None) -> str:
    return f"until {waiver.until} by {waiver.who}: {waiver.reason}" if waiver else ""


def _hangs_on(unknown: Iterable[Unknown]) -> str:
    """Return what a finding hangs on: `/meetings/0/on not_recorded; /risks not_in_extract`."""
    return "; ".join([f"{one.pointer} {one.reason}" for one in unknown])


def _listed(pointers: Iterable[str]) -> str:
    return " ".join(pointers)
