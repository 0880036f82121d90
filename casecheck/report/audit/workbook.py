"""Reports as an Excel workbook: a summary, and sheets of rows to filter, sort and count.

The same audit gives the same bytes: nothing depends on the clock, or on the order of records.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import IO, Any, TextIO

from casecheck.qag.extras import need
from casecheck.record.faults import Unreadable
from casecheck.report.audit.case_counts import Worst, worst_of
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import case_order, findings_in_order, place, place_of
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.rates import Rate, Rates
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.report.audit.sheets import (
    COUNTED,
    EXTRACT,
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
    extract_rows,
    look_up_rows,
    not_audited_rows,
)
from casecheck.report.audit.summary import Summary
from casecheck.report.audit.targets import TooMuchForOneFile
from casecheck.report.audit.workbook_cells import MOST_ROWS, written_to
from casecheck.report.audit.workbook_summary import Told, write_summary
from casecheck.results import CaseAudit, Outcome
from casecheck.text.counted import counted
from casecheck.text.spool import Spool, sort_key


class WorkbookReport:
    """Keeps the rows of each record in a spool, and writes the sheets when the last one is in."""

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
        selection: Selection = WHOLE,
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
        self._selection = selection
        self._rates, self._team_rates = Rates(rules), Rates(rules)
        self._worst: Counter[Worst] = Counter()
        self._case_rows = CaseRows(rules, selection.weights, self._rates)
        self._cases = cases_sheet(rules)
        self._spool = Spool()
        self._rows: Counter[str] = Counter()
        self._teams: Counter[tuple[str, str, str, Outcome | None]] = Counter()

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Keep the rows of one record, or of one input that could not be read.

        Raises:
            TooMuchForOneFile: where no workbook can hold them all.
        """
        self.summary.add(item)
        at = sort_key(*place(item.file, item.line))
        self._keep(NOT_AUDITED, at, list(not_audited_rows(item)))
        if isinstance(item, Unreadable):
            return
        self._count(item)
        chosen = self._selection
        if chosen.summary or not chosen.takes(item.case_id):
            return
        case = case_order(item, chosen.weights.of(item))
        group = self._group(item)
        rows = self._case_rows
        self._keep(self._cases, group + case, [rows.case(item)])
        for lesson, found in groupby(findings_in_order(item.findings), lambda one: one.lesson):
            key = sort_key(lesson, "") if chosen.by == "lesson" else group
            told = [rows.finding(item, one) for one in found if item.is_own(one)]
            self._keep(FINDINGS, key + case + sort_key("", lesson), told)
        self._keep(LOOK_UP, group + case, list(look_up_rows(item)))
        if chosen.top is None:
            self._keep(OUTCOMES, sort_key(item.case_id, *place_of(item)), list(rows.outcomes(item)))

    def _group(self, item: CaseAudit) -> bytes:
        """Return what begins the keys of the case's rows where cases are gathered by group."""
        by = self._selection.by
        name = item.team if by == "team" else item.district if by == "district" else None
        return sort_key(name or NOT_GIVEN, "") if by in {"team", "district"} else b""

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write the workbook."""
        with written_to(self._bytes) as book:
            sentences: dict[str, Sequence[str]] = {
                "Rules": self._origin.sentences() if self._origin else [],
                "Set otherwise than the pages have it": self._settings,
                "Notes on the input": notes,
                "Waivers to look into": notices,
            }
            if asked := self._selection.options():
                sentences["Shown as asked for; the counts are those of the whole audit"] = asked
            told = Told(self.summary, self._worst, self._rates, sentences)
            write_summary(book, self._rules, told, self._sheets())
            made: Mapping[str, Callable[[], Iterator[list[Cell]]]] = {
                TEAMS.name: self._team_rows,
                EXTRACT.name: lambda: extract_rows(self._rules, self.summary.extract.checks()),
            }
            for sheet in self._sheets():
                rows = made[sheet.name]() if sheet.name in made else self._kept(sheet)
                book.rows(sheet, rows)
        self._spool.close()

    def _sheets(self) -> list[Sheet]:
        """Return the sheets beside the summary, as what was asked for has them.

        Rates of some cases would be taken for those of all: where only the weightiest are asked
        for, their outcomes are left out, and where cases are named, the teams.
        """
        chosen = self._selection
        sheets = [NOT_AUDITED] if self._rows[NOT_AUDITED.name] else []
        if not chosen.summary:
            sheets += [self._cases, FINDINGS, LOOK_UP]
            sheets += [OUTCOMES] if chosen.top is None else []
        return [*sheets, *([] if chosen.cases else [TEAMS]), EXTRACT]

    def _keep(self, sheet: Sheet, key: bytes, rows: Sequence[Sequence[Cell]]) -> None:
        if not rows:
            return
        self._rows[sheet.name] += len(rows)
        if self._rows[sheet.name] > MOST_ROWS:
            raise TooMuchForOneFile(
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
        for row in self._topmost(sheet, map(json.loads, self._spool.sorted(sheet.name))):
            for at in days:
                row[at] = row[at] and date.fromisoformat(row[at])
            yield row

    def _topmost(self, sheet: Sheet, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        """Yield the rows of the weightiest cases, so many of each group as were asked for."""
        top, by = self._selection.top, self._selection.by
        heads = [column.head.casefold() for column in sheet.columns]
        # By lesson a case is among the weightiest of one or of another: the other sheets have all.
        if top is None or sheet is NOT_AUDITED or (by == "lesson" and by not in heads):
            yield from rows
            return
        at = heads.index(by)
        if sheet is not self._cases and by != "lesson":
            # Some of the weightiest may have no row here; those that weigh less take no place.
            shown = {row[0] for row in self._kept(self._cases)}
            yield from (row for row in rows if row[0] in shown)
            return
        for _, group in groupby(rows, lambda row: row[at] if at else None):
            for number, (_, of_case) in enumerate(groupby(group, lambda row: row[0])):
                if number < top:
                    yield from of_case

    def _count(self, audit: CaseAudit) -> None:
        self._worst[worst_of(audit)] += 1
        team = audit.district or NOT_GIVEN, audit.team or NOT_GIVEN
        self._rates.add(audit)
        self._team_rates.add(audit, _group_of(*team))
        for lesson in self._rules.lessons:
            result = audit.lessons.get(lesson.id)
            self._teams[*team, lesson.id, result.outcome if result else None] += 1

    def _team_rows(self) -> Iterator[list[Cell]]:
        """Yield a row for each team and lesson that was audited."""
        for district, team in sorted({(one[0], one[1]) for one in self._teams}):
            for lesson in self._rules.lessons:
                key = district, team, lesson.id
                counts = [self._teams[*key, outcome] for outcome in COUNTED]
                cases = sum(counts) + self._teams[*key, Outcome.NOT_APPLICABLE]
                rate = self._team_rates.of(lesson.id, _group_of(district, team))
                yield [
                    *key,
                    lesson.title,
                    cases + self._teams[*key, None],
                    sum(counts),
                    *counts,
                    rate.told or None,
                    rate.share,
                    self._why_none(lesson.id, rate),
                ]

    def _why_none(self, lesson: str, rate: Rate) -> str | None:
        """Say why the share of a team and lesson is blank, or how many records it leaves out."""
        if rate.left_out:
            number = counted(rate.left_out, "record")
            checks = ", ".join(self._rates.never(lesson))
            which = f" ({checks})" if checks else ""
            words = "No share" if rate.share is None else f"{number} left out"
            return (
                f"{words}: the extract lacks what a check needs{which}; by check: {OUTCOMES.name}"
            )
        return None


def _group_of(district: str, team: str) -> str:
    """Return the name of a team among the rates: codes hold no space."""
    return f"{district} {team}"


def _below(stream: TextIO) -> IO[bytes]:
    """Return the stream of bytes below one of text.

    Raises ValueError where there is none.
    """
    if isinstance(stream, io.TextIOWrapper):
        below: IO[bytes] = stream.buffer
        return below
    raise ValueError("a workbook is bytes: it needs a stream of text that writes to one of bytes")
