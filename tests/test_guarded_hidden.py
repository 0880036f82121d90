"""`casecheck guard` on what a workbook holds where no cell shows it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from command_line import Here
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table

NHS = "943 476 5919"
POSTCODE = "LA1 4YW"
MAIL = "a.worker@council.gov.uk"


def told_of(here: Here, book: Path) -> list[str]:
    ended = here("guard", book)
    assert NHS not in ended.text
    assert MAIL not in ended.text
    return sorted(line.removeprefix(f"{book}, ") for line in ended.text.splitlines())


def test_what_stands_around_the_cells_of_a_sheet(here: Here, tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.oddHeader.center.text = NHS
    sheet.firstHeader.right.text = POSTCODE
    sheet.evenFooter.left.text = f"printed by {MAIL}"
    sheet["B2"], sheet["B3"] = "a worker", "more"
    sheet["B2"].hyperlink = f"mailto:{MAIL}"
    sheet["B3"].hyperlink = Hyperlink(ref="B3", location="Sheet!A1", tooltip=f"of {NHS}")
    choices = DataValidation("list", formula1=f'"{NHS},other"', promptTitle=MAIL, prompt="choose")
    choices.add("C2:C9")
    sheet.add_data_validation(choices)
    made.defined_names["One"] = DefinedName("One", attr_text=f'"{NHS}"', comment=f"ask {MAIL}")
    sheet["D4"] = f'=IF(A1="{NHS}",1,0)'
    sheet.append(["x", "y"])
    sheet.append([1, 2])
    sheet.add_table(Table(displayName="T", ref="A5:B6", comment=f"from {MAIL}"))
    made.save(tmp_path / "a.xlsx")
    assert told_of(here, tmp_path / "a.xlsx") == sorted([
        "a header or footer on sheet 1: NHS number",
        "a header or footer on sheet 1: e-mail address",
        "a header or footer on sheet 1: postcode",
        "a link on sheet 1: e-mail address",
        "a link on sheet 1, cell B3: NHS number",
        "a list of choices on sheet 1: NHS number",
        "a list of choices on sheet 1: e-mail address",
        "a defined name: NHS number",
        "a defined name: e-mail address",
        "a formula on sheet 1, cell D4: NHS number",
        "a table: e-mail address",
    ])  # fmt: skip


PARTS = {
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        f'<c><cacheField name="Id"><sharedItems><s v="{NHS}"/></sharedItems></cacheField></c>',
        "the cache of a pivot table: NHS number",
    ),
    "xl/somewhere/other.xml": (
        f"<a><b><v>{NHS}</v></b></a>", "another part of the workbook: NHS number",
    ),
    "xl/drawings/drawing7.xml": (
        f'<d><cNvPr id="2" descr="{MAIL}"/></d>', "a drawing or chart: e-mail address",
    ),
    "xl/charts/chart1.xml": (
        "<c><p><r><t>943 476</t></r><r><t> 5919</t></r></p></c>", "a drawing or chart: NHS number",
    ),
    "xl/revisions/userNames.xml": (
        f'<u><userInfo name="{MAIL}"/></u>', "the log of changes: e-mail address",
    ),
    "xl/drawings/vmlDrawing1.vml": (
        f"<xml><shape><textbox><div>{NHS}</div></textbox></shape></xml>",
        "a drawing or chart: NHS number",
    ),
    "customXml/item1.xml": (f"<a><b>{MAIL}</b></a>", "data kept by other programs: e-mail address"),
    "xl/worksheets/filters.xml": (
        f'<a><filter val="{NHS}"/></a>', "another part of the workbook: NHS number",
    ),
    "xl/charts/_rels/chart1.xml.rels": (
        f'<R><Relationship Target="mailto:{MAIL}" TargetMode="External"/></R>',
        "a link of another part: e-mail address",
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_what_other_parts_of_the_file_hold(part: str, here: Here, tmp_path: Path) -> None:
    content, told = PARTS[part]
    out = io.BytesIO()
    Workbook().save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(part, content)
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert told_of(here, tmp_path / "a.xlsx") == [told]


def test_numbers_that_programs_give_their_own_things_are_nobodys(
    here: Here, tmp_path: Path
) -> None:
    out = io.BytesIO()
    Workbook().save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(
            "xl/charts/chart1.xml", '<c><axId val="9434765919"/><x v="9434765919"/></c>'
        )
        archive.writestr("xl/tables/table1.xml", '<t id="9434765919" uid="{9434765919}"/>')
        archive.writestr("xl/theme/theme2.xml", f"<t><a>{NHS}</a></t>")
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert told_of(here, tmp_path / "a.xlsx") == []


def test_a_part_that_does_harm_makes_the_file_one_that_was_not_looked_at(
    here: Here, tmp_path: Path
) -> None:
    out = io.BytesIO()
    Workbook().save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("customXml/item1.xml", "<!DOCTYPE a><a/>")
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    ended = here("guard", tmp_path / "a.xlsx")
    assert ended.status == 3
    assert "NOT LOOKED AT: holds XML that no spreadsheet writes" in ended.text
