"""The case record's models say what the format says, field by field."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from casecheck.record.model import (
    CONTRADICTORY_PAIRS,
    FIELDS,
    NEEDS,
    SECTIONS,
    CaseRecord,
    FieldSpec,
)
from casecheck.record.reader import form, record_of
from casecheck.record.record_model import ROW_MODELS, CaseRecordModel, specs

TOP = {
    "schema": "casecheck/1",
    "case_id": "C-0001",
    "extracted_on": "2026-06-30",
    "opened_on": "2024-01-10",
}

# The format once more, by hand: `name role kind`, where R is required, F a fact, D an event.
FORMAT = """
people: id R id, pseudonym F pseudonym, born F born, history F codes:7
relationships: id R id, kind R code:4, from R ->people, to R ->people, start F date, end D date, \
known_on D date
plans: id R id, subject R ->people, level R code:4, category F code:5, start R date, end D date, \
end_reason F code:8
category_changes: id R id, plan R ->plans, on F date, from_category F code:5, to_category F code:5
chair_agreements: id R id, category_change R ->category_changes, recorded_on R date, \
risks_mitigated F flag, risks_carried F flag
risks: id R id, subject R ->people, kind R code:12, identified_on R date, resolved_on D date
mitigations: id R id, risk R ->risks, recorded_on R date
actions: id R id, plan R ->plans, kind R code:4, for_person F ->people, addresses F ->risks/none, \
owner F code:16, set_on R date, due F date, completed_on D date, closed_on D date, \
closure_reason_recorded F flag, continues D ->actions
assessments: id R id, subject R ->people, kind R code:8, started_on R date, completed_on D date, \
agencies F codes:16, considers F codes:7, child_seen F flag, child_views F flag, \
impact_on_child F flag, parenting_capacity F flag
tools: id R id, kind R code:6, subject R ->people, on R date, begun_on F date, grade F code:5
meetings: id R id, kind R code:9, plan F ->plans, subject F ->people, on R date, \
attended F codes:16, plan_updated F flag, progress_reviewed F flag, child_views F flag, \
quorate F flag, chair_waived_quorum_on D date
incidents: id R id, kind R code:16, on R date, victim F ->people, by D ->people, known_on D date, \
returned_on D date
referrals: id R id, subject R ->people, service R code:7, considered_on R date, made_on D date, \
reason_recorded F flag
marac_decisions: id R id, referral R ->referrals, on R date, age_considered F flag
court_orders: id R id, child R ->people, law R code:2, kind F code:6, applied_on R date, \
supported_on D date, support_ended_on D date, granted_on D date, ended_on D date
best_interest_reviews: id R id, order R ->court_orders, on R date, still_in_interest F flag
court_notices: id R id, order R ->court_orders, on R date
threshold_decisions: id R id, person R ->people, on R date, level R code:5, \
rationale_recorded F flag
workers: id R id, role R code:3, agency F code:16, start R date, end D date
contacts: id R id, subject R ->people, on R date, source F code:18, factors F codes:12, \
outcome F code:5
visits: id R id, subject R ->people, plan F ->plans, on R date, child_seen F flag, seen_alone F flag
return_interviews: id R id, incident R ->incidents, offered_on D date, held_on D date, \
independent F flag
training: id R id, worker R ->workers, topic R code:5, completed_on R date
"""


def as_in_format(spec: FieldSpec) -> str:
    role = {"required": "R", "fact": "F", "event": "D"}[spec.role]
    kind: str = spec.kind
    if spec.target:
        kind = f"->{spec.target}" + ("/none" if spec.allows_none else "")
    elif spec.codes:
        kind = f"{spec.kind}:{len(spec.codes)}"
    return f"{spec.name} {role} {kind}"


def test_the_specifications_are_those_of_the_format() -> None:
    lines = [
        f"{section}: {', '.join(map(as_in_format, fields.values()))}"
        for section, fields in FIELDS.items()
    ]
    assert lines == FORMAT.strip().splitlines()


def test_each_section_is_a_field_of_the_record() -> None:
    assert tuple(FIELDS) == SECTIONS == tuple(ROW_MODELS)
    assert set(SECTIONS) < set(CaseRecordModel.model_fields)
    assert len(SECTIONS) == 23


def test_the_tables_are_those_of_the_models() -> None:
    """`python tools/outputs.py` writes fields.json anew."""
    assert {section: list(fields.values()) for section, fields in FIELDS.items()} == specs()


def core_of(value: Any) -> Any:
    """Return what decides in a schema of pydantic's core: what is accepted, and what is made of it.

    Names of types, notes for JSON Schemas and how to write a value are left out, as is that a model
    fills in what is absent.
    """
    if isinstance(value, list | tuple):
        return [core_of(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "default":
        assert value["default"] is None
        return core_of(value["schema"])
    if value.get("type") == "model":
        fields = {
            one.get("validation_alias", name): {
                "type": "typed-dict-field",
                "required": one["schema"]["type"] != "default",
                "schema": one["schema"],
            }
            for name, one in value["schema"]["fields"].items()
        }
        config = value["config"] | {"title": None}
        return core_of({"type": "typed-dict", "extra_behavior": "forbid", "config": config,
                        "fields": fields})  # fmt: skip
    noted = {"metadata", "serialization", "cls", "computed_fields", "ref", "title"}
    return {name: core_of(one) for name, one in value.items() if name not in noted}


def test_what_reads_records_is_what_pydantic_makes_of_the_models() -> None:
    assert core_of(form()) == core_of(CaseRecordModel.__pydantic_core_schema__)


def test_a_record_has_an_attribute_for_each_field_and_no_other() -> None:
    record = read()
    assert set(vars(record)) - {"given", "plain"} == set(CaseRecordModel.model_fields)


@pytest.mark.parametrize("end", ["unknown", "2026-01-05/.."])
def test_what_is_unusual_is_found_however_it_is_written(end: str) -> None:
    plan = {"id": "plan", "subject": "child", "level": "child_protection", "start": "2026-01-02"}
    shown = read(people=[{"id": "child"}], plans=[{**plan, "end": end}])
    assert shown.unusual == {("plans", "end")}
    assert not shown.plain
    text = json.dumps(shown.as_json()).replace(end, f"\\u{ord(end[0]):04x}{end[1:]}")
    escaped = record_of(text.replace("/..", "\\u002f..").encode())
    assert escaped == shown
    assert escaped.unusual == shown.unusual
    assert read(people=[{"id": "child"}], plans=[plan]).plain


def test_records_are_the_same_by_what_was_given_and_shown_by_their_case_id_alone() -> None:
    people = [{"id": "child", "born": "2008-05"}]
    record = read(people=people, closed_on="2026-06-01", coverage={"plans": {"from": "2025-01-01"}})
    again = record_of(json.dumps(record.as_json()).encode())
    assert again == record != read(people=people)
    assert record != record.given
    assert repr(record) == "<case record C-0001>"


def test_codes_are_those_of_the_format() -> None:
    assert FIELDS["plans"]["category"].codes == (
        "neglect", "physical_abuse", "sexual_abuse", "emotional_abuse", "multiple",
    )  # fmt: skip
    levels = FIELDS["plans"]["level"].codes
    assert set(FIELDS["threshold_decisions"]["level"].codes) == {"no_further_action", *levels}
    kinds = FIELDS["risks"]["kind"].codes
    others = {"missing", "police", "injury", "other"}
    assert set(FIELDS["incidents"]["kind"].codes) == {*kinds, *others}
    agencies = FIELDS["meetings"]["attended"].codes
    assert agencies == FIELDS["actions"]["owner"].codes == FIELDS["workers"]["agency"].codes
    assert agencies == FIELDS["assessments"]["agencies"].codes


def test_contradictory_pairs_are_those_of_the_format() -> None:
    start_end = (("start", "end"),)
    assert {section: pairs for section, pairs in CONTRADICTORY_PAIRS.items() if pairs} == {
        "relationships": start_end,
        "plans": start_end,
        "risks": (("identified_on", "resolved_on"),),
        "actions": (("set_on", "completed_on"), ("set_on", "closed_on")),
        "assessments": (("started_on", "completed_on"),),
        "tools": (("begun_on", "on"),),
        "incidents": (("on", "known_on"),),
        "referrals": (("considered_on", "made_on"),),
        "court_orders": (
            ("applied_on", "granted_on"),
            ("applied_on", "ended_on"),
            ("supported_on", "granted_on"),
            ("supported_on", "support_ended_on"),
        ),
        "workers": start_end,
    }


def test_every_field_says_what_it_means_and_what_its_absence_means() -> None:
    models: list[type[BaseModel]] = [CaseRecordModel, *ROW_MODELS.values()]
    for model in models:
        assert model.__doc__
        for name, info in model.model_fields.items():
            assert info.description, (model, name)
            if not info.is_required() and name not in UNSAID:
                assert "Absent or null:" in info.description, (model, name)


UNSAID = {"district", "team", "lead_agency", "source", "closed_on", "coverage"}
"""What says of the whole record nothing, if it is absent."""


def read(**sections: Any) -> CaseRecord:
    """Return what is read of these sections; the models must say the same of whether it can be."""
    data = json.dumps({**TOP, **sections}).encode()
    read_by_models = faults(CaseRecordModel.model_validate_json, data)
    assert faults(record_of, data) == read_by_models
    return record_of(data)


def faults(reader: Callable[[bytes], object], data: bytes) -> list[tuple[str | int, ...]]:
    try:
        reader(data)
    except ValidationError as refused:
        return [one["loc"] for one in refused.errors()]
    return []


def test_values_are_python_values() -> None:
    record = read(
        people=[{"id": "child", "born": "2008-05", "history": []}],
        relationships=[{"id": "r", "kind": "parent_of", "from": "child", "to": "child"}],
        workers=[{"id": "w", "role": "manager", "start": "2026-02-28", "end": None}],
        assessments=None,
    )
    assert record.schema_ == "casecheck/1"
    assert record.extracted_on == date(2026, 6, 30)
    assert record.people is not None
    assert record.people[0]["history"] == []
    assert record.relationships is not None
    assert record.relationships[0]["from"] == "child"
    assert "start" not in record.relationships[0]
    assert record.workers is not None
    assert type(record.workers[0]["start"]) is date
    assert type(record.workers[0]["role"]) is str
    assert record.district is None


@pytest.mark.parametrize(
    "text",
    [
        "1234", "1e3", "2026-03-02T00:00:00", "2026-03-02 ", " 2026-03-02", "2026-3-2", "20260302",
        "2026-W10-1", "２０２６-03-02", "2026-03-0２", "02026-03-02", "2026_03_02", "+2026-03-02",
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "1899-12-31", "2101-01-01",
        "0000-01-01", "9999-12-31", "2026-03-02\n", "",
    ],
)  # fmt: skip
def test_a_day_has_one_form(text: str) -> None:
    with pytest.raises(ValidationError):
        read(workers=[{"id": "w", "role": "manager", "start": text}])


@pytest.mark.parametrize("value", [20260302, 1.5, True, [], {}, None])
def test_a_day_is_a_string(value: object) -> None:
    with pytest.raises(ValidationError):
        read(workers=[{"id": "w", "role": "manager", "start": value}])


@pytest.mark.parametrize("text", ["1900-01-01", "2100-12-31", "2024-02-29", "2026-03-02"])
def test_the_range_of_days_includes_its_ends(text: str) -> None:
    record = read(workers=[{"id": "w", "role": "manager", "start": text}])
    assert record.workers is not None
    assert record.workers[0]["start"] == date.fromisoformat(text)


@pytest.mark.parametrize("born", ["1900", "2100", "2100-12", "1900-01", "2008-05", None])
def test_a_birth_is_a_year_or_a_month(born: str | None) -> None:
    record = read(people=[{"id": "child", "born": born}])
    assert record.people is not None
    assert record.people[0]["born"] == born


@pytest.mark.parametrize(
    "born",
    ["1899", "2101", "1899-12", "2101-01", "2008-00", "2008-13", "2008-5", "2008-05-12", "08",
     "２００８", "2008-05\n", "", 2008],
)  # fmt: skip
def test_any_other_birth_is_refused(born: object) -> None:
    with pytest.raises(ValidationError):
        read(people=[{"id": "child", "born": born}])


@pytest.mark.parametrize(
    ("id_", "valid"),
    [("a", True), ("A-_9", True), ("a" * 32, True), ("a" * 33, False), ("", False), ("9a", False),
     ("-a", False), ("é", False), ("a b", False), ("a\n", False), (7, False), (None, False)],
)  # fmt: skip
def test_ids_have_one_form(id_: object, valid: bool) -> None:
    if valid:
        read(people=[{"id": id_}])
    else:
        with pytest.raises(ValidationError):
            read(people=[{"id": id_}])


@pytest.mark.parametrize(
    ("case_id", "valid"),
    [("C-1", True), ("C12", True), ("C1", False), ("A" * 32, True), ("A" * 33, False),
     ("c-0001", False), ("C_0001", False), ("1-C", False), ("C-1\n", False)],
)  # fmt: skip
def test_case_ids_have_one_form(case_id: str, valid: bool) -> None:
    if valid:
        assert read(case_id=case_id).case_id == case_id
    else:
        with pytest.raises(ValidationError):
            read(case_id=case_id)


@pytest.mark.parametrize("field", ["district", "team", "lead_agency"])
@pytest.mark.parametrize(
    ("code", "valid"),
    [("N", True), ("TEAM-A", True), ("A" * 32, True), ("A" * 33, False), ("", False),
     ("north", False), ("A B", False), (None, True)],
)  # fmt: skip
def test_strata_are_codes(field: str, code: str | None, valid: bool) -> None:
    if valid:
        assert getattr(read(**{field: code}), field) == code
    else:
        with pytest.raises(ValidationError):
            read(**{field: code})


@pytest.mark.parametrize("flag", [0, 1, "true", "false", "yes", [], 1.0])
def test_a_flag_is_true_or_false(flag: object) -> None:
    with pytest.raises(ValidationError):
        read(meetings=[{"id": "m", "kind": "strategy", "on": "2026-01-01", "child_views": flag}])


@pytest.mark.parametrize("codes", ["police", ["nurse"], [None], [1], {"police": 1}, [["police"]]])
def test_codes_are_a_list_of_the_format_s_codes(codes: object) -> None:
    with pytest.raises(ValidationError):
        read(meetings=[{"id": "m", "kind": "strategy", "on": "2026-01-01", "attended": codes}])


def test_rows_and_records_are_frozen_and_closed() -> None:
    record = read(people=[{"id": "child"}])
    with pytest.raises(AttributeError):
        record.case_id = "C-0002"
    with pytest.raises(AttributeError):
        del record.case_id
    with pytest.raises(ValidationError):
        read(people=[{"id": "child", "name": "x"}])
    with pytest.raises(ValidationError):
        read(schools=[])
    with pytest.raises(ValidationError):
        read(relationships=[{"id": "r", "kind": "parent_of", "from_": "a", "to": "b"}])


# An unknown section that needs a row of a section without rows has none


def test_an_unknown_section_without_needs_stays_unknown() -> None:
    assert read().sections == dict.fromkeys(SECTIONS)
    assert read().rows("people") is None
    assert read(people=[]).rows("people") == []


@pytest.mark.parametrize(
    ("empty", "read_as_empty"),
    [
        ("people", {
            "relationships", "plans", "category_changes", "chair_agreements", "risks",
            "mitigations", "actions", "assessments", "tools", "referrals", "marac_decisions",
            "court_orders", "best_interest_reviews", "court_notices", "threshold_decisions",
            "contacts", "visits",
        }),
        ("plans", {"category_changes", "chair_agreements", "actions"}),
        ("category_changes", {"chair_agreements"}),
        ("risks", {"mitigations"}),
        ("court_orders", {"best_interest_reviews", "court_notices"}),
        ("referrals", {"marac_decisions"}),
        ("workers", {"training"}),
        ("actions", set()), ("meetings", set()), ("training", set()),
        ("incidents", {"return_interviews"}),
    ],
)  # fmt: skip
def test_an_empty_section_empties_the_unknown_ones_that_need_it(
    empty: str, read_as_empty: set[str]
) -> None:
    record = read(**{empty: []})
    assert {name for name, rows in record.sections.items() if rows == []} == {empty, *read_as_empty}


def test_a_known_section_is_never_emptied() -> None:
    tool = {"id": "t", "kind": "dash", "subject": "child", "on": "2026-01-01"}
    assert read(people=[], tools=[tool]).rows("tools")


@given(st.dictionaries(st.sampled_from(SECTIONS), st.sampled_from([None, []])))
def test_emptying_again_changes_nothing(sections: dict[str, Any]) -> None:
    once = read(**sections).sections
    assert read(**once).sections == once
    for name, needed in NEEDS.items():
        needs_an_empty_one = any(once[section] == [] for section in needed)
        assert (once[name] == []) == (sections.get(name) == [] or needs_an_empty_one)


def test_a_section_stands_after_those_it_needs() -> None:
    for name, needed in NEEDS.items():
        for section in needed:
            assert SECTIONS.index(section) < SECTIONS.index(name)


# The JSON Schema


def test_the_json_schema_accepts_and_refuses_as_the_models_do() -> None:
    schema = CaseRecordModel.model_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    relation = {"id": "r", "kind": "parent_of", "from": "a", "to": "b", "start": "2020-01-01"}
    assert validator.is_valid({**TOP, "relationships": [relation], "plans": None})
    assert not validator.is_valid({**TOP, "relationships": [{**relation, "start": "2020-1-1"}]})
    assert not validator.is_valid({**TOP, "people": [{"id": "a", "born": "2008-05-12"}]})
    assert not validator.is_valid({**TOP, "people": [{"id": "a", "name": "x"}]})
