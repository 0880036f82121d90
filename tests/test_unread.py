"""What cannot be read is told one by one up to a bound, and counted beyond it."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from amounts import few
from command_line import SAMPLES, Here, in_cells

from casecheck.audit import running
from casecheck.intake import texts as reading
from casecheck.intake.files import find_texts
from casecheck.intake.texts import MAX_SKIPPED_BYTES, SHORTEST, RecordText
from casecheck.intake.unread import MOST_IN_ALL, MOST_OF_A_FILE, Unread
from casecheck.record import validation
from casecheck.record.faults import FieldError, Unreadable
from casecheck.record.validation import NotACaseRecord, read_record
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

RECORD = SAMPLES.joinpath("c-0103.json").read_bytes()
LINE = json.dumps(json.loads(RECORD)).encode()


def bad(file: str, line: int | None = None, count: int = 1) -> Unreadable:
    return Unreadable(file, line, (FieldError("", "no record"),), count)


def test_the_first_of_a_file_are_told_and_the_rest_counted() -> None:
    items = [bad("a", line) for line in range(1, MOST_OF_A_FILE + 6)]
    told = list(Unread().limited([*items, "a record", bad("b", 1)]))
    assert told[:MOST_OF_A_FILE] == items[:MOST_OF_A_FILE]
    assert told[MOST_OF_A_FILE] == "a record"
    rest, last = told[MOST_OF_A_FILE + 1 :]
    assert isinstance(rest, Unreadable)
    assert (rest.file, rest.line, rest.count) == ("a", MOST_OF_A_FILE + 1, 5)
    assert "5 more records of this file, the last of them line 105" in rest.errors[0].message
    assert last == bad("b", 1)


def test_the_first_of_all_files_are_told_and_the_rest_counted() -> None:
    items = [bad(f"{number:05}") for number in range(MOST_IN_ALL + 7)]
    told = list(Unread().limited(items))
    assert told[:-1] == items[:MOST_IN_ALL]
    rest = told[-1]
    assert isinstance(rest, Unreadable)
    assert (rest.file, rest.count) == ("01000", 7)
    assert "7 more inputs in 7 more files" in rest.errors[0].message


def test_nothing_is_lost_of_a_count() -> None:
    items = [bad(f"{number // 150:05}", number, 2) for number in range(3_000)]
    assert sum(one.count for one in Unread().limited(items)) == 6_000


@pytest.mark.parametrize("how", few(FORMATS, "jsonl"))
def test_a_small_file_makes_no_large_report(here: Here, tmp_path: Path, how: str) -> None:
    """20,000 lines of two bytes, of which each lacks four fields."""
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(b"{}\n" * 20_000 + LINE + b"\n"))
    assert file.stat().st_size < 2_500
    whole = ["--all"] if how == "text" else []
    ended = here("audit", file, "--format", how, *whole, "--output", tmp_path / "report")
    assert ended.status == 3
    content = tmp_path.joinpath("report").read_bytes()
    report = in_cells(content) if how == "xlsx" else content.decode()
    assert len(report) < 400_000
    assert "19,900 more records of this file, the last of them line 20,000" in report.replace(
        "\n    ", " "
    ).replace("\n  ", " ")
    counted = {
        "json": '"unreadable": 20000',
        "jsonl": '"count": 19900',
        "csv": "unreadable 20000",
        "sarif": '"unreadable": 20000',
        "text": "1 record audited, 20,000 unreadable",
        "html": "Could not be read (20,000)",
        "xlsx": "20,000",
    }
    assert counted[how] in report
    assert "C-0103" in report or how in ("text", "csv", "sarif")


@pytest.mark.slow
def test_the_number_of_processes_does_not_matter(
    here: Here, tmp_path: Path, one_lesson: Path
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes((b"{}\n" * 700 + LINE + b"\n") * 3)
    words = ("audit", file, "--rules", one_lesson, "--format", "jsonl", "--jobs")
    one, two = here(*words, "1"), here(*words, "2")
    assert one.out == two.out
    assert one.out.count(b"\n") == MOST_OF_A_FILE + 3 + 1


def test_check_counts_them_too(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n" * 5_000 + LINE)
    for how in ("text", "json"):
        ended = here("check", file, "--format", how)
        assert ended.status == 3
        assert len(ended.out) < 400_000
    assert json.loads(ended.out)["summary"]["unreadable"] == 5_000


def test_csv_and_json_say_for_how_many_a_line_stands(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n" * 150)
    listed = json.loads(here("audit", file, "--format", "json").out)["unreadable"]
    assert sum(one.get("count", 1) for one in listed) == 150
    rows = csv.DictReader(io.StringIO(here("audit", file, "--format", "csv").text))
    assert sum("50 more records" in row["message"] for row in rows) == 1


@pytest.mark.slow
def test_what_is_wrong_is_not_worked_out_where_it_is_not_told(
    monkeypatch: pytest.MonkeyPatch, here: Here, tmp_path: Path
) -> None:
    explained: list[int] = []
    plain = validation._explained

    def count(data: bytes) -> NotACaseRecord:
        explained.append(1)
        return plain(data)

    monkeypatch.setattr(validation, "_explained", count)
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n" * 5_000)
    here("audit", file)
    assert MOST_OF_A_FILE <= len(explained) <= running.TEXTS_AT_ONCE
    with pytest.raises(NotACaseRecord, match="not a case record"):
        read_record(b"{}", explained=False)
    with pytest.raises(NotACaseRecord, match="not a case record"):
        read_record(LINE.replace(b'"case_id"', b'"case_id": "C-1", "case_id"'), explained=False)


class Endless(io.RawIOBase):
    """A stream that goes on and on, and counts what is taken of it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.taken = 0
        self.lines = 0
        self._pieces = pieces

    def readline(self, size: int | None = -1, /) -> bytes:
        piece = next(self._pieces)[: size or None]
        self.taken += len(piece)
        self.lines += 1
        return piece


def forever(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b"a" * 2**21, id="one long line"),
        pytest.param(b" " * (2**20 - 1) + b"\n", id="long blank lines", marks=pytest.mark.slow),
    ],
)
def test_no_stream_is_drained_for_ever(piece: bytes) -> None:
    stream = Endless(forever(piece))
    told = list(find_texts(["-"], stream))
    assert "what follows is not read" in told[-1].errors[0].message
    assert len(told) <= 2
    assert stream.taken <= MAX_SKIPPED_BYTES + 2**21


def test_lines_that_are_too_long_are_drained_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SKIPPED_BYTES", 5 * 2**20)
    long = b"a" * (2**20 + 10) + b"\n"
    told = list(find_texts(["-"], io.BytesIO((long + LINE + b"\n") * 20)))
    assert sum(isinstance(one, RecordText) for one in told) == 4
    assert "more than 5 MiB" not in str(told[-1])  # the words are those of the real bound
    assert "what follows is not read" in str(told[-1])


def test_lines_too_short_for_a_record_end_a_file_as_blank_ones_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MAX_SHORT_LINES", 50)
    stream = Endless(itertools.cycle((b"{}\n", b"\n")))
    told = list(find_texts(["-"], stream))
    assert stream.lines == 101  # every second one is blank
    assert "too short for a record; what follows is not read" in str(told[-1])


def test_short_lines_are_a_small_part_of_the_blank_lines_that_end_a_file() -> None:
    """Each of them costs as much as a refused record, which some fifty blank lines cost."""
    stream = Endless(forever(b"\x00\n"))  # as a file of nothing in UTF-16 reads
    assert sum(isinstance(one, RecordText) for one in find_texts(["-"], stream)) == 50_001


def test_no_record_is_shorter() -> None:
    shortest = {
        "schema": "casecheck/1", "case_id": "ABC",
        "extracted_on": "2026-01-01", "opened_on": "2026-01-01",
    }  # fmt: skip
    text = json.dumps(shortest, separators=(",", ":")).encode()
    read_record(text)
    assert len(text) >= SHORTEST
    for name in shortest:
        with pytest.raises(NotACaseRecord):
            read_record(
                json.dumps({key: shortest[key] for key in shortest if key != name}).encode()
            )


def test_the_store_counts_each_of_them(here: Here, tmp_path: Path) -> None:
    file, store = tmp_path / "a.jsonl", tmp_path / "s.db"
    file.write_bytes(b"{}\n" * 300 + LINE)
    here("audit", file, "--store", store)
    (run,) = json.loads(here("runs", "list", "--store", store, "--format", "json").out)
    assert (run["records"], run["unreadable"]) == (1, 300)
