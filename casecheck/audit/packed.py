"""A record's audit as one text of JSON, to pass it on or to keep it, and read back from that.

Where the record stood, and what hangs on other records or on waivers, is no part of it: the same
record has the same audit wherever it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from casecheck.audit.check_answers import Unanswerable
from casecheck.lessons.lesson import Rules
from casecheck.record.carried import WHOLE, Carried, PartOf
from casecheck.record.coverage import PerhapsRow
from casecheck.record.faults import Contradiction
from casecheck.results import (
    About,
    CaseAudit,
    Dated,
    EngineError,
    FallsShort,
    Finding,
    LessonResult,
    MetInstance,
    Outcome,
    Severity,
    Timeline,
    TimelineRow,
    Unknown,
)

_LETTERS = {outcome: outcome[0] for outcome in Outcome}
_OUTCOMES = {letter: outcome for outcome, letter in _LETTERS.items()}


def pack(audit: CaseAudit) -> str:
    """Return the text of an audit of which no waiver is marked."""
    nowhere = audit._replace(file="", line=None, repeats=None, unanswerable=frozenset())
    return json.dumps(nowhere, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, LessonResult):
        return "".join([_LETTERS[one] for one in (value.outcome, *value.checks.values())])
    if isinstance(value, Contradiction):
        return [value.pointers, value.message]
    if isinstance(value, EngineError):
        return [value.lesson, value.message, value.reason, value.remedy]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


class Unpacking:
    """Reads audits back that some rules made."""

    def __init__(self, rules: Rules) -> None:
        self._unanswerable = Unanswerable(rules)
        self._checks = {one.id: [check.id for check in one.checks] for one in rules.lessons}
        self._results: dict[tuple[str, str], LessonResult] = {}

    def unpack(self, text: str, file: str, line: int | None) -> CaseAudit:
        """Return the audit of a record that stands there.

        Raises ValueError, TypeError or KeyError where `pack` did not write the text.
        """
        (
            case_id, _, _, lessons, findings, contradictions, errors, extracted_on, district,
            team, lead_agency, digest, met, _, since, timeline, carried, _,
        ) = json.loads(text)  # fmt: skip
        carries = _carried(*carried)
        return CaseAudit(
            case_id,
            file,
            line,
            {name: self._result(name, told) for name, told in lessons.items()},
            tuple([_finding(*one) for one in findings]),
            tuple([Contradiction(case_id, _pair(*one), two) for one, two in contradictions]),
            tuple([EngineError(case_id, *one) for one in errors]),
            date.fromisoformat(extracted_on),
            district,
            team,
            lead_agency,
            digest,
            tuple([MetInstance(one, two, tuple(at), *rest) for one, two, at, *rest in met]),
            None,
            tuple([(section, date.fromisoformat(day)) for section, day in since]),
            None if timeline is None else _timeline(*timeline),
            carries,
            self._unanswerable.of(carries),
        )

    def _result(self, lesson: str, letters: str) -> LessonResult:
        """Return a lesson's result: few ways for a lesson to come out recur over many records."""
        known = self._results.get((lesson, letters))
        if known is None:
            outcome, *outcomes = [_OUTCOMES[one] for one in letters]
            checks = dict(zip(self._checks[lesson], outcomes, strict=True))
            known = self._results[lesson, letters] = LessonResult(outcome, checks)
        return known


def _finding(  # noqa: PLR0913, PLR0917 - the fields of a finding, in their order
    case_id: str,
    lesson: str,
    check: str,
    outcome: str,
    message: str,
    pointers: list[str],
    fingerprint: str,
    _: None,
    shortfall: FallsShort,
    severity: Severity,
    tags: list[str],
    also: list[str],
    __: None,
    about: list[Any],
    due: str | None,
    unknown: list[list[Any]],
    nearest: list[str],
    done_on: str | None,
) -> Finding:
    return Finding(
        case_id, lesson, check, Outcome(outcome), message, tuple(pointers), fingerprint, None,
        shortfall, severity, tuple(tags), tuple(also), None, About(*about), _day(due),
        tuple([Unknown(*one) for one in unknown]), tuple(nearest), _day(done_on),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _pair(one: str, two: str) -> tuple[str, str]:
    return one, two


def _carried(absent: list[str], parts: list[list[Any]]) -> Carried:
    if not (absent or parts):
        return WHOLE
    return Carried(tuple(absent), tuple([_part(*one) for one in parts]))


def _part(section: str, perhaps: list[list[Any]], without: list[str]) -> PartOf:
    rows = [
        PerhapsRow(None if kinds is None else frozenset(kinds), _day(before))
        for kinds, before in perhaps
    ]
    return PartOf(section, tuple(rows), tuple(without))


def _timeline(
    opened: list[Any], today: str, rows: list[list[Any]], absent: list[str], partial: list[str]
) -> Timeline:
    shown = tuple([_timeline_row(*one) for one in rows])
    return Timeline(
        _dated(*opened), date.fromisoformat(today), shown, tuple(absent), tuple(partial)
    )


def _timeline_row(  # noqa: PLR0913, PLR0917 - as above
    section: str,
    row: int,
    id: str,  # noqa: A002 - the field's own name
    of: str,
    codes: list[str],
    start: list[Any],
    end: list[Any] | None,
    ended_by: str,
    lasting: bool,
    due: list[Any] | None,
) -> TimelineRow:
    first = _dated(*start)
    last, until = (None if one is None else _dated(*one) for one in (end, due))
    return TimelineRow(section, row, id, of, tuple(codes), first, last, ended_by, lasting, until)


def _dated(first: str | None, last: str | None, contradictory: bool) -> Dated:
    return Dated(_day(first), _day(last), contradictory)
