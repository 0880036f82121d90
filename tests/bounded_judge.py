"""Runs a command on files, each in a child process of its own whose time and memory are bounded.

Run as a program it reads lines of JSON, `[file, seconds, arguments]`, and writes for each a line:
how it ended.
The child is forked, so that thousands of files need no new interpreter each. Processor time is
bounded by the system, which ends a child above it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

SECONDS = 20
"""Twice what the largest pack takes where much else is running. Work that grows with the square of
a file takes longer on any machine."""
MEGABYTES = 256
IMPORT_SECONDS = 10
"""What an import of any file may take of the processor."""


class Outcome(NamedTuple):
    """How a run ended: its status (negative: the signal that ended it), memory, what it said."""

    file: str
    status: int
    megabytes: float
    told: str
    right: Sequence[int] = (0, 3)

    @property
    def bad(self) -> bool:
        return (
            self.status not in self.right
            or self.megabytes > MEGABYTES
            or "Traceback" in self.told
            or "internal error" in self.told
        )


def judged(files: Iterable[Path], store: Path) -> list[Outcome]:
    """Run `judge` on each of the files alone."""
    return _ended(
        (str(file), SECONDS, ["judge", "--store", str(store), str(file)]) for file in files
    )


def imported(files: Iterable[Path], key: Path, output: Path) -> list[Outcome]:
    """Run `import cin-census` on each of the files alone; it may refuse them."""
    options = ["--key", str(key), "--output", str(output)]
    every = _ended(
        (str(file), IMPORT_SECONDS, ["import", "cin-census", str(file), *options]) for file in files
    )
    return [one._replace(right=(0, 2, 3)) for one in every]


def _ended(commands: Iterable[tuple[str, int, list[str]]]) -> list[Outcome]:
    lines = "".join(f"{json.dumps(one)}\n" for one in commands)
    done = subprocess.run(
        [sys.executable, __file__], input=lines.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return [Outcome(*json.loads(line)) for line in done.stdout.splitlines()]


def _one(file: str, seconds: int, arguments: list[str]) -> Outcome:
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(writes, 2)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        from casecheck.cli import run  # noqa: PLC0415 - imported before the first fork

        status = run(arguments)
        sys.stderr.flush()
        os._exit(status)
    os.close(writes)
    with os.fdopen(reads, "rb") as stream:
        told = stream.read()
    _, ended, usage = os.wait4(child, 0)
    status = os.waitstatus_to_exitcode(ended)
    return Outcome(file, status, usage.ru_maxrss / 1024, told[-2000:].decode(errors="replace"))


def main() -> None:
    """Answer each line of standard input."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    import casecheck.cli.import_.cin_census  # noqa: PLC0415
    import casecheck.cli.judge  # noqa: F401, PLC0415

    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_one(*json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
