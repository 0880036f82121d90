"""Let each call of the system fail in turn while commands save; look each time at what is left.

`LD_PRELOAD=io_faults.so python tests/qag_io_faults.py FOLDER ERRNO STEP` prints a line for each
command, or fails. Each time the command runs in a child that is forked from this process, which has
everything loaded and lets no call fail itself. STEP: how many calls are passed over each time.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from qag_packs import filled_csv  # noqa: E402

from casecheck.cli import run  # noqa: E402
from casecheck.qag.judgments.log import first_broken  # noqa: E402
from casecheck.qag.register.log import entries_of  # noqa: E402
from casecheck.qag.store.store import Store  # noqa: E402

CASES = "sample_cases/small-families.jsonl"
FAULTS = ctypes.CDLL(None)
State = tuple[object, ...]


def quiet(*words: object) -> tuple[int, str]:
    """Run a command; return its exit status and what it said on standard error."""
    told = StringIO()
    with redirect_stderr(told), redirect_stdout(TextIOWrapper(BytesIO(), encoding="utf-8")):
        status = run([str(one) for one in words])
    return status, told.getvalue()


def child(words: list[object], at: int, number: int) -> tuple[int, str, int]:
    """Run a command in a child whose so-manieth call fails; return how it ended, and its calls."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        FAULTS.fault_arm(ctypes.c_long(at), number)
        try:
            status, told = quiet(*words)
            calls = FAULTS.fault_calls()
            FAULTS.fault_arm(ctypes.c_long(0), 0)
            os.write(writer, json.dumps([status, told, calls]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    os.waitpid(process, 0)
    assert answer, f"{words}: the child said nothing"
    status, told, calls = json.loads(answer)
    return status, told, calls


def state(store: Path, report: Path, packs: Path) -> State:
    """What is there afterwards: the store, held to its seals, the report, the packs."""
    with Store.open(store, create=False) as opened:
        opened.check()
        log = opened.entries()
        assert first_broken(log, opened.log_end()) is None
        runs = [(one, opened.frame(one.id, with_met=True)) for one in opened.runs()]
        held = (runs, opened.samples(), (log, entries_of(opened)))
    written = {one.name: one.read_bytes() for one in sorted(packs.glob("*"))}
    return (*held, report.read_bytes(), written)


def prepare(folder: Path) -> bytes:
    """Make a store of a run, a sample and some judgments, and a pack that is filled in."""
    store = folder / "casecheck.db"
    on = ("--store", store)
    for label in ("one", "two"):
        assert quiet("audit", CASES, *on, "--label", label)[0] == 0
    words = ("--size", "2", "--seed", "a", "--name", "s", "--lesson", "P1.1", "--run", "one")
    every = ("breach", "insufficient_evidence", "compliant", "not_applicable")
    outcomes = [word for one in every for word in ("--outcome", one)]
    assert quiet("sample", *on, *words, *outcomes)[0] == 0
    to = folder / "sent"
    asked = ("--ask", "all", "--format", "csv", "--output", to)
    assert quiet("pack", *on, "--auditor", "anna", *asked)[0] == 0
    (pack,) = to.iterdir()
    filled_csv(pack, folder / "back.csv", lambda _: ("Compliant", "", ""))
    return store.read_bytes()


def main(folder: Path, number: int, step: int) -> None:
    """Let each command meet each fault."""
    os.chdir(ROOT)
    content = prepare(folder)
    store, report, packs = folder / "casecheck.db", folder / "report", folder / "packs"
    on, to = ("--store", store), ("--output", report)
    works: dict[str, list[object]] = {
        "audit": ["audit", CASES, *on, "--format", "json", *to],
        "sample": ["sample", *on, "--size", "2", "--seed", "b", "--run", "two", *to],
        "judge": ["judge", folder / "back.csv", *on],
        "delete": ["runs", "delete", "two", *on],
        "pack": ["pack", *on, "--auditor", "a", "--auditor", "b", "--format", "csv", "--output",
                 packs],
        "enter": ["register", "enter", "M6c", "quarter=2018-Q1", "area=Cumbria",
                  "median_weeks_public=30", *on],
        "export": ["judge", *on, "--export", report],
    }  # fmt: skip
    for name, words in works.items():

        def again() -> None:
            for one in [*packs.glob("*"), *folder.glob("casecheck.db*")]:
                one.unlink()
            store.write_bytes(content)
            report.write_bytes(b"" if name == "export" else b"older")  # noqa: B023
            if name == "export":  # noqa: B023
                report.unlink()
                assert quiet("judge", *on, "--export", report)[0] == 0

        again()
        old = state(store, report, packs)
        assert quiet(*words)[0] == 0
        new = state(store, report, packs)
        at = failed = 1
        while True:
            again()
            status, told, calls = child(words, at, number)
            now = state(store, report, packs)
            where = f"{name}, call {at}: {status} {told}"
            assert now == new or status != 0, where
            for one in range(3):  # the store's three parts are as before, or as they should be
                assert now[one] in (old[one], new[one]), where
            assert now[3] in (old[3], new[3]), where
            assert now[4] in (old[4], new[4]), where
            if "Saved as" in told:
                assert now[:2] == new[:2], where
            if name in ("audit", "sample") and now[:2] == new[:2]:
                assert now[3] == new[3] or "may hold its part" in told, where
            assert status in (0, 2, 4), where
            assert "Internal error" not in told, where
            assert "Traceback" not in told, where
            left = [one.name for one in folder.iterdir() if one.name.startswith(".casecheck")]
            assert not left, where
            if calls < at:
                break
            failed += 1
            at += step
        print(f"{name}: {failed} of {at} calls failed, one at a time", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
