"""Lays out the words of a lesson as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casecheck.text.blocks import (
    Block,
    Code,
    Heading,
    Item,
    PageFile,
    Paragraph,
    Table,
    Words,
    plain,
)
from casecheck.text.page import Page

_GLUE = "\ue000"
"""In place of a blank at which no line is broken."""


def lesson_text(blocks: Iterable[Block], page: Page) -> Iterator[str]:
    """Yield the lines of a lesson; between its parts stands an empty one."""
    before: Block | None = None
    for block in blocks:
        if before is not None and _apart(before, block):
            yield ""
        yield from _lines(block, page)
        before = block


def _apart(before: Block, block: Block) -> bool:
    """Say whether a block stands apart from the one before it."""
    match block:
        case Item():
            return False
        case PageFile() | Paragraph(aside=True):
            return not isinstance(before, Heading | Paragraph)
        case _:
            return True


def _lines(block: Block, page: Page) -> list[str]:
    match block:
        case Heading(text=text):
            return page.lines(text, 0, 2, "heading")
        case Paragraph(text=words, aside=aside):
            return page.lines(_text(words), 0, 2 if aside else 0, "aside" if aside else "")
        case PageFile(file=file):
            return page.lines(f"Page: {file}", 0, 2, "aside")
        case Table(head=(label, title)):
            lines = page.lines(f"{label}  {title}", 0, 2, "heading")
            for name, told in (*block.rows, *block.outcomes):
                lines += page.lines(f"{name}: {told}", 2, 2)
            return lines
        case Item():
            return _item(block, page)


def _item(item: Item, page: Page) -> list[str]:
    mark = "- " if item.kind == "way" else ""
    style = "aside" if item.kind == "aside" else ""
    # A condition that is all code needs no marks.
    bare = item.kind == "condition" and isinstance(item.text[0], Code)
    text = "".join(map(plain, item.text)) if bare else _text(item.text)
    # A line that began with a minus would look like another item.
    glued = mark + text.replace(" - ", f"{_GLUE}-{_GLUE}")
    lines = page.lines(glued, 2 + 2 * item.depth, 2, style)
    return [line.replace(_GLUE, " ") for line in lines]


def _text(words: Words) -> str:
    return "".join(f"`{part.text}`" if isinstance(part, Code) else part for part in words)
