"""The parts that the JSON formats share, written as JSON text by hand for speed.

Each fragment is what `json.dumps` writes for the same object, character for character; the tests
hold it to that. All of it is ASCII, so that no line separator, and no byte of a file name that is
not UTF-8, can break a line or a reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring_ascii

from casecheck.record.faults import Contradiction, FieldError, Unreadable
from casecheck.report.audit.ordering import contradictions_in_order, errors_in_order
from casecheck.results import (
    MEDIUM,
    About,
    CaseAudit,
    EngineError,
    FallsShort,
    Finding,
    Outcome,
    Place,
    Severity,
    Unknown,
    Waiver,
)
from casecheck.text.printable import encodable


def quoted(text: str) -> str:
    """One string as JSON text."""
    return encode_basestring_ascii(text if text.isascii() else encodable(text))


def listed(write: Callable[[str], object], name: str, elements: Iterable[str], end: str) -> None:
    """Write a member that is a list, one element a line, and `end` behind it."""
    write(f"{quoted(name)}: [")
    separator = "\n"
    for text in elements:
        write(separator + text)
        separator = ",\n"
    write(("]" if separator == "\n" else "\n]") + end)


def case(audit: CaseAudit, *parts: str) -> str:
    """One element of `cases`, with more members (`"name": value`) at its end."""
    head = case_head(audit.case_id, audit.file, audit.line)
    return head + case_body(audit, *parts) + case_end(audit.repeats)


def case_head(case_id: str, file: str, line: int | None) -> str:
    """How such an element begins."""
    return f'{{"case_id": {quoted(case_id)}, {_place(file, line)}'


def case_end(repeats: Place | None, *parts: str) -> str:
    """How it ends, after these members."""
    if repeats:
        parts = (*parts, f'"repeats": {{{_place(*repeats)}}}')
    return "".join([", " + part for part in parts]) + "}"


def case_body(audit: CaseAudit, *parts: str) -> str:
    """What stands between: nothing that hangs on where the record stands, or on other records."""
    lessons = ", ".join(
        [
            _lesson(lesson, result.outcome, tuple(result.checks), tuple(result.checks.values()))
            for lesson, result in audit.lessons.items()
        ]
    )
    more = "".join([", " + part for part in parts])
    return f', "lessons": {{{lessons}}}{more}'


def finding(item: Finding) -> str:
    """One element of `findings`."""
    accepted = ""
    if item.waiver or item.lapsed:
        accepted = _waiver("waiver", item.waiver) + _waiver("lapsed_waiver", item.lapsed)
    of_check = item.lesson, item.check, item.outcome, item.severity, item.tags
    said = _said(*of_check, item.message, item.pointers)
    return (
        f'{{"case_id": {_case(item.case_id)}, '
        f'{said}, "fingerprint": {encode_basestring_ascii(item.fingerprint)}, '
        f"{_more(item.about, item.due, item.shortfall, item.unknown)}{accepted}}}"
    )


_case = lru_cache(maxsize=1)(quoted)
"""The case id of findings, which come case by case."""


@lru_cache(maxsize=1 << 12)
def _said(  # noqa: PLR0913, PLR0917 - what findings of many records share
    lesson: str,
    check: str,
    outcome: Outcome,
    severity: Severity,
    tags: tuple[str, ...],
    message: str,
    pointers: tuple[str, ...],
) -> str:
    """The check, the sentence and the rows: the same where a section is not in the record."""
    said = f'"message": {quoted(message)}, "pointers": {strings(pointers)}'
    return f"{_check(lesson, check, outcome, severity, tags)}, {said}"


@lru_cache(maxsize=1 << 12)
def _more(
    about: About, due: date | None, shortfall: FallsShort, unknown: tuple[Unknown, ...]
) -> str:
    """Whom it is about and what it hangs on: likewise."""
    told = f'"about": {_about(about)}, "due": {_day(due)}'
    told += f', "shortfall": "{shortfall}"' if shortfall else ""
    return told + (f', "unknown": {_unknown(unknown)}' if unknown else "")


def _day(day: date | None) -> str:
    return "null" if day is None else f'"{day}"'


@lru_cache(maxsize=1 << 12)
def _about(about: About) -> str:
    return json.dumps(about._asdict())


@lru_cache(maxsize=1 << 12)
def _unknown(unknown: tuple[Unknown, ...]) -> str:
    """What a finding hangs on: in an extract that lacks sections the same for many of them."""
    return json.dumps([one._asdict() for one in unknown])


def _waiver(name: str, waiver: Waiver | None) -> str:
    """The member of a finding that the board has accepted, or had while the check asked else."""
    if waiver is None:
        return ""
    return (
        f', "{name}": {{"reason": {quoted(waiver.reason)}, "who": {quoted(waiver.who)}, '
        f'"until": "{waiver.until}"}}'
    )


def repeated(audit: CaseAudit) -> str:
    """One element of `repeated`: a record with the case id of one before it, and where that is."""
    first = f', "repeats": {{{_place(*audit.repeats)}}}' if audit.repeats else ""
    return f'{{"case_id": {quoted(audit.case_id)}, {_place(audit.file, audit.line)}{first}}}'


def findings(items: Iterable[Finding]) -> str:
    """The member `findings` of a case."""
    return f'"findings": [{", ".join([finding(item) for item in items])}]'


def contradiction(item: Contradiction) -> str:
    """One element of `contradictions`."""
    return (
        f'{{"case_id": {quoted(item.case_id)}, "pointers": {strings(item.pointers)}, '
        f'"message": {quoted(item.message)}}}'
    )


def contradictions(items: Sequence[Contradiction]) -> str:
    """The member `contradictions` of a case."""
    listed = ", ".join([contradiction(item) for item in contradictions_in_order(items)])
    return f'"contradictions": [{listed}]'


def error(failed: EngineError) -> str:
    """One element of `errors`."""
    why = {"reason": failed.reason, "what_to_do": failed.remedy}
    more = "".join([f', "{name}": {quoted(text)}' for name, text in why.items() if text])
    return (
        f'{{"case_id": {quoted(failed.case_id)}, "lesson": {quoted(failed.lesson)}, '
        f'"message": {quoted(failed.message)}{more}}}'
    )


def errors(failed: Sequence[EngineError]) -> str:
    """The member `errors` of a case."""
    return f'"errors": [{", ".join([error(one) for one in errors_in_order(failed)])}]'


def unreadable(item: Unreadable, *parts: str) -> str:
    """One element of `unreadable`, with more members at its end."""
    if item.count > 1:
        parts = (*parts, f'"count": {item.count}')
    listed = ", ".join([_field_error(one) for one in item.errors])
    more = "".join([", " + part for part in parts])
    return f'{{{_place(item.file, item.line)}, "errors": [{listed}]{more}}}'


def strings(texts: Iterable[str]) -> str:
    """A list of strings as JSON text."""
    return f"[{', '.join([quoted(text) for text in texts])}]"


def _place(file: str, line: int | None) -> str:
    return f'"file": {quoted(file)}, "line": {"null" if line is None else line}'


def _field_error(wrong: FieldError) -> str:
    return f'{{"pointer": {quoted(wrong.pointer)}, "message": {quoted(wrong.message)}}}'


@lru_cache(maxsize=1 << 12)
def _check(
    lesson: str, check: str, outcome: Outcome, severity: Severity, tags: tuple[str, ...]
) -> str:
    """Of a check that says nothing of itself nothing is said: it is of medium severity."""
    marks = f', "severity": {quoted(severity)}' if severity != MEDIUM else ""
    marks += f', "tags": {strings(tags)}' if tags else ""
    named = f'"lesson": {quoted(lesson)}, "check": {quoted(check)}, "outcome": {quoted(outcome)}'
    return named + marks


@lru_cache(maxsize=1 << 14)
def _lesson(
    lesson: str, outcome: Outcome, checks: tuple[str, ...], outcomes: tuple[Outcome, ...]
) -> str:
    """One member of `lessons`: few ways for a lesson to come out recur over many records."""
    result = {"outcome": outcome, "checks": dict(zip(checks, outcomes, strict=True))}
    return f"{quoted(lesson)}: {json.dumps(result)}"
