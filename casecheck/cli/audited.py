"""What an audit finds, on its way to the report, the store and the notes on the extract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from casecheck.audit.case_ids import CaseIds
from casecheck.audit.chunk import Trouble
from casecheck.audit.first_days import FirstDays
from casecheck.audit.partition import AuditedRecord, Tally
from casecheck.audit.waivers import Waivers
from casecheck.cli.asked_cases import SoughtCases
from casecheck.intake.sources.telling_ids import TellingIds
from casecheck.record.faults import Unreadable
from casecheck.report.audit.formats import Report
from casecheck.report.audit.jsonl import JsonLinesReport
from casecheck.results import CaseAudit
from casecheck.text.counted import counted

if TYPE_CHECKING:
    from casecheck.qag.store.run_writer import RunWriter

Found = CaseAudit | AuditedRecord | Unreadable


class Passage:
    """Marks what the board has accepted, and where a case id stands twice, and hands it on."""

    def __init__(self, accepted: Waivers, sought: SoughtCases) -> None:
        self._accepted, self._sought = accepted, sought
        self._places = CaseIds()
        self._since, self._telling = FirstDays(), TellingIds()
        self._tallies: list[Tally] = []
        self._damaged, self._why = 0, ""

    def found(self, items: Iterable[object]) -> Iterator[Found]:
        """Yield what was found of each record, or that it cannot be read."""
        for item in items:
            if isinstance(item, Tally):
                self._tallies.append(item)
            elif isinstance(item, Trouble):
                self._damaged, self._why = self._damaged + item.damaged, item.why or self._why
            else:
                assert isinstance(item, Found)
                yield item

    def hand_on(self, item: Found, report: Report, run: RunWriter | None) -> None:
        """Give the report, and the run for the store, what was found of one record."""
        while self._tallies:
            report.summary.add_part(self._tallies.pop())
        self._since.add(() if isinstance(item, Unreadable) else item.since)
        if isinstance(item, Unreadable):
            report.add(item)
            if run:
                run.add(item)
            return
        self._telling.add_case_id(item.case_id, item.file, item.line)
        self._sought.add(item.case_id)
        if isinstance(item, AuditedRecord):
            assert isinstance(report, JsonLinesReport)
            first = self._places.add(item.case_id, item.file, item.line)
            report.summary.repeated += first is not None
            report.add_audited(item, first)
            return
        marked = self._places.marked(self._accepted.marked(item))
        report.add(marked)
        if run:
            run.add(marked)

    def notes(self) -> list[str]:
        """Return a sentence for each thing that is to be said of the extract as such."""
        return [*self._since.notes(), *self._telling.notes()]

    def troubles(self, file: object) -> list[str]:
        """Return what is to be said of the cache, a file, which changed nothing that was found."""
        told = []
        if self._damaged:
            rows = counted(self._damaged, "row")
            told.append(f"{file}: {rows} not as casecheck wrote them; those records were audited.")
        if self._why:
            told.append(
                f"{file} could not be read or written any more ({self._why}): the rest was audited"
                " without it. Free some space, or delete it and begin another."
            )
        return told
