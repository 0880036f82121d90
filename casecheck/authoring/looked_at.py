"""Read records some at a time, audit them, and count those that could not be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from casecheck.audit.auditor import Auditor, TooMuchAtOnce
from casecheck.intake.records import ReadRecord, read_each
from casecheck.intake.texts import RecordText
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, EngineError

AT_ONCE = 64
"""How many records are audited at a time."""
MOST_TOLD = 5
"""How many unreadable inputs, and errors of the engine, are told one by one."""


@dataclass(slots=True, kw_only=True)
class LookedAt:
    """How many records were looked at, and how many were not.

    `unreadable` are the first of the `not_read`; `errors` the first of the `not_evaluated`: records
    of which the engine could not evaluate a lesson.
    """

    records: int = 0
    not_read: int = 0
    not_evaluated: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    errors: list[EngineError] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every input was read, and every lesson evaluated on it."""
        return not (self.not_read or self.not_evaluated)

    def add_unreadable(self, items: Iterable[Unreadable]) -> None:
        """Count inputs that could not be read."""
        for item in items:
            self.not_read += item.count
            if len(self.unreadable) < MOST_TOLD:
                self.unreadable.append(item)

    def add_record(self, errors: Sequence[EngineError]) -> None:
        """Count a record, and what the engine could not evaluate of it."""
        self.records += 1
        self.not_evaluated += len(errors)
        self.errors += errors[: MOST_TOLD - len(self.errors)]


def some_at_a_time(
    texts: Iterable[RecordText | Unreadable],
) -> Iterator[tuple[list[ReadRecord], list[Unreadable]]]:
    """Yield the records, and what could not be read, of so many texts at a time."""
    read: list[ReadRecord] = []
    unreadable: list[Unreadable] = []
    for item in read_each(texts):
        if isinstance(item, Unreadable):
            unreadable.append(item)
        else:
            read.append(item)
        if len(read) + len(unreadable) == AT_ONCE:
            yield read, unreadable
            read, unreadable = [], []
    if read or unreadable:
        yield read, unreadable


def audited(auditor: Auditor, records: Sequence[ReadRecord]) -> Iterator[CaseAudit]:
    """Yield the audit of each record, all at once or half of them at a time if need be."""
    try:
        audits = auditor.audit(records)
    except TooMuchAtOnce:
        half = len(records) // 2
        yield from audited(auditor, records[:half])
        yield from audited(auditor, records[half:])
    else:
        yield from audits
