"""A board's response to a review, as read: what was found, what is done, how one will know.

Each part has an id or a name by which commands speak of it, our own words, and where it stands in
the source (`cite`). What the source does not say is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from casecheck.lessons.nodes import Place

ActionKind = Literal["taken", "planned", "dissemination"]
Status = Literal["planned", "started", "done", "dropped"]
StatementKind = Literal["change", "oversight"]
FieldKind = Literal["date", "quarter", "number", "share", "count", "yes_no", "text"]
ACTION_KINDS: tuple[ActionKind, ...] = get_args(ActionKind)
STATUSES: tuple[Status, ...] = get_args(Status)
STATEMENT_KINDS: tuple[StatementKind, ...] = get_args(StatementKind)
FIELD_KINDS: Mapping[FieldKind, str] = {
    "date": "a day, as in 2018-03-31",
    "quarter": "a quarter of a calendar year, as in 2018-Q1",
    "number": "a number that is not below 0, as in 31.5",
    "share": "a share from 0 to 1, as in 0.62, or in per cent, as in 62%",
    "count": "a whole number that is not below 0",
    "yes_no": "yes or no",
    "text": "a few words, which name nobody",
}
"""What a field of an entered figure may hold, in words."""


@dataclass(frozen=True, slots=True)
class Timed:
    """By when something is to be: as the source has it, and the last day that this can mean.

    `read_as` says how that day was read from it, where the source names no day and no month.
    """

    deadline: str | None = None
    due: date | None = None
    read_as: str = ""


UNTIMED = Timed()


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency whose work the review looked at."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, under which findings stand."""

    number: int
    title: str
    cite: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What the review found. `as_at` is the finding whose actions the source names for this too."""

    id: str
    theme: int
    text: str
    cite: str
    as_at: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class LessonLine:
    """What is to be learnt from a finding; `id` is that of the lesson's page."""

    id: str
    finding: str
    text: str
    cite: str
    place: Place


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done, is planned, or spreads the learning.

    `lesson` is None where it serves several, and `finding` too where it serves all. `status` is
    that which the source tells; what became of it since stands in the register.
    """

    id: str
    finding: str | None
    lesson: str | None
    kind: ActionKind
    text: str
    cite: str
    owner: str | None
    timed: Timed
    status: Status
    place: Place


@dataclass(frozen=True, slots=True)
class How:
    """A line that says how one will know; `answered_by` names measures, or lessons.

    Where nothing can answer it, `not_answered` says why. `finding` is None where it is of all.
    """

    id: str
    finding: str | None
    text: str
    cite: str
    timed: Timed
    answered_by: tuple[str, ...]
    not_answered: str
    place: Place


@dataclass(frozen=True, slots=True)
class Statement:
    """What the source says of the whole: a change since the events, or who sees to the rest."""

    id: str
    kind: StatementKind
    text: str
    cite: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; `at_most` is another of its fields that it cannot exceed."""

    name: str
    kind: FieldKind
    required: bool
    at_most: str | None
    means: str


@dataclass(frozen=True, slots=True)
class Form:
    """What is entered for a measure that no record can answer: from which source, which fields."""

    measure: str
    title: str
    fields: tuple[Field, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Response:
    """A board's response to one review."""

    review: str
    title: str
    cite: str
    agencies: tuple[Agency, ...]
    letter: tuple[Statement, ...]
    themes: tuple[Theme, ...]
    findings: tuple[FindingLine, ...]
    lessons: tuple[LessonLine, ...]
    actions: tuple[Action, ...]
    how: tuple[How, ...]
    forms: tuple[Form, ...]
    file: str
