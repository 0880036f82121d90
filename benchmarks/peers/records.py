"""The records that engines are compared on: like real ones, some with meetings that may be missing.

    python benchmarks/peers/records.py --records 1000 > cases.jsonl

They are those of `realistic_records.py` without the few whose dates contradict each other, which is
a matter of reading a record and of no engine; every tenth says that some of its meetings may be
missing. `--cut-down`: four in ten lack the meetings, and three in ten the assessments.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from realistic_records import record_lines

from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record


def lines(number: int, cut_down: bool = False, rows: int = 1) -> Iterator[str]:
    """Yield so many records, one a line; `rows` times as many of most of their rows."""
    made = 0
    for line in record_lines(2 * number + 10, seed=7):
        record = json.loads(line)
        if contradictions(read_record(line.encode())).pairs:
            continue
        made += 1
        if made % 10 == 3 and record.get("meetings"):
            record["coverage"] = {"meetings": {"incomplete": True}}
        if cut_down and made % 10 in {0, 2, 4, 6}:
            record.pop("meetings", None)
            record.pop("coverage", None)
        if cut_down and made % 10 in {1, 4, 7}:
            record.pop("assessments", None)
        for section in ("meetings", "actions", "mitigations", "training", "assessments"):
            given = record.get(section) or []
            record[section] = [
                row | {"id": f"{row['id']}x{at}"} if at else row
                for at in range(rows) for row in given
            ] if section in record else None  # fmt: skip
        yield json.dumps({name: value for name, value in record.items() if value is not None})
        if made == number:
            return


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the records that engines are compared on.")
    parser.add_argument("--records", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=1, help="so many times as many rows")
    parser.add_argument("--cut-down", action="store_true")
    asked = parser.parse_args()
    for one in lines(asked.records, asked.cut_down, asked.rows):
        sys.stdout.write(one + "\n")
