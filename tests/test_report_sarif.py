"""The SARIF report: the standard's structure, and no silence about what was not audited."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from amounts import tries
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from report_fakes import BREACH, RULES, audited, file_names, finding, items, small_audit, written

from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """The schema of an object with these members and no other."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def listed(item: dict[str, Any], *, unique: bool = False) -> dict[str, Any]:
    return {"type": "array", "items": item, "uniqueItems": unique}


TEXT = {"type": "string", "minLength": 1}
BAG = {"type": "object"}
MESSAGE = closed({"text": TEXT})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
LOCATION = closed(
    {
        "physicalLocation": closed(
            {"artifactLocation": closed({"uri": TEXT})},
            {"region": closed({"startLine": {"type": "integer", "minimum": 1}})},
        )
    },
    {"logicalLocations": listed(closed({"fullyQualifiedName": TEXT}), unique=True)},
)
NOTIFICATION = closed(
    {"message": MESSAGE}, {"level": LEVEL, "locations": listed(LOCATION), "properties": BAG}
)
RULE = closed(
    {"id": TEXT}, {"shortDescription": MESSAGE, "fullDescription": MESSAGE, "properties": BAG}
)
RESULT = closed(
    {"message": MESSAGE},
    {
        "ruleId": TEXT,
        "level": LEVEL,
        "locations": listed(LOCATION),
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "properties": BAG,
    },
)
DRIVER = closed(
    {"name": TEXT},
    {
        "version": TEXT,
        "semanticVersion": TEXT,
        "rules": listed(RULE, unique=True),
        "properties": BAG,
    },
)
INVOCATION = closed(
    {"executionSuccessful": {"type": "boolean"}},
    {
        "toolExecutionNotifications": listed(NOTIFICATION),
        "toolConfigurationNotifications": listed(NOTIFICATION),
    },
)
LOG = closed(
    {
        "version": {"const": "2.1.0"},
        "runs": listed(
            closed(
                {"tool": closed({"driver": DRIVER})},
                {"results": listed(RESULT), "invocations": listed(INVOCATION), "properties": BAG},
            )
        ),
    },
    {"$schema": TEXT},
)
"""The part of SARIF 2.1.0 (OASIS) that the report uses, with that standard's own constraints."""


def run_of(audit: list[CaseAudit | Unreadable], settings: tuple[str, ...] = ()) -> dict[str, Any]:
    log = json.loads(written("sarif", audit, settings))
    Draft202012Validator(LOG).validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_each_check_is_a_rule_and_each_finding_a_result() -> None:
    run = run_of(small_audit())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        "P1.1/chair-agreement",
        "P1.1/risks-carried",
        "P2.2/perpetrator-history-assessed",
        "P7.1/quorum",
        "P7.1/child-views",
        "contradiction",
    ]
    assert rules[3]["shortDescription"]["text"] == "Were three agencies there?"
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("P1.1/chair-agreement", "error"),
        ("P1.1/risks-carried", "error"),
        ("P7.1/child-views", "error"),
        ("P7.1/quorum", "warning"),
        ("P7.1/quorum", "warning"),
        ("P1.1/risks-carried", "warning"),
        ("contradiction", "warning"),
    ]
    assert run["results"][1]["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "cases/c-0101.json"}},
            "logicalLocations": [
                {"fullyQualifiedName": "/category_changes/0"},
                {"fullyQualifiedName": "/risks/1"},
            ],
        }
    ]
    assert run["results"][0]["partialFingerprints"] == {"casecheck/v1": "0000000000018d0d"}
    assert run["tool"]["driver"]["properties"] == {"rulesDigest": RULES.digest}


def test_what_was_not_audited_is_told_and_is_no_success() -> None:
    (invocation,) = run_of(small_audit())["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert told == [
        "Not audited: not one of the levels of a plan",
        "Not audited: is after extracted_on",
        "C-0104, P7.1, not evaluated: the engine could not evaluate this lesson on this record",
        "Not audited: the text ends too early",
    ]
    where = invocation["toolExecutionNotifications"][0]["locations"][0]
    assert where["physicalLocation"]["region"] == {"startLine": 2}
    assert where["logicalLocations"] == [{"fullyQualifiedName": "/plans/0/level"}]


def test_a_complete_audit_is_a_success_and_says_what_it_audited() -> None:
    run = run_of([audited("C-1", "a.json")], ("P1.1 carry_days is 14",))
    assert run["results"] == []
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolConfigurationNotifications": [
                {"level": "note", "message": {"text": "P1.1 carry_days is 14"}}
            ],
        }
    ]
    assert run["properties"]["summary"]["records"] == 1


def test_an_unreadable_input_without_a_reason_is_told() -> None:
    (invocation,) = run_of([Unreadable("a.json", None, ())])["invocations"]
    assert len(invocation["toolExecutionNotifications"]) == 1


def test_rows_of_one_unknown_section_are_one_place() -> None:
    found = finding("C-1", "P7.1", "quorum", BREACH, "/people", "/people")
    (result,) = run_of([audited("C-1", "a.json", findings=[found])])["results"]
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "/people"}]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("cases/a.json", "cases/a.json"),
        ("a b#1?.json", "a%20b%231%3F.json"),
        ("c:a.json", "c%3Aa.json"),
        ("100%.json", "100%25.json"),
        ("caf\udce9.json", "caf%E9.json"),
        ("é.json", "%C3%A9.json"),
        ("/srv/a.json", "file:///srv/a.json"),
        ("-", "-"),
    ],
)
def test_a_file_is_a_uri(file: str, uri: str) -> None:
    run = run_of([Unreadable(file, None, ())])
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@given(file=file_names())
def test_any_file_can_be_found_again_from_its_uri(file: str) -> None:
    run = run_of([Unreadable(file, None, ())])
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    uri = note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(urlsplit(uri).path) == os.fsencode(file)


def test_a_message_has_no_links_and_no_placeholders() -> None:
    found = finding("C-1", "P7.1", "quorum", BREACH, "/plans/0", message=r"[a](b) {0} \ x")
    (result,) = run_of([audited("C-1", "a.json", findings=[found])])["results"]
    assert result["message"]["text"] == r"C-1: \[a\](b) {{0}} \\ x"


@settings(max_examples=tries(50))
@given(audit=items())
def test_any_audit_is_valid_and_whole(audit: list[CaseAudit | Unreadable]) -> None:
    run = run_of(audit)
    report = json.loads(written("json", audit))
    assert len(run["results"]) == len(report["findings"]) + len(report["contradictions"])
    (invocation,) = run["invocations"]
    notes = invocation.get("toolExecutionNotifications", [])
    assert len(notes) == len(report["errors"]) + sum(
        max(1, len(one["errors"])) for one in report["unreadable"]
    )
    assert invocation["executionSuccessful"] is (not notes)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]].count("contradiction") == 1
