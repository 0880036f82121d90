"""Reports a comparison of two runs in each format."""

from __future__ import annotations

import json
from collections import Counter
from typing import TextIO

from casecheck import __version__
from casecheck.qag.store.comparing import COLUMNS, Comparison
from casecheck.report.qag.compare_text import compare_text
from casecheck.report.qag.runs_text import run_object
from casecheck.text.cells import table
from casecheck.text.page import Page

FORMATS = ("text", "json", "csv")
_CELLS = (
    "kind", "case_id", "lesson", "check", "before", "now", "check_before", "check_now", "pointers",
    "fingerprint", "accepted",
)  # fmt: skip


def write_comparison(compared: Comparison, stream: TextIO, how: str) -> None:
    """Write a comparison in one of FORMATS. Text counts what stands, the others list it."""
    if how == "json":
        stream.write(json.dumps(_object(compared), indent=2, ensure_ascii=False) + "\n")
    elif how == "csv":
        _write_csv(stream, compared)
    else:
        stream.writelines(f"{line}\n" for line in compare_text(compared, Page(stream, None, None)))


def _object(compared: Comparison) -> dict[str, object]:
    counts = Counter(change.column for change in compared.changes)
    return {
        "casecheck": __version__,
        "before": run_object(compared.before),
        "now": run_object(compared.now),
        "parameters": {
            name: {"before": before, "now": now}
            for name, (before, now) in compared.parameters.items()
        },
        "checks": None
        if compared.checks is None
        else {
            name: {"before": before or None, "now": now or None}
            for name, (before, now) in compared.checks.items()
        },
        "renamed": dict(compared.renamed),
        "cases": {
            "both": compared.cases_in_both,
            "before_only": list(compared.cases_before_only),
            "now_only": list(compared.cases_now_only),
        },
        "counts": {column: counts[column] for column in COLUMNS},
        "findings": [change._asdict() for change in compared.changes],
    }


def _write_csv(stream: TextIO, compared: Comparison) -> None:
    write = table(stream, _CELLS)
    for change in compared.changes:
        cells = {**change._asdict(), "pointers": " ".join(change.pointers)}
        cells["accepted"] = "yes" if change.accepted else ""
        write(cells[cell] for cell in _CELLS)
