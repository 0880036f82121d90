"""Reports the whole audit as one JSON object, in an order fixed by its content alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TextIO

import casecheck
from casecheck.record.faults import Unreadable
from casecheck.report.audit import fragments
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import place, place_of
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit
from casecheck.text.spool import Spool, sort_key


class JsonReport:
    """Collects the records in a spool, and writes the object when the last one is in.

    Nothing depends on the order in which records are added; two records of one `case_id` stand
    side by side, by file and line.
    """

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        self.summary = Summary(rules)
        self._stream = stream
        self._rules = rules
        self._settings = settings
        self._origin = {"rules_from": origin.as_json()} if origin else {}
        self._spool = Spool()

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Keep one record, or one input that could not be read."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            at = place(item.file, item.line)
            self._spool.add("unreadable", sort_key(*at), fragments.unreadable(item))
            return
        add, case_id, at = self._spool.add, item.case_id, place_of(item)
        add("cases", sort_key(case_id, *at), fragments.case(item))
        for one in item.findings:
            key = sort_key(case_id, one.lesson, one.check, _together(one.pointers), *at)
            add("findings", key, fragments.finding(one))
        for two in item.contradictions:
            key = sort_key(case_id, _together(two.pointers), *at)
            add("contradictions", key, fragments.contradiction(two))
        for failed in item.errors:
            add("errors", sort_key(case_id, failed.lesson, *at), fragments.error(failed))

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write the object."""
        write = self._stream.write
        head = {
            "casecheck": casecheck.__version__,
            "rules": {
                "digest": self._rules.digest,
                "lessons": [lesson.id for lesson in self._rules.lessons],
            },
            **self._origin,
            "settings": list(self._settings),
            "waivers": list(notices),
            **({"notes": list(notes)} if notes else {}),
            "summary": summary_object(self.summary),
        }
        write("{\n")
        for name, value in head.items():
            write(f"{fragments.quoted(name)}: {json.dumps(value)},\n")
        for part in ("cases", "findings", "contradictions", "errors"):
            self._write_list(part, ",\n")
        self._write_list("unreadable", "\n}\n")
        self._spool.close()

    def _write_list(self, part: str, end: str) -> None:
        fragments.listed(self._stream.write, part, self._spool.sorted(part), end)


def summary_object(summary: Summary) -> dict[str, object]:
    """The member `summary`: counts of records, and of outcomes by lesson.

    `repeated` is there where a record has the case id of another.
    """
    repeated = {"repeated": summary.repeated} if summary.repeated else {}
    return {
        "records": summary.records,
        "unreadable": summary.unreadable,
        "contradictory": summary.contradictory,
        **repeated,
        "errors": summary.errors,
        "lessons": summary.lessons,
        "accepted": summary.accepted,
    }


def _together(pointers: Iterable[str]) -> str:
    """Pointers as one part of a key: SOH is below all they hold, so that fewer come first."""
    return "\x01".join(pointers)
