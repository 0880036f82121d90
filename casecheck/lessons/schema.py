"""The JSON Schema of a page of rules, by which an editor completes, explains and underlines.

It is of draft 7, the newest that yaml-language-server reads well. An editor reads YAML 1.2, in
which `2026-06-30` is a text, as `yaml_nodes.py` does. A schema sees one value at a time: it never
refuses a page that loads, and loading finds more, such as a misspelt field in a condition. (It is
stricter in one thing: spaces around an id within quotation marks, which loading forgives.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from keyword import kwlist
from typing import Any

from casecheck.lessons.abouts import KEYS
from casecheck.lessons.alternative import LASTS
from casecheck.lessons.check_marks import FORMER, MAX_NAMES, MAX_TAGS, TAG
from casecheck.lessons.check_reader import CHECK_ID
from casecheck.lessons.condition_words import FUNCTIONS
from casecheck.lessons.loading import LESSON_ID, MAX_CHECKS
from casecheck.lessons.parts import NAME, RESERVED
from casecheck.lessons.periods import MAX_NUMBER
from casecheck.lessons.rule_packs import MAX_AUTHORS, VERSION
from casecheck.lessons.units import UNITS
from casecheck.lessons.way_reader import MOST_ROWS
from casecheck.record.model import FIELDS, ROW_MODELS, SECTIONS, CaseRecord, FieldSpec
from casecheck.results import SEVERITIES, Outcome, Severity

DIALECT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_LESSON_ID = f"^{LESSON_ID.pattern}$"
_CHECK_ID = f"^{CHECK_ID.pattern}$"
_NAME = f"^{NAME.pattern}$"
_RESERVED = sorted({*RESERVED, *(word for word in kwlist if word.islower())})
_FORMS = {
    "born": 'A month or year of birth: 2016-03 or "2016". A full date would identify a child.',
    "date": "A day is written YYYY-MM-DD.",
    "pseudonym": "A pseudonym is capital letters, figures and hyphens, 3 to 32, such as P-0017.",
    "id": "An id begins with a letter; letters, figures, _ and - follow, 32 in all at most.",
    "reference": "The id of a row.",
}
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

# What a regular expression can see of a condition, each with what to tell the author.
_WORDS = "|".join(sorted({*kwlist, "AND", "OR", "NOT"} - {"and", "or", "not", "in"}))
_CALLABLE = "|".join([*FUNCTIONS, "and", "or", "not", "in"])
_CONDITION = {
    r"""^[A-Za-z0-9_.,()\[\]'"<>=!+\\\s-]+$""": (
        "A condition is made of names, codes in quotation marks, numbers and comparisons."
    ),
    r"""^(?:[^'"]|'[^']*'|"[^"]*")*$""": "A quotation mark is not closed.",
    r"^(?!(?:[\s\S]*[^<>=!])?=(?!=))": "A single = does not compare: write ==.",
    rf"^(?![\s\S]*\b(?!(?:{_CALLABLE})\b)[A-Za-z_]\w*\s*\()": (
        f"The functions are {', '.join(FUNCTIONS)}."
    ),
    rf"^(?!(?:[\s\S]*[^.\w])?(?:{_WORDS})\b)": (
        "This word has no place in a condition: write a flag alone, happened(...) for an event, "
        "and the words and, or, not, in."
    ),
    r"[.(<>=]": "This asks nothing: compare it with something.",
}
_CONDITION_SNIPPETS = {
    "a code": "${1:plan.level} == '${2:child_protection}'",
    "a day": "${1:plan.start} + ${2:28} <= ${3:today}",
    "a row": "${1:meeting.plan} == ${2:plan}",
    "not yet": "not (${1:risk.resolved_on} <= ${2:today})",
}
_CONDITION_HELP = "\n".join(
    [
        "One condition. It compares fields of rows (`risk.kind == 'neglect'`), days",
        "(`risk.identified_on + 28 <= today`), rows (`action.addresses == risk`), asks a flag",
        "(`assessment.child_seen`) or a list (`'police' in meeting.attended`).",
        "",
        *(
            f"- `{call}`:{says}"
            for call, says in (text.split(":", 1) for text in FUNCTIONS.values())
        ),
    ]
)


def lesson_schema() -> Schema:
    """Return the JSON Schema of a lesson's page."""
    page = _object(
        "A lesson: what a review taught, as questions that a case record can answer.",
        {
            "lesson": _text("The lesson's id, like P1.1; no two pages have the same.", _LESSON_ID),
            "title": _text("The lesson in one line."),
            "source": _source(),
            "asks": _text("What the lesson asks of practice, in your own words."),
            "since_then": _text("What has changed since: law, guidance, the bodies it names."),
            "from": _day("The first day on which the lesson is in force. Left out: it always was."),
            "until": _day("The last day on which the lesson is in force. Left out: it still is."),
            "parameters": _named("The numbers that a board may set, by name.", _parameter()),
            "about": _named(
                "Whom several checks are about, by name; a check then says about: NAME.", _about()
            ),
            "checks": {
                **_list("The questions.", _ref("check")),
                "maxItems": MAX_CHECKS,
            },
            "examples": _examples(),
            "equivalent": _list(
                "Changes of this page that no example can notice, since they change nothing.",
                _equivalent(),
            ),
        },
        ["lesson", "title", "source", "asks", "checks", "examples"],
    )
    rows = {f"{section}_row": _row(section) for section in SECTIONS}
    shared = {
        "condition": _condition(), "rows": _rows(), "check": _check(),
        "way": _way(), "shortfall": _way(breach=_message("The sentence reported where it holds.")),
    }  # fmt: skip
    return {"$schema": DIALECT, "title": "A lesson", **page, "definitions": {**shared, **rows}}


def concepts_schema() -> Schema:
    """Return the JSON Schema of a page of concepts."""
    rows = _object(
        "One way to come by the concept's rows: those of a section for which conditions hold.",
        {
            "of": {
                **_named("The section, with a name for its row: {risk: risks}.", _section()),
                "maxProperties": 1,
            },
            "where": _conditions("All must hold for a row to be one of the concept's."),
            "fields": _named(
                "The concept's fields: which row or day of the source row each of them is. Each "
                "way has the same fields.",
                _text("A path, such as risk.subject.", r"^[A-Za-z0-9_.()+\s-]+$"),
            ),
        },
        ["of", "fields"],
    )
    concept = _object(
        "What several lessons mean by the same words.",
        {
            "means": _text("What it is, in words."),
            "rows": _list("The ways to come by its rows.", rows),
            "reported_as": _list(
                "The fields whose rows a finding points to. Left out: the source row itself.",
                _text("One of the fields that is a row.", _NAME),
            ),
            **_concept_further(),
        },
        ["means", "rows"],
    )
    concept["dependencies"] = {
        "find": ["where"],
        "parameters": {"anyOf": [{"required": ["where"]}, {"required": ["without"]}]},
    }
    concepts = _named("The concepts that lessons share, by name.", concept)
    concepts["propertyNames"] = _name([*_RESERVED, *SECTIONS])
    codes = sorted(
        {code for each in FIELDS.values() for one in each.values() for code in one.codes}
    )
    code = {"enum": codes, "description": "A code of the record."}
    groups = _named(
        "Groups of codes, by name: risk.kind in NAME, any(NAME) in contact.factors.",
        {**_list("The codes of the group.", code), "uniqueItems": True},
    )
    groups["propertyNames"] = _name([*_RESERVED, *SECTIONS])
    parts = {"concepts": concepts, "groups": groups}
    page = _object("The concepts of a set of lessons, and groups of codes.", parts, [])
    page["minProperties"] = 1
    shared = {"condition": _condition()}
    return {"$schema": DIALECT, "title": "Concepts", **page, "definitions": shared}


def _concept_further() -> dict[str, Schema]:
    """Return what a concept may ask beside the rows that it comes from."""
    own = "The concept's own row has the concept's name, and its fields."
    units = {"enum": list(UNITS), "description": "What the parameter counts."}
    return {
        "parameters": _named("Parameters that each page using the concept has, by unit.", units),
        "find": _named("Rows that must be there beside the concept's own.", _section()),
        "where": _conditions(f"Conditions that must hold of them all together. {own}"),
        "without": _object(
            "No such rows may be there beside the concept's own, and those found.",
            {
                "find": _named("The rows that must not be there, each with a name.", _section()),
                "where": _conditions(f"Conditions that would hold of them all together. {own}"),
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
    page = _object(
        "A review, or another set of lessons, with a folder of its own.",
        {
            "review": _text("The review's id, as the lessons' source names it."),
            "title": _text("The review in one line."),
            "about": _text("What it is about, and who drew its lessons."),
            "default": default,
            "version": {
                **_text("The version of what is in the folder, such as 2.1.0.", VERSION),
                "type": ["string", "number"],
            },
            "licence": _text("Under which licence it may be used, such as MIT."),
            "authors": {
                "type": "array",
                "description": "Who wrote it: names of people or of boards.",
                "items": _text("A name."),
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
    return _object(
        "Where the lesson was learnt.",
        {
            "review": _text("The review's id."),
            "finding": _text("The review's finding."),
            "theme": {
                "type": "integer",
                "minimum": 1,
                "description": "The theme's number in the response.",
            },
            "cite": _text("The source as a reader would look for it."),
        },
        ["review", "finding", "theme", "cite"],
    )


def _parameter() -> Schema:
    number = {
        "type": "integer", "minimum": 0, "maximum": MAX_NUMBER,
        "description": f"A whole number from 0 to {MAX_NUMBER:,}.",
    }  # fmt: skip
    standard = _object(
        "A value, and the days on which it is the standard.",
        {
            "value": number,
            "from": _day("The first day on which it is the standard."),
            "until": _day("The last day on which it is the standard."),
        },
        ["value"],
    )
    parameter = _object(
        "A number of the lesson. Conditions use its name.",
        {
            "value": number,
            "values": _list("Its values in the course of time; no two hold on one day.", standard),
            "unit": {
                "enum": list(UNITS),
                "enumDescriptions": list(UNITS.values()),
                "description": "What it counts.",
            },
            "basis": _text("Why it is this number: the guidance, or whose standard it is."),
        },
        ["unit", "basis"],
    )
    return {**parameter, "oneOf": [{"required": ["value"]}, {"required": ["values"]}]}


def _check() -> Schema:
    asked = _asked()
    check = _object(
        "A question: for each such row, unless it is excluded, there must be evidence.",
        {
            "id": _text("The check's name: small letters, figures, hyphens.", _CHECK_ID),
            "asks": _text("The question, as an auditor would put it."),
            "from": _day("The first day on which the check is in force."),
            "until": _day("The last day on which the check is in force."),
            **_marks(),
            **asked,
            "instances": _list(
                "Where a check asks the same of several kinds of rows: each kind, with the keys "
                "from for_each on.",
                {**_object("One kind of rows.", asked, _ASKED), "anyOf": _OF_WHOM},
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
    tag = _text("A word to choose checks by: small letters, figures, hyphens.", f"^{TAG.pattern}$")
    former = _text(
        "A name that the check had, such as chair-agreement; of another lesson, "
        "P1.1/chair-agreement.",
        f"^{FORMER.pattern}$",
    )
    tags = _list("Words by which checks are chosen: casecheck audit --tag.", tag)
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
            "anyOf": [former, {**_list("Its names.", former), "maxItems": MAX_NAMES}],
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
        "about": _text("The name of whom it is about, under `about` of the page.", _NAME),
        "for_each": _named(
            "The rows that an instance is made of, each with a name: {plan: plans}. The first is "
            "the row that it is about.",
            _kind(),
        ),
        "dated": _text(
            "The instance's own day, by which it is decided what was in force: a day of a row of "
            "for_each (an event, where `where` asks that it has happened), or opened_on. Left out: "
            "the day that stands for the first row."
        ),
        "where": _conditions("Conditions that all must hold for it to be an instance."),
        "given": _list(f"{one} too for it to be an instance.", _ref("way")),
        "unless": _list("It is left out where one of these alternatives holds.", _ref("way")),
        "met_by": _list(f"{one} for it to be met: the evidence.", _ref("way")),
        "once_per": _object(
            "Instances whose days lie close together are told as one finding, that of the gravest. "
            "No outcome hangs on it.",
            {
                "days": {
                    "description": "So many days after its first instance a cluster ends: a "
                    "number, or a parameter's name.",
                    "anyOf": [
                        {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
                        {"type": "string", "pattern": _NAME},
                    ],
                },
                "same": _text(
                    "The row that must be the same for all of a cluster, such as incident.victim."
                ),
            },
            ["days", "same"],
        ),
        "late": _list(
            "Where it is not met: evidence outside its window, which is told by its own sentence.",
            _ref("shortfall"),
        ),
        "incomplete": _list(
            "Where it is not met, and nothing is late: evidence that lacks something.",
            _ref("shortfall"),
        ),
        "breach": _message("The sentence reported where it is not met. Never blame a person."),
        "cannot_tell": _message("The sentence reported where the record cannot tell."),
    }


def _about() -> Schema:
    """Return what a population that several checks share may say."""
    asked = {key: value for key, value in _asked().items() if key in KEYS}
    return _object("Rows and conditions that several checks share.", asked, ["for_each"])


def _way(**more: Schema) -> Schema:
    """Return one alternative, with the keys that it must have beside those of all."""
    way = _object(
        "One alternative. It holds where there are such rows, for which all conditions hold.",
        {
            "means": _text("What it says, in words."),
            "find": _named(
                "The rows to look for, each with a name: {meeting: meetings}. Left out where the "
                "instance's own rows tell.",
                _kind(),
            ),
            "where": _conditions("Conditions that must hold of them all together."),
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
        "without": _object(
            "No such rows may be there: the alternative does not hold of rows beside which there "
            "are some. Where there may be some, the record cannot tell.",
            {
                "find": _named("The rows that must not be there, each with a name.", _kind()),
                "where": _conditions(
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
                {"type": "string", "pattern": _NAME},
            ],
        },
        **{
            kind: _text(
                f"A day of the one row that find names: the row with the {kind} such day is "
                "spoken of, and `then` says what must hold of it. Of two rows of one day either "
                "may be that row."
            )
            for kind in LASTS
        },
        "then": _conditions("What must hold of the row with the latest, or earliest, day."),
    }


def _equivalent() -> Schema:
    return _object(
        "One such change.",
        {
            "change": _text("The change, as casecheck rules mutate names it."),
            "because": _text("Why it changes nothing that is asked."),
        },
        ["change", "because"],
    )


# --- examples ------------------------------------------------------------------------------------


def _examples() -> Schema:
    days = ["extracted_on", "opened_on"]
    return _object(
        "Examples that prove the page; casecheck rules test runs them.",
        {
            "background": {**_ref("rows", "What most cases share."), "required": days},
            "cases": _list("The examples.", _case()),
        },
        ["background", "cases"],
    )


def _case() -> Schema:
    outcome = {
        "enum": [*map(str, _OUTCOMES), *_SHORTFALLS],
        "enumDescriptions": [*_OUTCOMES.values(), *_SHORTFALLS.values()],
    }
    expect = {
        "type": "object", "minProperties": 1,
        "propertyNames": {"pattern": _CHECK_ID},
        "additionalProperties": outcome,
        "description": "Checks of this page, and the outcome that each must have.",
    }  # fmt: skip
    case = _object(
        "The background with what this case changes, and the outcomes that it must have.",
        {
            "name": _text("What is special about it; no two examples have the same name."),
            "record": _ref(
                "rows",
                "Changes: a row with an id of the background changes the fields that it names, any "
                "other row is added.",
            ),
            "without": _list(
                "The ids of rows of the background to leave out.", _text("The id of a row.")
            ),
            "not_in_extract": _list("Sections that the extract does not carry.", _section()),
            "expect": expect,
        },
        ["name", "expect"],
    )
    body = {"name": "${1:what is special}", "expect": {"${2:check}": "${3:breach}"}}
    return {**case, "defaultSnippets": [{"label": "example", "description": "", "body": body}]}


def _rows() -> Schema:
    """Return what a background or an example may hold: days, and rows of the sections."""
    properties: Schema = {
        "extracted_on": _day("The day of the extract, the only today."),
        "opened_on": {
            **_day("The day on which services first became involved, or `../` and no later than."),
            "pattern": rf"^(\.\./)?{_DAY[1:]}",
        },
        "closed_on": _day("The day on which services' involvement ended: today, where given."),
        "coverage": {
            "type": "object",
            "description": "What the extract carries of sections that it carries in part, such as "
            "{meetings: {only: [strategy]}}.",
        },
    }
    for section in SECTIONS:
        told = CaseRecord.model_fields[section].description or ""
        properties[section] = {
            "type": "array",
            "items": {"$ref": f"#/definitions/{section}_row"},
            "description": told.partition(" Absent")[0],
        }
    return _object("Rows of a record.", properties, [])


def _row(section: str) -> Schema:
    """Return what a row of a section may hold, as the record's own models have it.

    Only its id is required: the other fields may stand in the background.
    """
    model = ROW_MODELS[section].model_json_schema(by_alias=True)
    properties = {
        name: _field(model["properties"][name], spec) for name, spec in FIELDS[section].items()
    }
    return _object(model["description"], properties, ["id"])


def _field(form: Schema, spec: FieldSpec) -> Schema:
    field = {key: form[key] for key in form if key not in ("title", "default", "x-absence")}
    for part in (field, *field.get("anyOf", ())):
        if "pattern" in part:
            part["patternErrorMessage"] = _FORMS[spec.kind]
    return field


# --- the kinds of values -------------------------------------------------------------------------


def _object(description: str, properties: Mapping[str, Any], required: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _named(description: str, each: Schema) -> Schema:
    """Return a mapping of names that the page is free to choose, at least one."""
    return {
        "type": "object",
        "description": description,
        "minProperties": 1,
        "propertyNames": _name(_RESERVED),
        "additionalProperties": each,
    }


def _name(taken: Sequence[str]) -> Schema:
    message = "A name is small letters, figures and _, at most 40."
    return {"pattern": _NAME, "patternErrorMessage": message, "not": {"enum": list(taken)}}


def _section() -> Schema:
    return {"enum": list(SECTIONS), "description": "A section of the record."}


def _kind() -> Schema:
    concept = {"type": "string", "pattern": _NAME, "description": "A concept of concepts.yaml."}
    return {"description": "A section or a concept.", "anyOf": [_section(), concept]}


def _list(description: str, items: Schema) -> Schema:
    return {"type": "array", "description": description, "minItems": 1, "items": items}


def _ref(name: str, description: str | None = None) -> Schema:
    reference = {"$ref": f"#/definitions/{name}"}
    # Beside a reference draft 7 reads nothing.
    return {"description": description, "allOf": [reference]} if description else reference


def _conditions(description: str) -> Schema:
    return _list(description, _ref("condition"))


def _condition() -> Schema:
    return {
        "type": "string",
        "description": "One condition, such as risk.identified_on + 28 <= today.",
        "markdownDescription": _CONDITION_HELP,
        "defaultSnippets": [
            {"label": label, "description": "A condition", "body": body}
            for label, body in _CONDITION_SNIPPETS.items()
        ],
        "allOf": [
            {"pattern": pattern, "patternErrorMessage": message}
            for pattern, message in _CONDITION.items()
        ],
    }


def _message(description: str) -> Schema:
    return {
        "type": "string",
        "description": f"{description} It shows values in braces: {{plan.start}}.",
        "pattern": r"^[^{}]*(?:\{[^{}]+\}[^{}]*)*$",
        "patternErrorMessage": "A brace stands alone: values are written {row.field}.",
        "minLength": 1,
    }


def _day(description: str) -> Schema:
    form = {"type": "string", "format": "date", "pattern": _DAY}
    return {**form, "description": description, "patternErrorMessage": _FORMS["date"]}


def _text(description: str, pattern: str = r"\S") -> Schema:
    return {"type": "string", "description": description, "pattern": pattern}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "lesson": lesson_schema,
    "concepts": concepts_schema,
    "review": review_schema,
}
"""The schema of each kind of page, by the name of its file."""
