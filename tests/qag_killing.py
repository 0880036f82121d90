"""Kill what saves to a store at random moments, and look each time at what is left.

`python tests/qag_killing.py FOLDER TRIALS SEED` prints a line for each trial, or fails. Children
are forked from this process, which has everything loaded, so that a trial takes a moment.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from qag_packs import CHECKS, LESSONS, filled_csv  # noqa: E402
from qag_store import audits, sample_texts, save  # noqa: E402

from casecheck.cli import run  # noqa: E402
from casecheck.qag.judgments.log import first_broken  # noqa: E402
from casecheck.qag.store.store import DrawnCase, FrameCase, Store  # noqa: E402
from casecheck.results import CaseAudit  # noqa: E402

CASES = "sample_cases/small-families.jsonl"
ROWS = 36
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
    """Take judgments by the command, in turn two packs', until killed; say the log's length."""
    while True:
        with Store.open(file, create=False) as store:
            last = store.last_entry()
        pack = file.parent / ("not.csv" if last and last.judgment == "compliant" else "yes.csv")
        with StringIO() as told, redirect_stdout(told):
            assert run(["judge", str(pack), "--correct", "--store", str(file)]) == 0
            taken = re.search(r"The log has (\d+) entries", told.getvalue().replace(",", ""))
        assert taken
        say(int(taken[1]))


WORKS = ((import_on_and_on, 0.2), (audit_on_and_on, 1.5), (save_on_and_on, 0.1))
"""What is killed within so many seconds, more than one takes: any moment can be the last."""


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
            assert store.frame(number, with_met=True) == whole
    return runs


def look_at_entries(file: Path, known: int, said: list[int]) -> int:
    """Return how many judgments are there: those said, or one batch more; chained, none twice."""
    with Store.open(file, create=False) as store:
        entries = store.entries()
    expected = max([known, *said])
    assert len(entries) in (expected, expected + ROWS), (known, said, len(entries))
    assert first_broken(entries) is None
    for one in range(0, len(entries), ROWS):  # each import is whole, and differs from the last
        (judged,) = {entry.judgment for entry in entries[one : one + ROWS]}
        assert judged == ("not_compliant" if one // ROWS % 2 else "compliant")
    return len(entries)


def prepare(file: Path) -> list[FrameCase]:
    """Save a run and a sample of it, and two packs of it that say yes and no; return the frame."""
    report, packs = file.parent / "report.csv", file.parent / "packs"
    assert run(["audit", CASES, "--store", str(file), "--output", str(report)]) == 0
    with Store.open(file, create=False) as store:
        whole = store.frame(1, with_met=True)
        drawn = [
            DrawnCase(case.position, case.position, case.case_id, "", "1", "", "drawn")
            for case in whole
        ]
        store.save_sample("s", 1, "seed", {"lessons": list(LESSONS)}, drawn)
    words = ["--auditor", "anna", "--format", "csv", "--ask", "all", "--output", str(packs)]
    assert run(["pack", "--store", str(file), *words]) == 0
    (pack,) = packs.iterdir()
    filled_csv(pack, file.parent / "yes.csv", lambda _: ("Compliant", "", ""))
    filled_csv(pack, file.parent / "not.csv", lambda _: ("Not compliant", "late", ""))
    assert len(whole) * CHECKS == ROWS
    return whole


def main(folder: Path, trials: int, seed: str) -> None:
    """Kill as often as asked, in turn while judgments are added, an audit is on, a run is saved."""
    os.chdir(ROOT)
    moments = random.Random(seed)
    file = folder / "casecheck.db"
    whole = prepare(file)
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
