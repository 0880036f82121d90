"""The JSON Schema of a case record accepts and refuses what the models do, value by value."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from command_line import SAMPLES, Here
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from random_records import random_record

from casecheck.cli.schema import DIALECT, case_record_schema
from casecheck.record.model import FIELDS, SECTIONS
from casecheck.record.reader import record_of

SCHEMA = case_record_schema()
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
RECORD: dict[str, Any] = json.loads(SAMPLES.joinpath("c-0101.json").read_bytes())


def models_accept(record: object) -> bool:
    try:
        record_of(json.dumps(record).encode())
    except ValidationError:
        return False
    return True


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    record: dict[str, Any] = deepcopy(RECORD)
    inner: Any = record
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return record


def test_it_is_a_schema_of_the_2020_12_dialect() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == DIALECT
    assert "$id" not in SCHEMA
    assert SCHEMA["title"] == "A case record, casecheck/1"


def test_every_field_is_described() -> None:
    for model in (SCHEMA, *SCHEMA["$defs"].values()):
        assert model["description"]
        for name, field in model["properties"].items():
            assert field["description"], name
    assert set(SECTIONS) < set(SCHEMA["properties"])
    for section, fields in FIELDS.items():
        (listed, _) = SCHEMA["properties"][section]["anyOf"]
        row = SCHEMA["$defs"][listed["items"]["$ref"].removeprefix("#/$defs/")]
        assert list(row["properties"]) == list(fields)
        required = [name for name, spec in fields.items() if spec.role == "required"]
        assert row["required"] == required


def test_the_command_prints_it_the_same_each_time(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "case-record.schema.json"
    ended = here("schema")
    assert json.loads(ended.out) == SCHEMA
    assert (ended.status, ended.err, ended.out[-2:]) == (0, b"", b"}\n")
    assert here("schema", "--output", file).out == b""
    assert file.read_bytes() == ended.out == here("schema").out


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json*")), ids=lambda path: path.name)
def test_it_accepts_the_sample_cases(file: Path) -> None:
    texts = file.read_text().splitlines() if file.suffix == ".jsonl" else [file.read_text()]
    for text in texts:
        VALIDATOR.validate(json.loads(text))


@given(st.integers(0, 2**32))
def test_it_accepts_random_records(seed: int) -> None:
    VALIDATOR.validate(random_record(Random(seed)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], "casecheck/2"),
        (["case_id"], "c-0101"),
        (["case_id"], 101),
        (["extracted_on"], None),
        (["extracted_on"], "30/06/2026"),
        (["extracted_on"], "2026-02-30"),
        (["opened_on"], "2026-06-30T00:00:00"),
        (["district"], "Seaside Road"),
        (["unheard_of"], None),
        (["people"], {}),
        (["people"], ["mother"]),
        (["people", 0, "name"], "Zaphod"),
        (["people", 0, "born"], "2010-04-03"),
        (["people", 0, "born"], "2010-13"),
        (["people", 0, "born"], 2010),
        (["people", 0, "history"], "care_experienced"),
        (["people", 0, "history"], ["unheard_of"]),
        (["people", 0, "history"], [None]),
        (["people", 0, "id"], "0"),
        (["people", 0, "id"], "a" * 33),
        (["people", 0, "id"], None),
        (["plans", 0, "level"], "high"),
        (["plans", 0, "level"], None),
        (["plans", 0, "category"], "emotional"),
        (["plans", 0, "subject"], ["child1"]),
        (["plans", 0, "start"], 20_260_101),
        (["plans", 0, "end"], True),
        (["assessments", 0, "child_seen"], "true"),
        (["assessments", 0, "child_seen"], 1),
        (["relationships", 0, "from_"], "mother"),
        (["plans", 0, "start"], "2026-02-30"),
        (["plans", 0, "start"], "../.."),
        (["plans", 0, "start"], "unknown"),
        (["plans", 0, "end"], "../unknown"),
        (["opened_on"], "2020-01-01/2020-02-01"),
        (["opened_on"], "2020-01-01/.."),
        (["extracted_on"], "2026-06-01/2026-06-30"),
        (["closed_on"], "../2026-06-30"),
        (["closed_on"], "unknown"),
        (["source"], "CIN census"),
        (["coverage"], {"meetings": []}),
        (["coverage"], {"meetings": {"incomplete": False}}),
        (["coverage"], {"meetings": {"from": "../2026-01-01"}}),
        (["coverage"], {"meetings": {"unheard_of": True}}),
    ],
    ids=str,
)
def test_it_refuses_what_the_models_refuse(path: list[str | int], value: object) -> None:
    record = changed(path, value)
    assert not models_accept(record)
    assert not VALIDATOR.is_valid(record)


@pytest.mark.parametrize(
    "path", [["case_id"], ["people", 0, "id"], ["plans", 0, "start"], ["relationships", 0, "from"]]
)
def test_it_refuses_a_record_that_lacks_a_required_field(path: list[str | int]) -> None:
    record = changed(path, None)
    inner: Any = record
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    assert not models_accept(record)
    assert not VALIDATOR.is_valid(record)


PLACES = [
    *([name] for name in RECORD),
    *(
        [section, 0, name]
        for section in SECTIONS
        if RECORD.get(section)
        for name in FIELDS[section]
    ),
]
VALUES = [
    "2026-05-04/2026-05-09", "../2026-05-04", "2026-05-04/..", "unknown", ["unknown"], "../..",
    None, True, 0, 7.5, "", "none", "neglect", "other", "police", "2026-05", "2026-05-04",
    "1999", [], ["police"], ["police", 3], ["police", "police"], {}, {"id": "a1"}, "casecheck/1",
]  # fmt: skip


@given(st.sampled_from(PLACES), st.sampled_from(VALUES))
def test_it_agrees_with_the_models_on_any_value_anywhere(
    path: list[str | int], value: object
) -> None:
    record = changed(path, value)
    assert VALIDATOR.is_valid(record) == models_accept(record)
