"""The JSON Schema of a page of rules, by which an editor completes, explains and underlines.

It is of draft 7, the newest that yaml-language-server reads well. An editor reads YAML 1.2, in
which `2026-06-30` is a text, as `yaml_nodes.py` does. A schema sees one value at a time: it never
refuses a page that loads, and loading finds more, such as a misspelt field in a condition. (It is
stricter in one thing: spaces around an id within quotation marks, which loading forgives.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casecheck.lessons.lesson_reader import MAX_CHECKS
from casecheck.lessons.parts import LESSON_ID
from casecheck.lessons.periods import MAX_NUMBER
from casecheck.lessons.rule_packs import MAX_AUTHORS, VERSION
from casecheck.lessons.schema_checks import about_form, check_form, way_form
from casecheck.lessons.schema_conditions import condition_form
from casecheck.lessons.schema_examples import (
    examples_form,
    expected_form,
    row_form,
    rows_form,
)
from casecheck.lessons.schema_forms import (
    NAME_PATTERN,
    NOT_A_NAME,
    Schema,
    conditions_form,
    day_form,
    list_form,
    message_form,
    name_form,
    named_form,
    object_form,
    ref_form,
    section_form,
    text_form,
)
from casecheck.lessons.units import UNITS
from casecheck.record.model import FIELDS, SECTIONS

DIALECT = "http://json-schema.org/draft-07/schema#"


def lesson_schema() -> Schema:
    """Return the JSON Schema of a lesson's page."""
    page = object_form(
        "A lesson: what a review taught, as questions that a case record can answer.",
        {
            "lesson": text_form(
                "The lesson's id, like P1.1; no two pages have the same.", f"^{LESSON_ID.pattern}$"
            ),
            "title": text_form("The lesson in one line."),
            "source": _source(),
            "asks": text_form("What the lesson asks of practice, in your own words."),
            "since_then": text_form("What has changed since: law, guidance, the bodies it names."),
            "from": day_form(
                "The first day on which the lesson is in force. Left out: it always was."
            ),
            "until": day_form(
                "The last day on which the lesson is in force. Left out: it still is."
            ),
            "parameters": named_form(
                "The numbers that a board may set, by name.", parameter_form()
            ),
            "about": named_form(
                "Whom several checks are about, by name; a check then says about: NAME.",
                about_form(),
            ),
            "checks": {
                **list_form("The questions.", ref_form("check")),
                "maxItems": MAX_CHECKS,
            },
            "examples": examples_form(expected_form(), {"${2:check}": "${3:breach}"}),
            "equivalent": list_form(
                "Changes of this page that no example can notice, since they change nothing.",
                equivalent_form(),
            ),
        },
        ["lesson", "title", "source", "asks", "checks", "examples"],
    )
    rows = {f"{section}_row": row_form(section) for section in SECTIONS}
    shared = {
        "condition": condition_form(),
        "rows": rows_form(),
        "check": check_form(),
        "way": way_form(),
        "shortfall": way_form(breach=message_form("The sentence reported where it holds.")),
    }
    return {"$schema": DIALECT, "title": "A lesson", **page, "definitions": {**shared, **rows}}


def concepts_schema() -> Schema:
    """Return the JSON Schema of a page of concepts."""
    rows = object_form(
        "One way to come by the concept's rows: those of a section for which conditions hold.",
        {
            "of": {
                **named_form(
                    "The section, with a name for its row: {risk: risks}.", section_form()
                ),
                "maxProperties": 1,
            },
            "where": conditions_form("All must hold for a row to be one of the concept's."),
            "fields": named_form(
                "The concept's fields: which row or day of the source row each of them is. Each "
                "way has the same fields.",
                text_form("A path, such as risk.subject.", r"^[A-Za-z0-9_.()+\s-]+$"),
            ),
        },
        ["of", "fields"],
    )
    concept = object_form(
        "What several lessons mean by the same words.",
        {
            "means": text_form("What it is, in words."),
            "rows": list_form("The ways to come by its rows.", rows),
            "reported_as": list_form(
                "The fields whose rows a finding points to. Left out: the source row itself.",
                text_form("One of the fields that is a row.", NAME_PATTERN),
            ),
            **_concept_further(),
        },
        ["means", "rows"],
    )
    concept["dependencies"] = {
        "find": ["where"],
        "parameters": {"anyOf": [{"required": ["where"]}, {"required": ["without"]}]},
    }
    concepts = named_form("The concepts that lessons share, by name.", concept)
    concepts["propertyNames"] = name_form([*NOT_A_NAME, *SECTIONS])
    codes = sorted(
        {code for each in FIELDS.values() for one in each.values() for code in one.codes}
    )
    code = {"enum": codes, "description": "A code of the record."}
    groups = named_form(
        "Groups of codes, by name: risk.kind in NAME, any(NAME) in contact.factors.",
        {**list_form("The codes of the group.", code), "uniqueItems": True},
    )
    groups["propertyNames"] = name_form([*NOT_A_NAME, *SECTIONS])
    parts = {"concepts": concepts, "groups": groups}
    page = object_form("The concepts of a set of lessons, and groups of codes.", parts, [])
    page["minProperties"] = 1
    shared = {"condition": condition_form()}
    return {"$schema": DIALECT, "title": "Concepts", **page, "definitions": shared}


def _concept_further() -> dict[str, Schema]:
    """Return what a concept may ask beside the rows that it comes from."""
    own = "The concept's own row has the concept's name, and its fields."
    units = {"enum": list(UNITS), "description": "What the parameter counts."}
    return {
        "parameters": named_form(
            "Parameters that each page using the concept has, by unit.", units
        ),
        "find": named_form("Rows that must be there beside the concept's own.", section_form()),
        "where": conditions_form(f"Conditions that must hold of them all together. {own}"),
        "without": object_form(
            "No such rows may be there beside the concept's own, and those found.",
            {
                "find": named_form(
                    "The rows that must not be there, each with a name.", section_form()
                ),
                "where": conditions_form(f"Conditions that would hold of them all together. {own}"),
            },
            ["find", "where"],
        ),
    }


def review_schema() -> Schema:
    """Return the JSON Schema of a review's page, `review.yaml`."""
    default = {
        "type": "boolean",
        "description": "false: its lessons are in force only where the folder itself is named.",
    }
    page = object_form(
        "A review, or another set of lessons, with a folder of its own.",
        {
            "review": text_form("The review's id, as the lessons' source names it."),
            "title": text_form("The review in one line."),
            "about": text_form("What it is about, and who drew its lessons."),
            "default": default,
            "version": {
                **text_form("The version of what is in the folder, such as 2.1.0.", VERSION),
                "type": ["string", "number"],
            },
            "licence": text_form("Under which licence it may be used, such as MIT."),
            "authors": {
                "type": "array",
                "description": "Who wrote it: names of people or of boards.",
                "items": text_form("A name."),
                "minItems": 1,
                "maxItems": MAX_AUTHORS,
                "uniqueItems": True,
            },
        },
        ["review", "title", "about"],
    )
    return {"$schema": DIALECT, "title": "A review", **page}


# --- a lesson's parts ----------------------------------------------------------------------------


def _source() -> Schema:
    return object_form(
        "Where the lesson was learnt.",
        {
            "review": text_form("The review's id."),
            "finding": text_form("The review's finding."),
            "theme": {
                "type": "integer",
                "minimum": 1,
                "description": "The theme's number in the response.",
            },
            "cite": text_form("The source as a reader would look for it."),
        },
        ["review", "finding", "theme", "cite"],
    )


def parameter_form() -> Schema:
    """Return the form of a parameter."""
    number = {
        "type": "integer", "minimum": 0, "maximum": MAX_NUMBER,
        "description": f"A whole number from 0 to {MAX_NUMBER:,}.",
    }  # fmt: skip
    standard = object_form(
        "A value, and the days on which it is the standard.",
        {
            "value": number,
            "from": day_form("The first day on which it is the standard."),
            "until": day_form("The last day on which it is the standard."),
        },
        ["value"],
    )
    parameter = object_form(
        "A number of the lesson. Conditions use its name.",
        {
            "value": number,
            "values": list_form(
                "Its values in the course of time; no two hold on one day.", standard
            ),
            "unit": {
                "enum": list(UNITS),
                "enumDescriptions": list(UNITS.values()),
                "description": "What it counts.",
            },
            "basis": text_form("Why it is this number: the guidance, or whose standard it is."),
        },
        ["unit", "basis"],
    )
    return {**parameter, "oneOf": [{"required": ["value"]}, {"required": ["values"]}]}


def equivalent_form() -> Schema:
    """Return the form of a change that changes nothing."""
    return object_form(
        "One such change.",
        {
            "change": text_form("The change, as casecheck rules mutate names it."),
            "because": text_form("Why it changes nothing that is asked."),
        },
        ["change", "because"],
    )


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "lesson": lesson_schema,
    "concepts": concepts_schema,
    "review": review_schema,
}
"""The schema of each kind of page, by the name of its file."""
