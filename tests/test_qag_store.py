"""The store of the audit cycle: what goes in comes out, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread, Timer

import pytest
from once import load_once
from qag_store import LABELS, ONLY_BEFORE, ONLY_NOW, audits, prepared, sample_texts, save
from shipped import ROOT, rules

from casecheck.audit.running import audit_texts
from casecheck.lessons.settings import Settings
from casecheck.qag.store import file as store_file
from casecheck.qag.store.schema import APPLICATION_ID, MIGRATIONS
from casecheck.qag.store.store import LATEST, NO_ENTRY, DrawnCase, Entry, Store, StoreError
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, EngineError, Outcome, Waiver

AUDITED = audits(sample_texts())
EMPTY = CaseAudit("C-1", "c.json", None, {}, (), (), (), date(2026, 6, 30))
DRAWN = (
    DrawnCase(1, 3, "C-0104", "NORTH", "2/45", "0ab", "drawn"),
    DrawnCase(2, 7, "C-0108", "", "0.044", "0cd", "drawn", "the file is lost"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return prepared(tmp_path)


def new(folder: Path) -> Store:
    return Store.open(folder / "new.db", create=True)


# --- runs ---


def test_a_run_comes_back_as_it_was_found(tmp_path: Path) -> None:
    with new(tmp_path) as store:
        run = store.run(save(store, "all", AUDITED))
        frame = store.frame(run.id)
    assert (run.label, run.records, run.unreadable, run.as_of) == ("all", 58, 0, "2026-06-30")
    assert (run.digest, run.settings) == (rules().digest, ())
    assert run.lessons == tuple(lesson.id for lesson in rules().lessons)
    assert run.parameters["P1.1.carry_days"] == "28 days"
    assert [case.position for case in frame] == list(range(1, 59))
    expected = sorted(AUDITED, key=lambda one: (one.case_id, one.file, one.line or 0))
    for case, audited in zip(frame, expected, strict=True):
        assert (case.case_id, case.file, case.line) == audited[:3]
        assert case.extracted_on == audited.extracted_on.isoformat()
        strata = audited.district, audited.team, audited.lead_agency
        assert (case.district, case.team, case.lead_agency) == strata
        outcomes = {(name, ""): one.outcome for name, one in audited.lessons.items()}
        for name, one in audited.lessons.items():
            outcomes |= {(name, check): outcome for check, outcome in one.checks.items()}
        assert dict(case.outcomes) == outcomes
        assert [(one.lesson, one.check, one.outcome) for one in case.findings] == [
            (one.lesson, one.check, one.outcome) for one in audited.findings
        ]
        assert [(one.fingerprint, one.pointers) for one in case.findings] == [
            (one.fingerprint, one.pointers) for one in audited.findings
        ]
    assert any(case.findings for case in frame)
    assert any(case.line for case in frame)
    assert {case.district for case in frame} >= {"NORTH"}


def test_the_instances_that_are_met_are_kept(tmp_path: Path) -> None:
    with new(tmp_path) as store:
        run = save(store, "all", AUDITED)
        assert {case.met for case in store.frame(run)} == {()}
        frame, part = store.frame(run, with_met=True), store.frame(run, ["P1.1"], with_met=True)
    by_place = {(one.case_id, one.file, one.line): one for one in AUDITED}
    for case, chosen in zip(frame, part, strict=True):
        assert case.met == by_place[case.case_id, case.file, case.line].met
        assert chosen.met == tuple(one for one in case.met if one.lesson == "P1.1")
    case = next(one for one in part if one.case_id == "C-0104")
    assert [(one.check, one.pointers, one.certain) for one in case.met] == [
        ("risks-carried", ("/category_changes/0", "/risks/1"), True)
    ]


def test_what_is_met_agrees_with_the_outcomes() -> None:
    seen = Counter[tuple[str, bool, bool]]()
    for audited in AUDITED:
        for lesson, result in audited.lessons.items():
            for check, outcome in result.checks.items():
                met = {o.certain for o in audited.met if (o.lesson, o.check) == (lesson, check)}
                found = any((o.lesson, o.check) == (lesson, check) for o in audited.findings)
                seen[outcome, True in met, found] += 1
                if not (True in met or found):
                    assert met == set()  # what is unsettled alone is a finding
    outcomes = {key[0] for key in seen}
    assert outcomes == set(Outcome)
    assert {key[1:] for key in seen if key[0] == "compliant"} == {(True, False)}
    assert {key[1:] for key in seen if key[0] == "not_applicable"} == {(False, False)}
    assert {key[2] for key in seen if key[0] in ("breach", "insufficient_evidence")} == {True}


def test_a_record_is_kept_as_its_digest_only(file: Path) -> None:
    with Store.open(file, create=False) as store:
        case = store.frame(2)[0]
    assert case.record_digest == hashlib.sha256((ROOT / case.file).read_bytes()).hexdigest()
    stored = file.read_bytes()
    for audited in AUDITED:
        for finding in audited.findings[:3]:
            assert finding.message.encode() not in stored
    assert b"risk-physical" not in stored


def test_without_being_asked_nothing_is_made_for_the_store() -> None:
    (audited,) = audit_texts(sample_texts()[:1], rules(), 1)
    assert isinstance(audited, CaseAudit)
    assert (audited.digest, audited.met) == ("", ())
    assert AUDITED[0].digest
    assert AUDITED[0].met


def test_the_frame_of_some_lessons(file: Path) -> None:
    with Store.open(file, create=False) as store:
        whole, part = store.frame(2), store.frame(2, ["P1.1", "P9.1"])
    assert len(whole) == len(part)
    for every, some in zip(whole, part, strict=True):
        kept = {key: one for key, one in every.outcomes.items() if key[0] in ("P1.1", "P9.1")}
        assert some.outcomes == kept
        assert some.findings == tuple(
            one for one in every.findings if one.lesson in ("P1.1", "P9.1")
        )
    assert any(case.findings for case in part)


@pytest.mark.slow
def test_the_frame_does_not_depend_on_the_order_of_reading(tmp_path: Path) -> None:
    two = [replace(text, file="sample_cases/again.json") for text in sample_texts()[:1]]
    texts = sample_texts() + two
    with new(tmp_path) as store:
        save(store, "forwards", audits(texts))
        save(store, "backwards", audits(texts[::-1]))
        run = store.begin_run("in two processes", rules())
        for one in audit_texts(texts, rules(), 2, True):
            run.add(one)
        run.finish()
        assert store.frame(1) == store.frame(2) == store.frame(3)
        assert [case.position for case in store.frame(1) if case.case_id == "C-0101"] == [1, 2]


def test_runs_are_found_by_number_label_or_as_the_latest(file: Path) -> None:
    with Store.open(file, create=False) as store:
        assert [run.label for run in store.runs()] == list(LABELS)
        assert store.run(1) == store.run("1") == store.run(LABELS[0])
        assert store.run(LATEST).id == 2
        assert ONLY_NOW.upper() not in {case.case_id for case in store.frame(1)}
        assert ONLY_BEFORE.upper() not in {case.case_id for case in store.frame(2)}
        for name in (7, "7", "2026", "", "0", "9" * 30, "２"):
            with pytest.raises(StoreError, match="no run"):
                store.run(name)
        with pytest.raises(StoreError, match="`casecheck runs list`"):
            store.run("2026")


def test_a_store_without_runs_has_no_latest(tmp_path: Path) -> None:
    with new(tmp_path) as store:
        assert store.runs() == []
        assert store.frame(1) == []
        with pytest.raises(StoreError, match="no run 'latest'"):
            store.run(LATEST)


@pytest.mark.parametrize(
    "label", ["7", "２", "latest", " a", "a\nb", "a\x1b[0m", "x" * 101, "\udcff"]
)
def test_a_label_is_a_plain_name(tmp_path: Path, label: str) -> None:
    with new(tmp_path) as store, pytest.raises(StoreError, match="a label is of 1 to 100"):
        store.begin_run(label, rules())


def test_a_label_names_one_run(file: Path) -> None:
    with Store.open(file, create=False) as store:
        with pytest.raises(StoreError, match="run 1 has the label '2026-03': choose another"):
            store.begin_run(LABELS[0], rules())
        save(store, "", [])
        save(store, "", [])  # no label is no name
        assert len(store.runs()) == 4


def test_of_two_audits_at_once_with_one_label_each_has_its_own(tmp_path: Path) -> None:
    with new(tmp_path) as one, new(tmp_path) as other:
        first, second = one.begin_run("same", rules()), other.begin_run("same", rules())
        for audited in AUDITED:
            first.add(audited)
            second.add(audited)
        assert (second.finish(), first.finish()) == (1, 2)
        assert one.frame(1) == other.frame(2)
        assert len(one.frame(1)) == 58
        assert [run.label for run in one.runs()] == ["same", "same-2"]
        assert (second.label_taken_by, first.label_taken_by) == (0, 1)
        third = one.begin_run("x" * 100, rules())
        save(other, "x" * 100, [])
        third.finish()
        assert one.run(LATEST).label == "x" * 98 + "-2"


def test_an_audit_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with new(tmp_path) as store:
        run = store.begin_run("", rules())
        for audited in AUDITED * 12:  # more than waits in memory
            run.add(audited)
    with new(tmp_path) as store:
        assert store.runs() == []
        again = store.begin_run("", rules())
        again.add(AUDITED[0])
        assert len(store.frame(again.finish())) == 1


@pytest.mark.slow
def test_more_than_waits_in_memory_is_saved(tmp_path: Path) -> None:
    many = [one._replace(file=str(number)) for number in range(12) for one in AUDITED]
    with new(tmp_path) as store:
        frame = store.frame(save(store, "", many))
    assert len(frame) == 12 * 58
    assert sum(len(case.findings) for case in frame) == 12 * sum(len(a.findings) for a in AUDITED)


def test_what_could_not_be_audited_is_counted(tmp_path: Path) -> None:
    failed = EMPTY._replace(errors=(EngineError("C-1", "P1.1", "no"),))
    with new(tmp_path) as store:
        run = store.run(save(store, "", [failed, Unreadable("b.json", 1, ())]))
        (case,) = store.frame(run.id)
    assert (run.records, run.unreadable, run.not_evaluated) == (1, 1, 1)
    assert case.outcomes == {}


@pytest.mark.slow
def test_a_waiver_and_what_the_board_has_set_are_kept(tmp_path: Path) -> None:
    audited = next(one for one in AUDITED if len(one.findings) > 1)
    waiver = Waiver(audited.findings[0].fingerprint, "why", "who", date(2027, 1, 1))
    findings = (audited.findings[0]._replace(waiver=waiver), *audited.findings[1:])
    chosen = load_once(ROOT / "rules", Settings.of({"P1.1": {"carry_days": 21}}, "--set"))
    with new(tmp_path) as store:
        run = store.begin_run("", chosen)
        run.add(audited._replace(findings=findings))
        (case,) = store.frame(run.finish())
        saved = store.run(LATEST)
    assert [one.accepted for one in case.findings] == [True] + [False] * (len(findings) - 1)
    assert saved.settings == tuple(chosen.deviations())
    assert "21 days, set by --set" in saved.parameters["P1.1.carry_days"]
    assert saved.digest != rules().digest


def test_a_file_name_that_is_not_utf_8_is_kept_as_reports_show_it(tmp_path: Path) -> None:
    with new(tmp_path) as store:
        (case,) = store.frame(save(store, "", [EMPTY._replace(file="a\udcff.json")]))
    assert case.file == "a\\xff.json"


def test_a_deleted_run_is_gone_for_good_and_its_number_too(file: Path) -> None:
    with Store.open(file, create=False) as store:
        before, frame = store.run(1), store.frame(1)
        only = next(case for case in frame if case.case_id == ONLY_BEFORE.upper())
        fingerprint = only.findings[0].fingerprint.encode()
        assert fingerprint in file.read_bytes()
        store.delete_run(2)
        assert store.runs() == [before]
        assert store.frame(1) == frame
        assert store.frame(2) == []
        assert save(store, "", []) == 3
        store.delete_run(1)
    assert fingerprint not in b"".join(one.read_bytes() for one in file.parent.glob("*.db*"))
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT count(*) FROM finding").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM result").fetchone() == (0,)
    raw.close()


def test_a_run_with_samples_goes_only_with_them_and_never_with_judgments(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("a", 1, "seed", {}, DRAWN)
        with pytest.raises(StoreError, match="the sample 'a' was drawn from run 1"):
            store.delete_run(1)
        assert len(store.runs()) == 2
        store.delete_run(1, with_samples=True)
        assert ([run.id for run in store.runs()], store.samples()) == ([2], [])
        sample = store.save_sample("b", 2, "seed", {}, DRAWN).id
        store.append_entries(chain(1, sample=sample))
        with pytest.raises(StoreError, match="has judgments, which stay"):
            store.delete_run(2, with_samples=True)
        assert [one.name for one in store.samples()] == ["b"]


# --- samples ---


def test_a_sample_comes_back_as_it_was_drawn(file: Path) -> None:
    design = {"size": 2, "strata": [["é", None, True]], "lessons": ["P1.1"]}
    with Store.open(file, create=False) as store:
        saved = store.save_sample("spring", 2, "a seed", design, DRAWN)
        assert (saved.name, saved.run, saved.seed, saved.design) == ("spring", 2, "a seed", design)
        assert saved.drawn == DRAWN
        assert store.sample("spring") == store.sample(saved.id) == store.sample(LATEST) == saved
        assert store.samples() == [saved]
        for name in ("summer", 7):
            with pytest.raises(StoreError, match="no sample"):
                store.sample(name)


def test_a_sample_has_a_name_of_its_own_and_a_run(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("spring", 2, "seed", {}, DRAWN)
        with pytest.raises(StoreError, match="there is a sample 'spring' already"):
            store.save_sample("spring", 1, "seed", {}, DRAWN)
        with pytest.raises(StoreError, match="a sample's name is of 1 to 100"):
            store.save_sample("", 1, "seed", {}, DRAWN)
        with pytest.raises(StoreError, match="run 9 is not there any more"):
            store.save_sample("summer", 9, "seed", {}, DRAWN)
        assert len(store.samples()) == 1


def test_a_sample_is_extended_and_loses_no_case(file: Path) -> None:
    more = DrawnCase(3, 9, "C-0110", "", "3/45", "0ef", "in place of the second", "", 2)
    with Store.open(file, create=False) as store:
        sample = store.save_sample("spring", 2, "seed", {"size": 2}, DRAWN).id
        lost = replace(DRAWN[0], unusable="lost")
        changed = store.change_sample(sample, {"size": 3}, [lost, DRAWN[1], more])
        assert (changed.design, changed.drawn) == ({"size": 3}, (lost, DRAWN[1], more))
        for wrong in ([], [more], [replace(DRAWN[0], case_id="C-9999"), DRAWN[1], more]):
            with pytest.raises(StoreError, match="stays in its sample"):
                store.change_sample(sample, {}, wrong)
        assert store.sample(sample) == changed


# --- judgments ---


def chain(number: int, after: Entry | None = None, sample: int = 1) -> list[Entry]:
    """So many judgments, the first of which follows an entry."""
    entries = []
    last, previous = (after.number, after.hash) if after else (0, NO_ENTRY)
    for at in range(last + 1, last + 1 + number):
        judged = ("A. Ünal", "C-0104", 3, "P1.1", "risks-carried", "compliant", "seen", "", "00")
        own = hashlib.sha256(f"{previous}{at}".encode()).hexdigest()
        entries.append(Entry(at, sample, *judged, True, previous, own))
        previous = own
    return entries


def test_judgments_come_back_as_they_were_added(file: Path) -> None:
    with Store.open(file, create=False) as store:
        assert (store.last_entry(), store.entries()) == (None, [])
        for name in ("a", "b"):
            store.save_sample(name, 2, "seed", {}, DRAWN)
        first = chain(3)
        second = chain(2, first[-1], sample=2)
        store.append_entries(first)
        store.append_entries(second)
        assert store.entries() == [*first, *second]
        assert (store.entries(1), store.entries(2), store.entries(3)) == (first, second, [])
        assert store.last_entry() == second[-1]


def test_what_does_not_follow_the_log_is_refused_whole(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("a", 2, "seed", {}, DRAWN)
        first = chain(2)
        store.append_entries(first)
        good = chain(3, first[-1])
        for wrong in (
            first,
            good[1:],
            [*good[:2], good[2], good[2]],
            [good[0], replace(good[1], previous=NO_ENTRY)],
        ):
            with pytest.raises(StoreError, match="does not follow entry"):
                store.append_entries(wrong)
            assert store.entries() == first
        with pytest.raises(OSError, match="FOREIGN KEY"):  # of a sample that is not there
            store.append_entries([replace(one, sample=9) for one in good])
        assert store.entries() == first


def test_the_log_only_grows(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("a", 2, "seed", {}, DRAWN)
        store.append_entries(chain(3))
    raw = sqlite3.connect(file)
    for statement in ("DELETE FROM entry", "UPDATE entry SET judgment = 'not_compliant'"):
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            raw.execute(statement)
    raw.close()


def test_writing_is_taken_back_by_an_exception(file: Path) -> None:
    with Store.open(file, create=False) as store:
        with pytest.raises(StoreError, match="no run"), store.writing():  # noqa: PT012
            store.save_sample("a", 2, "seed", {}, DRAWN)
            with store.writing():
                store.delete_run(1)
            store.run(1)
        assert (len(store.runs()), store.samples()) == (2, [])
        store.save_sample("a", 2, "seed", {}, DRAWN)


def test_many_at_once_lose_and_repeat_nothing(file: Path) -> None:
    with Store.open(file, create=False) as store:
        store.save_sample("a", 2, "seed", {}, DRAWN)

    def add() -> None:
        with Store.open(file, create=False) as mine:
            for _ in range(10):
                with mine.writing():
                    mine.append_entries(chain(3, mine.last_entry()))

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(file, create=False) as store:
        assert store.entries() == chain(120)


# --- the file ---


@pytest.mark.slow
def test_several_may_make_the_store_at_once(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def make(file: Path) -> None:
        try:
            with Store.open(file, create=True) as store:
                save(store, "", AUDITED[:2])
        except BaseException as error:
            failed.append(error)

    for attempt in range(8):
        file = tmp_path / f"{attempt}.db"
        threads = [Thread(target=make, args=(file,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        with Store.open(file, create=False) as store:
            assert len(store.runs()) == 4


def test_who_makes_the_store_waits_for_another_who_writes_there(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    end = Timer(0.3, other.execute, ["ROLLBACK"])
    end.start()
    with new(tmp_path) as store:
        assert save(store, "", AUDITED[:1]) == 1
    end.join()
    other.close()


def test_who_waits_too_long_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_file, "SECONDS_TO_WAIT", 0.05)
    with Store.open(file, create=False) as one, Store.open(file, create=False) as other:
        with one.writing():
            assert len(other.frame(1)) == 57  # to read, nobody waits
            with pytest.raises(OSError, match="another command is writing to it; try again"):
                other.save_sample("a", 1, "seed", {}, DRAWN)
        other.save_sample("a", 1, "seed", {}, DRAWN)


def test_a_commit_is_on_the_disk_when_it_returns(file: Path) -> None:
    opened = store_file.StoreFile(file, create=False)
    assert list(opened.rows("PRAGMA journal_mode")) == [("wal",)]
    assert list(opened.rows("PRAGMA synchronous")) == [(2,)]  # FULL
    assert list(opened.rows("PRAGMA foreign_keys")) == [(1,)]
    assert list(opened.rows("PRAGMA application_id")) == [(APPLICATION_ID,)]
    assert list(opened.rows("PRAGMA user_version")) == [(len(MIGRATIONS),)]
    opened.close()


def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    raw = sqlite3.connect(other)
    raw.execute("CREATE TABLE theirs (a)")
    raw.commit()
    raw.close()
    text, empty, folder = tmp_path / "text", tmp_path / "empty", tmp_path / "folder"
    text.write_text("case notes, not a database\n" * 100)
    empty.touch()
    folder.mkdir()
    before = other.read_bytes(), text.read_bytes()
    for file, create in ((other, True), (other, False), (text, True), (text, False)):
        with pytest.raises(StoreError, match="is not a store of casecheck"):
            Store.open(file, create=create)
    with pytest.raises(StoreError, match="is not a store of casecheck"):
        Store.open(empty, create=False)
    with pytest.raises(StoreError, match="there is no store"):
        Store.open(tmp_path / "none", create=False)
    for nowhere in (folder, tmp_path / "no folder" / "a.db"):
        with pytest.raises(StoreError, match="cannot be opened: it and its folder"):
            Store.open(nowhere, create=True)
    assert (other.read_bytes(), text.read_bytes()) == before
    assert empty.read_bytes() == b""
    with Store.open(empty, create=True) as store:  # as one that was killed at once leaves it
        assert store.runs() == []


def test_a_damaged_store_is_told(file: Path) -> None:
    stored = bytearray(file.read_bytes())
    stored[4096:] = b"\xa5" * (len(stored) - 4096)
    file.write_bytes(stored)
    with (
        pytest.raises(StoreError, match="or a damaged one"),
        Store.open(file, create=False) as store,
    ):
        store.frame(1)


def test_a_store_of_a_newer_casecheck_is_refused(file: Path) -> None:
    raw = sqlite3.connect(file)
    raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    raw.close()
    with pytest.raises(StoreError, match="by a newer casecheck: update this one"):
        Store.open(file, create=False)


def test_an_older_store_becomes_one_of_today_or_stays_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ("ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT ''",)
    monkeypatch.setattr(store_file, "MIGRATIONS", (*MIGRATIONS, (*step, "no such statement")))
    with pytest.raises(OSError, match="syntax error"):
        Store.open(file, create=False)
    assert version(file) == len(MIGRATIONS)
    monkeypatch.setattr(store_file, "MIGRATIONS", (*MIGRATIONS, step))
    with Store.open(file, create=False) as store:
        assert len(store.frame(2)) == 57
    assert version(file) == len(MIGRATIONS) + 1
    raw = sqlite3.connect(file)
    assert raw.execute("SELECT note FROM run").fetchall() == [("",), ("",)]
    raw.close()


def version(file: Path) -> int:
    raw = sqlite3.connect(file)
    (number,) = raw.execute("PRAGMA user_version").fetchone()
    raw.close()
    return int(number)


def test_outcomes_are_values_and_not_text(file: Path) -> None:
    with Store.open(file, create=False) as store:
        case = store.frame(2)[0]
    assert all(type(one) is Outcome for one in case.outcomes.values())
    assert type(case.findings[0].outcome) is Outcome
    assert json.dumps(case.outcomes["P1.1", ""]) == '"breach"'


def test_the_question_in_the_manual_is_answered(file: Path) -> None:
    manual = (ROOT / "docs" / "store.md").read_text(encoding="utf-8")
    (question,) = re.findall(r"```sql\n(.*?)```", manual, re.DOTALL)
    with Store.open(file, create=False) as store:
        cases = {
            (case.district, one.lesson, case.case_id)
            for case in store.frame(2)
            for one in case.findings
            if one.outcome is Outcome.BREACH
        }
    counts = Counter((district, lesson) for district, lesson, _ in cases)
    raw = sqlite3.connect(file)
    answer = raw.execute(question).fetchall()
    raw.close()
    assert {(district, lesson): number for district, lesson, number in answer} == counts
    assert len(answer) == len(counts) > 10
