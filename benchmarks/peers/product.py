"""The same checks as casecheck has them: a page of YAML, read and validated records."""

from __future__ import annotations

from pathlib import Path

from common import Found

from casecheck import CaseAudit, audit_files, load_rules

PACK = Path(__file__).parent / "pack"


def find(file: Path, jobs: int = 1) -> Found:
    """Return what the checks find in a file of records."""
    found: Found = {}
    for audit in audit_files([file], load_rules(PACK), jobs=jobs):
        assert isinstance(audit, CaseAudit)
        assert not audit.errors
        of: dict[str, list[tuple[str, str]]] = {}
        for one in audit.findings:
            of.setdefault(one.check, []).append((one.pointers[0], str(one.outcome)))
        found[audit.case_id] = {
            check: (str(outcome), tuple(sorted(of.get(check, ()))))
            for check, outcome in audit.lessons["B1.1"].checks.items()
        }
    return found
