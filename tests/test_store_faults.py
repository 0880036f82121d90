"""Each call of the store fails in turn: what was said to be saved is there, and nothing is half."""

from __future__ import annotations

import errno
import gc
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from amounts import PROFILE, few
from command_line import ROOT, Here
from faults import KINDS, Faults, connecting, failing, sweep
from qag_store import audits, sample_texts, save
from test_qag_store import DRAWN, chain

from casecheck.qag.store.store import Store, StoreError

CASES = "sample_cases/small-families.jsonl"
FEW = audits([text for text in sample_texts() if text.file == CASES])
CODES = {
    "full": sqlite3.SQLITE_FULL,
    "broken": sqlite3.SQLITE_IOERR_WRITE,
    "memory": sqlite3.SQLITE_NOMEM,
}
LONGEST = [pytest.mark.slow, pytest.mark.longest]


def state(file: Path) -> tuple[object, ...]:
    """All that a store holds, read with its seals held to it."""
    with Store.open(file, create=False) as store:
        store.check()
        log = store.entries()
        assert [one.previous for one in log[1:]] == [one.hash for one in log[:-1]]
        runs = [(run, store.frame(run.id, with_met=True)) for run in store.runs()]
        return runs, store.samples(), log, store.log_end()


def _save(file: Path) -> None:
    with Store.open(file, create=True) as store:
        save(store, "new", FEW)


def _sample(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("new", 2, "seed", {}, DRAWN)


def _extend(file: Path) -> None:
    with Store.open(file, create=False) as store:
        sample = store.sample("s")
        store.change_sample(sample.id, {"size": 3}, [*DRAWN])


def _append(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.append_entries(chain(3, store.last_entry()))


def _delete(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.delete_run(1)


WORKS: dict[str, Callable[[Path], None]] = {
    "a run": _save,
    "a sample": _sample,
    "a sample changed": _extend,
    "judgments": _append,
    "a deletion": _delete,
}


FEW_CALLS = [pytest.param("judgments", "broken", 1483, id="few")]
MANY_CALLS = [
    pytest.param(work, kind, step, id=f"{work}-{kind}-{name}", marks=marks)
    for work in WORKS
    for kind in KINDS
    for name, step, marks in (("some", 211, [pytest.mark.slow]), ("all", 1, LONGEST))
]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("before") / "casecheck.db"
    with Store.open(file, create=True) as store:
        for label in ("one", "two"):
            save(store, label, FEW)
        store.save_sample("s", 2, "seed", {}, DRAWN)
        store.append_entries(chain(2))
    return file.read_bytes()


# What is collected here may be what libraries left behind before, of which Python 3.13 tells.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <_io.BytesIO:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize(("work", "kind", "step"), [*FEW_CALLS, *MANY_CALLS])
def test_whatever_statement_fails_all_is_saved_or_nothing(  # noqa: PLR0917
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes, work: str, kind: str, step: int
) -> None:
    file = tmp_path / "casecheck.db"
    file.write_bytes(before)
    old = state(file)
    WORKS[work](file)
    new = state(file)
    assert old != new
    connect = sqlite3.connect

    def once(number: int) -> Faults:
        file.write_bytes(before)
        faults = Faults(number, KINDS[kind])
        with monkeypatch.context() as patched:
            factory = connecting(faults, CODES[kind])
            patched.setattr(sqlite3, "connect", partial(connect, factory=factory))
            told = ""
            try:
                WORKS[work](file)
            except (OSError, MemoryError, StoreError) as error:
                told = str(error) or "memory"
        gc.collect()  # what an error still holds of the connection, as the end of a process does
        now = state(file)
        assert now == new if not told else now in (old, new)
        if told and kind == "full":
            assert "free some space" in told
        return faults

    assert sweep(once, step) * step > 10


@pytest.mark.parametrize("step", [pytest.param(1, id="all", marks=pytest.mark.slow), 7])
@pytest.mark.parametrize("kind", few(["broken", "memory"], "broken"))
def test_a_store_that_is_made_is_there_or_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, step: int
) -> None:
    connect = sqlite3.connect

    def once(number: int) -> Faults:
        file = tmp_path / f"{number}.db"
        faults = Faults(number, KINDS[kind])
        with monkeypatch.context() as patched:
            factory = connecting(faults, CODES[kind])
            patched.setattr(sqlite3, "connect", partial(connect, factory=factory))
            try:
                Store.open(file, create=True).close()
            except (OSError, MemoryError, StoreError):
                assert faults.failed
        with Store.open(file, create=True) as store:
            assert save(store, "", FEW) == 1
        return faults

    assert sweep(once, step) * step > 10


@pytest.mark.slow
def test_little_memory_for_sqlite_takes_nothing_from_the_store(
    tmp_path: Path, before: bytes
) -> None:
    """SQLite's own limit, from what it needs for nothing up to what it needs for all."""
    file = tmp_path / "casecheck.db"
    file.write_bytes(before)
    apart = 4 if PROFILE == "proof" else 12
    code = LITTLE_MEMORY.format(str(ROOT), str(ROOT / "tests"), str(file), apart)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    failed, saved = map(int, done.stdout.split())
    assert failed > 5
    with Store.open(file, create=False) as store:
        assert len(store.runs()) == 2 + saved
        assert saved > 0
        for run in store.runs():
            assert len(store.frame(run.id, with_met=True)) == run.records


LITTLE_MEMORY = """
import sqlite3, sys
sys.path[:0] = [{0!r}, {1!r}]
from pathlib import Path
from qag_store import audits, sample_texts, save
from casecheck.qag.store.store import Store, StoreError
few = audits(sample_texts()[:6])
limit = sqlite3.connect(":memory:")
failed = saved = 0
for kilobytes in range(420, 100, -{3}):  # it can only be made smaller
    try:
        limit.execute(f"PRAGMA hard_heap_limit = {{kilobytes * 1024}}")
    except MemoryError:
        break
    try:
        with Store.open(Path({2!r}), create=False) as store:
            save(store, "", few)
        saved += 1
    except (MemoryError, OSError, StoreError):
        failed += 1
print(failed, saved)
"""


# --- by the commands ---


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(1, marks=LONGEST, id="all"),
        pytest.param(17, marks=pytest.mark.slow, id="some"),
        pytest.param(61, id="few"),
    ],
)
def test_whatever_fails_a_run_is_there_once_its_report_stands(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """The store and the report by one command: no run without a report, unless that is said."""
    file, report = tmp_path / "a.db", tmp_path / "report.csv"
    connect = sqlite3.connect
    runs = 0

    def once(number: int) -> Faults:
        nonlocal runs
        report.write_bytes(b"older")
        faults = Faults(number, KINDS["broken"])
        with monkeypatch.context() as patched, failing(patched, faults):
            factory = connecting(faults, sqlite3.SQLITE_IOERR_WRITE)
            patched.setattr(sqlite3, "connect", partial(connect, factory=factory))
            ended = here(
                "audit", CASES, "--format", "csv", "--store", file, "--output", report
            )  # fmt: skip
        with Store.open(file, create=True) as store:
            saved = len(store.runs()) - runs
        runs += saved
        stands = report.read_bytes() != b"older"
        if "Saved as run" in ended.told:
            assert saved == 1
            assert stands
        elif saved:  # how it came out could not be said
            assert "The store may hold its part already" in ended.told
        elif stands:
            assert ended.status == 4
            assert "was not saved" in ended.told or "may hold" in ended.told
        assert ended.status in (0, 2, 4)
        assert "Internal error" not in ended.told
        return faults

    assert sweep(once, step) * step > 30


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="LD_PRELOAD is Linux's")
@pytest.mark.parametrize(
    ("number", "step"),
    [
        pytest.param(errno.EIO, 211, marks=pytest.mark.slow, id="some"),
        pytest.param(errno.EIO, 1, marks=LONGEST, id="all, broken"),
        pytest.param(errno.ENOSPC, 1, marks=LONGEST, id="all, full"),
    ],
)
def test_whatever_call_of_the_system_fails_nothing_said_is_lost_and_nothing_is_half(
    tmp_path: Path, number: int, step: int
) -> None:
    """Below Python and SQLite, whose own calls fail: by a library that stands before C's."""
    library = tmp_path / "io_faults.so"
    source = ROOT / "tests" / "io_faults.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    folder = tmp_path / "folder"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "tests/qag_io_faults.py", folder, str(number), str(step)],
        capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "LD_PRELOAD": str(library), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("calls failed") == 7
