"""Kill what saves to a store at random moments, and look each time at what is left.

`python tests/qag_killing.py FOLDER TRIALS SEED` prints a line for each trial, or fails. Children
are forked from this process, which has everything loaded, so that a trial takes a moment.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from qag_store import audits, sample_texts, save  # noqa: E402

from casecheck.cli import run  # noqa: E402
from casecheck.qag.store import NO_ENTRY, DrawnCase, Entry, FrameCase, Store  # noqa: E402
from casecheck.results import CaseAudit  # noqa: E402

CASES = "sample_cases/small-families.jsonl"
BATCH = 20
"""So many judgments are one import."""
AUDITED: list[CaseAudit] = []


def audit_on_and_on(file: Path, say: Callable[[int], None]) -> None:
    """Save audits by the command until killed; say the number of each that it acknowledges."""
    report = str(file.parent / "report.csv")
    while True:
        with StringIO() as told, redirect_stderr(told):
            assert run(["audit", CASES, "--store", str(file), "--output", report]) == 0
            saved = re.search(r"Saved as run (\d+) in ", told.getvalue())
        assert saved
        say(int(saved[1]))


def save_on_and_on(file: Path, say: Callable[[int], None]) -> None:
    """Save runs, as the command does at an audit's end, until killed; say the number of each."""
    with Store.open(file, create=False) as store:
        while True:
            say(save(store, "", AUDITED))


def import_on_and_on(file: Path, say: Callable[[int], None]) -> None:
    """Add judgments, some at a time, until killed; say the number of each last."""
    while True:
        with Store.open(file, create=False) as store:
            with store.writing():
                last = store.last_entry()
                entries = chained(last.number if last else 0, last.hash if last else NO_ENTRY)
                store.append_entries(entries)
            say(entries[-1].number)


WORKS = ((import_on_and_on, 0.05), (audit_on_and_on, 1.5), (save_on_and_on, 0.1))
"""What is killed within so many seconds, more than one takes: any moment can be the last."""


def chained(number: int, previous: str) -> list[Entry]:
    """A batch of judgments that follow an entry."""
    entries = []
    for at in range(number + 1, number + 1 + BATCH):
        judged = ("A. Auditor", "C-0201", 1, "P1.1", "risks-carried", "compliant", "", "", "")
        entry = Entry(at, 1, *judged, False, previous, "")
        previous = hashlib.sha256(repr(entry).encode()).hexdigest()
        entries.append(replace(entry, hash=previous))
    return entries


def killed(
    work: Callable[[Path, Callable[[int], None]], None], file: Path, after: float
) -> list[int]:
    """Run work in a child, kill it so many seconds later; return what it had acknowledged."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            work(file, lambda number: os.write(writer, f"{number}\n".encode()) and None)
        finally:
            os._exit(70)  # it never ends by itself
    os.close(writer)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child failed before it was killed"
    with os.fdopen(reader) as pipe:
        return [int(line) for line in pipe]


def look_at_runs(
    file: Path, whole: list[FrameCase], known: list[int], said: list[int]
) -> list[int]:
    """Return the runs there are: those of before, each said, and at most one more; all whole."""
    with Store.open(file, create=False) as store:
        runs = [one.id for one in store.runs()]
        assert runs[: len(known) + len(said)] == known + said, (known, said, runs)
        assert len(runs) <= len(known) + len(said) + 1
        for number in runs[len(known) :]:
            assert store.run(number).records == len(whole)
            assert store.frame(number) == whole
    return runs


def look_at_entries(file: Path, known: int, said: list[int]) -> int:
    """Return how many judgments are there: those said, or one batch more; chained, none twice."""
    with Store.open(file, create=False) as store:
        entries = store.entries()
    expected = max([known, *said])
    assert len(entries) in (expected, expected + BATCH), (known, said, len(entries))
    previous = NO_ENTRY
    for number, entry in enumerate(entries, start=1):
        assert (entry.number, entry.previous) == (number, previous)
        own = hashlib.sha256(repr(replace(entry, hash="")).encode()).hexdigest()
        assert entry.hash == own
        previous = entry.hash
    return len(entries)


def main(folder: Path, trials: int, seed: str) -> None:
    """Kill as often as asked, in turn while judgments are added, an audit is on, a run is saved."""
    os.chdir(ROOT)
    moments = random.Random(seed)
    file = folder / "casecheck.db"
    assert run(["audit", CASES, "--store", str(file), "--output", str(folder / "report.csv")]) == 0
    with Store.open(file, create=False) as store:
        whole = store.frame(1)
        store.save_sample("sample", 1, "seed", {}, [DrawnCase(1, 1, "C-0201", "", "1", "", "")])
    AUDITED[:] = audits([text for text in sample_texts() if text.file == CASES])
    runs, entries = [1], 0
    for trial in range(trials):
        work, most = WORKS[trial % len(WORKS)]
        said = killed(work, file, moments.uniform(0, most))
        if work is import_on_and_on:
            entries = look_at_entries(file, entries, said)
        else:
            runs = look_at_runs(file, whole, runs, said)
        print(f"trial {trial}: said {len(said)}, runs {len(runs)}, entries {entries}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
