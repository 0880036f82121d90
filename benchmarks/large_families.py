"""What an audit of one large family costs, and how it grows with the family's rows.

`python benchmarks/large_families.py` prints a table in Markdown: for families of one form, and a
quarter, half, one and two times as large as those of `tests/large_families.py` (500 actions, 300
meetings, 100 incidents, three children), the processor time of one audit by every lesson, and how
often more a row costs than in the smallest. The least of some rounds is told: what else the machine
does only ever adds.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from large_families import large_family  # noqa: E402

from casecheck.audit.auditor import Auditor  # noqa: E402
from casecheck.lessons.loading import load_rules  # noqa: E402
from casecheck.record.model import CaseRecord  # noqa: E402
from casecheck.record.validation import read_record  # noqa: E402

FORMS = {
    "whole": "all is recorded, and no action continues another",
    "linked": "each action continues the one before it",
    "facts unknown": "no fact that may be left out is recorded",
    "no plans": "the extract lacks the plans",
}
SCALES = (0.25, 0.5, 1, 2)


def lines(rounds: int) -> Iterator[str]:
    """Yield the table, line by line."""
    auditor = Auditor(load_rules(ROOT / "rules"))
    yield "| the family | rows | milliseconds | microseconds a row | against the smallest |"
    yield "| --- | --- | --- | --- | --- |"
    for form, words in FORMS.items():
        first = 0.0
        for scale in SCALES:
            written = large_family(form, scale)
            record = read_record(json.dumps(written).encode())
            rows = sum(len(section) for section in written.values() if isinstance(section, list))
            refused = auditor.audit_one(record).errors
            if refused:
                yield f"| | {rows:,} | {refused[0].lesson} not evaluated: {refused[0].reason} | | |"
                continue
            seconds = min(_seconds(auditor, record) for _ in range(rounds))
            a_row = seconds / rows * 1e6
            first = first or a_row
            yield (
                f"| {words if scale == SCALES[0] else ''} | {rows:,} | {seconds * 1e3:,.0f} |"
                f" {a_row:,.0f} | {a_row / first:.1f} |"
            )


def _seconds(auditor: Auditor, record: CaseRecord) -> float:
    gc.collect()
    start = time.process_time()
    auditor.audit_one(record)
    return time.process_time() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each is audited")
    for line in lines(parser.parse_args().rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
