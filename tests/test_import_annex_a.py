"""Each fault of lists as a small example, and what the import does with it; hostile workbooks."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from beside import beside
from command_line import Here
from contradicted import PSEUDONYMS
from make_lists import HEADERS, Cell, Inventor, Row, table, who, write, write_lists

from casecheck.intake.sources.annex_a import AnnexA
from casecheck.intake.sources.annex_a_day import months_before
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import new_key, read_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers import workbook
from casecheck.intake.sources.rows import SourceRefused
from casecheck.text import xlsx_markup

TODAY = date(2026, 6, 30)
BIRTH = date(2015, 6, 12)
REAL = beside("data", "annex_a")
START, END = "Child Protection Plan Start Date", "Child Protection Plan End Date"
ENQUIRY = "Strategy discussion initiating Section 47 Enquiry Start Date"
CONTACT = {"Date of Contact": date(2026, 2, 1), "Contact Source": "q) 6: Police"}
Record = dict[str, Any]
Sheets = dict[str, Sequence[Sequence[Cell]]]


class Import(NamedTuple):
    """What came of lists: the records by the children's identifiers, and the faults."""

    records: dict[str, Record]
    faults: Faults
    source: AnnexA

    @property
    def record(self) -> Record:
        (record,) = self.records.values()
        return record

    def met(self, number: int) -> list[str]:
        return [one.item for one in self.faults.met() if one.number == number]


def of_sheets(folder: Path, sheets: Sheets, *names: str, **options: Any) -> Import:
    """Import a workbook of these sheets, the children being those named."""
    as_of, empty = options.pop("as_of", TODAY), options.pop("empty", ())
    write(folder / "lists.xlsx", sheets, **options)
    return imported_from(folder / "lists.xlsx", as_of, empty, names)


def imported_from(
    file: Path, as_of: date | None, empty: Sequence[str] = (), names: Sequence[str] = ("C1",)
) -> Import:
    faults = Faults()
    source = AnnexA([file], as_of, faults, empty)
    of = {PSEUDONYMS.of("child", name): name for name in (*names, "C1", "C2")}
    records = {of.get(one.case_id, one.case_id): json.loads(one.line)
               for one in imported(source, PSEUDONYMS)}  # fmt: skip
    return Import(records, faults, source)


@pytest.fixture
def lists(tmp_path: Path) -> Callable[..., Import]:
    """Import a workbook of lists: rows of child C1 by list, or whole rows."""

    def run(told: dict[str, list[Row]], **options: Any) -> Import:
        sheets: Sheets = {
            name: list(table(name, [row if "Child Unique ID" in row else {**who("C1", BIRTH), **row}
                                    for row in rows]))
            for name, rows in told.items()
        }  # fmt: skip
        return of_sheets(tmp_path, sheets, **options)

    return run


Run = Callable[..., Import]


def plan(start: Cell, end: Cell = None, **more: Cell) -> dict[str, list[Row]]:
    return {"List 7": [{START: start, END: end, **more}]}


# ---------------------------------------------------------------- how lists are found


@pytest.mark.parametrize(
    "headers",
    [
        ["Child Unique ID", "Date of Birth", "Date of Contact", "Contact Source"],
        ["contact source", "CHILD ID ", "D.O.B.", "Date of Contact (DD/MM/YYYY)"],
        ["4. Contact Source*", "Child\u2019s Unique ID", "date_of_birth", "Contact\nDate"],
    ],
)
@pytest.mark.parametrize("above", [[], [["List 1"]], [[], ["Extract", None, "x"], [None, "note"]]])
def test_a_list_is_found_by_its_headers_wherever_they_stand(
    tmp_path: Path, headers: list[str], above: list[list[Cell]]
) -> None:
    values: dict[str, Cell] = {"ontactsource": "Police", "ontact": date(2026, 2, 1),
                               "irth": BIRTH, "ob": BIRTH}  # fmt: skip
    row: list[Cell] = []
    for one in headers:
        word = "".join(filter(str.isalpha, one.casefold()))
        found = [value for end, value in values.items() if end in word]
        row.append("C1" if word.endswith("id") else found[0])
    found_all = of_sheets(tmp_path, {"S": [*above, headers, row]})
    assert found_all.record["contacts"] == [
        {"id": "contact1", "subject": "child1", "on": "2026-02-01", "source": "police"}
    ]
    assert found_all.record["people"][0]["born"] == "2015-06"
    assert found_all.met(8) == (["headers"] if above else [])
    assert "List 1" in found_all.met(13)  # whose sheet is named otherwise


def test_headers_that_take_two_rows_and_lists_below_each_other(tmp_path: Path) -> None:
    """Cells merged with those above them have their text there."""
    sheet: list[list[Cell]] = [
        ["Child Unique ID", "Date of Birth", "Contact"],
        [None, None, "Date of Contact", "Contact Source"],
        ["C1", BIRTH, date(2026, 2, 1), "Police"],
        ["Child Unique ID", "Date of Birth", "Date of Contact", "Contact Source"],
        ["C2", BIRTH, date(2026, 2, 2), "Police"],
        ["List 3: Referral"],
        ["Referral NFA?", "Child Unique ID", "Date of referral"],
        ["a) Yes", "C2", date(2026, 2, 3)],
    ]
    found = of_sheets(tmp_path, {"S": sheet})
    assert [found.records[name]["contacts"][0]["on"] for name in ("C1", "C2")] == [
        "2026-02-01", "2026-02-02",
    ]  # fmt: skip
    assert found.records["C2"]["threshold_decisions"][0]["on"] == "2026-02-03/2026-06-30"
    assert found.faults.lost == 0


def test_a_workbook_without_a_list_is_refused(tmp_path: Path) -> None:
    sheets: Sheets = {"Guidance": [["Field Heading"], ["Child Unique ID"], ["Date of Contact"]]}
    with pytest.raises(SourceRefused, match="no list of Annex A is there by its headers"):
        of_sheets(tmp_path, sheets)


def test_10_two_columns_of_one_header_refuse_the_list_and_no_other(tmp_path: Path) -> None:
    contacts = list(table("List 1", [{**who("C1", BIRTH), **CONTACT}]))
    doubled: list[Sequence[Cell]] = [
        ["Child Unique ID", "Date of Referral", "Referral Date", "Referral NFA?"],
        ["C1", date(2026, 2, 1), date(2026, 2, 2), "Yes"],
    ]
    found = of_sheets(tmp_path, {"List 1": contacts, "List 3": doubled})
    assert found.met(10) == ["List 3, Date of Referral, columns B and C"]
    assert "threshold_decisions" not in found.record
    assert len(found.record["contacts"]) == 1


def test_11_an_absent_column_is_not_an_empty_one(tmp_path: Path, lists: Run) -> None:
    short: list[Sequence[Cell]] = [["Child Unique ID", START], ["C1", date(2026, 2, 2)]]
    found = of_sheets(tmp_path, {"List 7": short})
    assert found.record["plans"][0]["end"] == "unknown"
    assert f"List 7, {END}" in found.met(11)
    assert "category_changes" not in found.record
    assert "end" not in lists(plan(date(2026, 2, 2))).record["plans"][0]


def test_12_other_columns_are_told_once_by_their_headers(tmp_path: Path) -> None:
    contacts = [list(row) for row in table("List 1", [{**who("C1", BIRTH), **CONTACT}])]
    contacts[1] += ["Ward", "of 943 476 5919"]
    contacts[2] += [None] * (len(contacts[1]) - len(contacts[2]) - 1) + ["secret"]
    found = of_sheets(tmp_path, {"List 1": contacts})
    assert found.source.unknown == {"Ward": 1, "(a header that is not shown)": 1}


def test_13_a_missing_or_empty_list_says_nothing_unless_the_person_says_it(lists: Run) -> None:
    told: dict[str, list[Row]] = {"List 1": [{**CONTACT}], "List 5": []}
    found = lists(told)
    assert "meetings" not in found.record
    assert "List 5" in found.met(13)
    said = lists(told, empty=["List 5"])
    assert said.record["meetings"] == []
    assert said.record["coverage"]["meetings"]["only"] == ["strategy"]
    assert "List 5" not in said.met(13)


def test_14_what_is_not_worked_out_is_unknown_and_hidden_rows_are_read(tmp_path: Path) -> None:
    rows = list(table("List 7", [{**who("C1", BIRTH), START: date(2026, 2, 2), END: "#REF!"}]))
    found = of_sheets(tmp_path, {"List 7": rows}, hidden=["List 7"])
    assert found.record["plans"][0]["end"] == "unknown"
    assert found.met(14) == [END, "a hidden sheet"]
    part = f'<c r="{chr(65 + HEADERS["List 7"].index(END))}3" t="inlineStr"><is><t'
    for formula, end, hidden in (
        ("<f>A1</f>", "unknown", ""),
        ("<f>A1</f><v>46100</v>", "2026-03-19", ' hidden="1"'),
    ):
        edit(tmp_path / "lists.xlsx", part, formula, hidden)
        again = imported_from(tmp_path / "lists.xlsx", TODAY)
        assert again.record["plans"][0]["end"] == end
        assert ("a hidden row" in again.met(14)) == bool(hidden)
        write(tmp_path / "lists.xlsx", {"List 7": rows})


def edit(file: Path, cell: str, instead: str, row: str) -> None:
    """Put a formula in the place of the text of a cell, and mark its row."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    text = parts["xl/sheet1.xml"]
    begins = text.index(cell)
    ends = text.index("</c>", begins)
    at = cell.partition(" t=")[0]
    text = f"{text[:begins]}{at}>{instead}{text[ends:]}".replace('<row r="3"', f'<row r="3"{row}')
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, text if name == "xl/sheet1.xml" else part)


# ---------------------------------------------------------------- days and values


@pytest.mark.parametrize("from_1904", [False, True])
def test_18_days_are_counted_by_the_workbooks_own_calendar(lists: Run, from_1904: bool) -> None:
    found = lists(plan(date(2026, 2, 2), "03/03/2026"), from_1904=from_1904)
    assert found.record["plans"][0]["start"] == "2026-02-02"
    assert found.record["plans"][0]["end"] == "2026-03-03"
    assert found.met(18) == []
    bare = lists(plan(46055 - 1462 * from_1904, "46084"), from_1904=from_1904)
    assert bare.record["plans"][0]["start"] == "2026-02-02"
    assert bare.met(18) == [END, START]


@pytest.mark.parametrize(
    ("written", "fault"),
    [("03/25/2026", 17), ("03/03/26", 17), ("1900-01-01", 19), ("n/a", 53), ("#N/A", 14),
     ("in March", 55), ("12", 55), (date(2027, 3, 3), 20)],
)  # fmt: skip
def test_what_is_no_day_is_unknown_and_never_none(lists: Run, written: Cell, fault: int) -> None:
    found = lists(plan(date(2026, 2, 2), written))
    end = found.record["plans"][0]["end"]
    assert end == ("unknown" if fault != 20 else "2027-03-03")  # which the audit names
    assert found.met(fault)[-1:] == [END]


def test_17_one_american_day_makes_its_column_doubtful_in_its_list_alone(lists: Run) -> None:
    told = {**plan("05/06/2026", "06/25/2026"), "List 8": [{"Date Ceased to be Looked After":
            "01/02/2026", "Date Started to be Looked After": "02/01/2026"}]}  # fmt: skip
    plans = {one["level"]: one for one in lists(told).record["plans"]}
    assert plans["child_protection"]["end"] == "unknown"
    assert plans["child_protection"]["start"] == "2026-06-05"
    assert plans["looked_after"]["end"] == "2026-02-01"


def test_22_33_days_that_cannot_be_right_build_nothing(lists: Run) -> None:
    told: Row = {"Initial Category of Abuse": "a) Neglect", "Latest Category of Abuse": "Physical"}
    found = lists(plan(date(2026, 3, 2), date(2026, 2, 2), **told))
    assert found.met(22) == [END]
    assert "on" not in found.record["category_changes"][0]
    early = lists(plan(date(2014, 3, 2)))
    assert early.met(33) == [START]
    assert early.record["plans"][0]["start"] == "../2026-06-30"


def test_31_an_expected_child_has_the_month_and_no_birth(lists: Run) -> None:
    due = date(2026, 9, 1)
    for age in (-1, None):
        child = who("C1", due, **{"Age of Child (Years)": age})
        found = lists({"List 1": [{**child, **CONTACT}]})
        assert found.record["people"][0]["born"] == "2026-09"
        assert found.met(20) == []


def test_35_45_rows_that_are_lost_make_their_list_incomplete_for_everybody(lists: Run) -> None:
    many = [{**who(f"K{at}", BIRTH), **CONTACT} for at in range(40)]
    enquiries: list[Row] = [{**who("C1", BIRTH), ENQUIRY: date(2026, 2, 2)}]
    whole = lists({"List 1": many, "List 5": enquiries})
    assert "incomplete" not in whole.records["C1"]["coverage"]["meetings"]
    for name, lost, fault in (
        (None, {ENQUIRY: date(2026, 2, 3)}, 35),
        ("#N/A", {ENQUIRY: date(2026, 2, 3)}, 35),
        ("C9", {"Date of Birth": "b) Female", ENQUIRY: "a) Yes"}, 45),
        ("Total: 1", {}, 45),
    ):
        row: Row = {"Child Unique ID": name, **lost}
        found = lists({"List 1": many, "List 5": [*enquiries, row]})
        assert found.faults.lost == 1
        assert found.met(fault)
        assert all(one["coverage"]["meetings"]["incomplete"] for one in found.records.values())
        assert "incomplete" not in found.records["C1"]["coverage"]["contacts"]
    with pytest.raises(SourceRefused, match="2 of 2 rows have no Child Unique ID"):
        lists({"List 5": [{"Child Unique ID": None, ENQUIRY: date(2026, 2, 3)}] * 2})


def test_36_two_children_of_one_identifier_are_refused_and_others_go_on(lists: Run) -> None:
    rows: list[Row] = [{**who("C1", BIRTH), **CONTACT}, {**who("C2", BIRTH), **CONTACT}]
    other: Row = {**who("C1", date(2014, 6, 12)), START: date(2026, 2, 2)}
    found = lists({"List 1": rows, "List 7": [other]})
    assert found.records.keys() == {"C2"}
    assert found.faults.lost == 2
    sexes = [{**rows[0], "Gender": sex} for sex in ("a) Male", "F")]
    assert lists({"List 1": [*sexes, rows[1]]}).records.keys() == {"C2"}
    alike = [{**rows[0], "Gender": sex} for sex in ("a) Male", "1", "c) Not stated/recorded")]
    assert lists({"List 1": [*alike, rows[1]]}).faults.lost == 0


def test_37_an_identifier_is_one_however_its_cell_is_typed(lists: Run) -> None:
    rows: list[Row] = [{**who(one, BIRTH), **CONTACT} for one in (" 123 ", "123.0")]
    rows.append({**who("x", BIRTH), "Child Unique ID": 123, **CONTACT})
    found = lists({"List 1": rows})
    assert found.records.keys() == {PSEUDONYMS.of("child", "123")}


def test_43_a_wording_that_nobody_knows_is_unknown(lists: Run) -> None:
    told: Row = {
        "Initial Category of Abuse": "worry",
        "Latest Category of Abuse": "d) Emotional abuse",
    }
    found = lists(plan(date(2026, 2, 2), **told))
    assert found.met(43) == ["Initial Category of Abuse"]
    assert found.record["category_changes"] == []
    assert "category" not in found.record["plans"][0]


def test_52_rows_alike_are_one_and_rows_of_one_beginning_are_one(lists: Run) -> None:
    twice = lists({"List 1": [{**CONTACT}, {**CONTACT}]})
    assert len(twice.record["contacts"]) == 1
    assert twice.met(52) == ["List 1"]
    told = {"List 7": [{START: date(2026, 2, 2), END: end, "Initial Category of Abuse": "Neglect"}
                       for end in (None, date(2026, 5, 5))]}  # fmt: skip
    found = lists(told)
    (one,) = found.record["plans"]
    assert (one["end"], one["category"]) == ("unknown", "neglect")
    assert found.met(24) == [START]


# ---------------------------------------------------------------- what lists tell


def test_lists_of_the_latest_are_incomplete(lists: Run) -> None:
    told = plan(date(2026, 2, 2), **{"Date of latest review conference": date(2026, 4, 20)})
    found = lists(told)
    coverage = found.record["coverage"]
    assert coverage["plans"] == {"incomplete": True}
    assert coverage["meetings"]["only"] == []
    assert found.met(58) == ["List 7"]
    first = plan(date(2026, 2, 2), **{"Date of latest review conference": date(2026, 2, 2)})
    assert lists(first).record["meetings"] == []  # the initial conference


def test_what_early_help_ended_on_is_no_later_than_the_list_says(lists: Run) -> None:
    told: Row = {"Assessment start date": date(2026, 2, 2)}
    ended = {**told, "Assessment completion date": date(2026, 5, 5)}
    assert lists({"List 2": [told]}).record["assessments"][0]["completed_on"] == "unknown"
    row = lists({"List 2": [ended]}).record["assessments"][0]
    assert row["completed_on"] == "2026-02-02/2026-05-05"


def test_a_referral_is_its_episode_and_dates_its_first_assessment(lists: Run) -> None:
    told = {
        "List 3": [{"Date of referral": date(2026, 2, 2), "Referral NFA?": "b) No"}],
        "List 4": [{"Continuous Assessment Start Date": date(2026, 2, 9)}],
        "List 6": [{"CIN Start Date": date(2026, 2, 2), "Case status": "d) Open assessment"}],
    }
    record = lists(told).record
    assert record["opened_on"] == "../2026-02-02"
    assert record["assessments"][0]["started_on"] == "2026-02-02/2026-02-09"
    assert "closed_on" not in record


@pytest.mark.parametrize(
    ("more", "closed"),
    [
        ({}, "2026-05-05"),
        ({"Case status": "e) Closed episode"}, "2026-05-05"),
        ({"Case status": "c) Child in need plan"}, None),
        ({"CIN Closure Date": None, "Case status": "e) Closed episode"}, None),
        ({"Date Child Was Last Seen": date(2026, 6, 1)}, None),
    ],
)
def test_50_a_case_is_closed_where_nothing_says_otherwise(
    lists: Run, more: Row, closed: str | None
) -> None:
    row: Row = {"CIN Start Date": date(2026, 2, 2), "CIN Closure Date": date(2026, 5, 5),
                "Reason for Closure": "RC7 - Services ceased for others", **more}  # fmt: skip
    found = lists({"List 6": [row]})
    assert found.record.get("closed_on") == closed
    assert (found.met(50) == []) == (closed is not None)


def test_a_new_referral_keeps_a_closed_case_open(lists: Run) -> None:
    row: Row = {"CIN Start Date": date(2026, 2, 2), "CIN Closure Date": date(2026, 5, 5),
                "Reason for Closure": "RC7"}  # fmt: skip
    for on, closed in ((date(2026, 6, 1), None), (date(2026, 3, 3), "2026-05-05"),
                       (date(2026, 1, 9), "2026-05-05")):  # fmt: skip
        found = lists({"List 6": [row], "List 3": [{"Date of referral": on}]})
        assert found.record.get("closed_on") == closed


def test_teams_are_pseudonyms_and_workers_are_not_carried(lists: Run) -> None:
    row: Row = {**who("C1", BIRTH), START: date(2026, 2, 2), "Allocated Team": "North",
                "Allocated Worker": "A. Person"}  # fmt: skip
    found = lists({"List 7": [row]})
    assert found.record["team"] == PSEUDONYMS.of("team", "North")
    assert "Person" not in json.dumps(found.record)


# ---------------------------------------------------------------- the day


def aged(today: date, births: Sequence[date]) -> list[Sequence[Cell]]:
    header = ["Child Unique ID", "Date of Birth", "Age", "Date of Contact"]
    rows = [[f"K{at}", born, (today - born).days / 365.25, date(2026, 6, 1)]
            for at, born in enumerate(births)]  # fmt: skip
    return [header, *rows]


BIRTHS = [date(2015, 6, 12), date(2019, 1, 31), date(2010, 11, 2), date(2024, 2, 29)]


def test_ages_with_decimals_tell_the_day(tmp_path: Path) -> None:
    found = of_sheets(tmp_path, {"List 1": aged(TODAY, BIRTHS)}, as_of=None)
    assert found.source.extract.day == TODAY
    assert "4 children were worked out on 2026-06-30" in found.source.notes[0]
    assert found.source.extract.first_day == date(2026, 6, 1)
    with pytest.raises(SourceRefused, match="do not say for which day they speak"):
        of_sheets(tmp_path, {"List 1": aged(TODAY, BIRTHS[:2])}, as_of=None)
    with pytest.raises(SourceRefused, match="long after the last event"):
        of_sheets(tmp_path, {"List 1": aged(date(2026, 9, 1), BIRTHS)}, as_of=None)
    assert (
        "92 days before"
        in of_sheets(
            tmp_path, {"List 1": aged(TODAY, BIRTHS)}, as_of=date(2026, 9, 1)
        ).source.notes[0]
    )


def test_the_window_is_six_months(lists: Run) -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert lists({"List 1": [{**CONTACT}]}).source.extract.first_day == date(2026, 2, 1)
    early = {**CONTACT, "Date of Contact": date(2025, 3, 1)}
    assert lists({"List 1": [early]}).source.extract.first_day == date(2025, 12, 30)


# ---------------------------------------------------------------- made to do harm


def with_sheet(tmp_path: Path, edit: Callable[[str], str]) -> Path:
    """A workbook of lists whose third sheet is changed."""
    write_lists(tmp_path / "a.xlsx", Inventor(1, TODAY).children(5))
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as old,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, edit(text) if name == "xl/sheet3.xml" else text)
    return tmp_path / "b.xlsx"


ENDS = "</sheetData>"
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet'
BEYOND = f'<row r="1048577"><c><v>1</v></c></row>{ENDS}'
COLUMN = f'<row r="99"><c r="XFE99"><v>1</v></c></row>{ENDS}'
HARMFUL: dict[str, tuple[Callable[[str], str], str]] = {
    "doctype": (lambda t: t.replace("<worksheet", DOCTYPE), "no spreadsheet writes"),
    "entity": (lambda t: t.replace("INV0000001", "&b;"), "no workbook that can be read"),
    "bomb": (lambda t: t.replace(ENDS, " " * (129 << 20) + ENDS), "unpacks to more than any"),
    "beyond": (lambda t: t.replace(ENDS, BEYOND), "more rows than a sheet"),
    "column": (lambda t: t.replace(ENDS, COLUMN), "stands where none can"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_would_do_harm_is_refused(name: str, tmp_path: Path) -> None:
    edited, why = HARMFUL[name]
    with pytest.raises(SourceRefused, match=rf"b\.xlsx .*{why}"):
        imported_from(with_sheet(tmp_path, edited), TODAY)


def test_a_far_corner_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{at}"><c r="B{at}" s="1"/></row>' for at in range(2000, 9000))
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    found = imported_from(with_sheet(tmp_path, lambda t: t.replace(ENDS, rows + far + ENDS)), TODAY)
    assert found.faults.lost == 0
    assert len(found.records) == 5


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0 old or encrypted", "old .xls or has a password"),
        (b"%PDF-1.7", "is a PDF"),
        (b"Child Unique ID,Date of Contact\n", "no .xlsx workbook"),
        (b"", "no .xlsx workbook"),
        (b"PK\x03\x04" + b"x" * (32 << 20), "larger than any that is read"),
    ],
)
def test_another_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "b.xlsx").write_bytes(content)
    with pytest.raises(SourceRefused, match=rf"b\.xlsx .*{why}"):
        AnnexA([tmp_path / "b.xlsx"], TODAY, Faults())


def test_more_rows_than_any_council_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 5)
    write_lists(tmp_path / "a.xlsx", Inventor(1, TODAY).children(6))
    with pytest.raises(SourceRefused, match="more than 5 rows in its lists"):
        AnnexA([tmp_path / "a.xlsx"], TODAY, Faults())


@pytest.mark.slow
@pytest.mark.parametrize("most", ["MAX_ROWS", "MAX_TAGS"])
def test_a_sheet_of_far_too_many_rows_is_refused_before_they_are_parsed(
    most: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lists(tmp_path / "a.xlsx", Inventor(1, TODAY).children(3_000))
    where = workbook if most == "MAX_ROWS" else xlsx_markup
    monkeypatch.setattr(where, most, 2_999 if most == "MAX_ROWS" else 30_000)
    parsed = 0

    def count(*_: object) -> None:
        nonlocal parsed
        parsed += 1

    monkeypatch.setattr(workbook.ListsWorkbook, "_take", count)
    with pytest.raises(SourceRefused, match=r"rows in its lists|holds more than is read"):
        AnnexA([tmp_path / "a.xlsx"], TODAY, Faults())
    assert parsed == 0


def test_rows_that_hold_nothing_count_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 50)
    rows = "".join(f'<row r="{at}"><c r="B{at}" s="1"/></row>' for at in range(2000, 9000))
    found = imported_from(with_sheet(tmp_path, lambda t: t.replace(ENDS, rows + ENDS)), TODAY)
    assert len(found.records) == 5


def test_macros_never_run_and_are_told(tmp_path: Path) -> None:
    write_lists(tmp_path / "a.xlsx", Inventor(1, TODAY).children(2))
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<!DOCTYPE a>")
    found = imported_from(tmp_path / "a.xlsx", TODAY)
    assert len(found.records) == 2
    assert "which are not opened" in found.source.notes[0]


# ---------------------------------------------------------------- real files and the command


@pytest.mark.skipif(not REAL.is_dir(), reason="the public lists are not here")
def test_the_hand_worked_facts_of_a_real_workbook() -> None:
    found = imported_from(REAL / "liia_Annex_A.xlsx", None)
    assert found.source.extract.day == date(2021, 3, 16)
    protected = [one for one in found.records.values()
                 if any(plan["level"] == "child_protection" for plan in one["plans"])]  # fmt: skip
    assert len(protected) == 7
    assert all(one["category_changes"] == [] for one in protected)
    assert [one.times for one in found.faults.met() if one.item == START] == [1]
    starts = [plan["start"] for one in protected for plan in one["plans"]]
    assert "2020-11-23" in starts  # a plan before the birth, in order
    assert "../2021-03-16" in starts  # 339 days before the birth


@pytest.mark.skipif(not REAL.is_dir(), reason="the public lists are not here")
def test_a_template_with_guidance_sheets_is_read_and_asks_for_its_day() -> None:
    with pytest.raises(SourceRefused, match="--as-of"):
        imported_from(REAL / "cscdp_example-B-2004.xlsx", None)
    found = imported_from(REAL / "cscdp_example-B-2004.xlsx", date(2020, 4, 30))
    assert found.source.notes[0].endswith("not read: sheet 1, 2, 3, 4.")
    assert found.records


def test_the_command_tells_places_and_never_content_and_whois_finds_the_child(
    here: Here, tmp_path: Path
) -> None:
    file, output, key = tmp_path / "a.xlsx", tmp_path / "a.jsonl", tmp_path / "k"
    new_key(key)
    made = Inventor(1, TODAY).children(12)
    made["List 7"].append(
        {**who("INV0000001", None), START: "rang on 3 May", "Allocated Team": "N 1"}
    )
    write_lists(file, made)
    ended = here("import", "annex-a", file, "--key", key, "--output", output, "--report",
                 tmp_path / "r.json", "--as-of", "2026-06-30", "--empty", "list 8")  # fmt: skip
    assert ended.status == 0, ended.told
    assert "12 records of annex_a, as of 2026-06-30" in ended.text
    assert "What these records can answer, check by check" in ended.text
    assert f"[55; a.xlsx sheet 7, row {2 + len(made['List 7'])}]" in " ".join(ended.text.split())
    everything = output.read_text() + (tmp_path / "r.json").read_text() + ended.text + ended.told
    assert not any(word in everything for word in ("INV0", "rang on", "N 1", "Safeguarding"))
    case_id = pseudonym_of(key, "INV0000001")
    told = here("whois", case_id, "--key", key, "--source", file)
    assert f"{file} sheet 7, row {2 + len(made['List 7'])}: child INV0000001" in told.text
    team = json.loads(here("whois", pseudonym_of(key, "N 1", "team"), "--key", key, "--source",
                           file, "--format", "json").out)  # fmt: skip
    assert [one["identifier"] for one in team["found"]] == ["N 1"]
    assert here("audit", output, "--summary").status == 0


def pseudonym_of(key: Path, name: str, kind: Any = "child") -> str:
    return Pseudonyms(read_key(key)).of(kind, name)
