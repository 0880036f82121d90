"""One case as one line: its id, its weight, and what was found of it, as far as a line holds."""

from __future__ import annotations

from collections.abc import Iterable

from casecheck.report.audit.case_text import checks_words
from casecheck.results import CaseAudit, Finding, Outcome
from casecheck.text.printable import printable

_ID_WIDTH = 10


def case_line(audit: CaseAudit, findings: Iterable[Finding], weight: int, width: int) -> str:
    """Return a case's line, of these of its findings, no longer than `width` columns."""
    found = list(findings)
    breaches = [one for one in found if one.outcome is Outcome.BREACH]
    doubts = [one for one in found if one.outcome is not Outcome.BREACH]
    words = [_checks(breaches)] if breaches else []
    words += [f"to look up: {_checks(doubts)}"] if doubts else []
    team = f"{printable(audit.team)}  " if audit.team else ""
    line = f"  {audit.case_id:<{_ID_WIDTH}} {weight:>4}  {team}{'; '.join(words)}"
    return cut(line, width)


def cut(line: str, width: int) -> str:
    """Return a line that is no wider than a page, cut at a space where it has to be."""
    if len(line) <= width:
        return line
    kept = line[: width - 4]
    if " " in kept.strip():
        kept = kept[: kept.rindex(" ")]
    return f"{kept.rstrip(' ,;:')} ..."


def _checks(findings: Iterable[Finding]) -> str:
    return checks_words(dict.fromkeys((one.lesson, one.check) for one in findings))
