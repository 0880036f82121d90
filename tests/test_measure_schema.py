"""The JSON Schema of a measure's page: it refuses none that loads, and what loading refuses."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from amounts import tries
from command_line import RULES
from hypothesis import given, settings
from hypothesis import strategies as st
from test_measure_pages import parts_of
from test_rule_schema import MEASURE, altered, told

from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules
from casecheck.lessons.settings import Settings
from casecheck.measures.measure_reader import MeasureReader

MEASURES = RULES / "children_p" / "measures"


@cache
def rules() -> Rules:
    return load_rules(MEASURES.parent)


def loads(page: Any) -> bool:
    shipped = rules()
    reader = MeasureReader(Settings(), shipped.concepts, shipped.groups, shipped.lessons)
    reader.page("page", reader.measure, json.dumps(page), "page")
    return not reader.errors


@pytest.mark.slow
@settings(max_examples=tries(200))
@given(st.data())
@pytest.mark.parametrize("name", ["M8c", "M4a", "M6a", "M11"])
def test_it_refuses_no_page_that_loads(name: str, data: st.DataObject) -> None:
    page = altered(data, parts_of(MEASURES / f"{name}.yaml"))
    if loads(page):
        assert told(MEASURE, page) == []


WAY = {"means": "weighed", "where": ["decision.age_considered"]}
MEMBER = {"for_each": {"decision": "marac_decisions"}, "dated": "decision.on", "met_by": [WAY]}


@pytest.mark.parametrize(
    "changed",
    [
        {"measure": "m8c"},
        {"kind": "rate"},
        {"kind": None},
        {"kind": "entered"},
        {"hoped": "more"},
        {"by": "moments"},
        {"unit": "family"},
        {"colour": "red"},
        {"members": None},
        {"members": []},
        {"members": [{**MEMBER, "met_unless": [WAY]}]},
        {"members": [{"dated": "decision.on", "met_by": [WAY]}]},
        {"members": [{**MEMBER, "checks": ["P1.1 chair-agreement"]}]},
        {"members": [{**MEMBER, "where": ["decision.on = today"]}]},
        {"apart": {"Others": {"means": "others", "members": [MEMBER]}}},
        {"apart": {"others": {"members": [MEMBER]}}},
        {"examples": None},
        {"parameters": {"days": {"value": -1, "unit": "days", "basis": "A week."}}},
    ],
    ids=json.dumps,
)
def test_it_refuses_what_loading_refuses(changed: dict[str, Any]) -> None:
    page = {**parts_of(MEASURES / "M8c.yaml"), **changed}
    page = {key: value for key, value in page.items() if value is not None}
    assert not loads(page)
    assert told(MEASURE, page)


@pytest.mark.parametrize(
    "expect", [{"met": -1}, {"met": "one"}, {"in": "2026-Q5"}, {"won": 1}, [], [{"in": "soon"}]]
)
def test_it_refuses_what_no_example_can_expect(expect: object) -> None:
    page = parts_of(MEASURES / "M8c.yaml")
    page["examples"]["cases"][0]["expect"] = expect
    assert not loads(page)
    assert told(MEASURE, page)
