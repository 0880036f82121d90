"""Runs are saved, listed, compared and deleted; what goes wrong is told and harms nothing."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from amounts import few
from command_line import ROOT, Ended, Here, command_line, environment, many_commands
from qag_judged import judged
from qag_store import prepared
from run_many import apart

from casecheck.qag.store.store import Store

CASES = "sample_cases/small-families.jsonl"
PLAIN_USER = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return prepared(tmp_path)


def runs(file: Path) -> list[tuple[int, str, int]]:
    with Store.open(file, create=False) as store:
        return [(run.id, run.label, len(store.frame(run.id))) for run in store.runs()]


# --- audit --store ---


def test_without_a_store_an_audit_writes_nothing(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert here("audit", ROOT / CASES, "--rules", ROOT / "rules").status == 0
    assert list(tmp_path.iterdir()) == []


def test_an_audit_is_saved_and_its_report_is_the_same(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    plain = here("audit", CASES)
    saved = here("audit", CASES, "--store", file, "--label", "spring")
    assert (saved.status, saved.out) == (0, plain.out)
    assert saved.told == f"Saved as run 1 in {file}.\n"
    assert here("audit", CASES, "--store", file, "--jobs", "2").told.startswith("Saved as run 2 ")
    assert runs(file) == [(1, "spring", 4), (2, "", 4)]
    with Store.open(file, create=False) as store:
        assert store.frame(1) == store.frame(2)
        assert all(len(case.record_digest) == 64 for case in store.frame(1))
    assert [one.name for one in tmp_path.iterdir()] == ["new.db"]  # no journal is left beside it


@pytest.mark.slow
def test_audits_at_once_are_all_saved(tmp_path: Path, one_lesson: Path) -> None:
    file = tmp_path / "new.db"
    words = ("audit", CASES, "--rules", one_lesson, "--store", file, "--output")
    started = [
        subprocess.Popen(command_line(*words, tmp_path / str(one)), cwd=ROOT, stderr=PIPE)
        for one in range(3)
    ]
    errors = [one.communicate()[1].decode().splitlines() for one in started]
    assert [one.returncode for one in started] == [0, 0, 0]
    assert [lines[0] for lines in errors] == [f"Wrote {tmp_path / str(one)}." for one in range(3)]
    saved = sorted(lines[1] for lines in errors)
    assert saved == [f"Saved as run {one} in {file}." for one in (1, 2, 3)]
    assert runs(file) == [(1, "", 4), (2, "", 4), (3, "", 4)]


def test_a_run_says_what_was_unreadable_set_and_asked(here: Here, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    ended = here(
        "audit", CASES, bad, "--store", tmp_path / "a.db", "--lesson", "P1.1",
        "--set", "P1.1.carry_days=21",
    )  # fmt: skip
    assert ended.status == 3
    (run,) = json.loads(here("runs", "list", "--store", tmp_path / "a.db", "--format", "json").out)
    assert (run["records"], run["unreadable"], run["not_evaluated"]) == (4, 1, 0)
    assert run["rules"]["lessons"] == ["P1.1"]
    assert run["settings"][0].startswith("P1.1.carry_days is 21 days")
    assert list(run["parameters"]) == [
        "P1.1.carry_days",
        "P1.1.record_workdays",
        "P1.1.replace_days",
    ]
    text = here("runs", "list", "--store", tmp_path / "a.db").text
    assert "run 1: P1.1.carry_days is 21 days" in text


def test_accepted_findings_are_saved_as_such(here: Here, tmp_path: Path) -> None:
    found = json.loads(here("audit", CASES, "--format", "json").out)["findings"][0]
    waivers = tmp_path / "waivers.yaml"
    known = f"fingerprint: '{found['fingerprint']}', outcome: {found['outcome']}"
    entry = f"{{{known}, reason: r, who: w, until: 2099-01-01}}"
    waivers.write_text(f"waivers: [{entry}]\n")
    here("audit", CASES, "--store", tmp_path / "a.db", "--waivers", waivers)
    with Store.open(tmp_path / "a.db", create=False) as store:
        accepted = [one for case in store.frame(1) for one in case.findings if one.accepted]
    assert {one.fingerprint for one in accepted} == {found["fingerprint"]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--label", "spring"], "--label names the run that --store saves: add --store FILE"),
        (["--store", "{}", "--label", "2026-03"], "run 1 has the label '2026-03'"),
        (["--store", "{}", "--label", "latest"], "nor 'latest'"),
        (["--store", "{}", "--label", " "], "--label: a name that can be read, or no --label"),
        (["--label", ""], "--label names the run that --store saves: add --store FILE"),
        (["--store", "{}", "--output", "{}", "--format", "text"], ": name another file"),
        (["--store", "README.md"], "README.md is not a store of casecheck"),
        (["--store", "no/such/folder.db"], "it and its folder must be there and let you write"),
    ],
)
def test_a_store_of_no_use_is_told_before_the_audit(
    here: Here, file: Path, arguments: list[str], told: str
) -> None:
    before = file.read_bytes()
    ended = here("audit", CASES, *[one.format(file) for one in arguments])
    assert (ended.status, ended.out) == (2, b"")
    assert told in " ".join(ended.told.split())
    assert file.read_bytes() == before


@pytest.mark.slow
def test_a_report_that_cannot_be_written_saves_no_run(file: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        status = subprocess.run(
            [sys.executable, "-m", "casecheck", "audit", CASES, "--store", file],
            stdout=full, stderr=subprocess.DEVNULL, cwd=ROOT, check=False,
        ).returncode  # fmt: skip
    assert status == 4
    assert len(runs(file)) == 2


@pytest.mark.slow
def test_a_full_disk_leaves_store_and_report_as_they_were(
    here: Here, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def full(name: str, **options: Any) -> sqlite3.Connection:
        connection = connect(name, **options)
        if "uri" in options:
            connection.execute("PRAGMA max_page_count = 1")  # no larger than it is
        return connection

    report = tmp_path / "report.txt"
    report.write_text("before")
    before = runs(file)
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", full)
        ended = here("audit", "sample_cases", "--store", file, "--output", report)
    assert ended.status == 4
    assert f"the store {file} cannot be written: the disk is full" in ended.told
    assert "Saved" not in ended.told
    assert report.read_text() == "before"
    assert runs(file) == before


LIMITED = """
import resource, shutil, sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from qag_store import audits, sample_texts, save
from casecheck.qag.store.store import Store
audited = audits(sample_texts())
any_size = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in {limits}:
    file = shutil.copy({file!r}, {file!r} + str(limit))
    with Store.open(Path(file), create=False) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, any_size[1]))
        try:
            save(store, "", audited)
        except OSError as error:
            print(limit, error.strerror)
    resource.setrlimit(resource.RLIMIT_FSIZE, any_size)
"""


@pytest.mark.slow
def test_a_file_that_may_not_grow_leaves_the_store_as_it_was(file: Path) -> None:
    before, limits = runs(file), [0, 100, 5_000, 40_000, 70_000]
    code = LIMITED.format(root=str(ROOT), tests=str(ROOT / "tests"), file=str(file), limits=limits)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for limit, line in zip(limits, done.stdout.splitlines(), strict=True):
        assert line.startswith(f"{limit} the store {file}{limit} cannot be written")
        assert runs(Path(f"{file}{limit}")) == before


UNPRIVILEGED = """
import os, sys, tempfile
sys.path.insert(0, {root!r})
os.chdir({root!r})
from casecheck.cli import run
with tempfile.TemporaryDirectory() as folder:  # what is imported late, while it can be read
    run(["audit", {cases!r}, "--store", os.path.join(folder, "first.db")])
run(["runs", "list", "--store", {file!r}])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({user})
    os.setuid({user})
for words in {commands!r}:
    print("=== now ===", flush=True)
    print("=== now ===", file=sys.stderr, flush=True)
    status = run(words)
    print(status, flush=True)
"""


def unprivileged(file: Path, *commands: Sequence[str]) -> list[Ended]:
    """Run commands as one whom permissions stop, in a process that has everything loaded."""
    code = UNPRIVILEGED.format(
        root=str(ROOT), cases=CASES, file=str(file), user=PLAIN_USER, commands=commands
    )
    # What another user kept is not read, and what reads pages is then imported too late.
    env = environment({"CASECHECK_CACHE": "off"})
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env)
    (_, *outs), (_, *errs) = [text.split(b"=== now ===\n") for text in (done.stdout, done.stderr)]
    told = [re.fullmatch(rb"(.*?)(\d+)\n", out, re.DOTALL) for out in outs]
    return [Ended(int(one[2]), one[1], err) for one, err in zip(told, errs, strict=True) if one]


@pytest.mark.slow
def test_a_read_only_folder_is_told_before_the_audit() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = prepared(folder)
        before = file.read_bytes()
        folder.chmod(0o755 if os.geteuid() == 0 else 0o555)
        commands = (
            ("audit", CASES, "--store", str(file)),
            ("audit", CASES, "--store", str(folder / "new.db")),
            ("runs", "list", "--store", str(file)),
        )
        all_ended = unprivileged(file, *commands)
        assert len(all_ended) == len(commands)
        for ended in all_ended:
            assert (ended.status, ended.out) == (2, b""), ended.told
            assert "it and its folder must be there and let you write" in ended.told
        folder.chmod(0o755)
        assert file.read_bytes() == before
        assert list(folder.iterdir()) == [file]


@pytest.mark.parametrize(
    "trials",
    [
        pytest.param(20, marks=pytest.mark.slow, id="some"),
        pytest.param(201, marks=[pytest.mark.slow, pytest.mark.longest], id="many"),
    ],
)
def test_killed_at_any_moment_nothing_said_is_lost_and_nothing_is_half(
    tmp_path: Path, trials: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "tests/qag_killing.py", tmp_path, str(trials), "seed"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.count("trial ")) == (0, trials), done.stderr


# --- runs ---


def test_runs_are_listed(here: Here, file: Path) -> None:
    text = here("runs", "list", "--store", file).text
    lines = text.splitlines()
    assert lines[0] == f"2 runs in {file}"
    assert lines[4].split()[:6] == ["1", "2026-03", "2026-06-30", "57", "0", "11"]
    listed = json.loads(here("runs", "list", "--store", file, "--format", "json").out)
    assert [(run["run"], run["label"]) for run in listed] == [(1, "2026-03"), (2, "2026-06")]


def test_the_samples_that_go_with_a_run_are_named(here: Here, file: Path) -> None:
    drawn = here("sample", "--size", "3", "--seed", "dice", "--name", "s", "--store", file)
    assert drawn.status == 0
    ended = here("runs", "delete", "latest", "--with-samples", "--store", file)
    assert ended.told == (
        f"Deleted run 2 (2026-06) from {file}, with the samples drawn from it: s.\n"
    )


@pytest.mark.slow
def test_parameters_of_other_lessons_than_asked_are_not_compared(
    here: Here, tmp_path: Path
) -> None:
    file = tmp_path / "new.db"
    here("audit", CASES, "--store", file)
    sets = ("--set", "P1.1.carry_days=21", "--set", "P7.1.core_group_days=35")
    here("audit", CASES, "--store", file, *sets)
    for words, names in (
        ((), {"P1.1.carry_days", "P7.1.core_group_days"}),
        (("--lesson", "P7.1"), {"P7.1.core_group_days"}),
    ):
        told = here("compare", "1", "2", "--store", file, "--format", "json", *words)
        assert set(json.loads(told.out)["parameters"]) == names


def test_a_run_is_deleted_by_number_or_label(here: Here, file: Path) -> None:
    ended = here("runs", "delete", "2026-03", "--store", file)
    assert (ended.status, ended.told) == (0, f"Deleted run 1 (2026-03) from {file}.\n")
    assert runs(file) == [(2, "2026-06", 57)]
    ended = here("runs", "delete", "2026-03", "--store", file)
    assert (ended.status, ended.out) == (2, b"")
    assert "no run '2026-03'" in ended.told
    assert here("runs", "delete", "latest", "--store", file).status == 0
    assert here("runs", "list", "--store", file).text == f"0 runs in {file}\n"


def test_a_run_with_a_sample_is_not_deleted_unasked(here: Here, file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("spring", 2, "seed", {}, [])
    ended = here("runs", "delete", "2", "--store", file)
    assert ended.status == 2
    assert "`--with-samples` deletes both" in ended.told
    assert here("runs", "delete", "2", "--with-samples", "--store", file).status == 0
    assert runs(file) == [(1, "2026-03", 57)]


def test_without_a_store_the_cure_is_told(here: Here, tmp_path: Path) -> None:
    for words in (("runs", "list"), ("runs", "delete", "1"), ("compare", "1", "2")):
        ended = here(*words, "--store", tmp_path / "none.db")
        assert (ended.status, ended.out) == (2, b"")
        assert "`casecheck audit PATH --store FILE` makes one" in ended.told
    assert list(tmp_path.iterdir()) == []


# --- compare ---


def compared(here: Here, file: Path, *arguments: str) -> dict[str, Any]:
    ended = here("compare", *arguments, "--store", file, "--format", "json")
    assert ended.status == 0
    told: dict[str, Any] = json.loads(ended.out)
    return told


def test_findings_are_new_gone_or_standing_by_their_fingerprints(here: Here, file: Path) -> None:
    told = compared(here, file, "2026-03", "latest")
    assert told["counts"] == {
        "new": 1, "gone, met now": 4, "gone, not met": 0, "standing": 931,
        "asked in one run only": 16,
    }  # fmt: skip
    assert told["cases"] == {"both": 56, "before_only": ["C-0112"], "now_only": ["C-0109"]}
    assert told["parameters"] == {}
    with Store.open(file, create=False) as store:
        before, now = (
            {one.fingerprint for case in store.frame(run) for one in case.findings}
            for run in (1, 2)
        )
    kinds = {
        kind: {one["fingerprint"] for one in told["findings"] if one["kind"] == kind}
        for kind in ("new", "gone", "standing")
    }
    assert kinds == {"new": now - before, "gone": before - now, "standing": now & before}
    said = {
        (one["kind"], one["lesson"], one["check"], one["before"], one["now"])
        for one in told["findings"]
        if one["case_id"] == "C-0104" and one["kind"] != "standing"
    }
    assert said == {
        ("new", "P1.1", "risks-carried", "met", "breach"),
        ("gone", "P4.1", "chronology-current", "breach", "met"),
        ("gone", "P4.1", "neglect-tool-used", "breach", "met"),
    }
    assert {one["now"] for one in told["findings"] if one["case_id"] == "C-0112"} == {
        "the case is not in this run"
    }


def test_compared_the_other_way_round_it_is_the_other_way_round(here: Here, file: Path) -> None:
    one, other = compared(here, file, "1", "2"), compared(here, file, "2", "1")
    swapped = {"new": "gone", "gone": "new", "standing": "standing"}
    assert {(f["fingerprint"], f["kind"]) for f in one["findings"]} == {
        (f["fingerprint"], swapped[f["kind"]]) for f in other["findings"]
    }
    same = compared(here, file, "2", "2")
    assert {column for column, count in same["counts"].items() if count} == {"standing"}


@pytest.mark.slow
def test_what_was_not_asked_is_not_gone_for_good(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    here("audit", CASES, "--store", file, "--set", "P8.2.consider_days=21")
    here("audit", CASES, "--store", file, "--lesson", "P1.1")
    told = compared(here, file, "1", "2")
    assert told["counts"].pop("asked in one run only") == len(told["findings"]) > 0
    assert set(told["counts"].values()) == {0}
    assert {one["now"] for one in told["findings"]} == {"this check has no outcome in this run"}
    assert told["parameters"]["P8.2.consider_days"]["before"].startswith("21 days")
    text = here("compare", "1", "2", "--store", file).text
    assert "The rules are not the same" in text
    assert "not in force in B" in text


def test_a_finding_that_is_gone_without_being_met_is_told_apart(here: Here, tmp_path: Path) -> None:
    record = json.loads(Path("sample_cases/c-0104.json").read_text())
    file, folder = tmp_path / "a.db", tmp_path / "cases"
    folder.mkdir()

    def audited(label: str) -> None:
        (folder / "c.json").write_text(json.dumps(record))
        assert here("audit", folder, "--store", file, "--label", label).status == 0

    audited("whole")
    del record["category_changes"], record["chair_agreements"]
    audited("not in the extract")
    record |= {"category_changes": [], "chair_agreements": []}
    audited("none recorded")
    words = ("whole", "not in the extract", "--lesson", "P1.1")
    told = compared(here, file, *words)
    gone = [one for one in told["findings"] if one["kind"] == "gone"]
    assert len(gone) == told["counts"]["gone, not met"] == 5
    assert {(one["now"], one["check_now"]) for one in gone} == {
        ("no instance", "insufficient_evidence")
    }
    text = here("compare", *words, "--store", file).text
    assert "A: breach; B: no instance (the check: cannot tell)" in text
    told = compared(here, file, "whole", "none recorded", "--lesson", "P1.1")
    gone = [one for one in told["findings"] if one["kind"] == "gone"]
    assert {one["check_now"] for one in gone} == {"not_applicable"}
    assert told["counts"]["gone, met now"] == 0


def test_an_outcome_that_changed_under_one_fingerprint_is_shown(here: Here, tmp_path: Path) -> None:
    record = json.loads(Path("sample_cases/c-0104.json").read_text())
    (change,) = record["category_changes"]
    file = tmp_path / "a.db"
    for name, agreed in (("a", None), ("b", False)):
        record["chair_agreements"] = [
            {
                "id": "agree", "category_change": change["id"], "recorded_on": change["on"],
                "risks_mitigated": agreed, "risks_carried": False,
            }
        ]  # fmt: skip
        folder = tmp_path / name
        folder.mkdir()
        (folder / "c.json").write_text(json.dumps(record))
        assert here("audit", folder, "--store", file, "--label", name).status == 0
    told = compared(here, file, "a", "b", "--lesson", "P1.1")
    (found,) = [one for one in told["findings"] if one["check"] == "chair-agreement"]
    assert found["kind"] == "standing"
    assert (found["before"], found["now"]) == ("insufficient_evidence", "breach")
    text = here("compare", "a", "b", "--store", file, "--lesson", "P1.1").text
    assert "CHANGED P1.1 chair-agreement: A: cannot tell; B: breach" in text


def test_text_lists_what_changed_and_counts_the_rest(here: Here, file: Path) -> None:
    text = here("compare", "1", "2", "--store", file).text
    assert text.startswith("A: run 1 (2026-03), 57 records as of 2026-06-30, rules sha256:")
    assert "Cases in both 56, only in A 1, only in B 1" in text
    assert "  NEW P1.1 risks-carried: A: met; B: breach" in text
    assert text.count("\n  GONE ") == 6
    assert "The rules are not the same" not in text
    (total,) = [line.split() for line in text.splitlines() if line.startswith("all checks")]
    assert total == ["all", "checks", "1", "4", "0", "931", "16"]


def test_csv_lists_each_finding_safely(here: Here, file: Path, tmp_path: Path) -> None:
    output = tmp_path / "changes.csv"
    ended = here(
        "compare", "1", "2", "--store", file, "--format", "csv", "--output", output,
        "--lesson", "P1.1",
    )  # fmt: skip
    assert (ended.status, ended.out) == (0, b"")
    text = output.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert [row["kind"] for row in rows].count("new") == 1
    assert {row["lesson"] for row in rows} == {"P1.1"}
    assert all("/" in row["pointers"] and len(row["fingerprint"]) == 32 for row in rows)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["1", "7"], "no run '7'"),
        (["summer", "1"], "no run 'summer'"),
        (["1", "2", "--lesson", "P1.9"], "No lesson 'P1.9' in run 1 (2026-03): did you mean"),
    ],
)
def test_what_cannot_be_compared_is_told(
    here: Here, file: Path, arguments: list[str], told: str
) -> None:
    ended = here("compare", *arguments, "--store", file)
    assert (ended.status, ended.out) == (2, b"")
    assert told in ended.told


# --- a damaged store ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", few([20, 27, 40, 100], 27))
def test_a_damaged_page_is_told_without_a_traceback(tmp_path: Path, page: int) -> None:
    """What happens when a half read answer is thrown away is seen in a process of its own only."""
    file = judged(tmp_path)
    with sqlite3.connect(file) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    content = bytearray(file.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    file.write_bytes(content)
    commands = (("compare", "1", "2"), ("judge", "--verify"), ("estimate", "now"))
    done = subprocess.run(
        many_commands((*words, "--store", str(file)) for words in commands),
        capture_output=True, check=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    compared, *others = [status for status, _ in apart(done.stdout)]
    assert compared in {0, 2}
    assert others == [2, 2]
    damaged = b"casecheck.db is damaged, and proves nothing: put back"
    assert done.stderr.count(damaged) >= len(others)
    assert b"Traceback" not in done.stderr
