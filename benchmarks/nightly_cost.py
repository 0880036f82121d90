"""What a night's audit costs with a cache, and an audit in two processes, in processor time.

    python benchmarks/nightly_cost.py                    # 2,000 records, 3 rounds
    python benchmarks/nightly_cost.py --records 20000 --rounds 1

Each round runs the command (JSON Lines into a file) on the same records: without a cache; with a
new one; with that cache again when one record in fifty has changed; in two processes; and on one
record alone, which is what each command takes to start. The processor time is that of the command
and of all its processes. What counts is `of a record`: how much more the records cost than the
start does, as a share of what they cost without a cache in one process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from realistic_records import record_lines

COMMAND = (sys.executable, "-m", "casecheck", "audit", "--format", "jsonl")
CHANGED = 50
"""One record in so many is another one the next night."""
PLAIN, NEW, NIGHT, TWO = "one process", "with a new cache", "the next night", "two processes"

Cost = tuple[float, int]
"""Seconds of the processor, and the most memory of one of the processes (KiB)."""


def main() -> None:
    """Measure, and print a line for each way to run the command."""
    parser = argparse.ArgumentParser(description="Measure what a night's audit costs.")
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        rounds = [_round(Path(made), options.records) for _ in range(options.rounds)]
    print(f"{options.records:,} records, {options.rounds} rounds; medians")
    print(f"{'':18} {'seconds':>8} {'of a record':>12} {'most MiB':>9}")
    for way in (PLAIN, NEW, NIGHT, TWO):
        seconds = statistics.median(one[way][0] for one in rounds)
        share = statistics.median(_share(one, way) for one in rounds)
        memory = max(one[way][1] for one in rounds) / 1024
        print(f"{way:18} {seconds:8.2f} {share:12.3f} {memory:9.0f}")


def _share(costs: dict[str, Cost], way: str) -> float:
    # Two processes start three times: the command, and each of them.
    starts = 3 if way == TWO else 1
    start = costs["start"][0]
    return (costs[way][0] - starts * start) / (costs[PLAIN][0] - start)


def _round(folder: Path, records: int) -> dict[str, Cost]:
    lines = list(record_lines(records + records // CHANGED, 1))
    extract, one, cache = folder / "extract.jsonl", folder / "one.jsonl", folder / "cache"
    _write(one, lines[:1])
    _write(extract, lines[:records])
    cache.unlink(missing_ok=True)
    _run(one, "--jobs", "1")  # what is made of the rules is on the disk from here on
    costs = {
        "start": _run(one, "--jobs", "1"),
        PLAIN: _run(extract, "--jobs", "1"),
        TWO: _run(extract, "--jobs", "2"),
        NEW: _run(extract, "--jobs", "1", "--cache", str(cache)),
    }
    lines[CHANGED - 1 : records : CHANGED] = lines[records:]
    _write(extract, lines[:records])
    costs[NIGHT] = _run(extract, "--jobs", "1", "--cache", str(cache))
    return costs


def _write(file: Path, lines: Sequence[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _run(extract: Path, *options: str) -> Cost:
    report = extract.with_suffix(".report")
    words = (*COMMAND, str(extract), "--output", str(report), *options)
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("the audit failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


if __name__ == "__main__":
    main()
