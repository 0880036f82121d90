"""The kinds of values that a page is made of, as forms of a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from keyword import kwlist
from typing import Any

from casecheck.lessons.parts import CHECK_ID, NAME, RESERVED
from casecheck.record.model import SECTIONS

Schema = dict[str, Any]
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CHECK_PATTERN = f"^{CHECK_ID.pattern}$"
NAME_PATTERN = f"^{NAME.pattern}$"
NOT_A_NAME = sorted({*RESERVED, *(word for word in kwlist if word.islower())})
HINTS = {
    "born": 'A month or year of birth: 2016-03 or "2016". A full date would identify a child.',
    "date": "A day is written YYYY-MM-DD.",
    "pseudonym": "A pseudonym is capital letters, figures and hyphens, 3 to 32, such as P-0017.",
    "id": "An id begins with a letter; letters, figures, _ and - follow, 32 in all at most.",
    "reference": "The id of a row.",
}


def object_form(description: str, properties: Mapping[str, Any], required: Sequence[str]) -> Schema:
    """Return a mapping of these keys, and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def named_form(description: str, each: Schema) -> Schema:
    """Return a mapping of names that the page is free to choose, at least one."""
    return {
        "type": "object",
        "description": description,
        "minProperties": 1,
        "propertyNames": name_form(NOT_A_NAME),
        "additionalProperties": each,
    }


def name_form(taken: Sequence[str]) -> Schema:
    """Return a name that the page is free to choose, but for those taken."""
    message = "A name is small letters, figures and _, at most 40."
    return {"pattern": NAME_PATTERN, "patternErrorMessage": message, "not": {"enum": list(taken)}}


def section_form() -> Schema:
    """Return a section of the record."""
    return {"enum": list(SECTIONS), "description": "A section of the record."}


def kind_form() -> Schema:
    """Return a section or a concept."""
    concept = {
        "type": "string",
        "pattern": NAME_PATTERN,
        "description": "A concept of concepts.yaml.",
    }
    return {"description": "A section or a concept.", "anyOf": [section_form(), concept]}


def list_form(description: str, items: Schema) -> Schema:
    """Return a list of one item at least."""
    return {"type": "array", "description": description, "minItems": 1, "items": items}


def ref_form(name: str, description: str | None = None) -> Schema:
    """Return what is defined once for the whole page."""
    reference = {"$ref": f"#/definitions/{name}"}
    # Beside a reference draft 7 reads nothing.
    return {"description": description, "allOf": [reference]} if description else reference


def message_form(description: str) -> Schema:
    """Return a sentence that may show values."""
    return {
        "type": "string",
        "description": f"{description} It shows values in braces: {{plan.start}}.",
        "pattern": r"^[^{}]*(?:\{[^{}]+\}[^{}]*)*$",
        "patternErrorMessage": "A brace stands alone: values are written {row.field}.",
        "minLength": 1,
    }


def day_form(description: str) -> Schema:
    """Return a day of the calendar."""
    form = {"type": "string", "format": "date", "pattern": DAY}
    return {**form, "description": description, "patternErrorMessage": HINTS["date"]}


def text_form(description: str, pattern: str = r"\S") -> Schema:
    """Return a text."""
    return {"type": "string", "description": description, "pattern": pattern}


def conditions_form(description: str) -> Schema:
    """Return a list of conditions."""
    return list_form(description, ref_form("condition"))
