"""Whatever is done to a record's file, its audit ends in time, in little memory, and in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import mutated_records
import pytest
from command_line import ROOT, environment

from casecheck.intake.records import parse
from casecheck.intake.texts import RecordText
from casecheck.record.model import CaseRecord

AT_ONCE = 500


def audited(folder: Path, seed: str, number: int) -> subprocess.CompletedProcess[str]:
    """Audit so many mutated records in a process that has no more than one record may take."""
    return subprocess.run(
        [sys.executable, mutated_records.__file__, str(folder), seed, str(number)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_some_dozens(tmp_path: Path) -> None:
    ended = audited(tmp_path, "some", 40)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr[-2_000:]


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.parametrize("part", range(10_000 // AT_ONCE))
def test_ten_thousand(tmp_path: Path, part: int) -> None:
    ended = audited(tmp_path, f"part {part}", AT_ONCE)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr[-2_000:]


def test_some_of_them_are_records_and_most_are_not() -> None:
    """Else nothing would be tried of what comes after reading, or nothing before."""
    read = unread = 0
    for number in range(300):
        name, data = mutated_records.mutated(Random(f"mix {number}"))
        if name.lower() == "r.json":
            record = parse(RecordText(name, None, data))
            read += isinstance(record, CaseRecord)
            unread += not isinstance(record, CaseRecord)
    assert read > 10
    assert unread > 10


def test_the_bounds_bind(tmp_path: Path) -> None:
    """A process that takes more memory, or time, is ended, and that is seen."""
    for excess in ("bytearray(300 << 20)", "[0] * (60 << 20)"):
        code = (
            "import resource, mutated_records as m;"
            "resource.setrlimit(resource.RLIMIT_DATA, (m.MOST_BYTES, m.MOST_BYTES));"
            f"len({excess})"
        )
        ended = subprocess.run(
            [sys.executable, "-c", code],
            env={**environment(), "PYTHONPATH": str(ROOT / "tests")},
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert ended.returncode != 0
