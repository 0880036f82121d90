"""Reports in plain words for an auditor: what the records say first, then where to look."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TextIO

import casecheck
from casecheck.audit.gravity import gravity_of
from casecheck.record.faults import Unreadable
from casecheck.report.audit.case_text import CaseText
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.lesson_table import lesson_table
from casecheck.report.audit.ordering import findings_in_order, place, place_of
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.report.audit.summary import Summary
from casecheck.results import SEVERITIES, CaseAudit, Finding, Outcome
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable
from casecheck.text.spool import Spool, sort_key

_DIGEST_SHOWN = len("sha256:") + 12
"""So much of a digest is shown in words; the other formats have all of it."""
_MOST = 10**12 - 1
"""More than any count, so that `_MOST - count` sorts the greatest count first."""

MOST_REPEATED = 100
"""The most records with the case id of another that are shown; all are counted."""

_WORST = ("breach", "cannot tell", "not wholly evaluated", "none")
"""What can be the gravest thing said of a record, gravest first."""


class TextReport:
    """Lays out each record as it comes, and prints when the last one is in, gravest case first.

    Nothing depends on the order in which records are added.
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
        self._selection = selection
        self.summary = Summary(rules)
        self._stream = stream
        self._rules = rules
        self._settings = settings
        self._origin = origin
        self._page = Page(stream, width, color)
        self._text = CaseText(self._page, rules)
        self._spool = Spool()
        self._gravest: tuple[bytes, str] | None = None
        self._records = dict.fromkeys(_WORST, 0)
        self._cannot_tell = False

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Lay out one record, or one input that could not be read."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            key = sort_key(*place(item.file, item.line))
            self._keep("unreadable", key, self._text.unreadable(item))
            return
        self._records[_worst(item)] += 1
        self._cannot_tell |= any(map(_is_not_breach, item.findings))
        if item.findings:
            key = _gravity(item)
            self._keep("findings", key, self._text.findings(item))
            self._remember_gravest(key, item)
        key = sort_key(item.case_id, *place_of(item))
        if item.contradictions:
            self._keep("contradictions", key, self._text.contradictions(item))
        if item.errors:
            self._keep("errors", key, self._text.errors(item))
        if item.repeats and self.summary.repeated <= MOST_REPEATED:
            self._keep("repeated", key, self._text.repeated(item))

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Print the report."""
        page, counts = self._page, self.summary
        self._print(self._head())
        self._print([*lesson_table(page, self._rules, counts), ""])
        if counts.records and not self._gravest:
            words = "No findings. A lesson that does not apply to a record says nothing about it."
            self._print([*page.lines(words), ""])
        self._print_part("findings", "Findings, gravest case first")
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
        if notes:
            self._print(page.lines("Notes on the input", 0, 2, "heading"))
            for sentence in notes:
                self._print(page.lines(f"- {printable(sentence)}", 2, 2))
            self._print([""])
        if notices:
            self._print(page.lines("Waivers to look into", 0, 2, "heading"))
            for sentence in notices:
                self._print(page.lines(f"- {printable(sentence)}", 2, 2))
            self._print([""])
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
            words = ", ".join(
                f"{worst} {count:,}" for worst, count in self._records.items() if count
            )
            lines += page.lines(f"Records by their gravest finding: {words}", 0, 2)
        lesson_count = counted(len(self._rules.lessons), "lesson")
        lines += rules_lines(page, f"{self._rules.digest[:19]}, {lesson_count}", self._origin)
        if counts.repeated:
            words = f"{counted(counts.repeated, 'record')} with the case id of another; see below."
            lines += page.lines(words, 0, 2, "alarm")
        if counts.errors:
            words = f"ENGINE ERRORS: {counts.errors:,}. This audit is not complete; see below."
            lines += page.lines(words, 0, 2, "alarm")
        if self._settings:
            words = "Set by the board, not as the pages have it:"
            lines += ["", *page.lines(words, 0, 2, "heading")]
            for sentence in self._settings:
                lines += page.lines(f"- {printable(sentence)}", 2, 2)
        if not counts.records:
            lines += ["", *page.lines("No record was audited: this says nothing of practice.")]
        return [*lines, ""]

    def _next(self) -> list[str]:
        page, lines = self._page, []
        if self._gravest:
            lines += page.lines("What to do next", 0, 2, "heading")
            lines.append(f"  {self._gravest[1]}")
            lines += page.lines("shows how each check came to its outcome, row by row.", 4)
        if self._cannot_tell:
            lines.append("  casecheck check PATH...")
            lines += page.lines("shows which lessons the extract can answer.", 4)
            words = "Cannot tell: the record does not hold what the check needs. It is not a pass."
            lines += ["", *page.lines(words, 0, 2)]
        words = "A finding is a question for an auditor, not a verdict on a worker."
        return [*lines, *page.lines(words)]

    def _remember_gravest(self, key: bytes, audit: CaseAudit) -> None:
        """Keep the command that explains the gravest finding: of a file of its own, if any is."""
        whole_file = audit.line is None and audit.file.isprintable()
        key = sort_key(0 if whole_file else 1) + key
        if self._gravest is None or key < self._gravest[0]:
            gravest = min(findings_in_order(audit.findings), key=_least_urgent)
            options = ["--case", audit.file if audit.file.isprintable() else "FILE"]
            options += [] if audit.line is None else ["--case-id", audit.case_id]
            options += self._origin.options if self._origin else ()
            if audit.file == "-":  # which cannot be read again
                options[1] = "FILE"
            words = shlex.join(["casecheck", "explain", gravest.lesson, *options])
            self._gravest = key, words

    def _keep(self, part: str, key: bytes, lines: Iterable[str]) -> None:
        self._spool.add(part, key, "\n".join(lines))

    def _print_part(self, part: str, heading: str, style: str = "heading") -> None:
        for number, text in enumerate(self._spool.sorted(part)):
            if not number:
                self._print([*self._page.lines(heading, 0, 2, style), ""])
            self._print([text, ""])

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


def _gravity(audit: CaseAudit) -> bytes:
    """Order cases by their weight, as a risk sample has it by default, the heaviest first.

    Of those that weigh the same the one with more checks in breach comes first, then the one with
    more breaches, and with more that cannot be told; then they stand by case.
    """
    found = gravity_of(audit)
    standing = [finding for finding in audit.findings if finding.waiver is None]
    unknown = sum(map(_is_not_breach, standing))
    greatest = found.weight(), found.breach, len(standing) - unknown, unknown
    return sort_key(*(_MOST - number for number in greatest), audit.case_id, *place_of(audit))


def _is_not_breach(finding: Finding) -> bool:
    return finding.outcome is not Outcome.BREACH


def _least_urgent(finding: Finding) -> tuple[bool, bool, int]:
    severity = SEVERITIES.index(finding.severity)
    return finding.waiver is not None, _is_not_breach(finding), severity


def _worst(audit: CaseAudit) -> str:
    breach, cannot_tell, not_evaluated, none = _WORST
    if audit.findings:
        return cannot_tell if all(map(_is_not_breach, audit.findings)) else breach
    return not_evaluated if audit.errors else none
