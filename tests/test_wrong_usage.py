"""What is no file of the right kind, or no name, is wrong usage: told at once, with status 2."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from amounts import few
from command_line import ROOT, Ended, Here, casecheck, command_line, environment
from qag_packs import filled_csv, with_sample
from qag_store import LABELS, prepared

from casecheck.audit.unforeseen import named
from casecheck.cli import run
from casecheck.qag.packs.returned import Problem, together
from casecheck.qag.store.store import Store
from casecheck.text.regular_file import NoFile, open_file

CASE = "sample_cases/c-0104.json"
CASES = "sample_cases/small-families.jsonl"
NOT_UTF_8 = "\udcff\udcfe"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return prepared(tmp_path / "kept")


def refused(ended: Ended) -> str:
    assert (ended.status, ended.out) == (2, b""), ended
    assert "Traceback" not in ended.told
    assert ended.told.replace("\n", "").isprintable()
    return " ".join(ended.told.split())


# --- what is no name ---

BY_NAME: list[tuple[str, ...]] = [
    ("compare", "{}", "1"),
    ("compare", "1", "{}"),
    ("compare", "1", "2", "--lesson", "{}"),
    ("runs", "delete", "{}"),
    ("sample", "show", "{}"),
    ("sample", "extend", "{}", "--size", "3"),
    ("sample", "replace", "{}", "C-0101", "--reason", "lost"),
    ("sample", "replace", "latest", "{}", "--reason", "lost"),
    ("sample", "replace", "latest", "C-0101", "--reason", "{}"),
    ("sample", "--size", "2", "--seed", "{}"),
    ("sample", "--size", "2", "--seed", "a", "--name", "{}"),
    ("sample", "--size", "2", "--seed", "a", "--run", "{}"),
    ("estimate", "{}"),
    ("estimate", "latest", "--since", "{}"),
    ("pack", "--auditor", "{}", "--output", "packs"),
    ("pack", "--auditor", "a", "--sample", "{}", "--output", "packs"),
    ("audit", CASE, "--label", "{}"),
]


@pytest.mark.parametrize("name", [NOT_UTF_8, "x" * 5000, "a\u202eb\x1b[31m"], ids=ascii)
@pytest.mark.parametrize("words", BY_NAME, ids=" ".join)
def test_a_name_that_nothing_has_is_wrong_usage(
    here: Here, store: Path, words: tuple[str, ...], name: str
) -> None:
    told = refused(here(*[one.format(name) for one in words], "--store", store))
    if name == NOT_UTF_8 and words[0] != "pack":
        assert "\\xff\\xfe' is not UTF-8" in told


BY_PATH: list[tuple[str, ...]] = [
    ("audit", CASE, "--output", "{}"),
    ("schema", "--output", "{}"),
    ("compare", "1", "2", "--store", "{store}", "--output", "{}"),
    ("sample", "--size", "2", "--seed", "a", "--store", "{store}", "--output", "{}"),
    ("sample", "list", "--store", "{store}", "--output", "{}"),
    ("size", "--population", "10", "--tolerable", "5%", "--output", "{}"),
    ("judge", "--store", "{store}", "--export", "{}"),
    ("judge", "--store", "{store}", "{}"),
    ("judge", "--verify", "{}"),
    ("judge", "--verify", "--store", "{}"),
    ("judge", "--store", "{}", "README.md"),
    ("runs", "list", "--store", "{}"),
    ("compare", "1", "2", "--store", "{}"),
    ("estimate", "s", "--store", "{}"),
    ("audit", CASE, "--store", "{}"),
]


NO_FILES = ["pipe", "socket", "device", "folder", "long", "longer"]
READS_FOLDERS = ("judge", "--store", "{store}", "{}")
"""Where a folder stands for the packs in it."""


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        pytest.param(words, kind, id=f"{' '.join(words)} {kind}")
        for words in BY_PATH
        for kind in NO_FILES
        if (words, kind) != (READS_FOLDERS, "folder")
    ],
)
def test_what_is_no_file_is_wrong_usage(
    here: Here, tmp_path: Path, store: Path, words: tuple[str, ...], kind: str
) -> None:
    """Nothing waits for a pipe, or reads a device to its end."""
    path = tmp_path / "it"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        path = tmp_path / ("x" * 300) if kind == "long" else Path("a/" * 3000 + "x")
    before = sorted(tmp_path.rglob("*"))
    refused(here(*[one.format(path, store=store) for one in words]))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_pack_that_is_a_pipe_is_not_waited_for(store: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.xlsx")
    ended = casecheck("judge", tmp_path / "p.xlsx", "--store", store)
    assert "p.xlsx is a pipe: save what comes out of it in a file" in refused(ended)


def test_a_file_that_becomes_a_pipe_meanwhile_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, pipe = tmp_path / "file", tmp_path / "pipe"
    file.touch()
    os.mkfifo(pipe)
    status = file.stat()
    monkeypatch.setattr(Path, "stat", lambda _: status)
    with pytest.raises(NoFile, match="is a pipe"):
        open_file(pipe)


def test_what_lies_beside_a_store_must_be_files_too(here: Here, store: Path) -> None:
    for suffix in ("-wal", "-journal", "-shm"):
        beside = Path(f"{store}{suffix}")
        os.mkfifo(beside)
        assert f"{beside} is a pipe, a device or such" in refused(
            here("runs", "list", "--store", store)
        )
        beside.unlink()


def test_an_exported_log_is_read_no_further_than_to_its_first_fault(
    here: Here, tmp_path: Path
) -> None:
    """A line without an end, of a file that holds hardly anything and says it is vast."""
    for begins in (b"", b'{"log":"casecheck judgments 1"}\n'):
        vast = tmp_path / "vast"
        vast.write_bytes(begins)
        os.truncate(vast, 1 << 40)
        assert here("judge", "--verify", vast).status == 1


# --- what is printed ---


@pytest.mark.slow
def test_no_sign_in_a_path_moves_or_hides_anything(tmp_path: Path, here: Here) -> None:
    """A store, a report and a folder whose names hold what turns text round, or colours it."""
    odd = tmp_path / "a\u202eb\u2066c\x1b[31m\u200bd"
    odd.mkdir()
    store = prepared(odd)
    on = ("--store", store)
    packs = ("--output", odd / "packs")
    commands: list[tuple[str | Path, ...]] = [
        ("audit", CASE, *on, "--label", "third"),
        ("audit", CASE, "--output", odd / "none" / "x"),
        ("audit", odd / "none.json"),
        ("runs", "list", *on),
        ("compare", "1", "2", *on),
        ("compare", "9", "2", *on),
        ("sample", "--size", "3", "--seed", "a", *on),
        ("sample", "list", *on),
        ("sample", "show", "latest", *on),
        ("sample", "show", "none", *on),
        ("pack", "--auditor", "anna", "--format", "csv", *on, *packs),
        ("pack", "--auditor", "anna", "--format", "csv", *on, *packs),
        ("judge", *on, odd / "packs" / "sample-1-anna.csv"),
        ("judge", *on, odd / "packs"),
        ("judge", "--verify", *on),
        ("judge", "--verify", odd / "none"),
        ("judge", *on, "--export", odd / "log"),
        ("judge", *on, "--export", odd),
        ("estimate", "latest", *on),
        ("runs", "delete", "2", *on),
        ("runs", "delete", "1", *on),
        ("runs", "list", "--store", odd / "none"),
        ("runs", "list", "--store", odd),
        ("rules", "docs", "--output", odd / "docs"),
        ("rules", "docs", "--output", odd / "docs", "--check"),
        ("rules", "docs", "--output", odd / "docs" / "README.md" / "x"),
        ("rules", "new", "r", "A1", "t", "--rules", odd / "rules"),
        ("rules", "list", "--rules", odd / "none"),
    ]
    for words in commands:
        ended = here(*words)
        assert ended.status != 4, ended.told
        for text in (ended.text, ended.told):
            assert text.replace("\n", "").replace("\r", "").isprintable(), (words[:2], ascii(text))


# --- one cause is told once ---


def test_a_pack_that_says_otherwise_throughout_is_told_in_few_lines(
    here: Here, tmp_path: Path
) -> None:
    store = with_sample(tmp_path)
    words = ("--auditor", "anna", "--format", "csv", "--output", tmp_path / "packs")
    assert here("pack", "--store", store, *words, "--ask", "all").status == 0
    (pack,) = (tmp_path / "packs").iterdir()
    yes = filled_csv(pack, tmp_path / "yes.csv", lambda _: ("Compliant", "", ""))
    no = filled_csv(pack, tmp_path / "no.csv", lambda _: ("Not compliant", "", ""))
    odd = filled_csv(pack, tmp_path / "odd.csv", lambda _: ("Perhaps", "", ""))
    rows = len(yes.read_text("utf-8-sig").splitlines()) - 1
    assert here("judge", yes, "--store", store).status == 0
    for file in (no, odd):
        ended = here("judge", file, "--store", store)
        assert ended.status == 3
        assert len(ended.told.splitlines()) < 6
    assert f"rows 2 to {rows + 1}" in ended.told  # cells that are wrong alike are one problem
    ended = here("judge", no, "--store", store)
    assert f"(the same in {rows - 1} more places, the last row {rows + 1}" in ended.told
    listed = json.loads(here("judge", no, "--store", store, "--format", "json").out)
    assert len(listed["problems"]) >= rows


def test_few_places_and_other_causes_are_told_one_by_one() -> None:
    few = [Problem("a.csv", f"row {one}", f"'{one}' is no choice") for one in range(5)]
    other = [Problem("b.csv", f"row {one}", f"'{one}' is no choice") for one in range(3)]
    missing = [Problem("a.csv", f"row {one}", f"no judgment of C-{one}") for one in range(9)]
    assert together([*few, *other, *missing]) == [*few, *other, *missing]
    assert together([]) == []
    told = together([*few, Problem("a.csv", "row 9", "'9' is no choice"), *other])
    assert [str(one) for one in told[:2]] == [
        "a.csv: row 0: '0' is no choice (the same in 5 more places, the last row 9)",
        "b.csv: row 0: '0' is no choice",
    ]


# --- audits at once ---


@pytest.mark.slow
def test_audits_at_once_with_one_label_have_one_each(tmp_path: Path, one_lesson: Path) -> None:
    file = tmp_path / "new.db"
    on = ("--rules", one_lesson, "--store", file)
    words = ("audit", CASES, *on, "--label", "spring", "--output")
    started = [
        subprocess.Popen(
            command_line(*words, tmp_path / str(one)), cwd=ROOT, env=environment(),
            stderr=subprocess.PIPE,
        )
        for one in range(4)
    ]  # fmt: skip
    told = [one.communicate(timeout=120)[1].decode() for one in started]
    with Store.open(file, create=False) as store:
        labels = [one.label for one in store.runs()]
    assert sorted(set(labels)) == sorted(labels)
    assert set(labels) <= {"spring", "spring-2", "spring-3", "spring-4"}
    for one, said in zip(started, told, strict=True):
        assert one.returncode in (0, 2), said
        if one.returncode == 2:  # it began when another was through already
            assert "has the label 'spring': choose another" in said
    assert sum("Saved as run" in one for one in told) == len(labels) > 0
    renamed = [one for one in told if "meanwhile" in one]
    assert len(renamed) == sum(one != "spring" for one in labels)


# --- what is saved with its report ---


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The report's last call fails: that which gives it its name."""

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", fail)
    return iter(())


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    "report_format", few(["text", "json", "jsonl", "csv", "sarif"], "text", "jsonl")
)
def test_no_run_is_saved_whose_report_fails_at_its_end(
    here: Here, store: Path, tmp_path: Path, report_format: str
) -> None:
    words = ("--format", report_format, "--store", store, "--output", tmp_path / "report")
    ended = here("audit", CASE, *words)
    assert ended.status == 4
    assert "Saved" not in ended.told
    assert "Input/output error" in ended.told
    with Store.open(store, create=False) as opened:
        assert [one.label for one in opened.runs()] == list(LABELS)


@pytest.mark.parametrize(
    "words",
    [
        ("sample", "--size", "3", "--seed", "b"),
        ("sample", "extend", "s", "--size", "5"),
        ("sample", "replace", "s", "{}", "--reason", "lost"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_no_sample_is_changed_whose_report_fails_at_its_end(
    here: Here, store: Path, tmp_path: Path, words: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    drawn = ("--size", "3", "--seed", "a", "--name", "s", "--format", "json", "--store", store)
    case = json.loads(here("sample", *drawn).out)["drawn"][0]["case_id"]
    with Store.open(store, create=False) as opened:
        before = opened.samples()
    request.getfixturevalue("broken")
    named_ = [one.format(case) for one in words]
    ended = here(*named_, "--store", store, "--output", tmp_path / "report")
    assert (ended.status, "Saved" in ended.told) == (4, False)
    with Store.open(store, create=False) as opened:
        assert opened.samples() == before


@pytest.mark.slow
def test_a_sample_that_could_not_be_shown_is_said_to_be_saved(store: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        words = ("sample", "--size", "3", "--seed", "a", "--store", store)
        done = subprocess.run(
            command_line(*words), stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False,
            env=environment(),
        )  # fmt: skip
    assert done.returncode == 4
    assert b"It is saved all the same, as sample-1 in " in done.stderr
    with Store.open(store, create=False) as opened:
        assert [one.name for one in opened.samples()] == ["sample-1"]


def test_a_run_that_fails_after_its_report_is_said_not_to_be_saved(
    here: Here, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        """A transaction that cannot be committed."""

        def __init__(self, *_: object) -> None: ...

        def __enter__(self) -> None: ...

        def __exit__(self, kind: object, *_: object) -> None:
            if kind is None:
                raise OSError(errno.EIO, f"the store {store} cannot be written: disk I/O error")

    monkeypatch.setattr("casecheck.qag.store.run_writer.RunWriter.writing", Failing)
    monkeypatch.setattr("casecheck.qag.store.run_writer.RunWriter.finish", lambda _: 3)
    ended = here("audit", CASE, "--store", store, "--output", tmp_path / "report")
    assert ended.status == 4
    assert f"The report in {tmp_path / 'report'} is whole, but the run was not saved" in ended.told
    assert (tmp_path / "report").exists()


# --- what is said where the system would not ---


def test_too_little_memory_is_told_plainly(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("casecheck.cli.audit.find_blocks", no)
    ended = here("audit", CASE)
    assert (ended.status, ended.out) == (4, b"")
    assert ended.told.startswith("There was not enough memory")


@pytest.mark.parametrize(
    "error",
    [OSError(), OSError("full"), OSError(28, "full"), OSError(28, None), OSError(28, "f", "a\x1b")],
    ids=repr,
)
def test_no_error_of_the_system_is_told_as_none(
    here: Here, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("casecheck.cli.audit.find_blocks", fail)
    ended = here("audit", CASE)
    assert ended.status == 4
    assert "None" not in ended.told + named(error)
    assert ended.told.strip().isprintable()


def test_a_command_that_is_called_by_itself_takes_text_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["runs", "delete", NOT_UTF_8]) == 2
    assert "is not UTF-8" in capsys.readouterr().err
    assert isinstance(click.STRING, click.ParamType)
