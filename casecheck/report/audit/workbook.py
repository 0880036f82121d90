"""Reports as an Excel workbook: a summary, and sheets of rows to filter, sort and count.

The same audit gives the same bytes: nothing depends on the clock, or on the order of records.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, TextIO

from casecheck.audit.gravity import gravity_of
from casecheck.qag.extras import need
from casecheck.record.faults import Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import findings_in_order, place, place_of
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.sheets import (
    COUNTED,
    FINDINGS,
    LOOK_UP,
    NOT_AUDITED,
    NOT_GIVEN,
    OUTCOMES,
    TEAMS,
    CaseRows,
    Cell,
    Sheet,
    cases_sheet,
    look_up_rows,
    not_audited_rows,
)
from casecheck.report.audit.summary import Summary
from casecheck.report.audit.too_large import TooLarge
from casecheck.report.audit.workbook_cells import MOST_ROWS, written_to
from casecheck.report.audit.workbook_summary import write_summary
from casecheck.results import CaseAudit, Outcome
from casecheck.text.spool import Spool, sort_key

_MOST = 10**12 - 1
"""More than any weight, so that `_MOST - weight` sorts the heaviest case first."""


class WorkbookReport:
    """Keeps the rows of each record in a spool, and writes the sheets when the last one is in."""

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        """Begin a report on a stream of text that has one of bytes below it.

        Raises:
            MissingExtra: where XlsxWriter is not installed: before anything is audited.
        """
        need("xlsxwriter", "a report as a workbook")
        self.summary = Summary(rules)
        self._bytes = _below(stream)
        self._rules = rules
        self._settings = settings
        self._origin = origin
        self._case_rows = CaseRows(rules)
        self._cases = cases_sheet(rules)
        self._spool = Spool()
        self._rows: Counter[str] = Counter()
        self._teams: Counter[tuple[str, str, str, Outcome | None]] = Counter()

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Keep the rows of one record, or of one input that could not be read.

        Raises:
            TooLarge: where no workbook can hold them all.
        """
        self.summary.add(item)
        if isinstance(item, Unreadable):
            self._keep(
                NOT_AUDITED,
                sort_key("", *place(item.file, item.line)),
                list(not_audited_rows(item)),
            )
            return
        heaviest = sort_key(_MOST - gravity_of(item).weight(), item.case_id, *place_of(item))
        rows = self._case_rows
        self._keep(self._cases, heaviest, [rows.case(item)])
        found = findings_in_order(item.findings)
        self._keep(FINDINGS, heaviest, [rows.finding(item, one) for one in found])
        self._keep(LOOK_UP, heaviest, list(look_up_rows(item)))
        by_case = sort_key(item.case_id, *place_of(item))
        self._keep(OUTCOMES, by_case, list(rows.outcomes(item)))
        self._keep(NOT_AUDITED, by_case, list(not_audited_rows(item)))
        self._count(item)

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write the workbook."""
        with written_to(self._bytes) as book:
            sentences = {
                "Rules": self._origin.sentences() if self._origin else [],
                "Set by the board, not as the pages have it": self._settings,
                "Notes on the input": notes,
                "Waivers to look into": notices,
            }
            write_summary(book, self._rules, self.summary, sentences, self._sheets())
            for sheet in self._sheets():
                if sheet is TEAMS:
                    book.rows(TEAMS, self._team_rows())
                else:
                    book.rows(sheet, self._kept(sheet))
        self._spool.close()

    def _sheets(self) -> list[Sheet]:
        """Return the sheets beside the summary; what was not audited has one if there is any."""
        sheets = [self._cases, FINDINGS, LOOK_UP, OUTCOMES, TEAMS]
        return [NOT_AUDITED, *sheets] if self._rows[NOT_AUDITED.name] else sheets

    def _keep(self, sheet: Sheet, key: bytes, rows: Sequence[Sequence[Cell]]) -> None:
        if not rows:
            return
        self._rows[sheet.name] += len(rows)
        if self._rows[sheet.name] > MOST_ROWS:
            raise TooLarge(
                f"--format xlsx: the sheet {sheet.name} of a workbook holds {MOST_ROWS:,} rows, and"
                f" after {self.summary.records:,} records there are more: audit fewer records at a"
                " time, some of the files or folders, or some of the lessons by --lesson; or choose"
                " --format csv or jsonl, which hold any number"
            )
        for number, row in enumerate(rows):
            cells = [one.isoformat() if isinstance(one, date) else one for one in row]
            self._spool.add(sheet.name, key + sort_key("", number), json.dumps(cells))

    def _kept(self, sheet: Sheet) -> Iterator[list[Cell]]:
        days = [at for at, column in enumerate(sheet.columns) if column.kind == "day"]
        for text in self._spool.sorted(sheet.name):
            row = json.loads(text)
            for at in days:
                row[at] = row[at] and date.fromisoformat(row[at])
            yield row

    def _count(self, audit: CaseAudit) -> None:
        team = audit.district or NOT_GIVEN, audit.team or NOT_GIVEN
        for lesson in self._rules.lessons:
            result = audit.lessons.get(lesson.id)
            self._teams[*team, lesson.id, result.outcome if result else None] += 1

    def _team_rows(self) -> Iterator[list[Cell]]:
        """Yield a row for each team and lesson that was audited."""
        for district, team in sorted({(one[0], one[1]) for one in self._teams}):
            for lesson in self._rules.lessons:
                key = district, team, lesson.id
                counts = [self._teams[*key, outcome] for outcome in COUNTED]
                breach, unknown, compliant = counts
                cases = sum(counts) + self._teams[*key, Outcome.NOT_APPLICABLE]
                told = breach + compliant
                yield [
                    *key,
                    lesson.title,
                    cases + self._teams[*key, None],
                    breach + unknown + compliant,
                    *counts,
                    breach / told if told else None,
                ]


def _below(stream: TextIO) -> IO[bytes]:
    """Return the stream of bytes below one of text.

    Raises ValueError where there is none.
    """
    if isinstance(stream, io.TextIOWrapper):
        return stream.buffer
    raise ValueError("a workbook is bytes: it needs a stream of text that writes to one of bytes")
