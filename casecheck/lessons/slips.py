"""Words for what authors write out of habit from elsewhere, where conditions are written otherwise.

Each slip is a pattern and the cure that is told at the place where the pattern is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from casecheck.lessons.errors import closest, did_you_mean

NO_DATE = (
    "a date cannot stand in a condition: say from which day, or until which, something holds by"
    " `from` and `until` of the check, or of a parameter's `values`"
)
NO_TRUTH = "a flag is written alone, `assessment.child_seen`, or with `not` before it"
ITSELF = (
    "this compares a thing with itself: name another field or row on one side; whether an event"
    " has happened is asked by happened(plan.end)"
)
NO_NULL = (
    "what has not happened is `not happened(plan.end)`, what has is `happened(plan.end)`; what is"
    " not recorded cannot be asked"
)
_BETWEEN = "`between` is written as two comparisons in one: `a <= b <= c`"
_CONTAINS = "what a list holds is asked by `in`: 'police' in meeting.attended"
_DAYS = (
    "a number stands alone, and counts days: write 7 for a week, 92 for three months, 731 for two"
    " years; working days are counted by workdays(a, b), an age is asked by under(18, person, day)"
)
_CHARACTERS = {
    **dict.fromkeys("≤⩽", "write `<=`"),
    **dict.fromkeys("≥⩾", "write `>=`"),
    **dict.fromkeys("≠", "write `!=`"),
    **dict.fromkeys("‘’‚′`´“”„″«»", "write straight quotation marks, as in 'neglect'"),
    **dict.fromkeys("–—−", "write a plain `-`"),
    **dict.fromkeys("\u00a0\u2009\u202f", "it only looks like a blank: type a blank"),
}
_DATE = r"\b\d{4}([-/.])\d{1,2}\1\d{1,2}\b|\b\d{1,2}([-/.])\d{1,2}\2\d{4}\b"

Slips = Iterable[tuple[re.Pattern[str], str]]

# What is wrong in every condition, also where the parser would take it for something else.
_ALWAYS: Slips = [
    (re.compile(pattern, re.ASCII), cure)
    for pattern, cure in (
        (_DATE, NO_DATE),
        (r"=<", "write `<=`"),
        (r"=>", "write `>=`"),
        (r"<>|(?<!=)=!|!==", "write `!=`"),
        (r"===", "write `==`"),
        (r"&+", "write `and`"),
        (r"\|+", "write `or`"),
        (r"!(?!=)", "write `not`"),
        (r"\b(?!and\b)(?i:and)\b", "write `and`, in small letters"),
        (r"\b(?!or\b)(?i:or)\b", "write `or`, in small letters"),
        (r"\b(?!not\b)(?i:not)\b", "write `not`, in small letters"),
        (r"\b(?!in\b)(?i:in)\b", "write `in`, in small letters"),
    )
]
# What may be right elsewhere, such as the name of a row, but not where the parser gives up.
_BROKEN: Slips = [
    (re.compile(pattern, re.ASCII | re.IGNORECASE), cure)
    for pattern, cure in (
        (r"\bbetween\b", _BETWEEN),
        (r"\b(contains?|includes?|has)\b", _CONTAINS),
        (r"\b\d+\s*(working\s*|calendar\s*)?(work)?(days?|weeks?|months?|years?)\b", _DAYS),
        (r"\bnot\s*={1,2}", "write `!=`"),
        (r"\bis\s+(not\s+)?(null|none|empty)\b", NO_NULL),
        (r"(?<![<>=!])=(?!=)", "a single `=` does not compare: write `==`"),
    )
]
_QUOTED = re.compile(r"'[^']*(?:'|$)|\"[^\"]*(?:\"|$)")
_FULL_DATE = re.compile(_DATE, re.ASCII)


def foreign(character: str) -> str:
    """Return what to write in place of a character that no condition holds."""
    cure = _CHARACTERS.get(character, "retype it")
    return f"this character has no place in a condition: {cure}"


def always_wrong(text: str) -> tuple[int, str] | None:
    """Return place and cure of the first slip that is one in every condition."""
    return _first(text, _ALWAYS)


def why_broken(text: str) -> tuple[int, str] | None:
    """Return place and cure of the first slip in a text that is no expression."""
    return _first(text, _BROKEN)


def _first(text: str, slips: Slips) -> tuple[int, str] | None:
    # What stands in quotation marks is a code, whatever it looks like.
    bare = _QUOTED.sub(lambda found: "'" * len(found[0]), text)
    found = [(hit, cure) for pattern, cure in slips if (hit := pattern.search(bare))]
    if not found:
        return None
    first, cure = min(found, key=lambda slip: slip[0].start())
    if cure.startswith("write"):
        cure = f"`{first[0]}` is not read here: {cure}"
    return first.start(), cure


_COUNT = (
    "rows are counted with `at_least: 2`, beside the `find` of an item of `met_by`, `unless` or"
    " `given`; how many codes a list holds is asked in `where`, by `count(meeting.attended) >= 3`"
)
_WINDOW = (
    "a window of days is a condition of `where`:"
    " `risk.identified_on <= action.set_on <= risk.identified_on + 28`"
)
# Keys that other rule languages have: where one of these pages has the key on the left, the cure.
_KEYS: Mapping[str, Mapping[str, str]] = {
    "where": {
        **dict.fromkeys(
            ("count", "min", "minimum", "at_least", "exists", "number", "times"), _COUNT
        ),
        **dict.fromkeys(("within", "window", "days", "deadline", "between"), _WINDOW),
        **dict.fromkeys(
            ("if", "when", "condition", "conditions", "filter", "match", "and", "all", "assert"),
            "conditions are the list `where`, all of which must hold",
        ),
        **dict.fromkeys(
            ("or", "any", "any_of", "one_of"),
            "alternatives are written in one condition, with `or`, or as several items of `met_by`",
        ),
        **dict.fromkeys(
            ("not", "none"), "write `not` in a condition, or what excludes in `unless`"
        ),
    },
    "unless": dict.fromkeys(("except", "exclude", "excludes", "exceptions", "ignore"), "`unless`"),
    "met_by": dict.fromkeys(
        ("evidence", "require", "requires", "expects", "must", "then"), "evidence is `met_by`"
    ),
    "breach": dict.fromkeys(
        ("message", "text", "error"), "what an auditor reads is `breach` and `cannot_tell`"
    ),
    "asks": dict.fromkeys(
        ("description", "notes", "comment", "summary"), "say it in `asks`, or in a comment (# ...)"
    ),
    "id": dict.fromkeys(("name", "key"), "it is named by `id`"),
    "value": dict.fromkeys(("default", "number"), "the number is `value`"),
}


def unknown_key(key: str, allowed: Iterable[str]) -> str:
    """Return the cure for a key that a mapping does not have.

    A name that is near, else what to write for a habit from elsewhere, else all that it has.
    """
    allowed = list(allowed)
    if closest(key, allowed) is None:
        for own, habits in _KEYS.items():
            if own in allowed and key.lower() in habits:
                return habits[key.lower()]
    return did_you_mean(key, allowed)


def is_date(code: str) -> bool:
    """Say whether what stands in quotation marks is a day of the calendar."""
    return _FULL_DATE.fullmatch(code) is not None


def why_no_function(name: str) -> str | None:
    """Return the cure for what is written like a function elsewhere, None where it is no slip."""
    if name in ("today", "opened_on"):
        return f"write `{name}` without brackets"
    if name.lower() == "between":
        return _BETWEEN
    return _CONTAINS if name.lower() in ("contains", "includes", "has") else None


def bare_code(name: str, codes: Iterable[str], known: Iterable[str]) -> str | None:
    """Return the cure for a code without its quotation marks, None where it is none.

    A misspelt code is taken for one unless the name is near to one that is `known` here.
    """
    codes = sorted(codes)
    close = name if name in codes else None
    if close is None and closest(name, known) is None:
        close = closest(name, codes)
    return close and f"a code goes in quotation marks: '{close}'"


def unknown_name(name: str, rows: Mapping[str, str], known: Iterable[str], kinds: list[str]) -> str:
    """Return the cure for a name that nothing here has.

    A section's name, or the word for one of its rows, is likely a row that is not named yet.
    """
    kind = _section(name, kinds)
    if kind is None:
        return did_you_mean(name, known)
    if named := [row for row, section in rows.items() if section == kind]:
        return did_you_mean(named[0] if len(named) == 1 else name, named)
    word = "person" if kind == "people" else kind.removesuffix("s")
    return f"name the row in `find` or `for_each`: {{{name if name != kind else word}: {kind}}}"


def _section(name: str, kinds: list[str]) -> str | None:
    if name in ("person", "child"):
        return "people"
    if name in kinds or f"{name}s" in kinds:
        return name if name in kinds else f"{name}s"
    ending = [kind for kind in kinds if kind.endswith((f"_{name}", f"_{name}s"))]
    return ending[0] if len(ending) == 1 else None


def why_no_path(text: str) -> str | None:
    """Return the cure for a path with something around it, None where that is not what is wrong."""
    if not text.strip():
        return "empty: write a path to a row or its field, such as `risk.kind`"
    path = re.match(r"\s*([A-Za-z_][\w.]*)\s*(!|:|$)", text, re.ASCII)
    if path is None or path[0] == path[1]:
        return None
    if path[2]:
        return f"values are shown as they are, without a format: write `{path[1]}` alone"
    return f"no blanks here: write `{path[1]}`"
