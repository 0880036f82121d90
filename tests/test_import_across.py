"""A census of which several processes make the records gives what one process gives."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path

import pytest
from command_line import Here
from make_returns import Element, Inventor, child, episode, protection_plan, return_of

from casecheck.audit import workers
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.cli.import_ import common
from casecheck.intake.sources.cin_across import Answer, Asked, imported_across, worker
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import PLACES, Faults
from casecheck.intake.sources.importing import Imported, imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers import held

REFERENCE = date(2026, 3, 31)
KEY = Key(bytes(KEY_BYTES))


def plan(start: str, latest: str | None = "NEG") -> Element:
    return episode("2025-05-01", protection_plan(start, None, "NEG", latest))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of one name: children that stand twice in one and in both, nameless ones, dirt."""
    every: list[list[Element]] = [
        [*Inventor(1, REFERENCE).children(60), child("A", "2015-06-12", plan("12/05/2025", None)),
         child("A", "2015-06-12", plan("2025-06-12")), child(None, "2015-06-12"),
         child("B", "2015-06-12", plan("05/13/2025")), child("T", "2014-01-01")],
        [child("C", "2015-06-12", plan("2030-01-01")), child("B", "2015-06-12", plan("01/02/2026")),
         child("T", "2013-01-01"), *(child(f"L{at}", "12/06/2015") for at in range(9))],
    ]  # fmt: skip
    made = []
    for at, children in enumerate(every):
        made.append(tmp_path / str(at) / "census.xml")
        made[-1].parent.mkdir()
        text = "".join(return_of(children, REFERENCE))
        text = text.replace("<Sex>U</Sex>", "<Sex>U</Sex>stray\u00e9<Odd/>")
        made[-1].write_bytes(text.encode("cp1252"))  # and not as it declares
    return made


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_BLOCK", 2_000)


def told_by(source: CinCensus, every: list[Imported]) -> dict[str, object]:
    return {
        "records": every,
        "faults": list(source.faults.met()),
        "lost": source.faults.lost,
        "unknown": source.unknown,
    }


def here_at_once(make: Callable[[Asked], Answer], asked: Asked) -> Future[Answer]:
    done: Future[Answer] = Future()
    done.set_result(make(asked))
    return done


@pytest.mark.usefixtures("small_blocks")
def test_records_faults_and_places_are_those_of_one_process(files: list[Path]) -> None:
    alone = CinCensus(files, None, Faults())
    one = told_by(alone, list(imported(alone, Pseudonyms(KEY))))
    several = CinCensus(files, None, Faults())
    makers = [worker(KEY, several.files()) for _ in range(3)]
    asked: list[Asked] = []

    def submit(block: Asked) -> Future[Answer]:
        asked.append(block)
        return here_at_once(makers[len(asked) % 3], block)

    both = told_by(several, list(imported_across(several, KEY, submit, 4)))
    assert both == one
    assert len(asked) > 6
    assert {at for at, _ in asked} == {0, 1}
    met = {(fault.number, fault.item): fault for fault in several.faults.met()}
    assert met[1, "windows-1252"].times == 2
    assert met[35, "LAchildID"].times == 1
    assert met[36, "LAchildID"].times > 3
    assert met[55, "ChildIdentifiers"].times > PLACES == len(met[55, "ChildIdentifiers"].places)
    assert several.unknown["Odd"] > 60


@pytest.mark.usefixtures("small_blocks")
def test_no_more_blocks_are_asked_for_than_are_to_be_ahead(files: list[Path]) -> None:
    source = CinCensus(files, None, Faults())
    make = worker(KEY, source.files())
    out = most = 0

    class Counted(Future[Answer]):
        def result(self, timeout: float | None = None) -> Answer:
            nonlocal out
            out -= 1
            return super().result(timeout)

    def submit(asked: Asked) -> Future[Answer]:
        nonlocal out, most
        out += 1
        most = max(most, out)
        done = Counted()
        done.set_result(make(asked))
        return done

    assert list(imported_across(source, KEY, submit, 3))
    assert most == 3


@pytest.mark.slow
def test_the_command_writes_the_same_with_processes(
    here: Here, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "ENOUGH", 1)
    new_key(key := tmp_path / "board.key")
    written = []
    for jobs in (1, 2):
        output, report = tmp_path / f"{jobs}.jsonl", tmp_path / f"{jobs}.json"
        ended = here("import", "cin-census", *files, "--key", key, "--output", output,
                     "--report", report, "--jobs", jobs)  # fmt: skip
        assert ended.status == 3
        written.append((output.read_bytes(), json.loads(report.read_text()), ended.text))
    assert written[0] == written[1]


def test_where_a_process_is_ended_nothing_is_written(
    here: Here, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        def __init__(self, number: int, _: object) -> None:
            assert number == 2

        def __enter__(self) -> Ended:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, _: object) -> Future[Answer]:
            raise WorkerEnded("A worker process was ended")

    monkeypatch.setattr(common, "ENOUGH", 1)
    monkeypatch.setattr(workers, "Workers", Ended)
    new_key(key := tmp_path / "board.key")
    output = tmp_path / "out.jsonl"
    command = ("import", "cin-census", *files, "--key", key, "--output", output)
    ended = here(*command, "--jobs", 2)
    assert ended.status == 4
    assert "A worker process was ended" in ended.told
    assert not output.exists()
    assert here(*command, "--jobs", 1).status == 3  # asks for no process


def test_a_small_return_starts_no_process(
    here: Here, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "Workers", None)
    new_key(key := tmp_path / "board.key")
    command = ("import", "cin-census", *files, "--key", key, "--output", tmp_path / "out.jsonl")
    assert here(*command, "--jobs", 2).status == 3


@pytest.mark.parametrize(("processors", "jobs"), [(1, 1), (2, 2), (16, 2)])
def test_no_more_processes_than_processors(
    processors: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda _: set(range(processors)), raising=False
    )  # fmt: skip
    assert common.jobs_by_default() == jobs
    monkeypatch.delattr(os, "sched_getaffinity")
    assert common.jobs_by_default() == 1
