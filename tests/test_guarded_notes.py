"""`casecheck guard` on what a workbook says beside its cells: notes, text boxes, properties."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from command_line import Here
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from test_qag_xlsx import book_of

from casecheck.text import xlsx_notes
from casecheck.text.xlsx import Book, DayText
from casecheck.text.xlsx_archive import Unusable
from casecheck.text.xlsx_notes import Aside, asides

NHS = "943 476 5919"
MAIL = "a.worker@council.gov.uk"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with a note, and properties that say who made it."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["B4"] = "seen"
    sheet["B4"].comment = Comment(f"see {NHS}", MAIL)
    made.properties.creator = MAIL
    made.properties.title = f"of {NHS}"
    made.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_notes_and_properties_are_looked_at(here: Here, book: Path) -> None:
    ended = here("guard", book)
    assert ended.status == 1
    assert sorted(ended.text.splitlines()) == [
        f"{book}, a note on sheet 1, cell B4: NHS number",
        f"{book}, a note on sheet 1: e-mail address",
        f"{book}, its properties: NHS number",
        f"{book}, its properties: e-mail address",
    ]
    assert NHS not in ended.text
    assert MAIL not in ended.text


def with_parts(source: Path, **parts: str) -> bytes:
    """The workbook with more parts, to which nothing points."""
    out = io.BytesIO(source.read_bytes())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_threads_people_custom_properties_and_text_boxes(book: Path) -> None:
    content = with_parts(
        book,
        **{
            "xl__threadedComments__threadedComment1.xml": '<ThreadedComments xmlns="x">'
            '<threadedComment ref="C7" id="1"><text>one</text></threadedComment>'
            "</ThreadedComments>",
            "xl__persons__person.xml": '<personList><person displayName="Ann" userId="u"/>'
            "</personList>",
            "docProps__custom.xml": '<Properties><property name="Owner"><a>two</a></property>'
            "</Properties>",
        },
    )
    found = [(one.place, one.text) for one in asides(Book(content), set())]
    assert ("a note, cell C7", "one") in found
    assert ("a note", "Ann\nu") in found
    assert ("its properties", "Owner\ntwo") in found


def test_a_text_box_is_a_text_for_each_paragraph() -> None:
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    drawing = "<d><p><r><t>94</t></r><r><t>3</t></r></p><p><t>x</t></p><p/></d>"
    rels = f'<R><Relationship Id="a" Type="{kinds}/drawing" Target="box.xml"/></R>'
    content = book_of(
        "<row><c><v>1</v></c></row>",
        **{"_rels__one.data.rels": rels.encode(), "box.xml": drawing.encode()},
    )
    assert list(asides(Book(content), set())) == [
        Aside("a text box on sheet 1", "943"),
        Aside("a text box on sheet 1", "x"),
    ]


def test_a_note_that_is_no_text_of_a_cell_is_not_read_on(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_notes, "MAX_TEXT", 5)
    with pytest.raises(Unusable, match="holds more than is read"):
        list(asides(Book(book.read_bytes()), set()))


def test_notes_with_a_document_type_make_the_file_one_that_was_not_looked_at(
    here: Here, book: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.xlsx").write_bytes(
        with_parts(book, **{"xl__comments9.xml": "<!DOCTYPE a><comments/>"})
    )
    ended = here("guard", tmp_path / "b.xlsx")
    assert ended.status == 3
    assert "NOT LOOKED AT: holds XML that no spreadsheet writes" in ended.text


# ---------------------------------------------------------------- numbers that are shown as days


@pytest.mark.parametrize(
    ("shown_as", "is_day"),
    [
        ("dd/mm/yyyy", True), ("mm-dd-yy", True), ("d mmm yyyy", True), ("yyyy-mm-dd hh:mm", True),
        ('[$-809]dd mmmm yyyy;@', True), ("General", False), ("0.00", False), ("h:mm", False),
        ('0 "days"', False), ("[Red]0", False), ("0\\d", False), ("@", False), ("_-* #,##0", False),
    ],
)  # fmt: skip
def test_a_number_is_a_day_where_its_cell_shows_one(
    shown_as: str, is_day: bool, tmp_path: Path
) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].number_format = 44090, shown_as
    sheet["B1"] = 44091
    made.save(tmp_path / "a.xlsx")
    book = Book((tmp_path / "a.xlsx").read_bytes())
    ((_, cells, _),) = book.rows("Sheet", days=True)
    assert [(text, type(text) is DayText) for _, text, _ in cells] == [
        ("44090", is_day), ("44091", False),
    ]  # fmt: skip
    assert all(type(text) is str for row in book.rows("Sheet") for _, text, _ in row.cells)


def test_hidden_sheets_and_rows_and_the_date_system_are_told(book: Path) -> None:
    made = load_workbook(book)
    made.create_sheet("Other").sheet_state = "veryHidden"
    made["Sheet"]["A5"] = 1
    made["Sheet"].row_dimensions[4].hidden = True
    made.save(book)
    read = Book(book.read_bytes())
    assert (read.hidden, read.from_1904) == ({"Other"}, False)
    assert [(row.number, row.hidden) for row in read.rows("Sheet")] == [(4, True), (5, False)]
    made.epoch = CALENDAR_MAC_1904
    made.save(book)
    assert Book(book.read_bytes()).from_1904
