"""How one record came to its outcomes by one lesson: told only where the engine says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.lessons.lesson import Check, Rules
from casecheck.results import CaseAudit
from casecheck.truth.account import agree, explain
from casecheck.truth.account_form import CheckAccount


class CaseAccount(NamedTuple):
    """The audit of a record by one lesson, and how each check came to its outcome.

    Where the engine could not evaluate the lesson, `audit.errors` says so, and no check is there.
    """

    audit: CaseAudit
    checks: Sequence[CheckAccount]


def account_of(
    rules: Rules, lesson: str, checks: Sequence[Check], source: ReadRecord, most: int
) -> CaseAccount:
    """Return how these checks of a lesson came out for a record, the `most` gravest rows of each.

    Raises:
        Disagreement: where the engine and the reference reading differ; neither is to be trusted.
        EngineUnusable: where the engine cannot run at all.
    """
    (own,) = (one for one in rules.lessons if one.id == lesson)
    (audit,) = Auditor(replace(rules, lessons=(own,))).audit([source])
    if audit.errors:
        return CaseAccount(audit, ())
    accounts = explain(checks, rules.concepts, source.record, most)
    agree(own, accounts, audit)
    return CaseAccount(audit, accounts)
