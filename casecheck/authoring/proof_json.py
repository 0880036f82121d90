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
        "checks": [_surprise(one) for one in proof.surprises],
    }


def _surprise(surprise: Surprise) -> dict[str, Any]:
    told = surprise.account
    return {
        "check": told.check.id,
        "expected": str(surprise.expected),
        "found": str(told.outcome),
        "expected_to_fall_short": surprise.falls_short,
        "falls_short": [one for one in (*SHORTFALLS, None) if one in told.falls_short],
        "instances": [_instance(one) for part in told.populations for one in part.shown],
        "not_asked": [_instance(one) for part in told.populations for one in part.nearest],
    }


def _instance(told: InstanceAccount) -> dict[str, Any]:
    return {
        "pointers": list(told.pointers),
        "result": None if told.result is None else str(told.result),
        "asked_about": _readings(told.member),
        "met": _readings(told.evidence),
        "rows": list(map(_row, told.rows)),
        "where": _conditions(told.conditions),
        "given": list(map(_alternative, told.given)),
        "unless": list(map(_alternative, told.unless)),
        "met_by": list(map(_alternative, told.met_by)),
        "falls_short": told.falls_short and told.falls_short.kind,
    }


def _alternative(told: AlternativeAccount) -> dict[str, Any]:
    return {
        "means": told.means,
        **_readings(told.truth),
        "where": _conditions(told.conditions),
        "tried": list(map(_tried, told.tried)),
    }


def _tried(told: TriedRows) -> dict[str, Any]:
    return {
        **_readings(told.truth),
        "rows": list(map(_row, told.rows)),
        "where": _conditions(told.conditions),
    }


def _row(told: RowAccount) -> dict[str, Any]:
    return {
        "name": told.name,
        "kind": told.kind,
        "pointer": told.place,
        "id": told.id,
        "fields": dict(told.fields),
    }


def _conditions(told: Iterable[ConditionAccount]) -> list[dict[str, Any]]:
    return [
        {"condition": one.text, **_readings(one.truth), "values": list(one.values)} for one in told
    ]


def _readings(truth: Truth) -> dict[str, bool]:
    """Return whether it must be, whatever the unknowns are, and whether it may be, for some."""
    return {"must": truth is True, "may": truth is not False}
