"""Where results go: to a file, whole or not at all, or to standard output, plain or in colour."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
from functools import cache
from pathlib import Path

import pytest
import shipped
from command_line import ROOT, SAMPLES, Here, command_line, environment, many_commands
from qag_store import prepared
from run_many import apart

from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

CASE = SAMPLES / "c-0104.json"


@pytest.mark.parametrize("report_format", FORMATS)
def test_a_file_holds_what_standard_output_would(
    here: Here, tmp_path: Path, report_format: str
) -> None:
    file = tmp_path / "report"
    expected = here("audit", CASE, "--format", report_format)
    ended = here("audit", CASE, "--format", report_format, "--output", file)
    assert (ended.status, ended.out, ended.told) == (0, b"", f"Wrote {file}.\n")
    assert file.read_bytes() == expected.out
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_replaced_by_a_new_report(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("before\n" * 10_000)
    assert here("audit", CASE, "--output", file).status == 0
    assert file.read_text().startswith("casecheck ")
    assert "before" not in file.read_text()


def test_a_schema_which_speaks_of_nobody_has_the_rights_of_any_other_file(
    here: Here, tmp_path: Path
) -> None:
    schema, other = tmp_path / "schema.json", tmp_path / "other.txt"
    assert here("schema", "--output", schema).status == 0
    other.touch()
    assert schema.stat().st_mode == other.stat().st_mode


def test_a_file_is_left_as_it_was_where_nothing_is_audited(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("before")
    assert here("audit", "nowhere", "--output", file).status == 2
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_cannot_be_written_to_ends_with_2(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("casecheck.text.whole_file.tempfile.mkstemp", refuse)
    ended = here("audit", CASE, "--output", tmp_path / "report.txt")
    assert (ended.status, ended.out) == (2, b"")
    assert "Permission denied" in ended.told


COMMANDS: list[tuple[str, ...]] = [
    ("audit", "sample_cases/c-0104.json"),
    ("check", "sample_cases/c-0141.json"),
    ("explain", "P1.1"),
    ("explain", "P1.1", "--case", "sample_cases/c-0104.json"),
    ("rules", "list"),
]


@cache
def on_a_terminal(columns: int, **env: str) -> dict[tuple[str, ...], str]:
    """Return what each command writes to a terminal so many columns wide, that shows colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    told = {
        name: value for name, value in environment().items() if name not in ("COLUMNS", "LINES")
    }
    told.pop("NO_COLOR", None)
    with subprocess.Popen(
        many_commands(COMMANDS),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**told, "TERM": "xterm-256color", **env},
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 65_536):
                written += part
        except OSError:  # how a terminal says that nobody writes to it any more
            pass
        assert process.wait(600) == 0
    os.close(ours)
    ended = apart(written)
    assert {status for status, _ in ended} == {0}
    shown = [out.decode().replace("\r\n", "\n") for _, out in ended]
    return dict(zip(COMMANDS, shown, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_terminal_of_40_columns_folds_no_line(arguments: tuple[str, ...]) -> None:
    """But for a word that is longer, such as a path, and for a command, which is to be copied."""
    lines = on_a_terminal(40, NO_COLOR="1")[arguments].splitlines()
    assert max(map(len, lines)) > 30
    for line in lines:
        assert len(line) <= 40 or len(line.split()) <= 2 or line.startswith("  casecheck "), line


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_colour_is_for_terminals_that_want_it(arguments: tuple[str, ...], here: Here) -> None:
    coloured = on_a_terminal(100)[arguments]
    plain = on_a_terminal(100, NO_COLOR="1")[arguments]
    assert "\x1b[" in coloured
    assert "\x1b" not in plain
    assert plain == here(*arguments).text


@pytest.mark.slow
def test_a_terminal_that_shows_no_colour_gets_none() -> None:
    assert "\x1b" not in "".join(on_a_terminal(100, TERM="dumb").values())


@pytest.mark.slow
def test_a_terminal_sees_how_many_records_are_done(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_bytes(SAMPLES.joinpath("small-families.jsonl").read_bytes() * 30)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command_line("audit", many, "--lesson", "P1.1"),
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(),
    ) as process:
        out, _ = process.communicate(timeout=600)
        os.close(theirs)
        told = os.read(ours, 65_536)
    os.close(ours)
    assert re.search(rb"\b100 of \d+ records audited", told)
    assert told.endswith(b"\r\x1b[K")
    assert b"\x1b" not in out


def test_the_report_never_takes_the_place_of_an_input(here: Here, tmp_path: Path) -> None:
    record = tmp_path / "a.json"
    record.write_bytes(Path("sample_cases/c-0104.json").read_bytes())
    before = record.read_bytes()
    for given in (record, tmp_path):
        ended = here("audit", given, "--format", "json", "--output", record)
        assert ended.status == 2
        assert b"is one of the inputs" in ended.err
    assert record.read_bytes() == before
    beside = tmp_path / "report.txt"
    beside.write_text("old")
    assert here("audit", tmp_path, "--output", beside).status == 0
    assert beside.read_text().startswith("casecheck ")


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "sample_cases"),
        ("compare", "1", "2", "--store", "{store}"),
        ("judge", "--store", "{store}", "--export"),
    ],
)
@pytest.mark.parametrize("name", ["casecheck.db", "casecheck.db-wal", "back.xlsx"])
def test_a_report_never_takes_the_place_of_a_store_or_a_workbook(
    here: Here, tmp_path: Path, command: tuple[str, ...], name: str
) -> None:
    store = prepared(tmp_path)
    (tmp_path / "back.xlsx").write_bytes(b"PK\x03\x04 what auditors filled in")
    target = tmp_path / name
    before = target.read_bytes() if target.exists() else None
    words = [one.format(store=store) for one in command]
    ended = here(*words, *(() if words[-1] == "--export" else ("--output",)), target)
    assert (ended.status, ended.out) == (2, b"")
    assert "is a store or a workbook, which a report would destroy" in ended.told
    assert (target.read_bytes() if target.exists() else None) == before


def test_a_link_stays_and_the_file_that_it_leads_to_is_replaced(here: Here, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    link, target = tmp_path / "report.txt", there / "report.txt"
    link.symlink_to("there/report.txt")
    for _ in ("there is none yet", "there is one"):
        assert here("audit", CASE, "--output", link).status == 0
        assert link.is_symlink()
        assert target.read_bytes().startswith(b"casecheck ")
    assert list(there.iterdir()) == [target]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_that_is_replaced_keeps_its_rights(here: Here, tmp_path: Path, mode: int) -> None:
    file = tmp_path / "report.txt"
    file.write_text("before")
    file.chmod(mode)
    assert here("audit", CASE, "--output", file).status == 0
    assert file.read_bytes().startswith(b"casecheck ")
    assert file.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("kind", ["pipe", "device", "loop"])
def test_a_link_to_what_is_no_file_is_refused_and_left(
    here: Here, tmp_path: Path, kind: str
) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to({"pipe": pipe, "device": "/dev/null", "loop": link}[kind])
    for command in (("audit", CASE), ("schema",)):
        ended = here(*command, "--output", link)
        assert (ended.status, ended.out) == (2, b"")
        assert "a device or a pipe, use > instead" in " ".join(ended.told.split())
        assert link.is_symlink()
        assert sorted(tmp_path.iterdir()) == [link, pipe]


@pytest.mark.parametrize(
    "name", ["P1.1.yaml", "new.yaml", "concepts.yaml", "review.yaml", "lesson.schema.json"]
)
def test_a_report_never_takes_the_place_of_the_rules(here: Here, tmp_path: Path, name: str) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    for page in ("concepts.yaml", "review.yaml"):
        shutil.copy(ROOT / "rules" / "children_p" / page, rules)
    shipped.copied("P1.1.yaml", rules)
    (rules / "lesson.schema.json").write_text("{}")
    before = {file: file.read_bytes() for file in rules.iterdir()}
    link = tmp_path / "link"
    link.symlink_to(rules / name)
    for output in (rules / name, link):
        ended = here("audit", CASE, "--rules", rules, "--output", output)
        assert (ended.status, ended.out) == (2, b"")
        # The name alone may be reason enough; where a format is given, the rules in use are.
        ended = here("audit", CASE, "--rules", rules, "--output", output, "--format", "text")
        assert (ended.status, ended.out) == (2, b"")
        assert "is in use for this audit" in ended.told
        if output.exists() and name.endswith(".yaml"):
            ended = here("schema", "--output", output)
            assert "is a page of rules or a settings file" in ended.told
    assert {file: file.read_bytes() for file in rules.iterdir()} == before


def test_a_report_takes_the_place_of_another_file(here: Here, tmp_path: Path) -> None:
    """A name that looks like one beside a store is no reason to refuse."""
    target = tmp_path / "report-wal"
    for _ in range(2):
        assert here("audit", CASE, "--output", target).status == 0
    assert target.read_bytes().startswith(b"casecheck ")
