"""A report says of which sections an extract holds only what came since a day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from command_line import Here

from casecheck.audit.first_days import FirstDays, first_days
from casecheck.record.validation import read_record


def record(case_id: str = "C-0001", **told: Any) -> bytes:
    top = {
        "schema": "casecheck/1",
        "case_id": case_id,
        "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06",
    }
    return json.dumps({**top, **told}).encode()


def since(day: str, section: str = "meetings") -> dict[str, Any]:
    return {section: [], "coverage": {section: {"from": day}}}


def test_a_section_that_is_not_there_has_no_first_day() -> None:
    read = read_record(record(meetings=None, coverage={"meetings": {"from": "2025-04-01"}}))
    assert first_days(read) == ()
    assert first_days(read_record(record(**since("2025-04-01")))) == (
        ("meetings", date(2025, 4, 1)),
    )
    assert (
        first_days(read_record(record(visits=[], coverage={"visits": {"incomplete": True}}))) == ()
    )


def test_records_are_counted_and_their_days_bounded() -> None:
    days = FirstDays()
    days.add([("visits", date(2025, 4, 1))])
    days.add([("visits", date(2025, 7, 1)), ("meetings", date(2025, 4, 1))])
    assert days.notes() == [
        "1 record holds `meetings` from 2025-04-01 on and not what lay wholly before: outcomes "
        "that need it speak of the time since.",
        "2 records hold `visits` from a day on, 2025-04-01 to 2025-07-01, and not what lay wholly "
        "before: outcomes that need it speak of the time since.",
    ]


@pytest.mark.parametrize(
    "way", few(["text", "json", "csv", "sarif", "jsonl", "check", "check-json"], "text", "json")
)
def test_every_report_says_so(way: str, here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(record(**since("2025-04-01")))
    command, _, form = way.partition("-")
    options = ["check", *(["--format", form] if form else [])]
    if command != "check":
        options = ["audit", "--format", way]
    said = here(*options, file)
    told = said.err if way == "jsonl" else said.out
    assert b"from 2025-04-01 on" in b" ".join(told.split())
    whole = tmp_path / "b.json"
    whole.write_bytes(record())
    again = here(*options, whole)
    assert b"2025-04-01" not in again.out + again.err
