"""The form of a check: of whom it asks, its alternatives, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from casecheck.lessons.abouts import KEYS
from casecheck.lessons.alternative import LASTS
from casecheck.lessons.check_marks import FORMER, MAX_NAMES, MAX_TAGS, TAG
from casecheck.lessons.periods import MAX_NUMBER
from casecheck.lessons.schema_forms import (
    CHECK_PATTERN,
    NAME_PATTERN,
    Schema,
    conditions_form,
    day_form,
    kind_form,
    list_form,
    message_form,
    named_form,
    object_form,
    ref_form,
    text_form,
)
from casecheck.lessons.way_reader import MOST_ROWS
from casecheck.results import SEVERITIES, Severity


def check_form() -> Schema:
    """Return the form of a check."""
    asked = _asked()
    check = object_form(
        "A question: for each such row, unless it is excluded, there must be evidence.",
        {
            "id": text_form("The check's name: small letters, figures, hyphens.", CHECK_PATTERN),
            "asks": text_form("The question, as an auditor would put it."),
            "from": day_form("The first day on which the check is in force."),
            "until": day_form("The last day on which the check is in force."),
            **_marks(),
            **asked,
            "instances": list_form(
                "Where a check asks the same of several kinds of rows: each kind, with the keys "
                "from for_each on.",
                {**object_form("One kind of rows.", asked, _ASKED), "anyOf": _OF_WHOM},
            ),
        },
        ["id", "asks"],
    )
    return {
        **check,
        "if": {"required": ["instances"]},
        "then": {"properties": dict.fromkeys(asked, False)},
        "else": {"required": _ASKED, "anyOf": _OF_WHOM},
        "defaultSnippets": [
            {
                "label": "check",
                "description": "A check with one way to meet it",
                "body": {
                    "id": "${1:name}",
                    "asks": "${2:Was each ... in time?}",
                    "for_each": {"${3:plan}": "${4:plans}"},
                    "where": ["${5:plan.start + 28 <= today}"],
                    "met_by": [_WAY_SNIPPET],
                    "breach": "${9:What was not recorded.}",
                    "cannot_tell": "${10:The record cannot tell whether ...}",
                },
            }
        ],
    }


def _marks() -> Schema:
    """Return the keys by which a check says what it is beside its question."""
    tag = text_form(
        "A word to choose checks by: small letters, figures, hyphens.", f"^{TAG.pattern}$"
    )
    former = text_form(
        "A name that the check had, such as chair-agreement; of another lesson, "
        "P1.1/chair-agreement.",
        f"^{FORMER.pattern}$",
    )
    tags = list_form("Words by which checks are chosen: casecheck audit --tag.", tag)
    return {
        "severity": {
            "enum": list(SEVERITIES),
            "enumDescriptions": list(_SEVERITIES.values()),
            "description": "How grave it is where it is not met. Left out: medium.",
        },
        "tags": {**tags, "maxItems": MAX_TAGS, "uniqueItems": True},
        "formerly": {
            "description": "The names that the check had, the oldest first: what was accepted, "
            "saved or counted under them lasts.",
            "anyOf": [former, {**list_form("Its names.", former), "maxItems": MAX_NAMES}],
        },
    }


_SEVERITIES: Mapping[Severity, str] = {
    "high": "Weighs twice as much as a medium one.",
    "medium": "As if nothing were said.",
    "low": "Weighs half as much.",
}
_ASKED = ["met_by", "breach", "cannot_tell"]
_OF_WHOM = [{"required": ["for_each"]}, {"required": ["about"]}]
_WAY_SNIPPET = {
    "means": "${6:what it says, in words}",
    "find": {"${7:meeting}": "${8:meetings}"},
    "where": ["${7:meeting}.plan == ${3:plan}"],
}


def _asked() -> Schema:
    """Return the keys that say of whom a check asks, and what."""
    one = "One of these alternatives must hold"
    return {
        "about": text_form(
            "The name of whom it is about, under `about` of the page.", NAME_PATTERN
        ),
        "for_each": named_form(
            "The rows that an instance is made of, each with a name: {plan: plans}. The first is "
            "the row that it is about.",
            kind_form(),
        ),
        "dated": text_form(
            "The instance's own day, by which it is decided what was in force: a day of a row of "
            "for_each (an event, where `where` asks that it has happened), or opened_on. Left out: "
            "the day that stands for the first row."
        ),
        "where": conditions_form("Conditions that all must hold for it to be an instance."),
        "given": list_form(f"{one} too for it to be an instance.", ref_form("way")),
        "unless": list_form(
            "It is left out where one of these alternatives holds.", ref_form("way")
        ),
        "met_by": list_form(f"{one} for it to be met: the evidence.", ref_form("way")),
        "once_per": object_form(
            "Instances whose days lie close together are told as one finding, that of the gravest. "
            "No outcome hangs on it.",
            {
                "days": {
                    "description": "So many days after its first instance a cluster ends: a "
                    "number, or a parameter's name.",
                    "anyOf": [
                        {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
                        {"type": "string", "pattern": NAME_PATTERN},
                    ],
                },
                "same": text_form(
                    "The row that must be the same for all of a cluster, such as incident.victim."
                ),
            },
            ["days", "same"],
        ),
        "late": list_form(
            "Where it is not met: evidence outside its window, which is told by its own sentence.",
            ref_form("shortfall"),
        ),
        "incomplete": list_form(
            "Where it is not met, and nothing is late: evidence that lacks something.",
            ref_form("shortfall"),
        ),
        "breach": message_form("The sentence reported where it is not met. Never blame a person."),
        "cannot_tell": message_form("The sentence reported where the record cannot tell."),
    }


def about_form() -> Schema:
    """Return what a population that several checks share may say."""
    asked = {key: value for key, value in _asked().items() if key in KEYS}
    return object_form("Rows and conditions that several checks share.", asked, ["for_each"])


def way_form(**more: Schema) -> Schema:
    """Return one alternative, with the keys that it must have beside those of all."""
    way = object_form(
        "One alternative. It holds where there are such rows, for which all conditions hold.",
        {
            "means": text_form("What it says, in words."),
            "find": named_form(
                "The rows to look for, each with a name: {meeting: meetings}. Left out where the "
                "instance's own rows tell.",
                kind_form(),
            ),
            "where": conditions_form("Conditions that must hold of them all together."),
            **(more or _further()),
        },
        ["means", "where", *more] if more else ["means"],
    )
    if not more:
        way["anyOf"] = [{"required": ["where"]}, {"required": ["without"]}]
        way["dependencies"] = {
            "find": ["where"],
            "at_least": {"required": ["find"], "not": {"required": ["then"]}},
            **{kind: ["find", "then"] for kind in LASTS},
            "then": {"required": ["find"], "oneOf": [{"required": [kind]} for kind in LASTS]},
        }
    body = {**_WAY_SNIPPET, **dict.fromkeys(more, "${10:What the record shows.}")}
    snippet = {"label": "alternative", "description": "Rows to find", "body": body}
    return {**way, "defaultSnippets": [snippet]}


def _further() -> dict[str, Schema]:
    """Return what an alternative may ask beside that there are such rows."""
    return {
        "without": object_form(
            "No such rows may be there: the alternative does not hold of rows beside which there "
            "are some. Where there may be some, the record cannot tell.",
            {
                "find": named_form(
                    "The rows that must not be there, each with a name.", kind_form()
                ),
                "where": conditions_form(
                    "Conditions that would hold of them all together. They may name the instance's "
                    "rows, those that the alternative finds, and those that must not be there."
                ),
            },
            ["find", "where"],
        ),
        "at_least": {
            "description": "How many different rows there must be for the first name in find: a "
            "number of 2 or more, or a parameter's name. Rows that may be missing from the record "
            "may be any number.",
            "anyOf": [
                {"type": "integer", "minimum": 2, "maximum": MOST_ROWS},
                {"type": "string", "pattern": NAME_PATTERN},
            ],
        },
        **{
            kind: text_form(
                f"A day of the one row that find names: the row with the {kind} such day is "
                "spoken of, and `then` says what must hold of it. Of two rows of one day either "
                "may be that row."
            )
            for kind in LASTS
        },
        "then": conditions_form("What must hold of the row with the latest, or earliest, day."),
    }
