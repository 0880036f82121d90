"""Reports as SARIF 2.1.0, the OASIS standard from which code hosts and editors show findings.

A check is a rule, a breach an error and insufficient evidence a warning, of a check of low severity
a warning and a note; where checks say how grave they are, results have a rank. A contradiction is a
warning of a rule of its own. What cannot be told only for what the extract does not carry is no
result of each case: a notification says it once of each check. What could not be read or evaluated
is a notification of the invocation, which is then no success: an empty list of results alone proves
nothing. No times are given, since the output depends on the input and the rules alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TextIO
from urllib.parse import quote

import casecheck
from casecheck.audit.gravity import BREACH, CANNOT_TELL, amount
from casecheck.record.faults import FieldError, Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.json_report import summary_object
from casecheck.report.audit.ordering import (
    contradictions_in_order,
    errors_in_order,
    findings_in_order,
)
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.repeated import repeated_words
from casecheck.report.audit.summary import Summary
from casecheck.results import MEDIUM, CaseAudit, EngineError, Finding, Outcome, Severity
from casecheck.text.printable import printable
from casecheck.text.spool import Spool, sort_key

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = ("error", "warning", "note")
"""The gravest first: of a breach the first, of what cannot be told the second; each one further
where the check is of low severity."""
_RANK_OF_ALL = 100
"""The rank of a breach of high severity; others have theirs in proportion to what they weigh."""
_CONTRADICTION = "contradiction"
_NOTIFICATIONS = "notifications"


class SarifReport:
    """Writes each record's results at once; the notifications wait in a spool for the end."""

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        self.summary = Summary(rules)
        self._stream = stream
        self._settings = [*(origin.sentences() if origin else ()), *settings]
        # Where no page says how grave its checks are, a rank would say no more than the level.
        self._ranked = any(
            check.severity != MEDIUM for lesson in rules.lessons for check in lesson.checks
        )
        self._spool = Spool()
        self._notified = 0
        self._of_extract: Counter[tuple[str, str]] = Counter()
        self._separator = "\n"
        driver = {
            "name": "casecheck",
            "version": casecheck.__version__,
            "semanticVersion": casecheck.__version__,
            "rules": _rules(rules),
            "properties": {"rulesDigest": rules.digest, **_origin_properties(origin)},
        }
        stream.write(
            f'{{\n"$schema": {json.dumps(_SCHEMA)},\n"version": "2.1.0",\n"runs": [{{\n'
            f'"tool": {json.dumps({"driver": driver})},\n"results": ['
        )

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Write one record's results, or keep what could not be read or evaluated."""
        self.summary.add(item)
        if isinstance(item, Unreadable):
            for wrong in item.errors or (FieldError("", "could not be read"),):
                self._notify(_unreadable(item, wrong))
            return
        if item.repeats:
            self._notify(_repeated(item, repeated_words(item.repeats)))
        for found in findings_in_order(item.findings):
            if not item.is_own(found):
                self._of_extract[found.lesson, found.check] += 1
                continue
            ranked = {"rank": _rank(found.outcome, found.severity)} if self._ranked else {}
            self._result(_result(item, found) | ranked)
        for two in contradictions_in_order(item.contradictions):
            self._result(
                {
                    "ruleId": _CONTRADICTION,
                    "level": "warning",
                    "message": _message(f"{two.case_id}: {two.message}"),
                    "locations": [_location(item.file, item.line, two.pointers)],
                    "properties": {"case_id": two.case_id},
                }
            )
        for failed in errors_in_order(item.errors):
            self._notify(_engine_error(item, failed))

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write how the run went, and its counts."""
        answers = self.summary.extract.checks()
        for (lesson, check), number in sorted(self._of_extract.items()):
            settle = answers[f"{lesson} {check}"].would_settle if answers else ()
            self._notify(_lacking(lesson, check, number, settle))
        write = self._stream.write
        invocation: dict[str, Any] = {"executionSuccessful": self.summary.complete}
        told = [("note", one) for one in self._settings]
        told += [("warning", one) for one in (*notices, *notes)]
        if told:
            invocation["toolConfigurationNotifications"] = [
                {"level": level, "message": _message(sentence)} for level, sentence in told
            ]
        write("\n],\n" + f'"invocations": [{json.dumps(invocation)[:-1]}')
        separator = ', "toolExecutionNotifications": [\n'
        for text in self._spool.sorted(_NOTIFICATIONS):
            write(separator + text)
            separator = ",\n"
        write("\n]}],\n" if self._notified else "}],\n")
        properties = {"summary": summary_object(self.summary)}
        write(f'"properties": {json.dumps(properties)}\n}}]\n}}\n')
        self._spool.close()

    def _result(self, result: dict[str, Any]) -> None:
        self._stream.write(self._separator + json.dumps(result))
        self._separator = ",\n"

    def _notify(self, notification: dict[str, Any]) -> None:
        self._spool.add(_NOTIFICATIONS, sort_key(self._notified), json.dumps(notification))
        self._notified += 1


def _rules(rules: RulesInForce) -> list[dict[str, Any]]:
    checks = [
        {
            "id": f"{lesson.id}/{check.id}",
            "shortDescription": {"text": check.asks},
            "fullDescription": {"text": f"{lesson.id} {lesson.title}: {check.asks}"},
            "properties": {
                "lesson": lesson.id,
                "title": lesson.title,
                "theme": lesson.theme,
                **_marks(check.severity, check.tags),
            },
        }
        for lesson in rules.lessons
        for check in lesson.checks
    ]
    contradiction = {
        "id": _CONTRADICTION,
        "shortDescription": {"text": "Can the dates of the record all be right?"},
        "fullDescription": {
            "text": "Two dates of one record cannot both be right. The record was audited with "
            "what they leave in doubt taken as unknown."
        },
    }
    return [*checks, contradiction]


def _marks(severity: Severity, tags: Sequence[str]) -> dict[str, Any]:
    """Return what a check says of itself, if it does."""
    told = {"severity": severity if severity != MEDIUM else "", "tags": list(tags)}
    return {name: value for name, value in told.items() if value}


def _level(outcome: Outcome, severity: Severity) -> str:
    return _LEVELS[(outcome is not Outcome.BREACH) + (severity == "low")]


def _rank(outcome: Outcome, severity: Severity) -> float:
    """How grave a result is from 0 to 100: a breach of high severity has 100, of medium 50."""
    weighs = BREACH if outcome is Outcome.BREACH else CANNOT_TELL
    return _RANK_OF_ALL * amount(weighs, severity) / amount(BREACH, "high")


def _result(audit: CaseAudit, found: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": f"{found.lesson}/{found.check}",
        "level": _level(found.outcome, found.severity),
        "message": _message(f"{found.case_id}: {found.message}"),
        "locations": [_location(audit.file, audit.line, found.pointers)],
        "partialFingerprints": {"casecheck/v1": found.fingerprint},
        "properties": {
            "case_id": found.case_id,
            "outcome": found.outcome,
            **_marks(found.severity, found.tags),
            **({"shortfall": found.shortfall} if found.shortfall else {}),
            **({"unknown": [one._asdict() for one in found.unknown]} if found.unknown else {}),
        },
    }
    if found.lapsed:
        told = f"{found.lapsed.reason} ({found.lapsed.who}, until {found.lapsed.until})"
        result["properties"]["lapsedWaiver"] = printable(told)
    if found.waiver:
        told = f"{found.waiver.reason} ({found.waiver.who}, until {found.waiver.until})"
        suppression = {"kind": "external", "status": "accepted", "justification": printable(told)}
        result["suppressions"] = [suppression]
    return result


def _unreadable(item: Unreadable, wrong: FieldError) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _message(f"Not audited: {wrong.message}"),
        "locations": [_location(item.file, item.line, (wrong.pointer,) if wrong.pointer else ())],
    }


def _engine_error(audit: CaseAudit, failed: EngineError) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _message(f"{failed.case_id}, {failed.lesson}, not evaluated: {failed.in_words}"),
        "locations": [_location(audit.file, audit.line, ())],
        "properties": {"case_id": failed.case_id, "lesson": failed.lesson},
    }


def _lacking(lesson: str, check: str, number: int, settle: Sequence[str]) -> dict[str, Any]:
    """Say once of the extract what it leaves open of a check, and not of each case."""
    would = f" What would settle it: {', '.join(settle)}." if settle else ""
    told = f"{lesson} {check}: cannot be told {number:,} times for what the extract does not carry."
    return {
        "level": "warning",
        "message": _message(told + would),
        "associatedRule": {"id": f"{lesson}/{check}"},
        "properties": {"lesson": lesson, "check": check, "count": number},
    }


def _repeated(audit: CaseAudit, told: str) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": _message(f"{audit.case_id}: {told}"),
        "locations": [_location(audit.file, audit.line, ())],
        "properties": {"case_id": audit.case_id},
    }


def _origin_properties(origin: Origin | None) -> dict[str, Any]:
    names = {
        "digest": "rulesDigest",
        "folders": "rulesFolders",
        "shipped": "rulesShipped",
        "pages_shipped": "pagesShipped",
        "settings_file": "settingsFile",
        "packs": "rulesPacks",
    }
    return {names[key]: value for key, value in origin.as_json().items()} if origin else {}


def _location(file: str, line: int | None, pointers: Iterable[str]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if line is not None:
        physical["region"] = {"startLine": line}
    location: dict[str, Any] = {"physicalLocation": physical}
    # Two unknown rows of one section point to the same place, which the standard lists once.
    logical = [{"fullyQualifiedName": printable(pointer)} for pointer in dict.fromkeys(pointers)]
    if logical:
        location["logicalLocations"] = logical
    return location


def _uri(file: str) -> str:
    """A relative path as a relative reference, an absolute one as a `file` URI."""
    path = quote(os.fsencode(file), safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _message(text: str) -> dict[str, str]:
    """A plain text message, in which the standard gives braces and brackets a meaning."""
    plain = printable(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": plain.replace("{", "{{").replace("}", "}}")}
