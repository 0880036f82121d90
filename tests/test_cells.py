"""Cells of CSV files: what a spreadsheet would change begins with an apostrophe, and nothing else.

Where LibreOffice is installed, it reads every cell with special numbers detected, as a spreadsheet
does that has been asked to, in three languages.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import ROOT, Here, needs_office
from hypothesis import given
from hypothesis import strategies as st
from qag_cycle import whole
from report_fakes import BREACH, audited, finding, written

from casecheck.text.cells import EXACT_DIGITS, cell, harmless, kept, table, unkept

CHANGED = [
    "1-2", "3/10", "1E5", "1e5", "1E+5", "MAR1", "MARCH1", "SEPT2", "DEC-0001", "JAN-5", "5-JAN",
    "TRUE", "false", "007", "00", "1.10", "0.5 ", " 0.5", "12345678901234567890", "2026-06-30",
    "2026-06", "2026-06-30T10:00", "30.06.2026", "1.2.3", "1:30", "1:2:3", "50%", "5 %", "$5", "£5",
    "5€", "1,5", "1,234", "1 000", "(5)", "5-", "1 1/2", "5PM", "12 AM", "5 Jan 2026", "Jun 30",
    "May 2026", "Monday, 5 January 2026", "5. Mai 2026", "12-lis-2026", "1st", "#N/A", "#REF!",
    "0.12345678901234567890", "1234567e89012345", "1234567890123456", "１２３", "10-11-12", "12a",
    "0" * 200,
]  # fmt: skip
LEFT = [
    "C-0101", "P1.1", "TEAM-1", "E5", "A1", "Q1", "T10", "P7", "MARY-1", "DECK-12", "JANE-1", "",
    "breach", "casecheck-pack-1/x/1", "1 of 63", "3 of 10", "a.jsonl line 7", "/meetings/0",
    "12ab-3e45-0012", "0012.json", "risk: a breach of P1.1", "number 1 of the 10", "sample-1",
    "2026-q3.jsonl line 7", "P1.1 carry_days is 14", "May they meet", "'3/10",
]  # fmt: skip


@pytest.mark.parametrize("text", CHANGED)
def test_what_a_spreadsheet_would_change_begins_with_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert unkept(kept(text)) == text


@pytest.mark.parametrize("text", LEFT)
def test_what_it_leaves_is_as_it_is(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""), (0, "0"), (-3, "-3"), (10**14, "1" + "0" * 14), (10**15, "'1" + "0" * 15),
        (0.1, "0.1"), (0.1 + 0.2, "0.3"), (float(Fraction(1, 3)), "0.333333333333333"), (1.0, "1"),
        ("=1+1", "'=1+1"), ("-1", "'-1"), ("+44 1", "'+44 1"), ("@x", "'@x"), ("\t1", "'\\t1"),
    ],
)  # fmt: skip
def test_a_number_is_one_where_no_digit_gets_lost(value: object, written: str) -> None:
    assert cell(value) == written


@given(st.text(alphabet="019 -/.:,%eEJanMarPM$£'=+", max_size=12))
def test_no_text_is_left_a_number(text: str) -> None:
    """A number, as Python or a spreadsheet reads one, is in no cell of text."""
    written = cell(text)
    assert written == "" or not re.fullmatch(r"[ .,+%$£-]*\d[ \d.,/:eE+%$£-]*", written)
    assert written.removeprefix("'") in (text, harmless(text), harmless(text).removeprefix("'"))


def test_every_csv_file_is_written_in_this_one_way() -> None:
    others = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "casecheck").rglob("*.py")
        if file.name != "cells.py"
        and re.search(r"csv\.(writer|DictWriter)", file.read_text(encoding="utf-8"))
    ]
    assert others == []


def test_a_table_has_a_byte_order_mark_and_the_line_ends_of_rfc_4180() -> None:
    stream = io.StringIO(newline="")
    write = table(stream, ("a", "b"))
    write(["MAR1", 2])
    write([None, 'x"y'])
    assert stream.getvalue() == '\ufeffa,b\r\n\'MAR1,2\r\n,"x""y"\r\n'


@pytest.mark.slow
def test_a_sample_has_its_chances_as_decimals_and_in_words(here: Here, tmp_path: Path) -> None:
    words = ("sample", "show", "latest", "--store", whole(tmp_path), "--format")
    text = here(*words, "csv").out.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    exact = json.loads(here(*words, "json").out)["drawn"]
    assert len(rows) == len(exact) == 12
    for row, one in zip(rows, exact, strict=True):
        chance = Fraction(one["probability"])
        assert row["fraction"] == f"{chance.numerator} of {chance.denominator}"
        assert abs(Fraction(row["probability"]) - chance) < Fraction(1, 10**14)
        assert row["ticket"] == f"'{one['ticket']}"


# --- LibreOffice --------------------------------------------------------------------------------

LANGUAGES = {"1033": "American", "2057": "British", "1031": "German"}
SLOWLY = [
    pytest.param(one, marks=[] if one == "2057" else pytest.mark.slow, id=LANGUAGES[one])
    for one in LANGUAGES
]
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def opened(files: Iterable[Path], folder: Path, language: str) -> list[list[list[tuple[str, str]]]]:
    """Open CSV files in LibreOffice with special numbers detected: kind and value of each cell."""
    files = list(files)
    read = f"--infilter=Text - txt - csv (StarCalc):44,34,76,1,,{language},false,true"
    line = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", read]
    to = folder / language
    command = [*line, "--convert-to", "fods:OpenDocument Spreadsheet Flat XML", "--outdir", to]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=300)
    return [_cells_of(to / f"{file.stem}.fods") for file in files]


def _cells_of(file: Path) -> list[list[tuple[str, str]]]:
    rows = []
    for row in ElementTree.parse(file).iter(f"{_TABLE}table-row"):  # noqa: S314 - ours
        cells = []
        for one in row.iter(f"{_TABLE}table-cell"):
            kind = one.get(f"{_OFFICE}value-type", "")
            value = one.get(f"{_OFFICE}value") or "".join(one.itertext()).strip("\n ")
            repeated = min(int(one.get(f"{_TABLE}number-columns-repeated", "1")), 50)
            cells += [(kind, value)] * repeated
        rows.append(cells)
    return rows


def nothing_changed(sent: Sequence[Sequence[str]], got: list[list[tuple[str, str]]]) -> None:
    """Text is text as it was sent, and a number has the value that was sent."""
    for row, cells in zip(sent, got, strict=False):
        for text, (kind, value) in zip(row, cells, strict=False):
            if kind == "float":
                assert re.fullmatch(r"-?\d+(\.\d+)?(e-\d+)?", text), text
                assert len(re.sub(r"e.*|\D", "", text).lstrip("0")) <= EXACT_DIGITS
                assert float(value) == float(text)
            else:
                assert kind in ("string", ""), (text, kind, value)
                assert " ".join(value.split()) == " ".join(text.split())


@needs_office
@pytest.mark.parametrize("language", SLOWLY)
@pytest.mark.slow
def test_libreoffice_leaves_every_text_as_it_is(tmp_path: Path, language: str) -> None:
    rows = [["n", "text"], *([f"n{n}", cell(text)] for n, text in enumerate([*CHANGED, *LEFT]))]
    file = tmp_path / "texts.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    (got,) = opened([file], tmp_path, language)
    assert len(got) >= len(rows)
    nothing_changed(rows, got)
    assert not [cells for cells in got[1:] if len(cells) > 1 and cells[1][0] == "float"]


@needs_office
@pytest.mark.slow
def test_libreoffice_leaves_every_csv_file_as_it_is(here: Here, tmp_path: Path) -> None:
    """All that are written: findings, samples, packs, estimates, comparisons, sizes."""
    store = whole(tmp_path)
    name = ("--auditor", "anna", "--format", "csv", "--output", tmp_path)
    assert here("pack", "--store", store, *name).status == 0
    commands = {
        "shown": ("sample", "show", "latest", "--store", store),
        "listed": ("sample", "show", "latest", "--list", "--store", store),
        "samples": ("sample", "list", "--store", store),
        "estimates": ("estimate", "latest", "--store", store),
        "compared": ("compare", "1", "2", "--store", store),
        "size": ("size", "--cases", "60"),
        "audit": ("audit", "sample_cases"),
    }
    files = {what: tmp_path / f"{what}.csv" for what in commands}
    for what, words in commands.items():
        ended = here(*words, "--format", "csv", "--output", files[what])
        assert ended.status in (0, 1), ended.told
    found = finding("MAR1", "1.2", "1E5", BREACH, "/meetings/0", message="3/10")
    odd = [audited("MAR1", "2026-06-30", 7, findings=[found])]
    files["odd"] = tmp_path / "odd.csv"
    files["odd"].write_text(written("csv", odd, ["1-2"]), encoding="utf-8", newline="")
    files["pack"] = tmp_path / "sample-1-anna.csv"
    with_rows = 0
    for file, got in zip(files.values(), opened(files.values(), tmp_path, "2057"), strict=True):
        sent = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
        nothing_changed(sent, got)
        with_rows += len(sent) > 1
    assert with_rows == len(files)
