"""The checks in Rego, the Open Policy Agent's language, on either of Microsoft's two interpreters.

The loops over rows, the joins and the three values are Rego's (`checks.rego`). The days as whole
numbers, the working days and the birthdays are Python's, as they are for rule-engine and CEL: Rego
knows instants, but no working days and no ages.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from common import FIELDS, Found, Instance, asked_of, day, each_record, rows_of, working_days
from expressions import CHECKS, told

_POLICY = (Path(__file__).parent / "checks.rego").read_text(encoding="utf-8")
Evaluate = Callable[[str], dict[str, list[list[int]]]]


def find(file: Path, interpreter: str) -> Found:
    """Return what the checks find in a file of records, by `regopy` (rego-cpp) or `regorus`."""
    return each_record(file, partial(_instances, _INTERPRETERS[interpreter]()))


@cache
def _on_regopy() -> Evaluate:
    rego = importlib.import_module("regopy").Interpreter()
    rego.add_module("checks.rego", _POLICY)
    bundle = rego.build("data.peers.instances")

    def evaluate(facts: str) -> Any:
        rego.set_input_term(facts)
        return rego.query_bundle(bundle)[0].expressions[0]

    return evaluate


@cache
def _on_regorus() -> Evaluate:
    engine = importlib.import_module("regorus").Engine()
    engine.add_policy("checks.rego", _POLICY)

    def evaluate(facts: str) -> Any:
        engine.set_input_json(facts)
        # As Python's, a set of lists cannot be given back.
        return json.loads(engine.eval_rule_as_json("data.peers.instances"))

    return evaluate


_INTERPRETERS = {"regopy": _on_regopy, "regorus": _on_regorus}


def _instances(evaluate: Evaluate, record: dict[str, Any]) -> dict[str, list[Instance]]:
    today = day(record["extracted_on"])
    parts = {section: rows_of(record, section) for section in FIELDS}
    facts: dict[str, Any] = {
        section: [told("", section, row) for row in rows] for section, (rows, _) in parts.items()
    }
    facts |= {"today": today, "today_wd": working_days(today)}
    facts["more"] = {section: int(others) for section, (_, others) in parts.items()}
    found = evaluate(json.dumps(facts))
    return {
        name: [
            *asked_of(check.section, parts[check.section][1]),
            *((f"/{check.section}/{at}", asked, met) for at, asked, met in found[name]),
        ]
        for name, check in CHECKS.items()
    }
