"""Lays out what the audit says of one record, or of one input that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from casecheck.record.faults import Unreadable
from casecheck.report.audit.about_words import sentence
from casecheck.report.audit.case_counts import counts_of
from casecheck.report.audit.case_findings import REASONS
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import contradictions_in_order, errors_in_order
from casecheck.report.audit.repeated import place_words, repeated_words
from casecheck.report.audit.same_evidence import EvidenceSought, Together, put_together
from casecheck.results import MEDIUM, SEVERITIES, CaseAudit, Finding, Outcome
from casecheck.text.natural import natural
from casecheck.text.page import Page
from casecheck.text.printable import printable

_LABELS: Mapping[Outcome, str] = {
    Outcome.BREACH: "BREACH",
    Outcome.INSUFFICIENT_EVIDENCE: "LOOK UP",
}

MOST_PLACES = 8
"""The most places that one entry names where not all is asked for."""

_ROW = re.compile(r".*/[0-9]+")


class Entry(NamedTuple):
    """One thing that was found of a case: its lines, what it is, and the lessons that find it.

    `findings` is how many findings it puts together.
    """

    lines: list[str]
    outcome: Outcome
    lessons: list[str]
    findings: int = 1


class CaseText:
    """Lines for one record at a time, on one page, under the rules in force.

    An entry names no more places than `most_places`; all of them where that is None.
    """

    def __init__(self, page: Page, rules: RulesInForce, most_places: int | None = None) -> None:
        self._page = page
        self._most = most_places
        self._sought = EvidenceSought(rules)
        self._ranks = {
            (lesson.id, check.id): rank
            for rank, (lesson, check) in enumerate(
                (lesson, check) for lesson in rules.lessons for check in lesson.checks
            )
        }

    def findings(self, audit: CaseAudit, *more: str) -> tuple[list[str], list[Entry]]:
        """The record's title, which says `more`, and an entry for each thing that was found.

        What is said once of the extract is no entry.
        """
        own = audit.own
        title = self._title(audit, ", ".join(filter(None, (*counts_of(own), *more))))
        return title, self.entries(own)

    def entries(self, findings: Iterable[Finding]) -> list[Entry]:
        """What was found of one record, breaches first, and what the board has accepted last."""
        together = put_together(sorted(findings, key=self._rank), self._sought)
        return [
            Entry(
                self._entry(one),
                one.told.outcome,
                [lesson for lesson, _ in one.checks],
                len(one.findings),
            )
            for one in together
        ]

    def contradictions(self, audit: CaseAudit) -> list[str]:
        """The pairs of dates of the record that cannot both be right."""
        lines = self._title(audit)
        for two in contradictions_in_order(audit.contradictions):
            where = " and ".join(two.pointers)
            lines += self._page.lines(printable(f"{two.message} [{where}]"), 2, 2)
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

    def _entry(self, together: Together) -> list[str]:
        """What one thing that was found is: by which checks, the sentence, and where."""
        told = together.told
        label = _LABELS[told.outcome]
        words = f"{label}  {checks_words(together.checks)}{_how_often(together)}: "
        message = printable(sentence(told, (one.about for one in together.findings)))
        lines = self._page.lines(f"{words}{message} [{self._places(together)}]", 2, 2)
        lines[0] = lines[0].replace(label, self._page.paint(label, told.outcome), 1)
        if waiver := told.waiver:
            words = f"accepted until {waiver.until} by {waiver.who}: {waiver.reason}"
            lines += self._page.lines(printable(words), 4, 4, "aside")
        if lapsed := told.lapsed:
            words = f"accepted by {lapsed.who} when the check asked something else: not now"
            lines += self._page.lines(printable(words), 4, 4, "alarm")
        return lines

    def _places(self, together: Together) -> str:
        """Say where it is: the rows; or, of what cannot be told, what it hangs on, and why."""
        unknown = dict.fromkeys(one for finding in together.findings for one in finding.unknown)
        if not unknown:
            rows = sorted(
                {one.pointers for one in together.findings},
                key=lambda pointers: [natural(pointer) for pointer in pointers],
            )
            return _instances(rows[: self._most]) + self._more(rows)
        words = []
        for reason, said in REASONS.items():
            where = [one.pointer for one in unknown if one.reason == reason]
            shown = printable(", ".join(where[: self._most])) + self._more(where)
            words += [f"{shown}: {said}"] if where else []
        return "; ".join(words)

    def _more(self, where: Sequence[object]) -> str:
        more = 0 if self._most is None else len(where) - self._most
        return f" and {more:,} more" if more > 0 else ""

    def _rank(self, finding: Finding) -> tuple[object, ...]:
        return (
            finding.outcome is not Outcome.BREACH,
            finding.waiver is not None,
            SEVERITIES.index(finding.severity),
            self._ranks[finding.lesson, finding.check],
            [natural(pointer) for pointer in finding.pointers],
            finding.message,
        )


def checks_words(checks: Iterable[tuple[str, str]]) -> str:
    """Name checks, those of a lesson together: `P7.1 first-core-group, quorum; P9.1 own-plan`."""
    of_lessons: dict[str, list[str]] = {}
    for lesson, check in checks:
        of_lessons.setdefault(lesson, []).append(check)
    return "; ".join(f"{lesson} {', '.join(names)}" for lesson, names in of_lessons.items())


def _how_often(together: Together) -> str:
    number = len(together.findings)
    severity = together.told.severity
    told = [f"{severity} severity"] * (severity != MEDIUM)
    told += [f"{number:,} times"] * (number > len(together.checks))
    return f" ({', '.join(told)})" if told else ""


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
