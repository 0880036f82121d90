"""The report as a workbook: real cells, harmless texts, the same bytes, as much as fits."""

from __future__ import annotations

import io
import json
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from amounts import tries
from command_line import SAMPLES, Here
from hypothesis import given, settings
from hypothesis import strategies as st
from laptop import LAPTOP, pixels
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from report_fakes import BREACH, COMPLIANT, NONE, RULES, UNKNOWN, hostile_text, items

from casecheck.qag.extras import MissingExtra
from casecheck.record.faults import Unreadable
from casecheck.report.audit import workbook as workbook_module
from casecheck.report.audit.formats import open_report
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.report.audit.targets import TooMuchForOneFile
from casecheck.report.audit.workbook_cells import Workbook, shown
from casecheck.results import About, CaseAudit, Finding, LessonResult, Unknown
from casecheck.text.printable import printable
from casecheck.text.spreadsheet import MAX_CELL

CASE = SAMPLES / "c-0104.json"


def report_of(
    audits: Iterable[CaseAudit | Unreadable], selection: Selection = WHOLE
) -> tuple[bytes, dict[str, list[dict[str, Any]]]]:
    """Return the workbook, and the rows of its sheets but the first, by their heads."""
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
    report = open_report("xlsx", stream, RULES, (), selection=selection)
    for audit in audits:
        report.add(audit)
    report.finish()
    assert isinstance(stream.buffer, io.BytesIO)
    made = stream.buffer.getvalue()
    return made, read(made)


def read(made: bytes) -> dict[str, list[dict[str, Any]]]:
    sheets = {}
    for sheet in list(load_workbook(io.BytesIO(made)))[1:]:
        heads, *rows = sheet.values
        sheets[sheet.title] = [dict(zip(map(str, heads), row, strict=True)) for row in rows]
    return sheets


def audit(case_id: str = "C-1", **changed: Any) -> CaseAudit:
    """A case in breach of one check, in doubt of another, and compliant by a third."""
    results = {
        "P1.1": LessonResult(BREACH, {"chair-agreement": BREACH, "risks-carried": COMPLIANT}),
        "P2.2": LessonResult(NONE, {"perpetrator-history-assessed": NONE}),
        "P7.1": LessonResult(UNKNOWN, {"quorum": UNKNOWN, "child-views": UNKNOWN}),
    }
    nowhere = (Unknown("/meetings", "not_in_extract"),)
    blank = (Unknown("/meetings/0/agencies", "not_recorded"),)
    findings = (
        finding("P1.1", "chair-agreement", about=About("x1", "Ash", 7), due=date(2026, 1, 5)),
        finding("P7.1", "quorum", outcome=UNKNOWN, shortfall="", unknown=blank),
        finding("P7.1", "child-views", outcome=UNKNOWN, shortfall="", unknown=nowhere),
    )
    plain = CaseAudit(
        case_id, "a.json", None, results, findings, (), (), extracted_on=date(2026, 1, 31),
        team="TEAM-A", district="NORTH",
    )  # fmt: skip
    return plain._replace(**changed)


def finding(lesson: str, check: str, **changed: Any) -> Finding:
    plain = Finding(
        "C-1", lesson, check, BREACH, "No such row.", ("/plans/0",), "f", None, "missing"
    )
    return plain._replace(**changed)


def test_cells_are_what_they_say() -> None:
    _, sheets = report_of([audit()])
    (row,) = [row for row in sheets["Findings"] if row["Check"] == "chair-agreement"]
    told = (row["Child"], row["Age"], row["Deadline"], row["Days past the deadline"])
    assert told == ("Ash", 7, datetime(2026, 1, 5), 26)
    (case,) = sheets["Cases"]
    assert (case["Weight"], case["Checks in breach"], case["Checks in doubt"]) == (7, 1, 1)
    assert (case["P1.1"], case["P2.2"], case["P7.1"]) == ("breach", "n/a", "cannot tell")
    assert case["As it stood on"] == datetime(2026, 1, 31)
    (place,) = sheets["Look up"]
    assert place["Where in the record"] == "/meetings/0/agencies"
    assert (place["Why"], place["Which"]) == ("nothing is recorded here", "P7.1 quorum")


@pytest.mark.parametrize(
    ("changed", "days"),
    [
        ({"shortfall": "late", "done_on": date(2026, 1, 9)}, 4),
        ({"shortfall": "late", "done_on": date(2026, 1, 5)}, None),
        ({"shortfall": "late", "done_on": None}, None),
        ({"due": None, "shortfall": "late", "done_on": date(2026, 1, 9)}, None),
        ({"shortfall": "incomplete"}, 26),
        ({"due": date(2026, 1, 31)}, None),
    ],
)
def test_days_are_told_up_to_what_was_late_or_else_up_to_the_extract(
    changed: dict[str, Any], days: int | None
) -> None:
    found = finding("P1.1", "chair-agreement", **{"due": date(2026, 1, 5), **changed})
    _, sheets = report_of([audit(findings=(found,))])
    assert sheets["Findings"][0]["Days past the deadline"] == days


def test_what_only_the_extract_leaves_open_is_no_finding_of_a_case() -> None:
    _, sheets = report_of([audit()])
    assert [row["Check"] for row in sheets["Findings"]] == ["chair-agreement", "quorum"]
    assert sheets["Cases"][0]["Not in the extract"] == 1
    (row,) = [row for row in sheets["Outcomes"] if row["Check"] == "child-views"]
    assert (row["Cannot tell"], row["Not in the extract"]) == (1, 1)
    assert not any(row["Where in the record"] == "/meetings" for row in sheets["Look up"])


@pytest.mark.slow
def test_the_pivot_of_an_analyst_works(here: Here) -> None:
    """Sums over the sheet of outcomes are the counts of the audit, also of what is met."""
    sheets = read(here("audit", SAMPLES, "--format", "xlsx").out)
    told = json.loads(here("audit", SAMPLES, "--format", "json").out)
    expected: Counter[tuple[str, str]] = Counter()
    for case in told["cases"]:
        for lesson, result in case["lessons"].items():
            expected.update((lesson, outcome) for outcome in result["checks"].values())
    heads = {"breach": "Breach", "insufficient_evidence": "Cannot tell", "compliant": "Compliant"}
    for (lesson, outcome), number in expected.items():
        if outcome in heads:
            rows = [row for row in sheets["Outcomes"] if row["Lesson"] == lesson]
            assert sum(row[heads[outcome]] for row in rows) == number
    assert all(row["Applies, or may"] == 1 for row in sheets["Outcomes"])
    assert {row["Team"] for row in sheets["Outcomes"]} >= {"TEAM-A", "not given"}
    for lesson, counts in told["summary"]["lessons"].items():
        rows = [row for row in sheets["Teams"] if row["Lesson"] == lesson]
        assert sum(row["Breach"] for row in rows) == counts["breach"]
        assert sum(row["Cases"] for row in rows) == len(told["cases"])
    assert len(sheets["Cases"]) == len(told["cases"])
    assert len(sheets["Extract"]) == sum(
        len(one["checks"]) for one in told["cases"][0]["lessons"].values()
    )


def test_the_heaviest_case_is_first_and_its_findings_are() -> None:
    light = audit("C-0", findings=())
    _, sheets = report_of([light, audit("C-9"), audit("C-8")])
    assert [row["Case"] for row in sheets["Cases"]] == ["C-8", "C-9", "C-0"]
    assert [row["Case"] for row in sheets["Findings"]] == ["C-8", "C-8", "C-9", "C-9"]


def test_nothing_depends_on_the_order_of_records_or_on_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    audits = [audit("C-1"), audit("C-2", file="b.json"), Unreadable("c.json", None, ())]
    made, _ = report_of(audits)
    assert report_of(reversed(audits))[0] == made
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    assert report_of(audits)[0] == made
    monkeypatch.undo()
    time.tzset()
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 31, 0, 0, 0)}
        xml = b"".join(map(parts.read, parts.namelist()))
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", xml)) == {b"1980-01-01T00:00:00Z"}


@pytest.mark.slow
@settings(max_examples=tries(100))
@given(items(), st.lists(hostile_text(), min_size=8, max_size=8))
def test_no_text_becomes_anything_else(
    told: Sequence[CaseAudit | Unreadable], texts: list[str]
) -> None:
    about, unknown = About(texts[4], None, None), (Unknown(texts[6], "contradictory"),)
    hostile = audit(
        file=f"<r>{texts[0]}</r>",
        team=texts[1] or None,
        district=texts[2] or None,
        findings=(
            finding("P1.1", "chair-agreement", message=texts[3], about=about),
            finding("P7.1", "quorum", message=f"={texts[5]}", unknown=unknown),
        ),
    )
    made, sheets = report_of([*told, hostile])
    for sheet in load_workbook(io.BytesIO(made)):
        for row in sheet:
            for cell in row:
                assert cell.data_type in {"s", "n", "d"}
                assert cell.hyperlink is None or sheet.title == "Summary"
                if cell.data_type == "s" and cell.value:
                    assert cell.value[0] not in "=+-@＝＋－＠"
                    assert cell.value == printable(cell.value)
    messages = {row["What the record says"] for row in sheets["Findings"] if row["File"]}
    assert {shown(f"={texts[5]}")} <= messages
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name]
        xml = parts.read("xl/worksheets/sheet2.xml")
    assert b"<f>" not in xml
    assert b"<r>" not in xml


def test_a_text_that_xlsxwriter_takes_for_markup_stays_a_text() -> None:
    _, sheets = report_of([audit(file="<r><t>x</t></r>")])
    assert sheets["Cases"][0]["File"] == "'<r><t>x</t></r>"


@pytest.mark.parametrize("text", ["x" * (MAX_CELL + 5), "\U0001f600" * MAX_CELL])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(text: str) -> None:
    _, sheets = report_of([audit(findings=(finding("P1.1", "chair-agreement", message=text),))])
    (row,) = sheets["Findings"]
    told = row["What the record says"]
    assert told.endswith("the whole of it is in the other formats)")
    assert len(told.encode("utf-16-le")) // 2 <= MAX_CELL


def test_days_that_no_spreadsheet_knows_are_texts() -> None:
    found = finding("P1.1", "chair-agreement", due=date(1888, 1, 5))
    _, sheets = report_of([audit(findings=(found,))])
    assert sheets["Findings"][0]["Deadline"] == "1888-01-05"


def test_more_rows_than_a_sheet_holds_are_refused_with_how_to_split(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 5)
    report_of([audit()])
    with pytest.raises(
        TooMuchForOneFile, match=r"after 2 records .* --lesson; or choose --format csv"
    ):
        report_of([audit("C-1"), audit("C-2")])
    ended = here("audit", SAMPLES, "--output", tmp_path / "report.xlsx")
    assert ended.status == 2
    assert "audit fewer records at a time" in " ".join(ended.told.split())
    assert not list(tmp_path.iterdir())


def test_a_terminal_is_refused_and_a_pipe_is_not(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here("audit", CASE, "--format", "xlsx").out.startswith(b"PK")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ended = here("audit", CASE, "--format", "xlsx")
    assert (ended.status, ended.out) == (2, b"")
    assert "--output report.xlsx" in ended.told


def test_without_xlsxwriter_it_says_how_to_install_it(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ended = here("audit", CASE, "--output", tmp_path / "report.xlsx")
    assert ended.status == 2
    assert "XlsxWriter is not installed: a report as a workbook needs it" in " ".join(
        ended.told.replace("xlsxwriter", "XlsxWriter").split()
    )
    assert not list(tmp_path.iterdir())
    with pytest.raises(MissingExtra):
        report_of([])


def test_a_workbook_in_which_somebody_wrote_is_not_replaced(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    assert here("audit", CASE, "--output", file).status == 0
    assert here("audit", SAMPLES / "c-0103.json", "--output", file).status == 0
    book = load_workbook(file)
    book["Findings"]["Z2"] = "seen"
    book.save(file)
    kept = file.read_bytes()
    ended = here("audit", CASE, "--output", file)
    assert ended.status == 2
    assert "which a report would destroy" in ended.told
    assert file.read_bytes() == kept


def test_what_it_is_made_of_lies_beside_it_and_is_gone(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[list[str]] = []
    close = Workbook.close

    def seen(book: Any) -> None:
        before.append([one.name for one in tmp_path.iterdir() if one.is_dir()])
        assert all(one.stat().st_mode & 0o077 == 0 for one in tmp_path.iterdir())
        close(book)

    monkeypatch.setattr("casecheck.report.audit.workbook_cells.Workbook.close", seen)
    assert here("audit", CASE, "--output", tmp_path / "report.xlsx").status == 0
    assert any(name.startswith(".casecheck-") for name in before[0])
    assert [one.name for one in tmp_path.iterdir()] == ["report.xlsx"]


CHOICES: Mapping[str, tuple[Selection, Mapping[str, list[str]]]] = {
    "top": (Selection(top=1), {"Cases": ["C-1"], "Findings": ["C-1"] * 2, "Look up": ["C-1"]}),
    "team": (
        Selection(top=1, by="team"),
        {"Cases": ["C-1", "C-3"], "Findings": ["C-1"] * 2 + ["C-3"] * 2},
    ),
    "lesson": (
        Selection(top=1, by="lesson"),
        {"Findings": ["C-1"] * 2, "Cases": ["C-1", "C-2", "C-3"]},
    ),
    "case": (
        Selection(cases=frozenset(["C-2"])),
        {"Cases": ["C-2"], "Findings": ["C-2"] * 2, "Outcomes": ["C-2"] * 4},
    ),
}


@pytest.mark.parametrize("which", CHOICES)
def test_what_a_reader_asks_for_is_what_it_shows(which: str) -> None:
    selection, expected = CHOICES[which]
    audits = [audit("C-1"), audit("C-2"), audit("C-3", team="TEAM-B")]
    _, sheets = report_of(audits, selection)
    for sheet, cases in expected.items():
        assert [row["Case"] for row in sheets[sheet]] == cases
    assert ("Teams" in sheets) is (which != "case")
    assert ("Outcomes" in sheets) is (selection.top is None)


def test_a_summary_alone_shows_no_case() -> None:
    made, sheets = report_of([audit()], Selection(summary=True))
    assert list(sheets) == ["Teams", "Extract"]
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not any(b"C-1" in parts.read(name) for name in parts.namelist())


def test_what_was_not_audited_has_a_sheet_of_its_own_and_the_summary_says_so() -> None:
    made, sheets = report_of([audit(), Unreadable("b.json", 3, ())])
    assert sheets["Not audited"] == [
        {
            "Case": None, "File": "b.json", "Line": 3, "Lesson": None, "Where in it": None,
            "What was wrong": "could not be read",
        }
    ]  # fmt: skip
    summary = load_workbook(io.BytesIO(made))["Summary"]
    assert "This audit is not complete: 1 input could not be read" in str(summary["A3"].value)
    assert "Not audited" not in report_of([audit()])[1]


@pytest.mark.parametrize(
    ("sheet", "last"),
    [
        ("Summary", 8),
        ("Cases", 6),
        ("Findings", 12),
        ("Look up", 6),
        ("Outcomes", 14),
        ("Extract", 8),
    ],
)
def test_what_matters_is_on_a_laptops_screen(sheet: str, last: int) -> None:
    made, _ = report_of([audit()])
    assert pixels(load_workbook(io.BytesIO(made))[sheet], last) <= LAPTOP


def test_sheets_of_rows_are_frozen_filtered_and_printable() -> None:
    made, _ = report_of([audit()])
    for sheet in list(load_workbook(io.BytesIO(made)))[1:]:
        assert sheet.freeze_panes in {"B2", "C2", "D2"}
        rows = max(sheet.max_row, 2)
        assert sheet.auto_filter.ref == f"A1:{get_column_letter(sheet.max_column)}{rows}"
        assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("damage", ["packed otherwise", "cut", "not its sum"])
def test_a_damaged_workbook_is_not_replaced_and_is_told(
    here: Here, tmp_path: Path, damage: str
) -> None:
    """It may be somebody's work: casecheck cannot know that it is its own."""
    file = tmp_path / "work.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", "<a/>" * 500)
    content = bytearray(file.read_bytes())
    at = content.index(b"docProps/core.xml") + len("docProps/core.xml")
    if damage == "packed otherwise":
        content[content.rindex(b"PK\x01\x02") + 10] = 99
    elif damage == "cut":
        content[at + 3 : at + 12] = bytes(9)
    else:
        content[at] ^= 0xFF
    file.write_bytes(content)
    ended = here("audit", CASE, "--output", file)
    assert (ended.status, ended.out) == (2, b"")
    assert "which a report would destroy" in ended.told
    assert file.read_bytes() == bytes(content)
