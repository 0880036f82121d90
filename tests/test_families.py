"""The oracle against families that were worked through by hand.

They are not part of the repository: `CASECHECK_FAMILIES` names the file, one family a line, with
its `record` and what to `expect` of the checks of a lesson (of one not named: `not_applicable`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from oracle import audit

FAMILIES = Path(os.environ.get("CASECHECK_FAMILIES", "/work/shared/families/families.jsonl"))


def disagreements(family: dict[str, Any]) -> list[str]:
    audited = audit(family["record"])
    return [
        f"{family['record']['case_id']} {lesson} {check}: expected {expected}, is {result.outcome}"
        for lesson, checks in family["expect"].items()
        for check, result in audited[lesson].items()
        if result.outcome != (expected := checks.get(check, "not_applicable"))
    ]


def test_the_oracle_says_what_was_worked_out_by_hand() -> None:
    if not FAMILIES.is_file():
        pytest.skip(f"the families worked by hand are not here: no file {FAMILIES}")
    families = [json.loads(line) for line in FAMILIES.read_text(encoding="utf-8").splitlines()]
    unknown = {
        f"{lesson} {check}"
        for family in families
        for lesson, checks in family["expect"].items()
        for check in checks
        if check not in audit(family["record"])[lesson]
    }
    assert unknown == set()
    assert [said for family in families for said in disagreements(family)] == []
