"""What a field of a case record can hold, and what its absence means: the types of the models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic import WithJsonSchema as JsonSchema
from pydantic_core import CoreSchema, core_schema

from casecheck.record.days import day_or_range, event_day, exact_day, first_day_or_before
from casecheck.record.values import (
    BORN,
    ID,
    PSEUDONYM,
    SOURCE,
    STRATUM,
    UNKNOWN_WORD,
    DayRange,
    day_in_json,
)


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


Id = Annotated[str, StringConstraints(pattern=ID)]
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
CaseId = Annotated[str, StringConstraints(pattern=PSEUDONYM)]
Pseudonym = Annotated[str, StringConstraints(pattern=PSEUDONYM), Holds("pseudonym")]
SourceCode = Annotated[str, StringConstraints(pattern=SOURCE)]
StratumCode = Annotated[str, StringConstraints(pattern=STRATUM)]
_DAY_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ONE_DAY = {"type": "string", "format": "date", "pattern": f"^{_DAY_PATTERN}$"}
_RANGE_OR_BEFORE = {"type": "string", "pattern": rf"^\.\./{_DAY_PATTERN}$"}
_RANGE = {
    "type": "string",
    "pattern": rf"^({_DAY_PATTERN}/({_DAY_PATTERN}|\.\.)|\.\./{_DAY_PATTERN})$",
}
ExactDay = Annotated[date, ReadBy(exact_day), JsonSchema(_ONE_DAY)]
Day = Annotated[date | DayRange, ReadBy(day_or_range), JsonSchema({"anyOf": [_ONE_DAY, _RANGE]})]
EventDay = Annotated[
    date | DayRange | str,
    ReadBy(event_day),
    JsonSchema({"anyOf": [_ONE_DAY, _RANGE, {"const": UNKNOWN_WORD}]}),
]
FirstDayOrBefore = Annotated[
    date | DayRange,
    ReadBy(first_day_or_before),
    JsonSchema({"anyOf": [_ONE_DAY, _RANGE_OR_BEFORE]}),
]
Born = Annotated[
    str,
    StringConstraints(pattern=BORN),
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
