"""What every reader yields: a row of a source, with the place where a person finds it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

ROW_ID, WITHIN, CHILD = "@id", "@in", "@child"
"""Items that a reader of a nested source adds: the row's own name, that of the row that holds it,
and the identifier of the child that it is about. None of them is in the file as such."""


class Place(NamedTuple):
    """Where a row stands: `census.xml`, `line`, 12. It never holds content."""

    file: str
    part: str
    number: int

    def __str__(self) -> str:
        return f"{self.file} {self.part} {self.number}"


class SourceRow(NamedTuple):
    """One row of a source's table (an element, a list, a table); an item that is blank is None."""

    table: str
    place: Place
    items: Mapping[str, str | None]


class SourceRefused(Exception):  # noqa: N818 - says why
    """A source cannot be read as a whole, and nothing is written; the message says where."""
