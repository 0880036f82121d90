"""Makes records that lack something of whole ones: sections, or facts here and there.

`python benchmarks/lacking_records.py --sections < cases.jsonl` keeps the sections of `KEPT`;
`--nulls` makes one fact in fifty null, the same ones each time.
"""

from __future__ import annotations

import argparse
import json
import sys
from random import Random

from casecheck.record.model import FIELDS, SECTIONS

KEPT = frozenset(("people", "plans", "assessments", "referrals", "risks", "meetings", "incidents"))
"""The sections that an export of a council's case system usually has."""
ONE_IN = 50
"""Of so many facts one is made null."""


def cut_down(line: str) -> str:
    """Return a record without the sections that are not `KEPT`."""
    record = json.loads(line)
    left = {name: value for name, value in record.items() if name not in SECTIONS or name in KEPT}
    return _as_line(left)


def with_nulls(line: str, seed: int) -> str:
    """Return a record of which one fact in fifty is null: what may be null, and is no event."""
    record = json.loads(line)
    below = Random(seed).randrange
    for section, fields in FIELDS.items():
        for row in record.get(section) or ():
            for name, spec in fields.items():
                if spec.role == "fact" and below(ONE_IN) == 0:
                    row[name] = None
    return _as_line(record)


def _as_line(record: object) -> str:
    return json.dumps(record, separators=(",", ":"))


def main() -> None:
    """Write a record a line, of those that are read."""
    parser = argparse.ArgumentParser(description="Make records that lack something.")
    lack = parser.add_mutually_exclusive_group(required=True)
    lack.add_argument("--sections", action="store_true", help="leave out the other sections")
    lack.add_argument("--nulls", action="store_true", help="make one fact in fifty null")
    options = parser.parse_args()
    for number, line in enumerate(sys.stdin):
        print(cut_down(line) if options.sections else with_nulls(line, number))


if __name__ == "__main__":
    main()
