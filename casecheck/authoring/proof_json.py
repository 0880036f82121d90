"""What became of the examples of lessons, for programs; each answer in both readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from casecheck.authoring.proving import Proof, Surprise
from casecheck.lessons.lesson import SHORTFALLS
from casecheck.truth.account_form import (
    AlternativeAccount,
    ConditionAccount,
    InstanceAccount,
    RowAccount,
    TriedRows,
)
from casecheck.truth.kleene import Truth


def proofs_object(proofs: Sequence[Proof]) -> dict[str, Any]:
    """Return the counts, and every example that failed."""
    failed = [proof for proof in proofs if proof.failed]
    return {
        "examples": len(proofs),
        "failed": len(failed),
        "failures": [_failure(proof) for proof in failed],
    }


def _failure(proof: Proof) -> dict[str, Any]:
    place = proof.example.place
    return {
        "lesson": proof.lesson.id,
        "example": proof.example.name,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "trouble": proof.trouble or None,
        "readings_disagree": proof.disagrees,
        "checks": [_surprise(surprise) for surprise in proof.surprises],
    }


def _surprise(surprise: Surprise) -> dict[str, Any]:
    account = surprise.account
    return {
        "check": account.check.id,
        "expected": str(surprise.expected),
        "found": str(account.outcome),
        "expected_to_fall_short": surprise.falls_short,
        "falls_short": [one for one in (*SHORTFALLS, None) if one in account.falls_short],
        "instances": [_instance(one) for part in account.populations for one in part.shown],
        "not_asked": [_instance(one) for part in account.populations for one in part.nearest],
    }


def _instance(instance: InstanceAccount) -> dict[str, Any]:
    return {
        "pointers": list(instance.pointers),
        "result": None if instance.result is None else str(instance.result),
        "asked_about": _readings(instance.member),
        "met": _readings(instance.evidence),
        "rows": list(map(_row, instance.rows)),
        "where": _conditions(instance.conditions),
        "given": list(map(_alternative, instance.given)),
        "unless": list(map(_alternative, instance.unless)),
        "met_by": list(map(_alternative, instance.met_by)),
        "falls_short": instance.falls_short and instance.falls_short.kind,
    }


def _alternative(alternative: AlternativeAccount) -> dict[str, Any]:
    return {
        "means": alternative.means,
        **_readings(alternative.truth),
        "where": _conditions(alternative.conditions),
        "tried": list(map(_tried, alternative.tried)),
        **({"remarks": list(alternative.remarks)} if alternative.remarks else {}),
    }


def _tried(tried: TriedRows) -> dict[str, Any]:
    return {
        **_readings(tried.truth),
        "rows": list(map(_row, tried.rows)),
        "where": _conditions(tried.conditions),
    }


def _row(row: RowAccount) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind,
        "pointer": row.place,
        "id": row.id,
        "fields": dict(row.fields),
    }


def _conditions(conditions: Iterable[ConditionAccount]) -> list[dict[str, Any]]:
    return [
        {
            "condition": condition.text,
            **_readings(condition.truth),
            "values": list(condition.values),
        }
        for condition in conditions
    ]


def _readings(truth: Truth) -> dict[str, bool]:
    """Return whether it must be, whatever the unknowns are, and whether it may be, for some."""
    return {"must": truth is True, "may": truth is not False}
