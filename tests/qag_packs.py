"""Packs for the tests of the audit cycle: a store with a sample, packs filled in, entries."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from qag_store import prepared

from casecheck.qag.estimates.agreeing import CODES
from casecheck.qag.judgments.log import chained
from casecheck.qag.store.store import DrawnCase, Entry, Run, Sample, Store

NAME = "q3 2026"
LESSONS = ("P1.1", "P4.1")
CHECKS = 9
"""How many checks those lessons have."""
CASES = 10
UNUSABLE = 4
"""The rank of the one case of the sample that cannot be used."""
Fill = Callable[[int], tuple[str, str, str]]
"""From a row's number to its judgment, reason and grade."""


def with_sample(folder: Path) -> Path:
    """Put a store with a sample of ten cases, one of them unusable, into a folder."""
    file = folder / "casecheck.db"
    file.write_bytes(_with_sample())
    return file


@cache
def _with_sample() -> bytes:
    with TemporaryDirectory(prefix="casecheck-tests-") as folder:
        file = prepared(Path(folder))
        with Store.open(file, create=False) as store:
            draw(store, NAME)
        return file.read_bytes()


def draw(store: Store, name: str, seed: str = "a seed") -> Sample:
    run = store.run("latest")
    cases = enumerate(store.frame(run.id)[:CASES], 1)
    drawn = [
        DrawnCase(
            rank,
            case.position,
            case.case_id,
            stratum="breach",
            probability="1/4",
            ticket=f"{rank:064}",
            why="risk: a breach of P1.1",
            unusable="file lost" if rank == UNUSABLE else "",
        )
        for rank, case in cases
    ]
    return store.save_sample(name, run.id, seed, {"lessons": list(LESSONS)}, drawn)


def sample_of(file: Path) -> tuple[Sample, Run]:
    with Store.open(file, create=False) as store:
        sample = store.sample(NAME)
        return sample, store.run(sample.run)


def entries_of(file: Path) -> list[Entry]:
    with Store.open(file, create=False) as store:
        return store.entries()


def usual(number: int) -> tuple[str, str, str]:
    """A judgment for each row: all four of them, with and without reason and grade."""
    judgments = ("Compliant", "Not compliant", "Cannot tell", "Not applicable")
    reasons = ("", "Done late", "I saw 2 files, one of them torn; café", "")
    grades = ("Good", "Requires improvement", "", "")
    kind = number % 4
    return judgments[kind], reasons[kind], grades[kind]


_filled: dict[tuple[bytes, Fill], bytes] = {}
"""Workbooks filled in as usual, which many tests need alike."""


def filled(source: Path, target: Path, fill: Fill = usual) -> Path:
    """Fill in a workbook as an auditor would, and save it as another file."""
    openpyxl = pytest.importorskip("openpyxl")
    asked = source.read_bytes(), fill
    if asked in _filled:
        target.write_bytes(_filled[asked])
        return target
    book = openpyxl.load_workbook(source)
    sheet = book["Judgments"]
    first = [cell.value for cell in sheet[1]].index("Judgment") + 1
    for number in range(1, sheet.max_row):
        for place, text in enumerate(fill(number), first):
            sheet.cell(number + 1, place).value = text or None
    book.save(target)
    if fill is usual:
        _filled[asked] = target.read_bytes()
    return target


def filled_csv(source: Path, target: Path, fill: Fill = usual, separator: str = ",") -> Path:
    """Fill in a pack in CSV, and save it as some spreadsheet would."""
    heads, *rows = csv.reader(io.StringIO(source.read_text("utf-8-sig"), newline=""))
    first = heads.index("judgment")
    for number, row in enumerate(rows, 1):
        row[first : first + 3] = fill(number)
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows([heads, *rows])
    return target


def changed(source: Path, target: Path, cells: Mapping[str, object]) -> Path:
    """Change cells of the sheet Judgments, as one can whose spreadsheet knows no lock."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(source)
    for place, text in cells.items():
        book["Judgments"][place] = text
    book.save(target)
    return target


def log_of(number: int) -> list[Entry]:
    """A log of so many entries."""
    return chained(None, (_draft(each) for each in range(number)))


def _draft(number: int) -> Entry:
    return Entry(
        0,
        1,
        ("anna", "ben")[number % 2],
        f"C-{number:04}",
        number + 1,
        "P1.1",
        "risks-carried",
        CODES[number % 4],
        "seen in the file: café" if number % 3 else "",
        "good" if number % 5 else "",
        f"{number:064x}",
        number % 7 == 0,
        "",
        "",
    )


def copied(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(file, folder))
