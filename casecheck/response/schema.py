"""The JSON Schema of a response's page, for editors: of draft 7, as those of other pages are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casecheck.lessons.parts import LESSON_ID
from casecheck.lessons.schema import DIALECT
from casecheck.lessons.schema_forms import (
    NAME_PATTERN,
    Schema,
    day_form,
    list_form,
    object_form,
    ref_form,
    text_form,
)
from casecheck.response.model import FIELD_KINDS, STATEMENT_KINDS, STATUSES, ActionKind
from casecheck.response.reader import ID

_CITE = "Where it stands in the source: theme 1, P1 how 1, letter, dissemination row 2."
_TEXT = "What it says, in your own words."


def response_schema() -> Schema:
    """Return the JSON Schema of a response's page, `response.yaml`."""
    page = object_form(
        "What a board promised after a review: themes, findings, actions, how one will know.",
        {
            "response": text_form("The review's id, as review.yaml has it."),
            "title": text_form("The response in one line."),
            "cite": text_form("The source as a reader would look for it."),
            "agencies": list_form("The agencies whose work the review looked at.", _agency()),
            "letter": list_form("What the source says of the whole.", _statement()),
            "themes": list_form("The themes, in the order of the source.", _theme()),
            "dissemination": list_form(
                "What spreads the learning.", ref_form("dissemination")
            ),
            "how": list_form("How one will know, where that is of all lessons.", ref_form("how")),
            "entered": list_form("What is entered, since no record can answer it.", _form()),
        },
        ["response", "title", "cite", "agencies", "themes"],
    )  # fmt: skip
    definitions = {
        "action": _action(("taken", "planned")),
        "dissemination": _action(("dissemination",)),
        "how": _how(),
    }
    head = {"$schema": DIALECT, "title": "A response to a review"}
    return {**head, **page, "definitions": definitions}


def _id(description: str) -> Schema:
    return text_form(description, f"^{ID.pattern}$")


def _agency() -> Schema:
    properties = {
        "name": text_form("The agency's name."),
        "note": text_form("What it is, for a stranger."),
    }
    return object_form("An agency.", properties, ["name"])


def _statement() -> Schema:
    return object_form(
        "A change since the events, or who sees to the rest.",
        {
            "id": _id("An id of its own, like L1."),
            "kind": {"enum": list(STATEMENT_KINDS), "description": "What it tells of."},
            "text": text_form(_TEXT),
            "cite": text_form(_CITE),
        },
        ["id", "kind", "text", "cite"],
    )


def _theme() -> Schema:
    number = {"type": "integer", "minimum": 1, "description": "Its number in the source."}
    return object_form(
        "A theme, with its findings.",
        {
            "theme": number,
            "title": text_form("The theme in one line."),
            "cite": text_form(_CITE),
            "findings": list_form("Its findings.", _finding()),
        },
        ["theme", "title", "cite", "findings"],
    )


def _finding() -> Schema:
    finding = object_form(
        "A finding: what was found, what is to be learnt, what is done, how one will know.",
        {
            "finding": _id("The finding's id in the source, like P1."),
            "text": text_form(_TEXT),
            "cite": text_form(_CITE),
            "as_at": text_form("The finding whose actions the source names for this too."),
            "lessons": list_form("What is to be learnt from it.", _lesson()),
            "actions": list_form("What was done, and what is planned.", ref_form("action")),
            "how": list_form("How one will know.", ref_form("how")),
        },
        ["finding", "text", "cite", "lessons", "how"],
    )
    return {**finding, "oneOf": [{"required": ["actions"]}, {"required": ["as_at"]}]}


def _lesson() -> Schema:
    properties = {
        "lesson": text_form("The id of the lesson's page, like P1.1.", f"^{LESSON_ID.pattern}$"),
        "text": text_form(_TEXT),
        "cite": text_form(_CITE),
    }
    return object_form("A lesson.", properties, list(properties))


def _action(kinds: Sequence[ActionKind]) -> Schema:
    nobody = "null where the source names nobody."
    properties = {
        "id": _id("An id of its own, like A1, by which the register speaks of it."),
        "kind": {"enum": list(kinds), "description": "What kind of action it is."},
        "lesson": {
            **text_form("The lesson that it serves, where the finding has several."),
            "type": ["string", "null"],
        },
        "text": text_form(_TEXT),
        "cite": text_form(_CITE),
        "owner": {**text_form(f"Who answers for it; {nobody}"), "type": ["string", "null"]},
        **_timed(),
        "status": {"enum": list(STATUSES), "description": "How it stands, as the source has it."},
    }
    required = ["id", "kind", "text", "cite", "owner", "status"]
    return object_form("An action.", properties, required)


def _how() -> Schema:
    properties = {
        "id": _id("An id of its own, like H1."),
        "text": text_form(_TEXT),
        "cite": text_form(_CITE),
        **_timed(),
        "answered_by": {
            **list_form("The measures, or lessons, that answer it.", _id("An id.")),
            "uniqueItems": True,
        },
        "not_answered": text_form("Why nothing here can answer it."),
    }
    form = object_form("How one will know.", properties, ["id", "text", "cite"])
    return {**form, "oneOf": [{"required": ["answered_by"]}, {"required": ["not_answered"]}]}


def _timed() -> Mapping[str, Schema]:
    day = day_form("The last day that the deadline can mean; null for none.")
    words = text_form("By when, as the source has it.")
    return {
        "deadline": {**words, "type": ["string", "null"]},
        "due": {**day, "type": ["string", "null"]},
        "read_as": text_form("How `due` was read from it, where the source names no month."),
    }


def _form() -> Schema:
    field = object_form(
        "A field of the form.",
        {
            "kind": {
                "enum": list(FIELD_KINDS),
                "enumDescriptions": list(FIELD_KINDS.values()),
                "description": "What it holds.",
            },
            "required": {"type": "boolean", "description": "true: no entry can lack it."},
            "at_most": text_form("Another field of the form, which it cannot exceed."),
            "means": text_form("What it tells."),
        },
        ["kind", "means"],
    )
    fields = {
        "type": "object",
        "description": "The fields, by name.",
        "minProperties": 1,
        "propertyNames": {"pattern": NAME_PATTERN},
        "additionalProperties": field,
    }
    properties = {
        "measure": _id("The measure that it answers."),
        "title": text_form("From which source, in one line."),
        "fields": fields,
    }
    return object_form("What is entered for one measure.", properties, list(properties))
