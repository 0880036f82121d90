"""What a record holds beside ids, pointers and the format's codes never leaves it by a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import RULES, SAMPLES, Here

from casecheck.record.validation import NotACaseRecord, read_record
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

MARKER = "Zaphod"
Record = dict[str, Any]


def put(*path: str | int, value: object = MARKER) -> Callable[[Record], None]:
    """Return what puts a value into a record, at a path of names and positions."""

    def change(record: Record) -> None:
        inner: Any = record
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


CHANGES: dict[str, Callable[[Record], None]] = {
    "unknown field": put(MARKER, value=1),
    "unknown field of a row": put("people", 0, MARKER, value=1),
    "unknown field near a known one": put("people", 0, f"bor{MARKER}"),
    "schema": put("schema"),
    "case id": put("case_id", value=f"C {MARKER}"),
    "day of the extract": put("extracted_on"),
    "day of the opening": put("opened_on", value=f"2024-01-01 {MARKER}"),
    "district": put("district", value=f"{MARKER} Road"),
    "section that is text": put("plans"),
    "section that is an object": put("plans", value={MARKER: MARKER}),
    "row that is text": put("plans", 0),
    "id": put("people", 0, "id", value=f"{MARKER} B."),
    "birth": put("people", 0, "born"),
    "full birth": put("people", 0, "born", value=f"2010-04-03 {MARKER}"),
    "code": put("plans", 0, "level"),
    "code in a list": put("people", 0, "history", value=["care_experienced", MARKER]),
    "list that is text": put("people", 0, "history"),
    "flag": put("chair_agreements", 0, "risks_mitigated"),
    "day": put("plans", 0, "start"),
    "reference to no row": put("plans", 0, "subject"),
    "reference of no form": put("plans", 0, "subject", value=f"{MARKER}, {MARKER}"),
    "number": put("plans", 0, "start", value=20_240_101),
}
RECORD: Record = json.loads(SAMPLES.joinpath("c-0104.json").read_bytes())


def changed(name: str) -> str:
    record = json.loads(json.dumps(RECORD))
    CHANGES[name](record)
    return json.dumps(record)


TEXTS: dict[str, str] = {
    **{name: changed(name) for name in CHANGES},
    "not JSON": f'{{"case_id": {MARKER}}}',
    "cut short": json.dumps(RECORD)[:200] + MARKER,
    "repeated name": f'{{"{MARKER}": 1, "{MARKER}": 2}}',
    "not an object": json.dumps([MARKER]),
    "text": json.dumps(MARKER),
}


def test_every_text_is_unreadable_by_its_change_alone() -> None:
    read_record(json.dumps(RECORD).encode())
    for name, text in TEXTS.items():
        with pytest.raises(NotACaseRecord) as error:
            read_record(text.encode())
        # An id that is no more leaves dangling what refers to it.
        assert len(error.value.errors) == 1 or name not in CHANGES, name


@pytest.mark.parametrize("report_format", FORMATS)
def test_no_audit_shows_what_it_could_not_read(
    here: Here, tmp_path: Path, report_format: str
) -> None:
    for number, text in enumerate(TEXTS.values()):
        tmp_path.joinpath(f"case{number}.json").write_text(text)
    lines = [text.replace("\n", " ") for text in TEXTS.values()]
    tmp_path.joinpath("lines.jsonl").write_text("\n".join(lines))
    whole = ["--all"] if report_format == "text" else []
    ended = here("audit", tmp_path, "--format", report_format, *whole)
    assert ended.status == 3
    assert MARKER.lower() not in (ended.text + ended.told).lower()
    assert "lines.jsonl" in ended.text or report_format == "csv"


@pytest.mark.parametrize("report_format", ["text", "json"])
def test_no_check_shows_what_it_could_not_read(
    here: Here, tmp_path: Path, report_format: str
) -> None:
    for number, text in enumerate(TEXTS.values()):
        tmp_path.joinpath(f"case{number}.json").write_text(text)
    ended = here("check", tmp_path, "--format", report_format)
    assert ended.status == 3
    assert MARKER.lower().encode() not in (ended.out + ended.err).lower()
    assert f"{len(TEXTS)}".encode() in ended.out


def test_no_explanation_shows_what_it_could_not_read(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    rules = tmp_path / "rules"
    rules.mkdir()
    rules.joinpath("P1.1.yaml").symlink_to(RULES / "children_p" / "P1.1.yaml")
    for text in TEXTS.values():
        file.write_text(text)
        ended = here("explain", "P1.1", "--case", file, "--rules", rules)
        assert (ended.status, ended.out) == (3, b"")
        assert MARKER.lower().encode() not in ended.err.lower()
        assert str(file) in ended.told


def test_strata_are_not_shown_either(here: Here, tmp_path: Path) -> None:
    """A code of a district or team is for sampling: an explanation has no use for it."""
    record = {**RECORD, "district": "MARKED-A", "team": "MARKED-B", "lead_agency": "MARKED-C"}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(record))
    for arguments in (("check",), ("explain", "P1.1", "--case")):
        ended = here(*arguments, file)
        assert ended.status == 0
        assert b"MARKED" not in ended.out + ended.err
