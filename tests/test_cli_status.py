"""Every command ends with the exit status that says what came of it, and never with a traceback."""

from __future__ import annotations

import errno
import gzip
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from command_line import RULES, SAMPLES, Here, casecheck, command_line, environment

from casecheck.audit.running import TEXTS_AT_ONCE
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.cli import EXIT_CLOSED_PIPE, EXIT_INTERRUPTED
from casecheck.engine.durable import EngineUnusable
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS
from casecheck.results import CaseAudit, EngineError

SLOW = pytest.mark.slow
BREACH = SAMPLES / "c-0104.json"
CANNOT_TELL = SAMPLES / "c-0106.json"
COMPLIANT = SAMPLES / "c-0103.json"
ONE_LINE = SAMPLES.joinpath("small-families.jsonl").read_bytes().splitlines(keepends=True)[0]


def test_a_complete_audit_ends_with_0_and_writes_nothing_to_stderr() -> None:
    ended = casecheck("audit", "sample_cases/c-0104.json")
    assert (ended.status, ended.err) == (0, b"")
    assert ended.text.startswith("casecheck 0.1.0: 1 record audited")


@pytest.mark.parametrize(
    ("file", "fail_on", "status"),
    [
        (BREACH, "never", 0),
        (BREACH, "breach", 1),
        (BREACH, "insufficient", 1),
        (CANNOT_TELL, "never", 0),
        (CANNOT_TELL, "breach", 0),
        (CANNOT_TELL, "insufficient", 1),
        (COMPLIANT, "breach", 0),
        (COMPLIANT, "insufficient", 0),
    ],
)
def test_fail_on_ends_with_1_where_it_is_met(
    here: Here, file: Path, fail_on: str, status: int
) -> None:
    assert here("audit", file, "--fail-on", fail_on).status == status


def test_fail_on_looks_at_the_lessons_chosen_only(here: Here) -> None:
    assert here("audit", BREACH, "--fail-on", "breach", "--lesson", "P7.1").status == 0


# 2: wrong usage, configuration or rules; nothing audited


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["audit"], "Missing argument"),
        (["audit", "nowhere"], "no such file or folder: nowhere"),
        (["audit", "sample_cases", "nowhere.json"], "no such file or folder: nowhere.json"),
        (["audit", "sample_cases", "--lesson", "P11"], "did you mean `P1.1`?"),
        (["audit", "sample_cases", "--format", "xml"], "'xml'"),
        (["audit", "sample_cases", "--jobs", "0"], "--jobs"),
        (["audit", "sample_cases", "--fail-on", "all"], "--fail-on"),
        (["audit", "sample_cases", "--unheard-of"], "--unheard-of"),
        (["audit", "sample_cases", "--output", "nowhere/report.txt"], "--output"),
        (["audit", "sample_cases", "--output", "rules"], "--output"),
        (["audit", "sample_cases", "--output", "/dev/null"], "--output"),
        (
            ["audit", "sample_cases", "--rules", "nowhere"],
            "cannot be read: No such file",
        ),
        (["audit", "sample_cases", "--set", "P1.1.carry_days"], "such as P1.1.carry_days=21"),
        (["audit", "sample_cases", "--set", "carry_days=21"], "such as P1.1.carry_days=21"),
        (["audit", "sample_cases", "--set", "P1.1.carry_days=-1"], "such as P1.1.carry_days=21"),
        (["audit", "sample_cases", "--set", "P1.1.carry_days=\u0662"], "such as P1.1."),
        (
            ["audit", "sample_cases", "--set", "P1.1.carry=21"],
            "Error: --set P1.1.carry: P1.1 has no parameter 'carry': did you mean `carry_days`?",
        ),
        (
            ["audit", "sample_cases", "--set", "P1.11.carry_days=21"],
            "Error: --set P1.11.carry_days: no lesson 'P1.11' in force: did you mean `P1.1`?",
        ),
        (
            ["audit", "sample_cases", "--set", "P1.9.carry_days=21"],
            "Error: --set P1.9.carry_days: no lesson 'P1.9' in force",
        ),
        (
            ["audit", "sample_cases", "--set", "P3.1.assessment_workdays=36526"],
            "P3.1.assessment_workdays: a value is a whole number from 0 to 36,525",
        ),
        (
            ["audit", "sample_cases", "--set", "P3.1.assessment_workdays=9" + "9" * 5000],
            "P3.1.assessment_workdays: a value is a whole number from 0 to 36,525",
        ),
        (
            ["audit", "x", "--set", "P1.1.carry_days=2", "--set", "P1.1.carry_days=3"],
            "P1.1.carry_days is given twice",
        ),
        (["check"], "Missing argument"),
        (["check", "nowhere"], "no such file or folder: nowhere"),
        (["check", "sample_cases", "--rules", "nowhere"], "the folder cannot be read"),
        (["explain"], "Missing argument"),
        (["explain", "P10.1"], "No lesson 'P10.1'"),
        (["explain", "P1.1", "--check", "risk-carried"], "did you mean `risks-carried`?"),
        (["explain", "P1.1", "--case", "nowhere.json"], "no such file or folder"),
        (["explain", "P1.1", "--case-id", "C-0101"], "give both"),
        (["explain", "P1.1", "--case", "sample_cases"], "choose one by --case-id"),
        (
            ["explain", "P1.1", "--case", "sample_cases", "--case-id", "C-9999"],
            "no record with this --case-id",
        ),
        (["explain", "P1.1", "--case", "sample_cases/c-0101.json", "--most", "0"], "--most"),
        (["rules"], "Usage: casecheck rules"),
        (["rules", "lists"], "No such command 'lists': did you mean `list`?"),
        (["adit", "sample_cases"], "No such command 'adit': did you mean `audit`?"),
        (["schema", "--output", "nowhere/schema.json"], "--output"),
        (["audits"], "audits"),
        ([], "Usage: casecheck"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(here: Here, arguments: list[str], told: str) -> None:
    ended = here(*arguments)
    assert ended.status == 2
    assert told in " ".join(ended.told.split())
    assert ended.out == b""


def broken_rules(folder: Path) -> Path:
    page = RULES.joinpath("children_p", "P1.1.yaml").read_text(encoding="utf-8")
    folder.joinpath("P1.1.yaml").write_text(
        page.replace("mitigation.recorded_on <= change.on", "mitigation.recorded_on <= change.onn"),
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize(
    "arguments", [["audit", SAMPLES], ["check", SAMPLES], ["explain", "P1.1"], ["rules", "list"]]
)
def test_broken_rules_end_with_2_and_name_file_line_and_column(
    here: Here, tmp_path: Path, arguments: list[str | Path]
) -> None:
    folder = broken_rules(tmp_path)
    text = folder.joinpath("P1.1.yaml").read_text(encoding="utf-8")
    before, _ = text.split("change.onn")
    line = before.count("\n") + 1
    column = len(before.splitlines()[-1]) + len("change.") + 1
    ended = here(*arguments, "--rules", folder)
    assert (ended.status, ended.out) == (2, b"")
    assert f"{folder}/P1.1.yaml:{line}:{column}: " in ended.told
    assert "did you mean `on`?" in ended.told


def test_an_engine_that_cannot_be_used_ends_with_2(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unusable(*_: object) -> None:
        raise EngineUnusable("the engine is not installed: pip install durable-rules==2.0.28")

    monkeypatch.setattr("casecheck.audit.running.Auditor", unusable)
    monkeypatch.setattr("casecheck.audit.accounts.Auditor", unusable)
    for arguments in (("audit",), ("explain", "P1.1", "--case")):
        ended = here(*arguments, BREACH)
        assert (ended.status, ended.out) == (2, b"")
        assert "the engine is not installed" in ended.told
    assert here("check", BREACH).status == 0  # which needs no engine


# 3: some input could not be audited, and the rest was


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A folder with one record to audit and one that cannot be read."""
    folder = tmp_path / "extract"
    folder.mkdir()
    folder.joinpath("a.json").write_bytes(BREACH.read_bytes())
    folder.joinpath("b.json").write_bytes(
        BREACH.read_bytes().replace(b'"physical_abuse"', b'"phys"')
    )
    return folder


@pytest.mark.parametrize("report_format", FORMATS)
def test_an_unreadable_record_ends_with_3_and_the_rest_is_audited(
    here: Here, extract: Path, report_format: str
) -> None:
    ended = here("audit", extract, "--format", report_format, "--fail-on", "breach")
    assert (ended.status, ended.err) == (3, b"")
    assert "C-0104" in ended.text
    assert "risks-carried" in ended.text
    if report_format != "csv":
        assert "b.json" in ended.text
        assert "/risks/0/kind" in ended.text


def test_check_of_an_unreadable_record_ends_with_3(here: Here, extract: Path) -> None:
    ended = here("check", extract)
    assert (ended.status, ended.err) == (3, b"")
    assert "1 record read, 1 unreadable" in ended.text


def test_explain_of_an_unreadable_record_ends_with_3(here: Here, extract: Path) -> None:
    ended = here("explain", "P1.1", "--case", extract / "b.json")
    assert (ended.status, ended.out) == (3, b"")
    assert "/risks/0/kind" in ended.told


@pytest.mark.parametrize("command", ["audit", "check"])
def test_a_folder_without_records_is_not_a_complete_audit(
    here: Here, tmp_path: Path, command: str
) -> None:
    ended = here(command, tmp_path)
    assert ended.status == 3
    assert "a folder without a record file" in " ".join(ended.text.split())


@pytest.mark.parametrize("command", few(["audit", "check"], "audit"))
def test_standard_input_without_records_is_not_a_complete_audit(
    one_lesson: Path, command: str
) -> None:
    ended = casecheck(command, "-", "--rules", one_lesson)
    assert ended.status == 3
    assert "holds no record" in ended.text


def test_a_lesson_that_the_engine_could_not_evaluate_ends_with_3(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = CaseAudit("C-1", "a.json", None, {}, (), (), (EngineError("C-1", "P1.1", "failed"),))

    class Failing:
        def __init__(self, *_: object) -> None: ...

        def audit(self, records: list[Any], *_: object) -> list[CaseAudit]:
            return [failed for _ in records]

    monkeypatch.setattr("casecheck.audit.running.Auditor", Failing)
    ended = here("audit", BREACH)
    assert ended.status == 3
    assert "ENGINE ERRORS" in ended.text
    monkeypatch.setattr("casecheck.audit.accounts.Auditor", Failing)
    ended = here("explain", "P1.1", "--case", BREACH)
    assert (ended.status, ended.out) == (3, b"")
    assert ended.told == "C-1 P1.1: failed.\n"


# 4: an internal error


@pytest.mark.parametrize(
    ("arguments", "broken"),
    [
        (["audit", BREACH], "casecheck.cli.audit.audit_texts"),
        (["audit", BREACH], "casecheck.audit.running.parse"),
        (["check", BREACH], "casecheck.intake.records.parse"),
        (["explain", "P1.1", "--case", BREACH], "casecheck.audit.accounts.explain"),
        (["rules", "list"], "casecheck.lessons.in_force.load_rules"),
        (["schema"], "casecheck.cli.schema.output_to"),
    ],
)
def test_an_internal_error_ends_with_4_and_shows_neither_traceback_nor_content(
    here: Here, monkeypatch: pytest.MonkeyPatch, arguments: list[str | Path], broken: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("content of a record")

    monkeypatch.setattr(broken, fail)
    ended = here(*arguments)
    assert (ended.status, ended.out) == (4, b"")
    assert "Internal error: ValueError in test_cli_status.py:" in ended.told
    assert "content of a record" not in ended.told
    assert "Traceback" not in ended.told


def test_a_worker_process_that_was_ended_ends_with_4_and_the_cure(
    here: Here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def ended(*_: object, **__: object) -> Iterator[CaseAudit]:
        yield CaseAudit("C-1", "a.json", None, {}, (), (), ())
        raise WorkerEnded("A worker process was ended: try again with fewer --jobs.")

    monkeypatch.setattr("casecheck.cli.audit.audit_texts", ended)
    report = tmp_path / "report.jsonl"
    told = here("audit", BREACH, "--format", "jsonl", "--output", report)
    assert (told.status, told.out) == (4, b"")
    assert told.told == "Error: A worker process was ended: try again with fewer --jobs.\n"
    assert list(tmp_path.iterdir()) == []


def test_an_internal_error_leaves_no_output_file(
    here: Here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object, **__: object) -> Iterator[CaseAudit]:
        yield CaseAudit("C-1", "a.json", None, {}, (), (), ())
        raise ValueError

    monkeypatch.setattr("casecheck.cli.audit.audit_texts", fail)
    report = tmp_path / "report.jsonl"
    report.write_text("before")
    ended = here("audit", BREACH, "--format", "jsonl", "--output", report)
    assert ended.status == 4
    assert report.read_text() == "before"
    assert list(tmp_path.iterdir()) == [report]


def test_an_explanation_that_differs_from_the_engine_is_not_shown(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.truth.plain_reading.compare", lambda *_: True)
    ended = here("explain", "P1.1", "--case", BREACH)
    assert (ended.status, ended.out) == (4, b"")
    assert "disagree" in ended.told
    assert "Trust neither" in ended.told


# Ctrl-C and closed pipes


@pytest.mark.parametrize(("jobs", "chunks"), [(1, 1), pytest.param(2, 4, marks=SLOW)])
def test_ctrl_c_ends_with_130_and_without_a_traceback(
    one_lesson: Path, jobs: int, chunks: int
) -> None:
    """The terminal sends the signal to every process of the command, here in the midst of it.

    `chunks` are as many as the command reads before it writes the first of its report.
    """
    with subprocess.Popen(
        command_line("audit", "-", "--format", "jsonl", "--jobs", str(jobs), "--rules", one_lesson),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        # What runs the tests may ignore the signal, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(ONE_LINE * (chunks * TEXTS_AT_ONCE + 1))
        process.stdin.flush()
        first = process.stdout.read(1)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=600)
    assert process.returncode == EXIT_INTERRUPTED == 130
    assert first == b"{"
    assert err.decode().strip() == "Interrupted: nothing more was written."


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "sample_cases", "--rules", "{rules}"],
        *few(
            [
                ["audit", "sample_cases", "--rules", "{rules}", "--format", "jsonl"],
                ["check", "sample_cases", "--rules", "{rules}", "--format", "json"],
                ["explain", "P1.1", "--rules", "{rules}", "--case", "sample_cases/c-0104.json"],
                ["rules", "list", "--rules", "{rules}"],
                ["schema"],
            ]
        ),
        ["--help"],
    ],
)
def test_a_closed_pipe_ends_without_a_traceback_and_not_as_complete(
    one_lesson: Path, arguments: list[str]
) -> None:
    """As with `| head -1`; nor is it 1, which says that --fail-on was met."""
    with subprocess.Popen(
        command_line(*[one.format(rules=one_lesson) for one in arguments]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=SAMPLES.parent,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        err = process.stderr.read()
        status = process.wait(600)
    assert (status, err) == (EXIT_CLOSED_PIPE, b"")
    assert EXIT_CLOSED_PIPE == 141


@pytest.mark.parametrize(
    ("command", "status"),
    [
        pytest.param("audit nope --rules {rules} 2>&1 | true", 2, marks=SLOW),
        pytest.param("audit nope --rules {rules} 2>/dev/full", 2, marks=SLOW),
        pytest.param("audit nope --rules {rules} 2>&-", 2, marks=SLOW),
        ("audit nope --rules {rules} >&- 2>&-", 2),
        ("audit {case} --rules {rules} >/dev/full", 4),
        pytest.param("audit {case} --rules {rules} >/dev/full 2>/dev/full", 4, marks=SLOW),
        pytest.param("audit {case} --rules {rules} >&-", 4, marks=SLOW),
        pytest.param("audit {case} --rules {rules} >&- --output /dev/null/no", 2, marks=SLOW),
        pytest.param("audit {case} --rules {rules} >&- --output {file}", 0, marks=SLOW),
        pytest.param("audit {case} --rules {rules} 2>&- >{file}", 0, marks=SLOW),
        ("audit - --rules {rules} <&-", 3),
    ],
)
def test_streams_that_take_no_more_change_no_status(
    tmp_path: Path, one_lesson: Path, command: str, status: int
) -> None:
    if "/dev/full" in command and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    file = tmp_path / "report.txt"
    told = command.format(case=BREACH, file=file, rules=shlex.quote(str(one_lesson)))
    words = f"{shlex.join(command_line())} {told}"
    done = subprocess.run(
        ["bash", "-c", f"{words}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, env=environment(), cwd=SAMPLES.parent, check=False,
    )  # fmt: skip
    assert done.returncode == status
    assert b"Internal error" not in done.stderr
    assert b"Traceback" not in done.stderr
    if "{file}" in command:
        assert file.read_bytes().startswith(b"casecheck ")


def test_a_full_disk_names_the_file_and_no_store_where_there_is_none(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("casecheck.cli.options.os.fsync", full)
    file = tmp_path / "report\x1b.txt"
    ended = here("audit", BREACH, "--output", file)
    assert (ended.status, ended.out) == (4, b"")
    assert f"No space left on device ({tmp_path}/report\\x1b.txt)." in ended.told
    assert "store" not in ended.told
    ended = here("audit", BREACH, "--output", file, "--store", tmp_path / "a.db")
    assert ended.status == 4
    assert "The store may hold its part already" in ended.told


@pytest.mark.slow
def test_an_audit_that_is_asked_to_end_leaves_no_file_and_no_process(
    tmp_path: Path, one_lesson: Path
) -> None:
    words = ("audit", "-", "--output", tmp_path / "report.txt", "--jobs", "2")
    with subprocess.Popen(
        command_line(*words, "--rules", one_lesson),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin
        process.stdin.write(ONE_LINE * 8 * TEXTS_AT_ONCE)
        process.stdin.flush()
        while not list(tmp_path.glob(".casecheck-*.part")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (143, b"")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_the_command_line_is_imported_ends_with_130(tmp_path: Path) -> None:
    package = tmp_path / "click"
    package.mkdir()
    (package / "__init__.py").write_text("raise KeyboardInterrupt")
    ended = casecheck("--help", env={"PYTHONPATH": f"{tmp_path}:{SAMPLES.parent}"})
    assert (ended.status, ended.out, ended.err) == (130, b"", b"")


def test_what_a_message_quotes_is_harmless(here: Here) -> None:
    for arguments in (
        ("audit", "no\x1b[31mpe"),
        ("audit", BREACH, "--settings", "no\x1b[31mpe"),
        ("audit", BREACH, "--output", "no\x1b[31mpe/a"),
        ("no\x1b[31mpe",),
        ("audit", "--no\x1b[31mpe"),
    ):
        ended = here(*arguments)
        assert ended.status == 2
        assert "no\\x1b[31mpe" in ended.told
        assert "\x1b" not in ended.told


@pytest.mark.slow
def test_a_closed_pipe_says_that_no_run_was_saved(tmp_path: Path, one_lesson: Path) -> None:
    words = ("audit", "sample_cases", "--rules", one_lesson, "--store", tmp_path / "a.db")
    with subprocess.Popen(
        command_line(*words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=SAMPLES.parent,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        err = process.stderr.read()
        status = process.wait(600)
    told = b"The report was closed before its end: no run was saved.\n"
    assert (status, err) == (EXIT_CLOSED_PIPE, told)


# Inputs of every kind come to the same


def test_files_gzipped_files_and_standard_input_give_the_same_cases(
    here: Here, tmp_path: Path
) -> None:
    lines = SAMPLES.joinpath("small-families.jsonl").read_bytes()
    plain, zipped = tmp_path / "a.jsonl", tmp_path / "a.ndjson.gz"
    plain.write_bytes(lines)
    zipped.write_bytes(gzip.compress(lines))
    from_stdin = casecheck("audit", "-", "--format", "jsonl", stdin=lines)
    expected = here("audit", plain, "--format", "jsonl")
    assert (expected.status, from_stdin.status) == (0, 0)
    for ended, name in ((from_stdin, "-"), (here("audit", zipped, "--format", "jsonl"), zipped)):
        assert ended.text.replace(f'"file": "{name}"', f'"file": "{plain}"') == expected.text
