"""Runs several commands one after another in one process, for tests of what a process is given.

`python tests/run_many.py COMMANDS`, a list of lists of words as JSON, writes what each command
does, and behind it a line of `END` and its exit status. The environment, the streams and the
locale are those of the process; Python and the rules are loaded once.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402
from once import make_once  # noqa: E402

from casecheck.cli import run  # noqa: E402

END = "\x1e"


def apart(written: bytes) -> list[tuple[int, bytes]]:
    """Return the exit status of each command, and what it wrote."""
    *parts, rest = re.split(f"{END}(\\d+)\r?\n".encode(), written)
    assert rest == b""
    return [(int(status), out) for out, status in zip(parts[::2], parts[1::2], strict=True)]


def main() -> None:
    """Run the commands."""
    make_once(pytest.MonkeyPatch())
    for words in json.loads(sys.argv[1]):
        status = run(words)
        sys.stdout.write(f"{END}{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
