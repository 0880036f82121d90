"""Dates that cannot both be right are found, named and made unknown, and no others."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecheck.record import contradictions as module
from casecheck.record.contradictions import Contradictions, contradictions
from casecheck.record.model import CONTRADICTORY_PAIRS, FIELDS, CaseRecord
from casecheck.record.reader import record_of

EXTRACT = date(2026, 6, 30)
DAY = timedelta(days=1)
PAIRS = [(section, *pair) for section, pairs in CONTRADICTORY_PAIRS.items() for pair in pairs]
DATES = [
    (section, spec.name)
    for section, fields in FIELDS.items()
    for spec in fields.values()
    if spec.kind == "date"
]


def row(section: str, number: int = 0, /, **values: Any) -> dict[str, Any]:
    """Return a row with each required field, and no date later than the values given."""
    made: dict[str, Any] = {}
    for spec in FIELDS[section].values():
        if spec.role == "required":
            made[spec.name] = {
                "id": f"{section}-{number}",
                "reference": "x",
                "date": "1900-01-01",
                "code": spec.codes[0] if spec.codes else "",
            }[spec.kind]
    return made | {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def record(**sections: list[dict[str, Any]]) -> CaseRecord:
    """Return a record whose references are of no account here."""
    return record_of(
        json.dumps(
            {
                "schema": "casecheck/1",
                "case_id": "C-0001",
                "extracted_on": EXTRACT.isoformat(),
                "opened_on": "2024-01-10",
                **sections,
            }
        ).encode()
    )


def pointers(found: Contradictions) -> list[tuple[str, str]]:
    return [contradiction.pointers for contradiction in found.pairs]


def test_a_record_without_dates_has_none() -> None:
    assert contradictions(record()) == Contradictions((), frozenset())


@pytest.mark.parametrize(("section", "name"), DATES)
def test_a_date_after_the_extract_alone_becomes_unknown(section: str, name: str) -> None:
    own = {"on": EXTRACT} if name == "begun_on" else {}
    on_the_day = record(**{section: [row(section), row(section, 1, **{**own, name: EXTRACT})]})
    assert contradictions(on_the_day).pairs == ()
    late = record(**{section: [row(section), row(section, 1, **{**own, name: EXTRACT + DAY})]})
    found = contradictions(late)
    if (section, name) == ("actions", "due"):
        assert found == Contradictions()
    else:
        assert pointers(found) == [(f"/{section}/1/{name}", "/extracted_on")]
        assert found.unknown == {(section, 1, name)}


@pytest.mark.parametrize(("section", "start", "end"), PAIRS)
def test_an_end_before_its_start_makes_both_unknown(section: str, start: str, end: str) -> None:
    day = date(2026, 3, 2)
    applied = {"applied_on": date(1900, 1, 1)}
    required: dict[str, Any] = applied if section == "court_orders" else {}
    may_be_absent = FIELDS[section][end].role != "required"
    for last in (day, day + DAY, None) if may_be_absent else (day, day + DAY):
        values = {**required, start: day, end: last}
        assert contradictions(record(**{section: [row(section, **values)]})).pairs == ()
    found = contradictions(
        record(**{section: [row(section, **required | {start: day, end: day - DAY})]})
    )
    assert pointers(found) == [(f"/{section}/0/{start}", f"/{section}/0/{end}")]
    assert found.unknown == {(section, 0, start), (section, 0, end)}
    assert found.pairs[0].case_id == "C-0001"
    assert found.pairs[0].message == f"{end} is before {start}; both are taken as unknown"


def test_a_start_that_is_unknown_contradicts_nothing() -> None:
    partner = row("relationships", start=None, end=date(2020, 1, 1))
    assert contradictions(record(relationships=[partner])).pairs == ()


def test_a_date_after_the_extract_takes_part_in_no_pair() -> None:
    plan = row("plans", start=EXTRACT + DAY, end=EXTRACT)
    found = contradictions(record(plans=[plan]))
    assert pointers(found) == [("/plans/0/start", "/extracted_on")]
    assert found.unknown == {("plans", 0, "start")}


def test_one_date_may_take_part_in_two_pairs() -> None:
    order = row(
        "court_orders",
        applied_on=date(2025, 5, 2),
        supported_on=date(2025, 5, 3),
        granted_on=date(2025, 5, 1),
    )
    found = contradictions(record(court_orders=[order]))
    assert pointers(found) == [
        ("/court_orders/0/applied_on", "/court_orders/0/granted_on"),
        ("/court_orders/0/supported_on", "/court_orders/0/granted_on"),
    ]
    assert len(found.unknown) == 3


def test_the_later_kind_comes_after_the_first_whatever_the_sections() -> None:
    found = contradictions(
        record(
            plans=[row("plans", start=date(2025, 5, 2), end=date(2025, 5, 1))],
            training=[row("training", completed_on=EXTRACT + DAY)],
        )
    )
    assert pointers(found) == [
        ("/training/0/completed_on", "/extracted_on"),
        ("/plans/0/start", "/plans/0/end"),
    ]


def test_a_birth_to_come_and_an_action_due_to_come_are_no_contradictions() -> None:
    expected = {"id": "baby", "born": "2026-12"}
    assert contradictions(record(people=[expected])).pairs == ()
    action = row("actions", set_on=EXTRACT, due=date(2020, 1, 1))
    assert contradictions(record(actions=[action])).pairs == ()


@st.composite
def records(draw: st.DrawFn) -> CaseRecord:
    near = st.integers(-2, 2).map(lambda days: EXTRACT + days * DAY)
    sections = {}
    for section in draw(st.sets(st.sampled_from([s for s, p in CONTRADICTORY_PAIRS.items() if p]))):
        rows = []
        for number in range(draw(st.integers(1, 3))):
            values = {
                spec.name: draw(near if spec.role == "required" else st.none() | near)
                for spec in FIELDS[section].values()
                if spec.kind == "date"
            }
            rows.append(row(section, number, **values))
        sections[section] = rows
    return record(**sections)


@given(records())
def test_the_quick_look_and_the_search_agree(drawn: CaseRecord) -> None:
    searched = module._contradictions(drawn)
    assert module._is_consistent(drawn) == (not searched.pairs)
    assert contradictions(drawn) == searched


@given(records())
def test_the_unknown_dates_are_those_the_pointers_name(drawn: CaseRecord) -> None:
    found = contradictions(drawn)
    named = {pointer for pair in pointers(found) for pointer in pair} - {"/extracted_on"}
    assert named == {f"/{section}/{index}/{name}" for section, index, name in found.unknown}


@given(records())
def test_without_the_unknown_dates_nothing_contradicts(drawn: CaseRecord) -> None:
    unknown = contradictions(drawn).unknown
    remaining = {
        section: [
            item | {name: None for s, i, name in unknown if (s, i) == (section, index)}
            for index, item in enumerate(rows)
        ]
        for section in CONTRADICTORY_PAIRS
        if (rows := getattr(drawn, section))
    }
    assert contradictions(CaseRecord({**drawn.given, **remaining})).pairs == ()
