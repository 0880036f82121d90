"""What is wrong within `coverage` is told at its place, and no name of a stranger is shown."""

from __future__ import annotations

import json

import pytest

from casecheck.record.validation import NotACaseRecord, read_record

RECORD = {
    "schema": "casecheck/1",
    "case_id": "C-1",
    "extracted_on": "2026-06-30",
    "opened_on": "2025-01-06",
    "meetings": [],
}


def told(coverage: str) -> list[tuple[str, str]]:
    text = f'{json.dumps(RECORD)[:-1]}, "coverage": {coverage}}}'
    with pytest.raises(NotACaseRecord) as refused:
        read_record(text.encode())
    return [(one.pointer, one.message) for one in refused.value.errors]


@pytest.mark.parametrize(
    ("coverage", "pointer", "words"),
    [
        ('{"meetings": {"only": 3}}', "/meetings/only", "not a list of the kinds of rows that"),
        ('{"meetings": {"from": "x"}}', "/meetings/from", "not a day written as YYYY-MM-DD"),
        ('{"meetings": {"without": 1}}', "/meetings/without", "not a list of the event fields"),
        ('{"meetings": {"incomplete": 2}}', "/meetings/incomplete", "not true"),
        ('{"meetings": {"incomplete": 1}}', "/meetings/incomplete", "not true"),
        ('{"meetings": {"incomplete": 1.0}}', "/meetings/incomplete", "not true"),
        ('{"meetings": 7}', "/meetings", "not an object with some of only, incomplete, from"),
        ('{"meetings": {"anna": 1}}', "/meetings", "not an object with some of only, incomplete"),
        (
            '{"meetings": {"from": "2026-01-01", "from": "2026-01-01"}}',
            "/meetings",
            "gives a name more than once",
        ),
        ('{"meetings": {}, "meetings": {}}', "", "gives a name more than once"),
    ],
)
def test_a_fault_is_told_at_its_place(coverage: str, pointer: str, words: str) -> None:
    assert [one for one, _ in told(coverage)] == [f"/coverage{pointer}"]
    ((_, message),) = told(coverage)
    assert message.startswith(words)
    assert "anna" not in message
