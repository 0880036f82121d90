"""The fixed order in which each report lists what one record, or the whole audit, holds."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from operator import attrgetter

from casecheck.record.faults import Contradiction
from casecheck.results import CaseAudit, EngineError, Finding, Outcome
from casecheck.text.spool import sort_key

_MOST = 10**12 - 1
"""More than any count, so that `_MOST - count` sorts the greatest count first."""


def case_order(audit: CaseAudit, weight: int) -> bytes:
    """Return the key of a case in the order of reports for people: the heaviest comes first.

    Of those that weigh the same the one with more checks in breach comes first, then the one with
    more breaches, and with more that cannot be told; then they stand by case. What counts are its
    own findings that the board has not accepted.
    """
    standing = [one for one in audit.own if one.waiver is None]
    breaches = [one for one in standing if one.outcome is Outcome.BREACH]
    checks = len({(one.lesson, one.check) for one in breaches})
    greatest = weight, checks, len(breaches), len(standing) - len(breaches)
    return sort_key(*(_MOST - number for number in greatest), audit.case_id, *place_of(audit))


class Weightiest:
    """Tells which cases may be among the weightiest so many, in whatever order they come.

    `most` is how many, None for all of them.
    """

    def __init__(self, most: int | None) -> None:
        self.seen = 0
        self._most = most
        self._keys: list[bytes] = []

    @property
    def held(self) -> int:
        """How many cases are among them."""
        return self.seen if self._most is None else min(self.seen, self._most)

    def takes(self, key: bytes) -> bool:
        """Say whether a case may be one of them, by its key (`case_order`)."""
        self.seen += 1
        if self._most is None:
            return True
        insort(self._keys, key)
        return len(self._keys) <= self._most or self._keys.pop() != key


def findings_in_order(findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings of one record by lesson, check and pointers, as plain strings."""
    return findings if len(findings) < 2 else sorted(findings, key=_finding_order)


def contradictions_in_order(contradictions: Sequence[Contradiction]) -> Sequence[Contradiction]:
    """The contradictions of one record by pointers, as plain strings."""
    return sorted(contradictions, key=lambda one: (one.pointers, one.message))


def errors_in_order(errors: Sequence[EngineError]) -> Sequence[EngineError]:
    """The engine's errors on one record by lesson, as plain strings."""
    return sorted(errors, key=lambda one: (one.lesson, one.message))


def place(file: str, line: int | None) -> tuple[str, int]:
    """Where a record stands among all that were read; no line comes before line 1."""
    return file, line or 0


def place_of(audit: CaseAudit) -> tuple[str, int]:
    """Where a record stands among all that were read."""
    return place(audit.file, audit.line)


_finding_order = attrgetter("lesson", "check", "pointers", "fingerprint", "message")
