"""The benchmarks: the same records for a seed, records like real ones, a script that runs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import audit_cost
import lacking_records
import pytest
import realistic_records

from casecheck.record.contradictions import contradictions
from casecheck.record.model import FIELDS, CaseRecord
from casecheck.record.validation import read_record

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
RECORDS = 400
DIGEST_OF_20 = "38d2ddc34fe4e3188c77b45c1f885984d68fe6cf5cdce0c0db12eec3dd20ef6f"


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return list(realistic_records.record_lines(RECORDS, seed=1))


@pytest.fixture(scope="module")
def records(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def valid(lines: list[str]) -> list[CaseRecord]:
    return [read_record(line.encode()) for line in lines]


@pytest.mark.slow
def test_a_seed_makes_the_same_records_everywhere(lines: list[str]) -> None:
    # A changed generator changes the records, and figures from before no longer compare.
    assert hashlib.sha256("\n".join(lines[:20]).encode()).hexdigest() == DIGEST_OF_20


@pytest.mark.slow
def test_a_record_depends_on_its_number_and_the_seed_alone(
    lines: list[str],
) -> None:
    assert realistic_records.record_line(7, 1) == lines[6]
    assert realistic_records.record_line(7, 2) != lines[6]
    assert len(set(lines)) == RECORDS


def test_each_is_a_valid_record_under_its_own_case_id(valid: list[CaseRecord]) -> None:
    assert [record.case_id for record in valid] == [f"C-{n:06d}" for n in range(1, RECORDS + 1)]


def test_each_is_one_compact_line_of_4_to_6_kilobytes(lines: list[str]) -> None:
    for line in lines:
        assert 4_000 <= len(line.encode()) <= 6_000
        assert line == json.dumps(json.loads(line), separators=(",", ":"))
        assert 40 <= len(_rows(line)) <= 60


def test_little_is_missing_and_little_contradicts_itself(
    records: list[dict[str, Any]], valid: list[CaseRecord]
) -> None:
    told: Counter[bool] = Counter()
    for record in records:
        for section, fields in FIELDS.items():
            for row in record.get(section) or ():
                told.update(
                    row[name] is None
                    for name in fields
                    if fields[name].role == "fact" and name in row
                )
    assert 0.01 <= told[True] / told.total() <= 0.03
    without_a_section = sum(not FIELDS.keys() <= record.keys() for record in records)
    assert 0.02 <= without_a_section / RECORDS <= 0.08
    contradictory = sum(bool(contradictions(record).pairs) for record in valid)
    assert 0 < contradictory / RECORDS <= 0.03


def test_every_section_is_used(records: list[dict[str, Any]]) -> None:
    used = {section for record in records for section in FIELDS if record.get(section)}
    # The lessons in force read none of the others.
    assert set(FIELDS) - used == {"contacts", "visits", "return_interviews"}


@pytest.mark.slow
def test_the_script_prints_every_figure() -> None:
    script = [sys.executable, str(BENCHMARKS / "audit_cost.py")]
    small = ["--records", "4", "--rounds", "1", "--processes", "1", "--no-memory"]
    ran = subprocess.run(
        [*script, *small],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    shown = {line.strip().split("  ")[0]: line for line in ran.stdout.splitlines()}
    for stage in (
        "read and validate",
        "audit",
        "contradictions, facts",
        "engine",
        "outcomes, findings",
        "report",
        "total",
        "cut down to seven sections",
        "one null in fifty facts",
        "casecheck --help",
        "casecheck audit sample_cases/",
    ):
        assert stage in shown
    assert "P1.1" in ran.stdout


@pytest.mark.slow
def test_memory_is_that_of_the_audit_and_not_of_the_script(
    monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    ballast = bytearray(b"x" * (300 << 20))
    peak = audit_cost._peak_memory(lines[:3], 5)
    assert len(ballast) > peak > 10 << 20


def _rows(line: str) -> list[Any]:
    record = json.loads(line)
    return [row for section in FIELDS for row in record.get(section) or ()]


def test_records_that_lack_something_are_the_whole_ones_without_it(lines: list[str]) -> None:
    facts = nulls = 0
    for number, line in enumerate(lines[:100]):
        whole, cut = json.loads(line), json.loads(lacking_records.cut_down(line))
        assert cut == {
            k: v for k, v in whole.items() if k not in FIELDS or k in lacking_records.KEPT
        }
        blank = json.loads(lacking_records.with_nulls(line, number))
        assert lacking_records.with_nulls(line, number) == json.dumps(blank, separators=(",", ":"))
        for section, fields in FIELDS.items():
            for row, left in zip(whole.get(section) or (), blank.get(section) or (), strict=True):
                for name, spec in fields.items():
                    facts += spec.role == "fact"
                    nulls += (
                        spec.role == "fact" and left.get(name) is None and row.get(name) is not None
                    )
                    assert left.get(name) in (None, row.get(name))
        read_record(json.dumps(cut).encode())
        read_record(json.dumps(blank).encode())
    assert 0.012 <= nulls / facts <= 0.028
