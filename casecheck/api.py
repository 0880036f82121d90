"""What other programs use of casecheck: load rules, read records, audit them.

Everything here can be imported from `casecheck` itself; `docs/python.md` has examples. What goes
wrong is raised as a `CasecheckError`, whose message says what is wrong and what to do. A record
that cannot be read is no error of the program: it is yielded as `Unreadable`, and the rest goes on.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from casecheck.audit.auditor import Auditor
from casecheck.audit.case_ids import CaseIds
from casecheck.audit.partition import AuditedPart, RulesDiffer, Tally, audit_by
from casecheck.audit.running import audit_each, audit_texts
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import STDIN, NoSuchInput, find_texts
from casecheck.intake.texts import RecordText, text_of
from casecheck.lessons.errors import RulesError
from casecheck.lessons.in_force import (
    AS_SHIPPED,
    only_lessons,
    only_marked,
    rules_in_force,
    settings_of,
)
from casecheck.lessons.lesson import Rules
from casecheck.lessons.shipped import shipped_folder
from casecheck.record.faults import CasecheckError, FieldError, Unreadable
from casecheck.record.model import CaseRecord
from casecheck.record.validation import NotACaseRecord
from casecheck.record.validation import read_record as record_of
from casecheck.report.audit import jsonl
from casecheck.report.audit.fragments import unreadable
from casecheck.report.audit.origin import origin_of
from casecheck.results import SEVERITIES, CaseAudit, Finding, Outcome, Severity

__all__ = [
    "CaseAudit",
    "CaseRecord",
    "CasecheckError",
    "EngineUnusable",
    "Finding",
    "NoSuchInput",
    "NotACaseRecord",
    "Outcome",
    "PartAudit",
    "Rules",
    "RulesDiffer",
    "RulesError",
    "Unreadable",
    "WrongArgument",
    "audit_files",
    "audit_partition",
    "audit_records",
    "load_rules",
    "read_record",
]

Record = bytes | str | Mapping[str, object] | CaseRecord
"""One case record: its JSON text, the object that the JSON would hold, or what was read of it."""
RECORDS = "records"
"""The name that stands for the file of records that were handed over; the line is the place."""


class WrongArgument(CasecheckError, TypeError):  # noqa: N818 - says which
    """A function was given what it does not take."""


def load_rules(
    folder: str | Path | None = None,
    *,
    parameters: Mapping[str, int] | None = None,
    lessons: Iterable[str] = (),
    tags: Iterable[str] = (),
    severity: Severity | None = None,
) -> Rules:
    """Return the lessons of a folder, or without one those that casecheck ships.

    `folder` may also be the name of a set that casecheck ships, such as "statutory". `parameters`
    are numbers to set, by names such as "P1.1.carry_days"; `lessons` are those to load, by default
    all. Of their checks only those are asked that have one of the `tags`, and this `severity` or a
    graver one; by default all. No settings file is looked for: the same call gives the same rules
    wherever it is made.

    Raises:
        RulesError: with every fault of the pages.
        CasecheckError: where a lesson or a parameter is named that is not there.
    """
    for name, value in (("lessons", lessons), ("tags", tags)):
        if isinstance(value, str):
            raise WrongArgument(f"{name} is a list of ids: {name}=[{value!r}]")
    if severity is not None and severity not in SEVERITIES:
        raise WrongArgument(f"severity is {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}")
    chosen = Path(folder) if folder is not None else shipped_folder()
    settings = settings_of(parameters or {}, "load_rules")
    rules = only_lessons(rules_in_force(AS_SHIPPED, chosen, settings), tuple(lessons))
    return only_marked(rules, tuple(tags), severity)


def read_record(record: bytes | str | Mapping[str, object]) -> CaseRecord:
    """Return the case record that a JSON text, or the object that it would hold, is.

    Raises:
        NotACaseRecord: with every fault, its JSON Pointer, and what to do.
    """
    text = text_of(RECORDS, 1, _json(record, 1))
    if isinstance(text, Unreadable):
        raise NotACaseRecord(text.errors)
    return record_of(text.data)


def audit_records(
    records: Iterable[Record], rules: Rules | None = None
) -> Iterator[CaseAudit | Unreadable]:
    """Yield the audit of each record, or why it cannot be read, in the order in which they come.

    Records are taken some hundreds at a time, so that memory holds no more of them. `file` of what
    is yielded is "records", and `line` the record's place among them, from 1. `rules` are by
    default those that casecheck ships.

    Raises:
        WrongArgument: where `records` is one record, or something among them is none.
        RulesError: where the rules cannot be used.
        EngineUnusable: where the rules engine cannot run.
    """
    if isinstance(records, bytes | str | Mapping | CaseRecord):
        raise WrongArgument("audit_records takes several records: put one into a list, [record]")
    if isinstance(records, os.PathLike) or not isinstance(records, Iterable):
        raise WrongArgument(
            f"audit_records takes records, and this is a {type(records).__name__}:"
            " audit_files takes files and folders"
        )
    auditor = Auditor(_rules(rules))
    return _marked(audit_each(_texts(records), auditor))


def audit_files(
    paths: str | Path | Iterable[str | Path], rules: Rules | None = None, *, jobs: int = 1
) -> Iterator[CaseAudit | Unreadable]:
    """Yield the audit of each record in files and folders, or why it cannot be read.

    A path is what `casecheck audit` takes, but not standard input. The files are read in the order
    of their names, and the records of each in theirs. `jobs` is the number of processes. Of the
    unreadable records of one file, and of all, so many are yielded one by one; one more stands for
    the rest, and its `count` says how many they are.

    Raises:
        NoSuchInput: where a path is not there.
        WrongArgument: where `jobs` is no number from 1, or a path stands for standard input.
        RulesError: where the rules cannot be used.
        EngineUnusable: where the rules engine cannot run.
    """
    if type(jobs) is not int or jobs < 1:
        raise WrongArgument("jobs is a number of processes, from 1")
    every = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if any(not isinstance(path, str | os.PathLike) or str(path) == STDIN for path in every):
        raise WrongArgument("audit_files takes paths of files and folders; records in memory are"
                            " for audit_records")  # fmt: skip
    texts = find_texts([os.fspath(path) for path in every], io.BytesIO())
    return _marked(audit_texts(texts, _rules(rules), jobs, alone=False))


@dataclass(frozen=True, slots=True)
class PartAudit:
    """One part of many records, audited: its lines, and the counts of what is in it.

    To iterate over it yields a line of JSON for each record (docs/auditing.md), without its line
    break, in order. `part.tally` are counts that can be added up over parts.
    """

    part: AuditedPart
    members: tuple[str, ...]

    @property
    def tally(self) -> Tally:
        """The counts over the records that could be read."""
        return self.part.tally

    def __len__(self) -> int:
        return len(self.part.records)

    def __iter__(self) -> Iterator[str]:
        for one in self.part.records:
            if isinstance(one, Unreadable):
                yield unreadable(one, *self.members)
            else:
                yield jsonl.line_of(one, one.body, None, self.members)


def audit_partition(
    lines: Iterable[bytes | str | tuple[str, int, bytes | str]],
    rules: Rules | str | Path | None = None,
    *,
    parameters: Mapping[str, int] | None = None,
    digest: str | None = None,
) -> PartAudit:
    """Audit one part of many records, on a worker of a cluster, into lines of JSON.

    `lines` are records as JSON, one each, blank ones passed over; or with each its place, a tuple
    of the file's name, the line and the text. Without, the file is "records", and the line is that
    in the part. `rules` are what `load_rules` returned, or the folder for it, with `parameters`; by
    default those that casecheck ships. A process that is given the same again has them ready.
    `digest` is what the rules are held to: a worker's own might be others.

    What is written is what `casecheck audit --format jsonl` writes of these lines, but that a case
    id of another record is not noticed, and each unreadable record is told.

    Raises:
        RulesDiffer: where the rules have not the digest.
        WrongArgument, RulesError, EngineUnusable: as `audit_records`.
    """
    if rules is None or isinstance(rules, str | Path):
        folder = None if rules is None else os.fspath(rules)
        rules = _loaded(folder, tuple((parameters or {}).items()))
    elif parameters:
        raise WrongArgument("rules that are loaded have their parameters: give them to load_rules")
    rules = _rules(rules)
    if digest not in (None, rules.digest):
        raise RulesDiffer(f"the rules here, {rules.digest} from {rules.folder}, are not those of"
                          f" {digest}: give each worker the same rules and casecheck")  # fmt: skip
    origin = origin_of(rules, [Path(rules.folder)], None)
    members = jsonl.members_of_every_line(rules.deviations(), origin)
    return PartAudit(audit_by(_texts_of(lines), rules, jsonl.case_body), members)


@lru_cache(maxsize=2)
def _loaded(folder: str | None, parameters: tuple[tuple[str, int], ...] = ()) -> Rules:
    """Return rules that a process is asked for again and again."""
    return load_rules(folder, parameters=dict(parameters))


def _texts_of(lines: Iterable[object]) -> Iterator[RecordText | Unreadable]:
    if isinstance(lines, bytes | str | Mapping):
        raise WrongArgument("audit_partition takes several lines: put one into a list, [line]")
    for number, line in enumerate(lines, start=1):
        file, place, text = line if isinstance(line, tuple) else (RECORDS, number, line)
        if not isinstance(text, bytes | str):
            kind = type(text).__name__
            message = f"line {number} is a {kind}: give JSON, or (name of the file, line, JSON)"
            raise WrongArgument(message)
        data = _json(text, place).strip()
        if data:
            yield text_of(file, place, data)


def _rules(rules: Rules | None) -> Rules:
    if rules is None:
        return load_rules()
    if not isinstance(rules, Rules):
        message = f"rules are what load_rules returns, and this is a {type(rules).__name__}"
        raise WrongArgument(message)
    return rules


def _marked(items: Iterator[CaseAudit | Unreadable]) -> Iterator[CaseAudit | Unreadable]:
    """Yield the items; of a record whose case id another has had, with that one's place."""
    ids = CaseIds()
    for item in items:
        yield item if isinstance(item, Unreadable) else ids.marked(item)


def _texts(records: Iterable[object]) -> Iterator[RecordText | Unreadable]:
    for place, record in enumerate(records, start=1):
        try:
            text = _json(record, place)
        except NotACaseRecord as fault:
            yield Unreadable(RECORDS, place, fault.errors)
        else:
            yield text_of(RECORDS, place, text)


def _json(record: object, place: int) -> bytes:
    """Return a record as the text of JSON; what is no record by its type is a slip of the caller.

    A `CaseRecord` is written out again, too: whatever made it, it is checked as any text is.
    """
    if isinstance(record, bytes):
        return record
    if isinstance(record, str):
        return record.encode("utf-8", "surrogatepass")  # and refused, where it is no text
    if not isinstance(record, Mapping | CaseRecord):
        message = (
            f"record {place} is a {type(record).__name__}: a record is bytes or a string of JSON, a"
            " dictionary, or what read_record returns"
        )
        raise WrongArgument(message)
    try:
        content = record.as_json() if isinstance(record, CaseRecord) else record
        return json.dumps(content, default=_plain).encode()
    except (TypeError, ValueError, RecursionError):
        message = "holds a value that JSON has not; give text, true, false, null, lists and objects"
        raise NotACaseRecord((FieldError("", message),)) from None


def _plain(value: object) -> object:
    """Return as JSON what stands in a dictionary and JSON has not: days, and other mappings."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError
