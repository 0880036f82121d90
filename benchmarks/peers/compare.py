"""Compare casecheck with the same checks in other languages, and write a page of results.

    python -m pip install -r benchmarks/peers/requirements.txt
    python benchmarks/peers/compare.py > benchmarks/peers/RESULTS.md

Before anything is timed, each must come to the same outcomes and the same findings, on as many
records as `--proof` says. Then each is timed in a process of its own, in turns, so that all suffer
alike from what else the machine does: in processor time, its own and that of the processes that it
starts, after it has audited a few records. Peers whose package is not installed are left out, and
the page says so. With the numbers that are set it takes about ten minutes.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from importlib import metadata
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from types import MappingProxyType
from typing import Any, NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

WARM = 20
"""So many records are audited first, and not timed."""


class Peer(NamedTuple):
    """A peer: what it is, its module here, the package it needs, and what its `find` is given."""

    words: str
    module: str
    package: str
    options: Mapping[str, Any] = MappingProxyType({})
    most: int | None = None


_CONDITIONS = "conditions in it, asked twice; loops and days in Python"
_REGO = "loops, joins and three values in it; days in Python"
PEERS = {
    "casecheck, 1 job": Peer(
        "reads, validates and words each finding", "product", "casecheck", {"jobs": 1}
    ),
    "casecheck, 2 jobs": Peer("the same in two processes", "product", "casecheck", {"jobs": 2}),
    "plain Python": Peer("functions by hand", "plain", "json"),
    "DuckDB": Peer("SQL by hand, one thread", "duck", "duckdb"),
    "Polars": Peer("expressions over columns by hand, one thread", "by_polars", "polars"),
    "Rego (regorus)": Peer(_REGO, "by_rego", "regorus", {"interpreter": "regorus"}),
    "Rego (rego-cpp)": Peer(_REGO, "by_rego", "regopy", {"interpreter": "regopy"}),
    "rule-engine": Peer(_CONDITIONS, "by_rule_engine", "rule_engine"),
    "CEL (cel-python)": Peer(_CONDITIONS, "by_cel", "celpy", most=100),
}
"""The peers; a very slow one is timed on so many records only."""


def main() -> None:
    """Prove, time, and print the page; or, as a process of its own, prove all or time one peer."""
    parser = argparse.ArgumentParser(description="Compare casecheck with its peers.")
    parser.add_argument("--proof", type=int, default=5_000, metavar="N")
    parser.add_argument("--records", type=int, default=1_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--prove", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=3, metavar=("PEER", "FILE", "N"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.prove:
        print(json.dumps(_prove(asked.prove)))
    elif asked.one:
        name, file, most = asked.one
        print(json.dumps(_timed(PEERS[name], Path(file), int(most))))
    else:
        print("\n".join(_compare(asked)))


def _compare(asked: argparse.Namespace) -> Iterator[str]:
    """Prove, time, and return the page."""
    with TemporaryDirectory() as folder:
        make = partial(_file, Path(folder))
        proved = _of_own("--prove", make(asked.proof))
        records = asked.records
        kinds = {
            "whole records": (make(records), records),
            "cut-down records": (make(records, "--cut-down"), records),
            "twice as many records": (make(2 * records), 2 * records),
            "five times the rows": (make(max(records // 5, 1), "--rows", "5"), records // 5),
        }
        rounds = {kind: _rounds(list(proved), *made, asked.rounds) for kind, made in kinds.items()}
        return _page(proved, rounds, asked)


def _of_own(*arguments: object) -> Any:
    """Return what this module prints as a process of its own.

    A process takes over the peak memory of the one that started it, so that one must stay small:
    it imports no peer.
    """
    command = [sys.executable, __file__, *map(str, arguments)]
    threads = {"POLARS_MAX_THREADS": "1"}  # it is read when Polars is imported
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ | threads)
    return json.loads(ended.stdout)


def _file(folder: Path, records: int, *options: str) -> Path:
    file = folder / f"{records}{''.join(options)}.jsonl"
    command = [sys.executable, str(HERE / "records.py"), "--records", str(records), *options]
    with file.open("wb") as out:
        subprocess.run(command, stdout=out, check=True)
    return file


def _few(file: Path, most: int) -> Path:
    """Return a file of the first records of another."""
    few = file.with_name(f"{most}-of-{file.name}")
    with file.open(encoding="utf-8") as lines:
        few.write_text("".join(islice(lines, most)), encoding="utf-8")
    return few


def _prove(file: Path) -> dict[str, int]:
    """Return on how many records each peer finds what plain Python does; end where one does not."""
    meant = _find(PEERS["plain Python"])(file)
    proved = {}
    for name, peer in PEERS.items():
        if importlib.util.find_spec(peer.package) is None:
            continue
        found = _find(peer)(file)
        wrong = [case for case in meant if found.get(case) != meant[case]]
        if wrong or len(found) != len(meant):
            sys.exit(f"{name} finds something else, of {len(wrong)} records: {wrong[:3]}")
        proved[name] = len(found)
    return proved


def _find(peer: Peer) -> Callable[[Path], Any]:
    return partial(importlib.import_module(peer.module).find, **peer.options)


def _timed(peer: Peer, file: Path, most: int) -> dict[str, float]:
    """Return the microseconds of a record, used and passed, and the most memory of a process."""
    find = _find(peer)
    find(_few(file, min(WARM, most)))
    few = _few(file, most)
    began, before, theirs = perf_counter(), process_time(), _of_children()
    found = find(few)
    passed = perf_counter() - began
    used = process_time() - before + _of_children() - theirs
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    unit = 2**20 if sys.platform == "darwin" else 2**10
    number = len(found)
    return {
        "cost": used / number * 1e6,
        "passed": passed / number * 1e6,
        "records": number,
        "memory": peak / unit,
    }


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


Rounds = dict[str, list[dict[str, float]]]


def _rounds(names: Sequence[str], file: Path, records: int, rounds: int) -> Rounds:
    told: Rounds = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            most = min(records, PEERS[name].most or records)
            told[name].append(_of_own("--one", name, file, max(most, 1)))
    return told


def _page(
    proved: dict[str, int], rounds: dict[str, Rounds], asked: argparse.Namespace
) -> Iterator[str]:
    digest = sha256((HERE / "pack" / "B1.1.yaml").read_bytes()).hexdigest()[:12]
    options = f"--proof {asked.proof} --records {asked.records} --rounds {asked.rounds}"
    yield _INTRODUCTION.format(digest=digest, options=options, machine=_machine())
    for name, number in proved.items():
        yield f"| {name} | {PEERS[name].words} | {_version(PEERS[name])} | {number:,} |"
    yield ""
    for name, peer in PEERS.items():
        if name not in proved:
            yield f"**Left out: {name}**, since `{peer.package}` was not installed."
            yield ""
    yield _ABOUT_REGORUS
    for kind, told in rounds.items():
        yield ""
        yield f"## {kind[0].upper()}{kind[1:]}"
        yield ""
        yield from _table(told)


_INTRODUCTION = """\
# casecheck beside its peers

Eleven three-valued checks (`pack/B1.1.yaml`, sha256:{digest}): joins, a row not there, windows of
days, an age, working days, codes in lists, and sections of which rows may be missing. Made by

    python benchmarks/peers/compare.py {options}

on {machine}.

First each found the same outcomes, and the same findings at the same rows, on so many records. Only
casecheck validates records, words findings and says what they hang on; the others read JSON and
return outcomes and findings.

| | what | package | records proved |
| --- | --- | --- | --- |"""
_ABOUT_REGORUS = """\
Microsoft's two interpreters of Rego are given the same `checks.rego`. rego-cpp is on the package
index as regopy. regorus is not, under its own name: its authors publish no Python wheel. So it is
timed only where somebody has built it or taken a copy that others publish; which, stands above.

Then each was timed in a process of its own, in turns, after a few records to warm up: processor
time, with that of processes it starts, and the time by the clock, which two jobs can shorten where
two processors are free and there are records enough to make up for the start of the second process.
Making rules or queries ready is in it where it is done for each file. A ratio is that of one round.
MiB is the most memory of one process, with Python and the libraries in it. A very slow one is timed
on fewer records, the first ones."""


def _machine() -> str:
    """Say what the page was made on, and how busy it was."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} processors ({platform.machine()}, {platform.system()}), Python"
        f" {platform.python_version()}; load at the end, over 1, 5 and 15 minutes: {load}"
    )


def _version(peer: Peer) -> str:
    """Name the package as its index does, with its version."""
    (name, *_) = metadata.packages_distributions().get(peer.package, [peer.package])
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return "comes with Python"


def _table(told: Rounds) -> Iterator[str]:
    own = [one["cost"] for one in told["casecheck, 1 job"]]
    yield (
        "| | records | microseconds a record, median | times casecheck with 1 job, median (least"
        " to most) | by the clock, median | MiB |"
    )
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, every in told.items():
        costs = [one["cost"] for one in every]
        ratios = sorted(cost / one for cost, one in zip(costs, own, strict=True))
        clock = statistics.median(one["passed"] for one in every)
        memory = max(one["memory"] for one in every)
        yield (
            f"| {name} | {every[0]['records']:,} | {statistics.median(costs):,.0f}"
            f" | {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
            f" | {clock:,.0f} | {memory:.0f} |"
        )
    yield ""
    yield f"Cheaper than casecheck here: {', '.join(_faster(told, own)) or 'none'}."


def _faster(told: Rounds, own: Sequence[float]) -> list[str]:
    return [
        name
        for name, every in told.items()
        if not name.startswith("casecheck")
        and statistics.median(one["cost"] for one in every) < statistics.median(own)
    ]


if __name__ == "__main__":
    main()
