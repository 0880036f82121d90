"""One part of many records, audited on its own, comes to the lines that the whole audit has."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import shipped
from command_line import SAMPLES

from casecheck import Rules, RulesDiffer, WrongArgument, api, audit_partition
from casecheck.audit import partition, running
from casecheck.audit.running import audit_texts
from casecheck.intake.files import find_texts
from casecheck.intake.texts import texts_of_file, texts_of_lines
from casecheck.intake.unread import MOST_OF_A_FILE
from casecheck.record.faults import Unreadable
from casecheck.report.audit import jsonl
from casecheck.report.audit.formats import open_report
from casecheck.report.audit.origin import origin_of
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit

RULES = replace(shipped.rules(), lessons=shipped.rules().lessons[:2])
FILE = str(SAMPLES / "small-families.jsonl")
LINES = Path(FILE).read_bytes().splitlines()


def test_parts_say_together_what_the_whole_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TEXTS_AT_ONCE", 3)
    texts = [*texts_of_file(FILE, None, texts_of_lines)]
    whole, summary = [], Summary(RULES)
    for item in audit_texts(texts, RULES, 1, alone=False):
        assert isinstance(item, CaseAudit)
        summary.add(item)
        whole.append(jsonl.line_of(item, jsonl.case_body(item), None))
    added = Summary(RULES)
    lines = []
    for begin in range(0, len(texts), 4):
        part = partition.audit_by(texts[begin : begin + 4], RULES, jsonl.case_body)
        part = pickle.loads(pickle.dumps(part))  # noqa: S301
        added.add_part(part.tally)
        for one in part.records:
            assert not isinstance(one, Unreadable)
            lines.append(jsonl.line_of(one, one.body, None))
    assert lines == whole
    for name in ("records", "contradictory", "errors", "lessons", "standing"):
        assert getattr(added, name) == getattr(summary, name)
    assert added.extract.as_json() == summary.extract.as_json()


def test_of_most_unreadable_records_nothing_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TEXTS_AT_ONCE", 10)
    every = MOST_OF_A_FILE + 30
    lines = [("a.jsonl", number, b"{}") for number in range(1, every + 1)]
    told = [json.loads(line) for line in audit_partition(lines, RULES)]
    why = [one["errors"][0]["message"] != "not a case record" for one in told]
    assert why == [True] * MOST_OF_A_FILE + [False] * 30


def test_each_line_is_that_of_the_command(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_bytes(b"\n".join([LINES[0], b"", b"{", LINES[1]]))
    stream = tmp_path / "out"
    with stream.open("w") as out:
        origin = origin_of(RULES, [Path(RULES.folder)], None)
        report = open_report("jsonl", out, RULES, RULES.deviations(), origin=origin)
        for item in audit_texts(find_texts([str(file)], out), RULES, 1, alone=False):
            report.add(item)
    placed = [(str(file), at, line) for at, line in enumerate(file.read_bytes().split(b"\n"), 1)]
    assert [*audit_partition(placed, RULES)] == stream.read_text().splitlines()


def test_text_and_bytes_are_alike_and_a_line_without_a_place_has_that_in_its_part() -> None:
    as_text = [line.decode() + "\n" for line in LINES[:2]]
    part = audit_partition(["", *as_text], RULES)
    assert (len(part), part.tally.records) == (2, 2)
    told = [json.loads(line) for line in part]
    assert [(one["file"], one["line"]) for one in told] == [("records", 2), ("records", 3)]
    assert [*part] == [*audit_partition(iter([b" ", *LINES[:2]]), RULES)]


def test_rules_are_held_to_their_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    def load_rules(folder: str | None, parameters: dict[str, int]) -> Rules:
        loaded.append((folder, parameters))
        return RULES

    monkeypatch.setattr(api, "load_rules", load_rules)
    api._loaded.cache_clear()
    assert len(audit_partition([], RULES, digest=RULES.digest)) == 0
    for rules in (RULES, None, "a/folder", Path("a/folder")):
        with pytest.raises(RulesDiffer, match="give each worker the same rules"):
            audit_partition([], rules, digest="sha256:other")
    asked = {"P1.1.carry_days": 21}
    assert not [*audit_partition([], "a/folder", parameters=asked, digest=RULES.digest)]
    api._loaded.cache_clear()
    assert loaded == [(None, {}), ("a/folder", {}), ("a/folder", asked)]


def test_a_process_makes_an_auditor_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Auditor(partition.Auditor):
        def __init__(self, rules: object) -> None:
            made.append(rules)

    monkeypatch.setattr(partition, "Auditor", Auditor)
    monkeypatch.setattr(partition, "_READY", {})
    other = replace(RULES, lessons=RULES.lessons[:1])
    for rules in (RULES, RULES, other, other):
        audit_partition([], rules)
    assert made == [RULES, other]


@pytest.mark.parametrize("lines", [b"{}", "{}", [{}], [("a", 1, {})]])
def test_what_is_no_lines_is_refused(lines: object) -> None:
    with pytest.raises(WrongArgument):
        audit_partition(lines, RULES)


def test_loaded_rules_take_no_parameters() -> None:
    with pytest.raises(WrongArgument, match="give them to load_rules"):
        audit_partition([], RULES, parameters={"P1.1.carry_days": 21})
