"""The lessons that casecheck ships, and what several tests do with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from once import SHIPPED as FOLDER
from once import auditor_of as _auditor_of
from once import load_once, made_once

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.settings import Settings
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit

ROOT = Path(__file__).parent.parent


def rules() -> Rules:
    return load_once(FOLDER)


@cache
def auditor() -> Auditor:
    return _auditor_of(rules())


def every_rule() -> Rules:
    """Those of each review, of which one is in force only where it is named."""
    return load_once(FOLDER, more=[FOLDER / "statutory"])


NO_LESSON = ("review", "response")
"""Pages of a folder that are no lesson's, and have no concepts."""


def pages() -> dict[str, str]:
    """The pages of the review on Children P by their files."""
    files = sorted((FOLDER / "children_p").glob("*.yaml"))
    return {
        str(path): path.read_text(encoding="utf-8") for path in files if path.stem not in NO_LESSON
    }


def copied(page: str, folder: Path) -> Path:
    """Copy a page into a folder with the first of its examples alone: all take long to read."""
    text = FOLDER.joinpath("children_p", page).read_text(encoding="utf-8")
    target = folder / page
    target.write_text(
        "\n    - name: ".join(text.split("\n    - name: ")[:4]) + "\n", encoding="utf-8"
    )
    return target


def only(lesson: str, pages: Mapping[str, str]) -> dict[str, str]:
    """One lesson's page and the concepts."""
    return {file: text for file, text in pages.items() if Path(file).stem in (lesson, "concepts")}


def without_examples(pages: Mapping[str, str]) -> dict[str, str]:
    """The pages with an example each that says nothing: the others would only take time to read.

    What a page calls equivalent stands behind its examples, and is about those alone.
    """
    return {file: _without_examples(text) for file, text in pages.items()}


def _without_examples(text: str) -> str:
    first = re.search(r"^checks:\n  - id: (\S+)$", text, re.MULTILINE)
    if not first:
        return text
    asked = text.partition("\nexamples:\n")[0]
    return f"""{asked}
examples:
  background: {{extracted_on: 2026-06-30, opened_on: 2025-01-06}}
  cases: [{{name: nothing, expect: {{{first[1]}: not_applicable}}}}]
"""


def auditor_of(pages: Mapping[str, str], settings: Mapping[str, Mapping[str, int]]) -> Auditor:
    with made_once():
        return Auditor(rules_from_pages(pages, "", Settings.of(settings, "--set")))


def audit(record: Mapping[str, Any], by: Auditor | None = None) -> CaseAudit:
    """Audit a record as production does: from its text."""
    (audited,) = audit_together([record], by)
    return audited


def audit_together(
    records: Iterable[Mapping[str, Any]], by: Auditor | None = None
) -> list[CaseAudit]:
    """Audit some records at once, so that their facts go to the engine together."""
    read = [read_record(json.dumps(record).encode()) for record in records]
    return (by or auditor()).audit([ReadRecord(one, "", None) for one in read])


def outcomes(audited: CaseAudit) -> dict[tuple[str, str], str]:
    return {
        (lesson, check): str(outcome)
        for lesson, result in audited.lessons.items()
        for check, outcome in result.checks.items()
    }


def told(audited: CaseAudit) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """The findings as the oracle tells them."""
    return sorted(
        (one.lesson, one.check, str(one.outcome), one.pointers) for one in audited.findings
    )
