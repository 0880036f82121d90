"""Measures what an audit costs, stage by stage, in units of `json.loads` over the same records.

`python benchmarks/audit_cost.py` prints one table; without casecheck installed, say where it is:
`PYTHONPATH=. python benchmarks/audit_cost.py`. A whole run takes some minutes, nearly all of them
for memory; `--no-memory` leaves that out. `--lacking` alone measures records that lack sections or
facts beside the whole ones that they come from.

All lessons, one process, JSON Lines out, as `casecheck audit - --format jsonl` runs; json and the
audit are given the same bytes. Machines are noisy, so the rounds take turns with `json.loads`, all
in processor time, and each figure is the median of the rounds' ratios. A ratio holds for the
records it was measured on: compare runs of one seed and size.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from lacking_records import cut_down, with_nulls
from realistic_records import record_line, record_lines

from casecheck.audit.auditor import Auditor
from casecheck.audit.running import OBJECTS_BETWEEN_COLLECTIONS, TEXTS_AT_ONCE
from casecheck.intake.records import ReadRecord, parse
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules
from casecheck.record.faults import Unreadable
from casecheck.report.audit.formats import Report, Summary, open_report
from casecheck.results import Outcome

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "casecheck")
MEMORY_AT = (10_000, 100_000)
DISTINCT = 2_000
"""How many records are made for the measure of memory, and told again under other case ids."""

WARM_UP = 200
"""So many other records are audited before those that are measured alone."""

READ, AUDIT, REPORT, TOTAL = "read and validate", "audit", "report", "total"
FACTS, ENGINE, OUTCOMES = "  contradictions, facts", "  engine", "  outcomes, findings"
PARTS: dict[str, tuple[str, ...]] = {
    FACTS: (
        "casecheck.audit.auditor.contradictions",
        "casecheck.audit.auditor.Known",
        "casecheck.engine.fact_writer.FactWriter.write",
    ),
    ENGINE: ("casecheck.engine.durable.Engine.matches",),
}
"""What is timed inside the audit, by the name it is called by; the rest is outcomes, findings."""

Seconds = dict[str, float]


# The cost of the stages


def main() -> None:
    """Measure what was asked for, and print it."""
    options = _options()
    rules = load_rules(ROOT / "rules")
    lines = [line.encode() for line in record_lines(options.records, options.seed)]
    auditor = Auditor(rules)
    gc.freeze()  # as the command does
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if options.lacking:
        _print_lacking(rules, options)
        return
    with Path(os.devnull).open("w", encoding="ascii") as nowhere:
        report = open_report("jsonl", nowhere, rules, ())
        rounds = [_round(lines, auditor, report) for _ in range(options.rounds + 1)][1:]
    _print_records(lines, rules, report.summary, rounds[0])
    _print_costs(rounds, len(lines))
    _print_lacking(rules, options)
    _print_commands(options.processes)
    if options.memory:
        _print_memory(options.seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what an audit costs.")
    parser.add_argument("--records", type=int, default=500, help="records in a round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--processes", type=int, default=7, help="how often to run each command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lacking", action="store_true", help="only records that lack something")
    parser.add_argument("--memory", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def _round(lines: Sequence[bytes], auditor: Auditor, report: Report) -> Seconds:
    """Time json, the stages, and then the parts of the audit, once each over all records."""
    # A machine drifts even within a round: json is timed on either side of what it measures.
    before = _parsed(lines)
    seconds = _stages(lines, auditor, report)
    seconds["json"] = (before + _parsed(lines)) / 2
    with ExitStack() as timed:
        within: Seconds = defaultdict(float)
        for part, names in PARTS.items():
            for name in names:
                timed.enter_context(_timed(name, part, within))
        whole = _stages(lines, auditor, report)[AUDIT]
    within[OUTCOMES] = whole - sum(within.values())
    # The clocks inside cost a little themselves: only the parts' shares are taken from them.
    for part, spent in within.items():
        seconds[part] = seconds[AUDIT] * spent / whole
    return seconds


def _parsed(lines: Sequence[bytes]) -> float:
    start = process_time()
    for line in lines:
        json.loads(line)
    return process_time() - start


def _stages(lines: Sequence[bytes], auditor: Auditor, report: Report) -> Seconds:
    """Audit the records as the command does, some dozens at a time, and time each stage."""
    read = audit = write = 0.0
    texts = [RecordText("-", number, line) for number, line in enumerate(lines, start=1)]
    for first in range(0, len(texts), TEXTS_AT_ONCE):
        start = process_time()
        records = [_read(text) for text in texts[first : first + TEXTS_AT_ONCE]]
        was_read = process_time()
        audits = auditor.audit(records)
        was_audited = process_time()
        for audited in audits:
            report.add(audited)
        write += process_time() - was_audited
        audit += was_audited - was_read
        read += was_read - start
    return {READ: read, AUDIT: audit, REPORT: write, TOTAL: read + audit + write}


def _read(text: RecordText) -> ReadRecord:
    record = parse(text)
    if isinstance(record, Unreadable):
        raise SystemExit(f"record {text.line} is unreadable: {record.errors}")
    return ReadRecord(record, text.file, text.line)


def _timed(name: str, part: str, seconds: Seconds) -> Any:
    """Return a context in which what is called by this name adds to the part's seconds."""
    owner, _, attribute = name.rpartition(".")
    original: Callable[..., Any] = getattr(_resolved(owner), attribute)

    @wraps(original, updated=())
    def timed(*arguments: Any) -> Any:
        start = process_time()
        try:
            result = original(*arguments)
            # What comes bit by bit is taken whole, so that no other part's time is among it.
            return list(result) if isinstance(result, Iterator) else result
        finally:
            seconds[part] += process_time() - start

    return patch(name, timed)


def _resolved(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    if name in sys.modules:
        return sys.modules[name]
    return getattr(sys.modules[module], attribute)


# Records that lack something


def _print_lacking(rules: Rules, options: argparse.Namespace) -> None:
    """Print what records cost that lack sections or facts, beside the whole ones they come from.

    The least of the rounds, which take turns: what a neighbour takes away makes none cheaper.
    """
    least: dict[str, Seconds] = {}
    measured = _forms(record_lines(options.records, options.seed))
    others = _forms(record_lines(WARM_UP, options.seed + 1))
    for _ in range(options.rounds):
        for form, lines in measured.items():
            seconds = _alone(rules, others[form], lines)
            if form not in least or seconds[TOTAL] < least[form][TOTAL]:
                least[form] = seconds
    print(f"\nMicroseconds a record (least of {options.rounds} rounds), and against whole ones")
    for form, seconds in least.items():
        parts = (seconds[part] / options.records * 1e6 for part in (READ, AUDIT, REPORT, TOTAL))
        ratio = seconds[TOTAL] / least["whole"][TOTAL]
        print(f"  {form:28}{' '.join(f'{part:7.0f}' for part in parts)} {ratio:9.2f}")


def _forms(lines: Iterator[str]) -> dict[str, list[bytes]]:
    """Return the records whole, cut down to some sections, and with one fact in fifty null."""
    whole = list(lines)
    cut = [cut_down(line) for line in whole]
    nulls = [with_nulls(line, number) for number, line in enumerate(whole)]
    forms = {"whole": whole, "cut down to seven sections": cut, "one null in fifty facts": nulls}
    return {form: [line.encode() for line in one] for form, one in forms.items()}


def _alone(rules: Rules, others: Sequence[bytes], lines: Sequence[bytes]) -> Seconds:
    """Time the stages in an auditor that knows none of the records, but has seen others."""
    auditor = Auditor(rules)
    with Path(os.devnull).open("w", encoding="ascii") as nowhere:
        report = open_report("jsonl", nowhere, rules, ())
        _stages(others, auditor, report)
        gc.collect()
        return _stages(lines, auditor, report)


# Whole processes


def _print_commands(times: int) -> None:
    print(f"\nWhole processes (median of {times})")
    for shown, command in (
        ("python -c pass", [sys.executable, "-c", "pass"]),
        ("casecheck --help", [*COMMAND, "--help"]),
        ("casecheck audit sample_cases/", [*COMMAND, "audit", "sample_cases/"]),
    ):
        seconds = statistics.median(_process_seconds(command) for _ in range(times))
        print(f"  {shown:34}{seconds * 1_000:8.0f} ms")


def _process_seconds(command: list[str]) -> float:
    start = perf_counter()
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    spent = perf_counter() - start
    if ended.returncode not in (0, 3):  # 3: the sample cases hold unreadable ones on purpose
        raise SystemExit(f"{command} ended with {ended.returncode}")
    return spent


# Memory

_KEEPER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
# A process takes over its parent's peak on Linux, so a small one stands between.


def _print_memory(seed: int) -> None:
    print("\nPeak memory of casecheck audit - --format jsonl")
    distinct = [record_line(number, seed) for number in range(1, DISTINCT + 1)]
    for records in MEMORY_AT:
        start = perf_counter()
        peak = _peak_memory(distinct, records)
        rate = records / (perf_counter() - start)
        print(f"  {records:>7,} records {peak / 2**20:18.1f} MiB {rate:12,.0f} records a second")


def _peak_memory(distinct: Sequence[str], records: int) -> int:
    """Return the peak of an audit that reads so many records from a pipe, in bytes."""
    command = [sys.executable, "-c", _KEEPER, *COMMAND, "audit", "-", "--format", "jsonl"]
    keeper = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert keeper.stdin
    for number in range(records):
        known = number % len(distinct)
        old, new = f'"C-{known + 1:06d}"', f'"C-{number + 1:06d}"'
        keeper.stdin.write(distinct[known].replace(old, new, 1).encode() + b"\n")
    told, _ = keeper.communicate()
    if keeper.returncode:
        raise SystemExit("the audit failed")
    return int(told) * (1 if sys.platform == "darwin" else 1_024)


# The tables


def _print_records(
    lines: Sequence[bytes], rules: Rules, summary: Summary, seconds: Seconds
) -> None:
    size = statistics.mean(map(len, lines))
    microseconds = seconds["json"] / len(lines) * 1e6
    print(f"{len(lines):,} records of {size:,.0f} bytes in the mean; json.loads of one takes")
    print(f"{microseconds:.0f} microseconds here. Records to which each lesson applies:")
    shares = []
    for lesson in rules.lessons:
        counts = summary.lessons[lesson.id]
        applicable = 1 - counts[Outcome.NOT_APPLICABLE] / sum(counts.values())
        shares.append(f"{lesson.id} {applicable:.0%}")
    print("  " + ", ".join(shares))


def _print_costs(rounds: Sequence[Seconds], records: int) -> None:
    print(f"\nCost of a record in units of json.loads (median of {len(rounds)} rounds)")
    for stage in (READ, AUDIT, FACTS, ENGINE, OUTCOMES, REPORT, TOTAL):
        ratios = [seconds[stage] / seconds["json"] for seconds in rounds]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        spent = statistics.median(seconds[stage] for seconds in rounds) / records * 1e6
        print(f"  {stage:28}{statistics.median(ratios):8.2f} {spread:>18} {spent:9.0f} us")


if __name__ == "__main__":
    main()
