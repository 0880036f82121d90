"""Kill an audit, or one of its processes, at random moments, and look at what comes of it.

`python tests/jobs_killing.py FOLDER TRIALS SEED` prints a line for each trial, or fails. In turn
the command is killed and resumed, once or several times, and one of its processes is killed.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINES = ROOT.joinpath("sample_cases", "small-families.jsonl").read_bytes().splitlines()
COPIES = 100
TABLES = ("result", "frame_case", "finding", "met")
SMALL_CHUNKS = """
import sys
from casecheck.audit import running
from casecheck.cli import keeping, run
from casecheck.intake import line_blocks
line_blocks.BLOCK_BYTES = 2**15
running.HERE_FIRST = keeping.HERE_FIRST = 1
if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
"""


class Trials:
    """One extract, and what an audit that nobody kills makes of it."""

    def __init__(self, folder: Path, seed: str) -> None:
        self._folder, self._moments = folder, random.Random(seed)
        rules = folder / "rules"
        rules.mkdir()
        rules.joinpath("P1.1.yaml").symlink_to(ROOT / "rules" / "children_p" / "P1.1.yaml")
        lines = [
            line.replace(b'"C-02', f'"C-{copy:03}-'.encode())
            for copy in range(COPIES)
            for line in LINES
        ]
        folder.joinpath("extract.jsonl").write_bytes(b"\n".join(lines))
        folder.joinpath("small_chunks.py").write_text(SMALL_CHUNKS, encoding="utf-8")
        began = time.monotonic()
        assert self._start("whole.db").wait() == 0
        self._seconds = time.monotonic() - began
        self._report, self._saved = self._outcome("whole.db")
        assert len(self._saved[1]) == len(lines)

    def command_killed(self) -> int:
        """Kill the command once or twice, and resume it; return how often it was killed."""
        killed = 0
        for _ in range(self._moments.choice((1, 2))):
            process = self._start("a.db", "--resume")
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._moments.uniform(0, self._seconds))
            process.kill()
            if process.wait() == 0:
                break
            assert process.returncode == -signal.SIGKILL
            killed += 1
        if not self._runs("a.db"):
            assert self._start("a.db", "--resume").wait() == 0
        self._look()
        return killed

    def process_killed(self) -> int:
        """Kill one of the command's processes; return whether there was one."""
        process = self._start("a.db", "--jobs", "2")
        time.sleep(self._moments.uniform(0, self._seconds))
        children = _children(process.pid)
        if children:
            with suppress(ProcessLookupError):
                os.kill(self._moments.choice(children), signal.SIGKILL)
        assert process.wait() == 0
        self._look()
        return len(children)

    def _start(self, store: str, *options: str) -> subprocess.Popen[bytes]:
        words = ["audit", "extract.jsonl", "--rules", "rules", "--format", "jsonl"]
        kept = ["--output", "report", "--store", store, *options]
        return subprocess.Popen(
            [sys.executable, "small_chunks.py", *words, *kept],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )

    def _runs(self, store: str) -> list[tuple[object, ...]]:
        file = self._folder / store
        if not file.exists():
            return []
        with closing(sqlite3.connect(file)) as database:
            there = "SELECT 1 FROM sqlite_master WHERE name = 'run'"
            return list(database.execute("SELECT * FROM run" if _any(database, there) else there))

    def _outcome(self, store: str) -> tuple[bytes, Sequence[Sequence[object]]]:
        with closing(sqlite3.connect(self._folder / store)) as database:
            rows = [
                list(database.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3"))  # noqa: S608
                for table in TABLES
            ]
        return (self._folder / "report").read_bytes(), rows

    def _look(self) -> None:
        assert self._outcome("a.db") == (self._report, self._saved)
        assert len(self._runs("a.db")) == 1
        for left in self._folder.glob("a.db*"):
            left.unlink()


def _any(database: sqlite3.Connection, question: str) -> bool:
    return database.execute(question).fetchone() is not None


def _children(process: int) -> list[int]:
    """Return the processes that audit for a command, by what Linux says of it."""
    with suppress(OSError):
        found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
        return [int(one) for one in found if b"spawn_main" in _line_of(int(one))]
    return []


def _line_of(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def main(folder: Path, trials: int, seed: str) -> None:
    """Kill as often as asked."""
    every = Trials(folder, seed)
    for trial in range(trials):
        one = every.process_killed if trial % 2 else every.command_killed
        print(f"trial {trial}: {one.__name__} {one()}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
