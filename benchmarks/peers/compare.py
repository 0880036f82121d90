"""Compare casecheck with the same checks in other languages, and write a page of results.

    python -m pip install -r benchmarks/peers/requirements.txt
    python benchmarks/peers/compare.py > benchmarks/peers/RESULTS.md

Before anything is timed, each must come to the same outcomes and the same findings, on as many
records as `--proof` says. Then each is timed in a process of its own, in turns, so that all suffer
alike from what else the machine does: in processor time, its own and that of the processes that it
starts, after it has audited a few records. Peers whose package is not installed are left out, and
the page says so.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

WARM = 20
"""So many records are audited first, and not timed."""


class Peer(NamedTuple):
    """A peer: what it is called, its module, and what its `find` is given."""

    words: str
    module: str
    options: dict[str, Any]
    most: int | None = None


PEERS = {
    "casecheck, 1 job": Peer("reads, validates and words each finding", "product", {"jobs": 1}),
    "casecheck, 2 jobs": Peer("the same in two processes", "product", {"jobs": 2}),
    "plain Python": Peer("functions by hand; nothing validated or worded", "plain", {}),
    "DuckDB": Peer("SQL by hand, one thread; nothing validated or worded", "duck", {}),
    "rule-engine": Peer("conditions twice, loops in Python", "by_rule_engine", {}),
    "CEL (cel-python)": Peer("conditions twice, loops in Python", "by_cel", {}, most=20),
}
"""The peers; of a very slow one only so many records are asked."""


def main() -> None:
    """Prove, time, and print the page; or, as a process of its own, time one peer."""
    parser = argparse.ArgumentParser(description="Compare casecheck with its peers.")
    parser.add_argument("--proof", type=int, default=5_000, metavar="N")
    parser.add_argument("--records", type=int, default=1_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--one", nargs=2, metavar=("PEER", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_timed(PEERS[asked.one[0]], Path(asked.one[1]))))
        return
    peers = {name: one for name, one in PEERS.items() if _is_there(one)}
    with TemporaryDirectory() as folder:
        make = partial(_file, Path(folder))
        proved = _prove(peers, make(asked.proof))
        kinds = {
            "whole records": make(asked.records),
            "cut-down records": make(asked.records, "--cut-down"),
            "twice as many records": make(2 * asked.records),
            "five times the rows": make(asked.records // 5, "--rows", "5"),
        }
        rounds = {kind: _rounds(peers, file, asked.rounds) for kind, file in kinds.items()}
    print("\n".join(_page(proved, rounds, asked)))


def _is_there(peer: Peer) -> bool:
    try:
        importlib.import_module(peer.module)
    except ImportError:
        return False
    return True


def _file(folder: Path, records: int, *options: str) -> Path:
    file = folder / f"{records}{''.join(options)}.jsonl"
    command = [sys.executable, str(HERE / "records.py"), "--records", str(records), *options]
    with file.open("wb") as out:
        subprocess.run(command, stdout=out, check=True)
    return file


def _few(file: Path, most: int | None) -> Path:
    """Return a file of the first records of another."""
    if most is None:
        return file
    few = file.with_name(f"{most}-of-{file.name}")
    with file.open(encoding="utf-8") as lines:
        few.write_text("".join(islice(lines, most)), encoding="utf-8")
    return few


def _prove(peers: dict[str, Peer], file: Path) -> dict[str, int]:
    """Return on how many records each peer finds what plain Python does; end where one does not."""
    import plain  # noqa: PLC0415 - found on the path set above

    meant = plain.find(file)
    proved = {}
    for name, peer in peers.items():
        found = _find(peer)(_few(file, peer.most))
        wrong = [case for case in found if found[case] != meant[case]]
        if wrong or (peer.most is None and found.keys() != meant.keys()):
            sys.exit(f"{name} finds something else, of {len(wrong)} records: {wrong[:3]}")
        proved[name] = len(found)
    return proved


def _find(peer: Peer) -> Callable[[Path], Any]:
    return partial(importlib.import_module(peer.module).find, **peer.options)


def _timed(peer: Peer, file: Path) -> dict[str, float]:
    """Return the microseconds of a record, and the most memory of a process in MiB."""
    find = _find(peer)
    find(_few(file, WARM))
    before, theirs = process_time(), _of_children()
    found = find(_few(file, peer.most))
    used = process_time() - before + _of_children() - theirs
    most = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"cost": used / len(found) * 1e6, "memory": most / 1024}


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


Rounds = dict[str, list[dict[str, float]]]


def _rounds(peers: dict[str, Peer], file: Path, rounds: int) -> Rounds:
    told: Rounds = {name: [] for name in peers}
    for _ in range(rounds):
        for name in peers:
            command = [sys.executable, __file__, "--one", name, str(file)]
            ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            told[name].append(json.loads(ended.stdout))
    return told


def _page(
    proved: dict[str, int], rounds: dict[str, Rounds], asked: argparse.Namespace
) -> Iterator[str]:
    digest = sha256((HERE / "pack" / "B1.1.yaml").read_bytes()).hexdigest()[:12]
    yield "# casecheck beside its peers"
    yield ""
    yield f"Eleven three-valued checks (`pack/B1.1.yaml`, sha256:{digest}): joins, a row not"
    yield "there, windows of days, an age, working days, codes in lists, and sections of which rows"
    yield "may be missing. Made by"
    yield ""
    options = f"--proof {asked.proof} --records {asked.records} --rounds {asked.rounds}"
    yield f"    python benchmarks/peers/compare.py {options}"
    yield ""
    yield "Each found the same outcomes, and the same findings at the same rows, on so many:"
    yield ""
    for name, number in proved.items():
        yield f"- {name}: {number:,} ({PEERS[name].words})"
    for name in PEERS.keys() - proved.keys():
        yield f"- {name}: not installed, left out"
    for kind, told in rounds.items():
        yield ""
        yield f"## {kind[0].upper()}{kind[1:]}"
        yield ""
        yield from _table(told)
    yield ""


def _table(told: Rounds) -> Iterator[str]:
    own = [one["cost"] for one in told["casecheck, 1 job"]]
    yield "| | microseconds a record | times casecheck with 1 job, median (least to most) | MiB |"
    yield "| --- | --- | --- | --- |"
    for name, every in told.items():
        costs = [one["cost"] for one in every]
        ratios = sorted(cost / one for cost, one in zip(costs, own, strict=True))
        memory = max(one["memory"] for one in every)
        yield (
            f"| {name} | {statistics.median(costs):,.0f} | {statistics.median(ratios):.2f}"
            f" ({ratios[0]:.2f} to {ratios[-1]:.2f}) | {memory:.0f} |"
        )
    faster = _faster(told, own)
    if faster:
        yield ""
        yield f"Cheaper than casecheck here: {', '.join(faster)}."


def _faster(told: Rounds, own: Sequence[float]) -> list[str]:
    return [
        name
        for name, every in told.items()
        if not name.startswith("casecheck")
        and statistics.median(one["cost"] for one in every) < statistics.median(own)
    ]


if __name__ == "__main__":
    main()
