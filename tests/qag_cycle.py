"""The whole audit cycle, for tests: a store with two runs, a sample, and its judgments."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from command_line import ROOT
from once import make_once
from qag_packs import filled_csv
from qag_store import prepared

from casecheck.cli import run


def whole(folder: Path, *, judged: bool = True) -> Path:
    """Put a store with a sample, and its judgments, into a folder, and return it."""
    file = folder / "casecheck.db"
    file.write_bytes(_whole(judged))
    return file


@cache
def _whole(judged: bool) -> bytes:
    with TemporaryDirectory(prefix="casecheck-tests-") as name:
        folder = Path(name)
        for linked in ("rules", "sample_cases"):
            folder.joinpath(linked).symlink_to(ROOT / linked)
        file = prepared(folder)
        _run(folder, "sample", "--size", "12", "--seed", "seed a")
        if judged:
            words = ("--auditor", "anna", "--format", "csv", "--output", "packs")
            _run(folder, "pack", *words, "--ask", "all")
            filled = filled_csv(folder / "packs" / "sample-1-anna.csv", folder / "filled.csv")
            _run(folder, "judge", str(filled))
        return file.read_bytes()


def _run(folder: Path, *words: str) -> None:
    told = TextIOWrapper(BytesIO())
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(told):
        patch.chdir(folder)
        make_once(patch)
        status = run([*words])
    told.seek(0)
    assert status == 0, told.read()
