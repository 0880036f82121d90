"""Lays out plain text for one width, with or without colour."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from casecheck.text.counted import counted as counted  # noqa: PLC0414 - got from here too

PIPED_WIDTH = 100
"""Columns where the output is no terminal, so that the same audit prints the same text."""

WIDEST = 120
"""Columns beyond which a line is hard to read, however wide the terminal."""

NARROWEST = 20
"""Columns below which nothing is laid out any more, and the terminal folds the lines."""

_STYLES = {
    "alarm": "bold white on red",
    "breach": "bold red",
    "insufficient_evidence": "bold yellow",
    "heading": "bold",
    "aside": "dim",
}

_HEAD_UNDERLINED = "    \n" * 2 + " -- \n" + "    \n" * 5
"""rich's notation for a table with one line, under the heads: ASCII, which every stream takes."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: words, or numbers, which stand to the right and are never folded."""

    head: str
    number: bool = True
    style: str = ""


class Page:
    """The width and colour that one stream can show.

    `width` None is a terminal's own width, else PIPED_WIDTH. `color` None is colour on a terminal
    that understands it, unless the environment sets `NO_COLOR` (https://no-color.org).
    """

    def __init__(self, stream: TextIO, width: int | None, color: bool | None) -> None:
        terminal = stream.isatty()
        if width is None:
            width = shutil.get_terminal_size((PIPED_WIDTH, 0)).columns if terminal else PIPED_WIDTH
        if color is None:
            color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.width = max(NARROWEST, min(width, WIDEST))
        self.color = color

    def paint(self, text: str, style: str) -> str:
        """The text in one of the report's styles, or as it is where there is no colour."""
        if not self.color:
            return text
        from rich.color import ColorSystem  # noqa: PLC0415 - slow to import, and seldom needed
        from rich.style import Style  # noqa: PLC0415

        return Style.parse(_STYLES[style]).render(text, color_system=ColorSystem.STANDARD)

    def lines(self, text: str, indent: int = 0, hanging: int = 0, style: str = "") -> list[str]:
        """Fold one paragraph at spaces; a word longer than the line, such as a path, stays whole.

        The first line starts `indent` columns in, the others `hanging` more.
        """
        folded = [text]
        if indent + len(text) > self.width:
            folded = _folded(text, self.width - indent, hanging)
        margin = " " * indent
        return [margin + (self.paint(line, style) if style else line) for line in folded]

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> list[str]:
        """Lines of a table; a cell that is 0 is never in its column's style."""
        rows = list(rows)
        if not self.color and (plain := _plain_table(columns, rows, self.width)):
            return plain
        from rich.box import Box  # noqa: PLC0415 - slow to import
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=Box(_HEAD_UNDERLINED, ascii=True), show_edge=False, padding=(0, 1, 0, 0))
        height = max(column.head.count("\n") for column in columns)
        for column in columns:
            lowered = "\n" * (height - column.head.count("\n")) + column.head
            table.add_column(
                Text(lowered, style="bold"),
                justify="right" if column.number else "left",
                no_wrap=column.number,
            )
        for row in rows:
            styles = [
                _STYLES.get(column.style, "") if cell != "0" else ""
                for column, cell in zip(columns, row, strict=True)
            ]
            table.add_row(*[Text(cell, style) for cell, style in zip(row, styles, strict=True)])
        console = Console(
            width=self.width,
            color_system="standard" if self.color else None,
            force_terminal=self.color,
            no_color=not self.color,
            force_jupyter=False,
            legacy_windows=False,
        )
        with console.capture() as captured:
            console.print(table)
        return [line.rstrip() for line in captured.get().splitlines()]


def _folded(text: str, width: int, hanging: int) -> list[str]:
    """Fold a text at spaces, as `textwrap` does, and mostly in a fifth of its time."""
    words = text.split(" ")
    if words != text.split():  # blanks at an end, two together, or others than spaces
        return textwrap.wrap(
            text,
            width,
            subsequent_indent=" " * hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(" " * hanging + word)
    return lines


def _plain_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return a table without colour as rich lays it out; [] where it would have to fold a cell.

    To import rich takes longer than to lay out the rest of a report.
    """
    heads = [column.head.split("\n") for column in columns]
    lines = [list(line) for line in rows]
    height = max(map(len, heads))
    lowered = [[""] * (height - len(head)) + head for head in heads]
    cells = [*map(list, zip(*lowered, strict=True)), *lines]
    if any(len(head) > 1 and not head[-1] for head in heads):  # which rich does not show
        return []
    if any(cell != cell.strip() or not _is_plain(cell) for line in cells for cell in line):
        return []
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    # Behind each cell one blank, and one between two.
    whole = sum(widths) + 2 * len(widths) - 1
    if whole > width:
        return []
    laid_out = [
        "  ".join(
            cell.rjust(wide) if column.number else cell.ljust(wide)
            for cell, wide, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in cells
    ]
    return [*laid_out[:height], "-" * whole, *laid_out[height:]]


def _is_plain(cell: str) -> bool:
    return cell.isascii() and cell.isprintable()
