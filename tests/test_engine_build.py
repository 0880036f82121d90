"""A slow build of the engine is noticed, and the cure is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from casecheck.engine import build as engine_build
from casecheck.engine.build import is_unoptimised

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
