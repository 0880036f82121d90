"""What a JSON Schema can see of a condition, with what to tell the author."""

from __future__ import annotations

from keyword import kwlist

from casecheck.lessons.condition_words import FUNCTIONS
from casecheck.lessons.schema_forms import Schema

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


def condition_form() -> Schema:
    """Return the form of a condition."""
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
