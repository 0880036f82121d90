"""Tables as programs save them: encodings, separators, heads below titles, and what does harm."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import repeat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.readers import csv_table
from casecheck.intake.sources.readers.csv_table import CUT_OFF, CsvTable, head_of
from casecheck.intake.sources.rows import SourceRefused

WANTED = ("Child", "Kind", "Held on")
SMALL = "Child,Kind,Held on\nC1,core group,2025-05-06\nC2,,\n"


def met(faults: Faults) -> list[tuple[int, str]]:
    return [(one.number, one.item) for one in faults.met()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "meetings.csv"


def read(
    file: Path, content: str | bytes, wanted: tuple[str, ...] | None = WANTED
) -> tuple[list[dict[str, str | None]], Faults, CsvTable]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    faults = Faults()
    table = CsvTable(file, "meetings", faults, wanted, keys=("Child",))
    return [dict(row.items) for row in table.rows()], faults, table


ROWS = [
    {"Child": "C1", "Kind": "core group", "Held on": "2025-05-06"},
    {"Child": "C2", "Kind": None, "Held on": None},
]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_separates_cells_and_lines(file: Path, separator: str, end: str) -> None:
    text = SMALL.replace(",", separator).replace("\n", end)
    rows, faults, _ = read(file, text)
    assert rows == ROWS
    assert met(faults) == []


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_that_is_told_is_taken(file: Path, separator: str) -> None:
    rows, _, table = read(file, f"sep={separator}\r\n" + SMALL.replace(",", separator))
    assert rows == ROWS
    assert [row.place.number for row in table.rows()] == [3, 4]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("windows-1252", [(2, "windows-1252")]),
        ("utf-16", [(2, "utf-16-le")]),
    ],
)
def test_encodings(file: Path, encoding: str, told: list[tuple[int, str]]) -> None:
    rows, faults, _ = read(
        file, "Child,Kind,Held on\nC1,caf\u00e9 \u2019,2025-05-06\n".encode(encoding)
    )
    assert rows == [{"Child": "C1", "Kind": "caf\u00e9 \u2019", "Held on": "2025-05-06"}]
    assert met(faults) == told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Child,Kind,Held on\nC1,\x81\x8d,\n", "neither UTF-8 nor windows-1252"),
        (SMALL.encode("utf-16-le"), "none of its first 20 rows"),
        (b"", "none of its first 20 rows"),
        (b"\n" * 5000 + SMALL.encode(), "none of its first 20 rows"),
        (b"a,b,c\n" * 30, "none of its first 20 rows"),
        (SMALL.encode() + b'C3,"core,2025-05-06\nC4,x,y\n', "meetings.csv line 4: this is not CSV"),
        (SMALL.encode() + b'C3,"core" group,\n', "meetings.csv line 4: this is not CSV"),
        (SMALL.encode() + b"C3,co\0re,\n", "meetings.csv line 4: this is not CSV"),
        (SMALL.encode() + b"C" * (1 << 20) + b",x,y\n", "meetings.csv line 4: this is not CSV"),
        (SMALL.encode() + b"C3," + b"x" * (1 << 18), "meetings.csv line 4: this is not CSV"),
        (SMALL.encode() + b"C3," + b"x," * 5000, "line 4: more than 4,096 columns"),
        (SMALL.encode() + b'C3,"' + b"x\n" * 80_000 + b'",\n', "line 4: this is not CSV"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_line(file: Path, content: bytes, why: str) -> None:
    with pytest.raises(SourceRefused, match=why):
        read(file, content)


def test_a_row_of_many_long_lines_is_refused(file: Path) -> None:
    cell = '"' + "x" * 120_000 + '\n"'
    with pytest.raises(SourceRefused, match="line 4: this is not CSV"):
        read(file, SMALL + "C3," + ",".join([cell] * 20) + "\n")


def test_heads_below_titles_and_notes_are_found_and_told(file: Path) -> None:
    text = "Meetings of the year,,\n\nPrinted by the case system,,\n" + SMALL
    rows, faults, table = read(file, text)
    assert rows == ROWS
    assert met(faults) == [(8, "heads")]
    assert [str(place) for one in faults.met() for place in one.places] == ["meetings.csv line 4"]
    assert [row.place.number for row in table.rows()] == [5, 6]


def test_a_row_of_data_with_a_word_of_the_heads_is_not_taken_for_them(file: Path) -> None:
    rows, _, _ = read(file, "Kind of report: meetings,,\nKind,,\n" + SMALL)
    assert rows == ROWS


def test_heads_spelt_otherwise_are_the_same(file: Path) -> None:
    rows, faults, _ = read(file, SMALL.replace("Held on", " held\u00a0ON? ", 1))
    assert rows == ROWS
    assert met(faults) == [(9, "Held on")]
    assert head_of("Child\u2019s ID") == head_of("CHILD'S_ID ")
    assert head_of("Age") != head_of("Age of child")


@pytest.mark.parametrize("twice", ["Kind", "kind ", "Kind?"])
def test_a_head_that_stands_twice_is_refused_with_both_columns(file: Path, twice: str) -> None:
    with pytest.raises(SourceRefused, match=r"line 1: two columns .* Kind \(columns 2 and 4\)"):
        read(file, f"Child,Kind,Held on,{twice}\nC1,a,b,c\n")


def test_heads_that_nobody_asked_for_may_stand_twice(file: Path) -> None:
    rows, _, table = read(file, "Child,Kind,Held on,Note,Note,,\nC1,core group,2025-05-06,x,y,,\n")
    assert rows == ROWS[:1]
    assert table.others == ("Note", "Note")


def test_a_column_that_is_not_there_is_told(file: Path) -> None:
    rows, faults, table = read(file, "Child,Kind\nC1,core group\n")
    assert rows == [{"Child": "C1", "Kind": "core group"}]
    assert table.absent == ("Held on",)
    assert met(faults) == [(11, "Held on")]


def test_line_breaks_and_separators_within_quotes(file: Path) -> None:
    text = 'Child,Kind,Held on\nC1,"core,\r\n""group""\n",2025-05-06\n\nC2,,\n'
    rows, _, table = read(file, text)
    assert rows[0]["Kind"] == 'core,\r\n"group"'
    assert [row.place.number for row in table.rows()] == [2, 6]


def test_blank_rows_are_none(file: Path) -> None:
    rows, faults, _ = read(file, SMALL + " ,\u00a0, \n,,\n\n")
    assert rows == ROWS
    assert met(faults) == []


def test_a_row_with_more_cells_than_heads_is_lost(file: Path) -> None:
    rows, faults, _ = read(file, SMALL + "C3,core,group,2025-05-06\nC4,core group,2025-05-06, ,\n")
    assert [row["Child"] for row in rows] == ["C1", "C2", "C4"]
    assert met(faults) == [(45, "a row with more cells than heads")]
    assert faults.lost == 1


def test_what_a_short_row_does_not_have_is_not_blank(file: Path) -> None:
    """Blank would say that something has not happened."""
    rows, faults, _ = read(file, SMALL + "C3,core group\n")
    assert rows[2] == {"Child": "C3", "Kind": "core group", "Held on": CUT_OFF}
    assert (met(faults), faults.lost) == ([(45, "a row with fewer cells than heads")], 0)
    rows, faults, _ = read(file, "Kind,Held on,Child\ncore group,2025-05-06\n")
    assert rows == [{"Child": None, "Kind": "core group", "Held on": "2025-05-06"}]


def test_a_note_below_the_table_is_lost_and_no_child(file: Path) -> None:
    rows, faults, _ = read(file, SMALL + "2 rows\n")
    assert rows == ROWS
    assert (met(faults), faults.lost) == ([(45, "a row with one cell")], 1)


def test_formulas_and_errors_are_not_read(file: Path) -> None:
    text = SMALL + '"=""00123""",=1+1,#N/A\n=A1,#1,#VALUE!\n'
    rows, faults, _ = read(file, text)
    assert rows[2:] == [
        {"Child": "00123", "Kind": CUT_OFF, "Held on": CUT_OFF},
        {"Child": None, "Kind": "#1", "Held on": CUT_OFF},
    ]
    assert met(faults) == [(14, "Child"), (14, "Held on"), (14, "Kind")]


def test_without_heads_to_look_for_the_widest_rows_tell_them(file: Path) -> None:
    text = "Meetings; 2025\nChild;Kind, how;Held on;;\nC1;core, group;2025-05-06;;\n"
    rows, _, table = read(file, text, None)
    assert table.heads == ("Child", "Kind, how", "Held on")
    assert rows == [{"Child": "C1", "Kind, how": "core, group", "Held on": "2025-05-06"}]


def test_two_wanted_heads_that_are_spelt_alike_are_a_fault_of_the_caller(file: Path) -> None:
    with pytest.raises(ValueError, match="spelt alike"):
        read(file, SMALL, ("Child", "child ", "Kind"))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="there is no file"):
        CsvTable(tmp_path / "none.csv", "none", Faults(), WANTED)
    with pytest.raises(SourceRefused, match="a folder"):
        CsvTable(tmp_path, "none", Faults(), WANTED)


HOSTILE = {
    "quotes that open": ('"a\n', "none of its first 20 rows"),
    "empty lines": ("\n", None),
    "blank cells": (",,,,,,,,\n", None),
    "one long row": ("C1,x,y,", "this is not CSV"),
    "lines within quotes": ('""\n', "this is not CSV"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_fill_the_memory_does_not(
    name: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times the file takes no more memory."""
    piece, why = HOSTILE[name]
    monkeypatch.setattr("casecheck.intake.sources.readers.encoded.CHUNK", 2**14)
    monkeypatch.setattr(csv_table, "MAX_ROW", 2**14)
    monkeypatch.setattr(csv_table, "MAX_LINE", 2**13)
    peaks = []
    for times in (4_000, 40_000):
        with file.open("w") as out:
            out.write("" if name == "quotes that open" else SMALL)
            out.write('C3,"' if name == "lines within quotes" else "")
            out.writelines(repeat(piece, times))
        tracemalloc.start()
        with pytest.raises(SourceRefused, match=why) if why else nullcontext():
            table = CsvTable(file, "meetings", Faults(), WANTED)
            assert sum(1 for _ in table.rows()) == 2
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2**16


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=8)


def _as_saved(rows: list[list[str]], separator: str) -> Iterator[str]:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([list(WANTED), *rows])
    yield out.getvalue()


@given(
    st.lists(st.lists(CELLS.filter(lambda one: one[0] not in "=#"), min_size=3, max_size=3)),
    st.sampled_from(",;\t|"),
)
def test_what_was_saved_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str
) -> None:
    file = tmp_path_factory.mktemp("saved") / "meetings.csv"
    (text,) = _as_saved(rows, separator)
    found, _, _ = read(file, text)
    assert [list(row.values()) for row in found] == [[cell.strip() for cell in row] for row in rows]
