"""What somebody would type does what they mean, or says what to type."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from amounts import few
from command_line import ROOT, SAMPLES, Ended, Here, command_line, environment
from qag_judged import drawn, judge
from qag_packs import filled, filled_csv
from qag_sealed import resealed
from qag_store import LABELS, prepared

from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.store import Store, StoreError
from casecheck.results import Outcome
from casecheck.text.natural import natural

CASE = SAMPLES / "c-0104.json"


# The format follows the name of the file, and what was written is said


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x.csv", "\ufeffkind,"), ("x.CSV", "\ufeffkind,"), ("x.json", '{\n"casecheck"'),
        ("x.jsonl", '{"case_id"'), ("x.ndjson", '{"case_id"'), ("x.sarif", '{\n"$schema"'),
        ("x.sarif.json", '{\n"$schema"'), ("x.txt", "casecheck 0"), ("x", "casecheck 0"),
        ("x.log", "casecheck 0"),
    ],
)  # fmt: skip
def test_the_format_follows_the_file(here: Here, tmp_path: Path, name: str, begins: str) -> None:
    file = tmp_path / name
    ended = here("audit", CASE, "--output", file)
    assert (ended.status, ended.out) == (0, b"")
    assert file.read_text().startswith(begins)
    assert ended.told == f"Wrote {file}.\n"
    here("audit", CASE, "--format", "text", "--output", file)
    assert file.read_text().startswith("casecheck 0")


@pytest.mark.parametrize(
    "name", ["x.pdf", "x.json.gz", "x.TSV", "x.ods", "x.xml", "x.yaml", "x.db", "x.zip"]
)
def test_what_is_never_written_is_refused(here: Here, tmp_path: Path, name: str) -> None:
    ended = here("audit", CASE, "--output", tmp_path / name)
    assert ended.status == 2
    assert "or say --format (text, json, jsonl, csv, sarif" in ended.told
    assert here("audit", CASE, "--format", "csv", "--output", tmp_path / name).status == 0


@pytest.mark.parametrize(
    "words",
    [
        ("size", "--population", "46", "--tolerable", "10%"),
        ("compare", "1", "2"),
        ("sample", "--size", "3", "--seed", "a"),
        ("sample", "list"),
        ("sample", "show", "latest"),
        ("sample", "extend", "latest", "--size", "4"),
    ],
)
def test_so_it_does_for_every_command(here: Here, tmp_path: Path, words: tuple[str, ...]) -> None:
    store = ("--store", prepared(tmp_path)) if words[0] != "size" else ()
    if words[1] in ("show", "extend", "list"):
        here("sample", "--size", "3", "--seed", "a", *store)
    for name, begins in (("x.csv", "\ufeff"), ("y.json", ("{", "["))):
        ended = here(*words, *store, "--output", tmp_path / name)
        if words[1] == "extend" and name == "y.json":
            continue
        assert ended.status == 0, ended.told
        assert f"Wrote {tmp_path / name}." in ended.told
        assert tmp_path.joinpath(name).read_text().startswith(begins)
    ended = here(*words, *store, "--output", tmp_path / "x.sarif")
    assert "nothing here is written as .sarif" in ended.told


# A case by its id


def typed_again(here: Here, command: str) -> Ended:
    name, *words = shlex.split(command)
    assert name == "casecheck"
    return here(*words)


def test_a_case_is_found_by_its_id(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ((), ("sample_cases",), (CASE,)):
        for name in ("C-0104", "c-0104"):
            ended = here("explain", name, *words)
            assert (ended.status, ended.err) == (0, b"")
            text = ended.text
            assert "  BREACH: P1.1\n" in text
            assert "\nP1.1 A changed category must not hide the old risks\n" in text
    monkeypatch.chdir(SAMPLES)
    assert here("explain", "C-0201").status == 0


def test_what_it_says_to_type_can_be_typed(here: Here) -> None:
    text = here("explain", "C-0104", "sample_cases", "--set", "P1.1.carry_days=21").text
    (command,) = [line for line in text.splitlines() if line.startswith("  casecheck explain")]
    other = typed_again(here, command.strip())
    assert other.status == 0
    assert other.text.startswith("P4.1")


def test_a_case_without_findings(here: Here) -> None:
    ended = here("explain", "C-0103")
    assert ended.status == 0
    assert "Explain one by" in ended.text


def test_a_lesson_of_a_case(here: Here) -> None:
    plain = here("explain", "P7.1", "--case", "sample_cases/c-0104.json")
    assert here("explain", "C-0104", "--lesson", "P7.1") == plain
    assert here("explain", "P7.1", "sample_cases/c-0104.json") == plain
    assert "No lesson 'P7.2'" in here("explain", "C-0104", "--lesson", "P7.2").told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("C-9999",), "No record with the case id C-9999 in the working folder: type where its"
                      " record is: casecheck explain C-9999 PATH"),
        (("P11", "sample_cases"), "or, if a lesson was meant, did you mean `P1.1`?"),
        (("C-0104", "P1.1"), "P1.1 is a lesson: --lesson P1.1"),
        (("C-0104", "nowhere"), "no such file or folder: nowhere"),
        (("C-0104", "--case", "sample_cases"), "give PATH in place of --case"),
        (("C-0104", "--examples"), "--examples are a lesson's"),
        (("P1.1", "--lesson", "P1.1"), "--lesson is for CASE-ID"),
        (("P1.1", "a", "b"), "give one PATH"),
        (("sample_cases/c-0104.json",), "is a path: name a case or a lesson first: casecheck"),
        (("sample_cases",), "explain CASE-ID PATH, or LESSON PATH"),
        (("P9.9",), "No lesson 'P9.9'"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained(here: Here, words: tuple[str, ...], told: str) -> None:
    ended = here("explain", *words)
    assert ended.status == 2
    assert told in " ".join(ended.told.split())


def test_a_case_in_two_places_and_one_that_cannot_be_read(here: Here, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        shutil.copy(CASE, tmp_path / name)
    assert "C-0104 stands in" in here("explain", "C-0104", tmp_path).told
    tmp_path.joinpath("a.json").write_bytes(b'{"case_id": "C-0300"}')
    ended = here("explain", "C-0300", tmp_path)
    assert ended.status == 3
    assert "/extracted_on" in ended.told


def test_a_large_folder_is_not_looked_through_unasked(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.intake.one_record.MOST_ENTRIES", 10)
    ended = here("explain", "C-0104")
    assert "too many files in the working folder" in " ".join(ended.told.split())
    assert here("explain", "C-0104", "sample_cases").status == 0


# What a report says to type next can be typed


@pytest.mark.parametrize(
    "words", [(), ("--rules", "statutory"), ("--set", "P1.1.carry_days=21", "--no-settings")]
)
@pytest.mark.parametrize("name", few(["a b.jsonl", "it's.jsonl", "x.json"], "it's.jsonl"))
def test_the_command_that_a_report_suggests(
    here: Here, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    records = [*SAMPLES.glob("c-01*.json")] if name.endswith("l") else [CASE]
    lines = [json.dumps(json.loads(file.read_bytes())) for file in sorted(records)]
    tmp_path.joinpath(name).write_text("\n".join(lines))
    text = here("audit", tmp_path / name, *words).text
    commands = [line for line in text.splitlines() if line.startswith("  casecheck explain")]
    assert len(commands) == 1
    assert typed_again(here, commands[0].strip()).status == 0


# Natural order


def test_numbers_are_ordered_as_people_count() -> None:
    teams = ["TEAM-10", "TEAM-2", "TEAM-1", "TEAM-1-10", "TEAM-1-9", "A", "TEAM-02", ""]
    assert sorted(teams, key=natural) == [
        "", "A", "TEAM-1", "TEAM-1-9", "TEAM-1-10", "TEAM-02", "TEAM-2", "TEAM-10",
    ]  # fmt: skip


def test_strata_stand_in_that_order(here: Here, tmp_path: Path) -> None:
    store = prepared(tmp_path)
    resealed(store, "UPDATE frame_case SET team = 'TEAM-' || (1 + position % 11)")
    shown = here(
        "sample", "--store", store, "--size", "22", "--seed", "a", "--design", "stratified",
        "--by", "team", "--minimum", "1",
    ).text  # fmt: skip
    teams = [line.split()[0] for line in shown.splitlines() if line.startswith("TEAM-")]
    assert teams == [f"TEAM-{number}" for number in range(1, 12)]


# Packs in a folder


def test_a_folder_of_packs_is_judged(here: Here, tmp_path: Path) -> None:
    store, packs, back = prepared(tmp_path), tmp_path / "packs", tmp_path / "back"
    of = ("--store", store)
    here("sample", *of, "--size", "4", "--seed", "a", "--lesson", "P1.1", "--lesson", "P4.1")
    made = here(
        "pack", *of, "--auditor", "anna", "--auditor", "ben", "--format", "csv", "--format", "xlsx",
        "--output", packs, "--rules", "rules", "--ask", "all",
    )  # fmt: skip
    assert made.status in (0, 2), made.told
    if made.status == 2:  # the store's runs are of some lessons only
        pytest.skip(made.told)
    back.joinpath("of ben").mkdir(parents=True)
    filled(packs / "sample-1-anna.xlsx", back / "anna.xlsx")
    filled_csv(packs / "sample-1-ben.csv", back / "of ben" / "ben.csv")
    back.joinpath("~$anna.xlsx").write_bytes(b"anna")
    back.joinpath(".DS_Store").write_bytes(b"")
    back.joinpath("notes.docx").write_bytes(b"")
    here("audit", CASE, "--output", back / "report.csv")
    ended = here("judge", back, *of)
    assert ended.status == 0, ended.told
    assert "auditor anna" in ended.text
    assert "auditor ben" in ended.text
    for name in ("~$anna.xlsx", "notes.docx", "report.csv"):
        assert ended.told.count(name) == 1
    assert ".DS_Store" not in ended.told


def test_a_folder_without_packs(here: Here, tmp_path: Path) -> None:
    store, folder = prepared(tmp_path), tmp_path / "empty"
    folder.mkdir()
    ended = here("judge", folder, "--store", store)
    assert ended.status == 3
    assert "a folder without a pack, whose name ends in .xlsx or .csv" in ended.told
    ended = here("judge", "--verify", folder)
    assert ended.status == 2
    assert "is a folder: name the exported log that is in it" in " ".join(ended.told.split())


# Samples that were drawn to try


def test_a_trial_sample_is_deleted(here: Here, tmp_path: Path) -> None:
    store = prepared(tmp_path)
    here("sample", "--store", store, "--size", "3", "--seed", "try it")
    ended = here("sample", "delete", "latest", "--store", store)
    assert (ended.status, ended.out) == (0, b"")
    assert ended.told == f"Deleted sample-1 (seed try it) from {store}.\n"
    assert "No sample yet" in here("sample", "list", "--store", store).text
    assert here("sample", "delete", "sample-1", "--store", store).status == 2


def test_a_sample_with_judgments_is_never_deleted(tmp_path: Path) -> None:
    with Store.open(prepared(tmp_path), create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 5, ("P1.1",), tuple(Outcome)))
        judge(store, view, lambda *_: "compliant", most=1)
        with pytest.raises(StoreError, match="has judgments, which stay"):
            store.delete_sample(view.sample.id)
        assert store.sample("s").drawn == view.sample.drawn


# Progress, and the set-up


@pytest.mark.slow
@pytest.mark.parametrize(("env", "seen"), [("", True), ("1", True)])
def test_progress_is_told_whatever_is_said_of_colour(tmp_path: Path, env: str, seen: bool) -> None:
    many = tmp_path / "many.jsonl"
    many.write_bytes(SAMPLES.joinpath("small-families.jsonl").read_bytes() * 40)
    ours, theirs = pty.openpty()
    changed = {"NO_COLOR": env, "TERM": "xterm"}
    with subprocess.Popen(
        command_line("check", many), stdout=subprocess.PIPE, stderr=theirs, env=environment(changed)
    ) as process:
        process.communicate(timeout=120)
        os.close(theirs)
        told = os.read(ours, 65_536)
    os.close(ours)
    assert (re.search(rb"\b100 of \d+ records read", told) is not None) is seen
    assert (b"\x1b" in told) is not bool(env)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("echo 2.7.18", "is Python 2.7.18, which is not supported. Install Python 3.11"),
        ("echo 3.14.0", "is Python 3.14.0, which is not supported"),
        ("exit 1", "is no Python that runs"),
        ("true", "is no Python that runs"),
    ],
)
def test_a_python_that_is_of_no_use_is_named(tmp_path: Path, program: str, told: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    ended = subprocess.run(
        ["sh", str(ROOT / "tools" / "can_build.sh"), str(python)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert f"{python} {told}" in ended.stderr
    assert "make PYTHON=python3.12" in ended.stderr


def test_a_file_that_cannot_be_written_is_told_by_its_own_option(
    here: Here, tmp_path: Path
) -> None:
    store = prepared(tmp_path)
    for option, words in (("--export", ("judge",)), ("--output", ("sample", "list"))):
        ended = here(*words, "--store", store, option, tmp_path)
        assert ended.status == 2
        assert f"{option} {tmp_path}: " in ended.told
