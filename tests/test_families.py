"""The rules and the oracle against families that were worked through by hand.

They are not part of the repository: they are read, where they are, from the folder shared/ beside
it, or from the file that `CASECHECK_FAMILIES` names. One family a line, with its `record` and what
to `expect` of the checks of a lesson (of one not named: `not_applicable`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import oracle
import pytest
import shipped
from beside import beside

Family = dict[str, Any]
FAMILIES = Path(os.environ.get("CASECHECK_FAMILIES", beside("families", "families.jsonl")))


def families() -> list[Any]:
    if not FAMILIES.is_file():
        reason = f"the families worked by hand are not here: no file {FAMILIES.name}"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="none")]
    lines = FAMILIES.read_text(encoding="utf-8").splitlines()
    return [
        pytest.param(family, id=family["record"]["case_id"]) for family in map(json.loads, lines)
    ]


def expected(family: Family, known: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What is expected of each check of the lessons that a family tries; all named are known."""
    checks = list(known)
    named = {(lesson, check) for lesson, its in family["expect"].items() for check in its}
    assert named <= set(checks)
    return {
        (lesson, check): family["expect"][lesson].get(check, "not_applicable")
        for lesson, check in checks
        if lesson in family["expect"]
    }


@pytest.mark.parametrize("family", families())
def test_the_oracle_says_what_was_worked_out_by_hand(family: Family) -> None:
    said = {
        (lesson, check): str(result.outcome)
        for lesson, checks in oracle.audit(family["record"]).items()
        for check, result in checks.items()
    }
    wanted = expected(family, said)
    assert {check: said[check] for check in wanted} == wanted


@pytest.mark.parametrize("family", families())
def test_the_rules_say_what_was_worked_out_by_hand(family: Family) -> None:
    found = {
        check: str(outcome)
        for check, outcome in shipped.outcomes(shipped.audit(family["record"])).items()
    }
    wanted = expected(family, found)
    assert {check: found[check] for check in wanted} == wanted
