"""Reports in plain words for an auditor: what the records say first, then where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TextIO

import casecheck
from casecheck.record.faults import Unreadable
from casecheck.report.audit.case_counts import OF_EXTRACT, Worst, worst_of, worst_words
from casecheck.report.audit.case_text import CaseText
from casecheck.report.audit.cases_text import CasesText
from casecheck.report.audit.extract_words import extract_lines
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.lesson_table import lesson_table
from casecheck.report.audit.ordering import place, place_of
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable
from casecheck.text.spool import Spool, sort_key

_DIGEST_SHOWN = len("sha256:") + 12
"""So much of a digest is shown in words; the other formats have all of it."""
MOST_LISTED = 5
"""The most records that are listed of those in which something is wrong; --all lists each."""
MOST_REPEATED = 100
"""The most records with the case id of another that are shown; all are counted."""


class TextReport:
    """Lays out each record as it comes, and prints when the last one is in, weightiest case first.

    Nothing depends on the order in which records are added. Only those cases are laid out in full
    that may be among the weightiest, which are told in full.
    """

    def __init__(  # noqa: PLR0913 - one for each thing that a report says of the audit
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
        *,
        selection: Selection = WHOLE,
        width: int | None = None,
        color: bool | None = None,
    ) -> None:
        self.summary = Summary(rules)
        self._selection = selection
        self._stream = stream
        self._rules = rules
        self._settings = settings
        self._origin = origin
        self._page = Page(stream, width, color)
        self._text = CaseText(self._page, rules)
        self._spool = Spool()
        self._cases = CasesText(self._page, rules, selection, self._spool)
        self._worst: Counter[Worst] = Counter()
        self._listed: Counter[str] = Counter()

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Lay out one record, or one input that could not be read."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            key = sort_key(*place(item.file, item.line))
            self._keep("unreadable", key, self._text.unreadable(item))
            return
        self._worst[worst_of(item)] += 1
        self._cases.add(item)
        if not self._selection.takes(item.case_id):
            return
        key = sort_key(item.case_id, *place_of(item))
        if item.contradictions:
            self._keep("contradictions", key, self._text.contradictions(item))
        if item.errors:
            self._keep("errors", key, self._text.errors(item))
        if item.repeats and self.summary.repeated <= MOST_REPEATED:
            self._keep("repeated", key, self._text.repeated(item))

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Print the report."""
        self._print(self._head())
        self._print(self._tables())
        self._print_block(extract_lines(self._page, self.summary.extract))
        if not self._selection.summary:
            self._print(self._cases.lines())
        self._print_data()
        self._print_sentences("Notes on the input", notes)
        self._print_sentences("Waivers to look into", notices)
        self._print(self._next())
        self._spool.close()

    def _head(self) -> list[str]:
        page, counts = self._page, self.summary
        lines = page.lines(
            f"casecheck {casecheck.__version__}: {counted(counts.records, 'record')} audited, "
            f"{counts.unreadable:,} unreadable, {counts.contradictory:,} contradictory",
            hanging=2,
            style="heading",
        )
        if counts.records:
            lines += page.lines(worst_words(self._worst), 0, 2)
        lesson_count = counted(len(self._rules.lessons), "lesson")
        lines += rules_lines(page, f"{self._rules.digest[:19]}, {lesson_count}", self._origin)
        if counts.repeated:
            words = f"{counted(counts.repeated, 'record')} with the case id of another."
            lines += page.lines(words, 0, 2, "alarm")
        if counts.errors:
            words = f"ENGINE ERRORS: {counts.errors:,}. This audit is not complete; see below."
            lines += page.lines(words, 0, 2, "alarm")
        if self._settings:
            words = "Set otherwise than the pages have it:"
            lines += ["", *page.lines(words, 0, 2, "heading")]
            for sentence in self._settings:
                lines += page.lines(f"- {printable(sentence)}", 2, 2)
        if not counts.records:
            lines += ["", *page.lines("No record was audited: this says nothing of practice.")]
        return [*lines, ""]

    def _tables(self) -> list[str]:
        page = self._page
        lines = [*lesson_table(page, self._rules, self.summary), ""]
        if table := self._cases.table():
            lines += [*table, ""]
        if self.summary.records and not self._cases.found:
            words = "No findings. A lesson that does not apply to a record says nothing about it."
            if self._worst[OF_EXTRACT]:
                words = "Nothing was found of a case but what the extract lacks: that is no pass."
            lines += [*page.lines(words, 0, 2), ""]
        return lines

    def _print_data(self) -> None:
        """Print what is wrong with the records: how much of it, and the first of each kind."""
        counts = self.summary
        self._print_part(
            "errors",
            f"ENGINE ERRORS ({counts.errors:,}): lessons that could not be evaluated on a record. "
            "An error is never a pass.",
            "alarm",
        )
        self._print_part(
            "unreadable",
            f"Could not be read ({counts.unreadable:,}): nothing is known of these cases",
        )
        self._print_part(
            "contradictions",
            f"Contradictory dates ({counted(counts.contradictory, 'record')}): "
            "audited with the doubtful dates taken as unknown",
        )
        more = counts.repeated - MOST_REPEATED
        self._print_part(
            "repeated",
            f"Case ids that stand twice ({counted(counts.repeated, 'record')}): each record was "
            f"audited and counted{f'; the first {MOST_REPEATED} are shown' if more > 0 else ''}",
        )

    def _next(self) -> list[str]:
        page, lines = self._page, []
        command = self._cases.explain_command(self._origin)
        in_doubt = self._cases.in_doubt or self._worst[OF_EXTRACT]
        if command or in_doubt:
            lines += page.lines("What to do next", 0, 2, "heading")
        if command:
            lines.append(f"  {command}")
            lines += page.lines("shows how each check came to its outcome, row by row.", 4)
        if in_doubt:
            lines.append("  casecheck check PATH...")
            lines += page.lines("shows which lessons the extract can answer.", 4)
            words = "Cannot tell: the record does not hold what the check needs. It is not a pass."
            lines += ["", *page.lines(words, 0, 2)]
        words = "A finding is a question for an auditor, not a verdict on a worker."
        return [*lines, *page.lines(words)]

    def _keep(self, part: str, key: bytes, lines: Iterable[str]) -> None:
        self._listed[part] += 1
        self._spool.add(part, key, "\n".join(lines))

    def _print_part(self, part: str, heading: str, style: str = "heading") -> None:
        if not self._listed[part]:
            return
        self._print_block(self._page.lines(heading, 0, 2, style))
        if self._selection.summary:
            return
        most = None if self._selection.every else MOST_LISTED
        self._print(f"{text}\n" for text in islice(self._spool.sorted(part), most))
        if most is not None and self._listed[part] > most:
            self._print_block([f"  and {self._listed[part] - most:,} more: --all"])

    def _print_sentences(self, heading: str, sentences: Sequence[str]) -> None:
        if sentences:
            lines = self._page.lines(heading, 0, 2, "heading")
            for sentence in sentences:
                lines += self._page.lines(f"- {printable(sentence)}", 2, 2)
            self._print_block(lines)

    def _print_block(self, lines: Sequence[str]) -> None:
        if lines:
            self._print([*lines, ""])

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._stream.write(line + "\n")


def rules_lines(page: Page, rules: str, origin: Origin | None) -> list[str]:
    """Say which rules were asked, where they come from, and which settings file was used."""
    if origin is None:
        return page.lines(f"Rules {rules}", 0, 2, "aside")
    style = "aside" if origin.pages_shipped else "alarm"
    lines = page.lines(printable(f"Rules {rules}, {origin.rules_words()}"), 0, 2, style)
    for pack in origin.packs:
        short = replace(pack, digest=pack.digest[:_DIGEST_SHOWN])
        lines += page.lines(printable(str(short)), 0, 2, "aside")
    if words := origin.settings_words():
        lines += page.lines(printable(words), 0, 2, "aside")
    return lines
