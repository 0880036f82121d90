"""What the register acknowledged is there, whatever happens; and whatever was changed is told."""

from __future__ import annotations

import gc
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import astuple
from datetime import date
from functools import cache, partial
from pathlib import Path

import pytest
from amounts import tries
from command_line import ROOT, RULES
from faults import KINDS, Faults, connecting, sweep
from qag_sealed import changed

from casecheck.qag.register import keeping
from casecheck.qag.register.figures import read_figures
from casecheck.qag.register.log import REGISTER, RegisterBroken, entries_of
from casecheck.qag.store.file import StoreError
from casecheck.qag.store.register_rows import RegisterEntry
from casecheck.qag.store.store import Store
from casecheck.response.files import load_responses

CODES = {
    "full": sqlite3.SQLITE_FULL,
    "broken": sqlite3.SQLITE_IOERR_WRITE,
    "memory": sqlite3.SQLITE_NOMEM,
}
LONGEST = [pytest.mark.slow, pytest.mark.longest]
ENTRIES = 100
(CHILDREN_P,) = load_responses([RULES / "children_p" / "response.yaml"])
FORMS = [one for one in CHILDREN_P.forms if one.measure == "M6c"]


def update(store: Store, number: int) -> None:
    """Add an update that says something of its own."""
    day = date(2018, 1 + number % 12, 1 + number % 28)
    said = f"Minute {number}: the subgroup looked at it"
    keeping.update(
        store, "children-p", f"A{1 + number % 32}", status="done", on=day, evidence=said, by="chair"
    )


def enter(store: Store, number: int) -> None:
    """Add figures of a quarter of their own."""
    words = (f"quarter={2000 + number}-Q1", "area=Cumbria", f"median_weeks_public={number}.5")
    keeping.enter(store, "children-p", FORMS, read_figures(FORMS, words), by="analyst")


def fill(file: Path, number: int) -> None:
    with Store.open(file, create=True) as store, store.writing():
        for one in range(number):
            (enter if one % 3 == 2 else update)(store, one)


@cache
def export() -> bytes:
    """A register of a hundred entries, with numbers of one digit, of two and of three, exported."""
    drafts = [
        RegisterEntry(
            0, "children-p", "update", f"A{1 + one % 32}", "2018-01-01", "done", "", "chair",
            f"Minute {one}", "", "", f"{one:032x}",
        )
        if one % 3
        else RegisterEntry(
            0, "children-p", "figure", "M6c", "2018-03-31", "", '{"quarter": "2018-Q1"}', "", "",
            "", "",
        )
        for one in range(ENTRIES)
    ]  # fmt: skip
    entries = REGISTER.chained(None, drafts)
    return "".join(f"{line}\n" for line in REGISTER.exported(entries)).encode()


def flips_found(log: bytes, places: Iterable[int], masks: Iterable[int]) -> None:
    for place in places:
        for mask in masks:
            torn = bytearray(log)
            torn[place] ^= mask
            assert REGISTER.verify_export(bytes(torn)).broken, (place, mask)


def test_an_export_is_whole() -> None:
    entries, broken = REGISTER.verify_export(export())
    assert (len(entries), broken) == (ENTRIES, None)


def test_a_byte_flipped_in_an_export_is_found() -> None:
    log = export()
    flips_found(log, range(0, len(log), len(log) // tries(400)), (1, 0x20))
    flips_found(log, range(200), (1, 0x80))
    flips_found(log, range(len(log) - tries(100), len(log)), (1, 0x80, 0xFF))


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.longest) for part in range(1, 8))]
)
def test_every_byte_of_a_hundred_entries_flipped_is_found(part: int) -> None:
    log = export()
    flips_found(log, range(part, len(log), 8), (1 << part,))


# --- the store's file ---


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with a register of a hundred entries, as one file."""
    file = tmp_path_factory.mktemp("hundred") / "casecheck.db"
    fill(file, ENTRIES)
    return file.read_bytes()


def answer(file: Path) -> list[RegisterEntry]:
    with Store.open(file, create=False) as store:
        return entries_of(store)


def look_at(file: Path, whole: bytes, places: Iterable[int]) -> Counter[str]:
    """Flip each byte alone: it is told, or decides nothing and the register is read as it was."""
    file.write_bytes(whole)
    right = answer(file)
    assert len(right) == ENTRIES
    seen: Counter[str] = Counter()
    for place in places:
        torn = bytearray(whole)
        torn[place] ^= 1 << place % 8
        file.write_bytes(torn)
        try:
            assert answer(file) == right, place
            seen["the same"] += 1
        except (StoreError, RegisterBroken):
            seen["told"] += 1
        for beside in ("-wal", "-shm", "-journal"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
    return seen


def in_use(file: Path, whole: bytes) -> list[int]:
    """Return the bytes of the store's file in which the texts of the register stand."""
    file.write_bytes(whole)
    places: set[int] = set()
    for row in map(astuple, answer(file)):
        for cell in row:
            text = str(cell).encode()
            at = whole.find(text) if len(text) > 8 else -1
            while at >= 0:
                places.update(range(at, at + len(text)))
                at = whole.find(text, at + 1)
    return sorted(places)


def test_a_byte_flipped_in_the_store_is_told_or_decides_nothing(
    tmp_path: Path, hundred: bytes
) -> None:
    chosen = random.Random("bytes")
    file = tmp_path / "a.db"
    texts = in_use(file, hundred)
    seen = look_at(file, hundred, chosen.sample(texts, tries(200)))
    assert seen["told"] > 9 * seen["the same"]
    look_at(file, hundred, chosen.sample(range(len(hundred)), tries(300)))


def test_a_text_that_became_bytes_is_told(tmp_path: Path, hundred: bytes) -> None:
    """One bit of a row's head makes no text of "": the chain's hash is the same of both."""
    file = tmp_path / "a.db"
    file.write_bytes(hundred)
    changed(file, "UPDATE register SET digest = x'' WHERE number = 11", triggers=False)
    with pytest.raises(RegisterBroken, match="entry 11: was changed"):
        answer(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.longest) for part in range(1, 64))]
)
def test_every_byte_flipped_in_the_store_is_told_or_decides_nothing(
    tmp_path: Path, hundred: bytes, part: int
) -> None:
    seen = look_at(tmp_path / "a.db", hundred, range(part, len(hundred), 64))
    assert seen["told"] > 100


# --- each statement fails in turn ---

WORKS: dict[str, Callable[[Store, int], None]] = {"an update": update, "figures": enter}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("before") / "casecheck.db"
    fill(file, 4)
    return file.read_bytes()


def state(file: Path) -> list[tuple[object, ...]]:
    """What the register says, but for the salt, which is another each time."""
    with Store.open(file, create=False) as store:
        store.check()
        log = entries_of(store)
    return [(one.number, one.subject, one.day, one.evidence, one.fields) for one in log]


@pytest.mark.slow
@pytest.mark.longest  # a minute and more each
@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_statement_fails_an_entry_is_there_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes, work: str, kind: str
) -> None:
    file = tmp_path / "casecheck.db"
    file.write_bytes(before)
    old = state(file)

    def go() -> None:
        with Store.open(file, create=False) as store:
            WORKS[work](store, 50)

    go()
    new = state(file)
    assert new[:-1] == old
    connect = sqlite3.connect

    def once(number: int) -> Faults:
        file.write_bytes(before)
        faults = Faults(number, KINDS[kind])
        with monkeypatch.context() as patched:
            factory = connecting(faults, CODES[kind])
            patched.setattr(sqlite3, "connect", partial(connect, factory=factory))
            told = ""
            try:
                go()
            except (OSError, MemoryError, StoreError) as error:
                told = str(error) or "memory"
        gc.collect()  # what an error still holds of the connection, as the end of a process does
        now = state(file)
        assert now == new if not told else now in (old, new)
        go()  # given again, it is there once
        assert state(file) == new
        return faults

    assert sweep(once) > 20


# --- killed ---


@pytest.mark.parametrize(
    "trials",
    [
        pytest.param(3, id="few"),
        pytest.param(20, marks=pytest.mark.slow, id="some"),
        pytest.param(200, marks=LONGEST, id="many"),
    ],
)
def test_killed_at_any_moment_nothing_said_is_lost_and_nothing_is_twice(
    tmp_path: Path, trials: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "tests/register_killing.py", tmp_path, str(trials), "seed"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.count("trial ")) == (0, trials), done.stderr
