"""Read the words that the QAG sets beside what the records show: a file of Markdown.

Each heading names a part of the paper, and what stands under it goes there. Only paragraphs, lists
and emphasis are markup; all else is text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from casecheck.intake.sources.guard import looks_like
from casecheck.qag.extras import need
from casecheck.report.html.markup import Html
from casecheck.text.printable import printable
from casecheck.text.regular_file import NoFile, read_file

MOST_BYTES = 200_000
SUMMARY = "summary"
"""The heading of what goes to the head of the paper."""


class NotesError(ValueError):
    """Notes that cannot be set into the paper; the message says where, and what to do."""


def read_notes(file: Path, parts: Collection[str]) -> Mapping[str, Html]:
    """Return the words of a file by the part that they are for, as markup.

    `parts` are the names that a heading may have, in any case: `summary`, themes, findings.

    Raises:
        NotesError: where it is no text, too long, names no part, or looks as if it named somebody.
    """
    try:
        content = read_file(file, MOST_BYTES)
    except NoFile as error:
        raise NotesError(f"{printable(str(file))} {error}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"line {line} is not UTF-8: save it as UTF-8"
        raise NotesError(f"{printable(str(file))}: {message}") from None
    return _by_part(text, printable(str(file)), {part.casefold(): part for part in parts})


def _by_part(text: str, name: str, parts: Mapping[str, str]) -> dict[str, Html]:
    _guard(text, name)
    markdown = need("markdown_it", "--notes", "board").MarkdownIt(
        "zero", {"html": False, "breaks": False}
    )
    markdown.enable(["heading", "list", "emphasis", "newline", "escape"])
    found: dict[str, list[Any]] = {}
    part, tokens = "", iter(markdown.parse(printable_lines(text)))
    for token in tokens:
        if token.type == "heading_open":
            words = next(tokens).content.strip()
            next(tokens)
            line = token.map[0] + 1
            if words.casefold() not in parts:
                named = ", ".join(parts.values())
                message = f"line {line}: the paper has no part of this heading; it has {named}"
                raise NotesError(f"{name}: {message}")
            part = parts[words.casefold()]
        elif not part:
            line = token.map[0] + 1 if token.map else 1
            message = f"line {line}: words before the first heading; begin with `## Summary`"
            raise NotesError(f"{name}: {message}")
        else:
            found.setdefault(part, []).append(token)
    return {
        part: Html(markdown.renderer.render(those, markdown.options, {}))
        for part, those in found.items()
    }


def printable_lines(text: str) -> str:
    """Return text with line ends kept, and whatever else does not print written as its escape."""
    return "\n".join(printable(line) for line in text.splitlines())


def _guard(text: str, name: str) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        if looks := looks_like(line):
            message = f"line {number} holds what looks like {looks}: say it without"
            raise NotesError(f"{name}: {message}")
