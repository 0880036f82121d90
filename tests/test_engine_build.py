"""What it takes to build the engine is told beforehand; a slow build is noticed, with its cure."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from command_line import ROOT, Here

from casecheck.engine import build as engine_build
from casecheck.engine.build import CURE, cannot_import, is_unoptimised, main, missing
from casecheck.engine.durable import EngineUnusable

ELF = b"\x7fELF" + b"\0" * 14 + b"\x3e\x00"
FUNCTION = b"\x55\x48\x89\xe5"


def built(tmp_path: Path, code: bytes) -> Path:
    file = tmp_path / "engine.so"
    file.write_bytes(code)
    return file


@pytest.mark.parametrize(
    ("code", "slow"),
    [
        (ELF + FUNCTION * 51, True),
        (ELF + FUNCTION * 50, False),
        (b"\xcf\xfa\xed\xfe" + b"\0" * 16 + FUNCTION * 99, False),
    ],
    ids=["many plain functions", "few", "not Linux on x86-64"],
)
def test_the_code_tells_how_it_was_built(tmp_path: Path, code: bytes, slow: bool) -> None:
    assert is_unoptimised(built(tmp_path, code)) is slow


def test_the_build_in_use_is_the_right_one() -> None:
    assert not is_unoptimised()


def test_without_an_engine_there_is_nothing_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_build, "find_spec", lambda _: None)
    assert not is_unoptimised()


def test_nothing_is_missing_where_it_was_built(capsys: pytest.CaptureFixture[str]) -> None:
    assert missing() == []
    assert main() == 0
    assert "There is all" in capsys.readouterr().out
    assert cannot_import() == f"The rules engine cannot be imported. {CURE}"


def test_each_thing_that_is_missing_is_told_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC", "no-such-cc -pthread")
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"include": str(tmp_path)})
    python, compiler, headers = missing((3, 14, 0))
    assert "this is Python 3.14" in python
    assert "no C compiler (no-such-cc)" in compiler
    assert "apt-get install gcc" in compiler
    assert f"{tmp_path}/Python.h" in headers
    assert "python3-dev" in headers
    assert main() == 1
    told = capsys.readouterr().err
    assert told.count("casecheck cannot be set up: ") == 2
    assert compiler in cannot_import()
    assert missing((3, 10, 9))[0].startswith("this is Python 3.10,")


def test_it_can_be_asked_of_a_wheel_that_is_not_installed(tmp_path: Path) -> None:
    """That is, from a zip file, and without any other package."""
    wheel = tmp_path / "casecheck-0.1.0-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for name in ("__init__.py", "engine/__init__.py", "engine/build.py"):
            archive.write(ROOT / "casecheck" / name, f"casecheck/{name}")
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "casecheck.engine.build"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheel), "CC": "no-such-cc"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("casecheck cannot be set up: there is no C compiler (no-such-cc)")


def test_run_as_a_program_it_ends_with_the_status_that_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = str(ROOT / "casecheck" / "engine" / "build.py")
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(program, run_name="__main__")
    assert ended.value.code == 0
    monkeypatch.setenv("CC", "no-such-cc")
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(program, run_name="__main__")
    assert ended.value.code == 1
    assert "no C compiler (no-such-cc)" in capsys.readouterr().err


def test_the_cure_is_told_once_where_a_slow_build_cannot_be_imported_either(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.cli.audit.is_unoptimised", lambda: True)
    case = str(ROOT / "sample_cases" / "c-0104.json")
    slow = here("audit", case, "--lesson", "P1.1")
    assert slow.status == 0
    assert slow.told.count("durable-rules must be compiled") == 1

    def no_engine(*_: object) -> None:
        raise EngineUnusable(cannot_import())

    monkeypatch.setattr("casecheck.audit.running.Auditor", no_engine)
    unusable = here("audit", case, "--lesson", "P1.1")
    assert unusable.status == 2
    assert unusable.told.count("durable-rules must be compiled") == 1
