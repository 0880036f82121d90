"""Files are written whole or not at all, for their owner alone, whatever call fails."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from amounts import few
from command_line import SAMPLES, Here
from faults import KINDS, Faults, failing, sweep
from qag_packs import with_sample
from qag_store import prepared

from casecheck.cli.options import output_to
from casecheck.text.spool import Spool, sort_key
from casecheck.text.whole_file import UnfitTarget, target_of, whole_file, write_files

CASE = SAMPLES / "c-0104.json"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _usual_rights() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


# --- who may read it ---


@pytest.mark.parametrize("umask", few([0o000, 0o022], 0o000))
def test_what_speaks_of_families_is_for_its_owner_alone(
    here: Here, tmp_path: Path, umask: int
) -> None:
    os.umask(umask)
    store, packs = tmp_path / "new.db", tmp_path / "to" / "packs"
    on, cases = ("--store", store), SAMPLES / "small-families.jsonl"
    assert here("audit", cases, *on, "--output", tmp_path / "report.csv").status == 0
    assert here("audit", cases, *on, "--output", tmp_path / "again.csv").status == 0
    assert here("compare", "1", "2", *on, "--output", tmp_path / "compared").status == 0
    drawn = ("--size", "2", "--seed", "dice", "--output", tmp_path / "sample")
    assert here("sample", *on, *drawn).status == 0
    words = ("--format", "csv", "--format", "html", "--format", "xlsx", "--output", packs)
    assert here("pack", *on, "--auditor", "anna", *words).status == 0
    assert here("judge", *on, "--export", tmp_path / "log").status == 0
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(files) == 9
    assert {mode(one) for one in files} == {0o600}
    assert {mode(packs), mode(packs.parent)} == {0o700}


def test_what_lies_beside_an_open_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    os.umask(0)
    from casecheck.qag.store.store import Store  # noqa: PLC0415

    with Store.open(tmp_path / "a.db", create=True) as store, store.writing():
        rights = {one.name: mode(one) for one in tmp_path.iterdir()}
    assert rights == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


@pytest.mark.parametrize("rights", [0o400, 0o600, 0o640, 0o644])
def test_a_file_that_is_replaced_keeps_the_rights_that_were_chosen(
    here: Here, tmp_path: Path, rights: int
) -> None:
    """Neither more nor fewer, in a store too: it is its owner who has given them."""
    file, store = tmp_path / "report", prepared(tmp_path)
    for one in (file, store):
        one.touch()
        one.chmod(rights | 0o200 if one == store else rights)
    assert here("audit", CASE, "--store", store, "--output", file).status == 0
    assert mode(file) == rights
    assert mode(store) == rights | 0o200


def test_while_it_is_written_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    os.umask(0)
    with whole_file(tmp_path / "a", private=False) as out:
        out.write(b"a")
        (part,) = tmp_path.iterdir()
        assert mode(part) == 0o600
    assert mode(tmp_path / "a") == 0o666


def test_rights_are_not_given_to_another_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group of a file that somebody else let his group read is not ours."""

    def refuse(*_: object) -> None:
        raise PermissionError

    file = tmp_path / "a"
    file.write_text("")
    if os.geteuid() == 0:
        os.chown(file, -1, 4242)
    file.chmod(0o664)
    kept = 0o604 if os.geteuid() == 0 else 0o664
    monkeypatch.setattr(os, "chown", refuse)
    with whole_file(file) as out:
        out.write(b"new")
    assert (mode(file), file.read_bytes()) == (kept, b"new")


@pytest.mark.skipif(shutil.which("setfacl") is None, reason="needs setfacl")
def test_an_access_list_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("")
    subprocess.run(["setfacl", "-m", "u:4242:r,g::-", file], check=True)
    before = subprocess.run(["getfacl", "-c", file], check=True, capture_output=True).stdout
    with whole_file(file) as out:
        out.write(b"new")
    after = subprocess.run(["getfacl", "-c", file], check=True, capture_output=True).stdout
    assert after == before


# --- where spools lie ---


def link_of(spool: Spool) -> str:
    assert spool._file is not None
    return str(Path(f"/proc/self/fd/{spool._file.fileno()}").readlink())


@pytest.mark.slow
def test_a_spool_lies_beside_the_output_without_a_name(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    kept = Spool._append

    def looked(spool: Spool, block: bytearray) -> None:
        kept(spool, block)
        seen.append(link_of(spool))

    monkeypatch.setattr(Spool, "_append", looked)
    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", 1000)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for name in ("out", "kept"):
        (tmp_path / name).mkdir()
    output, store = tmp_path / "out" / "report.json", tmp_path / "kept" / "a.db"
    plain = here("audit", "sample_cases", "--format", "json")
    seen.clear()
    words = ("--format", "json", "--output", output, "--store", store)
    assert here("audit", "sample_cases", *words).status == 0
    assert output.read_bytes() == plain.out
    assert {str(Path(one).parent) for one in seen} == {str(output.parent), str(store.parent)}
    assert all(one.endswith("(deleted)") for one in seen)
    assert [one.name for one in output.parent.iterdir()] == ["report.json"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_spool_of_standard_output_is_in_memory_or_where_nobody_else_may_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.text.spool.tempfile.tempdir", str(tmp_path))
    spool = Spool()
    spool.add("a", sort_key(1), "text")
    assert spool._file is None
    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", 1)
    spool.add("a", sort_key(0), "before")
    assert link_of(spool).startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert list(spool.sorted("a")) == ["before", "text"]
    spool.close()


# --- whole or not at all ---


def _one(folder: Path) -> None:
    with whole_file(folder / "old") as out:
        out.write(b"new")


def _text(folder: Path) -> None:
    with output_to(folder / "old") as out:
        out.write("n")
        out.write("ew")


def _several(folder: Path) -> None:
    write_files(folder / "a" / "b", {"one": b"1", "two": "2"})


def _replaced(folder: Path) -> None:
    write_files(folder, {"old": b"new"}, replace=True)


WRITERS: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "one": (_one, {"old"}),
    "text": (_text, {"old"}),
    "several": (_several, {"old", "a", "a/b", "a/b/one", "a/b/two"}),
    "replaced": (_replaced, {"old"}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("writer", WRITERS)
def test_whatever_call_fails_a_file_is_whole_or_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str, kind: str
) -> None:
    write, all_there = WRITERS[writer]

    def once(number: int) -> Faults:
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "old").write_bytes(b"old")
        faults = Faults(number, KINDS[kind])
        with failing(monkeypatch, faults):
            try:
                write(folder)
                done = True
            except (OSError, MemoryError, click.UsageError):
                done = False
        there = {str(one.relative_to(folder)) for one in folder.rglob("*")}
        assert not any(".casecheck-" in one for one in there), there
        assert (folder / "old").read_bytes() in (b"old", b"new")
        if done:  # what was said to be done is there, whole
            assert there == all_there
            assert writer == "several" or (folder / "old").read_bytes() == b"new"
        elif writer == "several":
            assert there <= {"old", "a", "a/b"}, "none of them, or all"
        return faults

    assert sweep(once) > 5


SOME = [pytest.param(1, id="all", marks=pytest.mark.slow), pytest.param(23, id="some")]


@pytest.mark.parametrize("step", SOME)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_call_fails_a_report_is_whole_or_the_older_one(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, step: int
) -> None:
    file = tmp_path / "report"
    whole = here("audit", CASE, "--format", "json").out

    def once(number: int) -> Faults:
        file.write_bytes(b"older")
        faults = Faults(number, KINDS[kind])
        with failing(monkeypatch, faults):
            ended = here("audit", CASE, "--format", "json", "--output", file)
        assert file.read_bytes() == (whole if ended.status == 0 else file.read_bytes())
        assert file.read_bytes() in (b"older", whole)
        assert [one.name for one in tmp_path.iterdir()] == ["report"]
        if ended.status:
            assert ended.status in (2, 4)
            assert "Traceback" not in ended.told
            assert "Internal error" not in ended.told
            assert "[Errno" not in ended.told
            assert any(
                word in ended.told for word in ("No space left", "output error", "enough memory")
            )
        return faults

    assert sweep(once, step, first=3) * step > 20


@pytest.mark.parametrize("step", SOME)
@pytest.mark.parametrize("kind", few(KINDS, "full"))
def test_whatever_call_fails_packs_are_all_there_or_none(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, step: int
) -> None:
    store = with_sample(tmp_path)
    words = ("--auditor", "anna", "--auditor", "ben", "--format", "csv")

    def once(number: int) -> Faults:
        to = tmp_path / f"{number}"
        faults = Faults(number, KINDS[kind])
        with failing(monkeypatch, faults):
            ended = here("pack", "--store", store, *words, "--output", to)
        there = sorted(to.iterdir()) if to.exists() else []
        assert len(there) == (2 if ended.status == 0 else 0), ended
        assert "Internal error" not in ended.told
        return faults

    assert sweep(once, min(step, 5)) > 1


def test_packs_and_their_folder_are_written_out_to_the_disk(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, to = with_sample(tmp_path), tmp_path / "to" / "packs"
    synced: list[str] = []
    sync = os.fsync

    def seen(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", seen)
    words = ("--auditor", "anna", "--auditor", "ben", "--output", to)
    assert here("pack", "--store", store, *words).status == 0
    names = [Path(one).name for one in synced]
    assert {one.name for one in to.iterdir()} <= set(names)
    assert str(to) == synced[-1], "the names, once all are there"
    assert {str(tmp_path), str(to.parent)} <= set(synced), "the folders that were made"


@pytest.mark.parametrize("number", few([28, 5], 28))
def test_a_temporary_folder_that_is_full_is_told_plainly(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", 1000)

    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("casecheck.text.spool._unbuffered", full)
    for words, cure in (((), "TMPDIR"), (("--output", tmp_path / "a"), "to another folder")):
        ended = here("audit", "sample_cases", "--format", "json", *words)
        assert ended.status == 4
        assert "None" not in ended.told
        assert os.strerror(number) in ended.told
        assert "free some space" in ended.told
        assert cure in ended.told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x" * 300, "no/such/folder", "folder", "pipe", "a\0b"])
def test_what_can_be_no_file_is_wrong_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnfitTarget, match=r"not a file in an existing|there is no such folder"):
        target_of(tmp_path / name)
