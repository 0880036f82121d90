"""Record texts are found in any input, in one order, and whatever cannot be read is named."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import pickle
import random
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from command_line import ROOT, command_line, environment
from hypothesis import given
from hypothesis import strategies as st

from casecheck.intake import texts as reading
from casecheck.intake.files import NoSuchInput, find_texts
from casecheck.intake.records import parse
from casecheck.intake.texts import MAX_OPENED, MAX_RECORD_BYTES, RecordText
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord

NOTHING = io.BytesIO()


def record(case_id: str = "C-0001") -> bytes:
    fields = {
        "schema": "casecheck/1",
        "case_id": case_id,
        "extracted_on": "2026-06-30",
        "opened_on": "2024-01-10",
    }
    return json.dumps(fields).encode()


def found(*paths: str | Path, stdin: BinaryIO = NOTHING) -> list[RecordText | Unreadable]:
    return list(find_texts([str(path) for path in paths], stdin))


def read(*paths: str | Path, stdin: BinaryIO = NOTHING) -> list[tuple[str, int | None, str]]:
    """Return the name, the line and either the case id or the message, with folders cut off."""
    results = []
    for item in found(*paths, stdin=stdin):
        outcome = item if isinstance(item, Unreadable) else parse(item)
        if isinstance(outcome, Unreadable):
            name, line, said = outcome.file, outcome.line, outcome.errors[0].message
        else:
            assert isinstance(item, RecordText)
            name, line, said = item.file, item.line, outcome.case_id
        results.append((Path(name).name, line, said))
    return results


# What a file holds


def test_a_json_file_holds_one_record(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(json.dumps(json.loads(record()), indent=2).encode() + b"\n")
    (text,) = found(file)
    assert isinstance(text, RecordText)
    assert (text.file, text.line) == (str(file), None)
    assert isinstance(parse(pickle.loads(pickle.dumps(text))), CaseRecord)  # noqa: S301


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson", ".JSONL"])
def test_a_file_of_lines_holds_a_record_a_line(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    lines = [record("C-1"), b"", b" \t", record("C-2") + b"\r", b"{", b"1", record("C-3")]
    file.write_bytes(b"\n".join(lines))
    cut = "not JSON: the text ends before the record does; is the file cut short? (column 1)"
    assert read(file) == [
        (file.name, 1, "C-1"),
        (file.name, 4, "C-2"),
        (file.name, 5, cut),
        (file.name, 6, "not a JSON object; a case record is one"),
        (file.name, 7, "C-3"),
    ]


@pytest.mark.parametrize("name", ["a.json.gz", "a.jsonl.gz", "a.ndjson.gz", "A.JSON.GZ"])
def test_each_may_be_gzipped(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(record()))
    line = None if name.lower() == "a.json.gz" else 1
    assert read(file) == [(name, line, "C-0001")]


def test_a_gzip_of_several_members_is_one_file(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    first, second = record("C-1") + b"\n", record("C-2") + b"\n"
    file.write_bytes(gzip.compress(first[:20]) + gzip.compress(first[20:] + second))
    assert read(file) == [(file.name, 1, "C-1"), (file.name, 2, "C-2")]


def test_only_a_newline_ends_a_line(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    odd = '{"schema": "x\u2028\u2029\x85\x0b\x0c\x1c"}'.encode()
    file.write_bytes(odd + b"\n" + record())
    assert [item[1] for item in read(file)] == [1, 2]


def test_the_line_of_an_unreadable_json_file_is_where_it_stops_being_json_or_the_first(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(record() + b"\n" + record("C-2"))
    ((_, line, said),) = read(file)
    assert line == 2
    assert "follows the end of the record" in said
    file.write_bytes(b'\n\n{"schema": "casecheck/1"}')
    ((_, line, said),) = read(file)
    assert line == 1
    assert said.startswith("missing; give")


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.json.gz", "a.jsonl.gz"])
def test_a_file_without_a_record_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    line = None if "jsonl" in name else 1
    assert read(file) == [(name, line, "holds no record; did the export fail?")]


def test_standard_input_without_a_record_is_named() -> None:
    assert read("-") == [("-", None, "holds no record; did the export fail?")]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_byte_order_mark_may_begin_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"\xef\xbb\xbf" + record())
    assert read(file)[0][2] == "C-0001"


def test_a_byte_order_mark_inside_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(record("C-1") + b"\n\xef\xbb\xbf" + record("C-2"))
    assert read(file)[1] == (
        file.name,
        2,
        "a byte order mark inside the file; remove it (column 1)",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_another_unicode_encoding_is_named_once(tmp_path: Path, name: str, encoding: str) -> None:
    file = tmp_path / name
    file.write_bytes(("\ufeff" * encoding.endswith("be") + "{\n}\n{}\n").encode(encoding))
    assert read(file) == [(name, 1, "UTF-16 or UTF-32 text; export it as UTF-8")]


# What is too long, cut or damaged


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> int:
    limit = 200
    monkeypatch.setattr(reading, "MAX_RECORD_BYTES", limit)
    monkeypatch.setattr(reading, "_CHUNK", 64)
    return limit


def padded(case_id: str, length: int) -> bytes:
    return record(case_id)[:-1].ljust(length - 1) + b"}"


def test_a_line_may_be_as_long_as_the_limit(tmp_path: Path, short_limit: int) -> None:
    file = tmp_path / "a.jsonl"
    lengths = [short_limit, short_limit + 1, short_limit, short_limit + 2, 6 * short_limit, 150]
    lines = [padded(f"C-{number}", length) for number, length in enumerate(lengths)]
    file.write_bytes(b"\n".join(lines))
    said = [text if len(text) < 9 else text[:15] for _, _, text in read(file)]
    assert said == ["C-0", "longer than 1 M", "C-2", "longer than 1 M", "longer than 1 M", "C-5"]
    assert [line for _, line, _ in read(file)] == [1, 2, 3, 4, 5, 6]
    file.write_bytes(lines[2] + b"\n" + lines[4])
    assert [text[:15] for _, _, text in read(file)] == ["C-2", "longer than 1 M"]


@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_a_file_of_one_record_may_be_as_long_as_the_limit(
    tmp_path: Path, short_limit: int, name: str
) -> None:
    file = tmp_path / name
    for length, said in [(short_limit, "C-1"), (short_limit + 1, "longer than 1 M")]:
        data = padded("C-1", length)
        file.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
        assert read(file)[0][2][:15] == said


@pytest.mark.parametrize(
    ("name", "others"), [("a.json.gz", []), ("a.jsonl.gz", ["C-0001"])]
)  # fmt: skip
def test_a_gzip_bomb_is_never_held_in_memory(tmp_path: Path, name: str, others: list[str]) -> None:
    file = tmp_path / name
    with gzip.open(file, "wb", compresslevel=1) as stream:
        for _ in range(64):
            stream.write(b" " * 2**20)
        stream.write(b"\n" + record())
    tracemalloc.start()
    try:
        said = [text[:15] for _, _, text in read(file)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said == ["longer than 1 M", *others]
    assert peak < 4 * MAX_RECORD_BYTES


@pytest.mark.parametrize("name", ["a.json", "a.jsonl.gz"])
def test_a_text_of_too_many_objects_or_lists_is_named_and_not_built(
    tmp_path: Path, name: str
) -> None:
    """Each would take half a kilobyte, and be but three bytes of the text."""
    file = tmp_path / name
    for opened, refused in ((MAX_OPENED, False), (MAX_OPENED + 1, True)):
        data = record()[:-1] + b',"people":[' + b"[]," * (opened - 3) + b"{}"
        data = data.ljust(2**18) + b"]}"
        file.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
        ((file_name, line, said),) = read(file)
        assert (file_name, line) == (name, 1)
        assert ("holds more than 16,384 objects and lists, which no one" in said) == refused


@pytest.mark.parametrize("spread", [b"", b" "])
@pytest.mark.parametrize("unit", [b"{}", b"[]", b'{"":{"":{"":{"":1}}}}', b"[" * 99 + b"]" * 99])
@pytest.mark.slow
def test_no_text_takes_much_memory(
    tmp_path: Path, one_lesson: Path, unit: bytes, spread: bytes
) -> None:
    """Whether it is as long as a text may be, or short enough not to be looked at first."""
    file = tmp_path / "a.json"
    size = MAX_RECORD_BYTES - 99 if spread else 2**18 - 99
    file.write_bytes(
        b'{"people":[' + b",".join([unit + spread] * (size // len(unit + b", "))) + b"]}"
    )
    # A process takes over its parent's peak on Linux, so a small one stands between.
    keeper = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=False);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", keeper, *command_line("check", file, "--rules", one_lesson)],
        capture_output=True, check=True, env=environment(), cwd=ROOT,
    )  # fmt: skip
    peak = int(done.stderr) / (2**20 if sys.platform == "darwin" else 2**10)
    assert b"1 unreadable" in done.stdout
    assert peak < 256


@pytest.mark.parametrize("name", ["a.jsonl", "-"])
def test_a_record_over_several_lines_is_named_once(tmp_path: Path, name: str) -> None:
    spread = json.dumps(json.loads(record()), indent=1).encode()
    if name == "-":
        items = list(find_texts(["-"], io.BytesIO(spread)))
    else:
        file = tmp_path / name
        file.write_bytes(spread)
        items = list(find_texts([str(file)], NOTHING))
    assert len(items) == 2
    assert isinstance(items[0], RecordText)
    assert isinstance(items[1], Unreadable)
    assert items[1].line == 2
    assert "looks like one record over several lines; name the file .json" in str(items[1].errors)


def test_lines_after_a_brace_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{\n" + record("C-0002") + b'\n"\n' + record("C-0003"))
    assert [said[:6] for _, _, said in read(file)][1::2] == ["C-0002", "C-0003"]


def test_a_list_of_records_is_told_its_cure(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"[" + record() + b"]")
    ((_, line, said),) = read(file)
    assert line == 1
    assert said.startswith("a list and not one record; write each record on a line of its own")


def test_a_file_of_blank_lines_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BLANK_LINES", 3)
    file = tmp_path / "a.jsonl"
    file.write_bytes(record() + b"\n\n \n\n" + record() + b"\n" * 5 + record())
    assert [text[:20] for _, _, text in read(file)][:2] == ["C-0001", "C-0001"]
    ((_, line, said),) = read(file)[2:]
    assert line == 9
    assert said.endswith(
        "blank lines in a row; what follows is not read: remove them, or export it again"
    )


def test_many_records_take_the_memory_of_one(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    with gzip.open(file, "wb", compresslevel=1) as stream:
        for number in range(20_000):
            stream.write(record(f"C-{number}") + b"\n")
    tracemalloc.start()
    try:
        count = sum(1 for _ in find_texts([str(file)], NOTHING))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 2**20


def random_lines() -> bytes:
    source = random.Random(1)
    return b"".join(
        record(f"C-{source.getrandbits(90):X}") + b"\n" for _ in range(2_000)
    )  # fmt: skip


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_cut_gzip_is_named_after_the_records_before_the_cut(tmp_path: Path, kept: float) -> None:
    file = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(random_lines())
    file.write_bytes(whole[: int(len(whole) * kept)])
    *records, last = read(file)
    assert len(records) > 2_000 * kept * 0.8
    assert [line for _, line, _ in records] == list(range(1, len(records) + 1))
    assert last == (
        file.name, len(records) + 1, "a gzip file that is cut short; copy or export it again"
    )  # fmt: skip


def test_a_damaged_gzip_is_named_after_the_records_before(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    whole = bytearray(gzip.compress(record("C-1") + b"\n" + record("C-2")))
    whole[-5] ^= 1  # the checksum, at the very end
    file.write_bytes(whole)
    damaged = "not a gzip file, or a damaged one; copy or export it again"
    assert read(file)[-1][2] == damaged
    whole = bytearray(gzip.compress(random_lines()))
    whole[len(whole) // 2 : len(whole) // 2 + 40] = bytes(40)
    file.write_bytes(whole)
    assert len(read(file)) > 100
    assert read(file)[-1][2] == damaged


@pytest.mark.parametrize("name", ["a.json.gz", "a.jsonl.gz"])
def test_what_is_called_gz_and_is_not_is_named(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(record())
    assert "not a gzip file" in read(file)[0][2]
    file.write_bytes(gzip.compress(record())[:-9])
    assert "cut short" in read(file)[-1][2]


# Which files


def test_a_folder_is_read_with_its_folders_in_one_order(tmp_path: Path) -> None:
    names = ["b.json", "a/z.jsonl", "a.json", "a/b/c.ndjson.gz", "B.json", "é.json", ".x/y.json"]
    for name in [*names, "README.md", "a/notes.txt", "json", "a/x.json.bak"]:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(record()) if name.endswith("gz") else record())
    expected = sorted(str(tmp_path / name) for name in names)
    assert [item.file for item in found(tmp_path)] == expected
    paths = [*expected, str(tmp_path), str(tmp_path / "a"), f"{tmp_path}//a/./", expected[0]]
    for seed in range(5):
        random.Random(seed).shuffle(paths)
        assert [item.file for item in found(*paths)] == expected


def test_a_file_of_several_names_is_read_by_the_first(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(record())
    (tmp_path / "a.json").symlink_to("b.json")
    (tmp_path / "c.json").hardlink_to(tmp_path / "b.json")
    expected = [("a.json", None, "C-0001")]
    assert read(tmp_path) == expected
    assert read(tmp_path / "c.json", tmp_path / "b.json", tmp_path / "a.json") == expected


def test_equal_files_are_each_read(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(record())
    assert len(read(tmp_path)) == 2


def test_a_path_is_named_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_bytes(record())
    monkeypatch.chdir(tmp_path)
    for path in (".", "./a.json", "a.json", ".//a.json"):
        assert [item.file for item in found(path)] == ["a.json"]


def test_standard_input_is_read_once_among_the_others(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(record("C-1"))
    stdin = io.BytesIO(record("C-2") + b"\n" + record("C-3"))
    expected = [("-", 1, "C-2"), ("-", 2, "C-3"), ("a.json", None, "C-1")]
    assert read(file, "-", "-", stdin=stdin) == expected


def test_standard_input_waits_for_more() -> None:
    receiver, sender = os.pipe()
    os.set_blocking(receiver, False)
    with os.fdopen(receiver, "rb") as stdin, os.fdopen(sender, "wb") as out:
        texts = find_texts(["-"], stdin)
        out.write(record() + b"\n")
        out.flush()
        assert isinstance(next(texts), RecordText)
        assert os.get_blocking(receiver)


def test_a_path_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(record())
    (tmp_path / "gone.json").symlink_to("nowhere.json")
    for path in ("b.json", "a.json/b.json", "gone.json", "", "nul\0.json"):
        given = str(tmp_path / path) if path else ""
        with pytest.raises(NoSuchInput) as caught:
            find_texts([str(tmp_path / "a.json"), given], NOTHING)
        assert caught.value.path == given
        assert given in str(caught.value)


def test_a_file_that_is_no_record_file_by_its_name_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.xlsx"
    file.write_bytes(record())
    ((name, line, said),) = read(file)
    assert (name, line) == ("cases.xlsx", None)
    assert said.startswith("not a record file by its name, which ends in .json, .json.gz, .jsonl")


def test_a_folder_without_a_record_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"")
    (tmp_path / "more").mkdir()
    ((name, _, said),) = read(tmp_path, tmp_path)
    assert name == tmp_path.name
    assert said.startswith("a folder without a record file")


# Hostile file systems


def test_links_that_lead_round_do_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/a.json").write_bytes(record())
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "a/here").symlink_to(".")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert read(tmp_path) == [("a.json", None, "C-0001")]


def test_a_linked_folder_is_named_where_nothing_else_reads_it(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / f"{folder.name}.json").write_bytes(record())
    (inside / "link").symlink_to(outside)
    named = ("link", None, "a link to a folder, which is not followed; give the folder")
    assert read(inside) == [("in.json", None, "C-0001"), named]
    assert len(read(inside, outside)) == 2
    assert named not in read(inside, outside)
    assert read(inside / "link") == [("out.json", None, "C-0001")]


def test_a_link_that_leads_nowhere_is_named_if_it_is_called_a_record(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("nowhere.json")
    (tmp_path / "b.json").symlink_to("b.json")
    assert read(tmp_path) == [
        ("a.json", None, "not there, or a link that leads nowhere"),
        ("b.json", None, "the system cannot read it (ELOOP)"),
    ]
    assert read(tmp_path / "b.json")[0][2] == "the system cannot read it (ELOOP)"


def test_pipes_and_sockets_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    os.mkfifo("a.json")
    os.mkfifo("ignored")
    (tmp_path / "device.jsonl").symlink_to("/dev/zero")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.json/b.json").write_bytes(record())
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.json.gz")
        named = "not a regular file but a pipe, socket, device or the like; give a file"
        assert read(".") == [
            ("a.json", None, named),
            ("device.jsonl", None, named),
            ("b.json", None, "C-0001"),
            ("s.json.gz", None, named),
        ]
        assert read("a.json") == [("a.json", None, named)]


def swapped(file: Path, replace: object) -> Iterator[RecordText | Unreadable]:
    """Find the texts of a file that something else replaces before it is opened."""
    texts = find_texts([str(file)], NOTHING)
    file.unlink()
    if callable(replace):
        replace(file)
    return texts


@pytest.mark.parametrize(
    ("replace", "said"),
    [
        (os.mkfifo, "not a regular file"),
        (None, "not there"),
        (os.mkdir, "the system cannot read it (EISDIR)"),
    ],
)
def test_a_file_that_changes_meanwhile_is_named(tmp_path: Path, replace: object, said: str) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(record())
    (item,) = swapped(file, replace)
    assert isinstance(item, Unreadable)
    assert item.errors[0].message.startswith(said)


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open/a.json").write_bytes(record())
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut.json").write_bytes(record())
    (tmp_path / "link").symlink_to("shut")
    real_scandir, real_open, real_stat = os.scandir, os.open, os.stat

    def scandir(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(errno.EACCES, "no", path)
        return real_scandir(path)

    def open_(path: str, flags: int) -> int:
        if str(path).endswith("shut.json"):
            raise PermissionError(errno.EACCES, "no", path)
        return real_open(path, flags)

    def stat(path: str, *args: Any, **kwargs: Any) -> object:
        if str(path).endswith("link"):
            raise PermissionError(errno.EACCES, "no", path)
        return real_stat(path, *args, **kwargs)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "stat", stat)
    assert read(tmp_path) == [
        ("link", None, "no permission to read it"),
        ("a.json", None, "C-0001"),
        ("shut", None, "no permission to read it"),
        ("shut.json", None, "no permission to read it"),
    ]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.EIO, "Marigold"), "the system cannot read it (EIO)"),
        (OSError("Marigold"), "the system cannot read it (no reason given)"),
    ],
)
def test_a_fault_in_the_middle_is_named_after_the_records_before(fault: OSError, said: str) -> None:
    class Breaking(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            line = super().readline(size)
            if not line:
                raise fault
            return line

    stdin = Breaking(record("C-1") + b"\n\n")
    assert read("-", stdin=stdin) == [("-", 1, "C-1"), ("-", 3, said)]


def test_a_file_name_may_be_no_text(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xff\n.json"
    try:
        Path(os.fsdecode(raw)).write_bytes(record())
    except OSError:
        pytest.skip("this file system takes only text as names")
    assert [item.file for item in found(tmp_path)] == [os.fsdecode(raw)]


def test_names_that_are_too_long_are_named_or_not_there() -> None:
    with pytest.raises(NoSuchInput):
        found("/" + "a/" * 1000 + "x.json")
    assert read("a" * 5000 + ".json")[0][2] == "the system cannot read it (ENAMETOOLONG)"


# Whatever the bytes


@given(st.lists(st.binary(max_size=20) | st.just(record()), max_size=8))
def test_every_line_is_read_or_named_or_blank(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    expected = data.split(b"\n")
    results = found("-", stdin=io.BytesIO(data))
    numbers = [item.line for item in results]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert numbers == [1]
    elif not any(line.removeprefix(b"\xef\xbb\xbf" if n == 0 else b"").strip(b" \t\r\n")
                 for n, line in enumerate(expected)):  # fmt: skip
        assert numbers == [None]
    else:
        assert numbers == [
            number
            for number, line in enumerate(expected, 1)
            if line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip(b" \t\r\n")
        ]
        for item in results:
            assert isinstance(item, RecordText)
            assert isinstance(parse(item), CaseRecord | Unreadable)
