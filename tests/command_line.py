"""Runs the command line for its tests: in a process of its own, or in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest

from casecheck.cli import run
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules
from casecheck.lessons.settings import Settings

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_cases"
RULES = ROOT / "rules"
COMMANDS: Sequence[tuple[str, ...]] = (
    (),
    ("audit",),
    ("check",),
    ("explain",),
    ("rules",),
    ("rules", "docs"),
    ("rules", "lint"),
    ("rules", "list"),
    ("rules", "mutate"),
    ("rules", "new"),
    ("rules", "test"),
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
    ("runs",),
    ("runs", "list"),
    ("runs", "delete"),
    ("compare",),
)


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, and what it wrote."""

    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def told(self) -> str:
        return self.err.decode()


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "casecheck", *map(str, arguments)]


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
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


_loaded = cache(partial(load_rules, Path("rules")))


def _load(folder: Path, chosen: Settings = Settings(), more: Sequence[Path] = ()) -> Rules:  # noqa: B008
    """Load the shipped rules, as they are, once for all tests."""
    if more or chosen != Settings() or folder != Path("rules"):
        return load_rules(folder, chosen, more)
    return _loaded()


class Here:
    """Runs commands in this process, at the root of the repository."""

    def __init__(
        self, captured: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._captured = captured
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr("casecheck.cli.options.load_rules", _load)

    def __call__(self, *arguments: str | Path) -> Ended:
        self._captured.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = self._captured.readouterr()
        return Ended(status, out, err)
