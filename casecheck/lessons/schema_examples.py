"""The form of a lesson's examples: rows of a record, and the outcomes that they must have."""

from __future__ import annotations

from casecheck.lessons.schema_forms import (
    CHECK_PATTERN,
    DAY,
    HINTS,
    Schema,
    day_form,
    list_form,
    object_form,
    ref_form,
    section_form,
    text_form,
)
from casecheck.record.model import FIELDS, SECTIONS, FieldSpec
from casecheck.record.record_model import ROW_MODELS, CaseRecordModel
from casecheck.results import Outcome

_OUTCOMES = {
    Outcome.BREACH: "On what is recorded, it was not met.",
    Outcome.INSUFFICIENT_EVIDENCE: "The record cannot tell.",
    Outcome.COMPLIANT: "Each time it applied it was met, and the record shows it.",
    Outcome.NOT_APPLICABLE: "The record shows nothing to which it applies.",
}

_SHORTFALLS = {
    "late": "A breach, each told by an item of `late`.",
    "incomplete": "A breach, each told by an item of `incomplete`.",
}


def examples_form(expect: Schema, snippet: Schema) -> Schema:
    """Return the form of the examples of a page; `expect` is that of what they must come to.

    `snippet` is what an editor inserts there.
    """
    days = ["extracted_on", "opened_on"]
    return object_form(
        "Examples that prove the page; casecheck rules test runs them.",
        {
            "background": {**ref_form("rows", "What most cases share."), "required": days},
            "cases": list_form("The examples.", _case(expect, snippet)),
        },
        ["background", "cases"],
    )


def expected_form() -> Schema:
    """Return the form of the outcomes that an example of a lesson must have."""
    outcome = {
        "enum": [*map(str, _OUTCOMES), *_SHORTFALLS],
        "enumDescriptions": [*_OUTCOMES.values(), *_SHORTFALLS.values()],
    }
    return {
        "type": "object", "minProperties": 1,
        "propertyNames": {"pattern": CHECK_PATTERN},
        "additionalProperties": outcome,
        "description": "Checks of this page, and the outcome that each must have.",
    }  # fmt: skip


def _case(expect: Schema, snippet: Schema) -> Schema:
    case = object_form(
        "The background with what this case changes, and the outcomes that it must have.",
        {
            "name": text_form("What is special about it; no two examples have the same name."),
            "record": ref_form(
                "rows",
                "Changes: a row with an id of the background changes the fields that it names, any "
                "other row is added.",
            ),
            "without": list_form(
                "The ids of rows of the background to leave out.", text_form("The id of a row.")
            ),
            "not_in_extract": list_form(
                "Sections that the extract does not carry.", section_form()
            ),
            "expect": expect,
        },
        ["name", "expect"],
    )
    body = {"name": "${1:what is special}", "expect": snippet}
    return {**case, "defaultSnippets": [{"label": "example", "description": "", "body": body}]}


def rows_form() -> Schema:
    """Return what a background or an example may hold: days, and rows of the sections."""
    properties: Schema = {
        "extracted_on": day_form("The day of the extract, the only today."),
        "opened_on": {
            **day_form(
                "The day on which services first became involved, or `../` and no later than."
            ),
            "pattern": rf"^(\.\./)?{DAY[1:]}",
        },
        "closed_on": day_form("The day on which services' involvement ended: today, where given."),
        "coverage": {
            "type": "object",
            "description": "What the extract carries of sections that it carries in part, such as "
            "{meetings: {only: [strategy]}}.",
        },
    }
    for section in SECTIONS:
        told = CaseRecordModel.model_fields[section].description or ""
        properties[section] = {
            "type": "array",
            "items": {"$ref": f"#/definitions/{section}_row"},
            "description": told.partition(" Absent")[0],
        }
    return object_form("Rows of a record.", properties, [])


def row_form(section: str) -> Schema:
    """Return what a row of a section may hold, as the record's own models have it.

    Only its id is required: the other fields may stand in the background.
    """
    model = ROW_MODELS[section].model_json_schema(by_alias=True)
    properties = {
        name: _field(model["properties"][name], spec) for name, spec in FIELDS[section].items()
    }
    return object_form(model["description"], properties, ["id"])


def _field(form: Schema, spec: FieldSpec) -> Schema:
    field = {key: form[key] for key in form if key not in ("title", "default", "x-absence")}
    for part in (field, *field.get("anyOf", ())):
        if "pattern" in part:
            part["patternErrorMessage"] = HINTS[spec.kind]
    return field
