"""Reports one line of JSON a record, as soon as it is known: for pipes, and for many records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from casecheck.record.faults import Unreadable
from casecheck.report.audit import fragments
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import findings_in_order
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit, Place

if TYPE_CHECKING:
    from casecheck.audit.partition import AuditedRecord


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
        self._every = members_of_every_line(settings, origin)

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Write one record's line, or that of one input that could not be read."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            self._write(fragments.unreadable(item, *self._every) + "\n")
        else:
            self._write(line_of(item, case_body(item), item.repeats, self._every) + "\n")

    def add_audited(self, record: AuditedRecord, repeats: Place | None) -> None:
        """Write the line of a record that was audited elsewhere; the summary hears of its part."""
        self._write(line_of(record, record.body, repeats, self._every) + "\n")

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Nothing is left to write: each line stands for itself, and notices for none."""


def members_of_every_line(settings: Sequence[str], origin: Origin | None) -> tuple[str, ...]:
    """What each line says of the rules: the members that are the same in all of them."""
    members = (f'"settings": {fragments.strings(settings)}',) if settings else ()
    return (*members, f'"rules_from": {json.dumps(origin.as_json())}') if origin else members


def line_of(
    of: CaseAudit | AuditedRecord, body: str, repeats: Place | None, every: Sequence[str] = ()
) -> str:
    """One record's line without its line break, of the parts that are known in several places."""
    head = fragments.case_head(of.case_id, of.file, of.line)
    return head + body + fragments.case_end(repeats, *every)


def case_body(audit: CaseAudit) -> str:
    """What one record's line has after its place, but for what is the same in each line."""
    errors = (fragments.errors(audit.errors),) if audit.errors else ()
    return fragments.case_body(
        audit,
        fragments.findings(findings_in_order(audit.findings)),
        fragments.contradictions(audit.contradictions),
        *errors,
    )
