"""What other programs import from `casecheck`: it is there, typed, and says what audits say."""

from __future__ import annotations

import ast
import doctest
import gc
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from amounts import tries
from command_line import ROOT
from once import made_once, make_once
from random_records import random_record
from shipped import rules as shipped_rules

import casecheck
from casecheck import (
    CaseAudit,
    CasecheckError,
    NoSuchInput,
    NotACaseRecord,
    RulesError,
    Unreadable,
    api,
    audit_files,
    audit_records,
    load_rules,
    read_record,
)
from casecheck.audit import running
from casecheck.intake.texts import MAX_RECORD_BYTES

SAMPLES = ROOT / "sample_cases"
TEXT = (SAMPLES / "c-0104.json").read_bytes()
with made_once():
    RULES = load_rules(lessons=["P1.1"])


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call would load and compile the same rules."""
    make_once(monkeypatch)


def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert ran.attempted > 20
    assert ran.failed == 0


def test_every_name_is_typed_and_there() -> None:
    """The names for mypy, those of the package and those of `api` are the same."""
    tree = ast.parse((ROOT / "casecheck" / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "casecheck.api"
        for alias in node.names
    }
    assert typed == set(api.__all__)
    assert sorted(typed | {"__version__"}) == sorted(casecheck.__all__)
    for name in typed:
        assert getattr(casecheck, name) is getattr(api, name)
        assert name in dir(casecheck)
    assert (ROOT / "casecheck" / "py.typed").exists()
    with pytest.raises(AttributeError, match="no attribute 'audit_record'"):
        casecheck.audit_record  # noqa: B018 - is refused


def test_help_does_not_import_it() -> None:
    code = "import sys, casecheck.cli; sys.exit('casecheck.api' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def own(items: Iterable[CaseAudit | Unreadable]) -> list[tuple[object, ...]]:
    """What was found, without the place of the record."""
    return [
        (one.errors,) if isinstance(one, Unreadable) else (*one[:1], *one[3:-1]) for one in items
    ]


def test_a_record_in_any_form_is_audited_alike() -> None:
    """As bytes, text, dictionary and record read: each finding, pointer and fingerprint."""
    rules = shipped_rules()
    texts = [file.read_bytes() for file in sorted(SAMPLES.glob("*.json"))[::5]]
    texts += [json.dumps(random_record(Random(seed))).encode() for seed in range(tries(80))]
    expected = own(audit_records(texts, rules))
    assert any(found for audit in expected for found in audit if found)
    assert own(audit_records(map(bytes.decode, texts), rules)) == expected
    assert own(audit_records(map(json.loads, texts), rules)) == expected
    assert own(audit_records(map(read_record, texts), rules)) == expected


def test_records_and_files_say_the_same() -> None:
    by_file = [*audit_files(SAMPLES / "small-families.jsonl", RULES)]
    lines = (SAMPLES / "small-families.jsonl").read_bytes().splitlines()
    in_memory = [*audit_records(lines, RULES)]
    assert own(in_memory) == own(by_file)
    assert [(one.file, one.line) for one in in_memory] == [
        ("records", place) for place in range(1, len(lines) + 1)
    ]


@pytest.mark.slow
def test_several_processes_say_the_same() -> None:
    paths: list[str | Path] = [SAMPLES / "c-0104.json", str(SAMPLES / "c-0105.json")]
    assert [*audit_files(paths, RULES, jobs=2)] == [*audit_files(iter(paths), RULES)]


def test_each_unreadable_record_is_told_in_its_place() -> None:
    """However many there are: nobody who hands over a list wants another list's length back."""
    items = [*audit_records([TEXT, *["{}"] * 300, TEXT], RULES)]
    assert [type(one) for one in items] == [CaseAudit, *[Unreadable] * 300, CaseAudit]
    assert [one.line for one in items] == [*range(1, 303)]
    last = items[-1]
    assert isinstance(last, CaseAudit)
    assert last.repeats == ("records", 1)


def test_no_more_records_are_taken_than_are_audited_at_once() -> None:
    taken = 0

    def records() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(3 * running.TEXTS_AT_ONCE):
            taken += 1
            yield b"{}"

    next(audit_records(records(), RULES))
    assert taken <= running.TEXTS_AT_ONCE


def test_the_garbage_collector_is_left_alone() -> None:
    """It belongs to the program that calls."""
    before = gc.get_threshold(), gc.get_freeze_count()
    items = audit_files(SAMPLES / "c-0104.json", RULES)
    next(items)
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


class _Circle(dict[str, Any]):
    def __init__(self) -> None:
        super().__init__(people=self)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (b"", "not JSON"),
        ("\ud800", "UTF-8"),
        ("null", "not a JSON object"),
        ([*b"x"][:0] or "[]", "a list and not one record"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b" " * (MAX_RECORD_BYTES + 1), "longer than 1 MiB"),
        ({"people": {1, 2}}, "a value that JSON has not"),
        (_Circle(), "a value that JSON has not"),
        ({"case_id": float("nan")}, "not JSON"),
    ],
)
def test_what_is_no_record_is_told_as_such(record: Any, message: str) -> None:
    (item,) = audit_records([record], RULES)
    assert isinstance(item, Unreadable)
    assert message in item.errors[0].message
    with pytest.raises(NotACaseRecord, match=message):
        read_record(record)


def test_days_and_other_mappings_of_a_dictionary_are_taken() -> None:
    record: dict[str, Any] = json.loads(TEXT)
    expected = own(audit_records([record], RULES))
    day = date.fromisoformat(record["extracted_on"])
    people = [MappingProxyType(person) for person in record["people"]]
    shown: Mapping[str, object] = MappingProxyType(
        {**record, "extracted_on": day, "people": tuple(people)}
    )
    assert own(audit_records([shown], RULES)) == expected
    with_time = {**record, "extracted_on": datetime(2024, 9, 30, 12)}
    (item,) = audit_records([with_time], RULES)
    assert isinstance(item, Unreadable)


def test_a_record_that_nothing_checked_is_checked() -> None:
    """One that was changed after it was read is read anew, as a text is."""
    record = read_record(TEXT)
    assert record.people
    record.people[0]["id"] = "no id"
    (item,) = audit_records([record], RULES)
    assert isinstance(item, Unreadable)


ANY: Any = api
"""The functions without their types, to call them wrongly."""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ANY.audit_records(TEXT, RULES), "put one into a list"),
        (lambda: ANY.audit_records(json.loads(TEXT), RULES), "put one into a list"),
        (lambda: ANY.audit_records(Path("x"), RULES), "audit_files takes files"),
        (lambda: ANY.audit_records(7, RULES), "this is a int"),
        (lambda: next(ANY.audit_records([TEXT, None], RULES)), "record 2 is a NoneType"),
        (lambda: ANY.audit_records([TEXT], "rules"), "rules are what load_rules returns"),
        (lambda: ANY.audit_files("-", RULES), "records in memory are for audit_records"),
        (lambda: ANY.audit_files([None], RULES), "takes paths"),
        (lambda: ANY.audit_files(SAMPLES, RULES, jobs=0), "from 1"),
        (lambda: load_rules(lessons="P1.1"), r"lessons=\['P1.1'\]"),
        (lambda: load_rules(lessons=["P1.9"]), "did you mean `P1.1`"),
        (lambda: load_rules(parameters={"P9.9.days": 2}), "no lesson 'P9.9' in force"),
        (lambda: load_rules(parameters={"carry_days": 2}), "is not LESSON.PARAMETER"),
        (lambda: load_rules(parameters={"P1.1.carry_days": -1}), "P1.1.carry_days: "),
        (lambda: load_rules("no/such/folder"), "cannot be read"),
    ],
)
def test_a_slip_of_the_caller_is_told_at_once(call: Any, message: str) -> None:
    with pytest.raises(CasecheckError, match=message):
        call()


def test_what_is_wrong_with_paths_and_pages_has_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(NoSuchInput, match="no such file or folder"):
        audit_files(tmp_path / "none", RULES)
    with pytest.raises(RulesError, match="no page"):
        load_rules(tmp_path)


def test_rules_are_the_shipped_ones_wherever_the_call_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_rules().digest
    tmp_path.joinpath("casecheck.toml").write_text('[parameters."P1.1"]\ncarry_days = 3\n')
    tmp_path.joinpath("rules").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_rules().digest == expected
    assert load_rules("statutory").digest != expected
