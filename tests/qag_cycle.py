"""The whole audit cycle, for tests: a store with two runs, a sample, and its judgments."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from command_line import ROOT, casecheck
from qag_packs import filled_csv
from qag_store import prepared


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
            _run(folder, "pack", "--auditor", "anna", "--format", "csv", "--output", "packs")
            filled = filled_csv(folder / "packs" / "sample-1-anna.csv", folder / "filled.csv")
            _run(folder, "judge", str(filled))
        return file.read_bytes()


def _run(folder: Path, *words: str) -> None:
    ended = casecheck(*words, cwd=folder)
    assert ended.status == 0, ended.told
