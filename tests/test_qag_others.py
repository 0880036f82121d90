"""Packs that ask what may apply, and once a case whether the rest does not; half-done packs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Here
from laptop import LAPTOP, pixels
from openpyxl import load_workbook
from qag_packs import NAME, entries_of, with_sample

from casecheck.qag.packs.csv_file import pack_csv, read_csv
from casecheck.qag.packs.form import SEALS, TO_FILL, layout
from casecheck.qag.packs.from_workbook import read_workbook
from casecheck.qag.packs.packs import Pack, Question, make_pack
from casecheck.qag.packs.returned import Problem, Returned
from casecheck.qag.packs.submission import Submission, submission
from casecheck.qag.packs.to_html import pack_html
from casecheck.qag.packs.to_workbook import workbook
from casecheck.qag.store.rows import DrawnCase, FrameCase, Sample
from casecheck.results import Outcome

OLD = ROOT / "tests" / "expected" / "pack-of-the-first-form"
QUESTIONS = [
    Question(
        "P1.1", "A changed category", "agreement", "Did the chair agree?", "a letter", "plans"
    ),
    Question("P1.1", "A changed category", "risks", "Were the risks kept?", "an action", "risks"),
    Question("P2.1", "Sexual abuse", "training", "Was there training?", "a course", "training"),
    Question("P3.1", "Alcohol", "timely", "Was it in time?", "an assessment", "assessments"),
    Question("P3.1", "Alcohol", "seen", "Was the child seen?", "a visit", "contacts"),
]
Fill = Callable[[dict[str, str]], tuple[str, str]]
"""From the cells of a row to its judgment and its reason."""


def pack(
    applies: str = "P1.1", blind: bool = True, *, cases: int = 2, ask_all: bool = False
) -> Pack:
    """A pack of some cases, to which only these lessons apply."""
    drawn = [DrawnCase(at, at, f"C-{at}", "", "1", "", "", "") for at in range(1, cases + 1)]
    frame = {one.position: frame_case(one.position, applies) for one in drawn}
    sample = Sample(1, "a sample", 1, "a seed", {}, tuple(drawn))
    return make_pack(sample, "0" * 16, "anna", range(1, 99), frame, QUESTIONS, blind, ask_all)


def frame_case(position: int, applies: str) -> FrameCase:
    outcomes = {
        (one.lesson, one.check): Outcome.BREACH if one.lesson in applies else Outcome.NOT_APPLICABLE
        for one in QUESTIONS
    }
    return FrameCase(
        position, f"C-{position}", "a.json", None, "", "2026-06-30", None, None, None, outcomes, ()
    )  # fmt: skip


def returned(made: Pack, fill: Fill, encoding: str = "utf-8") -> Returned:
    """The pack as CSV, filled in."""
    text = pack_csv(made).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    out = io.StringIO(newline="")
    write = csv.DictWriter(out, list(rows[0]))
    write.writeheader()
    for row in rows:
        row["judgment"], row["reason"] = fill(row)
        write.writerow(row)
    return read_csv("a.csv", out.getvalue().encode(encoding))


def confirmed(row: dict[str, str]) -> tuple[str, str]:
    by_part = {"Asked": "Compliant", "Others": "Confirmed", "If one applies": ""}
    return by_part[row["part"]], ""


def taken(made: Pack, fill: Fill, *, partial: bool = False) -> dict[tuple[str, str, str], str]:
    read = submission(returned(made, fill), partial=partial)
    assert isinstance(read, Submission), read
    return {(one.case_id, one.lesson, one.check): one.judgment for one in read.answers}


def wrong(made: Pack, fill: Fill) -> str:
    read = submission(returned(made, fill))
    assert not isinstance(read, Submission)
    return "\n".join(map(str, read))


# --- what is asked ------------------------------------------------------------------------------


def test_only_what_may_apply_is_asked_and_the_rest_in_one_row_a_case() -> None:
    rows = pack().rows
    asked = [(row.case_id, row.question.check, row.part) for row in rows if row.part != "spare"]
    assert asked == [
        ("C-1", "agreement", "asked"), ("C-1", "risks", "asked"), ("C-1", "", "others"),
        ("C-2", "agreement", "asked"), ("C-2", "risks", "asked"), ("C-2", "", "others"),
    ]  # fmt: skip
    spare = [(row.case_id, row.question.check) for row in rows if row.part == "spare"]
    assert spare == [
        (case, check) for case in ("C-1", "C-2") for check in ("training", "timely", "seen")
    ]
    first, second = (row.question for row in rows if row.part == "others")
    assert first.lesson == "P2.1, P3.1"
    assert first.met_by == "P2.1 Sexual abuse; P3.1 Alcohol"
    assert rows[6].part == "spare"
    assert first.asks.endswith("begin at No 7.")
    assert second.asks.endswith("begin at No 10.")


def test_where_all_may_apply_or_all_is_asked_there_is_no_such_row() -> None:
    assert {row.part for row in pack("P1.1 P2.1 P3.1").rows} == {"asked"}
    assert {row.part for row in pack(ask_all=True).rows} == {"asked"}
    assert len(pack(ask_all=True).rows) == len(pack("P1.1 P2.1 P3.1").rows) == 10


def test_what_could_not_be_evaluated_may_apply() -> None:
    case = frame_case(1, "P1.1")
    left = {at: said for at, said in case.outcomes.items() if at[0] != "P2.1"}
    case = replace(case, outcomes=left)
    drawn = (DrawnCase(1, 1, "C-1", "", "1", "", "", ""),)
    sample = Sample(1, "a sample", 1, "a seed", {}, drawn)
    made = make_pack(sample, "0" * 16, "anna", [1], {1: case}, QUESTIONS, True, False)
    assert [row.question.lesson for row in made.rows if row.part == "asked"] == [
        "P1.1",
        "P1.1",
        "P2.1",
    ]


# --- what is answered ---------------------------------------------------------------------------


def test_confirmed_says_of_each_check_that_it_does_not_apply() -> None:
    judged = taken(pack(), confirmed)
    assert len(judged) == 10
    assert judged["C-1", "P1.1", "risks"] == "compliant"
    others = {what for (_, lesson, _), what in judged.items() if lesson != "P1.1"}
    assert others == {"not_applicable"}


def test_cannot_tell_says_it_of_each_with_the_reason() -> None:
    def fill(row: dict[str, str]) -> tuple[str, str]:
        others = row["part"] == "Others"
        return ("Cannot tell", "The file was not seen") if others else confirmed(row)

    read = submission(returned(pack(), fill))
    assert isinstance(read, Submission)
    told = {(one.judgment, one.reason) for one in read.answers if one.lesson == "P3.1"}
    assert told == {("cannot_tell", "The file was not seen")}


def test_where_one_applies_its_rows_are_answered_and_the_rest_does_not_apply() -> None:
    def fill(row: dict[str, str]) -> tuple[str, str]:
        if row["part"] == "Others" and row["case_id"] == "C-1":
            return "Not confirmed", ""
        if (
            row["part"] == "If one applies"
            and row["case_id"] == "C-1"
            and row["lesson"][:4] == "P3.1"
        ):
            return "Not compliant", "Done late"
        return confirmed(row)

    judged = taken(pack(), fill)
    assert judged["C-1", "P3.1", "timely"] == judged["C-1", "P3.1", "seen"] == "not_compliant"
    assert judged["C-1", "P2.1", "training"] == "not_applicable"
    assert judged["C-2", "P3.1", "seen"] == "not_applicable"
    assert len(judged) == 10


def test_where_one_applies_all_its_rows_are_owed() -> None:
    def fill(row: dict[str, str]) -> tuple[str, str]:
        if row["part"] == "Others":
            return "Not confirmed", ""
        return ("Compliant", "") if row["check"] in {"timely", "agreement", "risks"} else ("", "")

    told = wrong(pack(cases=1), fill)
    assert "no judgment of C-1, P3.1 seen" in told


@pytest.mark.parametrize(
    ("others", "spare", "told"),
    [
        (
            "Not confirmed",
            "",
            "Not confirmed: answer the rows of each lesson that applies, from row 5 on",
        ),
        (
            "Confirmed",
            "Compliant",
            "Confirmed, while row 5 judges one of these lessons: choose Not",
        ),
        ("Cannot tell", "Not compliant", "Cannot tell, while row 5 judges one of these lessons"),
        ("Compliant", "", "'Compliant' is no choice: choose Confirmed, Not confirmed, Cannot tell"),
        ("", "", "no judgment of C-1, whether the other lessons do not apply"),
    ],
)
def test_what_does_not_go_together_is_told(others: str, spare: str, told: str) -> None:
    def fill(row: dict[str, str]) -> tuple[str, str]:
        return {"Asked": "Compliant", "Others": others, "If one applies": spare}[row["part"]], ""

    assert told in wrong(pack(cases=1), fill)


def test_a_row_that_is_gone_is_told_with_its_case() -> None:
    made = pack()
    content = pack_csv(made).decode("utf-8-sig").splitlines(keepends=True)
    read = submission(read_csv("a.csv", "".join(content[:2] + content[3:]).encode()))
    assert not isinstance(read, Submission)
    assert any("row 2 of the pack is missing: C-1" in str(one) for one in read)


# --- half done ----------------------------------------------------------------------------------


def test_a_half_done_pack_gives_what_is_answered() -> None:
    def half(row: dict[str, str]) -> tuple[str, str]:
        return confirmed(row) if row["case_id"] == "C-1" else ("", "")

    judged = taken(pack(), half, partial=True)
    assert {case for case, _, _ in judged} == {"C-1"}
    assert len(judged) == 5
    read = submission(returned(pack(), half), partial=True)
    assert isinstance(read, Submission)
    assert read.left == 3
    assert "3 of 6 rows are answered, 3 are not" in wrong(pack(), half)


def test_rows_are_counted_as_the_cover_counts_them_and_further_ones_apart() -> None:
    """Where lessons are not confirmed, more rows are owed than the cover counts."""
    made = pack()

    def fill(row: dict[str, str]) -> tuple[str, str]:
        if row["part"] == "Others":
            return "Not confirmed", ""
        return ("Compliant" if row["check"] == "timely" else ""), ""

    others = sum(row.part == "others" for row in made.rows)
    told = wrong(made, fill)
    assert f"{others} of {made.asked} rows are answered, {made.asked - others} are not; " in told
    assert "and 2 of 4 rows that are asked too, since lessons were not confirmed" in told


def test_half_done_it_says_nothing_of_lessons_that_may_still_be_answered() -> None:
    def fill(row: dict[str, str]) -> tuple[str, str]:
        return ("Not confirmed" if row["part"] == "Others" else ""), ""

    assert taken(pack(), fill, partial=True) == {}


def test_a_half_done_pack_is_gone_on_with(here: Here, tmp_path: Path) -> None:
    store, to = with_sample(tmp_path), tmp_path / "packs"
    words = ("--sample", NAME, "--auditor", "anna", "--output", to)
    assert here("pack", "--store", store, *words).status == 0
    (file,) = to.iterdir()
    asked = fill_in(file, upto=5)
    ended = here("judge", "--store", store, file)
    assert (ended.status, entries_of(store)) == (3, [])
    ended = here("judge", "--store", store, "--partial", to)
    assert ended.status == 0
    assert f"{asked - 5} rows still to be answered" in ended.text
    half = len(entries_of(store))
    assert half
    fill_in(file, upto=asked)
    ended = here("judge", "--store", store, to)
    assert (ended.status, ended.told) == (0, "")
    assert f"{half} known before" in ended.text
    judged = {(one.position, one.lesson, one.check) for one in entries_of(store)}
    assert len(judged) == len(entries_of(store)) == 9 * 9


def fill_in(file: Path, upto: int) -> int:
    """Answer the first rows of a workbook; return how many are asked."""
    book = load_workbook(file)
    sheet = book["Judgments"]
    at = {cell.value: cell.column for cell in sheet[1]}
    parts = [sheet.cell(row, at["Part"]).value for row in range(2, sheet.max_row + 1)]
    for row, part in enumerate(parts[:upto], 2):
        answer = {"Asked": "Compliant", "Others": "Confirmed"}.get(str(part))
        sheet.cell(row, at["Judgment"]).value = answer
    book.save(file)
    return sum(part != "If one applies" for part in parts)


def test_partial_is_for_packs(here: Here) -> None:
    assert here("judge", "--partial", "--verify").status == 2


# --- how it looks -------------------------------------------------------------------------------


def opened(made: Pack) -> Any:
    return load_workbook(io.BytesIO(workbook(made)))


@pytest.mark.parametrize("blind", [True, False])
def test_question_answer_and_reason_are_on_a_laptops_screen_together(blind: bool) -> None:
    sheet = opened(pack(blind=blind))["Judgments"]
    heads = [cell.value for cell in sheet[1]]
    last = max(heads.index(head) for head in ("Question", "Judgment", "Reason", "Grade")) + 1
    assert pixels(sheet, last) <= LAPTOP
    # A screen shows some 500 pixels of rows: 375 points.
    assert all(row.height is None or row.height <= 375 for row in sheet.row_dimensions.values())


@pytest.mark.parametrize("blind", [True, False])
def test_it_is_printed_at_8_points_or_more(blind: bool) -> None:
    """Fitted to the width of A4: 842 points across, less the margins of 0.4 inches."""
    sheet = opened(pack(blind=blind))["Judgments"]
    last = sheet.print_area.rpartition(":")[2].strip("$").partition("$")[0]
    number = [cell.column_letter for cell in sheet[1]].index(last) + 1
    points = pixels(sheet, number) * 72 / 96
    assert 11 * (842 - 2 * 0.4 * 72) / points >= 8


def test_cases_are_told_apart_at_a_glance() -> None:
    sheet = opened(pack())["Judgments"]
    colours = [sheet.cell(row, 2).fill.fgColor.rgb for row in range(2, 8)]
    assert colours[:3] == [colours[0]] * 3
    assert colours[3:] == [colours[3]] * 3
    assert colours[0] != colours[3]
    thick = [row for row in range(2, 8) if sheet.cell(row, 1).border.top.style == "medium"]
    assert thick == [2, 5]
    assert [bool(sheet.cell(row, 2).font.bold) for row in range(2, 8)] == [True, False, False] * 2


def test_the_cover_counts_what_is_answered() -> None:
    made = pack()
    book = opened(made)
    at = [cell.value for cell in book["Judgments"][1]].index("Judgment")
    letter = book["Judgments"].cell(1, at + 1).column_letter
    assert book["Cover"]["B6"].value == f'=COUNTA(Judgments!{letter}2:{letter}7)&" of 6 answered"'
    assert load_workbook(io.BytesIO(workbook(made)), data_only=True)["Cover"]["B6"].value == (
        "0 of 6 answered"
    )
    assert "6 questions" in book["Cover"]["B5"].value


def test_each_row_has_the_choices_that_fit_it() -> None:
    sheet = opened(pack())["Judgments"]
    lists = {
        str(cells): one.formula1
        for one in sheet.data_validations.dataValidation
        for cells in str(one.sqref).split()
    }
    assert "Not confirmed" in lists["F4"]
    assert "Not confirmed" not in lists["F2:F3"]
    assert "H4" not in lists


def test_paper_offers_what_fits_each_row() -> None:
    page = pack_html(pack()).decode()
    assert page.count("☐&nbsp;Confirmed") == 2
    assert (
        page.count("Only where one of the lessons named last of this case applies after all") == 2
    )


# --- what spreadsheets and earlier packs are ------------------------------------------------------


def test_csv_in_the_code_page_of_windows_is_read() -> None:
    def fill(row: dict[str, str]) -> tuple[str, str]:
        return confirmed(row)[0], "café – seen" if row["part"] == "Asked" else ""

    read = submission(returned(pack(), fill, "cp1252"))
    assert isinstance(read, Submission)
    assert {one.reason for one in read.answers if one.lesson == "P1.1"} == {"café – seen"}


def test_csv_with_empty_columns_behind_its_own_is_read() -> None:
    text = pack_csv(pack()).decode("utf-8-sig")
    wider = "".join(f"{line},,,\r\n" for line in text.splitlines())
    read = submission(read_csv("a.csv", wider.encode()), partial=True)
    assert isinstance(read, Submission)


def test_the_columns_of_both_forms_are_the_same_but_for_the_part() -> None:
    for blind in (True, False):
        now, before = set(layout(blind)), set(layout(blind, "casecheck-pack-1"))
        assert {column.key for column in now} - {column.key for column in before} == {"part"}
    assert SEALS not in layout(True)
    assert set(TO_FILL) <= set(layout(True))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_pack_of_the_first_form_is_still_read(form: str) -> None:
    content = OLD.with_suffix(f".{form}").read_bytes()
    if form == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        at = rows[0].index("judgment")
        for row in rows[1:]:
            row[at] = "Compliant"
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        read = submission(read_csv("old.csv", out.getvalue().encode()))
    else:
        book = load_workbook(io.BytesIO(content))
        sheet = book["Judgments"]
        at = [cell.value for cell in sheet[1]].index("Judgment") + 1
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, at).value = "Compliant"
        saved = io.BytesIO()
        book.save(saved)
        read = submission(read_workbook("old.xlsx", saved.getvalue()))
    assert isinstance(read, Submission), read
    assert len(read.answers) == 9
    assert read.name.form == "casecheck-pack-1"


def test_a_changed_cell_of_the_first_form_is_still_seen() -> None:
    content = OLD.with_suffix(".csv").read_text("utf-8-sig").replace("P4.1", "P9.1", 1)
    read = submission(read_csv("old.csv", content.encode()), partial=True)
    assert isinstance(read, list)
    assert all(isinstance(one, Problem) for one in read)
