"""Many texts, in one process or several, come out in the order in which they were read."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import multiprocessing.util
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
import shipped
from amounts import few
from command_line import SAMPLES

from casecheck.audit import running
from casecheck.audit.running import Item, audit_texts
from casecheck.audit.unforeseen import Elsewhere, WorkerEnded
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import find_texts
from casecheck.intake.texts import RecordText
from casecheck.record.faults import FieldError, Unreadable
from casecheck.results import CaseAudit

LESSONS = replace(shipped.rules(), lessons=shipped.rules().lessons[:1])
"""One, since each process compiles it anew."""
LINES = SAMPLES.joinpath("small-families.jsonl").read_bytes().splitlines()


def texts(number: int) -> Iterator[RecordText | Unreadable]:
    """Yield so many records, with one that is no record and one no text at all among each ten."""
    for line in range(1, number + 1):
        if line % 10 == 3:
            yield RecordText("many.jsonl", line, b"{}")
        elif line % 10 == 7:
            yield Unreadable("many.jsonl", line, (FieldError("", "too long"),))
        else:
            yield RecordText("many.jsonl", line, LINES[line % len(LINES)])


def place(item: Item) -> tuple[int | None, bool]:
    return item.line, isinstance(item, CaseAudit)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TEXTS_AT_ONCE", 3)


def test_one_process_audits_in_order() -> None:
    items = list(audit_texts(texts(20), LESSONS, 1))
    assert [place(item) for item in items] == [
        (line, line % 10 not in (3, 7)) for line in range(1, 21)
    ]


@pytest.mark.slow
def test_records_of_many_findings_are_audited_fewer_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = list(audit_texts(texts(40), shipped.rules(), 1))
    at_once: list[int] = []
    parse = running.parse
    monkeypatch.setattr("casecheck.audit.auditor.MAX_HELD", 3)
    monkeypatch.setattr(running, "TEXTS_AT_ONCE", 40)
    monkeypatch.setattr(running, "parse", lambda *asked: at_once.append(1) or parse(*asked))
    assert list(audit_texts(texts(40), shipped.rules(), 1)) == expected
    assert len(at_once) > 2 * 36  # read again, each time in half


def test_texts_are_taken_as_few_as_come_to_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TEXTS_AT_ONCE", 5)
    monkeypatch.setattr(running, "BYTES_AT_ONCE", 10)
    sizes = [4, 4, 4, 11, 1, 1, 1, 1, 1, 1]
    chunks = running._chunks(RecordText("a", 1, b" " * size) for size in sizes)
    taken = [[len(one.data) for one in chunk if isinstance(one, RecordText)] for chunk in chunks]
    assert taken == [[4, 4], [4], [11], [1, 1, 1, 1, 1], [1]]


def test_several_processes_find_the_same_in_the_same_order() -> None:
    assert list(audit_texts(texts(40), LESSONS, 2)) == list(audit_texts(texts(40), LESSONS, 1))


@pytest.mark.slow
def test_more_processes_than_texts_are_no_harm() -> None:
    assert len(list(audit_texts(texts(1), LESSONS, 3))) == 1
    assert list(audit_texts(texts(0), LESSONS, 2)) == []


@pytest.mark.parametrize(("jobs", "ahead"), [(1, 3), pytest.param(2, 12, marks=pytest.mark.slow)])
def test_texts_are_read_little_by_little(jobs: int, ahead: int) -> None:
    """So that memory does not grow with the input."""
    read = 0

    def counting() -> Iterator[RecordText | Unreadable]:
        nonlocal read
        for text in texts(60):
            read += 1
            yield text

    items = audit_texts(counting(), LESSONS, jobs)
    for done, _ in enumerate(items, start=1):
        assert done <= read <= done + ahead + 3
    assert read == 60


@pytest.mark.slow
def test_an_audit_that_is_given_up_ends_its_processes() -> None:
    items = audit_texts(texts(60), LESSONS, 2)
    assert isinstance(items, Iterator)
    next(items)
    items.close()
    assert list(items) == []


@pytest.mark.slow
def test_ctrl_c_is_for_this_process_again_once_the_others_are_started() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    items = audit_texts(texts(9), LESSONS, 2)
    next(items)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    assert len(list(items)) == 8


def processes() -> list[BaseProcess]:
    return [one for one in multiprocessing.active_children() if one.is_alive()]


@pytest.mark.parametrize("wait", few([0.0, 0.05, 0.5]))
def test_a_process_that_is_killed_costs_nothing_that_it_found(wait: float) -> None:
    """Whatever it was at: being sent records, auditing them, or sending what it found."""
    large = [RecordText("many.jsonl", line, LINES[0] + b" " * 2**19) for line in range(30)]
    items = audit_texts(large, LESSONS, 2)
    found = [next(items)]
    killed = processes()[1]
    time.sleep(wait)
    os.kill(killed.pid or 0, signal.SIGKILL)
    assert [*found, *items] == list(audit_texts(large, LESSONS, 1))
    assert processes() == []


def test_a_process_that_is_killed_as_it_starts_ends_the_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before it has read anything of what it is to do, which is more than a pipe holds."""
    resource_tracker.ensure_running()
    start = multiprocessing.util.spawnv_passfds

    def killed(*arguments: Any) -> int:
        process: int = start(*arguments)
        os.kill(process, signal.SIGKILL)
        return process

    def too_long(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(multiprocessing.util, "spawnv_passfds", killed)
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(600)
    try:
        with pytest.raises(WorkerEnded, match=r"ended \(SIGKILL\)"):
            next(audit_texts(texts(9), LESSONS, 2))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert processes() == []


def test_a_process_that_cannot_start_ends_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    with pytest.raises(WorkerEnded, match=r"could not be started .*unavailable"):
        next(audit_texts(texts(9), LESSONS, 2))
    assert processes() == []


def test_an_error_in_a_process_is_named_by_its_kind_and_place() -> None:
    no_bytes = RecordText("many.jsonl", 1, "{}")
    with pytest.raises(Elsewhere, match=r"^AttributeError in json_text\.py:\d+ \(decode\)$"):
        next(audit_texts([no_bytes], LESSONS, 2))
    assert processes() == []


@pytest.fixture
def _collector() -> Iterator[None]:
    """As it is in a program of somebody's: other tests may have left it as workers have it."""
    was = gc.get_threshold()
    gc.set_threshold(701, 11, 11)
    yield
    gc.set_threshold(*was)


@pytest.mark.usefixtures("_collector")
def test_the_collector_is_left_as_it_was() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    list(audit_texts(texts(5), LESSONS, 1))
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
    items = audit_texts(texts(5), LESSONS, 1)
    next(items)
    assert gc.get_threshold() != before[0]
    items.close()
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_unusable_engine_is_told_before_anything_is_read(
    jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unusable(_: object) -> None:
        raise EngineUnusable("no engine")

    monkeypatch.setattr(running, "Auditor", unusable)
    with pytest.raises(EngineUnusable):
        next(audit_texts(texts(1), LESSONS, jobs))


def test_the_files_of_a_folder_are_audited_by_name() -> None:
    found = find_texts([str(SAMPLES)], stdin=None)
    audited = [item.file for item in audit_texts(found, LESSONS, 1)]
    assert audited == sorted(audited)
    assert len(audited) > 40
