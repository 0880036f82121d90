"""The JSON Schema of a page of a measure, by which an editor completes, explains and underlines.

As that of a lesson it refuses no page that loads, and loading finds more.
"""

from __future__ import annotations

from casecheck.lessons.schema import DIALECT, equivalent_form, parameter_form
from casecheck.lessons.schema_checks import way_form
from casecheck.lessons.schema_conditions import condition_form
from casecheck.lessons.schema_examples import examples_form, row_form, rows_form
from casecheck.lessons.schema_forms import (
    NAME_PATTERN,
    Schema,
    conditions_form,
    kind_form,
    list_form,
    named_form,
    object_form,
    ref_form,
    text_form,
)
from casecheck.measures.measure import BYS, HOPED, KINDS, UNITS
from casecheck.measures.measure_examples import COUNTS, OTHERS
from casecheck.measures.measure_reader import ID, OF_RECORDS, REQUIRED
from casecheck.measures.periods import PERIOD
from casecheck.record.model import SECTIONS

_NOT_OF_RECORDS = ["entered", "lessons"]


def measure_schema() -> Schema:
    """Return the JSON Schema of a measure's page."""
    page = object_form(
        "A measure: a question that the records answer for each period.",
        {**_head(), **_asked_of_records()},
        REQUIRED,
    )
    page["if"] = {"properties": {"kind": {"enum": _NOT_OF_RECORDS, "description": "Not asked."}}}
    page["then"] = {"properties": dict.fromkeys(OF_RECORDS, False)}
    page["else"] = {"required": ["members", "examples"]}
    shared = {
        "condition": condition_form(),
        "rows": rows_form(),
        "way": way_form(),
        **{f"{section}_row": row_form(section) for section in SECTIONS},
    }
    return {"$schema": DIALECT, "title": "A measure", **page, "definitions": shared}


def _head() -> dict[str, Schema]:
    line = text_form("A line of the source, such as source P1 how 1.")
    return {
        "measure": text_form("The measure's id, like M1a.", f"^{ID.pattern}$"),
        "title": text_form("The measure in one line."),
        "asks": text_form("The question, in words."),
        "answers": list_form("Which lines of the source it answers.", line),
        "basis": text_form("Why it is asked so."),
        "kind": {
            "enum": list(KINDS),
            "description": "What it is: a count of members, the share of them that is met, the "
            "median of days between two days of each; entered by people; or of stored runs.",
        },
        "hoped": {"enum": list(HOPED), "description": "Where it is hoped to go."},
    }


def _asked_of_records() -> dict[str, Schema]:
    apart = object_form(
        "Members that are shown beside the measure's own.",
        {"means": text_form("What they are, in words."), "members": _members()},
        ["means", "members"],
    )
    return {
        "by": {
            "enum": list(BYS),
            "description": "events: each member has a day of its own. states: what is so on the "
            "last day of each period, which conditions name `day`. Left out: events.",
        },
        "unit": {
            "enum": list(UNITS),
            "description": "What is counted once in a period. Left out: instance.",
        },
        "parameters": named_form("The numbers that a board may set, by name.", parameter_form()),
        "members": _members(),
        "apart": named_form("What is shown beside it, by name.", apart),
        "within_days": text_form(
            "Of a median: the parameter within which the share is told.", NAME_PATTERN
        ),
        "examples": examples_form(_expected(), {"in": "${2:2026-Q1}", "met": 1}),
        "equivalent": list_form(
            "Changes of this page that no example can notice, since they change nothing.",
            equivalent_form(),
        ),
    }


def _members() -> Schema:
    rows = named_form(
        "The rows that a member is made of, each with a name: {plan: plans}.", kind_form()
    )
    check = text_form("A lesson's check, such as P1.1 chair-agreement.")
    ways = {
        "given": "One of these must hold too for it to be a member.",
        "unless": "It is left out where one of these holds.",
        "met_by": "Of a share: one of these must hold for it to be met.",
        "met_unless": "In place of met_by: it is met where none of these holds.",
    }
    item = object_form(
        "Whom it counts: rows of its own, or those of a lesson's checks.",
        {
            "for_each": rows,
            "checks": list_form("In place of rows: checks, of which each must be met.", check),
            "where": conditions_form("Conditions that all must hold for it to be a member."),
            **{key: list_form(told, ref_form("way")) for key, told in ways.items()},
            "dated": text_form("Of events: the day of a member, such as change.on."),
            "since": text_form("Of a median: the day from which days are counted."),
            "person": text_form("With unit person: who is counted, such as concern.child."),
            "surely": conditions_form("Conditions that must be sure, for it to be a member."),
        },
        [],
    )
    own = ["unless", "met_by", "met_unless"]
    of_checks = {"required": ["checks"], "properties": dict.fromkeys(["for_each", *own], False)}
    item["oneOf"] = [{"required": ["for_each"], "properties": {"checks": False}}, of_checks]
    item["not"] = {"required": ["met_by", "met_unless"]}
    return list_form("Whom it counts.", item)


def _expected() -> Schema:
    number = {"type": "integer", "minimum": 0, "description": "How many; left out, none."}
    period = text_form("The period: 2026-Q1, 2026-03 or '2026'. Left out: all.", f"^{PERIOD}$")
    one = object_form(
        "Counts, of one period or of all together.",
        {
            "in": period,
            "apart": text_form("The name of what is shown apart."),
            **dict.fromkeys([*COUNTS, *OTHERS], number),
        },
        [],
    )
    every = list_form("Counts of several periods.", one)
    return {"description": "The counts that it must come to.", "anyOf": [one, every]}
