"""What the pages of an estimate are made of, before they are laid out as text or as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from casecheck.qag.estimates.estimate import Estimate
from casecheck.qag.estimates.rates import Measure

Scale = Literal["share", "difference"]
"""What the intervals of a table are: rates from 0 to 1, or differences of rates from -1 to 1."""


class Headline(NamedTuple):
    """What the whole is of."""

    words: str


class Title(NamedTuple):
    """The title of a part."""

    words: str


class Words(NamedTuple):
    """A paragraph; an aside is of less weight, an item is one of a list.

    `lead` stands before it, as the question that it answers.
    """

    words: str
    kind: Literal["plain", "aside", "item"] = "plain"
    lead: str = ""


class Name(NamedTuple):
    """What a row of a table is of: a lesson, or a check of it."""

    lesson: str
    check: str


class Head(NamedTuple):
    """The head of a column, in lines for a narrow page; numbers stand to the right."""

    lines: str
    number: bool = True


class Table(NamedTuple):
    """A table: each row begins with what it is of.

    `measures` are what its rows state, one each, where a drawing helps to compare them: rates, or
    their differences.
    """

    heads: Sequence[Head]
    rows: Sequence[Sequence[str | Name]]
    measures: Sequence[Measure] = ()
    scale: Scale = "share"


Part = Headline | Title | Words | Table


def name_of(estimate: Estimate) -> Name:
    """Return what a row that tells of an estimate is of."""
    return Name(estimate.lesson, estimate.check)
