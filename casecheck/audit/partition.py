"""Audit one part of many records where it lies: what comes back is small, and ready to be written.

A part may be audited by another process, or on another machine, that knows neither what stands
before it nor how many lines that is. So a record's line of JSON Lines comes without its place; and
what hangs on other parts (which case ids stand twice, how many unreadable records are told one by
one) is left to whoever puts the parts together, in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import NamedTuple

from casecheck.audit.auditor import Auditor
from casecheck.audit.running import Text, audit_each, collected_seldom
from casecheck.intake.unread import MOST_OF_A_FILE
from casecheck.lessons.lesson import Rules
from casecheck.record.carried import Carried
from casecheck.record.faults import CasecheckError, Unreadable
from casecheck.results import CaseAudit, Outcome


class RulesDiffer(CasecheckError):  # noqa: N818 - says what to do
    """Where a part is to be audited there are other rules, or another casecheck, than meant."""


class AuditedRecord(NamedTuple):
    """What is reported of one record: `body` is all that its line has after its place.

    `since` are the sections that it holds from a first day on, as in `CaseAudit`.
    """

    case_id: str
    file: str
    line: int | None
    body: str
    since: tuple[tuple[str, date], ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts of the records of a part, to be added up.

    `contradictory` are the records with a contradiction, `errors` the lessons that could not be
    evaluated, each once a record; `outcomes` counts records by lesson and outcome, and `carried` by
    what they carry.
    """

    records: int = 0
    contradictory: int = 0
    errors: int = 0
    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    carried: Counter[Carried] = field(default_factory=Counter)

    def add(self, audit: CaseAudit) -> None:
        """Count one record."""
        self.records += 1
        self.contradictory += bool(audit.contradictions)
        self.errors += len(audit.errors)
        self.outcomes.update([(lesson, result.outcome) for lesson, result in audit.lessons.items()])
        self.carried[audit.carried] += 1


class AuditedPart(NamedTuple):
    """The records of a part in their order, with those that cannot be read, and their counts.

    Unreadable records are not in the counts. Of those of one file after the first hundred nothing
    says why: they are told no more, and counted.
    """

    records: tuple[AuditedRecord | Unreadable, ...]
    tally: Tally


Encode = Callable[[CaseAudit], str]
"""Writes of a record's audit what its line has after its place."""


def audit_part(texts: Iterable[Text], auditor: Auditor, encode: Encode) -> AuditedPart:
    """Audit the records of a part, and return what is to be reported of each."""
    unreadable = Counter[str]()

    def each() -> Iterator[tuple[CaseAudit, str] | Unreadable]:
        for item in audit_each(texts, auditor, lambda file: unreadable[file] >= MOST_OF_A_FILE):
            if isinstance(item, Unreadable):
                unreadable[item.file] += 1
                yield item
            else:
                yield item, encode(item)

    return part_of(each())


def part_of(items: Iterable[tuple[CaseAudit, str] | Unreadable]) -> AuditedPart:
    """Return what is to be reported of a part: of each audit comes what is written of it."""
    tally = Tally()
    records: list[AuditedRecord | Unreadable] = []
    for item in items:
        if isinstance(item, Unreadable):
            records.append(item)
        else:
            audit, body = item
            tally.add(audit)
            records.append(AuditedRecord(audit.case_id, audit.file, audit.line, body, audit.since))
    return AuditedPart(tuple(records), tally)


_ONE_AT_A_TIME = Lock()
"""Clusters give a process several threads: an engine is asked by one of them at a time."""
_READY: dict[str, Auditor] = {}
"""The auditor that this process used last, by its rules' digest: to make one takes a second."""


def audit_by(texts: Iterable[Text], rules: Rules, encode: Encode) -> AuditedPart:
    """Audit a part as `audit_part` does; a process that is given the same rules again is ready."""
    asked = [(lesson.id, [check.id for check in lesson.checks]) for lesson in rules.lessons]
    key = repr((rules.digest, asked))
    with _ONE_AT_A_TIME, collected_seldom():
        if key not in _READY:
            _READY.clear()
            _READY[key] = Auditor(rules)
        return audit_part(texts, _READY[key], encode)
