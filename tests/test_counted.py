"""One thing is never told in the plural, however many there mostly are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from qag_judged import LESSONS, as_the_engine, drawn, judge
from qag_store import LABELS, prepared

from casecheck.cli import cli
from casecheck.intake.unread import MOST_IN_ALL, MOST_OF_A_FILE, Unread
from casecheck.qag.packs.csv_file import pack_csv, read_csv
from casecheck.qag.packs.form import PackName
from casecheck.qag.packs.packs import Pack, PackRow, Question
from casecheck.qag.packs.returned import gathered
from casecheck.qag.packs.submission import submission
from casecheck.qag.packs.to_workbook import cover_cells
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.store import Store
from casecheck.record.faults import FieldError, Unreadable
from casecheck.results import Outcome


def pack(cases: int, checks: int) -> bytes:
    asked = [
        Question("P1.1", "A title", f"c{at}", "Was it?", "so", "plans") for at in range(checks)
    ]
    rows = [
        PackRow(f"C-{case:04}", case + 1, "a.json", "2026-06-30", question)
        for case in range(cases)
        for question in asked
    ]
    return pack_csv(Pack("s", "0" * 16, "anna", True, tuple(rows)))


def problems(cases: int, checks: int) -> list[str]:
    told = submission(read_csv("a.csv", pack(cases, checks)))
    assert isinstance(told, list)
    return [problem.message for problem in told]


def test_the_cover_of_a_pack_of_one_case() -> None:
    name = PackName("casecheck-pack-1", "s", "0" * 16, "anna", "blind", 1, "0" * 64)
    assert "1 case, 1 question, on the sheet" in " ".join(cover_cells(name, 1, 1).values())
    cover = cover_cells(name._replace(rows=14), 2, 14)
    assert "2 cases, 14 questions, on the sheet" in " ".join(cover.values())


@pytest.mark.parametrize(
    ("cases", "checks", "last"),
    [
        (2, 1, "no judgment of C-0001, in its one row"),
        (2, 2, "no judgment of C-0001, in any of its 2 rows"),
        (1_001, 1, "no judgment of 1 more case"),
        (1_002, 1, "no judgment of 2 more cases"),
    ],
)
def test_what_is_not_answered(cases: int, checks: int, last: str) -> None:
    assert problems(cases, checks)[-1] == last


def test_cells_that_are_wrong_each_in_its_own_way() -> None:
    lines = read_csv("a.csv", pack(4, 1)).lines
    for most, last in ((3, "1 more cell is wrong"), (2, "2 more cells are wrong")):
        found = ((line, "judgment", f"wrong {at}") for at, line in enumerate(lines))
        *_, told = gathered("a.csv", found, most)
        assert told.message.startswith(last)


def unread(files: int, records: int) -> str:
    items = [
        Unreadable(f"{file:04}", line, (FieldError("", "no"),))
        for file in range(files)
        for line in range(1, records + 1)
    ]
    *_, last = Unread().limited(items)
    assert isinstance(last, Unreadable)
    return last.errors[0].message


def test_inputs_that_are_not_told_one_by_one() -> None:
    assert "others, 1 more record of this file" in unread(1, MOST_OF_A_FILE + 1)
    assert "others, 2 more records of this file" in unread(1, MOST_OF_A_FILE + 2)
    assert "others, 1 more input in 1 more file, could" in unread(MOST_IN_ALL + 1, 1)
    assert "others, 2 more inputs in 2 more files, could" in unread(MOST_IN_ALL + 2, 1)


@pytest.mark.parametrize(
    ("size", "told"),
    [(2, "1 of 2 drawn cases has no judgment"), (3, "2 of 3 drawn cases have no judgment")],
)
def test_cases_that_wait_for_a_judgment(tmp_path: Path, size: int, told: str) -> None:
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", size, LESSONS, tuple(Outcome)))
        judge(store, view, as_the_engine, most=1)
    done = CliRunner().invoke(cli, ["estimate", "s", "--store", str(file)])
    assert done.exit_code == 0, done.output
    assert told in " ".join(done.output.split())
