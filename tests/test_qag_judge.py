"""Packs that come back: what is taken, what is refused, and the log that proves itself whole."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from amounts import few, tries
from command_line import Ended, Here, needs_office
from qag_packs import (
    CASES,
    CHECKS,
    LESSONS,
    NAME,
    changed,
    entries_of,
    filled,
    filled_csv,
    log_of,
    sample_of,
    usual,
    with_sample,
)
from qag_sealed import resealed
from shipped import rules

from casecheck.qag.judgments.log import (
    Broken,
    exported,
    first_broken,
    hash_of,
    verify_export,
)
from casecheck.qag.packs.form import JUDGMENTS, MAX_REASON
from casecheck.qag.packs.from_workbook import read_workbook
from casecheck.qag.packs.packs import questions
from casecheck.qag.packs.submission import Submission, submission
from casecheck.qag.store.store import NO_ENTRY, Entry, Sample
from casecheck.text.xlsx_archive import MAX_UNPACKED, Unusable

ROWS = (CASES - 1) * CHECKS
CODES = {words: code for code, words in JUDGMENTS.items()}
Pack = Callable[..., Path]
Judge = Callable[..., Ended]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return with_sample(tmp_path)


WRITTEN: dict[tuple[bytes, str, str, tuple[str, ...]], bytes] = {}
"""The packs of a store: the same each time, as `test_qag_packs.py` proves."""


@pytest.fixture
def pack(here: Here, store: Path, tmp_path: Path) -> Pack:
    """Writes an auditor's pack, and returns the file."""

    def write(auditor: str = "anna", form: str = "xlsx", *more: str) -> Path:
        to = tmp_path / "packs"
        file = to / f"q3-2026-{auditor}.{form}"
        asked = store.read_bytes(), auditor, form, more
        if asked not in WRITTEN:
            words = ("--sample", NAME, "--auditor", auditor, "--format", form, "--output", to)
            words += ("--ask", "all")
            ended = here("pack", "--store", store, *words, *more)
            assert ended.status == 0, ended.told
            WRITTEN[asked] = file.read_bytes()
        to.mkdir(exist_ok=True)
        file.write_bytes(WRITTEN[asked])
        return file

    return write


@pytest.fixture
def judge(here: Here, store: Path) -> Judge:
    def run(*words: str | Path) -> Ended:
        return here("judge", "--store", store, *words)

    return run


def refused(ended: Ended, folder: Path, *told: str) -> None:
    """Nothing was taken into the folder's store, and each of these was told."""
    assert ended.status == 3
    for one in told:
        assert one in ended.told
    assert "nothing was taken from any file" in ended.told
    assert entries_of(folder / "casecheck.db") == []


# --- taken --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["--blind", "--open"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_judgments_put_in_are_in_the_log(
    judge: Judge, pack: Pack, tmp_path: Path, form: str, kind: str
) -> None:
    store = tmp_path / "casecheck.db"
    fill = filled if form == "xlsx" else filled_csv
    ended = judge(fill(pack("anna", form, kind), tmp_path / f"back.{form}"))
    assert (ended.status, ended.err) == (0, b"")
    log = entries_of(store)
    assert f"{ROWS} judgments taken" in ended.text
    assert f"The log has {ROWS} entries; the last hash is {log[-1].hash}" in ended.text
    as_put_in(log, sample_of(store)[0])
    assert first_broken(log) is None


def as_put_in(log: list[Entry], sample: Sample) -> None:
    """Each row of the pack of one auditor is in the log, judged as `usual` says."""
    assert len(log) == ROWS
    for number, entry in enumerate(log, 1):
        judgment, reason, grade = usual(number)
        assert entry.judgment == CODES[judgment]
        assert entry.reason == reason
        assert entry.grade == grade.lower().replace(" ", "_")
        assert (entry.auditor, entry.second, len(entry.pack)) == ("anna", False, 64)
    assert [(one.position, one.case_id, one.lesson, one.check) for one in log] == [
        (case.position, case.case_id, question.lesson, question.check)
        for case in sorted(sample.drawn, key=lambda one: one.position)
        if not case.unusable
        for question in questions(rules(), LESSONS)
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_as_spreadsheets_of_any_country_save_it(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path, separator: str
) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv", separator=separator)
    assert judge(file).status == 0
    assert len(entries_of(store)) == ROWS


def test_rows_may_be_sorted(judge: Judge, store: Path, pack: Pack, tmp_path: Path) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    heads, *rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([heads, *reversed(rows), ",,,"]), encoding="utf-8")
    assert judge(file).status == 0
    assert len(entries_of(store)) == ROWS


@pytest.mark.parametrize("told", ["Compliant", "compliant", " COMPLIANT ", "not_compliant"])
def test_a_judgment_is_told_by_its_words_or_its_code(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path, told: str
) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv", lambda _: (told, "", ""))
    assert judge(file).status == 0
    assert {one.judgment for one in entries_of(store)} == {told.strip().lower()}


def test_what_spreadsheets_make_of_a_pack_by_themselves_does_no_harm(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    """A number in place of its text, a blank cell beside the form, the settings of a printer."""
    back = changed(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", {"M2": 1, "P1": " "})
    back = with_part(back, tmp_path / "d.xlsx", "xl/printerSettings/printerSettings1.bin", b"\0")
    ended = judge(back)
    assert (ended.status, ended.told) == (0, "")


def test_a_workbook_of_a_program_that_knows_no_styles_is_taken(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    """openpyxl warns of it, and the warning would be noise."""

    def change(name: str, content: bytes) -> bytes:
        return (
            re.sub(rb"<cellStyles.*?</cellStyles>", b"", content) if "styles" in name else content
        )

    back = rezipped(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", change)
    assert back.stat().st_size != (tmp_path / "b.xlsx").stat().st_size
    ended = judge(back)
    assert (ended.status, ended.told) == (0, "")


def test_a_pack_handed_in_twice_is_taken_once(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path
) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    judge(back)
    log = entries_of(store)
    again = judge(back, shutil.copy(back, tmp_path / "copy.xlsx"))
    assert again.status == 0
    assert f"0 judgments taken, {ROWS} known before" in again.text
    assert entries_of(store) == log


def test_what_is_told_as_json(judge: Judge, store: Path, pack: Pack, tmp_path: Path) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    told = json.loads(judge(back, "--format", "json").out)
    (entry, *_), (taken,) = entries_of(store), told["taken"]
    assert taken == {
        "file": str(back), "sample": NAME, "auditor": "anna", "pack": entry.pack,
        "new": ROWS, "known": 0, "of_no_use": [], "unread": [], "left": 0,
    }  # fmt: skip
    assert (told["entries"], told["last"]) == (ROWS, entries_of(store)[-1].hash)


def test_a_case_marked_as_of_no_use_since_the_pack_went_out_is_named(
    judge: Judge, pack: Pack, store: Path, tmp_path: Path
) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    resealed(store, "UPDATE drawn SET unusable = 'lost' WHERE case_id = 'C-0101'")
    ended = judge(back)
    assert ended.status == 0
    assert "C-0101: marked as of no use since; the judgments do not count" in ended.text
    assert len(entries_of(store)) == ROWS


def test_the_second_auditor_of_a_case_is_marked(
    judge: Judge, here: Here, store: Path, tmp_path: Path
) -> None:
    words = ("--auditor", "anna", "--auditor", "ben", "--double", "20", "--format", "csv")
    words += ("--ask", "all")
    here("pack", "--store", store, *words, "--output", tmp_path)
    files = [filled_csv(one, one) for one in sorted(tmp_path.glob("*.csv"))]
    assert judge(*files).status == 0
    log = entries_of(store)
    second = {one.case_id for one in log if one.second}
    assert len(log) == ROWS + 2 * CHECKS
    assert len(second) == 2
    assert {one.auditor for one in log if one.second} == {"ben"}
    for case in second:
        assert {one.auditor for one in log if one.case_id == case} == {"anna", "ben"}


# --- refused ------------------------------------------------------------------------------------


def test_a_locked_cell_that_was_changed_is_named(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    back = changed(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", {"D5": "Was it so?"})
    ended = judge(back)
    told = f"{back}: sheet Judgments, row 5, cell D5: this locked cell was changed"
    refused(ended, tmp_path, told)
    assert ended.told.count("\n") == 2


@pytest.mark.parametrize("column", few("BCDEIJKLMNO", "B", "J"))
def test_no_locked_cell_can_be_changed_unseen(
    judge: Judge, pack: Pack, tmp_path: Path, column: str
) -> None:
    back = changed(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", {f"{column}9": "X-1"})
    refused(judge(back), tmp_path, f"row 9, cell {column}9")


@pytest.mark.parametrize(
    ("cell", "told"),
    [("A1", "x"), ("A3", "x"), ("B3", "other"), ("B4", "ben"), ("B5", "2 cases"), ("B7", "Do as"
     " you like"), ("A40", "a note")],
)  # fmt: skip
def test_no_cell_of_the_cover_can_be_changed_unseen(
    judge: Judge, pack: Pack, tmp_path: Path, cell: str, told: str
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(filled(pack(), tmp_path / "b.xlsx"))
    book["Cover"][cell] = told
    book.save(tmp_path / "c.xlsx")
    ended = judge(tmp_path / "c.xlsx")
    refused(ended, tmp_path, f"sheet Cover, cell {cell}: this locked cell was changed")
    assert "1 problem: nothing was taken" in " ".join(ended.told.split())


def test_a_cell_moved_within_a_csv_file_is_named(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    file.write_text(file.read_text("utf-8").replace("C-0102", "C-0103", 1), encoding="utf-8")
    refused(
        judge(file), tmp_path, "column case_id: this cell was changed: it must be as it was sent"
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"F4": "Mostly"}, "row 4, cell F4: 'Mostly' is no choice: choose Compliant, Not"),
        (
            {"F4": None},
            "row 4, cell F4: no judgment of C-0101, P1.1 risks-carried: where nothing shows",
        ),
        ({"F4": 1}, "row 4, cell F4: '1' is no choice"),
        ({"F4": "=A1"}, "row 4, cell F4: a formula"),
        ({"G4": "=HYPERLINK(A1)"}, "row 4, cell G4: a formula"),
        ({"G4": "x" * (MAX_REASON + 1)}, "row 4, cell G4: 501 characters: 500 are the most"),
        ({"H4": "Fair"}, "row 4, cell H4: 'Fair' is no choice: choose Outstanding, Good"),
        ({"A4": f"2 of {ROWS}"}, "row 4, cell A4: row 2 of the pack stands here again"),
        (
            {"A4": f"{ROWS + 1} of {ROWS}"},
            f"row 4, cell A4: this is no row of the pack, 1 to {ROWS}",
        ),
        ({"A4": None}, "Judgments: row 3 of the pack is missing: C-0101, P1.1 risks-carried"),
        ({"P4": "a note"}, "row 4, cell P4: the form has no such cell"),
        ({"F90": "Compliant"}, "row 90, cell A90: this is no row of the pack"),
        ({"O1": "More"}, "row 1, cell O1: the heads of the columns are not those of a pack"),
        ({"F1": "Verdict"}, "row 1, cell F1: the heads of the columns are not those of a pack"),
        ({"O4": "0000"}, "row 4, cell O4: this locked cell was changed"),
    ],
)
def test_what_is_wrong_is_named_with_sheet_row_and_cell(
    judge: Judge, pack: Pack, tmp_path: Path, cells: dict[str, Any], told: str
) -> None:
    back = changed(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", cells)
    refused(judge(back), tmp_path, "sheet Judgments", told)


def test_a_row_taken_away_is_missing(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    back = filled(pack(), tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(back)
    book["Judgments"].delete_rows(10)
    book["Judgments"].delete_rows(book["Judgments"].max_row)
    book.save(back)
    ended = judge(back)
    missing = "row 9 of the pack is missing: C-0101, P4.1 neglect-tool-repeated"
    refused(ended, tmp_path, missing, f"row {ROWS} of the pack is missing")


def test_many_rows_taken_away_are_told_at_once(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    heads, *rows = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([heads, *rows[:8], *rows[20:40], *rows[41:]]), encoding="utf-8")
    ended = judge(file)
    told = "13 rows of the pack are missing: 9 to 20, 41 (C-0101, C-0103, C-0106)"
    refused(ended, tmp_path, told, "1 problem: nothing")


def test_rows_that_tell_nothing_of_those_missing(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    heads, *rows = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([heads, *rows[:2]]), encoding="utf-8")
    refused(judge(file), tmp_path, f"{ROWS - 2} rows of the pack are missing: 3 to {ROWS}\n")


def test_a_pack_half_done_is_told_in_a_few_lines(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    def half(number: int) -> tuple[str, str, str]:
        return usual(number) if number <= 30 else ("", "", "")

    ended = judge(filled(pack(), tmp_path / "b.xlsx", half))
    refused(
        ended, tmp_path,
        f"b.xlsx: Judgments: 30 of {ROWS} rows are answered, {ROWS - 30} are not: where nothing",
        "sheet Judgments, rows 32 to 37, column Judgment: no judgment of C-0105: P1.1 actions-",
        "sheet Judgments, rows 38 to 46, column Judgment: no judgment of C-0106, in any of its 9",
    )  # fmt: skip
    assert ended.told.count("\n") == 8


def dated(file: Path, write: Callable[[date], str]) -> None:
    """Write each day of a CSV pack in another way, as a spreadsheet does when it saves one."""
    heads, *rows = csv.reader(io.StringIO(file.read_text("utf-8"), newline=""))
    at = heads.index("as_of")
    for row in rows:
        row[at] = write(date.fromisoformat(row[at].removeprefix("'")))
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([heads, *rows])


@pytest.mark.parametrize(
    "form", ["%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%b-%y", "%m/%d/%Y", "%Y/%m/%d",
             "%Y-%m-%d 00:00:00", "%d %B %Y"],
)  # fmt: skip
def test_a_date_that_a_spreadsheet_rewrote_is_the_same(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path, form: str
) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    dated(file, lambda day: day.strftime(form))
    ended = judge(file)
    assert (ended.status, ended.told) == (0, "")
    assert len(entries_of(store)) == ROWS


def test_a_date_that_a_spreadsheet_made_a_number_is_the_same(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    dated(file, lambda day: str((day - date(1899, 12, 30)).days))
    assert judge(file).status == 0


@pytest.mark.parametrize(
    "write",
    [
        lambda day: (day + timedelta(1)).strftime("%d/%m/%Y"),
        lambda day: day.strftime("%B %Y"),
        lambda _: "31/06/2026",
        lambda _: "30-Xyz-26",
        lambda _: "0",
    ],
)
def test_another_day_is_told_once_for_its_column(
    judge: Judge, pack: Pack, tmp_path: Path, write: Callable[[date], str]
) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv")
    dated(file, write)
    ended = judge(file)
    told = f"b.csv: rows 2 to {ROWS + 1}, column as_of: {ROWS} cells were changed"
    refused(ended, tmp_path, told, "open it so that each column is text", "1 problem: nothing")


def test_many_cells_changed_in_a_workbook_are_told_by_their_columns_title(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    cells = {f"C{row}": "2026-07-01" for row in range(2, 9)}
    back = changed(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", cells)
    told = "sheet Judgments, rows 2 to 8, column As it stood on: 7 cells were changed"
    refused(judge(back), tmp_path, told, "1 problem: nothing")


def test_a_workbook_may_hold_its_days_as_dates(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    cells = {"C2": date(2026, 6, 30)}
    back = changed(filled(pack(), tmp_path / "b.xlsx"), tmp_path / "c.xlsx", cells)
    assert judge(back).status == 0


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n'])
def test_a_first_line_that_names_the_separator_is_no_row(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path, first: str
) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv", separator=";")
    text = file.read_text("utf-8")
    file.write_text(first + text.replace("Compliant", "Mostly", 1), encoding="utf-8")
    refused(judge(file), tmp_path, "row 6, column judgment: 'Mostly' is no choice")
    file.write_text(first + text, encoding="utf-8")
    assert judge(file).status == 0
    assert len(entries_of(store)) == ROWS


def test_a_formula_is_one_in_a_csv_file_too(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    file = filled_csv(pack("anna", "csv"), tmp_path / "b.csv", lambda _: ("Compliant", "=A1", ""))
    refused(
        judge(file),
        tmp_path,
        f"rows 2 to {ROWS + 1}, column reason: a formula: write the text itself",
    )


def test_what_is_not_read_is_told(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    comments = pytest.importorskip("openpyxl.comments")
    book = openpyxl.load_workbook(filled(pack(), tmp_path / "b.xlsx"))
    book.create_sheet("My notes")["A1"] = "seen on Monday"
    book["Judgments"]["F2"].comment = comments.Comment("I doubt it", "anna")
    book.save(tmp_path / "c.xlsx")
    ended = judge(tmp_path / "c.xlsx")
    assert ended.status == 0
    told = "not read, and in no log: the sheet My notes, comments on cells"
    assert told in ended.text
    assert "Monday" not in ended.text


def test_everything_wrong_is_told_at_once_and_nothing_taken_of_a_good_pack_either(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    good = filled_csv(pack("ben", "csv"), tmp_path / "good.csv")
    bad = filled(pack("anna"), tmp_path / "b.xlsx")
    bad = changed(bad, tmp_path / "bad.xlsx", {"F4": "Mostly", "D5": "x", "H6": "Fair"})
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(good.read_bytes())
    ended = judge(good, bad, torn, tmp_path / "none.xlsx")
    refused(ended, tmp_path, "cell F4", "cell D5", "cell H6", "torn.xlsx: is no .xlsx workbook")
    assert "none.xlsx: cannot be read: No such file" in ended.told
    assert ended.told.endswith("5 problems: nothing was taken from any file.\n")
    assert ended.out == b""


def test_problems_as_json(judge: Judge, pack: Pack) -> None:
    ended = judge(pack(), "--format", "json")
    assert ended.status == 3
    problems = json.loads(ended.out)["problems"]
    assert len(problems) == CASES
    assert problems[1]["place"] == "sheet Judgments, rows 2 to 10, column Judgment"


def test_a_pack_of_another_sample_is_refused(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    (tmp_path / "other").mkdir()
    other = with_sample(tmp_path / "other")
    resealed(other, "UPDATE sample SET seed = 'another seed'")
    ended = judge("--store", other, back)
    refused(ended, other.parent, f"{back}: a pack of another sample, which was called '{NAME}' too")
    resealed(other, "UPDATE sample SET name = 'another'")
    told = f"a pack of another sample: no sample '{NAME}'"
    refused(judge("--store", other, back), other.parent, told)


def test_two_packs_put_together_are_refused(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    """The rows of one and the name of the other: each of them is as it was sent."""
    sent = pack("anna", "csv", "--auditor", "ben", "--ranks", "5-10")
    name = sent.with_stem("q3-2026-ben").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    file = filled_csv(sent, tmp_path / "b.csv")
    heads, *rows = file.read_text("utf-8").splitlines()
    mixed = [",".join([name, *row.split(",")[1:]]) for row in rows]
    file.write_text("\n".join([heads, *mixed[:3], *rows[3:]]), encoding="utf-8")
    refused(judge(file), tmp_path, "does not name one pack, the same in every row")
    file.write_text("\n".join([heads, *mixed]), encoding="utf-8")
    refused(judge(file), tmp_path, "the name and the rows are not those of one pack")


def test_a_forged_case_is_not_taken(judge: Judge, store: Path, pack: Pack, tmp_path: Path) -> None:
    back = filled(pack(), tmp_path / "b.xlsx")
    resealed(store, "UPDATE drawn SET case_id = 'C-9999' WHERE rank = 1")
    refused(judge(back), tmp_path, "C-0101 is not a case of the sample q3 2026")


def test_a_second_submission_that_differs_is_named(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path
) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    assert judge(back).status == 0
    log = entries_of(store)
    cells = {"F2": "Cannot tell", "G2": "Not done", "G3": "another", "H4": "Good", "H2": None}
    other = changed(back, tmp_path / "other.xlsx", cells)
    ended = judge(other)
    assert ended.status == 3
    for place, number, said in (
        ("row 2, cell F2", 1, "Not compliant"),
        ("row 2, cell G2", 1, "Done late"),
        ("row 2, cell H2", 1, "Requires improvement"),
        ("row 3, cell G3", 2, "another reason, in the auditor's own words"),
        ("row 4, cell H4", 3, "no grade"),
    ):
        told = f"{place}: differs from entry {number} of the log, which says {said};"
        assert told in ended.told
    assert "café" not in ended.told
    assert "5 problems" in ended.told
    assert entries_of(store) == log


def test_two_packs_that_differ_from_one_another_are_named(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    other = changed(back, tmp_path / "other.xlsx", {"F2": "Cannot tell"})
    told = f"differs from {back}, sheet Judgments, row 2, cell F2, which says Not compliant;"
    refused(judge(back, other), tmp_path, told)


def test_a_correction_is_added_and_the_first_judgment_stays(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path
) -> None:
    back = filled(pack(), tmp_path / "back.xlsx")
    judge(back)
    log = entries_of(store)
    other = changed(back, tmp_path / "other.xlsx", {"F2": "Cannot tell"})
    ended = judge("--correct", other)
    assert ended.status == 0
    assert f"1 judgment taken, {ROWS - 1} known before" in ended.text
    *before, last = entries_of(store)
    assert before == log
    same = {"judgment": "cannot_tell", "number": ROWS + 1, "previous": log[-1].hash}
    assert last == replace(log[0], **same, hash=last.hash)
    assert "0 judgments taken" in judge("--correct", other).text
    assert judge(back).status == 3, "what was corrected cannot come back unasked"


# --- files made to do harm ----------------------------------------------------------------------


def rezipped(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = change(part, old.read(part))
            if content is not None:
                new.writestr(part, content)
    return target


def with_part(source: Path, target: Path, name: str, content: bytes) -> Path:
    rezipped(source, target, lambda _, part: part)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target


def test_a_zip_bomb_is_not_unpacked(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    bomb = with_part(pack(), tmp_path / "b.xlsx", "xl/x.xml", bytes(MAX_UNPACKED))
    refused(judge(bomb), tmp_path, "b.xlsx: unpacks to more than any that is read")


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;">]>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    ],
)
@pytest.mark.parametrize("coded", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(
    judge: Judge, pack: Pack, tmp_path: Path, declared: bytes, coded: str
) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "xl/sharedStrings.xml":
            return content
        head, rest = content.split(b"\n", 1)
        text = (head + declared + rest).decode()
        return text.replace("UTF-8", coded.upper()).encode(coded)

    bomb = rezipped(pack(), tmp_path / "b.xlsx", change)
    refused(judge(bomb), tmp_path, "holds XML that no spreadsheet writes")


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/externalLinks/a.xml", "xl/embeddings/a"])
def test_macros_and_links_are_refused(judge: Judge, pack: Pack, tmp_path: Path, name: str) -> None:
    book = with_part(pack(), tmp_path / "b.xlsx", name, b"<a/>")
    refused(judge(book), tmp_path, "holds macros, links or embedded files")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("xl/worksheets/sheet2.xml", "has no sheet Judgments"),
        ("xl/workbook.xml", "is no workbook that can be read"),
        ("xl/sharedStrings.xml", ""),
    ],
)
def test_a_workbook_that_lacks_a_part_is_refused(
    judge: Judge, pack: Pack, tmp_path: Path, name: str, told: str
) -> None:
    torn = rezipped(pack(), tmp_path / "b.xlsx", lambda part, old: None if part == name else old)
    refused(judge(torn), tmp_path, told)


def test_a_row_far_down_is_told_and_not_waited_for(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    def change(name: str, content: bytes) -> bytes:
        far = b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData>'
        return content.replace(b"</sheetData>", far) if name.endswith("sheet2.xml") else content

    far = rezipped(filled(pack(), tmp_path / "a.xlsx"), tmp_path / "b.xlsx", change)
    refused(judge(far), tmp_path, "has more rows than a sheet can have")


@pytest.mark.parametrize(
    ("sheet", "told"), [("Judgments", "has no sheet Judgments"), ("Cover", "has no sheet Cover")]
)
def test_a_workbook_without_its_sheets_is_no_pack(
    judge: Judge, pack: Pack, tmp_path: Path, sheet: str, told: str
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(pack())
    del book[sheet]
    book.save(tmp_path / "b.xlsx")
    refused(judge(tmp_path / "b.xlsx"), tmp_path, told)


def test_the_packs_name_must_be_on_the_cover(judge: Judge, pack: Pack, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(pack())
    (cell,) = (row[1] for row in book["Cover"].iter_rows() if row[0].value == "Pack")
    cell.value = "a pack"
    book.save(tmp_path / "b.xlsx")
    told = f"sheet Cover, cell {cell.coordinate}: this is not the name of a pack"
    refused(judge(tmp_path / "b.xlsx"), tmp_path, told)
    book["Cover"].delete_rows(cell.row)
    book.save(tmp_path / "b.xlsx")
    refused(judge(tmp_path / "b.xlsx"), tmp_path, "its sheet Cover does not say which pack it is")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "its first line is not that of one"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"case_id,outcome\nC-1,breach\n", "its first line is not that of one"),
        (b'pack,no,"case', "is no whole CSV file"),
        (b"x" * (32 << 20) + b"x", "is larger than any pack"),
    ],
    ids=["empty", "utf-16", "another", "torn", "huge"],
)
def test_other_csv_files_are_refused(
    judge: Judge, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "b.csv"
    file.write_bytes(content)
    refused(judge(file), tmp_path, told)


def test_a_huge_workbook_is_not_read(judge: Judge, tmp_path: Path) -> None:
    file = tmp_path / "b.xlsx"
    with file.open("wb") as opened:
        opened.truncate(1 << 40)
    refused(judge(file), tmp_path, "is larger than any that is read")


@pytest.mark.slow
def test_a_workbook_with_flipped_bytes_is_refused_or_says_the_same(
    pack: Pack, tmp_path: Path
) -> None:
    back = filled(pack(), tmp_path / "b.xlsx")
    whole = back.read_bytes()
    same = submission(read_workbook("b", whole))
    assert isinstance(same, Submission)
    chance = random.Random(20261126)
    for _ in range(150):
        torn = bytearray(whole)
        torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
        try:
            read = submission(read_workbook("b", bytes(torn)))
        except Unusable:
            continue
        assert read == same or not isinstance(read, Submission)


def test_nothing_is_needed_to_read_a_pack_back(
    judge: Judge, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = filled(pack(), tmp_path / "b.xlsx")
    for name in ("openpyxl", "xlsxwriter", "scipy"):
        monkeypatch.setitem(sys.modules, name, None)
    assert judge(back).status == 0


# --- the log ------------------------------------------------------------------------------------


def bytes_of(log: list[Entry]) -> bytes:
    return "".join(f"{line}\n" for line in exported(log)).encode()


def test_an_exported_log_is_whole_and_holds_the_entries() -> None:
    for number in (0, 1, 200):
        log = log_of(number)
        assert first_broken(log) is None
        assert verify_export(bytes_of(log)) == (log, None)


def flips_found(log: bytes, places: range, bits: tuple[int, ...]) -> None:
    torn = bytearray(log)
    for place in places:
        for bit in bits:
            torn[place] ^= bit
            _, broken = verify_export(bytes(torn))
            assert broken is not None, f"byte {place} with {bit:#x}"
            assert broken.number == log.count(b"\n", 0, place)
            torn[place] ^= bit


@pytest.mark.slow
def test_a_byte_flipped_in_an_exported_log_is_found() -> None:
    log = bytes_of(log_of(200))
    flips_found(log, range(0, len(log), len(log) // tries(500)), (1, 0x20))
    end = range(len(log) - tries(100), len(log))
    flips_found(log, end, (1, 0x80, 0xFF))


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.parametrize("part", range(8))
def test_every_byte_flipped_in_an_exported_log_is_found(part: int) -> None:
    """With numbers of one digit, of two and of three."""
    log = bytes_of(log_of(120))
    flips_found(log, range(part, len(log), 8), (1 << part,))


def test_every_byte_of_a_short_log_and_every_bit() -> None:
    log = bytes_of(log_of(2))
    flips_found(log, range(len(log)), tuple(1 << bit for bit in range(8)))


def test_the_first_entry_that_is_not_whole_is_named() -> None:
    lines = bytes_of(log_of(200)).splitlines(keepends=True)
    torn = [*lines]
    torn[57] = torn[57].replace(b'"grade":"good"', b'"grade":""')
    torn[150] = b"{}\n"
    assert torn[57] != lines[57]
    entries, broken = verify_export(b"".join(torn))
    assert (len(entries), broken and broken.number) == (56, 57)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda lines: lines[:-1], 201),
        (lambda lines: lines[:-3], 199),
        (lambda lines: [*lines[:-2], lines[-2].rstrip()], 201),
        (lambda lines: [*lines[:-1], lines[-1].rstrip()], 201),
        (lambda lines: [*lines[:-3], lines[-1]], 199),
        (lambda lines: [*lines[:5], *lines[6:]], 5),
        (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], 5),
        (lambda lines: [*lines[:6], *lines[5:]], 6),
        (lambda lines: [*lines, lines[-1]], 201),
        (lambda lines: [lines[0], lines[-1]], 1),
        (lambda lines: lines[1:], 0),
        (lambda _: [], 0),
    ],
    ids=[
        "no end", "cut off", "cut off within", "no newline", "last left out", "one left out",
        "two changed over", "one twice", "more", "empty", "no heading", "nothing",
    ],
)  # fmt: skip
def test_lines_left_out_moved_or_added_are_found(
    change: Callable[[list[bytes]], list[bytes]], number: int
) -> None:
    lines = bytes_of(log_of(200)).splitlines(keepends=True)
    _, broken = verify_export(b"".join(change(lines)))
    assert broken is not None
    assert broken.number == number


def test_an_entry_changed_with_its_hash_breaks_the_chain() -> None:
    log = log_of(5)
    forged = replace(log[2], judgment="compliant", grade="outstanding")
    forged = replace(forged, hash=hash_of(forged))
    broken = first_broken([*log[:2], forged, *log[3:]])
    assert broken == Broken(4, "does not follow the entry before it")


def test_a_log_that_does_not_begin_at_its_beginning_is_not_whole() -> None:
    (entry,) = log_of(1)
    later = replace(entry, number=2)
    later = replace(later, hash=hash_of(later))
    assert first_broken([later]) == Broken(1, "is missing: entry 2 stands in its place")


@pytest.mark.parametrize("field", [one for one in Entry.__slots__ if one != "hash"])
def test_each_field_of_an_entry_is_in_its_hash(field: str) -> None:
    (entry,) = log_of(1)
    value = getattr(entry, field)
    other = (not value) if isinstance(value, bool) else value + type(value)(1)
    assert hash_of(replace(entry, **{field: other})) != entry.hash


def test_the_log_as_exported_and_as_stored_are_verified(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    judge(filled(pack(), tmp_path / "b.xlsx"))
    file = tmp_path / "log.jsonl"
    assert judge("--export", file).status == 0
    ended = judge("--verify", file)
    assert ended.status == 0
    assert ended.text.count(f"whole, {ROWS} entries; the last hash is ") == 2
    assert judge("--export", "-").out == file.read_bytes()


def test_an_exported_log_needs_no_store(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "log.jsonl"
    file.write_bytes(bytes_of(log_of(3)))
    ended = here("judge", "--verify", file)
    assert (ended.status, ended.told) == (0, "")
    assert ended.text.startswith(f"{file}: whole, 3 entries; the last hash is ")


def test_an_empty_log_is_whole(judge: Judge) -> None:
    ended = judge("--verify")
    assert ended.status == 0
    assert f"whole, 0 entries; the last hash is {NO_ENTRY}\n" in ended.text


def tampered(store: Path, statement: str) -> None:
    with sqlite3.connect(store) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE entry SET judgment = 'compliant' WHERE number = 5", 5),
        ("UPDATE entry SET reason = reason || ' ' WHERE number = 7", 7),
        ("UPDATE entry SET auditor = 'ben' WHERE number = 1", 1),
        ("UPDATE entry SET reason = x'00ff' WHERE number = 6", 6),
        ("UPDATE entry SET reason = CAST(x'41ff' AS TEXT) WHERE number = 8", 8),
        ("DELETE FROM entry WHERE number = 9", 9),
    ],
)
def test_an_entry_changed_in_the_store_is_named_and_nothing_more_is_taken(
    judge: Judge, pack: Pack, tmp_path: Path, statement: str, number: int
) -> None:
    judge(filled(pack(), tmp_path / "b.xlsx"))
    tampered(tmp_path / "casecheck.db", statement)
    ended = judge("--verify")
    assert ended.status == 1
    assert f"NOT WHOLE, entry {number}: " in ended.text
    told = json.loads(judge("--verify", "--format", "json").out)["logs"][0]
    assert (told["whole"], told["number"]) == (False, number)
    for words in (("--export", tmp_path / "log"), (filled(pack("ben"), tmp_path / "c.xlsx"),)):
        after = judge(*words)
        assert after.status == 2
        assert f"the judgment log is not whole: entry {number}: " in after.told
    assert not (tmp_path / "log").exists()


def test_a_log_whose_end_is_gone_is_found_by_what_was_exported(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path
) -> None:
    judge(filled(pack(), tmp_path / "b.xlsx"))
    judge("--export", tmp_path / "log")
    tampered(store, "DELETE FROM entry WHERE number > 61")
    ended = judge("--verify")
    assert ended.status == 1
    assert f"NOT WHOLE, entry 62: is gone: {ROWS} were saved" in ended.text
    resealed(store)
    assert judge("--verify").status == 0, "a forger's seal says what the forger wants"
    ended = judge("--verify", tmp_path / "log")
    assert ended.status == 1
    assert "entry 62: is not what was exported before, or is gone" in ended.text


def test_a_log_that_goes_on_from_what_was_exported_is_whole(
    judge: Judge, pack: Pack, tmp_path: Path
) -> None:
    judge(filled(pack(), tmp_path / "b.xlsx"))
    judge("--export", tmp_path / "log")
    judge(filled(pack("ben"), tmp_path / "c.xlsx"))
    assert judge("--verify", tmp_path / "log").status == 0


@pytest.mark.slow
def test_two_people_at_once_lose_nothing(store: Path, pack: Pack, tmp_path: Path) -> None:
    names = ["anna", "ben", "cy"]
    files = [filled(pack(name), tmp_path / f"{name}.xlsx") for name in names]
    words = "import sys; from casecheck.cli.judge import command; command()"

    def take(file: Path) -> int:
        line = [sys.executable, "-c", words, "--store", store, file]
        return subprocess.run(line, check=False, capture_output=True).returncode

    with ThreadPoolExecutor(len(files)) as pool:
        assert list(pool.map(take, files)) == [0, 0, 0]
    log = entries_of(store)
    assert first_broken(log) is None
    assert len(log) == len(names) * ROWS
    assert sum(not one.second for one in log) == ROWS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name the packs to take"),
        (("--verify", "--correct"), "three different things"),
        (("--verify", "--export", "x"), "three different things"),
        (("--export", "x", "y"), "name no other FILE"),
        (("--verify", "no such file"), "no such file: No such file"),
        (("--store", "no.db", "--verify"), "there is no store no.db"),
        (("--export", "no/such/folder"), "there is no such folder: make it first"),
    ],
)
def test_what_is_asked_wrongly_is_told(judge: Judge, words: tuple[str, ...], told: str) -> None:
    ended = judge(*words)
    assert ended.status == 2
    assert told in ended.told


def test_an_older_export_stays_where_a_new_one_cannot_be_written(
    judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log"
    file.write_bytes(bytes_of([]))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    ended = judge("--export", file)
    assert ended.status == 4
    assert "No space left on device" in ended.told
    assert file.read_bytes() == bytes_of([])


def test_an_export_replaces_an_older_one_that_the_log_goes_on_from(
    judge: Judge, pack: Pack, store: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    assert judge("--export", log).status == 0
    assert log.read_bytes() == bytes_of([])
    judge(filled(pack(), tmp_path / "b.xlsx"))
    for _ in range(2):
        assert judge("--export", log).status == 0
        assert log.read_bytes() == bytes_of(entries_of(store))


@pytest.mark.parametrize("what", ["longer", "other", "torn", "none of ours"])
def test_an_export_never_replaces_what_the_log_does_not_go_on_from(
    judge: Judge, pack: Pack, store: Path, tmp_path: Path, what: str
) -> None:
    """The older file is the proof that the end of the log is gone: the log itself looks whole."""
    judge(filled(pack(), tmp_path / "b.xlsx"))
    whole = bytes_of(entries_of(store))
    older = {
        "longer": whole,
        "other": bytes_of(log_of(3)),
        "torn": whole[:-9],
        "none of ours": b"minutes",
    }[what]
    if what == "longer":
        tampered(store, "DELETE FROM entry WHERE number > 60")
    (tmp_path / "log").write_bytes(older)
    ended = judge("--export", tmp_path / "log")
    assert ended.status == 2
    assert "the log does not go on from what is there" in " ".join(ended.told.split())
    assert "keep it, name another file" in " ".join(ended.told.split())
    assert (tmp_path / "log").read_bytes() == older


# --- LibreOffice --------------------------------------------------------------------------------

MACRO = """
Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
  document.CurrentController.setActiveSheet(document.Sheets.getByName("Judgments"))
{cells}
  Dim form(0) As New com.sun.star.beans.PropertyValue
  form(0).Name = "FilterName" : form(0).Value = "Calc MS Excel 2007 XML"
  document.storeToURL("{target}", form())
  document.close(True)
End Sub

Sub Put(document, place, text)
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  Dim there(0) As New com.sun.star.beans.PropertyValue
  there(0).Name = "ToPoint" : there(0).Value = place
  dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:GoToCell", "", 0, there())
  Dim typed(0) As New com.sun.star.beans.PropertyValue
  typed(0).Name = "StringName" : typed(0).Value = text
  dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:EnterString", "", 0, typed())
End Sub
"""
"""Types into cells as a person does, where a lock holds; what is written by name goes past it."""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{macro}</script:module>"""


@needs_office
@pytest.mark.parametrize("kind", ["--blind", "--open"])
@pytest.mark.slow
def test_a_pack_filled_in_by_libreoffice_gives_what_was_put_in(
    judge: Judge, store: Path, pack: Pack, tmp_path: Path, kind: str
) -> None:
    source, target = pack("anna", "xlsx", kind), tmp_path / "back.xlsx"
    first = "FGH" if kind == "--blind" else "GHI"
    cells = "\n".join(
        f'  Put(document, "{column}{number + 1}", "{text}")'
        for number in range(1, ROWS + 1)
        for column, text in zip(first, usual(number), strict=True)
        if text
    )
    cells += '\n  Put(document, "D2", "changed")'
    macro = MACRO.format(source=source.as_uri(), target=target.as_uri(), cells=cells)
    profile = tmp_path / "profile"
    line = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    for more in ("--terminate_after_init", "macro:///Standard.Module1.Main"):
        subprocess.run([*line, more], check=False, capture_output=True, timeout=600)
        # The first run makes the profile, and in it a module without a macro.
        module = profile / "user" / "basic" / "Standard" / "Module1.xba"
        module.write_text(MODULE.format(macro=escape(macro)), encoding="utf-8")
    assert target.exists()
    ended = judge(target)
    assert (ended.status, ended.told) == (0, "")
    as_put_in(entries_of(store), sample_of(store)[0])
