"""What has not changed is not audited again; what is kept is believed only as it was written."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import shipped
from command_line import SAMPLES, Here

from casecheck.audit import cache_file, caching, running
from casecheck.audit.auditor import Auditor
from casecheck.audit.cache_file import UNUSED_RUNS, CacheFile
from casecheck.audit.packed import Unpacking, pack
from casecheck.audit.running import audit_texts
from casecheck.intake.files import find_texts
from casecheck.intake.texts import RecordText
from casecheck.results import CaseAudit

LINES = [
    *SAMPLES.joinpath("small-families.jsonl").read_bytes().splitlines(),
    *[
        json.dumps(json.loads(file.read_bytes())).encode()
        for file in sorted(SAMPLES.glob("c-01*.json"))[:8]
    ],
]
JSONL = ("--format", "jsonl")


def in_cache(file: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        return list(database.execute(question))


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each call of an auditor was given."""
    numbers: list[int] = []
    real = Auditor.audit

    def counting(self: Auditor, records: list[object], *more: bool) -> list[CaseAudit]:
        numbers.append(len(records))
        return real(self, records, *more)

    monkeypatch.setattr(Auditor, "audit", counting)
    return numbers


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / "extract.jsonl"
    file.write_bytes(b"\n".join(LINES))
    return file


@pytest.mark.parametrize("timelines", [False, True])
def test_an_audit_is_read_back_as_it_was(timelines: bool) -> None:
    rules = shipped.rules()
    few = replace(rules, lessons=rules.lessons[:1])
    texts = [text for text in find_texts([str(SAMPLES)], None) if isinstance(text, RecordText)]
    unpacking = Unpacking(few)
    for one in audit_texts(texts, few, 1, True, timelines=timelines):
        assert isinstance(one, CaseAudit)
        again = unpacking.unpack(pack(one), one.file, one.line)
        assert again == one
        assert repr((again.lessons, again.findings)) == repr((one.lessons, one.findings))


@pytest.mark.parametrize("report_format", ["text", "jsonl"])
def test_nothing_is_audited_twice_and_the_report_is_the_same(
    here: Here, one_lesson: Path, extract: Path, audited: list[int], report_format: str
) -> None:
    words = ("audit", extract, "--rules", one_lesson, "--format", report_format)
    without = here(*words)
    kept = (*words, "--cache", extract.parent / "kept")
    assert here(*kept) == without
    audited.clear()
    assert here(*kept) == without
    assert sum(audited) == 0
    # A record that moved within the file, and one that changed.
    lines = extract.read_bytes().replace(b'"C-0203"', b'"C-0299"').splitlines()
    extract.write_bytes(b"\n".join(reversed(lines)))
    assert here(*kept) == here(*words)
    assert extract.read_bytes().count(b'"C-0299"') == 1


def test_one_record_of_many_that_changed_is_audited_alone(
    here: Here, one_lesson: Path, extract: Path, audited: list[int]
) -> None:
    words = ("audit", extract, "--rules", one_lesson, "--cache", extract.parent / "kept")
    here(*words)
    audited.clear()
    extract.write_bytes(extract.read_bytes().replace(b'"C-0201"', b'"C-9201"'))
    here(*words)
    assert sum(audited) == 1


@pytest.mark.slow
def test_what_an_audit_hangs_on_makes_another_key(
    here: Here, one_lesson: Path, extract: Path, audited: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule, a setting, which checks are asked, the version; and what is to be told of each."""
    rules = extract.parent / "rules"
    rules.mkdir()
    page = (one_lesson / "P1.1.yaml").read_text(encoding="utf-8")
    rules.joinpath("P1.1.yaml").write_text(page, encoding="utf-8")
    words = ["audit", extract, "--rules", rules, "--cache", extract.parent / "kept"]

    def is_audited_again(*more: str) -> bool:
        audited.clear()
        assert here(*words, *more).status == 0
        return sum(audited) > 0

    assert is_audited_again()
    assert not is_audited_again()
    assert is_audited_again("--set", "P1.1.carry_days=29")
    assert is_audited_again("--format", "html")
    assert not is_audited_again()
    changed = page.replace("value: 28", "value: 29")
    rules.joinpath("P1.1.yaml").write_text(changed, encoding="utf-8")
    assert is_audited_again()
    monkeypatch.setattr(caching, "program", lambda: "another casecheck")
    assert is_audited_again()
    monkeypatch.setattr(caching, "beneath", lambda: "another engine")
    assert is_audited_again()


def test_waivers_are_marked_whether_or_not_it_is_kept(
    here: Here, one_lesson: Path, extract: Path, audited: list[int]
) -> None:
    """Neither they nor the clock are in the key: today is the day of each record's extract."""
    plain = ["audit", extract, "--rules", one_lesson, *JSONL]
    words = [*plain, "--cache", extract.parent / "kept"]
    found = here(*words)
    waivers = extract.parent / "waivers.yaml"
    every = [one for line in found.out.splitlines() for one in json.loads(line)["findings"]]
    mark = next(one["fingerprint"] for one in every if one["outcome"] == "breach")
    waivers.write_text(
        f'waivers:\n  - fingerprint: "{mark}"\n    outcome: breach\n    reason: agreed\n'
        "    who: board\n    until: 2099-01-01\n",
        encoding="utf-8",
    )
    accepted = here(*plain, "--waivers", waivers)
    assert accepted.out != found.out
    assert here(*words, "--waivers", waivers) == accepted
    audited.clear()
    assert here(*words, "--waivers", waivers) == accepted
    assert here(*words) == found
    assert sum(audited) == 0


def test_a_damaged_row_is_worked_out_anew_and_told_once(
    here: Here, one_lesson: Path, extract: Path, audited: list[int]
) -> None:
    kept = extract.parent / "kept"
    words = ("audit", extract, "--rules", one_lesson, *JSONL, "--cache", kept)
    before = here(*words)
    in_cache(kept, "UPDATE audited SET content = replace(content, 'breach', 'compliant')")
    in_cache(kept, "UPDATE audited SET used = 'x' WHERE key = (SELECT min(key) FROM audited)")
    audited.clear()
    again = here(*words)
    assert again.out == before.out
    assert 1 <= sum(audited) <= len(LINES)
    assert again.told.count("not as casecheck wrote them") == 1
    audited.clear()
    assert here(*words) == before
    assert sum(audited) == 0


def test_a_row_that_somebody_sealed_anew_but_nobody_can_read_is_worked_out(
    here: Here, one_lesson: Path, extract: Path
) -> None:
    kept = extract.parent / "kept"
    words = ("audit", extract, "--rules", one_lesson, *JSONL, "--cache", kept)
    before = here(*words)
    for (key,) in in_cache(kept, "SELECT key FROM audited"):
        assert isinstance(key, bytes)
        with closing(sqlite3.connect(kept, isolation_level=None)) as database:
            content = '["C-1"]\n'
            values = (content, cache_file._seal(key, content), key)
            database.execute("UPDATE audited SET content = ?, seal = ? WHERE key = ?", values)
    assert here(*words).out == before.out


def test_a_file_that_fails_midway_costs_only_time(
    here: Here, one_lesson: Path, extract: Path
) -> None:
    words = ("audit", extract, "--rules", one_lesson, *JSONL)
    without = here(*words)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    for broken in ("found", "keep"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CacheFile, broken, full)
            ended = here(*words, "--cache", extract.parent / "kept")
        assert (ended.status, ended.out) == (without.status, without.out)
        assert ended.told.count("the rest was audited without it") == 1


def test_it_is_its_owners_alone_and_holds_no_more_of_a_record_than_its_report(
    here: Here, one_lesson: Path, extract: Path
) -> None:
    kept = extract.parent / "kept"
    here("audit", extract, "--rules", one_lesson, "--cache", kept)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    held = "".join(str(text) for (text,) in in_cache(kept, "SELECT content FROM audited"))
    assert "C-0201" in held
    assert '"workers"' not in held
    assert "born" not in held


@pytest.mark.parametrize("what", ["text", "open text", "other", "shared", "view", "folder"])
def test_what_is_no_cache_of_ours_is_refused_and_left_as_it_is(
    here: Here, one_lesson: Path, extract: Path, what: str
) -> None:
    kept = extract.parent / "kept"
    words = ("audit", extract, "--rules", one_lesson, "--cache", kept)
    if what.endswith("text"):  # an extract of the user's own, say
        kept.write_bytes(LINES[0])
        kept.chmod(0o644 if what == "open text" else 0o600)
    elif what == "other":
        in_cache(kept, "CREATE TABLE other (a)")
        kept.chmod(0o600)
    elif what == "folder":
        kept.mkdir()
    else:
        here(*words)
        if what == "shared":
            kept.chmod(0o640)
        else:
            in_cache(kept, "CREATE VIEW v AS SELECT 1")
    before = None if kept.is_dir() else kept.read_bytes()
    ended = here(*words)
    assert (ended.status, ended.out) == (2, b"")
    assert str(kept) in ended.told
    assert "name another file" in ended.told
    assert ("chmod" in ended.told) is (what == "shared")
    assert before is None or kept.read_bytes() == before


def test_what_long_nobody_asked_for_is_deleted(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    first = CacheFile.begin(file)
    first.keep([(b"old", "[]"), (b"asked for", "[]")], [])
    first.end()
    for _ in range(UNUSED_RUNS):
        later = CacheFile.begin(file)
        rows, damaged = later.found([b"asked for"])
        assert damaged == 0
        later.keep([], rows.items())
        later.end()
    assert in_cache(file, "SELECT key FROM audited") == [(b"asked for",)]


# To go on with an audit that was stopped


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ctrl-C after so many records, which are taken a few at a time; 0 for none."""
    after = [0]
    monkeypatch.setattr(running, "TEXTS_AT_ONCE", 2)
    monkeypatch.setattr("casecheck.cli.keeping.HERE_FIRST", 1)
    monkeypatch.setattr("casecheck.intake.line_blocks._is_plain", lambda _: False)
    from casecheck.qag.store.run_writer import RunWriter  # noqa: PLC0415

    add = RunWriter.add

    def adding(self: RunWriter, item: object) -> None:
        add(self, item)
        after[0] -= 1
        if after[0] == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(RunWriter, "add", adding)
    return after


def saved(store: Path) -> list[list[tuple[object, ...]]]:
    tables = ("run", "result", "frame_case", "finding", "met", "seal")
    return [in_cache(store, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]  # noqa: S608


def test_an_audit_that_was_stopped_goes_on_and_is_saved_as_if_it_never_had_been(
    here: Here, one_lesson: Path, extract: Path, stopped: list[int], audited: list[int]
) -> None:
    folder = extract.parent
    of_one = ("--rules", one_lesson, "--jobs", "1")
    words = ("audit", extract, *of_one, *JSONL, "--output", folder / "report")
    assert here(*words, "--store", folder / "whole.db").status == 0
    whole = (folder / "report").read_bytes()
    before = sum(audited)
    stopped[0] = 7
    ended = here(*words, "--store", folder / "a.db")
    unfinished = folder / "a.db-unfinished"
    assert ended.status == 130
    assert f"Not finished. What was audited so far is in {unfinished}" in ended.told
    assert stat.S_IMODE(unfinished.stat().st_mode) == 0o600
    audited.clear()
    assert here(*words, "--store", folder / "a.db", "--resume").status == 0
    assert sum(audited) <= before - 4
    assert (folder / "report").read_bytes() == whole
    assert saved(folder / "a.db") == saved(folder / "whole.db")
    assert not list(folder.glob("*unfinished*"))


def test_without_resume_it_begins_anew(
    here: Here, one_lesson: Path, extract: Path, stopped: list[int], audited: list[int]
) -> None:
    of_one = ("--rules", one_lesson, "--jobs", "1")
    words = ("audit", extract, *of_one, "--store", extract.parent / "a.db")
    stopped[0] = 7
    assert here(*words).status == 130
    audited.clear()
    assert here(*words).status == 0
    assert sum(audited) == len(LINES)
    assert not list(extract.parent.glob("*unfinished*"))


def test_a_store_is_no_cache(here: Here, one_lesson: Path, tmp_path: Path) -> None:
    both = tmp_path / "a.db"
    ended = here("audit", SAMPLES, "--rules", one_lesson, "--store", both, "--cache", both)
    assert ended.status == 2
    assert "name the same file" in ended.told
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_was_stopped_it_says_so(here: Here, one_lesson: Path, tmp_path: Path) -> None:
    words = ("--rules", one_lesson, "--store", tmp_path / "a.db", "--resume")
    ended = here("audit", SAMPLES / "c-0104.json", *words)
    assert ended.status == 0
    assert "Nothing to resume" in ended.told


def test_resume_needs_a_store(here: Here, one_lesson: Path) -> None:
    ended = here("audit", SAMPLES, "--rules", one_lesson, "--resume")
    assert ended.status == 2
    assert "add --store FILE" in ended.told
