"""What a part of a condition may stand for, besides a list of alternatives: a row, a day, codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casecheck.lessons import slips
from casecheck.lessons.terms import Field, Quantity, RowPath


@dataclass(frozen=True, slots=True)
class RowValue:
    """A row, and its section or concept."""

    row: RowPath
    kind: str


@dataclass(frozen=True, slots=True)
class Person:
    """The person whose meeting it is."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Span:
    """The working days after the one, up to and including the other."""

    start: Day | Chosen
    end: Day | Chosen


@dataclass(frozen=True, slots=True)
class Day:
    """One day."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Chosen:
    """The latest, or the earliest, of some days."""

    days: tuple[Quantity, ...]
    latest: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A number: written, counted of a list, or with the named parameters in it."""

    quantity: Quantity
    parameters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes as the page writes them; `group` names the group that they are."""

    codes: tuple[str, ...]
    group: str = ""


Value = RowValue | Person | Span | Day | Chosen | Number | Codes | Field


def days_of(value: Day | Chosen) -> tuple[Quantity, ...]:
    """Return one day, or those of which it is the latest or the earliest."""
    return value.days if isinstance(value, Chosen) else (value.quantity,)


def same_base(first: Day | Chosen, second: Day | Chosen) -> bool:
    """Say whether two days, each of one thing, are of the same one; or two choices are the same."""
    if isinstance(first, Day) and isinstance(second, Day):
        return first.quantity.base == second.quantity.base
    return first == second


def each_day(value: Day | Chosen, put: Callable[[Quantity], Quantity]) -> Day | Chosen:
    """Return the same choice among days that each are put otherwise; the order stays."""
    if isinstance(value, Chosen):
        return Chosen(tuple(map(put, value.days)), value.latest)
    return Day(put(value.quantity))


def has_dates(value: Value) -> bool:
    """Say whether a date is written where codes may stand, as in a quotation."""
    return isinstance(value, Codes) and any(map(slips.is_date, value.codes))


KINDS_OF_FIELDS = {"code": "a code", "codes": "a list of codes", "flag": "a flag"}


def name_of(value: Value) -> str:  # noqa: PLR0911 - one for each case
    """Return what a value is called where it stands in the wrong place."""
    match value:
        case RowValue(row=row, kind=kind):
            return f"`{row}`, a row of {kind}"
        case Field(spec=spec):
            return f"`{value}`, {KINDS_OF_FIELDS[spec.kind]}"
        case Day() | Chosen():
            return "a day"
        case Person():
            return "a person"
        case Number():
            return "a number"
        case Span():
            return "a number of working days"
        case _:
            return "a code"
