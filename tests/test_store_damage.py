"""A store that is damaged, changed by hand, or made to do harm is refused, never believed."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from command_line import Here, casecheck
from qag_judged import LESSONS, as_the_engine, drawn, judge
from qag_sealed import changed, resealed
from qag_store import LABELS, audits, prepared, sample_texts, save

from casecheck.qag.judgments.log import first_broken
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import view_named
from casecheck.qag.store.comparing import compare
from casecheck.qag.store.schema import MIGRATIONS
from casecheck.qag.store.store import LATEST, NotAsSaved, Store, StoreError
from casecheck.results import Outcome

CASES = "sample_cases/small-families.jsonl"
RUNS = ("one", "two")
EVERY = tuple(Outcome)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store of two runs, a sample and its judgments, as one file."""
    file = tmp_path_factory.mktemp("small") / "casecheck.db"
    few = audits(sample_texts()[-6:])
    with Store.open(file, create=True) as store:
        for label in RUNS:
            save(store, label, few if label == "one" else few[1:])
        judge(store, drawn(store, "two", "s", Plan("simple", 2, LESSONS, EVERY)), as_the_engine)
    return file.read_bytes()


@pytest.fixture
def file(tmp_path: Path, small: bytes) -> Path:
    file = tmp_path / "casecheck.db"
    file.write_bytes(small)
    return file


# --- bits that flip ---


def answers(file: Path) -> tuple[Any, ...]:
    """All that a store answers, as the commands ask it."""
    with Store.open(file, create=False) as store:
        runs = store.run("one"), store.run(LATEST)
        frames = [store.frame(run.id, with_met=True) for run in runs]
        log, end = store.entries(), store.log_end()
        broken = first_broken(log, end)
        if broken:
            raise StoreError(str(broken))
        view = view_named(store, "s")
        if not view.same:
            raise StoreError("not the same")
        listed = store.runs(), store.samples(), store.sample("latest"), log
        return compare(*runs, frames[0], frames[1]), frames, view, listed


def flipped(content: bytes, bit: int) -> bytes:
    changed_ = bytearray(content)
    changed_[bit // 8] ^= 1 << bit % 8
    return bytes(changed_)


def look_at(file: Path, small: bytes, bits: list[int]) -> Counter[str]:
    """Flip each bit alone; count what came of it. No other answer is given, and nothing crashes."""
    file.write_bytes(small)
    right = answers(file)
    seen: Counter[str] = Counter()
    for bit in bits:
        file.write_bytes(flipped(small, bit))
        try:
            assert answers(file) == right, f"bit {bit}"
            seen["the same"] += 1
        except StoreError:
            seen["told"] += 1
        for beside in ("-wal", "-shm", "-journal"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
    return seen


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(12_000, marks=[pytest.mark.slow, pytest.mark.longest], id="many"),
        pytest.param(250, marks=pytest.mark.slow, id="some"),
        pytest.param(12, id="few"),
    ],
)
def test_a_bit_that_flips_changes_no_answer_or_is_told(
    tmp_path: Path, small: bytes, number: int
) -> None:
    chosen = random.Random(f"bits {number}")
    bits = [chosen.randrange(len(small) * 8) for _ in range(number)]
    # The header, the schema, and what is at the head of each page, where one bit decides much.
    heads = [page * 4096 * 8 + chosen.randrange(64 * 8) for page in range(len(small) // 4096)]
    seen = look_at(tmp_path / "a.db", small, [*bits, *heads, *range(0, 800, 800 // 50)])
    assert seen["told"] > number // 20
    assert seen["the same"] > number // 20


@pytest.mark.slow
@pytest.mark.longest
def test_a_bit_of_a_header_that_flips_changes_no_answer_or_is_told(
    tmp_path: Path, small: bytes
) -> None:
    bits = [page * 4096 * 8 + bit for page in range(len(small) // 4096) for bit in range(128)]
    look_at(tmp_path / "a.db", small, [*range(800), *bits])


@pytest.mark.slow
def test_by_the_commands_a_bit_that_flips_is_told_with_2(here: Here, tmp_path: Path) -> None:
    store = prepared(tmp_path)
    content = store.read_bytes()
    words = ("compare", "1", "2", "--store", store, "--format", "json")
    right = here(*words).out
    chosen = random.Random("commands")
    for _ in range(12):
        store.write_bytes(flipped(content, chosen.randrange(4096 * 8, len(content) * 8)))
        ended = here(*words)
        assert (ended.status, ended.out) in ((0, right), (2, b""))
        assert ended.status == 0 or "put back a copy" in ended.told.lower()


# --- what is changed by hand ---

BY_HAND = {
    "an outcome": "UPDATE result SET outcome = 'compliant' WHERE run = 2 AND outcome = 'breach'",
    "an outcome of a check": "UPDATE result SET checks = replace(checks, 'breach', 'compliant')",
    "a finding's outcome": "UPDATE finding SET outcome = 'insufficient_evidence' WHERE run = 2",
    "a finding is gone": "DELETE FROM finding WHERE rowid IN (SELECT 1) OR run = 2 AND number = 0",
    "a waiver": "UPDATE finding SET accepted = 1 WHERE run = 2",
    "an instance that is met": "UPDATE met SET certain = 1 - certain WHERE run = 2",
    "a case's day": "UPDATE frame_case SET extracted_on = '2020-01-01' WHERE run = 2",
    "a case of another run": "UPDATE frame_case SET case_id = 'C-9999' WHERE run = 2",
    "a label": "UPDATE run SET label = 'other' WHERE id = 2",
    "the rules' digest": "UPDATE run SET digest = 'sha256:0' WHERE id = 2",
    "a parameter": "UPDATE run SET parameters = '{}' WHERE id = 2",
    "no sense": "UPDATE run SET parameters = '{' WHERE id = 2",
    "an outcome there is not": "UPDATE result SET outcome = 'fine' WHERE run = 2",
    "a number for a text": "UPDATE frame_case SET results = 7 WHERE run = 2",
    "a seal": "UPDATE seal SET digest = 'sha256:0' WHERE part = 'case' AND id = 2",
    "no seal": "DELETE FROM seal WHERE part = 'finding' AND id = 2",
    "a run out of its place": "UPDATE run SET id = 9 WHERE id = 2",
}


@pytest.mark.parametrize("how", few(BY_HAND, *[*BY_HAND][::3]))
def test_a_run_that_was_changed_by_hand_is_not_compared(
    here: Here, tmp_path: Path, how: str
) -> None:
    store = prepared(tmp_path)
    statement = BY_HAND[how]
    if how == "a finding is gone":
        statement = "DELETE FROM finding WHERE run = 2 AND number = 0"
    changed(store, statement)
    for words in (("compare", "1", "latest"), ("sample", "--size", "3", "--seed", "a")):
        if (how, words[0]) == ("an instance that is met", "sample"):
            continue  # which no sample is drawn by
        ended = here(*words, "--store", store)
        assert (ended.status, ended.out) == (2, b""), how
        assert "not as it was saved" in ended.told
        assert "Put back a copy" in ended.told


def test_a_run_that_was_changed_is_deleted_and_audited_again(here: Here, tmp_path: Path) -> None:
    store = prepared(tmp_path)
    changed(store, "UPDATE run SET parameters = '{' WHERE id = 2")
    ended = here("runs", "list", "--store", store)
    assert ended.status == 2
    assert "`casecheck runs delete 2`" in ended.told
    assert here("runs", "delete", "2", "--store", store).status == 0
    assert here("runs", "list", "--store", store).status == 0


SAMPLE_BY_HAND = {
    "a reason": "UPDATE drawn SET why = 'chosen' WHERE rank = 1",
    "a case made unusable": "UPDATE drawn SET unusable = 'lost' WHERE rank = 1",
    "a seed": "UPDATE sample SET seed = 'another'",
    "a design": "UPDATE sample SET design = replace(design, '\"size\": 2', '\"size\": 3')",
    "no design": "UPDATE sample SET design = '[]'",
    "a name": "UPDATE sample SET name = 's2'",
}


@pytest.mark.parametrize("how", SAMPLE_BY_HAND)
def test_a_sample_that_was_changed_by_hand_is_told(here: Here, file: Path, how: str) -> None:
    changed(file, SAMPLE_BY_HAND[how])
    ended = here("sample", "show", "latest", "--store", file)
    assert ended.status in (1, 2)
    assert "not as it was saved" in ended.told
    for words in (("sample", "list"), ("estimate", "latest"), ("pack", "--auditor", "a")):
        to = ("--output", file.parent / "to") if words[0] == "pack" else ()
        ended = here(*words, "--store", file, *to)
        assert (ended.status, ended.out) == (2, b"")
        assert "not as it was saved" in ended.told


@pytest.mark.parametrize("number", [1, 14])
def test_a_log_whose_end_is_gone_is_told(here: Here, file: Path, number: int) -> None:
    changed(file, f"DELETE FROM entry WHERE number >= {number}", triggers=False)  # noqa: S608
    ended = here("judge", "--verify", "--store", file)
    assert (ended.status, ended.told) == (1, "")
    assert f"NOT WHOLE, entry {number}: is gone: 30 were saved" in ended.text
    ended = here("estimate", "s", "--store", file)
    assert (ended.status, ended.out) == (2, b"")
    assert f"entry {number}: is gone" in ended.told


# --- stores of before there were seals ---


def as_before(file: Path) -> None:
    """Make a store one of the version before seals."""
    columns = {"run": ["meanings"], "entry": ["salt", "digest"]}
    drop = [f"ALTER TABLE {table} DROP COLUMN {one}" for table in columns for one in columns[table]]
    without = ("DROP TABLE seal", "DROP TABLE register", "DROP TABLE measured", *drop)
    changed(file, *without, "PRAGMA user_version = 1")


def test_an_older_store_is_read_and_said_not_to_be_sealed(here: Here, file: Path) -> None:
    words = ("compare", "one", "two", "--store", file)
    right = here(*words).out
    as_before(file)
    ended = here(*words)
    assert (ended.status, ended.out) == (0, right)
    assert "Not sealed: run 1. An older casecheck saved it, without a digest" in ended.told
    assert "Not sealed: run 2." in ended.told
    ended = here("estimate", "s", "--store", file)
    assert ended.status == 0
    assert "Not sealed: the sample 's'." in ended.told
    assert "Not sealed: the end of the judgment log." in ended.told
    listed = json.loads(here("runs", "list", "--store", file, "--format", "json").out)
    assert [run["sealed"] for run in listed] == [False, False]


def test_what_is_added_to_an_older_store_is_sealed(here: Here, file: Path) -> None:
    as_before(file)
    assert here("audit", CASES, "--store", file, "--label", "three").status == 0
    with Store.open(file, create=False) as store:
        assert [run.sealed for run in store.runs()] == [False, False, True]
        view = drawn(store, "three", "t", Plan("simple", 2, LESSONS, EVERY))
        judge(store, view, as_the_engine)
        assert store.log_end() is not None
    changed(file, "UPDATE result SET outcome = 'compliant' WHERE run = 3")
    ended = here("compare", "1", "3", "--store", file)
    assert ended.status == 2
    assert "what is saved of run 3" in ended.told


def test_an_empty_older_store_has_nothing_unsealed(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    Store.open(file, create=True).close()
    as_before(file)
    with Store.open(file, create=False) as store:
        assert (store.runs(), store.samples(), store.entries()) == ([], [], [])
        assert store.log_end() == (0, "0" * 64)
        assert not store.not_sealed


# --- stores that are made to do harm ---

ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT"
HOSTILE = {
    "an endless view": (
        "DROP TABLE run",
        f"CREATE VIEW run AS {ENDLESS} n AS id, '' AS label, '' AS digest, '[]' AS settings,"
        " '[]' AS lessons, '{}' AS parameters, '' AS as_of, 0 AS records, 0 AS unreadable,"
        " 0 AS not_evaluated FROM t",
    ),
    "another endless view": ("DROP TABLE met", f"CREATE VIEW met AS {ENDLESS} n FROM t"),
    "a view beside": (f"CREATE VIEW more AS {ENDLESS} n FROM t",),
    "a trigger": (
        f"CREATE TRIGGER t AFTER INSERT ON run BEGIN {ENDLESS} n FROM t; END".replace(
            "WITH", "WITH"
        ),
    ),
    "another trigger of ours": (
        "DROP TRIGGER entry_stays",
        "CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT 1; END",
    ),
    "a virtual table": ("CREATE VIRTUAL TABLE v USING fts5(a)",),
    "a table of another form": ("DROP TABLE met", "CREATE TABLE met (run, position)"),
    "a column that is worked out": (
        "ALTER TABLE run ADD COLUMN x TEXT AS (hex(zeroblob(100000000)))",
    ),
    "an index over an expression": ("CREATE INDEX i ON run (hex(zeroblob(100000000)))",),
    "a table that is gone": ("DROP TABLE finding",),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_store_that_is_made_to_do_harm_is_refused_at_once(tmp_path: Path, how: str) -> None:
    file = tmp_path / "a.db"
    Store.open(file, create=True).close()
    for statement in HOSTILE[how]:
        with closing(sqlite3.connect(file)) as raw, raw:
            try:
                raw.execute(statement)
            except sqlite3.OperationalError as error:
                pytest.skip(str(error))
    with pytest.raises(StoreError, match="put back a copy of it"):
        Store.open(file, create=False)
    with pytest.raises(StoreError, match="put back a copy of it"):
        Store.open(file, create=True)


@pytest.mark.slow
def test_by_the_command_a_recursive_view_does_not_hang(tmp_path: Path) -> None:
    file = tmp_path / "a\u202eb.db"
    Store.open(file, create=True).close()
    changed(file, *HOSTILE["an endless view"])
    ended = casecheck("runs", "list", "--store", file)
    assert ended.status == 2
    assert "holds a view 'run' that casecheck did not make so" in ended.told
    assert "a\\u202eb.db" in ended.told


def test_what_analyze_leaves_is_no_reason_to_refuse(file: Path) -> None:
    changed(file, "ANALYZE")
    with Store.open(file, create=False) as store:
        assert len(store.runs()) == 2


def test_a_version_that_there_is_not_is_refused(file: Path) -> None:
    for version in (-1, 0, len(MIGRATIONS) + 5):
        changed(file, f"PRAGMA user_version = {version}")
        with pytest.raises(StoreError, match=r"put back a copy|newer casecheck"):
            Store.open(file, create=False)


def test_a_forger_who_seals_anew_is_not_found_out(here: Here, tmp_path: Path) -> None:
    """Why docs/store.md says to keep the file where only those may write who should."""
    store = prepared(tmp_path)
    resealed(store, "UPDATE result SET outcome = 'compliant' WHERE run = 2")
    assert here("compare", *LABELS, "--store", store).status == 0
    changed(store, "UPDATE run SET records = 7 WHERE id = 1")
    with Store.open(store, create=False) as opened, pytest.raises(NotAsSaved):
        opened.run(1)


def test_labels_of_the_same_run_twice_are_told(file: Path) -> None:
    """As an older casecheck left them, which saved two at once with one label."""
    resealed(file, "UPDATE run SET label = 'one'")
    with (
        Store.open(file, create=False) as store,
        pytest.raises(StoreError, match="runs 1 and 2 have the label 'one': give the number"),
    ):
        store.run("one")
