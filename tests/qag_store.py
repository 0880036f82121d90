"""A store for the tests of the audit cycle: two audits of the sample cases."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shipped import ROOT, auditor, rules

from casecheck.audit.running import audit_chunk
from casecheck.intake.files import find_texts
from casecheck.intake.texts import RecordText
from casecheck.qag.store.store import Store
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit

LABELS = ("2026-03", "2026-06")
ONLY_BEFORE, ONLY_NOW = "c-0112", "c-0109"
CHANGED = "c-0104"
"""Of this case, the first run had no tools, and a risk that was resolved soon."""


def prepared(folder: Path, name: str = "casecheck.db") -> Path:
    """Put a store of two runs into a folder, and return it.

    Run 2, `2026-06`, is of all sample cases but one; run 1, `2026-03`, is of all but another, one
    of which has changed between them.
    """
    file = folder / name
    file.write_bytes(_prepared())
    return file


def audits(texts: list[RecordText]) -> list[CaseAudit]:
    """Audit texts as production does for the store."""
    items = [*audit_chunk(texts, auditor(), for_store=True)]
    return [item for item in items if not isinstance(item, Unreadable)]


def sample_texts(without: str = "") -> list[RecordText]:
    """The sample cases, but one, as they are read at the root of the repository."""
    return [
        replace(text, file=str(Path(text.file).relative_to(ROOT)))
        for text in find_texts([str(ROOT / "sample_cases")], BytesIO())
        if isinstance(text, RecordText) and Path(text.file).stem != without
    ]


def save(store: Store, label: str, audited: Iterable[CaseAudit | Unreadable]) -> int:
    """Save a run of these audits, and return its id."""
    run = store.begin_run(label, rules())
    for one in audited:
        run.add(one)
    return run.finish()


@cache
def _prepared() -> bytes:
    before = [_changed(text) for text in sample_texts(without=ONLY_NOW)]
    with TemporaryDirectory(prefix="casecheck-tests-") as folder:
        file = Path(folder) / "casecheck.db"
        with Store.open(file, create=True) as store:
            save(store, LABELS[0], audits(before))
            save(store, LABELS[1], audits(sample_texts(without=ONLY_BEFORE)))
        return file.read_bytes()


def _changed(text: RecordText) -> RecordText:
    if CHANGED not in text.file:
        return text
    record: dict[str, Any] = json.loads(text.data)
    record["tools"] = []
    (risk,) = (risk for risk in record["risks"] if risk["id"] == "risk-physical")
    risk["resolved_on"] = "2025-10-10"
    return RecordText(text.file, text.line, json.dumps(record).encode())
