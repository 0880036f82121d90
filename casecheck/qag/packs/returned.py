"""A pack that came back, as it was read: its rows, where each cell is, and what is wrong there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from casecheck.text.counted import counted

MAX_BYTES = 32 << 20
"""How large a file may be: no pack is."""
MAX_ROWS = 1 << 16
"""How many rows a pack has at most: 1,600 cases with 40 questions each."""
FEW = 5
"""How many cells of one column, or rows, are named one by one; of more there is one cause."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of a file: which key has which place in a row, and how its cells are told.

    `sheet` is "" and `letters` are empty where the file has none; `titles` are the heads as they
    stand in the file.
    """

    sheet: str
    at: Mapping[str, int]
    titles: Sequence[str]
    letters: Sequence[str] = ()

    def place(self, row: int, key: str) -> str:
        """Return where a cell is, in words: sheet, row and cell."""
        at = self.at[key]
        cell = f"cell {self.letters[at]}{row}" if self.letters else f"column {self.titles[at]}"
        return f"{self.of_sheet()}row {row}, {cell}"

    def places(self, rows: Iterable[int], key: str) -> str:
        """Return where the cells of a column are in several rows, in words."""
        return f"{self.of_sheet()}{rows_words(rows)}, column {self.titles[self.at[key]]}"

    def of_sheet(self) -> str:
        """Return how a place begins."""
        return f"sheet {self.sheet}, " if self.sheet else ""


class Line(NamedTuple):
    """One row of a file: its number there, and its texts, as the heads have them.

    `beyond` are the cells that hold something where the form has none, `formulas` the columns of
    those that hold a formula.
    """

    row: int
    texts: tuple[str, ...]
    heads: Heads
    beyond: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()

    def cell(self, key: str) -> str:
        """Return the text of a column, "" where the form has no such column."""
        at = self.heads.at.get(key)
        return "" if at is None else self.texts[at]

    def place(self, key: str) -> str:
        """Return where the cell of a column is, in words."""
        return self.heads.place(self.row, key)


@dataclass(frozen=True, slots=True)
class Returned:
    """A pack that came back, as read: its name and its rows.

    `changed` are the places, apart from its rows, that are not as they were sent; `unread` is what
    else is in the file, which nobody will read.
    """

    file: str
    heads: Heads
    name: str
    name_at: str
    lines: tuple[Line, ...]
    changed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong, in which file and where in it."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


NO_JUDGMENT = "no judgment of "
"""How it begins what is said of rows that nobody has filled in."""
_PARTICULAR = re.compile(r"'[^']*'|which says [^;]*|\S*[0-9]\S*")
_SINGLY = 5
"""So many problems with one cause in one file are shown one by one."""


def together(problems: Sequence[Problem]) -> list[Problem]:
    """Show problems that have one cause once, with their number; what differs in them is left out.

    Of one cause are those of one file whose messages differ in nothing but what stands in quotation
    marks, words with figures, and what was said before. Rows without a judgment are shown case by
    case, all of them: each is to be filled in.
    """
    causes: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        cause = _PARTICULAR.sub("", problem.message)
        causes.setdefault((problem.file, cause), []).append(problem)
    shown: list[Problem] = []
    for alike in causes.values():
        first, number = alike[0], len(alike)
        if number <= _SINGLY or first.message.startswith(NO_JUDGMENT):
            shown += alike
        else:
            more = f"the same in {number - 1:,} more places, the last {alike[-1].place}"
            shown.append(Problem(first.file, first.place, f"{first.message} ({more})"))
    return shown


def gathered(
    file: str, found: Iterable[tuple[Line, str, str]], most: int = 1000
) -> Iterator[Problem]:
    """Yield what is wrong with cells, each a line, a column and a message; of many alike once.

    Of those that are each wrong in a way of its own, `most` are told, and how many more there are.
    """
    alike: dict[tuple[str, str], list[Line]] = {}
    for line, key, message in found:
        alike.setdefault((key, message), []).append(line)
    several = {at for at, lines in alike.items() if len(lines) > FEW}
    for key, message in [at for at in alike if at in several]:
        lines = alike[key, message]
        yield Problem(file, lines[0].heads.places((line.row for line in lines), key), message)
    single = ((at, line) for at, lines in alike.items() if at not in several for line in lines)
    ordered = sorted(single, key=lambda one: one[1].row)
    for (key, message), line in ordered[:most]:
        yield Problem(file, line.place(key), message)
    if len(ordered) > most:
        more = counted(len(ordered) - most, "more cell is", "more cells are")
        yield Problem(file, "", f"{more} wrong in such ways")


def rows_words(numbers: Iterable[int]) -> str:
    """Return the numbers of rows in words: `row 52`, `rows 2 to 8, 12`."""
    ordered = sorted(set(numbers))
    return f"row{'s' if len(ordered) > 1 else ''} {ranges(ordered)}"


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers in words: `2 to 8, 12`."""
    ordered = sorted(set(numbers))
    starts = [ordered[0], *(two for one, two in pairwise(ordered) if two != one + 1)]
    ends = [*(one for one, two in pairwise(ordered) if two != one + 1), ordered[-1]]
    return ", ".join(
        f"{one} to {two}" if one < two else f"{one}" for one, two in zip(starts, ends, strict=True)
    )
