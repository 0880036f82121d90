"""The text of a condition: what may stand in it, and how Python's parser reads it.

Nothing of it is evaluated.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from casecheck.lessons import slips
from casecheck.record.model import FieldSpec

MAX_CONDITION_CHARACTERS = 500

FUNCTIONS = {
    "under": "under(18, person, day): the person's birthday at that age is after the day",
    "workdays": "workdays(a, b): working days after a, up to and including b",
    "happened": "happened(event_date): the event has happened",
    "or_today": "or_today(event_date): the day of the event, or today where it has not happened",
    "count": "count(list): how many different codes the list holds",
    "birthday": "birthday(18, person): the person's birthday at that age",
    "known": "known(row): the day from which services knew: its known_on, else its own day",
    "later": "later(a, b): the later of two days",
    "earlier": "earlier(a, b): the earlier of two days",
    "before": "before(event, day): the day lies before the event, or that has not happened",
    "lasted": "lasted(since, until, days): it went on for so many days, or has until today",
    "overlaps": "overlaps(a, b): two things that start and end have a day in common",
    "older": "older(2, a, b): the first person is older than the second by so many years",
    "whose": "whose(meeting): the person whose meeting it is: its subject, else its plan's",
    "recorded": "recorded(flag): the flag is set; where it is not recorded, it is not",
    "any": "any('police', 'school') in list: a list holds one of these codes, or more",
    "all": "all('police', 'school') in list: a list holds each of these codes",
    "same_code": "same_code(a, b): two codes are the same as they are written",
}
SHOWN = {
    "days": "days(a, b): the days from a to b, in a message",
    "working_day": "working_day(a, n): the day that comes n working days after a, in a message",
}
"""What a message can work out beside what conditions can, and how it is written."""
# No code holds a `#`, and after one the parser would read no further.
_FOREIGN = re.compile(r"[^ -~]|#")
# `from` is a word of Python, so the parser is given a stand-in of the same length.
_FROM = re.compile(r"(?<=\.)from\b")
_STAND_IN = "fr0m"


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use.

    `bindings` maps each bound row to its kind, a section or a concept; `fields` gives a kind's
    fields by name; `numbers` the lesson's parameters, `units` what each of them counts; `groups`
    the named groups of codes. `day`: that word may be said for the day on which is looked.
    """

    bindings: Mapping[str, str]
    fields: Callable[[str], Mapping[str, FieldSpec]]
    numbers: Mapping[str, int]
    units: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    day: bool = False


class ConditionError(Exception):
    """A fault in a condition, `offset` characters into its text."""

    def __init__(self, node: ast.AST | int, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.offset: int = node if isinstance(node, int) else getattr(node, "col_offset", 0)


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_CONDITION_CHARACTERS:
        raise ConditionError(0, f"longer than {MAX_CONDITION_CHARACTERS} characters: split it")
    if found := _FOREIGN.search(text):
        raise ConditionError(found.start(), slips.foreign(found[0]))
    if _STAND_IN in text:
        raise ConditionError(text.index(_STAND_IN), f"no `{_STAND_IN}` here: did you mean `from`?")
    if slip := slips.always_wrong(text):
        raise ConditionError(*slip)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(_FROM.sub(_STAND_IN, text), mode="eval").body
    except SyntaxError as error:
        offset = min(max((error.offset or 1) - 1, 0), len(text))
        unclear = "this is not a condition: look for a missing operator, quote or bracket"
        raise ConditionError(*(slips.why_broken(text) or (offset, unclear))) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConditionError(0, "this is too deep or too large: split it") from None
