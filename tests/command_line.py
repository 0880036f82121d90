"""Runs the command line for its tests: in a process of its own, or in this one."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from once import make_once
from openpyxl import load_workbook

from casecheck.cli import run

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_cases"
RULES = ROOT / "rules"
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not here"
)
COMMANDS: Sequence[tuple[str, ...]] = (
    (),
    ("audit",),
    ("check",),
    ("explain",),
    ("import",),
    ("import", "annex-a"),
    ("import", "cin-census"),
    ("import", "ssda903"),
    ("import", "csv"),
    ("import", "dfe-api"),
    ("import", "ssd"),
    ("rules",),
    ("rules", "diff"),
    ("rules", "docs"),
    ("rules", "lint"),
    ("rules", "list"),
    ("rules", "mutate"),
    ("rules", "new"),
    ("rules", "profile"),
    ("rules", "test"),
    ("rules", "try"),
    ("schema",),
    ("size",),
    ("sample",),
    ("sample", "list"),
    ("sample", "show"),
    ("sample", "extend"),
    ("sample", "replace"),
    ("sample", "delete"),
    ("pack",),
    ("judge",),
    ("estimate",),
    ("measures",),
    ("board",),
    ("runs",),
    ("runs", "list"),
    ("runs", "delete"),
    ("compare",),
    ("register",),
    ("register", "update"),
    ("register", "enter"),
    ("register", "history"),
    ("register", "redact"),
    ("register", "verify"),
    ("register", "export"),
    ("key",),
    ("key", "new"),
    ("key", "check"),
    ("whois",),
    ("guard",),
)


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, and what it wrote."""

    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """What was printed; of a workbook its cells, one a line."""
        return in_cells(self.out) if self.out.startswith(b"PK") else self.out.decode()

    @property
    def told(self) -> str:
        return self.err.decode()


def in_cells(workbook: bytes) -> str:
    rows = (row for sheet in load_workbook(io.BytesIO(workbook)) for row in sheet.values)
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "casecheck", *map(str, arguments)]


def many_commands(commands: Iterable[Sequence[str]]) -> list[str]:
    """Return what runs commands one after another in one process: `run_many.apart` reads it."""
    script = str(ROOT / "tests" / "run_many.py")
    return [sys.executable, script, json.dumps([list(words) for words in commands])]


def environment(changed: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **(changed or {})}


def casecheck(
    *arguments: str | Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> Ended:
    """Run a command in a process of its own, at the root of the repository."""
    done = subprocess.run(
        command_line(*arguments),
        input=stdin,
        capture_output=True,
        env=environment(env),
        cwd=cwd,
        timeout=600,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


class Here:
    """Runs commands in this process, at the root of the repository."""

    def __init__(
        self, captured: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._captured = captured
        monkeypatch.chdir(ROOT)
        make_once(monkeypatch)

    def __call__(self, *arguments: str | Path) -> Ended:
        self._captured.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = self._captured.readouterr()
        return Ended(status, out, err)
