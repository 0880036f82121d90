"""Files are read in parts by processes that may end: the outcome is that of one process."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import jobs_killing
import pytest
from amounts import few, tries
from command_line import SAMPLES, Here
from ending_work import ending_at, ending_so_often, kill, no_memory
from hypothesis import given, settings
from hypothesis import strategies as st

from casecheck.audit import apart, running
from casecheck.audit.apart import audit_apart
from casecheck.audit.chunk import Chunk
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.audit.workers import WorkLost
from casecheck.cli import run
from casecheck.intake import line_blocks
from casecheck.intake.files import find_blocks, find_texts
from casecheck.intake.line_blocks import LineBlock, texts_of_block
from casecheck.intake.texts import RecordText
from casecheck.record.faults import Unreadable
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

LINES = SAMPLES.joinpath("small-families.jsonl").read_bytes().splitlines()
RECORD = b'{"a": "' + b"x" * 80 + b'"}'
ODD = [b"", b"  ", b"{", b"{}", b'"a": 1', b"{" + b" " * 90, RECORD + b"  ", b"\xff"]


# Blocks of lines


@pytest.fixture(scope="module")
def into(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blocks")


@settings(max_examples=tries(300, 40))
@given(
    lines=st.lists(st.sampled_from([*LINES[:3], *[RECORD] * 6, *ODD])),
    end=st.sampled_from([b"\n", b"\r\n"]),
    closed=st.booleans(),
    block=st.sampled_from([150, 400, 9_000, 2**20]),
)
def test_the_texts_of_blocks_are_those_of_the_file(
    lines: list[bytes], end: bytes, closed: bool, block: int, into: Path
) -> None:
    file = into / "of blocks.jsonl"
    file.write_bytes(end.join(lines) + (end if closed else b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_blocks, "BLOCK_BYTES", block)
        parts = list(find_blocks([str(file)], io.BytesIO()))
    read = [
        text
        for part in parts
        for text in (texts_of_block(part) if isinstance(part, LineBlock) else [part])
    ]
    assert read == list(find_texts([str(file)], io.BytesIO()))


def test_plain_lines_are_left_to_whoever_audits_them(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join(LINES * 3))
    (block,) = find_blocks([str(file)], io.BytesIO())
    assert block == LineBlock(str(file), 1, 0, file.stat().st_size, 3 * len(LINES))


@pytest.mark.parametrize("now", [b"", LINES[0] + b"\n", None])
def test_a_file_that_changed_meanwhile_is_told(tmp_path: Path, now: bytes | None) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join(LINES))
    (block,) = find_blocks([str(file)], io.BytesIO())
    assert isinstance(block, LineBlock)
    file.unlink() if now is None else file.write_bytes(now)
    (told,) = texts_of_block(block)
    assert isinstance(told, Unreadable)
    assert told.line == 1


# Processes that end


def chunks(number: int, each: int = 4) -> Iterator[Chunk]:
    for at in range(number):
        texts = [RecordText("many.jsonl", at * each + one, b"{}") for one in range(each)]
        yield Chunk(texts, frozenset(), at)


def lines_told(found: Iterator[object]) -> tuple[list[int], list[Unreadable]]:
    items = list(found)
    told = [one for one in items if isinstance(one, Unreadable)]
    assert [getattr(one, "line", one) for one in items] == sorted(
        getattr(one, "line", one) for one in items
    )
    return [one for one in items if isinstance(one, int)], told


class InThisProcess:
    """Workers of which each ends at certain lines, without a process."""

    def __init__(self, _: int, prepare: Callable[[], frozenset[int]]) -> None:
        self._ends_at = prepare()
        self.given: list[list[int]] = []

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, chunk: Chunk) -> Future[list[int]]:
        lines = [one.line or 0 for one in chunk.read()]
        self.given.append(lines)
        done: Future[list[int]] = Future()
        if self._ends_at & {*lines}:
            done.set_exception(WorkLost("SIGKILL"))
        else:
            done.set_result(lines)
        return done


def test_what_ends_a_process_is_tried_again_record_by_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers: list[InThisProcess] = []

    def made(number: int, prepare: Callable[[], frozenset[int]]) -> InThisProcess:
        workers.append(InThisProcess(number, prepare))
        return workers[0]

    monkeypatch.setattr(apart, "Workers", made)
    audited, told = lines_told(audit_apart(chunks(3), lambda: frozenset([5]), 1))
    assert audited == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert [one.line for one in told] == [5]
    whole = [[*range(at, at + 4)] for at in (0, 4)]
    assert workers[0].given[:2] == whole
    alone = [[4], *[[5]] * apart.TRIES_ALONE, [6], [7]]
    assert [one for one in workers[0].given if len(one) == 1] == alone


@pytest.mark.slow
@pytest.mark.parametrize(("ends", "how"), [(kill, "SIGKILL"), (no_memory, "no memory left")])
def test_the_record_that_ends_its_process_is_named_and_no_other(
    ends: Callable[[], None], how: str
) -> None:
    work = partial(ending_at, frozenset([5]), ends)
    audited, told = lines_told(audit_apart(chunks(4), work, 2))
    assert audited == [number for number in range(16) if number != 5]
    (named,) = told
    assert (named.file, named.line) == ("many.jsonl", 5)
    assert how in named.errors[0].message


@pytest.mark.slow
def test_processes_that_end_for_something_else_lose_nothing(tmp_path: Path) -> None:
    for number in range(5):
        tmp_path.joinpath(str(number)).touch()
    audited, told = lines_told(audit_apart(chunks(12), partial(ending_so_often, tmp_path), 3))
    assert told == []
    assert audited == list(range(48))


@pytest.mark.slow
def test_where_each_record_ends_its_process_it_is_hardly_the_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "MOST_IN_A_ROW", 3)
    work = partial(ending_at, frozenset(range(4, 16)), kill)
    with pytest.raises(WorkerEnded, match="at each of 3 records in a row"):
        list(audit_apart(chunks(4), work, 2))


# The command


def test_a_small_input_is_audited_by_one_process(
    here: Here, one_lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "processors", lambda: 8)
    monkeypatch.setattr(apart, "Workers", None)
    words = ("audit", "sample_cases/small-families.jsonl", "--rules", one_lesson)
    assert here(*words).status == 0


@pytest.mark.slow
def test_a_large_input_is_audited_by_as_many_as_there_are_processors(
    here: Here, one_lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "many.jsonl"
    file.write_bytes(b"\n".join(LINES * 20))
    words = ("audit", file, "--rules", one_lesson, "--format", "jsonl")
    alone = here(*words, "--jobs", "1")
    monkeypatch.setattr(line_blocks, "BLOCK_BYTES", 2**14)
    monkeypatch.setattr(running, "processors", lambda: 2)
    started: list[int] = []
    real = apart.Workers
    monkeypatch.setattr(
        apart, "Workers", lambda number, *rest: started.append(number) or real(number, *rest)
    )
    assert here(*words).out == alone.out
    assert started == [2]


@pytest.mark.slow
@pytest.mark.parametrize("report_format", few(FORMATS, "jsonl", rest=pytest.mark.longest))
@settings(max_examples=tries(20, 2))
@given(data=st.data())
def test_whatever_the_number_of_processes_the_report_is_the_same(
    report_format: str, data: st.DataObject
) -> None:
    """Of random lists of records, some of them odd, some twice, in files of all kinds."""
    lines = data.draw(st.lists(st.sampled_from([*LINES, b"{}", LINES[0][:90]]), max_size=12))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_blocks, "BLOCK_BYTES", 2**13)
        patch.setattr(running, "TEXTS_AT_ONCE", 3)
        assert len(set(_reports(lines, report_format))) == 1


def _reports(lines: list[bytes], report_format: str) -> Iterator[bytes]:
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.joinpath("a.jsonl").write_bytes(b"\n".join([*LINES, *lines]))
        folder.joinpath("b.json").write_bytes(LINES[1])
        folder.joinpath("rules").mkdir()
        page = SAMPLES.parent / "rules" / "children_p" / "P1.1.yaml"
        folder.joinpath("rules", page.name).symlink_to(page)
        inputs = [str(folder / "a.jsonl"), str(folder / "b.json")]
        for jobs in (1, 2, 3, 5):
            report = folder / "report"
            of_rules = ["--rules", str(folder / "rules"), "--format", report_format]
            words = [*of_rules, "--jobs", str(jobs), "--output", str(report)]
            assert run(["audit", *inputs, *words]) in (0, 3)
            yield report.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("trials", [4, pytest.param(200, marks=pytest.mark.longest)])
def test_killed_at_random_moments_nothing_is_lost_and_nothing_twice(
    tmp_path: Path, trials: int
) -> None:
    """The command, which is resumed, and its processes; half the trials each."""
    words = [sys.executable, str(Path(jobs_killing.__file__)), str(tmp_path), str(trials), "jobs"]
    ended = subprocess.run(words, capture_output=True, check=False, encoding="utf-8")
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == trials
