"""The fixed order in which each report lists what one record, or the whole audit, holds."""

from __future__ import annotations

from collections.abc import Sequence

from casecheck.record.faults import Contradiction
from casecheck.results import CaseAudit, EngineError, Finding


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


def _finding_order(finding: Finding) -> tuple[str, str, tuple[str, ...], str, str]:
    return (
        finding.lesson,
        finding.check,
        finding.pointers,
        finding.fingerprint,
        finding.message,
    )
