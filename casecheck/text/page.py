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
            folded = textwrap.wrap(
                text,
                self.width - indent,
                subsequent_indent=" " * hanging,
                break_long_words=False,
                break_on_hyphens=False,
            )
        margin = " " * indent
        return [margin + (self.paint(line, style) if style else line) for line in folded]

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> list[str]:
        """Lines of a table; a cell that is 0 is never in its column's style."""
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
