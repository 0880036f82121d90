"""Files made to do harm, and packs as large as they may be: `judge` in bounded time and memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from amounts import few
from bounded_judge import judged
from command_line import Here
from mutated_packs import mutant
from qag_packs import NAME, filled, filled_csv, with_sample

from casecheck.qag.packs.csv_file import pack_csv
from casecheck.qag.packs.packs import Pack, PackRow, Question
from casecheck.qag.packs.returned import MAX_BYTES, MAX_ROWS
from casecheck.qag.packs.to_workbook import workbook

SHEET, STRINGS, BOOK = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
MB = 1 << 20


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return with_sample(tmp_path)


@pytest.fixture
def packs(here: Here, store: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    """A pack as a workbook as it was sent, as one filled in, and as CSV filled in."""
    words = ("--sample", NAME, "--auditor", "anna", "--format", "xlsx", "--format", "csv")
    words += ("--ask", "all")
    assert here("pack", "--store", store, *words, "--output", tmp_path / "packs").status == 0
    sent = tmp_path / "packs" / "q3-2026-anna.xlsx"
    book = filled(sent, tmp_path / "filled.xlsx")
    csv = filled_csv(tmp_path / "packs" / "q3-2026-anna.csv", tmp_path / "filled.csv")
    return sent, book, csv


# --- mutated packs ------------------------------------------------------------------------------


def no_mutant_does_harm(seeds: range, packs: tuple[Path, Path, Path], store: Path) -> None:
    sent, book, csv = (file.read_bytes() for file in packs)
    folder = store.parent / "mutants"
    folder.mkdir()
    files = []
    for seed in seeds:
        ending, content = mutant(seed, sent if seed % 3 else book, csv)
        files.append(folder / f"{seed}{ending}")
        files[-1].write_bytes(content)
    outcomes = judged(files, store)
    assert len(outcomes) == len(seeds)
    bad = [one for one in outcomes if one.bad]
    assert not bad, bad[:3]
    assert {one.status for one in outcomes} == {0, 3}, "some are taken, and some refused"
    for file in files:
        file.unlink()


@pytest.mark.parametrize("number", few([16, 48], 16))
def test_mutated_packs_are_taken_or_refused(
    packs: tuple[Path, Path, Path], store: Path, number: int
) -> None:
    no_mutant_does_harm(range(number), packs, store)


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.parametrize("part", range(20))
def test_ten_thousand_mutated_packs_are_taken_or_refused(
    packs: tuple[Path, Path, Path], store: Path, part: int
) -> None:
    no_mutant_does_harm(range(1000 + 500 * part, 1500 + 500 * part), packs, store)


# --- what a small file can claim ----------------------------------------------------------------


def rezipped(book: bytes, name: str, pieces: Iterator[bytes]) -> bytes:
    """Put other content into a part, piece by piece."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(file, "w", 8, compresslevel=1) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        with new.open(name, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
    return file.getvalue()


def flood(head: bytes, unit: Callable[[int], bytes], count: int, tail: bytes) -> Iterator[bytes]:
    yield head
    for start in range(0, count, 10_000):
        yield b"".join(unit(number) for number in range(start, min(start + 10_000, count)))
    yield tail


_SHEET_END = b"</sheetData></worksheet>"
HEADS = b"the sheet as it is, to the end of its first row"
FLOODS: dict[str, tuple[str, bytes, Callable[[int], bytes], int, bytes]] = {
    "rows that claim the last column": (
        SHEET, HEADS,
        lambda n: b'<row r="%d"><c r="XFD%d" t="n"><v>1</v></c></row>' % (n + 2, n + 2),
        100_000, _SHEET_END,
    ),
    "as many as a pack may have": (
        SHEET, HEADS, lambda n: b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n + 2, n + 2),
        65_000, _SHEET_END,
    ),
    "rows of one cell": (
        SHEET, HEADS,
        lambda n: b'<row r="%d"><c r="A%d" t="n"><v>1</v></c></row>' % (n + 2, n + 2),
        1_000_000, _SHEET_END,
    ),
    "rows without a cell": (
        SHEET, HEADS, lambda _: b"<row/>", 10**7, _SHEET_END,
    ),
    "cells of one row": (
        SHEET, HEADS + b"<row>", lambda _: b"<c><v>1</v></c>", 10**6, _SHEET_END,
    ),
    "empty texts": (STRINGS, b"<sst>", lambda _: b"<si/>", 8_000_000, b"</sst>"),
    "empty texts with tags": (
        STRINGS, b"<sst>", lambda _: b"<si><t></t></si>", 8_000_000, b"</sst>",
    ),
    "long texts": (
        STRINGS, b"<sst>", lambda n: b"<si><t>%d%s\xf0\x9f\x98\x80</t></si>" % (n, b"x" * 30_000),
        4000, b"</sst>",
    ),
    "one text": (STRINGS, b"<sst><si><t>", lambda _: b"x" * 1000, 120_000, b"</t></si></sst>"),
    "text in runs": (
        STRINGS, b"<sst><si>", lambda _: b"<r><t>x</t></r>", 5_000_000, b"</si></sst>",
    ),
    "names": (
        BOOK, b"<workbook><definedNames>",
        lambda n: b'<definedName name="n%d">A1</definedName>' % n, 3_500_000,
        b"</definedNames></workbook>",
    ),
    "sheets": (
        BOOK, b'<workbook xmlns:r="r"><sheets>', lambda n: b'<sheet name="%d" r:id="rId1"/>' % n,
        1_000_000, b"</sheets></workbook>",
    ),
    "styles": ("xl/styles.xml", b"<styleSheet><cellXfs>", lambda _: b"<xf/>", 5_000_000, b""),
    "kinds of elements": (
        SHEET, b"<worksheet>", lambda n: b"<a%d/>" % n, 3_000_000, b"</worksheet>",
    ),
    "attributes": (
        SHEET, b"<worksheet ", lambda n: b'a%d="" ' % n, 5_000_000, b"></worksheet>",
    ),
    "elements within elements": (SHEET, b"<worksheet>", lambda _: b"<a>", 5_000_000, b""),
    "a comment": (SHEET, b"<worksheet><!--", lambda _: b">" * 1000, 120_000, b"--></worksheet>"),
    "references": (
        STRINGS, b"<sst><si><t>", lambda _: b"&#120;" * 10, 2_000_000, b"</t></si></sst>",
    ),
    "lines": (SHEET, b"<worksheet>", lambda _: b"\n" * 1000, 120_000, b"</worksheet>"),
    "links": (
        "xl/_rels/workbook.xml.rels", b"<Relationships>",
        lambda n: b'<Relationship Id="r%d" Type="/worksheet" Target="../../%d"/>' % (n, n),
        1_000_000, b"</Relationships>",
    ),
}  # fmt: skip


COSTLY = {
    "as many as a pack may have", "rows of one cell", "rows without a cell", "empty texts",
    "empty texts with tags", "text in runs", "names", "attributes",
}  # fmt: skip
"""What takes some seconds to read, or to make, is tried with what is slow."""


LONGEST = [pytest.mark.slow, pytest.mark.longest]


def some(names: Iterable[str]) -> list[object]:
    """The names of what takes little, a few of them to be tried at once, and of what is costly."""
    names = list(names)
    quick = [one for one in names if one not in COSTLY]
    return [
        pytest.param(quick[:1], id="few"),
        pytest.param(quick[1:], id="some", marks=pytest.mark.slow),
        pytest.param([one for one in names if one in COSTLY], id="costly", marks=LONGEST),
    ]


@pytest.mark.parametrize("names", some(FLOODS))
def test_what_a_small_workbook_claims_is_neither_held_nor_waited_for(
    packs: tuple[Path, Path, Path], store: Path, names: list[str]
) -> None:
    with zipfile.ZipFile(packs[0]) as archive:
        heads = archive.read(SHEET).partition(b"</row>")[0] + b"</row>"
    files = [store.parent / f"{number}.xlsx" for number in range(len(names))]
    for what, file in zip(names, files, strict=True):
        name, head, *how = FLOODS[what]
        head = head.replace(HEADS, heads)
        file.write_bytes(rezipped(packs[0].read_bytes(), name, flood(head, *how)))
        assert file.stat().st_size < MAX_BYTES
    for what, outcome in zip(names, judged(files, store), strict=True):
        assert not outcome.bad, (what, outcome)
        assert outcome.status == 3, what
        assert ("rows are answered" in outcome.told) is (what in READ), what


READ = {"styles", "as many as a pack may have"}
"""What is read as a pack that nobody has filled in: styles are never opened."""


TABLES: dict[str, Callable[[bytes, bytes, int], bytes]] = {
    "quotes that never end": lambda heads, _, room: heads + b'"a\n' * (room // 3),
    "quotes only": lambda *given: b'"a\n' * (given[2] // 3),
    "blank lines": lambda *given: b"\n" * given[2],
    "rows of one cell": lambda heads, _, room: heads + b"x\n" * (room // 2),
    "cells without end": lambda heads, _, room: heads + b"," * room,
    "rows of many cells": lambda heads, _, room: (
        heads + (b"," * 200_000 + b"\n") * (room // 200_001)
    ),
    "one line": lambda *given: b"x" * given[2],
    "wide letters": lambda heads, _, room: (
        heads + ("😀" * 60_000 + "\n").encode() * (room // 240_001)
    ),
    "the same row": lambda heads, row, room: heads + row * (room // len(row)),
}
"""CSV files up to the limit, of the heads of a pack, its first row, and the room that is left."""


@pytest.mark.parametrize("names", some(TABLES))
def test_large_csv_files_are_neither_held_nor_waited_for(
    packs: tuple[Path, Path, Path], store: Path, names: list[str]
) -> None:
    heads, row = packs[2].read_bytes().splitlines(keepends=True)[:2]
    files = [store.parent / f"{number}.csv" for number in range(len(names))]
    for what, file in zip(names, files, strict=True):
        file.write_bytes(TABLES[what](heads, row, MAX_BYTES - len(heads) - len(row) - 10))
    for what, outcome in zip(names, judged(files, store), strict=True):
        assert not outcome.bad, (what, outcome)
        assert outcome.status == 3, what


# --- honest packs as large as they may be -------------------------------------------------------


def large(rows: int) -> Pack:
    """A pack of so many rows, forty to a case."""
    questions = [
        Question("P1.1", "A title", f"check-{number}", f"Was it so? {'word ' * 20}", "met", "plans")
        for number in range(40)
    ]
    asked = tuple(
        PackRow(f"C-{at // 40:05}", at // 40 + 1, f"a.jsonl line {at // 40}", "2026-06-30",
              questions[at % 40])
        for at in range(rows)
    )  # fmt: skip
    return Pack("a sample", "0" * 16, "anna", True, asked)


@pytest.mark.slow
@pytest.mark.parametrize("form", few(["xlsx", "csv"], "csv", rest=pytest.mark.longest))
def test_the_largest_pack_is_read_in_bounded_time_and_memory(store: Path, form: str) -> None:
    """Unanswered, so that all there is to tell of a pack is told of each case."""
    rows = MAX_ROWS if form == "xlsx" else 60_000
    file = store.parent / f"large.{form}"
    file.write_bytes((workbook if form == "xlsx" else pack_csv)(large(rows)))
    (outcome,) = judged([file], store)
    assert not outcome.bad, outcome
    assert "1,002 problems" in outcome.told, "of a thousand cases, and how many more there are"


@pytest.mark.slow
def test_an_unanswered_pack_is_read_in_time_that_grows_with_it(store: Path) -> None:
    """Of 32,000 rows, a time that grows with their square was over twenty seconds."""
    file = store.parent / "large.csv"
    file.write_bytes(pack_csv(large(32_000)))
    (outcome,) = judged([file], store)
    assert not outcome.bad, outcome
    assert "801 problems" in outcome.told, "one of each case, and how many rows are answered"
    file.write_bytes(file.read_bytes().replace(b"word", b"verb").replace(b"C-", b"K-"))
    (outcome,) = judged([file], store)
    assert not outcome.bad, outcome
    assert "column question: 32000 cells were changed" in outcome.told
