"""What an import costs, counted in steps and not in time: another machine is slower."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from command_line import ROOT, Here
from make_returns import Inventor, return_of

from casecheck.cli.import_ import common
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.text.whole_file import UnfitTarget

REFERENCE = date(2026, 3, 31)
MOST_CALLS = 9
"""Functions called for an element of the file, on average; it was nearly thrice as many once."""


def census(folder: Path, children: int) -> Path:
    file = folder / "census.xml"
    with file.open("w") as out:
        out.writelines(return_of(Inventor(1, REFERENCE).children(children), REFERENCE))
    return file


def calls(work: Callable[[], object]) -> int:
    """How many functions written in Python a piece of work calls."""
    number = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal number
        number += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return number


def test_an_import_calls_few_functions_for_each_element(tmp_path: Path) -> None:
    pseudonyms, costs = Pseudonyms(Key(bytes(KEY_BYTES))), []
    elements = []
    for children in (100, 200):
        file = census(tmp_path, children)
        elements.append(file.read_text().count("</"))
        costs.append(
            calls(lambda one=file: list(imported(CinCensus([one], None, Faults()), pseudonyms)))
        )
    more = (costs[1] - costs[0]) / (elements[1] - elements[0])  # without what is done but once
    assert more < MOST_CALLS, more


@pytest.mark.slow
def test_the_benchmark_runs() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "import_cost.py"]
    options = ["--children", "30", "--rounds", "1", "--command"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    assert "import / iterparse" in done.stdout
    assert "MiB of memory" in done.stdout


def test_a_report_that_cannot_be_written_is_told_as_the_report(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, report, key = census(tmp_path, 3), tmp_path / "report.json", tmp_path / "board.key"
    new_key(key)

    def unfit(target: Path) -> None:
        raise UnfitTarget(f"no file can be written there: {target.name}")

    monkeypatch.setattr(common, "whole_file", unfit)
    ended = here("import", "cin-census", file, "--key", key, "--output", tmp_path / "out.jsonl",
                 "--report", report)  # fmt: skip
    assert ended.status == 2
    assert f"--report {report}: no file can be written there" in " ".join(ended.told.split())
