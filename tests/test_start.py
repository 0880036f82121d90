"""What a command imports: to start takes time, and what nobody needs is not paid for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT

IMPORTED = """
import sys
from casecheck.cli import run
status = run(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""
HEAVY = {"pydantic", "yaml", "rich", "multiprocessing", "concurrent", "zipfile"}
"""Each takes as long to import as some records to audit."""


def imported(cache: Path, *arguments: str) -> set[str]:
    """Return what a command has imported by its end, each module with the packages that hold it."""
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments],
        cwd=ROOT,
        env={**os.environ, "CASECHECK_CACHE": str(cache)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(ran.stderr.split())


@pytest.mark.slow
def test_an_audit_imports_no_more_than_it_needs(tmp_path: Path) -> None:
    audit = ("audit", "sample_cases/c-0101.json")
    first = imported(tmp_path, *audit)  # which reads the pages, and keeps what it made of them
    assert first & HEAVY == {"yaml"}
    again = imported(tmp_path, *audit)
    assert not again & HEAVY
    assert not again & {"casecheck.qag.store", "casecheck.lessons.lesson_reader"}
    assert "casecheck.record.reader" in again


@pytest.mark.slow
def test_a_record_with_a_fault_is_told_by_the_models(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"schema": "casecheck/1"}', encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as ended:
        imported(tmp_path, "check", str(bad))
    assert "pydantic" in ended.value.stderr.split()


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)], ids=" ".join)
def test_to_show_help_imports_nothing_of_an_audit(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    names = imported(tmp_path, *arguments)
    assert not names & (HEAVY | {"pydantic_core", "durable_rules_engine", "sqlite3"})
    rooms = {name.split(".")[1] for name in names if name.startswith("casecheck.")}
    assert not rooms & {"engine", "truth", "qag", "report", "intake", "authoring"}
