"""Read a text into a case record, where every value in it is right.

pydantic's core does it, told in its own terms what `FIELDS` says. These are the terms that pydantic
makes of the models in `record_model.py`, and a test holds the two together; but pydantic need not
be imported nor the models built, which takes as long as to audit some dozens of records.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, core_schema

from casecheck.record.days import day_or_range, event_day, exact_day, first_day_or_before
from casecheck.record.model import FIELDS, CaseRecord, FieldSpec
from casecheck.record.values import BORN, ID, PSEUDONYM, SOURCE, STRATUM, UNKNOWN_WORD, no_number

_CONFIG = core_schema.CoreConfig(strict=True, extra_fields_behavior="forbid")
_FORMS = {"id": ID, "reference": ID, "pseudonym": PSEUDONYM, "born": BORN}


def record_of(data: bytes) -> CaseRecord:
    """Return the record that a text (UTF-8, one JSON object) holds; nothing is asked across rows.

    Raises:
        pydantic_core.ValidationError: where some value is not right.
    """
    return CaseRecord(_validator().validate_json(data), plain=_is_plain(data))


def _is_plain(data: bytes) -> bool:
    """Say whether a record's text can hold no range of days, nor the word that says unknown.

    A range has a stroke, and so has the name of the format; each could be written as an escape.
    """
    return data.count(b"/") == 1 and b'"unknown"' not in data and b"\\" not in data


@cache
def _validator() -> SchemaValidator:
    return SchemaValidator(form())


def form() -> CoreSchema:
    """Return what a record is, as pydantic's core takes it."""
    fields = {
        "schema": _required(core_schema.literal_schema(["casecheck/1"])),
        "case_id": _required(_text(PSEUDONYM)),
        "extracted_on": _required(_day(exact_day)),
        "opened_on": _required(_day(first_day_or_before)),
        "closed_on": _optional(_day(exact_day)),
        "source": _optional(_text(SOURCE)),
        "coverage": _optional(core_schema.dict_schema(core_schema.str_schema(), _coverage())),
        **dict.fromkeys(("district", "team", "lead_agency"), _optional(_text(STRATUM))),
    }
    for section, specs in FIELDS.items():
        row = {name: _field(spec) for name, spec in specs.items()}
        fields[section] = _optional(core_schema.list_schema(_object(row), fail_fast=True))
    return _object(fields)


def _coverage() -> CoreSchema:
    names = core_schema.list_schema(core_schema.str_schema())
    told = {
        "only": names,
        "incomplete": core_schema.no_info_before_validator_function(
            no_number, core_schema.literal_schema([True])
        ),
        "from": _day(exact_day),
        "without": names,
    }
    return _object(
        {name: core_schema.typed_dict_field(one, required=False) for name, one in told.items()}
    )


def _object(fields: dict[str, core_schema.TypedDictField]) -> CoreSchema:
    return core_schema.typed_dict_schema(fields, extra_behavior="forbid", config=_CONFIG)


def _required(value: CoreSchema) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(value, required=True)


def _optional(value: CoreSchema) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(core_schema.nullable_schema(value), required=False)


def _text(pattern: str) -> CoreSchema:
    return core_schema.str_schema(pattern=pattern)


def _day(read: Any) -> CoreSchema:
    text = core_schema.str_schema(strict=True)
    return core_schema.no_info_after_validator_function(read, text)


def _field(spec: FieldSpec) -> core_schema.TypedDictField:
    return (_required if spec.role == "required" else _optional)(_value(spec))


def _value(spec: FieldSpec) -> CoreSchema:
    if spec.kind in _FORMS:
        return _text(_FORMS[spec.kind])
    if spec.kind == "code":
        return core_schema.literal_schema(list(spec.codes))
    if spec.kind == "codes":
        one = core_schema.literal_schema([*spec.codes, UNKNOWN_WORD])
        return core_schema.list_schema(one, fail_fast=True)
    if spec.kind == "flag":
        return core_schema.bool_schema()
    return _day(event_day if spec.role == "event" else day_or_range)
