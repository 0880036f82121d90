"""Lays out what the audit says of one record, or of one input that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from casecheck.record.faults import Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import contradictions_in_order, errors_in_order
from casecheck.report.audit.repeated import place_words, repeated_words
from casecheck.results import MEDIUM, CaseAudit, Finding, Outcome, Severity, Waiver
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable

_ROW = re.compile(r"(?P<section>.*)/(?P<row>[0-9]+)")


class CaseText:
    """Lines for one record at a time, on one page, under the rules in force."""

    def __init__(self, page: Page, rules: RulesInForce) -> None:
        self._page = page
        self._titles = {lesson.id: printable(lesson.title) for lesson in rules.lessons}
        self._ranks = {
            (lesson.id, check.id): rank
            for rank, (lesson, check) in enumerate(
                (lesson, check) for lesson in rules.lessons for check in lesson.checks
            )
        }

    def findings(self, audit: CaseAudit) -> list[str]:
        """The record's findings: breaches first, each lesson's together, in the rules' order."""
        ordered = sorted(audit.findings, key=self._rank)
        lines = self._title(audit, _counts(ordered))
        for (outcome, lesson), of_lesson in groupby(ordered, lambda f: (f.outcome, f.lesson)):
            label = outcome.in_words.upper()
            heading = self._page.lines(f"{label}  {lesson} {self._titles[lesson]}", 2, 2)
            heading[0] = heading[0].replace(label, self._page.paint(label, outcome), 1)
            lines += heading
            lines += self._same_said_once(of_lesson)
        return lines

    def contradictions(self, audit: CaseAudit) -> list[str]:
        """The pairs of dates of the record that cannot both be right."""
        lines = self._title(audit)
        for two in contradictions_in_order(audit.contradictions):
            lines += self._page.lines(printable(two.message), 2, 2)
            lines += self._see(printable(" and ".join(two.pointers)), 4)
        return lines

    def errors(self, audit: CaseAudit) -> list[str]:
        """The lessons that the engine could not evaluate on the record."""
        lines = self._title(audit)
        for failed in errors_in_order(audit.errors):
            lines += self._page.lines(f"{failed.lesson}: {printable(failed.in_words)}", 2, 2)
        return lines

    def repeated(self, audit: CaseAudit) -> list[str]:
        """A record with the case id of one before it, and where that is."""
        lines = self._title(audit)
        if audit.repeats:
            lines += self._page.lines(printable(repeated_words(audit.repeats)), 2, 2)
        return lines

    def unreadable(self, item: Unreadable) -> list[str]:
        """What was wrong with an input, and where in it."""
        lines = self._page.lines(place_words(item.file, item.line), 0, 2, "heading")
        for wrong in item.errors:
            where = f"{printable(wrong.pointer)}: " if wrong.pointer else ""
            lines += self._page.lines(where + printable(wrong.message), 2, 2)
        return lines

    def _title(self, audit: CaseAudit, words: str = "") -> list[str]:
        title = f"{audit.case_id}  {words}" if words else audit.case_id
        where = place_words(audit.file, audit.line)
        if len(title) + 2 + len(where) <= self._page.width:
            return [f"{self._page.paint(title, 'heading')}  {where}"]
        return [*self._page.lines(title, 0, 2, "heading"), *self._page.lines(where, 2, 2)]

    def _same_said_once(self, found: Iterable[Finding]) -> list[str]:
        """Findings of one check and one sentence as one entry, with all their places."""
        lines = []
        entries: dict[
            tuple[str, Severity, str, Waiver | None, Waiver | None], list[tuple[str, ...]]
        ] = {}
        for one in found:
            accepted, lapsed = (
                two and two._replace(fingerprint="") for two in (one.waiver, one.lapsed)
            )
            key = one.check, one.severity, one.message, accepted, lapsed
            entries.setdefault(key, []).append(one.pointers)
        for (check, severity, message, waiver, lapsed), places in entries.items():
            told = [f"{severity} severity"] * (severity != MEDIUM)
            told += [f"{len(places)} times"] * (len(places) > 1)
            which = f" ({', '.join(told)})" if told else ""
            lines += self._page.lines(f"{check}{which}: {printable(message)}", 4, 2)
            lines += self._see(_instances(places), 6)
            if waiver:
                words = f"accepted until {waiver.until} by {waiver.who}: {waiver.reason}"
                lines += self._page.lines(printable(words), 6, 4, "aside")
            if lapsed:
                words = f"accepted by {lapsed.who} when the check asked something else: not now"
                lines += self._page.lines(printable(words), 6, 4, "alarm")
        return lines

    def _see(self, where: str, indent: int) -> list[str]:
        return self._page.lines(f"see {where}", indent, 4, "aside")

    def _rank(self, finding: Finding) -> tuple[bool, int, list[tuple[str, int]], str]:
        return (
            finding.outcome is not Outcome.BREACH,
            self._ranks[finding.lesson, finding.check],
            [_row_number(pointer) for pointer in finding.pointers],
            finding.message,
        )


def _counts(findings: Sequence[Finding]) -> str:
    outcomes = [finding.outcome for finding in findings]
    breaches = outcomes.count(Outcome.BREACH)
    unknown = len(outcomes) - breaches
    checks = len({(one.lesson, one.check) for one in findings if one.outcome is Outcome.BREACH})
    words = [counted(breaches, "breach", "breaches")] if breaches else []
    if breaches > checks:
        words[0] += f" of {counted(checks, 'check')}"
    words += [f"{unknown:,} cannot tell"] if unknown else []
    accepted = sum(finding.waiver is not None for finding in findings)
    words += [f"{accepted:,} of them accepted"] if accepted else []
    return ", ".join(words)


def _row_number(pointer: str) -> tuple[str, int]:
    """A row's section and number, so that row 2 comes before row 10."""
    row = _ROW.fullmatch(pointer)
    return (row["section"], int(row["row"])) if row else (pointer, -1)


def _instances(places: Sequence[tuple[str, ...]]) -> str:
    """Where instances are, those about one row together: `/plans/0 with /meetings/2, /meetings/4`.

    An instance points to a section only where the extract does not carry that section.
    """
    words = []
    for about, together in groupby(places, lambda rows: rows[0] if len(set(rows)) > 1 else None):
        if about is None:
            words.append(", ".join(_row(rows[0]) for rows in together))
        else:
            others = ", ".join(" with ".join(map(_row, rows[1:])) for rows in together)
            words.append(f"{_row(about)} with {others}")
    return printable("; ".join(words))


def _row(pointer: str) -> str:
    return pointer if _ROW.fullmatch(pointer) else f"{pointer} (not in the extract)"
