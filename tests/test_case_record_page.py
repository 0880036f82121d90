"""docs/case-record.md, and the sections as authors of lessons see them, say what the code does."""

from __future__ import annotations

import json
import re

from case_record_page import MANUAL, PAGE, short_tables, tables, updated

from casecheck.intake.texts import (
    MAX_BLANK_LINES,
    MAX_OPENED,
    MAX_RECORD_BYTES,
    MAX_SHORT_LINES,
    ONE_RECORD,
    RECORD_A_LINE,
    SHORTEST,
)
from casecheck.record.validation import MAX_ERRORS, NotACaseRecord, read_record

TEXT = PAGE.read_text("utf-8")


def test_the_generated_parts_are_up_to_date() -> None:
    manual = MANUAL.read_text("utf-8")
    assert updated(TEXT, tables()) == TEXT, "run python tests/case_record_page.py"
    assert updated(manual, short_tables()) == manual, "run python tests/case_record_page.py"


def example() -> str:
    found = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_read_as_the_page_says() -> None:
    record = read_record(example().encode())
    assert record.plans is not None
    assert record.plans[0]["end"] is None
    assert record.rows("mitigations") == []
    assert record.rows("meetings") is None


def test_the_messages_are_those_of_the_table() -> None:
    record = json.loads(example())
    record["people"][1]["born"] = "2015-03-02"
    plan = record["plans"][0]
    record["plans"] = [{"id": plan["id"], "subject": "child", "catgory": None, "level": "x"}]
    record["plans"][0]["start"] = plan["start"]
    refused = None
    try:
        read_record(json.dumps(record).encode())
    except NotACaseRecord as fault:
        refused = fault
    assert refused is not None
    rows = [f"| `{error.pointer}` | {error.message} |" for error in refused.errors]
    assert len(rows) == 3
    assert [row for row in rows if row not in TEXT] == []


def test_the_limits_and_suffixes_are_those_of_the_code() -> None:
    assert f"at most {MAX_RECORD_BYTES // 2**20} MiB" in TEXT
    assert f"at most {MAX_OPENED:,} objects and lists" in TEXT
    assert (
        f"Of more than {MAX_BLANK_LINES:,} lines in a row that are blank, or more than"
        f" {MAX_SHORT_LINES:,} that are too short for a record ({SHORTEST} bytes;"
    ) in " ".join(TEXT.split())
    assert f"of one record at most {MAX_ERRORS} errors" in " ".join(TEXT.split())
    assert {suffix.removesuffix(".gz") for suffix in ONE_RECORD + RECORD_A_LINE} == set(
        re.findall(r"`\*(\.\w+)`", TEXT)
    )
