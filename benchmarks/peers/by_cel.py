"""The checks in CEL, Google's language of expressions, by cel-python.

It compares nothing with null: a row is a map without the fields that are null, and `has` asks for
them.
"""

from __future__ import annotations

import re
from typing import Any

import celpy
from expressions import Holds, finder

_ENVIRONMENT = celpy.Environment()
_IN_CEL = (
    (r"([re])_(\w+) != null", r"has(\1.\2)"),
    (r"([re])_(\w+) == null", r"!has(\1.\2)"),
    (r"\{length\}", "size(r.attended)"),
    (r"\b([re])_(\w+)", r"\1.\2"),
    (r"\btoday", "r.today"),
    (r" and ", " && "),
    (r" or ", " || "),
)


def _compiled(text: str) -> Holds:
    for pattern, instead in _IN_CEL:
        text = re.sub(pattern, instead, text)
    program = _ENVIRONMENT.program(_ENVIRONMENT.compile(text))
    return lambda row, other: bool(program.evaluate({"r": row, "e": other or row}))


def _prepared(row: dict[str, Any]) -> Any:
    told = {name.removeprefix("r_").removeprefix("e_"): value for name, value in row.items()}
    return celpy.json_to_cel({name: value for name, value in told.items() if value is not None})


find = finder(_compiled, _prepared)
"""What the checks find in a file of records."""
