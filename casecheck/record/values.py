"""What a field of a case record can hold, and what its absence means: the types of the models."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic import WithJsonSchema as JsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)
NO_RISK = "none"
"""What `actions.addresses` says where an action addresses no risk; so no row has it as its id."""
UNKNOWN_WORD = "unknown"
"""What an event, an event link or a list says of what is unknown; so no row has it as its id."""


# The values that a field can hold


class DayRange(NamedTuple):
    """Some day from the first to the last, both included; None is no bound."""

    first: date | None
    last: date | None


def range_in_words(first: date | str | None, last: date | str | None) -> str:
    """Return a range in words, as in `some day from 2026-01-05 to 2026-03-31`."""
    if first is None:
        return f"some day up to {last}"
    if last is None:
        return f"some day from {first} on"
    return f"some day from {first} to {last}"


def earliest(value: date | DayRange | str | None) -> date:
    """Return the earliest day that a field's value may be; the first of all where none is known."""
    if isinstance(value, DayRange):
        return value.first or date.min
    return value if isinstance(value, date) else date.min


def latest(value: date | DayRange | str | None) -> date:
    """Return the latest day that a field's value may be; the last of all where none is known."""
    if isinstance(value, DayRange):
        return value.last or date.max
    return value if isinstance(value, date) else date.max


class _Days(dict[str, date]):
    """Each day by its text, filled as it is met: never more than the range's 73,414 days."""

    def __missing__(self, text: str) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise PydanticCustomError("day_form", "not a day written as YYYY-MM-DD")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("day_absent", "no such day in the calendar") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise PydanticCustomError("day_range", "a day outside 1900-01-01 to 2100-12-31")
        self[text] = day
        return day


_DAYS = _Days()
_OPEN = ".."


def _day_or_range(text: str) -> date | DayRange:
    if "/" not in text:
        return _DAYS[text]
    first, _, last = text.partition("/")
    bounds = DayRange(*(None if end == _OPEN else _DAYS[end] for end in (first, last)))
    if bounds == (None, None):
        raise PydanticCustomError("range_open", "a range needs a day at one end")
    if bounds.first and bounds.last and bounds.last < bounds.first:
        raise PydanticCustomError("range_order", "a range whose end is before its start")
    return bounds


def day_in_json(value: date | DayRange | str | None) -> str | None:
    """Return a day, a range or what stands for an event as a record has it."""
    if isinstance(value, DayRange):
        return "/".join(_OPEN if end is None else end.isoformat() for end in value)
    return value.isoformat() if isinstance(value, date) else value


def _event_day(text: str) -> date | DayRange | str:
    return text if text == UNKNOWN_WORD else _day_or_range(text)


def _first_day_or_before(text: str) -> date | DayRange:
    day = _day_or_range(text)
    if isinstance(day, DayRange) and day.first is not None:
        raise PydanticCustomError("range_start", "of this day only a range ../YYYY-MM-DD is known")
    return day


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Makes pydantic read a day's text by a function.

    Its own date parser is looser than the format in some versions ("1234" is seconds since 1970),
    and looking a day up is as quick as parsing it.
    """

    read: Callable[[str], object]

    def __get_pydantic_core_schema__(self, _: object, __: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True)
        written = core_schema.plain_serializer_function_ser_schema(day_in_json, when_used="json")
        return core_schema.no_info_after_validator_function(self.read, text, serialization=written)


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field as the id of a row of `section`, or "none" where `allows_none`."""

    section: str
    allows_none: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """Marks what kind of text a field holds, where its Python type does not say."""

    kind: Literal["id", "born", "pseudonym"]


class MayLieAhead:
    """Marks a day that may come after the day of the extract."""


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$")]
RowId = Annotated[Id, Holds("id")]
PersonId = Annotated[Id, Refers("people")]
PlanId = Annotated[Id, Refers("plans")]
CategoryChangeId = Annotated[Id, Refers("category_changes")]
RiskId = Annotated[Id, Refers("risks")]
RiskIdOrNone = Annotated[Id, Refers("risks", allows_none=True)]
ActionId = Annotated[Id, Refers("actions")]
ActionIdIfKnown = ActionId
"""An event link: the word `unknown`, which no row has as its id, says that it is not known."""
PersonIdIfKnown = PersonId
ReferralId = Annotated[Id, Refers("referrals")]
CourtOrderId = Annotated[Id, Refers("court_orders")]
WorkerId = Annotated[Id, Refers("workers")]
IncidentId = Annotated[Id, Refers("incidents")]
CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{2,31}$")]
Pseudonym = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{2,31}$"), Holds("pseudonym")]
SourceCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
StratumCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{0,31}$")]
_DAY_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ONE_DAY = {"type": "string", "format": "date", "pattern": f"^{_DAY_PATTERN}$"}
_RANGE_OR_BEFORE = {"type": "string", "pattern": rf"^\.\./{_DAY_PATTERN}$"}
_RANGE = {
    "type": "string",
    "pattern": rf"^({_DAY_PATTERN}/({_DAY_PATTERN}|\.\.)|\.\./{_DAY_PATTERN})$",
}
ExactDay = Annotated[date, ReadBy(_DAYS.__getitem__), JsonSchema(_ONE_DAY)]
Day = Annotated[date | DayRange, ReadBy(_day_or_range), JsonSchema({"anyOf": [_ONE_DAY, _RANGE]})]
EventDay = Annotated[
    date | DayRange | str,
    ReadBy(_event_day),
    JsonSchema({"anyOf": [_ONE_DAY, _RANGE, {"const": UNKNOWN_WORD}]}),
]
FirstDayOrBefore = Annotated[
    date | DayRange,
    ReadBy(_first_day_or_before),
    JsonSchema({"anyOf": [_ONE_DAY, _RANGE_OR_BEFORE]}),
]
Born = Annotated[
    str,
    StringConstraints(pattern=r"^(19[0-9]{2}|20[0-9]{2}|2100)(-(0[1-9]|1[0-2]))?$"),
    Holds("born"),
]


# What a field's absence means

UNKNOWN_IF_ABSENT = "unknown"
NOT_HAPPENED_IF_ABSENT = "has not happened"


def required(description: str, **options: Any) -> Any:
    """Return a field that each row must have."""
    return Field(description=description, **options)


def fact(description: str) -> Any:
    """Return a field that is unknown where it is absent or null."""
    return _optional(f"{description} Absent or null: unknown.", UNKNOWN_IF_ABSENT)


def codes(description: str) -> Any:
    """Return a list of codes that is unknown where it is absent or null.

    A list stops at its first fault, so that millions of them in one text cannot fill the memory.
    """
    text = f"{description} Absent or null: unknown; []: none."
    return _optional(text, UNKNOWN_IF_ABSENT, fail_fast=True)


def event(description: str, absence: str = "it has not happened") -> Any:
    """Return a field that says, where it is absent or null, that nothing happened."""
    return _optional(f"{description} Absent or null: {absence}.", NOT_HAPPENED_IF_ABSENT)


def _optional(description: str, absence: str, **options: Any) -> Any:
    return Field(
        default=None,
        description=description,
        json_schema_extra={"x-absence": absence},
        **options,
    )


def section(description: str) -> Any:
    """Return a list of rows that is unknown where it is absent or null."""
    text = f"{description} Absent or null: unknown, the extract does not carry it; []: none."
    return _optional(text, UNKNOWN_IF_ABSENT, fail_fast=True)
