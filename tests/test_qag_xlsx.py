"""The streaming reader of workbooks: what others save, what is refused, and bounded work."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ended, Here
from qag_packs import NAME, entries_of, filled, filled_csv, with_sample

from casecheck.qag.packs.csv_file import pack_csv, read_csv
from casecheck.qag.packs.form import locked_cells, seal
from casecheck.qag.packs.from_workbook import read_workbook
from casecheck.qag.packs.packs import Pack, PackRow, Question
from casecheck.qag.packs.submission import submission
from casecheck.qag.packs.to_workbook import workbook
from casecheck.text.xlsx import Book, SheetRow
from casecheck.text.xlsx_archive import Unusable, target_of
from casecheck.text.xlsx_cells import column_letters, column_number, unescaped

TYPES = b"<Types/>"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def book_of(sheet: str, shared: str = "", kinds: str = KINDS, **parts: bytes) -> bytes:
    """A workbook of one sheet S, whose parts have names of their own."""
    link = f'<Relationship Id="{{}}" Type="{kinds}/{{}}" Target="{{}}"/>'
    links = link.format("rId7", "worksheet", "../one.data")
    links += link.format("rId8", "sharedStrings", "/words.bin") if shared else ""
    contents = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f"<R>{link.format('a', 'officeDocument', '/deep/main.bin')}</R>".encode(),
        "deep/main.bin": b'<x:workbook xmlns:x="x" xmlns:r="r"><x:sheets><x:sheet name="S"'
        b' sheetId="1" r:id="rId7"/></x:sheets></x:workbook>',
        "deep/_rels/main.bin.rels": f"<R>{links}</R>".encode(),
        "one.data": f"<worksheet><sheetData>{sheet}</sheetData></worksheet>".encode(),
        "words.bin": f"<sst>{shared}</sst>".encode(),
        **{name.replace("__", "/"): content for name, content in parts.items()},
    }
    return zipped(contents)


def zipped(contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def texts(content: bytes) -> list[list[str]]:
    return [[text for _, text, _ in row.cells] for row in Book(content).rows("S")]


# --- what programs write ------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", [KINDS, STRICT])
def test_parts_are_found_by_their_relationships_in_both_editions_of_the_format(kinds: str) -> None:
    sheet = '<row r="2"><c r="B2" t="s"><v>1</v></c><c r="D2"><v>7</v></c></row>'
    book = Book(book_of(sheet, "<si><t>no</t></si><si><t>yes</t></si>", kinds))
    assert book.sheets == ["S"]
    assert list(book.rows("S")) == [SheetRow(2, [(1, "yes", False), (3, "7", False)])]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>12</v></c>", "12"),
        ("<c><v>12.0</v></c>", "12"),
        ("<c><v>1.2E1</v></c>", "12"),
        ("<c><v>1.5</v></c>", "1.5"),
        ("<c><v>1e999</v></c>", "1e999"),
        ('<c t="n"><v>46203</v></c>', "46203"),
        ('<c t="d"><v>2026-06-30T00:00:00.000</v></c>', "2026-06-30T00:00:00.000"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="str"><v>a_x000D_b</v></c>', "a\rb"),
        ('<c t="inlineStr"><is><t>a &amp; b</t></is></c>', "a & b"),
        ('<c t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t> b</t></r></is></c>', "a b"),
        ('<c t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>aloud</t></rPh></is></c>', "a"),
        ('<c t="inlineStr"><is><t>_x005F_x000D_</t></is></c>', "_x000D_"),
        ('<c t="s"><v>0</v></c>', "ab"),
        ('<c t="s"><v>1</v></c>', "_x0041_"),
        ('<x:c xmlns:x="x" t="s"><x:v>0</x:v></x:c>', "ab"),
    ],
)
def test_a_cell_is_the_text_that_it_was(cell: str, text: str) -> None:
    shared = "<si><r><t>a</t></r><rPh><t>x</t></rPh><r><t>b</t></r></si>"
    shared += "<si><t>_x005F_x0041_</t></si>"
    assert texts(book_of(f"<row>{cell}</row>", shared)) == [[text]]


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("_x000D_", "\r"), ("_x005F_", "_"), ("_x005F_x005F_", "_x005F_"), ("_x005f_", "_"),
        ("x_x0041_y_x0042_", "xAyB"), ("_x41_", "_x41_"), ("_X0041_", "_X0041_"),
        ("__x0041_", "_A"),
        ("_xD83D__xDE00_", "😀"), ("_xD800_", "\ufffd"), ("_xDE00__xD83D_", "\ufffd\ufffd"),
    ],
)  # fmt: skip
def test_escapes_are_undone_as_the_format_says(escaped: str, text: str) -> None:
    assert unescaped(escaped) == text


def test_cells_and_rows_need_not_say_where_they_are() -> None:
    sheet = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c r='B3'><v>4</v></c></row>"
    assert list(Book(book_of(sheet)).rows("S")) == [
        SheetRow(1, [(0, "1", False), (2, "3", False)]),
        SheetRow(3, [(1, "4", False)]),
    ]


def test_a_formula_is_told_with_what_it_comes_to() -> None:
    sheet = "<row><c><f>1+1</f><v>2</v></c><c><f>A1</f></c></row>"
    assert next(Book(book_of(sheet)).rows("S")).cells == [(0, "2", True), (1, "", True)]


def test_columns_have_letters() -> None:
    for number in (*range(800), 16_383):
        assert column_number(column_letters(number)) == number
    assert column_letters(16_383) == "XFD"
    for letters in ("", "a", "A1", "AAAA", "É"):
        assert column_number(letters) == -1


@pytest.mark.parametrize(
    ("source", "target", "part"),
    [
        ("xl/workbook.xml", "worksheets/a.xml", "xl/worksheets/a.xml"),
        ("xl/workbook.xml", "/xl/a.xml", "xl/a.xml"),
        ("xl/workbook.xml", "../a%20b.xml", "a b.xml"),
        ("", "xl/workbook.xml", "xl/workbook.xml"),
        ("xl/workbook.xml", "../../../../etc/passwd", "etc/passwd"),
    ],
)
def test_a_target_is_a_part_of_the_archive(source: str, target: str, part: str) -> None:
    assert target_of(source, target) == part


# --- what no program writes ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old .xls or has a password"),
        (b"%PDF-1.7", "is a PDF"),
        (zipped({"a": b""}), "is no .xlsx workbook"),
        (zipped({"mimetype": b"application/vnd.oasis"}), "save it as .xlsx"),
        (zipped({"[Content_Types].xml": TYPES}), "is no .xlsx workbook"),
        (book_of("", deep__vbaProject=b"x"), "holds macros"),
        (book_of("", vbaproject=b"x"), "holds macros"),
        (book_of("", ONE__DATA=b"", **{"one.DATA": b""}), "holds a part twice"),
        (book_of("<row r='2'/><row r='2'/>"), "its row 2 stands after row 2"),
        (book_of("<row r='9999999'/>"), "more rows than a sheet can have"),
        (book_of("<row r='-1'/>"), "more rows than a sheet can have"),
        (book_of("<row><c r='B1'/><c r='A1'/></row>"), "a cell of its row 1 stands where none can"),
        (book_of("<row><c r='B1'/><c r='B1'/></row>"), "a cell of its row 1 stands where none can"),
        (book_of("<row><c r='A2'/></row>"), "a cell of its row 1 stands where none can"),
        (book_of("<row><c r='XFE1'/></row>"), "a cell of its row 1 stands where none can"),
        (book_of("<row><c t='s'><v>0</v></c></row>"), "is no workbook that can be read"),
        (book_of("<row><c t='s'><v>-1</v></c></row>", "<si/>"), "is no workbook that can be read"),
        (book_of("<row>"), "is no workbook that can be read"),
        (book_of("&b;"), "is no workbook that can be read"),
        (zipped({"[Content_Types].xml": TYPES}, zipfile.ZIP_LZMA), "is no workbook"),
    ],
)
def test_a_workbook_that_is_none_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(Unusable, match=told):
        texts(content)


def test_a_kind_of_part_is_told_by_its_type_and_not_by_its_name() -> None:
    kind = b'<Types><Default ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    with pytest.raises(Unusable, match="holds macros"):
        Book(book_of("", **{"[Content_Types].xml": kind}))
    notes = b'<Types><Override PartName="/a" ContentType="x.Comments+xml"/></Types>'
    assert Book(book_of("", **{"[Content_Types].xml": notes})).has_comments


DECLARED = b'<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]>'


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "_rels/.rels", "deep/main.bin", "deep/_rels/main.bin.rels", "one.data",
     "words.bin"],
)  # fmt: skip
@pytest.mark.parametrize(
    "far", [b"", b"<!--" + b"x" * (1 << 16) + b"-->"], ids=["at once", "later"]
)
def test_a_document_type_in_any_part_that_is_read_refuses_the_file(part: str, far: bytes) -> None:
    """Whatever a part is called: none of these is named `.xml` but one."""
    whole = book_of("<row><c t='s'><v>0</v></c></row>", "<si><t>x</t></si>")
    assert texts(whole) == [["x"]]
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = far + DECLARED + parts[part]
    with pytest.raises(Unusable, match="holds XML that no spreadsheet writes"):
        texts(zipped(parts))


def test_a_part_that_is_not_needed_is_never_opened() -> None:
    whole = book_of("<row><c><v>1</v></c></row>", xl__theme=DECLARED)
    at = whole.index(DECLARED[:0] + b"xl/theme") + len("xl/theme")
    torn = whole[:at] + b"\xff" * 8 + whole[at + 8 :]
    assert texts(torn) == [["1"]]


def test_a_list_of_parts_is_not_read_where_it_is_longer_than_a_workbooks() -> None:
    many = zipped({f"{number}": b"" for number in range(501)})
    with pytest.raises(Unusable, match="unpacks to more"):
        Book(many)
    names = {f"{'x' * 65_000}{number}": b"" for number in range(20)}
    with pytest.raises(Unusable, match=r"is no \.xlsx workbook"):
        Book(zipped(names))


def test_a_size_that_is_not_so_unpacks_no_more() -> None:
    """The list of parts claims one byte of a part that unpacks to more."""
    whole = bytearray(book_of("<row><c><v>1</v></c></row>" + " " * 5000))
    entry = whole.index(b"one.data", whole.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", whole, entry + 24, 1)
    with pytest.raises(Unusable):
        texts(bytes(whole))


# --- packs that went through other hands --------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return with_sample(tmp_path)


@pytest.fixture
def sent(here: Here, store: Path, tmp_path: Path) -> Callable[[str], Path]:
    words = ("--sample", NAME, "--auditor", "anna", "--format", "xlsx", "--format", "csv")
    words += ("--ask", "all")
    assert here("pack", "--store", store, *words, "--output", tmp_path / "packs").status == 0
    return lambda form: tmp_path / "packs" / f"q3-2026-anna.{form}"


def taken(ended: Ended, store: Path) -> None:
    assert (ended.status, ended.told) == (0, "")
    assert len(entries_of(store)) == 81


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [f"{line}," for line in lines],
        lambda lines: [f"{line},,,," for line in lines],
        lambda lines: [lines[0].replace(",", " , "), *lines[1:]],
        lambda lines: [lines[0].replace(",", "\u00a0,"), *lines[1:]],
        lambda lines: ["", *lines],
        lambda lines: [",,,", "", *lines, "", ",,"],
        lambda lines: [lines[0], "", *lines[1:]],
        lambda lines: ["\ufeff" + lines[0], *lines[1:]],
        lambda lines: [line.replace("'2026", "2026") for line in lines],
    ],
    ids=["a column", "columns", "blanks", "hard blanks", "blank first", "blank rows",
         "blank second", "marked", "no apostrophe"],
)  # fmt: skip
def test_a_csv_is_read_as_spreadsheets_leave_it(
    here: Here,
    store: Path,
    sent: Callable[[str], Path],
    tmp_path: Path,
    change: Callable[[list[str]], list[str]],
) -> None:
    file = filled_csv(sent("csv"), tmp_path / "b.csv")
    file.write_text("\r\n".join(change(file.read_text("utf-8").splitlines())), encoding="utf-8")
    taken(here("judge", "--store", store, file), store)


def test_a_cell_beside_a_csv_is_told_with_its_row(
    here: Here, store: Path, sent: Callable[[str], Path], tmp_path: Path
) -> None:
    file = filled_csv(sent("csv"), tmp_path / "b.csv")
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([lines[0], f"{lines[1]},,a note", *lines[2:]]), encoding="utf-8")
    ended = here("judge", "--store", store, file)
    assert ended.status == 3
    assert "row 2, column 18: the form has no such cell: clear it" in ended.told


def test_a_csv_saved_as_a_workbook_is_read(
    here: Here, store: Path, sent: Callable[[str], Path], tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    import csv  # noqa: PLC0415

    book = openpyxl.Workbook()
    book.active.title = "q3-2026-anna"
    text = filled_csv(sent("csv"), tmp_path / "b.csv").read_text("utf-8")
    for row in csv.reader(io.StringIO(text, newline="")):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    taken(here("judge", "--store", store, tmp_path / "b.xlsx"), store)
    book.active["G4"] = "Mostly"
    book.save(tmp_path / "c.xlsx")
    ended = here("judge", "--store", store, tmp_path / "c.xlsx")
    assert "sheet q3-2026-anna, row 4, cell G4: 'Mostly' is no choice" in ended.told


@pytest.mark.parametrize("ending", ["csv", "CSV", "xlsx"])
def test_a_workbook_is_one_whatever_it_is_called(
    here: Here, store: Path, sent: Callable[[str], Path], tmp_path: Path, ending: str
) -> None:
    book = filled(sent("xlsx"), tmp_path / "b.xlsx").rename(tmp_path / f"c.{ending}")
    taken(here("judge", "--store", store, book), store)


def test_escapes_in_a_returned_pack_leave_no_trace(
    here: Here, store: Path, sent: Callable[[str], Path], tmp_path: Path
) -> None:
    """As Excel saves a line break that was typed, and a text that looks like an escape."""
    book = filled(
        sent("xlsx"), tmp_path / "b.xlsx", lambda _: ("Compliant", "see _x000D_ there", "")
    )
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet2.xml"
    assert parts[name].count(b"<t>Compliant</t>") == 81
    parts[name] = parts[name].replace(b"<t>Compliant</t>", b"<t>Compliant_x000D_</t>")
    parts[name] = parts[name].replace(b"P1.1 A changed", b"P1.1_x0020_A_x000A_changed")
    book.write_bytes(zipped(parts))
    taken(here("judge", "--store", store, book), store)
    assert {one.reason for one in entries_of(store)} == {"see there"}


def test_a_strict_workbook_is_read(
    here: Here, store: Path, sent: Callable[[str], Path], tmp_path: Path
) -> None:
    """As Excel saves `Strict Open XML`: the same parts in other namespaces."""
    with zipfile.ZipFile(filled(sent("xlsx"), tmp_path / "b.xlsx")) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        strict = content.replace(KINDS.encode(), STRICT.encode())
        parts[name] = strict.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
    (tmp_path / "c.xlsx").write_bytes(zipped(parts))
    taken(here("judge", "--store", store, tmp_path / "c.xlsx"), store)


# --- what looks like a number or a day ----------------------------------------------------------

ODD = ("MAR1", "TRUE", "DEC-0001", "=1+1", "-5", "1E5", "007", "3/10", "'5", "_x0041_", "#N/A")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_pack_of_texts_that_look_like_something_else_is_read_as_it_was_written(form: str) -> None:
    """Of many thousand seals one looks like a number: here each is as if it did."""
    question = Question("1.1", "May 2026", "12-30", "1/2", "50%", "1E5")
    rows = tuple(
        PackRow(ODD[at % len(ODD)], at + 1, ODD[at % len(ODD)], "2026-06-30", question)
        for at in range(300)
    )
    pack = Pack("2026-06", "0" * 16, "anna", True, rows)
    if form == "csv":
        content = pack_csv(pack)
        for row in locked_cells(pack):
            content = content.replace(seal(row).encode(), b"'" + seal(row).encode())
        returned = read_csv("b", content)
        assert {line.cell("as_of") for line in returned.lines} == {"'2026-06-30"}
    else:
        returned = read_workbook("b", workbook(pack))
    problems = submission(returned)
    assert isinstance(problems, list)
    assert all("no judgment of" in one.message or "answered" in one.message for one in problems)
