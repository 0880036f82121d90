"""Kill what adds to the register at random moments, and look each time at what is left.

`python tests/register_killing.py FOLDER TRIALS SEED` prints a line for each trial, or fails.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from qag_killing import killed  # noqa: E402

from casecheck.cli import run  # noqa: E402
from casecheck.qag.register.log import REGISTER  # noqa: E402
from casecheck.qag.store.store import Store  # noqa: E402

WARM = 4
"""So many commands are run first, so that children are forked with everything loaded."""


def words_of(number: int) -> list[str]:
    """Return the command of which the entry has this number: each says something of its own."""
    if number % 3 == 0:
        quarter = f"{2000 + number // 4}-Q{number % 4 + 1}"
        return ["enter", "M6c", f"quarter={quarter}", "area=Cumbria", "median_weeks_public=30"]
    on = f"{2018 + number // 300}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    said = ["--status", "started", "--on", on, "--evidence", f"Minute {number}", "--by", "chair"]
    return ["update", f"A{number % 32 + 1}", *said]


def add_on_and_on(file: Path, say: Callable[[int], None]) -> None:
    """Add entries by the commands until killed; say the number of each that is acknowledged."""
    with Store.open(file, create=True) as store:
        number = len(store.register.all())
    while True:
        number += 1
        with StringIO() as told, redirect_stdout(told):
            assert run(["register", *words_of(number), "--store", str(file)]) == 0
            added = re.match(r"Entry (\d+)\.", told.getvalue())
        assert added, number
        assert int(added[1]) == number
        say(number)


def look(file: Path, known: int, said: list[int]) -> int:
    """Return how many entries are there: those said, or one more; whole, and none twice."""
    with Store.open(file, create=True) as store:
        log = store.register.all()
        assert REGISTER.first_broken(log, store.register.end()) is None
    expected = max([known, *said])
    assert len(log) in (expected, expected + 1), (known, said, len(log))
    own = [(one.subject, one.day, one.evidence, one.fields) for one in log]
    assert len(set(own)) == len(own)
    for one in log:
        assert one.evidence == ("" if one.number % 3 == 0 else f"Minute {one.number}")
    return len(log)


def main(folder: Path, trials: int, seed: str) -> None:
    """Kill as often as asked."""
    os.chdir(ROOT)
    moments = random.Random(seed)
    file = folder / "casecheck.db"
    with redirect_stdout(StringIO()):
        for number in range(1, WARM + 1):
            began = time.monotonic()
            assert run(["register", *words_of(number), "--store", str(folder / "warm.db")]) == 0
    # Within so long it is killed: longer than one entry takes, so that any moment can be the last.
    most = 4 * (time.monotonic() - began)
    look(file, 0, [])
    entries = acknowledged = 0
    for trial in range(trials):
        said = killed(add_on_and_on, file, moments.uniform(0, most))
        entries = look(file, entries, said)
        acknowledged += len(said)
        print(f"trial {trial}: said {len(said)}, entries {entries}", flush=True)
    assert run(["register", "verify", "--store", str(file)]) == 0
    print(f"acknowledged {acknowledged}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
