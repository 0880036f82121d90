"""The values of a page, each with its place; `yaml_nodes.py` reads them.

They stand apart from what reads them, which needs PyYAML: rules that are kept on disk are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casecheck.lessons.errors import PageError

MAX_PAGE_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a page: the file's name, line and column, both from 1."""

    file: str
    line: int
    column: int

    def error(self, message: str, *, offset: int = 0) -> PageError:
        """Return a fault at this place, `offset` characters further along the line."""
        return PageError(self.file, self.line, self.column + offset, message)


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a page: text, a number, true, false, null, a list or a mapping of nodes.

    `keys` holds the place of each key of a mapping. `text_place` is where a text begins, behind its
    quotation mark if it has one; None where the text is folded over lines or has escapes, so that
    its characters cannot be counted along the line.
    """

    value: Any
    place: Place
    keys: dict[str, Place]
    text_place: Place | None = None
