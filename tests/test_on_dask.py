"""An audit on a Dask cluster finds what the plain one does, whatever becomes of its workers."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shipped
from command_line import SAMPLES, casecheck

from casecheck.audit import on_dask
from casecheck.audit.chunk import Chunk, Work
from casecheck.audit.partition import RulesDiffer
from casecheck.audit.running import audit_texts
from casecheck.audit.unforeseen import Elsewhere, WorkerEnded
from casecheck.intake import line_blocks
from casecheck.intake.files import find_shared, find_texts
from casecheck.intake.line_blocks import LineBlock
from casecheck.intake.remote import NotReached
from casecheck.intake.texts import RecordText

WHY = "Dask is not installed: pip install 'casecheck[dask]'"
LESSONS = replace(shipped.rules(), lessons=shipped.rules().lessons[:1])
LINES = SAMPLES.joinpath("small-families.jsonl").read_bytes().splitlines()


class Inline:
    """Stands for a `distributed.Client`: what is sent passes through pickle, as it would."""

    def __init__(self) -> None:
        self.tasks = 0

    def nthreads(self) -> dict[str, int]:
        return {"one": 1}

    def submit(self, work: Callable[..., Any], *asked: Any, pure: bool) -> Inline.Future:
        assert not pure
        self.tasks += 1
        asked = tuple(one.found if isinstance(one, Inline.Future) else one for one in asked)
        return self.Future(partial(work, *pickle.loads(pickle.dumps(asked))))  # noqa: S301

    class Future:
        def __init__(self, work: Callable[[], Any]) -> None:
            self._work = work

        @property
        def found(self) -> Any:
            return self._work()

        def result(self) -> Any:
            return self.found


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three hundred records in many blocks, with some lines of other kinds between."""
    monkeypatch.setattr(line_blocks, "BLOCK_BYTES", 2**15)
    path = tmp_path / "many.jsonl"
    lines = [LINES[at % len(LINES)] for at in range(300)]
    lines[200] = b"{}"
    lines[250] = b""
    path.write_bytes(b"\n".join(lines))
    return str(path)


def plainly(file: str) -> list[Any]:
    return [*audit_texts(find_texts([file], None), LESSONS, 1, alone=False)]


def on(client: Any, *paths: str) -> Iterator[Any]:
    elsewhere = partial(on_dask.audit_on, client)
    return audit_texts(find_shared(paths, None), LESSONS, None, elsewhere=elsewhere)


def test_chunks_come_back_in_order_and_few_are_on_their_way(file: str) -> None:
    client = Inline()
    found = on(client, file)
    first = next(found)
    assert client.tasks == 1 + on_dask.AHEAD
    assert [first, *found] == plainly(file)


def work_of_nothing() -> Work:
    return lambda _: []


@pytest.mark.parametrize(
    "changed", [{"version": "0.0.9"}, {"program": "0" * 64}, {"digest": "0" * 64}]
)
def test_a_worker_refuses_what_is_not_for_it(changed: dict[str, str]) -> None:
    needed = on_dask.shipped(work_of_nothing)
    chunk = Chunk([RecordText("a", 1, b"{}")], frozenset(), 0)
    assert on_dask.audit_shipped(needed, chunk) == []
    with pytest.raises(RulesDiffer):
        on_dask.audit_shipped(needed._replace(**changed), chunk)


def test_a_worker_makes_ready_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_dask, "_READY", {})
    needed = on_dask.shipped(work_of_nothing)
    chunk = Chunk([], frozenset(), 0)
    on_dask.audit_shipped(needed, chunk)
    monkeypatch.setattr(on_dask.pickle, "loads", None)
    assert on_dask.audit_shipped(needed, chunk) == []


def test_a_file_that_a_worker_cannot_read_is_no_unreadable_record() -> None:
    needed = on_dask.shipped(work_of_nothing)
    chunk = Chunk(LineBlock("/not/shared.jsonl", 1, 0, 100, 1), frozenset(), 0)
    with pytest.raises(NotReached, match="same on every worker"):
        on_dask.audit_shipped(needed, chunk)


def work_that_fails() -> Work:
    def work(chunk: Chunk) -> list[Any]:
        raise KeyError(next(iter(chunk.read())).data)

    return work


def test_nothing_of_a_record_is_in_what_dask_logs_of_a_task_that_failed() -> None:
    """It logs the task with all that it was given, and what was raised."""
    chunk = Chunk([RecordText("a", 1, b'{"case_id": "Rosa"}')], frozenset(), 0)
    assert "Rosa" not in repr(chunk)
    with pytest.raises(Elsewhere, match=r"^KeyError in test_on_dask\.py:\d+ \(work\)$") as told:
        on_dask.audit_shipped(on_dask.shipped(work_that_fails), chunk)
    assert told.value.__context__ is None


def test_a_chunk_that_ends_its_workers_is_named() -> None:
    class KilledWorker(Exception):  # noqa: N818 - as `distributed` calls it
        pass

    class Ending(Inline):
        class Future(Inline.Future):
            def result(self) -> Any:
                raise KilledWorker

    chunk = Chunk([RecordText("a", 3, b""), RecordText("b", 9, b"")], frozenset(), 0)
    with pytest.raises(WorkerEnded, match="from a, line 3, to b, line 9, ended each"):
        [*on_dask.audit_on(Ending(), [chunk], work_of_nothing)]
    block = Chunk(LineBlock("a.jsonl", 4, 0, 9, 3), frozenset(), 0)
    with pytest.raises(WorkerEnded, match=r"a\.jsonl, lines 4 to 6, ended each"):
        [*on_dask.audit_on(Ending(), [block], work_of_nothing)]


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Three processes, as workers."""
    distributed = pytest.importorskip("distributed", reason=WHY)
    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        yield client


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_worker_that_is_killed_midway_loses_nothing(cluster: Any, file: str) -> None:
    found = on(cluster, file)
    items = [next(found) for _ in range(20)]
    os.kill(next(iter(cluster.run(os.getpid).values())), signal.SIGKILL)
    assert [*items, *found] == plainly(file)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_records_behind_a_url_are_audited_alike(cluster: Any, file: str) -> None:
    url = f"file://{file}"
    found = [one._replace(file=file) if hasattr(one, "_replace") else replace(one, file=file)
             for one in on(cluster, url)]  # fmt: skip
    assert found == plainly(file)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_command_writes_the_same_bytes(cluster: Any, tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_bytes(b"\n".join([*LINES, b"{}", *LINES[:2]]))
    address = cluster.scheduler.address
    for options in (["--format", "jsonl"], ["--format", "json", "--fail-on", "breach"]):
        asked = ["audit", file, SAMPLES / "c-0104.json", "--lesson", "P1.1", *options]
        plain = casecheck(*asked)
        assert plain.status == 3
        assert casecheck(*asked, "--dask", address) == plain


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--dask", "tcp://x:1", "--jobs", "2"], "leave out --jobs"),
        (["--dask", "tcp://x:1", "--cache", "c.db"], "leave out --cache"),
        (["--dask", "nowhere://x"], "no Dask scheduler answers there"),
        (["file:///not/there.jsonl"], "no such file"),
    ],
)
def test_wrong_usage_is_told(options: list[str], told: str) -> None:
    pytest.importorskip("distributed", reason=WHY)
    ended = casecheck("audit", SAMPLES / "c-0104.json", *options)
    assert ended.status == 2
    assert told in ended.told
