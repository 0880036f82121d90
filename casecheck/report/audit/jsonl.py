"""Reports one line of JSON a record, as soon as it is known: for pipes, and for many records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from casecheck.record.faults import Unreadable
from casecheck.report.audit import fragments
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import findings_in_order
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit


class JsonLinesReport:
    """Writes each record's line at once and keeps nothing of it.

    A line is the record's element of `cases` in the JSON report, with its own `findings`,
    `contradictions`, and `errors` if it has any. An unreadable input is a line with `file`,
    `line` and `errors`, and no `case_id`. Each line says by which rules it was audited, and what
    the board has set of them.
    """

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        self.summary = Summary(rules)
        self._write = stream.write
        self._settings = (f'"settings": {fragments.strings(settings)}',) if settings else ()
        if origin:
            told = json.dumps(origin.as_json())
            self._settings = (*self._settings, f'"rules_from": {told}')

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Write one record's line, or that of one input that could not be read."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            line = fragments.unreadable(item, *self._settings)
        else:
            line = case_line(item, *self._settings)
        self._write(line + "\n")

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Nothing is left to write: each line stands for itself, and notices for none."""


def case_line(audit: CaseAudit, *parts: str) -> str:
    """One record's line without its line break, with more members (`"name": value`) at its end."""
    errors = (fragments.errors(audit.errors),) if audit.errors else ()
    return fragments.case(
        audit,
        fragments.findings(findings_in_order(audit.findings)),
        fragments.contradictions(audit.contradictions),
        *errors,
        *parts,
    )
