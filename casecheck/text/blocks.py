"""What a page of words is made of, before it is laid out for a terminal or as Markdown.

There is one source for the words of a lesson, `lesson_words.py`, and two that lay them out,
`lesson_text.py` and `lesson_page.py`; so `explain` and the pages in `docs/lessons` say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """A name that is shown as it is written on the lesson's page."""

    text: str


Words = tuple[str | Code, ...]


def plain(part: str | Code) -> str:
    """Return a part of words without marks."""
    return part.text if isinstance(part, Code) else part


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: of the whole at level 1, of a part at level 2."""

    text: str
    level: Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; an aside is of less weight."""

    text: Words
    aside: bool = False


@dataclass(frozen=True, slots=True)
class PageFile:
    """The file of the lesson's page."""

    file: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, `depth` lists deep.

    A way is one of several alternatives; a condition is text of the page's own language.
    """

    depth: int
    text: Words
    kind: Literal["words", "way", "condition", "aside"] = "words"


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of two columns: a head, rows of a label and what it holds, and outcomes."""

    head: tuple[str, str]
    rows: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...] = ()


Block = Heading | Paragraph | PageFile | Item | Table
