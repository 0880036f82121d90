"""Checks anonymised case records against the lessons of a safeguarding review.

What other programs use is imported from here, when it is first asked for, so that `casecheck
--help` stays quick. `docs/python.md` shows how.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casecheck.api import (
        CaseAudit,
        CasecheckError,
        CaseRecord,
        EngineUnusable,
        Finding,
        NoSuchInput,
        NotACaseRecord,
        Outcome,
        PartAudit,
        Rules,
        RulesDiffer,
        RulesError,
        Unreadable,
        WrongArgument,
        audit_files,
        audit_partition,
        audit_records,
        load_rules,
        read_record,
    )

__version__ = "0.1.0"

__all__ = [
    "CaseAudit",
    "CaseRecord",
    "CasecheckError",
    "EngineUnusable",
    "Finding",
    "NoSuchInput",
    "NotACaseRecord",
    "Outcome",
    "PartAudit",
    "Rules",
    "RulesDiffer",
    "RulesError",
    "Unreadable",
    "WrongArgument",
    "__version__",
    "audit_files",
    "audit_partition",
    "audit_records",
    "load_rules",
    "read_record",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("casecheck.api"), name)


def __dir__() -> list[str]:
    return [*globals(), *(name for name in __all__ if name not in globals())]
